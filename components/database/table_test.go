package database_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/dynamodb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	tableType = "aws:dynamodb/table:Table"

	westKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/data"
)

func newTable(name string, set func(*database.TableArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.TableArgs{HashKey: "id:S"}
		if set != nil {
			set(args)
		}
		_, err := database.NewTable(ctx, name, args)
		return err
	}
}

func tableOrders(t *testing.T, set func(*database.TableArgs), opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	return record(t, newTable("orders", set), opts...)
}

func policyOf(t *testing.T, rec *recorder.Recording, token, name, output string) list {
	t.Helper()
	document, _ := recorder.JSON(rec.Find(token, name).Output(output)).(object)
	statements, _ := document["Statement"].(list)
	return statements
}

func TestTableByPreset(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset    string
		days      float64
		protected bool
	}{{"", 35, true}, {"production", 35, true}, {"sandbox", 7, false}} {
		t.Run("preset "+test.preset, func(t *testing.T) {
			t.Parallel()
			rec := tableOrders(t, func(a *database.TableArgs) { a.Preset = test.preset })
			same(t, "resources", rec.List(), []string{tableType + " orders-table", database.TableToken + " orders"})
			table := rec.Find(tableType, "orders-table")
			same(t, "table", table.Inputs, object{
				"hashKey": "id", "attributes": list{object{"name": "id", "type": "S"}}, "billingMode": "PAY_PER_REQUEST",
				"streamEnabled": true, "streamViewType": "NEW_AND_OLD_IMAGES", "serverSideEncryption": object{"enabled": true},
				"pointInTimeRecovery":       object{"enabled": true, "recoveryPeriodInDays": test.days},
				"deletionProtectionEnabled": test.protected,
			})
			same(t, "protected", table.Protect, test.protected)
			self := rec.Find(database.TableToken, "orders")
			for _, output := range []string{"name", "arn", "streamArn"} {
				same(t, output, self.Output(output), table.Output(output))
			}
		})
	}
}

func TestTableKeys(t *testing.T) {
	t.Parallel()
	rec := tableOrders(t, func(a *database.TableArgs) {
		a.HashKey, a.RangeKey = "user:S", "at:N"
		a.GlobalIndexes = []string{"byState:state:S", "byShop:shop:S,at:N"}
		a.LocalIndexes = []string{"bySum:sum:N"}
		a.TtlAttribute, a.StreamView = "expires", "keys-only"
		a.PointInTimeRecoveryDays, a.MaxReadUnits = pulumi.IntRef(3), pulumi.IntRef(100)
		a.KmsKeyArn, a.Tags = pulumi.String(keyArn), pulumi.StringMap{"team": pulumi.String("commerce")}
	})
	table := rec.Find(tableType, "orders-table")
	attribute := func(name, kind string) object { return object{"name": name, "type": kind} }
	limit := object{"maxReadRequestUnits": 100.0}
	same(t, "table", table.Inputs, object{
		"hashKey": "user", "rangeKey": "at", "billingMode": "PAY_PER_REQUEST", "streamEnabled": true, "streamViewType": "KEYS_ONLY",
		"attributes":           list{attribute("at", "N"), attribute("shop", "S"), attribute("state", "S"), attribute("sum", "N"), attribute("user", "S")},
		"serverSideEncryption": object{"enabled": true, "kmsKeyArn": keyArn}, "onDemandThroughput": limit,
		"globalSecondaryIndexes": list{
			object{"name": "byState", "hashKey": "state", "projectionType": "ALL", "onDemandThroughput": limit},
			object{"name": "byShop", "hashKey": "shop", "rangeKey": "at", "projectionType": "ALL", "onDemandThroughput": limit},
		},
		"localSecondaryIndexes": list{object{"name": "bySum", "rangeKey": "sum", "projectionType": "ALL"}},
		"ttl":                   object{"enabled": true, "attributeName": "expires"},
		"pointInTimeRecovery":   object{"enabled": true, "recoveryPeriodInDays": 3.0}, "deletionProtectionEnabled": true,
		"tags": object{"team": "commerce"},
	})
}

func TestTableScales(t *testing.T) {
	t.Parallel()
	rec := tableOrders(t, func(a *database.TableArgs) {
		a.Billing, a.GlobalIndexes, a.MaxWriteUnits, a.MinReadUnits = "provisioned", []string{"byUser:user:S"}, pulumi.IntRef(50), pulumi.IntRef(600)
	})
	table := rec.Find(tableType, "orders-table")
	same(t, "reads to begin with", table.Input("readCapacity"), 600.0)
	same(t, "writes to begin with", table.Input("writeCapacity"), 5.0)
	same(t, "reads of the index", table.Input("globalSecondaryIndexes[0].readCapacity"), 600.0)
	same(t, "what autoscaling changes", table.IgnoreChanges, []string{
		"readCapacity", "writeCapacity", "globalSecondaryIndexes[*].readCapacity", "globalSecondaryIndexes[*].writeCapacity",
	})
	name := table.Output("name").(string)
	for role, want := range map[string]object{
		"orders-read":         {"resourceId": "table/" + name, "scalableDimension": "dynamodb:table:ReadCapacityUnits", "minCapacity": 600.0, "maxCapacity": 600.0},
		"orders-write":        {"resourceId": "table/" + name, "scalableDimension": "dynamodb:table:WriteCapacityUnits", "minCapacity": 5.0, "maxCapacity": 50.0},
		"orders-byUser-read":  {"resourceId": "table/" + name + "/index/byUser", "scalableDimension": "dynamodb:index:ReadCapacityUnits", "minCapacity": 600.0, "maxCapacity": 600.0},
		"orders-byUser-write": {"resourceId": "table/" + name + "/index/byUser", "scalableDimension": "dynamodb:index:WriteCapacityUnits", "minCapacity": 5.0, "maxCapacity": 50.0},
	} {
		want["serviceNamespace"] = "dynamodb"
		same(t, role, rec.Find(scalingTargetType, role).Inputs, want)
		policy := rec.Find(scalingPolicyType, role)
		same(t, role, policy.Input("targetTrackingScalingPolicyConfiguration.targetValue"), 70.0)
		same(t, role, policy.Input("resourceId"), want["resourceId"])
		same(t, role, policy.Input("scalableDimension"), want["scalableDimension"])
	}
	same(t, "sandbox", record(t, newTable("orders", func(a *database.TableArgs) { a.Preset, a.Billing = "sandbox", "provisioned" })).
		Find(scalingTargetType, "orders-read").Input("maxCapacity"), 10.0)
}

func TestTableReplicas(t *testing.T) {
	t.Parallel()
	rec := tableOrders(t, func(a *database.TableArgs) {
		a.ReplicaRegions, a.AlarmTopicArn = []string{"eu-west-1"}, pulumi.String(alarmsArn)
		a.KmsKeyArn, a.ReplicaKmsKeyArns = pulumi.String(keyArn), []pulumi.StringInput{pulumi.String(westKeyArn)}
	})
	table := rec.Find(tableType, "orders-table")
	same(t, "replicas", table.Input("replicas"), list{object{"regionName": "eu-west-1", "kmsKeyArn": westKeyArn, "pointInTimeRecovery": true, "propagateTags": true}})
	west := "arn:aws:dynamodb:eu-west-1:123456789012:table/" + table.Output("name").(string)
	statements := policyOf(t, rec, database.TableToken, "orders", "readerPolicy")
	same(t, "tables read", statements[0].(object)["Resource"], list{table.Output("arn"), west})
	same(t, "key of the replica", statements[3], object{
		"Sid": "UseReplicaKey1", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:DescribeKey"}, "Resource": westKeyArn,
		"Condition": object{"StringEquals": object{"kms:ViaService": "dynamodb.eu-west-1.amazonaws.com"}},
	})
	lag := rec.Find(alarmType, "orders-lag-eu-west-1")
	same(t, "lag", lag.Input("dimensions"), object{"TableName": table.Output("name"), "ReceivingRegion": "eu-west-1"})
}

func TestTablePolicies(t *testing.T) {
	t.Parallel()
	rec := tableOrders(t, func(a *database.TableArgs) {
		a.GlobalIndexes, a.KmsKeyArn = []string{"byUser:user:S"}, pulumi.String(keyArn)
	})
	table := rec.Find(tableType, "orders-table")
	arn, stream := table.Output("arn").(string), table.Output("streamArn").(string)
	key := func(actions ...any) object {
		return object{"Sid": "UseKey", "Effect": "Allow", "Action": list(actions), "Resource": keyArn,
			"Condition": object{"StringEquals": object{"kms:ViaService": "dynamodb.eu-central-1.amazonaws.com"}}}
	}
	reads := list{
		object{"Sid": "Read", "Effect": "Allow", "Resource": arn, "Action": list{"dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:DescribeTable", "dynamodb:GetItem"}},
		object{"Sid": "Query", "Effect": "Allow", "Resource": list{arn, arn + "/index/byUser"}, "Action": list{"dynamodb:Query", "dynamodb:Scan"}},
	}
	same(t, "reader", policyOf(t, rec, database.TableToken, "orders", "readerPolicy"), append(append(list{}, reads...), key("kms:Decrypt", "kms:DescribeKey")))
	same(t, "writer", policyOf(t, rec, database.TableToken, "orders", "writerPolicy"), append(append(list{}, reads...),
		object{"Sid": "Write", "Effect": "Allow", "Resource": arn, "Action": list{"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}},
		key("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")))
	same(t, "stream", policyOf(t, rec, database.TableToken, "orders", "streamReaderPolicy"), list{
		object{"Sid": "ReadStream", "Effect": "Allow", "Resource": stream, "Action": list{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}},
		object{"Sid": "ListStreams", "Effect": "Allow", "Resource": "*", "Action": "dynamodb:ListStreams"},
		key("kms:Decrypt", "kms:DescribeKey"),
	})
}

func TestTableAlarms(t *testing.T) {
	t.Parallel()
	rec := tableOrders(t, func(a *database.TableArgs) { a.AlarmTopicArn = pulumi.String(alarmsArn) })
	name := rec.Find(tableType, "orders-table").Output("name")
	same(t, "alarms", len(rec.Type(alarmType)), 3)
	for role, metric := range map[string]string{"orders-read-throttles": "ReadThrottleEvents", "orders-write-throttles": "WriteThrottleEvents"} {
		alarm := rec.Find(alarmType, role)
		same(t, role, alarm.Inputs, object{
			"namespace": "AWS/DynamoDB", "metricName": metric, "dimensions": object{"TableName": name}, "statistic": "Sum",
			"period": 60.0, "evaluationPeriods": 5.0, "comparisonOperator": "GreaterThanThreshold", "threshold": 0.0, "treatMissingData": "notBreaching",
			"alarmActions": list{alarmsArn}, "okActions": list{alarmsArn}, "alarmDescription": alarm.Input("alarmDescription"),
		})
	}
	errors := rec.Find(alarmType, "orders-errors")
	queries := errors.Input("metricQueries").(list)
	same(t, "operations and their sum", len(queries), 11)
	same(t, "sum", queries[0], object{"id": "combined", "label": "SystemErrors", "expression": "SUM(METRICS())", "returnData": true})
	same(t, "an operation", queries[4].(object)["metric"], object{
		"namespace": "AWS/DynamoDB", "metricName": "SystemErrors", "stat": "Sum", "period": 60.0,
		"dimensions": object{"TableName": name, "Operation": "GetItem"},
	})
	same(t, "who hears of it", errors.Input("alarmActions"), list{alarmsArn})

	// The metrics of a table do not count its indexes, and CloudWatch combines no more than ten.
	rec = tableOrders(t, func(a *database.TableArgs) {
		a.AlarmTopicArn = pulumi.String(alarmsArn)
		for _, letter := range "abcdefghijk" {
			a.GlobalIndexes = append(a.GlobalIndexes, "by-"+string(letter)+":"+string(letter)+":S")
		}
	})
	name = rec.Find(tableType, "orders-table").Output("name")
	first, second := rec.Find(alarmType, "orders-write-throttles"), rec.Find(alarmType, "orders-write-throttles-2")
	same(t, "the table", first.Input("metricQueries[1].metric.dimensions"), object{"TableName": name})
	same(t, "an index", first.Input("metricQueries[2].metric.dimensions"), object{"TableName": name, "GlobalSecondaryIndexName": "by-a"})
	same(t, "ten of them", len(first.Input("metricQueries").(list)), 11)
	same(t, "the rest", len(second.Input("metricQueries").(list)), 3)
}

var foundTable = recorder.Invoke("aws:dynamodb/getTable:getTable", func(args map[string]any) (map[string]any, error) {
	found := map[string]any{"id": args["name"], "name": args["name"], "arn": "arn:aws:dynamodb:eu-central-1:123456789012:table/" + args["name"].(string)}
	if args["name"] == "streaming" {
		found["streamArn"] = found["arn"].(string) + "/stream/2025"
	}
	found["globalSecondaryIndexes"] = []any{map[string]any{"name": "byUser"}}
	found["localSecondaryIndexes"] = []any{map[string]any{"name": "byDate"}}
	return found, nil
})

func TestTableExisting(t *testing.T) {
	t.Parallel()
	for name, stream := range map[string]string{"legacy": "none", "streaming": "2025"} {
		rec := tableOrders(t, func(a *database.TableArgs) {
			a.HashKey, a.ExistingTableName, a.AlarmTopicArn = "", name, pulumi.String(alarmsArn)
		}, foundTable)
		arn := "arn:aws:dynamodb:eu-central-1:123456789012:table/" + name
		same(t, "nothing but alarms", len(rec.Type(alarmType)), len(rec.List())-1)
		self := rec.Find(database.TableToken, "orders")
		same(t, "arn", self.Output("arn"), arn)
		same(t, "stream", self.Output("streamArn"), arn+"/stream/"+stream)
		same(t, "indexes", policyOf(t, rec, database.TableToken, "orders", "readerPolicy")[1].(object)["Resource"], list{arn, arn + "/index/byUser", arn + "/index/byDate"})
		same(t, "throttled index", rec.Find(alarmType, "orders-read-throttles").Input("metricQueries[2].metric.dimensions"), object{"TableName": name, "GlobalSecondaryIndexName": "byUser"})
	}
}

func TestTableTransforms(t *testing.T) {
	t.Parallel()
	rec := tableOrders(t, func(a *database.TableArgs) {
		a.Billing, a.AlarmTopicArn = "provisioned", pulumi.String(alarmsArn)
		a.Transform = database.TableTransform{
			Table: retain[dynamodb.TableArgs], ScalingTarget: retain[appautoscaling.TargetArgs], ScalingPolicy: retain[appautoscaling.PolicyArgs],
			Alarm: retain[cloudwatch.MetricAlarmArgs],
		}
	})
	reached(t, rec, 8)
}

func TestTableLongName(t *testing.T) {
	t.Parallel()
	record(t, newTable(fifty, func(a *database.TableArgs) { a.Billing, a.AlarmTopicArn = "provisioned", pulumi.String(alarmsArn) }))
}

// Tables, caches and their wiring, as users have them.
func TestWiringOfTablesAndCaches(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		rec := record(t, func(ctx *pulumi.Context) error {
			key, topic := pulumi.String(keyArn), pulumi.String(alarmsArn)
			for name, args := range map[string]*database.TableArgs{
				"orders": {HashKey: "id:S", GlobalIndexes: []string{"byUser:user:S"}, KmsKeyArn: key},
				"steady": {HashKey: "id:S", GlobalIndexes: []string{"byUser:user:S"}, Billing: "provisioned"},
				"global": {HashKey: "id:S", ReplicaRegions: []string{"eu-west-1"}, KmsKeyArn: key, ReplicaKmsKeyArns: []pulumi.StringInput{pulumi.String(westKeyArn)}},
			} {
				args.Preset, args.AlarmTopicArn = preset, topic
				if _, err := database.NewTable(ctx, name, args); err != nil {
					return err
				}
			}
			for name, serverless := range map[string]bool{"sessions": false, "pages": true} {
				if _, err := database.NewCache(ctx, name, &database.CacheArgs{
					Preset: preset, Serverless: &serverless, VpcId: pulumi.String("vpc-1"), SubnetIds: twoSubnets, KmsKeyArn: key, AlarmTopicArn: topic,
				}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, finding := range guardrails.Wiring(rec) {
			t.Errorf("%s: %v", preset, finding)
		}
	}
}
