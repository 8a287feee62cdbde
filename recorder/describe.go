package recorder

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// describe turns a registration into a Resource, without outputs.
func (m *monitor) describe(
	urn string, in *pulumirpc.RegisterResourceRequest, inputs resource.PropertyMap,
) *Resource {
	res := &Resource{
		URN: urn, Type: in.GetType(), Name: in.GetName(), Parent: in.GetParent(), Custom: in.GetCustom(),
		Dependencies:         slices.Sorted(slices.Values(in.GetDependencies())),
		PropertyDependencies: map[string][]string{},
		Protect:              in.GetProtect(), RetainOnDelete: in.GetRetainOnDelete(),
		DeleteBeforeReplace: in.GetDeleteBeforeReplace(), DeletedWith: in.GetDeletedWith(),
		IgnoreChanges: in.GetIgnoreChanges(), ReplaceOnChanges: in.GetReplaceOnChanges(),
		AdditionalSecretOutputs: in.GetAdditionalSecretOutputs(), Aliases: m.aliases(in),
		Provider: in.GetProvider(), Providers: in.GetProviders(), Import: in.GetImportId(), Version: in.GetVersion(),
		Source: source(in.GetSourcePosition()),
	}
	if t := in.GetCustomTimeouts(); t != nil {
		res.CustomTimeouts = Timeouts{
			Create: t.GetCreate(), Read: t.GetRead(), Update: t.GetUpdate(), Delete: t.GetDelete(),
		}
	}
	for property, deps := range in.GetPropertyDependencies() {
		if len(deps.GetUrns()) > 0 {
			res.PropertyDependencies[property] = slices.Sorted(slices.Values(deps.GetUrns()))
		}
	}
	res.Inputs = plainMap(inputs, "", func(path string) { res.Secrets = append(res.Secrets, path) })
	return res
}

// aliases writes each alias as the URN it stands for. What an alias does not say is as it is now.
func (m *monitor) aliases(in *pulumirpc.RegisterResourceRequest) []string {
	urns := slices.Clone(in.GetAliasURNs())
	for _, alias := range in.GetAliases() {
		spec := alias.GetSpec()
		if spec == nil {
			urns = append(urns, alias.GetUrn())
			continue
		}
		parent := in.GetParent()
		switch p := spec.GetParent().(type) {
		case *pulumirpc.Alias_Spec_ParentUrn:
			parent = p.ParentUrn
		case *pulumirpc.Alias_Spec_NoParent:
			if p.NoParent {
				parent = ""
			}
		}
		urns = append(urns, urn(
			cmp.Or(spec.GetProject(), m.options.project), cmp.Or(spec.GetStack(), m.options.stack), parent,
			cmp.Or(spec.GetType(), in.GetType()), cmp.Or(spec.GetName(), in.GetName())))
	}
	return urns
}

// urn names a resource as the engine does: the types of its parents are a part of it.
func urn(project, stack, parent, typ, name string) string {
	var parentType tokens.Type
	if p := resource.URN(parent); parent != "" && p.QualifiedType() != resource.RootStackType {
		parentType = p.QualifiedType()
	}
	return string(resource.NewURN(
		tokens.QName(stack), tokens.PackageName(project), parentType, tokens.Type(typ), name))
}

// source writes a position as file:line. For a component registered without a constructor the SDK
// looks one frame too far and finds this package; that is no answer.
func source(position *pulumirpc.SourcePosition) string {
	file, err := url.PathUnescape(strings.TrimPrefix(position.GetUri(), "file://"))
	if position == nil || err != nil || strings.HasSuffix(file, "/recorder/run.go") {
		return ""
	}
	return fmt.Sprintf("%s:%d", file, position.GetLine())
}

func properties(object *structpb.Struct) (resource.PropertyMap, error) {
	return plugin.UnmarshalProperties(object, marshalOptions)
}

func marshal(object resource.PropertyMap) (*structpb.Struct, error) {
	return plugin.MarshalProperties(object, marshalOptions)
}

var marshalOptions = plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true, KeepResources: true}
