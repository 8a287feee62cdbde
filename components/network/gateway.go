package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigateway"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/apigatewayv2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// GatewayToken is the type of Gateway in Pulumi's state.
const GatewayToken = "scaffold:network:Gateway"

// GatewayArgs are the arguments of a Gateway.
type GatewayArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The kind of API: "http" (default), which is cheaper, quicker and checks JSON web
	// tokens by itself; or "rest", for a web application firewall, consumers with API
	// keys and usage limits, and tracing. It cannot be changed without a new address.
	Kind string `pulumi:"kind,optional"`

	// What the functions answer, as "GET /orders/{id}": a method or ANY, and a path, whose
	// last part may be {name+} for everything below. "$default", for kind http only, is
	// what no other route takes.
	Routes []string `pulumi:"routes,optional"`
	// The ARN of the function or, better, of its alias (the aliasArn of a Function) for
	// each of routes, in the same order. API Gateway may invoke it for that route only.
	FunctionArns []pulumi.StringInput `pulumi:"functionArns,optional"`
	// What services in a VPC answer, written as routes. They are reached through a VPC
	// link, at listenerArn or, for kind rest, networkLoadBalancerArn.
	ServiceRoutes []string `pulumi:"serviceRoutes,optional"`
	// The ARN of the HTTPS listener of a load balancer that leads to the services, for
	// kind http.
	ListenerArn pulumi.StringPtrInput `pulumi:"listenerArn,optional"`
	// The ARN of the network load balancer that leads to the services, for kind rest,
	// which has no VPC link to another sort. It must speak TLS on 443.
	NetworkLoadBalancerArn pulumi.StringPtrInput `pulumi:"networkLoadBalancerArn,optional"`
	// The domain name in the certificate of that load balancer, which is checked.
	// Required with serviceRoutes.
	ServiceDomainName pulumi.StringPtrInput `pulumi:"serviceDomainName,optional"`
	// The ID of the VPC of the services, for kind http with serviceRoutes.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// The IDs of the private subnets that the VPC link has an address in, at least two,
	// for kind http with serviceRoutes.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds,optional"`
	// The ID of the security group of the load balancer, for kind http with
	// serviceRoutes: the VPC link may reach it on 443, and gets the rule for it.
	ListenerSecurityGroupId pulumi.StringPtrInput `pulumi:"listenerSecurityGroupId,optional"`

	// Who may call: "iam" (default), those whose requests are signed and whose IAM
	// policies allow it; "jwt", those with a JSON web token; or "none", everybody.
	Authorization string `pulumi:"authorization,optional"`
	// Routes that everybody may call whatever authorization says, each written as in
	// routes or serviceRoutes, such as "GET /health". Default: none.
	PublicRoutes []string `pulumi:"publicRoutes,optional"`
	// The issuer of the tokens, an https URL, for kind http with authorization jwt: for a
	// Cognito user pool https://cognito-idp.<region>.amazonaws.com/<pool ID>.
	JwtIssuer pulumi.StringPtrInput `pulumi:"jwtIssuer,optional"`
	// Whom the tokens must be issued for, for kind http with authorization jwt: the IDs
	// of the issuer's clients.
	JwtAudiences pulumi.StringArrayInput `pulumi:"jwtAudiences,optional"`
	// The ARNs of the Cognito user pools that issue the tokens, for kind rest with
	// authorization jwt.
	UserPoolArns pulumi.StringArrayInput `pulumi:"userPoolArns,optional"`
	// Scopes of which a token must have one. Default: none is asked for. For kind rest,
	// without scopes identity tokens are taken, with them access tokens.
	JwtScopes []string `pulumi:"jwtScopes,optional"`

	// How many requests a second all callers together may make in the long run: the rate
	// at which tokens come into the bucket that each request takes one from. What is more
	// is answered with 429. The account has a limit too, 10000 unless AWS raised it.
	// Default: 1000 in production, 50 in sandbox.
	RateLimit *int `pulumi:"rateLimit,optional"`
	// How many requests may come at once: the size of that bucket. Default: twice
	// rateLimit.
	BurstLimit *int `pulumi:"burstLimit,optional"`
	// Who gets an API key, for kind rest: a name each, such as "partner". Every route but
	// the public ones then asks for a key (in the header x-api-key), beside what
	// authorization says. The keys are read with
	// `aws apigateway get-api-keys --include-values`. Default: nobody; no key is asked for.
	Consumers []string `pulumi:"consumers,optional"`
	// How many requests a second each consumer may make in the long run. Default: a tenth
	// of rateLimit, at least 1.
	ConsumerRateLimit *int `pulumi:"consumerRateLimit,optional"`
	// How many requests of a consumer may come at once. Default: twice consumerRateLimit.
	ConsumerBurstLimit *int `pulumi:"consumerBurstLimit,optional"`
	// How many requests each consumer may make in a day. Default: as many as the limits
	// above let through.
	ConsumerRequestsPerDay *int `pulumi:"consumerRequestsPerDay,optional"`

	// The web origins whose scripts may read answers, as "https://shop.example.com", for
	// kind http; "*" is every one, and must be said. Default: none.
	CorsOrigins []string `pulumi:"corsOrigins,optional"`
	// How long an answer may take before the caller gets an error, in milliseconds, 50 to
	// 29000. Default: 29000.
	TimeoutMilliseconds *int `pulumi:"timeoutMilliseconds,optional"`

	// The domain name users reach the API by, with certificateArn and zoneId; the address
	// that AWS gave the API then answers no more. Default: that address.
	DomainName string `pulumi:"domainName,optional"`
	// The ARN of the certificate for domainName, in the region of the API.
	CertificateArn pulumi.StringPtrInput `pulumi:"certificateArn,optional"`
	// The ID of the hosted zone that domainName is in; its records are made there.
	ZoneId pulumi.StringPtrInput `pulumi:"zoneId,optional"`

	// Trace requests with X-Ray, for kind rest. Default: true for kind rest.
	Tracing *bool `pulumi:"tracing,optional"`
	// Give API Gateway the role by which it writes the logs of all REST APIs of the
	// account in this region. It is a setting of the account, so it stays when the
	// gateway is deleted. Default: true for kind rest; set it to false where it is set.
	AccountLogRole *bool `pulumi:"accountLogRole,optional"`
	// The ARN of the KMS key that encrypts the access logs. CloudWatch Logs must be let
	// use it, as a Key with the service "logs" does. Default: a key that AWS owns.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// How long access logs are kept, in days, as CloudWatch allows it. Default: 90 in
	// production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The time in milliseconds that 99 of 100 requests have to be answered in; an alarm
	// tells when they are not. Default: 3000, or timeoutMilliseconds if that is less.
	LatencyMilliseconds *int `pulumi:"latencyMilliseconds,optional"`
	// The ARN of the IAM policy that bounds what the component's role can be allowed.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (failing, refused and slow
	// requests). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform GatewayTransform
}

// GatewayTransform reaches every property of the children of a Gateway. Those that
// begin with Rest are of kind rest only, those that begin with Http of kind http only.
type GatewayTransform struct {
	HttpApi           func(*apigatewayv2.ApiArgs, *[]pulumi.ResourceOption)
	HttpStage         func(*apigatewayv2.StageArgs, *[]pulumi.ResourceOption)
	HttpRoute         func(*apigatewayv2.RouteArgs, *[]pulumi.ResourceOption)
	HttpIntegration   func(*apigatewayv2.IntegrationArgs, *[]pulumi.ResourceOption)
	HttpAuthorizer    func(*apigatewayv2.AuthorizerArgs, *[]pulumi.ResourceOption)
	HttpVpcLink       func(*apigatewayv2.VpcLinkArgs, *[]pulumi.ResourceOption)
	RestApi           func(*apigateway.RestApiArgs, *[]pulumi.ResourceOption)
	RestResource      func(*apigateway.ResourceArgs, *[]pulumi.ResourceOption)
	RestMethod        func(*apigateway.MethodArgs, *[]pulumi.ResourceOption)
	RestIntegration   func(*apigateway.IntegrationArgs, *[]pulumi.ResourceOption)
	RestAuthorizer    func(*apigateway.AuthorizerArgs, *[]pulumi.ResourceOption)
	RestDeployment    func(*apigateway.DeploymentArgs, *[]pulumi.ResourceOption)
	RestStage         func(*apigateway.StageArgs, *[]pulumi.ResourceOption)
	RestSettings      func(*apigateway.MethodSettingsArgs, *[]pulumi.ResourceOption)
	RestVpcLink       func(*apigateway.VpcLinkArgs, *[]pulumi.ResourceOption)
	RestUsagePlan     func(*apigateway.UsagePlanArgs, *[]pulumi.ResourceOption)
	RestApiKey        func(*apigateway.ApiKeyArgs, *[]pulumi.ResourceOption)
	RestUsagePlanKey  func(*apigateway.UsagePlanKeyArgs, *[]pulumi.ResourceOption)
	RestAccount       func(*apigateway.AccountArgs, *[]pulumi.ResourceOption)
	RestAccountRole   func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RestAccountPolicy func(*iam.RolePolicyAttachmentArgs, *[]pulumi.ResourceOption)
	Permission        func(*lambda.PermissionArgs, *[]pulumi.ResourceOption)
	LogGroup          func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	DomainName        func(*apigatewayv2.DomainNameArgs, *[]pulumi.ResourceOption)
	ApiMapping        func(*apigatewayv2.ApiMappingArgs, *[]pulumi.ResourceOption)
	Record            func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	SecurityGroup     func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule       func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule        func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	Alarm             convention.AlarmTransform
}

// Gateway is an API Gateway that leads requests to functions and services, knows who
// calls, and lets through no more than they can take.
type Gateway struct {
	pulumi.ResourceState

	// The address that users reach the API by: the domain name, if there is one.
	Url pulumi.StringOutput `pulumi:"url"`
	// The ID of the API.
	ApiId pulumi.StringOutput `pulumi:"apiId"`
	// The ARN that IAM policies name the API's methods by, without a stage.
	ExecutionArn pulumi.StringOutput `pulumi:"executionArn"`
	// The name of the stage: "live", or "$default" for kind http.
	StageName pulumi.StringOutput `pulumi:"stageName"`
	// The ARN of the stage. For kind rest, a web application firewall can be put before it.
	StageArn pulumi.StringOutput `pulumi:"stageArn"`
	// The name of the log group of the access logs.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// An IAM policy (JSON) that allows to call every method of the API, for callers with
	// authorization iam.
	InvokerPolicy pulumi.StringOutput `pulumi:"invokerPolicy"`
}

// NewGateway creates a Gateway. It fails for routes that contradict one another or
// lead nowhere, for tokens that nobody could check, and for what the kind of API lacks.
func NewGateway(ctx *pulumi.Context, name string, args *GatewayArgs, opts ...pulumi.ResourceOption) (*Gateway, error) {
	if args == nil {
		args = &GatewayArgs{}
	}
	s := convention.Open(ctx, GatewayToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &gatewayBuilder{Scope: s, args: args, gatewaySettings: settleGateway(s, args)}
	b.check()
	g := &Gateway{}
	if err := s.Register(g, args, opts...); err != nil {
		return nil, err
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	b.account = account
	steps := []func() error{b.createLogs, b.createHttp, b.createDomain, b.createAlarms}
	if b.kind == restKind {
		steps[1] = b.createRest
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}

	g.Url, g.ApiId, g.ExecutionArn = b.url, b.apiId, b.executionArn
	g.StageName, g.StageArn, g.LogGroupName = b.stageName, b.stageArn, b.logs.Name
	g.InvokerPolicy = convention.Policy(convention.Statement{
		Sid: "Call", Actions: []string{"execute-api:Invoke"}, Resources: []pulumi.StringInput{pulumi.Sprintf("%s/%s/*", b.executionArn, b.stageName)},
	})
	return g, s.Done()
}
