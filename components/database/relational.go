package database

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RelationalToken is the type of Relational in Pulumi's state.
const RelationalToken = "scaffold:database:Relational"

// RelationalArgs are the arguments of a Relational.
type RelationalArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The database engine: "postgres" (default) or "mysql".
	Engine string `pulumi:"engine,optional"`
	// The version of the engine: the major one, whose minor versions AWS keeps up to
	// date ("17", "8.4"), or a minor one to begin with ("17.5"). Default: "17" for
	// postgres, "8.4" for mysql. AWS moves to another major version only when this
	// argument does and the instance's transform sets AllowMajorVersionUpgrade and
	// ApplyImmediately.
	EngineVersion string `pulumi:"engineVersion,optional"`
	// The instance class, of the primary and of read replicas. Default: "db.m7g.large"
	// in production, "db.t4g.micro" in sandbox.
	InstanceClass string `pulumi:"instanceClass,optional"`
	// The storage to begin with, in GiB, 20 to 65536. Default: 100 in production, 20 in sandbox.
	StorageGib *int `pulumi:"storageGib,optional"`
	// How far AWS may grow the storage when less than a tenth of it is free, in GiB: at
	// least a tenth more than storageGib. Default: twice storageGib. Storage never shrinks.
	MaxStorageGib *int `pulumi:"maxStorageGib,optional"`
	// Keep a standby in another availability zone that takes over within minutes.
	// Default: true in production, false in sandbox.
	MultiAz *bool `pulumi:"multiAz,optional"`
	// The number of read replicas, 0 to 15. Default: 0. RDS cannot manage the master
	// password of a database with replicas: with any, the password is in a secret of
	// this component instead, and is not rotated by RDS.
	ReadReplicas *int `pulumi:"readReplicas,optional"`
	// The name of the database that is created: letters, digits and underscores.
	// Default: "app". Changing it means a new, empty database.
	DatabaseName string `pulumi:"databaseName,optional"`
	// The name of the master user, for administration rather than for programs:
	// letters, digits and underscores, at most 16. Default: "dbadmin".
	Username string `pulumi:"username,optional"`
	// The VPC. Required unless an existing instance is named.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// The subnets, best isolated ones, in at least two availability zones. Required
	// unless an existing instance is named.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds,optional"`
	// The ARN of the KMS key that encrypts storage, backups, performance data, logs
	// and the master password. CloudWatch Logs must be let use it, as a Key with the
	// service "logs" does. It cannot be changed later. Default: keys that AWS manages.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// For how many days the database can be restored to any second, 1 to 35.
	// Default: 14 in production, 1 in sandbox.
	BackupRetentionDays *int `pulumi:"backupRetentionDays,optional"`
	// Keep the database from being deleted by one mistake, and take a last snapshot
	// should it be deleted nevertheless. To delete it, set this to false, update, then
	// destroy. Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// Record which statements the load comes from, for seven days at no cost. Default:
	// true, but false for the small classes that AWS does not record MySQL on.
	PerformanceInsights *bool `pulumi:"performanceInsights,optional"`
	// How often the operating system is measured, in seconds: 0 (not at all), 1, 5,
	// 10, 15, 30 or 60. Default: 60 in production, 0 in sandbox.
	MonitoringIntervalSeconds *int `pulumi:"monitoringIntervalSeconds,optional"`
	// For how many days CloudWatch keeps the engine's logs. Default: 90 in production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The certificate authority that signs the server's certificate, for clients to
	// verify: "rds-ca-rsa2048-g1" (default), "rds-ca-rsa4096-g1" or "rds-ca-ecc384-g1".
	CaCertificate string `pulumi:"caCertificate,optional"`
	// The ARN of the permissions boundary of the role that measures the operating
	// system. Default: none.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (processor, storage,
	// memory, connections, replicas that lag). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// The identifier of an instance that exists already: only alarms are created, and
	// the component's outputs are those of that instance.
	ExistingInstanceIdentifier string `pulumi:"existingInstanceIdentifier,optional"`
	// The security group whose members the existing instance lets in. Required with an
	// existing instance.
	ExistingClientSecurityGroupId pulumi.StringPtrInput `pulumi:"existingClientSecurityGroupId,optional"`
	// The ARN of the secret with the existing instance's master password. Required with
	// an existing instance.
	ExistingSecretArn pulumi.StringPtrInput `pulumi:"existingSecretArn,optional"`
	// Tags of all that is created, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform RelationalTransform
}

// RelationalTransform reaches every property of the children of a Relational.
type RelationalTransform struct {
	Instance             func(*rds.InstanceArgs, *[]pulumi.ResourceOption)
	Replica              func(*rds.InstanceArgs, *[]pulumi.ResourceOption)
	ParameterGroup       func(*rds.ParameterGroupArgs, *[]pulumi.ResourceOption)
	SubnetGroup          func(*rds.SubnetGroupArgs, *[]pulumi.ResourceOption)
	ServerSecurityGroup  func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ClientSecurityGroup  func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule          func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule           func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup             func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	MonitoringRole       func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	MonitoringAttachment func(*iam.RolePolicyAttachmentArgs, *[]pulumi.ResourceOption)
	Secret               func(*secretsmanager.SecretArgs, *[]pulumi.ResourceOption)
	SecretVersion        func(*secretsmanager.SecretVersionArgs, *[]pulumi.ResourceOption)
	Alarm                convention.AlarmTransform
}

// Relational is an encrypted PostgreSQL or MySQL database that only members of
// its client security group reach, over TLS only.
//
// Programs best connect as "app_writer" or "app_reader" with IAM tokens instead of
// passwords, as the policies allow. A migration creates these users, in PostgreSQL
// with CREATE USER app_writer; GRANT rds_iam TO app_writer; and in MySQL with CREATE
// USER app_writer IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
type Relational struct {
	pulumi.ResourceState

	// The host name of the primary.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// The host name to read from: that of the first read replica, or the primary's when
	// there is none. RDS does not spread readers over several replicas.
	ReaderEndpoint pulumi.StringOutput `pulumi:"readerEndpoint"`
	// The TCP port of primary and replicas, in digits.
	Port pulumi.StringOutput `pulumi:"port"`
	// The name of the database.
	DatabaseName pulumi.StringOutput `pulumi:"databaseName"`
	// The identifier of the primary, the dimension of its metrics.
	InstanceIdentifier pulumi.StringOutput `pulumi:"instanceIdentifier"`
	// The ARN of the primary, the source of a Replica in another region.
	InstanceArn pulumi.StringOutput `pulumi:"instanceArn"`
	// The ARN of the secret with the master user's name and password, as JSON with the
	// fields "username" and "password". RDS changes the password every seven days
	// (unless there are read replicas): read the secret when connecting, rather than
	// have it injected once when the program starts.
	SecretArn pulumi.StringOutput `pulumi:"secretArn"`
	// The security group to attach to those who connect.
	ClientSecurityGroupId pulumi.StringOutput `pulumi:"clientSecurityGroupId"`
	// An IAM policy (JSON) that allows to connect as the database user "app_reader", to
	// the primary and to read replicas.
	ReaderPolicy pulumi.StringOutput `pulumi:"readerPolicy"`
	// An IAM policy (JSON) that allows to connect to the primary as the database user
	// "app_writer", and to read the master user's secret.
	WriterPolicy pulumi.StringOutput `pulumi:"writerPolicy"`
}

// NewRelational creates a Relational. It fails for settings that AWS refuses or
// that would lose data, and without a network.
func NewRelational(ctx *pulumi.Context, name string, args *RelationalArgs, opts ...pulumi.ResourceOption) (*Relational, error) {
	if args == nil {
		args = &RelationalArgs{}
	}
	s := convention.Open(ctx, RelationalToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	d := settingsOf(s, args)
	if args.ExistingInstanceIdentifier != "" {
		checkExisting(s, args)
	} else {
		checkNew(s, args, d)
	}
	r := &Relational{}
	if err := s.Register(r, args, opts...); err != nil {
		return nil, err
	}

	b := &builder{Scope: s, args: args, settings: d}
	server, err := b.server()
	if err != nil {
		return nil, err
	}
	if err := b.alarms(server); err != nil {
		return nil, err
	}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	r.Endpoint, r.ReaderEndpoint, r.Port = server.endpoint, server.readerEndpoint, server.port
	r.DatabaseName, r.InstanceIdentifier, r.InstanceArn = server.databaseName, server.identifier, server.arn
	r.SecretArn, r.ClientSecurityGroupId = server.secretArn, server.clientSecurityGroupId
	r.ReaderPolicy, r.WriterPolicy = b.readerPolicy(account, server), b.writerPolicy(account, server)
	return r, s.Done()
}
