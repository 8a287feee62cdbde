package rule

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// lenient rewrites an expression so that what is absent is null; see the documentation of the package.
// Each of the nodes below embeds the one it replaces, whose ranges and children it keeps. The
// expression itself is changed: it must be checked before, and evaluated only in the form returned.
func lenient(e hclsyntax.Expression) hclsyntax.Expression {
	switch e := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return traversal{e}
	case *hclsyntax.RelativeTraversalExpr:
		e.Source = lenient(e.Source)
		return relative{e}
	case *hclsyntax.IndexExpr:
		e.Collection, e.Key = lenient(e.Collection), lenient(e.Key)
		return index{e}
	case *hclsyntax.SplatExpr:
		e.Source, e.Each = lenient(e.Source), lenient(e.Each)
	case *hclsyntax.ForExpr:
		e.CollExpr = emptyIfNull{lenient(e.CollExpr)}
		e.ValExpr = lenient(e.ValExpr)
		if e.KeyExpr != nil {
			e.KeyExpr = lenient(e.KeyExpr)
		}
		if e.CondExpr != nil {
			e.CondExpr = falseIfNull{lenient(e.CondExpr)}
		}
	case *hclsyntax.BinaryOpExpr:
		e.LHS, e.RHS = lenient(e.LHS), lenient(e.RHS)
		if e.Op == hclsyntax.OpLogicalAnd || e.Op == hclsyntax.OpLogicalOr {
			return logical{e, e.Op == hclsyntax.OpLogicalOr}
		}
	case *hclsyntax.UnaryOpExpr:
		e.Val = lenient(e.Val)
		if e.Op == hclsyntax.OpLogicalNot {
			e.Val = falseIfNull{e.Val}
		}
	case *hclsyntax.ConditionalExpr:
		e.Condition = falseIfNull{lenient(e.Condition)}
		e.TrueResult, e.FalseResult = lenient(e.TrueResult), lenient(e.FalseResult)
	case *hclsyntax.FunctionCallExpr:
		for i := range e.Args {
			e.Args[i] = lenient(e.Args[i])
		}
	case *hclsyntax.TupleConsExpr:
		for i := range e.Exprs {
			e.Exprs[i] = lenient(e.Exprs[i])
		}
	case *hclsyntax.ObjectConsExpr:
		for i := range e.Items {
			e.Items[i].KeyExpr, e.Items[i].ValueExpr = lenient(e.Items[i].KeyExpr), lenient(e.Items[i].ValueExpr)
		}
	case *hclsyntax.ObjectConsKeyExpr:
		// A bare word is a key, not a variable; it says so itself.
		if hcl.ExprAsKeyword(e.Wrapped) == "" || e.ForceNonLiteral {
			e.Wrapped = lenient(e.Wrapped)
		}
	case *hclsyntax.ParenthesesExpr:
		e.Expression = lenient(e.Expression)
	case *hclsyntax.TemplateExpr:
		for i := range e.Parts {
			e.Parts[i] = lenient(e.Parts[i])
		}
	case *hclsyntax.TemplateWrapExpr:
		e.Wrapped = lenient(e.Wrapped)
	case *hclsyntax.TemplateJoinExpr:
		e.Tuple = lenient(e.Tuple)
	}
	return e
}

// A traversal is a variable and what is below it.
type traversal struct{ *hclsyntax.ScopeTraversalExpr }

func (t traversal) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	name := t.Traversal.RootName()
	for c := ctx; c != nil; c = c.Parent() {
		if v, ok := c.Variables[name]; ok {
			return steps(v, t.Traversal[1:])
		}
	}
	return t.ScopeTraversalExpr.Value(ctx) // its error is the right one
}

// A relative is what is below the value of an expression.
type relative struct {
	*hclsyntax.RelativeTraversalExpr
}

func (r relative) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := r.Source.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return steps(v, r.Traversal)
}

// An index is an element at a position or key that an expression gives.
type index struct{ *hclsyntax.IndexExpr }

func (i index) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := i.Collection.Value(ctx)
	key, more := i.Key.Value(ctx)
	diags = append(diags, more...)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	return step(v, key, i.SrcRange)
}

func steps(v cty.Value, path hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	for _, part := range path {
		var diags hcl.Diagnostics
		switch part := part.(type) {
		case hcl.TraverseAttr:
			v, diags = step(v, cty.StringVal(part.Name), part.SrcRange)
		case hcl.TraverseIndex:
			v, diags = step(v, part.Key, part.SrcRange)
		default:
			return cty.DynamicVal, fault(part.SourceRange(), "Unsupported expression", "Write [*] to look at all elements of a list.")
		}
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
	}
	return v, nil
}

// step is what stands at a key of v: null if there is nothing.
func step(v, key cty.Value, at hcl.Range) (cty.Value, hcl.Diagnostics) {
	v, marks := v.Unmark()
	key, keyMarks := key.Unmark()
	t := v.Type()
	switch {
	case !v.IsKnown() || !key.IsKnown():
		return cty.DynamicVal.WithMarks(marks, keyMarks), nil
	case v.IsNull() || key.IsNull():
		return null.WithMarks(marks, keyMarks), nil
	case t.IsObjectType() || t.IsMapType():
		name, err := convert.Convert(key, cty.String)
		if err != nil {
			return cty.DynamicVal, fault(at, "Invalid key", "The key of an object is a text.")
		}
		inner := null
		switch {
		case t.IsMapType() && v.HasIndex(name).True():
			inner = v.Index(name)
		case t.IsObjectType() && t.HasAttribute(name.AsString()):
			inner = v.GetAttr(name.AsString())
		}
		return inner.WithMarks(marks, keyMarks), nil
	case t.IsTupleType() || t.IsListType():
		position, err := convert.Convert(key, cty.Number)
		if err != nil {
			return cty.DynamicVal, fault(at, "List without a position", fmt.Sprintf("This is a list, which has no %q. Write [*] for all of its elements, or [0] for its first.", keyText(key)))
		}
		inner := null
		if v.HasIndex(position).True() {
			inner = v.Index(position)
		}
		return inner.WithMarks(marks, keyMarks), nil
	}
	return cty.DynamicVal, fault(at, "Nothing below this value", fmt.Sprintf("A %s has no %q. Use json(…) if it is a text that holds JSON.", t.FriendlyName(), keyText(key)))
}

func keyText(key cty.Value) string {
	if s, err := convert.Convert(key, cty.String); err == nil {
		return s.AsString()
	}
	return "…"
}

// emptyIfNull is the collection of a for expression.
type emptyIfNull struct{ hclsyntax.Expression }

func (e emptyIfNull) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Expression.Value(ctx)
	if !diags.HasErrors() && v.IsNull() {
		return cty.EmptyTupleVal.WithSameMarks(v), nil
	}
	return v, diags
}

// falseIfNull is a condition.
type falseIfNull struct{ hclsyntax.Expression }

func (e falseIfNull) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := e.Expression.Value(ctx)
	if !diags.HasErrors() && v.IsNull() {
		return cty.False.WithSameMarks(v), nil
	}
	return v, diags
}

// A logical is && or ||. Unlike HCL's own it does not evaluate what cannot matter.
type logical struct {
	*hclsyntax.BinaryOpExpr
	or bool // true decides an ||, false an &&
}

func (l logical) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	left, leftMarks, diags := condition(l.LHS, ctx)
	if diags.HasErrors() {
		return cty.UnknownVal(cty.Bool), diags
	}
	if left.IsKnown() && left.True() == l.or {
		return left.WithMarks(leftMarks), nil
	}
	right, rightMarks, diags := condition(l.RHS, ctx)
	switch {
	case diags.HasErrors():
		return cty.UnknownVal(cty.Bool), diags
	case right.IsKnown() && right.True() == l.or:
		return right.WithMarks(rightMarks), nil
	case left.IsKnown() && right.IsKnown():
		return cty.BoolVal(!l.or), nil
	}
	return cty.UnknownVal(cty.Bool).WithMarks(leftMarks, rightMarks), nil
}

// condition evaluates an expression to true, false or an unknown; null is false.
func condition(e hclsyntax.Expression, ctx *hcl.EvalContext) (cty.Value, cty.ValueMarks, hcl.Diagnostics) {
	v, diags := e.Value(ctx)
	if diags.HasErrors() {
		return cty.DynamicVal, nil, diags
	}
	v, marks := v.Unmark()
	if v.IsNull() {
		return cty.False, marks, nil
	}
	b, err := convert.Convert(v, cty.Bool)
	if err != nil {
		return cty.DynamicVal, nil, fault(e.Range(), "Not a condition", fmt.Sprintf("This must be true or false, but it is a %s.", v.Type().FriendlyName()))
	}
	return b, marks, nil
}

func fault(at hcl.Range, summary, detail string) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}}
}
