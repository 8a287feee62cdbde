package rule

import (
	"maps"
	"slices"

	"github.com/archimperative/scaffold/recorder/recording"
)

// Also are the rules that fail by necessity with this one.
func (r *Rule) Also() []string {
	if r.Break == nil {
		return nil
	}
	return r.Break.Also
}

// Mutants are recordings in each of which something is broken that the rule is about: a resource that
// passes is changed as the break block of the rule says, or, without one, as its failing cases do; or what it
// is wired to is changed so, or gone. The first is the likeliest to make the rule fail and no other.
func (r *Rule) Mutants(rec *recording.Recording, res *recording.Resource) []*recording.Recording {
	var mutants []*recording.Recording
	if r.Break != nil && len(r.Break.properties) > 0 {
		if inputs, err := r.Break.Inputs(res); err == nil {
			mutants = append(mutants, replaced(rec, res, inputs))
		}
		return mutants
	}
	for _, properties := range [][]string{r.asserts, r.mentions} {
		for _, c := range r.Cases {
			if c.Kind == Fail && len(properties) > 0 {
				changed := map[string]any{}
				for _, property := range properties {
					changed[property] = c.Self.Inputs[property]
				}
				mutants = append(mutants, replaced(rec, res, overlay(res.Inputs, changed)))
			}
		}
	}
	return append(mutants, r.rewired(rec, res)...)
}

// rewired are mutants that differ in what a resource is wired to.
func (r *Rule) rewired(rec *recording.Recording, res *recording.Resource) []*recording.Recording {
	var mutants []*recording.Recording
	for _, kind := range r.looksUp {
		for _, c := range r.Cases {
			if c.Kind != Fail {
				continue
			}
			for _, other := range c.Recording.Resources {
				if other != c.Self && Kind(other.Type) == kind {
					mutants = append(mutants, r.withOthers(rec, res, kind, other)...)
				}
			}
		}
		wired := wiredTo(rec, res, kind)
		mutants = append(mutants, without(rec, func(o *recording.Resource) bool { return slices.Contains(wired, o) }))
		mutants = append(mutants, without(rec, func(o *recording.Resource) bool { return o != res && Kind(o.Type) == kind }))
	}
	return mutants
}

// withOthers makes each resource that is wired to res what such a resource is in a failing case: it gets those inputs, but
// for what refers to other resources, and loses those that only passing cases set. (A policy refers to what it is
// about, and is at fault all the same.)
func (r *Rule) withOthers(rec *recording.Recording, res *recording.Resource, kind string, other *recording.Resource) []*recording.Recording {
	changed := map[string]any{}
	for _, c := range r.Cases {
		for _, passing := range c.Recording.Resources {
			if c.Kind != Pass || passing == c.Self || Kind(passing.Type) != kind {
				continue
			}
			for name := range passing.Inputs {
				if len(passing.PropertyDependencies[name]) == 0 {
					changed[name] = nil
				}
			}
		}
	}
	for name, v := range other.Inputs {
		if len(other.PropertyDependencies[name]) == 0 || name == "policy" {
			changed[name] = v
		}
	}
	var mutants []*recording.Recording
	for _, target := range wiredTo(rec, res, kind) {
		mutants = append(mutants, replaced(rec, target, overlay(target.Inputs, changed)))
	}
	return mutants
}

// wiredTo are the resources of a kind that depend on res, or that it depends on.
func wiredTo(rec *recording.Recording, res *recording.Resource, kind string) []*recording.Resource {
	var found []*recording.Resource
	for _, other := range rec.Resources {
		if other != res && Kind(other.Type) == kind && (slices.Contains(other.Dependencies, res.URN) || slices.Contains(res.Dependencies, other.URN)) {
			found = append(found, other)
		}
	}
	return found
}

// replaced is a recording with other inputs of one resource.
func replaced(rec *recording.Recording, res *recording.Resource, inputs map[string]any) *recording.Recording {
	changed := *res
	changed.Inputs = inputs
	changed.PropertyDependencies = maps.Clone(res.PropertyDependencies)
	for name := range changed.PropertyDependencies {
		if _, given := inputs[name]; !given {
			delete(changed.PropertyDependencies, name)
		}
	}
	out := *rec
	out.Resources = slices.Clone(rec.Resources)
	out.Resources[slices.Index(rec.Resources, res)] = &changed
	return &out
}

// without is a recording without some resources.
func without(rec *recording.Recording, gone func(*recording.Resource) bool) *recording.Recording {
	out := *rec
	out.Resources = slices.DeleteFunc(slices.Clone(rec.Resources), gone)
	return &out
}
