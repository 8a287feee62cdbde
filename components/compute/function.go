package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// FunctionToken is the type of Function in Pulumi's state.
const FunctionToken = "scaffold:compute:Function"

// FunctionArgs are the arguments of a Function.
type FunctionArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`

	// The folder with the built function, or a .zip or .jar file of it, seen from where
	// the program runs. Needs runtime and handler. Default, without imageUri: a
	// placeholder that answers HTTP requests and fails every other event, so that
	// nothing is lost before there is code.
	Folder string `pulumi:"folder,optional"`
	// The container image of the function, in a private ECR repository of the same
	// region: <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>. Its policy must
	// let Lambda pull the image, if the repository is another account's.
	ImageUri pulumi.StringPtrInput `pulumi:"imageUri,optional"`
	// The command of the image. Default: the image's own.
	Command []string `pulumi:"command,optional"`
	// The runtime of the code in folder: java8.al2, java11, java17, java21, nodejs22.x,
	// provided.al2023, python3.11, python3.12, python3.13, ruby3.3 or ruby3.4. Runtimes
	// that AWS mends no more are refused. Default, without folder: that of the placeholder,
	// python3.13, or nodejs22.x if it is asked for.
	Runtime string `pulumi:"runtime,optional"`
	// What is called in the code: <file>.<function>, or "bootstrap" for provided.al2023.
	// Default: "bootstrap" for provided.al2023, "index.handler" for nodejs22.x, Python and
	// Ruby; required for Java.
	Handler string `pulumi:"handler,optional"`
	// The ARNs of the layer versions with further code, at most 5. Default: none.
	LayerArns pulumi.StringArrayInput `pulumi:"layerArns,optional"`
	// The processor architecture the code is built for: "arm64" (default), which is
	// cheaper, or "x86_64".
	Architecture string `pulumi:"architecture,optional"`
	// The memory in MiB, 128 to 10240; the CPU grows with it, to a whole one at 1769.
	// Default: 1024 in production, 512 in sandbox.
	MemoryMib *int `pulumi:"memoryMib,optional"`
	// How long an invocation may take, in seconds, 1 to 900. Behind an API, which waits
	// for 29 seconds, more is of no use. Default: 30.
	TimeoutSeconds *int `pulumi:"timeoutSeconds,optional"`
	// The size of /tmp in MiB, 512 to 10240. Default: 512.
	EphemeralStorageMib *int `pulumi:"ephemeralStorageMib,optional"`
	// Environment variables. They show in the console: what is secret belongs in Secrets
	// Manager, whose ARN may stand here and whose readerPolicy in policies.
	Environment pulumi.StringMapInput `pulumi:"environment,optional"`
	// IAM policies (JSON) that say what the code may do in AWS, such as the readerPolicy
	// or producerPolicy of other components. Reading from queueArn and streamArn is
	// allowed without. Default: nothing.
	Policies []pulumi.StringInput `pulumi:"policies,optional"`

	// The most invocations at the same time: kept for this function and taken from what
	// the account's others share. 0 stops it. Default: no limit but the account's.
	ReservedConcurrency *int `pulumi:"reservedConcurrency,optional"`
	// How many execution environments are kept warm, and paid for, behind the alias.
	// Default: none; the first invocation of each waits for it to start.
	ProvisionedConcurrency *int `pulumi:"provisionedConcurrency,optional"`
	// The version that most invocations stay with while a new one is tried, with
	// canaryPercent. Default: the alias leads to the newest version only.
	StableVersion string `pulumi:"stableVersion,optional"`
	// How many of a hundred invocations the newest version gets, 1 to 99, beside
	// stableVersion.
	CanaryPercent *int `pulumi:"canaryPercent,optional"`

	// The ID of the VPC to run in, with subnetIds. Default: no VPC, which starts
	// faster and reaches the internet and AWS's services without a NAT gateway.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// The IDs of the subnets to run in: private ones with a way out (NAT or VPC
	// endpoints). For production they should be in at least two availability zones.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds,optional"`
	// The IDs of security groups that let the function reach others, such as the
	// clientSecurityGroupId of databases and services. At most 4.
	SecurityGroupIds pulumi.StringArrayInput `pulumi:"securityGroupIds,optional"`
	// TCP ports the function may connect to anywhere, beside 443, when it runs in a VPC.
	// Default: none.
	EgressPorts []string `pulumi:"egressPorts,optional"`

	// The ARN of the SQS standard queue that gets the events nobody waits for and the
	// function cannot handle. Not possible with topicArns and eventPattern: SNS and
	// EventBridge put there what they cannot deliver, and only the queue's owner could let
	// them. If a KMS key encrypts the queue, put its producerPolicy into policies.
	// Default: a queue of the function's own, with an alarm.
	FailureQueueArn pulumi.StringPtrInput `pulumi:"failureQueueArn,optional"`
	// How often an event that nobody waits for is tried again, 0 to 2. Default: 2.
	MaximumRetryAttempts *int `pulumi:"maximumRetryAttempts,optional"`
	// How old such an event may become before it goes to the failure queue, in seconds,
	// 60 to 21600. Default: 21600, six hours.
	MaximumEventAgeSeconds *int `pulumi:"maximumEventAgeSeconds,optional"`

	// The ARN of the SQS queue to handle messages of. The function says which messages of
	// a batch failed (batchItemFailures); only those come back.
	QueueArn pulumi.StringPtrInput `pulumi:"queueArn,optional"`
	// The visibility timeout of that queue in seconds: at least six times timeoutSeconds,
	// plus queueBatchWindowSeconds, or messages are handled twice. Required with queueArn.
	QueueVisibilityTimeoutSeconds *int `pulumi:"queueVisibilityTimeoutSeconds,optional"`
	// The most messages of a batch, 1 to 10000; more than 10 need a window, and a FIFO
	// queue has no more than 10. Default: 10.
	QueueBatchSize *int `pulumi:"queueBatchSize,optional"`
	// How long a batch is filled, in seconds, 0 to 300; a FIFO queue has no window.
	// Default: 0.
	QueueBatchWindowSeconds *int `pulumi:"queueBatchWindowSeconds,optional"`
	// The most invocations at a time for the queue, 2 to 1000, at most
	// reservedConcurrency: what lies behind the function is not overrun by a full queue.
	// Default: 50 in production, 5 in sandbox, or reservedConcurrency if that is less.
	QueueMaximumConcurrency *int `pulumi:"queueMaximumConcurrency,optional"`

	// The ARN of the Kinesis stream (or of its consumer) or of the DynamoDB stream to
	// handle records of. A batch that fails is halved to find the record at fault, which
	// ends in the failure queue and stops nobody.
	StreamArn pulumi.StringPtrInput `pulumi:"streamArn,optional"`
	// The most records of a batch, 1 to 10000. Default: 100.
	StreamBatchSize *int `pulumi:"streamBatchSize,optional"`
	// How many batches of a shard are handled at a time, 1 to 10; records with the same
	// key stay in order. Default: 1.
	StreamParallelization *int `pulumi:"streamParallelization,optional"`
	// How often a record is tried again, 0 to 10000. Default: 5.
	StreamMaximumRetryAttempts *int `pulumi:"streamMaximumRetryAttempts,optional"`
	// How old a record may become before it goes to the failure queue, in seconds, 60 to
	// 604800. Default: 86400, a day, which is as long as DynamoDB keeps it.
	StreamMaximumRecordAgeSeconds *int `pulumi:"streamMaximumRecordAgeSeconds,optional"`
	// Where in the stream to begin: "TRIM_HORIZON" (default), with all records there are,
	// or "LATEST", with those written from then on.
	StreamStartingPosition string `pulumi:"streamStartingPosition,optional"`
	// The ARN of the KMS key that encrypts queueArn or streamArn. Default: a key that
	// AWS owns or manages.
	SourceKmsKeyArn pulumi.StringPtrInput `pulumi:"sourceKmsKeyArn,optional"`

	// The ARNs of the SNS standard topics whose messages the function gets. Each needs
	// its entry in topicNames.
	TopicArns []pulumi.StringInput `pulumi:"topicArns,optional"`
	// A name for each of topicArns, in the same order: what its subscription is known by.
	// Required with topicArns.
	TopicNames []string `pulumi:"topicNames,optional"`

	// When to invoke the function by itself: "rate(5 minutes)", "cron(0 8 ? * MON-FRI *)"
	// or "at(2027-01-31T08:00:00)". Default: never.
	Schedule string `pulumi:"schedule,optional"`
	// The time zone of schedule, such as "Europe/Berlin". Default: "UTC".
	ScheduleTimezone string `pulumi:"scheduleTimezone,optional"`
	// The event (JSON) that the function gets from schedule. Default: "{}".
	ScheduleInput string `pulumi:"scheduleInput,optional"`

	// The event pattern (JSON) of the events on eventBusName that the function gets.
	// Default: none.
	EventPattern string `pulumi:"eventPattern,optional"`
	// The name or ARN of the EventBridge bus of eventPattern. Default: the account's
	// "default" bus.
	EventBusName pulumi.StringPtrInput `pulumi:"eventBusName,optional"`

	// The ARN of the KMS key that encrypts the logs, the environment, the schedule's
	// input and the failure queue. A Key must name the service "logs", with topicArns also "sns", and with
	// eventPattern also "events". Default: keys that AWS owns.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// How long logs are kept, in days, as CloudWatch allows it. Default: 90 in
	// production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The ARN of the IAM policy that bounds what the component's roles can be allowed.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (errors, throttles, slow
	// invocations, events in the failure queue, events lost, a stream that falls behind).
	// Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of everything the component creates, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform FunctionTransform
}

// FunctionTransform reaches every property of the children of a Function.
type FunctionTransform struct {
	Function               func(*lambda.FunctionArgs, *[]pulumi.ResourceOption)
	Alias                  func(*lambda.AliasArgs, *[]pulumi.ResourceOption)
	InvokeConfig           func(*lambda.FunctionEventInvokeConfigArgs, *[]pulumi.ResourceOption)
	ProvisionedConcurrency func(*lambda.ProvisionedConcurrencyConfigArgs, *[]pulumi.ResourceOption)
	EventSourceMapping     func(*lambda.EventSourceMappingArgs, *[]pulumi.ResourceOption)
	Permission             func(*lambda.PermissionArgs, *[]pulumi.ResourceOption)
	LogGroup               func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Role                   func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	Policy                 func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	SecurityGroup          func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	EgressRule             func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	FailureQueue           func(*sqs.QueueArgs, *[]pulumi.ResourceOption)
	FailureQueuePolicy     func(*sqs.QueuePolicyArgs, *[]pulumi.ResourceOption)
	Subscription           func(*sns.TopicSubscriptionArgs, *[]pulumi.ResourceOption)
	Schedule               func(*scheduler.ScheduleArgs, *[]pulumi.ResourceOption)
	Rule                   func(*cloudwatch.EventRuleArgs, *[]pulumi.ResourceOption)
	Target                 func(*cloudwatch.EventTargetArgs, *[]pulumi.ResourceOption)
	Alarm                  convention.AlarmTransform
}

// Function is code that Lambda runs for each event: a version of it, behind an alias
// that callers use, with a queue for the events it cannot handle.
type Function struct {
	pulumi.ResourceState

	// The ARN of the function itself, without a version.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The ARN of the alias "live": what to invoke.
	AliasArn pulumi.StringOutput `pulumi:"aliasArn"`
	// The name of the function, the dimension of its metrics.
	Name pulumi.StringOutput `pulumi:"name"`
	// The newest version, for stableVersion of a later deployment.
	Version pulumi.StringOutput `pulumi:"version"`
	// The address by which API Gateway invokes the alias.
	InvokeArn pulumi.StringOutput `pulumi:"invokeArn"`
	// The ARN of the role the code runs with.
	RoleArn pulumi.StringOutput `pulumi:"roleArn"`
	// The name of the log group.
	LogGroupName pulumi.StringOutput `pulumi:"logGroupName"`
	// The ARN of the queue that gets the events the function cannot handle.
	FailureQueueArn pulumi.StringOutput `pulumi:"failureQueueArn"`
	// An IAM policy (JSON) that allows to invoke this function through its alias.
	InvokerPolicy pulumi.StringOutput `pulumi:"invokerPolicy"`
}

// NewFunction creates a Function. It fails for limits of Lambda that are not kept, for
// runtimes that AWS mends no more, and for a queue that would hand its messages out
// again while the function still works on them.
func NewFunction(ctx *pulumi.Context, name string, args *FunctionArgs, opts ...pulumi.ResourceOption) (*Function, error) {
	if args == nil {
		args = &FunctionArgs{}
	}
	s := convention.Open(ctx, FunctionToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &functionBuilder{Scope: s, args: args, functionSettings: settleFunction(s, args)}
	b.check()
	f := &Function{}
	if err := s.Register(f, args, opts...); err != nil {
		return nil, err
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	b.account = account
	for _, step := range []func() error{
		b.createLogGroup, b.createFailureQueue, b.createRole, b.createNetwork, b.createFunction, b.createAlias,
		b.createQueueSource, b.createStreamSource, b.createSchedule, b.createRule, b.createFailurePolicy,
		b.createSubscriptions, b.createTarget, b.createAlarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}

	f.Arn, f.Name, f.Version = b.function.Arn, b.function.Name, b.function.Version
	f.AliasArn, f.InvokeArn = b.alias.Arn, b.alias.InvokeArn
	f.RoleArn, f.LogGroupName, f.FailureQueueArn = b.role.Arn, b.logs.Name, b.failures
	f.InvokerPolicy = convention.Policy(convention.Statement{
		Sid: "Invoke", Actions: []string{"lambda:InvokeFunction"}, Resources: []pulumi.StringInput{b.alias.Arn},
	})
	return f, s.Done()
}
