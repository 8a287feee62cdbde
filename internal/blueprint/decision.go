package blueprint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func (p *parser) decisionBlock(block *hclsyntax.Block) {
	a := p.attributes(block.Body, "a decision", "question", "guide", "when")
	d := &Decision{
		Name: block.Labels[0], Range: block.DefRange(),
		Question: p.text(a, "question", block), Guide: p.text(a, "guide", nil), When: expr(a, "when"),
	}
	seen := map[string]hcl.Range{}
	for _, b := range block.Body.Blocks {
		if b.Type != "option" || len(b.Labels) != 1 {
			p.fail(b.DefRange(), "Unknown block", `A decision holds blocks of the form: option "name" { … }`)
			continue
		}
		if before, taken := seen[b.Labels[0]]; taken {
			p.fail(b.LabelRanges[0], "Duplicate name", fmt.Sprintf("The option %q is already declared at line %d. Give each its own name.", b.Labels[0], before.Start.Line))
			continue
		}
		seen[b.Labels[0]] = b.LabelRanges[0]
		d.Options = append(d.Options, p.option(b))
	}
	p.order(d)
	p.blueprint.Decisions = append(p.blueprint.Decisions, d)
}

func (p *parser) option(block *hclsyntax.Block) *Option {
	p.noBlocks(block)
	a := p.attributes(block.Body, "an option", "when", "because", "gains", "costs")
	return &Option{
		Name: block.Labels[0], Range: block.DefRange(), When: expr(a, "when"),
		Because: p.required(a, "because", block), Gains: p.axes(a, "gains"), Costs: p.axes(a, "costs"),
	}
}

// order checks that exactly the last option is the default.
func (p *parser) order(d *Decision) {
	if len(d.Options) < 2 {
		p.fail(d.Range, "Too few options", fmt.Sprintf("The decision %q needs at least two options; with one there is nothing to decide.", d.Name))
		return
	}
	for i, o := range d.Options {
		last := i == len(d.Options)-1
		switch {
		case last && o.When != nil:
			p.fail(o.Range, "Missing default option", fmt.Sprintf("The last option of the decision %q is taken when no other is, so it has no when.", d.Name))
		case !last && o.When == nil:
			p.fail(o.Range, "Missing argument", fmt.Sprintf("The option %q would always be taken and the options after it never: give it a when, or make it the last.", o.Name))
		}
	}
}

func (p *parser) axes(a hclsyntax.Attributes, name string) []string {
	attribute, ok := a[name]
	if !ok {
		return nil
	}
	list, diags := hcl.ExprList(attribute.Expr)
	p.diags = append(p.diags, diags...)
	var axes []string
	for _, e := range list {
		value, diags := e.Value(nil)
		if diags.HasErrors() || value.IsNull() || value.Type().FriendlyName() != "string" {
			p.fail(e.Range(), "Wrong type", "An axis of quality is a plain text in quotes.")
			continue
		}
		axis := value.AsString()
		if !slices.Contains(Axes, axis) {
			p.fail(e.Range(), "Unknown axis", fmt.Sprintf("%q is not an axis of quality; they are %s.%s", axis, strings.Join(Axes, ", "), source.Suggest(axis, Axes)))
			continue
		}
		axes = append(axes, axis)
	}
	return axes
}
