package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A database with a replica away, a cluster, and a proxy for each, wired as users do.
func TestWiringOfClusters(t *testing.T) {
	t.Parallel()
	subnets := pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")}
	key, topic, network := pulumi.String(keyArn), pulumi.String(alarmsArn), pulumi.String("vpc-1")
	for _, preset := range []string{"production", "sandbox"} {
		for _, promoted := range []bool{false, true} {
			rec := record(t, func(ctx *pulumi.Context) error {
				orders, err := database.NewRelational(ctx, "orders", &database.RelationalArgs{
					Preset: preset, Engine: "mysql", ReadReplicas: pulumi.IntRef(1), VpcId: network, SubnetIds: subnets, KmsKeyArn: key, AlarmTopicArn: topic,
				})
				if err != nil {
					return err
				}
				west, err := aws.NewProvider(ctx, "west", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
				if err != nil {
					return err
				}
				if _, err := database.NewReplica(ctx, "away", &database.ReplicaArgs{
					Preset: preset, Engine: "mysql", SourceArn: orders.InstanceArn, Promoted: &promoted,
					VpcId: network, SubnetIds: subnets, KmsKeyArn: pulumi.String(strings.Replace(keyArn, "eu-central-1", "eu-west-1", 1)), AlarmTopicArn: pulumi.String("arn:aws:sns:eu-west-1:123456789012:alarms"),
				}, pulumi.Provider(west)); err != nil {
					return err
				}
				catalog, err := database.NewAurora(ctx, "catalog", &database.AuroraArgs{
					Preset: preset, Readers: pulumi.IntRef(1), MaxReaders: pulumi.IntRef(3), VpcId: network, SubnetIds: subnets, KmsKeyArn: key, AlarmTopicArn: topic,
				})
				if err != nil {
					return err
				}
				if _, err := database.NewProxy(ctx, "orders-proxy", &database.ProxyArgs{
					Preset: preset, Engine: "mysql", TargetInstanceIdentifier: orders.InstanceIdentifier.ToStringPtrOutput(), VpcId: network, SubnetIds: subnets,
					DatabaseClientSecurityGroupId: orders.ClientSecurityGroupId, SecretArns: []pulumi.StringInput{orders.SecretArn}, KmsKeyArn: key, AlarmTopicArn: topic,
				}); err != nil {
					return err
				}
				_, err = database.NewProxy(ctx, "catalog-proxy", &database.ProxyArgs{
					Preset: preset, Engine: "aurora-postgresql", TargetClusterIdentifier: catalog.ClusterIdentifier.ToStringPtrOutput(), ReaderEndpoint: pulumi.BoolRef(true),
					VpcId: network, SubnetIds: subnets, DatabaseClientSecurityGroupId: catalog.ClientSecurityGroupId, SecretArns: []pulumi.StringInput{catalog.SecretArn},
					KmsKeyArn: key, AlarmTopicArn: topic,
				})
				return err
			}, zoned)
			for _, finding := range guardrails.Wiring(rec) {
				t.Errorf("%s: %v", preset, finding)
			}
			catalog, orders := rec.Find(database.AuroraToken, "catalog"), rec.Find(database.RelationalToken, "orders")
			same(t, "what the proxies read", []any{recorder.At(rec.Find(rolePolicyType, "orders-proxy-secrets").Input("policy"), "Statement[0].Resource"), recorder.At(rec.Find(rolePolicyType, "catalog-proxy-secrets").Input("policy"), "Statement[0].Resource")},
				[]any{orders.Output("secretArn"), catalog.Output("secretArn")})
			same(t, "way from the proxy to the cluster", rec.Find(proxyType, "catalog-proxy-proxy").Input("vpcSecurityGroupIds[1]"), catalog.Output("clientSecurityGroupId"))
		}
	}
}
