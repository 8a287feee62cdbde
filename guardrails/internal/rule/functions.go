package rule

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of rules that look at nothing but their arguments. Those
// that look at the program are made for each evaluator.
var functions = map[string]function.Function{
	"alltrue":         allTrue,
	"anytrue":         anyTrue,
	"can":             can,
	"ceil":            strict(stdlib.CeilFunc),
	"coalesce":        coalesce,
	"compact":         tolerant(stdlib.CompactFunc, cty.EmptyTupleVal),
	"concat":          tolerant(stdlib.ConcatFunc, cty.EmptyTupleVal),
	"contains":        contains,
	"distinct":        tolerant(stdlib.DistinctFunc, cty.EmptyTupleVal),
	"element":         strict(stdlib.ElementFunc),
	"endswith":        textTest(strings.HasSuffix),
	"flatten":         tolerant(stdlib.FlattenFunc, cty.EmptyTupleVal),
	"floor":           strict(stdlib.FloorFunc),
	"format":          strict(stdlib.FormatFunc),
	"glob":            globTest,
	"join":            join,
	"json":            jsonFunction,
	"jsondecode":      strict(stdlib.JSONDecodeFunc),
	"jsonencode":      strict(stdlib.JSONEncodeFunc),
	"keys":            tolerant(stdlib.KeysFunc, cty.EmptyObjectVal),
	"length":          length,
	"lookup":          lookup,
	"lower":           nullForNull(stdlib.LowerFunc),
	"matches":         matchesTest,
	"max":             strict(stdlib.MaxFunc),
	"merge":           tolerant(stdlib.MergeFunc, cty.EmptyObjectVal),
	"min":             strict(stdlib.MinFunc),
	"range":           strict(stdlib.RangeFunc),
	"regex":           strict(stdlib.RegexFunc),
	"replace":         nullForNull(stdlib.ReplaceFunc),
	"reverse":         tolerant(stdlib.ReverseListFunc, cty.EmptyTupleVal),
	"setintersection": tolerant(stdlib.SetIntersectionFunc, cty.EmptyTupleVal),
	"setsubtract":     tolerant(stdlib.SetSubtractFunc, cty.EmptyTupleVal),
	"setunion":        tolerant(stdlib.SetUnionFunc, cty.EmptyTupleVal),
	"slice":           strict(stdlib.SliceFunc),
	"sort":            tolerant(stdlib.SortFunc, cty.EmptyTupleVal),
	"split":           split,
	"startswith":      textTest(strings.HasPrefix),
	"statements":      statementsFunction,
	"strlen":          tolerant(stdlib.StrlenFunc, cty.StringVal("")),
	"substr":          strict(stdlib.SubstrFunc),
	"sum":             sum,
	"tobool":          nullForNull(stdlib.MakeToFunc(cty.Bool)),
	"tonumber":        nullForNull(stdlib.MakeToFunc(cty.Number)),
	"tostring":        nullForNull(stdlib.MakeToFunc(cty.String)),
	"trimprefix":      nullForNull(stdlib.TrimPrefixFunc),
	"trimspace":       nullForNull(stdlib.TrimSpaceFunc),
	"trimsuffix":      nullForNull(stdlib.TrimSuffixFunc),
	"try":             try,
	"upper":           nullForNull(stdlib.UpperFunc),
	"values":          tolerant(stdlib.ValuesFunc, cty.EmptyObjectVal),
}

// open is a parameter that takes anything: null, unknown, of any type.
func open(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true}
}

// anyFunction is a function whose parameters are all open.
func anyFunction(impl func(args []cty.Value) (cty.Value, error), names ...string) function.Function {
	params := make([]function.Parameter, len(names))
	for i, name := range names {
		params[i] = open(name)
	}
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return impl(args) },
	})
}

// adapt is f with another idea of null. In cty a null whose type nobody knows makes most
// functions answer "unknown", which to a rule means something else.
func adapt(f function.Function, onNull func(i int) (instead, result cty.Value, err error)) function.Function {
	spec := &function.Spec{Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for _, p := range f.Params() {
		spec.Params = append(spec.Params, open(p.Name))
	}
	if p := f.VarParam(); p != nil {
		rest := open(p.Name)
		spec.VarParam = &rest
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		given := make([]cty.Value, len(args))
		for i, arg := range args {
			if arg.IsNull() {
				instead, result, err := onNull(i)
				if err != nil || result != cty.NilVal {
					return result, err
				}
				arg = instead
			}
			p := f.VarParam()
			if i < len(f.Params()) {
				p = &f.Params()[i]
			}
			converted, err := convert.Convert(arg, p.Type)
			if err != nil {
				return cty.NilVal, function.NewArgError(i, err)
			}
			given[i] = converted
		}
		return f.Call(given)
	}
	return function.New(spec)
}

// strict refuses null, as cty does where it knows its type.
func strict(f function.Function) function.Function {
	return adapt(f, func(i int) (cty.Value, cty.Value, error) {
		return cty.NilVal, cty.NilVal, errNull(i)
	})
}

func errNull(i int) error {
	return function.NewArgErrorf(i, "it is null: the property is not set; give a default with coalesce, or ask for null first")
}

// tolerant takes a value instead of null.
func tolerant(f function.Function, instead cty.Value) function.Function {
	return adapt(f, func(int) (cty.Value, cty.Value, error) { return instead, cty.NilVal, nil })
}

// nullForNull answers null with null.
func nullForNull(f function.Function) function.Function {
	return adapt(f, func(int) (cty.Value, cty.Value, error) { return cty.NilVal, null, nil })
}

// textTest is a test of a text.
func textTest(test func(s, part string) bool) function.Function {
	return anyFunction(func(args []cty.Value) (cty.Value, error) {
		return onTexts(args, func(texts []string) (bool, error) { return test(texts[0], texts[1]), nil })
	}, "text", "part")
}

// globTest tells whether a pattern of IAM matches a text.
var globTest = anyFunction(func(args []cty.Value) (cty.Value, error) {
	return onTexts(args, func(texts []string) (bool, error) { return Glob(texts[0], texts[1]), nil })
}, "pattern", "text")

// matchesTest tells whether a regular expression matches a part of a text.
var matchesTest = anyFunction(func(args []cty.Value) (cty.Value, error) {
	return onTexts(args, func(texts []string) (bool, error) {
		re, err := compiled(texts[1])
		if err != nil {
			return false, function.NewArgError(1, err)
		}
		return re.MatchString(texts[0]), nil
	})
}, "text", "pattern")

var patterns sync.Map // text → *regexp.Regexp

func compiled(pattern string) (*regexp.Regexp, error) {
	if re, ok := patterns.Load(pattern); ok {
		return re.(*regexp.Regexp), nil
	}
	re, err := regexp.Compile(pattern)
	if err == nil {
		patterns.Store(pattern, re)
	}
	return re, err
}

func onTexts(args []cty.Value, test func(texts []string) (bool, error)) (cty.Value, error) {
	texts := make([]string, len(args))
	unknown := false
	for i, arg := range args {
		if arg.IsNull() { // false would become true under a !
			return cty.NilVal, errNull(i)
		}
		s, err := convert.Convert(arg, cty.String)
		if err != nil {
			return cty.NilVal, function.NewArgErrorf(i, "a text is needed, not a %s", arg.Type().FriendlyName())
		}
		if unknown = unknown || !s.IsKnown(); s.IsKnown() {
			texts[i] = s.AsString()
		}
	}
	if unknown {
		return cty.UnknownVal(cty.Bool), nil
	}
	result, err := test(texts)
	return cty.BoolVal(result), err
}

// closure evaluates its argument itself, and lives with its failure.
func closure(impl func(args []cty.Value) (cty.Value, error), single bool) function.Function {
	p := function.Parameter{Name: "expression", Type: customdecode.ExpressionClosureType}
	spec := &function.Spec{
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return impl(args) },
	}
	if single {
		spec.Params = []function.Parameter{p}
	} else {
		spec.VarParam = &p
	}
	return function.New(spec)
}

// try is the value of its first argument that can be evaluated.
var try = closure(func(args []cty.Value) (cty.Value, error) {
	for _, arg := range args {
		if v, diags := customdecode.ExpressionClosureFromVal(arg).Value(); !diags.HasErrors() {
			return v, nil
		}
	}
	return cty.NilVal, function.NewArgErrorf(0, "none of the arguments can be evaluated")
}, false)

// can tells whether its argument can be evaluated.
var can = closure(func(args []cty.Value) (cty.Value, error) {
	_, diags := customdecode.ExpressionClosureFromVal(args[0]).Value()
	return cty.BoolVal(!diags.HasErrors()), nil
}, true)
