package design

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// All evaluates a blueprint for every environment of a system. It checks the
// blueprint first, and reports a problem that shows in several environments once.
// Decisions that are moot in every environment are left out; all designs have the
// same ones.
func All(s *system.System, b *blueprint.Blueprint, lib *schema.Library) ([]*Design, hcl.Diagnostics) {
	diags := Check(b, lib)
	if diags.HasErrors() {
		return nil, diags
	}
	var designs []*Design
	seen := map[string]bool{}
	for _, env := range s.Environments {
		d, more := Evaluate(s, env, b, lib)
		designs = append(designs, d)
		for _, diag := range more {
			key := diag.Summary + "\x00" + diag.Detail
			if diag.Subject != nil {
				key += diag.Subject.String()
			}
			if !seen[key] {
				seen[key] = true
				diags = append(diags, diag)
			}
		}
	}
	asked := map[string]bool{}
	for _, d := range designs {
		for _, decision := range d.Decisions {
			asked[decision.Name] = asked[decision.Name] || !decision.Moot
		}
	}
	if !diags.HasErrors() {
		prune(designs)
	}
	for _, d := range designs {
		d.Decisions = slices.DeleteFunc(d.Decisions, func(decision *Decision) bool { return !asked[decision.Name] })
	}
	return designs, diags
}

// Evaluate evaluates a blueprint that Check has no objection to. The Design is
// complete only without errors.
func Evaluate(s *system.System, env *system.Environment, b *blueprint.Blueprint, lib *schema.Library) (*Design, hcl.Diagnostics) {
	e := newEvaluator(s, env, b, lib)
	e.settle()
	e.constraints()
	if e.diags.HasErrors() {
		return e.design, e.diags
	}
	e.sizes()
	e.instances()
	e.outputs()
	e.design.relevant = e.relevant()
	return e.design, e.diags
}

func newEvaluator(s *system.System, env *system.Environment, b *blueprint.Blueprint, lib *schema.Library) *evaluator {
	byName := map[string]*blueprint.Local{}
	for _, l := range b.Locals {
		byName[l.Name] = l
	}
	return &evaluator{
		byName: byName, system: s, env: env, blueprint: b, lib: lib,
		ctx:    &hcl.EvalContext{Variables: facts(s, env), Functions: functions},
		locals: map[string]cty.Value{}, assumed: map[string]cty.Value{}, decided: map[string]cty.Value{}, state: map[string]int{},
		uses: map[string][]string{}, wiring: wiring(b), references: map[hcl.Expression][]hcl.Traversal{},
		design: &Design{
			Environment: env.Name, Preset: env.Preset, Region: s.For(env).Texts("regions")[0],
		},
	}
}

type evaluator struct {
	system     *system.System
	env        *system.Environment
	blueprint  *blueprint.Blueprint
	lib        *schema.Library
	ctx        *hcl.EvalContext
	byName     map[string]*blueprint.Local
	locals     map[string]cty.Value
	assumed    map[string]cty.Value
	decided    map[string]cty.Value
	state      map[string]int      // of "local x", "assumption x" and "decision x": 0 untouched, 1 in progress, 2 done
	uses       map[string][]string // of "local x" and "assumption x": the decisions it depends on
	wiring     map[string]bool     // the locals that hold outputs of components
	wired      bool                // whether these are being evaluated, or have been
	promises   promises
	design     *Design
	diags      hcl.Diagnostics
	references map[hcl.Expression][]hcl.Traversal
	// decideOnly leaves out what people read: reasons, facts and texts.
	decideOnly bool
}

// settle evaluates locals and decisions, each after those it refers to.
func (e *evaluator) settle() {
	overridden := map[string]bool{}
	for _, d := range e.blueprint.Decisions {
		overridden[d.Name] = true
	}
	for _, o := range e.system.Decide {
		if !overridden[o.Decision] {
			e.fail(o.Range, "Unknown decision", "The pattern %q has no decision %q; it has %s.", e.blueprint.Name, o.Decision, strings.Join(names(e.blueprint.Decisions), ", "))
		}
	}
	e.assumptions()
	for _, l := range e.blueprint.Locals {
		if !e.wiring[l.Name] {
			e.local(l)
		}
	}
	for _, d := range e.blueprint.Decisions {
		e.decision(d)
	}
	// In the order of the blueprint, whatever order they were needed in.
	order := names(e.blueprint.Decisions)
	slices.SortFunc(e.design.Decisions, func(a, b *Decision) int {
		return slices.Index(order, a.Name) - slices.Index(order, b.Name)
	})
}

func names(decisions []*blueprint.Decision) []string {
	var list []string
	for _, d := range decisions {
		list = append(list, d.Name)
	}
	return list
}

// begin tells whether something is still to be evaluated, and reports cycles.
func (e *evaluator) begin(key string, at hcl.Range) bool {
	switch e.state[key] {
	case 0:
		e.state[key] = 1
		return true
	case 1:
		e.fail(at, "Reference cycle", "The %s depends on itself, through the locals, assumptions and decisions it refers to.", strings.Replace(key, " ", " \"", 1)+`"`)
	}
	return false
}

func (e *evaluator) local(l *blueprint.Local) {
	key := "local " + l.Name
	if e.state[key] == 0 {
		e.setLocal(l.Name, cty.DynamicVal) // what a cycle gets to see
	}
	if !e.begin(key, l.Range) {
		return
	}
	e.uses[key] = e.prepare(l.Value)
	value, ok := e.value(l.Value, e.ctx)
	if !ok {
		value = cty.DynamicVal
	}
	e.setLocal(l.Name, value)
	e.state[key] = 2
}

func (e *evaluator) setLocal(name string, value cty.Value) {
	e.locals[name] = value
	if !e.decideOnly {
		e.ctx.Variables["local"] = cty.ObjectVal(e.locals)
	}
}

// prepare evaluates what an expression refers to and returns the decisions it
// depends on, directly or through locals.
func (e *evaluator) prepare(expr hcl.Expression) []string {
	if expr == nil {
		return nil
	}
	var uses []string
	for _, t := range e.variables(expr) {
		name, ok := attribute(t, 1)
		if !ok {
			continue
		}
		switch t.RootName() {
		case "local":
			switch l := e.byName[name]; {
			case l == nil:
			case e.wiring[name] && !e.wired:
				e.usesOf(l)
			default:
				e.local(l)
			}
			uses = append(uses, e.uses["local "+name]...)
		case "assumption":
			if a := e.assumptionCalled(name); a != nil {
				e.assumption(a)
			}
			uses = append(uses, e.uses["assumption "+name]...)
		case "decision":
			for _, d := range e.blueprint.Decisions {
				if d.Name == name {
					e.decision(d)
				}
			}
			uses = append(uses, name)
		}
	}
	slices.Sort(uses)
	return slices.Compact(uses)
}

// variables are the references of an expression. They are sought once, though an
// expression may be evaluated for many requirements.
func (e *evaluator) variables(expr hcl.Expression) []hcl.Traversal {
	list, known := e.references[expr]
	if !known {
		list = expr.Variables()
		e.references[expr] = list
	}
	return list
}

// value evaluates an expression that must be known. Errors about what depends on
// an earlier error are not repeated.
func (e *evaluator) value(expr hcl.Expression, ctx *hcl.EvalContext) (cty.Value, bool) {
	if e.decideOnly {
		ctx = e.scope(expr)
	}
	value, diags := expr.Value(ctx)
	if diags.HasErrors() {
		for _, d := range diags {
			// The writer of diagnostics shows the values of variables; a stand-in
			// for an output is none that a reader could make sense of.
			if d.Expression != nil && slices.ContainsFunc(d.Expression.Variables(), func(t hcl.Traversal) bool { return t.RootName() == "component" }) {
				d.Expression, d.EvalContext = nil, nil
			}
		}
		e.diags = append(e.diags, diags...)
		return cty.DynamicVal, false
	}
	return value, value.IsWhollyKnown()
}

// condition evaluates an expression that must be true or false.
func (e *evaluator) condition(expr hcl.Expression, ctx *hcl.EvalContext) (holds, ok bool) {
	value, ok := e.value(expr, ctx)
	if !ok {
		return false, false
	}
	value, err := convert.Convert(value, cty.Bool)
	if err != nil || value.IsNull() {
		e.fail(expr.Range(), "Wrong type", "A condition is true or false.")
		return false, false
	}
	return value.True(), true
}

// textOf evaluates an expression that must be a text.
func (e *evaluator) textOf(expr hcl.Expression, ctx *hcl.EvalContext) string {
	value, ok := e.value(expr, ctx)
	if !ok {
		return ""
	}
	value, err := convert.Convert(value, cty.String)
	if err != nil || value.IsNull() {
		e.fail(expr.Range(), "Wrong type", "This is a text.")
		return ""
	}
	return prose(expr, ctx)
}

// constraints reports what the blueprint cannot meet. Where something is, a size that could
// not be computed is a consequence, and is not reported as well.
func (e *evaluator) constraints() {
	before := e.diags
	e.diags = nil
	broken := false
	defer func() {
		if broken {
			before = slices.DeleteFunc(before, e.inBlueprint)
			e.diags = slices.DeleteFunc(e.diags, e.inBlueprint)
		}
		e.diags = append(before, e.diags...)
	}()
	for _, c := range e.blueprint.Constraints {
		e.prepare(c.Holds)
		e.prepare(c.Because)
		e.prepare(c.Remedy)
		for _, element := range e.each(c.ForEach, "a constraint") {
			ctx := element.context(e.ctx)
			holds, ok := e.condition(c.Holds, ctx)
			if !ok || holds {
				continue
			}
			broken = true
			detail := e.textOf(c.Because, ctx) + " " + e.textOf(c.Remedy, ctx)
			subject, others := e.about(c, element)
			if others != "" {
				detail += " See also " + others + "."
			}
			e.fail(subject, "Requirement the pattern cannot meet", "%s", detail)
		}
	}
}

// inBlueprint tells whether a problem is shown in the text of the blueprint.
func (e *evaluator) inBlueprint(d *hcl.Diagnostic) bool {
	if d.Subject == nil {
		return false
	}
	_, own := e.blueprint.Sources[d.Subject.Filename]
	return own
}

func (e *evaluator) fail(at hcl.Range, summary, format string, values ...any) {
	e.diags = append(e.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, values...), Subject: &at})
}

// sourceOf is an expression as it is written, on one line.
func (e *evaluator) sourceOf(expr hcl.Expression) string {
	r := expr.Range()
	if node, ok := expr.(hclsyntax.Node); ok {
		r = node.Range()
	}
	text := e.blueprint.Sources[r.Filename]
	if r.Start.Byte < 0 || r.End.Byte > len(text) || r.Start.Byte > r.End.Byte {
		return ""
	}
	return strings.Join(strings.Fields(string(text[r.Start.Byte:r.End.Byte])), " ")
}
