package recorder

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// Invoke answers a function call.
func (m *monitor) Invoke(
	ctx context.Context, in *pulumirpc.ResourceInvokeRequest,
) (*pulumirpc.ResourceInvokeResponse, error) {
	if in.GetTok() == "pulumi:pulumi:getResource" {
		return m.getResource(in)
	}
	if err := m.callbacks.transformInvoke(ctx, in); err != nil {
		m.problems.add(fmt.Errorf("function %s: %w", in.GetTok(), err))
	}
	answer, err := m.respond(in.GetTok(), in.GetProvider(), in.GetArgs())
	return &pulumirpc.ResourceInvokeResponse{Return: answer}, err
}

// Call answers a method of a resource as it answers a function. No AWS resource has one.
func (m *monitor) Call(_ context.Context, in *pulumirpc.ResourceCallRequest) (*pulumirpc.CallResponse, error) {
	answer, err := m.respond(in.GetTok(), in.GetProvider(), in.GetArgs())
	return &pulumirpc.CallResponse{Return: answer}, err
}

func (m *monitor) respond(token, provider string, in *structpb.Struct) (*structpb.Struct, error) {
	args, err := properties(in)
	if err != nil {
		return nil, fmt.Errorf("function %s: reading its arguments: %w", token, err)
	}
	answer, err := m.answer(token, provider, plainMap(args, "", func(string) {}))
	if err != nil {
		m.problems.add(err)
		return nil, err
	}
	out, err := marshal(resource.NewPropertyMapFromMap(answer))
	if err != nil {
		return nil, fmt.Errorf("function %s: writing its answer: %w", token, err)
	}
	return out, nil
}

func (m *monitor) answer(token, provider string, args map[string]any) (map[string]any, error) {
	if f := m.options.functions[token]; f != nil {
		answer, err := recovered(f, args)
		if err != nil {
			return nil, fmt.Errorf("function %s: %w", token, err)
		}
		return answer, nil
	}
	if token == "aws:iam/getPolicyDocument:getPolicyDocument" {
		return policyDocument(args)
	}
	listed, ok := aws().Functions[token]
	if !ok {
		return nil, fmt.Errorf("function %s has no answer: give one with recorder.Invoke(%q, func(args map[string]any) "+
			"(map[string]any, error) { … })", token, token)
	}
	identity, _ := json.Marshal(args) // the same question has the same answer
	p := newPlaceholders(m.regionOf(provider), token, string(identity), args)
	p.listing = listed
	answer := map[string]any{}
	for key, value := range args {
		answer[key] = value
	}
	for key, value := range listed {
		if given, isText := args[key].(string); !isText || given == "" {
			answer[key] = p.fill(value)
		}
	}
	return answer, nil
}

// recovered keeps a panic of a test's own answer from ending the whole test binary.
func recovered(f Function, args map[string]any) (answer map[string]any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("its answer panicked: %v", p)
		}
	}()
	return f(args)
}

// policyDocument answers iam.GetPolicyDocument as the provider does: by writing the JSON.
func policyDocument(args map[string]any) (map[string]any, error) {
	for _, key := range []string{"sourcePolicyDocuments", "overridePolicyDocuments"} {
		if len(list(args[key])) > 0 {
			return nil, fmt.Errorf("function aws:iam/getPolicyDocument:getPolicyDocument: %s are not merged here; "+
				"give an answer with recorder.Invoke", key)
		}
	}
	var statements []any
	for _, s := range list(args["statements"]) {
		in, _ := s.(map[string]any)
		out := map[string]any{"Effect": "Allow"}
		for key, element := range map[string]string{
			"sid": "Sid", "effect": "Effect", "actions": "Action", "notActions": "NotAction",
			"resources": "Resource", "notResources": "NotResource",
		} {
			if v := in[key]; v != nil && v != "" {
				out[element] = single(v)
			}
		}
		for key, element := range map[string]string{"principals": "Principal", "notPrincipals": "NotPrincipal"} {
			if principal := principals(in[key]); principal != nil {
				out[element] = principal
			}
		}
		conditions := map[string]any{}
		for _, c := range list(in["conditions"]) {
			condition, _ := c.(map[string]any)
			test := fmt.Sprint(condition["test"])
			if conditions[test] == nil {
				conditions[test] = map[string]any{}
			}
			conditions[test].(map[string]any)[fmt.Sprint(condition["variable"])] = single(condition["values"])
		}
		if len(conditions) > 0 {
			out["Condition"] = conditions
		}
		statements = append(statements, out)
	}
	version := args["version"]
	if version == nil {
		version = "2012-10-17"
	}
	document := map[string]any{"Version": version, "Statement": statements}
	minified, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	indented, err := json.MarshalIndent(document, "", "  ")
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"id": "1234567890", "json": string(indented), "minifiedJson": string(minified),
		"version": version, "statements": args["statements"],
	}, nil
}

func principals(v any) any {
	var object map[string]any
	for _, p := range list(v) {
		principal, _ := p.(map[string]any)
		kind := fmt.Sprint(principal["type"])
		if kind == "*" {
			return "*"
		}
		if object == nil {
			object = map[string]any{}
		}
		object[kind] = single(append(list(object[kind]), list(principal["identifiers"])...))
	}
	if object == nil {
		return nil
	}
	return object
}

// single writes a list of one as the one, as the provider does.
func single(v any) any {
	if members, ok := v.([]any); ok && len(members) == 1 {
		return members[0]
	}
	return v
}

// getResource is how the SDK asks for a resource it knows only by its URN.
func (m *monitor) getResource(in *pulumirpc.ResourceInvokeRequest) (*pulumirpc.ResourceInvokeResponse, error) {
	urn := in.GetArgs().GetFields()["urn"].GetStringValue()
	m.mu.Lock()
	res := m.resources[urn]
	m.mu.Unlock()
	if res == nil {
		return nil, fmt.Errorf("no resource has the URN %s", urn)
	}
	object, err := marshal(resource.PropertyMap{
		"urn": resource.NewPropertyValue(urn), "id": resource.NewPropertyValue(res.ID),
		"state": resource.NewPropertyValue(resource.NewPropertyMapFromMap(res.Outputs)),
	})
	if err != nil {
		return nil, err
	}
	return &pulumirpc.ResourceInvokeResponse{Return: object}, nil
}
