package tfplan

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// converter turns the properties of one resource into Terraform's.
type converter struct {
	*exporter
	resource *recording.Resource
}

// isSecret tells whether a property is secret, whole or in part.
func (c *converter) isSecret(property string) bool {
	for _, path := range c.resource.Secrets {
		rest, found := strings.CutPrefix(path, property)
		if found && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

// resourceValues are the known values, which are unknown, and the expressions in the configuration.
func (c *converter) resourceValues(o *object) (values, unknown, expressions map[string]any) {
	properties := map[string]any{}
	// What the provider computed before stays as it is; an input says what is to be.
	for name, value := range c.resource.Outputs {
		if o.byName[name] != nil {
			properties[name] = value
		}
	}
	for name, value := range c.resource.Inputs {
		properties[name] = value
	}
	values, unknown = c.object(o, properties, "")
	expressions = map[string]any{}
	for name, value := range c.resource.Inputs {
		m := o.byName[name]
		if m == nil {
			continue
		}
		references := c.references(c.resource.PropertyDependencies[name])
		if expression := c.expression(m, value, references); expression != nil {
			expressions[m.name] = expression
		}
	}
	return values, unknown, expressions
}

// object converts the members of an object. What is not set is null, a block an empty list, and what the
// provider will compute unknown, all as in Terraform.
func (c *converter) object(o *object, properties map[string]any, path string) (values, unknown map[string]any) {
	values, unknown = map[string]any{}, map[string]any{}
	for name := range properties {
		if o.byName[name] == nil {
			c.missing[c.resource.Type+": "+path+name] = true
		}
	}
	for i := range o.members {
		m := &o.members[i]
		given, set := properties[m.pulumi]
		switch {
		case m.shape != "" && set && given != nil:
			value, u := c.value(m.shape, given, path+m.pulumi)
			if u != true {
				values[m.name] = value
			}
			if u != nil {
				unknown[m.name] = u
			}
		case m.block:
			values[m.name] = []any{}
		case m.computed:
			unknown[m.name] = true
		default:
			values[m.name] = nil
		}
	}
	return values, unknown
}

// value converts a value of a shape. Its second result is nil where all is known, true where nothing is, and else
// of the value's form, with true where something is not known.
func (c *converter) value(shape string, v any, path string) (any, any) {
	if _, is := v.(recording.Unknown); is {
		return nil, true
	}
	switch shape[0] {
	case '1':
		if list, ok := v.([]any); ok { // a program may still give the list
			return c.list(shape[1:], list, path)
		}
		return c.list(shape[1:], []any{v}, path)
	case '[':
		if list, ok := v.([]any); ok {
			return c.list(shape[1:], list, path)
		}
	case '{':
		if object, ok := v.(map[string]any); ok {
			values, unknown := map[string]any{}, map[string]any{}
			for key, element := range object {
				value, u := c.value(shape[1:], element, path+"."+key)
				if u != true {
					values[key] = value
				}
				if u != nil {
					unknown[key] = u
				}
			}
			return values, orNil(unknown)
		}
	case '#':
		if object, ok := v.(map[string]any); ok {
			if o := c.table.nested(shape); o != nil {
				values, unknown := c.object(o, object, path+".")
				return values, orNil(unknown)
			}
		}
	case 's':
		return text(v)
	case 'n':
		if s, ok := v.(string); ok {
			if number, err := strconv.ParseFloat(s, 64); err == nil {
				return number, nil
			}
		}
	case 'b':
		if s, ok := v.(string); ok {
			if truth, err := strconv.ParseBool(s); err == nil {
				return truth, nil
			}
		}
	}
	return plain(v)
}

// list converts a list. An element that is not known is null among the values.
func (c *converter) list(shape string, list []any, path string) (any, any) {
	values, unknown, some := make([]any, len(list)), make([]any, len(list)), false
	for i, element := range list {
		value, u := c.value(shape, element, path)
		values[i], unknown[i] = value, u
		if u != nil {
			some = true
		} else if _, is := value.(map[string]any); is {
			unknown[i] = map[string]any{}
		} else {
			unknown[i] = false
		}
	}
	if !some {
		return values, nil
	}
	return values, unknown
}

func orNil(unknown map[string]any) any {
	if len(unknown) == 0 {
		return nil
	}
	return unknown
}

// text is the text of a value: what Terraform has as a text may be a number, an asset or a JSON document in Pulumi.
func text(v any) (any, any) {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case map[string]any, []any:
		known, u := plain(v)
		if u != nil {
			return nil, true // a document with an unknown part is not known
		}
		document, err := json.Marshal(known)
		if err != nil {
			return nil, true // numbers that JSON has not
		}
		return string(document), nil
	}
	return plain(v)
}

// plain converts a value that needs no translation; assets are their places.
func plain(v any) (any, any) {
	switch v := v.(type) {
	case recording.Unknown:
		return nil, true
	case recording.Asset:
		return place(v.Path, v.URI, v.Text), nil
	case recording.Archive:
		return place(v.Path, v.URI, "archive"), nil
	case []any:
		values := make([]any, len(v))
		for i, element := range v {
			value, u := plain(element)
			if u != nil {
				return nil, true
			}
			values[i] = value
		}
		return values, nil
	case map[string]any:
		values := make(map[string]any, len(v))
		for key, element := range v {
			value, u := plain(element)
			if u != nil {
				return nil, true
			}
			values[key] = value
		}
		return values, nil
	}
	return v, nil
}

func place(candidates ...string) string {
	for _, candidate := range candidates {
		if candidate != "" {
			return candidate
		}
	}
	return ""
}
