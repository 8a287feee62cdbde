package design

import (
	"math"
	"slices"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/system"
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
	f := &flipper{prober: newProber(s, env, b), found: map[[3]string]Flip{}}
	if f.answers == nil {
		return nil
	}
	for _, r := range s.For(env).All() {
		if !f.vary(r.Name) {
			continue
		}
		switch v := r.Value.(type) {
		case float64:
			f.known = map[float64]map[string]string{}
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
	*prober
	found map[[3]string]Flip
	known map[float64]map[string]string // the answers for values of the requirement that varies
}

// answered decides for a value of a number, once.
func (f *flipper) answered(value float64) map[string]string {
	answers, known := f.known[value]
	if !known {
		answers = f.decide(value)
		f.known[value] = answers
	}
	return answers
}

// compare notes the decisions that a value answers differently, and says whether
// there are any.
func (f *flipper) compare(r system.Requirement, value any, above bool) {
	if !f.sound(value) {
		return
	}
	for decision, option := range f.decide(value) {
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
		unsound := map[[3]string]bool{} // it would be so, if the pattern could be built so at all
		last := from
		for _, value := range steps {
			answers := f.answered(value)
			for decision, option := range answers {
				key := [3]string{decision, option, r.Name}
				if _, known := f.found[key]; known || unsound[key] || f.answers[decision] == option {
					continue
				}
				without, with := f.narrow(r, decision, option, last, value)
				if !f.sound(with) {
					unsound[key] = true
					continue
				}
				edge, at := f.plain(r, decision, option, without, with)
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

// narrow halves the way between a value without and one with an answer, until the
// edge is known, and returns the values on both sides of it.
func (f *flipper) narrow(r system.Requirement, decision, option string, without, with float64) (float64, float64) {
	for range 40 {
		if math.Abs(with-without) <= math.Abs(with)*1e-10 {
			break
		}
		middle := (without + with) / 2
		if r.Whole {
			middle = math.Round(middle)
		}
		if middle == without || middle == with {
			break
		}
		if f.answered(middle)[decision] == option {
			with = middle
		} else {
			without = middle
		}
	}
	return without, with
}

// plain is the plainest number at the edge of an answer, and whether that has the answer
// itself.
func (f *flipper) plain(r system.Requirement, decision, option string, without, with float64) (edge float64, at bool) {
	for digits := 1; digits <= 6; digits++ {
		scale := math.Pow(10, float64(digits)-math.Ceil(math.Log10(math.Max(math.Abs(with), 1e-9))))
		plain := math.Round(with*scale) / scale
		if plain >= r.Min && plain <= r.Max && math.Abs(plain-with) <= math.Abs(with)*1e-9+math.Abs(with-without) {
			return plain, f.answered(plain)[decision] == option
		}
	}
	return f.outwards(r, decision, option, without, with), true
}

// outwards is the number of six digits next to an edge on the side of the answer, or the
// edge where that has another answer.
func (f *flipper) outwards(r system.Requirement, decision, option string, without, with float64) float64 {
	if r.Whole || with == 0 {
		return with
	}
	scale := math.Pow(10, 6-math.Ceil(math.Log10(math.Abs(with))))
	rounded := math.Floor(with*scale) / scale
	if with > without {
		rounded = math.Ceil(with*scale) / scale
	}
	if rounded < r.Min || rounded > r.Max || f.answered(rounded)[decision] != option {
		return with
	}
	return rounded
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
