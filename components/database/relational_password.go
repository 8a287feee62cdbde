package database

import (
	"encoding/json"
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// password gives the primary a master password, and returns how to find the
// ARN of its secret. RDS makes, keeps and rotates the password where it can. It
// refuses to create a read replica of a PostgreSQL or MySQL instance whose
// password it manages:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html#rds-secrets-manager-limitations
func (b *builder) password(args *rds.InstanceArgs) (func(*rds.Instance) pulumi.StringOutput, error) {
	if b.replicas > 0 {
		secret, err := b.ownPassword(args)
		if err != nil {
			return nil, err
		}
		return func(*rds.Instance) pulumi.StringOutput { return secret.Arn }, nil
	}
	args.ManageMasterUserPassword = pulumi.Bool(true)
	if b.args.KmsKeyArn != nil {
		args.MasterUserSecretKmsKeyId = b.args.KmsKeyArn
	}
	return func(primary *rds.Instance) pulumi.StringOutput {
		return convention.Deployed(primary.ID(), primary.MasterUserSecrets.Index(pulumi.Int(0)).SecretArn())
	}, nil
}

// ownPassword keeps a password in a secret shaped like the one of RDS. AWS makes
// up another one in every run: the secret keeps its first, and the instance gets
// what is in the secret, so that they agree even if an update stops halfway.
func (b *builder) ownPassword(args *rds.InstanceArgs) (*secretsmanager.Secret, error) {
	secretArgs := &secretsmanager.SecretArgs{
		Description:          pulumi.String("Master user of database " + b.Name),
		KmsKeyId:             b.args.KmsKeyArn,
		RecoveryWindowInDays: pulumi.Int(convention.Choose(nil, b.Preset, 30, 7)),
		Tags:                 b.Tags(""),
	}
	secret, err := secretsmanager.NewSecret(b.Ctx, b.Child("master"), secretArgs,
		convention.With(b.Scope, b.args.Transform.Secret, secretArgs, pulumi.Protect(b.protected)))
	if err != nil {
		return nil, fmt.Errorf("creating the secret of %s: %w", b.Name, err)
	}
	made := secretsmanager.GetRandomPasswordOutput(b.Ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength: pulumi.Int(40), ExcludePunctuation: pulumi.Bool(true), // MySQL takes 41, and not all signs
	}, b.Invoke()).RandomPassword()
	versionArgs := &secretsmanager.SecretVersionArgs{
		SecretId: secret.ID(),
		SecretString: pulumi.ToSecret(pulumi.JSONMarshal(pulumi.StringMap{
			"username": pulumi.String(b.username), "password": made,
		})).(pulumi.StringOutput).ToStringPtrOutput(),
	}
	version, err := secretsmanager.NewSecretVersion(b.Ctx, b.Child("master"), versionArgs,
		convention.With(b.Scope, b.args.Transform.SecretVersion, versionArgs, pulumi.Protect(b.protected), pulumi.IgnoreChanges([]string{"secretString"})))
	if err != nil {
		return nil, fmt.Errorf("filling the secret of %s: %w", b.Name, err)
	}
	args.Password = pulumi.ToSecret(version.SecretString.Elem().ApplyT(func(text string) (string, error) {
		var content struct{ Password string }
		if err := json.Unmarshal([]byte(text), &content); err != nil {
			return "", fmt.Errorf("the secret of %s is not JSON: %w", b.Name, err)
		}
		return content.Password, nil
	})).(pulumi.StringOutput).ToStringPtrOutput()
	return secret, nil
}
