package queue

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// checkTopics refuses topics that a queue of this kind cannot subscribe to, and
// subscriptions that cannot be told apart.
//
// A subscription needs a name of its own, since its position in the list is no
// identity: SNS answers a second subscription of a queue to a topic with the
// existing one. Were subscriptions known by position, taking the first topic away
// would move all others up by one, each replaced by one that exists already and
// is then deleted as its predecessor's old self. Messages would be lost in silence.
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func checkTopics(s *convention.Scope, args *QueueArgs, fifo bool) {
	if len(args.TopicNames) != len(args.TopicArns) {
		s.Refuse("topicNames", "has %d names for %d topicArns; give each topic one, in the same order, so that subscriptions outlive changes of the list", len(args.TopicNames), len(args.TopicArns))
	}
	for i, n := range args.TopicNames {
		if n == "" {
			s.Refuse("topicNames", "entry %d is empty; write what the topic is called, such as \"order-placed\"", i)
		} else if slices.Index(args.TopicNames, n) < i {
			s.Refuse("topicNames", "%q stands there twice; one subscription to a topic is enough, and each name is of one topic", n)
		}
	}
	for i, arn := range args.TopicArns {
		if arn == nil {
			s.Refuse("topicArns", "entry %d is not set; give the ARN of a topic or leave it out", i)
			continue
		}
		known, ok := arn.(pulumi.String)
		if !ok {
			continue
		}
		if slices.Index(args.TopicArns, arn) < i {
			s.Refuse("topicArns", "%s stands there twice; a queue subscribes to a topic once", known)
		}
		if err := sameKind(string(known), fifo); err != nil {
			s.Refuse("topicArns", "%s", err)
		} else if fifo && !isFifo(string(known)) {
			s.Refuse("topicArns", "%s is a standard topic, which SNS cannot deliver to a FIFO queue; use a FIFO topic, or leave fifo out", known)
		}
	}
}

func isFifo(arn string) bool { return strings.HasSuffix(arn, ".fifo") }

// sameKind refuses a FIFO topic for a standard queue. SNS allows that pair, and
// loses the order that the topic promises.
func sameKind(topicArn string, fifo bool) error {
	if isFifo(topicArn) && !fifo {
		return fmt.Errorf("%s is a FIFO topic, whose order a standard queue would lose; set fifo, or use a standard topic", topicArn)
	}
	return nil
}

// subscribe gives both queues their only policy and subscribes the queue to its
// topics. SNS would drop what it sends before the policies allow it to.
func subscribe(s *convention.Scope, args *QueueArgs, fifo bool, queue, deadLetters *sqs.Queue) error {
	var topics []pulumi.StringInput
	for _, arn := range args.TopicArns {
		// The ARN of a topic that is yet to be created shows only now what it is.
		topics = append(topics, arn.ToStringOutput().ApplyT(func(arn string) (string, error) {
			if err := sameKind(arn, fifo); err != nil {
				return "", fmt.Errorf("%s %q: topicArns: %w", s.Token, s.Name, err)
			}
			return arn, nil
		}).(pulumi.StringOutput))
	}
	policyArgs := accessPolicy(queue, topics, args.RuleArns)
	policy, err := sqs.NewQueuePolicy(s.Ctx, s.Child("policy"), policyArgs, convention.With(s, args.Transform.Policy, policyArgs))
	if err != nil {
		return fmt.Errorf("creating the policy of %s: %w", s.Name, err)
	}
	deadLettersPolicyArgs := accessPolicy(deadLetters, topics, args.RuleArns)
	deadLettersPolicy, err := sqs.NewQueuePolicy(s.Ctx, s.Child("dead-letters-policy"), deadLettersPolicyArgs, convention.With(s, args.Transform.DeadLettersPolicy, deadLettersPolicyArgs))
	if err != nil {
		return fmt.Errorf("creating the policy of the dead-letter queue of %s: %w", s.Name, err)
	}
	for i, topic := range topics {
		subscriptionArgs := &sns.TopicSubscriptionArgs{
			Topic: topic, Protocol: pulumi.String("sqs"), Endpoint: queue.Arn,
			RawMessageDelivery: pulumi.Bool(true),
			// Where a message goes that SNS cannot deliver, for want of a permission say.
			RedrivePolicy: pulumi.JSONMarshal(pulumi.Map{"deadLetterTargetArn": deadLetters.Arn}),
		}
		_, err := sns.NewTopicSubscription(s.Ctx, s.Child(args.TopicNames[i]), subscriptionArgs,
			convention.With(s, args.Transform.Subscription, subscriptionArgs, pulumi.DependsOn([]pulumi.Resource{policy, deadLettersPolicy})))
		if err != nil {
			return fmt.Errorf("subscribing %s to %s: %w", s.Name, args.TopicNames[i], err)
		}
	}
	return nil
}

// accessPolicy lets these topics and rules send, and keeps plaintext out. What else may be
// done with the queue is up to the identity policies of its account.
func accessPolicy(queue *sqs.Queue, topics, rules []pulumi.StringInput) *sqs.QueuePolicyArgs {
	statements := []convention.Statement{convention.TLSOnly("sqs:*", queue.Arn)}
	if len(topics) > 0 {
		statements = append(statements, convention.Statement{
			Sid: "Topics", Services: []string{"sns.amazonaws.com"},
			Actions: []string{"sqs:SendMessage"}, Resources: []pulumi.StringInput{queue.Arn},
			Conditions: convention.When("ArnEquals", "aws:SourceArn", topics...),
		})
	}
	if len(rules) > 0 {
		statements = append(statements, sentByRules(queue.Arn, rules...))
	}
	return &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: convention.Policy(statements...)}
}
