package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// deliveryLogs is the role that SNS logs the failed deliveries of a topic with; nil
// without such logs.
type deliveryLogs struct {
	*convention.Scope
	account   convention.Account
	transform *TopicTransform
	role      *iam.Role
}

// newDeliveryLogs makes the role, which the topic names. That SNS takes it on for this
// topic alone cannot stand in the role, since the topic comes after it: what it may write
// is the log of this topic alone.
//
// AWS does not say whether SNS tells the account whose topic it logs for, so the condition
// holds where it does. Where it does not, no other account can have its topics use the
// role either: it would have to pass it, and roles are passed within their account only.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func newDeliveryLogs(s *convention.Scope, args *TopicArgs) (*deliveryLogs, error) {
	if !convention.Choose(args.DeliveryLogs, s.Preset, true, false) {
		return nil, nil
	}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	roleArgs := &iam.RoleArgs{
		Name:        s.ShortName("delivery-logs", 64), // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
		Description: pulumi.String("Logs what topic " + s.Name + " could not deliver"),
		AssumeRolePolicy: convention.Policy(convention.Statement{
			Services: []string{"sns.amazonaws.com"}, Actions: []string{"sts:AssumeRole"},
			Conditions: convention.When("StringEqualsIfExists", "aws:SourceAccount", pulumi.String(account.ID)),
		}),
		PermissionsBoundary: args.PermissionsBoundaryArn,
		Tags:                s.Tags(""),
	}
	role, err := iam.NewRole(s.Ctx, s.Child("delivery-logs"), roleArgs, convention.With(s, args.Transform.Role, roleArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the role that logs failed deliveries of %s: %w", s.Name, err)
	}
	return &deliveryLogs{Scope: s, account: account, transform: &args.Transform, role: role}, nil
}

// attach has the topic log failures, of the subscribers that Queue and Function are.
// A FIFO topic has no others than queues:
// https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
func (l *deliveryLogs) attach(args *sns.TopicArgs, fifo bool) {
	if l == nil {
		return
	}
	args.SqsFailureFeedbackRoleArn = l.role.Arn
	if !fifo {
		args.LambdaFailureFeedbackRoleArn = l.role.Arn
	}
}

// allow lets the role write to the log groups of the topic with this name, which SNS
// creates itself, and to no others.
// https://docs.aws.amazon.com/sns/latest/dg/topics-attrib-prereq.html
func (l *deliveryLogs) allow(topic pulumi.StringOutput) error {
	if l == nil {
		return nil
	}
	group := pulumi.Sprintf("%s/%s/%s/%s", l.account.ARN("logs", "log-group:sns"), l.account.Region, l.account.ID, topic)
	args := &iam.RolePolicyArgs{Role: l.role.Name, Policy: convention.Policy(convention.Statement{
		Sid: "WriteLogs", Actions: []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", group), pulumi.Sprintf("%s/*", group)}, // those of failures end in /Failure
	})}
	if _, err := iam.NewRolePolicy(l.Ctx, l.Child("delivery-logs"), args, convention.With(l.Scope, l.transform.RolePolicy, args)); err != nil {
		return fmt.Errorf("letting the role log failed deliveries of %s: %w", l.Name, err)
	}
	return nil
}
