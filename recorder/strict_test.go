package recorder_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// raw registers a resource as a program may that has no typed arguments for it.
func raw(ctx *pulumi.Context, token, name string, inputs pulumi.Map, res pulumi.CustomResource) error {
	return ctx.RegisterResource(token, name, inputs, res)
}

func TestInputsAreChecked(t *testing.T) {
	t.Parallel()
	const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm"
	wantProblems(t, func(ctx *pulumi.Context) error {
		// The type is known from here on; before and after make no difference.
		if err := raw(ctx, queueType, "raw", pulumi.Map{
			"nmae": pulumi.String("x"), "fifoQueue": pulumi.String("yes"), "delaySeconds": pulumi.Float64(1.5),
			"tags": pulumi.StringArray{pulumi.String("x")},
		}, &sqs.Queue{}); err != nil {
			return err
		}
		if _, err := sqs.NewQueue(ctx, "typed", nil); err != nil {
			return err
		}
		if err := raw(ctx, alarmType, "raw", pulumi.Map{
			"metricQueries": pulumi.Array{pulumi.Map{
				"id":     pulumi.String("m"),
				"metric": pulumi.Map{"metricName": pulumi.String("x"), "period": pulumi.String("60"), "stats": pulumi.String("Sum")},
			}},
			"alarmActions": pulumi.Array{pulumi.String("arn:aws:sns:eu-central-1:123456789012:ops"), pulumi.String("")},
		}, &cloudwatch.MetricAlarm{}); err != nil {
			return err
		}
		_, err := cloudwatch.NewMetricAlarm(ctx, "typed", &cloudwatch.MetricAlarmArgs{
			ComparisonOperator: pulumi.String("GreaterThanThreshold"), EvaluationPeriods: pulumi.Int(1),
			MetricQueries: cloudwatch.MetricAlarmMetricQueryArray{&cloudwatch.MetricAlarmMetricQueryArgs{
				Metric: &cloudwatch.MetricAlarmMetricQueryMetricArgs{MetricName: pulumi.String("x"), Stat: pulumi.String("Sum")},
			}},
		})
		return err
	}, []string{
		`aws:cloudwatch/metricAlarm:MetricAlarm "raw": alarmActions[1]: is an empty string, but a value is required`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "raw": metricQueries[0].metric.period: want integer, got string`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "raw": metricQueries[0].metric: missing required input "stat"`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "raw": metricQueries[0].metric: unknown input "stats". Did you mean "stat"?`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "raw": missing required input "comparisonOperator"`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "raw": missing required input "evaluationPeriods"`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "typed": metricQueries[0].metric: missing required input "period"`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "typed": metricQueries[0]: missing required input "id"`,
		`aws:sqs/queue:Queue "raw": delaySeconds: want integer, got fraction`,
		`aws:sqs/queue:Queue "raw": fifoQueue: want bool, got string`,
		`aws:sqs/queue:Queue "raw": tags: want object, got list`,
		`aws:sqs/queue:Queue "raw": unknown input "nmae". Did you mean "name"?`,
	})
}

// Without typed arguments anywhere, the struct of the resource still tells names and kinds.
func TestUntypedInputsAreChecked(t *testing.T) {
	t.Parallel()
	wantProblems(t, func(ctx *pulumi.Context) error {
		return raw(ctx, queueType, "raw", pulumi.Map{"nmae": pulumi.String("x"), "fifoQueue": pulumi.String("yes")}, &sqs.Queue{})
	}, []string{
		`aws:sqs/queue:Queue "raw": fifoQueue: want bool, got string`,
		`aws:sqs/queue:Queue "raw": unknown input "nmae". Did you mean "name"?`,
	})
}

func TestEmptyReferences(t *testing.T) {
	t.Parallel()
	wantProblems(t, func(ctx *pulumi.Context) error {
		_, err1 := sns.NewTopicSubscription(ctx, "s", &sns.TopicSubscriptionArgs{
			Topic: pulumi.String(""), Protocol: pulumi.String("sqs"), Endpoint: pulumi.String("arn:aws:sqs:eu-central-1:123456789012:"),
		})
		_, err2 := sqs.NewQueue(ctx, "q", &sqs.QueueArgs{KmsMasterKeyId: pulumi.String("")})
		queue, err3 := sqs.NewQueue(ctx, "printed", nil)
		if err3 != nil {
			return err3
		}
		_, err4 := sqs.NewQueue(ctx, "printing", &sqs.QueueArgs{
			Name: pulumi.Sprintf("%s-%s", "one"), // one argument too few
			Tags: pulumi.StringMap{"of": pulumi.Sprintf("%v", struct{ A string }{"fine"}), "none": pulumi.String("")},
		})
		_ = queue
		return errors.Join(err1, err2, err4)
	}, []string{
		`aws:sns/topicSubscription:TopicSubscription "s": endpoint: "arn:aws:sqs:eu-central-1:123456789012:" is no ARN: its resource is empty`,
		`aws:sns/topicSubscription:TopicSubscription "s": topic: is an empty string, but a value is required`,
		`aws:sqs/queue:Queue "printing": name: holds an Output or a missing argument printed as text (%!s(); use pulumi.Sprintf or ApplyT`,
		`aws:sqs/queue:Queue "q": kmsMasterKeyId: is an empty string; leave it out instead`,
	})
}

func TestPoliciesAreChecked(t *testing.T) {
	t.Parallel()
	policies := map[string]string{
		"text":       `{"Version":`,
		"version":    `{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`,
		"statement":  `{"Version":"2012-10-17"}`,
		"none":       `{"Version":"2012-10-17","Statement":[]}`,
		"effect":     `{"Version":"2012-10-17","Statement":[{"Action":"sqs:*","Resource":"*"}]}`,
		"action":     `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]}`,
		"noaction":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}`,
		"resource":   `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":["","/*","arn:aws:s3:::"]}]}`,
		"noresource": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*"}]}`,
		"principal":  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*","Principal":"*"}]}`,
		"key":        `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resources":"*","Resource":"*"}]}`,
		"condition": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*",` +
			`"Condition":{"ArnEquals":{"aws:SourceArn":""},"StringEquals":{"s3:prefix":""}}}]}`,
	}
	wantProblems(t, func(ctx *pulumi.Context) error {
		for name, policy := range policies {
			if _, err := iam.NewPolicy(ctx, name, &iam.PolicyArgs{Policy: pulumi.String(policy)}); err != nil {
				return err
			}
		}
		// Given as an object, a policy is judged as well.
		_, err1 := iam.NewPolicy(ctx, "object", &iam.PolicyArgs{Policy: pulumi.Map{"Version": pulumi.String("2012-10-17")}})
		_, err2 := iam.NewRole(ctx, "trust", &iam.RoleArgs{AssumeRolePolicy: pulumi.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":""}}]}`)})
		_, err3 := kms.NewKey(ctx, "access", &kms.KeyArgs{Policy: pulumi.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}`)})
		_, err4 := sqs.NewQueue(ctx, "redrive", &sqs.QueueArgs{RedrivePolicy: pulumi.String(`{"deadLetterTargetArn":"","maxReceiveCount":3}`)})
		_, err5 := cloudwatch.NewEventRule(ctx, "pattern", &cloudwatch.EventRuleArgs{EventPattern: pulumi.String(`source: x`)})
		return errors.Join(err1, err2, err3, err4, err5)
	}, []string{
		`aws:cloudwatch/eventRule:EventRule "pattern": eventPattern: is not valid JSON: invalid character 's' looking for beginning of value`,
		`aws:iam/policy:Policy "action": policy.Statement[0]: "Action" is empty`,
		`aws:iam/policy:Policy "condition": policy.Statement[0].Condition.ArnEquals.aws:SourceArn: is empty`,
		`aws:iam/policy:Policy "effect": policy.Statement[0]: "Effect" must be "Allow" or "Deny"`,
		`aws:iam/policy:Policy "key": policy.Statement[0]: unknown element "Resources". Did you mean "Resource"?`,
		`aws:iam/policy:Policy "noaction": policy.Statement[0]: a statement needs "Action" or "NotAction"`,
		`aws:iam/policy:Policy "none": policy: the policy has no statement`,
		`aws:iam/policy:Policy "noresource": policy.Statement[0]: a statement needs "Resource" or "NotResource"`,
		`aws:iam/policy:Policy "object": policy: the policy has no "Statement"`,
		`aws:iam/policy:Policy "principal": policy.Statement[0]: a policy about what an identity may do has no "Principal"`,
		`aws:iam/policy:Policy "resource": policy.Statement[0].Resource: "/*" is no ARN`,
		`aws:iam/policy:Policy "resource": policy.Statement[0].Resource: "arn:aws:s3:::" is no ARN: its resource is empty`,
		`aws:iam/policy:Policy "resource": policy.Statement[0].Resource: is empty`,
		`aws:iam/policy:Policy "statement": policy: the policy has no "Statement"`,
		`aws:iam/policy:Policy "text": policy: is not valid JSON: unexpected end of JSON input`,
		`aws:iam/policy:Policy "version": policy: the policy's "Version" must be "2012-10-17"`,
		`aws:iam/role:Role "trust": assumeRolePolicy.Statement[0].Principal.Service: is empty`,
		`aws:kms/key:Key "access": policy.Statement[0]: a statement needs "Principal" or "NotPrincipal"`,
		`aws:sqs/queue:Queue "redrive": redrivePolicy.deadLetterTargetArn: is empty`,
	})
}

func TestDuplicateURN(t *testing.T) {
	t.Parallel()
	rec, err := recorder.Run(func(ctx *pulumi.Context) error {
		_, err1 := sqs.NewQueue(ctx, "same", nil)
		_, err2 := sqs.NewQueue(ctx, "same", nil)
		return errors.Join(err1, err2)
	})
	if err == nil || !strings.HasPrefix(err.Error(), `aws:sqs/queue:Queue "same": registered twice (`) {
		t.Errorf("error = %v", err)
	}
	if got := len(rec.Type(queueType)); got != 1 {
		t.Errorf("%d queues", got)
	}
}

// faulty is a component that makes every mistake about its outputs.
type faulty struct {
	pulumi.ResourceState
	Set   pulumi.StringOutput      `pulumi:"set"`
	Unset pulumi.StringOutput      `pulumi:"unset"`
	Nil   pulumi.StringOutput      `pulumi:"nil"`
	Empty pulumi.StringOutput      `pulumi:"empty"` // on purpose, which is right
	Lost  pulumi.StringOutput      `pulumi:"lost"`
	List  []pulumi.StringOutput    // untagged fields are looked into for errors too
	Array pulumi.StringArrayOutput `pulumi:"array"`
}

func TestComponentOutputs(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	program := func(ctx *pulumi.Context) error {
		c := &faulty{}
		if err := ctx.RegisterComponentResource("test:index:Faulty", "f", c); err != nil {
			return err
		}
		queue, err := sqs.NewQueue(ctx, "q", nil, pulumi.Parent(c))
		if err != nil {
			return err
		}
		fail := func(err error) pulumi.StringOutput {
			return queue.Arn.ApplyT(func(string) (string, error) { return "", err }).(pulumi.StringOutput)
		}
		c.Set, c.Nil, c.Empty = queue.Arn, pulumi.StringOutput{}, pulumi.String("").ToStringOutput()
		c.Lost, c.List = fail(boom), []pulumi.StringOutput{queue.Arn, fail(errors.New("bang"))}
		_, err = sqs.NewQueue(ctx, "user", &sqs.QueueArgs{Policy: fail(errors.New("no policy"))}, pulumi.Parent(c))
		ctx.Export("x", fail(errors.New("no export")))
		return err
	}
	want := []string{
		`export "x": no export`,
		`aws:sqs/queue:Queue "user": policy: no policy`,
		`test:index:Faulty "f": List[1]: bang`,
		`test:index:Faulty "f": lost: boom`,
		`test:index:Faulty "f": never registered its outputs: end its constructor with ctx.RegisterResourceOutputs`,
		`test:index:Faulty "f": output "array" was never set`,
		`test:index:Faulty "f": output "nil" was never set`,
		`test:index:Faulty "f": output "unset" was never set`,
	}
	want[0], want[1] = want[1], want[0]
	wantProblems(t, program, want)

	_, err := recorder.Run(program)
	if !errors.Is(err, boom) {
		t.Error("the cause is not wrapped")
	}
}

// A failure is told at the place it happened, not at each resource it passes on to.
func TestFailuresAreToldOnce(t *testing.T) {
	t.Parallel()
	wantProblems(t, func(ctx *pulumi.Context) error {
		q, err := sqs.NewQueue(ctx, "first", nil)
		if err != nil {
			return err
		}
		second, err := sqs.NewQueue(ctx, "second", &sqs.QueueArgs{
			Policy: q.Arn.ApplyT(func(string) (string, error) { return "", errors.New("boom") }).(pulumi.StringOutput),
		})
		if err != nil {
			return err
		}
		_, err = sqs.NewQueue(ctx, "third", &sqs.QueueArgs{Policy: second.Arn})
		ctx.Export("arn", second.Arn)
		return err
	}, []string{`aws:sqs/queue:Queue "second": policy: boom`})
}

func TestProgramErrors(t *testing.T) {
	t.Parallel()
	own := errors.New("no such tenant")
	fail := func(ctx *pulumi.Context) error {
		q, err := sqs.NewQueue(ctx, "q", nil)
		if err != nil {
			return err
		}
		_, err = sqs.NewQueue(ctx, "p", &sqs.QueueArgs{
			Policy: q.Arn.ApplyT(func(string) (string, error) { return "", errors.New("boom") }).(pulumi.StringOutput),
		})
		return errors.Join(own, err)
	}
	wantProblems(t, fail, []string{`no such tenant`, `aws:sqs/queue:Queue "p": policy: boom`})
	if _, err := recorder.Run(fail); !errors.Is(err, own) {
		t.Error("the program's error is not wrapped")
	}

	rec, err := recorder.Run(func(ctx *pulumi.Context) error {
		if _, err := sqs.NewQueue(ctx, "q", nil); err != nil {
			return err
		}
		var names []string
		_ = names[1]
		return nil
	})
	if err == nil || !strings.HasPrefix(err.Error(), "the program panicked: runtime error: index out of range") ||
		!strings.Contains(err.Error(), "strict_test.go") {
		t.Errorf("error = %v", err)
	}
	if len(rec.Type(queueType)) != 1 {
		t.Error("what was registered before is lost")
	}

	wantProblems(t, func(ctx *pulumi.Context) error {
		return ctx.Log.Error("quota exceeded", nil)
	}, []string{"the program logged an error: quota exceeded"})

	wantProblems(t, func(ctx *pulumi.Context) error {
		_, err := sqs.NewQueue(ctx, "q", nil, pulumi.Parent(&faulty{}))
		return err
	}, []string{"Ignoring component resource *recorder_test.faulty (parent of q :: aws:sqs/queue:Queue) " +
		"because it was not registered with RegisterComponentResource"})
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	block := make(chan struct{})
	t.Cleanup(func() { close(block) })
	rec, err := recorder.Run(func(ctx *pulumi.Context) error {
		q, err := sqs.NewQueue(ctx, "q", nil)
		if err != nil {
			return err
		}
		_, err = rds.NewSubnetGroup(ctx, "g", &rds.SubnetGroupArgs{
			SubnetIds: pulumi.StringArray{q.Arn.ApplyT(func(string) string { <-block; return "" }).(pulumi.StringOutput)},
		})
		return err
	}, recorder.Timeout(200*time.Millisecond))
	const want = `the program did not end within 200ms; still waiting for the inputs of aws:rds/subnetGroup:SubnetGroup "g"`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v", err)
	}
	if len(rec.Type(queueType)) != 1 {
		t.Error("what was registered before is lost")
	}
}
