package queue

import (
	"fmt"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const logGroupTarget = "log-group"

// A targetType is something that a rule can lead events to. AWS recommends a role
// for all targets but log groups:
// https://aws.amazon.com/about-aws/whats-new/2025/03/amazon-eventbridge-iam-execution-role-all-targets/
// The older way are the policies of functions, queues and topics. That of a topic can
// have no condition on the rule, and that of a queue would need the rules of a bus
// that itself needs the queue.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
type targetType struct{ name, service, sid, action string }

var targetTypes = []targetType{
	{"bus", "events", "PutEvents", "events:PutEvents"},
	{"function", "lambda", "Call", "lambda:InvokeFunction"},
	{"queue", "sqs", "Send", "sqs:SendMessage"},
	{"state-machine", "states", "Start", "states:StartExecution"},
	{"stream", "kinesis", "Put", "kinesis:PutRecord"},
	{"topic", "sns", "Publish", "sns:Publish"},
	{logGroupTarget, "logs", "", ""},
}

// createPolicy says on the bus who may put events into it: who of this account an IAM
// policy allows to, and nobody else. To name the account gives nobody more than that:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
// Other accounts are let in by the transform, since a bus has one policy.
func (b *busBuilder) createPolicy() error {
	if b.existing {
		return nil
	}
	args := &cloudwatch.EventBusPolicyArgs{EventBusName: b.name, Policy: convention.Policy(convention.Statement{
		Sid: "OwnAccount", AWS: []pulumi.StringInput{pulumi.Sprintf("arn:%s:iam::%s:root", b.account.Partition, b.account.ID)},
		Actions: []string{"events:PutEvents"}, Resources: []pulumi.StringInput{b.arn},
	})}
	if _, err := cloudwatch.NewEventBusPolicy(b.Ctx, b.Child("policy"), args, convention.With(b.Scope, b.args.Transform.Policy, args)); err != nil {
		return fmt.Errorf("creating the policy of the bus: %w", err)
	}
	return nil
}

// createRole makes the role that EventBridge delivers with, which may do exactly
// what these targets take.
func (b *busBuilder) createRole() error {
	var statements []convention.Statement
	var services []pulumi.StringInput
	for _, t := range targetTypes {
		arns := b.targetsOf(t.name)
		if len(arns) == 0 || t.name == logGroupTarget {
			continue
		}
		statements = append(statements, convention.Statement{Sid: t.sid, Actions: []string{t.action}, Resources: arns})
		if t.name == "queue" || t.name == "stream" || t.name == "topic" {
			services = append(services, pulumi.String(t.service+"."+b.account.Region+".amazonaws.com"))
		}
	}
	if len(statements) == 0 {
		return nil
	}
	if len(b.args.TargetKmsKeyArns) > 0 {
		statements = append(statements, convention.Statement{
			Sid: "UseKeys", Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"}, Resources: b.args.TargetKmsKeyArns,
			Conditions: convention.When("StringEquals", "kms:ViaService", services...),
		})
	}
	roleArgs := &iam.RoleArgs{
		Name:                b.ShortName("targets", 64),
		Description:         pulumi.String("Delivers the events of the bus " + b.Name),
		AssumeRolePolicy:    convention.AssumedBy("events.amazonaws.com", b.account.ID),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Tags:                b.Tags(""),
	}
	role, err := iam.NewRole(b.Ctx, b.Child("targets"), roleArgs, convention.With(b.Scope, b.args.Transform.Role, roleArgs))
	if err != nil {
		return fmt.Errorf("creating the role for targets: %w", err)
	}
	policyArgs := &iam.RolePolicyArgs{Role: role.Name, Policy: convention.Policy(statements...)}
	policy, err := iam.NewRolePolicy(b.Ctx, b.Child("targets"), policyArgs, convention.With(b.Scope, b.args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return fmt.Errorf("creating the policy of the role for targets: %w", err)
	}
	b.role, b.before = role, append(b.before, policy)
	return nil
}

// targetsOf are the targets of one type; one that several rules lead to is there once.
func (b *busBuilder) targetsOf(name string) []pulumi.StringInput {
	var given, arns []pulumi.StringInput
	for i, t := range b.args.TargetTypes {
		if t == name && !slices.Contains(given, b.args.TargetArns[i]) {
			given = append(given, b.args.TargetArns[i])
			arns = append(arns, b.target(i))
		}
	}
	return arns
}

// createLogPolicy lets EventBridge write to the log groups among the targets, which
// takes a policy of the account, of which there can be ten. Only the events
// themselves are sent on behalf of a rule.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
func (b *busBuilder) createLogPolicy() error {
	var groups, rules []pulumi.StringInput
	for i, t := range b.args.TargetTypes {
		if t == logGroupTarget {
			rules = append(rules, b.rules[i].Arn)
		}
	}
	for _, arn := range b.targetsOf(logGroupTarget) {
		groups = append(groups, pulumi.Sprintf("%s:*", arn))
	}
	if len(groups) == 0 {
		return nil
	}
	services := []string{"events.amazonaws.com", "delivery.logs.amazonaws.com"}
	args := &cloudwatch.LogResourcePolicyArgs{
		PolicyName: pulumi.String(b.Ctx.Project() + "-" + b.Ctx.Stack() + "-" + b.Name),
		PolicyDocument: convention.Policy(
			convention.Statement{Sid: "OpenStream", Services: services, Actions: []string{"logs:CreateLogStream"}, Resources: groups},
			convention.Statement{
				Sid: "WriteEvents", Services: services, Actions: []string{"logs:PutLogEvents"}, Resources: groups,
				Conditions: convention.When("ArnEquals", "aws:SourceArn", rules...),
			},
		),
	}
	policy, err := cloudwatch.NewLogResourcePolicy(b.Ctx, b.Child("log-policy"), args, convention.With(b.Scope, b.args.Transform.LogPolicy, args))
	if err != nil {
		return fmt.Errorf("creating the policy for log groups: %w", err)
	}
	b.before = append(b.before, policy)
	return nil
}
