package blueprint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Parse reads the text of a blueprint. It returns what it could make out
// together with every problem found; it never returns nil.
func Parse(src []byte, filename string) (*Blueprint, hcl.Diagnostics) {
	b := &Blueprint{Filename: filename, Sources: map[string][]byte{filename: src}}
	file, diags := source.Parse(src, filename)
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return b, diags
	}
	p := &parser{blueprint: b, lines: strings.Split(string(src), "\n"), declared: map[string]hcl.Range{}}
	p.attributes(body, "a blueprint file")
	for _, block := range body.Blocks {
		p.block(block)
	}
	if p.head == nil {
		at := hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos}
		p.fail(at, "Missing blueprint block", `A blueprint file names its pattern in a block: blueprint "event-driven" { title = "…" summary = "…" }.`)
	}
	return b, append(diags, p.diags...)
}

type parser struct {
	blueprint *Blueprint
	lines     []string
	head      *hclsyntax.Block
	declared  map[string]hcl.Range // "component vpc" → where
	diags     hcl.Diagnostics
}

var topLevel = map[string]struct {
	labels []string
	read   func(*parser, *hclsyntax.Block)
}{
	"blueprint":  {[]string{"name"}, (*parser).blueprintBlock},
	"locals":     {nil, (*parser).localsBlock},
	"assumption": {[]string{"name"}, (*parser).assumptionBlock},
	"constraint": {[]string{"name"}, (*parser).constraintBlock},
	"decision":   {[]string{"name"}, (*parser).decisionBlock},
	"component":  {[]string{"type", "name"}, (*parser).componentBlock},
	"output":     {[]string{"name"}, (*parser).outputBlock},
}

func (p *parser) block(block *hclsyntax.Block) {
	kind, known := topLevel[block.Type]
	if !known {
		names := []string{"assumption", "blueprint", "component", "constraint", "decision", "locals", "output"}
		p.fail(block.TypeRange, "Unknown block", fmt.Sprintf("A blueprint has no block %q; it has %s.%s", block.Type, strings.Join(names, ", "), source.Suggest(block.Type, names)))
		return
	}
	if len(block.Labels) != len(kind.labels) {
		want := block.Type
		for _, label := range kind.labels {
			want += fmt.Sprintf(" %q", label)
		}
		p.fail(block.DefRange(), "Wrong number of labels", fmt.Sprintf("This block is written as: %s { … }", want))
		return
	}
	if len(kind.labels) > 0 && !p.name(block) {
		return
	}
	kind.read(p, block)
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

// name checks the last label: what others refer to the block by.
func (p *parser) name(block *hclsyntax.Block) bool {
	last := len(block.Labels) - 1
	name, at := block.Labels[last], block.LabelRanges[last]
	if !namePattern.MatchString(name) {
		p.fail(at, "Invalid name", fmt.Sprintf("%q is not a name: use lower-case letters, digits, hyphens and underscores, a letter first, at most 32.", name))
		return false
	}
	key := block.Type + " " + name
	if before, taken := p.declared[key]; taken {
		p.fail(at, "Duplicate name", fmt.Sprintf("The %s %q is already declared at %s:%d,%d. Give each its own name.", block.Type, name, before.Filename, before.Start.Line, before.Start.Column))
		return false
	}
	p.declared[key] = at
	return true
}

func (p *parser) blueprintBlock(block *hclsyntax.Block) {
	if p.head != nil {
		p.fail(block.DefRange(), "Duplicate blueprint block", fmt.Sprintf("A file holds one blueprint; the first is declared at line %d.", p.head.DefRange().Start.Line))
		return
	}
	p.head = block
	p.noBlocks(block)
	b := p.blueprint
	b.Name, b.Range = block.Labels[0], block.DefRange()
	a := p.attributes(block.Body, "a blueprint", "title", "summary", "guide", "extends", "abstract", "fits")
	needed := block
	if extends, ok := a["extends"]; ok {
		b.Extends, b.ExtendsRange = p.text(a, "extends", nil), extends.Expr.Range()
		needed = nil // what it does not say, the other does
	}
	b.Title = p.text(a, "title", needed)
	b.Summary = p.text(a, "summary", needed)
	b.Guide = p.text(a, "guide", nil)
	b.Abstract = p.flag(a, "abstract")
	b.Fits = expr(a, "fits")
}

func (p *parser) localsBlock(block *hclsyntax.Block) {
	p.noBlocks(block)
	for _, a := range sorted(block.Body.Attributes) {
		if before, taken := p.declared["local "+a.Name]; taken {
			p.fail(a.NameRange, "Duplicate name", fmt.Sprintf("The local %q is already declared at %s:%d,%d. Give each its own name.", a.Name, before.Filename, before.Start.Line, before.Start.Column))
			continue
		}
		p.declared["local "+a.Name] = a.NameRange
		p.blueprint.Locals = append(p.blueprint.Locals, &Local{a.Name, a.Expr, p.commentAt(a.NameRange.Start.Line), a.NameRange})
	}
}

func (p *parser) constraintBlock(block *hclsyntax.Block) {
	p.noBlocks(block)
	a := p.attributes(block.Body, "a constraint", "holds", "because", "remedy", "about", "for_each")
	c := &Constraint{
		Name: block.Labels[0], Range: block.DefRange(), ForEach: expr(a, "for_each"),
		Holds: p.required(a, "holds", block), Because: p.required(a, "because", block), Remedy: p.required(a, "remedy", block),
	}
	if about, ok := a["about"]; ok {
		list, diags := hcl.ExprList(about.Expr)
		p.diags = append(p.diags, diags...)
		for _, e := range list {
			traversal, diags := hcl.AbsTraversalForExpr(e)
			if diags.HasErrors() || len(traversal) < 2 {
				p.fail(e.Range(), "Invalid place", "What a constraint is about is a list of places in system.hcl, such as requirements.availability, system.domain or each.value.path.")
				continue
			}
			c.About = append(c.About, traversal)
		}
	}
	p.blueprint.Constraints = append(p.blueprint.Constraints, c)
}

func (p *parser) componentBlock(block *hclsyntax.Block) {
	p.noBlocks(block)
	c := &Component{
		Type: block.Labels[0], Name: block.Labels[1], Comment: p.commentAbove(block),
		Range: block.DefRange(), TypeRange: block.LabelRanges[0], NameRange: block.LabelRanges[1],
	}
	for _, a := range sorted(block.Body.Attributes) {
		switch a.Name {
		case "for_each":
			c.ForEach = a.Expr
		case "when":
			c.When = a.Expr
		case "in_region":
			c.InRegion = a.Expr
		default:
			c.Args = append(c.Args, &Argument{a.Name, a.Expr, a.NameRange})
		}
	}
	p.blueprint.Components = append(p.blueprint.Components, c)
}

func (p *parser) outputBlock(block *hclsyntax.Block) {
	p.noBlocks(block)
	a := p.attributes(block.Body, "an output", "value", "description", "when")
	p.blueprint.Outputs = append(p.blueprint.Outputs, &Output{
		Name: block.Labels[0], Description: p.text(a, "description", block),
		Value: p.required(a, "value", block), When: expr(a, "when"), Range: block.DefRange(),
	})
}

// attributes refuses attributes other than the allowed ones and returns all.
func (p *parser) attributes(body *hclsyntax.Body, what string, allowed ...string) hclsyntax.Attributes {
	for _, a := range sorted(body.Attributes) {
		if !slices.Contains(allowed, a.Name) {
			p.fail(a.NameRange, "Unknown argument", fmt.Sprintf("There is no argument %q in %s.%s", a.Name, what, source.Suggest(a.Name, allowed)))
		}
	}
	return body.Attributes
}

func (p *parser) noBlocks(block *hclsyntax.Block) {
	for _, b := range block.Body.Blocks {
		p.fail(b.TypeRange, "Unknown block", fmt.Sprintf("A %s block holds arguments only, no block %q.", block.Type, b.Type))
	}
}

// text is the value of an argument that must be a plain text. With a block, it
// is required there.
func (p *parser) text(a hclsyntax.Attributes, name string, requiredIn *hclsyntax.Block) string {
	attribute, ok := a[name]
	if !ok {
		if requiredIn != nil {
			p.required(a, name, requiredIn)
		}
		return ""
	}
	value, diags := attribute.Expr.Value(nil)
	if diags.HasErrors() || value.IsNull() || !value.IsKnown() || value.Type() != cty.String {
		p.fail(attribute.Expr.Range(), "Wrong type", fmt.Sprintf("The argument %q is a plain text in quotes, without references.", name))
		return ""
	}
	return value.AsString()
}

func (p *parser) flag(a hclsyntax.Attributes, name string) bool {
	attribute, ok := a[name]
	if !ok {
		return false
	}
	value, diags := attribute.Expr.Value(nil)
	if diags.HasErrors() || value.IsNull() || !value.IsKnown() || value.Type() != cty.Bool {
		p.fail(attribute.Expr.Range(), "Wrong type", fmt.Sprintf("The argument %q is true or false, without references.", name))
		return false
	}
	return value.True()
}

func (p *parser) required(a hclsyntax.Attributes, name string, block *hclsyntax.Block) hcl.Expression {
	if e := expr(a, name); e != nil {
		return e
	}
	p.fail(block.DefRange(), "Missing argument", fmt.Sprintf("This %s block needs the argument %q.", block.Type, name))
	return nil
}

func (p *parser) fail(at hcl.Range, summary, detail string) {
	p.diags = append(p.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at})
}

// commentAbove joins the comment lines that stand directly above a block.
func (p *parser) commentAbove(block *hclsyntax.Block) string {
	return p.commentAt(block.DefRange().Start.Line)
}

// commentAt joins the comment lines that stand directly above a line.
func (p *parser) commentAt(line int) string {
	var comment []string
	for i := line - 2; i >= 0 && i < len(p.lines); i-- {
		line := strings.TrimSpace(p.lines[i])
		text, ok := strings.CutPrefix(line, "#")
		if !ok {
			if text, ok = strings.CutPrefix(line, "//"); !ok {
				break
			}
		}
		comment = append(comment, strings.TrimSpace(text))
	}
	slices.Reverse(comment)
	return strings.Join(comment, " ")
}

func expr(a hclsyntax.Attributes, name string) hcl.Expression {
	if attribute, ok := a[name]; ok {
		return attribute.Expr
	}
	return nil
}

// sorted is the attributes in the order they are written.
func sorted(a hclsyntax.Attributes) []*hclsyntax.Attribute {
	list := make([]*hclsyntax.Attribute, 0, len(a))
	for _, attribute := range a {
		list = append(list, attribute)
	}
	slices.SortFunc(list, func(a, b *hclsyntax.Attribute) int { return a.NameRange.Start.Byte - b.NameRange.Start.Byte })
	return list
}
