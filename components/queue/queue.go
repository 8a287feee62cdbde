package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// QueueToken is the type of Queue in Pulumi's state.
const QueueToken = "scaffold:queue:Queue"

// QueueArgs are the arguments of a Queue.
type QueueArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// Keep messages of a group in order and deliver each once. A FIFO queue takes
	// subscriptions to FIFO topics only, and a standard queue to standard topics
	// only. It cannot be changed later without losing the queue's messages. Default: false.
	Fifo *bool `pulumi:"fifo,optional"`
	// The ARN of the KMS key that encrypts messages at rest, here and in the
	// dead-letter queue. With topics, SNS must be let use it, as a Key with the
	// service "sns" does. Default: keys that SQS owns and that cost nothing.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// The ARNs of the SNS topics whose messages the queue gets, as they were
	// published. SNS may send to this queue for these topics and no others.
	// Each needs its entry in topicNames.
	TopicArns []pulumi.StringInput `pulumi:"topicArns,optional"`
	// A name for each of topicArns, in the same order: what a subscription is known
	// by, so that a topic can be added or taken away anywhere in the list without
	// touching the subscriptions to the others. Required with topicArns.
	TopicNames []string `pulumi:"topicNames,optional"`
	// The ARNs of the EventBridge rules that may send to the queue, and to its
	// dead-letter queue what they cannot deliver. With a KMS key, EventBridge must be
	// let use it, as a Key with the service "events" does. The rules of a Bus need no
	// entry here: they send with a role of the bus. Default: none.
	RuleArns []pulumi.StringInput `pulumi:"ruleArns,optional"`
	// How long a message is hidden from other consumers once one has received it, in
	// seconds, 0 to 43200. A message that is not deleted by then is received again, so
	// this must exceed the time a message takes to handle: a function needs six times
	// its timeout. Default: 180, for a function with a timeout of 30 seconds.
	VisibilityTimeoutSeconds *int `pulumi:"visibilityTimeoutSeconds,optional"`
	// How long a message waits to be handled before SQS drops it, in days, 1 to 14.
	// Default: 4. A message keeps its age when it moves to the dead-letter queue of a
	// standard queue, which drops it 14 days after it was first sent.
	RetentionDays *int `pulumi:"retentionDays,optional"`
	// How often a message is received without being deleted before it moves to the
	// dead-letter queue, 1 to 1000. Default: 5.
	MaxReceiveCount *int `pulumi:"maxReceiveCount,optional"`
	// The age in seconds of the oldest message above which an alarm says that
	// consumers do not keep up, at least 60. Default: the time that a message needs to
	// use up all its receives, but at least five minutes and at most half the retention.
	MaxAgeSeconds *int `pulumi:"maxAgeSeconds,optional"`
	// The ARN of the topic that gets the component's alarms (a message in the
	// dead-letter queue; messages that wait too long). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of both queues, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform QueueTransform
}

// QueueTransform reaches every property of the children of a Queue.
type QueueTransform struct {
	Queue              func(*sqs.QueueArgs, *[]pulumi.ResourceOption)
	DeadLetters        func(*sqs.QueueArgs, *[]pulumi.ResourceOption)
	Policy             func(*sqs.QueuePolicyArgs, *[]pulumi.ResourceOption)
	DeadLettersPolicy  func(*sqs.QueuePolicyArgs, *[]pulumi.ResourceOption)
	RedriveAllowPolicy func(*sqs.RedriveAllowPolicyArgs, *[]pulumi.ResourceOption)
	Subscription       func(*sns.TopicSubscriptionArgs, *[]pulumi.ResourceOption)
	Alarm              convention.AlarmTransform
}

// Queue is an encrypted SQS queue that takes messages over TLS only, with a
// dead-letter queue for those that cannot be handled or delivered.
type Queue struct {
	pulumi.ResourceState

	// The URL of the queue, which clients send to and receive from.
	Url pulumi.StringOutput `pulumi:"url"`
	// The ARN of the queue.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the queue, the dimension of its metrics.
	Name pulumi.StringOutput `pulumi:"name"`
	// The URL of the dead-letter queue.
	DeadLetterUrl pulumi.StringOutput `pulumi:"deadLetterUrl"`
	// The ARN of the dead-letter queue.
	DeadLetterArn pulumi.StringOutput `pulumi:"deadLetterArn"`
	// An IAM policy (JSON) that allows to send to this queue and to use its key for it.
	ProducerPolicy pulumi.StringOutput `pulumi:"producerPolicy"`
	// An IAM policy (JSON) that allows to receive from this queue, to delete what was
	// received and to use the queue's key for it.
	ConsumerPolicy pulumi.StringOutput `pulumi:"consumerPolicy"`
}

// NewQueue creates a Queue. It fails for numbers that SQS does not take, for
// messages that would be dropped before they reach the dead-letter queue, and
// for topics that a queue of this kind cannot subscribe to.
func NewQueue(ctx *pulumi.Context, name string, args *QueueArgs, opts ...pulumi.ResourceOption) (*Queue, error) {
	if args == nil {
		args = &QueueArgs{}
	}
	fifo := convention.Or(args.Fifo, false)
	limits := limitsOf(args)
	s := convention.Open(ctx, QueueToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	limits.check(s, args.MaxAgeSeconds != nil)
	checkTopics(s, args, fifo)
	checkRules(s, args.RuleArns)
	if longest := 80 - len("-dead-letters-0123456.fifo"); len(name) > longest {
		s.Refuse("name", "has %d characters; use at most %d, since SQS takes names of 80 and the dead-letter queue's is longer", len(name), longest)
	}
	q := &Queue{}
	if err := s.Register(q, args, opts...); err != nil {
		return nil, err
	}

	deadLettersArgs := storage(s, args, fifo, deadLetterDays)
	deadLetters, err := sqs.NewQueue(ctx, s.Child("dead-letters"), deadLettersArgs, convention.With(s, args.Transform.DeadLetters, deadLettersArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the dead-letter queue of %s: %w", name, err)
	}
	queueArgs := storage(s, args, fifo, limits.retentionDays)
	queueArgs.VisibilityTimeoutSeconds = pulumi.Int(limits.visibility)
	queueArgs.RedrivePolicy = pulumi.JSONMarshal(pulumi.Map{
		"deadLetterTargetArn": deadLetters.Arn, "maxReceiveCount": pulumi.Int(limits.receives),
	})
	queue, err := sqs.NewQueue(ctx, s.Child("queue"), queueArgs, convention.With(s, args.Transform.Queue, queueArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the queue of %s: %w", name, err)
	}
	allowArgs := &sqs.RedriveAllowPolicyArgs{
		QueueUrl: deadLetters.Url,
		RedriveAllowPolicy: pulumi.JSONMarshal(pulumi.Map{
			"redrivePermission": pulumi.String("byQueue"), "sourceQueueArns": pulumi.Array{queue.Arn},
		}),
	}
	if _, err := sqs.NewRedriveAllowPolicy(ctx, s.Child("redrive-allow"), allowArgs, convention.With(s, args.Transform.RedriveAllowPolicy, allowArgs)); err != nil {
		return nil, fmt.Errorf("restricting the sources of the dead-letter queue of %s: %w", name, err)
	}
	if err := subscribe(s, args, fifo, queue, deadLetters); err != nil {
		return nil, err
	}

	if err := s.Alarm(convention.Alarm{
		Role:      "dead-letters",
		Meaning:   "Messages of queue " + name + " could not be handled and wait in its dead-letter queue for somebody. Read one of them and the consumer's log of that time; once the cause is mended, start a redrive to the queue.",
		Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Statistic: "Maximum",
		Dimensions: pulumi.StringMap{"QueueName": deadLetters.Name},
		Above:      convention.At(0), Period: 60, For: 1,
	}, args.Transform.Alarm); err != nil {
		return nil, err
	}
	if err := s.Alarm(convention.Alarm{
		Role:      "waiting",
		Meaning:   "Messages in queue " + name + " wait longer than they should: what they ask for happens late, and is dropped when the retention ends. See whether the consumers run and how many of their calls fail; then add consumers.",
		Namespace: "AWS/SQS", Metric: "ApproximateAgeOfOldestMessage", Statistic: "Maximum",
		Dimensions: pulumi.StringMap{"QueueName": queue.Name},
		Above:      convention.At(float64(limits.age)), Period: 60, For: 3,
	}, args.Transform.Alarm); err != nil {
		return nil, err
	}

	q.Url, q.Arn, q.Name = queue.Url, queue.Arn, queue.Name
	q.DeadLetterUrl, q.DeadLetterArn = deadLetters.Url, deadLetters.Arn
	q.ProducerPolicy = use(s, args, queue, "Send", []string{"sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"}, "kms:Decrypt", "kms:GenerateDataKey")
	q.ConsumerPolicy = use(s, args, queue, "Receive", []string{
		"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
	}, "kms:Decrypt")
	return q, s.Done()
}

// storage is what the queue and its dead-letter queue have in common. A
// dead-letter queue must be of the same kind as its queue:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
func storage(s *convention.Scope, args *QueueArgs, fifo bool, retentionDays int) *sqs.QueueArgs {
	a := &sqs.QueueArgs{
		MessageRetentionSeconds: pulumi.Int(retentionDays * secondsOfDay),
		// Long polling: an empty queue costs consumers three calls a minute, not hundreds.
		ReceiveWaitTimeSeconds: pulumi.Int(20),
		Tags:                   s.Tags(""),
	}
	if args.KmsKeyArn != nil {
		a.KmsMasterKeyId = args.KmsKeyArn
	} else {
		a.SqsManagedSseEnabled = pulumi.Bool(true)
	}
	if fifo {
		// The provider ends the automatic name with ".fifo". Groups neither share
		// their throughput nor suppress one another's equal messages.
		a.FifoQueue = pulumi.Bool(true)
		a.ContentBasedDeduplication = pulumi.Bool(true)
		a.DeduplicationScope = pulumi.String("messageGroup")
		a.FifoThroughputLimit = pulumi.String("perMessageGroupId")
	}
	return a
}

// use is the policy of those who use the queue, and its key as far as they need.
func use(s *convention.Scope, args *QueueArgs, queue *sqs.Queue, sid string, actions []string, keyActions ...string) pulumi.StringOutput {
	statements := []convention.Statement{{Sid: sid, Actions: actions, Resources: []pulumi.StringInput{queue.Arn}}}
	if args.KmsKeyArn != nil {
		statements = append(statements, s.UseKey("UseKey", "sqs", args.KmsKeyArn.ToStringPtrOutput().Elem(), keyActions...))
	}
	return convention.Policy(statements...)
}
