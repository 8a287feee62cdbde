package network_test

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	restApiType         = "aws:apigateway/restApi:RestApi"
	restResourceType    = "aws:apigateway/resource:Resource"
	restMethodType      = "aws:apigateway/method:Method"
	restIntegrationType = "aws:apigateway/integration:Integration"
	restAuthorizerType  = "aws:apigateway/authorizer:Authorizer"
	restDeploymentType  = "aws:apigateway/deployment:Deployment"
	restStageType       = "aws:apigateway/stage:Stage"
	restSettingsType    = "aws:apigateway/methodSettings:MethodSettings"
	restLinkType        = "aws:apigateway/vpcLink:VpcLink"
	restAccountType     = "aws:apigateway/account:Account"
	planType            = "aws:apigateway/usagePlan:UsagePlan"
	planKeyType         = "aws:apigateway/usagePlanKey:UsagePlanKey"
	apiKeyType          = "aws:apigateway/apiKey:ApiKey"
	balancerOfServices  = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/services/1"
)

func TestGatewayRest(t *testing.T) {
	t.Parallel()
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) { a.Kind = "rest" }))
	wantList(t, rec, "scaffold:network:Gateway edge", restApiType+" edge-api", restResourceType+" edge-/orders", restResourceType+" edge-/orders/{id}",
		restMethodType+" edge-GET /orders/{id}", restIntegrationType+" edge-GET /orders/{id}", functionPermission+" edge-GET /orders/{id}",
		restDeploymentType+" edge-deployment", restStageType+" edge-stage", restSettingsType+" edge-settings", accessLogType+" edge-access-logs", accessLogType+" edge-execution-logs",
		restAccountType+" edge-account", "aws:iam/role:Role edge-account-logs", "aws:iam/rolePolicyAttachment:RolePolicyAttachment edge-account-logs")
	api := rec.Find(restApiType, "edge-api")
	wantInputs(t, rec, restApiType, "edge-api", map[string]any{"endpointConfiguration.types": "REGIONAL"})
	wantInputs(t, rec, restResourceType, "edge-/orders", map[string]any{"parentId": api.Output("rootResourceId"), "pathPart": "orders"})
	wantInputs(t, rec, restResourceType, "edge-/orders/{id}", map[string]any{"parentId": rec.Find(restResourceType, "edge-/orders").ID, "pathPart": "{id}"})
	wantInputs(t, rec, restMethodType, "edge-GET /orders/{id}", map[string]any{"authorization": "AWS_IAM", "apiKeyRequired": false, "httpMethod": "GET"})
	wantInputs(t, rec, restStageType, "edge-stage", map[string]any{"stageName": "live", "xrayTracingEnabled": true, "deployment": rec.Find(restDeploymentType, "edge-deployment").ID})
	wantInputs(t, rec, restSettingsType, "edge-settings", map[string]any{"methodPath": "*/*", "settings": map[string]any{
		"throttlingRateLimit": 1000.0, "throttlingBurstLimit": 2000.0, "metricsEnabled": true, "loggingLevel": "ERROR", "dataTraceEnabled": false,
	}})
	wantInputs(t, rec, accessLogType, "edge-execution-logs", map[string]any{
		"name": "API-Gateway-Execution-Logs_" + api.ID + "/live", "retentionInDays": 90.0, "kmsKeyId": nil,
	})
	stage := rec.Find(restStageType, "edge-stage")
	if !slices.Contains(stage.Dependencies, rec.Find(accessLogType, "edge-execution-logs").URN) {
		t.Error("the stage does not wait for its log group: API Gateway makes one of its own first")
	}
	for token, name := range map[string]string{restAccountType: "edge-account", functionPermission: "edge-GET /orders/{id}"} {
		if !slices.Contains(stage.Dependencies, rec.Find(token, name).URN) {
			t.Errorf("the stage does not wait for %s", name)
		}
	}
	deployment := rec.Find(restDeploymentType, "edge-deployment")
	for _, token := range []string{restMethodType, restIntegrationType} {
		if !slices.Contains(deployment.Dependencies, rec.Find(token, "edge-GET /orders/{id}").URN) {
			t.Errorf("the deployment does not wait for %s", token)
		}
	}
	if !rec.Find(restAccountType, "edge-account").RetainOnDelete {
		t.Error("deleting one API would take the logs of all others")
	}
}

// A change that no deployment follows is never served.
func TestGatewayRestDeploysChanges(t *testing.T) {
	t.Parallel()
	digest := func(change func(*network.GatewayArgs)) any {
		rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
			a.Kind = "rest"
			if change != nil {
				change(a)
			}
		}))
		return rec.Find(restDeploymentType, "edge-deployment").Input("triggers.routes")
	}
	before := digest(nil)
	if again := digest(func(a *network.GatewayArgs) { a.RateLimit = to(7) }); again != before {
		t.Error("a change of the stage deploys the API")
	}
	for name, change := range map[string]func(*network.GatewayArgs){
		"route":    func(a *network.GatewayArgs) { a.Routes = []string{"POST /orders/{id}"} },
		"function": func(a *network.GatewayArgs) { a.FunctionArns = []pulumi.StringInput{pulumi.String(ordersArn + "2")} },
		"who":      func(a *network.GatewayArgs) { a.Authorization = "none" },
		"keys":     func(a *network.GatewayArgs) { a.Consumers = []string{"north"} },
		"timeout":  func(a *network.GatewayArgs) { a.TimeoutMilliseconds, a.LatencyMilliseconds = to(100), to(50) },
	} {
		if digest(change) == before {
			t.Errorf("a change of %s would not be deployed", name)
		}
	}
}

func TestGatewayRestConsumers(t *testing.T) {
	t.Parallel()
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
		a.Kind, a.Consumers, a.ConsumerRequestsPerDay, a.AccountLogRole, a.Tracing = "rest", []string{"north", "south"}, to(1000), to(false), to(false)
		a.Routes, a.FunctionArns, a.PublicRoutes = []string{"GET /", "GET /health"}, []pulumi.StringInput{pulumi.String(ordersArn), pulumi.String(ordersArn)}, []string{"GET /health"}
	}))
	wantInputs(t, rec, planType, "edge-consumers", map[string]any{
		"throttleSettings": map[string]any{"rateLimit": 100.0, "burstLimit": 200.0}, "quotaSettings": map[string]any{"limit": 1000.0, "period": "DAY"},
		"apiStages": []any{map[string]any{"apiId": rec.Find(restApiType, "edge-api").ID, "stage": "live"}},
	})
	for _, consumer := range []string{"north", "south"} {
		wantInputs(t, rec, planKeyType, "edge-consumer-"+consumer, map[string]any{
			"keyId": rec.Find(apiKeyType, "edge-consumer-"+consumer).ID, "usagePlanId": rec.Find(planType, "edge-consumers").ID, "keyType": "API_KEY",
		})
	}
	wantInputs(t, rec, restMethodType, "edge-GET /", map[string]any{"apiKeyRequired": true, "authorization": "AWS_IAM", "resourceId": rec.Find(restApiType, "edge-api").Output("rootResourceId")})
	wantInputs(t, rec, restMethodType, "edge-GET /health", map[string]any{"apiKeyRequired": false, "authorization": "NONE"})
	wantInputs(t, rec, restStageType, "edge-stage", map[string]any{"xrayTracingEnabled": false})
	if n := len(rec.Type(restAccountType)); n != 0 {
		t.Error("the account's setting was touched")
	}
}

func TestGatewayRestTokensAndServices(t *testing.T) {
	t.Parallel()
	rec := record(t, makeGateway("edge", func(a *network.GatewayArgs) {
		a.Kind, a.Authorization, a.UserPoolArns = "rest", "jwt", texts("arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a")
		a.ServiceRoutes, a.NetworkLoadBalancerArn, a.ServiceDomainName = []string{"ANY /billing/{path+}"}, pulumi.String(balancerOfServices), pulumi.String("internal.example.com")
	}))
	wantInputs(t, rec, restAuthorizerType, "edge-tokens", map[string]any{
		"type": "COGNITO_USER_POOLS", "providerArns": []any{"arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_a"},
	})
	wantInputs(t, rec, restMethodType, "edge-GET /orders/{id}", map[string]any{
		"authorization": "COGNITO_USER_POOLS", "authorizerId": rec.Find(restAuthorizerType, "edge-tokens").ID,
	})
	wantInputs(t, rec, restLinkType, "edge-link", map[string]any{"targetArn": balancerOfServices})
	wantInputs(t, rec, restMethodType, "edge-ANY /billing/{path+}", map[string]any{"requestParameters": map[string]any{"method.request.path.path": true}})
	wantInputs(t, rec, restIntegrationType, "edge-ANY /billing/{path+}", map[string]any{
		"type": "HTTP_PROXY", "connectionType": "VPC_LINK", "connectionId": rec.Find(restLinkType, "edge-link").ID, "integrationHttpMethod": "ANY",
		"uri":               "https://internal.example.com/billing/{path}",
		"requestParameters": map[string]any{"integration.request.path.path": "method.request.path.path"},
	})
}
