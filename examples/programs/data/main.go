// Tables, caches and secrets, under both presets.
//
// With "pulumi config set emulated true" it leaves out what the AWS emulator of the
// tests cannot do: the caches (CreateUser, CreateReplicationGroup and
// CreateServerlessCache of ElastiCache), and one of the two databases, since
// DescribeDBInstances does not tell them apart by their resource id.
package main

import (
	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	for _, preset := range []string{"production", "sandbox"} {
		if err := (&environment{Context: ctx, preset: preset}).create(); err != nil {
			return err
		}
	}
	return nil
}

// environment is what one preset has.
type environment struct {
	*pulumi.Context
	preset     string
	key        pulumi.StringPtrInput
	alarms     pulumi.StringPtrInput
	network    *network.Network
	protection *bool
}

func (e *environment) name(name string) string { return e.preset + "-" + name }

func (e *environment) create() error {
	// Whoever tries this wants to take it away again; leave it out for data to keep.
	e.protection = pulumi.BoolRef(false)
	key, err := security.NewKey(e.Context, e.name("key"), &security.KeyArgs{
		Preset: e.preset, Services: []string{"cloudwatch", "logs"}, DeletionProtection: e.protection,
	})
	if err != nil {
		return err
	}
	e.key = key.Arn.ToStringPtrOutput()
	alarms, err := observability.NewAlarmTopic(e.Context, e.name("alarms"), &observability.AlarmTopicArgs{Preset: e.preset, KmsKeyArn: key.Arn})
	if err != nil {
		return err
	}
	e.alarms = alarms.Arn.ToStringPtrOutput()
	e.network, err = network.NewNetwork(e.Context, e.name("network"), &network.NetworkArgs{
		Preset: e.preset, KmsKeyArn: e.key, InterfaceEndpoints: []string{"secretsmanager"},
	})
	if err != nil {
		return err
	}
	for _, create := range []func() error{e.tables, e.caches, e.secrets} {
		if err := create(); err != nil {
			return err
		}
	}
	return nil
}

func (e *environment) tables() error {
	orders, err := database.NewTable(e.Context, e.name("orders"), &database.TableArgs{
		Preset: e.preset, HashKey: "id:S",
		GlobalIndexes: []string{"byUser:userId:S,createdAt:N"},
		TtlAttribute:  "expiresAt",
		KmsKeyArn:     e.key, AlarmTopicArn: e.alarms, DeletionProtection: e.protection,
	})
	if err != nil {
		return err
	}
	e.Export(e.name("orders"), orders.Name)
	// A steady load is cheaper by the hour.
	_, err = database.NewTable(e.Context, e.name("readings"), &database.TableArgs{
		Preset: e.preset, HashKey: "sensor:S", RangeKey: "time:N",
		LocalIndexes: []string{"byValue:value:N"}, GlobalIndexes: []string{"bySite:site:S,time:N"},
		Billing: "provisioned", AlarmTopicArn: e.alarms, DeletionProtection: e.protection,
	})
	return err
}

func (e *environment) caches() error {
	if config.GetBool(e.Context, "emulated") {
		return nil
	}
	sessions, err := database.NewCache(e.Context, e.name("sessions"), &database.CacheArgs{
		Preset: e.preset, VpcId: e.network.VpcId, SubnetIds: e.network.IsolatedSubnetIds,
		KmsKeyArn: e.key, AlarmTopicArn: e.alarms, DeletionProtection: e.protection,
	})
	if err != nil {
		return err
	}
	e.Export(e.name("sessions"), sessions.Endpoint)
	_, err = database.NewCache(e.Context, e.name("pages"), &database.CacheArgs{
		Preset: e.preset, Serverless: pulumi.BoolRef(true), VpcId: e.network.VpcId, SubnetIds: e.network.IsolatedSubnetIds,
		KmsKeyArn: e.key, AlarmTopicArn: e.alarms, DeletionProtection: e.protection,
	})
	return err
}

func (e *environment) secrets() error {
	_, err := security.NewSecret(e.Context, e.name("signing"), &security.SecretArgs{
		Preset: e.preset, Description: "Signs sessions", DeletionProtection: e.protection,
	})
	if err != nil {
		return err
	}
	if e.preset == "sandbox" && config.GetBool(e.Context, "emulated") {
		return nil
	}
	ledger, err := database.NewRelational(e.Context, e.name("ledger"), &database.RelationalArgs{
		Preset: e.preset, VpcId: e.network.VpcId, SubnetIds: e.network.IsolatedSubnetIds,
		KmsKeyArn: e.key, AlarmTopicArn: e.alarms, DeletionProtection: e.protection,
	})
	if err != nil {
		return err
	}
	_, err = security.NewSecret(e.Context, e.name("ledger-user"), &security.SecretArgs{
		Preset: e.preset, Rotation: "alternating-users", Engine: "postgres", Username: "ledger",
		DatabaseHost: ledger.Endpoint, DatabasePort: ledger.Port, DatabaseName: ledger.DatabaseName,
		MasterSecretArn: ledger.SecretArn, MasterKmsKeyArn: e.key,
		VpcId: e.network.VpcId, SubnetIds: e.network.PrivateSubnetIds, DatabaseClientSecurityGroupId: ledger.ClientSecurityGroupId,
		SecretsManagerAccess: "endpoint", EndpointSecurityGroupId: e.network.EndpointSecurityGroupId,
		AlarmTopicArn: e.alarms, DeletionProtection: e.protection,
	})
	return err
}
