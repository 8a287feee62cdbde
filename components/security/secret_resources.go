package security

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// secretBuilder makes the children of a Secret.
type secretBuilder struct {
	*convention.Scope
	secretSettings
	args    *SecretArgs
	account convention.Account
	key     pulumi.StringPtrInput // nil: AWS's key for Secrets Manager
	logKey  pulumi.StringPtrInput // nil: AWS's key for CloudWatch Logs
}

func (b *secretBuilder) existing(made *Secret) {
	b.key = b.args.KmsKeyArn
	made.Arn = b.args.ExistingSecretArn.ToStringPtrOutput().Elem()
	made.Name = secretsmanager.LookupSecretOutput(b.Ctx, secretsmanager.LookupSecretOutputArgs{Arn: made.Arn.ToStringPtrOutput()}, b.Invoke()).Name()
}

func (b *secretBuilder) create(made *Secret) error {
	if err := b.encryption(); err != nil {
		return err
	}
	description := b.args.Description
	if description == "" {
		description = b.Name
	}
	args := &secretsmanager.SecretArgs{
		Description:          pulumi.String(description),
		KmsKeyId:             b.key,
		RecoveryWindowInDays: pulumi.Int(b.recoveryDays),
		Tags:                 b.Tags(""),
	}
	if len(b.args.ReplicaRegions) > 0 {
		replicas := secretsmanager.SecretReplicaArray{}
		for i, region := range b.args.ReplicaRegions {
			replica := secretsmanager.SecretReplicaArgs{Region: pulumi.String(region)}
			if len(b.args.ReplicaKmsKeyArns) > 0 {
				replica.KmsKeyId = b.args.ReplicaKmsKeyArns[i].ToStringOutput().ToStringPtrOutput()
			}
			replicas = append(replicas, replica)
		}
		args.Replicas = replicas
	}
	secret, err := secretsmanager.NewSecret(b.Ctx, b.Child("secret"), args, convention.With(b.Scope, b.args.Transform.Secret, args, pulumi.Protect(b.protected)))
	if err != nil {
		return fmt.Errorf("creating the secret of %s: %w", b.Name, err)
	}
	policyArgs := &secretsmanager.SecretPolicyArgs{SecretArn: secret.Arn, BlockPublicPolicy: pulumi.Bool(true), Policy: b.resourcePolicy(secret.Arn)}
	policy, err := secretsmanager.NewSecretPolicy(b.Ctx, b.Child("policy"), policyArgs, convention.With(b.Scope, b.args.Transform.SecretPolicy, policyArgs))
	if err != nil {
		return fmt.Errorf("creating the policy of %s: %w", b.Name, err)
	}
	version, err := b.version(secret)
	if err != nil {
		return err
	}
	made.Arn, made.Name = secret.Arn, secret.Name
	return b.rotate(secret, policy, version)
}

// version fills the secret. What AWS makes up is another one in every run, and what
// a rotation writes is not known here: the secret keeps what it has, unless what it
// holds is given and changes.
func (b *secretBuilder) version(secret *secretsmanager.Secret) (*secretsmanager.SecretVersion, error) {
	opts := []pulumi.ResourceOption{pulumi.Protect(b.protected)}
	if b.args.Value == nil || b.args.Rotation != "" {
		opts = append(opts, pulumi.IgnoreChanges([]string{"secretString"}))
	}
	args := &secretsmanager.SecretVersionArgs{
		SecretId:     secret.ID(),
		SecretString: pulumi.ToSecret(b.content()).(pulumi.StringOutput).ToStringPtrOutput(),
	}
	version, err := secretsmanager.NewSecretVersion(b.Ctx, b.Child("value"), args, convention.With(b.Scope, b.args.Transform.SecretVersion, args, opts...))
	if err != nil {
		return nil, fmt.Errorf("filling the secret of %s: %w", b.Name, err)
	}
	return version, nil
}

func (b *secretBuilder) content() pulumi.StringOutput {
	if b.args.Value != nil {
		return b.args.Value.ToStringPtrOutput().Elem()
	}
	password := secretsmanager.GetRandomPasswordOutput(b.Ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength: pulumi.Int(b.length), ExcludePunctuation: pulumi.Bool(true), // not all databases take all signs
	}, b.Invoke()).RandomPassword()
	if b.args.Username == "" {
		return password
	}
	fields := pulumi.Map{"username": pulumi.String(b.args.Username), "password": password}
	if b.ofDatabase() {
		// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
		fields["engine"] = pulumi.String(b.args.Engine)
		fields["host"] = b.args.DatabaseHost
		fields["port"] = known(b.args.DatabasePort, secretPorts[b.args.Engine]).ApplyT(strconv.Atoi).(pulumi.IntOutput)
		fields["dbname"] = known(b.args.DatabaseName, "app")
	}
	return pulumi.JSONMarshal(fields)
}

func known(given pulumi.StringPtrInput, fallback string) pulumi.StringOutput {
	if given == nil {
		return pulumi.String(fallback).ToStringOutput()
	}
	return given.ToStringPtrOutput().Elem()
}

// encryption finds or creates the key. What the account's policies say about it
// holds, as with AWS's own default policy.
func (b *secretBuilder) encryption() error {
	b.key, b.logKey = b.args.KmsKeyArn, b.args.LogKmsKeyArn
	if !b.ownKey {
		return nil
	}
	var services []string
	if b.ofDatabase() && b.logKey == nil {
		// What Logs encrypts is bound to log groups: it cannot decrypt the secret.
		services = []string{"logs"}
	}
	policy, err := keyPolicy(b.Scope, services)
	if err != nil {
		return err
	}
	args := &kms.KeyArgs{
		Description: pulumi.String("Secret " + b.Name), EnableKeyRotation: pulumi.Bool(true),
		DeletionWindowInDays: pulumi.Int(b.recoveryDays), Policy: policy, Tags: b.Tags(""),
	}
	key, err := kms.NewKey(b.Ctx, b.Child("key"), args, convention.With(b.Scope, b.args.Transform.Key, args, pulumi.Protect(b.protected)))
	if err != nil {
		return fmt.Errorf("creating the key of %s: %w", b.Name, err)
	}
	aliasArgs := &kms.AliasArgs{Name: pulumi.String(aliasName(b.Scope)), TargetKeyId: key.KeyId}
	if _, err := kms.NewAlias(b.Ctx, b.Child("alias"), aliasArgs, convention.With(b.Scope, b.args.Transform.Alias, aliasArgs)); err != nil {
		return fmt.Errorf("creating the alias of the key of %s: %w", b.Name, err)
	}
	b.key = key.Arn.ToStringPtrOutput()
	if len(services) > 0 {
		b.logKey = b.key
	}
	return nil
}

// resourcePolicy keeps plaintext and other accounts out, whatever policies they
// have. Who may read within the account is up to its identity policies.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
func (b *secretBuilder) resourcePolicy(arn pulumi.StringInput) pulumi.StringOutput {
	return convention.Policy(
		convention.TLSOnly("secretsmanager:*", arn),
		convention.Statement{
			Sid: "DenyOtherAccounts", Deny: true, Anyone: true, Actions: []string{"secretsmanager:*"}, Resources: []pulumi.StringInput{arn},
			Conditions: map[string]map[string][]pulumi.StringInput{
				"StringNotEquals": {"aws:PrincipalAccount": {pulumi.String(b.account.ID)}},
				// Secrets Manager itself copies the secret to its replicas.
				"BoolIfExists": {"aws:PrincipalIsAWSService": {pulumi.String("false")}},
			},
		},
	)
}

func (b *secretBuilder) readerPolicy(arn pulumi.StringOutput) pulumi.StringOutput {
	arns := []pulumi.StringInput{arn}
	for _, region := range b.args.ReplicaRegions {
		// The ARNs of replicas differ in the region only.
		arns = append(arns, pulumi.Sprintf("arn:%s:secretsmanager:%s:%s:secret:%s", b.account.Partition, region, b.account.ID, secretSuffix(arn)))
	}
	statements := []convention.Statement{{Sid: "ReadSecret", Actions: []string{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}, Resources: arns}}
	if b.key != nil {
		statements = append(statements, b.UseKey("UseKey", "secretsmanager", b.key.ToStringPtrOutput().Elem(), "kms:Decrypt"))
	}
	for i, key := range b.args.ReplicaKmsKeyArns {
		statements = append(statements, convention.Statement{
			Sid: fmt.Sprintf("UseReplicaKey%d", i+1), Actions: []string{"kms:Decrypt"}, Resources: []pulumi.StringInput{key},
			Conditions: convention.When("StringEquals", "kms:ViaService", pulumi.String("secretsmanager."+b.args.ReplicaRegions[i]+".amazonaws.com")),
		})
	}
	return convention.Policy(statements...)
}
