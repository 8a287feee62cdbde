package generate

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

// writer writes main.go.
type writer struct {
	bytes.Buffer
	program  *program
	byID     map[string]*instance
	imports  map[string]bool
	prelude  strings.Builder // statements that have to stand before the current one
	variable string          // of the current instance
}

func (w *writer) line(format string, values ...any) {
	fmt.Fprintf(w, format+"\n", values...)
}

// comment writes text as a comment of lines that fit a screen.
func (w *writer) comment(text string) { w.WriteString(commentLines(text)) }

func commentLines(text string) string {
	var b strings.Builder
	line := "//"
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > 100 && line != "//" {
			b.WriteString(line + "\n")
			line = "//"
		}
		line += " " + word
	}
	if line != "//" {
		b.WriteString(line + "\n")
	}
	return b.String()
}

// mainProgram is main.go: every instance in order, with the decisions that
// shaped it.
func mainProgram(in Input, p *program) ([]byte, error) {
	w := &writer{program: p, imports: map[string]bool{}, byID: map[string]*instance{}}
	for _, i := range p.instances {
		w.byID[i.ID] = i
	}
	body := &writer{program: p, imports: w.imports, byID: w.byID}
	told := map[string]bool{}
	block := ""
	for _, i := range p.instances {
		body.line("")
		body.decisions(in, i, told)
		if i.Block != block && i.Comment != "" {
			body.comment(i.Comment)
		}
		block = i.Block
		body.instance(i)
	}
	if len(p.outputs) > 0 {
		body.line("")
	}
	for _, o := range p.outputs {
		body.output(o)
	}

	w.comment("Program " + in.System.Name + " declares " + describe(in) + " on AWS.")
	w.line("//")
	w.comment("It was written by scaffold from system.hcl and the blueprint " + strconv.Quote(in.Blueprint.Name) + ", and is yours: `scaffold check` tells when it and system.hcl part ways. What differs between environments is in Pulumi.<environment>.yaml; why it is built this way is in docs/decisions.")
	w.line("package main")
	if len(p.regions) > 0 {
		w.imports["github.com/archimperative/scaffold/region"] = true
	}
	w.line("\nimport (")
	packages := []string{}
	for path := range w.imports {
		packages = append(packages, path)
	}
	slices.Sort(packages)
	for _, path := range packages {
		w.line("%q", path)
	}
	w.line("%q\n)", "github.com/pulumi/pulumi/sdk/v3/go/pulumi")
	w.line("\nfunc main() { pulumi.Run(deploy) }")
	w.line("\n// deploy declares all resources. The tests run it too.")
	w.line("func deploy(ctx *pulumi.Context) error {")
	if len(p.settings) > 0 {
		w.line("settings, err := readSettings(ctx)\nif err != nil {\nreturn err\n}")
	}
	w.regions()
	w.Write(body.Bytes())
	w.line("return nil\n}")
	text, err := format.Source(w.Bytes())
	if err != nil {
		return nil, fmt.Errorf("the generated program is not Go: %w; this is a bug in scaffold", err)
	}
	return text, nil
}

func describe(in Input) string {
	if in.System.Description == "" {
		return "the system " + in.System.Name
	}
	return in.System.Name + " (" + strings.Join(strings.Fields(in.System.Description), " ") + ")"
}

// decisions tells, once, what was decided before the first instance it shaped.
func (w *writer) decisions(in Input, i *instance, told map[string]bool) {
	for n, d := range in.Designs[0].Decisions {
		if told[d.Name] || !slices.Contains(i.Decisions, d.Name) {
			continue
		}
		told[d.Name] = true
		w.comment(fmt.Sprintf("Decision: %s. See docs/decisions/%s.", outcome(in, n), recordName(n, d)))
		w.line("//")
	}
}

// outcome says what was decided, and where it differs by environment.
func outcome(in Input, n int) string {
	var parts []string
	options := map[string][]string{}
	var order []*design.Option
	for _, d := range in.Designs {
		chosen := d.Decisions[n].Chosen
		if options[chosen.Name] == nil {
			order = append(order, chosen)
		}
		options[chosen.Name] = append(options[chosen.Name], d.Environment)
	}
	name := in.Designs[0].Decisions[n].Name
	for _, o := range order {
		part := o.Name
		if len(order) > 1 {
			part += " in " + strings.Join(options[o.Name], " and ")
		}
		parts = append(parts, part+" ("+strings.TrimSuffix(o.Because, ".")+")")
	}
	return name + " = " + strings.Join(parts, "; ")
}

func (w *writer) instance(i *instance) {
	w.imports["github.com/archimperative/scaffold/components/"+i.Component.Package] = true
	w.variable = i.variable
	var call bytes.Buffer
	fmt.Fprintf(&call, "%s.New%s(ctx, %q, &%s.%sArgs{\n", i.Component.Package, i.Component.GoName, i.ID, i.Component.Package, i.Component.GoName)
	for _, a := range i.args {
		fmt.Fprintf(&call, "%s: %s,\n", a.property.GoName, w.expr(a.value, a.property, i.where))
	}
	call.WriteString("}")
	if i.region != nil {
		call.WriteString(", " + i.region.variable)
	}
	call.WriteString(")")
	prelude := w.prelude.String()
	w.prelude.Reset()

	used := w.used(i)
	name, assign := i.variable, ":="
	if !used {
		name, assign = "_", "="
	}
	condition := w.condition(i.where)
	if condition == "" {
		w.WriteString(prelude)
		if used {
			w.line("%s, err %s %s\nif err != nil {\nreturn err\n}", name, assign, call.String())
		} else {
			w.line("if _, err := %s; err != nil {\nreturn err\n}", call.String())
		}
		return
	}
	if used {
		w.line("var %s *%s.%s", name, i.Component.Package, i.Component.GoName)
	}
	w.line("if %s {", condition)
	w.WriteString(prelude)
	if used {
		w.line("if %s, err = %s; err != nil {\nreturn err\n}", name, call.String())
	} else {
		w.line("if _, err := %s; err != nil {\nreturn err\n}", call.String())
	}
	w.line("}")
}

// used tells whether anything refers to an instance.
func (w *writer) used(i *instance) bool {
	if w.program.referred == nil {
		w.program.referred = map[string]bool{}
		note := func(e expression) {
			promisesOf(e, func(p design.Promise) { w.program.referred[p.Instance.ID] = true })
		}
		for _, other := range w.program.instances {
			for _, a := range other.args {
				note(a.value)
			}
		}
		for _, o := range w.program.outputs {
			note(o.value)
		}
	}
	return w.program.referred[i.ID]
}

func promisesOf(e expression, f func(design.Promise)) {
	switch e := e.(type) {
	case fixed:
		design.Promises(e.Value, f)
	case choice:
		for _, c := range e.cases {
			promisesOf(c.value, f)
		}
	}
}

// condition is the Go condition for being in some environments, "" for all.
func (w *writer) condition(at where) string {
	if at.everywhere() {
		return ""
	}
	return "settings." + w.program.flagOf(at).key
}

func (w *writer) output(o *output) {
	w.variable = camel(o.Name) + "Output"
	property := &schema.Property{Kind: o.kind, Elements: true}
	value := w.expr(o.value, property, o.where)
	export := fmt.Sprintf("ctx.Export(%q, %s)", o.Name, value)
	prelude := w.prelude.String()
	w.prelude.Reset()
	if condition := w.condition(o.where); condition != "" {
		w.line("if %s {\n%s%s\n}", condition, prelude, export)
		return
	}
	w.line("%s%s", prelude, export)
}

func kindOf(v design.Value) schema.Kind {
	switch v := v.(type) {
	case design.List:
		return schema.List
	case design.Map:
		return schema.Map
	case design.Promise:
		return v.Output.Kind
	default:
		return schema.Text
	}
}
