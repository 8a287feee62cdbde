package convention

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Scope is one construction of a component: its identity, its preset, the
// problems found in its arguments, and, once it is registered, the parent of
// its children.
type Scope struct {
	Ctx    *pulumi.Context
	Token  string
	Name   string
	Preset Preset

	tags     pulumi.StringMapInput
	alarms   pulumi.StringPtrInput
	problems []error
	self     pulumi.ComponentResource
}

// Open starts the construction of the component with a type token such as
// "scaffold:queue:Queue". An unknown preset is a problem like any other.
func Open(ctx *pulumi.Context, token, name, preset string) *Scope {
	s := &Scope{Ctx: ctx, Token: token, Name: name, Preset: Production}
	switch Preset(preset) {
	case "", Production:
	case Sandbox:
		s.Preset = Sandbox
	default:
		s.Refuse("preset", "%q is not a preset; use %q or %q", preset, Sandbox, Production)
	}
	return s
}

// Tagged gives all children that take tags these tags, beside their own.
func (s *Scope) Tagged(tags pulumi.StringMapInput) *Scope {
	s.tags = tags
	return s
}

// Alarmed names the topic that the component's alarms fire at. Without a topic
// the component has no alarms.
func (s *Scope) Alarmed(topicArn pulumi.StringPtrInput) *Scope {
	s.alarms = topicArn
	return s
}

// Refuse notes that an argument is wrong: which, why, and what would be right.
func (s *Scope) Refuse(argument, format string, values ...any) {
	s.problems = append(s.problems, fmt.Errorf("%s %q: %s: %s", s.Token, s.Name, argument, fmt.Sprintf(format, values...)))
}

// Require refuses an argument that must be given and is not.
func (s *Scope) Require(argument string, value any, why string) {
	v := reflect.ValueOf(value)
	if !v.IsValid() || v.IsZero() || (v.Kind() == reflect.Slice && v.Len() == 0) {
		s.Refuse(argument, "is required: %s", why)
	}
}

// Between refuses a number outside low..high.
func (s *Scope) Between(argument string, value, low, high int, source string) {
	if value < low || value > high {
		s.Refuse(argument, "%d is out of range; use %d to %d (%s)", value, low, high, source)
	}
}

// OneOf refuses a text that is not among the allowed ones.
func (s *Scope) OneOf(argument, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		s.Refuse(argument, "%q is not possible; use one of %s", value, strings.Join(allowed, ", "))
	}
}

// Register ends the checks and registers the component with its inputs, which
// it reads from the `pulumi` tags of args. All problems are returned at once
// and nothing is registered then.
func (s *Scope) Register(self pulumi.ComponentResource, args any, opts ...pulumi.ResourceOption) error {
	if err := errors.Join(s.problems...); err != nil {
		return err
	}
	if err := s.Ctx.RegisterComponentResourceV2(s.Token, s.Name, properties(args), self, opts...); err != nil {
		return fmt.Errorf("registering %s %q: %w", s.Token, s.Name, err)
	}
	s.self = self
	return nil
}

// Done registers the outputs, which it reads from the `pulumi` tags of self.
func (s *Scope) Done() error {
	return s.Ctx.RegisterResourceOutputs(s.self, properties(s.self))
}

// Child is the name of a child: the component's name and the child's role.
func (s *Scope) Child(role string) string { return s.Name + "-" + role }

// Parent makes a resource a child of the component.
func (s *Scope) Parent() pulumi.ResourceOption { return pulumi.Parent(s.self) }

// Invoke makes a function call use the provider of the component.
func (s *Scope) Invoke() pulumi.InvokeOption { return pulumi.Parent(s.self) }

// Tags are the tags of a child: the component's own, and a Name where the
// console shows nothing better.
func (s *Scope) Tags(name string) pulumi.StringMapInput {
	if name == "" {
		return s.tags
	}
	if s.tags == nil {
		return pulumi.StringMap{"Name": pulumi.String(name)}
	}
	return s.tags.ToStringMapOutput().ApplyT(func(tags map[string]string) map[string]string {
		named := map[string]string{"Name": name}
		for k, v := range tags {
			named[k] = v
		}
		return named
	}).(pulumi.StringMapOutput)
}

// With applies the caller's transform to the arguments of one child and
// returns the child's options: parent first, then extra, then what the
// transform added. It is plain Go, so it runs under mocks too.
func With[A any](s *Scope, transform func(*A, *[]pulumi.ResourceOption), args *A, extra ...pulumi.ResourceOption) pulumi.ResourceOption {
	opts := append([]pulumi.ResourceOption{s.Parent()}, extra...)
	if transform != nil {
		transform(args, &opts)
	}
	return pulumi.Composite(opts...)
}

// properties collects the fields tagged `pulumi` that are set.
func properties(v any) pulumi.Map {
	value := reflect.ValueOf(v)
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return pulumi.Map{}
		}
		value = value.Elem()
	}
	props := pulumi.Map{}
	for i := range value.NumField() {
		tag, tagged := value.Type().Field(i).Tag.Lookup("pulumi")
		if !tagged || value.Field(i).IsZero() {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		switch field := value.Field(i).Interface().(type) {
		case pulumi.Input:
			props[name] = field
		case []pulumi.StringInput:
			// As soon as one of its values is known, the SDK takes only this for a list of inputs.
			props[name] = pulumi.StringArray(field)
		default:
			props[name] = pulumi.Any(field)
		}
	}
	return props
}
