package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// createDeadLetterQueue makes one. EventBridge takes standard queues only:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (b *busBuilder) createDeadLetterQueue(role, of string) error {
	args := &sqs.QueueArgs{
		Name:                    b.ShortName(role, 80),
		MessageRetentionSeconds: pulumi.Int(deadLetterDays * secondsOfDay),
		ReceiveWaitTimeSeconds:  pulumi.Int(20),
		Tags:                    b.Tags(""),
	}
	if b.args.KmsKeyArn != nil {
		args.KmsMasterKeyId = b.args.KmsKeyArn
	} else {
		args.SqsManagedSseEnabled = pulumi.Bool(true)
	}
	queue, err := sqs.NewQueue(b.Ctx, b.Child(role), args, convention.With(b.Scope, b.args.Transform.DeadLetters, args))
	if err != nil {
		return fmt.Errorf("creating the dead-letter queue %s: %w", role, err)
	}
	b.deadLetters = append(b.deadLetters, deadLetterQueue{role, of, queue})
	return nil
}

// createDeadLetters makes the queues of single rules, and gives each queue its only
// policy: EventBridge asks for one before it puts anything there.
func (b *busBuilder) createDeadLetters() error {
	shared := len(b.deadLetters)
	for _, rule := range b.args.RuleNames {
		if b.separate {
			if err := b.createDeadLetterQueue(rule+"-dead-letters", "rule "+rule+" of bus "+b.Name); err != nil {
				return err
			}
		}
	}
	for i, d := range b.deadLetters {
		var senders []pulumi.StringInput
		switch {
		case i >= shared:
			senders = b.ruleArns()[i-shared : i-shared+1]
		case !b.separate:
			senders = b.ruleArns()
		}
		if i < shared && b.args.KmsKeyArn != nil && !b.existing {
			senders = append(senders, b.arn)
		}
		args := &sqs.QueuePolicyArgs{
			QueueUrl: d.queue.Url,
			Policy:   convention.Policy(convention.TLSOnly("sqs:*", d.queue.Arn), sentByRules(d.queue.Arn, senders...)),
		}
		policy, err := sqs.NewQueuePolicy(b.Ctx, b.Child(d.role+"-policy"), args, convention.With(b.Scope, b.args.Transform.DeadLettersPolicy, args))
		if err != nil {
			return fmt.Errorf("creating the policy of the dead-letter queue %s: %w", d.role, err)
		}
		b.before = append(b.before, policy)
	}
	return nil
}

// deadLettersOf is the queue for what a rule cannot deliver.
func (b *busBuilder) deadLettersOf(rule int) *sqs.Queue {
	if !b.separate {
		return b.deadLetters[0].queue
	}
	return b.deadLetters[len(b.deadLetters)-len(b.rules)+rule].queue
}

func (b *busBuilder) deadLetterArns() pulumi.StringArrayOutput {
	arns := pulumi.StringArray{}
	for _, d := range b.deadLetters {
		arns = append(arns, d.queue.Arn)
	}
	return arns.ToStringArrayOutput()
}
