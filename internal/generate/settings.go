package generate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/format"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
)

func formatted(text []byte) ([]byte, error) {
	out, err := format.Source(text)
	if err != nil {
		return nil, fmt.Errorf("generated text is not Go: %w; this is a bug in scaffold", err)
	}
	return out, nil
}

// readers are the methods that read one kind of setting.
var readers = map[string]struct{ typ, body string }{
	"text":            {"string", "value, err := r.Try(key)\nr.note(err)\nreturn value"},
	"int":             {"int", "value, err := r.TryInt(key)\nr.note(err)\nreturn value"},
	"bool":            {"bool", "value, err := r.TryBool(key)\nr.note(err)\nreturn value"},
	"number":          {"float64", "value, err := r.TryFloat64(key)\nr.note(err)\nreturn value"},
	"list":            {"[]string", "var value []string\nr.note(r.TryObject(key, &value))\nreturn value"},
	"texts":           {"map[string]string", "var value map[string]string\nr.note(r.TryObject(key, &value))\nreturn value"},
	"optionalText":    {"string", "return r.Get(key)"},
	"optionalInt":     {"*int", "if r.Get(key) == \"\" {\nreturn nil\n}\nvalue := r.int(key)\nreturn &value"},
	"optionalBool":    {"*bool", "if r.Get(key) == \"\" {\nreturn nil\n}\nvalue := r.bool(key)\nreturn &value"},
	"optionalNumber":  {"*float64", "if r.Get(key) == \"\" {\nreturn nil\n}\nvalue := r.number(key)\nreturn &value"},
	"optionalList":    {"[]string", "if r.Get(key) == \"\" {\nreturn nil\n}\nreturn r.list(key)"},
	"optionalTexts":   {"map[string]string", "if r.Get(key) == \"\" {\nreturn nil\n}\nreturn r.texts(key)"},
	"sometimesInt":    {"int", "if r.Get(key) == \"\" {\nreturn 0\n}\nreturn r.int(key)"},
	"sometimesBool":   {"bool", "if r.Get(key) == \"\" {\nreturn false\n}\nreturn r.bool(key)"},
	"sometimesNumber": {"float64", "if r.Get(key) == \"\" {\nreturn 0\n}\nreturn r.number(key)"},
}

// reader is the name of the method that reads a setting.
func (s *setting) reader() string {
	plain := map[schema.Kind]string{schema.Text: "text", schema.Int: "int", schema.Bool: "bool", schema.Number: "number", schema.List: "list", schema.Map: "texts"}[s.kind]
	upper := strings.ToUpper(plain[:1]) + plain[1:]
	switch {
	case !s.optional:
		return plain
	case s.nullable || plain == "text" || plain == "list" || plain == "texts":
		return "optional" + upper
	default:
		return "sometimes" + upper
	}
}

// settingsProgram is settings.go, nil when nothing differs between environments.
func settingsProgram(p *program) ([]byte, error) {
	if len(p.settings) == 0 {
		return nil, nil
	}
	var b bytes.Buffer
	used := map[string]bool{}
	nullableText, inputs := false, false
	b.WriteString("package main\n\nimport (\n\"errors\"\n\n\"github.com/pulumi/pulumi/sdk/v3/go/pulumi\"\n\"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config\"\n)\n\n")
	b.WriteString("// stackSettings is what differs between environments: the keys of Pulumi.<environment>.yaml.\ntype stackSettings struct {\n")
	for _, s := range p.settings {
		method := s.reader()
		used[method] = true
		for _, kind := range []string{"Int", "Bool", "Number", "List", "Texts"} {
			if strings.HasSuffix(method, kind) {
				used[strings.ToLower(kind)] = true
			}
		}
		fmt.Fprintf(&b, "%s %s // %s\n", s.key, readers[method].typ, s.doc)
	}
	b.WriteString("}\n\n// readSettings reads the stack file, and reports all that is missing or wrong at once.\nfunc readSettings(ctx *pulumi.Context) (*stackSettings, error) {\nr := &settingsReader{Config: config.New(ctx, \"\")}\ns := &stackSettings{\n")
	for _, s := range p.settings {
		fmt.Fprintf(&b, "%s: r.%s(%q),\n", s.key, s.reader(), s.key)
	}
	b.WriteString("}\nreturn s, errors.Join(r.problems...)\n}\n\n")
	b.WriteString("type settingsReader struct {\n*config.Config\nproblems []error\n}\n\nfunc (r *settingsReader) note(err error) {\nif err != nil {\nr.problems = append(r.problems, err)\n}\n}\n")
	var methods []string
	for method := range used {
		methods = append(methods, method)
	}
	slices.Sort(methods)
	for _, method := range methods {
		fmt.Fprintf(&b, "\nfunc (r *settingsReader) %s(key string) %s {\n%s\n}\n", method, readers[method].typ, readers[method].body)
	}
	for _, i := range p.instances {
		for _, a := range i.args {
			n, l := helpers(a.value, a.property)
			nullableText, inputs = nullableText || n, inputs || l
		}
	}
	if nullableText {
		b.WriteString("\n// textOrNil leaves an argument unset where the stack file has nothing.\nfunc textOrNil(value string) pulumi.StringPtrInput {\nif value == \"\" {\nreturn nil\n}\nreturn pulumi.String(value)\n}\n")
	}
	if inputs {
		b.WriteString("\nfunc inputs(values []string) []pulumi.StringInput {\nlist := make([]pulumi.StringInput, len(values))\nfor i, value := range values {\nlist[i] = pulumi.String(value)\n}\nreturn list\n}\n")
	}
	return formatted(b.Bytes())
}

// helpers tells which helper functions an argument needs.
func helpers(e expression, p *schema.Property) (nullableText, inputs bool) {
	switch e := e.(type) {
	case configured:
		return p.Kind == schema.Text && !p.Plain && e.nullable, p.Kind == schema.List && p.Plain && p.Elements
	case choice:
		for _, c := range e.cases {
			n, l := helpers(c.value, element)
			nullableText, inputs = nullableText || n, inputs || l
		}
	}
	return nullableText, inputs
}

// stackFile is Pulumi.<environment>.yaml.
func stackFile(in Input, p *program, env int) []byte {
	var b bytes.Buffer
	d := in.Designs[env]
	fmt.Fprintf(&b, "# The environment %s. What stands here differs between environments; the rest is in main.go.\nconfig:\n", d.Environment)
	fmt.Fprintf(&b, "  aws:region: %s\n  aws:defaultTags:\n    tags:\n      environment: %s\n      managed-by: pulumi\n", d.Region, yamlText(d.Environment))
	if in.System.Owner != "" {
		fmt.Fprintf(&b, "      owner: %s\n", yamlText(in.System.Owner))
	}
	fmt.Fprintf(&b, "      system: %s\n", yamlText(in.System.Name))
	for _, s := range p.settings {
		if s.values[env] != nil {
			fmt.Fprintf(&b, "  %s:%s:%s\n", in.System.Name, s.key, yamlValue(s.values[env]))
		}
	}
	return b.Bytes()
}

func yamlValue(v design.Value) string {
	switch v := v.(type) {
	case design.Text:
		return " " + yamlText(string(v))
	case design.Int:
		return " " + strconv.FormatInt(int64(v), 10)
	case design.Number:
		return " " + strconv.FormatFloat(float64(v), 'f', -1, 64)
	case design.Bool:
		return " " + strconv.FormatBool(bool(v))
	case design.List:
		if len(v) == 0 {
			return " []"
		}
		var b strings.Builder
		for _, element := range v {
			b.WriteString("\n    -" + yamlValue(element))
		}
		return b.String()
	case design.Map:
		if len(v) == 0 {
			return " {}"
		}
		var b strings.Builder
		for _, entry := range v {
			b.WriteString("\n    " + yamlText(entry.Key) + ":" + yamlValue(entry.Value))
		}
		return b.String()
	}
	panic(fmt.Sprintf("generate: %T cannot stand in a stack file", v))
}

var plainYAML = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._/-]*$`)

// yamlText is a text as YAML reads it back: bare where nothing can be mistaken,
// otherwise quoted as JSON, which is YAML too.
func yamlText(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "yes", "no", "on", "off", "null", "y", "n":
	default:
		if plainYAML.MatchString(text) {
			return text
		}
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(quoted)
}
