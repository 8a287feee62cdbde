package queue_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	machineType    = "aws:sfn/stateMachine:StateMachine"
	logGroupType   = "aws:cloudwatch/logGroup:LogGroup"
	roleType       = "aws:iam/role:Role"
	rolePolicyType = "aws:iam/rolePolicy:RolePolicy"
)

func newSaga(name string, args *queue.SagaArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := queue.NewSaga(ctx, name, args)
		return err
	}
}

func assumedBy(service string) object {
	return object{"Version": "2012-10-17", "Statement": list{object{
		"Effect": "Allow", "Principal": object{"Service": service}, "Action": "sts:AssumeRole",
		"Condition": object{"StringEquals": object{"aws:SourceAccount": "123456789012"}},
	}}}
}

func statementsOf(policy any) map[string]object {
	all := map[string]object{}
	for _, s := range recorder.JSON(policy).(object)["Statement"].(list) {
		all[s.(object)["Sid"].(string)] = s.(object)
	}
	return all
}

func TestSaga(t *testing.T) {
	t.Parallel()
	for preset, want := range map[string]struct{ days, compensations float64 }{"": {90, 10}, "production": {90, 10}, "sandbox": {7, 3}} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newSaga("checkout", sagaOf(2, queue.SagaArgs{Preset: preset})), recorder.Project("shop"), recorder.Stack("prod"))
			same(t, "resources", rec.List(), []string{
				logGroupType + " checkout-log",
				roleType + " checkout-role",
				rolePolicyType + " checkout-role",
				machineType + " checkout-saga",
				queue.SagaToken + " checkout",
			})
			group, role, machine := rec.Find(logGroupType, "checkout-log"), rec.Find(roleType, "checkout-role"), rec.Find(machineType, "checkout-saga")
			same(t, "log", group.Inputs, object{"name": "/aws/vendedlogs/states/shop-prod-checkout", "retentionInDays": want.days})
			same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), assumedBy("states.amazonaws.com"))
			same(t, "machine", machine.Inputs, object{
				"type": "STANDARD", "roleArn": role.Output("arn"), "definition": machine.Input("definition"),
				"tracingConfiguration": object{"enabled": true},
				"loggingConfiguration": object{"level": "ERROR", "includeExecutionData": false, "logDestination": group.Output("arn").(string) + ":*"},
			})
			if !strings.Contains(strings.Join(machine.Dependencies, "\n"), rec.Find(rolePolicyType, "checkout-role").URN) {
				t.Error("the state machine does not wait for the policy of its role, which Step Functions tries out")
			}
			states := recorder.JSON(machine.Input("definition")).(object)["States"].(object)
			retry := func(times float64) any {
				return list{object{
					"ErrorEquals": list{"States.ALL"}, "MaxAttempts": times, "IntervalSeconds": 1.0, "BackoffRate": 2.0,
					"MaxDelaySeconds": 60.0, "JitterStrategy": "FULL",
				}}
			}
			same(t, "attempts", states["s1"].(object)["Retry"], retry(3))
			same(t, "attempts of a compensation", states["compensate-s1"].(object)["Retry"], retry(want.compensations))
			same(t, "timeout", states["s1"].(object)["TimeoutSeconds"], any(60.0))
			same(t, "integration", states["s1"].(object)["Resource"], any("arn:aws:states:::lambda:invoke"))

			every := "*"
			same(t, "policy", statementsOf(rec.Find(rolePolicyType, "checkout-role").Input("policy")), map[string]object{
				"CallFunctions": {"Sid": "CallFunctions", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": list{
					functionArn("do-s1"), functionArn("do-s2"), functionArn("undo-s1"), functionArn("undo-s2"),
				}},
				"DeliverLog": {"Sid": "DeliverLog", "Effect": "Allow", "Resource": every, "Action": list{
					"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
					"logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
				}},
				"WriteLog": {"Sid": "WriteLog", "Effect": "Allow", "Resource": group.Output("arn").(string) + ":*", "Action": list{"logs:CreateLogStream", "logs:PutLogEvents"}},
				"Trace": {"Sid": "Trace", "Effect": "Allow", "Resource": every, "Action": list{
					"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
				}},
			})
			self := rec.Find(queue.SagaToken, "checkout")
			same(t, "outputs", self.Outputs, object{
				"arn": machine.Output("arn"), "name": machine.Output("name"),
				"startPolicy": self.Output("startPolicy"), "producerPolicy": self.Output("startPolicy"),
			})
			same(t, "start policy", recorder.JSON(self.Output("startPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Start", "Effect": "Allow", "Action": "states:StartExecution", "Resource": machine.Output("arn")},
			}})
		})
	}
}

// One function may serve every step; it stands in the policy once.
func TestSagaOfOneFunction(t *testing.T) {
	t.Parallel()
	one := functionArn("orders:live")
	rec := record(t, newSaga("checkout", &queue.SagaArgs{StepNames: []string{"a", "b"}, ActionArns: arns(one, one), CompensationArns: arns(one, one)}))
	same(t, "functions", statementsOf(rec.Find(rolePolicyType, "checkout-role").Input("policy"))["CallFunctions"]["Resource"], any(one))
}

func TestSagaWithKey(t *testing.T) {
	t.Parallel()
	rec := record(t, newSaga("checkout", sagaOf(1, queue.SagaArgs{
		KmsKeyArn: pulumi.String(keyArn), PermissionsBoundaryArn: pulumi.String("arn:aws:iam::123456789012:policy/bound"), Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
	})))
	same(t, "log", rec.Find(logGroupType, "checkout-log").Input("kmsKeyId"), keyArn)
	same(t, "boundary", rec.Find(roleType, "checkout-role").Input("permissionsBoundary"), "arn:aws:iam::123456789012:policy/bound")
	for _, kind := range []string{logGroupType, roleType, machineType} {
		same(t, kind, rec.Type(kind)[0].Input("tags.team"), "commerce")
	}
	same(t, "machine", rec.Find(machineType, "checkout-saga").Input("encryptionConfiguration"), any(object{
		"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": keyArn, "kmsDataKeyReusePeriodSeconds": 300.0,
	}))
	statements := statementsOf(rec.Find(rolePolicyType, "checkout-role").Input("policy"))
	same(t, "history", statements["EncryptHistory"], object{
		"Sid": "EncryptHistory", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn,
		"Condition": object{"StringLike": object{"kms:EncryptionContext:aws:states:stateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:*"}},
	})
	same(t, "log", statements["EncryptLog"], object{
		"Sid": "EncryptLog", "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": keyArn,
		"Condition": object{"StringLike": object{"kms:EncryptionContext:SourceArn": "arn:aws:logs:eu-central-1:123456789012:*"}},
	})
	same(t, "start policy", statementsOf(rec.Find(queue.SagaToken, "checkout").Output("startPolicy"))["UseKey"], object{
		"Sid": "UseKey", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn,
		"Condition": object{"StringEquals": object{"kms:ViaService": "states.eu-central-1.amazonaws.com"}},
	})
}

func TestSagaAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, newSaga("checkout", sagaOf(1, queue.SagaArgs{AlarmTopicArn: pulumi.String(alarmsArn)})))
	machine := rec.Find(machineType, "checkout-saga").Output("arn")
	metrics := map[string]string{
		"checkout-failed": "ExecutionsFailed", "checkout-throttled": "ExecutionThrottled",
		"checkout-timed-out": "ExecutionsTimedOut", "checkout-aborted": "ExecutionsAborted",
	}
	if n := len(rec.Type(alarmType)); n != len(metrics) {
		t.Fatalf("%d alarms, want %d", n, len(metrics))
	}
	for alarm, metric := range metrics {
		a := rec.Find(alarmType, alarm)
		inARow := 1.0
		if alarm == "checkout-throttled" {
			inARow = 3
		}
		same(t, alarm, a.Inputs, object{
			"namespace": "AWS/States", "metricName": metric, "statistic": "Sum", "period": 60.0, "dimensions": object{"StateMachineArn": machine},
			"comparisonOperator": "GreaterThanThreshold", "threshold": 0.0, "evaluationPeriods": inARow,
			"treatMissingData": "notBreaching", "alarmActions": list{alarmsArn}, "okActions": list{alarmsArn},
			"alarmDescription": a.Input("alarmDescription"),
		})
		if text, _ := a.Input("alarmDescription").(string); !strings.Contains(text, "checkout") {
			t.Errorf("%s does not say which saga: %q", alarm, text)
		}
	}
}

func TestSagaRefuses(t *testing.T) {
	t.Parallel()
	number := pulumi.IntRef
	with := func(change func(*queue.SagaArgs)) queue.SagaArgs {
		args := sagaOf(1, queue.SagaArgs{})
		change(args)
		return *args
	}
	const retries = "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error"
	for name, test := range map[string]struct {
		args queue.SagaArgs
		want []string
	}{
		"nothing": {queue.SagaArgs{}, []string{"stepNames: is required: a saga consists of steps; give each a name, an action and a compensation"}},
		"lengths": {queue.SagaArgs{StepNames: []string{"a", "b"}, ActionArns: arns(functionArn("a"))}, []string{
			"actionArns: has 1 functions for 2 stepNames; give each step the function that does it, in the same order",
			"compensationArns: has 0 functions for 2 stepNames; give each step the function that undoes it, in the same order",
		}},
		"names": {queue.SagaArgs{
			StepNames:  []string{"Reserve", "compensate-a", "a", "a"},
			ActionArns: slices.Repeat(arns(functionArn("a")), 4), CompensationArns: slices.Repeat(arns(functionArn("a")), 4),
		}, []string{
			`stepNames: "Reserve" cannot be the name of a step; use 1 to 60 lower-case letters, digits and hyphens`,
			`stepNames: "compensate-a" begins as the names of compensations do; name the step by what it does`,
			`stepNames: "a" stands there twice; each step needs a name of its own`,
		}},
		"functions": {queue.SagaArgs{StepNames: []string{"a"}, ActionArns: arns(placedArn), CompensationArns: []pulumi.StringInput{nil}}, []string{
			`actionArns: "` + placedArn + `" is not the ARN of a Lambda function; write it as arn:aws:lambda:<region>:<account>:function:<name>, with :<alias> behind it if you like`,
			"compensationArns: entry 0 is not set; give the ARN of the function that undoes it",
		}},
		"key": {with(func(a *queue.SagaArgs) { a.IdempotencyKeyPath = "orderId" }), []string{
			`idempotencyKeyPath: "orderId" is not the path of a field of the input; write it as $.orderId or $.detail.orderId`,
		}},
		"errors": {with(func(a *queue.SagaArgs) { a.FinalErrors = []string{"States.ALL"} }), []string{
			`finalErrors: "States.ALL" is not an error that a function returns; write the name of its exception, such as CardDeclined`,
		}},
		"numbers": {with(func(a *queue.SagaArgs) {
			a.MaxAttempts, a.CompensationMaxAttempts, a.IntervalSeconds = number(-1), number(0), number(0)
			a.StepTimeoutSeconds, a.LogRetentionDays = number(901), number(2)
		}), []string{
			"maxAttempts: -1 is out of range; use 0 to 99 (" + retries + ")",
			"compensationMaxAttempts: 0 is out of range; use 1 to 99 (a compensation that is tried only once leaves a saga half done over a passing failure)",
			"intervalSeconds: 0 is out of range; use 1 to 86400 (" + retries + ")",
			"stepTimeoutSeconds: 901 is out of range; use 1 to 900 (no function runs longer: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html)",
			"logRetentionDays: CloudWatch Logs cannot keep logs for 2 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]",
		}},
		"waits": {with(func(a *queue.SagaArgs) { a.IntervalSeconds = number(60) }), []string{
			"maxDelaySeconds: 60 is out of range; use more than intervalSeconds (60) and at most 31536000 (" + retries + ")",
		}},
		"longer than a year": {with(func(a *queue.SagaArgs) {
			a.MaxAttempts, a.IntervalSeconds, a.MaxDelaySeconds = number(99), number(86400), number(604800)
		}), []string{
			"maxAttempts: lets an execution take 127021620 seconds, twice what its attempts can take, but AWS ends one after a year, half done; lower maxAttempts, compensationMaxAttempts or maxDelaySeconds",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, newSaga("checkout", &test.args), prefixed(queue.SagaToken, "checkout", test.want)...)
		})
	}
	refused(t, newSaga("checkout", nil), prefixed(queue.SagaToken, "checkout", []string{
		"stepNames: is required: a saga consists of steps; give each a name, an action and a compensation",
	})...)
}

func TestSagaRefusesWhatIsNoFunctionLate(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		topic, err := queue.NewTopic(ctx, "placed", &queue.TopicArgs{KmsKeyArn: pulumi.String(keyArn)})
		if err != nil {
			return err
		}
		_, err = queue.NewSaga(ctx, "checkout", &queue.SagaArgs{
			StepNames: []string{"a"}, ActionArns: []pulumi.StringInput{topic.Arn}, CompensationArns: arns(functionArn("a")),
		})
		return err
	})
	want := `scaffold:queue:Saga "checkout": actionArns: "arn:aws:sns:eu-central-1:123456789012:`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSagaTransforms(t *testing.T) {
	t.Parallel()
	rec := record(t, newSaga(fifty, sagaOf(1, queue.SagaArgs{
		AlarmTopicArn: pulumi.String(alarmsArn),
		Transform: queue.SagaTransform{
			StateMachine: func(a *sfn.StateMachineArgs, o *[]pulumi.ResourceOption) { a.Publish = pulumi.Bool(true); retain(o) },
			LogGroup:     func(_ *cloudwatch.LogGroupArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Role:         func(_ *iam.RoleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			RolePolicy:   func(_ *iam.RolePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Alarm:        func(_ *cloudwatch.MetricAlarmArgs, o *[]pulumi.ResourceOption) { retain(o) },
		},
	})))
	reached(t, rec)
	machine := rec.Type(machineType)[0]
	same(t, "publish", machine.Input("publish"), true)
	if machine.Input("name") != nil || len(machine.Name+"-0123456") > 80 {
		t.Errorf("the name of %s does not fit", machine.Name)
	}
}
