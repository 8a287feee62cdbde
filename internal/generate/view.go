package generate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/system"
)

// view is what the templates show.
type view struct {
	System       *system.System
	Title        string // of the pattern
	Pattern      string
	Summary      string
	Environments []environmentView
	Requirements []requirementView
	Decisions    []decisionView
	Components   []componentView
	Outputs      []*output
	Settings     []*setting
	Locks        []string // the settings that protect data from being destroyed
	Zone         bool     // the program makes a hosted zone that has to be delegated
	Example      string   // the first environment
}

type environmentView struct {
	Name, Preset, Region, Domain string
	Zones                        int    // availability zones that the requirements call for, 0 for any
	Availability                 string // as written
	Line                         int    // of the availability in system.hcl, 0 if assumed
}

type requirementView struct {
	Name, Value, Doc, Because string
	Assumed                   bool
}

type decisionView struct{ File, Name, Question, Outcome string }

type componentView struct {
	Block, Type, Comment, Environments string
	Instances                          []string
}

func newView(in Input, p *program) view {
	v := view{
		System: in.System, Title: in.Blueprint.Title, Pattern: in.Blueprint.Name, Summary: in.Blueprint.Summary,
		Outputs: p.outputs, Settings: p.settings, Example: in.Designs[0].Environment,
	}
	for n, env := range in.System.Environments {
		requirements := in.System.For(env)
		availability := requirements.Get("availability")
		e := environmentView{Name: env.Name, Preset: env.Preset, Region: in.Designs[n].Region, Domain: env.Domain, Availability: availability.Text}
		// AWS promises 99.5 % for an instance and 99.99 % for a region's zones
		// together: https://aws.amazon.com/compute/sla/
		if requirements.Number("availability") > 99.5 {
			e.Zones = 2
		}
		if !availability.Assumed {
			e.Line = availability.Range.Start.Line
		}
		v.Environments = append(v.Environments, e)
	}
	for _, s := range p.settings {
		if s.property == "deletionProtection" {
			v.Locks = append(v.Locks, "`"+s.key+"`")
		}
	}
	for _, r := range in.System.Requirements.All() {
		if r.Assumed && r.Text == "" {
			continue
		}
		v.Requirements = append(v.Requirements, requirementView{r.Name, r.Text, r.Doc, r.Because, r.Assumed})
	}
	for n, d := range in.Designs[0].Decisions {
		v.Decisions = append(v.Decisions, decisionView{recordName(n, d), d.Name, d.Question, outcome(in, n)})
	}
	for _, i := range p.instances {
		v.Zone = v.Zone || i.Component.Type == "dns"
		at := slices.IndexFunc(v.Components, func(c componentView) bool { return c.Block == i.Block })
		if at < 0 {
			var only []string
			for env, name := range p.environments {
				if i.where[env] == '1' {
					only = append(only, name)
				}
			}
			v.Components = append(v.Components, componentView{i.Block, i.Component.Type, i.Comment, strings.Join(only, ", "), nil})
			at = len(v.Components) - 1
		}
		v.Components[at].Instances = append(v.Components[at].Instances, i.ID)
	}
	return v
}

// recordName is the file of a decision record.
func recordName(n int, d *design.Decision) string { return fmt.Sprintf("%04d-%s.md", n+1, d.Name) }

// record is one decision in all environments.
type record struct {
	Number                int
	Name, Question, Guide string
	Title                 string
	Outcomes              []outcomeView
	Options               []optionView
	Pattern               string
	Other                 string // an option that is not taken everywhere
}

type outcomeView struct {
	Environments, Option, Because, Rule, RuleBecause string
	Overruled                                        int // the line in system.hcl, 0 if the rule decided
	Gains, Costs                                     string
}

type optionView struct {
	Name, When, Gains, Costs string
	Results                  []string // for each distinct outcome of its condition
}

func newRecord(in Input, n int) record {
	first := in.Designs[0].Decisions[n]
	r := record{Number: n + 1, Name: first.Name, Question: first.Question, Guide: first.Guide, Pattern: in.Blueprint.Name}
	var titles []string
	for _, d := range in.Designs {
		decision := d.Decisions[n]
		chosen := decision.Chosen
		o := outcomeView{
			Environments: d.Environment, Option: chosen.Name, Because: chosen.Because, Overruled: decision.Overruled.Line,
			Rule: decision.Rule.Name, RuleBecause: decision.Rule.Because, Gains: axes(chosen.Gains), Costs: axes(chosen.Costs),
		}
		same := slices.IndexFunc(r.Outcomes, func(other outcomeView) bool {
			other.Environments = o.Environments
			return other == o
		})
		if same >= 0 {
			r.Outcomes[same].Environments += ", " + d.Environment
			continue
		}
		r.Outcomes = append(r.Outcomes, o)
		if !slices.Contains(titles, chosen.Name) {
			titles = append(titles, chosen.Name)
		}
	}
	r.Title = strings.Join(titles, " or ")
	for i, o := range first.Options {
		v := optionView{Name: o.Name, When: o.When, Gains: axes(o.Gains), Costs: axes(o.Costs)}
		for _, d := range in.Designs {
			if result := result(d.Decisions[n].Options[i]); !slices.Contains(v.Results, result) {
				v.Results = append(v.Results, result)
			}
		}
		r.Options = append(r.Options, v)
		if r.Title != o.Name {
			r.Other = o.Name
		}
	}
	return r
}

// result says whether a condition holds, and with which values.
func result(o *design.Option) string {
	if o.When == "" {
		return "taken when no other is"
	}
	text := "does not hold"
	if o.Holds {
		text = "holds"
	}
	var facts []string
	for _, f := range o.Facts {
		facts = append(facts, f.Name+" is "+f.Value)
	}
	if len(facts) > 0 {
		text += ": " + strings.Join(facts, ", ")
	}
	return text
}

func axes(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.ReplaceAll(strings.Join(list, ", "), "_", " ")
}
