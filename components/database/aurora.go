package database

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// AuroraToken is the type of Aurora in Pulumi's state.
const AuroraToken = "scaffold:database:Aurora"

// AuroraArgs are the arguments of an Aurora.
type AuroraArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The database engine: "aurora-postgresql" (default) or "aurora-mysql".
	Engine string `pulumi:"engine,optional"`
	// The version of the engine: the major one, whose minor versions AWS keeps up to
	// date ("17", "8.0"), or a minor one to begin with ("17.5",
	// "8.0.mysql_aurora.3.10.0"). Default: "17" for aurora-postgresql, "8.0" for
	// aurora-mysql. AWS moves to another major version only when this argument does and
	// the cluster's transform sets AllowMajorVersionUpgrade and ApplyImmediately.
	EngineVersion string `pulumi:"engineVersion,optional"`
	// The class of all instances, or "db.serverless" for Aurora Serverless v2, which
	// grows and shrinks by itself between minCapacity and maxCapacity. Default:
	// "db.r7g.large" in production; "db.serverless" in sandbox, and wherever a capacity
	// is given.
	InstanceClass string `pulumi:"instanceClass,optional"`
	// The least capacity of a serverless instance, in Aurora capacity units (2 GiB of
	// memory each) as a number in steps of a half: "0" to "256". With "0" an idle
	// instance pauses, and the first connection after that waits some fifteen seconds.
	// Default: "1" in production, "0" in sandbox.
	MinCapacity string `pulumi:"minCapacity,optional"`
	// The most capacity of a serverless instance, in Aurora capacity units as a number
	// in steps of a half: "1" to "256". Default: "16" in production, "2" in sandbox, and
	// never less than minCapacity.
	MaxCapacity string `pulumi:"maxCapacity,optional"`
	// The number of readers, 0 to 15. A reader takes over within a minute when the writer
	// fails; without one, AWS has to make a new writer first. Default: 1 in production,
	// 0 in sandbox.
	Readers *int `pulumi:"readers,optional"`
	// How many readers there may be, up to 15: more than the number in readers are added
	// while these compute at more than 70 percent of their limit. Those added are not in
	// Pulumi's state; before a cluster is destroyed, they must be gone. Default: no more
	// than readers.
	MaxReaders *int `pulumi:"maxReaders,optional"`
	// The name of the database that is created: letters, digits and underscores.
	// Default: "app". Changing it means a new, empty cluster.
	DatabaseName string `pulumi:"databaseName,optional"`
	// The name of the master user, for administration rather than for programs:
	// letters, digits and underscores, at most 16. Default: "dbadmin".
	Username string `pulumi:"username,optional"`
	// The VPC. Required unless an existing cluster is named.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// The subnets, best isolated ones, in at least two availability zones. Instances are
	// spread over their zones. Required unless an existing cluster is named.
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
	// true, but false for the db.t3 classes that AWS does not record Aurora MySQL on.
	PerformanceInsights *bool `pulumi:"performanceInsights,optional"`
	// How often the operating system is measured, in seconds: 0 (not at all), 1, 5,
	// 10, 15, 30 or 60. Default: 60 in production, 0 in sandbox.
	MonitoringIntervalSeconds *int `pulumi:"monitoringIntervalSeconds,optional"`
	// For how many days CloudWatch keeps the engine's logs. Default: 90 in production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The certificate authority that signs the servers' certificates, for clients to
	// verify: "rds-ca-rsa2048-g1" (default), "rds-ca-rsa4096-g1" or "rds-ca-ecc384-g1".
	CaCertificate string `pulumi:"caCertificate,optional"`
	// The ARN of the permissions boundary of the role that measures the operating
	// system. Default: none.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (processor, memory, local
	// storage, connections, readers that lag, capacity). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// The identifier of a cluster that exists already: only alarms are created, and the
	// component's outputs are those of that cluster.
	ExistingClusterIdentifier string `pulumi:"existingClusterIdentifier,optional"`
	// The security group whose members the existing cluster lets in. Required with an
	// existing cluster.
	ExistingClientSecurityGroupId pulumi.StringPtrInput `pulumi:"existingClientSecurityGroupId,optional"`
	// The ARN of the secret with the existing cluster's master password. Required with
	// an existing cluster.
	ExistingSecretArn pulumi.StringPtrInput `pulumi:"existingSecretArn,optional"`
	// Tags of all that is created, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform AuroraTransform
}

// AuroraTransform reaches every property of the children of an Aurora.
type AuroraTransform struct {
	Cluster              func(*rds.ClusterArgs, *[]pulumi.ResourceOption)
	Instance             func(*rds.ClusterInstanceArgs, *[]pulumi.ResourceOption)
	ParameterGroup       func(*rds.ClusterParameterGroupArgs, *[]pulumi.ResourceOption)
	SubnetGroup          func(*rds.SubnetGroupArgs, *[]pulumi.ResourceOption)
	ServerSecurityGroup  func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ClientSecurityGroup  func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule          func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule           func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup             func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	MonitoringRole       func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	MonitoringAttachment func(*iam.RolePolicyAttachmentArgs, *[]pulumi.ResourceOption)
	ScalingTarget        func(*appautoscaling.TargetArgs, *[]pulumi.ResourceOption)
	ScalingPolicy        func(*appautoscaling.PolicyArgs, *[]pulumi.ResourceOption)
	Alarm                convention.AlarmTransform
}

// Aurora is an encrypted Aurora cluster, compatible with PostgreSQL or MySQL, that
// only members of its client security group reach, over TLS only. Its outputs are
// those of a Relational, so that one can stand in for the other.
//
// Programs best connect as "app_writer" or "app_reader" with IAM tokens instead of
// passwords, as the policies allow. A migration creates these users, in PostgreSQL
// with CREATE USER app_writer; GRANT rds_iam TO app_writer; and in MySQL with CREATE
// USER app_writer IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS';
type Aurora struct {
	pulumi.ResourceState

	// The host name of the writer, which stays the same when another instance takes over.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// The host name to read from: connections are spread over the readers, and go to the
	// writer when there is none.
	ReaderEndpoint pulumi.StringOutput `pulumi:"readerEndpoint"`
	// The TCP port of writer and readers, in digits.
	Port pulumi.StringOutput `pulumi:"port"`
	// The name of the database.
	DatabaseName pulumi.StringOutput `pulumi:"databaseName"`
	// The identifier of the cluster, known once there is a writer to connect to.
	ClusterIdentifier pulumi.StringOutput `pulumi:"clusterIdentifier"`
	// The ARN of the secret with the master user's name and password, as JSON with the
	// fields "username" and "password". RDS changes the password every seven days: read
	// the secret when connecting, rather than have it injected once when the program
	// starts.
	SecretArn pulumi.StringOutput `pulumi:"secretArn"`
	// The security group to attach to those who connect.
	ClientSecurityGroupId pulumi.StringOutput `pulumi:"clientSecurityGroupId"`
	// An IAM policy (JSON) that allows to connect as the database user "app_reader".
	ReaderPolicy pulumi.StringOutput `pulumi:"readerPolicy"`
	// An IAM policy (JSON) that allows to connect as the database user "app_writer", and
	// to read the master user's secret.
	WriterPolicy pulumi.StringOutput `pulumi:"writerPolicy"`
}

// NewAurora creates an Aurora. It fails for settings that AWS refuses or that would
// lose data, and without a network.
func NewAurora(ctx *pulumi.Context, name string, args *AuroraArgs, opts ...pulumi.ResourceOption) (*Aurora, error) {
	if args == nil {
		args = &AuroraArgs{}
	}
	s := convention.Open(ctx, AuroraToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	d := auroraSettingsOf(s, args)
	if args.ExistingClusterIdentifier != "" {
		checkExistingAurora(s, args)
	} else {
		checkNewAurora(s, args, d)
	}
	a := &Aurora{}
	if err := s.Register(a, args, opts...); err != nil {
		return nil, err
	}

	b := newAuroraBuilder(s, args, d)
	made, err := b.cluster()
	if err != nil {
		return nil, err
	}
	if err := b.clusterAlarms(made); err != nil {
		return nil, err
	}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	a.Endpoint, a.ReaderEndpoint, a.Port = made.endpoint, made.readerEndpoint, made.port
	a.DatabaseName, a.ClusterIdentifier = made.databaseName, made.identifier
	a.SecretArn, a.ClientSecurityGroupId = made.secretArn, made.clientSecurityGroupId
	a.ReaderPolicy, a.WriterPolicy = b.readerPolicy(account, &made.server), b.writerPolicy(account, &made.server)
	return a, s.Done()
}
