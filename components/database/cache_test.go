package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	cacheGroupType      = "aws:elasticache/replicationGroup:ReplicationGroup"
	cacheParametersType = "aws:elasticache/parameterGroup:ParameterGroup"
	cacheServerlessType = "aws:elasticache/serverlessCache:ServerlessCache"
	cacheSubnetsType    = "aws:elasticache/subnetGroup:SubnetGroup"
	cacheUserType       = "aws:elasticache/user:User"
	cacheUsersType      = "aws:elasticache/userGroup:UserGroup"
)

var twoSubnets = pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")}

func newCache(name string, set func(*database.CacheArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.CacheArgs{VpcId: pulumi.String("vpc-1"), SubnetIds: twoSubnets}
		if set != nil {
			set(args)
		}
		_, err := database.NewCache(ctx, name, args)
		return err
	}
}

func cacheSessions(t *testing.T, set func(*database.CacheArgs), opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	return record(t, newCache("sessions", set), opts...)
}

func TestCacheByPreset(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := cacheSessions(t, func(a *database.CacheArgs) { a.Preset, a.KmsKeyArn = preset, pulumi.String(keyArn) })
			same(t, "resources", rec.List(), []string{
				logGroupType + " sessions-engine-log", logGroupType + " sessions-slow-log",
				securityGroupType + " sessions-client", securityGroupType + " sessions-server",
				cacheParametersType + " sessions-parameters", cacheGroupType + " sessions-nodes", cacheSubnetsType + " sessions-subnets",
				cacheUserType + " sessions-default-user", cacheUserType + " sessions-user", cacheUsersType + " sessions-users",
				egressType + " sessions-to-server", ingressType + " sessions-from-client", database.CacheToken + " sessions",
			})
			group := rec.Find(cacheGroupType, "sessions-nodes")
			id := group.Input("replicationGroupId").(string)
			log := func(kind string) object {
				return object{"destination": "/aws/vendedlogs/elasticache/" + id + "/" + kind, "destinationType": "cloudwatch-logs", "logFormat": "json", "logType": kind}
			}
			want := object{
				"replicationGroupId": id, "description": "Cache sessions", "engine": "valkey", "engineVersion": "8.0", "autoMinorVersionUpgrade": true,
				"parameterGroupName": id[:len(id)-8] + "-valkey8" + id[len(id)-8:], "subnetGroupName": id, "userGroupIds": list{id}, "port": 6379.0,
				"securityGroupIds":        list{rec.Find(securityGroupType, "sessions-server").ID},
				"atRestEncryptionEnabled": true, "kmsKeyId": keyArn, "transitEncryptionEnabled": true, "transitEncryptionMode": "required",
				"logDeliveryConfigurations": list{log("slow-log"), log("engine-log")}, "maintenanceWindow": "sun:03:30-sun:04:30",
			}
			days, extra := 90.0, object{
				"nodeType": "cache.m7g.large", "numCacheClusters": 2.0, "automaticFailoverEnabled": true, "multiAzEnabled": true,
				"snapshotRetentionLimit": 7.0, "snapshotWindow": "02:00-03:00", "finalSnapshotIdentifier": id + "-final", "applyImmediately": false,
			}
			if preset == "sandbox" {
				days, extra = 7, object{
					"nodeType": "cache.t4g.micro", "numCacheClusters": 1.0, "automaticFailoverEnabled": false, "multiAzEnabled": false,
					"snapshotRetentionLimit": 0.0, "applyImmediately": true,
				}
			}
			for input, value := range extra {
				want[input] = value
			}
			same(t, "nodes", group.Inputs, want)
			same(t, "protected", group.Protect, preset != "sandbox")
			same(t, "what AWS changes", group.IgnoreChanges, []string{"engineVersion"})
			for _, kind := range []string{"slow-log", "engine-log"} {
				logs := rec.Find(logGroupType, "sessions-"+kind)
				same(t, kind, logs.Inputs, object{"name": "/aws/vendedlogs/elasticache/" + id + "/" + kind, "retentionInDays": days, "kmsKeyId": keyArn})
			}
			same(t, "parameters", rec.Find(cacheParametersType, "sessions-parameters").Input("parameters"), list{object{"name": "maxmemory-policy", "value": "allkeys-lru"}})
			self := rec.Find(database.CacheToken, "sessions")
			same(t, "endpoint", self.Output("endpoint"), group.Output("primaryEndpointAddress"))
			if preset == "sandbox" {
				same(t, "reader of a single node", self.Output("readerEndpoint"), group.Output("primaryEndpointAddress"))
			} else {
				same(t, "reader", self.Output("readerEndpoint"), group.Output("readerEndpointAddress"))
			}
			for output, value := range map[string]any{"port": "6379", "readerPort": "6379", "cacheName": id, "userName": id, "clientSecurityGroupId": rec.Find(securityGroupType, "sessions-client").ID} {
				same(t, output, self.Output(output), value)
			}
		})
	}
}

// One user connects, with IAM tokens; the engine's own is off, and nobody knows its password.
func TestCacheUsers(t *testing.T) {
	t.Parallel()
	for _, engine := range []string{"valkey", "redis"} {
		rec := cacheSessions(t, func(a *database.CacheArgs) { a.Engine = engine })
		user, nobody := rec.Find(cacheUserType, "sessions-user"), rec.Find(cacheUserType, "sessions-default-user")
		id := user.Input("userId").(string)
		same(t, "user", user.Inputs, object{
			"userId": id, "userName": id, "engine": engine, "accessString": "on ~* &* +@all -@dangerous +info", "authenticationMode": object{"type": "iam"},
		})
		same(t, "default user", nobody.Inputs, object{
			"userId": nobody.Input("userId"), "userName": "default", "engine": engine, "accessString": "off ~* -@all",
			"authenticationMode": object{"type": "password", "passwords": list{"correcthorsebatterystaple"}},
		})
		same(t, "secret", nobody.IsSecret("authenticationMode.passwords[0]"), true)
		same(t, "the first password stays", nobody.IgnoreChanges, []string{"authenticationMode.passwords"})
		same(t, "group", rec.Find(cacheUsersType, "sessions-users").Inputs, object{"userGroupId": id, "engine": engine, "userIds": list{nobody.Input("userId"), id}})
		same(t, "policy", policyOf(t, rec, database.CacheToken, "sessions", "connectPolicy"), list{object{
			"Sid": "Connect", "Effect": "Allow", "Action": "elasticache:Connect",
			"Resource": list{rec.Find(cacheGroupType, "sessions-nodes").Output("arn"), user.Output("arn")},
		}})
	}
}

func TestCacheNetwork(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		serverless bool
		last       float64
	}{{false, 6379}, {true, 6380}} {
		rec := cacheSessions(t, func(a *database.CacheArgs) { a.Serverless = &test.serverless })
		server, client := rec.Find(securityGroupType, "sessions-server").ID, rec.Find(securityGroupType, "sessions-client").ID
		same(t, "in", rec.Find(ingressType, "sessions-from-client").Inputs, object{
			"securityGroupId": server, "referencedSecurityGroupId": client, "ipProtocol": "tcp", "fromPort": 6379.0, "toPort": test.last, "description": "Clients of cache sessions",
		})
		same(t, "out", rec.Find(egressType, "sessions-to-server").Inputs, object{
			"securityGroupId": client, "referencedSecurityGroupId": server, "ipProtocol": "tcp", "fromPort": 6379.0, "toPort": test.last, "description": "To cache sessions",
		})
	}
}

func TestCacheServerless(t *testing.T) {
	t.Parallel()
	rec := cacheSessions(t, func(a *database.CacheArgs) {
		a.Serverless, a.KmsKeyArn, a.MaxDataGb = pulumi.BoolRef(true), pulumi.String(keyArn), pulumi.IntRef(20)
		a.AlarmTopicArn = pulumi.String(alarmsArn)
	})
	cache := rec.Find(cacheServerlessType, "sessions-serverless")
	id := cache.Input("name")
	same(t, "cache", cache.Inputs, object{
		"name": id, "description": "Cache sessions", "engine": "valkey", "majorEngineVersion": "8", "kmsKeyId": keyArn,
		"cacheUsageLimits": object{"dataStorage": object{"maximum": 20.0, "unit": "GB"}, "ecpuPerSeconds": list{object{"maximum": 100000.0}}},
		"subnetIds":        list{"subnet-1", "subnet-2"}, "securityGroupIds": list{rec.Find(securityGroupType, "sessions-server").ID},
		"userGroupId": id, "snapshotRetentionLimit": 7.0, "dailySnapshotTime": "02:00",
	})
	same(t, "protected", cache.Protect, true)
	self := rec.Find(database.CacheToken, "sessions")
	same(t, "endpoint", self.Output("endpoint"), cache.Output("endpoints[0].address"))
	same(t, "reader", self.Output("readerEndpoint"), cache.Output("readerEndpoints[0].address"))
	same(t, "reader's port", self.Output("readerPort"), "6380")
	same(t, "what to connect to", policyOf(t, rec, database.CacheToken, "sessions", "connectPolicy")[0].(object)["Resource"].(list)[0], cache.Output("arn"))
	same(t, "alarms", len(rec.Type(alarmType)), 3)
	for role, metric := range map[string]string{"memory": "BytesUsedForCache", "throttles": "ThrottledCmds", "evictions": "Evictions"} {
		alarm := rec.Find(alarmType, "sessions-"+role)
		same(t, role, alarm.Input("metricName"), metric)
		same(t, role, alarm.Input("dimensions"), object{"clusterId": id})
	}
	same(t, "memory", rec.Find(alarmType, "sessions-memory").Input("threshold"), 17e9)
}

func TestCacheAlarms(t *testing.T) {
	t.Parallel()
	rec := cacheSessions(t, func(a *database.CacheArgs) { a.AlarmTopicArn, a.Nodes = pulumi.String(alarmsArn), pulumi.IntRef(3) })
	group := rec.Find(cacheGroupType, "sessions-nodes").ID
	same(t, "alarms", len(rec.Type(alarmType)), 4)
	for role, want := range map[string]struct {
		metric    string
		threshold float64
	}{"processor": {"EngineCPUUtilization", 80}, "memory": {"DatabaseMemoryUsagePercentage", 85}, "evictions": {"Evictions", 1000}, "lag": {"ReplicationLag", 10}} {
		alarm := rec.Find(alarmType, "sessions-"+role)
		queries := alarm.Input("metricQueries").(list)
		same(t, role, len(queries), 4)
		same(t, role, alarm.Input("metricQueries[0].expression"), "MAX(METRICS())")
		for i, node := range []string{"-001", "-002", "-003"} {
			metric := queries[i+1].(object)["metric"].(object)
			same(t, role, metric["metricName"], want.metric)
			same(t, role, metric["namespace"], "AWS/ElastiCache")
			same(t, role, metric["dimensions"], object{"CacheClusterId": group + node})
		}
		same(t, role, alarm.Input("threshold"), want.threshold)
		same(t, role, alarm.Input("alarmActions"), list{alarmsArn})
		if text, _ := alarm.Input("alarmDescription").(string); !strings.Contains(text, "ache sessions") {
			t.Errorf("%s does not say which cache: %q", role, text)
		}
	}
	single := cacheSessions(t, func(a *database.CacheArgs) { a.AlarmTopicArn, a.Preset = pulumi.String(alarmsArn), "sandbox" })
	same(t, "alarms without a replica", len(single.Type(alarmType)), 3)
}

// A version that was given is the user's to change, and AWS's no more.
func TestCacheVersion(t *testing.T) {
	t.Parallel()
	rec := cacheSessions(t, func(a *database.CacheArgs) {
		a.Engine, a.EngineVersion, a.EvictionPolicy = "redis", "7.0", "volatile-ttl"
	})
	group := rec.Find(cacheGroupType, "sessions-nodes")
	same(t, "version", group.Input("engineVersion"), "7.0")
	same(t, "upgrades", group.Input("autoMinorVersionUpgrade"), false)
	same(t, "ignored", len(group.IgnoreChanges), 0)
	parameters := rec.Find(cacheParametersType, "sessions-parameters")
	same(t, "family", parameters.Input("family"), "redis7")
	same(t, "evictions", parameters.Input("parameters[0].value"), "volatile-ttl")
}

func TestCacheExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		_, err := database.NewCache(ctx, "sessions", &database.CacheArgs{
			ExistingReplicationGroupId: "legacy", ExistingUserId: "program", ExistingClientSecurityGroupId: pulumi.String("sg-clients"), AlarmTopicArn: pulumi.String(alarmsArn),
		})
		return err
	}, recorder.Invoke("aws:elasticache/getReplicationGroup:getReplicationGroup", func(args map[string]any) (map[string]any, error) {
		return map[string]any{
			"id": "legacy", "replicationGroupId": "legacy", "arn": "arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:legacy",
			"primaryEndpointAddress": "primary.example", "readerEndpointAddress": "reader.example", "port": 6390, "memberClusters": []any{"legacy-001", "legacy-002"},
		}, nil
	}))
	same(t, "nothing but alarms", len(rec.Type(alarmType)), len(rec.List())-1)
	self := rec.Find(database.CacheToken, "sessions")
	for output, want := range map[string]string{
		"endpoint": "primary.example", "readerEndpoint": "reader.example", "port": "6390", "readerPort": "6390", "cacheName": "legacy", "userName": "program", "clientSecurityGroupId": "sg-clients",
	} {
		same(t, output, self.Output(output), want)
	}
	same(t, "policy", policyOf(t, rec, database.CacheToken, "sessions", "connectPolicy")[0].(object)["Resource"], list{
		"arn:aws:elasticache:eu-central-1:123456789012:replicationgroup:legacy", "arn:aws:elasticache:eu-central-1:123456789012:user:program",
	})
	same(t, "a node", rec.Find(alarmType, "sessions-lag").Input("metricQueries[2].metric.dimensions"), object{"CacheClusterId": "legacy-002"})
}

func TestCacheTransforms(t *testing.T) {
	t.Parallel()
	transform := database.CacheTransform{
		ReplicationGroup: retain[elasticache.ReplicationGroupArgs], ServerlessCache: retain[elasticache.ServerlessCacheArgs],
		ParameterGroup: retain[elasticache.ParameterGroupArgs], SubnetGroup: retain[elasticache.SubnetGroupArgs],
		User: retain[elasticache.UserArgs], DefaultUser: retain[elasticache.UserArgs], UserGroup: retain[elasticache.UserGroupArgs],
		ServerSecurityGroup: retain[ec2.SecurityGroupArgs], ClientSecurityGroup: retain[ec2.SecurityGroupArgs],
		IngressRule: retain[vpc.SecurityGroupIngressRuleArgs], EgressRule: retain[vpc.SecurityGroupEgressRuleArgs],
		LogGroup: retain[cloudwatch.LogGroupArgs], Alarm: retain[cloudwatch.MetricAlarmArgs],
	}
	for serverless, resources := range map[bool]int{false: 16, true: 11} {
		reached(t, cacheSessions(t, func(a *database.CacheArgs) {
			a.Serverless, a.AlarmTopicArn, a.Transform = &serverless, pulumi.String(alarmsArn), transform
		}), resources)
	}
}

// ElastiCache takes forty lower-case letters, digits and single hyphens.
func TestCacheLongName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{fifty, "Sessions.of--Users", "1st"} {
		for _, serverless := range []bool{false, true} {
			rec := record(t, newCache(name, func(a *database.CacheArgs) { a.Serverless = &serverless }))
			ids := map[string]bool{}
			check := func(resource, property string) {
				for _, r := range rec.Type(resource) {
					id := r.Input(property).(string)
					if len(id) > 40 || strings.Contains(id, "--") || strings.ToLower(id) != id || id[0] < 'a' || strings.ContainsAny(id, "._") {
						t.Errorf("%s has the %s %q", resource, property, id)
					}
					if ids[resource+id] {
						t.Errorf("%s: %q is there twice", resource, id)
					}
					ids[resource+id] = true
				}
			}
			check(cacheGroupType, "replicationGroupId")
			check(cacheServerlessType, "name")
			check(cacheUserType, "userId")
			check(cacheUsersType, "userGroupId")
			check(cacheParametersType, "name")
		}
	}
}

func TestCacheRefuses(t *testing.T) {
	t.Parallel()
	number := pulumi.IntRef
	serverless := func(set func(*database.CacheArgs)) func(*database.CacheArgs) {
		return func(a *database.CacheArgs) { a.Serverless = pulumi.BoolRef(true); set(a) }
	}
	const limits = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html"
	noEffect := ": has no effect on an existing cache, which this component does not change; leave it out, or leave existingReplicationGroupId out"
	sized := ": has no effect on a serverless cache, which AWS sizes and runs; leave it out, or leave serverless out"
	for name, test := range map[string]struct {
		set  func(*database.CacheArgs)
		want []string
	}{
		"no network": {func(a *database.CacheArgs) { a.VpcId, a.SubnetIds = nil, nil }, []string{
			"vpcId: is required: the security groups of the cache belong to a VPC; give one, or name an existingReplicationGroupId",
			"subnetIds: is required: the cache needs subnets in two availability zones; give some, or name an existingReplicationGroupId",
		}},
		"one subnet":  {func(a *database.CacheArgs) { a.SubnetIds = twoSubnets[:1] }, []string{"subnetIds: has one subnet; give subnets in at least two availability zones, so that the cache outlives one of them"}},
		"engine":      {func(a *database.CacheArgs) { a.Engine = "memcached" }, []string{`engine: "memcached" is not possible; use one of valkey, redis`}},
		"old version": {func(a *database.CacheArgs) { a.Engine, a.EngineVersion = "redis", "6.2" }, []string{`engineVersion: "6.2" is not a version of redis that lets users connect with IAM tokens; use "7.0" or "7.1", or leave it out`}},
		"node type":   {func(a *database.CacheArgs) { a.NodeType = "m7g.large" }, []string{`nodeType: "m7g.large" is not a class of nodes; write it as cache.m7g.large`}},
		"nodes":       {func(a *database.CacheArgs) { a.Nodes = number(7) }, []string{"nodes: 7 is out of range; use 1 to 6 (a primary and at most five replicas: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.html)"}},
		"eviction":    {func(a *database.CacheArgs) { a.EvictionPolicy = "lru" }, []string{`evictionPolicy: "lru" is not possible; use one of allkeys-lru, allkeys-lfu, allkeys-random, volatile-lru, volatile-lfu, volatile-random, volatile-ttl, noeviction`}},
		"snapshots":   {func(a *database.CacheArgs) { a.SnapshotRetentionDays = number(36) }, []string{"snapshotRetentionDays: 36 is out of range; use 0 to 35 (https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html)"}},
		"no snapshots of what is protected": {func(a *database.CacheArgs) { a.SnapshotRetentionDays = number(0) }, []string{
			"snapshotRetentionDays: 0 keeps no snapshots of a cache that deletionProtection says is worth keeping; use 1 to 35, or set deletionProtection to false",
		}},
		"a password":      {func(a *database.CacheArgs) { a.AccessString = "on >secret ~* +@all" }, []string{`accessString: "on >secret ~* +@all" is not possible: begin with "on", and leave passwords out, since the user connects with IAM tokens, as in "on ~app:* &* +@all -@dangerous"`}},
		"limits of nodes": {func(a *database.CacheArgs) { a.MaxDataGb = number(5) }, []string{"maxDataGb: limits a serverless cache; the limits of nodes are those of their nodeType. Set serverless, or leave it out"}},
		"nodes of serverless": {serverless(func(a *database.CacheArgs) {
			a.NodeType, a.Nodes, a.LogRetentionDays = "cache.m7g.large", number(2), number(7)
		}), []string{"nodeType" + sized, "nodes" + sized, "logRetentionDays" + sized}},
		"minor version":        {serverless(func(a *database.CacheArgs) { a.EngineVersion = "8.0" }), []string{`engineVersion: "8.0" is not possible for a serverless cache, which has a major version only; use "8", or leave it out`}},
		"data":                 {serverless(func(a *database.CacheArgs) { a.MaxDataGb = number(5001) }), []string{"maxDataGb: 5001 is out of range; use 1 to 5000 (" + limits + ")"}},
		"units":                {serverless(func(a *database.CacheArgs) { a.MaxEcpuPerSecond = number(10) }), []string{"maxEcpuPerSecond: 10 is out of range; use 1000 to 15000000 (" + limits + ")"}},
		"half an existing one": {func(a *database.CacheArgs) { a.ExistingUserId = "program" }, []string{"existingUserId: belongs to an existing cache; name its existingReplicationGroupId too, or leave this out"}},
		"existing": {func(a *database.CacheArgs) { a.ExistingReplicationGroupId = "legacy" }, []string{
			"existingClientSecurityGroupId: is required: it is what clients of the existing cache attach to be let in; give the group that the cache's own group names",
			"existingUserId: is required: it is who clients of the existing cache connect as; give the id of a user with IAM authentication",
			"vpcId" + noEffect, "subnetIds" + noEffect,
		}},
		"logs": {func(a *database.CacheArgs) { a.LogRetentionDays = number(2) }, []string{"logRetentionDays: CloudWatch Logs cannot keep logs for 2 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, newCache("sessions", test.set), `scaffold:database:Cache "sessions"`, test.want...)
		})
	}
}
