package generate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

// expr is the Go expression of an argument. What cannot be said in one
// expression goes to the prelude.
func (w *writer) expr(e expression, p *schema.Property, scope where) string {
	switch e := e.(type) {
	case fixed:
		return w.value(e.Value, p)
	case configured:
		return configuredValue(e.setting, p)
	case choice:
		return w.choice(e, p, scope)
	}
	panic(fmt.Sprintf("generate: no Go for %T", e))
}

// value is a value that is the same everywhere.
func (w *writer) value(v design.Value, p *schema.Property) string {
	switch v := v.(type) {
	case design.Text:
		if p.Plain && p.Kind == schema.Text {
			return strconv.Quote(string(v))
		}
		return fmt.Sprintf("pulumi.String(%s)", strconv.Quote(string(v)))
	case design.Int:
		return scalar(p, strconv.FormatInt(int64(v), 10), "Int")
	case design.Number:
		return scalar(p, strconv.FormatFloat(float64(v), 'g', -1, 64), "Float64")
	case design.Bool:
		return scalar(p, strconv.FormatBool(bool(v)), "Bool")
	case design.Promise:
		return w.byID[v.Instance.ID].variable + "." + v.Output.GoName
	case design.Template:
		return w.template(v)
	case design.List:
		return w.list(v, p)
	case design.Map:
		var b strings.Builder
		b.WriteString("pulumi.StringMap{\n")
		for _, entry := range v {
			fmt.Fprintf(&b, "%q: %s,\n", entry.Key, w.value(entry.Value, element))
		}
		return b.String() + "}"
	}
	panic(fmt.Sprintf("generate: no Go for %T", v))
}

// element is the property of the elements of lists and maps: a text, known or not.
var element = &schema.Property{Kind: schema.Text}

// scalar is a number or truth value: an input, a plain value, or, where it is
// optional, a pointer to one.
func scalar(p *schema.Property, text, kind string) string {
	switch {
	case !p.Plain:
		return fmt.Sprintf("pulumi.%s(%s)", kind, text)
	case p.Required:
		return text
	default:
		return fmt.Sprintf("pulumi.%sRef(%s)", kind, text)
	}
}

func (w *writer) template(t design.Template) string {
	var format strings.Builder
	var args []string
	for _, part := range t {
		if text, ok := part.(design.Text); ok {
			format.WriteString(strings.ReplaceAll(string(text), "%", "%%"))
			continue
		}
		format.WriteString("%s")
		args = append(args, w.value(part, element))
	}
	return fmt.Sprintf("pulumi.Sprintf(%s, %s)", strconv.Quote(format.String()), strings.Join(args, ", "))
}

func listType(p *schema.Property) string {
	switch {
	case !p.Plain:
		return "pulumi.StringArray"
	case p.Elements:
		return "[]pulumi.StringInput"
	default:
		return "[]string"
	}
}

func (w *writer) list(list design.List, p *schema.Property) string {
	typ := listType(p)
	elements := make([]string, len(list))
	for i, v := range list {
		if text, ok := v.(design.Text); ok && typ == "[]string" {
			elements[i] = strconv.Quote(string(text))
		} else {
			elements[i] = w.value(v, element)
		}
	}
	if len(elements) > 1 && len(strings.Join(elements, ", ")) > 60 {
		return typ + "{\n" + strings.Join(elements, ",\n") + ",\n}"
	}
	return typ + "{" + strings.Join(elements, ", ") + "}"
}

// configuredValue is a value from the stack file.
func configuredValue(s *setting, p *schema.Property) string {
	name := "settings." + s.key
	switch p.Kind {
	case schema.Text:
		switch {
		case p.Plain:
			return name
		case s.nullable:
			return "textOrNil(" + name + ")"
		default:
			return "pulumi.String(" + name + ")"
		}
	case schema.List:
		switch {
		case !p.Plain:
			return "pulumi.ToStringArray(" + name + ")"
		case p.Elements:
			return "inputs(" + name + ")"
		default:
			return name
		}
	case schema.Map:
		return "pulumi.ToStringMap(" + name + ")"
	default:
		kind := map[schema.Kind]string{schema.Int: "Int", schema.Bool: "Bool", schema.Number: "Float64"}[p.Kind]
		if s.nullable {
			return name // a pointer already
		}
		return scalar(p, name, kind)
	}
}

// choice declares a variable before the statement and fills it by environment.
func (w *writer) choice(c choice, p *schema.Property, scope where) string {
	variable := w.variable + p.GoName
	if p.GoName == "" {
		variable = w.variable
	}
	typ := map[schema.Kind]string{schema.List: listType(p), schema.Map: "pulumi.StringMap", schema.Text: "pulumi.StringPtrInput"}[p.Kind]
	if p.Kind == schema.Text && p.Required {
		typ = "pulumi.StringInput"
	}
	var b strings.Builder
	switch p.Kind {
	case schema.List:
		lead := 0
		for lead < len(c.cases) && covers(c.cases[lead].where, scope) {
			lead++
		}
		elements := make([]string, lead)
		for i := range elements {
			elements[i] = w.expr(c.cases[i].value, element, scope)
		}
		if lead > 0 || p.Required {
			fmt.Fprintf(&b, "%s := %s{%s}\n", variable, typ, strings.Join(elements, ", "))
		} else { // nil where nothing is added: the argument is not set there
			fmt.Fprintf(&b, "var %s %s\n", variable, typ)
		}
		w.sometimes(&b, c.cases[lead:], p, scope, variable+" = append("+variable+", %[2]s)")
	case schema.Map:
		var always, sometimes []branch
		for _, c := range c.cases {
			if covers(c.where, scope) {
				always = append(always, c)
			} else {
				sometimes = append(sometimes, c)
			}
		}
		fmt.Fprintf(&b, "%s := %s{\n", variable, typ)
		for _, a := range always {
			fmt.Fprintf(&b, "%q: %s,\n", a.key, w.expr(a.value, entry(p, a.key), scope))
		}
		b.WriteString("}\n")
		w.sometimes(&b, sometimes, p, scope, variable+"[%[1]q] = %[2]s")
	default:
		fmt.Fprintf(&b, "var %s %s\n", variable, typ)
		w.sometimes(&b, c.cases, p, scope, variable+" = %[2]s")
	}
	w.prelude.WriteString(b.String())
	return variable
}

// sometimes writes statements that run in some environments only.
func (w *writer) sometimes(b *strings.Builder, cases []branch, p *schema.Property, scope where, statement string) {
	for _, c := range cases {
		text := fmt.Sprintf(statement, c.key, w.expr(c.value, entry(p, c.key), c.where)) + "\n"
		if !covers(c.where, scope) {
			text = fmt.Sprintf("if %s {\n%s}\n", w.condition(c.where), text)
		}
		b.WriteString(text)
	}
}

// entry is the property of one entry of a list or map: a text that is there.
func entry(p *schema.Property, key string) *schema.Property {
	return &schema.Property{Kind: schema.Text, Required: true, GoName: p.GoName + camelUpper(key)}
}

// covers tells whether a holds wherever scope does.
func covers(a, scope where) bool {
	for env := range scope {
		if scope[env] == '1' && a[env] != '1' {
			return false
		}
	}
	return true
}
