package blueprint

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Assumption is a number or text that the blueprint takes for granted since no
// requirement says it, such as how long a request takes. Expressions refer to it as
// assumption.name; a team replaces it in system.hcl, in a block assume { name = … }.
type Assumption struct {
	Name    string
	Value   hcl.Expression // a number or a text
	Unit    string         // "s", "" if it has none
	Because hcl.Expression // a text, one sentence: why this value
	Source  string         // who says so, "" if nobody does
	// Least and Most bound what a team may write instead of a number; nil: 0, and no bound.
	Least, Most hcl.Expression
	Range       hcl.Range // of the head of the block
}

func (p *parser) assumptionBlock(block *hclsyntax.Block) {
	p.noBlocks(block)
	a := p.attributes(block.Body, "an assumption", "value", "unit", "because", "source", "least", "most")
	p.blueprint.Assumptions = append(p.blueprint.Assumptions, &Assumption{
		Name: block.Labels[0], Range: block.DefRange(),
		Value: p.required(a, "value", block), Because: p.required(a, "because", block),
		Unit: p.text(a, "unit", nil), Source: p.text(a, "source", nil),
		Least: expr(a, "least"), Most: expr(a, "most"),
	})
}
