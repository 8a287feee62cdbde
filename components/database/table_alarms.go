package database

import (
	"fmt"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SystemErrors are published by operation only. These are all that have them, as
// far as programs call them; CloudWatch combines no more than ten.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
var tableOperations = []string{
	"BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan",
	"TransactGetItems", "TransactWriteItems", "UpdateItem",
}

// alarms watches the table. SDKs try throttled requests again, so that a short burst
// of them goes unnoticed.
func (b *tableBuilder) alarms(table pulumi.StringInput) error {
	subject := "table " + b.Name
	for _, a := range []struct{ role, metric, what string }{
		{"read-throttles", "ReadThrottleEvents", "reads of "}, {"write-throttles", "WriteThrottleEvents", "writes to "},
	} {
		if err := b.throttles(a.role, a.metric, "DynamoDB refuses "+a.what+subject+" again and again: programs are slow and then fail. Look which keys are hot, in CloudWatch Contributor Insights for DynamoDB; then spread them, or raise the most units that may be used.", table); err != nil {
			return err
		}
	}
	var each []pulumi.StringMap
	for _, operation := range tableOperations {
		each = append(each, pulumi.StringMap{"TableName": table, "Operation": pulumi.String(operation)})
	}
	if err := b.AlarmCombined(convention.Combined{
		Role:      "errors",
		Meaning:   "DynamoDB itself fails on requests for " + subject + ", again and again: programs fail. Look at the AWS Health Dashboard; there is nothing to mend here but to try again later or use another region.",
		Namespace: "AWS/DynamoDB", Metric: "SystemErrors", Each: each, Statistic: "Sum", By: "SUM", Above: 0, Period: 60, For: 3,
	}, b.args.Transform.Alarm); err != nil {
		return err
	}
	for _, region := range b.args.ReplicaRegions {
		if err := b.Alarm(convention.Alarm{
			Role:      "lag-" + region,
			Meaning:   "The replica of " + subject + " in " + region + " is more than a minute behind: those who read there see old data, and a failure now would lose the difference. Look at the AWS Health Dashboard, and for bursts of writes.",
			Namespace: "AWS/DynamoDB", Metric: "ReplicationLatency", Statistic: "Average",
			Dimensions: pulumi.StringMap{"TableName": table, "ReceivingRegion": pulumi.String(region)},
			Above:      convention.At(60_000), Period: 60, For: 5,
		}, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}

// throttles watches the table and its global indexes, whose metrics do not count for
// the table; a throttled index holds up writes to the table. CloudWatch combines no
// more than ten.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
func (b *tableBuilder) throttles(role, metric, meaning string, table pulumi.StringInput) error {
	each := []pulumi.StringMap{{"TableName": table}}
	for _, index := range b.indexes {
		if !index.local {
			each = append(each, pulumi.StringMap{"TableName": table, "GlobalSecondaryIndexName": pulumi.String(index.name)})
		}
	}
	if len(each) == 1 {
		return b.Alarm(convention.Alarm{
			Role: role, Meaning: meaning, Namespace: "AWS/DynamoDB", Metric: metric, Dimensions: each[0],
			Statistic: "Sum", Above: convention.At(0), Period: 60, For: 5,
		}, b.args.Transform.Alarm)
	}
	number := 1
	for some := range slices.Chunk(each, 10) {
		name := role
		if number > 1 {
			name = fmt.Sprintf("%s-%d", role, number)
		}
		if err := b.AlarmCombined(convention.Combined{
			Role: name, Meaning: meaning, Namespace: "AWS/DynamoDB", Metric: metric, Each: some,
			Statistic: "Sum", By: "SUM", Above: 0, Period: 60, For: 5,
		}, b.args.Transform.Alarm); err != nil {
			return err
		}
		number++
	}
	return nil
}
