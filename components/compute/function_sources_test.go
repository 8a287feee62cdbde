package compute_test

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestFunctionHandlesQueue(t *testing.T) {
	t.Parallel()
	for preset, most := range map[string]float64{"production": 50, "sandbox": 5} {
		rec := function(t, func(a *compute.FunctionArgs) {
			a.Preset, a.QueueArn, a.QueueVisibilityTimeoutSeconds, a.SourceKmsKeyArn = preset, inboxArn, pulumi.IntRef(180), pulumi.String(keyArn)
		})
		mapping := rec.Find(mappingType, "orders-queue")
		same(t, "mapping", mapping.Inputs, object{
			"eventSourceArn": string(inboxArn), "functionName": rec.Find(functionAlias, "orders-live").Output("arn"),
			"batchSize": 10.0, "maximumBatchingWindowInSeconds": 0.0, "functionResponseTypes": list{"ReportBatchItemFailures"},
			"scalingConfig": object{"maximumConcurrency": most},
		})
		if !slices.Contains(mapping.Dependencies, rec.Find(rolePolicyType, "orders-queue").URN) {
			t.Error("Lambda would find that it may not read")
		}
		same(t, "may read", statementsOf(rec, "orders-queue"), any(list{
			object{"Sid": "Receive", "Effect": "Allow", "Resource": string(inboxArn), "Action": list{
				"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes",
			}},
			object{"Sid": "DecryptMessages", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn, "Condition": object{
				"StringEquals": object{"kms:ViaService": "sqs.eu-central-1.amazonaws.com"},
			}},
		}))
	}
}

func TestFunctionHandlesStream(t *testing.T) {
	t.Parallel()
	const (
		kinesis  = "arn:aws:kinesis:eu-central-1:123456789012:stream/orders"
		consumer = kinesis + "/consumer/search:1"
		table    = "arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000"
	)
	read := object{"Sid": "ReadStream", "Effect": "Allow", "Resource": kinesis, "Action": list{
		"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards",
	}}
	for arn, want := range map[string]list{
		kinesis: {read},
		consumer: {read, object{
			"Sid": "Subscribe", "Effect": "Allow", "Action": list{"kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"}, "Resource": consumer,
		}},
		table: {
			object{"Sid": "ReadStream", "Effect": "Allow", "Action": list{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, "Resource": table},
			object{"Sid": "FindStream", "Effect": "Allow", "Action": "dynamodb:ListStreams", "Resource": "*"},
		},
	} {
		rec := function(t, func(a *compute.FunctionArgs) {
			a.StreamArn, a.StreamParallelization = pulumi.String(arn), pulumi.IntRef(4)
		})
		same(t, arn, statementsOf(rec, "orders-stream"), any(want))
		same(t, "mapping", rec.Find(mappingType, "orders-stream").Inputs, object{
			"eventSourceArn": arn, "functionName": rec.Find(functionAlias, "orders-live").Output("arn"), "startingPosition": "TRIM_HORIZON",
			"batchSize": 100.0, "parallelizationFactor": 4.0, "bisectBatchOnFunctionError": true, "maximumRetryAttempts": 5.0,
			"maximumRecordAgeInSeconds": 86400.0, "functionResponseTypes": list{"ReportBatchItemFailures"},
			"destinationConfig": object{"onFailure": object{"destinationArn": rec.Find(queueType, "orders-failures").Output("arn")}},
		})
	}
}

func TestFunctionOfTopics(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.TopicArns, a.TopicNames = []pulumi.StringInput{placedArn}, []string{"placed"}
	})
	failures := rec.Find(queueType, "orders-failures")
	subscription := rec.Find(subscriptionType, "orders-topic-placed")
	same(t, "protocol", subscription.Input("protocol"), "lambda")
	same(t, "endpoint", subscription.Input("endpoint"), rec.Find(functionAlias, "orders-live").Output("arn"))
	same(t, "what cannot be delivered", recorder.JSON(subscription.Input("redrivePolicy")), any(object{"deadLetterTargetArn": failures.Output("arn")}))
	permission := rec.Find(permissionType, "orders-from-topic-placed")
	delete(permission.Inputs, "statementId")
	same(t, "permission", permission.Inputs, object{
		"action": "lambda:InvokeFunction", "function": rec.Find(functionType, "orders-function").Output("name"), "qualifier": "live",
		"principal": "sns.amazonaws.com", "sourceArn": string(placedArn),
	})
	for _, before := range []string{permission.URN, rec.Find(queuePolicyType, "orders-failures-policy").URN} {
		if !slices.Contains(subscription.Dependencies, before) {
			t.Errorf("the subscription does not wait for %s", before)
		}
	}
	same(t, "failure queue", recorder.JSON(rec.Find(queuePolicyType, "orders-failures-policy").Input("policy")), document(
		object{
			"Sid": "DenyPlaintext", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": failures.Output("arn"),
			"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
		},
		object{
			"Sid": "Topics", "Effect": "Allow", "Principal": object{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": failures.Output("arn"),
			"Condition": object{"ArnEquals": object{"aws:SourceArn": string(placedArn)}},
		},
	))
}

func TestFunctionOnSchedule(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.Schedule, a.ScheduleTimezone, a.ScheduleInput = "cron(0 8 ? * MON-FRI *)", "Europe/Berlin", `{"job":"digest"}`
	})
	alias, failures := rec.Find(functionAlias, "orders-live").Output("arn"), rec.Find(queueType, "orders-failures").Output("arn")
	same(t, "schedule", rec.Find(scheduleType, "orders-schedule").Inputs, object{
		"scheduleExpression": "cron(0 8 ? * MON-FRI *)", "scheduleExpressionTimezone": "Europe/Berlin", "flexibleTimeWindow": object{"mode": "OFF"},
		"target": object{
			"arn": alias, "roleArn": rec.Find(roleType, "orders-schedule").Output("arn"), "input": `{"job":"digest"}`,
			"deadLetterConfig": object{"arn": failures}, "retryPolicy": object{"maximumEventAgeInSeconds": 86400.0, "maximumRetryAttempts": 185.0},
		},
	})
	same(t, "the scheduler may", statementsOf(rec, "orders-schedule"), any(list{
		object{"Sid": "Invoke", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": alias},
		object{"Sid": "SendFailures", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": failures},
	}))
}

// Who may decrypt what else is under the key may not read schedules by that.
func TestFunctionScheduleIsEncrypted(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) { a.Schedule, a.KmsKeyArn = "rate(1 hour)", pulumi.String(keyArn) })
	same(t, "key", rec.Find(scheduleType, "orders-schedule").Input("kmsKeyArn"), keyArn)
	role := rec.Find(rolePolicyType, "orders-schedule")
	var decrypt any
	for _, statement := range recorder.At(recorder.JSON(role.Input("policy")), "Statement").(list) {
		if recorder.At(statement, "Sid") == "DecryptSchedule" {
			decrypt = statement
		}
	}
	same(t, "the scheduler may", decrypt, any(object{
		"Sid": "DecryptSchedule", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn,
		"Condition": object{"ArnLike": object{"kms:EncryptionContext:aws:scheduler:schedule:arn": "arn:aws:scheduler:eu-central-1:123456789012:schedule/default/*"}},
	}))
	if !slices.Contains(rec.Find(scheduleType, "orders-schedule").Dependencies, role.URN) {
		t.Error("the schedule may invoke before its role may decrypt")
	}
}

func TestFunctionOnBus(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.EventBusName, a.EventPattern = pulumi.String("shop"), `{"source":["shop"]}`
	})
	rule, failures := rec.Find(eventRuleType, "orders-rule"), rec.Find(queueType, "orders-failures").Output("arn")
	same(t, "bus", rule.Input("eventBusName"), "shop")
	same(t, "pattern", rule.Input("eventPattern"), `{"source":["shop"]}`)
	same(t, "target", rec.Find(eventTargetType, "orders-rule").Inputs, object{
		"rule": rule.Output("name"), "eventBusName": "shop", "targetId": "function", "arn": rec.Find(functionAlias, "orders-live").Output("arn"),
		"deadLetterConfig": object{"arn": failures}, "retryPolicy": object{"maximumEventAgeInSeconds": 86400.0, "maximumRetryAttempts": 185.0},
	})
	permission := rec.Find(permissionType, "orders-from-rule")
	same(t, "who", permission.Input("principal"), "events.amazonaws.com")
	same(t, "for which rule", permission.Input("sourceArn"), rule.Output("arn"))
	same(t, "failure queue", recorder.At(recorder.JSON(rec.Find(queuePolicyType, "orders-failures-policy").Input("policy")), "Statement[1].Condition"),
		any(object{"ArnEquals": object{"aws:SourceArn": rule.Output("arn")}}))
}

func TestFunctionWithFailureQueueOfAnother(t *testing.T) {
	t.Parallel()
	const theirs = "arn:aws:sqs:eu-central-1:123456789012:failures"
	rec := function(t, func(a *compute.FunctionArgs) {
		a.FailureQueueArn, a.AlarmTopicArn, a.Schedule = pulumi.String(theirs), alarmsArn, "rate(1 hour)"
	})
	same(t, "queues", len(rec.Type(queueType))+len(rec.Type(queuePolicyType)), 0)
	same(t, "destination", rec.Find(invokeType, "orders-invoke").Input("destinationConfig.onFailure.destination"), theirs)
	same(t, "schedule", rec.Find(scheduleType, "orders-schedule").Input("target.deadLetterConfig.arn"), theirs)
	same(t, "output", rec.Find(compute.FunctionToken, "orders").Output("failureQueueArn"), theirs)
	if rec.Find(alarmType, "orders-failures") != nil {
		t.Error("an alarm on another's queue")
	}
}
