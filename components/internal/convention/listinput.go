package convention

import (
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Listed is args for Register, with each []pulumi.StringInput as the
// pulumi.StringArray it stands for: as soon as one of its values is known, the SDK
// takes only the latter for a list of inputs.
func Listed(args any) any {
	from := reflect.Indirect(reflect.ValueOf(args))
	var fields []reflect.StructField
	var values []reflect.Value
	for i := range from.NumField() {
		field, value := from.Type().Field(i), from.Field(i)
		if _, tagged := field.Tag.Lookup("pulumi"); !tagged {
			continue
		}
		if list, ok := value.Interface().([]pulumi.StringInput); ok {
			value = reflect.ValueOf(pulumi.StringArray(list))
		}
		fields = append(fields, reflect.StructField{Name: field.Name, Type: value.Type(), Tag: field.Tag})
		values = append(values, value)
	}
	to := reflect.New(reflect.StructOf(fields)).Elem()
	for i, value := range values {
		to.Field(i).Set(value)
	}
	return to.Interface()
}
