package design

import (
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Assumption is a value that the blueprint takes for granted, or the team's own in its
// place.
type Assumption struct {
	Name    string // assumption.NAME in the blueprint, assume { NAME = … } in system.hcl
	Value   string // a number or a text, without quotes
	Literal string // the value as it would be written in system.hcl
	Unit    string // "s"; "" if it has none
	Because string // why the blueprint takes its value: one sentence
	Source  string // who says so; "" if nobody does
	Range   Range  // in the blueprint
	Written Range  // in system.hcl, where the team replaced it
}

// Assumed tells whether the value is the blueprint's and not the team's.
func (a *Assumption) Assumed() bool { return a.Written == Range{} }

// assumptions evaluates all assumptions, in the order of the blueprint.
func (e *evaluator) assumptions() {
	var known []string
	for _, a := range e.blueprint.Assumptions {
		known = append(known, a.Name)
	}
	for _, v := range e.system.Assume {
		switch {
		case len(known) == 0:
			e.fail(v.Range, "Unknown assumption", "The pattern %q assumes nothing that could be replaced. Remove this.", e.blueprint.Name)
		case e.assumptionCalled(v.Name) == nil:
			e.fail(v.Range, "Unknown assumption", "The pattern %q has no assumption %q; it has %s.%s", e.blueprint.Name, v.Name, strings.Join(known, ", "), source.Suggest(v.Name, known))
		}
	}
	for _, a := range e.blueprint.Assumptions {
		e.assumption(a)
	}
	// In the order of the blueprint, whatever order they were needed in.
	slices.SortFunc(e.design.Assumptions, func(a, b *Assumption) int {
		return slices.Index(known, a.Name) - slices.Index(known, b.Name)
	})
}

func (e *evaluator) assumptionCalled(name string) *blueprint.Assumption {
	for _, a := range e.blueprint.Assumptions {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// written is the team's own value of an assumption, nil without.
func (e *evaluator) written(name string) *system.Value {
	for i := range e.system.Assume {
		if e.system.Assume[i].Name == name {
			return &e.system.Assume[i]
		}
	}
	return nil
}

// assumption evaluates one assumption, after what it refers to.
func (e *evaluator) assumption(b *blueprint.Assumption) {
	key := "assumption " + b.Name
	if e.state[key] == 0 {
		e.setAssumption(b.Name, cty.DynamicVal) // what a cycle gets to see
	}
	if !e.begin(key, b.Range) {
		return
	}
	e.uses[key] = e.prepare(b.Value)
	value, ok := e.value(b.Value, e.ctx)
	if ok && (value.IsNull() || value.Type() != cty.Number && value.Type() != cty.String) {
		e.fail(b.Value.Range(), "Wrong type", "The value of an assumption is a number or a text.")
		ok = false
	}
	if !ok {
		value = cty.DynamicVal
	}
	a := &Assumption{Name: b.Name, Unit: b.Unit, Source: b.Source, Range: rangeOf(b.Range)}
	if team := e.written(b.Name); team != nil {
		replaced, err := e.replace(b, value, team)
		if err != nil {
			e.diags = append(e.diags, err)
		} else {
			value, a.Written = replaced, rangeOf(team.Range)
		}
	}
	e.setAssumption(b.Name, value)
	if e.decideOnly {
		e.state[key] = 2
		return
	}
	if e.prepare(b.Because); b.Because != nil {
		a.Because = e.textOf(b.Because, e.ctx)
	}
	if value.IsKnown() {
		a.Value, a.Literal = display(value), display(value)
		if value.Type() == cty.String {
			a.Literal = strconv.Quote(a.Value)
		}
	}
	e.design.Assumptions = append(e.design.Assumptions, a)
	e.state[key] = 2
}

// replace puts the team's value in the place of the blueprint's, if it is of the same type.
func (e *evaluator) replace(b *blueprint.Assumption, value cty.Value, team *system.Value) (cty.Value, *hcl.Diagnostic) {
	replaced := cty.DynamicVal
	switch v := team.Value.(type) {
	case float64:
		replaced = cty.NumberFloatVal(v)
	case string:
		replaced = cty.StringVal(v)
	}
	if !value.IsKnown() { // an error is reported already
		return replaced, nil
	}
	if value.Type() == replaced.Type() {
		if problem := e.bounded(b, value, replaced); problem != "" {
			return value, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Assumption out of range", Detail: problem, Subject: &team.Range}
		}
		return replaced, nil
	}
	kind := "a number; write it without quotes"
	if value.Type() == cty.String {
		kind = "a text; write it in quotes"
	}
	detail := "The assumption " + strconv.Quote(b.Name) + " is " + kind + ", like " + b.Name + " = "
	if value.Type() == cty.String {
		detail += strconv.Quote(display(value)) + "."
	} else {
		detail += display(value) + "."
	}
	return value, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Wrong type", Detail: detail, Subject: &team.Range}
}

// bounded says what is wrong with a number that the team assumes, if it is beyond what the
// blueprint can calculate with. Least is 0 unless the blueprint says otherwise.
func (e *evaluator) bounded(b *blueprint.Assumption, value, replaced cty.Value) string {
	if replaced.Type() != cty.Number {
		return ""
	}
	bound := func(expr hcl.Expression, otherwise cty.Value) cty.Value {
		if expr == nil {
			return otherwise
		}
		e.prepare(expr)
		v, ok := e.value(expr, e.ctx)
		if ok && (v.IsNull() || v.Type() != cty.Number) {
			e.fail(expr.Range(), "Wrong type", "The bounds of an assumption are numbers.")
			ok = false
		}
		if !ok {
			return otherwise
		}
		return v
	}
	least, most := bound(b.Least, cty.Zero), bound(b.Most, cty.PositiveInfinity)
	if replaced.GreaterThanOrEqualTo(least).True() && replaced.LessThanOrEqualTo(most).True() {
		return ""
	}
	allowed := "a number from " + display(least) + " on"
	if !most.RawEquals(cty.PositiveInfinity) {
		allowed = "a number from " + display(least) + " to " + display(most)
	}
	return "The assumption " + strconv.Quote(b.Name) + " is " + allowed + ". Write one, or leave it out: the blueprint assumes " + shown(value) + "."
}

func (e *evaluator) setAssumption(name string, value cty.Value) {
	e.assumed[name] = value
	if !e.decideOnly {
		e.ctx.Variables["assumption"] = cty.ObjectVal(e.assumed)
	}
}
