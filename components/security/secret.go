package security

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// SecretToken is the type of Secret in Pulumi's state.
const SecretToken = "scaffold:security:Secret"

// SecretArgs are the arguments of a Secret.
type SecretArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// What the secret is for, shown in the console. Default: the name of the component.
	Description string `pulumi:"description,optional"`
	// What the secret holds. Default: a password that AWS makes up, by itself or, with
	// a username, in JSON with the fields "username" and "password". Pulumi keeps either
	// encrypted in its state.
	Value pulumi.StringPtrInput `pulumi:"value,optional"`
	// The length of the password that AWS makes up, of letters and digits, 16 to 128.
	// Default: 40.
	PasswordLength *int `pulumi:"passwordLength,optional"`
	// The name of the user whose password this is. Required for a database user.
	Username string `pulumi:"username,optional"`
	// The ARN of the KMS key that encrypts the secret; of an existing secret, the one
	// that does. Default: see ownKey.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// Create a KMS key for this secret alone, at a dollar a month, so that who may use
	// it can be seen and stopped. Default, without kmsKeyArn: true in production, false
	// in sandbox, where AWS's key for Secrets Manager encrypts the secret.
	OwnKey *bool `pulumi:"ownKey,optional"`
	// The regions beside that of the provider in which the secret can be read. Default: none.
	ReplicaRegions []string `pulumi:"replicaRegions,optional"`
	// The ARNs of the KMS keys that encrypt the replicas, in the order of
	// replicaRegions, each of its region. Default: in each region AWS's key for Secrets
	// Manager.
	ReplicaKmsKeyArns []pulumi.StringInput `pulumi:"replicaKmsKeyArns,optional"`
	// How the secret is changed regularly: "single-user" (a database user gets a new
	// password), "alternating-users" (a second database user with the same permissions
	// gets one and takes over, so that the password in use stays valid until the next
	// rotation) or "function" (a function of yours does it). Default: never. The
	// password of a Relational's master user is rotated by RDS instead.
	Rotation string `pulumi:"rotation,optional"`
	// How often the secret is rotated, in days, 1 to 1000. Default: 30.
	RotationDays *int `pulumi:"rotationDays,optional"`
	// The ARN of your function that rotates the secret, of one of its aliases too. It
	// needs a failure destination like any other. Required with the rotation "function".
	RotationFunctionArn pulumi.StringPtrInput `pulumi:"rotationFunctionArn,optional"`
	// The ARN of the role of your function, which is allowed to rotate this secret.
	// Required with the rotation "function".
	RotationRoleArn pulumi.StringPtrInput `pulumi:"rotationRoleArn,optional"`
	// The database engine: "postgres" or "mysql". Required for a database user.
	Engine string `pulumi:"engine,optional"`
	// The host name of the database. Required for a database user.
	DatabaseHost pulumi.StringPtrInput `pulumi:"databaseHost,optional"`
	// The TCP port of the database, in digits. Default: that of the engine.
	DatabasePort pulumi.StringPtrInput `pulumi:"databasePort,optional"`
	// The name of the database. Default: "app".
	DatabaseName pulumi.StringPtrInput `pulumi:"databaseName,optional"`
	// The ARN of the secret of the database's master user, as JSON with the fields
	// "username" and "password". Required with "alternating-users". With "single-user" it
	// lets the rotation create the user and mend its password; without it, a
	// migration has to create the user with the password that is in the secret.
	MasterSecretArn pulumi.StringPtrInput `pulumi:"masterSecretArn,optional"`
	// The ARN of the KMS key that encrypts the master user's secret. Default: AWS's key
	// for Secrets Manager.
	MasterKmsKeyArn pulumi.StringPtrInput `pulumi:"masterKmsKeyArn,optional"`
	// The VPC of the database. Required for a database user.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// The private subnets that the rotation runs in, from where it reaches both the
	// database and Secrets Manager. Required for a database user.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds,optional"`
	// The security group whose members the database lets in. Required for a database user.
	DatabaseClientSecurityGroupId pulumi.StringPtrInput `pulumi:"databaseClientSecurityGroupId,optional"`
	// How the rotation reaches Secrets Manager from its subnets: "endpoint" (an interface
	// endpoint for "secretsmanager") or "nat" (a NAT gateway). Required for a database
	// user: without a way there, every rotation would fail.
	SecretsManagerAccess string `pulumi:"secretsManagerAccess,optional"`
	// The security group of the interface endpoint. Required with "endpoint".
	EndpointSecurityGroupId pulumi.StringPtrInput `pulumi:"endpointSecurityGroupId,optional"`
	// The certificate authorities (PEM) that the database's certificate is checked
	// against, beside the public ones. Default: those of RDS in this region.
	CaCertificates string `pulumi:"caCertificates,optional"`
	// For how many days CloudWatch keeps the logs of the rotation of a database user.
	// Default: 90 in production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The ARN of the KMS key that encrypts the logs of the rotation of a database user.
	// Its policy must let CloudWatch Logs use it, as a Key with the service "logs" does.
	// Default: the secret's own key (see ownKey), and without one a key of AWS.
	LogKmsKeyArn pulumi.StringPtrInput `pulumi:"logKmsKeyArn,optional"`
	// The ARN of the permissions boundary of the role that rotates a database user.
	// Default: none.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// Keep the secret and its own key from being deleted by one mistake. To delete them,
	// set this to false, update, then destroy. Default: true in production, false in
	// sandbox. A deleted secret can be restored for 30 days, in sandbox for 7.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of the topic that gets the component's alarm (a rotation that failed).
	// Default: no alarm.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// The ARN of a secret that exists already: nothing is created, and the component's
	// outputs are those of that secret.
	ExistingSecretArn pulumi.StringPtrInput `pulumi:"existingSecretArn,optional"`
	// Tags of all that is created, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform SecretTransform
}

// SecretTransform reaches every property of the children of a Secret.
type SecretTransform struct {
	Secret        func(*secretsmanager.SecretArgs, *[]pulumi.ResourceOption)
	SecretVersion func(*secretsmanager.SecretVersionArgs, *[]pulumi.ResourceOption)
	SecretPolicy  func(*secretsmanager.SecretPolicyArgs, *[]pulumi.ResourceOption)
	Rotation      func(*secretsmanager.SecretRotationArgs, *[]pulumi.ResourceOption)
	Key           func(*kms.KeyArgs, *[]pulumi.ResourceOption)
	Alias         func(*kms.AliasArgs, *[]pulumi.ResourceOption)
	Function      func(*lambda.FunctionArgs, *[]pulumi.ResourceOption)
	Permission    func(*lambda.PermissionArgs, *[]pulumi.ResourceOption)
	Role          func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy    func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	SecurityGroup func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	EgressRule    func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup      func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Alarm         convention.AlarmTransform
}

// Secret is a value in Secrets Manager that only this account reads, over TLS only,
// and that can be rotated.
//
// The secret of a database user is JSON with the fields "engine", "host", "port",
// "dbname", "username" and "password". Read it when connecting, rather than have it
// injected once when the program starts: with "single-user", the password in use is
// invalid as soon as a rotation ends.
type Secret struct {
	pulumi.ResourceState

	// The ARN of the secret.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the secret.
	Name pulumi.StringOutput `pulumi:"name"`
	// An IAM policy (JSON) that allows to read the secret in all its regions, and to
	// use its keys for it.
	ReaderPolicy pulumi.StringOutput `pulumi:"readerPolicy"`
}

// NewSecret creates a Secret. It fails for a rotation that could not reach the
// database or Secrets Manager, and for arguments that would have no effect.
func NewSecret(ctx *pulumi.Context, name string, args *SecretArgs, opts ...pulumi.ResourceOption) (*Secret, error) {
	if args == nil {
		args = &SecretArgs{}
	}
	s := convention.Open(ctx, SecretToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &secretBuilder{Scope: s, args: args, secretSettings: secretSettingsOf(s, args)}
	if args.ExistingSecretArn != nil {
		b.checkExisting()
	} else {
		b.check()
	}
	secret := &Secret{}
	if err := s.Register(secret, args, opts...); err != nil {
		return nil, err
	}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	for _, region := range args.ReplicaRegions {
		if region == account.Region {
			return nil, fmt.Errorf("%s %q: replicaRegions: %q is the region of the secret itself; name other regions only", s.Token, name, region)
		}
	}
	b.account = account

	if args.ExistingSecretArn != nil {
		b.existing(secret)
	} else if err := b.create(secret); err != nil {
		return nil, err
	}
	secret.ReaderPolicy = b.readerPolicy(secret.Arn)
	return secret, s.Done()
}
