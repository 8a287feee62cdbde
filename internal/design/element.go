package design

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// element is one element of a for_each, or the only one without.
type element struct {
	key   string
	value cty.Value // NilVal without for_each
}

func (el element) context(parent *hcl.EvalContext) *hcl.EvalContext {
	if el.value == cty.NilVal {
		return parent
	}
	child := parent.NewChild()
	child.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(el.key), "value": el.value})}
	return child
}

// each evaluates a for_each: a map or object by key, or a list of texts, which
// are keys and values. Without one there is a single element.
func (e *evaluator) each(expr hcl.Expression, what string) []element {
	if expr == nil {
		return []element{{}}
	}
	e.prepare(expr)
	collection, ok := e.value(expr, e.ctx)
	if !ok {
		return nil
	}
	if collection.IsNull() || !collection.CanIterateElements() {
		e.fail(expr.Range(), "Wrong type", "The for_each of %s is a map, or a list of texts.", what)
		return nil
	}
	keyed := collection.Type().IsMapType() || collection.Type().IsObjectType()
	var elements []element
	seen := map[string]bool{}
	for it := collection.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if !keyed {
			text, err := convert.Convert(value, cty.String)
			if err != nil || text.IsNull() {
				e.fail(expr.Range(), "Wrong type", "The for_each of %s is a map, or a list of texts.", what)
				return nil
			}
			key = text
		}
		if name := key.AsString(); !seen[name] {
			seen[name] = true
			elements = append(elements, element{name, value})
		}
	}
	return elements
}
