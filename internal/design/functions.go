package design

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/system"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

var intType = reflect.TypeFor[int]()

// Function is a function that blueprints may call.
type Function struct {
	Name   string
	Doc    string // what it gives, with the formula
	Source string // of the formula or the facts, "" where there is nothing to cite
	impl   function.Function
	// structural functions move values about without looking inside texts, so
	// they may be given promises.
	structural bool
}

// Signature is how a call is written: "storage(now_gib, growth_gib_per_month, months)".
// Three dots follow what may be left out or repeated.
func (f Function) Signature() string {
	var params []string
	for _, p := range f.impl.Params() {
		params = append(params, p.Name)
	}
	if p := f.impl.VarParam(); p != nil {
		params = append(params, p.Name+"...")
	}
	return f.Name + "(" + strings.Join(params, ", ") + ")"
}

// Functions are all functions of blueprints, by name. They are pure: no files,
// no clock, no chance.
var Functions = slices.SortedFunc(slices.Values(slices.Concat(general, sizingFunctions)),
	func(a, b Function) int { return strings.Compare(a.Name, b.Name) })

var general = []Function{
	{"abs", "the absolute value of a number", "", stdlib.AbsoluteFunc, false},
	{"alltrue", "whether all elements of a list are true; true for an empty list", "", allTrue, false},
	{"anytrue", "whether an element of a list is true; false for an empty list", "", anyTrue, false},
	{"ceil", "the next whole number at or above a number", "", stdlib.CeilFunc, false},
	{"coalesce", "the first argument that is not null", "", stdlib.CoalesceFunc, true},
	{"compact", "a list of texts without the empty ones", "", stdlib.CompactFunc, false},
	{"concat", "lists one after the other", "", stdlib.ConcatFunc, true},
	{"contains", "whether a list holds a value", "", stdlib.ContainsFunc, false},
	{"counted", "a number of things: 1 task, 3 tasks, 2 copies", "", counted, false},
	{"distinct", "a list without repetitions", "", stdlib.DistinctFunc, false},
	{"duration", "seconds as a text, rounded up: 300 is 5m, 1296 is 21m36s", "", durationText, false},
	{"element", "the element of a list at a position, counting round", "", stdlib.ElementFunc, true},
	{"flatten", "a list of lists as one list", "", stdlib.FlattenFunc, true},
	{"floor", "the next whole number at or below a number", "", stdlib.FloorFunc, false},
	{"format", "a text with values put in, as in C", "", stdlib.FormatFunc, true},
	{"index", "the position of a value in a list", "", indexOf, false},
	{"join", "texts of a list with a separator between them", "", stdlib.JoinFunc, true},
	{"jsonencode", "a value as JSON", "", stdlib.JSONEncodeFunc, false},
	{"keys", "the keys of a map, sorted", "", stdlib.KeysFunc, true},
	{"length", "how many elements a list, map or object has", "", lengthOf, true},
	{"log", "the logarithm of a number to a base", "", stdlib.LogFunc, false},
	{"lookup", "the value of a map for a key, or a default", "", stdlib.LookupFunc, true},
	{"lower", "a text in lower case", "", stdlib.LowerFunc, false},
	{"max", "the greatest number", "", stdlib.MaxFunc, false},
	{"merge", "maps in one; later ones win", "", stdlib.MergeFunc, true},
	{"min", "the least number", "", stdlib.MinFunc, false},
	{"parseint", "the whole number a text writes in a base", "", stdlib.ParseIntFunc, false},
	{"pow", "a number to a power", "", stdlib.PowFunc, false},
	{"range", "a list of numbers", "", stdlib.RangeFunc, false},
	{"regex", "what a regular expression finds in a text", "", stdlib.RegexFunc, false},
	{"replace", "a text with parts replaced", "", stdlib.ReplaceFunc, false},
	{"reverse", "a list from its end", "", stdlib.ReverseListFunc, true},
	{"round", "the nearest whole number", "", roundNumber, false},
	{"signum", "the sign of a number", "", stdlib.SignumFunc, false},
	{"size", "GiB as a text, rounded up to three digits: 2048 is 2 TiB", "", sizeText, false},
	{"slice", "a part of a list", "", stdlib.SliceFunc, true},
	{"sort", "texts in order", "", stdlib.SortFunc, false},
	{"split", "the parts of a text between separators", "", stdlib.SplitFunc, false},
	{"strlen", "how many characters a text has", "", stdlib.StrlenFunc, false},
	{"substr", "a part of a text", "", stdlib.SubstrFunc, false},
	{"sum", "the sum of a list of numbers; 0 for an empty list", "", sumOf, false},
	{"title", "a text with capital initials", "", stdlib.TitleFunc, false},
	{"tobool", "a value as true or false", "", stdlib.MakeToFunc(cty.Bool), false},
	{"tonumber", "a value as a number", "", stdlib.MakeToFunc(cty.Number), false},
	{"tostring", "a value as a text", "", stdlib.MakeToFunc(cty.String), false},
	{"trimprefix", "a text without a beginning", "", stdlib.TrimPrefixFunc, false},
	{"trimspace", "a text without blanks around it", "", stdlib.TrimSpaceFunc, false},
	{"trimsuffix", "a text without an end", "", stdlib.TrimSuffixFunc, false},
	{"upper", "a text in upper case", "", stdlib.UpperFunc, false},
	{"values", "the values of a map, in the order of its keys", "", stdlib.ValuesFunc, true},
	{"zipmap", "a map of a list of keys and a list of values", "", stdlib.ZipmapFunc, true},
}

var functions = func() map[string]function.Function {
	table := map[string]function.Function{}
	for _, f := range Functions {
		if f.structural {
			table[f.Name] = f.impl
		} else {
			table[f.Name] = guarded(f.Name, f.impl)
		}
	}
	return table
}()

var functionNames = slices.Sorted(maps.Keys(functions))

// guarded refuses promises as arguments of a function that would look at the
// stand-in instead of the value that is known after deployment.
func guarded(name string, f function.Function) function.Function {
	// The parameters stay the function's own: HCL converts arguments to them.
	spec := &function.Spec{Params: f.Params(), VarParam: f.VarParam()}
	check := func(args []cty.Value) error {
		for i, arg := range args {
			if holdsPromise(arg) {
				return function.NewArgErrorf(i, "an output of a component is known only after deployment; it can be passed on, put into a list, a map or a text, but not be given to %s", name)
			}
		}
		return nil
	}
	spec.Type = func(args []cty.Value) (cty.Type, error) {
		if err := check(args); err != nil {
			return cty.DynamicPseudoType, err
		}
		return f.ReturnTypeForValues(args)
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) }
	return function.New(spec)
}

func listOf(element cty.Type, impl func(elements []cty.Value) (cty.Value, error), result cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(element)}},
		Type:   function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var elements []cty.Value
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				if !v.IsKnown() { // HCL tries the condition of a for with an unknown element first
					return cty.UnknownVal(result), nil
				}
				if v.IsNull() {
					return cty.NilVal, function.NewArgErrorf(0, "the list holds null")
				}
				elements = append(elements, v)
			}
			return impl(elements)
		},
	})
}

var (
	allTrue = listOf(cty.Bool, func(elements []cty.Value) (cty.Value, error) {
		return cty.BoolVal(!slices.ContainsFunc(elements, cty.Value.False)), nil
	}, cty.Bool)
	anyTrue = listOf(cty.Bool, func(elements []cty.Value) (cty.Value, error) {
		return cty.BoolVal(slices.ContainsFunc(elements, cty.Value.True)), nil
	}, cty.Bool)
	sumOf = listOf(cty.Number, func(elements []cty.Value) (cty.Value, error) {
		sum := cty.Zero
		for _, e := range elements {
			sum = sum.Add(e)
		}
		return sum, nil
	}, cty.Number)
)

// lengthOf counts the attributes of objects too: a for expression in braces is one.
var lengthOf = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "collection", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].CanIterateElements() {
			return cty.NilVal, function.NewArgErrorf(0, "a list, a map or an object is needed; strlen counts the characters of a text")
		}
		return cty.NumberIntVal(int64(args[0].LengthInt())), nil
	},
})

var indexOf = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "list", Type: cty.DynamicPseudoType},
		{Name: "value", Type: cty.DynamicPseudoType},
	},
	Type: function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].CanIterateElements() {
			return cty.NilVal, function.NewArgErrorf(0, "a list is needed")
		}
		position := 0
		for it := args[0].ElementIterator(); it.Next(); position++ {
			_, v := it.Element()
			if wanted, err := convert.Convert(args[1], v.Type()); err == nil && v.RawEquals(wanted) {
				return cty.NumberIntVal(int64(position)), nil
			}
		}
		return cty.NilVal, function.NewArgErrorf(1, "the list does not hold it")
	},
})

func numberFunction(result cty.Type, impl func(float64) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "number", Type: cty.Number}},
		Type:   function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			n, _ := args[0].AsBigFloat().Float64()
			return impl(n)
		},
	})
}

var (
	durationText = numberFunction(cty.String, func(n float64) (cty.Value, error) {
		return cty.StringVal(readableDuration(n)), nil
	})
	sizeText = numberFunction(cty.String, func(n float64) (cty.Value, error) {
		return cty.StringVal(system.FormatSize(upwards(n))), nil
	})
	roundNumber = numberFunction(cty.Number, func(n float64) (cty.Value, error) {
		return cty.NumberFloatVal(math.Round(n)), nil
	})
)
