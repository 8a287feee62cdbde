package generate

import (
	"fmt"
	"slices"
	"strings"

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
	Assumptions  []assumptionView // of the blueprint
	Sizes        []sizeView
	Waivers      []waiverView
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
}

type requirementView struct {
	Name, Value string
	From        string // where it comes from
}

type waiverView struct {
	system.Waiver
	Line int
}

type decisionView struct{ File, Name, Question, Outcome string }

type componentView struct {
	Block, Type, Comment, Environments string
	Instances                          []string
}

// place is a line of system.hcl, as documents name it.
func place(line int) string { return fmt.Sprintf("system.hcl:%d", line) }

func newView(in Input, p *program) view {
	v := view{
		System: in.System, Title: in.Blueprint.Title, Pattern: in.Blueprint.Name, Summary: in.Blueprint.Summary,
		Outputs: p.outputs, Settings: p.settings, Example: in.Designs[0].Environment,
	}
	for n, env := range in.System.Environments {
		v.Environments = append(v.Environments, environmentView{env.Name, env.Preset, in.Designs[n].Region, env.Domain})
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
		from := "assumed: " + r.Because
		if !r.Assumed {
			from = place(r.Range.Start.Line)
		}
		v.Requirements = append(v.Requirements, requirementView{r.Name, r.Text, from})
	}
	for _, env := range in.System.Environments {
		for _, r := range env.Requirements.All() {
			if !r.Assumed {
				v.Requirements = append(v.Requirements, requirementView{r.Name + " in " + env.Name, r.Text, place(r.Range.Start.Line)})
			}
		}
	}
	for _, w := range in.System.Waivers {
		v.Waivers = append(v.Waivers, waiverView{w, w.Range.Start.Line})
	}
	v.Assumptions, v.Sizes = assumptionsOf(in.Designs), sizesOf(in.Designs)
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
