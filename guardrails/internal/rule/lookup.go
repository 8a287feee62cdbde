package rule

import (
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// objects is a list of resources, as rules see them.
func (e *Evaluator) objects(list []*recording.Resource) cty.Value {
	values := make([]cty.Value, len(list))
	for i, res := range list {
		values[i] = e.object(res)
	}
	return cty.TupleVal(values)
}

// resourcesFunction lists all resources of a type.
func (e *Evaluator) resourcesFunction() function.Function {
	return anyFunction(func(args []cty.Value) (cty.Value, error) {
		kind := Kind(args[0].AsString())
		v, ok := e.showing.lists[kind]
		if !ok {
			v = e.objects(e.program.Resources(kind))
			e.showing.lists[kind] = v
		}
		return v, nil
	}, "type")
}

// refersFunction lists the resources of a type that a value refers to.
//
// A text says it exactly, since in a recording no two resources of a type have the same
// identifiers unless they have the same name; then what the resource depends on decides. An unknown
// value says nothing: what its input depends on does, if that is one resource of the type.
func (e *Evaluator) refersFunction() function.Function {
	value := open("value")
	value.AllowMarked = true
	return function.New(&function.Spec{
		Params: []function.Parameter{value, open("type")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			kind := Kind(args[1].AsString())
			var found []*recording.Resource
			for _, v := range flat(args[0]) {
				v, marks := v.Unmark()
				var more []*recording.Resource
				switch {
				case !v.IsKnown():
					if more = e.dependencies(marks, kind); len(more) != 1 {
						return cty.DynamicVal.WithMarks(marks), nil
					}
				case v.IsNull() || v.Type() != cty.String:
				default:
					more = e.named(e.current, kind, v.AsString())
				}
				for _, res := range more {
					if !slices.Contains(found, res) {
						found = append(found, res)
					}
				}
			}
			return e.objects(found), nil
		},
	})
}

// flat is a value, or its elements if it is a list. What is marked as a whole marks its elements.
func flat(v cty.Value) []cty.Value {
	bare, marks := v.Unmark()
	t := bare.Type()
	if !bare.IsKnown() || bare.IsNull() || !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		return []cty.Value{v}
	}
	var list []cty.Value
	for it := bare.ElementIterator(); it.Next(); {
		_, e := it.Element()
		list = append(list, e.WithMarks(marks))
	}
	return list
}

// named are the resources of a kind that a text in res refers to.
func (e *Evaluator) named(res *recording.Resource, kind, text string) []*recording.Resource {
	same := e.program.Named(kind, text)
	if len(same) < 2 {
		return same
	}
	var depended []*recording.Resource
	for _, candidate := range same {
		if slices.Contains(res.Dependencies, candidate.URN) {
			depended = append(depended, candidate)
		}
	}
	if len(depended) > 0 {
		return depended
	}
	return same[:1]
}

// dependencies are the resources of a kind that the inputs behind unknown values depend on.
func (e *Evaluator) dependencies(marks cty.ValueMarks, kind string) []*recording.Resource {
	var found []*recording.Resource
	for mark := range marks {
		o, ok := mark.(origin)
		if !ok {
			continue
		}
		res := e.program.Get(o.urn)
		if res == nil {
			continue
		}
		for _, other := range e.dependenciesOf(res, o.property, kind) {
			if !slices.Contains(found, other) {
				found = append(found, other)
			}
		}
	}
	return found
}

func (e *Evaluator) dependenciesOf(res *recording.Resource, property, kind string) []*recording.Resource {
	var found []*recording.Resource
	for _, urn := range res.PropertyDependencies[property] {
		if other := e.program.Get(urn); other != nil && other.Custom && Kind(other.Type) == kind {
			found = append(found, other)
		}
	}
	return found
}

// A referrerKey is a question about all resources of a kind, so that it is answered once.
type referrerKey struct{ kind, property, target string }

type referrers struct {
	of map[*recording.Resource][]*recording.Resource // by the target
	// maybe are targets to which something may refer, anything that everything may be referred to by something.
	maybe    map[*recording.Resource]bool
	anything bool
}

// referrersFunction lists the resources of a type whose property refers to the current resource, or to
// another one that a third argument gives. The first question about a type and a property looks at all its resources;
// every further one is answered at once.
func (e *Evaluator) referrersFunction() function.Function {
	target := open("target")
	return function.New(&function.Spec{
		Params:   []function.Parameter{open("type"), open("property")},
		VarParam: &target,
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			of := e.current
			if len(args) == 3 {
				switch {
				case !args[2].IsKnown():
					return cty.DynamicVal, nil
				case args[2].IsNull():
					return cty.EmptyTupleVal, nil
				}
				if of = e.given(args[2]); of == nil {
					return cty.NilVal, function.NewArgErrorf(2, "a resource is needed, such as refers, referrers or resources give")
				}
			}
			key := referrerKey{Kind(args[0].AsString()), args[1].AsString(), Kind(of.Type)}
			index := e.referring[key]
			if index == nil {
				index = e.findReferrers(key)
				e.referring[key] = index
			}
			if index.anything || index.maybe[of] {
				return cty.DynamicVal, nil
			}
			return e.objects(index.of[of]), nil
		},
	})
}

// given is the resource that a value is, or nil.
func (e *Evaluator) given(v cty.Value) *recording.Resource {
	if !v.Type().IsObjectType() || !v.Type().HasAttribute("_urn") {
		return nil
	}
	urn := v.GetAttr("_urn")
	if urn.Type() != cty.String || !urn.IsKnown() || urn.IsNull() {
		return nil
	}
	return e.program.Get(urn.AsString())
}

func (e *Evaluator) findReferrers(key referrerKey) *referrers {
	index := &referrers{of: map[*recording.Resource][]*recording.Resource{}, maybe: map[*recording.Resource]bool{}}
	add := func(target, res *recording.Resource) {
		if list := index.of[target]; len(list) == 0 || list[len(list)-1] != res {
			index.of[target] = append(list, res)
		}
	}
	path := strings.FieldsFunc(key.property, func(r rune) bool { return r == '.' || r == '[' || r == ']' })
	for _, res := range e.program.Resources(key.kind) {
		for _, v := range valuesAt(res.Inputs, path) {
			switch v := v.(type) {
			case string:
				for _, target := range e.named(res, key.target, v) {
					add(target, res)
				}
			case recording.Unknown:
				candidates := e.dependenciesOf(res, path[0], key.target)
				if len(candidates) == 1 {
					add(candidates[0], res)
					continue
				}
				for _, c := range candidates {
					index.maybe[c] = true
				}
				// What depends on nothing that was recorded may refer to anything.
				index.anything = index.anything || len(res.PropertyDependencies[path[0]]) == 0
			}
		}
	}
	return index
}

// valuesAt are what stands at a path below v. It goes into text that holds JSON, and into every element of a
// list unless the path says which; below an unknown value there is one.
func valuesAt(v any, path []string) []any {
	if len(path) > 0 {
		if text, ok := v.(string); ok {
			v = recording.JSON(text)
		}
	}
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		if len(path) > 0 {
			if i, err := strconv.Atoi(path[0]); err == nil {
				if i < 0 || i >= len(v) {
					return nil
				}
				return valuesAt(v[i], path[1:])
			}
		}
		var all []any
		for _, e := range v {
			all = append(all, valuesAt(e, path)...)
		}
		return all
	case map[string]any:
		if len(path) > 0 {
			return valuesAt(v[path[0]], path[1:])
		}
	}
	if _, unknown := v.(recording.Unknown); !unknown && len(path) > 0 {
		return nil
	}
	return []any{v}
}
