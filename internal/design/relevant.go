package design

import (
	"slices"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/hashicorp/hcl/v2"
)

// A relevance is which locals and assumptions of a blueprint a design depends on. A
// blueprint for all kinds of stores sizes databases too; a system without one need not read of it.
type relevance struct {
	blueprint   *blueprint.Blueprint
	moot        map[string]bool // decisions that nobody asks
	locals      map[string]bool
	assumptions map[string]bool
	decisions   map[string]bool
}

// relevant follows the references of what there is: instances, outputs, decisions that
// are asked, and constraints. The sizes in constraints alone decide nothing, so of
// these only the assumptions count.
func (e *evaluator) relevant() relevance {
	r := relevance{e.blueprint, map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, d := range e.design.Decisions {
		r.moot[d.Name] = d.Moot
	}
	for _, d := range e.blueprint.Decisions {
		r.decision(d.Name)
	}
	for _, block := range e.blueprint.Components {
		if !slices.ContainsFunc(e.design.Instances, func(i *Instance) bool { return i.Block == block.Name }) {
			continue
		}
		r.follow(block.ForEach, block.When, block.InRegion)
		for _, a := range block.Args {
			r.follow(a.Value)
		}
	}
	for _, o := range e.blueprint.Outputs {
		r.follow(o.Value, o.When)
	}
	sizes := r
	sizes.locals = map[string]bool{}
	for name := range r.locals {
		sizes.locals[name] = true
	}
	for _, c := range e.blueprint.Constraints {
		r.follow(c.Holds, c.Because, c.Remedy, c.ForEach)
	}
	sizes.assumptions = r.assumptions
	return sizes
}

func (r relevance) decision(name string) {
	if r.moot[name] || r.decisions[name] {
		return
	}
	r.decisions[name] = true
	for _, d := range r.blueprint.Decisions {
		if d.Name != name {
			continue
		}
		r.follow(d.When)
		for _, o := range d.Options {
			r.follow(o.When, o.Because)
		}
	}
}

func (r relevance) follow(expressions ...hcl.Expression) {
	for _, expression := range expressions {
		if expression == nil {
			continue
		}
		for _, t := range expression.Variables() {
			name, _ := attribute(t, 1)
			switch t.RootName() {
			case "local":
				for _, l := range r.blueprint.Locals {
					if l.Name == name && !r.locals[name] {
						r.locals[name] = true
						r.follow(l.Value)
					}
				}
			case "assumption":
				for _, a := range r.blueprint.Assumptions {
					if a.Name == name && !r.assumptions[name] {
						r.assumptions[name] = true
						r.follow(a.Value)
					}
				}
			case "decision":
				r.decision(name)
			}
		}
	}
}

// prune leaves out the sizes and assumptions that no environment depends on. What the team
// wrote itself stays.
func prune(designs []*Design) {
	locals, assumptions := map[string]bool{}, map[string]bool{}
	for _, d := range designs {
		for name := range d.relevant.locals {
			locals[name] = true
		}
		for name := range d.relevant.assumptions {
			assumptions[name] = true
		}
	}
	for _, d := range designs {
		d.Sizes = slices.DeleteFunc(d.Sizes, func(s *Size) bool { return !locals[s.Name] })
		d.Assumptions = slices.DeleteFunc(d.Assumptions, func(a *Assumption) bool { return !assumptions[a.Name] && a.Assumed() })
	}
}
