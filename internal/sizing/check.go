package sizing

import (
	"fmt"
	"math"
)

// Invalid is the error about an argument that no size can be computed from. Argument
// is its name in the signature of the function, as blueprints know it.
type Invalid struct{ Argument, Problem string }

func (e *Invalid) Error() string { return e.Argument + " " + e.Problem }

func invalid(argument, format string, values ...any) error {
	return &Invalid{argument, fmt.Sprintf(format, values...)}
}

// most is beyond every size there is, and below where float64 stops counting by ones.
const most = 1e15

// amount is an argument that must be a finite number, not below 0.
type amount struct {
	name     string
	value    float64
	positive bool // nor 0
}

func check(amounts ...amount) error {
	for _, a := range amounts {
		switch {
		case math.IsNaN(a.value) || math.IsInf(a.value, 0) || a.value > most:
			return invalid(a.name, "is larger than anything that can be sized; give a number up to %g", float64(most))
		case a.value < 0:
			return invalid(a.name, "is %g, and must not be negative", a.value)
		case a.positive && a.value == 0:
			return invalid(a.name, "is 0, and must be above it: the size is divided by it")
		}
	}
	return nil
}

// result refuses what has grown beyond all measure.
func result(value float64, of string) (float64, error) {
	if math.IsNaN(value) || value > most {
		return 0, invalid(of, "gives a size of %g, which is no size of one system", value)
	}
	return value, nil
}

// up is the next whole number, but for what is only a rounding error above one:
// 3 times 0.1 needs no more than 0.3 does.
func up(value float64) float64 {
	if near := math.Round(value); math.Abs(value-near) <= 1e-9*max(1, near) {
		return near
	}
	return math.Ceil(value)
}
