package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TopicToken is the type of Topic in Pulumi's state.
const TopicToken = "scaffold:queue:Topic"

// TopicArgs are the arguments of a Topic.
type TopicArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ARN of the KMS key that encrypts messages at rest. A queue subscribed to
	// the topic may use the same key if SNS may use it (a Key with the service "sns").
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn"`
	// Deliver messages in order and once, to FIFO queues only. Default: false.
	Fifo *bool `pulumi:"fifo,optional"`
	// The AWS services that may publish to the topic on their own account:
	// "budgets.amazonaws.com", "cloudwatch.amazonaws.com" (alarms),
	// "events.amazonaws.com" (EventBridge rules without a role),
	// "events.rds.amazonaws.com" and "s3.amazonaws.com". The topic's key must let each
	// of them use it too. Each may do so for resources of this account only, but for
	// EventBridge, which SNS cannot tell the account of: prefer a Bus, which
	// publishes with a role of its own and needs no entry here. Default: none.
	PublisherServices []string `pulumi:"publisherServices,optional"`
	// Log why messages could not be delivered to queues and functions, in a log group such
	// as "sns/eu-central-1/123456789012/placed-topic-1a2b3c4/Failure". SNS creates it with
	// the first failure and keeps it for ever. Default: true in production, false in sandbox.
	DeliveryLogs *bool `pulumi:"deliveryLogs,optional"`
	// The ARN of the IAM policy that bounds the permissions of the role that logs failed
	// deliveries. Default: none.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarm (messages that could not
	// be delivered). Default: no alarm.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of the topic, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform TopicTransform
}

// TopicTransform reaches every property of the children of a Topic.
type TopicTransform struct {
	Topic      func(*sns.TopicArgs, *[]pulumi.ResourceOption)
	Policy     func(*sns.TopicPolicyArgs, *[]pulumi.ResourceOption)
	Role       func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	Alarm      convention.AlarmTransform
}

// Topic is an encrypted SNS topic that takes messages over TLS only.
type Topic struct {
	pulumi.ResourceState

	// The ARN of the topic.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// An IAM policy (JSON) that allows to publish to this topic and to use its key for it.
	ProducerPolicy pulumi.StringOutput `pulumi:"producerPolicy"`
}

// NewTopic creates a Topic. It fails without a key, and for services that cannot
// publish to it.
func NewTopic(ctx *pulumi.Context, name string, args *TopicArgs, opts ...pulumi.ResourceOption) (*Topic, error) {
	if args == nil {
		args = &TopicArgs{}
	}
	s := convention.Open(ctx, TopicToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	s.Require("kmsKeyArn", args.KmsKeyArn, "SNS encrypts messages only with a key, and the one AWS manages for SNS keeps other services out")
	fifo := convention.Or(args.Fifo, false)
	checkPublishers(s, args.PublisherServices, fifo)
	if args.PermissionsBoundaryArn != nil && args.DeliveryLogs != nil && !*args.DeliveryLogs {
		s.Refuse("permissionsBoundaryArn", "bounds the role that logs failed deliveries, which there is none of without deliveryLogs; leave one of them out")
	}
	t := &Topic{}
	if err := s.Register(t, args, opts...); err != nil {
		return nil, err
	}

	topicArgs := &sns.TopicArgs{KmsMasterKeyId: args.KmsKeyArn.ToStringOutput().ToStringPtrOutput(), Tags: s.Tags("")}
	if fifo {
		topicArgs.FifoTopic = pulumi.Bool(true)
		// Producers need not send a deduplication id; equal bodies within five minutes are one message.
		topicArgs.ContentBasedDeduplication = pulumi.Bool(true)
	}
	logs, err := newDeliveryLogs(s, args)
	if err != nil {
		return nil, err
	}
	logs.attach(topicArgs, fifo)
	topic, err := sns.NewTopic(ctx, s.Child("topic"), topicArgs, convention.With(s, args.Transform.Topic, topicArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the topic of %s: %w", name, err)
	}
	if err := logs.allow(topic.Name); err != nil {
		return nil, err
	}
	policy, err := topicPolicy(s, topic.Arn, args.PublisherServices)
	if err != nil {
		return nil, err
	}
	policyArgs := &sns.TopicPolicyArgs{Arn: topic.Arn, Policy: policy}
	if _, err := sns.NewTopicPolicy(ctx, s.Child("policy"), policyArgs, convention.With(s, args.Transform.Policy, policyArgs)); err != nil {
		return nil, fmt.Errorf("creating the policy of %s: %w", name, err)
	}
	if err := s.Alarm(convention.Alarm{
		Role:      "undelivered",
		Meaning:   "Messages published to topic " + name + " did not reach a subscriber. A Queue has them in its dead-letter queue; to other subscribers they are lost unless published again. Look at the subscribers: their policies, their key, whether they exist.",
		Namespace: "AWS/SNS", Metric: "NumberOfNotificationsFailed", Statistic: "Sum",
		Dimensions: pulumi.StringMap{"TopicName": topic.Name},
		Above:      convention.At(0), Period: 300, For: 1,
	}, args.Transform.Alarm); err != nil {
		return nil, err
	}

	t.Arn = topic.Arn
	t.ProducerPolicy = convention.Policy(
		convention.Statement{Sid: "Publish", Actions: []string{"sns:Publish"}, Resources: []pulumi.StringInput{topic.Arn}},
		s.UseKey("UseKey", "sns", args.KmsKeyArn, "kms:Decrypt", "kms:GenerateDataKey"),
	)
	return t, s.Done()
}
