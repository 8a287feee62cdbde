package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SagaToken is the type of Saga in Pulumi's state.
const SagaToken = "scaffold:queue:Saga"

// SagaArgs are the arguments of a Saga.
type SagaArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// What the steps are called, in the order they are done: lower-case letters,
	// digits and hyphens, such as "reserve-stock".
	StepNames []string `pulumi:"stepNames"`
	// The ARNs of the Lambda functions that do the steps, one for each of stepNames, in
	// the same order. A function gets idempotencyKey, step, input (that of the
	// execution) and results (what the steps before returned: results.<step>.payload).
	// It may be called again with the same idempotencyKey, and must then not act twice.
	ActionArns []pulumi.StringInput `pulumi:"actionArns"`
	// The ARNs of the Lambda functions that undo the steps, one for each of stepNames,
	// in the same order. A function gets what the action got, the action's own key as
	// compensates, and the error. It is called for the step that failed too, since
	// nobody knows how far that came, and must do nothing where nothing was done.
	CompensationArns []pulumi.StringInput `pulumi:"compensationArns"`
	// Where in the input of an execution the key stands that tells one saga from
	// another, such as "$.orderId". Every task gets it with its step as idempotencyKey,
	// "<key>/<step>". Default: the name of the execution. Whoever starts a saga chooses
	// that name, and AWS starts no second execution of one name within 90 days; an
	// EventBridge rule cannot choose it, and needs this argument.
	IdempotencyKeyPath string `pulumi:"idempotencyKeyPath,optional"`
	// The names of errors that no further attempt can mend, such as "CardDeclined": the
	// steps are undone at once. Default: every error of an action is tried again.
	FinalErrors []string `pulumi:"finalErrors,optional"`
	// How often a failed action is tried again before the steps are undone, 0 to 99.
	// Default: 3.
	MaxAttempts *int `pulumi:"maxAttempts,optional"`
	// How often a failed compensation is tried again before people have to act, 1 to
	// 99. Default: 10 in production, 3 in sandbox.
	CompensationMaxAttempts *int `pulumi:"compensationMaxAttempts,optional"`
	// The wait before the first further attempt in seconds, at least 1. It doubles with
	// each one, and a random part of it is waited (full jitter). Default: 1.
	IntervalSeconds *int `pulumi:"intervalSeconds,optional"`
	// The longest wait between two attempts in seconds, more than intervalSeconds.
	// Default: 60.
	MaxDelaySeconds *int `pulumi:"maxDelaySeconds,optional"`
	// How long one attempt may take in seconds, 1 to 900. It must exceed the timeout of
	// the functions: what is still running is not undone. Default: 60.
	StepTimeoutSeconds *int `pulumi:"stepTimeoutSeconds,optional"`
	// Count a saga whose steps were all undone as failed, so that its execution fails
	// and the alarm on failures fires. Default: false; such an execution succeeds with
	// {"outcome": "compensated"}, and a failed one always needs people.
	CompensatedFails *bool `pulumi:"compensatedFails,optional"`
	// The ARN of the KMS key that encrypts definition, history and log. Its policy must
	// let the log and its delivery use it, as a Key with the services "logs" and
	// "delivery.logs" does. Default: a key that AWS owns.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// How long the log of errors is kept, in days. It has no payloads in it. Default:
	// 90 in production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The ARN of the IAM policy that bounds the permissions of the saga's role.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (executions that failed,
	// were throttled, timed out or were aborted). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of the state machine, its role and its log, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform SagaTransform
}

// SagaTransform reaches every property of the children of a Saga.
type SagaTransform struct {
	StateMachine func(*sfn.StateMachineArgs, *[]pulumi.ResourceOption)
	LogGroup     func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Role         func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy   func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	Alarm        convention.AlarmTransform
}

// Saga is a Step Functions state machine that does steps one after the other, and,
// if one fails for good, undoes it and those before it in reverse order. Where that
// fails too the execution ends in NeedsAttention.
type Saga struct {
	pulumi.ResourceState

	// The ARN of the state machine.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the state machine.
	Name pulumi.StringOutput `pulumi:"name"`
	// An IAM policy (JSON) that allows to start this saga and to use its key for it.
	StartPolicy pulumi.StringOutput `pulumi:"startPolicy"`
	// The same as startPolicy, under the name that topics, queues, buses and streams have for it.
	ProducerPolicy pulumi.StringOutput `pulumi:"producerPolicy"`
}

// NewSaga creates a Saga. It fails for steps without an action or a compensation,
// for waits and timeouts that Step Functions does not take, and for functions that
// are none.
func NewSaga(ctx *pulumi.Context, name string, args *SagaArgs, opts ...pulumi.ResourceOption) (*Saga, error) {
	if args == nil {
		args = &SagaArgs{}
	}
	s := convention.Open(ctx, SagaToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	m := machineOf(s, args)
	logDays := convention.Choose(args.LogRetentionDays, s.Preset, 90, 7)
	checkSaga(s, args, m)
	s.LogRetention("logRetentionDays", logDays)
	saga := &Saga{}
	if err := s.Register(saga, args, opts...); err != nil {
		return nil, err
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	m.partition = account.Partition
	groupArgs := &cloudwatch.LogGroupArgs{
		// With another name, AWS writes a policy of the account for each log, until it is full:
		// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
		Name:            pulumi.String("/aws/vendedlogs/states/" + ctx.Project() + "-" + ctx.Stack() + "-" + name),
		RetentionInDays: pulumi.Int(logDays), KmsKeyId: args.KmsKeyArn, Tags: s.Tags(""),
	}
	group, err := cloudwatch.NewLogGroup(ctx, s.Child("log"), groupArgs, convention.With(s, args.Transform.LogGroup, groupArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the log group of %s: %w", name, err)
	}
	functions := lambdas(s, args)
	role, policy, err := sagaRole(s, args, account, functions, group)
	if err != nil {
		return nil, err
	}
	machineArgs := &sfn.StateMachineArgs{
		Name: s.ShortName("saga", 80), Type: pulumi.String("STANDARD"), RoleArn: role.Arn,
		Definition: m.definition(functions),
		LoggingConfiguration: sfn.StateMachineLoggingConfigurationArgs{
			Level: pulumi.String("ERROR"), IncludeExecutionData: pulumi.Bool(false), LogDestination: pulumi.Sprintf("%s:*", group.Arn),
		},
		TracingConfiguration: sfn.StateMachineTracingConfigurationArgs{Enabled: pulumi.Bool(true)},
		Tags:                 s.Tags(""),
	}
	if args.KmsKeyArn != nil {
		machineArgs.EncryptionConfiguration = sfn.StateMachineEncryptionConfigurationArgs{
			Type: pulumi.String("CUSTOMER_MANAGED_KMS_KEY"), KmsKeyId: args.KmsKeyArn, KmsDataKeyReusePeriodSeconds: pulumi.Int(300),
		}
	}
	// Step Functions tries out whether the role may write the log.
	machine, err := sfn.NewStateMachine(ctx, s.Child("saga"), machineArgs,
		convention.With(s, args.Transform.StateMachine, machineArgs, pulumi.DependsOn([]pulumi.Resource{policy})))
	if err != nil {
		return nil, fmt.Errorf("creating the state machine of %s: %w", name, err)
	}
	if err := sagaAlarms(s, args, machine); err != nil {
		return nil, err
	}

	saga.Arn, saga.Name = machine.Arn, machine.Name
	starts := []convention.Statement{{Sid: "Start", Actions: []string{"states:StartExecution"}, Resources: []pulumi.StringInput{machine.Arn}}}
	if args.KmsKeyArn != nil {
		starts = append(starts, s.UseKey("UseKey", "states", args.KmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt", "kms:GenerateDataKey"))
	}
	saga.StartPolicy = convention.Policy(starts...)
	saga.ProducerPolicy = saga.StartPolicy
	return saga, s.Done()
}
