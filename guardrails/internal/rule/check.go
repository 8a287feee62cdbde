package rule

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

var (
	ruleRoots = []string{"self", "resource"}
	caseRoots = []string{"self", "resource", "unknown"}
)

// relations are the functions that look at the program: at which argument each has a type.
var relations = map[string]int{"refers": 1, "referrers": 0, "resources": 0}

// pathPattern is that of the inputs in which referrers are looked for.
var pathPattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*((\.[A-Za-z0-9_:-]+)|(\[[0-9]{1,6}\]))*$`)

var functionNames = slices.Sorted(maps.Keys(functions))

// check reports what an expression can never be evaluated with.
func (p *parser) check(e hclsyntax.Expression, roots []string) {
	for _, t := range e.Variables() {
		name := t.RootName()
		if !slices.Contains(roots, name) {
			p.fail(t.SourceRange(), "Unknown name", "There is no %q here; there are %s, and the variables of for expressions.%s", name, strings.Join(roots, ", "), source.Suggest(name, roots))
			continue
		}
		if name == "resource" && !slices.Contains(roots, "unknown") {
			if fact, ok := second(t); !ok || !slices.Contains(resourceFacts, fact) {
				p.fail(t.SourceRange(), "Unknown fact", "Of a resource a rule can ask %s. Its inputs are below self.%s", strings.Join(resourceFacts, ", "), source.Suggest(fact, resourceFacts))
			}
		}
	}
	diags := hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		if call, ok := node.(*hclsyntax.FunctionCallExpr); ok {
			p.call(call, roots)
		}
		return nil
	})
	p.diags = append(p.diags, diags...)
}

func (p *parser) call(call *hclsyntax.FunctionCallExpr, roots []string) {
	typeAt, relation := relations[call.Name]
	inRule := !slices.Contains(roots, "unknown")
	f, known := functions[call.Name]
	switch {
	case relation && !inRule:
		p.fail(call.NameRange, "Unknown function", "%s looks at a program, which a case describes; write the value itself, or self.arn for what is made.", call.Name)
	case relation:
		p.relation(call, typeAt)
	case !known:
		names := slices.Concat(functionNames, slices.Sorted(maps.Keys(relations)))
		p.fail(call.NameRange, "Unknown function", "There is no function %q.%s", call.Name, source.Suggest(call.Name, names))
	case call.ExpandFinal:
	case len(call.Args) < len(f.Params()) || len(call.Args) > len(f.Params()) && f.VarParam() == nil:
		p.fail(call.Range(), "Wrong number of arguments", "%s takes %d arguments; this has %d.", call.Name, len(f.Params()), len(call.Args))
	}
}

// relation checks a call of a function that looks at the program. Its texts are literal, so that
// what a rule looks at can be told without running it.
func (p *parser) relation(call *hclsyntax.FunctionCallExpr, typeAt int) {
	want := map[string]string{
		"refers":    `refers(self.kmsKeyId, "aws:kms/key:Key")`,
		"referrers": `referrers("aws:sqs/queuePolicy:QueuePolicy", "queueUrl")`,
		"resources": `resources("aws:cloudtrail/trail:Trail")`,
	}[call.Name]
	wrong := func() { p.fail(call.Range(), "Invalid call", "It is written as: %s", want) }
	wanted := map[string]int{"refers": 2, "referrers": 2, "resources": 1}[call.Name]
	if n := len(call.Args); call.ExpandFinal || n != wanted && !(call.Name == "referrers" && n == 3) {
		wrong()
		return
	}
	for i, arg := range call.Args {
		if i < typeAt || i == 2 {
			continue // the value that refers, the resource that is referred to
		}
		v, diags := arg.Value(nil)
		if diags.HasErrors() || v.IsNull() || v.Type() != cty.String || v.AsString() == "" {
			wrong()
			return
		}
		switch {
		case i == typeAt:
			p.token(v.AsString(), arg.Range())
		case !pathPattern.MatchString(v.AsString()):
			p.fail(arg.Range(), "Invalid path", "%q is no path of an input: write names with points between them, such as rules.destination.bucket.", v.AsString())
		}
	}
}

// lookedUp are the kinds that the lookups of an expression name.
func lookedUp(e hclsyntax.Expression) []string {
	var kinds []string
	diags := hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		call, ok := node.(*hclsyntax.FunctionCallExpr)
		if !ok {
			return nil
		}
		if at, relation := relations[call.Name]; relation && at < len(call.Args) {
			if v, diags := call.Args[at].Value(nil); !diags.HasErrors() && !v.IsNull() && v.Type() == cty.String {
				kinds = append(kinds, Kind(v.AsString()))
			}
		}
		return nil
	})
	if diags.HasErrors() {
		return nil
	}
	return kinds
}

// looksAround tells whether an expression asks what refers to the resource at hand, or it to others.
func looksAround(e hclsyntax.Expression) (around bool) {
	diags := hclsyntax.VisitAll(e, func(node hclsyntax.Node) hcl.Diagnostics {
		call, ok := node.(*hclsyntax.FunctionCallExpr)
		around = around || ok && (call.Name == "refers" || call.Name == "referrers")
		return nil
	})
	return around || diags.HasErrors()
}
