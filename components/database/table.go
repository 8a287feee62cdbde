package database

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TableToken is the type of Table in Pulumi's state.
const TableToken = "scaffold:database:Table"

// TableArgs are the arguments of a Table.
type TableArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The attribute that items are spread by, as "name:type" with the type S (text), N
	// (number) or B (bytes): "userId:S". Required unless an existing table is named.
	// It cannot be changed later without a new, empty table.
	HashKey string `pulumi:"hashKey,optional"`
	// The attribute that items of one hash key are sorted by, as "name:type". Default:
	// none. It cannot be changed later without a new, empty table.
	RangeKey string `pulumi:"rangeKey,optional"`
	// Other keys to find items by, each as "index:hashKey" or "index:hashKey,rangeKey"
	// with the keys as "name:type": "byUser:userId:S,createdAt:N". At most 20. An index
	// holds all attributes of the items, is eventually consistent, and can be added and
	// taken away later.
	GlobalIndexes []string `pulumi:"globalIndexes,optional"`
	// Other attributes to sort the items of one hash key by, each as "index:rangeKey"
	// with the key as "name:type": "byDate:createdAt:N". At most 5, and only with a
	// rangeKey. Such an index can be read consistently, but not be added later without
	// a new, empty table, and limits the items of one hash key to 10 GB.
	LocalIndexes []string `pulumi:"localIndexes,optional"`
	// How throughput is paid: "on-demand" (default), by the request, or "provisioned", by
	// the hour with autoscaling at 70 % use, which is cheaper under a steady load.
	Billing string `pulumi:"billing,optional"`
	// The fewest read units a second that autoscaling keeps, of the table and of each
	// index; only with provisioned billing. Default: 5 in production, 1 in sandbox.
	MinReadUnits *int `pulumi:"minReadUnits,optional"`
	// The most read units a second, of the table and of each index: beyond, requests are
	// throttled. Default: 500 in production and 10 in sandbox with provisioned billing;
	// with on-demand billing only the limits of the account.
	MaxReadUnits *int `pulumi:"maxReadUnits,optional"`
	// The fewest write units a second that autoscaling keeps, of the table and of each
	// index; only with provisioned billing. Default: 5 in production, 1 in sandbox.
	MinWriteUnits *int `pulumi:"minWriteUnits,optional"`
	// The most write units a second, of the table and of each index: beyond, requests
	// are throttled. Default: 500 in production and 10 in sandbox with provisioned
	// billing; with on-demand billing only the limits of the account.
	MaxWriteUnits *int `pulumi:"maxWriteUnits,optional"`
	// The number attribute with the time, in seconds since 1970, at which DynamoDB
	// deletes an item, at no cost and within a few days. Default: items stay.
	TtlAttribute string `pulumi:"ttlAttribute,optional"`
	// What the stream of changes holds of a changed item: "new-and-old-images"
	// (default), "new-image", "old-image" or "keys-only". A table always has a stream:
	// it costs nothing until it is read.
	StreamView string `pulumi:"streamView,optional"`
	// For how many days the table can be restored to any second, 1 to 35; the price does
	// not depend on it. Default: 35 in production, 7 in sandbox.
	PointInTimeRecoveryDays *int `pulumi:"pointInTimeRecoveryDays,optional"`
	// The regions beside that of the provider in which programs read and write the same
	// table, which is then a global table. Default: none.
	ReplicaRegions []string `pulumi:"replicaRegions,optional"`
	// The ARNs of the KMS keys that encrypt the replicas, in the order of
	// replicaRegions, each of its region. Required with replicaRegions and kmsKeyArn.
	ReplicaKmsKeyArns []pulumi.StringInput `pulumi:"replicaKmsKeyArns,optional"`
	// The ARN of the KMS key that encrypts the table, its indexes, its stream and its
	// backups; of an existing table, the one that does. Default: the key that AWS
	// manages for DynamoDB.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// Keep the table from being deleted by one mistake. To delete it, set this to false,
	// update, then destroy. Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of the topic that gets the component's alarms (throttled reads and writes,
	// errors of DynamoDB, replicas that lag). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// The name of a table that exists already: only alarms are created, and the
	// component's outputs are those of that table.
	ExistingTableName string `pulumi:"existingTableName,optional"`
	// Tags of the table and its replicas, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform TableTransform
}

// TableTransform reaches every property of the children of a Table.
type TableTransform struct {
	Table         func(*dynamodb.TableArgs, *[]pulumi.ResourceOption)
	ScalingTarget func(*appautoscaling.TargetArgs, *[]pulumi.ResourceOption)
	ScalingPolicy func(*appautoscaling.PolicyArgs, *[]pulumi.ResourceOption)
	Alarm         convention.AlarmTransform
}

// Table is an encrypted DynamoDB table that can be restored to any second, with a
// stream of its changes.
type Table struct {
	pulumi.ResourceState

	// The name of the table, the same in all its regions, and the dimension of its metrics.
	Name pulumi.StringOutput `pulumi:"name"`
	// The ARN of the table.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The ARN of the stream of changes. For an existing table without a stream it ends
	// with "/stream/none", which is nobody's.
	StreamArn pulumi.StringOutput `pulumi:"streamArn"`
	// An IAM policy (JSON) that allows to read the table and its indexes in all its
	// regions, and to use its keys for it.
	ReaderPolicy pulumi.StringOutput `pulumi:"readerPolicy"`
	// An IAM policy (JSON) that allows to read and write the table in all its regions,
	// to read its indexes, and to use its keys for it.
	WriterPolicy pulumi.StringOutput `pulumi:"writerPolicy"`
	// An IAM policy (JSON) that allows to read the stream of changes, and to use the
	// table's key for it.
	StreamReaderPolicy pulumi.StringOutput `pulumi:"streamReaderPolicy"`
}

// NewTable creates a Table. It fails for keys that DynamoDB does not take, for
// throughput that contradicts the billing, and for replicas it cannot keep.
func NewTable(ctx *pulumi.Context, name string, args *TableArgs, opts ...pulumi.ResourceOption) (*Table, error) {
	if args == nil {
		args = &TableArgs{}
	}
	s := convention.Open(ctx, TableToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &tableBuilder{Scope: s, args: args, tableSettings: tableSettingsOf(s, args)}
	if args.ExistingTableName != "" {
		b.checkExisting()
	} else {
		b.check()
	}
	t := &Table{}
	if err := s.Register(t, args, opts...); err != nil {
		return nil, err
	}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	for _, region := range args.ReplicaRegions {
		if region == account.Region {
			return nil, fmt.Errorf("%s %q: replicaRegions: %q is the region of the table itself; name other regions only", s.Token, name, region)
		}
	}
	b.account = account

	if args.ExistingTableName != "" {
		err = b.existing(t)
	} else {
		err = b.create(t)
	}
	if err != nil {
		return nil, err
	}
	if err := b.alarms(t.Name); err != nil {
		return nil, err
	}
	t.ReaderPolicy, t.WriterPolicy, t.StreamReaderPolicy = b.readerPolicy(t), b.writerPolicy(t), b.streamReaderPolicy(t)
	return t, s.Done()
}
