package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
)

// recordName is the file of a decision record.
func recordName(n int, d *design.Decision) string { return fmt.Sprintf("%04d-%s.md", n+1, d.Name) }

// record is one decision in all environments.
type record struct {
	Number                int
	Name, Question, Guide string
	Title                 string
	Status                string
	Facts                 []factView
	Outcomes              []outcomeView
	Options               []optionView
	Pattern               string
	Other                 string // an option that is not taken everywhere
	Only                  bool   // there is no other option
}

// factView is a value that the options looked at.
type factView struct{ Name, Value, From string }

type outcomeView struct {
	Environments, Option, Because, Rule, RuleBecause string
	Overruled                                        int // the line in system.hcl, 0 if the rule decided
	Gains, Costs                                     string
}

type optionView struct {
	Name, When, Because, Gains, Costs string
	Elected                           bool // only the team can take it
	Here                              string
}

func newRecord(in Input, n int) record {
	first := in.Designs[0].Decisions[n]
	r := record{Number: n + 1, Name: first.Name, Question: first.Question, Guide: first.Guide, Pattern: in.Blueprint.Name, Status: "Accepted"}
	var titles []string
	for _, d := range in.Designs {
		decision := d.Decisions[n]
		chosen := decision.Chosen
		o := outcomeView{
			Environments: d.Environment, Option: chosen.Name, Because: sentence(chosen.Because), Overruled: decision.Overruled.Line,
			Rule: decision.Rule.Name, RuleBecause: sentence(decision.Rule.Because), Gains: axes(chosen.Gains), Costs: axes(chosen.Costs),
		}
		if o.Overruled > 0 {
			r.Status = fmt.Sprintf("Accepted: decided by the team (system.hcl:%d)", o.Overruled)
		}
		same := slices.IndexFunc(r.Outcomes, func(other outcomeView) bool {
			other.Environments = o.Environments
			return other == o
		})
		if same >= 0 {
			r.Outcomes[same].Environments += " and " + d.Environment
			continue
		}
		r.Outcomes = append(r.Outcomes, o)
		if !slices.Contains(titles, chosen.Name) {
			titles = append(titles, chosen.Name)
		}
	}
	r.Title = strings.Join(titles, " or ")
	for i, o := range first.Options {
		v := optionView{Name: o.Name, When: o.When, Gains: axes(o.Gains), Costs: axes(o.Costs), Elected: o.Elected}
		for _, d := range in.Designs {
			if v.Because == "" {
				v.Because = sentence(d.Decisions[n].Options[i].Because)
			}
		}
		v.Here = differing(in.Designs, func(d *design.Design) (string, bool) { return result(d.Decisions[n].Options[i]), true })
		r.Options = append(r.Options, v)
		if r.Title != o.Name {
			r.Other = o.Name
		}
	}
	r.Only = len(first.Options) == 1
	r.Facts = factsOf(in, n)
	return r
}

// factsOf are the values that the conditions of a decision looked at, each once, with where the
// requirements among them stand.
func factsOf(in Input, n int) []factView {
	var list []factView
	for _, d := range in.Designs {
		for _, option := range d.Decisions[n].Options {
			for _, fact := range option.Facts {
				if !slices.ContainsFunc(list, func(v factView) bool { return v.Name == fact.Name }) {
					list = append(list, newFact(in, n, fact.Name))
				}
			}
		}
	}
	return list
}

func newFact(in Input, n int, name string) factView {
	v := factView{Name: name}
	v.Value = differing(in.Designs, func(d *design.Design) (string, bool) {
		for _, option := range d.Decisions[n].Options {
			for _, fact := range option.Facts {
				if fact.Name == name {
					return fact.Value, true
				}
			}
		}
		return "", false
	})
	requirement, ok := strings.CutPrefix(name, "requirements.")
	if !ok {
		return v
	}
	var from []string
	for _, env := range in.System.Environments {
		at := "assumed"
		if r := in.System.For(env).Get(requirement); !r.Assumed {
			at = place(r.Range.Start.Line)
		}
		if !slices.Contains(from, at) {
			from = append(from, at)
		}
	}
	v.From = strings.Join(from, ", ")
	return v
}

// sentence is text with a full stop.
func sentence(text string) string {
	if text == "" || strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

// result says whether a condition holds.
func result(o *design.Option) string {
	switch {
	case o.When == "":
		return "taken if no other is"
	case o.Holds:
		return "holds"
	}
	return "does not hold"
}

func axes(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.ReplaceAll(strings.Join(list, ", "), "_", " ")
}
