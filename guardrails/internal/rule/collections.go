package rule

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// elements are those of a list; null has none. It is not known what an unknown list holds.
func elements(v cty.Value, i int) (list []cty.Value, known bool, err error) {
	t := v.Type()
	switch {
	case !v.IsKnown():
		return nil, false, nil
	case v.IsNull():
		return nil, true, nil
	case !t.IsTupleType() && !t.IsListType() && !t.IsSetType():
		return nil, false, function.NewArgErrorf(i, "a list is needed, not a %s", t.FriendlyName())
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		list = append(list, e)
	}
	return list, true, nil
}

var (
	allTrue = quantifier(false)
	anyTrue = quantifier(true)
)

// quantifier looks for an element that is as wanted: a true one decides anytrue, a false
// one alltrue, whatever the unknown ones are. Null is false.
func quantifier(wanted bool) function.Function {
	return anyFunction(func(args []cty.Value) (cty.Value, error) {
		list, known, err := elements(args[0], 0)
		if err != nil || !known {
			return cty.UnknownVal(cty.Bool), err
		}
		for _, e := range list {
			b := cty.False
			if !e.IsNull() {
				if b, err = convert.Convert(e, cty.Bool); err != nil {
					return cty.NilVal, function.NewArgErrorf(0, "the list holds a %s; true and false are needed", e.Type().FriendlyName())
				}
			}
			if !b.IsKnown() {
				known = false
			} else if b.True() == wanted {
				return cty.BoolVal(wanted), nil
			}
		}
		if !known {
			return cty.UnknownVal(cty.Bool), nil
		}
		return cty.BoolVal(!wanted), nil
	}, "list")
}

var contains = anyFunction(func(args []cty.Value) (cty.Value, error) {
	list, known, err := elements(args[0], 0)
	if err != nil || !known {
		return cty.UnknownVal(cty.Bool), err
	}
	for _, e := range list {
		same := e.Equals(args[1])
		if !same.IsKnown() {
			known = false
		} else if same.True() {
			return cty.True, nil
		}
	}
	if !known {
		return cty.UnknownVal(cty.Bool), nil
	}
	return cty.False, nil
}, "list", "value")

// length counts the elements of a list or the properties of an object; null has none.
var length = anyFunction(func(args []cty.Value) (cty.Value, error) {
	v := args[0]
	switch {
	case v.IsNull():
		return cty.Zero, nil
	case !v.IsKnown():
		return cty.UnknownVal(cty.Number), nil
	case !v.CanIterateElements():
		return cty.NilVal, function.NewArgErrorf(0, "a list or an object is needed; strlen counts the characters of a text")
	}
	return v.Length(), nil
}, "collection")

// coalesce is the first argument that is not null, or null.
var coalesce = function.New(&function.Spec{
	VarParam: &function.Parameter{Name: "values", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true},
	Type:     function.StaticReturnType(cty.DynamicPseudoType),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		for _, arg := range args {
			if !arg.IsKnown() {
				return cty.DynamicVal, nil
			}
			if !arg.IsNull() {
				return arg, nil
			}
		}
		return null, nil
	},
})

var lookup = anyFunction(func(args []cty.Value) (cty.Value, error) {
	object, key := args[0], args[1]
	if t := object.Type(); !object.IsNull() && object.IsKnown() && !t.IsObjectType() && !t.IsMapType() {
		return cty.NilVal, function.NewArgErrorf(0, "an object is needed, not a %s", t.FriendlyName())
	}
	if object.IsNull() {
		return args[2], nil
	}
	v, diags := step(object, key, noRange)
	if diags.HasErrors() {
		return cty.NilVal, function.NewArgErrorf(1, "%s", diags[0].Detail)
	}
	if v.IsNull() {
		return args[2], nil
	}
	return v, nil
}, "object", "key", "default")

var sum = anyFunction(func(args []cty.Value) (cty.Value, error) {
	list, known, err := elements(args[0], 0)
	if err != nil || !known {
		return cty.UnknownVal(cty.Number), err
	}
	total := cty.Zero
	for _, e := range list {
		n, err := convert.Convert(e, cty.Number)
		if err != nil || n.IsNull() {
			return cty.NilVal, function.NewArgErrorf(0, "the list must hold numbers only")
		}
		total = total.Add(n)
	}
	return total, nil
}, "list")

var join = anyFunction(func(args []cty.Value) (cty.Value, error) {
	list, known, err := elements(args[1], 1)
	if err != nil || !known {
		return cty.UnknownVal(cty.String), err
	}
	var texts []string
	for _, v := range append([]cty.Value{args[0]}, list...) {
		s, err := convert.Convert(v, cty.String)
		switch {
		case err != nil:
			return cty.NilVal, function.NewArgErrorf(1, "the list must hold texts only")
		case !s.IsKnown():
			return cty.UnknownVal(cty.String), nil
		case !s.IsNull():
			texts = append(texts, s.AsString())
		}
	}
	if args[0].IsNull() {
		return cty.NilVal, function.NewArgErrorf(0, "the separator is null")
	}
	return cty.StringVal(strings.Join(texts[1:], texts[0])), nil
}, "separator", "list")

// split cuts a text; null has no parts.
var split = anyFunction(func(args []cty.Value) (cty.Value, error) {
	if args[1].IsNull() {
		return cty.EmptyTupleVal, nil
	}
	texts := make([]string, 2)
	for i, arg := range args {
		s, err := convert.Convert(arg, cty.String)
		if err != nil || s.IsNull() {
			return cty.NilVal, function.NewArgErrorf(i, "a text is needed")
		}
		if !s.IsKnown() {
			return cty.DynamicVal, nil
		}
		texts[i] = s.AsString()
	}
	var parts []cty.Value
	for _, part := range strings.Split(texts[1], texts[0]) {
		parts = append(parts, cty.StringVal(part))
	}
	return cty.TupleVal(parts), nil
}, "separator", "text")
