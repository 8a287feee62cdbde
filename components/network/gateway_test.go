package network_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	httpApiType         = "aws:apigatewayv2/api:Api"
	httpStageType       = "aws:apigatewayv2/stage:Stage"
	httpRouteType       = "aws:apigatewayv2/route:Route"
	httpIntegrationType = "aws:apigatewayv2/integration:Integration"
	httpAuthorizerType  = "aws:apigatewayv2/authorizer:Authorizer"
	httpLinkType        = "aws:apigatewayv2/vpcLink:VpcLink"
	apiDomainType       = "aws:apigatewayv2/domainName:DomainName"
	apiMappingType      = "aws:apigatewayv2/apiMapping:ApiMapping"
	accessLogType       = "aws:cloudwatch/logGroup:LogGroup"
	functionPermission  = "aws:lambda/permission:Permission"

	ordersArn = "arn:aws:lambda:eu-central-1:123456789012:function:orders:live"
)

// makeGateway makes an API with one route to a function.
func makeGateway(name string, change func(*network.GatewayArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &network.GatewayArgs{Routes: []string{"GET /orders/{id}"}, FunctionArns: []pulumi.StringInput{pulumi.String(ordersArn)}}
		if change != nil {
			change(args)
		}
		_, err := network.NewGateway(ctx, name, args)
		return err
	}
}

func TestGatewayHttp(t *testing.T) {
	t.Parallel()
	for preset, want := range map[string]struct{ rate, burst, days float64 }{"": {1000, 2000, 90}, "production": {1000, 2000, 90}, "sandbox": {50, 100, 7}} {
		rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) { a.Preset, a.KmsKeyArn = preset, pulumi.String(keyArn) }))
		wantList(t, rec, "scaffold:network:Gateway edge", httpApiType+" edge-api", httpStageType+" edge-stage", accessLogType+" edge-access-logs",
			httpRouteType+" edge-GET /orders/{id}", httpIntegrationType+" edge-GET /orders/{id}", functionPermission+" edge-GET /orders/{id}")
		api, stage := rec.Find(httpApiType, "edge-api"), rec.Find(httpStageType, "edge-stage")
		wantInputs(t, rec, httpApiType, "edge-api", map[string]any{"protocolType": "HTTP", "corsConfiguration": nil, "disableExecuteApiEndpoint": false})
		wantInputs(t, rec, httpStageType, "edge-stage", map[string]any{
			"apiId": api.ID, "name": "$default", "autoDeploy": true, "accessLogSettings.destinationArn": rec.Find(accessLogType, "edge-access-logs").Output("arn"),
			"defaultRouteSettings": map[string]any{"throttlingRateLimit": want.rate, "throttlingBurstLimit": want.burst, "detailedMetricsEnabled": true},
		})
		if line := recorder.JSON(stage.Input("accessLogSettings.format")); recorder.At(line, "status") != "$context.status" {
			t.Errorf("access logs are no JSON: %v", line)
		}
		wantInputs(t, rec, accessLogType, "edge-access-logs", map[string]any{
			"name": "/aws/vendedlogs/apigateway/project-test/edge", "retentionInDays": want.days, "kmsKeyId": keyArn,
		})
		wantInputs(t, rec, httpRouteType, "edge-GET /orders/{id}", map[string]any{
			"routeKey": "GET /orders/{id}", "authorizationType": "AWS_IAM", "target": "integrations/" + rec.Find(httpIntegrationType, "edge-GET /orders/{id}").ID,
		})
		wantInputs(t, rec, httpIntegrationType, "edge-GET /orders/{id}", map[string]any{
			"integrationType": "AWS_PROXY", "payloadFormatVersion": "2.0", "timeoutMilliseconds": 29000.0,
			"integrationUri": "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/" + ordersArn + "/invocations",
		})
		wantInputs(t, rec, functionPermission, "edge-GET /orders/{id}", map[string]any{
			"action": "lambda:InvokeFunction", "function": "orders", "qualifier": "live", "principal": "apigateway.amazonaws.com",
			"sourceArn": api.Output("executionArn").(string) + "/$default/GET/orders/{id}",
		})
		self := rec.Find(network.GatewayToken, "edge")
		if diff := cmp.Diff(map[string]any{
			"url": stage.Output("invokeUrl"), "apiId": api.ID, "executionArn": api.Output("executionArn"), "stageName": "$default",
			"stageArn": stage.Output("arn"), "logGroupName": "/aws/vendedlogs/apigateway/project-test/edge", "invokerPolicy": self.Output("invokerPolicy"),
		}, self.Outputs); diff != "" {
			t.Errorf("outputs (-want +got):\n%s", diff)
		}
		if resource := recorder.At(recorder.JSON(self.Output("invokerPolicy")), "Statement[0].Resource"); resource != api.Output("executionArn").(string)+"/$default/*" {
			t.Errorf("invokers may call %v", resource)
		}
	}
}

// Every route of an API may invoke its function for itself and for nothing else.
func TestGatewayPermissions(t *testing.T) {
	t.Parallel()
	for kind, sources := range map[string]map[string]string{
		"http": {"ANY /": "/$default/*/", "GET /a/{b}/{c+}": "/$default/GET/a/{b}/{c+}", "$default": "/$default/$default"},
		"rest": {"ANY /": "/live/*/", "GET /a/{b}/{c+}": "/live/GET/a/*/*"},
	} {
		for route, source := range sources {
			rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) { a.Kind, a.Routes = kind, []string{route} }))
			api := rec.Find(httpApiType, "edge-api")
			if kind == "rest" {
				api = rec.Find(restApiType, "edge-api")
			}
			wantInputs(t, rec, functionPermission, "edge-"+route, map[string]any{"sourceArn": api.Output("executionArn").(string) + source})
		}
	}
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
		a.FunctionArns = []pulumi.StringInput{pulumi.String("arn:aws:lambda:eu-central-1:123456789012:function:orders").ToStringOutput()}
	}))
	wantInputs(t, rec, functionPermission, "edge-GET /orders/{id}", map[string]any{"function": "orders", "qualifier": nil})
}

func TestGatewayTokens(t *testing.T) {
	t.Parallel()
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
		a.Routes, a.FunctionArns = []string{"GET /orders", "GET /health"}, []pulumi.StringInput{pulumi.String(ordersArn), pulumi.String(ordersArn)}
		a.Authorization, a.PublicRoutes, a.JwtScopes = "jwt", []string{"GET /health"}, []string{"orders/read"}
		a.JwtIssuer, a.JwtAudiences = pulumi.String("https://login.example.com"), texts("shop")
		a.CorsOrigins = []string{"https://shop.example.com"}
	}))
	wantInputs(t, rec, httpAuthorizerType, "edge-tokens", map[string]any{
		"authorizerType": "JWT", "jwtConfiguration": map[string]any{"issuer": "https://login.example.com", "audiences": []any{"shop"}},
		"identitySources": []any{"$request.header.Authorization"},
	})
	wantInputs(t, rec, httpRouteType, "edge-GET /orders", map[string]any{
		"authorizationType": "JWT", "authorizerId": rec.Find(httpAuthorizerType, "edge-tokens").ID, "authorizationScopes": []any{"orders/read"},
	})
	wantInputs(t, rec, httpRouteType, "edge-GET /health", map[string]any{"authorizationType": "NONE", "authorizerId": nil, "authorizationScopes": nil})
	wantInputs(t, rec, httpApiType, "edge-api", map[string]any{"corsConfiguration.allowOrigins": []any{"https://shop.example.com"}})
}

func TestGatewayServices(t *testing.T) {
	t.Parallel()
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
		a.ServiceRoutes, a.ListenerArn, a.ServiceDomainName = []string{"ANY /billing/{path+}", "$default"}, pulumi.String(listenerArn), pulumi.String("internal.example.com")
		a.VpcId, a.SubnetIds, a.ListenerSecurityGroupId = pulumi.String("vpc-1"), texts("subnet-1", "subnet-2"), pulumi.String("sg-balancer")
	}))
	group := rec.Find("aws:ec2/securityGroup:SecurityGroup", "edge-link").ID
	wantInputs(t, rec, httpLinkType, "edge-link", map[string]any{"subnetIds": []any{"subnet-1", "subnet-2"}, "securityGroupIds": []any{group}})
	wantInputs(t, rec, egressType, "edge-link-to-services", map[string]any{"securityGroupId": group, "referencedSecurityGroupId": "sg-balancer", "fromPort": 443.0, "toPort": 443.0})
	wantInputs(t, rec, ingressType, "edge-services-from-link", map[string]any{"securityGroupId": "sg-balancer", "referencedSecurityGroupId": group, "fromPort": 443.0, "toPort": 443.0})
	wantInputs(t, rec, httpIntegrationType, "edge-services", map[string]any{
		"integrationType": "HTTP_PROXY", "connectionType": "VPC_LINK", "connectionId": rec.Find(httpLinkType, "edge-link").ID,
		"integrationUri": listenerArn, "tlsConfig.serverNameToVerify": "internal.example.com",
	})
	for _, route := range []string{"ANY /billing/{path+}", "$default"} {
		wantInputs(t, rec, httpRouteType, "edge-"+route, map[string]any{"target": "integrations/" + rec.Find(httpIntegrationType, "edge-services").ID})
	}
	if n := len(rec.Type(functionPermission)); n != 1 {
		t.Errorf("%d permissions for one function", n)
	}
}

func TestGatewayDomain(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"http", "rest"} {
		rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
			a.Kind, a.DomainName, a.CertificateArn, a.ZoneId = kind, "api.example.com", pulumi.String("arn:aws:acm:eu-central-1:123456789012:certificate/c"), pulumi.String("Z1")
		}))
		wantInputs(t, rec, apiDomainType, "edge-domain", map[string]any{
			"domainName": "api.example.com", "domainNameConfiguration.securityPolicy": "TLS_1_2", "domainNameConfiguration.endpointType": "REGIONAL",
			"domainNameConfiguration.ipAddressType": "dualstack",
		})
		api, stage := rec.Find(httpApiType, "edge-api"), rec.Find(httpStageType, "edge-stage")
		if kind == "rest" {
			api, stage = rec.Find(restApiType, "edge-api"), rec.Find(restStageType, "edge-stage")
		}
		if api.Input("disableExecuteApiEndpoint") != true {
			t.Errorf("the API can be reached beside its domain name")
		}
		mapping := rec.Find(apiMappingType, "edge-domain")
		if !slices.Contains(mapping.Dependencies, stage.URN) || mapping.Input("apiId") != api.ID {
			t.Errorf("mapping of %v waits for %v", mapping.Input("apiId"), mapping.Dependencies)
		}
		for _, record := range []string{"A", "AAAA"} {
			wantInputs(t, rec, recordType, "edge-"+record, map[string]any{"type": record, "name": "api.example.com", "zoneId": "Z1"})
		}
		if url := rec.Find(network.GatewayToken, "edge").Output("url"); url != "https://api.example.com" {
			t.Errorf("url is %v", url)
		}
	}
}

func TestGatewayAlarms(t *testing.T) {
	t.Parallel()
	for kind, names := range map[string][2]string{"http": {"5xx", "4xx"}, "rest": {"5XXError", "4XXError"}} {
		rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
			a.Kind, a.AlarmTopicArn, a.LatencyMilliseconds = kind, pulumi.String(topicArn), to(250)
		}))
		var dimensions any = map[string]any{"ApiId": rec.Find(network.GatewayToken, "edge").Output("apiId"), "Stage": "$default"}
		if kind == "rest" {
			dimensions = map[string]any{"ApiName": rec.Find(restApiType, "edge-api").Output("name"), "Stage": "live"}
		}
		for i, alarm := range []string{"edge-failing-requests", "edge-refused-requests"} {
			wantInputs(t, rec, alarmType, alarm, map[string]any{
				"metricQueries[1].metric.namespace": "AWS/ApiGateway", "metricQueries[1].metric.metricName": names[i],
				"metricQueries[1].metric.dimensions": dimensions, "metricQueries[2].metric.metricName": "Count", "alarmActions": []any{topicArn},
			})
		}
		wantInputs(t, rec, alarmType, "edge-slow-requests", map[string]any{"metricName": "Latency", "extendedStatistic": "p99", "threshold": 250.0, "dimensions": dimensions})
	}
}

// What function it is shows only when it exists.
func TestGatewayRefusesLate(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(makeGateway("edge", func(a *network.GatewayArgs) {
		a.FunctionArns = []pulumi.StringInput{pulumi.String("orders").ToStringOutput()}
	}))
	const want = `scaffold:network:Gateway "edge": functionArns: "orders" is not the ARN of a function; give the aliasArn of a Function`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestGatewayTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
		a.Transform.HttpApi = func(a *apigatewayv2.ApiArgs, o *[]pulumi.ResourceOption) {
			a.Description = pulumi.String("ours")
			*o = append(*o, pulumi.Protect(true))
		}
	}))
	wantInputs(t, rec, httpApiType, "edge-api", map[string]any{"description": "ours"})
	if !rec.Find(httpApiType, "edge-api").Protect {
		t.Error("not protected")
	}
}

// What a preview does not know yet is not empty: the provider would refuse the record.
func TestGatewayDomainInPreview(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"http", "rest"} {
		rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
			a.Kind, a.DomainName, a.CertificateArn, a.ZoneId = kind, "api.example.com", pulumi.String("arn:aws:acm:eu-central-1:123456789012:certificate/c"), pulumi.String("Z1")
		}), recorder.Preview())
		for _, record := range []string{"A", "AAAA"} {
			wantInputs(t, rec, "aws:route53/record:Record", "edge-"+record, map[string]any{
				"zoneId": "Z1", "name": "api.example.com", "type": record,
				"aliases[0].name": recorder.Unknown{}, "aliases[0].zoneId": recorder.Unknown{}, "aliases[0].evaluateTargetHealth": false,
			})
		}
	}
}

func TestGatewayLongName(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"http", "rest"} {
		for _, opts := range [][]recorder.Option{nil, {recorder.Preview()}} {
			rec := record(t, makeGateway(fifty, func(a *network.GatewayArgs) { a.Kind = kind }), opts...)
			if role := rec.Find("aws:iam/role:Role", fifty+"-account-logs"); role != nil && len(role.Name)+len("-0123456") > 64 && role.Input("name") == nil {
				t.Errorf("the automatic name of %s is longer than 64 characters", role)
			}
		}
	}
}

func TestGatewayWiring(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		rec := record(t, func(ctx *pulumi.Context) error {
			key, err := security.NewKey(ctx, "key", &security.KeyArgs{Preset: preset, Services: []string{"cloudwatch", "logs"}})
			if err != nil {
				return err
			}
			alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{Preset: preset, KmsKeyArn: key.Arn})
			if err != nil {
				return err
			}
			orders, err := compute.NewFunction(ctx, "orders", &compute.FunctionArgs{Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn, PermissionsBoundaryArn: pulumi.String(boundaryArn)})
			if err != nil {
				return err
			}
			if err := makeGateway("public", func(a *network.GatewayArgs) {
				a.Preset, a.KmsKeyArn, a.AlarmTopicArn, a.FunctionArns = preset, key.Arn, alarms.Arn, []pulumi.StringInput{orders.AliasArn}
				a.ServiceRoutes, a.ListenerArn, a.ServiceDomainName = []string{"ANY /billing/{path+}"}, pulumi.String(listenerArn), pulumi.String("internal.example.com")
				a.VpcId, a.SubnetIds, a.ListenerSecurityGroupId = pulumi.String("vpc-1"), texts("subnet-1", "subnet-2"), pulumi.String("sg-balancer")
			})(ctx); err != nil {
				return err
			}
			return makeGateway("partners", func(a *network.GatewayArgs) {
				a.Preset, a.Kind, a.KmsKeyArn, a.AlarmTopicArn, a.FunctionArns = preset, "rest", key.Arn, alarms.Arn, []pulumi.StringInput{orders.AliasArn}
				a.PermissionsBoundaryArn, a.Consumers = pulumi.String(boundaryArn), []string{"north"}
			})(ctx)
		})
		for _, finding := range guardrails.Wiring(rec) {
			t.Error(finding)
		}
	}
}
