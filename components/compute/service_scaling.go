package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Tasks are added soon after they are needed and taken away once it is certain that
// they are not.
const (
	scaleOutCooldownSeconds = 60
	scaleInCooldownSeconds  = 300
)

// Shorter names for types that the SDK spells out.
type (
	tracking   = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs
	predefined = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs
	customized = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationArgs
	metric     = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArgs
	metrics    = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricArray
	metricStat = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatArgs
	statMetric = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricArgs
	dimension  = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArgs
	dimensions = appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecificationMetricMetricStatMetricDimensionArray
)

func (b *serviceBuilder) createScaling() error {
	args := &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String("ecs"),
		ScalableDimension: pulumi.String("ecs:service:DesiredCount"),
		ResourceId:        pulumi.Sprintf("service/%s/%s", b.args.ClusterName, b.service.Name),
		MinCapacity:       pulumi.Int(b.minTasks),
		MaxCapacity:       pulumi.Int(b.maxTasks),
		Tags:              b.Tags(""),
	}
	target, err := appautoscaling.NewTarget(b.Ctx, b.Child("scaling"), args, convention.With(b.Scope, b.args.Transform.ScalingTarget, args))
	if err != nil {
		return fmt.Errorf("creating the scaling target: %w", err)
	}
	if err := b.track(target, "cpu", tracking{
		TargetValue:                   pulumi.Float64(b.cpuTarget),
		PredefinedMetricSpecification: predefined{PredefinedMetricType: pulumi.String("ECSServiceAverageCPUUtilization")},
	}); err != nil || b.args.QueueName == nil {
		return err
	}
	// Of several policies the one that wants the most tasks wins.
	return b.track(target, "backlog", tracking{
		TargetValue:                   pulumi.Float64(b.backlog),
		CustomizedMetricSpecification: b.backlogPerTask(),
	})
}

func (b *serviceBuilder) track(target *appautoscaling.Target, role string, configuration tracking) error {
	configuration.ScaleOutCooldown = pulumi.Int(scaleOutCooldownSeconds)
	configuration.ScaleInCooldown = pulumi.Int(scaleInCooldownSeconds)
	args := &appautoscaling.PolicyArgs{
		PolicyType:                               pulumi.String("TargetTrackingScaling"),
		ServiceNamespace:                         target.ServiceNamespace,
		ScalableDimension:                        target.ScalableDimension,
		ResourceId:                               target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: configuration,
	}
	if _, err := appautoscaling.NewPolicy(b.Ctx, b.Child(role), args, convention.With(b.Scope, b.args.Transform.ScalingPolicy, args)); err != nil {
		return fmt.Errorf("creating the scaling policy %s: %w", role, err)
	}
	return nil
}

// backlogPerTask is the number of waiting messages divided by that of running tasks,
// as AWS advises
// (https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking-metric-math.html).
//
// Each running task is one sample a minute of the service's CPUUtilization: the
// count of tasks that needs no Container Insights
// (https://github.com/awsdocs/amazon-ecs-developer-guide/blob/master/doc_source/cloudwatch-metrics.md#cw_running_task_count,
// https://github.com/aws/containers-roadmap/issues/2718). Scaling reads minutes only.
//
// Missing data is not filled in: a metric that is a minute late would count as zero
// in each latest minute and keep tasks from ever being added. A queue that reports
// nothing has been empty for hours; a service that reports nothing has no task that
// runs, which more tasks would not cure.
func (b *serviceBuilder) backlogPerTask() customized {
	return customized{Metrics: metrics{
		metric{
			Id: pulumi.String("visible"), ReturnData: pulumi.Bool(false),
			MetricStat: metricStat{Stat: pulumi.String("Average"), Metric: statMetric{
				Namespace: pulumi.String("AWS/SQS"), MetricName: pulumi.String("ApproximateNumberOfMessagesVisible"),
				Dimensions: dimensions{dimension{Name: pulumi.String("QueueName"), Value: b.args.QueueName.ToStringPtrOutput().Elem()}},
			}},
		},
		metric{
			Id: pulumi.String("tasks"), ReturnData: pulumi.Bool(false),
			MetricStat: metricStat{Stat: pulumi.String("SampleCount"), Metric: statMetric{
				Namespace: pulumi.String("AWS/ECS"), MetricName: pulumi.String("CPUUtilization"),
				Dimensions: dimensions{
					dimension{Name: pulumi.String("ClusterName"), Value: b.args.ClusterName},
					dimension{Name: pulumi.String("ServiceName"), Value: b.service.Name},
				},
			}},
		},
		metric{
			Id: pulumi.String("backlog"), Label: pulumi.String("Messages per task"),
			Expression: pulumi.String("visible / tasks"), ReturnData: pulumi.Bool(true),
		},
	}}
}
