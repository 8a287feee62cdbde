package blueprint

import (
	"cmp"
	"maps"
	"slices"
)

// Extend is base with the changes that b makes: what b declares stands in place
// of what base declares by the same name, or is added at the end. A component of
// the same type keeps the arguments that b does not set; everything else is
// replaced whole. Neither b nor base is changed.
func (b *Blueprint) Extend(base *Blueprint) *Blueprint {
	extended := *b
	extended.Title = cmp.Or(b.Title, base.Title)
	extended.Summary = cmp.Or(b.Summary, base.Summary)
	extended.Guide = cmp.Or(b.Guide, base.Guide)
	if b.Fits == nil {
		extended.Fits = base.Fits
	}
	extended.Sources = maps.Clone(base.Sources)
	maps.Copy(extended.Sources, b.Sources)
	extended.Assumptions = overlay(base.Assumptions, b.Assumptions, func(a *Assumption) string { return a.Name }, replace)
	extended.Locals = overlay(base.Locals, b.Locals, func(l *Local) string { return l.Name }, replace)
	extended.Constraints = overlay(base.Constraints, b.Constraints, func(c *Constraint) string { return c.Name }, replace)
	extended.Decisions = overlay(base.Decisions, b.Decisions, func(d *Decision) string { return d.Name }, decideAnew)
	extended.Components = overlay(base.Components, b.Components, func(c *Component) string { return c.Name }, change)
	extended.Outputs = overlay(base.Outputs, b.Outputs, func(o *Output) string { return o.Name }, replace)
	return &extended
}

// overlay puts changes over a list, in the order of the list.
func overlay[T any](list, changes []T, name func(T) string, with func(old, changed T) T) []T {
	result := slices.Clone(list)
	for _, c := range changes {
		at := slices.IndexFunc(result, func(old T) bool { return name(old) == name(c) })
		if at < 0 {
			result = append(result, c)
		} else {
			result[at] = with(result[at], c)
		}
	}
	return result
}

// decideAnew replaces a decision. What the base compares it with stays right, though the
// option may be gone.
func decideAnew(old, changed *Decision) *Decision {
	result := *changed
	result.Former = slices.Clone(old.Former)
	for _, o := range old.Options {
		result.Former = append(result.Former, o.Name)
	}
	return &result
}

func replace[T any](_, changed T) T { return changed }

// change sets the arguments of a component anew that the change gives. A change
// of the type is another component, with none of the old arguments.
func change(old, changed *Component) *Component {
	if old.Type != changed.Type {
		return changed
	}
	result := *changed
	result.Comment = cmp.Or(changed.Comment, old.Comment)
	if changed.ForEach == nil {
		result.ForEach = old.ForEach
	}
	if changed.When == nil {
		result.When = old.When
	}
	if changed.InRegion == nil {
		result.InRegion = old.InRegion
	}
	result.Args = overlay(old.Args, changed.Args, func(a *Argument) string { return a.Name }, replace)
	return &result
}
