package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
func (b *gatewayBuilder) createAlarms() error {
	transform := b.args.Transform.Alarm
	dimensions := pulumi.StringMap{"ApiId": b.apiId, "Stage": b.stageName}
	server, caller := "5xx", "4xx"
	if b.kind == restKind {
		dimensions = pulumi.StringMap{"ApiName": b.apiName, "Stage": b.stageName}
		server, caller = "5XXError", "4XXError"
	}
	for _, ratio := range []convention.Ratio{
		{
			Role:    "failing-requests",
			Meaning: "More than 5 percent of the requests to API " + b.Name + " are answered with a server error. See in the access logs which route fails, and then in the log of the function or service behind it; if it began with a deployment, roll that back.",
			Part:    server, Above: 5, AtLeast: 20, For: 5,
		},
		{
			Role:    "refused-requests",
			Meaning: "Half of the requests to API " + b.Name + " are refused: callers are not let in (401, 403), ask for what is not there (404), or ask for too much (429). See in the access logs which; a new version of a client or of the routes may be wrong, or somebody is trying doors.",
			Part:    caller, Above: 50, AtLeast: 50, For: 10,
		},
	} {
		ratio.Namespace, ratio.Whole, ratio.Dimensions, ratio.Period = "AWS/ApiGateway", "Count", dimensions, 60
		if err := b.AlarmRatio(ratio, transform); err != nil {
			return err
		}
	}
	return b.Alarm(convention.Alarm{
		Role:      "slow-requests",
		Meaning:   fmt.Sprintf("One in a hundred requests to API %s takes longer than %d ms. See in the access logs which route, and whether the time is spent behind it (integrationLatency); then look at what the function or service waits for.", b.Name, b.latency),
		Namespace: "AWS/ApiGateway", Metric: "Latency", Statistic: "p99", Dimensions: dimensions,
		Above: convention.At(float64(b.latency)), Period: 60, For: 5,
	}, transform)
}
