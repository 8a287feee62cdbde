package security

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// rotator is the function that rotates the secret, and what must exist before it can.
type rotator struct {
	arn    pulumi.StringInput
	name   pulumi.StringInput
	before []pulumi.Resource
}

// rotate has the secret rotated, if that is wanted.
func (b *secretBuilder) rotate(secret *secretsmanager.Secret, first ...pulumi.Resource) error {
	var r *rotator
	var err error
	switch {
	case b.ofDatabase():
		r, err = b.rotationFunction(secret)
	case b.args.Rotation == "function":
		r, err = b.givenFunction(secret)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	args := &secretsmanager.SecretRotationArgs{
		SecretId:          secret.ID(),
		RotationLambdaArn: r.arn.ToStringOutput().ToStringPtrOutput(),
		RotationRules:     secretsmanager.SecretRotationRotationRulesArgs{AutomaticallyAfterDays: pulumi.Int(b.rotationDays)},
		// Without the master user, the first rotation could only fail as long as no
		// migration has created the user.
		RotateImmediately: pulumi.Bool(!b.ofDatabase() || b.args.MasterSecretArn != nil),
	}
	if _, err := secretsmanager.NewSecretRotation(b.Ctx, b.Child("rotation"), args,
		convention.With(b.Scope, b.args.Transform.Rotation, args, pulumi.DependsOn(append(first, r.before...)))); err != nil {
		return fmt.Errorf("rotating the secret of %s: %w", b.Name, err)
	}
	// Secrets Manager's own event of a failed rotation reaches EventBridge only in
	// accounts with a trail. A rotation fails when its function does, which always counts:
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot_rotation.html
	return b.Alarm(convention.Alarm{
		Role:      "failed-rotations",
		Meaning:   "The rotation of secret " + b.Name + " failed. Programs go on with what the secret held before, which gets older than it should. Read the log of the function that rotates it; once the cause is mended, start the rotation in the Secrets Manager console.",
		Namespace: "AWS/Lambda", Metric: "Errors", Statistic: "Sum",
		Dimensions: pulumi.StringMap{"FunctionName": r.name},
		Above:      convention.At(0), Period: 300, For: 1,
	}, b.args.Transform.Alarm)
}

// givenFunction lets Secrets Manager call the user's function, and the function
// rotate this secret.
func (b *secretBuilder) givenFunction(secret *secretsmanager.Secret) (*rotator, error) {
	arn := b.args.RotationFunctionArn.ToStringPtrOutput().Elem()
	name := functionPart(arn, 6)
	permission, err := b.invokable(name.Elem(), functionPart(arn, 7))
	if err != nil {
		return nil, err
	}
	role := b.args.RotationRoleArn.ToStringPtrOutput().Elem().ApplyT(func(arn string) string {
		return arn[strings.LastIndex(arn, "/")+1:]
	}).(pulumi.StringOutput)
	policyArgs := &iam.RolePolicyArgs{Role: role, Policy: convention.Policy(b.rotates(secret.Arn)...)}
	policy, err := iam.NewRolePolicy(b.Ctx, b.Child("rotation"), policyArgs, convention.With(b.Scope, b.args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return nil, fmt.Errorf("letting the function rotate the secret of %s: %w", b.Name, err)
	}
	return &rotator{arn: arn, name: name.Elem(), before: []pulumi.Resource{permission, policy}}, nil
}

// functionPart is a part of the ARN of a function, arn:aws:lambda:region:account:function:name:alias,
// or nil if it has none.
func functionPart(arn pulumi.StringOutput, part int) pulumi.StringPtrOutput {
	return arn.ApplyT(func(arn string) *string {
		if parts := strings.Split(arn, ":"); len(parts) > part {
			return &parts[part]
		}
		return nil
	}).(pulumi.StringPtrOutput)
}

// invokable lets Secrets Manager call a function for secrets of this account.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
func (b *secretBuilder) invokable(function pulumi.StringInput, qualifier pulumi.StringPtrInput) (*lambda.Permission, error) {
	args := &lambda.PermissionArgs{
		Function: function, Qualifier: qualifier, Action: pulumi.String("lambda:InvokeFunction"),
		Principal: pulumi.String("secretsmanager.amazonaws.com"), SourceAccount: pulumi.String(b.account.ID),
	}
	permission, err := lambda.NewPermission(b.Ctx, b.Child("rotation"), args, convention.With(b.Scope, b.args.Transform.Permission, args))
	if err != nil {
		return nil, fmt.Errorf("letting Secrets Manager call the function that rotates %s: %w", b.Name, err)
	}
	return permission, nil
}

// rotates are the statements that let a function rotate the secret.
func (b *secretBuilder) rotates(secret pulumi.StringInput) []convention.Statement {
	statements := []convention.Statement{{
		Sid: "RotateSecret", Resources: []pulumi.StringInput{secret},
		Actions: []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"},
	}}
	if b.key != nil {
		statements = append(statements, b.UseKey("UseKey", "secretsmanager", b.key.ToStringPtrOutput().Elem(), "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return statements
}

func secretSuffix(arn pulumi.StringOutput) pulumi.StringOutput {
	return arn.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }).(pulumi.StringOutput)
}
