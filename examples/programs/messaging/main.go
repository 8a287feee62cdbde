// Orders are placed on a bus, which leads them to a queue, a topic, a stream and a
// saga; under both presets.
package main

import (
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	for _, preset := range []string{"production", "sandbox"} {
		if err := messaging(ctx, preset); err != nil {
			return err
		}
	}
	return nil
}

const orderPlaced = `{"source": ["shop.orders"], "detail-type": ["OrderPlaced"]}`

func messaging(ctx *pulumi.Context, preset string) error {
	// So that the example can be taken down in one step.
	deletable := pulumi.BoolRef(false)
	key, err := security.NewKey(ctx, preset, &security.KeyArgs{
		Preset: preset, DeletionProtection: deletable,
		Services: []string{"cloudwatch", "delivery.logs", "events", "logs", "sns"},
	})
	if err != nil {
		return err
	}
	alarms, err := observability.NewAlarmTopic(ctx, preset+"-alarms", &observability.AlarmTopicArgs{Preset: preset, KmsKeyArn: key.Arn})
	if err != nil {
		return err
	}

	inbox, err := queue.NewQueue(ctx, preset+"-inbox", &queue.QueueArgs{Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn})
	if err != nil {
		return err
	}
	topic, err := queue.NewTopic(ctx, preset+"-news", &queue.TopicArgs{Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn})
	if err != nil {
		return err
	}
	clicks, err := queue.NewStream(ctx, preset+"-clicks", &queue.StreamArgs{
		Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
		ConsumerNames: []string{"search", "billing"},
	})
	if err != nil {
		return err
	}
	if _, err := queue.NewStream(ctx, preset+"-audit", &queue.StreamArgs{
		Preset: preset, ShardCount: pulumi.IntRef(2), AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
	}); err != nil {
		return err
	}

	functions, err := functionArns(ctx, "reserve-stock", "charge-card", "ship", "release-stock", "refund-card", "recall")
	if err != nil {
		return err
	}
	fulfilment, err := queue.NewSaga(ctx, preset+"-fulfilment", &queue.SagaArgs{
		Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn,
		StepNames: []string{"reserve-stock", "charge-card", "ship"}, ActionArns: functions[:3], CompensationArns: functions[3:],
		IdempotencyKeyPath: "$.detail.orderId", FinalErrors: []string{"CardDeclined"},
	})
	if err != nil {
		return err
	}

	log, err := cloudwatch.NewLogGroup(ctx, preset+"-events", &cloudwatch.LogGroupArgs{KmsKeyId: key.Arn, RetentionInDays: pulumi.Int(7)})
	if err != nil {
		return err
	}
	orders := &queue.BusArgs{
		Preset: preset, KmsKeyArn: key.Arn, TargetKmsKeyArns: []pulumi.StringInput{key.Arn}, AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
		RuleNames:    []string{"inbox", "news", "clicks", "fulfilment", "log"},
		RulePatterns: []string{orderPlaced, orderPlaced, orderPlaced, orderPlaced, `{"source": [{"prefix": ""}]}`},
		TargetArns:   []pulumi.StringInput{inbox.Arn, topic.Arn, clicks.Arn, fulfilment.Arn, log.Arn},
		TargetTypes:  []string{"queue", "topic", "stream", "state-machine", "log-group"},
		InputPaths:   []string{"$.detail", "", "", "", ""},
	}
	// moto has no API of EventBridge Schemas.
	if !config.GetBool(ctx, "emulated") {
		orders.SchemaNames = []string{"shop.orders@OrderPlaced"}
		orders.SchemaContents = []string{`{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["orderId"]}`}
	}
	bus, err := queue.NewBus(ctx, preset+"-orders", orders)
	if err != nil {
		return err
	}
	// Another team's rules on the same bus, with dead letters of their own.
	_, err = queue.NewBus(ctx, preset+"-reports", &queue.BusArgs{
		Preset: preset, ExistingBusName: bus.Name, AlarmTopicArn: alarms.Arn, SeparateDeadLetters: pulumi.BoolRef(true),
		RuleNames: []string{"reports"}, RulePatterns: []string{orderPlaced},
		TargetArns: []pulumi.StringInput{functions[2]}, TargetTypes: []string{"function"},
	})
	if err != nil {
		return err
	}
	ctx.Export(preset+"Bus", bus.Name)
	ctx.Export(preset+"Saga", fulfilment.Arn)
	return nil
}

// functionArns are the functions that the team deploys elsewhere.
func functionArns(ctx *pulumi.Context, names ...string) ([]pulumi.StringInput, error) {
	identity, err := aws.GetCallerIdentity(ctx, nil)
	if err != nil {
		return nil, err
	}
	region, err := aws.GetRegion(ctx, nil)
	if err != nil {
		return nil, err
	}
	var arns []pulumi.StringInput
	for _, name := range names {
		arns = append(arns, pulumi.Sprintf("arn:aws:lambda:%s:%s:function:%s", region.Name, identity.AccountId, name))
	}
	return arns, nil
}
