package database

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Actions as https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
// has them. A transaction needs the actions of its parts.
var (
	tableQueries = []string{"dynamodb:Query", "dynamodb:Scan"} // of the table and of its indexes
	tableReads   = []string{"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:GetItem"}
	tableWrites  = []string{"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
)

// DynamoDB uses the table's key on behalf of who asks.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
var (
	tableReaderKey = []string{"kms:Decrypt", "kms:DescribeKey"}
	tableWriterKey = []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"}
)

// everywhere are the ARNs of the table in all its regions. They differ in the
// region only.
func (b *tableBuilder) everywhere(t *Table) []pulumi.StringInput {
	arns := []pulumi.StringInput{t.Arn}
	for _, region := range b.args.ReplicaRegions {
		arns = append(arns, pulumi.Sprintf("arn:%s:dynamodb:%s:%s:table/%s", b.account.Partition, region, b.account.ID, t.Name))
	}
	return arns
}

func (b *tableBuilder) readerPolicy(t *Table) pulumi.StringOutput {
	return convention.Policy(append(b.reads(t), b.useKeys(tableReaderKey)...)...)
}

func (b *tableBuilder) writerPolicy(t *Table) pulumi.StringOutput {
	statements := append(b.reads(t), convention.Statement{Sid: "Write", Actions: tableWrites, Resources: b.everywhere(t)})
	return convention.Policy(append(statements, b.useKeys(tableWriterKey)...)...)
}

func (b *tableBuilder) reads(t *Table) []convention.Statement {
	tables := b.everywhere(t)
	queried := append([]pulumi.StringInput{}, tables...)
	for _, arn := range tables {
		for _, index := range b.indexes {
			queried = append(queried, pulumi.Sprintf("%s/index/%s", arn, index.name))
		}
	}
	return []convention.Statement{
		{Sid: "Read", Actions: tableReads, Resources: tables},
		{Sid: "Query", Actions: tableQueries, Resources: queried},
	}
}

func (b *tableBuilder) streamReaderPolicy(t *Table) pulumi.StringOutput {
	statements := []convention.Statement{
		{Sid: "ReadStream", Actions: []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, Resources: []pulumi.StringInput{t.StreamArn}},
		// It has no resource; Lambda asks for it:
		// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
		{Sid: "ListStreams", Actions: []string{"dynamodb:ListStreams"}, Resources: []pulumi.StringInput{pulumi.String("*")}},
	}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, b.UseKey("UseKey", "dynamodb", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), tableReaderKey...))
	}
	return convention.Policy(statements...)
}

// useKeys lets the keys be used through DynamoDB, each in its region.
func (b *tableBuilder) useKeys(actions []string) []convention.Statement {
	if b.args.KmsKeyArn == nil {
		return nil
	}
	statements := []convention.Statement{b.UseKey("UseKey", "dynamodb", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), actions...)}
	for i, region := range b.args.ReplicaRegions {
		statements = append(statements, convention.Statement{
			Sid: fmt.Sprintf("UseReplicaKey%d", i+1), Actions: actions, Resources: []pulumi.StringInput{b.args.ReplicaKmsKeyArns[i]},
			Conditions: convention.When("StringEquals", "kms:ViaService", pulumi.String("dynamodb."+region+".amazonaws.com")),
		})
	}
	return statements
}
