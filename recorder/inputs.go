package recorder

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
)

// checkRegistered judges the inputs of all resources. It does so after the run, because a type may
// be known only from a later resource.
func (m *monitor) checkRegistered() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, res := range m.resources {
		if !res.Custom {
			continue // what a component takes is for itself to judge
		}
		c := &checker{res: res, problems: m.problems}
		known := m.types.of(res.Type)
		switch {
		case known.inputs != nil:
			c.object(known.inputs, res.Inputs, "")
		case known.outputs != nil:
			c.untyped(known.outputs)
		default:
			c.value(reflect.TypeFor[any](), res.Inputs, "", "")
		}
	}
}

// A checker judges the inputs of one resource.
type checker struct {
	res      *Resource
	problems *problems
}

func (c *checker) problem(path, format string, args ...any) {
	c.problems.at(c.res.String(), path, format, args...)
}

// object compares an object with the fields of the plain struct that describes it.
func (c *checker) object(fields []field, object map[string]any, path string) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
		value, given := object[f.name]
		if given && value != nil {
			c.value(f.typ, value, below(path, f.name), f.name)
		} else if required(f.typ) {
			c.problem(path, "missing required input %q", f.name)
		}
	}
	c.unknown(object, names, path)
}

// untyped judges a resource registered with a map instead of typed arguments. Each input of a
// resource is an output of it too, so the resource's own struct tells names and kinds; it does not
// tell what is required.
func (c *checker) untyped(fields []field) {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.name
		typ := f.typ
		if required(typ) && typ.Kind() != reflect.Struct {
			typ = reflect.PointerTo(typ) // an output always has a value; the input may well be optional
		}
		if value := c.res.Inputs[f.name]; value != nil {
			c.value(typ, value, f.name, f.name)
		}
	}
	c.unknown(c.res.Inputs, names, "")
}

func (c *checker) unknown(object map[string]any, names []string, path string) {
	for _, key := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(names, key) && !strings.HasPrefix(key, "__") {
			c.problem(path, "unknown input %q%s", key, didYouMean(key, names))
		}
	}
}

// value compares a value with its plain type. The name is that of the property that holds it,
// however deep.
func (c *checker) value(t reflect.Type, v any, path, name string) {
	// What takes any value takes a policy, a reference to a resource or a list of those.
	must := required(t) || t.Kind() == reflect.Interface
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if _, unknown := v.(Unknown); unknown {
		return
	}
	if want := mismatch(t, v); want != "" {
		c.problem(path, "want %s, got %s", want, kindOf(v))
		return
	}
	switch v := v.(type) {
	case string:
		c.text(v, path, name, must)
	case []any:
		elem := reflect.TypeFor[any]()
		if t.Kind() == reflect.Slice {
			elem = t.Elem()
		}
		for i, e := range v {
			if e == nil && elem.Kind() != reflect.Interface {
				c.problem(element(path, i), "an element of a list is missing")
				continue
			}
			c.value(elem, e, element(path, i), name)
		}
	case map[string]any:
		switch {
		case t.Kind() == reflect.Struct:
			c.object(fieldsOf(t), v, path)
		case t.Kind() == reflect.Interface && holdsJSON(c.res.Type, name, "{"):
			c.decoded(v, path, name)
		default:
			elem := reflect.TypeFor[any]()
			if t.Kind() == reflect.Map {
				elem = t.Elem()
			}
			for _, key := range slices.Sorted(maps.Keys(v)) {
				// An empty value in a map, a tag say, is the user's business.
				if v[key] != nil && v[key] != "" {
					c.value(elem, v[key], below(path, key), "")
				}
			}
		}
	}
}

// mismatch returns what t wants, in words, if v is something else.
func mismatch(t reflect.Type, v any) string {
	switch t.Kind() {
	case reflect.Bool:
		if _, ok := v.(bool); !ok {
			return "bool"
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n, ok := v.(float64); !ok || n != math.Trunc(n) {
			return "integer"
		}
	case reflect.Float32, reflect.Float64:
		if _, ok := v.(float64); !ok {
			return "number"
		}
	case reflect.String:
		if _, ok := v.(string); !ok {
			return "string"
		}
	case reflect.Slice, reflect.Array:
		if _, ok := v.([]any); !ok {
			return "list"
		}
	case reflect.Map, reflect.Struct:
		if _, ok := v.(map[string]any); !ok {
			return "object"
		}
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return ""
		}
		switch v.(type) {
		case Asset, Archive:
		default:
			return "asset or archive"
		}
	}
	return ""
}

func kindOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case bool:
		return "bool"
	case float64:
		if v != math.Trunc(v) {
			return "fraction"
		}
		return "number"
	case string:
		return "string"
	case []any:
		return "list"
	case Asset:
		return "asset"
	case Archive:
		return "archive"
	}
	return "object"
}
