package design

import (
	"slices"

	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// walker checks what can only be seen in the shape of an expression: functions
// by name, options by name, and outputs of components where something would
// look inside them.
type walker struct {
	checker *checker
	// iterators are the variables of enclosing for expressions that stand for
	// outputs of components.
	iterators []string
}

func (w *walker) Enter(node hclsyntax.Node) hcl.Diagnostics {
	switch e := node.(type) {
	case *hclsyntax.FunctionCallExpr:
		if _, known := functions[e.Name]; !known {
			w.checker.fail(e.NameRange, "Unknown function", "There is no function %q.%s", e.Name, source.Suggest(e.Name, functionNames))
		}
	case *hclsyntax.BinaryOpExpr:
		w.option(e.LHS, e.RHS)
		w.option(e.RHS, e.LHS)
		w.opaque(e.LHS, "compared or calculated with")
		w.opaque(e.RHS, "compared or calculated with")
	case *hclsyntax.UnaryOpExpr:
		w.opaque(e.Val, "compared or calculated with")
	case *hclsyntax.ConditionalExpr:
		w.opaque(e.Condition, "decided upon")
	case *hclsyntax.IndexExpr:
		w.opaque(e.Key, "used as a key")
	case *hclsyntax.RelativeTraversalExpr:
		w.relative(e)
	case *hclsyntax.ForExpr:
		if w.promised(e.CollExpr) {
			w.iterators = append(w.iterators, e.ValVar)
		}
		if e.KeyExpr != nil {
			w.opaque(e.KeyExpr, "used as a key")
		}
		if e.CondExpr != nil {
			w.opaque(e.CondExpr, "decided upon")
		}
	}
	return nil
}

func (w *walker) Exit(node hclsyntax.Node) hcl.Diagnostics {
	if e, ok := node.(*hclsyntax.ForExpr); ok && w.promised(e.CollExpr) {
		w.iterators = w.iterators[:len(w.iterators)-1]
	}
	return nil
}

// relative checks the output in component.name[key].output, where the key is
// an expression.
func (w *walker) relative(e *hclsyntax.RelativeTraversalExpr) {
	index, ok := e.Source.(*hclsyntax.IndexExpr)
	if !ok {
		return
	}
	scope, ok := index.Collection.(*hclsyntax.ScopeTraversalExpr)
	if !ok || scope.Traversal.RootName() != "component" || len(scope.Traversal) != 2 {
		return
	}
	name, _ := attribute(scope.Traversal, 1)
	if component := w.checker.components[name]; component != nil {
		w.checker.outputOf(component, e.Traversal[0], e.Range())
	}
}

// option checks decision.name == "option".
func (w *walker) option(left, right hclsyntax.Expression) {
	scope, ok := left.(*hclsyntax.ScopeTraversalExpr)
	if !ok || scope.Traversal.RootName() != "decision" {
		return
	}
	name, _ := attribute(scope.Traversal, 1)
	decision := w.checker.decisions[name]
	literal, diags := right.Value(nil)
	if decision == nil || diags.HasErrors() || literal.Type().FriendlyName() != "string" || literal.IsNull() {
		return
	}
	var options []string
	for _, o := range decision.Options {
		options = append(options, o.Name)
	}
	if !slices.Contains(options, literal.AsString()) && !slices.Contains(decision.Former, literal.AsString()) {
		w.checker.fail(right.Range(), "Unknown option", "The decision %q has no option %q, so this never holds.%s", name, literal.AsString(), source.Suggest(literal.AsString(), options))
	}
}

func (w *walker) opaque(e hclsyntax.Expression, how string) {
	switch e.(type) {
	case *hclsyntax.BinaryOpExpr, *hclsyntax.UnaryOpExpr:
		return // says so of its operands
	}
	if w.promised(e) {
		w.checker.fail(e.Range(), "Output known only after deployment", "An output of a component can be passed on whole, put into a list or a map, or stand in a text; it cannot be %s, because its value is known only after deployment.", how)
	}
}

// promised tells whether the value of an expression can hold an output of a
// component. The number of instances and their keys are known.
func (w *walker) promised(e hclsyntax.Expression) bool {
	if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && slices.Contains([]string{"length", "keys", "contains"}, call.Name) {
		return false
	}
	for _, t := range e.Variables() {
		root := t.RootName()
		name, _ := attribute(t, 1)
		if root == "component" || root == "local" && w.checker.wiring[name] || slices.Contains(w.iterators, root) {
			return true
		}
	}
	return false
}
