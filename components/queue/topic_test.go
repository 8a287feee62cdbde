package queue_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func newTopic(name string, args *queue.TopicArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := queue.NewTopic(ctx, name, args)
		return err
	}
}

func TestTopic(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newTopic("placed", &queue.TopicArgs{Preset: preset, KmsKeyArn: pulumi.String(keyArn)}))
			want, inputs := []string{
				topicType + " placed-topic",
				topicPolicyType + " placed-policy",
				queue.TopicToken + " placed",
			}, object{"kmsMasterKeyId": keyArn}
			if preset != "sandbox" {
				want = append([]string{roleType + " placed-delivery-logs", rolePolicyType + " placed-delivery-logs"}, want...)
				role := rec.Find(roleType, "placed-delivery-logs").Output("arn")
				inputs["sqsFailureFeedbackRoleArn"], inputs["lambdaFailureFeedbackRoleArn"] = role, role
			}
			same(t, "resources", rec.List(), want)
			topic, policy := rec.Find(topicType, "placed-topic"), rec.Find(topicPolicyType, "placed-policy")
			same(t, "topic", topic.Inputs, inputs)
			same(t, "topic of the policy", policy.Input("arn"), topic.Output("arn"))
			same(t, "policy", recorder.JSON(policy.Input("policy")), object{"Version": "2012-10-17", "Statement": list{
				object{
					"Sid": "DenyPlaintext", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic.Output("arn"),
					"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
				},
			}})
			self := rec.Find(queue.TopicToken, "placed")
			same(t, "arn", self.Output("arn"), topic.Output("arn"))
			same(t, "producer policy", recorder.JSON(self.Output("producerPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Publish", "Effect": "Allow", "Action": "sns:Publish", "Resource": topic.Output("arn")},
				object{
					"Sid": "UseKey", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn,
					"Condition": object{"StringEquals": object{"kms:ViaService": "sns.eu-central-1.amazonaws.com"}},
				},
			}})
		})
	}
}

func TestTopicFifo(t *testing.T) {
	t.Parallel()
	rec := record(t, newTopic(fifty, &queue.TopicArgs{Fifo: pulumi.BoolRef(true), KmsKeyArn: pulumi.String(keyArn)}))
	topic := rec.Type(topicType)[0]
	same(t, "topic", topic.Inputs, object{
		"kmsMasterKeyId": keyArn, "fifoTopic": true, "contentBasedDeduplication": true,
		"sqsFailureFeedbackRoleArn": rec.Type(roleType)[0].Output("arn"), // it has queues only
	})
	if length := len(topic.Name + "-0123456.fifo"); length > 80 { // the provider's limit, less than SNS's
		t.Errorf("the automatic name of %s has %d characters", topic.Name, length)
	}
}

func TestTopicDeliveryLogs(t *testing.T) {
	t.Parallel()
	rec := record(t, newTopic("placed", &queue.TopicArgs{
		Preset: "sandbox", KmsKeyArn: pulumi.String(keyArn), DeliveryLogs: pulumi.BoolRef(true),
		PermissionsBoundaryArn: pulumi.String("arn:aws:iam::123456789012:policy/bound"),
	}))
	role, policy := rec.Find(roleType, "placed-delivery-logs"), rec.Find(rolePolicyType, "placed-delivery-logs")
	same(t, "boundary", role.Input("permissionsBoundary"), "arn:aws:iam::123456789012:policy/bound")
	same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), object{"Version": "2012-10-17", "Statement": list{object{
		"Effect": "Allow", "Principal": object{"Service": "sns.amazonaws.com"}, "Action": "sts:AssumeRole",
		"Condition": object{"StringEqualsIfExists": object{"aws:SourceAccount": "123456789012"}},
	}}})
	same(t, "role of the policy", policy.Input("role"), role.Output("name"))
	group := "arn:aws:logs:eu-central-1:123456789012:log-group:sns/eu-central-1/123456789012/" + rec.Find(topicType, "placed-topic").Output("name").(string)
	same(t, "policy", recorder.JSON(policy.Input("policy")), object{"Version": "2012-10-17", "Statement": list{object{
		"Sid": "WriteLogs", "Effect": "Allow", "Action": list{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
		"Resource": list{group + ":*", group + "/*"},
	}}})

	rec = record(t, newTopic("placed", &queue.TopicArgs{KmsKeyArn: pulumi.String(keyArn), DeliveryLogs: pulumi.BoolRef(false)}))
	if n := len(rec.Type(roleType)); n != 0 {
		t.Errorf("%d roles without logs", n)
	}
	same(t, "topic without logs", rec.Find(topicType, "placed-topic").Inputs, object{"kmsMasterKeyId": keyArn})

	// A role has 64 characters at most, and is made before the topic is named.
	for _, opts := range [][]recorder.Option{nil, {recorder.Preview()}} {
		rec = record(t, newTopic(fifty, &queue.TopicArgs{KmsKeyArn: pulumi.String(keyArn)}), opts...)
		if name, _ := rec.Type(roleType)[0].Input("name").(string); name == "" || len(name) > 64 {
			t.Errorf("the name of the role has %d characters: %q", len(name), name)
		}
	}
}

func TestTopicAlarm(t *testing.T) {
	t.Parallel()
	rec := record(t, newTopic("placed", &queue.TopicArgs{KmsKeyArn: pulumi.String(keyArn), AlarmTopicArn: pulumi.String(alarmsArn)}))
	alarms := rec.Type(alarmType)
	if len(alarms) != 1 {
		t.Fatalf("%d alarms, want 1", len(alarms))
	}
	same(t, "alarm", alarms[0].Inputs, object{
		"namespace": "AWS/SNS", "metricName": "NumberOfNotificationsFailed", "statistic": "Sum", "period": 300.0,
		"dimensions":         object{"TopicName": rec.Find(topicType, "placed-topic").Output("name")},
		"comparisonOperator": "GreaterThanThreshold", "threshold": 0.0, "evaluationPeriods": 1.0,
		"treatMissingData": "notBreaching", "alarmActions": list{alarmsArn}, "okActions": list{alarmsArn},
		"alarmDescription": alarms[0].Input("alarmDescription"),
	})
}

func TestTopicRefuses(t *testing.T) {
	t.Parallel()
	const key = `scaffold:queue:Topic "placed": kmsKeyArn: is required: SNS encrypts messages only with a key, and the one AWS manages for SNS keeps other services out`
	refused(t, newTopic("placed", nil), key)
	refused(t, newTopic("placed", &queue.TopicArgs{Preset: "dev"}), `scaffold:queue:Topic "placed": preset: "dev" is not a preset; use "sandbox" or "production"`, key)
	refused(t, newTopic("placed", &queue.TopicArgs{KmsKeyArn: pulumi.String(keyArn), DeliveryLogs: pulumi.BoolRef(false), PermissionsBoundaryArn: pulumi.String("b")}),
		`scaffold:queue:Topic "placed": permissionsBoundaryArn: bounds the role that logs failed deliveries, which there is none of without deliveryLogs; leave one of them out`)
}

func TestTopicTransforms(t *testing.T) {
	t.Parallel()
	retain := func(opts *[]pulumi.ResourceOption) { *opts = append(*opts, pulumi.RetainOnDelete(true)) }
	rec := record(t, newTopic("placed", &queue.TopicArgs{
		KmsKeyArn: pulumi.String(keyArn), AlarmTopicArn: pulumi.String(alarmsArn), Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
		Transform: queue.TopicTransform{
			Topic: func(a *sns.TopicArgs, o *[]pulumi.ResourceOption) {
				a.DisplayName = pulumi.String("Placed")
				retain(o)
			},
			Policy:     func(_ *sns.TopicPolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Role:       func(_ *iam.RoleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			RolePolicy: func(_ *iam.RolePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Alarm:      func(_ *cloudwatch.MetricAlarmArgs, o *[]pulumi.ResourceOption) { retain(o) },
		},
	}))
	for _, r := range rec.Resources {
		if r.Custom && r.Type != "pulumi:pulumi:Stack" && !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
	same(t, "display name", rec.Find(topicType, "placed-topic").Input("displayName"), "Placed")
	same(t, "tag", rec.Find(topicType, "placed-topic").Input("tags.team"), "commerce")
}
