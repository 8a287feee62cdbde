package compute

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *functionBuilder) createLogGroup() error {
	args := &cloudwatch.LogGroupArgs{RetentionInDays: pulumi.Int(b.logRetention), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags("")}
	var err error
	if b.logs, err = cloudwatch.NewLogGroup(b.Ctx, b.Child("logs"), args, convention.With(b.Scope, b.args.Transform.LogGroup, args)); err != nil {
		return fmt.Errorf("creating the log group: %w", err)
	}
	return nil
}

// createRole makes the role that the code runs with.
func (b *functionBuilder) createRole() error {
	role, err := b.newRole("function", "The code of "+b.Name, "lambda.amazonaws.com")
	if err != nil {
		return err
	}
	b.role = role
	statements := append([]convention.Statement{
		{Sid: "WriteLogs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", b.logs.Arn)}},
		{
			// AWS knows no resources of them
			// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html).
			Sid: "Trace", Actions: []string{"xray:PutTraceSegments", "xray:PutTelemetryRecords"}, Resources: []pulumi.StringInput{pulumi.String("*")},
		},
	}, b.sendFailures()...)
	if b.args.KmsKeyArn != nil {
		// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
		statements = append(statements, b.UseKey("DecryptEnvironment", "lambda", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt"))
	}
	if err := b.allow("function", role, convention.Policy(statements...)); err != nil {
		return err
	}
	for i, policy := range b.args.Policies {
		if err := b.allow("policy-"+strconv.Itoa(i+1), role, policy); err != nil {
			return err
		}
	}
	return nil
}

func (b *functionBuilder) newRole(role, description, service string) (*iam.Role, error) {
	args := &iam.RoleArgs{
		Name:                b.ShortName(role, 64), // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
		Description:         pulumi.String(description),
		AssumeRolePolicy:    convention.AssumedBy(service, b.account.ID),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Tags:                b.Tags(""),
	}
	made, err := iam.NewRole(b.Ctx, b.Child(role), args, convention.With(b.Scope, b.args.Transform.Role, args))
	if err != nil {
		return nil, fmt.Errorf("creating the %s role: %w", role, err)
	}
	return made, nil
}

func (b *functionBuilder) allow(role string, to *iam.Role, policy pulumi.StringInput) error {
	args := &iam.RolePolicyArgs{Role: to.Name, Policy: policy}
	made, err := iam.NewRolePolicy(b.Ctx, b.Child(role), args, convention.With(b.Scope, b.args.Transform.Policy, args))
	if err != nil {
		return fmt.Errorf("creating the policy %s: %w", role, err)
	}
	b.before = append(b.before, made)
	return nil
}
