package design

import (
	"math"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// prose is the text of an expression that has been evaluated without errors, with the
// numbers in it as people write them: a blueprint says ${local.peak}, and a reader sees
// 41.9 for 41.92299999999999765.
func prose(expr hcl.Expression, ctx *hcl.EvalContext) string {
	switch e := expr.(type) {
	case *hclsyntax.TemplateExpr:
		var text strings.Builder
		for _, part := range e.Parts {
			text.WriteString(prose(part, ctx))
		}
		return text.String()
	case *hclsyntax.TemplateWrapExpr:
		return prose(e.Wrapped, ctx)
	case *hclsyntax.ParenthesesExpr:
		return prose(e.Expression, ctx)
	case *hclsyntax.ConditionalExpr:
		// It was evaluated before, so the condition is true or false.
		condition, _ := e.Condition.Value(ctx)
		if condition, err := convert.Convert(condition, cty.Bool); err == nil && condition.IsKnown() && !condition.IsNull() && condition.True() {
			return prose(e.TrueResult, ctx)
		}
		return prose(e.FalseResult, ctx)
	}
	value, _ := expr.Value(ctx)
	if value.IsKnown() && !value.IsNull() && value.Type() == cty.Number {
		return shown(value)
	}
	if value, err := convert.Convert(value, cty.String); err == nil && value.IsKnown() && !value.IsNull() {
		return value.AsString()
	}
	return ""
}

// shown is a value as people write it: whole numbers as they are, others with three
// significant digits. Between 99 and 100 nines are what matters, so five are kept.
func shown(v cty.Value) string { return rounded(v, 3) }

// exact is a value to calculate with by hand: as shown, with a fourth digit.
func exact(v cty.Value) string { return rounded(v, 4) }

func rounded(v cty.Value, digits int) string {
	if v.Type() != cty.Number || v.AsBigFloat().IsInt() {
		return display(v)
	}
	n, _ := v.AsBigFloat().Float64()
	switch size := math.Abs(n); {
	case size > 99 && size < 100:
		n = math.Round(n*1e3) / 1e3
	default:
		n = significant(n, digits, math.Round)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// significant rounds to so many significant digits, but never a whole number.
func significant(n float64, digits int, round func(float64) float64) float64 {
	if n == 0 || math.IsInf(n, 0) || math.IsNaN(n) {
		return n
	}
	places := digits - 1 - int(math.Floor(math.Log10(math.Abs(n))))
	if scale := math.Pow10(places); places > 0 && !math.IsInf(scale, 0) {
		return round(n*scale) / scale
	}
	return round(n)
}

// upwards rounds up to three significant digits, so that who writes the text into
// system.hcl writes enough; what is only a rounding error above does not count.
func upwards(n float64) float64 {
	return significant(n, 3, func(n float64) float64 {
		if near := math.Round(n); math.Abs(n-near) < 1e-6 {
			return near
		}
		return math.Ceil(n)
	})
}

// readableDuration is a duration as people write it, rounded up: in milliseconds or
// seconds below a minute, in minutes and seconds below an hour, in hours and minutes
// below two days, in days and hours beyond.
func readableDuration(seconds float64) string {
	for _, step := range []struct {
		from, large, small float64
		units              [2]string
	}{{172800, 86400, 3600, [2]string{"d", "h"}}, {3600, 3600, 60, [2]string{"h", "m"}}, {60, 60, 1, [2]string{"m", "s"}}} {
		if seconds < step.from {
			continue
		}
		small := upwards(math.Ceil(seconds/step.small-1e-6) * step.small)
		whole := math.Floor(small / step.large)
		text := strconv.FormatFloat(whole, 'f', -1, 64) + step.units[0]
		if rest := math.Round((small - whole*step.large) / step.small); rest > 0 {
			text += strconv.FormatFloat(rest, 'f', -1, 64) + step.units[1]
		}
		return text
	}
	if seconds > 0 && seconds < 1 {
		return strconv.FormatFloat(upwards(1000*seconds), 'f', -1, 64) + "ms"
	}
	return system.FormatDuration(upwards(seconds))
}

// counted is "1 task" or "3 tasks".
var counted = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "number", Type: cty.Number}, {Name: "noun", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		noun := args[1].AsString()
		switch stem, y := strings.CutSuffix(noun, "y"); {
		case args[0].Equals(cty.NumberIntVal(1)).True():
		case y && !strings.HasSuffix(stem, "a") && !strings.HasSuffix(stem, "e") && !strings.HasSuffix(stem, "o"):
			noun = stem + "ies"
		default:
			noun += "s"
		}
		return cty.StringVal(shown(args[0]) + " " + noun), nil
	},
})
