package recorder

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// outputs makes the id and the outputs of a resource: what an Output option says, what was given as
// an input, and a placeholder for the rest. A placeholder is never empty, since an empty output
// would make a wrong program look right.
func (m *monitor) outputs(res *Resource, inputs resource.PropertyMap) (string, resource.PropertyMap) {
	known := m.types.of(res.Type)
	p := newPlaceholders(m.regionOf(res.Provider), res.Type, res.Name, res.Inputs)
	p.physicalName(known)
	if res.ID != "" { // a resource that is only looked up
		p.words["id"], p.words["name"] = res.ID, partOf(res.ID, "last")
	}

	out := maps.Clone(inputs)
	for _, f := range known.outputs {
		m.output(out, p, f, known)
	}
	for property, value := range m.options.outputs[res.Type] {
		out[resource.PropertyKey(property)] = resource.NewPropertyValue(value)
	}
	for _, property := range res.AdditionalSecretOutputs {
		if v, ok := out[resource.PropertyKey(property)]; ok && !v.IsSecret() {
			out[resource.PropertyKey(property)] = resource.MakeSecret(v)
		}
	}

	id := p.id()
	if override, ok := m.options.outputs[res.Type]["id"].(string); ok {
		id = override
	}
	if m.options.preview && res.ID == "" {
		id = ""
	}
	return id, out
}

// output sets one output.
func (m *monitor) output(out resource.PropertyMap, p *placeholders, f field, known goTypes) {
	key := resource.PropertyKey(f.name)
	if given, ok := out[key]; ok && !given.IsNull() {
		if echoed, fits := echo(given, f.typ); fits {
			out[key] = p.complete(f.name, echoed, m.options.preview)
			return
		}
		// Its own check reports it. Nothing is not the same as left out: the SDK would echo it.
		out[key] = resource.NewNullProperty()
	}
	switch {
	case f.name == "tagsAll":
		if tags, ok := out["tags"]; ok {
			out[key] = tags
		}
	case f.name == p.nameProperty:
		// The name is made before anything is deployed, so a preview knows it too.
		out[key] = resource.NewPropertyValue(p.words["name"])
	case m.options.preview:
		// Left out: the SDK takes it for unknown.
	default:
		if value, ok := p.listed(f.name); ok {
			out[key] = resource.NewPropertyValue(value)
		} else if !leftOut(f, known) {
			out[key] = resource.NewPropertyValue(p.value(f.name, f.typ, nil))
		}
	}
}

// leftOut reports whether a real provider would leave an output empty too: it is an optional input
// that was not given, and the provider does not choose a value for it.
func leftOut(f field, known goTypes) bool {
	if f.name == "tags" || f.name == "tagsAll" {
		return true
	}
	if !known.input[f.name] {
		return false
	}
	t := f.typ
	return t.Kind() == reflect.Pointer || t.Kind() == reflect.Map ||
		t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.String // a list of ids may well be chosen
}

// echo fits an input to the type of the output of the same name. They differ where JSON may be
// given as an object: it comes back as text.
func echo(v resource.PropertyValue, t reflect.Type) (resource.PropertyValue, bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if v.IsSecret() {
		inner, fits := echo(v.SecretValue().Element, t)
		return resource.MakeSecret(inner), fits
	}
	if v.IsComputed() {
		return v, true
	}
	value := plain(v, "", func(string) {})
	if t.Kind() == reflect.String && (v.IsObject() || v.IsArray()) {
		text, err := json.Marshal(value)
		return resource.NewPropertyValue(string(text)), err == nil && !v.ContainsUnknowns()
	}
	return v, mismatch(t, value) == "" && fits(t, value)
}

// fits reports whether a value can be read into a type throughout, so that handing it back cannot
// fail in the SDK, whose message would not say where.
func fits(t reflect.Type, v any) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, unknown := v.(Unknown); unknown || v == nil {
		return true
	}
	if mismatch(t, v) != "" {
		return false
	}
	switch v := v.(type) {
	case []any:
		return t.Kind() != reflect.Slice || !slices.ContainsFunc(v, func(e any) bool { return !fits(t.Elem(), e) })
	case map[string]any:
		switch t.Kind() {
		case reflect.Map:
			for _, e := range v {
				if !fits(t.Elem(), e) {
					return false
				}
			}
		case reflect.Struct:
			for _, f := range fieldsOf(t) {
				if e, ok := v[f.name]; ok && !fits(f.typ, e) {
					return false
				}
			}
		}
	}
	return true
}

// complete adds to an object given as an input what the provider adds to it, which a
// preview does not know yet.
func (p *placeholders) complete(name string, v resource.PropertyValue, preview bool) resource.PropertyValue {
	if !v.IsObject() {
		return v
	}
	var object resource.PropertyMap
	for path := range p.listing {
		outer, inner, nested := strings.Cut(path, ".")
		if !nested || outer != name {
			continue
		}
		if object == nil {
			object = maps.Clone(v.ObjectValue())
		}
		if _, given := object[resource.PropertyKey(inner)]; !given && preview {
			object[resource.PropertyKey(inner)] = resource.MakeComputed(resource.NewPropertyValue(""))
		} else if !given {
			value, _ := p.listed(path)
			object[resource.PropertyKey(inner)] = resource.NewPropertyValue(value)
		}
	}
	if object == nil {
		return v
	}
	return resource.NewPropertyValue(object)
}

// regionOf is where a provider ("urn::id") works: in the region it was given, or else in the
// program's.
func (m *monitor) regionOf(provider string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at := strings.LastIndex(provider, "::"); at > 0 {
		if res := m.resources[provider[:at]]; res != nil {
			if region, ok := res.Inputs["region"].(string); ok && region != "" {
				return region
			}
		}
	}
	return m.options.region
}
