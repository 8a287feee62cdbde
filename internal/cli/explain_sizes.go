package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
)

type sizeJSON struct {
	Name        string     `json:"name"`
	Environment string     `json:"environment"`
	Comment     string     `json:"comment"` // why it is computed so
	Expression  string     `json:"expression"`
	Facts       []factJSON `json:"facts"`
	Value       string     `json:"value"`
	Sources     []string   `json:"sources"` // of the formulas and tables
}

type assumptionJSON struct {
	Name        string     `json:"name"`
	Environment string     `json:"environment"`
	Value       string     `json:"value"` // as it would stand in system.hcl
	Unit        string     `json:"unit"`
	Because     string     `json:"because"`
	Source      string     `json:"source"`
	Assumed     bool       `json:"assumed"` // false where the team replaced it
	Range       *rangeJSON `json:"range,omitempty"`
}

// sizesOf gathers the sizes, by name and then by environment.
func sizesOf(designs []*design.Design) []sizeJSON {
	list := []sizeJSON{}
	for _, name := range inTurn(designs, func(d *design.Design) []*design.Size { return d.Sizes }, func(s *design.Size) string { return s.Name }) {
		for _, d := range designs {
			for _, s := range d.Sizes {
				if s.Name != name {
					continue
				}
				size := sizeJSON{Name: s.Name, Environment: d.Environment, Comment: s.Comment, Expression: s.Expression, Facts: []factJSON{}, Value: s.Value, Sources: append([]string{}, s.Sources...)}
				for _, f := range s.Facts {
					size.Facts = append(size.Facts, factJSON(f))
				}
				list = append(list, size)
			}
		}
	}
	return list
}

// assumptionsOf gathers the assumptions of the pattern, by name and then by environment.
func assumptionsOf(designs []*design.Design) []assumptionJSON {
	list := []assumptionJSON{}
	for _, name := range inTurn(designs, func(d *design.Design) []*design.Assumption { return d.Assumptions }, func(a *design.Assumption) string { return a.Name }) {
		for _, d := range designs {
			for _, a := range d.Assumptions {
				if a.Name != name {
					continue
				}
				j := assumptionJSON{Name: a.Name, Environment: d.Environment, Value: a.Literal, Unit: a.Unit, Because: a.Because, Source: a.Source, Assumed: a.Assumed()}
				if w := a.Written; !a.Assumed() {
					j.Range = &rangeJSON{w.File, posJSON{w.Line, w.Column}, posJSON{w.EndLine, w.EndColumn}}
				}
				list = append(list, j)
			}
		}
	}
	return list
}

// inTurn are the names of what the designs hold, each once, in the order of the blueprint.
func inTurn[T any](designs []*design.Design, of func(*design.Design) []T, name func(T) string) []string {
	var names []string
	known := map[string]bool{}
	for _, d := range designs {
		for _, item := range of(d) {
			if n := name(item); !known[n] {
				known[n] = true
				names = append(names, n)
			}
		}
	}
	return names
}

func printSizes(out io.Writer, sizes []sizeJSON) {
	fmt.Fprintln(out, "sizes: How large is it, and by what arithmetic?")
	for n, s := range sizes {
		if n == 0 || sizes[n-1].Name != s.Name {
			fmt.Fprintf(out, "  %s = %s\n", s.Name, s.Expression)
			if s.Comment != "" {
				fmt.Fprintln(out, wrap(s.Comment, "      ", 90))
			}
		}
		line := s.Environment + ": " + s.Value
		if facts := said(s.Facts); facts != "" {
			line += ", as " + facts
		}
		fmt.Fprintln(out, wrap(line, "      ", 90))
		if n == len(sizes)-1 || sizes[n+1].Name != s.Name {
			for _, source := range s.Sources {
				fmt.Fprintln(out, wrap("source: "+source, "      ", 90))
			}
		}
	}
}

func said(facts []factJSON) string {
	var list []string
	for _, f := range facts {
		list = append(list, f.Name+" is "+f.Value)
	}
	return strings.Join(list, ", ")
}

func printAssumptions(out io.Writer, assumptions []assumptionJSON) {
	fmt.Fprintln(out, "assumptions: What is taken for granted? Replace it in system.hcl: assume { name = … }")
	for n, a := range assumptions {
		// One line for environments that agree.
		if n > 0 && assumptions[n-1].Name == a.Name && assumptions[n-1].Value == a.Value {
			continue
		}
		value := strings.TrimSpace(a.Value + " " + a.Unit)
		if !sameEverywhere(assumptions, a) {
			value += " in " + a.Environment
		}
		fmt.Fprintf(out, "  %s = %s\n", a.Name, value)
		if a.Range != nil {
			fmt.Fprintf(out, "      The team's own, at %s:%d,%d.\n", a.Range.File, a.Range.Start.Line, a.Range.Start.Column)
			continue
		}
		fmt.Fprintln(out, wrap(strings.TrimSuffix(a.Because, ".")+".", "      ", 90))
		if a.Source != "" {
			fmt.Fprintln(out, wrap("source: "+a.Source, "      ", 90))
		}
	}
}

func sameEverywhere(assumptions []assumptionJSON, a assumptionJSON) bool {
	for _, other := range assumptions {
		if other.Name == a.Name && other.Value != a.Value {
			return false
		}
	}
	return true
}
