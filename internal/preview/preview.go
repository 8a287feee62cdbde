package preview

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// Limits of what is read.
const (
	// MaxBytes is the size of the largest preview; a step takes about 4 KB.
	MaxBytes = 128 << 20
	// maxDepth is how deep objects and lists may nest in an input.
	maxDepth = 64
)

// A Preview is what is about to be deployed.
type Preview struct {
	Recording *recording.Recording
	Project   string
	Stack     string

	// Operations are what happens to each resource, by URN: create, update, same, replace and so on. Resources
	// that are deleted are not in the recording.
	Operations map[string]string

	// Hidden is how many resources do not change and were left out: without --show-sames, a digest has only
	// what changes, and what is said about relations between resources is said of these alone.
	Hidden int
}

// Read reads the output of `pulumi preview --json`. It fails when the text is not that, and when the preview
// failed: what it holds then is not all there will be.
func Read(text []byte) (*Preview, error) {
	if len(text) > MaxBytes {
		return nil, fmt.Errorf("the preview is larger than %d MiB, the most that is read", MaxBytes>>20)
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")) // as some shells write it
	r := &reader{preview: &Preview{Operations: map[string]string{}}, resources: map[string]*recording.Resource{}, config: map[string]string{}}
	decoder := json.NewDecoder(bytes.NewReader(text))
	documents := 0
	for ; ; documents++ {
		var d document
		start := decoder.InputOffset()
		err := decoder.Decode(&d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, wrong(text, start, err)
		}
		r.document = documents
		if err := r.read(&d); err != nil {
			line, _ := position(text, start+leading(text[start:]))
			return nil, fmt.Errorf("the JSON that begins in line %d: %w", line, err)
		}
	}
	if !r.known {
		return nil, errors.New("this is not what `pulumi preview --json` prints: it has neither steps nor engine events")
	}
	return r.finish()
}

// document is one JSON value of the text: a digest, or an event of a stream.
type document struct {
	// Of a digest.
	Config        map[string]any `json:"config"`
	Steps         []*step        `json:"steps"`
	Diagnostics   []diagnostic   `json:"diagnostics"`
	ChangeSummary map[string]int `json:"changeSummary"`

	// Of a stream: which one is set says what the event is.
	Sequence        *int         `json:"sequence"`
	Prelude         *prelude     `json:"preludeEvent"`
	Resource        *engineEvent `json:"resourcePreEvent"`
	Outputs         *engineEvent `json:"resOutputsEvent"`
	DiagnosticEvent *diagnostic  `json:"diagnosticEvent"`
	Error           *failure     `json:"errorEvent"`
	Summary         *summary     `json:"summaryEvent"`
}

type prelude struct {
	Config map[string]any `json:"config"`
}

type engineEvent struct {
	Metadata step `json:"metadata"`
}

type failure struct {
	Error string `json:"error"`
}

type summary struct {
	Result string `json:"result"`
}

type diagnostic struct {
	URN      string `json:"urn"`
	Message  string `json:"message"`
	Severity string `json:"severity"`
}

// step is what happens to one resource; streams call the new state "new".
type step struct {
	Op       string `json:"op"`
	URN      string `json:"urn"`
	NewState *state `json:"newState"`
	New      *state `json:"new"`
}

// reader collects resources.
type reader struct {
	preview   *Preview
	resources map[string]*recording.Resource
	reads     map[string]bool
	config    map[string]string
	logs      []recording.Log
	known     bool // something was read that previews have
	document  int
}

func (r *reader) read(d *document) error {
	isDigest := d.Steps != nil || d.ChangeSummary != nil
	isEvent := d.Sequence != nil || d.Resource != nil || d.Outputs != nil || d.Prelude != nil || d.Summary != nil
	r.known = r.known || isDigest || isEvent
	r.configure(d.Config)
	if d.Prelude != nil {
		r.configure(d.Prelude.Config)
	}
	for _, message := range d.Diagnostics {
		r.log(message)
	}
	if d.DiagnosticEvent != nil {
		r.log(*d.DiagnosticEvent)
	}
	if d.Error != nil {
		r.log(diagnostic{Severity: "error", Message: d.Error.Error})
	}
	if d.Summary != nil && d.Summary.Result == "failed" {
		r.log(diagnostic{Severity: "error", Message: "its result is \"failed\""})
	}
	shown := 0
	for i, s := range d.Steps {
		path := fmt.Sprintf("steps[%d]", i)
		if s == nil {
			return fmt.Errorf("%s is null; want an object", path)
		}
		if s.Op == "same" {
			shown++
		}
		if err := r.step(s, path+".newState"); err != nil {
			return err
		}
	}
	if isDigest {
		r.preview.Hidden = max(0, d.ChangeSummary["same"]-shown)
	}
	for _, e := range []struct {
		event *engineEvent
		path  string
	}{{d.Resource, "resourcePreEvent"}, {d.Outputs, "resOutputsEvent"}} {
		if e.event != nil {
			if err := r.step(&e.event.Metadata, e.path+".metadata.new"); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) configure(config map[string]any) {
	for key, value := range config {
		if text, ok := value.(string); ok {
			r.config[key] = text
		}
	}
}

func (r *reader) log(d diagnostic) {
	r.logs = append(r.logs, recording.Log{Severity: d.Severity, Message: strings.TrimSpace(d.Message), URN: d.URN})
}

// step adds the resource of a step as it will be; of several steps for one resource, as in a replacement, the last.
func (r *reader) step(s *step, path string) error {
	switch s.Op {
	case "delete", "delete-replaced", "read-discard", "discard-replaced", "remove-pending-replace":
		return nil // no longer there
	}
	new := s.NewState
	if new == nil {
		new = s.New
	}
	if new == nil {
		return nil
	}
	if s.Op == "" {
		return fmt.Errorf("%s stands in a step without an op; want create, update, same and the like", path)
	}
	res, err := new.resource(path)
	if err != nil {
		return err
	}
	r.resources[res.URN] = res
	if s.Op == "read" || s.Op == "read-replacement" || new.External {
		if r.reads == nil {
			r.reads = map[string]bool{}
		}
		r.reads[res.URN] = true
	}
	// The stages of a replacement are told apart in Pulumi; for whom the result matters it is one operation.
	if s.Op == "create-replacement" {
		s.Op = "replace"
	}
	r.preview.Operations[res.URN] = s.Op
	return nil
}

// finish makes the recording of what was collected.
func (r *reader) finish() (*Preview, error) {
	for _, l := range r.logs {
		if l.Severity == "error" {
			on := ""
			if l.URN != "" {
				on = " (" + l.URN + ")"
			}
			return nil, fmt.Errorf("this preview failed, so that it does not hold all that is to be deployed: %s%s", oneLine(l.Message), on)
		}
	}
	rec := &recording.Recording{Logs: r.logs, Exports: map[string]any{}}
	for _, res := range r.resources {
		if r.reads[res.URN] {
			rec.Reads = append(rec.Reads, res)
		} else {
			rec.Resources = append(rec.Resources, res)
		}
		if res.Type == recording.StackType && res.Outputs != nil {
			rec.Exports = res.Outputs
		}
	}
	byURN := func(a, b *recording.Resource) int { return strings.Compare(a.URN, b.URN) }
	slices.SortFunc(rec.Resources, byURN)
	slices.SortFunc(rec.Reads, byURN)
	rec.Region = r.region(rec)
	for _, res := range rec.Resources {
		r.preview.Stack, r.preview.Project = scope(res.URN)
		break
	}
	r.preview.Recording = rec
	return r.preview, nil
}

// region is the configured one, or else that of the only provider that says.
func (r *reader) region(rec *recording.Recording) string {
	if region := r.config["aws:region"]; region != "" {
		return region
	}
	found := map[string]bool{}
	for _, res := range rec.Resources {
		if res.Type == recording.ProviderTypes+"aws" {
			if region, ok := res.Inputs["region"].(string); ok {
				found[region] = true
			}
		}
	}
	if len(found) == 1 {
		for region := range found {
			return region
		}
	}
	return ""
}

func oneLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
