package tests

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/generate"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
)

var (
	seed    = flag.Uint64("seed", 4, "of the random systems")
	systems = flag.Int("systems", 0, "how many random systems there are; 0: 500, or 100 with -short")
	only    = flag.Int("system", -1, "try this random system alone, and print it")
)

// theSystems are the numbers of the random systems to try.
func theSystems(t *testing.T, share int) []int {
	t.Helper()
	t.Logf("random systems of -seed=%d; one alone: -system=N -v", *seed)
	if *only >= 0 {
		return []int{*only}
	}
	count := *systems
	switch {
	case count > 0:
	case testing.Short():
		count = 100
	default:
		count = 500
	}
	list := make([]int, count/share)
	for n := range list {
		list[n] = n * share
	}
	return list
}

// bench is what all systems are tried on.
type bench struct {
	library  *schema.Library
	patterns []*blueprint.Blueprint
}

func newBench(t *testing.T) bench {
	t.Helper()
	library, err := schema.Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	list, err := catalog.Open(blueprints.Files)
	if err != nil {
		t.Fatal(err)
	}
	b := bench{library: library}
	for _, pattern := range list.Patterns() {
		p, diags, err := list.Blueprint(pattern)
		if err != nil || diags.HasErrors() {
			t.Fatal(err, diags)
		}
		b.patterns = append(b.patterns, p)
	}
	if len(b.patterns) < 5 {
		t.Fatalf("there are only %d patterns", len(b.patterns))
	}
	return b
}

// trial is one random system tried with one pattern.
type trial struct {
	n       int
	pattern *blueprint.Blueprint
	text    string
	system  *system.System
	designs []*design.Design
	diags   hcl.Diagnostics
}

func (b bench) try(n int, p *blueprint.Blueprint, text string) (*trial, error) {
	s, diags := system.Parse([]byte(text), "system.hcl")
	if diags.HasErrors() {
		return nil, fmt.Errorf("the generator of systems wrote a bad one: %w", diags)
	}
	designs, diags := design.All(s, p, b.library)
	return &trial{n, p, text, s, designs, diags}, nil
}

// text is the n-th random system for a pattern: the same for all but for the system
// block, and what the team overrules.
func text(n int, p *blueprint.Blueprint) string {
	d := drawn(*seed, n)
	body := d.system()
	return d.head(p.Name) + body + d.overrides(p)
}

// TestRandomSystems runs random systems through every pattern. A pattern either says
// what it cannot build and what to do about it, or its design keeps what was asked for.
func TestRandomSystems(t *testing.T) {
	b := newBench(t)
	var lock sync.Mutex
	built, refused := map[string]int{}, map[string]int{}
	list := theSystems(t, 1)
	each(t, list, func(n int) []string {
		var problems []string
		for _, p := range b.patterns {
			tried, err := b.try(n, p, text(n, p))
			if err != nil {
				return []string{err.Error()}
			}
			lock.Lock()
			if tried.diags.HasErrors() {
				refused[p.Name]++
			} else {
				built[p.Name]++
			}
			lock.Unlock()
			found := tried.check(b)
			if *only >= 0 {
				t.Logf("%s\n%v", tried.text, tried.diags)
			}
			for _, problem := range found {
				problems = append(problems, fmt.Sprintf("%s: %s", p.Name, problem))
			}
		}
		return problems
	})
	t.Logf("built %v, refused %v", built, refused)
	for _, p := range b.patterns {
		if *only < 0 && min(built[p.Name], refused[p.Name]) < len(list)/20 {
			t.Errorf("%s: %d systems built and %d refused are too few to prove anything", p.Name, built[p.Name], refused[p.Name])
		}
	}
}

// each tries systems on all processors, and reports each kind of problem a few times.
func each(t *testing.T, list []int, try func(n int) []string) {
	t.Helper()
	work := make(chan int)
	var group sync.WaitGroup
	var lock sync.Mutex
	problems := map[int][]string{}
	for range runtime.GOMAXPROCS(0) {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := range work {
				found := guarded(func() []string { return try(n) })
				lock.Lock()
				problems[n] = found
				lock.Unlock()
			}
		}()
	}
	for _, n := range list {
		work <- n
	}
	close(work)
	group.Wait()
	kinds := map[string]int{}
	for _, n := range list {
		for _, problem := range problems[n] {
			kind, _, _ := strings.Cut(problem, "\n")
			kind = strings.Map(func(r rune) rune { // numbers differ from system to system
				if r >= '0' && r <= '9' {
					return -1
				}
				return r
			}, kind)
			kind = kind[:min(len(kind), 70)]
			if kinds[kind]++; kinds[kind] <= 2 {
				t.Errorf("system %d: %s", n, problem)
			}
		}
	}
	for kind, times := range kinds {
		if times > 2 {
			t.Errorf("%d times: %s…", times, kind)
		}
	}
}

// guarded makes a panic a problem.
func guarded(try func() []string) (problems []string) {
	defer func() {
		if r := recover(); r != nil {
			trace := make([]byte, 4096)
			problems = []string{fmt.Sprintf("panic: %v\n%s", r, trace[:runtime.Stack(trace, false)])}
		}
	}()
	return try()
}

// check returns what is wrong with how the system was answered.
func (tr *trial) check(b bench) []string {
	if tr.diags.HasErrors() {
		return tr.refusal()
	}
	var problems []string
	for _, d := range tr.designs {
		i := newInspection(tr.system, d)
		i.all()
		for _, problem := range i.problems {
			problems = append(problems, d.Environment+": "+problem)
		}
	}
	problems = append(problems, tr.texts()...)
	return append(problems, tr.project(b)...)
}

// theirs are the summaries of what a system's author may read about a pattern. All
// others would be faults of the blueprint.
var theirs = []string{"Requirement the pattern cannot meet", "Assumption out of range"}

// refusal checks that the team is told where the cause stands, and what to do.
func (tr *trial) refusal() []string {
	var problems []string
	for _, d := range tr.diags {
		switch {
		case d.Severity != hcl.DiagError:
		case !slices.Contains(theirs, d.Summary):
			problems = append(problems, fmt.Sprintf("a fault of the blueprint: %v", d))
		case d.Subject == nil || d.Subject.Filename != "system.hcl":
			problems = append(problems, fmt.Sprintf("no place in system.hcl: %v", d))
		case strings.Count(d.Detail, ".") < 2 || strings.Contains(d.Detail, "  ") || strings.HasPrefix(d.Detail, " "):
			problems = append(problems, fmt.Sprintf("no reason and remedy: %q", d.Detail))
		}
		if d.Subject != nil && d.Subject.Filename == "system.hcl" {
			problems = append(problems, readable(d.Detail)...)
		}
	}
	return problems
}

// texts checks what people read.
func (tr *trial) texts() []string {
	var problems []string
	for _, d := range tr.designs {
		for _, decision := range d.Decisions {
			if decision.Moot {
				continue
			}
			if decision.Chosen.Because == "" {
				problems = append(problems, fmt.Sprintf("%s = %s has no reason", decision.Name, decision.Chosen.Name))
			}
			for _, problem := range readable(decision.Chosen.Because) {
				problems = append(problems, fmt.Sprintf("%s = %s: %s", decision.Name, decision.Chosen.Name, problem))
			}
		}
	}
	return problems
}

// files are those of the project, which builds with the checkout in a folder.
func (tr *trial) files(checkout string) ([]generate.File, error) {
	return generate.Project(generate.Input{
		System: tr.system, SystemSource: []byte(tr.text), Blueprint: tr.pattern, Designs: tr.designs,
		Module: generate.Module{Replace: checkout},
	})
}

// project checks that the design can be written as a program, and always as the same.
func (tr *trial) project(b bench) []string {
	first, err := tr.files("../scaffold")
	if err != nil {
		return []string{fmt.Sprintf("no project: %v", err)}
	}
	var problems []string
	for _, file := range first {
		if strings.HasSuffix(file.Path, ".go") {
			if _, err := parser.ParseFile(token.NewFileSet(), file.Path, file.Content, parser.SkipObjectResolution); err != nil {
				problems = append(problems, fmt.Sprintf("no Go: %v", err))
			}
		}
	}
	if tr.n%5 != 0 {
		return problems // writing again what takes longest is for some
	}
	again, err := b.try(tr.n, tr.pattern, tr.text)
	if err != nil {
		return append(problems, err.Error())
	}
	second, err := again.files("../scaffold")
	if err != nil {
		return append(problems, fmt.Sprintf("no project the second time: %v", err))
	}
	if !slices.EqualFunc(first, second, func(a, b generate.File) bool { return a.Path == b.Path && bytes.Equal(a.Content, b.Content) }) {
		problems = append(problems, "two projects of one system differ")
	}
	return problems
}

// readable finds what no person would write: long fractions, and one of several.
func readable(text string) []string {
	var problems []string
	fields := strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune("0123456789.", r) })
	for _, number := range fields {
		_, fraction, _ := strings.Cut(strings.TrimRight(number, "."), ".")
		if len(fraction) > 3 && strings.Count(number, ".") == 1 && len(number) > 6 {
			problems = append(problems, fmt.Sprintf("the number %s in %q", number, text))
		}
	}
	for _, plural := range []string{"tasks", "shards", "kinds", "services", "engineers", "processors", "minutes", "paths", "readers", "clients", "users", "images", "environments", "programs"} {
		if at := strings.Index(" "+text, " 1 "+plural); at >= 0 {
			problems = append(problems, fmt.Sprintf("%q: one is no plural", text))
		}
	}
	slices.SortFunc(problems, cmp.Compare[string])
	return problems
}
