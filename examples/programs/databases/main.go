// Command databases deploys relational databases of each kind: a PostgreSQL instance
// with a replica in another region, an Aurora cluster whose readers grow in number, a
// small serverless one, and the proxies that share their connections.
package main

import (
	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(program) }

// place is what databases need in each region.
type place struct {
	network *network.Network
	key     *security.Key
	alarms  *observability.AlarmTopic
}

func newPlace(ctx *pulumi.Context, name string, keep *bool, opts ...pulumi.ResourceOption) (*place, error) {
	key, err := security.NewKey(ctx, name, &security.KeyArgs{
		Services: []string{"logs", "cloudwatch"}, DeletionProtection: keep,
	}, opts...)
	if err != nil {
		return nil, err
	}
	alarms, err := observability.NewAlarmTopic(ctx, name, &observability.AlarmTopicArgs{KmsKeyArn: key.Arn}, opts...)
	if err != nil {
		return nil, err
	}
	// Databases need no way to the internet.
	net, err := network.NewNetwork(ctx, name, &network.NetworkArgs{Preset: "sandbox", Nat: "none"}, opts...)
	if err != nil {
		return nil, err
	}
	return &place{net, key, alarms}, nil
}

func program(ctx *pulumi.Context) error {
	// This is an example, to be taken down again: what production protects is so only
	// with `pulumi config set keep true`.
	keep := pulumi.BoolRef(config.GetBool(ctx, "keep"))
	home, err := newPlace(ctx, "home", keep)
	if err != nil {
		return err
	}
	if err := orders(ctx, home, keep); err != nil {
		return err
	}
	if err := catalog(ctx, home, keep); err != nil {
		return err
	}
	return reports(ctx, home)
}

// orders is a PostgreSQL instance with a standby, a replica in its region and one in
// another, which takes over should the region be lost.
func orders(ctx *pulumi.Context, home *place, keep *bool) error {
	orders, err := database.NewRelational(ctx, "orders", &database.RelationalArgs{
		VpcId: home.network.VpcId, SubnetIds: home.network.IsolatedSubnetIds,
		ReadReplicas:       pulumi.IntRef(1),
		DeletionProtection: keep, KmsKeyArn: home.key.Arn.ToStringPtrOutput(), AlarmTopicArn: home.alarms.Arn.ToStringPtrOutput(),
	})
	if err != nil {
		return err
	}
	west, err := aws.NewProvider(ctx, "west", &aws.ProviderArgs{Region: pulumi.String("us-west-2")})
	if err != nil {
		return err
	}
	away, err := newPlace(ctx, "away", keep, pulumi.Provider(west))
	if err != nil {
		return err
	}
	replica, err := database.NewReplica(ctx, "orders-away", &database.ReplicaArgs{
		SourceArn: orders.InstanceArn,
		VpcId:     away.network.VpcId, SubnetIds: away.network.IsolatedSubnetIds, KmsKeyArn: away.key.Arn,
		// When the region of orders is lost: pulumi config set lost true; pulumi up.
		Promoted:           pulumi.BoolRef(config.GetBool(ctx, "lost")),
		DeletionProtection: keep, AlarmTopicArn: away.alarms.Arn.ToStringPtrOutput(),
	}, pulumi.Provider(west))
	if err != nil {
		return err
	}
	ctx.Export("ordersEndpoint", orders.Endpoint)
	ctx.Export("ordersAwayEndpoint", replica.Endpoint)
	return nil
}

// catalog is an Aurora cluster that is read far more than it is written. Functions
// connect through a proxy, with IAM tokens.
func catalog(ctx *pulumi.Context, home *place, keep *bool) error {
	// The emulator of the tests lacks CreateDBProxyEndpoint.
	emulated := config.GetBool(ctx, "emulated")
	catalog, err := database.NewAurora(ctx, "catalog", &database.AuroraArgs{
		VpcId: home.network.VpcId, SubnetIds: home.network.IsolatedSubnetIds,
		Readers: pulumi.IntRef(1), MaxReaders: pulumi.IntRef(5),
		DeletionProtection: keep, KmsKeyArn: home.key.Arn.ToStringPtrOutput(), AlarmTopicArn: home.alarms.Arn.ToStringPtrOutput(),
	})
	if err != nil {
		return err
	}
	proxy, err := database.NewProxy(ctx, "catalog-proxy", &database.ProxyArgs{
		Engine: "aurora-postgresql", TargetClusterIdentifier: catalog.ClusterIdentifier.ToStringPtrOutput(),
		VpcId: home.network.VpcId, SubnetIds: home.network.IsolatedSubnetIds,
		DatabaseClientSecurityGroupId: catalog.ClientSecurityGroupId,
		SecretArns:                    []pulumi.StringInput{catalog.SecretArn},
		ReaderEndpoint:                pulumi.BoolRef(!emulated),
		KmsKeyArn:                     home.key.Arn.ToStringPtrOutput(), AlarmTopicArn: home.alarms.Arn.ToStringPtrOutput(),
	})
	if err != nil {
		return err
	}
	ctx.Export("catalogEndpoint", proxy.Endpoint)
	ctx.Export("catalogReaderEndpoint", proxy.ReaderEndpoint)
	return nil
}

// reports is a serverless MySQL cluster that pauses when nobody asks it anything.
func reports(ctx *pulumi.Context, home *place) error {
	reports, err := database.NewAurora(ctx, "reports", &database.AuroraArgs{
		Preset: "sandbox", Engine: "aurora-mysql",
		VpcId: home.network.VpcId, SubnetIds: home.network.IsolatedSubnetIds,
		AlarmTopicArn: home.alarms.Arn.ToStringPtrOutput(),
	})
	if err != nil {
		return err
	}
	// An instance can stand behind a proxy too.
	imports, err := database.NewRelational(ctx, "imports", &database.RelationalArgs{
		Preset: "sandbox", Engine: "mysql",
		VpcId: home.network.VpcId, SubnetIds: home.network.IsolatedSubnetIds,
	})
	if err != nil {
		return err
	}
	proxy, err := database.NewProxy(ctx, "imports-proxy", &database.ProxyArgs{
		Preset: "sandbox", Engine: "mysql", TargetInstanceIdentifier: imports.InstanceIdentifier.ToStringPtrOutput(),
		VpcId: home.network.VpcId, SubnetIds: home.network.IsolatedSubnetIds,
		DatabaseClientSecurityGroupId: imports.ClientSecurityGroupId,
		SecretArns:                    []pulumi.StringInput{imports.SecretArn},
	})
	if err != nil {
		return err
	}
	ctx.Export("reportsEndpoint", reports.Endpoint)
	ctx.Export("importsEndpoint", proxy.Endpoint)
	return nil
}
