package system

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// literal returns the value of an expression that is written out: a number, a text, true, false, null or a list
// of those. Anything else is refused, since system.hcl is data.
func literal(expr hclsyntax.Expression) (cty.Value, *hcl.Diagnostic) {
	switch e := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return e.Val, nil
	case *hclsyntax.ExprSyntaxError:
		return cty.DynamicVal, nil // the parser has reported it
	case *hclsyntax.ParenthesesExpr:
		return literal(e.Expression)
	case *hclsyntax.UnaryOpExpr:
		if number, ok := e.Val.(*hclsyntax.LiteralValueExpr); ok && e.Op == hclsyntax.OpNegate &&
			number.Val.Type() == cty.Number && number.Val.IsKnown() && !number.Val.IsNull() {
			return number.Val.Negate(), nil
		}
	case *hclsyntax.TemplateExpr:
		return literalText(e)
	case *hclsyntax.TupleConsExpr:
		values := make([]cty.Value, len(e.Exprs))
		for i, element := range e.Exprs {
			value, diag := literal(element)
			if diag != nil {
				return cty.DynamicVal, diag
			}
			values[i] = value
		}
		return cty.TupleVal(values), nil
	case *hclsyntax.ObjectConsExpr:
		return cty.EmptyObjectVal, nil // no argument takes one: the caller says what it wants instead
	case *hclsyntax.ScopeTraversalExpr:
		if len(e.Traversal) == 1 {
			return cty.DynamicVal, problem(plainValueRequired, e.Range(),
				"system.hcl holds plain values; it cannot refer to anything. If %s is meant as a text, put it in quotes: %s.",
				e.Traversal.RootName(), quote(e.Traversal.RootName()))
		}
	}
	return cty.DynamicVal, problem(plainValueRequired, expr.Range(),
		"system.hcl holds plain values: numbers, texts, true, false and lists of them. "+
			"It has no references, functions or operators. Write the value itself.")
}

// literalText returns the value of a quoted text or heredoc without interpolations.
func literalText(e *hclsyntax.TemplateExpr) (cty.Value, *hcl.Diagnostic) {
	var text strings.Builder
	for _, part := range e.Parts {
		lit, ok := part.(*hclsyntax.LiteralValueExpr)
		if !ok || lit.Val.Type() != cty.String || !lit.Val.IsKnown() || lit.Val.IsNull() {
			return cty.DynamicVal, problem(plainValueRequired, part.Range(),
				"system.hcl holds plain values, and this text has an interpolation. "+
					"Write the value itself, or $${ for a literal ${.")
		}
		text.WriteString(lit.Val.AsString())
	}
	return cty.StringVal(text.String()), nil
}

// quote writes a text as an HCL literal.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		case (r == '$' || r == '%') && strings.HasPrefix(text[i+1:], "{"):
			b.WriteRune(r)
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
