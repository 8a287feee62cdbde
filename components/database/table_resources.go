package database

import (
	"fmt"
	"regexp"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var regionName = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)

// tableBuilder makes the children of a Table.
type tableBuilder struct {
	*convention.Scope
	tableSettings
	args    *TableArgs
	account convention.Account
}

func (b *tableBuilder) create(t *Table) error {
	args := b.tableArgs()
	opts := []pulumi.ResourceOption{pulumi.Protect(b.protected)}
	if b.provisioned {
		// Autoscaling changes these from now on.
		ignored := []string{"readCapacity", "writeCapacity"}
		if len(b.args.GlobalIndexes) > 0 {
			ignored = append(ignored, "globalSecondaryIndexes[*].readCapacity", "globalSecondaryIndexes[*].writeCapacity")
		}
		opts = append(opts, pulumi.IgnoreChanges(ignored))
	}
	table, err := dynamodb.NewTable(b.Ctx, b.Child("table"), args, convention.With(b.Scope, b.args.Transform.Table, args, opts...))
	if err != nil {
		return fmt.Errorf("creating the table of %s: %w", b.Name, err)
	}
	t.Name, t.Arn, t.StreamArn = table.Name, table.Arn, table.StreamArn
	return b.scaling(table)
}

func (b *tableBuilder) tableArgs() *dynamodb.TableArgs {
	a := &dynamodb.TableArgs{
		HashKey:                   pulumi.String(b.hash.name),
		BillingMode:               pulumi.String("PAY_PER_REQUEST"),
		StreamEnabled:             pulumi.Bool(true),
		StreamViewType:            pulumi.String(tableStreamViews[b.streamView]),
		ServerSideEncryption:      dynamodb.TableServerSideEncryptionArgs{Enabled: pulumi.Bool(true), KmsKeyArn: b.args.KmsKeyArn},
		PointInTimeRecovery:       dynamodb.TablePointInTimeRecoveryArgs{Enabled: pulumi.Bool(true), RecoveryPeriodInDays: pulumi.Int(b.recoveryDays)},
		DeletionProtectionEnabled: pulumi.Bool(b.protected),
		Tags:                      b.Tags(""),
	}
	if b.order.name != "" {
		a.RangeKey = pulumi.String(b.order.name)
	}
	types := b.attributes()
	attributes := dynamodb.TableAttributeArray{}
	for _, name := range sortedKeys(types) {
		attributes = append(attributes, dynamodb.TableAttributeArgs{Name: pulumi.String(name), Type: pulumi.String(types[name])})
	}
	a.Attributes = attributes
	if b.provisioned {
		a.BillingMode = pulumi.String("PROVISIONED")
		a.ReadCapacity, a.WriteCapacity = pulumi.Int(b.minRead), pulumi.Int(b.minWrite)
	} else if b.maxRead+b.maxWrite > 0 {
		a.OnDemandThroughput = dynamodb.TableOnDemandThroughputArgs{MaxReadRequestUnits: limit(b.maxRead), MaxWriteRequestUnits: limit(b.maxWrite)}
	}
	b.addIndexes(a)
	if b.args.TtlAttribute != "" {
		a.Ttl = dynamodb.TableTtlArgs{Enabled: pulumi.Bool(true), AttributeName: pulumi.String(b.args.TtlAttribute)}
	}
	if len(b.args.ReplicaRegions) > 0 {
		replicas := dynamodb.TableReplicaTypeArray{}
		for i, region := range b.args.ReplicaRegions {
			replica := dynamodb.TableReplicaTypeArgs{RegionName: pulumi.String(region), PointInTimeRecovery: pulumi.Bool(true), PropagateTags: pulumi.Bool(true)}
			if b.args.KmsKeyArn != nil {
				replica.KmsKeyArn = b.args.ReplicaKmsKeyArns[i].ToStringOutput().ToStringPtrOutput()
			}
			replicas = append(replicas, replica)
		}
		a.Replicas = replicas
	}
	return a
}

func (b *tableBuilder) addIndexes(a *dynamodb.TableArgs) {
	global, local := dynamodb.TableGlobalSecondaryIndexArray{}, dynamodb.TableLocalSecondaryIndexArray{}
	for _, index := range b.indexes {
		if index.local {
			local = append(local, dynamodb.TableLocalSecondaryIndexArgs{
				Name: pulumi.String(index.name), RangeKey: pulumi.String(index.order.name), ProjectionType: pulumi.String("ALL"),
			})
			continue
		}
		g := dynamodb.TableGlobalSecondaryIndexArgs{
			Name: pulumi.String(index.name), HashKey: pulumi.String(index.hash.name), ProjectionType: pulumi.String("ALL"),
		}
		if index.order.name != "" {
			g.RangeKey = pulumi.String(index.order.name)
		}
		if b.provisioned {
			g.ReadCapacity, g.WriteCapacity = pulumi.Int(b.minRead), pulumi.Int(b.minWrite)
		} else if b.maxRead+b.maxWrite > 0 {
			g.OnDemandThroughput = dynamodb.TableGlobalSecondaryIndexOnDemandThroughputArgs{MaxReadRequestUnits: limit(b.maxRead), MaxWriteRequestUnits: limit(b.maxWrite)}
		}
		global = append(global, g)
	}
	if len(global) > 0 {
		a.GlobalSecondaryIndexes = global
	}
	if len(local) > 0 {
		a.LocalSecondaryIndexes = local
	}
}

// limit is a limit on throughput, or nil for none.
func limit(units int) pulumi.IntPtrInput {
	if units == 0 {
		return nil
	}
	return pulumi.IntPtr(units)
}

// existing looks the table up. Its indexes are those it has.
func (b *tableBuilder) existing(t *Table) error {
	name := b.args.ExistingTableName
	found, err := dynamodb.LookupTable(b.Ctx, &dynamodb.LookupTableArgs{Name: name}, b.Invoke())
	if err != nil {
		return fmt.Errorf("%s %q: existingTableName: looking up %q: %w", b.Token, b.Name, name, err)
	}
	for _, index := range found.GlobalSecondaryIndexes {
		b.indexes = append(b.indexes, tableIndex{name: index.Name})
	}
	for _, index := range found.LocalSecondaryIndexes {
		b.indexes = append(b.indexes, tableIndex{name: index.Name, local: true})
	}
	t.Name, t.Arn, t.StreamArn = text(name), text(found.Arn), text(or(found.StreamArn, found.Arn+"/stream/none"))
	return nil
}
