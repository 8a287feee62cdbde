package database

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	readerProcessorPercent = 70
	// A reader takes some minutes to be there, and begins with an empty cache: it is
	// waited for before another one is added, and kept for longer.
	addReaderCooldownSeconds    = 300
	removeReaderCooldownSeconds = 900
)

// scaleReaders adds readers while those there are compute too much. The readers that
// Pulumi creates count; they are never taken away.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Integrating.AutoScaling.html
func (b *auroraBuilder) scaleReaders(cluster *rds.Cluster, instances []*rds.ClusterInstance) error {
	var all []pulumi.Resource
	for _, instance := range instances {
		all = append(all, instance)
	}
	targetArgs := &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String("rds"),
		ScalableDimension: pulumi.String("rds:cluster:ReadReplicaCount"),
		ResourceId:        pulumi.Sprintf("cluster:%s", cluster.ID()),
		MinCapacity:       pulumi.Int(b.d.readers),
		MaxCapacity:       pulumi.Int(b.d.maxReaders),
		Tags:              b.Tags(""),
	}
	target, err := appautoscaling.NewTarget(b.Ctx, b.Child("readers"), targetArgs,
		convention.With(b.Scope, b.args.Transform.ScalingTarget, targetArgs, pulumi.DependsOn(all)))
	if err != nil {
		return fmt.Errorf("creating the scaling target of the readers of %s: %w", b.Name, err)
	}
	policyArgs := &appautoscaling.PolicyArgs{
		PolicyType:        pulumi.String("TargetTrackingScaling"),
		ServiceNamespace:  target.ServiceNamespace,
		ScalableDimension: target.ScalableDimension,
		ResourceId:        target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			TargetValue: pulumi.Float64(readerProcessorPercent),
			PredefinedMetricSpecification: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
				PredefinedMetricType: pulumi.String("RDSReaderAverageCPUUtilization"),
			},
			ScaleOutCooldown: pulumi.Int(addReaderCooldownSeconds),
			ScaleInCooldown:  pulumi.Int(removeReaderCooldownSeconds),
		},
	}
	if _, err := appautoscaling.NewPolicy(b.Ctx, b.Child("readers-processor"), policyArgs, convention.With(b.Scope, b.args.Transform.ScalingPolicy, policyArgs)); err != nil {
		return fmt.Errorf("creating the scaling policy of the readers of %s: %w", b.Name, err)
	}
	return nil
}
