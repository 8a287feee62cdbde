package rule

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Parse reads a file of rules. It returns what could be made out together with every problem found.
func Parse(src []byte, filename string) (*File, hcl.Diagnostics) {
	p := &parser{file: &File{}}
	parsed, diags := source.Parse(src, filename)
	if body, ok := parsed.Body.(*hclsyntax.Body); ok && !diags.HasErrors() {
		p.attributes(body, "a file of rules")
		for _, block := range body.Blocks {
			switch block.Type {
			case "guardrail":
				p.rule(block)
			case "not_applicable":
				p.notApplicable(block)
			default:
				p.fail(block.TypeRange, "Unknown block", "A file of rules has no block %q; it has guardrail and not_applicable.%s", block.Type, source.Suggest(block.Type, []string{"guardrail", "not_applicable"}))
			}
		}
	}
	return p.file, append(diags, p.diags...)
}

type parser struct {
	file  *File
	diags hcl.Diagnostics
}

func (p *parser) fail(at hcl.Range, summary, detail string, args ...any) {
	p.diags = append(p.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: &at})
}

var (
	namePattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,63}$`)
	tokenPattern = regexp.MustCompile(`^[a-z][a-z0-9-]*:[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+:[A-Za-z][A-Za-z0-9]*$`)
)

var ruleAttributes = []string{"title", "resource", "property", "when", "require", "message", "remedy", "severity", "controls"}

func (p *parser) rule(block *hclsyntax.Block) {
	if len(block.Labels) != 1 {
		p.fail(block.DefRange(), "Wrong number of labels", `A rule is written as: guardrail "RDS.3" { … }`)
		return
	}
	r := &Rule{Name: block.Labels[0], Range: block.DefRange()}
	if !namePattern.MatchString(r.Name) {
		p.fail(block.LabelRanges[0], "Invalid name", "%q is no name of a rule: use letters, digits, points, hyphens and underscores, a letter first, at most 64.", r.Name)
	}
	a := p.attributes(block.Body, "a rule", ruleAttributes...)
	r.Title = p.text(a, "title", block)
	r.Property = p.text(a, "property", nil)
	r.Remedy = p.text(a, "remedy", block)
	r.Severity = p.text(a, "severity", block)
	if r.Severity != "" && !slices.Contains(Severities, r.Severity) {
		p.fail(a["severity"].Expr.Range(), "Invalid severity", "%q is no severity; one of %s is needed.%s", r.Severity, strings.Join(Severities, ", "), source.Suggest(r.Severity, Severities))
	}
	r.Controls = p.texts(a, "controls", nil)
	r.Resources = p.texts(a, "resource", block)
	for _, token := range r.Resources {
		p.token(token, a["resource"].Expr.Range())
	}
	p.expressions(r, a, block)
	p.caseBlocks(r, block)
	p.file.Rules = append(p.file.Rules, r)
}

// expressions takes the three expressions of a rule, checked and rewritten.
func (p *parser) expressions(r *Rule, a hclsyntax.Attributes, block *hclsyntax.Block) {
	take := func(name string, required bool) (e hclsyntax.Expression, mentions []string) {
		attribute, ok := a[name]
		if !ok {
			if required {
				p.missing(name, block)
			}
			return nil, nil
		}
		p.check(attribute.Expr, ruleRoots)
		for _, t := range attribute.Expr.Variables() {
			if property, ok := second(t); ok && t.RootName() == "self" && !strings.HasPrefix(property, "_") {
				mentions = append(mentions, property)
			}
		}
		if name == "message" {
			return asMessage(attribute.Expr), nil
		}
		r.looksUp = append(r.looksUp, lookedUp(attribute.Expr)...)
		return lenient(attribute.Expr), mentions
	}
	if when, ok := a["when"]; ok {
		r.sameForAll = len(when.Expr.Variables()) == 0 && !looksAround(when.Expr)
	}
	r.when, r.mentions = take("when", false)
	r.require, r.asserts = take("require", true)
	r.message, _ = take("message", true)
	r.mentions = append(r.mentions, r.asserts...)
	for _, list := range []*[]string{&r.mentions, &r.asserts, &r.looksUp} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

func (p *parser) token(token string, at hcl.Range) bool {
	if tokenPattern.MatchString(token) {
		return true
	}
	p.fail(at, "Invalid resource type", "%q is no type of a resource: it is written as package:module/name:Name, such as aws:rds/instance:Instance.", token)
	return false
}

func (p *parser) notApplicable(block *hclsyntax.Block) {
	if len(block.Labels) > 0 {
		p.fail(block.DefRange(), "Wrong number of labels", "This block has no label: not_applicable { controls = [\"RDS.1\"] because = \"…\" }")
	}
	p.noBlocks(block.Body, "This block")
	a := p.attributes(block.Body, "a not_applicable block", "controls", "because")
	p.file.NotApplicable = append(p.file.NotApplicable, &NotApplicable{
		Controls: p.texts(a, "controls", block), Because: p.text(a, "because", block), Range: block.DefRange(),
	})
}

// attributes returns those of a body, and reports the ones that it may not have.
func (p *parser) attributes(body *hclsyntax.Body, what string, allowed ...string) hclsyntax.Attributes {
	for _, a := range inOrder(body.Attributes) {
		if !slices.Contains(allowed, a.Name) {
			has := "it has none"
			if len(allowed) > 0 {
				has = "it has " + strings.Join(allowed, ", ")
			}
			p.fail(a.NameRange, "Unknown attribute", "There is no %q in %s; %s.%s", a.Name, what, has, source.Suggest(a.Name, allowed))
		}
	}
	return body.Attributes
}

func (p *parser) noBlocks(body *hclsyntax.Body, what string) {
	for _, block := range body.Blocks {
		p.fail(block.TypeRange, "Unknown block", "%s has no block %q. A value is written with an equals sign: %s = { … }", what, block.Type, block.Type)
	}
}

func (p *parser) missing(name string, block *hclsyntax.Block) {
	p.fail(block.DefRange(), "Missing attribute", "This block needs %q.", name)
}

// text is a literal text; "" if it is not there. It is required if block is given.
func (p *parser) text(a hclsyntax.Attributes, name string, block *hclsyntax.Block) string {
	attribute, ok := a[name]
	if !ok {
		if block != nil {
			p.missing(name, block)
		}
		return ""
	}
	v, diags := attribute.Expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String || strings.TrimSpace(v.AsString()) == "" {
		p.fail(attribute.Expr.Range(), "Text needed", "Write %s as a text in quotes, without ${…}.", name)
		return ""
	}
	return v.AsString()
}

// texts is a literal text or a list of them.
func (p *parser) texts(a hclsyntax.Attributes, name string, block *hclsyntax.Block) []string {
	attribute, ok := a[name]
	if !ok {
		if block != nil {
			p.missing(name, block)
		}
		return nil
	}
	v, diags := attribute.Expr.Value(nil)
	if !diags.HasErrors() && v.Type() == cty.String {
		v = cty.TupleVal([]cty.Value{v})
	}
	list, err := convert.Convert(v, cty.List(cty.String))
	if diags.HasErrors() || err != nil || list.IsNull() || list.LengthInt() == 0 {
		p.fail(attribute.Expr.Range(), "Texts needed", "Write %s as a text in quotes, or as a list of them that is not empty.", name)
		return nil
	}
	var texts []string
	for it := list.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.IsNull() || strings.TrimSpace(e.AsString()) == "" || slices.Contains(texts, e.AsString()) {
			p.fail(attribute.Expr.Range(), "Texts needed", "No text in %s may be missing, empty or there twice.", name)
			return nil
		}
		texts = append(texts, e.AsString())
	}
	return texts
}

// inOrder are attributes as they stand in the file.
func inOrder(attributes hclsyntax.Attributes) []*hclsyntax.Attribute {
	list := make([]*hclsyntax.Attribute, 0, len(attributes))
	for _, a := range attributes {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return list
}

// second is the first name below the root of a traversal.
func second(t hcl.Traversal) (string, bool) {
	if len(t) < 2 {
		return "", false
	}
	switch part := t[1].(type) {
	case hcl.TraverseAttr:
		return part.Name, true
	case hcl.TraverseIndex:
		if part.Key.Type() == cty.String && !part.Key.IsNull() {
			return part.Key.AsString(), true
		}
	}
	return "", false
}

var noRange hcl.Range
