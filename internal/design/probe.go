package design

import (
	"maps"
	"slices"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// prober answers the decisions of a blueprint again and again, for requirements that
// differ in one value. What does not depend on that value is evaluated only once.
type prober struct {
	settled *evaluator        // for the requirements as they are
	answers map[string]string // then; nil where the blueprint cannot answer
	varying string            // the requirement that varies
	again   map[string]bool   // "local x", "decision x": what depends on the requirement that varies
}

func newProber(s *system.System, env *system.Environment, b *blueprint.Blueprint) *prober {
	e := newEvaluator(s, env, b, nil) // decisions know nothing of components
	e.decideOnly = true
	e.settle()
	p := &prober{settled: e}
	if !e.diags.HasErrors() {
		p.answers = e.answers(map[string]string{})
	}
	return p
}

// vary says which requirement differs from now on, and whether a decision depends on it.
func (p *prober) vary(requirement string) bool {
	e := p.settled
	s := dependence{evaluator: e, on: requirement, known: map[string]bool{}}
	p.varying, p.again = requirement, map[string]bool{}
	matters := false
	for _, a := range e.blueprint.Assumptions {
		p.again["assumption "+a.Name] = s.through("assumption", a.Name)
	}
	for _, l := range e.blueprint.Locals {
		p.again["local "+l.Name] = s.through("local", l.Name)
	}
	for _, d := range e.blueprint.Decisions {
		p.again["decision "+d.Name] = s.through("decision", d.Name)
		matters = matters || p.again["decision "+d.Name]
	}
	return matters
}

// decide answers all decisions for a value of the requirement that varies. It returns nil where the
// blueprint cannot. What no decision needs is left out.
func (p *prober) decide(value any) map[string]string { return p.evaluate(value, false) }

// sound tells whether the blueprint can answer and size everything for a value: one
// for which it cannot is no neighbour to speak of.
func (p *prober) sound(value any) bool { return p.evaluate(value, true) != nil }

func (p *prober) evaluate(value any, everything bool) map[string]string {
	e := *p.settled
	ctx := *e.ctx
	ctx.Variables = maps.Clone(ctx.Variables)
	others := ctx.Variables["requirements"].AsValueMap()
	others[p.varying] = requirementValue(value)
	ctx.Variables["requirements"] = cty.ObjectVal(others)
	e.ctx, e.design, e.diags = &ctx, &Design{}, nil
	e.locals, e.assumed, e.decided = maps.Clone(e.locals), maps.Clone(e.assumed), maps.Clone(e.decided)
	e.state, e.uses = map[string]int{}, map[string][]string{}
	for key, state := range p.settled.state {
		if !p.again[key] {
			e.state[key] = state
		}
	}
	for _, a := range e.blueprint.Assumptions {
		if everything && p.again["assumption "+a.Name] {
			e.assumption(a)
		}
	}
	for _, l := range e.blueprint.Locals {
		if everything && p.again["local "+l.Name] && !e.wiring[l.Name] {
			e.local(l)
		}
	}
	for _, d := range e.blueprint.Decisions {
		if p.again["decision "+d.Name] {
			e.decision(d)
		}
	}
	if e.diags.HasErrors() {
		return nil
	}
	return e.answers(maps.Clone(p.answers))
}

// scope is what an expression can see, and little more: where only the answer counts,
// there is no need to put all locals together again after each.
func (e *evaluator) scope(expr hcl.Expression) *hcl.EvalContext {
	settled := map[string]map[string]cty.Value{"local": e.locals, "assumption": e.assumed, "decision": e.decided}
	seen := map[string]map[string]cty.Value{}
	for _, t := range e.variables(expr) {
		root := t.RootName()
		all, ours := settled[root]
		if !ours {
			continue
		}
		name, named := attribute(t, 1)
		if !named {
			seen[root] = all // local[…]: any of them
		} else if value, known := all[name]; known {
			if seen[root] == nil {
				seen[root] = map[string]cty.Value{}
			}
			seen[root][name] = value
		}
	}
	ctx := e.ctx.NewChild()
	ctx.Variables = map[string]cty.Value{}
	for root, values := range seen {
		ctx.Variables[root] = cty.ObjectVal(values)
	}
	return ctx
}

// answers puts the options that were chosen into a map.
func (e *evaluator) answers(into map[string]string) map[string]string {
	for _, d := range e.design.Decisions {
		if d.Chosen != nil {
			into[d.Name] = d.Chosen.Name
		}
	}
	return into
}

// dependence finds out what depends on a requirement.
type dependence struct {
	*evaluator
	on    string          // the requirement, "" for any
	known map[string]bool // "local x" → whether it does; false while that is being found out
}

// required tells whether an expression refers to the requirement, directly or through
// locals, assumptions and decisions.
func (s *dependence) required(exprs ...hcl.Expression) bool {
	for _, expr := range exprs {
		if expr == nil {
			continue
		}
		for _, t := range s.variables(expr) {
			name, named := attribute(t, 1)
			switch root := t.RootName(); {
			case root == "requirements":
				// Without a name, as in requirements[…], it may be any.
				if s.on == "" || !named || name == s.on {
					return true
				}
			case s.through(root, name):
				return true
			}
		}
	}
	return false
}

func (s *dependence) through(root, name string) bool {
	key := root + " " + name
	if depends, known := s.known[key]; known {
		return depends
	}
	s.known[key] = false
	s.known[key] = s.required(s.behind(root, name)...)
	return s.known[key]
}

// behind are the expressions that stand behind a name.
func (s *dependence) behind(root, name string) []hcl.Expression {
	var exprs []hcl.Expression
	switch root {
	case "local":
		for _, l := range s.blueprint.Locals {
			if l.Name == name {
				exprs = append(exprs, l.Value)
			}
		}
	case "assumption":
		if a := s.assumptionCalled(name); a != nil {
			exprs = append(exprs, a.Value)
		}
	case "decision":
		at := slices.IndexFunc(s.blueprint.Decisions, func(d *blueprint.Decision) bool { return d.Name == name })
		if at >= 0 {
			for _, o := range s.blueprint.Decisions[at].Options {
				exprs = append(exprs, o.When)
			}
		}
	}
	return exprs
}
