package compute

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// How long EventBridge goes on trying to hand an event over: a day, or 185 times, as
// it does by itself (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html).
const (
	deliverySeconds  = 24 * 60 * 60
	deliveryAttempts = 185
)

// permit lets a service invoke the alias for one source.
func (b *functionBuilder) permit(role, service string, source pulumi.StringInput) (*lambda.Permission, error) {
	args := &lambda.PermissionArgs{
		Action: pulumi.String("lambda:InvokeFunction"), Function: b.function.Name, Qualifier: b.alias.Name,
		Principal: pulumi.String(service), SourceArn: source.ToStringOutput().ToStringPtrOutput(),
		// A replacement exists beside what it replaces, and must not have its name.
		StatementId: pulumi.All(source, b.alias.Arn).ApplyT(func(all []any) string {
			digest := sha256.Sum256([]byte(all[0].(string) + "\x00" + all[1].(string)))
			return "source-" + hex.EncodeToString(digest[:])[:16]
		}).(pulumi.StringOutput).ToStringPtrOutput(),
	}
	made, err := lambda.NewPermission(b.Ctx, b.Child("from-"+role), args, convention.With(b.Scope, b.args.Transform.Permission, args))
	if err != nil {
		return nil, fmt.Errorf("letting %s invoke the function: %w", role, err)
	}
	return made, nil
}

// createSubscriptions subscribes the alias to the topics. SNS would drop what it sends
// before it may.
func (b *functionBuilder) createSubscriptions() error {
	for i, topic := range b.args.TopicArns {
		name := b.args.TopicNames[i]
		permission, err := b.permit("topic-"+name, "sns.amazonaws.com", topic)
		if err != nil {
			return err
		}
		args := &sns.TopicSubscriptionArgs{
			Topic: topic, Protocol: pulumi.String("lambda"), Endpoint: b.alias.Arn,
			RedrivePolicy: pulumi.JSONMarshal(pulumi.Map{"deadLetterTargetArn": b.failures}),
		}
		_, err = sns.NewTopicSubscription(b.Ctx, b.Child("topic-"+name), args,
			convention.With(b.Scope, b.args.Transform.Subscription, args, pulumi.DependsOn([]pulumi.Resource{permission, b.failurePolicy})))
		if err != nil {
			return fmt.Errorf("subscribing to %s: %w", name, err)
		}
	}
	return nil
}

// createSchedule invokes the function in time. The scheduler does it with a role.
func (b *functionBuilder) createSchedule() error {
	if b.args.Schedule == "" {
		return nil
	}
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
	role, err := b.newRole("schedule", "Invokes "+b.Name+" in time", "scheduler.amazonaws.com")
	if err != nil {
		return err
	}
	statements := append([]convention.Statement{{
		Sid: "Invoke", Actions: []string{"lambda:InvokeFunction"}, Resources: []pulumi.StringInput{b.alias.Arn},
	}}, b.sendFailures()...)
	if b.args.KmsKeyArn != nil {
		statements = append(statements, b.decryptSchedule())
	}
	if err := b.allow("schedule", role, convention.Policy(statements...)); err != nil {
		return err
	}
	args := &scheduler.ScheduleArgs{
		Name:                       b.ShortName("schedule", 64), // https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
		ScheduleExpression:         pulumi.String(b.args.Schedule),
		ScheduleExpressionTimezone: pulumi.String(b.timezone),
		FlexibleTimeWindow:         scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
		KmsKeyArn:                  b.args.KmsKeyArn,
		Target: scheduler.ScheduleTargetArgs{
			Arn: b.alias.Arn, RoleArn: role.Arn, Input: pulumi.String(b.input),
			DeadLetterConfig: scheduler.ScheduleTargetDeadLetterConfigArgs{Arn: b.failures},
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumEventAgeInSeconds: pulumi.Int(deliverySeconds), MaximumRetryAttempts: pulumi.Int(deliveryAttempts),
			},
		},
	}
	if _, err := scheduler.NewSchedule(b.Ctx, b.Child("schedule"), args, convention.With(b.Scope, b.args.Transform.Schedule, args, pulumi.DependsOn(b.before))); err != nil {
		return fmt.Errorf("creating the schedule: %w", err)
	}
	return nil
}

// decryptSchedule lets the scheduler read what it hands over, of which the role is
// the only reader: whoever creates the schedule encrypts it with permissions of their
// own. The scheduler says which schedule it decrypts for. Which one that is cannot stand
// here: the schedule is created only when the role can decrypt.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
func (b *functionBuilder) decryptSchedule() convention.Statement {
	return convention.Statement{
		Sid: "DecryptSchedule", Actions: []string{"kms:Decrypt"}, Resources: []pulumi.StringInput{b.args.KmsKeyArn.ToStringPtrOutput().Elem()},
		Conditions: convention.When("ArnLike", "kms:EncryptionContext:aws:scheduler:schedule:arn", pulumi.String(b.account.ARN("scheduler", "schedule/default/*"))),
	}
}

// createRule makes the rule on the bus; its target comes once the failure queue lets
// the rule in.
func (b *functionBuilder) createRule() error {
	if b.args.EventPattern == "" {
		return nil
	}
	args := &cloudwatch.EventRuleArgs{
		Description:  pulumi.String("Events for " + b.Name),
		EventBusName: b.args.EventBusName,
		EventPattern: pulumi.String(b.args.EventPattern),
		Tags:         b.Tags(""),
	}
	// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html
	args.Name = b.ShortName("rule", 64, textOrEmpty(b.args.EventBusName))
	var err error
	if b.rule, err = cloudwatch.NewEventRule(b.Ctx, b.Child("rule"), args, convention.With(b.Scope, b.args.Transform.Rule, args)); err != nil {
		return fmt.Errorf("creating the rule: %w", err)
	}
	return nil
}

func (b *functionBuilder) createTarget() error {
	if b.rule == nil {
		return nil
	}
	permission, err := b.permit("rule", "events.amazonaws.com", b.rule.Arn)
	if err != nil {
		return err
	}
	args := &cloudwatch.EventTargetArgs{
		Rule: b.rule.Name, EventBusName: b.args.EventBusName, TargetId: pulumi.String("function"), Arn: b.alias.Arn,
		DeadLetterConfig: cloudwatch.EventTargetDeadLetterConfigArgs{Arn: b.failures},
		RetryPolicy: cloudwatch.EventTargetRetryPolicyArgs{
			MaximumEventAgeInSeconds: pulumi.Int(deliverySeconds), MaximumRetryAttempts: pulumi.Int(deliveryAttempts),
		},
	}
	_, err = cloudwatch.NewEventTarget(b.Ctx, b.Child("rule"), args,
		convention.With(b.Scope, b.args.Transform.Target, args, pulumi.DependsOn([]pulumi.Resource{permission, b.failurePolicy})))
	if err != nil {
		return fmt.Errorf("creating the target of the rule: %w", err)
	}
	return nil
}
