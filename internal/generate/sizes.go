package generate

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
)

// assumptionView is an assumption of the blueprint in all environments.
type assumptionView struct{ Name, Value, Because, From string }

// assumptionsOf lists what the blueprint assumes: each value once, with the environments that have it
// where it differs.
func assumptionsOf(designs []*design.Design) []assumptionView {
	var list []assumptionView
	for _, first := range designs[0].Assumptions {
		v := assumptionView{Name: first.Name, Because: sentence(first.Because), From: first.Source}
		if !first.Assumed() {
			v.From = place(first.Written.Line)
		}
		v.Value = differing(designs, func(d *design.Design) (string, bool) {
			i := slices.IndexFunc(d.Assumptions, func(a *design.Assumption) bool { return a.Name == first.Name })
			if i < 0 {
				return "", false
			}
			return strings.TrimSpace(d.Assumptions[i].Value + " " + d.Assumptions[i].Unit), true
		})
		list = append(list, v)
	}
	return list
}

// sizeView is a size in all environments.
type sizeView struct {
	Name, Comment, Expression string
	Value                     string
	Rows                      []sizeRow
	Sources                   []string
}

type sizeRow struct{ Environment, Values, Result string }

// sizesOf lists what was calculated, in the order of the blueprint.
func sizesOf(designs []*design.Design) []sizeView {
	var list []sizeView
	for _, d := range designs {
		for _, size := range d.Sizes {
			i := slices.IndexFunc(list, func(v sizeView) bool { return v.Name == size.Name })
			if i < 0 {
				i = len(list)
				list = append(list, sizeView{Name: size.Name, Comment: sentence(size.Comment), Expression: size.Expression})
			}
			var values []string
			for _, fact := range size.Facts {
				values = append(values, fact.Name+" = "+fact.Value)
			}
			list[i].Rows = append(list[i].Rows, sizeRow{d.Environment, strings.Join(values, ", "), size.Value})
			for _, source := range size.Sources {
				if !slices.Contains(list[i].Sources, source) {
					list[i].Sources = append(list[i].Sources, source)
				}
			}
		}
	}
	return list
}

// differing joins what environments have: one value if all have the same.
func differing(designs []*design.Design, of func(*design.Design) (string, bool)) string {
	var values, labelled []string
	for _, d := range designs {
		if v, ok := of(d); ok {
			if !slices.Contains(values, v) {
				values = append(values, v)
			}
			labelled = append(labelled, v+" in "+d.Environment)
		}
	}
	if len(values) == 1 {
		return values[0]
	}
	return strings.Join(labelled, ", ")
}
