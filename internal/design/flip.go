package design

import (
	"math"
	"slices"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
)

// Flip is the nearest value of one requirement at which a decision has another
// answer, all else being equal.
type Flip struct {
	Decision    string
	Option      string // the answer then
	Requirement string
	Value       any    // float64, string or []string
	Text        string // the value in HCL form
	Above       bool   // a number: from Value upwards; otherwise downwards
	Beyond      bool   // a number: Value itself does not do it yet
}

// Flips finds, by evaluating the blueprint and not by reading it, what would
// change each decision in an environment: for every decision, other option and
// requirement the nearest value that does it, sorted by decision, option and
// requirement. Numbers are sought up to a thousand times the value, down to a
// thousandth of it, and between the limits of the requirement; a flip beyond a
// range that has the old answer again is found only if it is wide. Decisions
// that the team overruled do not flip.
func Flips(s *system.System, env *system.Environment, b *blueprint.Blueprint) []Flip {
	f := &flipper{system: s, env: env, blueprint: b, base: s.For(env), found: map[[3]string]Flip{}}
	f.answers = f.decide(f.base)
	mentioned := f.mentioned()
	for _, r := range f.base.All() {
		if !mentioned[r.Name] {
			continue
		}
		switch v := r.Value.(type) {
		case float64:
			f.numbers(r, v)
		case string:
			for _, other := range r.OneOf {
				if other != v {
					f.compare(r, other, false)
				}
			}
		case []string:
			for _, other := range r.OneOf {
				if !slices.Contains(v, other) {
					f.compare(r, append(slices.Clone(v), other), false)
				}
			}
		}
	}
	return f.sorted()
}

type flipper struct {
	system    *system.System
	env       *system.Environment
	blueprint *blueprint.Blueprint
	base      system.Requirements
	answers   map[string]string
	found     map[[3]string]Flip
}

// decide answers all decisions for some requirements. It returns nil where the
// blueprint cannot: those requirements are no neighbours to speak of.
func (f *flipper) decide(r system.Requirements) map[string]string {
	env := *f.env
	env.Requirements = r
	e := newEvaluator(f.system, &env, f.blueprint, nil) // decisions know nothing of components
	e.settle()
	if e.diags.HasErrors() {
		return nil
	}
	answers := map[string]string{}
	for _, d := range e.design.Decisions {
		if d.Chosen != nil {
			answers[d.Name] = d.Chosen.Name
		}
	}
	return answers
}

// compare notes the decisions that a value answers differently, and says whether
// there are any.
func (f *flipper) compare(r system.Requirement, value any, above bool) {
	for decision, option := range f.decide(f.base.With(r.Name, value)) {
		if f.answers[decision] == option {
			continue
		}
		key := [3]string{decision, option, r.Name}
		if _, known := f.found[key]; !known {
			f.found[key] = Flip{Decision: decision, Option: option, Requirement: r.Name, Value: value, Text: r.Format(value), Above: above}
		}
	}
}

// numbers looks upwards and downwards from a number, in ever larger steps, and
// narrows down the first value of each other answer.
func (f *flipper) numbers(r system.Requirement, from float64) {
	for _, above := range []bool{true, false} {
		steps := neighbours(r, from, above)
		last := from
		for _, value := range steps {
			answers := f.decide(f.base.With(r.Name, value))
			for decision, option := range answers {
				key := [3]string{decision, option, r.Name}
				if _, known := f.found[key]; known || f.answers[decision] == option {
					continue
				}
				edge, at := f.narrow(r, decision, option, last, value)
				f.found[key] = Flip{Decision: decision, Option: option, Requirement: r.Name, Value: edge, Text: r.Format(edge), Above: above, Beyond: !at}
			}
			last = value
		}
	}
}

// neighbours are values further and further away, to the requirement's limit.
func neighbours(r system.Requirement, from float64, above bool) []float64 {
	limit := r.Max
	if !above {
		limit = r.Min
	}
	var steps []float64
	step := func(v float64) {
		if above && v > limit || !above && v < limit {
			v = limit
		}
		if r.Whole {
			v = math.Round(v)
		}
		if v != from && (len(steps) == 0 || steps[len(steps)-1] != v) {
			steps = append(steps, v)
		}
	}
	// Near 100 percent and near 1 it is the distance to that which matters: 99.9 and 99.99.
	whole := 0.0
	switch r.Unit {
	case "percent":
		whole = 100
	case "of 1":
		whole = 1
	}
	for factor := 1.1; factor < 1100; factor *= 1.25 {
		switch {
		case whole > 0 && above:
			step(whole - (whole-from)/factor)
		case whole > 0:
			step(whole - (whole-from)*factor)
		case above:
			step(from * factor)
		default:
			step(from / factor)
		}
	}
	if limit != 0 || !above {
		step(limit)
	}
	return steps
}

// narrow halves the way between a value without and one with an answer, until
// the edge is known, and returns the plain number nearest to it and whether that
// has the answer itself.
func (f *flipper) narrow(r system.Requirement, decision, option string, without, with float64) (edge float64, at bool) {
	has := func(v float64) bool { return f.decide(f.base.With(r.Name, v))[decision] == option }
	for range 40 {
		middle := (without + with) / 2
		if r.Whole {
			middle = math.Round(middle)
		}
		if middle == without || middle == with {
			break
		}
		if has(middle) {
			with = middle
		} else {
			without = middle
		}
	}
	for digits := 1; digits <= 6; digits++ {
		scale := math.Pow(10, float64(digits)-math.Ceil(math.Log10(math.Max(math.Abs(with), 1e-9))))
		plain := math.Round(with*scale) / scale
		if plain >= r.Min && plain <= r.Max && math.Abs(plain-with) <= math.Abs(with)*1e-9+math.Abs(with-without) {
			return plain, has(plain)
		}
	}
	return with, true
}

// mentioned are the requirements that some decision or local refers to: the
// others cannot flip anything.
func (f *flipper) mentioned() map[string]bool {
	names := map[string]bool{}
	note := func(e hcl.Expression) {
		if e == nil {
			return
		}
		for _, t := range e.Variables() {
			if t.RootName() != "requirements" {
				continue
			}
			name, named := attribute(t, 1)
			if !named { // requirements[…]: any of them
				for _, d := range system.Definitions() {
					names[d.Name] = true
				}
			}
			names[name] = true
		}
	}
	for _, l := range f.blueprint.Locals {
		note(l.Value)
	}
	for _, d := range f.blueprint.Decisions {
		for _, o := range d.Options {
			note(o.When)
		}
	}
	return names
}

func (f *flipper) sorted() []Flip {
	list := make([]Flip, 0, len(f.found))
	for _, flip := range f.found {
		list = append(list, flip)
	}
	slices.SortFunc(list, func(a, b Flip) int {
		for _, pair := range [][2]string{{a.Decision, b.Decision}, {a.Option, b.Option}, {a.Requirement, b.Requirement}} {
			if pair[0] != pair[1] {
				if pair[0] < pair[1] {
					return -1
				}
				return 1
			}
		}
		return 0
	})
	return list
}
