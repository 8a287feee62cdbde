package network

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createRest makes a REST API: a tree of resources for the paths, a method and an
// integration for each route, and a deployment, which is a snapshot of them all.
func (b *gatewayBuilder) createRest() error {
	args := &apigateway.RestApiArgs{
		Description:               pulumi.String("API " + b.Name),
		EndpointConfiguration:     apigateway.RestApiEndpointConfigurationArgs{Types: pulumi.String("REGIONAL")},
		DisableExecuteApiEndpoint: pulumi.Bool(b.args.DomainName != ""),
		Tags:                      b.Tags(""),
	}
	api, err := apigateway.NewRestApi(b.Ctx, b.Child("api"), args, convention.With(b.Scope, b.args.Transform.RestApi, args))
	if err != nil {
		return fmt.Errorf("creating the API: %w", err)
	}
	b.apiId, b.apiName, b.executionArn = api.ID().ToStringOutput(), api.Name, api.ExecutionArn
	b.stageName = pulumi.String(restStage).ToStringOutput()
	b.restResources = map[string]pulumi.StringInput{"": api.RootResourceId}
	if err := b.createPoolAuthorizer(); err != nil {
		return err
	}
	if err := b.createRestLink(); err != nil {
		return err
	}
	for _, route := range b.routes {
		if err := b.createMethod(route); err != nil {
			return fmt.Errorf("creating the route %s: %w", route.text, err)
		}
	}
	return b.createRestStage()
}

func (b *gatewayBuilder) createPoolAuthorizer() error {
	if b.authorization != authorizeJwt {
		return nil
	}
	args := &apigateway.AuthorizerArgs{
		RestApi: b.apiId, Type: pulumi.String("COGNITO_USER_POOLS"), ProviderArns: b.args.UserPoolArns,
		IdentitySource: pulumi.String("method.request.header.Authorization"),
	}
	authorizer, err := apigateway.NewAuthorizer(b.Ctx, b.Child("tokens"), args, convention.With(b.Scope, b.args.Transform.RestAuthorizer, args))
	if err != nil {
		return fmt.Errorf("creating the authorizer: %w", err)
	}
	b.authorizerId = authorizer.ID().ToStringOutput().ToStringPtrOutput()
	return nil
}

func (b *gatewayBuilder) createRestLink() error {
	if len(b.args.ServiceRoutes) == 0 {
		return nil
	}
	args := &apigateway.VpcLinkArgs{TargetArn: b.args.NetworkLoadBalancerArn.ToStringPtrOutput().Elem(), Tags: b.Tags("")}
	link, err := apigateway.NewVpcLink(b.Ctx, b.Child("link"), args, convention.With(b.Scope, b.args.Transform.RestVpcLink, args))
	if err != nil {
		return fmt.Errorf("creating the VPC link: %w", err)
	}
	b.linkId = link.ID().ToStringOutput().ToStringPtrOutput()
	return nil
}

// resource is the ID of the resource for a path, which it makes with all above it.
func (b *gatewayBuilder) resource(parts []string) (pulumi.StringInput, error) {
	path := strings.Join(parts, "/")
	if made, known := b.restResources[path]; known {
		return made, nil
	}
	parent, err := b.resource(parts[:len(parts)-1])
	if err != nil {
		return nil, err
	}
	args := &apigateway.ResourceArgs{RestApi: b.apiId, ParentId: parent, PathPart: pulumi.String(parts[len(parts)-1])}
	made, err := apigateway.NewResource(b.Ctx, b.Child("/"+path), args, convention.With(b.Scope, b.args.Transform.RestResource, args))
	if err != nil {
		return nil, err
	}
	b.restResources[path] = made.ID().ToStringOutput()
	return b.restResources[path], nil
}

func (b *gatewayBuilder) createMethod(route gatewayRoute) error {
	t := &b.args.Transform
	resource, err := b.resource(pathParts(route.path))
	if err != nil {
		return err
	}
	args := &apigateway.MethodArgs{
		RestApi: b.apiId, ResourceId: resource, HttpMethod: pulumi.String(route.method),
		Authorization: pulumi.String("NONE"), ApiKeyRequired: pulumi.Bool(len(b.args.Consumers) > 0 && !route.public),
	}
	switch {
	case route.public:
	case b.authorization == authorizeIam:
		args.Authorization = pulumi.String("AWS_IAM")
	case b.authorization == authorizeJwt:
		args.Authorization, args.AuthorizerId = pulumi.String("COGNITO_USER_POOLS"), b.authorizerId
		if len(b.args.JwtScopes) > 0 {
			args.AuthorizationScopes = pulumi.ToStringArray(b.args.JwtScopes)
		}
	}
	integration := &apigateway.IntegrationArgs{
		RestApi: b.apiId, ResourceId: resource, HttpMethod: pulumi.String(route.method), TimeoutMilliseconds: pulumi.Int(b.timeout),
	}
	if route.function != nil {
		integration.Type, integration.IntegrationHttpMethod = pulumi.String("AWS_PROXY"), pulumi.String("POST")
		integration.Uri = b.invokeUri(route.function).ToStringPtrOutput()
		if err := b.permit(route); err != nil {
			return err
		}
	} else {
		// The services get the path as it came; its variables have to be handed on by name.
		inPath, toPath := pulumi.BoolMap{}, pulumi.StringMap{}
		for _, name := range route.variables() {
			inPath["method.request.path."+name] = pulumi.Bool(true)
			toPath["integration.request.path."+name] = pulumi.String("method.request.path." + name)
		}
		if len(inPath) > 0 {
			args.RequestParameters, integration.RequestParameters = inPath, toPath
		}
		integration.Type, integration.IntegrationHttpMethod = pulumi.String("HTTP_PROXY"), pulumi.String(route.method)
		integration.ConnectionType, integration.ConnectionId = pulumi.String("VPC_LINK"), b.linkId
		integration.Uri = pulumi.Sprintf("https://%s%s", b.args.ServiceDomainName.ToStringPtrOutput().Elem(), strings.ReplaceAll(route.path, "+}", "}")).ToStringPtrOutput()
	}
	method, err := apigateway.NewMethod(b.Ctx, b.Child(route.text), args, convention.With(b.Scope, t.RestMethod, args))
	if err != nil {
		return err
	}
	made, err := apigateway.NewIntegration(b.Ctx, b.Child(route.text), integration, convention.With(b.Scope, t.RestIntegration, integration, pulumi.DependsOn([]pulumi.Resource{method})))
	if err != nil {
		return err
	}
	b.beforeDeployment = append(b.beforeDeployment, method, made)
	// All that was asked for, transforms included; not what came of it, which no preview knows.
	b.restDecisive = append(b.restDecisive, args, integration)
	return nil
}
