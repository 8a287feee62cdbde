package design

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// decision takes the first option whose condition holds, unless the team says
// otherwise.
func (e *evaluator) decision(b *blueprint.Decision) {
	key := "decision " + b.Name
	if e.state[key] == 0 {
		e.setDecision(b.Name, cty.UnknownVal(cty.String)) // what a cycle gets to see
	}
	if !e.begin(key, b.Range) {
		return
	}
	d := &Decision{Name: b.Name, Question: b.Question, Guide: b.Guide, Range: rangeOf(b.Range)}
	if b.When != nil {
		e.prepare(b.When)
		asked, _ := e.condition(b.When, e.ctx)
		d.Moot = !asked
	}
	for _, o := range b.Options {
		option := &Option{Name: o.Name, Gains: o.Gains, Costs: o.Costs, Holds: o.When == nil}
		if o.When != nil && !d.Moot {
			e.prepare(o.When)
			if !e.decideOnly {
				option.When = e.sourceOf(o.When)
				option.Facts = e.factsOf(o.When)
			}
			option.Holds, _ = e.condition(o.When, e.ctx)
			option.Elected = isFalse(o.When)
		}
		if option.Holds && d.Rule == nil {
			d.Rule = option
		}
		d.Options = append(d.Options, option)
	}
	d.Chosen = d.Rule
	if override := e.override(b.Name); override != nil {
		d.Moot = false
		e.overrule(d, override)
	}
	if !e.decideOnly && !d.Moot {
		e.reasons(d, b)
	}
	if d.Chosen != nil {
		e.setDecision(b.Name, cty.StringVal(d.Chosen.Name))
	}
	e.design.Decisions = append(e.design.Decisions, d)
	e.state[key] = 2
}

func (e *evaluator) setDecision(name string, option cty.Value) {
	e.decided[name] = option
	if !e.decideOnly {
		e.ctx.Variables["decision"] = cty.ObjectVal(e.decided)
	}
}

// reasons fills in why the options that matter would be taken.
func (e *evaluator) reasons(d *Decision, b *blueprint.Decision) {
	for i, o := range b.Options {
		if d.Options[i] == d.Chosen || d.Options[i] == d.Rule || d.Options[i].Elected {
			e.prepare(o.Because)
			d.Options[i].Because = e.textOf(o.Because, e.ctx)
		}
	}
}

// isFalse tells whether a condition is just `false`.
func isFalse(condition hcl.Expression) bool {
	literal, ok := condition.(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.RawEquals(cty.False)
}

func (e *evaluator) override(decision string) *system.Override {
	for i := range e.system.Decide {
		if e.system.Decide[i].Decision == decision {
			return &e.system.Decide[i]
		}
	}
	return nil
}

func (e *evaluator) overrule(d *Decision, o *system.Override) {
	var options []string
	for _, option := range d.Options {
		if option.Name == o.Option {
			d.Chosen, d.Overruled = option, rangeOf(o.Range)
			return
		}
		options = append(options, option.Name)
	}
	e.fail(o.Range, "Unknown option", "The decision %q has no option %q; it has %s.%s", d.Name, o.Option, strings.Join(options, ", "), source.Suggest(o.Option, options))
}

// factsOf are the single values that a condition refers to, as written.
func (e *evaluator) factsOf(expr hcl.Expression) []Fact {
	var list []Fact
	for _, t := range expr.Variables() {
		value, diags := t.TraverseAbs(e.ctx)
		if diags.HasErrors() || !value.IsKnown() || value.IsNull() || !value.Type().IsPrimitiveType() {
			continue
		}
		at := t.SourceRange()
		fact := Fact{string(e.blueprint.Sources[at.Filename][at.Start.Byte:at.End.Byte]), exact(value)}
		if !slices.Contains(list, fact) {
			list = append(list, fact)
		}
	}
	return list
}

func display(v cty.Value) string {
	switch v.Type() {
	case cty.String:
		return v.AsString()
	case cty.Bool:
		if v.True() {
			return "true"
		}
		return "false"
	default:
		return v.AsBigFloat().Text('g', 12)
	}
}

// about finds where in system.hcl the cause of a broken constraint stands: the
// first place that somebody wrote, and the others in words.
func (e *evaluator) about(c *blueprint.Constraint, el element) (hcl.Range, string) {
	var places []hcl.Range
	for _, t := range c.About {
		if at, ok := e.placeOf(t, el); ok {
			places = append(places, at)
		}
	}
	if len(places) == 0 {
		return e.system.Range, ""
	}
	var others []string
	for _, at := range places[1:] {
		others = append(others, at.Filename+":"+lineColumn(at))
	}
	return places[0], strings.Join(others, " and ")
}

// placeOf is where a fact of the system is written, if it is.
func (e *evaluator) placeOf(t hcl.Traversal, el element) (hcl.Range, bool) {
	name, ok := attribute(t, 1)
	if !ok {
		return hcl.Range{}, false
	}
	switch t.RootName() {
	case "requirements":
		r := e.system.For(e.env).Get(name)
		return r.Range, !r.Assumed
	case "system":
		at, ok := e.system.Ranges[name]
		return at, ok
	case "each":
		return e.placeOfElement(el.key, t)
	case "decision":
		if o := e.override(name); o != nil {
			return o.Range, true
		}
	case "assumption":
		if v := e.written(name); v != nil {
			return v.Range, true
		}
	}
	return hcl.Range{}, false
}

// placeOfElement looks for each.value.attribute in the services, stores and
// events called as the key of the element.
func (e *evaluator) placeOfElement(key string, t hcl.Traversal) (hcl.Range, bool) {
	name, ok := attribute(t, 2)
	in := func(block hcl.Range, ranges map[string]hcl.Range) (hcl.Range, bool) {
		if at, written := ranges[name]; ok && written {
			return at, true
		}
		return block, true
	}
	for _, s := range e.system.Services {
		if _, has := s.Ranges[name]; s.Name == key && (has || !ok) {
			return in(s.Range, s.Ranges)
		}
	}
	for _, s := range e.system.Stores {
		if _, has := s.Ranges[name]; s.Name == key && (has || !ok) {
			return in(s.Range, s.Ranges)
		}
	}
	for _, s := range e.system.Events {
		if _, has := s.Ranges[name]; s.Name == key && (has || !ok) {
			return in(s.Range, s.Ranges)
		}
	}
	return hcl.Range{}, false
}
