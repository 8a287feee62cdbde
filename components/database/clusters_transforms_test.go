package database_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// retain is a transform that leaves a trace.
func retain[A any](_ *A, opts *[]pulumi.ResourceOption) {
	*opts = append(*opts, pulumi.RetainOnDelete(true))
}

func reached(t *testing.T, rec *recorder.Recording, resources int) {
	t.Helper()
	count := 0
	for _, r := range rec.Resources {
		if !r.Custom || r.Type == "pulumi:pulumi:Stack" {
			continue
		}
		count++
		if !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
	same(t, "resources", count, resources)
}

// Every child can be changed.
func TestAuroraTransforms(t *testing.T) {
	t.Parallel()
	rec := catalog(t, func(a *database.AuroraArgs) {
		a.MaxReaders, a.AlarmTopicArn = pulumi.IntRef(3), pulumi.String(alarmsArn)
		a.Transform = database.AuroraTransform{
			Cluster: func(a *rds.ClusterArgs, o *[]pulumi.ResourceOption) {
				a.StorageType = pulumi.String("aurora-iopt1")
				retain(a, o)
			},
			Instance: retain[rds.ClusterInstanceArgs], ParameterGroup: retain[rds.ClusterParameterGroupArgs], SubnetGroup: retain[rds.SubnetGroupArgs],
			ServerSecurityGroup: retain[ec2.SecurityGroupArgs], ClientSecurityGroup: retain[ec2.SecurityGroupArgs],
			IngressRule: retain[vpc.SecurityGroupIngressRuleArgs], EgressRule: retain[vpc.SecurityGroupEgressRuleArgs],
			LogGroup: retain[cloudwatch.LogGroupArgs], MonitoringRole: retain[iam.RoleArgs], MonitoringAttachment: retain[iam.RolePolicyAttachmentArgs],
			ScalingTarget: retain[appautoscaling.TargetArgs], ScalingPolicy: retain[appautoscaling.PolicyArgs], Alarm: retain[cloudwatch.MetricAlarmArgs],
		}
	})
	reached(t, rec, 20)
	same(t, "of the cluster", rec.Type(clusterType)[0].Input("storageType"), "aurora-iopt1")
}

func TestProxyTransforms(t *testing.T) {
	t.Parallel()
	reached(t, pool(t, func(a *database.ProxyArgs) {
		a.Engine, a.TargetInstanceIdentifier, a.TargetClusterIdentifier = "aurora-mysql", nil, pulumi.String("catalog-1")
		a.ReaderEndpoint, a.AlarmTopicArn = pulumi.BoolRef(true), pulumi.String(alarmsArn)
		a.Transform = database.ProxyTransform{
			Proxy: retain[rds.ProxyArgs], TargetGroup: retain[rds.ProxyDefaultTargetGroupArgs], Target: retain[rds.ProxyTargetArgs], ReaderEndpoint: retain[rds.ProxyEndpointArgs],
			Role: retain[iam.RoleArgs], RolePolicy: retain[iam.RolePolicyArgs],
			ServerSecurityGroup: retain[ec2.SecurityGroupArgs], ClientSecurityGroup: retain[ec2.SecurityGroupArgs],
			IngressRule: retain[vpc.SecurityGroupIngressRuleArgs], EgressRule: retain[vpc.SecurityGroupEgressRuleArgs],
			LogGroup: retain[cloudwatch.LogGroupArgs], Alarm: retain[cloudwatch.MetricAlarmArgs],
		}
	}), 15)
}

func TestReplicaTransforms(t *testing.T) {
	t.Parallel()
	reached(t, away(t, func(a *database.ReplicaArgs) {
		a.AlarmTopicArn = pulumi.String(alarmsArn)
		a.Transform = database.ReplicaTransform{
			Instance: retain[rds.InstanceArgs], ParameterGroup: retain[rds.ParameterGroupArgs], SubnetGroup: retain[rds.SubnetGroupArgs],
			ServerSecurityGroup: retain[ec2.SecurityGroupArgs], ClientSecurityGroup: retain[ec2.SecurityGroupArgs],
			IngressRule: retain[vpc.SecurityGroupIngressRuleArgs], EgressRule: retain[vpc.SecurityGroupEgressRuleArgs],
			LogGroup: retain[cloudwatch.LogGroupArgs], MonitoringRole: retain[iam.RoleArgs], MonitoringAttachment: retain[iam.RolePolicyAttachmentArgs],
			Alarm: retain[cloudwatch.MetricAlarmArgs],
		}
	}), 16)
}
