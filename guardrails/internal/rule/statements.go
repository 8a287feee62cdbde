package rule

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// jsonFunction decodes text that holds JSON. What is no such text is null; what has been decoded
// already stays as it is.
var jsonFunction = anyFunction(func(args []cty.Value) (cty.Value, error) {
	v := args[0]
	switch {
	case v.IsNull():
		return null, nil
	case !v.IsKnown():
		return cty.DynamicVal, nil
	case v.Type() == cty.String:
		return decode(v.AsString()), nil
	}
	return v, nil
}, "text")

// statementsFunction reads an IAM policy. Every element of a statement that may be one or several is a
// list; a policy that is not set has no statements.
var statementsFunction = anyFunction(func(args []cty.Value) (cty.Value, error) {
	v := args[0]
	switch {
	case !v.IsKnown():
		return cty.DynamicVal, nil
	case v.IsNull():
		return cty.EmptyTupleVal, nil
	case v.Type() == cty.String:
		v = decode(v.AsString())
	}
	if v.IsNull() || !v.Type().IsObjectType() {
		return cty.NilVal, function.NewArgErrorf(0, "it is not an IAM policy in JSON")
	}
	var list []cty.Value
	for _, s := range members(below(v, "Statement")) {
		if !s.IsKnown() {
			return cty.DynamicVal, nil
		}
		if s.Type().IsObjectType() {
			list = append(list, statement(s))
		}
	}
	return cty.TupleVal(list), nil
}, "policy")

func statement(s cty.Value) cty.Value {
	effect := below(s, "Effect")
	if effect.IsKnown() && !effect.IsNull() && effect.Type() == cty.String {
		effect = cty.StringVal(strings.ToLower(effect.AsString()))
	}
	return cty.ObjectVal(map[string]cty.Value{
		"sid":           below(s, "Sid"),
		"effect":        effect,
		"actions":       cty.TupleVal(members(below(s, "Action"))),
		"not_actions":   cty.TupleVal(members(below(s, "NotAction"))),
		"resources":     cty.TupleVal(members(below(s, "Resource"))),
		"not_resources": cty.TupleVal(members(below(s, "NotResource"))),
		"principals":    principals(s),
		"conditions":    conditions(below(s, "Condition")),
	})
}

// principals are those of a statement by their type: AWS, Service, Federated, CanonicalUser. Everyone is "*", however
// it is written; all but some are everyone too.
func principals(s cty.Value) cty.Value {
	everyone := cty.TupleVal([]cty.Value{cty.StringVal("*")})
	byType := map[string]cty.Value{}
	p := below(s, "Principal")
	switch {
	case !p.IsKnown():
		return cty.DynamicVal
	case p.IsNull():
	case p.Type() == cty.String:
		byType[p.AsString()] = cty.TupleVal(members(p))
	case p.Type().IsObjectType():
		for name, v := range p.AsValueMap() {
			list := members(v)
			byType[name] = cty.TupleVal(list)
			for _, e := range list {
				if name != "Federated" && e.IsKnown() && e.RawEquals(cty.StringVal("*")) {
					byType["*"] = everyone
				}
			}
		}
	}
	if not := below(s, "NotPrincipal"); !not.IsKnown() || !not.IsNull() {
		byType["*"] = everyone
	}
	return cty.ObjectVal(byType)
}

// conditions are those of a statement: operator, then key, then values. Keys are in lower case, since
// IAM does not tell their case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
func conditions(c cty.Value) cty.Value {
	if !c.IsKnown() {
		return cty.DynamicVal
	}
	byOperator := map[string]cty.Value{}
	if !c.IsNull() && c.Type().IsObjectType() {
		for operator, keys := range c.AsValueMap() {
			if !keys.IsKnown() || keys.IsNull() || !keys.Type().IsObjectType() {
				byOperator[operator] = keys
				continue
			}
			byKey := map[string]cty.Value{}
			for key, values := range keys.AsValueMap() {
				byKey[strings.ToLower(key)] = cty.TupleVal(members(values))
			}
			byOperator[operator] = cty.ObjectVal(byKey)
		}
	}
	return cty.ObjectVal(byOperator)
}

// below is an attribute of an object, or null.
func below(v cty.Value, name string) cty.Value {
	if v.Type().HasAttribute(name) {
		return v.GetAttr(name)
	}
	return null
}

// members are those of a value that may be one or several; nothing has none. Truth values and
// numbers become texts, which is what IAM compares.
func members(v cty.Value) []cty.Value {
	switch {
	case !v.IsKnown():
		return []cty.Value{v}
	case v.IsNull():
		return nil
	case !v.Type().IsTupleType() && !v.Type().IsListType():
		return []cty.Value{memberText(v)}
	}
	var list []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		list = append(list, memberText(e))
	}
	return list
}

func memberText(v cty.Value) cty.Value {
	if v.IsKnown() && !v.IsNull() && v.Type() == cty.Bool {
		return cty.StringVal(map[bool]string{true: "true", false: "false"}[v.True()])
	}
	return v
}

// Glob reports whether a pattern of IAM, in which "*" is any text and "?" any character, matches a
// text. IAM does not tell the case of actions.
func Glob(pattern, s string) bool {
	pattern, s = strings.ToLower(pattern), strings.ToLower(s)
	star, mark, i := -1, 0, 0
	for j := 0; j < len(s); {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, mark = i, j
			i++
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == s[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}
