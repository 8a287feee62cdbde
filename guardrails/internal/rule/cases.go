package rule

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A Case is a small program that stands beside a rule, with what the rule says of it.
type Case struct {
	Kind      Verdict // Pass, Fail or Unknown
	Name      string
	Self      *recording.Resource // what the rule looks at
	Recording *recording.Recording
	Range     hcl.Range
}

// A Break is how to change a resource that passes so that the rule fails.
type Break struct {
	Also  []string // rules that then fail by necessity
	Range hcl.Range

	properties []*hclsyntax.Attribute
}

// Inputs are the inputs of a resource with the break laid over them.
func (b *Break) Inputs(res *recording.Resource) (map[string]any, error) {
	ctx := &hcl.EvalContext{Functions: functions, Variables: map[string]cty.Value{
		"self": reader{res: res}.object(), "unknown": cty.DynamicVal, "resource": cty.EmptyObjectVal,
	}}
	changed := map[string]any{}
	for _, a := range b.properties {
		v, diags := a.Expr.Value(ctx)
		if diags.HasErrors() {
			return nil, diags
		}
		inner, err := plain(v)
		if err != nil {
			return nil, err
		}
		changed[a.Name] = inner
	}
	return overlay(res.Inputs, changed), nil
}

// overlay replaces properties, and removes those that are nil.
func overlay(inputs, changed map[string]any) map[string]any {
	out := make(map[string]any, len(inputs)+len(changed))
	for name, v := range inputs {
		out[name] = v
	}
	for name, v := range changed {
		out[name] = v
		if v == nil {
			delete(out, name)
		}
	}
	return out
}

var verdictOf = map[string]Verdict{"pass": Pass, "fail": Fail, "unknown": Unknown}

func (p *parser) caseBlocks(r *Rule, block *hclsyntax.Block) {
	count := map[Verdict]int{}
	seen := map[string]bool{}
	for _, b := range block.Body.Blocks {
		verdict, isCase := verdictOf[b.Type]
		switch {
		case b.Type == "break":
			p.breakBlock(r, b)
		case !isCase:
			known := []string{"pass", "fail", "unknown", "break"}
			p.fail(b.TypeRange, "Unknown block", "A rule has no block %q; it has %s.", b.Type, strings.Join(known, ", "))
		case len(b.Labels) != 1:
			p.fail(b.DefRange(), "Wrong number of labels", `A case has a name: %s "default" { self = { … } }`, b.Type)
		case seen[b.Type+" "+b.Labels[0]]:
			p.fail(b.LabelRanges[0], "Duplicate name", "The rule has another case %s %q. Give each its own name.", b.Type, b.Labels[0])
		default:
			count[verdict]++
			seen[b.Type+" "+b.Labels[0]] = true
			if c := p.caseBlock(r, b, verdict); c != nil {
				r.Cases = append(r.Cases, c)
			}
		}
	}
	if count[Pass] == 0 || count[Fail] == 0 {
		p.fail(block.DefRange(), "Missing case", `A rule needs a case that passes and one that fails, to prove that it can tell them apart: pass "…" { self = { … } } and fail "…" { self = { … } }.`)
	}
}

func (p *parser) breakBlock(r *Rule, block *hclsyntax.Block) {
	if r.Break != nil || len(block.Labels) > 0 {
		p.fail(block.DefRange(), "Invalid block", "A rule has at most one break block, without a label.")
		return
	}
	p.noBlocks(block.Body, "A break")
	r.Break = &Break{Also: p.texts(block.Body.Attributes, "also", nil), Range: block.DefRange()}
	for _, a := range inOrder(block.Body.Attributes) {
		if a.Name == "also" {
			continue
		}
		p.check(a.Expr, []string{"self", "unknown"})
		a.Expr = lenient(a.Expr)
		r.Break.properties = append(r.Break.properties, a)
	}
}

func (p *parser) caseBlock(r *Rule, block *hclsyntax.Block, verdict Verdict) *Case {
	a := p.attributes(block.Body, "a case", "self", "type", "region", "protect")
	b := &builder{p: p, resources: map[string]*made{}, ambiguous: map[string]bool{}}
	token := p.text(a, "type", nil)
	switch {
	case token != "":
		if p.token(token, a["type"].Expr.Range()) && !slices.Contains(r.Kinds(), Kind(token)) {
			p.fail(a["type"].Expr.Range(), "Wrong resource type", "The rule is about %s.", strings.Join(r.Resources, ", "))
		}
	case len(r.Resources) > 0:
		token = r.Resources[0]
	}
	self := b.add("self", token, block.DefRange())
	if attribute, ok := a["self"]; !ok {
		p.missing("self", block)
	} else if object, ok := attribute.Expr.(*hclsyntax.ObjectConsExpr); !ok {
		p.fail(attribute.Expr.Range(), "Object needed", "Write the inputs of the resource as an object: self = { storageEncrypted = true }.")
	} else {
		for _, item := range object.Items {
			key, diags := item.KeyExpr.Value(nil)
			if diags.HasErrors() || key.IsNull() || key.Type() != cty.String {
				p.fail(item.KeyExpr.Range(), "Name needed", "Write the name of an input as a word or a text in quotes.")
				continue
			}
			self.inputs = append(self.inputs, input{key.AsString(), item.ValueExpr})
		}
	}
	for _, other := range block.Body.Blocks {
		if other.Type != "resource" || len(other.Labels) != 2 {
			p.fail(other.DefRange(), "Unknown block", `Beside self a case has blocks of this form only: resource "aws:sqs/queuePolicy:QueuePolicy" "policy" { … }`)
			continue
		}
		if !b.free(other.Labels[0], other.Labels[1]) {
			p.fail(other.LabelRanges[1], "Duplicate name", "The case has another %s called %q. Give each its own name; self is the one that the rule looks at.", other.Labels[0], other.Labels[1])
			continue
		}
		p.token(other.Labels[0], other.LabelRanges[0])
		p.noBlocks(other.Body, "A resource of a case")
		m := b.add(other.Labels[1], other.Labels[0], other.DefRange())
		for _, a := range inOrder(other.Body.Attributes) {
			m.inputs = append(m.inputs, input{a.Name, a.Expr})
		}
	}
	self.res.Protect = p.flag(a, "protect")
	c := &Case{Kind: verdict, Name: block.Labels[0], Self: self.res, Range: block.DefRange()}
	c.Recording = b.record(p.text(a, "region", nil))
	return c
}

func (p *parser) flag(a hclsyntax.Attributes, name string) bool {
	attribute, ok := a[name]
	if !ok {
		return false
	}
	v, diags := attribute.Expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.Bool {
		p.fail(attribute.Expr.Range(), "True or false needed", "Write %s as true or false.", name)
		return false
	}
	return v.True()
}
