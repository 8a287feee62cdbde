package design

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Check finds what is wrong with a blueprint whatever the system: components,
// arguments, outputs, locals, decisions, options and functions that do not
// exist, required arguments that are missing, references where there can be
// none, and outputs of components that something would look inside.
func Check(b *blueprint.Blueprint, lib *schema.Library) hcl.Diagnostics {
	c := &checker{lib: lib, wiring: wiring(b), locals: map[string]bool{}, assumptions: map[string]bool{}, decisions: map[string]*blueprint.Decision{}, components: map[string]*blueprint.Component{}}
	for _, l := range b.Locals {
		c.locals[l.Name] = true
	}
	for _, a := range b.Assumptions {
		c.assumptions[a.Name] = true
	}
	for _, d := range b.Decisions {
		c.decisions[d.Name] = d
	}
	for _, component := range b.Components {
		c.components[component.Name] = component
	}

	facts := place{what: "the facts of a system"}
	c.expr(b.Fits, facts)
	for _, a := range b.Assumptions {
		c.expr(a.Value, place{what: "an assumption"})
		c.expr(a.Because, place{what: "an assumption"})
		c.expr(a.Least, place{what: "an assumption"})
		c.expr(a.Most, place{what: "an assumption"})
	}
	for _, l := range b.Locals {
		c.expr(l.Value, place{what: "a local", components: true})
	}
	for _, d := range b.Decisions {
		c.expr(d.When, place{what: "a decision"})
		for _, o := range d.Options {
			c.expr(o.When, place{what: "a decision"})
			c.expr(o.Because, place{what: "a decision"})
		}
	}
	for _, k := range b.Constraints {
		c.expr(k.ForEach, facts)
		at := place{what: "a constraint", each: k.ForEach != nil}
		for _, e := range []hcl.Expression{k.Holds, k.Because, k.Remedy} {
			c.expr(e, at)
		}
	}
	for _, component := range b.Components {
		c.component(component)
	}
	for _, o := range b.Outputs {
		c.expr(o.Value, place{what: "an output", components: true})
		c.expr(o.When, place{what: "a condition"})
	}
	return c.diags
}

type checker struct {
	lib         *schema.Library
	locals      map[string]bool
	assumptions map[string]bool
	wiring      map[string]bool // the locals that hold outputs of components
	decisions   map[string]*blueprint.Decision
	components  map[string]*blueprint.Component
	diags       hcl.Diagnostics
}

// place is where an expression stands, and so what it may refer to.
type place struct {
	what             string
	each, components bool
}

func (c *checker) component(component *blueprint.Component) {
	each := component.ForEach != nil
	c.expr(component.ForEach, place{what: "for_each"})
	c.expr(component.When, place{what: "a condition", each: each})
	c.expr(component.InRegion, place{what: "in_region", each: each})
	typ := c.lib.Component(component.Type)
	if typ == nil {
		c.fail(component.TypeRange, "Unknown component", "There is no component %q. `scaffold list components` shows all there are.%s", component.Type, source.Suggest(component.Type, c.lib.Types()))
	}
	given := map[string]bool{}
	for _, a := range component.Args {
		given[a.Name] = true
		if typ != nil && typ.Input(a.Name) == nil {
			names := append(schema.Names(typ.Inputs), "for_each", "when", "in_region")
			c.fail(a.Range, "Unknown argument", "The component %q takes no argument %q.%s", component.Type, a.Name, source.Suggest(a.Name, names))
		}
		c.expr(a.Value, place{what: "an argument", each: each, components: true})
	}
	if typ == nil {
		return
	}
	for _, input := range typ.Inputs {
		if input.Required && !given[input.HCL] {
			c.fail(component.Range, "Missing argument", "The component %q needs the argument %q. %s", component.Type, input.HCL, input.Doc)
		}
	}
}

func (c *checker) expr(e hcl.Expression, at place) {
	if e == nil {
		return
	}
	for _, traversal := range e.Variables() {
		c.reference(traversal, at)
	}
	if node, ok := e.(hclsyntax.Node); ok {
		w := &walker{checker: c}
		// Walk returns what the walker returned, which is nothing: it reports by itself.
		_ = hclsyntax.Walk(node, w)
	}
}

// reference checks that what a traversal names exists, as far as that is known
// without a system.
func (c *checker) reference(t hcl.Traversal, at place) {
	root := t.RootName()
	switch {
	case !slices.Contains(roots, root):
		c.fail(t.SourceRange(), "Unknown reference", "An expression of a blueprint begins with one of %s.%s", strings.Join(roots, ", "), source.Suggest(root, roots))
		return
	case root == "each" && !at.each:
		c.fail(t.SourceRange(), "Invalid reference", "each stands only where a for_each is; %s here has none.", at.what)
		return
	case root == "component" && !at.components:
		c.fail(t.SourceRange(), "Invalid reference", "An output of a component is known only after deployment, so it cannot take part in %s: pass it to an argument or an output.", at.what)
		return
	}
	name, ok := attribute(t, 1)
	if !ok {
		return
	}
	switch root {
	case "local":
		switch {
		case !c.locals[name]:
			c.unknown(t, "local", name, keys(c.locals))
		case c.wiring[name] && !at.components:
			c.fail(t.SourceRange(), "Invalid reference", "The local %q holds outputs of components, which are known only after deployment, so it cannot take part in %s: only arguments, outputs and other locals can refer to it.", name, at.what)
		}
	case "assumption":
		if !c.assumptions[name] {
			c.unknown(t, "assumption", name, keys(c.assumptions))
		}
	case "decision":
		if c.decisions[name] == nil {
			c.unknown(t, "decision", name, keys(c.decisions))
		}
	case "each":
		if name != "key" && name != "value" {
			c.unknown(t, "attribute of each", name, []string{"key", "value"})
		}
	case "component":
		c.output(t, name)
	default:
		if fixed := attributes[root]; fixed != nil && !slices.Contains(fixed, name) {
			c.unknown(t, "attribute of "+root, name, fixed)
		}
	}
}

// output checks component.name.output and component.name["key"].output.
func (c *checker) output(t hcl.Traversal, name string) {
	component := c.components[name]
	if component == nil {
		c.unknown(t, "component", name, keys(c.components))
		return
	}
	rest := t[2:]
	if component.ForEach != nil && len(rest) > 0 {
		rest = rest[1:]
	}
	if len(rest) > 0 {
		c.outputOf(component, rest[0], t.SourceRange())
	}
}

func (c *checker) outputOf(component *blueprint.Component, step hcl.Traverser, at hcl.Range) {
	typ := c.lib.Component(component.Type)
	name, ok := step.(hcl.TraverseAttr)
	if typ == nil || !ok || typ.Output(name.Name) != nil {
		return
	}
	c.fail(at, "Unknown output", "The component %q gives no output %q; it gives %s.%s", component.Type, name.Name, strings.Join(schema.Names(typ.Outputs), ", "), source.Suggest(name.Name, schema.Names(typ.Outputs)))
}

func (c *checker) unknown(t hcl.Traversal, what, name string, known []string) {
	slices.Sort(known)
	c.fail(t.SourceRange(), "Unknown reference", "There is no %s %q.%s", what, name, source.Suggest(name, known))
}

func (c *checker) fail(at hcl.Range, summary, format string, values ...any) {
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: strings.TrimSpace(fmt.Sprintf(format, values...)), Subject: &at})
}

// attribute is the name a traversal takes at a step: x.name or x["name"].
func attribute(t hcl.Traversal, step int) (string, bool) {
	if len(t) <= step {
		return "", false
	}
	switch step := t[step].(type) {
	case hcl.TraverseAttr:
		return step.Name, true
	case hcl.TraverseIndex:
		if step.Key.Type().FriendlyName() == "string" {
			return step.Key.AsString(), true
		}
	}
	return "", false
}

func keys[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	return names
}
