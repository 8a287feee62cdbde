package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// flowLogs records the connections of the network in CloudWatch Logs.
func (n *Network) flowLogs(s *convention.Scope, args *NetworkArgs) error {
	account, err := s.Account()
	if err != nil {
		return err
	}
	name := s.Child("flow-logs")
	groupArgs := &cloudwatch.LogGroupArgs{
		RetentionInDays: pulumi.Int(convention.Choose(args.FlowLogsRetentionDays, s.Preset, 30, 7)),
		KmsKeyId:        args.KmsKeyArn,
		Tags:            s.Tags(""),
	}
	group, err := cloudwatch.NewLogGroup(s.Ctx, name, groupArgs, convention.With(s, args.Transform.LogGroup, groupArgs))
	if err != nil {
		return fmt.Errorf("creating the log group %s: %w", name, err)
	}
	roleArgs := &iam.RoleArgs{
		Name:                s.ShortName("flow-logs", 64),
		Description:         pulumi.String("Writes the flow logs of " + s.Name),
		AssumeRolePolicy:    convention.AssumedBy("vpc-flow-logs.amazonaws.com", account.ID),
		PermissionsBoundary: args.PermissionsBoundaryArn,
		Tags:                s.Tags(""),
	}
	role, err := iam.NewRole(s.Ctx, name, roleArgs, convention.With(s, args.Transform.Role, roleArgs))
	if err != nil {
		return fmt.Errorf("creating the role %s: %w", name, err)
	}
	// Of the actions in https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
	// those that are needed for a log group that exists already.
	policyArgs := &iam.RolePolicyArgs{
		Role: role.ID(),
		Policy: convention.Policy(convention.Statement{
			Sid:       "WriteFlowLogs",
			Actions:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
			Resources: []pulumi.StringInput{group.Arn, pulumi.Sprintf("%s:*", group.Arn)},
		}),
	}
	policy, err := iam.NewRolePolicy(s.Ctx, name, policyArgs, convention.With(s, args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return fmt.Errorf("creating the policy %s: %w", name, err)
	}
	logArgs := &ec2.FlowLogArgs{
		VpcId: n.VpcId, TrafficType: pulumi.String("ALL"),
		LogDestinationType: pulumi.String("cloud-watch-logs"), LogDestination: group.Arn, IamRoleArn: role.Arn,
		Tags: s.Tags(name),
	}
	// A flow log that may not write yet goes into an error state and stays silent for a while.
	if _, err := ec2.NewFlowLog(s.Ctx, name, logArgs, convention.With(s, args.Transform.FlowLog, logArgs, pulumi.DependsOn([]pulumi.Resource{policy}))); err != nil {
		return fmt.Errorf("creating the flow log %s: %w", name, err)
	}
	return nil
}
