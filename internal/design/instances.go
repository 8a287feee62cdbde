package design

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// pending is an instance whose arguments are still to be evaluated.
type pending struct {
	*Instance
	block   *blueprint.Component
	element element
}

// instances makes the instances of all component blocks: first which there are,
// so that every block can refer to every other, then their arguments, then
// their order.
func (e *evaluator) instances() {
	var all []pending
	ids := map[string]hcl.Range{}
	outputs := map[string]cty.Value{} // of the root component
	for _, block := range e.blueprint.Components {
		typ := e.lib.Component(block.Type)
		uses := e.decisionsOf(block)
		values := map[string]cty.Value{}
		for _, el := range e.each(block.ForEach, fmt.Sprintf("component %q", block.Name)) {
			if block.When != nil {
				if holds, ok := e.condition(block.When, el.context(e.ctx)); !ok || !holds {
					continue
				}
			}
			i := &Instance{
				ID: strings.ReplaceAll(block.Name, "_", "-"), Block: block.Name, Key: el.key, Component: typ, Region: e.region(block, el),
				Comment: block.Comment, Decisions: uses, Range: rangeOf(block.Range),
			}
			if block.ForEach != nil {
				i.ID += "-" + el.key
			}
			if before, taken := ids[i.ID]; taken {
				e.fail(block.Range, "Duplicate name", "An instance called %q comes from the block at line %d too. Rename one of the blocks.", i.ID, before.Start.Line)
				continue
			}
			ids[i.ID] = block.Range
			values[el.key] = e.outputsOf(i)
			all = append(all, pending{i, block, el})
		}
		switch {
		case block.ForEach != nil:
			outputs[block.Name] = cty.ObjectVal(values)
		case len(values) > 0:
			outputs[block.Name] = values[""]
		}
	}
	e.ctx.Variables["component"] = cty.ObjectVal(outputs)
	e.wire()
	for _, p := range all {
		e.arguments(p)
	}
	e.order(all)
}

// decisionsOf are the decisions that a block depends on.
func (e *evaluator) decisionsOf(block *blueprint.Component) []string {
	uses := slices.Concat(e.prepare(block.ForEach), e.prepare(block.When), e.prepare(block.InRegion))
	for _, a := range block.Args {
		uses = append(uses, e.prepare(a.Value)...)
	}
	slices.Sort(uses)
	return slices.Compact(uses)
}

func (e *evaluator) outputsOf(i *Instance) cty.Value {
	values := map[string]cty.Value{}
	for _, output := range i.Component.Outputs {
		values[output.HCL] = e.promises.add(i, output)
	}
	return cty.ObjectVal(values)
}

func (e *evaluator) arguments(p pending) {
	ctx := p.element.context(e.ctx)
	for _, a := range p.block.Args {
		input := p.Component.Input(a.Name)
		value, ok := e.value(a.Value, ctx)
		if !ok {
			continue
		}
		if value.IsNull() {
			if input.Required {
				e.fail(a.Value.Range(), "Missing argument", "The argument %q of %q is required, and this is null.", a.Name, p.Block)
			}
			continue
		}
		converted, err := e.convert(value, input)
		if err != nil {
			e.fail(a.Value.Range(), "Wrong type", "The argument %q of %q %s.", a.Name, p.Block, err)
			continue
		}
		e.near(p.Instance, input, converted, a.Value.Range())
		if !input.Required && empty(converted) {
			continue // the same as not set, and a reader need not wonder
		}
		p.Args = append(p.Args, &Argument{input, converted, rangeOf(a.Value.Range())})
	}
	// What the environment is for decides the defaults, unless the block does.
	if input := p.Component.Input("preset"); input != nil && !slices.ContainsFunc(p.block.Args, func(a *blueprint.Argument) bool { return a.Name == "preset" }) {
		p.Args = append([]*Argument{{Property: input, Value: Text(e.env.Preset), Range: rangeOf(e.env.Range)}}, p.Args...)
	}
}

func empty(v Value) bool {
	switch v := v.(type) {
	case List:
		return len(v) == 0
	case Map:
		return len(v) == 0
	default:
		return v == Text("")
	}
}

// convert makes a value of the kind of an argument.
func (e *evaluator) convert(v cty.Value, input *schema.Property) (Value, error) {
	if v.Type() == promisedList {
		if input.Kind != schema.List || input.Plain {
			return nil, fmt.Errorf("%s; a list of outputs whose length is known only after deployment cannot be that", wanted(input))
		}
		return e.promises.list[*v.EncapsulatedValue().(*int)], nil
	}
	switch input.Kind {
	case schema.List:
		return e.list(v, input)
	case schema.Map:
		return e.entries(v, input)
	case schema.Text:
		return e.scalar(v, input, input.Plain)
	case schema.Bool:
		b, err := convert.Convert(v, cty.Bool)
		if err != nil || holdsPromise(v) {
			return nil, fmt.Errorf("%s", wanted(input))
		}
		return Bool(b.True()), nil
	default:
		n, err := convert.Convert(v, cty.Number)
		if err != nil || holdsPromise(v) {
			return nil, fmt.Errorf("%s", wanted(input))
		}
		if input.Kind == schema.Number {
			f, _ := n.AsBigFloat().Float64()
			return Number(f), nil
		}
		whole, accuracy := n.AsBigFloat().Int64()
		if accuracy != big.Exact {
			return nil, fmt.Errorf("is a whole number, and this is %s", display(n))
		}
		return Int(whole), nil
	}
}

func wanted(input *schema.Property) string {
	what := map[schema.Kind]string{
		schema.Text: "is a text", schema.Int: "is a whole number", schema.Number: "is a number",
		schema.Bool: "is true or false", schema.List: "is a list of texts", schema.Map: "is a map of texts",
	}[input.Kind]
	if input.Plain && !input.Elements {
		what += " that must be known before deployment, because it decides which resources there are"
	}
	return what
}

func (e *evaluator) scalar(v cty.Value, input *schema.Property, plain bool) (Value, error) {
	text, err := convert.Convert(v, cty.String)
	if err != nil || text.IsNull() {
		return nil, fmt.Errorf("%s", wanted(input))
	}
	value, err := e.promises.text(text.AsString())
	if err != nil {
		return nil, err
	}
	if _, known := value.(Text); plain && !known {
		return nil, fmt.Errorf("%s", wanted(input))
	}
	return value, nil
}

func (e *evaluator) list(v cty.Value, input *schema.Property) (Value, error) {
	t := v.Type()
	if !(t.IsTupleType() || t.IsListType() || t.IsSetType()) {
		return nil, fmt.Errorf("%s", wanted(input))
	}
	list := List{}
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		if element.IsNull() {
			continue
		}
		value, err := e.scalar(element, input, !input.Elements)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

func (e *evaluator) entries(v cty.Value, input *schema.Property) (Value, error) {
	if !(v.Type().IsObjectType() || v.Type().IsMapType()) {
		return nil, fmt.Errorf("%s", wanted(input))
	}
	entries := Map{}
	for it := v.ElementIterator(); it.Next(); { // in the order of keys
		key, element := it.Element()
		if element.IsNull() {
			continue
		}
		if strings.ContainsRune(key.AsString(), 0) {
			return nil, fmt.Errorf("has an output of a component as a key; keys must be known before deployment")
		}
		value, err := e.scalar(element, input, !input.Elements)
		if err != nil {
			return nil, fmt.Errorf("%w, and the value of %q is %s", err, key.AsString(), element.Type().FriendlyName())
		}
		entries = append(entries, Entry{key.AsString(), value})
	}
	return entries, nil
}

// order puts every instance after those it refers to, and otherwise keeps the
// order of the blueprint.
func (e *evaluator) order(all []pending) {
	const inProgress, done = 1, 2
	state := map[*Instance]int{}
	var path []string
	var visit func(i *Instance) bool
	visit = func(i *Instance) bool {
		switch state[i] {
		case done:
			return true
		case inProgress:
			return false
		}
		state[i] = inProgress
		path = append(path, i.ID)
		for _, a := range i.Args {
			var cycle *Instance
			Promises(a.Value, func(p Promise) {
				if cycle == nil && !visit(p.Instance) {
					cycle = p.Instance
				}
			})
			if cycle != nil {
				from := slices.Index(path, cycle.ID)
				if from >= 0 {
					e.fail(hclRange(a.Range), "Reference cycle", "These instances each need an output of the next, so none can be first: %s.", strings.Join(append(slices.Clone(path[from:]), cycle.ID), " → "))
				}
			}
		}
		path = path[:len(path)-1]
		state[i] = done
		e.design.Instances = append(e.design.Instances, i)
		return true
	}
	for _, p := range all {
		visit(p.Instance)
	}
}

func (e *evaluator) outputs() {
	for _, o := range e.blueprint.Outputs {
		e.prepare(o.When)
		e.prepare(o.Value)
		if o.When != nil {
			if holds, ok := e.condition(o.When, e.ctx); !ok || !holds {
				continue
			}
		}
		value, ok := e.value(o.Value, e.ctx)
		if !ok {
			continue
		}
		var converted Value
		var err error
		property := &schema.Property{Kind: schema.Text, Elements: true}
		switch t := value.Type(); {
		case t == promisedList, t.IsTupleType(), t.IsListType():
			property.Kind = schema.List
		case t.IsObjectType(), t.IsMapType():
			property.Kind = schema.Map
		}
		if converted, err = e.convert(value, property); err != nil {
			e.fail(o.Value.Range(), "Wrong type", "The output %q %s.", o.Name, err)
			continue
		}
		e.design.Outputs = append(e.design.Outputs, &Output{o.Name, o.Description, converted})
	}
}

func hclRange(r Range) hcl.Range {
	return hcl.Range{Filename: r.File, Start: hcl.Pos{Line: r.Line, Column: r.Column}, End: hcl.Pos{Line: r.EndLine, Column: r.EndColumn}}
}

func lineColumn(r hcl.Range) string { return fmt.Sprintf("%d,%d", r.Start.Line, r.Start.Column) }
