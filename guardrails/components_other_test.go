package guardrails_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// inside is a system of components with other arguments than the shop's: nothing is
// public, nothing alarms, order is kept, and every role has a boundary.
func inside(preset string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		boundary := pulumi.String("arn:aws:iam::123456789012:policy/boundary")
		key, err := security.NewKey(ctx, "key", &security.KeyArgs{
			Preset: preset, Services: []string{"cloudwatch", "delivery.logs", "events", "logs", "s3", "sns"},
		})
		if err != nil {
			return err
		}
		net, err := network.NewNetwork(ctx, "net", &network.NetworkArgs{
			Preset: preset, FlowLogs: pulumi.BoolRef(true), PermissionsBoundaryArn: boundary,
		})
		if err != nil {
			return err
		}
		if _, err := network.NewLoadBalancer(ctx, "balancer", &network.LoadBalancerArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: net.PrivateSubnetIds, Internal: pulumi.BoolRef(true),
			CertificateArn: pulumi.String("arn:aws:acm:eu-central-1:123456789012:certificate/c"),
		}); err != nil {
			return err
		}
		topic, err := queue.NewTopic(ctx, "topic", &queue.TopicArgs{Preset: preset, KmsKeyArn: key.Arn, Fifo: pulumi.BoolRef(true), PermissionsBoundaryArn: boundary})
		if err != nil {
			return err
		}
		if _, err := queue.NewQueue(ctx, "ordered", &queue.QueueArgs{
			Preset: preset, KmsKeyArn: key.Arn, Fifo: pulumi.BoolRef(true),
			TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"topic"},
		}); err != nil {
			return err
		}
		db, err := database.NewRelational(ctx, "db", &database.RelationalArgs{
			Preset: preset, Engine: "mysql", VpcId: net.VpcId, SubnetIds: net.IsolatedSubnetIds,
			MonitoringIntervalSeconds: pulumi.IntRef(60), PermissionsBoundaryArn: boundary,
		})
		if err != nil {
			return err
		}
		cluster, err := compute.NewServiceCluster(ctx, "cluster", &compute.ServiceClusterArgs{Preset: preset})
		if err != nil {
			return err
		}
		_, err = compute.NewService(ctx, "service", &compute.ServiceArgs{
			Preset: preset, ClusterArn: cluster.Arn, ClusterName: cluster.Name, VpcId: net.VpcId, SubnetIds: net.PrivateSubnetIds,
			Image:          "123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme/service:1",
			ExecuteCommand: pulumi.BoolRef(true), ReadonlyRootFilesystem: pulumi.BoolRef(false),
			PermissionsBoundaryArn: boundary, Policies: []pulumi.StringInput{db.ReaderPolicy},
		})
		return err
	}
}

func TestComponentsWithOtherArguments(t *testing.T) {
	for _, preset := range []string{"production", "sandbox"} {
		t.Run(preset, func(t *testing.T) {
			rec, err := run(inside(preset))
			if err != nil {
				t.Error(err)
			}
			for _, f := range guardrails.Wiring(rec) {
				t.Error(f)
			}
		})
	}
}
