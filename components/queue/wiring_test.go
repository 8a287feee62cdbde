package queue_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// messaging is a program of all components of this package, as a user wires them.
func messaging(preset string, targets ...string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		key, err := security.NewKey(ctx, "shop", &security.KeyArgs{
			Preset: preset, Services: []string{"cloudwatch", "delivery.logs", "events", "logs", "s3", "sns"},
		})
		if err != nil {
			return err
		}
		alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{Preset: preset, KmsKeyArn: key.Arn})
		if err != nil {
			return err
		}
		topic, err := queue.NewTopic(ctx, "placed", &queue.TopicArgs{
			Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn, PublisherServices: []string{"s3.amazonaws.com"},
		})
		if err != nil {
			return err
		}
		inbox, err := queue.NewQueue(ctx, "inbox", &queue.QueueArgs{
			Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn, RuleArns: arns(ruleArn),
			TopicArns: []pulumi.StringInput{topic.Arn}, TopicNames: []string{"placed"},
		})
		if err != nil {
			return err
		}
		clicks, err := queue.NewStream(ctx, "clicks", &queue.StreamArgs{
			Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn, ConsumerNames: []string{"search"},
		})
		if err != nil {
			return err
		}
		checkout, err := queue.NewSaga(ctx, "checkout", sagaOf(3, queue.SagaArgs{Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn}))
		if err != nil {
			return err
		}
		bus := leading(queue.BusArgs{
			Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn, TargetKmsKeyArns: []pulumi.StringInput{key.Arn},
		}, append([]string{inboxArn, placedArn, streamArn, sagaArn, functionArn("report")}, targets...)...)
		copy(bus.TargetArns, []pulumi.StringInput{inbox.Arn, topic.Arn, clicks.Arn, checkout.Arn})
		if _, err := queue.NewBus(ctx, "orders", bus); err != nil {
			return err
		}
		_, err = queue.NewBus(ctx, "reports", leading(queue.BusArgs{
			Preset: preset, AlarmTopicArn: alarms.Arn, SeparateDeadLetters: pulumi.BoolRef(true), ExistingBusName: pulumi.String("default"),
		}, inboxArn, streamArn))
		return err
	}
}

func TestMessagingIsWiredRight(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		for mode, opts := range map[string][]recorder.Option{"up": nil, "preview": {recorder.Preview()}} {
			t.Run(preset+" "+mode, func(t *testing.T) {
				t.Parallel()
				for _, f := range guardrails.Wiring(record(t, messaging(preset), opts...)) {
					t.Error(f)
				}
			})
		}
	}
}
