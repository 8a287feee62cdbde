package database_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Every child can be changed.
func TestRelationalTransforms(t *testing.T) {
	t.Parallel()
	retain := func(opts *[]pulumi.ResourceOption) { *opts = append(*opts, pulumi.RetainOnDelete(true)) }
	rec := orders(t, func(a *database.RelationalArgs) {
		a.ReadReplicas, a.AlarmTopicArn = pulumi.IntRef(1), pulumi.String(alarmsArn)
		a.Transform = database.RelationalTransform{
			Instance: func(a *rds.InstanceArgs, o *[]pulumi.ResourceOption) {
				a.AllowMajorVersionUpgrade = pulumi.Bool(true)
				retain(o)
			},
			Replica: func(a *rds.InstanceArgs, o *[]pulumi.ResourceOption) {
				a.InstanceClass = pulumi.String("db.r7g.large")
				retain(o)
			},
			ParameterGroup:       func(_ *rds.ParameterGroupArgs, o *[]pulumi.ResourceOption) { retain(o) },
			SubnetGroup:          func(_ *rds.SubnetGroupArgs, o *[]pulumi.ResourceOption) { retain(o) },
			ServerSecurityGroup:  func(_ *ec2.SecurityGroupArgs, o *[]pulumi.ResourceOption) { retain(o) },
			ClientSecurityGroup:  func(_ *ec2.SecurityGroupArgs, o *[]pulumi.ResourceOption) { retain(o) },
			IngressRule:          func(_ *vpc.SecurityGroupIngressRuleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			EgressRule:           func(_ *vpc.SecurityGroupEgressRuleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			LogGroup:             func(_ *cloudwatch.LogGroupArgs, o *[]pulumi.ResourceOption) { retain(o) },
			MonitoringRole:       func(_ *iam.RoleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			MonitoringAttachment: func(_ *iam.RolePolicyAttachmentArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Secret:               func(_ *secretsmanager.SecretArgs, o *[]pulumi.ResourceOption) { retain(o) },
			SecretVersion:        func(_ *secretsmanager.SecretVersionArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Alarm:                func(_ *cloudwatch.MetricAlarmArgs, o *[]pulumi.ResourceOption) { retain(o) },
		}
	})
	for _, r := range rec.Resources {
		if r.Custom && r.Type != "pulumi:pulumi:Stack" && !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
	same(t, "of the primary", rec.Find(instanceType, "orders-primary").Input("allowMajorVersionUpgrade"), true)
	same(t, "of the replica", rec.Find(instanceType, "orders-replica-1").Input("instanceClass"), "db.r7g.large")
}
