package queue_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestQueueRefuses(t *testing.T) {
	t.Parallel()
	number := pulumi.IntRef
	const quotas = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"
	for name, test := range map[string]struct {
		args queue.QueueArgs
		want []string
	}{
		"preset":     {queue.QueueArgs{Preset: "prod"}, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"visibility": {queue.QueueArgs{VisibilityTimeoutSeconds: number(-1)}, []string{"visibilityTimeoutSeconds: -1 is out of range; use 0 to 43200 (" + quotas + ")"}},
		"visibility of a day": {queue.QueueArgs{VisibilityTimeoutSeconds: number(86400), RetentionDays: number(14)}, []string{
			"visibilityTimeoutSeconds: 86400 is out of range; use 0 to 43200 (" + quotas + ")",
		}},
		"no retention":   {queue.QueueArgs{RetentionDays: number(0)}, []string{"retentionDays: 0 is out of range; use 1 to 14 (" + quotas + ")"}},
		"long retention": {queue.QueueArgs{RetentionDays: number(15)}, []string{"retentionDays: 15 is out of range; use 1 to 14 (" + quotas + ")"}},
		"no receives": {queue.QueueArgs{MaxReceiveCount: number(0)}, []string{
			"maxReceiveCount: 0 is out of range; use 1 to 1000 (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html)",
		}},
		"dropped before it is a dead letter": {queue.QueueArgs{VisibilityTimeoutSeconds: number(43200), RetentionDays: number(2), MaxReceiveCount: number(4)}, []string{
			"retentionDays: 2 days end before 4 receives of 43200 s each do, so a failing message would be dropped without ever reaching the dead-letter queue; raise retentionDays, or lower maxReceiveCount or visibilityTimeoutSeconds",
		}},
		"an alarm that never fires": {queue.QueueArgs{MaxAgeSeconds: number(345600)}, []string{
			"maxAgeSeconds: 345600 is out of range; use 60 to 345599 (a metric comes once a minute, and no message gets older than retentionDays)",
		}},
		"an alarm that always fires": {queue.QueueArgs{MaxAgeSeconds: number(5)}, []string{
			"maxAgeSeconds: 5 is out of range; use 60 to 345599 (a metric comes once a minute, and no message gets older than retentionDays)",
		}},
		"names missing": {queue.QueueArgs{TopicArns: arns(placedArn)}, []string{
			"topicNames: has 0 names for 1 topicArns; give each topic one, in the same order, so that subscriptions outlive changes of the list",
		}},
		"names only": {queue.QueueArgs{TopicNames: []string{"a"}}, []string{
			"topicNames: has 1 names for 0 topicArns; give each topic one, in the same order, so that subscriptions outlive changes of the list",
		}},
		"topics twice": {queue.QueueArgs{TopicArns: arns(placedArn, placedArn), TopicNames: []string{"placed", "placed"}}, []string{
			`topicNames: "placed" stands there twice; one subscription to a topic is enough, and each name is of one topic`,
			"topicArns: " + placedArn + " stands there twice; a queue subscribes to a topic once",
		}},
		"nothing": {queue.QueueArgs{TopicArns: []pulumi.StringInput{nil}, TopicNames: []string{""}}, []string{
			`topicNames: entry 0 is empty; write what the topic is called, such as "order-placed"`,
			"topicArns: entry 0 is not set; give the ARN of a topic or leave it out",
		}},
		"a FIFO topic": {queue.QueueArgs{TopicArns: arns(placedArn + ".fifo"), TopicNames: []string{"placed"}}, []string{
			"topicArns: " + placedArn + ".fifo is a FIFO topic, whose order a standard queue would lose; set fifo, or use a standard topic",
		}},
		"a standard topic": {queue.QueueArgs{Fifo: pulumi.BoolRef(true), TopicArns: arns(placedArn), TopicNames: []string{"placed"}}, []string{
			"topicArns: " + placedArn + " is a standard topic, which SNS cannot deliver to a FIFO queue; use a FIFO topic, or leave fifo out",
		}},
		"all at once": {queue.QueueArgs{Preset: "x", RetentionDays: number(99), TopicNames: []string{"a"}}, []string{
			`preset: "x" is not a preset; use "sandbox" or "production"`,
			"retentionDays: 99 is out of range; use 1 to 14 (" + quotas + ")",
			"topicNames: has 1 names for 0 topicArns; give each topic one, in the same order, so that subscriptions outlive changes of the list",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:queue:Queue "inbox": ` + test.want[i]
			}
			refused(t, newQueue("inbox", &test.args), test.want...)
		})
	}
	long := strings.Repeat("q", 55)
	refused(t, newQueue(long, nil), `scaffold:queue:Queue "`+long+`": name: has 55 characters; use at most 54, since SQS takes names of 80 and the dead-letter queue's is longer`)
}
