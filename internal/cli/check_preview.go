package cli

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/internal/preview"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/archimperative/scaffold/internal/tfplan"
	"github.com/hashicorp/hcl/v2"
)

// previewResult is what `check --preview --format json` prints.
type previewResult struct {
	FormatVersion int                  `json:"format_version"`
	Preview       previewJSON          `json:"preview"`
	Diagnostics   []diagnosticJSON     `json:"diagnostics"` // of system.hcl and of the organisation's guardrails
	Findings      []guardrails.Finding `json:"findings"`
	Unknowns      []guardrails.Unknown `json:"unknowns"` // what can be told after deployment only
	Waived        []guardrails.Waived  `json:"waived"`
	UnusedWaivers []guardrails.Waiver  `json:"unused_waivers"`
	Rules         []guardrails.Tally   `json:"rules"`
	Plan          *planJSON            `json:"plan,omitempty"`
	files         map[string]*hcl.File // the texts that diagnostics point into
	diags         hcl.Diagnostics      // the same as Diagnostics
}

type previewJSON struct {
	Project   string `json:"project"`
	Stack     string `json:"stack"`
	Region    string `json:"region,omitempty"`
	Resources int    `json:"resources"`
	// Hidden are resources that do not change and were left out of the preview.
	Hidden int `json:"hidden"`
}

type planJSON struct {
	File       string         `json:"file"`
	Resources  int            `json:"resources"`
	Types      map[string]int `json:"types_left_out"`
	Properties []string       `json:"properties_left_out"`
}

// runCheckPreview checks what is about to be deployed.
func runCheckPreview(streams Streams, o *checkOptions) error {
	text, err := readPreview(streams, o.preview)
	if err != nil {
		return err
	}
	planned, err := preview.Read(text)
	if err != nil {
		return fmt.Errorf("reading the preview: %s: %w", previewName(o.preview), err)
	}
	rec := planned.Recording
	result := &previewResult{
		FormatVersion: formatVersion,
		Preview:       previewJSON{planned.Project, planned.Stack, rec.Region, len(rec.Resources), planned.Hidden},
		Findings:      []guardrails.Finding{}, Unknowns: []guardrails.Unknown{}, Waived: []guardrails.Waived{},
		UnusedWaivers: []guardrails.Waiver{}, Rules: []guardrails.Tally{}, files: map[string]*hcl.File{},
	}
	options, err := o.guardrails(streams, planned, result)
	if err != nil {
		return err
	}
	result.Diagnostics = diagnosticsJSON(result.diags)
	if !result.diags.HasErrors() {
		report := guardrails.Check(rec, options)
		result.Findings, result.Unknowns, result.Waived = report.Findings, report.Unknowns, report.Waived
		result.UnusedWaivers, result.Rules = report.Unused, report.Rules
		if o.planOut != "" {
			if result.Plan, err = writePlan(o.planOut, planned); err != nil {
				return err
			}
		}
	}
	switch o.format {
	case "json":
		err = printJSON(streams, result)
	case "sarif":
		err = printJSON(streams, o.previewSARIF(result))
	default:
		err = o.tell(streams, result)
	}
	if err != nil {
		return err
	}
	if result.diags.HasErrors() || len(result.Findings) > 0 {
		return errProblems
	}
	return nil
}

// readPreview reads at most preview.MaxBytes bytes, and one more by which package preview sees that there are more.
func readPreview(streams Streams, path string) ([]byte, error) {
	reader := streams.In
	if path != "-" {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("reading the preview: %w", err)
		}
		if info.IsDir() {
			return nil, fmt.Errorf("reading the preview: %s is a folder", path)
		}
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("reading the preview: %w", err)
		}
		defer file.Close()
		reader = file
	}
	text, err := io.ReadAll(io.LimitReader(reader, preview.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the preview: %w", err)
	}
	return text, nil
}

func previewName(path string) string {
	if path == "-" {
		return "standard input"
	}
	return shown(path)
}

// guardrails says what the check takes into account: the organisation's rules, and the waivers and the compliance
// of a system. Problems in these files are in the result.
func (o *checkOptions) guardrails(streams Streams, planned *preview.Preview, result *previewResult) (guardrails.Options, error) {
	options := guardrails.Options{Today: time.Now().Format(time.DateOnly)}
	var folders []guardrails.Folder
	for _, dir := range streams.Guardrails {
		// A root, so that no symbolic link leads out of the folder. It stays open as long as the program runs.
		root, err := os.OpenRoot(dir)
		if err != nil {
			return options, fmt.Errorf("opening the guardrails: %w", err)
		}
		folders = append(folders, guardrails.Folder{Path: shown(dir), Files: root.FS()})
	}
	if len(folders) > 0 {
		rules, diags := guardrails.Load(folders...)
		result.diags = append(result.diags, diags...)
		options.Rules = rules
		maps.Copy(result.files, rules.Files())
	}
	path := cmp.Or(o.system, filepath.Join(o.dir, systemFile))
	text, err := readText(streams, path)
	switch {
	case o.system == "" && !o.explicit && errors.Is(err, fs.ErrNotExist):
		return options, nil // a program of someone else's
	case err != nil:
		return options, err
	}
	name := shown(path)
	if path == "-" {
		name = "standard input"
	}
	s, diags := system.Parse(text, name)
	result.diags = append(result.diags, diags...)
	result.files[name] = &hcl.File{Bytes: text}
	for _, w := range s.Waivers {
		options.Waivers = append(options.Waivers, guardrails.Waiver{
			Control: w.Control, Reason: w.Reason, Until: w.Until, Position: fmt.Sprintf("%s:%d", name, w.Range.Start.Line),
		})
	}
	// Stacks are called as the environments are; another stack has what holds for all.
	requirements := s.Requirements
	for _, env := range s.Environments {
		if env.Name == planned.Stack {
			requirements = s.For(env)
		}
	}
	options.Compliance = requirements.Texts("compliance")
	return options, nil
}

// writePlan writes the Terraform plan.
func writePlan(path string, planned *preview.Preview) (*planJSON, error) {
	plan, report, err := tfplan.Export(planned.Recording, planned.Operations)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	// Only for its owner: a plan tells a great deal about what it plans.
	if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("writing the plan: %w", err)
	}
	properties := report.Properties
	if properties == nil {
		properties = []string{}
	}
	return &planJSON{shown(path), report.Resources, report.Types, properties}, nil
}

// tell says it to people.
func (o *checkOptions) tell(streams Streams, r *previewResult) error {
	if err := show(streams, r.files, r.diags); err != nil || r.diags.HasErrors() {
		return err
	}
	w := streams.Err
	for _, f := range r.Findings {
		fmt.Fprintf(w, "%s: %s\n", cmp.Or(o.position(f), f.URN), told(f))
	}
	for _, waived := range r.Waived {
		fmt.Fprintf(w, "waived until %s (%s): %s\n", waived.Until, waived.Position, told(waived.Finding))
	}
	for _, waiver := range r.UnusedWaivers {
		fmt.Fprintf(w, "%s: the waiver of %s waives nothing here\n", waiver.Position, waiver.Control)
	}
	unknown := map[string]int{}
	for _, u := range r.Unknowns {
		unknown[u.Rule+": "+u.Title]++
	}
	for _, rule := range slices.Sorted(maps.Keys(unknown)) {
		fmt.Fprintf(w, "cannot tell before deployment, of %s: %s\n", count(unknown[rule], "resource"), rule)
	}
	stage(streams, "checked", "%s of stack %s: %s", count(r.Preview.Resources, "resource"), r.Preview.Stack, count(len(r.Findings), "finding"))
	if r.Preview.Hidden > 0 {
		stage(streams, "", "%s without a change are not in the preview, so that nothing is said about them; run `pulumi preview --json --show-sames`", count(r.Preview.Hidden, "resource"))
	}
	if r.Plan != nil {
		r.Plan.tell(streams)
	}
	return nil
}

func (p *planJSON) tell(streams Streams) {
	stage(streams, "wrote", "%s to %s, as a Terraform plan", count(p.Resources, "resource"), p.File)
	for _, token := range slices.Sorted(maps.Keys(p.Types)) {
		stage(streams, "", "left out %s of type %s, which the table of Terraform names does not have", count(p.Types[token], "resource"), token)
	}
	for _, property := range p.Properties {
		stage(streams, "", "left out the property %s, which the table of Terraform names does not have", property)
	}
}

// told is a finding in one line, without its place.
func told(f guardrails.Finding) string {
	line := f.Rule
	if f.Severity != "" {
		line += " (" + f.Severity + ")"
	}
	if f.Type != "" {
		line += ": " + f.Type + " " + strconv.Quote(f.Name)
		if f.Property != "" {
			line += " " + f.Property
		}
	}
	return strings.Join(strings.Fields(line+": "+message(f)), " ")
}

// message is what is wrong and what to do about it, as sentences.
func message(f guardrails.Finding) string {
	return strings.TrimSpace(sentence(f.Message) + " " + sentence(f.Remedy))
}

// position is the place of a finding as the user would write it, or "".
func (o *checkOptions) position(f guardrails.Finding) string {
	if f.Source == "" || f.URN == "" {
		return f.Source // nothing, or in the file of the waivers, which is named as the user named it
	}
	return o.place(f.Source)
}
