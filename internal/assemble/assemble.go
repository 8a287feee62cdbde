// Package assemble registers a design's components directly on a Pulumi
// context. It is the second back end beside package generate: a program that
// generate writes and assemble on the same design register the same resources.
package assemble

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/region"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Deploy registers all instances of a design and exports its outputs. It stops
// at the first component that refuses its arguments.
func Deploy(ctx *pulumi.Context, d *design.Design) error {
	a := assembler{made: map[*design.Instance]reflect.Value{}, regions: map[string]pulumi.ResourceOption{}}
	if err := a.findRegions(ctx, d); err != nil {
		return err
	}
	for _, i := range d.Instances {
		component, err := a.construct(ctx, i)
		if err != nil {
			return err
		}
		a.made[i] = component
	}
	for _, o := range d.Outputs {
		ctx.Export(o.Name, a.input(o.Value))
	}
	return nil
}

type assembler struct {
	made    map[*design.Instance]reflect.Value // pointers to components
	regions map[string]pulumi.ResourceOption   // the options that put components there
}

// findRegions asks for all regions before anything is made, so that what components
// have there themselves shares their providers.
func (a assembler) findRegions(ctx *pulumi.Context, d *design.Design) error {
	for _, i := range d.Instances {
		if i.Region == "" || a.regions[i.Region] != nil {
			continue
		}
		option, err := region.In(ctx, i.Region)
		if err != nil {
			return err
		}
		a.regions[i.Region] = option
	}
	return nil
}

// construct calls NewX(ctx, id, &XArgs{…}), in the region of the instance.
func (a assembler) construct(ctx *pulumi.Context, i *design.Instance) (reflect.Value, error) {
	constructor, known := constructors[i.Component.Token]
	if !known {
		return reflect.Value{}, fmt.Errorf("%s has no constructor; this is a bug in scaffold: go generate ./... mends it", i.Component.Token)
	}
	call := reflect.ValueOf(constructor)
	args := reflect.New(call.Type().In(2).Elem())
	fields := fieldsOf(args.Elem())
	for _, argument := range i.Args {
		field, known := fields[argument.Property.Name]
		if !known {
			return reflect.Value{}, fmt.Errorf("%s has no argument %s; this is a bug in scaffold: go generate ./... mends it", i.Component.Token, argument.Property.Name)
		}
		if err := a.set(field, argument.Value); err != nil {
			return reflect.Value{}, fmt.Errorf("argument %s of %s: %w", argument.Property.Name, i.ID, err)
		}
	}
	in := []reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(i.ID), args}
	if option := a.regions[i.Region]; option != nil {
		in = append(in, reflect.ValueOf(option))
	}
	results := call.Call(in)
	if err, failed := results[1].Interface().(error); failed {
		return reflect.Value{}, err
	}
	return results[0], nil
}

// fieldsOf are the fields of a struct by the names in their pulumi tags.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		if tag, tagged := v.Type().Field(i).Tag.Lookup("pulumi"); tagged {
			name, _, _ := strings.Cut(tag, ",")
			fields[name] = v.Field(i)
		}
	}
	return fields
}

// set gives a field a value: plain, pointer to plain, list of either, or input.
func (a assembler) set(field reflect.Value, v design.Value) error {
	switch {
	case field.Kind() == reflect.Pointer:
		field.Set(reflect.New(field.Type().Elem()))
		return a.set(field.Elem(), v)
	case field.Kind() == reflect.Slice:
		list, ok := v.(design.List)
		if !ok {
			return fmt.Errorf("a list is needed, this is %T", v)
		}
		field.Set(reflect.MakeSlice(field.Type(), len(list), len(list)))
		for i, element := range list {
			if err := a.set(field.Index(i), element); err != nil {
				return err
			}
		}
		return nil
	}
	value := reflect.ValueOf(v)
	if field.Kind() == reflect.Interface {
		value = reflect.ValueOf(a.input(v))
		if !value.Type().AssignableTo(field.Type()) {
			return fmt.Errorf("%s cannot be %s", value.Type(), field.Type())
		}
	} else if value.Kind() != field.Kind() && !(value.CanInt() && field.CanInt()) {
		return fmt.Errorf("%T cannot be %s", v, field.Type())
	} else {
		value = value.Convert(field.Type())
	}
	field.Set(value)
	return nil
}

// input is a value as an input of Pulumi.
func (a assembler) input(v design.Value) pulumi.Input {
	switch v := v.(type) {
	case design.Text:
		return pulumi.String(v)
	case design.Int:
		return pulumi.Int(v)
	case design.Number:
		return pulumi.Float64(v)
	case design.Bool:
		return pulumi.Bool(v)
	case design.Promise:
		return a.output(v)
	case design.Template:
		parts := make([]any, len(v))
		for i, part := range v {
			parts[i] = a.input(part)
		}
		return pulumi.Sprintf(strings.Repeat("%s", len(parts)), parts...)
	case design.List:
		list := pulumi.StringArray{}
		for _, element := range v {
			list = append(list, a.input(element).(pulumi.StringInput))
		}
		return list
	case design.Map:
		entries := pulumi.StringMap{}
		for _, entry := range v {
			entries[entry.Key] = a.input(entry.Value).(pulumi.StringInput)
		}
		return entries
	}
	panic(fmt.Sprintf("assemble: no input for %T", v))
}

// output is the field of a made component that holds a promised output.
func (a assembler) output(p design.Promise) pulumi.Input {
	return a.made[p.Instance].Elem().FieldByName(p.Output.GoName).Interface().(pulumi.Input)
}
