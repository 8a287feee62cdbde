package design

import (
	"slices"

	"github.com/archimperative/scaffold/internal/sizing"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Size is a number or class that the design computed, with all that a reader needs to
// compute it again.
type Size struct {
	Name       string // of the local
	Comment    string // what stands above it in the blueprint
	Expression string // as written, on one line
	Facts      []Fact // the single values that the expression refers to
	Value      string
	Sources    []string // of the formulas and tables that the expression asks, each once
	Range      Range    // in the blueprint
}

// sizes gathers the locals that are a number or the name of a class, and that ask a
// sizing function or depend on a requirement.
func (e *evaluator) sizes() {
	s := dependence{evaluator: e, known: map[string]bool{}}
	for _, l := range e.blueprint.Locals {
		value := e.locals[l.Name]
		if e.wiring[l.Name] || value == cty.NilVal || !value.IsKnown() || value.IsNull() || !sized(value) {
			continue
		}
		sources, asked := e.asked(l.Value)
		if sources == nil && !s.required(l.Value) {
			continue
		}
		e.design.Sizes = append(e.design.Sizes, &Size{
			Name: l.Name, Comment: l.Comment, Expression: e.sourceOf(l.Value), Facts: append(e.factsOf(l.Value), asked...),
			Value: exact(value), Sources: slices.DeleteFunc(sources, func(s string) bool { return s == "" }), Range: rangeOf(l.Range),
		})
	}
}

func sized(v cty.Value) bool {
	if v.Type() == cty.String {
		_, err := sizing.ClassOf(v.AsString(), "")
		return err == nil
	}
	return v.Type() == cty.Number
}

// asked are the sources of the sizing functions that an expression calls: nil if it
// calls none, and "" for one without a source. Rows of tables that it asks for by name
// are facts, each with the source of the row.
func (e *evaluator) asked(expr hcl.Expression) (sources []string, rows []Fact) {
	node, ok := expr.(hclsyntax.Node)
	if !ok {
		return nil, nil
	}
	// VisitAll returns what the function returned, which is nothing.
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		call, ok := n.(*hclsyntax.FunctionCallExpr)
		if !ok {
			return nil
		}
		at := slices.IndexFunc(sizingFunctions, func(f Function) bool { return f.Name == call.Name })
		if at < 0 {
			return nil
		}
		source := sizingFunctions[at].Source
		if row := rowOf(call); row != nil {
			rows = append(rows, Fact{e.sourceOf(call), display(cty.NumberFloatVal(row.Value))})
			source = row.Service + " " + row.Name + ", as of " + row.AsOf + ": " + row.Source
		}
		if !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
		return nil
	})
	return sources, rows
}

// rowOf is the row of a table that a call such as price("alb", "hour") asks for.
func rowOf(call *hclsyntax.FunctionCallExpr) *sizing.Fact {
	tables := map[string]func() []sizing.Fact{"price": sizing.Prices, "quota": sizing.Quotas, "sla": sizing.SLAs}
	table, ok := tables[call.Name]
	if !ok || len(call.Args) != 2 {
		return nil
	}
	var keys [2]string
	for i, arg := range call.Args {
		value, diags := arg.Value(nil)
		if diags.HasErrors() || value.IsNull() || value.Type() != cty.String {
			return nil
		}
		keys[i] = value.AsString()
	}
	for _, row := range table() {
		if row.Service == keys[0] && row.Name == keys[1] {
			return &row
		}
	}
	return nil
}
