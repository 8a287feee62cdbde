package generate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/system"
)

// tested are the sizes that the tests of a project compare with what it declares.
var tested = []string{"busy_tasks", "peak_tasks"}

// requiredProgram is system_test.go: what system.hcl asks for as data with lines, for
// the project's tests.
func requiredProgram(in Input) ([]byte, error) {
	s := in.System
	var w strings.Builder
	w.WriteString(`package main

import (
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/requirements"
)

// required is what system.hcl asks for, each with its line; what has no line was
// assumed. When system.hcl changes, ` + "`scaffold new . --force`" + ` writes it anew.
var required = requirements.System{
`)
	fmt.Fprintf(&w, "Name: %q,\n", s.Name)
	writeRequirements(&w, s.Requirements.All())
	w.WriteString("Services: []requirements.Service{\n")
	for _, service := range s.Services {
		fmt.Fprintf(&w, "{Name: %q%s, Image: %q", service.Name, lineOf(service.Range.Start.Line, service.Range == s.Range), service.Image)
		if service.Path != "" {
			fmt.Fprintf(&w, ", Path: %q", service.Path)
		}
		for _, list := range []struct {
			name  string
			names []string
		}{{"Publishes", service.Publishes}, {"Consumes", service.Consumes}, {"Stores", service.Stores}} {
			if len(list.names) > 0 {
				fmt.Fprintf(&w, ", %s: %s", list.name, goTexts(list.names))
			}
		}
		w.WriteString("},\n")
	}
	w.WriteString("},\n")
	if len(s.Stores) > 0 {
		w.WriteString("Stores: []requirements.Store{\n")
		for _, store := range s.Stores {
			fmt.Fprintf(&w, "{Name: %q, Model: %q%s},\n", store.Name, store.Model, lineOf(store.Range.Start.Line, false))
		}
		w.WriteString("},\n")
	}
	if len(s.Events) > 0 {
		w.WriteString("Events: []requirements.Event{\n")
		for _, event := range s.Events {
			ordered := ""
			if event.Ordered {
				ordered = ", Ordered: true"
			}
			fmt.Fprintf(&w, "{Name: %q%s%s},\n", event.Name, ordered, lineOf(event.Range.Start.Line, false))
		}
		w.WriteString("},\n")
	}
	w.WriteString("Environments: []requirements.Environment{\n")
	for n, env := range s.Environments {
		fmt.Fprintf(&w, "{\nName: %q, Preset: %q%s,\n", env.Name, env.Preset, lineOf(env.Range.Start.Line, env.Range == s.Range))
		written := slices.DeleteFunc(env.Requirements.All(), func(r system.Requirement) bool { return r.Assumed })
		if len(written) > 0 {
			writeRequirements(&w, written)
		}
		writeSizes(&w, in.Designs[n].Sizes)
		w.WriteString("},\n")
	}
	w.WriteString("},\n")
	writeDecisions(&w, in)
	w.WriteString("}\n\n// waivers are the controls that are not met, with the reason and the last day that holds.\nvar waivers = []guardrails.Waiver{")
	for _, waiver := range s.Waivers {
		fmt.Fprintf(&w, "\n{Control: %q, Reason: %q, Until: %q, Position: \"system.hcl:%d\"},", waiver.Control, waiver.Reason, waiver.Until, waiver.Range.Start.Line)
	}
	if len(s.Waivers) > 0 {
		w.WriteString("\n")
	}
	w.WriteString("}\n")
	return formatted([]byte(w.String()))
}

func lineOf(line int, assumed bool) string {
	if assumed || line == 0 {
		return ""
	}
	return ", Line: " + strconv.Itoa(line)
}

func writeRequirements(w *strings.Builder, list []system.Requirement) {
	w.WriteString("Requirements: []requirements.Requirement{\n")
	for _, r := range list {
		fmt.Fprintf(w, "{Name: %q, Value: %s%s},\n", r.Name, goRequirement(r), lineOf(r.Range.Start.Line, r.Assumed))
	}
	w.WriteString("},\n")
}

// goRequirement writes a value as Go: sizes and durations as the texts of system.hcl.
func goRequirement(r system.Requirement) string {
	if list, ok := r.Value.([]string); ok {
		return goTexts(list)
	}
	return r.Format(r.Value)
}

func goTexts(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = strconv.Quote(s)
	}
	return "[]string{" + strings.Join(quoted, ", ") + "}"
}

func writeSizes(w *strings.Builder, sizes []*design.Size) {
	var known []string
	for _, size := range sizes {
		if _, err := strconv.ParseFloat(size.Value, 64); err == nil && slices.Contains(tested, size.Name) {
			known = append(known, fmt.Sprintf("%q: %s", size.Name, size.Value))
		}
	}
	if len(known) > 0 {
		slices.Sort(known)
		fmt.Fprintf(w, "Sizes: map[string]float64{%s},\n", strings.Join(known, ", "))
	}
}

func writeDecisions(w *strings.Builder, in Input) {
	if len(in.Designs[0].Decisions) == 0 {
		return
	}
	w.WriteString("Decisions: []requirements.Decision{\n")
	for n, first := range in.Designs[0].Decisions {
		var options, rules []string
		var about []string
		line := 0
		for _, d := range in.Designs {
			decision := d.Decisions[n]
			options = append(options, fmt.Sprintf("%q: %q", d.Environment, decision.Chosen.Name))
			if decision.Overruled.Line == 0 {
				continue
			}
			line = decision.Overruled.Line
			rules = append(rules, fmt.Sprintf("%q: %q", d.Environment, decision.Rule.Name))
			for _, option := range decision.Options {
				for _, fact := range option.Facts {
					if name, ok := strings.CutPrefix(fact.Name, "requirements."); ok && !slices.Contains(about, name) {
						about = append(about, name)
					}
				}
			}
		}
		fmt.Fprintf(w, "{Name: %q, Option: map[string]string{%s}", first.Name, strings.Join(options, ", "))
		if line > 0 {
			fmt.Fprintf(w, ", Rule: map[string]string{%s}, About: %s, Line: %d", strings.Join(rules, ", "), goTexts(about), line)
		}
		w.WriteString("},\n")
	}
	w.WriteString("},\n")
}
