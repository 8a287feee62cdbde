package recorder

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/internals"
)

// An inspector awaits every output that the resources of a program hold, so that no failed ApplyT
// goes unseen: the SDK reports one only if something uses it, and of several only the first.
//
// It works after the run, when nothing writes to those structs any more. It cannot find an output
// that no resource, component or export holds: Go keeps no list of them.
type inspector struct {
	problems *problems
	failed   map[pulumi.Resource]bool // what was never registered
	reported []error
}

func (m *monitor) inspect(ctx context.Context, exports map[string]pulumi.Input) {
	all := m.types.all()
	in := &inspector{problems: m.problems, failed: map[pulumi.Resource]bool{}}
	for _, a := range all {
		// A URN is always known, unless the registration failed or was never begun.
		if urn, err := internals.UnsafeAwaitOutput(ctx, a.object.URN()); err != nil || !urn.Known {
			in.failed[a.object] = true
		}
	}
	// The inputs come first: they are the exact place of a failure that others only pass on.
	for _, a := range all {
		if in.failed[a.object] {
			in.value(ctx, label(a.typ, a.name), "", reflect.ValueOf(a.inputs), 0)
		}
	}
	for _, a := range all {
		if in.failed[a.object] {
			continue
		}
		_, custom := a.object.(pulumi.CustomResource)
		in.resource(ctx, a, !custom && !m.isRemote(label(a.typ, a.name)))
	}
	for _, name := range slices.Sorted(maps.Keys(exports)) {
		in.value(ctx, fmt.Sprintf("export %q", name), "", reflect.ValueOf(exports[name]), 0)
	}
}

// resource inspects the fields of a resource; of a component also whether they have been set.
func (in *inspector) resource(ctx context.Context, a announced, component bool) {
	v := reflect.Indirect(reflect.ValueOf(a.object))
	if v.Kind() != reflect.Struct {
		return
	}
	subject := label(a.typ, a.name)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() || f.Anonymous {
			continue
		}
		name := property(f)
		if component && name != "" && f.Type.Implements(outputType) && in.unset(ctx, a.object, v.Field(i)) {
			in.problems.at(subject, "", "output %q was never set", name)
			continue
		}
		if name == "" {
			name = f.Name
		}
		in.value(ctx, subject, name, v.Field(i), 0)
	}
}

// unset reports whether an output of a component is still the one it was registered with. The SDK
// fills each tagged field with an output that depends on the component itself and comes to nothing.
func (in *inspector) unset(ctx context.Context, component pulumi.Resource, field reflect.Value) bool {
	out, ok := field.Interface().(pulumi.Output)
	if !ok || field.IsZero() {
		return true
	}
	result, err := internals.UnsafeAwaitOutput(ctx, out)
	if err != nil || !slices.Contains(result.Dependencies, component) {
		return false
	}
	return result.Value == nil || reflect.ValueOf(result.Value).IsZero()
}

// value awaits the outputs in v, however deep.
func (in *inspector) value(ctx context.Context, subject, path string, v reflect.Value, depth int) {
	const deepest = 12
	for v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer {
		if v.IsNil() || v.Type().Implements(resourceType) {
			return
		}
		v = v.Elem()
	}
	if depth > deepest || !v.IsValid() || !v.CanInterface() || v.Type().Implements(resourceType) ||
		reflect.PointerTo(v.Type()).Implements(resourceType) {
		return
	}
	if v.Type().Implements(outputType) {
		if !v.IsZero() {
			in.await(ctx, subject, path, v.Interface().(pulumi.Output))
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				in.value(ctx, subject, below(path, inputName(v, f)), v.Field(i), depth+1)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			in.value(ctx, subject, element(path, i), v.Index(i), depth+1)
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, key := range keys {
			in.value(ctx, subject, below(path, fmt.Sprint(key)), v.MapIndex(key), depth+1)
		}
	}
}

func (in *inspector) await(ctx context.Context, subject, path string, out pulumi.Output) {
	result, err := internals.UnsafeAwaitOutput(ctx, out)
	if err == nil {
		return
	}
	// What failed because of a resource that failed is reported there.
	for _, dependency := range result.Dependencies {
		if in.failed[dependency] {
			return
		}
	}
	for _, known := range in.reported {
		if errors.Is(err, known) {
			return
		}
	}
	in.reported = append(in.reported, err)
	in.problems.at(subject, path, "%w", err)
}

// checkComponents wants each component to have registered its outputs.
func (m *monitor) checkComponents() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for urn, res := range m.resources {
		if !res.Custom && !m.remote[res.String()] && !m.finished[urn] && res.Type != stackType {
			m.problems.at(res.String(), "", "%w", errNoOutputs)
		}
	}
}

// inputName returns the name of a property in typed arguments. Those of Pulumi's packages have the
// name only in the plain struct behind them.
func inputName(args reflect.Value, f reflect.StructField) string {
	if name := property(f); name != "" {
		return name
	}
	if input, ok := args.Interface().(pulumi.Input); ok {
		if behind := structOf(input.ElementType()); behind != nil {
			if same, ok := behind.FieldByName(f.Name); ok && property(same) != "" {
				return property(same)
			}
		}
	}
	return f.Name
}
