package database

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// CacheToken is the type of Cache in Pulumi's state.
const CacheToken = "scaffold:database:Cache"

// CacheArgs are the arguments of a Cache.
type CacheArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The engine: "valkey" (default) or "redis".
	Engine string `pulumi:"engine,optional"`
	// The version of the engine. Default: "8.0" of valkey or "7.1" of redis to begin with, which
	// AWS then keeps up to date. A version given here stays until it is changed here. A
	// serverless cache has a major version only, "8" of valkey or "7" of redis.
	EngineVersion string `pulumi:"engineVersion,optional"`
	// Let AWS size the cache by what is used, and pay by that, instead of choosing
	// nodes. It always spans several availability zones. Default: false.
	Serverless *bool `pulumi:"serverless,optional"`
	// The class of the nodes. Default: "cache.m7g.large" in production,
	// "cache.t4g.micro" in sandbox. Not with serverless.
	NodeType string `pulumi:"nodeType,optional"`
	// The number of nodes, 1 to 6: a primary and its replicas, each in another
	// availability zone, one of which takes over within a minute. Default: 2 in
	// production, 1 in sandbox. Not with serverless.
	Nodes *int `pulumi:"nodes,optional"`
	// The most data that a serverless cache holds, in GB, 1 to 5000; beyond, it evicts
	// what is due to expire first. Default: 50 in production, 1 in sandbox.
	MaxDataGb *int `pulumi:"maxDataGb,optional"`
	// The most ElastiCache processing units that a serverless cache may use in a second,
	// 1000 to 15000000; beyond, commands are throttled. Default: 100000 in production,
	// 1000 in sandbox.
	MaxEcpuPerSecond *int `pulumi:"maxEcpuPerSecond,optional"`
	// What nodes throw away when memory is full: "allkeys-lru" (default), "allkeys-lfu",
	// "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"
	// or "noeviction", with which writes fail then. Not with serverless.
	EvictionPolicy string `pulumi:"evictionPolicy,optional"`
	// The commands and keys that the user of the cache is allowed, in the engine's ACL
	// syntax. Default: all keys, and all commands but those the engine calls dangerous.
	AccessString string `pulumi:"accessString,optional"`
	// The VPC. Required unless an existing cache is named.
	VpcId pulumi.StringPtrInput `pulumi:"vpcId,optional"`
	// The subnets, best isolated ones, in at least two availability zones. Required
	// unless an existing cache is named.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds,optional"`
	// The ARN of the KMS key that encrypts data, snapshots and logs at rest. CloudWatch
	// Logs must be let use it, as a Key with the service "logs" does. It cannot be
	// changed later without a new, empty cache. Default: keys of AWS.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// For how many days a daily snapshot is kept, 0 (none) to 35. Default: 7 in
	// production, 0 in sandbox.
	SnapshotRetentionDays *int `pulumi:"snapshotRetentionDays,optional"`
	// For how many days CloudWatch keeps the slow log and the engine's log. Default: 90
	// in production, 7 in sandbox. Not with serverless, which has no logs.
	LogRetentionDays *int `pulumi:"logRetentionDays,optional"`
	// Keep the cache from being deleted by one mistake, and take a last snapshot of
	// nodes should they be deleted nevertheless. To delete it, set this to false, update,
	// then destroy. Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of the topic that gets the component's alarms (processor, memory,
	// evictions, replicas that lag; of a serverless cache its two limits). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// The id of a replication group that exists already, with TLS, a primary endpoint and
	// a user that connects with IAM tokens: only alarms are created, and the component's
	// outputs are those of that group.
	ExistingReplicationGroupId string `pulumi:"existingReplicationGroupId,optional"`
	// The security group whose members the existing cache lets in. Required with an
	// existing cache.
	ExistingClientSecurityGroupId pulumi.StringPtrInput `pulumi:"existingClientSecurityGroupId,optional"`
	// The id of the existing cache's user that connects with IAM tokens, which is also
	// its name. Required with an existing cache.
	ExistingUserId string `pulumi:"existingUserId,optional"`
	// Tags of all that is created, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform CacheTransform
}

// CacheTransform reaches every property of the children of a Cache.
type CacheTransform struct {
	ReplicationGroup    func(*elasticache.ReplicationGroupArgs, *[]pulumi.ResourceOption)
	ServerlessCache     func(*elasticache.ServerlessCacheArgs, *[]pulumi.ResourceOption)
	ParameterGroup      func(*elasticache.ParameterGroupArgs, *[]pulumi.ResourceOption)
	SubnetGroup         func(*elasticache.SubnetGroupArgs, *[]pulumi.ResourceOption)
	User                func(*elasticache.UserArgs, *[]pulumi.ResourceOption)
	DefaultUser         func(*elasticache.UserArgs, *[]pulumi.ResourceOption)
	UserGroup           func(*elasticache.UserGroupArgs, *[]pulumi.ResourceOption)
	ServerSecurityGroup func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ClientSecurityGroup func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule         func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule          func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup            func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Alarm               convention.AlarmTransform
}

// Cache is an encrypted Valkey or Redis cache that only members of its client
// security group reach, over TLS only, as its one user.
//
// There is no password: the user connects with an IAM token, which who has the
// connectPolicy makes from the outputs cacheName and userName and its own
// credentials. A token opens a connection for fifteen minutes after it was made, and
// the engine ends the connection twelve hours later unless it is authenticated again.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
type Cache struct {
	pulumi.ResourceState

	// The host name to write to and read from.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// The TCP port of the endpoint, in digits.
	Port pulumi.StringOutput `pulumi:"port"`
	// The host name to read from, at the risk of data that is a moment old.
	ReaderEndpoint pulumi.StringOutput `pulumi:"readerEndpoint"`
	// The TCP port of the reader endpoint, in digits; a serverless cache has another one.
	ReaderPort pulumi.StringOutput `pulumi:"readerPort"`
	// The name of the cache, which IAM tokens are made for.
	CacheName pulumi.StringOutput `pulumi:"cacheName"`
	// The name of the user to connect as.
	UserName pulumi.StringOutput `pulumi:"userName"`
	// The security group to attach to those who connect.
	ClientSecurityGroupId pulumi.StringOutput `pulumi:"clientSecurityGroupId"`
	// An IAM policy (JSON) that allows to connect to this cache as its user.
	ConnectPolicy pulumi.StringOutput `pulumi:"connectPolicy"`
}

// NewCache creates a Cache. It fails for settings that AWS refuses, for arguments
// of nodes with a serverless cache and the other way round, and without a network.
func NewCache(ctx *pulumi.Context, name string, args *CacheArgs, opts ...pulumi.ResourceOption) (*Cache, error) {
	if args == nil {
		args = &CacheArgs{}
	}
	s := convention.Open(ctx, CacheToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &cacheBuilder{Scope: s, args: args, cacheSettings: cacheSettingsOf(s, args)}
	if args.ExistingReplicationGroupId != "" {
		b.checkExisting()
	} else {
		b.check()
	}
	c := &Cache{}
	if err := s.Register(c, args, opts...); err != nil {
		return nil, err
	}
	made, err := b.cache()
	if err != nil {
		return nil, err
	}
	if err := b.alarms(made); err != nil {
		return nil, err
	}
	c.Endpoint, c.Port, c.ReaderEndpoint, c.ReaderPort = made.endpoint, made.port, made.readerEndpoint, made.readerPort
	c.CacheName, c.UserName, c.ClientSecurityGroupId = made.name, made.user, made.client
	// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticache.html
	c.ConnectPolicy = convention.Policy(convention.Statement{
		Sid: "Connect", Actions: []string{"elasticache:Connect"}, Resources: []pulumi.StringInput{made.arn, made.userArn},
	})
	return c, s.Done()
}
