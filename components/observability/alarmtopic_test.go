package observability_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	topicType        = "aws:sns/topic:Topic"
	topicPolicyType  = "aws:sns/topicPolicy:TopicPolicy"
	subscriptionType = "aws:sns/topicSubscription:TopicSubscription"
	keyArn           = "arn:aws:kms:eu-central-1:123456789012:key/alarms"
)

type object = map[string]any
type list = []any

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func newAlarmTopic(name string, args *observability.AlarmTopicArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := observability.NewAlarmTopic(ctx, name, args)
		return err
	}
}

func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func TestAlarmTopic(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newAlarmTopic("alarms", &observability.AlarmTopicArgs{
				Preset: preset, KmsKeyArn: pulumi.String(keyArn), Emails: []string{"team@example.com", "boss@example.com"},
				Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
			}))
			same(t, "resources", rec.List(), []string{
				topicType + " alarms-topic",
				topicPolicyType + " alarms-policy",
				subscriptionType + " alarms-boss@example.com",
				subscriptionType + " alarms-team@example.com",
				observability.AlarmTopicToken + " alarms",
			})
			topic, policy := rec.Find(topicType, "alarms-topic"), rec.Find(topicPolicyType, "alarms-policy")
			same(t, "topic", topic.Inputs, object{"kmsMasterKeyId": keyArn, "tags": object{"team": "commerce"}})
			same(t, "topic of the policy", policy.Input("arn"), topic.Output("arn"))
			same(t, "policy", recorder.JSON(policy.Input("policy")), object{"Version": "2012-10-17", "Statement": list{
				object{
					"Sid": "Alarms", "Effect": "Allow", "Principal": object{"Service": "cloudwatch.amazonaws.com"},
					"Action": "sns:Publish", "Resource": topic.Output("arn"),
					"Condition": object{"ArnLike": object{"aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*"}},
				},
				object{
					"Sid": "DenyPlaintext", "Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic.Output("arn"),
					"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
				},
			}})
			same(t, "subscription", rec.Find(subscriptionType, "alarms-team@example.com").Inputs, object{
				"topic": topic.Output("arn"), "protocol": "email", "endpoint": "team@example.com",
			})
			same(t, "arn", rec.Find(observability.AlarmTopicToken, "alarms").Output("arn"), topic.Output("arn"))
		})
	}
}

// An alarm reaches people only if all on its way agree: its action is the topic,
// the topic lets CloudWatch publish for this alarm, and the key of the topic lets
// CloudWatch encrypt. Where one does not, the alarm fires and nobody hears.
func TestAlarmReachesTopic(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		key, err := security.NewKey(ctx, "key", &security.KeyArgs{Services: []string{"cloudwatch"}})
		if err != nil {
			return err
		}
		topic, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{KmsKeyArn: key.Arn})
		if err != nil {
			return err
		}
		_, err = queue.NewQueue(ctx, "inbox", &queue.QueueArgs{AlarmTopicArn: topic.Arn})
		return err
	})
	topic, key := rec.Find(topicType, "alarms-topic"), rec.Find("aws:kms/key:Key", "key-key")
	alarms := rec.Type("aws:cloudwatch/metricAlarm:MetricAlarm")
	if len(alarms) == 0 {
		t.Fatal("no alarms")
	}
	statement := rec.Find(topicPolicyType, "alarms-policy").Input("policy.Statement[0]")
	same(t, "who may publish", recorder.At(statement, "Principal.Service"), "cloudwatch.amazonaws.com")
	sources, _ := recorder.At(statement, `Condition.ArnLike["aws:SourceArn"]`).(string)
	for _, alarm := range alarms {
		for _, when := range []string{"alarmActions", "okActions"} {
			same(t, alarm.Name+" "+when, alarm.Input(when), any(list{topic.Output("arn")}))
		}
		if arn, _ := alarm.Output("arn").(string); !strings.HasPrefix(arn, strings.TrimSuffix(sources, "*")) {
			t.Errorf("the topic takes alarms like %s, which %s is not", sources, arn)
		}
	}
	same(t, "key of the topic", topic.Input("kmsMasterKeyId"), key.Output("arn"))
	grant := key.Input("policy.Statement[1]")
	same(t, "who may encrypt", recorder.At(grant, "Principal.Service"), "cloudwatch.amazonaws.com")
	same(t, "with what", recorder.At(grant, "Action"), any(list{"kms:Decrypt", "kms:GenerateDataKey"}))
}

func TestAlarmTopicRefuses(t *testing.T) {
	t.Parallel()
	const key = "kmsKeyArn: is required: alarms name what fails and where; SNS encrypts them only with a key, which must let CloudWatch use it"
	for name, test := range map[string]struct {
		args *observability.AlarmTopicArgs
		want []string
	}{
		"nothing":         {nil, []string{key}},
		"preset":          {&observability.AlarmTopicArgs{Preset: "prod"}, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`, key}},
		"no address":      {&observability.AlarmTopicArgs{Emails: []string{"team"}}, []string{key, `emails: "team" is not an e-mail address; write it as team@example.com`}},
		"a name with one": {&observability.AlarmTopicArgs{Emails: []string{"Team <team@example.com>"}}, []string{key, `emails: "Team <team@example.com>" is not an e-mail address; write it as team@example.com`}},
		"twice": {&observability.AlarmTopicArgs{Emails: []string{"team@example.com", "team@example.com"}}, []string{
			key, `emails: "team@example.com" stands there twice; one subscription an address is enough`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:observability:AlarmTopic "alarms": ` + test.want[i]
			}
			rec, err := recorder.Run(newAlarmTopic("alarms", test.args))
			if err == nil {
				t.Fatal("accepted")
			}
			same(t, "problems", strings.Split(err.Error(), "\n"), test.want)
			same(t, "resources registered", rec.List(), []string{})
		})
	}
}

func TestAlarmTopicTransforms(t *testing.T) {
	t.Parallel()
	retain := func(opts *[]pulumi.ResourceOption) { *opts = append(*opts, pulumi.RetainOnDelete(true)) }
	rec := record(t, newAlarmTopic("service-abcdefghijklmnopqrstuvwxyz-0123456789-abcd", &observability.AlarmTopicArgs{
		KmsKeyArn: pulumi.String(keyArn), Emails: []string{"team@example.com"},
		Transform: observability.AlarmTopicTransform{
			Topic:  func(_ *sns.TopicArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Policy: func(_ *sns.TopicPolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Subscription: func(a *sns.TopicSubscriptionArgs, o *[]pulumi.ResourceOption) {
				a.Protocol = pulumi.String("email-json")
				retain(o)
			},
		},
	}))
	for _, r := range rec.Resources {
		if r.Custom && r.Type != "pulumi:pulumi:Stack" && !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
	same(t, "protocol", rec.Type(subscriptionType)[0].Input("protocol"), "email-json")
	if length := len(rec.Type(topicType)[0].Name + "-0123456"); length > 80 {
		t.Errorf("the topic's automatic name has %d characters", length)
	}
}
