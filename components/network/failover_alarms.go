package network

import (
	"fmt"
	"net/mail"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// alarms tell that users were led elsewhere, that they could not be, and that
// they have nowhere to go.
func (f *Failover) alarms(s *convention.Scope, args *FailoverArgs) error {
	f.UsEast1AlarmTopicArn = pulumi.String("").ToStringOutput()
	if args.UsEast1AlarmTopicArn == nil && len(args.AlarmEmails) == 0 {
		return nil
	}
	global, err := s.InRegion(convention.USEast1)
	if err != nil {
		return err
	}
	if args.UsEast1AlarmTopicArn != nil {
		f.UsEast1AlarmTopicArn = args.UsEast1AlarmTopicArn.ToStringPtrOutput().Elem()
	} else if err := f.topic(s, args, global); err != nil {
		return err
	}
	s.Alarmed(f.UsEast1AlarmTopicArn.ToStringPtrOutput())
	transform := convention.AlarmsWith(global, args.Transform.Alarm)
	// Every time users are led elsewhere somebody should know; a spare that was away
	// for a minute has hurt nobody.
	for _, alarm := range []convention.Alarm{
		unhealthy("primary-unhealthy",
			"The primary endpoint of "+args.DomainName+" fails its health checks, and users are led to the secondary one. Look in Route 53 for what the checkers see, then at the alarms of the endpoint; users return by themselves when it is healthy.",
			f.PrimaryHealthCheckId, 1),
		unhealthy("secondary-unhealthy",
			"The secondary endpoint of "+args.DomainName+" fails its health checks; if the primary one failed now, users would have nowhere to go. Look in Route 53 for what the checkers see, then at the endpoint.",
			f.SecondaryHealthCheckId, 3),
		unhealthy("none-healthy",
			"Both endpoints of "+args.DomainName+" fail their health checks, and users get errors. Bring back whichever is nearer to working; look first at what both depend on.",
			f.HealthCheckId, 1),
	} {
		if err := s.Alarm(alarm, transform); err != nil {
			return err
		}
	}
	return nil
}

// topic creates the topic of the e-mail addresses, where the alarms are.
func (f *Failover) topic(s *convention.Scope, args *FailoverArgs, global pulumi.ResourceOption) error {
	account, err := s.Account()
	if err != nil {
		return err
	}
	account.Region = convention.USEast1
	name := s.Child("alarms")
	// CloudWatch cannot use the key that AWS manages for SNS:
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
	itself := []pulumi.StringInput{pulumi.String("*")} // in a key policy, the key alone
	keyArgs := &kms.KeyArgs{
		Description: pulumi.String("Alarms of " + s.Name), EnableKeyRotation: pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(convention.Choose(nil, s.Preset, 30, 7)),
		Policy: convention.Policy(
			convention.Statement{
				Sid: "AccountPermissions", Actions: []string{"kms:*"}, Resources: itself,
				AWS: []pulumi.StringInput{pulumi.Sprintf("arn:%s:iam::%s:root", account.Partition, account.ID)},
			},
			convention.Statement{
				Sid: "CloudWatchAlarms", Services: []string{"cloudwatch.amazonaws.com"},
				Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: itself,
				Conditions: convention.When("StringEquals", "aws:SourceAccount", pulumi.String(account.ID)),
			},
		),
		Tags: s.Tags(""),
	}
	key, err := kms.NewKey(s.Ctx, name, keyArgs, convention.With(s, args.Transform.Key, keyArgs, global))
	if err != nil {
		return fmt.Errorf("creating the key of %s: %w", name, err)
	}
	topicArgs := &sns.TopicArgs{KmsMasterKeyId: key.Arn, Tags: s.Tags("")}
	topic, err := sns.NewTopic(s.Ctx, name, topicArgs, convention.With(s, args.Transform.Topic, topicArgs, global))
	if err != nil {
		return fmt.Errorf("creating the topic %s: %w", name, err)
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
	if _, err := sns.NewTopicPolicy(s.Ctx, name, policyArgs, convention.With(s, args.Transform.TopicPolicy, policyArgs, global)); err != nil {
		return fmt.Errorf("creating the policy of %s: %w", name, err)
	}
	for _, address := range args.AlarmEmails {
		subscriptionArgs := &sns.TopicSubscriptionArgs{Topic: topic.Arn, Protocol: pulumi.String("email"), Endpoint: pulumi.String(address)}
		if _, err := sns.NewTopicSubscription(s.Ctx, s.Child(address), subscriptionArgs, convention.With(s, args.Transform.Subscription, subscriptionArgs, global)); err != nil {
			return fmt.Errorf("subscribing %s to %s: %w", address, name, err)
		}
	}
	f.UsEast1AlarmTopicArn = topic.Arn
	return nil
}

func checkEmails(s *convention.Scope, addresses []string) {
	for i, address := range addresses {
		if parsed, err := mail.ParseAddress(address); err != nil || parsed.Address != address {
			s.Refuse("alarmEmails", "%q is not an e-mail address; write it as team@example.com", address)
		} else if slices.Contains(addresses[:i], address) {
			s.Refuse("alarmEmails", "%q stands there twice; one subscription an address is enough", address)
		}
	}
}
