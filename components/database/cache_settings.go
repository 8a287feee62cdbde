package database

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// cacheSettings are the plain arguments of a Cache, with defaults filled in.
type cacheSettings struct {
	engine, version        string
	pinned                 bool // the version was given: AWS must not change it
	serverless, protected  bool
	nodeType, eviction     string
	nodes, snapshots, logs int
	maxData, maxEcpu       int
	access                 string
}

// cacheEngine is what differs between the engines. A user that connects with IAM
// tokens needs Valkey 7.2 or Redis 7.0 at least:
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth-iam.html
type cacheEngine struct {
	version, serverlessVersion string
	versions                   *regexp.Regexp
	serverlessVersions         *regexp.Regexp
	families                   map[string]string // by major version
	examples                   string
}

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html
var cacheEngines = map[string]cacheEngine{
	"valkey": {
		version: "8.0", serverlessVersion: "8", examples: `"7.2", "8.0" or "8.1"`,
		versions: regexp.MustCompile(`^(7\.2|8\.\d)$`), serverlessVersions: regexp.MustCompile(`^[78]$`),
		families: map[string]string{"7": "valkey7", "8": "valkey8"},
	},
	"redis": {
		version: "7.1", serverlessVersion: "7", examples: `"7.0" or "7.1"`,
		versions: regexp.MustCompile(`^7\.[01]$`), serverlessVersions: regexp.MustCompile(`^7$`),
		families: map[string]string{"7": "redis7"},
	},
}

var (
	cacheNodeType  = regexp.MustCompile(`^cache\.[a-z0-9]+\.[a-z0-9]+$`)
	cacheEvictions = []string{"allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl", "noeviction"}
)

const cacheLimits = "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html"

func cacheSettingsOf(s *convention.Scope, args *CacheArgs) cacheSettings {
	d := cacheSettings{
		engine:     or(args.Engine, "valkey"),
		pinned:     args.EngineVersion != "",
		serverless: convention.Or(args.Serverless, false),
		protected:  convention.Choose(args.DeletionProtection, s.Preset, true, false),
		nodeType:   or(args.NodeType, convention.Choose(nil, s.Preset, "cache.m7g.large", "cache.t4g.micro")),
		eviction:   or(args.EvictionPolicy, "allkeys-lru"),
		nodes:      convention.Choose(args.Nodes, s.Preset, 2, 1),
		snapshots:  convention.Choose(args.SnapshotRetentionDays, s.Preset, 7, 0),
		logs:       convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
		maxData:    convention.Choose(args.MaxDataGb, s.Preset, 50, 1),
		maxEcpu:    convention.Choose(args.MaxEcpuPerSecond, s.Preset, 100_000, 1000),
		// Libraries ask for "info" when they connect.
		access: or(args.AccessString, "on ~* &* +@all -@dangerous +info"),
	}
	e := cacheEngines[d.engine]
	if d.serverless {
		d.version = or(args.EngineVersion, e.serverlessVersion)
	} else {
		d.version = or(args.EngineVersion, e.version)
	}
	return d
}

// check refuses what cannot be created, and what would have no effect.
func (b *cacheBuilder) check() {
	args := b.args
	b.Require("vpcId", args.VpcId, "the security groups of the cache belong to a VPC; give one, or name an existingReplicationGroupId")
	b.Require("subnetIds", args.SubnetIds, "the cache needs subnets in two availability zones; give some, or name an existingReplicationGroupId")
	if subnets, known := args.SubnetIds.(pulumi.StringArray); known && len(subnets) == 1 && (b.serverless || b.nodes > 1) {
		b.Refuse("subnetIds", "has one subnet; give subnets in at least two availability zones, so that the cache outlives one of them")
	}
	if args.ExistingClientSecurityGroupId != nil {
		b.Refuse("existingClientSecurityGroupId", "belongs to an existing cache; name its existingReplicationGroupId too, or leave this out")
	}
	if args.ExistingUserId != "" {
		b.Refuse("existingUserId", "belongs to an existing cache; name its existingReplicationGroupId too, or leave this out")
	}
	b.Between("snapshotRetentionDays", b.snapshots, 0, 35, "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html")
	if b.protected && b.snapshots == 0 {
		b.Refuse("snapshotRetentionDays", "0 keeps no snapshots of a cache that deletionProtection says is worth keeping; use 1 to 35, or set deletionProtection to false")
	}
	if !strings.HasPrefix(b.access, "on ") || strings.ContainsAny(b.access, "><#!") || strings.Contains(b.access, "nopass") {
		b.Refuse("accessString", "%q is not possible: begin with \"on\", and leave passwords out, since the user connects with IAM tokens, as in %q", b.access, "on ~app:* &* +@all -@dangerous")
	}
	e, known := cacheEngines[b.engine]
	if !known {
		b.OneOf("engine", b.engine, "valkey", "redis")
	}
	if b.serverless {
		b.checkServerless(e, known)
	} else {
		b.checkNodes(e, known)
	}
}

func (b *cacheBuilder) checkServerless(e cacheEngine, known bool) {
	if known && !e.serverlessVersions.MatchString(b.version) {
		b.Refuse("engineVersion", "%q is not possible for a serverless cache, which has a major version only; use %q, or leave it out", b.version, e.serverlessVersion)
	}
	b.Between("maxDataGb", b.maxData, 1, 5000, cacheLimits)
	b.Between("maxEcpuPerSecond", b.maxEcpu, 1000, 15_000_000, cacheLimits)
	for _, a := range []struct {
		argument string
		set      bool
	}{
		{"nodeType", b.args.NodeType != ""}, {"nodes", b.args.Nodes != nil},
		{"evictionPolicy", b.args.EvictionPolicy != ""}, {"logRetentionDays", b.args.LogRetentionDays != nil},
	} {
		if a.set {
			b.Refuse(a.argument, "has no effect on a serverless cache, which AWS sizes and runs; leave it out, or leave serverless out")
		}
	}
}

func (b *cacheBuilder) checkNodes(e cacheEngine, known bool) {
	if known && !e.versions.MatchString(b.version) {
		b.Refuse("engineVersion", "%q is not a version of %s that lets users connect with IAM tokens; use %s, or leave it out", b.version, b.engine, e.examples)
	}
	if !cacheNodeType.MatchString(b.nodeType) {
		b.Refuse("nodeType", "%q is not a class of nodes; write it as cache.m7g.large", b.nodeType)
	}
	b.Between("nodes", b.nodes, 1, 6, "a primary and at most five replicas: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.html")
	b.OneOf("evictionPolicy", b.eviction, cacheEvictions...)
	b.LogRetention("logRetentionDays", b.logs)
	for _, a := range []struct {
		argument string
		set      bool
	}{{"maxDataGb", b.args.MaxDataGb != nil}, {"maxEcpuPerSecond", b.args.MaxEcpuPerSecond != nil}} {
		if a.set {
			b.Refuse(a.argument, "limits a serverless cache; the limits of nodes are those of their nodeType. Set serverless, or leave it out")
		}
	}
}

// checkExisting refuses what an existing cache leaves open, and arguments that would
// have no effect on it.
func (b *cacheBuilder) checkExisting() {
	args := b.args
	b.Require("existingClientSecurityGroupId", args.ExistingClientSecurityGroupId, "it is what clients of the existing cache attach to be let in; give the group that the cache's own group names")
	b.Require("existingUserId", args.ExistingUserId, "it is who clients of the existing cache connect as; give the id of a user with IAM authentication")
	for _, a := range []struct {
		argument string
		set      bool
	}{
		{"engine", args.Engine != ""},
		{"engineVersion", args.EngineVersion != ""},
		{"serverless", args.Serverless != nil},
		{"nodeType", args.NodeType != ""},
		{"nodes", args.Nodes != nil},
		{"maxDataGb", args.MaxDataGb != nil},
		{"maxEcpuPerSecond", args.MaxEcpuPerSecond != nil},
		{"evictionPolicy", args.EvictionPolicy != ""},
		{"accessString", args.AccessString != ""},
		{"vpcId", args.VpcId != nil},
		{"subnetIds", args.SubnetIds != nil},
		{"kmsKeyArn", args.KmsKeyArn != nil},
		{"snapshotRetentionDays", args.SnapshotRetentionDays != nil},
		{"logRetentionDays", args.LogRetentionDays != nil},
		{"deletionProtection", args.DeletionProtection != nil},
	} {
		if a.set {
			b.Refuse(a.argument, "has no effect on an existing cache, which this component does not change; leave it out, or leave existingReplicationGroupId out")
		}
	}
}

// cacheIdentifier is the name of a part of the cache at AWS, which takes forty lower
// case letters, digits and single hyphens for all of them. It is known beforehand,
// since the names of log groups contain it, and differs between stacks.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
func cacheIdentifier(s *convention.Scope, role string) string {
	const longest = 40
	sum := sha256.Sum256([]byte(s.Ctx.Project() + "/" + s.Ctx.Stack() + "/" + s.Name))
	suffix := role + "-" + hex.EncodeToString(sum[:])[:7]
	name := strings.Trim(notInIdentifier.ReplaceAllString(strings.ToLower(s.Name), "-"), "-")
	if name == "" || name[0] < 'a' {
		name = "cache-" + name
	}
	if len(name)+len(suffix) > longest {
		name = name[:longest-len(suffix)]
	}
	return strings.TrimRight(name, "-") + suffix
}
