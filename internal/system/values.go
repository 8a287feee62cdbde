package system

import (
	"math"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// maxText is the length of the longest text, in bytes.
const maxText = 2_000

// element is one member of a list, with its place.
type element struct {
	text string
	rng  hcl.Range
}

// value reads a value of the given kind: a float64, string, []element or bool. It returns nil beside a diagnostic.
func value(name string, kind Kind, expr hclsyntax.Expression) (any, hcl.Diagnostics) {
	if kind == Texts {
		return texts(name, expr)
	}
	v, diag := literal(expr)
	if diag != nil {
		return nil, hcl.Diagnostics{diag}
	}
	result, diag := scalar(name, kind, v, expr.Range())
	if diag != nil {
		return nil, hcl.Diagnostics{diag}
	}
	return result, nil
}

// scalar converts a literal to the Go value of its kind.
func scalar(name string, kind Kind, v cty.Value, rng hcl.Range) (any, *hcl.Diagnostic) {
	if !v.IsKnown() {
		return nil, nil // what the parser puts in place of a value it could not read, and has reported
	}
	if v.IsNull() {
		return nil, problem(wrongType, rng, "The argument %q has no value. Write %s, or leave the argument out.", name, wanted(kind))
	}
	switch {
	case (kind == Number || kind == Either) && v.Type() == cty.Number:
		number, _ := v.AsBigFloat().Float64()
		if math.IsInf(number, 0) {
			return nil, problem(outOfRange, rng, "The argument %q takes no number as large as this.", name)
		}
		return number, nil
	case kind == Truth && v.Type() == cty.Bool:
		return v.True(), nil
	case (kind == Text || kind == Size || kind == Duration || kind == Either) && v.Type() == cty.String:
		return checkText(name, kind, v.AsString(), rng)
	case kind == Number && v.Type() == cty.String:
		return nil, problem(wrongType, rng, "The argument %q takes a number. Write it without quotes.", name)
	default:
		return nil, problem(wrongType, rng, "The argument %q takes %s, and this is %s.", name, wanted(kind), found(v))
	}
}

// checkText checks a text, and reads it where it stands for a number with a unit.
func checkText(name string, kind Kind, s string, rng hcl.Range) (any, *hcl.Diagnostic) {
	switch {
	case strings.TrimSpace(s) == "":
		return nil, problem(emptyValue, rng, "The argument %q is empty. Write a value, or leave the argument out.", name)
	case len(s) > maxText:
		return nil, problem(invalidText, rng, "The text is %d bytes long; the argument %q takes at most %d.", len(s), name, maxText)
	case strings.ContainsFunc(s, isControl):
		return nil, problem(invalidText, rng, "The text of %q holds a control character. Remove it.", name)
	case kind == Size:
		size, ok := ParseSize(s)
		if !ok {
			return nil, problem(invalidSize, rng, "The argument %q takes a number and a unit: KiB, MiB, GiB, TiB or PiB, "+
				"or the decimal KB, MB, GB, TB or PB. Write it like \"200 GiB\".", name)
		}
		return size, nil
	case kind == Duration:
		duration, ok := ParseDuration(s)
		if !ok {
			return nil, problem(invalidDuration, rng, "The argument %q takes a number and a unit: ms, s, m, h or d, "+
				"the larger unit first where there are several. Write it like \"200ms\", \"5m\" or \"1h30m\".", name)
		}
		return duration, nil
	}
	return s, nil
}

// isControl says whether a character has no business in a text. Line breaks and tabs do.
func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0x7f && r < 0xa0 ||
		r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 // these turn text around, and hide what it says
}

// texts reads a list of texts, each once.
func texts(name string, expr hclsyntax.Expression) (any, hcl.Diagnostics) {
	tuple, ok := expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		v, diag := literal(expr)
		if diag == nil && v.IsKnown() {
			diag = problem(wrongType, expr.Range(), "The argument %q takes %s, and this is %s.", name, wanted(Texts), found(v))
		}
		if diag == nil {
			return nil, nil
		}
		return nil, hcl.Diagnostics{diag}
	}
	var diags hcl.Diagnostics
	elements := make([]element, 0, len(tuple.Exprs))
	seen := make(map[string]hcl.Range, len(tuple.Exprs))
	for _, e := range tuple.Exprs {
		v, moreDiags := value(name, Text, e)
		diags = append(diags, moreDiags...)
		s, ok := v.(string)
		if !ok {
			continue
		}
		if first, dup := seen[s]; dup {
			diags = append(diags, problem(duplicateValue, e.Range(), "The list %q holds %q already, at %s. Remove one.", name, s, place(first)))
			continue
		}
		seen[s] = e.Range()
		elements = append(elements, element{s, e.Range()})
	}
	return elements, diags
}

// wanted describes a kind to somebody who wrote something else.
func wanted(kind Kind) string {
	switch kind {
	case Number:
		return "a number"
	case Size:
		return "a size in quotes, like \"200 GiB\""
	case Duration:
		return "a duration in quotes, like \"5m\""
	case Truth:
		return "true or false"
	case Either:
		return "a number, or a text in quotes"
	case Texts:
		return "a list of texts, like [\"a\", \"b\"]"
	default:
		return "a text in quotes"
	}
}

// found describes a value.
func found(v cty.Value) string {
	switch {
	case !v.IsKnown() || v.IsNull():
		return "no value"
	case v.Type() == cty.Number:
		return "a number"
	case v.Type() == cty.String:
		return "a text"
	case v.Type() == cty.Bool:
		return "true or false"
	case v.Type().IsTupleType():
		return "a list"
	default:
		return "an object"
	}
}
