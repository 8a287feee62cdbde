package rule

import (
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/zclconf/go-cty/cty"
)

// deepest is how deep the values of a resource may nest; what is deeper counts as unknown.
const deepest = 60

// origin marks an unknown value with the input that it comes from. An unknown value says
// nothing of what it refers to; what its input depends on does.
type origin struct{ urn, property string }

var null = cty.NullVal(cty.DynamicPseudoType)

// A reader turns the plain Go values of a resource into those of cty.
type reader struct {
	res *recording.Resource
	// redact puts words in place of what must not or cannot be shown: it is set to make messages.
	redact bool
}

// object is the resource as rules see it: its inputs, and what it is.
func (r reader) object() cty.Value {
	attributes := make(map[string]cty.Value, len(r.res.Inputs)+3)
	for name, v := range r.res.Inputs {
		attributes[name] = r.value(v, name, name, 0)
	}
	attributes["_name"] = cty.StringVal(r.res.Name)
	attributes["_type"] = cty.StringVal(r.res.Type)
	attributes["_urn"] = cty.StringVal(r.res.URN)
	return cty.ObjectVal(attributes)
}

func (r reader) value(v any, property, path string, depth int) cty.Value {
	if r.redact && len(r.res.Secrets) > 0 && r.res.IsSecret(path) {
		return cty.StringVal("(a secret)")
	}
	if depth > deepest {
		return r.unknown(property)
	}
	switch v := v.(type) {
	case nil:
		return null
	case bool:
		return cty.BoolVal(v)
	case string:
		return cty.StringVal(v)
	case float64:
		return cty.NumberFloatVal(v)
	case int:
		return cty.NumberIntVal(int64(v))
	case []any:
		elements := make([]cty.Value, len(v))
		for i, e := range v {
			elements[i] = r.value(e, property, r.element(path, i), depth+1)
		}
		return cty.TupleVal(elements)
	case []string:
		elements := make([]cty.Value, len(v))
		for i, e := range v {
			elements[i] = r.value(e, property, r.element(path, i), depth+1)
		}
		return cty.TupleVal(elements)
	case map[string]any:
		attributes := make(map[string]cty.Value, len(v))
		for key, e := range v {
			attributes[key] = r.value(e, property, r.below(path, key), depth+1)
		}
		return cty.ObjectVal(attributes)
	case recording.Asset:
		return cty.ObjectVal(map[string]cty.Value{"path": text(v.Path), "text": text(v.Text), "uri": text(v.URI)})
	case recording.Archive:
		return cty.ObjectVal(map[string]cty.Value{"path": text(v.Path), "uri": text(v.URI)})
	}
	return r.unknown(property)
}

// The paths serve only to recognize secrets.
func (r reader) below(path, key string) string {
	if !r.redact || len(r.res.Secrets) == 0 {
		return ""
	}
	return recording.Below(path, key)
}

func (r reader) element(path string, i int) string {
	if !r.redact || len(r.res.Secrets) == 0 {
		return ""
	}
	return recording.Element(path, i)
}

func (r reader) unknown(property string) cty.Value {
	if r.redact {
		return cty.StringVal("(known after deployment)")
	}
	return cty.DynamicVal.Mark(origin{r.res.URN, property})
}

func text(s string) cty.Value {
	if s == "" {
		return null
	}
	return cty.StringVal(s)
}

// decode reads JSON text; it returns null if it is none.
func decode(s string) cty.Value {
	var document any
	if json.Unmarshal([]byte(s), &document) != nil {
		return null
	}
	return reader{res: &recording.Resource{}}.value(document, "", "", 0)
}

// plain turns a value of a case into plain Go, as recordings hold it.
func plain(v cty.Value) (any, error) {
	v, _ = v.Unmark()
	switch t := v.Type(); {
	case !v.IsKnown():
		return recording.Unknown{}, nil
	case v.IsNull():
		return nil, nil
	case t == cty.Bool:
		return v.True(), nil
	case t == cty.String:
		return v.AsString(), nil
	case t == cty.Number:
		n, _ := new(big.Float).Set(v.AsBigFloat()).Float64()
		return n, nil
	case t.IsObjectType() || t.IsMapType():
		object := map[string]any{}
		for it := v.ElementIterator(); it.Next(); {
			key, e := it.Element()
			inner, err := plain(e)
			if err != nil {
				return nil, err
			}
			if inner != nil { // the engine leaves out what is null
				object[key.AsString()] = inner
			}
		}
		return object, nil
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		list := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, e := it.Element()
			inner, err := plain(e)
			if err != nil {
				return nil, err
			}
			list = append(list, inner)
		}
		return list, nil
	}
	return nil, fmt.Errorf("a %s is no value of a resource", v.Type().FriendlyName())
}
