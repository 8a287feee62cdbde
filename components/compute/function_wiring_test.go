package compute_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestFunctionAlarms(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.AlarmTopicArn, a.TimeoutSeconds = alarmsArn, pulumi.IntRef(10)
		a.StreamArn = pulumi.String("arn:aws:kinesis:eu-central-1:123456789012:stream/orders")
	})
	name := any(object{"FunctionName": rec.Find(functionType, "orders-function").Output("name")})
	queueName := any(object{"QueueName": rec.Find(queueType, "orders-failures").Output("name")})
	for alarm, want := range map[string]struct {
		metric     string
		dimensions any
		threshold  float64
	}{
		"throttles": {"Throttles", name, 0}, "slow": {"Duration", name, 8000}, "lost": {"DestinationDeliveryFailures", name, 0},
		"behind": {"IteratorAge", name, 600000}, "failures": {"ApproximateNumberOfMessagesVisible", queueName, 0},
	} {
		made := rec.Find(alarmType, "orders-"+alarm)
		same(t, alarm, list{made.Input("metricName"), made.Input("dimensions"), made.Input("threshold"), made.Input("alarmActions")},
			list{want.metric, want.dimensions, want.threshold, list{string(alarmsArn)}})
		if text, _ := made.Input("alarmDescription").(string); !strings.Contains(text, "orders") {
			t.Errorf("%s does not say which function: %q", alarm, text)
		}
	}
	errors := rec.Find(alarmType, "orders-errors")
	same(t, "part", errors.Input("metricQueries[1].metric.metricName"), "Errors")
	same(t, "part of whom", errors.Input("metricQueries[1].metric.dimensions"), name)
	same(t, "alarms", len(rec.Type(alarmType)), 6)
}

func TestFunctionTransform(t *testing.T) {
	t.Parallel()
	rec := function(t, func(a *compute.FunctionArgs) {
		a.Transform.Function = func(a *lambda.FunctionArgs, o *[]pulumi.ResourceOption) {
			a.SnapStart = lambda.FunctionSnapStartArgs{ApplyOn: pulumi.String("PublishedVersions")}
			*o = append(*o, pulumi.Protect(true))
		}
		a.Transform.FailureQueue = func(a *sqs.QueueArgs, _ *[]pulumi.ResourceOption) { a.MessageRetentionSeconds = pulumi.Int(60) }
		a.Transform.Alias = func(a *lambda.AliasArgs, _ *[]pulumi.ResourceOption) { a.Description = pulumi.String("ours") }
	})
	made := rec.Find(functionType, "orders-function")
	same(t, "snap start", made.Input("snapStart.applyOn"), "PublishedVersions")
	same(t, "protect", made.Protect, true)
	same(t, "failure queue", rec.Find(queueType, "orders-failures").Input("messageRetentionSeconds"), 60.0)
	same(t, "alias", rec.Find(functionAlias, "orders-live").Input("description"), "ours")
}

func TestFunctionLongName(t *testing.T) {
	t.Parallel()
	for _, opts := range [][]recorder.Option{nil, {recorder.Preview()}} {
		rec, err := recorder.Run(newFunction(fiftyName, everySource), opts...)
		if err != nil {
			t.Fatal(err)
		}
		for token, limit := range map[string]int{functionType: 64, roleType: 64, scheduleType: 64, eventRuleType: 64, queueType: 80} {
			for _, made := range rec.Type(token) {
				name, given := made.Input("name").(string)
				if !given {
					name = made.Name + "-0123456"
				}
				if len(name) > limit {
					t.Errorf("%s %s is %d characters, more than %d", token, name, len(name), limit)
				}
			}
		}
	}
}

// everySource sets all that can invoke a function.
func everySource(a *compute.FunctionArgs) {
	a.AlarmTopicArn = alarmsArn
	a.QueueArn, a.QueueVisibilityTimeoutSeconds = inboxArn, pulumi.IntRef(180)
	a.StreamArn = pulumi.String("arn:aws:dynamodb:eu-central-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000")
	a.TopicArns, a.TopicNames = []pulumi.StringInput{placedArn}, []string{"placed"}
	a.Schedule, a.EventPattern = "rate(5 minutes)", `{"source":["shop"]}`
}

func TestFunctionWiring(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		rec, err := recorder.Run(func(ctx *pulumi.Context) error {
			key, err := security.NewKey(ctx, "key", &security.KeyArgs{Preset: preset, Services: []string{"cloudwatch", "events", "logs", "sns"}})
			if err != nil {
				return err
			}
			alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{Preset: preset, KmsKeyArn: key.Arn})
			if err != nil {
				return err
			}
			topic, err := queue.NewTopic(ctx, "placed", &queue.TopicArgs{Preset: preset, KmsKeyArn: key.Arn, PermissionsBoundaryArn: pulumi.String("arn:aws:iam::123456789012:policy/boundary")})
			if err != nil {
				return err
			}
			inbox, err := queue.NewQueue(ctx, "inbox", &queue.QueueArgs{Preset: preset, KmsKeyArn: key.Arn, AlarmTopicArn: alarms.Arn})
			if err != nil {
				return err
			}
			args := &compute.FunctionArgs{}
			everySource(args)
			args.Preset, args.KmsKeyArn, args.AlarmTopicArn, args.SourceKmsKeyArn = preset, key.Arn, alarms.Arn, key.Arn
			args.QueueArn, args.TopicArns = inbox.Arn, []pulumi.StringInput{topic.Arn}
			args.VpcId, args.SubnetIds = pulumi.String("vpc-1"), pulumi.StringArray{pulumi.String("subnet-1")}
			args.PermissionsBoundaryArn = pulumi.String("arn:aws:iam::123456789012:policy/boundary")
			_, err = compute.NewFunction(ctx, "orders", args)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, finding := range guardrails.Wiring(rec) {
			t.Error(finding)
		}
	}
}
