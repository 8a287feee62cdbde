package queue_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	ruleArn      = "arn:aws:events:eu-central-1:123456789012:rule/orders/placed"
	otherRuleArn = "arn:aws:events:eu-central-1:123456789012:rule/nightly"
)

func TestQueueRules(t *testing.T) {
	t.Parallel()
	rec := record(t, newQueue("inbox", &queue.QueueArgs{RuleArns: arns(ruleArn, otherRuleArn), TopicArns: arns(placedArn), TopicNames: []string{"placed"}}))
	for policy, q := range map[string]string{"inbox-policy": "inbox-queue", "inbox-dead-letters-policy": "inbox-dead-letters"} {
		arn := rec.Find(queueType, q).Output("arn")
		same(t, policy, recorder.JSON(rec.Find(queuePolicyType, policy).Input("policy")), object{"Version": "2012-10-17", "Statement": list{
			tlsOnly(arn),
			object{
				"Sid": "Topics", "Effect": "Allow", "Principal": object{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
				"Condition": object{"ArnEquals": object{"aws:SourceArn": placedArn}},
			},
			object{
				"Sid": "Rules", "Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
				"Condition": object{"ArnEquals": object{"aws:SourceArn": list{ruleArn, otherRuleArn}}},
			},
		}})
	}
}

func TestQueueRefusesRules(t *testing.T) {
	t.Parallel()
	refused(t, newQueue("inbox", &queue.QueueArgs{RuleArns: append(arns(placedArn, ruleArn, ruleArn), nil)}), prefixed(queue.QueueToken, "inbox", []string{
		`ruleArns: "` + placedArn + `" is not the ARN of an EventBridge rule; write it as arn:aws:events:<region>:<account>:rule/<bus>/<rule>`,
		"ruleArns: " + ruleArn + " stands there twice; once lets it send",
		"ruleArns: entry 3 is not set; give the ARN of an EventBridge rule or leave it out",
	})...)
}

func TestTopicPublishers(t *testing.T) {
	t.Parallel()
	rec := record(t, newTopic("placed", &queue.TopicArgs{
		KmsKeyArn:         pulumi.String(keyArn),
		PublisherServices: []string{"s3.amazonaws.com", "events.rds.amazonaws.com", "events.amazonaws.com", "cloudwatch.amazonaws.com", "budgets.amazonaws.com"},
	}))
	arn := rec.Find(topicType, "placed-topic").Output("arn")
	let := func(service string, condition object) object {
		s := object{"Effect": "Allow", "Principal": object{"Service": service}, "Action": "sns:Publish", "Resource": arn}
		if condition != nil {
			s["Condition"] = condition
		}
		return s
	}
	mine := object{"StringEquals": object{"aws:SourceAccount": "123456789012"}}
	statements := recorder.JSON(rec.Find(topicPolicyType, "placed-policy").Input("policy")).(object)["Statement"].(list)
	same(t, "TLS only", statements[0].(object)["Sid"], any("DenyPlaintext"))
	same(t, "publishers", statements[1:], list{
		let("budgets.amazonaws.com", mine),
		let("cloudwatch.amazonaws.com", object{"ArnLike": object{"aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*"}}),
		let("events.amazonaws.com", nil),
		let("events.rds.amazonaws.com", mine),
		let("s3.amazonaws.com", mine),
	})
}

func TestTopicRefusesPublishers(t *testing.T) {
	t.Parallel()
	refused(t, newTopic("placed", &queue.TopicArgs{
		KmsKeyArn: pulumi.String(keyArn), Fifo: pulumi.BoolRef(true), PublisherServices: []string{"lambda.amazonaws.com", "s3.amazonaws.com", "s3.amazonaws.com"},
	}), prefixed(queue.TopicToken, "placed", []string{
		`publisherServices: "lambda.amazonaws.com" is not possible; use one of budgets.amazonaws.com, cloudwatch.amazonaws.com, events.amazonaws.com, events.rds.amazonaws.com, s3.amazonaws.com`,
		`publisherServices: "s3.amazonaws.com" stands there twice; once lets it in`,
		"publisherServices: cannot publish to a FIFO topic: no AWS service sends the message group that it asks for; leave fifo or publisherServices out",
	})...)
}
