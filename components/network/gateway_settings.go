package network

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	httpKind = "http"
	restKind = "rest"

	authorizeIam  = "iam"
	authorizeJwt  = "jwt"
	authorizeNone = "none"
)

// gatewaySettings are the plain arguments of a Gateway with all defaults filled in.
type gatewaySettings struct {
	kind, authorization string
	routes              []gatewayRoute

	rate, burst, consumerRate, consumerBurst int
	timeout, logRetention, latency           int
}

func settleGateway(s *convention.Scope, args *GatewayArgs) gatewaySettings {
	set := gatewaySettings{
		kind: args.Kind, authorization: args.Authorization,
		rate:         convention.Choose(args.RateLimit, s.Preset, 1000, 50),
		timeout:      convention.Or(args.TimeoutMilliseconds, 29000),
		logRetention: convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
	}
	set.latency = convention.Or(args.LatencyMilliseconds, min(3000, set.timeout))
	set.burst = convention.Or(args.BurstLimit, 2*set.rate)
	set.consumerRate = convention.Or(args.ConsumerRateLimit, max(set.rate/10, 1))
	set.consumerBurst = convention.Or(args.ConsumerBurstLimit, 2*set.consumerRate)
	if set.kind == "" {
		set.kind = httpKind
	}
	if set.authorization == "" {
		set.authorization = authorizeIam
	}
	return set
}

// gatewayBuilder is one construction of a Gateway: what it is made from, and what the
// later steps need of the earlier ones.
type gatewayBuilder struct {
	*convention.Scope
	gatewaySettings
	args    *GatewayArgs
	account convention.Account

	logs                        *cloudwatch.LogGroup
	apiId, apiName              pulumi.StringOutput
	executionArn, url           pulumi.StringOutput
	stageName, stageArn         pulumi.StringOutput
	stage                       pulumi.Resource
	authorizerId, linkId        pulumi.StringPtrInput
	restResources               map[string]pulumi.StringInput // their IDs by path
	restDecisive                pulumi.Array                  // what a deployment is a snapshot of
	beforeDeployment, beforeUse []pulumi.Resource
}
