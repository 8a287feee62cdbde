package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createHttp makes an HTTP API. Its stage deploys each change by itself.
func (b *gatewayBuilder) createHttp() error {
	t := &b.args.Transform
	apiArgs := &apigatewayv2.ApiArgs{
		ProtocolType: pulumi.String("HTTP"), Description: pulumi.String("API " + b.Name),
		DisableExecuteApiEndpoint: pulumi.Bool(b.args.DomainName != ""),
		Tags:                      b.Tags(""),
	}
	if len(b.args.CorsOrigins) > 0 {
		apiArgs.CorsConfiguration = apigatewayv2.ApiCorsConfigurationArgs{
			AllowOrigins: pulumi.ToStringArray(b.args.CorsOrigins),
			AllowMethods: pulumi.ToStringArray([]string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}),
			AllowHeaders: pulumi.ToStringArray([]string{"authorization", "content-type"}),
			MaxAge:       pulumi.Int(3600),
		}
	}
	api, err := apigatewayv2.NewApi(b.Ctx, b.Child("api"), apiArgs, convention.With(b.Scope, t.HttpApi, apiArgs))
	if err != nil {
		return fmt.Errorf("creating the API: %w", err)
	}
	b.apiId, b.apiName, b.executionArn = api.ID().ToStringOutput(), api.Name, api.ExecutionArn
	stageArgs := &apigatewayv2.StageArgs{
		ApiId: b.apiId, Name: pulumi.String("$default"), AutoDeploy: pulumi.Bool(true),
		AccessLogSettings: apigatewayv2.StageAccessLogSettingsArgs{DestinationArn: b.logs.Arn, Format: accessLogFormat(httpKind)},
		DefaultRouteSettings: apigatewayv2.StageDefaultRouteSettingsArgs{
			ThrottlingRateLimit: pulumi.Float64(float64(b.rate)), ThrottlingBurstLimit: pulumi.Int(b.burst),
			DetailedMetricsEnabled: pulumi.Bool(true),
		},
		Tags: b.Tags(""),
	}
	stage, err := apigatewayv2.NewStage(b.Ctx, b.Child("stage"), stageArgs, convention.With(b.Scope, t.HttpStage, stageArgs))
	if err != nil {
		return fmt.Errorf("creating the stage: %w", err)
	}
	b.stage, b.stageName, b.stageArn, b.url = stage, stage.Name, stage.Arn, stage.InvokeUrl
	if err := b.createJwtAuthorizer(); err != nil {
		return err
	}
	services, err := b.createServiceIntegration()
	if err != nil {
		return err
	}
	for _, route := range b.routes {
		target := services
		if route.function != nil {
			if target, err = b.integrateFunction(route); err != nil {
				return err
			}
			if err := b.permit(route); err != nil {
				return err
			}
		}
		args := &apigatewayv2.RouteArgs{
			ApiId: b.apiId, RouteKey: pulumi.String(route.text), Target: pulumi.Sprintf("integrations/%s", target.ID()),
			AuthorizationType: pulumi.String("NONE"),
		}
		switch {
		case route.public:
		case b.authorization == authorizeIam:
			args.AuthorizationType = pulumi.String("AWS_IAM")
		case b.authorization == authorizeJwt:
			args.AuthorizationType, args.AuthorizerId = pulumi.String("JWT"), b.authorizerId
			if len(b.args.JwtScopes) > 0 {
				args.AuthorizationScopes = pulumi.ToStringArray(b.args.JwtScopes)
			}
		}
		if _, err := apigatewayv2.NewRoute(b.Ctx, b.Child(route.text), args, convention.With(b.Scope, t.HttpRoute, args, pulumi.DependsOn(b.beforeUse))); err != nil {
			return fmt.Errorf("creating the route %s: %w", route.text, err)
		}
	}
	return nil
}

func (b *gatewayBuilder) createJwtAuthorizer() error {
	if b.authorization != authorizeJwt {
		return nil
	}
	args := &apigatewayv2.AuthorizerArgs{
		ApiId: b.apiId, AuthorizerType: pulumi.String("JWT"), IdentitySources: pulumi.ToStringArray([]string{"$request.header.Authorization"}),
		JwtConfiguration: apigatewayv2.AuthorizerJwtConfigurationArgs{Issuer: b.args.JwtIssuer, Audiences: b.args.JwtAudiences},
	}
	authorizer, err := apigatewayv2.NewAuthorizer(b.Ctx, b.Child("tokens"), args, convention.With(b.Scope, b.args.Transform.HttpAuthorizer, args))
	if err != nil {
		return fmt.Errorf("creating the authorizer: %w", err)
	}
	b.authorizerId = authorizer.ID().ToStringOutput().ToStringPtrOutput()
	return nil
}

func (b *gatewayBuilder) integrateFunction(route gatewayRoute) (*apigatewayv2.Integration, error) {
	args := &apigatewayv2.IntegrationArgs{
		ApiId: b.apiId, IntegrationType: pulumi.String("AWS_PROXY"), IntegrationMethod: pulumi.String("POST"),
		IntegrationUri: b.invokeUri(route.function).ToStringPtrOutput(), PayloadFormatVersion: pulumi.String("2.0"),
		TimeoutMilliseconds: pulumi.Int(b.timeout),
	}
	made, err := apigatewayv2.NewIntegration(b.Ctx, b.Child(route.text), args, convention.With(b.Scope, b.args.Transform.HttpIntegration, args))
	if err != nil {
		return nil, fmt.Errorf("leading %s to its function: %w", route.text, err)
	}
	return made, nil
}

// createServiceIntegration makes the way into the VPC: a link that may reach the load
// balancer on 443, and nothing else.
func (b *gatewayBuilder) createServiceIntegration() (*apigatewayv2.Integration, error) {
	if len(b.args.ServiceRoutes) == 0 {
		return nil, nil
	}
	t := &b.args.Transform
	groupArgs := &ec2.SecurityGroupArgs{VpcId: b.args.VpcId, Description: pulumi.String("VPC link of " + b.Name), Tags: b.Tags(b.Child("link"))}
	group, err := ec2.NewSecurityGroup(b.Ctx, b.Child("link"), groupArgs, convention.With(b.Scope, t.SecurityGroup, groupArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the security group of the VPC link: %w", err)
	}
	balancer := b.args.ListenerSecurityGroupId.ToStringPtrOutput().Elem()
	egressArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(), ReferencedSecurityGroupId: balancer, Description: pulumi.String("To the load balancer"),
		IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443), Tags: b.Tags(""),
	}
	egress, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child("link-to-services"), egressArgs, convention.With(b.Scope, t.EgressRule, egressArgs))
	if err != nil {
		return nil, fmt.Errorf("letting the VPC link out: %w", err)
	}
	ingressArgs := &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: balancer, ReferencedSecurityGroupId: group.ID(), Description: pulumi.String("From the VPC link of " + b.Name),
		IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443), Tags: b.Tags(""),
	}
	ingress, err := vpc.NewSecurityGroupIngressRule(b.Ctx, b.Child("services-from-link"), ingressArgs, convention.With(b.Scope, t.IngressRule, ingressArgs))
	if err != nil {
		return nil, fmt.Errorf("letting the VPC link in: %w", err)
	}
	linkArgs := &apigatewayv2.VpcLinkArgs{SubnetIds: b.args.SubnetIds, SecurityGroupIds: pulumi.StringArray{group.ID()}, Tags: b.Tags("")}
	link, err := apigatewayv2.NewVpcLink(b.Ctx, b.Child("link"), linkArgs, convention.With(b.Scope, t.HttpVpcLink, linkArgs, pulumi.DependsOn([]pulumi.Resource{egress, ingress})))
	if err != nil {
		return nil, fmt.Errorf("creating the VPC link: %w", err)
	}
	args := &apigatewayv2.IntegrationArgs{
		ApiId: b.apiId, IntegrationType: pulumi.String("HTTP_PROXY"), IntegrationMethod: pulumi.String("ANY"),
		IntegrationUri: b.args.ListenerArn, ConnectionType: pulumi.String("VPC_LINK"), ConnectionId: link.ID(),
		PayloadFormatVersion: pulumi.String("1.0"), TimeoutMilliseconds: pulumi.Int(b.timeout),
		TlsConfig: apigatewayv2.IntegrationTlsConfigArgs{ServerNameToVerify: b.args.ServiceDomainName},
	}
	made, err := apigatewayv2.NewIntegration(b.Ctx, b.Child("services"), args, convention.With(b.Scope, t.HttpIntegration, args))
	if err != nil {
		return nil, fmt.Errorf("leading to the services: %w", err)
	}
	return made, nil
}
