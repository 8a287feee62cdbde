package database

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The use of the provisioned throughput that autoscaling aims at, in percent.
const tableUse = 70

// scaling lets Application Auto Scaling follow the load, for the table and for each
// global index: an index that falls behind throttles writes to the table.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
func (b *tableBuilder) scaling(table *dynamodb.Table) error {
	if !b.provisioned {
		return nil
	}
	if err := b.scale("", pulumi.Sprintf("table/%s", table.Name), "table"); err != nil {
		return err
	}
	for _, index := range b.indexes {
		if index.local {
			continue
		}
		if err := b.scale(index.name+"-", pulumi.Sprintf("table/%s/index/%s", table.Name, index.name), "index"); err != nil {
			return err
		}
	}
	return nil
}

func (b *tableBuilder) scale(prefix string, resource pulumi.StringInput, kind string) error {
	for _, way := range []struct {
		role, units string
		least, most int
	}{{"read", "Read", b.minRead, b.maxRead}, {"write", "Write", b.minWrite, b.maxWrite}} {
		role := prefix + way.role
		targetArgs := &appautoscaling.TargetArgs{
			ServiceNamespace: pulumi.String("dynamodb"), ResourceId: resource,
			ScalableDimension: pulumi.String("dynamodb:" + kind + ":" + way.units + "CapacityUnits"),
			MinCapacity:       pulumi.Int(way.least), MaxCapacity: pulumi.Int(way.most), Tags: b.Tags(""),
		}
		target, err := appautoscaling.NewTarget(b.Ctx, b.Child(role), targetArgs, convention.With(b.Scope, b.args.Transform.ScalingTarget, targetArgs))
		if err != nil {
			return fmt.Errorf("creating the scaling target %s of %s: %w", role, b.Name, err)
		}
		policyArgs := &appautoscaling.PolicyArgs{
			PolicyType:       pulumi.String("TargetTrackingScaling"),
			ServiceNamespace: target.ServiceNamespace, ResourceId: target.ResourceId, ScalableDimension: target.ScalableDimension,
			TargetTrackingScalingPolicyConfiguration: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
				TargetValue: pulumi.Float64(tableUse),
				PredefinedMetricSpecification: appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
					PredefinedMetricType: pulumi.String("DynamoDB" + way.units + "CapacityUtilization"),
				},
			},
		}
		if _, err := appautoscaling.NewPolicy(b.Ctx, b.Child(role), policyArgs, convention.With(b.Scope, b.args.Transform.ScalingPolicy, policyArgs)); err != nil {
			return fmt.Errorf("creating the scaling policy %s of %s: %w", role, b.Name, err)
		}
	}
	return nil
}
