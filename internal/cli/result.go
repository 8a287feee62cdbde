package cli

import "github.com/archimperative/scaffold/internal/project"

type assumedJSON struct {
	What    string `json:"what"`
	Value   string `json:"value"`
	Because string `json:"because"`
	Unit    string `json:"unit,omitempty"`
	Source  string `json:"source,omitempty"`
	// Environment is set where environments differ.
	Environment string `json:"environment,omitempty"`
}

type decisionJSON struct {
	Name        string `json:"name"`
	Environment string `json:"environment"`
	Option      string `json:"option"`
	Because     string `json:"because"`
	Rule        string `json:"rule"` // the option the rules choose; not Option where the team overruled
}

type componentJSON struct {
	Name         string   `json:"name"`
	Type         string   `json:"type"`
	Environments []string `json:"environments"`
}

func (r *newResult) fill(in *input, dir string, written *project.Result) {
	r.Project, r.System, r.Pattern = shown(dir), in.system.Name, in.blueprint.Name
	for _, a := range in.system.Assumptions {
		r.Assumed = append(r.Assumed, assumedJSON{What: a.What, Value: a.Value, Because: a.Because})
	}
	pattern := assumptionsOf(in.designs)
	for n, a := range pattern {
		j := assumedJSON{What: "assume." + a.Name, Value: a.Value, Because: a.Because, Unit: a.Unit, Source: a.Source}
		if same := sameEverywhere(pattern, a); !a.Assumed || same && n > 0 && pattern[n-1].Name == a.Name {
			continue
		} else if !same {
			j.Environment = a.Environment
		}
		r.Assumed = append(r.Assumed, j)
	}
	at := map[string]int{}
	for _, d := range in.designs {
		for _, decision := range d.Decisions {
			r.Decisions = append(r.Decisions, decisionJSON{decision.Name, d.Environment, decision.Chosen.Name, decision.Chosen.Because, decision.Rule.Name})
		}
		for _, i := range d.Instances {
			n, known := at[i.ID]
			if !known {
				n = len(r.Components)
				at[i.ID] = n
				r.Components = append(r.Components, componentJSON{Name: i.ID, Type: i.Component.Token})
			}
			r.Components[n].Environments = append(r.Components[n].Environments, d.Environment)
		}
	}
	r.Written = append(r.Written, written.Written...)
	for _, replaced := range written.Replaced {
		r.KeptAside = append(r.KeptAside, replaced.Kept)
	}
}
