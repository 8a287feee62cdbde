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

// ProxyToken is the type of Proxy in Pulumi's state.
const ProxyToken = "scaffold:database:Proxy"

// ProxyArgs are the arguments of a Proxy.
type ProxyArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The engine of the database, as the database was given it: "postgres" (default),
	// "mysql", "aurora-postgresql" or "aurora-mysql".
	Engine string `pulumi:"engine,optional"`
	// The identifier of the database instance behind the proxy, whoever created it.
	// Either this or targetClusterIdentifier is required.
	TargetInstanceIdentifier pulumi.StringPtrInput `pulumi:"targetInstanceIdentifier,optional"`
	// The identifier of the Aurora cluster behind the proxy, whoever created it. Either
	// this or targetInstanceIdentifier is required.
	TargetClusterIdentifier pulumi.StringPtrInput `pulumi:"targetClusterIdentifier,optional"`
	// The VPC of the database.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// The subnets of the proxy, in at least two availability zones, best those of the
	// database. Other subnets later mean another proxy with another endpoint.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// The security group whose members the database lets in: the proxy becomes one.
	DatabaseClientSecurityGroupId pulumi.StringInput `pulumi:"databaseClientSecurityGroupId"`
	// The ARNs of the secrets with the users that the proxy connects to the database as,
	// 1 to 200: each holds JSON with "username" and "password", as the secret of a
	// Relational or an Aurora does. Secrets that are rotated, by RDS or by a function,
	// are welcome: the proxy reads a secret anew when the database no longer takes the
	// password, open connections stay, and callers with IAM tokens never see a password.
	SecretArns []pulumi.StringInput `pulumi:"secretArns"`
	// The database users that connectPolicy lets callers connect as. Each must be the
	// user of one of the secrets. Default: "dbadmin", the master user of a Relational or
	// an Aurora; programs are better given users of their own, with fewer rights.
	Usernames []string `pulumi:"usernames,optional"`
	// Whether callers connect with IAM tokens: "required" (default) or "disabled", with
	// which they need the passwords.
	IamAuth string `pulumi:"iamAuth,optional"`
	// Make a second endpoint that leads to the readers of a cluster, which must have one.
	// Default: false.
	ReaderEndpoint *bool `pulumi:"readerEndpoint,optional"`
	// After how many seconds an idle connection of a caller is closed, 1 to 28800.
	// Default: 1800.
	IdleTimeoutSeconds *int `pulumi:"idleTimeoutSeconds,optional"`
	// How many of the connections that the database takes the proxy may use, in percent,
	// 1 to 100. Default: 90, which leaves some for administration.
	MaxConnectionsPercent *int `pulumi:"maxConnectionsPercent,optional"`
	// For how many seconds a caller waits for a free connection before it gets an error,
	// 0 to 300. Default: 120, longer than a failover takes.
	BorrowTimeoutSeconds *int `pulumi:"borrowTimeoutSeconds,optional"`
	// The ARN of the KMS key that the secrets are encrypted with, which encrypts the log
	// too. CloudWatch Logs must be let use it, as a Key with the service "logs" does.
	// Default: keys that AWS manages.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// For how many days CloudWatch keeps the proxy's log. Default: 90 in production, 7 in sandbox.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// The ARN of the permissions boundary of the proxy's role. Default: none.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (callers that wait for or do
	// not get connections). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all that is created, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform ProxyTransform
}

// ProxyTransform reaches every property of the children of a Proxy.
type ProxyTransform struct {
	Proxy               func(*rds.ProxyArgs, *[]pulumi.ResourceOption)
	TargetGroup         func(*rds.ProxyDefaultTargetGroupArgs, *[]pulumi.ResourceOption)
	Target              func(*rds.ProxyTargetArgs, *[]pulumi.ResourceOption)
	ReaderEndpoint      func(*rds.ProxyEndpointArgs, *[]pulumi.ResourceOption)
	Role                func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy          func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	ServerSecurityGroup func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ClientSecurityGroup func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule         func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule          func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup            func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Alarm               convention.AlarmTransform
}

// Proxy shares the connections of a database between many callers, such as
// functions, and holds these while the database fails over. It takes TLS only, and
// callers show IAM tokens instead of passwords.
type Proxy struct {
	pulumi.ResourceState

	// The host name to connect to instead of the database's.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// The host name to read from: that of the reader endpoint if there is one, and
	// otherwise the endpoint.
	ReaderEndpoint pulumi.StringOutput `pulumi:"readerEndpoint"`
	// The TCP port of the proxy, in digits: the usual one of the engine.
	Port pulumi.StringOutput `pulumi:"port"`
	// The security group to attach to those who connect to the proxy.
	ClientSecurityGroupId pulumi.StringOutput `pulumi:"clientSecurityGroupId"`
	// An IAM policy (JSON) that allows to connect to the proxy as one of the usernames;
	// with iamAuth "disabled", to read the secrets with the passwords.
	ConnectPolicy pulumi.StringOutput `pulumi:"connectPolicy"`
}

// NewProxy creates a Proxy. It fails without a target, a secret or a network, and for
// settings that AWS refuses.
func NewProxy(ctx *pulumi.Context, name string, args *ProxyArgs, opts ...pulumi.ResourceOption) (*Proxy, error) {
	if args == nil {
		args = &ProxyArgs{}
	}
	s := convention.Open(ctx, ProxyToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	d := proxySettingsOf(s, args)
	checkProxy(s, args, d)
	p := &Proxy{}
	if err := s.Register(p, args, opts...); err != nil {
		return nil, err
	}

	b := &proxyBuilder{Scope: s, proxySettings: d, args: args}
	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	server, client, err := b.securityGroups()
	if err != nil {
		return nil, err
	}
	proxy, err := b.proxy(account, server)
	if err != nil {
		return nil, err
	}
	readerEndpoint, err := b.endpoints(proxy, server)
	if err != nil {
		return nil, err
	}
	if err := b.alarms(proxy); err != nil {
		return nil, err
	}
	p.Endpoint, p.ReaderEndpoint, p.Port = proxy.Endpoint, readerEndpoint, text(b.port())
	p.ClientSecurityGroupId = client.ID().ToStringOutput()
	p.ConnectPolicy = b.connectPolicy(account, proxy)
	return p, s.Done()
}
