// Program minimal declares the system minimal on AWS.
//
// It was written by scaffold from system.hcl and the blueprint "event-driven", and is yours:
// `scaffold check` tells when it and system.hcl part ways. What differs between environments is in
// Pulumi.<environment>.yaml; why it is built this way is in docs/decisions.
package main

import (
	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(deploy) }

// deploy declares all resources. The tests run it too.
func deploy(ctx *pulumi.Context) error {
	settings, err := readSettings(ctx)
	if err != nil {
		return err
	}

	// One key encrypts all that the system keeps and sends, so that one policy says who can read it.
	key, err := security.NewKey(ctx, "key", &security.KeyArgs{
		Preset:             settings.preset,
		Description:        "Everything minimal keeps and sends",
		Services:           []string{"cloudwatch", "logs", "sns"},
		DeletionProtection: pulumi.BoolRef(settings.keyDeletionProtection),
	})
	if err != nil {
		return err
	}

	// Every alarm fires here; people and tools subscribe to it.
	alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: zones = two in dev (Two zones survive the loss of one); three in prod (99.9 % allows
	// 43m12s of downtime in 30 days; with three zones, losing one leaves two thirds of the capacity).
	// See docs/decisions/0001-zones.md.
	//
	// Decision: egress = single in dev (One NAT gateway costs a fraction of one in each zone; when its
	// zone fails, nothing can call out until it is back); per-zone in prod (A NAT gateway in each zone
	// keeps the others connected when one zone fails, as 99.9 % asks for). See
	// docs/decisions/0002-egress.md.
	//
	// Decision: logs = one-week in dev (Nobody looks for what happened in a sandbox weeks ago);
	// three-months in prod (Ninety days are enough to look into an incident; personal data in logs is
	// kept no longer than its purpose takes (GDPR Article 5(1)(e))). See docs/decisions/0005-logs.md.
	//
	// What faces the internet in public subnets, what runs in private ones, data where nothing leads
	// out.
	vpc, err := network.NewNetwork(ctx, "vpc", &network.NetworkArgs{
		Preset:                settings.preset,
		AvailabilityZones:     pulumi.IntRef(settings.vpcAvailabilityZones),
		Nat:                   settings.vpcNat,
		FlowLogsRetentionDays: pulumi.IntRef(settings.vpcFlowLogsRetentionDays),
		KmsKeyArn:             key.Arn,
	})
	if err != nil {
		return err
	}

	// All services share one cluster.
	cluster, err := compute.NewServiceCluster(ctx, "cluster", &compute.ServiceClusterArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-minimal", &compute.ServiceArgs{
		Preset:           settings.preset,
		ClusterArn:       cluster.Arn,
		ClusterName:      cluster.Name,
		VpcId:            vpc.VpcId,
		SubnetIds:        vpc.PrivateSubnetIds,
		KmsKeyArn:        key.Arn,
		Image:            "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:             pulumi.IntRef(8080),
		MinTasks:         pulumi.IntRef(settings.serviceMinimalMinTasks),
		MaxTasks:         pulumi.IntRef(settings.serviceMinimalMaxTasks),
		LogRetentionDays: pulumi.IntRef(settings.serviceMinimalLogRetentionDays),
		Environment: pulumi.StringMap{
			"PORT": pulumi.String("8080"),
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	ctx.Export("alarm_topic", alarms.Arn)
	return nil
}
