package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *busBuilder) createRules() error {
	for i, name := range b.args.RuleNames {
		args := &cloudwatch.EventRuleArgs{
			Name: b.ShortName(name, 64), EventBusName: b.name, EventPattern: pulumi.String(b.args.RulePatterns[i]), Tags: b.Tags(""),
		}
		rule, err := cloudwatch.NewEventRule(b.Ctx, b.Child(name), args, convention.With(b.Scope, b.args.Transform.Rule, args))
		if err != nil {
			return fmt.Errorf("creating the rule %s: %w", name, err)
		}
		b.rules = append(b.rules, rule)
	}
	return nil
}

func (b *busBuilder) ruleArns() []pulumi.StringInput {
	arns := []pulumi.StringInput{}
	for _, rule := range b.rules {
		arns = append(arns, rule.Arn)
	}
	return arns
}

// createTargets starts the delivery, once everything it takes is there.
func (b *busBuilder) createTargets() error {
	for i, name := range b.args.RuleNames {
		args := &cloudwatch.EventTargetArgs{
			Rule: b.rules[i].Name, EventBusName: b.name, TargetId: pulumi.String(name), Arn: b.target(i),
			RetryPolicy: cloudwatch.EventTargetRetryPolicyArgs{
				MaximumEventAgeInSeconds: pulumi.Int(b.eventAge), MaximumRetryAttempts: pulumi.Int(b.retries),
			},
			DeadLetterConfig: cloudwatch.EventTargetDeadLetterConfigArgs{Arn: b.deadLettersOf(i).Arn},
		}
		if b.args.TargetTypes[i] != logGroupTarget {
			args.RoleArn = b.role.Arn
		}
		if len(b.args.InputPaths) > 0 && b.args.InputPaths[i] != "" {
			args.InputPath = pulumi.String(b.args.InputPaths[i])
		}
		if _, err := cloudwatch.NewEventTarget(b.Ctx, b.Child(name), args, convention.With(b.Scope, b.args.Transform.Target, args, pulumi.DependsOn(b.before))); err != nil {
			return fmt.Errorf("creating the target of %s: %w", name, err)
		}
	}
	return nil
}

// target is the ARN of a target. What one is that is yet to be created shows only
// when it is.
func (b *busBuilder) target(i int) pulumi.StringOutput {
	return b.args.TargetArns[i].ToStringOutput().ApplyT(func(arn string) (string, error) {
		if err := isTarget(arn, b.args.TargetTypes[i]); err != nil {
			return "", fmt.Errorf("%s %q: targetArns: %w", b.Token, b.Name, err)
		}
		return arn, nil
	}).(pulumi.StringOutput)
}

// createAlarms watches each rule and each dead-letter queue.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
func (b *busBuilder) createAlarms() error {
	for i, rule := range b.rules {
		of := "of rule " + b.args.RuleNames[i] + " of bus " + b.Name
		for _, a := range []convention.Alarm{
			{
				Role: "failed", Metric: "FailedInvocations",
				Meaning: "Events " + of + " are not delivered: the target refuses them for good. Look at the target, whether it exists and its key may be used (targetKmsKeyArns); what was refused is in the dead-letter queue.",
			},
			{
				Role: "sent-to-dead-letters", Metric: "InvocationsSentToDlq",
				Meaning: "Events " + of + " could not be delivered and are in the dead-letter queue. Their attributes ERROR_CODE and ERROR_MESSAGE say why; once that is mended, put them into the bus again or replay the archive.",
			},
			{
				Role: "lost", Metric: "InvocationsFailedToBeSentToDlq",
				Meaning: "Events " + of + " could neither be delivered nor put into the dead-letter queue: they are lost but for the archive. Look at that queue's policy and key; then replay the archive from when it began.",
			},
			{
				Role: "throttled", Metric: "ThrottledRules", For: 3,
				Meaning: "Events " + of + " wait, since all rules of the account together call their targets too often: what they ask for happens late. Ask AWS for a higher quota of invocations, or match fewer events.",
			},
		} {
			a.Role = b.args.RuleNames[i] + "-" + a.Role
			a.Namespace, a.Statistic, a.Period, a.For = "AWS/Events", "Sum", 60, max(a.For, 1)
			a.Above = convention.At(0)
			a.Dimensions = pulumi.StringMap{"RuleName": rule.Name, "EventBusName": b.name}
			// The metrics of the account's default bus do not name it.
			if name, _ := convention.Known(b.args.ExistingBusName); name == "default" {
				delete(a.Dimensions, "EventBusName")
			}
			if err := b.Alarm(a, b.args.Transform.Alarm); err != nil {
				return err
			}
		}
	}
	for _, d := range b.deadLetters {
		if err := b.Alarm(convention.Alarm{
			Role:      d.role,
			Meaning:   "Events of " + d.of + " could not be delivered and wait in its dead-letter queue for somebody. Their attributes ERROR_CODE, ERROR_MESSAGE and RULE_ARN say why and where; once that is mended, put them into the bus again.",
			Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible", Statistic: "Maximum",
			Dimensions: pulumi.StringMap{"QueueName": d.queue.Name},
			Above:      convention.At(0), Period: 60, For: 1,
		}, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
