package rule

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A builder makes the recording of a case.
type builder struct {
	p         *parser
	resources map[string]*made // by name; "self" is the one that the rule looks at
	order     []*made
	ambiguous map[string]bool // names that several have
}

type made struct {
	res     *recording.Resource
	inputs  []input
	outputs map[string]cty.Value
	at      hcl.Range
}

type input struct {
	name string
	expr hclsyntax.Expression
}

func (b *builder) add(name, token string, at hcl.Range) *made {
	m := &made{
		res: &recording.Resource{
			URN: "urn:pulumi:case::case::" + token + "::" + name, Type: token, Name: name, Custom: true,
			Inputs: map[string]any{}, Outputs: map[string]any{}, PropertyDependencies: map[string][]string{},
		},
		outputs: map[string]cty.Value{}, at: at,
	}
	if b.resources[name] != nil {
		b.ambiguous[name] = true
	} else {
		b.resources[name] = m
	}
	b.order = append(b.order, m)
	return m
}

// free tells whether a resource may have a name: those of other types may share it, as in a program.
func (b *builder) free(token, name string) bool {
	return name != "self" && !slices.ContainsFunc(b.order, func(m *made) bool { return m.res.Name == name && m.res.Type == token })
}

// record evaluates the inputs. What one resource takes of another, self.arn or resource.key.arn, is
// its output: the input of that name where that is written out, a text as AWS makes them
// where it is not.
func (b *builder) record(region string) *recording.Recording {
	region = cmp.Or(region, "eu-central-1")
	for _, m := range b.order {
		for _, in := range m.inputs {
			if len(in.expr.Variables()) == 0 {
				if v, diags := in.expr.Value(&hcl.EvalContext{Functions: functions}); !diags.HasErrors() && !v.IsNull() {
					m.outputs[in.name] = v
				}
			}
		}
		for _, name := range []string{"arn", "id", "name", "url"} {
			m.output(name, region)
		}
	}
	for _, m := range b.order {
		for _, in := range m.inputs {
			b.p.check(in.expr, caseRoots)
			b.depend(m, in, region)
		}
	}
	ctx := b.context()
	rec := &recording.Recording{Region: region}
	for _, m := range b.order {
		for _, in := range m.inputs {
			v, diags := lenient(in.expr).Value(ctx)
			if diags.HasErrors() {
				b.p.diags = append(b.p.diags, diags...)
				continue
			}
			inner, err := plain(v)
			if err != nil {
				b.p.fail(in.expr.Range(), "Invalid value", "The value cannot be an input: %s.", err)
			} else if inner != nil {
				m.res.Inputs[in.name] = inner
			}
		}
		for name, v := range m.outputs {
			if inner, err := plain(v); err == nil {
				m.res.Outputs[name] = inner
			}
		}
		m.res.ID, _ = m.res.Outputs["id"].(string)
		slices.Sort(m.res.Dependencies)
		m.res.Dependencies = slices.Compact(m.res.Dependencies)
		rec.Resources = append(rec.Resources, m.res)
	}
	slices.SortFunc(rec.Resources, func(a, b *recording.Resource) int { return strings.Compare(a.URN, b.URN) })
	return rec
}

// output makes an output that no input sets.
func (m *made) output(name, region string) {
	if _, ok := m.outputs[name]; ok {
		return
	}
	module := ""
	if parts := strings.Split(m.res.Type, ":"); len(parts) == 3 {
		module, _, _ = strings.Cut(parts[1], "/")
	}
	text := fmt.Sprintf("%s-%s", m.res.Name, name)
	switch {
	case strings.HasSuffix(strings.ToLower(name), "arn"):
		text = fmt.Sprintf("arn:aws:%s:%s:123456789012:%s-%s", module, region, m.res.Name, name)
	case strings.HasSuffix(strings.ToLower(name), "url"):
		text = fmt.Sprintf("https://%s.%s.amazonaws.com/123456789012/%s-%s", module, region, m.res.Name, name)
	}
	m.outputs[name] = cty.StringVal(text)
}

// depend notes what an input takes of other resources.
func (b *builder) depend(m *made, in input, region string) {
	for _, t := range in.expr.Variables() {
		root := t.RootName()
		if root != "self" && root != "resource" {
			continue
		}
		name, path := "self", t
		if root == "resource" {
			name, _ = second(t)
			path = t[1:]
		}
		output, ok := second(path)
		other := b.resources[name]
		switch {
		case other == nil:
			b.p.fail(t.SourceRange(), "Unknown resource", "The case has no resource %q.", name)
		case b.ambiguous[name]:
			b.p.fail(t.SourceRange(), "Ambiguous name", "The case has several resources %q. Give the one that is meant its own name.", name)
		case !ok:
			b.p.fail(t.SourceRange(), "Output needed", "Say which output of the resource is meant: self.arn, or resource.key.arn.")
		default:
			other.output(output, region)
			m.res.PropertyDependencies[in.name] = append(m.res.PropertyDependencies[in.name], other.res.URN)
			m.res.Dependencies = append(m.res.Dependencies, other.res.URN)
		}
	}
}

func (b *builder) context() *hcl.EvalContext {
	others := map[string]cty.Value{}
	for name, m := range b.resources {
		if name != "self" {
			others[name] = cty.ObjectVal(m.outputs)
		}
	}
	return &hcl.EvalContext{Functions: functions, Variables: map[string]cty.Value{
		"self": cty.ObjectVal(b.resources["self"].outputs), "resource": cty.ObjectVal(others), "unknown": cty.DynamicVal,
	}}
}
