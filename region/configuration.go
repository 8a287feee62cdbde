package region

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// configure gives a provider the settings (aws:profile, aws:assumeRole,
// aws:defaultTags, …) that the stack's configuration has for its own: Pulumi
// gives them to no other, and its resources would be made by somebody else,
// without the tags that everything else has.
func configure(ctx *pulumi.Context, args *aws.ProviderArgs) error {
	return fillInputs(reflect.ValueOf(args).Elem(), "aws:", func(name string) string {
		text, _ := ctx.GetConfig("aws:" + name)
		return text
	})
}

// fillInputs sets the fields of a struct of inputs, as far as there is a text for them.
func fillInputs(into reflect.Value, prefix string, text func(name string) string) error {
	for i := range into.NumField() {
		field := into.Type().Field(i)
		name := strings.ToLower(field.Name[:1]) + field.Name[1:]
		value := text(name)
		if value == "" {
			continue
		}
		input, err := inputOf(field.Type, prefix+name, value)
		if err != nil {
			return fmt.Errorf("reading the configuration %s%s: %w", prefix, name, err)
		}
		into.Field(i).Set(reflect.ValueOf(input))
	}
	return nil
}

func inputOf(kind reflect.Type, path, value string) (any, error) {
	switch kind {
	case reflect.TypeFor[pulumi.StringPtrInput]():
		return pulumi.String(value), nil
	case reflect.TypeFor[pulumi.BoolPtrInput]():
		b, err := strconv.ParseBool(value)
		return pulumi.Bool(b), err
	case reflect.TypeFor[pulumi.IntPtrInput]():
		n, err := strconv.Atoi(value)
		return pulumi.Int(n), err
	case reflect.TypeFor[pulumi.StringArrayInput]():
		var list []string
		err := json.Unmarshal([]byte(value), &list)
		return pulumi.ToStringArray(list), err
	case reflect.TypeFor[pulumi.StringMapInput]():
		var texts map[string]string
		err := json.Unmarshal([]byte(value), &texts)
		return pulumi.ToStringMap(texts), err
	case reflect.TypeFor[aws.ProviderAssumeRolePtrInput]():
		return objectOf[aws.ProviderAssumeRoleArgs](path, value)
	case reflect.TypeFor[aws.ProviderAssumeRoleWithWebIdentityPtrInput]():
		return objectOf[aws.ProviderAssumeRoleWithWebIdentityArgs](path, value)
	case reflect.TypeFor[aws.ProviderDefaultTagsPtrInput]():
		return objectOf[aws.ProviderDefaultTagsArgs](path, value)
	case reflect.TypeFor[aws.ProviderIgnoreTagsPtrInput]():
		return objectOf[aws.ProviderIgnoreTagsArgs](path, value)
	case reflect.TypeFor[aws.ProviderEndpointArrayInput]():
		var list []json.RawMessage
		if err := json.Unmarshal([]byte(value), &list); err != nil {
			return nil, err
		}
		endpoints := aws.ProviderEndpointArray{}
		for _, item := range list {
			endpoint, err := objectOf[aws.ProviderEndpointArgs](path, string(item))
			if err != nil {
				return nil, err
			}
			endpoints = append(endpoints, endpoint)
		}
		return endpoints, nil
	}
	return nil, fmt.Errorf("settings of type %s cannot be handed on", kind)
}

func objectOf[A any](path, value string) (A, error) {
	var object A
	var properties map[string]json.RawMessage
	if err := json.Unmarshal([]byte(value), &properties); err != nil {
		return object, err
	}
	err := fillInputs(reflect.ValueOf(&object).Elem(), path+".", func(name string) string {
		var text string
		if err := json.Unmarshal(properties[name], &text); err == nil {
			return text
		}
		return string(properties[name])
	})
	return object, err
}
