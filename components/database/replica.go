package database

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ReplicaToken is the type of Replica in Pulumi's state.
const ReplicaToken = "scaffold:database:Replica"

// ReplicaArgs are the arguments of a Replica.
type ReplicaArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ARN of the database instance to follow, in another region. RDS must not manage
	// its master password, since it refuses replicas of such a database: a Relational with
	// read replicas keeps the password in a secret of its own. The source must keep
	// backups.
	SourceArn pulumi.StringInput `pulumi:"sourceArn"`
	// The engine of the source: "postgres" (default) or "mysql".
	Engine string `pulumi:"engine,optional"`
	// The version of the source's engine, as it was given it. Default: that of a
	// Relational, "17" for postgres and "8.4" for mysql.
	EngineVersion string `pulumi:"engineVersion,optional"`
	// The instance class, best the source's: a smaller one falls behind. Default:
	// "db.m7g.large" in production, "db.t4g.micro" in sandbox.
	InstanceClass string `pulumi:"instanceClass,optional"`
	// The storage of the source in GiB, as it was given it, 20 to 65536; the replica
	// begins with what the source has. Default: 100 in production, 20 in sandbox.
	StorageGib *int `pulumi:"storageGib,optional"`
	// How far AWS may grow the storage, in GiB, at least as far as the source's.
	// Default: twice storageGib.
	MaxStorageGib *int `pulumi:"maxStorageGib,optional"`
	// Keep a standby in another availability zone of the replica's region. Default: false.
	MultiAz *bool `pulumi:"multiAz,optional"`
	// Make the replica a database of its own that takes writes, when the source is lost.
	// It cannot become a replica again; and it must have been one. Default: false.
	Promoted *bool `pulumi:"promoted,optional"`
	// The VPC, in the replica's region.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// The subnets, best isolated ones, in at least two availability zones of the
	// replica's region.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// The ARN of the KMS key that encrypts the replica, its backups, performance data and
	// logs. It must be of the replica's region, for a key does not leave its own, and
	// CloudWatch Logs must be let use it, as a Key with the service "logs" does.
	KmsKeyArn pulumi.StringInput `pulumi:"kmsKeyArn"`
	// For how many days the replica itself can be restored to any second, 0 to 35. With
	// backups of its own it has them from the first second after it is promoted.
	// Default: 7 in production, 0 in sandbox.
	BackupRetentionDays *int `pulumi:"backupRetentionDays,optional"`
	// Keep the replica from being deleted by one mistake. To delete it, set this to false,
	// update, then destroy. Default: true in production, false in sandbox.
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
	// The ARN of the topic, in the replica's region, that gets the component's alarms
	// (lag, processor, storage, memory, connections). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all that is created, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform ReplicaTransform
}

// ReplicaTransform reaches every property of the children of a Replica.
type ReplicaTransform struct {
	Instance             func(*rds.InstanceArgs, *[]pulumi.ResourceOption)
	ParameterGroup       func(*rds.ParameterGroupArgs, *[]pulumi.ResourceOption)
	SubnetGroup          func(*rds.SubnetGroupArgs, *[]pulumi.ResourceOption)
	ServerSecurityGroup  func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ClientSecurityGroup  func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule          func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule           func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup             func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	MonitoringRole       func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	MonitoringAttachment func(*iam.RolePolicyAttachmentArgs, *[]pulumi.ResourceOption)
	Alarm                convention.AlarmTransform
}

// Replica is an encrypted read replica, in another region, of a PostgreSQL or MySQL
// instance: for those who read there, and to go on with when the source's region is
// lost. Create it with a provider of its region, as in
// NewReplica(ctx, name, args, pulumi.Provider(west)).
type Replica struct {
	pulumi.ResourceState

	// The host name of the replica.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// The TCP port of the replica, in digits.
	Port pulumi.StringOutput `pulumi:"port"`
	// The identifier of the replica, the dimension of its metrics.
	InstanceIdentifier pulumi.StringOutput `pulumi:"instanceIdentifier"`
	// The security group to attach to those who connect, in the replica's region.
	ClientSecurityGroupId pulumi.StringOutput `pulumi:"clientSecurityGroupId"`
	// An IAM policy (JSON) that allows to connect as the database user "app_reader".
	ReaderPolicy pulumi.StringOutput `pulumi:"readerPolicy"`
}

// NewReplica creates a Replica. It fails for engines that have none, without a network
// and a key in the replica's region, and for settings that AWS refuses.
func NewReplica(ctx *pulumi.Context, name string, args *ReplicaArgs, opts ...pulumi.ResourceOption) (*Replica, error) {
	if args == nil {
		args = &ReplicaArgs{}
	}
	s := convention.Open(ctx, ReplicaToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	d := replicaSettingsOf(s, args)
	checkReplica(s, args, d)
	r := &Replica{}
	if err := s.Register(r, args, opts...); err != nil {
		return nil, err
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	b := newReplicaBuilder(s, args, d)
	made, err := b.replica(account)
	if err != nil {
		return nil, err
	}
	if err := b.replicaAlarms(made); err != nil {
		return nil, err
	}
	r.Endpoint, r.Port, r.InstanceIdentifier = made.endpoint, made.port, made.identifier
	r.ClientSecurityGroupId, r.ReaderPolicy = made.clientSecurityGroupId, b.readerPolicy(account, made)
	return r, s.Done()
}
