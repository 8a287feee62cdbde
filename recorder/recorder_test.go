package recorder_test

import (
	"context"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const queueType = "aws:sqs/queue:Queue"

// run runs a program that must be right.
func run(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// wantProblems runs a program that must be wrong in exactly these ways, one line each.
func wantProblems(t *testing.T, program pulumi.RunFunc, want []string, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err == nil {
		t.Fatalf("no error; want\n%s", strings.Join(want, "\n"))
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	return rec
}

// alerts is a small component as this project writes them.
type alerts struct {
	pulumi.ResourceState
	TopicArn pulumi.StringOutput `pulumi:"topicArn"`
	KeyArn   pulumi.StringOutput `pulumi:"keyArn"`
}

func newAlerts(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) (*alerts, error) {
	c := &alerts{}
	inputs := pulumi.Map{"encrypted": pulumi.Bool(true)}
	if err := ctx.RegisterComponentResourceV2("test:index:Alerts", name, inputs, c, opts...); err != nil {
		return nil, err
	}
	key, err := kms.NewKey(ctx, name+"-key", &kms.KeyArgs{EnableKeyRotation: pulumi.Bool(true)}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	topic, err := sns.NewTopic(ctx, name+"-topic", &sns.TopicArgs{KmsMasterKeyId: key.ID()}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	c.TopicArn, c.KeyArn = topic.Arn, key.Arn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"topicArn": c.TopicArn, "keyArn": c.KeyArn})
}

func TestRecording(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		a, err := newAlerts(ctx, "ops", pulumi.Protect(true))
		if err != nil {
			return err
		}
		queue, err := sqs.NewQueue(ctx, "orders", &sqs.QueueArgs{
			Policy: pulumi.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*",`+
				`"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":%q}}}}`, a.TopicArn),
			Tags: pulumi.StringMap{"a.b": pulumi.String("c")},
		}, pulumi.DependsOn([]pulumi.Resource{a}), pulumi.IgnoreChanges([]string{"tags"}),
			pulumi.Timeouts(&pulumi.CustomTimeouts{Create: "5m"}), pulumi.Aliases([]pulumi.Alias{{Name: pulumi.String("old")}}))
		if err != nil {
			return err
		}
		ctx.Export("url", queue.Url)
		return ctx.Log.Info("made it", nil)
	}, recorder.Project("shop"), recorder.Stack("dev"))

	want := []string{
		"aws:kms/key:Key ops-key",
		"aws:sns/topic:Topic ops-topic",
		"aws:sqs/queue:Queue orders",
		"test:index:Alerts ops",
	}
	if diff := cmp.Diff(want, rec.List()); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
	queue := rec.Find(queueType, "orders")
	topic := rec.Find("aws:sns/topic:Topic", "ops-topic")
	component := rec.Find("test:index:Alerts", "ops")
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"URN", queue.URN, "urn:pulumi:dev::shop::aws:sqs/queue:Queue::orders"},
		{"child URN", topic.URN, "urn:pulumi:dev::shop::test:index:Alerts$aws:sns/topic:Topic::ops-topic"},
		{"Get", rec.Get(topic.URN), topic},
		{"Get of nothing", rec.Get("urn:x"), (*recorder.Resource)(nil)},
		{"parent", topic.Parent, component.URN},
		{"children", len(rec.Children(component.URN)), 2},
		{"type", len(rec.Type(queueType)), 1},
		{"protect is inherited", topic.Protect, true},
		{"key in brackets", queue.Input(`tags["a.b"]`), "c"},
		{"path into JSON", queue.Input(`policy.Statement.Condition.ArnEquals["aws:SourceArn"]`),
			"arn:aws:sns:eu-central-1:123456789012:ops-topic-1234567"},
		{"path to nothing", queue.Input("policy.Statement.Sid"), nil},
		{"component input", component.Input("encrypted"), true},
		{"component output", component.Output("topicArn"), topic.Output("arn")},
		{"export", rec.Exports["url"], queue.Output("url")},
		{"DependsOn a component", queue.Dependencies, []string{rec.Find("aws:kms/key:Key", "ops-key").URN, topic.URN}},
		{"dependency of an input", queue.PropertyDependencies, map[string][]string{"policy": {topic.URN}}},
		{"ignored", queue.IgnoreChanges, []string{"tags"}},
		{"timeout", queue.CustomTimeouts, recorder.Timeouts{Create: "5m"}},
		{"alias", queue.Aliases, []string{"urn:pulumi:dev::shop::aws:sqs/queue:Queue::old"}},
		{"log", rec.Logs, []recorder.Log{{Severity: "info", Message: "made it"}}},
		{"source", strings.Contains(queue.Source, "recorder_test.go:"), true},
		{"name", queue.String(), `aws:sqs/queue:Queue "orders"`},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
}

func TestSecretsAreUnwrappedAndListed(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		_, err := sqs.NewQueue(ctx, "q", &sqs.QueueArgs{
			Name: pulumi.ToSecret(pulumi.String("hidden")).(pulumi.StringOutput),
			Tags: pulumi.StringMap{"key": pulumi.ToSecret(pulumi.String("x")).(pulumi.StringOutput), "open": pulumi.String("y")},
		})
		return err
	})
	q := rec.Find(queueType, "q")
	if got := q.Input("name"); got != "hidden" {
		t.Errorf("name = %v", got)
	}
	if !q.IsSecret("name") || !q.IsSecret("tags.key") || q.IsSecret("fifoQueue") {
		t.Errorf("secrets = %v", q.Secrets)
	}
}

func TestPreviewKeepsUnknowns(t *testing.T) {
	t.Parallel()
	applied := false
	rec := run(t, func(ctx *pulumi.Context) error {
		a, err := newAlerts(ctx, "ops")
		if err != nil {
			return err
		}
		a.TopicArn.ApplyT(func(string) string { applied = true; return "" })
		_, err = sns.NewTopicSubscription(ctx, "s", &sns.TopicSubscriptionArgs{
			Topic: a.TopicArn, Protocol: pulumi.String("sqs"), Endpoint: pulumi.String("x"),
		})
		return err
	}, recorder.Preview())
	s := rec.Find("aws:sns/topicSubscription:TopicSubscription", "s")
	if got := s.Input("topic"); got != (recorder.Unknown{}) {
		t.Errorf("topic = %#v", got)
	}
	if s.ID != "" || applied {
		t.Errorf("id = %q, applied = %v", s.ID, applied)
	}
	if got := rec.Find("test:index:Alerts", "ops").Output("topicArn"); got != (recorder.Unknown{}) {
		t.Errorf("component output = %#v", got)
	}
	if got := rec.Find("aws:sns/topic:Topic", "ops-topic").Output("name"); got != "ops-topic-1234567" {
		t.Errorf("name = %#v: a preview knows it", got)
	}
}

func TestTransformsOfBothKindsRun(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		err := ctx.RegisterResourceTransform(func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
			if args.Type == queueType {
				args.Props["delaySeconds"] = pulumi.Int(7)
				args.Opts.RetainOnDelete = true
			}
			return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
		})
		if err != nil {
			return err
		}
		err = ctx.RegisterStackTransformation(func(args *pulumi.ResourceTransformationArgs) *pulumi.ResourceTransformationResult {
			if q, ok := args.Props.(*sqs.QueueArgs); ok {
				q.MaxMessageSize = pulumi.Int(2048)
			}
			return &pulumi.ResourceTransformationResult{Props: args.Props, Opts: args.Opts}
		})
		if err != nil {
			return err
		}
		parent, err := newAlerts(ctx, "ops", pulumi.Transforms([]pulumi.ResourceTransform{
			func(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
				args.Opts.Protect = true
				return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
			},
		}))
		if err != nil {
			return err
		}
		_, err = sqs.NewQueue(ctx, "q", nil, pulumi.Parent(parent))
		return err
	})
	q := rec.Find(queueType, "q")
	if q.Input("delaySeconds") != 7.0 || !q.RetainOnDelete || !q.Protect {
		t.Errorf("delaySeconds = %v, retain = %v, protect = %v", q.Input("delaySeconds"), q.RetainOnDelete, q.Protect)
	}
	if q.Input("maxMessageSize") != 2048.0 {
		t.Errorf("maxMessageSize = %v", q.Input("maxMessageSize"))
	}
}

func TestReadsAreKeptApart(t *testing.T) {
	t.Parallel()
	rec := run(t, func(ctx *pulumi.Context) error {
		role, err := iam.GetRole(ctx, "existing", pulumi.ID("deployer"), nil)
		ctx.Export("arn", role.Arn)
		return err
	})
	if len(rec.List()) != 0 || len(rec.Reads) != 1 {
		t.Errorf("resources %v, reads %v", rec.List(), rec.Reads)
	}
	if got := rec.Exports["arn"]; got != "arn:aws:iam::123456789012:role/deployer" {
		t.Errorf("arn = %v", got)
	}
}
