package observability

import (
	"fmt"
	"net/mail"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AlarmTopicToken is the type of AlarmTopic in Pulumi's state.
const AlarmTopicToken = "scaffold:observability:AlarmTopic"

// AlarmTopicArgs are the arguments of an AlarmTopic.
type AlarmTopicArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ARN of the KMS key that encrypts the alarms' texts. Its policy must let
	// CloudWatch use it, as a Key with the service "cloudwatch" does: the key AWS
	// manages for SNS does not, and alarms would vanish without a trace.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn"`
	// E-mail addresses that get the alarms. Each has to confirm once.
	Emails []string `pulumi:"emails,optional"`
	// Tags of the topic, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform AlarmTopicTransform
}

// AlarmTopicTransform reaches every property of the children of an AlarmTopic.
type AlarmTopicTransform struct {
	Topic        func(*sns.TopicArgs, *[]pulumi.ResourceOption)
	Policy       func(*sns.TopicPolicyArgs, *[]pulumi.ResourceOption)
	Subscription func(*sns.TopicSubscriptionArgs, *[]pulumi.ResourceOption)
}

// AlarmTopic is the encrypted SNS topic that alarms fire at.
type AlarmTopic struct {
	pulumi.ResourceState

	// The ARN of the topic, for the alarmTopicArn of other components.
	Arn pulumi.StringOutput `pulumi:"arn"`
}

// NewAlarmTopic creates an AlarmTopic. It fails without a key, and for what is
// no e-mail address.
func NewAlarmTopic(ctx *pulumi.Context, name string, args *AlarmTopicArgs, opts ...pulumi.ResourceOption) (*AlarmTopic, error) {
	if args == nil {
		args = &AlarmTopicArgs{}
	}
	s := convention.Open(ctx, AlarmTopicToken, name, args.Preset).Tagged(args.Tags)
	s.Require("kmsKeyArn", args.KmsKeyArn, "alarms name what fails and where; SNS encrypts them only with a key, which must let CloudWatch use it")
	for i, address := range args.Emails {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			s.Refuse("emails", "%q is not an e-mail address; write it as team@example.com", address)
		} else if slices.Index(args.Emails, address) < i {
			s.Refuse("emails", "%q stands there twice; one subscription an address is enough", address)
		}
	}
	t := &AlarmTopic{}
	if err := s.Register(t, args, opts...); err != nil {
		return nil, err
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	topicArgs := &sns.TopicArgs{KmsMasterKeyId: args.KmsKeyArn.ToStringOutput().ToStringPtrOutput(), Tags: s.Tags("")}
	topic, err := sns.NewTopic(ctx, s.Child("topic"), topicArgs, convention.With(s, args.Transform.Topic, topicArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the topic of %s: %w", name, err)
	}
	policyArgs := &sns.TopicPolicyArgs{
		Arn: topic.Arn,
		Policy: convention.Policy(
			convention.Statement{
				Sid: "Alarms", Services: []string{"cloudwatch.amazonaws.com"},
				Actions: []string{"sns:Publish"}, Resources: []pulumi.StringInput{topic.Arn},
				Conditions: convention.When("ArnLike", "aws:SourceArn", pulumi.String(account.ARN("cloudwatch", "alarm:*"))),
			},
			convention.TLSOnly("sns:Publish", topic.Arn),
		),
	}
	if _, err := sns.NewTopicPolicy(ctx, s.Child("policy"), policyArgs, convention.With(s, args.Transform.Policy, policyArgs)); err != nil {
		return nil, fmt.Errorf("creating the policy of %s: %w", name, err)
	}
	for _, address := range args.Emails {
		subscriptionArgs := &sns.TopicSubscriptionArgs{
			Topic: topic.Arn, Protocol: pulumi.String("email"), Endpoint: pulumi.String(address),
		}
		if _, err := sns.NewTopicSubscription(ctx, s.Child(address), subscriptionArgs, convention.With(s, args.Transform.Subscription, subscriptionArgs)); err != nil {
			return nil, fmt.Errorf("subscribing %s to %s: %w", address, name, err)
		}
	}
	t.Arn = topic.Arn
	return t, s.Done()
}
