package queue

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sfn"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// sagaRole makes the role that the state machine runs with.
func sagaRole(s *convention.Scope, args *SagaArgs, account convention.Account, functions []pulumi.StringOutput, group *cloudwatch.LogGroup) (*iam.Role, *iam.RolePolicy, error) {
	roleArgs := &iam.RoleArgs{
		Name:                s.ShortName("role", 64),
		Description:         pulumi.String("Runs the saga " + s.Name),
		AssumeRolePolicy:    convention.AssumedBy("states.amazonaws.com", account.ID),
		PermissionsBoundary: args.PermissionsBoundaryArn,
		Tags:                s.Tags(""),
	}
	role, err := iam.NewRole(s.Ctx, s.Child("role"), roleArgs, convention.With(s, args.Transform.Role, roleArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the role of %s: %w", s.Name, err)
	}
	policyArgs := &iam.RolePolicyArgs{Role: role.Name, Policy: sagaPolicy(args, account, functions, group)}
	policy, err := iam.NewRolePolicy(s.Ctx, s.Child("role"), policyArgs, convention.With(s, args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the policy of the role of %s: %w", s.Name, err)
	}
	return role, policy, nil
}

// sagaPolicy allows to call these functions and no others, and to write what happened.
func sagaPolicy(args *SagaArgs, account convention.Account, functions []pulumi.StringOutput, group *cloudwatch.LogGroup) pulumi.StringOutput {
	every := []pulumi.StringInput{pulumi.String("*")}
	statements := []convention.Statement{
		// None of these knows a resource: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
		{Sid: "DeliverLog", Resources: every, Actions: []string{
			"logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery", "logs:DeleteLogDelivery", "logs:ListLogDeliveries",
			"logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
		}},
		{Sid: "WriteLog", Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", group.Arn)}, Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}},
		// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
		{Sid: "Trace", Resources: every, Actions: []string{
			"xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
		}},
	}
	if args.KmsKeyArn != nil {
		key := []pulumi.StringInput{args.KmsKeyArn.ToStringPtrOutput().Elem()}
		// The state machine cannot be named before there is its role.
		// https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
		statements = append(statements,
			convention.Statement{
				Sid: "EncryptHistory", Resources: key, Actions: []string{"kms:Decrypt", "kms:GenerateDataKey"},
				Conditions: convention.When("StringLike", "kms:EncryptionContext:aws:states:stateMachineArn", pulumi.String(account.ARN("states", "stateMachine:*"))),
			},
			convention.Statement{
				Sid: "EncryptLog", Resources: key, Actions: []string{"kms:GenerateDataKey"},
				Conditions: convention.When("StringLike", "kms:EncryptionContext:SourceArn", pulumi.String(account.ARN("logs", "*"))),
			})
	}
	all := []any{convention.Policy(statements...)}
	for _, f := range functions {
		all = append(all, f)
	}
	// One function may do or undo several steps; it stands in the policy once.
	return pulumi.All(all...).ApplyT(func(all []any) (string, error) {
		var document map[string]any
		if err := json.Unmarshal([]byte(all[0].(string)), &document); err != nil {
			return "", err
		}
		var arns []string
		for _, arn := range all[1:] {
			arns = append(arns, arn.(string))
		}
		slices.Sort(arns)
		arns = slices.Compact(arns)
		var resource any = arns
		if len(arns) == 1 {
			resource = arns[0]
		}
		call := map[string]any{"Sid": "CallFunctions", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource}
		document["Statement"] = append([]any{call}, document["Statement"].([]any)...)
		text, err := json.Marshal(document)
		return string(text), err
	}).(pulumi.StringOutput)
}

// sagaAlarms say when sagas end in a way that leaves something to do.
// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
func sagaAlarms(s *convention.Scope, args *SagaArgs, machine *sfn.StateMachine) error {
	failed := "A saga " + s.Name + " is half done: a compensation failed in all its attempts. Find the failed execution; its history says at which step. Mend the cause, then call the compensations of that step and of those before it by hand, with the input in the history."
	if convention.Or(args.CompensatedFails, false) {
		failed = "Sagas " + s.Name + " fail. Find the failed executions: one with the error Compensated was undone and is over; one with NeedsAttention is half done, and its last compensation and those before it have to be called by hand."
	}
	half := " Its steps are half done and nothing undoes them. Find the execution, see in its history how far it came, and call the compensations by hand from there backwards."
	for _, a := range []convention.Alarm{
		{Role: "failed", Metric: "ExecutionsFailed", Meaning: failed},
		{Role: "throttled", Metric: "ExecutionThrottled", For: 3, Meaning: "Sagas " + s.Name + " wait for Step Functions: what they do happens late. Ask AWS for a higher quota of state transitions, or start fewer at a time."},
		{Role: "timed-out", Metric: "ExecutionsTimedOut", Meaning: "A saga " + s.Name + " took longer than all its attempts can take." + half},
		{Role: "aborted", Metric: "ExecutionsAborted", Meaning: "Somebody stopped a saga " + s.Name + "." + half},
	} {
		a.Namespace, a.Statistic, a.Period, a.For = "AWS/States", "Sum", 60, max(a.For, 1)
		a.Above = convention.At(0)
		a.Dimensions = pulumi.StringMap{"StateMachineArn": machine.Arn}
		if err := s.Alarm(a, args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
