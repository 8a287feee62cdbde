package database

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// cacheBuilder makes the children of a Cache.
type cacheBuilder struct {
	*convention.Scope
	cacheSettings
	args *CacheArgs
}

// madeCache is a cache, created or found.
type madeCache struct {
	name, arn, user, userArn                   pulumi.StringOutput
	endpoint, readerEndpoint, port, readerPort pulumi.StringOutput
	client                                     pulumi.StringOutput  // security group
	members                                    []pulumi.StringInput // the nodes; none if serverless
}

func (b *cacheBuilder) cache() (*madeCache, error) {
	if b.args.ExistingReplicationGroupId != "" {
		return b.existing()
	}
	made := &madeCache{}
	group, err := b.users(made)
	if err != nil {
		return nil, err
	}
	server, client, err := b.securityGroups()
	if err != nil {
		return nil, err
	}
	made.client = client.ID().ToStringOutput()
	servers := pulumi.StringArray{server.ID()}
	if b.serverless {
		return made, b.serverlessCache(made, group, servers)
	}
	return made, b.replicationGroup(made, group, servers)
}

func (b *cacheBuilder) replicationGroup(made *madeCache, users pulumi.StringInput, servers pulumi.StringArray) error {
	id := cacheIdentifier(b.Scope, "")
	logs, groups, err := b.logging(id)
	if err != nil {
		return err
	}
	subnets, err := b.subnetGroup()
	if err != nil {
		return err
	}
	parameters, err := b.parameterGroup()
	if err != nil {
		return err
	}
	a := &elasticache.ReplicationGroupArgs{
		ReplicationGroupId:        pulumi.String(id),
		Description:               pulumi.String("Cache " + b.Name),
		Engine:                    pulumi.String(b.engine),
		EngineVersion:             pulumi.String(b.version),
		AutoMinorVersionUpgrade:   pulumi.Bool(!b.pinned),
		NodeType:                  pulumi.String(b.nodeType),
		NumCacheClusters:          pulumi.Int(b.nodes),
		AutomaticFailoverEnabled:  pulumi.Bool(b.nodes > 1),
		MultiAzEnabled:            pulumi.Bool(b.nodes > 1),
		ParameterGroupName:        parameters,
		SubnetGroupName:           subnets,
		SecurityGroupIds:          servers,
		UserGroupIds:              pulumi.StringArray{users},
		Port:                      pulumi.Int(cachePort),
		AtRestEncryptionEnabled:   pulumi.Bool(true),
		KmsKeyId:                  b.args.KmsKeyArn,
		TransitEncryptionEnabled:  pulumi.Bool(true),
		TransitEncryptionMode:     pulumi.String("required"),
		LogDeliveryConfigurations: logs,
		SnapshotRetentionLimit:    pulumi.Int(b.snapshots),
		MaintenanceWindow:         pulumi.String("sun:03:30-sun:04:30"), // UTC, after the snapshot
		// In production, changes that interrupt the cache wait for the maintenance window.
		ApplyImmediately: pulumi.Bool(b.Preset == convention.Sandbox),
		Tags:             b.Tags(""),
	}
	if b.snapshots > 0 {
		a.SnapshotWindow = pulumi.String("02:00-03:00") // UTC
	}
	if b.protected {
		a.FinalSnapshotIdentifier = pulumi.String(id + "-final")
	}
	opts := []pulumi.ResourceOption{pulumi.Protect(b.protected), pulumi.DependsOn(groups)}
	if !b.pinned {
		// AWS applies minor versions by itself. To go back takes a new, empty cache, which
		// the provider would create.
		opts = append(opts, pulumi.IgnoreChanges([]string{"engineVersion"}))
	}
	group, err := elasticache.NewReplicationGroup(b.Ctx, b.Child("nodes"), a, convention.With(b.Scope, b.args.Transform.ReplicationGroup, a, opts...))
	if err != nil {
		return fmt.Errorf("creating the nodes of %s: %w", b.Name, err)
	}
	made.name, made.arn = text(id), group.Arn
	made.endpoint, made.readerEndpoint = group.PrimaryEndpointAddress, group.ReaderEndpointAddress
	if b.nodes == 1 {
		made.readerEndpoint = group.PrimaryEndpointAddress
	}
	made.port, made.readerPort = text(strconv.Itoa(cachePort)), text(strconv.Itoa(cachePort))
	for i := range b.nodes {
		// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.CreatingReplGroup.NoExistingCluster.Classic.html
		made.members = append(made.members, pulumi.Sprintf("%s-%03d", group.ID(), i+1))
	}
	return nil
}

func (b *cacheBuilder) serverlessCache(made *madeCache, users pulumi.StringInput, servers pulumi.StringArray) error {
	id := cacheIdentifier(b.Scope, "")
	a := &elasticache.ServerlessCacheArgs{
		Name:               pulumi.String(id),
		Description:        pulumi.String("Cache " + b.Name),
		Engine:             pulumi.String(b.engine),
		MajorEngineVersion: pulumi.String(b.version),
		CacheUsageLimits: elasticache.ServerlessCacheCacheUsageLimitsArgs{
			DataStorage: elasticache.ServerlessCacheCacheUsageLimitsDataStorageArgs{Maximum: pulumi.Int(b.maxData), Unit: pulumi.String("GB")},
			EcpuPerSeconds: elasticache.ServerlessCacheCacheUsageLimitsEcpuPerSecondArray{
				elasticache.ServerlessCacheCacheUsageLimitsEcpuPerSecondArgs{Maximum: pulumi.Int(b.maxEcpu)},
			},
		},
		KmsKeyId:               b.args.KmsKeyArn,
		SubnetIds:              b.args.SubnetIds,
		SecurityGroupIds:       servers,
		UserGroupId:            users.ToStringOutput().ToStringPtrOutput(),
		SnapshotRetentionLimit: pulumi.Int(b.snapshots),
		Tags:                   b.Tags(""),
	}
	if b.snapshots > 0 {
		a.DailySnapshotTime = pulumi.String("02:00") // UTC
	}
	cache, err := elasticache.NewServerlessCache(b.Ctx, b.Child("serverless"), a, convention.With(b.Scope, b.args.Transform.ServerlessCache, a, pulumi.Protect(b.protected)))
	if err != nil {
		return fmt.Errorf("creating the serverless cache of %s: %w", b.Name, err)
	}
	made.name, made.arn = text(id), cache.Arn
	made.endpoint = cache.Endpoints.Index(pulumi.Int(0)).Address()
	made.readerEndpoint = cache.ReaderEndpoints.Index(pulumi.Int(0)).Address()
	made.port, made.readerPort = text(strconv.Itoa(cachePort)), text(strconv.Itoa(serverlessReaderPort))
	return nil
}

// logging makes the log groups of the nodes. Names below /aws/vendedlogs do not use
// up the size of the account's one resource policy for log delivery:
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html
func (b *cacheBuilder) logging(id string) (elasticache.ReplicationGroupLogDeliveryConfigurationArray, []pulumi.Resource, error) {
	var configurations elasticache.ReplicationGroupLogDeliveryConfigurationArray
	var groups []pulumi.Resource
	for _, log := range []string{"slow-log", "engine-log"} {
		a := &cloudwatch.LogGroupArgs{
			Name:            pulumi.String("/aws/vendedlogs/elasticache/" + id + "/" + log),
			RetentionInDays: pulumi.Int(b.logs), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags(""),
		}
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(log), a, convention.With(b.Scope, b.args.Transform.LogGroup, a))
		if err != nil {
			return nil, nil, fmt.Errorf("creating the log group %s of %s: %w", log, b.Name, err)
		}
		groups = append(groups, group)
		configurations = append(configurations, elasticache.ReplicationGroupLogDeliveryConfigurationArgs{
			Destination: group.Name, DestinationType: pulumi.String("cloudwatch-logs"),
			LogFormat: pulumi.String("json"), LogType: pulumi.String(log),
		})
	}
	return configurations, groups, nil
}

func (b *cacheBuilder) subnetGroup() (pulumi.StringPtrInput, error) {
	a := &elasticache.SubnetGroupArgs{
		Name:        pulumi.String(cacheIdentifier(b.Scope, "")),
		Description: pulumi.String("Cache " + b.Name), SubnetIds: b.args.SubnetIds, Tags: b.Tags(""),
	}
	group, err := elasticache.NewSubnetGroup(b.Ctx, b.Child("subnets"), a, convention.With(b.Scope, b.args.Transform.SubnetGroup, a))
	if err != nil {
		return nil, fmt.Errorf("creating the subnet group of %s: %w", b.Name, err)
	}
	return group.Name.ToStringPtrOutput(), nil
}

func (b *cacheBuilder) parameterGroup() (pulumi.StringPtrInput, error) {
	family := cacheEngines[b.engine].families[b.version[:1]]
	a := &elasticache.ParameterGroupArgs{
		// A group is replaced when its family changes, so that this is part of its name.
		Name:        pulumi.String(cacheIdentifier(b.Scope, "-"+family)),
		Family:      pulumi.String(family),
		Description: pulumi.String("Cache " + b.Name),
		Parameters: elasticache.ParameterGroupParameterArray{
			elasticache.ParameterGroupParameterArgs{Name: pulumi.String("maxmemory-policy"), Value: pulumi.String(b.eviction)},
		},
		Tags: b.Tags(""),
	}
	group, err := elasticache.NewParameterGroup(b.Ctx, b.Child("parameters"), a, convention.With(b.Scope, b.args.Transform.ParameterGroup, a))
	if err != nil {
		return nil, fmt.Errorf("creating the parameter group of %s: %w", b.Name, err)
	}
	return group.Name.ToStringPtrOutput(), nil
}

// existing looks the replication group up.
func (b *cacheBuilder) existing() (*madeCache, error) {
	id := b.args.ExistingReplicationGroupId
	found, err := elasticache.LookupReplicationGroup(b.Ctx, &elasticache.LookupReplicationGroupArgs{ReplicationGroupId: id}, b.Invoke())
	if err != nil {
		return nil, fmt.Errorf("%s %q: existingReplicationGroupId: looking up %q: %w", b.Token, b.Name, id, err)
	}
	if found.PrimaryEndpointAddress == "" {
		return nil, fmt.Errorf("%s %q: existingReplicationGroupId: %q has cluster mode enabled, and so no primary endpoint; name a group without", b.Token, b.Name, id)
	}
	account, err := b.Account()
	if err != nil {
		return nil, err
	}
	made := &madeCache{
		name: text(id), arn: text(found.Arn),
		user: text(b.args.ExistingUserId), userArn: text(account.ARN("elasticache", "user:"+b.args.ExistingUserId)),
		endpoint: text(found.PrimaryEndpointAddress), readerEndpoint: text(or(found.ReaderEndpointAddress, found.PrimaryEndpointAddress)),
		port: text(strconv.Itoa(found.Port)), readerPort: text(strconv.Itoa(found.Port)),
		client: b.args.ExistingClientSecurityGroupId.ToStringPtrOutput().Elem(),
	}
	for _, member := range found.MemberClusters {
		made.members = append(made.members, pulumi.String(member))
	}
	return made, nil
}
