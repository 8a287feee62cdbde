package recorder

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A typeTable knows the Go types behind the resources of one run. Pulumi's Go packages carry no
// schema, but their structs say nearly as much: the names and kinds of all properties, and which of
// the single values are required.
type typeTable struct {
	mu        sync.Mutex
	types     map[string]goTypes // by type token
	announced []announced
}

// goTypes are what the structs of one resource type say; nil when they have not been seen.
type goTypes struct {
	inputs  []field
	outputs []field
	input   map[string]bool // names of the inputs
}

// announced is a resource the program began to register: its inputs may not be known yet, or never.
type announced struct {
	typ, name string
	object    pulumi.Resource
	inputs    pulumi.Input
}

func newTypeTable() *typeTable { return &typeTable{types: map[string]goTypes{}} }

// observe is a stack transformation that changes nothing: a look at each resource before it is sent.
func (t *typeTable) observe(in *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.announced = append(t.announced, announced{typ: in.Type, name: in.Name, object: in.Resource, inputs: in.Props})
	known := t.types[in.Type]
	if known.outputs == nil {
		if object := structOf(reflect.TypeOf(in.Resource)); object != nil {
			known.outputs = outputsOf(object)
		}
	}
	if known.inputs == nil {
		if args := argsOf(in.Props); args != nil {
			known.inputs, known.input = fieldsOf(args), map[string]bool{}
			for _, f := range known.inputs {
				known.input[f.name] = true
			}
		}
	}
	t.types[in.Type] = known
	return nil
}

func (t *typeTable) of(token string) goTypes {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.types[token]
}

func (t *typeTable) all() []announced {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.announced)
}

// argsOf returns the plain struct behind typed arguments: queueArgs, whose fields are string and
// *string where those of QueueArgs are StringInput and StringPtrInput.
func argsOf(props pulumi.Input) reflect.Type {
	if props == nil || structOf(reflect.TypeOf(props)) == nil {
		return nil
	}
	// ElementType is declared on the value; a nil pointer to arguments cannot answer.
	if v := reflect.ValueOf(props); v.Kind() == reflect.Pointer && v.IsNil() {
		props = reflect.New(v.Type().Elem()).Interface().(pulumi.Input)
	}
	args := structOf(props.ElementType())
	// The struct behind sqs.GetQueue is the state of a queue, in which everything is optional.
	if args != nil && strings.HasSuffix(args.Name(), "State") {
		return nil
	}
	return args
}

// structOf returns the struct type t is or points to, or nil.
func structOf(t reflect.Type) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

// A field is a property of a plain struct or of a resource.
type field struct {
	name string
	typ  reflect.Type // plain
}

// fieldsOf lists the properties of a plain struct.
func fieldsOf(t reflect.Type) []field {
	fields := []field{}
	for i := range t.NumField() {
		if name := property(t.Field(i)); name != "" {
			fields = append(fields, field{name: name, typ: t.Field(i).Type})
		}
	}
	return fields
}

// outputsOf lists the properties of a resource.
func outputsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if name := property(f); name != "" && f.Type.Implements(outputType) && f.Type.Kind() == reflect.Struct {
			fields = append(fields, field{name: name, typ: reflect.Zero(f.Type).Interface().(pulumi.Output).ElementType()})
		}
	}
	return fields
}

// property returns the name a struct field has for Pulumi, or "". What follows a comma is for others.
func property(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("pulumi"), ",")
	return name
}

var (
	outputType   = reflect.TypeFor[pulumi.Output]()
	resourceType = reflect.TypeFor[pulumi.Resource]()
)

// required reports whether a property of this plain type must be given. Pulumi's packages write an
// optional value as a pointer; whether a list or a map is optional cannot be seen.
func required(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	}
	return true
}
