package recorder

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Run runs a program as `pulumi up` would, and returns what it registered.
//
// The error joins every problem found: the program's own error or panic first, then those of its
// resources, sorted. The recording is as complete as the problems allow, and never nil.
//
// Nothing is shared between runs and no environment variable is read, so tests may run in parallel.
func Run(program pulumi.RunFunc, opts ...Option) (*Recording, error) {
	o, err := collect(opts)
	if err != nil {
		return &Recording{}, err
	}
	m := newMonitor(o)
	stop, address, err := m.serve()
	if err != nil {
		return &Recording{}, err
	}
	defer stop()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pctx, err := pulumi.NewContext(ctx, pulumi.RunInfo{
		Project: o.project, Stack: o.stack, Organization: "organization",
		Config: o.config, ConfigSecretKeys: o.secrets(),
		DryRun: o.preview, MonitorAddr: address, EngineAddr: address,
	})
	if err != nil {
		return &Recording{}, fmt.Errorf("connecting the program to the recorder: %w", err)
	}

	result := make(chan outcome, 1)
	go func() { result <- m.execute(ctx, pctx, program) }()
	deadline := time.NewTimer(o.timeout)
	defer deadline.Stop()
	select {
	case done := <-result:
		_ = pctx.Close()
		m.finish(done)
	case <-deadline.C:
		// The program's goroutine cannot be ended from outside; without its connections it can do
		// nothing more, and what it does later reaches only a monitor nobody looks at.
		m.problems.add(fmt.Errorf("the program did not end within %v%s", o.timeout, m.waiting()))
		_ = pctx.Close()
	}
	recorded := m.recording()
	o.sources.locate(recorded)
	return recorded, m.problems.join()
}

// An outcome is how a program ended.
type outcome struct {
	program error // what it returned, or its panic
	sdk     error // what the SDK says of its background work: the first failure only
	exports map[string]pulumi.Input
}

// execute runs the program to its end, then looks at every output it made.
func (m *monitor) execute(ctx context.Context, pctx *pulumi.Context, program pulumi.RunFunc) outcome {
	var out outcome
	out.sdk = pulumi.RunWithContext(pctx, func(pctx *pulumi.Context) error {
		if err := pctx.RegisterStackTransformation(m.types.observe); err != nil {
			return err
		}
		// RunWithContext forgets this error when background work failed too; hence it is kept here.
		out.program = guarded(program, pctx)
		return nil
	})
	out.exports = pctx.GetCurrentExportMap()
	m.inspect(ctx, out.exports)
	return out
}

// guarded turns a panic of the program into an error that keeps the place.
func guarded(program pulumi.RunFunc, pctx *pulumi.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the program panicked: %v\n%s", p, debug.Stack())
		}
	}()
	return program(pctx)
}

// finish judges a program that has ended.
func (m *monitor) finish(out outcome) {
	m.problems.program = out.program
	m.checkRegistered()
	m.checkComponents()
	// The SDK tells only the first failure of its background work, in its own words. All of them
	// have been found at their resources already, so this one counts only if it was not.
	if out.sdk != nil && !m.problems.explain(out.sdk) {
		m.problems.add(out.sdk)
	}
}

// waiting names the resources that were begun and have not arrived, which are those whose inputs
// never came.
func (m *monitor) waiting() string {
	begun := m.types.all()
	m.mu.Lock()
	defer m.mu.Unlock()
	left := maps.Clone(m.arrivals)
	var names []string
	for _, a := range begun {
		name := label(a.typ, a.name)
		if left[name]--; left[name] < 0 {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	const most = 5
	if len(names) > most {
		names = append(names[:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	return "; still waiting for the inputs of " + strings.Join(names, ", ")
}

var errNoOutputs = errors.New("never registered its outputs: end its constructor with ctx.RegisterResourceOutputs")
