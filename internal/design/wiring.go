package design

import (
	"github.com/archimperative/scaffold/internal/blueprint"
)

// wiring are the locals whose value holds outputs of components, directly or through
// other locals. They are settled after all else, when it is known which instances
// there are, and so only arguments, outputs and one another can refer to them.
func wiring(b *blueprint.Blueprint) map[string]bool {
	found := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for _, l := range b.Locals {
			if found[l.Name] {
				continue
			}
			for _, t := range l.Value.Variables() {
				name, _ := attribute(t, 1)
				if t.RootName() == "component" || t.RootName() == "local" && found[name] {
					found[l.Name], grown = true, true
					break
				}
			}
		}
	}
	return found
}

// wire evaluates the locals that hold outputs of components.
func (e *evaluator) wire() {
	e.wired = true
	for _, l := range e.blueprint.Locals {
		if e.wiring[l.Name] {
			e.local(l)
		}
	}
}

// usesOf are the decisions that a wiring local depends on, whether or not it can be
// evaluated yet.
func (e *evaluator) usesOf(l *blueprint.Local) []string {
	key := "local " + l.Name
	if uses, known := e.uses[key]; known {
		return uses
	}
	e.uses[key] = nil // what a cycle gets to see; evaluating it reports the cycle
	e.uses[key] = e.prepare(l.Value)
	return e.uses[key]
}
