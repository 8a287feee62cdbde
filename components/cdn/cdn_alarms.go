package cdn

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudfront"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// records make the domain names lead to the distribution.
func (e *edge) records(c *CDN) error {
	if e.args.ZoneId == nil {
		return nil
	}
	for _, domain := range e.args.DomainNames {
		for _, kind := range []string{"A", "AAAA"} {
			args := &route53.RecordArgs{
				ZoneId: e.args.ZoneId.ToStringPtrOutput().Elem(), Name: pulumi.String(domain), Type: pulumi.String(kind),
				// A distribution has no health that Route 53 could ask for.
				Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{Name: c.DomainName, ZoneId: c.HostedZoneId, EvaluateTargetHealth: pulumi.Bool(false)}},
			}
			if _, err := route53.NewRecord(e.Ctx, e.Child(domain+"-"+strings.ToLower(kind)), args, convention.With(e.Scope, e.args.Transform.Record, args)); err != nil {
				return fmt.Errorf("creating the %s record of %s: %w", kind, domain, err)
			}
		}
	}
	return nil
}

// alarms watch what users get. CloudFront's metrics are in us-east-1 only, so an
// alarm anywhere else would never fire:
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
func (e *edge) alarms(c *CDN) error {
	if err := e.measureLatency(c); err != nil || e.args.AlarmTopicArn == nil {
		return err
	}
	there, err := e.in(convention.USEast1)
	if err != nil {
		return err
	}
	transform := convention.AlarmsWith(there, e.args.Transform.Alarm)
	dimensions := pulumi.StringMap{"DistributionId": c.DistributionId, "Region": pulumi.String("Global")}
	alarms := []convention.Alarm{{
		Role:      "failing-requests",
		Meaning:   "More than 5 percent of the requests to CDN " + e.Name + " are answered with a server error. Look at the alarms of the load balancer or API behind it; if they are quiet, at its certificate and, for static files, at the bucket.",
		Namespace: "AWS/CloudFront", Metric: "5xxErrorRate", Statistic: "Average",
		Dimensions: dimensions, Above: convention.At(5), Period: 60, For: 5,
	}, {
		Role:      "refused-requests",
		Meaning:   "More than a third of the requests to CDN " + e.Name + " are refused or find nothing. Look in its access log for which: after a deployment they are usually files that are gone or a bucket policy that no longer lets the distribution read, otherwise somebody tries what there is.",
		Namespace: "AWS/CloudFront", Metric: "4xxErrorRate", Statistic: "Average",
		Dimensions: dimensions, Above: convention.At(33), Period: 300, For: 3,
	}}
	if limit := e.args.LatencyMilliseconds; limit != nil {
		alarms = append(alarms, convention.Alarm{
			Role:      "slow-origins",
			Meaning:   fmt.Sprintf("One in a hundred requests that CDN %s hands on takes longer than the %d ms it is meant to. Look at the load balancer or API behind it, and in the log for which paths should be cached.", e.Name, *limit),
			Namespace: "AWS/CloudFront", Metric: "OriginLatency", Statistic: "p99",
			Dimensions: dimensions, Above: convention.At(float64(*limit)), Period: 60, For: 5,
		})
	}
	for _, alarm := range alarms {
		if err := e.Alarm(alarm, transform); err != nil {
			return err
		}
	}
	return nil
}

// measureLatency turns on the metrics that CloudFront does not keep by itself.
func (e *edge) measureLatency(c *CDN) error {
	if e.args.LatencyMilliseconds == nil {
		return nil
	}
	args := &cloudfront.MonitoringSubscriptionArgs{
		DistributionId: c.DistributionId,
		MonitoringSubscription: cloudfront.MonitoringSubscriptionMonitoringSubscriptionArgs{
			RealtimeMetricsSubscriptionConfig: cloudfront.MonitoringSubscriptionMonitoringSubscriptionRealtimeMetricsSubscriptionConfigArgs{
				RealtimeMetricsSubscriptionStatus: pulumi.String("Enabled"),
			},
		},
	}
	if _, err := cloudfront.NewMonitoringSubscription(e.Ctx, e.Child("metrics"), args, convention.With(e.Scope, e.args.Transform.MonitoringSubscription, args)); err != nil {
		return fmt.Errorf("turning on the additional metrics of %s: %w", e.Name, err)
	}
	return nil
}
