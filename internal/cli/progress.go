package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/system"
)

// told prints a line for each stage up to the design.
func (o *newOptions) told(streams Streams, in *input) {
	s := in.system
	stage(streams, "read", "%s: %s, %s, %s; %s", s.Name, count(len(s.Services), "service"), count(len(s.Stores), "store"), count(len(s.Events), "event"), environments(in))
	if in.advice != "" {
		stage(streams, "chose", "%s", in.advice)
	}
	stage(streams, "assumed", "%s", assumed(in, o))
	if own := assumedByPattern(in); len(own) > 0 {
		fmt.Fprintln(streams.Err, wrap(fmt.Sprintf("%d by the pattern, for assume in %s to replace: %s", len(own), systemFile, strings.Join(own, ", ")), "         ", 100))
	}
	var outcomes []string
	for n, d := range in.designs[0].Decisions {
		var chosen []string
		for _, design := range in.designs {
			if name := design.Decisions[n].Chosen.Name; len(chosen) == 0 || chosen[len(chosen)-1] != name {
				chosen = append(chosen, name)
			}
		}
		outcomes = append(outcomes, d.Name+" = "+strings.Join(chosen, " → "))
	}
	stage(streams, "decided", "%d: %s", len(outcomes), strings.Join(outcomes, ", "))
	ids := map[string]bool{}
	for _, d := range in.designs {
		for _, i := range d.Instances {
			ids[i.ID] = true
		}
	}
	stage(streams, "designed", "%s of %s", count(len(ids), "component"), in.blueprint.Title)
}

func environments(in *input) string {
	var list []string
	for _, env := range in.system.Environments {
		list = append(list, fmt.Sprintf("%s (%s)", env.Name, env.Preset))
	}
	return strings.Join(list, " and ")
}

// assumed says how many values nobody wrote. What the starter wrote counts: it
// is the tool's guess until somebody has looked at it.
func assumed(in *input, o *newOptions) string {
	n, own := len(in.system.Assumptions), len(assumedByPattern(in))
	where := "listed in README.md"
	if in.filename == systemFile && o.system == "" {
		n += len(system.Definitions()) - requirementsSet(o.set)
		where = "written into " + systemFile + " for you to edit"
		if own > 0 {
			where = fmt.Sprintf("%d %s, %d of the pattern listed in README.md", n, where, own)
		}
	}
	return fmt.Sprintf("%s (%s)", count(n+own, "value"), where)
}

// assumedByPattern are the values that the blueprint assumes and nobody replaced.
func assumedByPattern(in *input) []string {
	var list []string
	all := assumptionsOf(in.designs)
	for n, a := range all {
		if n > 0 && all[n-1].Name == a.Name || !a.Assumed {
			continue
		}
		values := []string{}
		for _, other := range all {
			if value := strings.TrimSpace(other.Value + " " + other.Unit); other.Name == a.Name && !slices.Contains(values, value) {
				values = append(values, value)
			}
		}
		list = append(list, a.Name+" = "+strings.Join(values, " → "))
	}
	return list
}

func requirementsSet(assignments []string) int {
	set := map[string]bool{}
	for _, a := range assignments {
		if key, _, ok := strings.Cut(a, "="); ok && strings.HasPrefix(key, "requirements.") {
			set[key] = true
		}
	}
	return len(set)
}

func nextSteps(streams Streams, dir string, in *input) {
	env := in.system.Environments[0].Name
	fmt.Fprintf(streams.Err, `
Next:
  cd %s
  go test ./...                     run the program in every environment, without AWS
  edit %s                   then: scaffold new . --force
  pulumi stack init %s && pulumi preview
`, shown(dir), systemFile, env)
}
