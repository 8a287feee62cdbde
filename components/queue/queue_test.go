package queue_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	alarmType        = "aws:cloudwatch/metricAlarm:MetricAlarm"
	queueType        = "aws:sqs/queue:Queue"
	queuePolicyType  = "aws:sqs/queuePolicy:QueuePolicy"
	allowType        = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
	subscriptionType = "aws:sns/topicSubscription:TopicSubscription"
	topicType        = "aws:sns/topic:Topic"
	topicPolicyType  = "aws:sns/topicPolicy:TopicPolicy"

	keyArn     = "arn:aws:kms:eu-central-1:123456789012:key/messages"
	alarmsArn  = "arn:aws:sns:eu-central-1:123456789012:alarms"
	placedArn  = "arn:aws:sns:eu-central-1:123456789012:order-placed"
	settledArn = "arn:aws:sns:eu-central-1:123456789012:payment-settled"

	fifty = "service-abcdefghijklmnopqrstuvwxyz-0123456789-abcd"
)

// same compares a list of resources or a decoded document with what it should be.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// refused checks that a program fails with exactly these sentences, and before it registers anything.
func refused(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program)
	if err == nil {
		t.Fatalf("accepted; want\n%s", strings.Join(want, "\n"))
	}
	same(t, "problems", strings.Split(err.Error(), "\n"), want)
	same(t, "resources registered", rec.List(), []string{})
}

func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func newQueue(name string, args *queue.QueueArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := queue.NewQueue(ctx, name, args)
		return err
	}
}

func arns(values ...string) []pulumi.StringInput {
	list := make([]pulumi.StringInput, len(values))
	for i, v := range values {
		list[i] = pulumi.String(v)
	}
	return list
}

// object and list shorten what a decoded document is compared with.
type object = map[string]any
type list = []any

func tlsOnly(arn any) object {
	return object{
		"Sid": "DenyPlaintext", "Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": arn,
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	}
}

func TestQueue(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newQueue("inbox", &queue.QueueArgs{Preset: preset}))
			same(t, "resources", rec.List(), []string{
				queueType + " inbox-dead-letters",
				queueType + " inbox-queue",
				queuePolicyType + " inbox-dead-letters-policy",
				queuePolicyType + " inbox-policy",
				allowType + " inbox-redrive-allow",
				queue.QueueToken + " inbox",
			})
			main, dead := rec.Find(queueType, "inbox-queue"), rec.Find(queueType, "inbox-dead-letters")
			same(t, "queue", main.Inputs, object{
				"visibilityTimeoutSeconds": 180.0, "messageRetentionSeconds": 345600.0, "receiveWaitTimeSeconds": 20.0,
				"sqsManagedSseEnabled": true, "redrivePolicy": main.Inputs["redrivePolicy"],
			})
			same(t, "dead-letter queue", dead.Inputs, object{
				"messageRetentionSeconds": 1209600.0, "receiveWaitTimeSeconds": 20.0, "sqsManagedSseEnabled": true,
			})
			same(t, "redrive policy", recorder.JSON(main.Inputs["redrivePolicy"]), object{"deadLetterTargetArn": dead.Output("arn"), "maxReceiveCount": 5.0})
			allow := rec.Find(allowType, "inbox-redrive-allow")
			same(t, "queue of the redrive-allow policy", allow.Input("queueUrl"), dead.Output("url"))
			same(t, "redrive-allow policy", recorder.JSON(allow.Input("redriveAllowPolicy")), object{"redrivePermission": "byQueue", "sourceQueueArns": list{main.Output("arn")}})
			for _, q := range []struct {
				policy string
				queue  *recorder.Resource
			}{{"inbox-policy", main}, {"inbox-dead-letters-policy", dead}} {
				policy := rec.Find(queuePolicyType, q.policy)
				same(t, q.policy, policy.Input("queueUrl"), q.queue.Output("url"))
				same(t, q.policy, recorder.JSON(policy.Input("policy")), object{"Version": "2012-10-17", "Statement": list{tlsOnly(q.queue.Output("arn"))}})
			}
			self := rec.Find(queue.QueueToken, "inbox")
			same(t, "outputs", self.Outputs, object{
				"url": main.Output("url"), "arn": main.Output("arn"), "name": main.Output("name"),
				"deadLetterUrl": dead.Output("url"), "deadLetterArn": dead.Output("arn"),
				"producerPolicy": self.Output("producerPolicy"), "consumerPolicy": self.Output("consumerPolicy"),
			})
			same(t, "producer policy", recorder.JSON(self.Output("producerPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Send", "Effect": "Allow", "Action": list{"sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"}, "Resource": main.Output("arn")},
			}})
		})
	}
}

func TestQueueWithKey(t *testing.T) {
	t.Parallel()
	rec := record(t, newQueue("inbox", &queue.QueueArgs{KmsKeyArn: pulumi.String(keyArn)}))
	for _, name := range []string{"inbox-queue", "inbox-dead-letters"} {
		q := rec.Find(queueType, name)
		same(t, name+" key", q.Input("kmsMasterKeyId"), keyArn)
		same(t, name+" has SQS's own encryption too", q.Input("sqsManagedSseEnabled"), nil)
	}
	arn := rec.Find(queueType, "inbox-queue").Output("arn")
	self := rec.Find(queue.QueueToken, "inbox")
	through := object{"StringEquals": object{"kms:ViaService": "sqs.eu-central-1.amazonaws.com"}}
	same(t, "producer policy", recorder.JSON(self.Output("producerPolicy")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "Send", "Effect": "Allow", "Action": list{"sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"}, "Resource": arn},
		object{"Sid": "UseKey", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn, "Condition": through},
	}})
	same(t, "consumer policy", recorder.JSON(self.Output("consumerPolicy")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "Receive", "Effect": "Allow", "Resource": arn, "Action": list{
			"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
		}},
		object{"Sid": "UseKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn, "Condition": through},
	}})
}

func TestQueueFifo(t *testing.T) {
	t.Parallel()
	rec := record(t, newQueue(fifty, &queue.QueueArgs{Fifo: pulumi.BoolRef(true)}))
	for _, q := range rec.Type(queueType) {
		want := object{"fifoQueue": true, "contentBasedDeduplication": true, "deduplicationScope": "messageGroup", "fifoThroughputLimit": "perMessageGroupId"}
		for input, want := range want {
			same(t, q.Name+" "+input, q.Input(input), want)
		}
		// Pulumi appends a hyphen and seven digits, the provider ".fifo"; SQS takes 80 characters.
		if length := len(q.Name + "-0123456.fifo"); length > 80 || q.Input("name") != nil {
			t.Errorf("%s is named %v, %d characters", q.Name, q.Input("name"), length)
		}
	}
}

func TestQueueTopics(t *testing.T) {
	t.Parallel()
	rec := record(t, newQueue("inbox", &queue.QueueArgs{TopicArns: arns(placedArn, settledArn), TopicNames: []string{"order-placed", "payment-settled"}}))
	main, dead := rec.Find(queueType, "inbox-queue"), rec.Find(queueType, "inbox-dead-letters")
	policies := map[string]*recorder.Resource{"inbox-policy": main, "inbox-dead-letters-policy": dead}
	var urns []string
	for name, q := range policies {
		policy := rec.Find(queuePolicyType, name)
		urns = append(urns, policy.URN)
		same(t, name, recorder.JSON(policy.Input("policy")), object{"Version": "2012-10-17", "Statement": list{
			tlsOnly(q.Output("arn")),
			object{
				"Sid": "Topics", "Effect": "Allow", "Principal": object{"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": q.Output("arn"),
				"Condition": object{"ArnEquals": object{"aws:SourceArn": list{placedArn, settledArn}}},
			},
		}})
	}
	if n := len(rec.Type(queuePolicyType)); n != 2 {
		t.Errorf("%d queue policies for two queues: the last one would win", n)
	}
	if n := len(rec.Type(subscriptionType)); n != 2 {
		t.Errorf("%d subscriptions to two topics", n)
	}
	for name, topic := range map[string]string{"inbox-order-placed": placedArn, "inbox-payment-settled": settledArn} {
		s := rec.Find(subscriptionType, name)
		same(t, name, s.Inputs, object{
			"topic": topic, "protocol": "sqs", "endpoint": main.Output("arn"), "rawMessageDelivery": true, "redrivePolicy": s.Input("redrivePolicy"),
		})
		same(t, name+" redrive policy", recorder.JSON(s.Input("redrivePolicy")), object{"deadLetterTargetArn": dead.Output("arn")})
		for _, urn := range urns {
			if !strings.Contains(strings.Join(s.Dependencies, "\n"), urn) {
				t.Errorf("%s does not wait for %s", name, urn)
			}
		}
	}
}

// A subscription must not depend on where its topic stands in the list.
func TestQueueTopicTakenAway(t *testing.T) {
	t.Parallel()
	both := record(t, newQueue("inbox", &queue.QueueArgs{TopicArns: arns(placedArn, settledArn), TopicNames: []string{"order-placed", "payment-settled"}}))
	one := record(t, newQueue("inbox", &queue.QueueArgs{TopicArns: arns(settledArn), TopicNames: []string{"payment-settled"}}))
	before, after := both.Find(subscriptionType, "inbox-payment-settled"), one.Find(subscriptionType, "inbox-payment-settled")
	same(t, "URN", after.URN, before.URN)
	same(t, "inputs", after.Inputs, before.Inputs)
}

func TestQueueOfTopics(t *testing.T) {
	t.Parallel()
	for _, fifo := range []bool{false, true} {
		rec := record(t, func(ctx *pulumi.Context) error {
			topic, err := queue.NewTopic(ctx, "placed", &queue.TopicArgs{Fifo: &fifo, KmsKeyArn: pulumi.String(keyArn)})
			if err != nil {
				return err
			}
			_, err = queue.NewQueue(ctx, "inbox", &queue.QueueArgs{Fifo: &fifo, TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"placed"}})
			return err
		})
		same(t, "topic", rec.Find(subscriptionType, "inbox-placed").Input("topic"), rec.Find(topicType, "placed-topic").Output("arn"))
		same(t, "topic in the component's inputs", rec.Find(queue.QueueToken, "inbox").Input("topicArns"), any(list{rec.Find(topicType, "placed-topic").Output("arn")}))
	}
}

// What a topic is shows only when it exists; then it is too late for the other checks.
func TestQueueRefusesFifoTopicLate(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		topic, err := queue.NewTopic(ctx, "placed", &queue.TopicArgs{KmsKeyArn: pulumi.String(keyArn)})
		if err != nil {
			return err
		}
		_, err = queue.NewQueue(ctx, "inbox", &queue.QueueArgs{TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"placed"}})
		return err
	}, recorder.Output(topicType, "arn", placedArn+".fifo"))
	want := `scaffold:queue:Queue "inbox": topicArns: ` + placedArn + `.fifo is a FIFO topic, whose order a standard queue would lose; set fifo, or use a standard topic`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestQueueAlarms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		args queue.QueueArgs
		age  float64
	}{
		"default":         {queue.QueueArgs{}, 900},
		"quick":           {queue.QueueArgs{VisibilityTimeoutSeconds: pulumi.IntRef(10)}, 300},
		"nearly too slow": {queue.QueueArgs{VisibilityTimeoutSeconds: pulumi.IntRef(43200), RetentionDays: pulumi.IntRef(3)}, 129600},
		"set":             {queue.QueueArgs{MaxAgeSeconds: pulumi.IntRef(60)}, 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.args.AlarmTopicArn = pulumi.String(alarmsArn)
			rec := record(t, newQueue("inbox", &test.args))
			if n := len(rec.Type(alarmType)); n != 2 {
				t.Fatalf("%d alarms, want 2", n)
			}
			for alarm, want := range map[string]struct {
				queue, metric     string
				threshold, inARow float64
			}{
				"inbox-dead-letters": {"inbox-dead-letters", "ApproximateNumberOfMessagesVisible", 0, 1},
				"inbox-waiting":      {"inbox-queue", "ApproximateAgeOfOldestMessage", test.age, 3},
			} {
				a := rec.Find(alarmType, alarm)
				same(t, alarm, a.Inputs, object{
					"namespace": "AWS/SQS", "metricName": want.metric, "statistic": "Maximum", "period": 60.0,
					"dimensions":         object{"QueueName": rec.Find(queueType, want.queue).Output("name")},
					"comparisonOperator": "GreaterThanThreshold", "threshold": want.threshold, "evaluationPeriods": want.inARow,
					"treatMissingData": "notBreaching", "alarmActions": list{alarmsArn}, "okActions": list{alarmsArn},
					"alarmDescription": a.Input("alarmDescription"),
				})
				if text, _ := a.Input("alarmDescription").(string); !strings.Contains(text, "inbox") {
					t.Errorf("%s does not say which queue: %q", alarm, text)
				}
			}
		})
	}
}

func TestQueueTransforms(t *testing.T) {
	t.Parallel()
	tag := pulumi.StringMap{"by": pulumi.String("transform")}
	retain := func(opts *[]pulumi.ResourceOption) { *opts = append(*opts, pulumi.RetainOnDelete(true)) }
	rec := record(t, newQueue("inbox", &queue.QueueArgs{
		TopicArns: arns(placedArn), TopicNames: []string{"placed"}, AlarmTopicArn: pulumi.String(alarmsArn),
		Transform: queue.QueueTransform{
			Queue:              func(a *sqs.QueueArgs, o *[]pulumi.ResourceOption) { a.Tags = tag; retain(o) },
			DeadLetters:        func(a *sqs.QueueArgs, o *[]pulumi.ResourceOption) { a.Tags = tag; retain(o) },
			Policy:             func(_ *sqs.QueuePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			DeadLettersPolicy:  func(_ *sqs.QueuePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			RedriveAllowPolicy: func(_ *sqs.RedriveAllowPolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Subscription: func(a *sns.TopicSubscriptionArgs, o *[]pulumi.ResourceOption) {
				a.FilterPolicy = pulumi.String(`{"kind":["order"]}`)
				retain(o)
			},
			Alarm: func(a *cloudwatch.MetricAlarmArgs, o *[]pulumi.ResourceOption) { a.Tags = tag; retain(o) },
		},
	}))
	for _, r := range rec.Resources {
		if r.Custom && r.Type != "pulumi:pulumi:Stack" && !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
	same(t, "tag", rec.Find(queueType, "inbox-queue").Input("tags.by"), "transform")
	same(t, "filter", rec.Find(subscriptionType, "inbox-placed").Input("filterPolicy.kind[0]"), "order")
}

func TestQueueTags(t *testing.T) {
	t.Parallel()
	rec := record(t, newQueue("inbox", &queue.QueueArgs{AlarmTopicArn: pulumi.String(alarmsArn), Tags: pulumi.StringMap{"team": pulumi.String("commerce")}}))
	for _, r := range append(rec.Type(queueType), rec.Type(alarmType)...) {
		same(t, r.Name, r.Input("tags.team"), "commerce")
	}
}
