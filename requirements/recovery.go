package requirements

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

var recoveryDecisions = []string{"recovery", "disaster_recovery", "dr", "regions"}

func count10(n int) string {
	if n == 0 {
		return "no"
	}
	return strconv.Itoa(n)
}

// pointInTime is how far behind a point-in-time restore of RDS may be, in seconds: it saves the
// transaction log every five minutes
// (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html).
const pointInTime = 300

// backups wants everything that keeps data to be restorable to a moment not
// further back than the rpo.
func backups(c *comparison, v value) {
	found := false
	for _, db := range c.primaries() {
		found = true
		// Not set is 0 for an instance, which turns backups off.
		c.atLeast(db, "backupRetentionPeriod", 1, "without automatic backups there is no moment to restore to")
		if v.number < pointInTime && c.env.Preset == "production" {
			c.require(db, "multiAz", "backups may be five minutes behind (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html), and only a standby is closer")
		}
	}
	for _, cluster := range c.clusters() {
		found = true
		// Not set is one day for a cluster, and it cannot be less.
		if days := number(cluster.Input("backupRetentionPeriod"), 1); days < 1 {
			c.broken(cluster, "backupRetentionPeriod", "is %v, and without automatic backups there is no moment to restore to", days)
		} else {
			c.met(cluster, "backupRetentionPeriod", "is %v", days)
		}
	}
	for _, table := range c.of("dynamodb:Table") {
		found = true
		c.require(table, "pointInTimeRecovery.enabled", "without it a table can be restored to no moment (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html)")
	}
	for _, bucket := range c.dataBuckets() {
		found = true
		if versioning := c.belonging("s3:BucketVersioning", "bucket", bucket); len(versioning) == 0 {
			c.broken(bucket, "", "keeps no older versions, so that what is overwritten or deleted is gone: it has no versioning (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html)")
		} else if status := versioning[0].Input("versioningConfiguration.status"); status != "Enabled" && !unknown(status) {
			c.broken(versioning[0], "versioningConfiguration.status", "is %v; what is overwritten or deleted is gone", status)
		} else {
			c.met(versioning[0], "versioningConfiguration.status", "is Enabled")
		}
	}
	if !found {
		c.skip("the program keeps no data")
	}
}

// belonging returns the resources of a kind whose input refers to another resource.
func (c *comparison) belonging(kinds, property string, to *recording.Resource) []*recording.Resource {
	var found []*recording.Resource
	for _, res := range c.of(kinds) {
		if slices.Contains(c.refers(res, property, kind(to)), to) {
			found = append(found, res)
		}
	}
	return found
}

// logSinks are the inputs that name a bucket for logs.
var logSinks = []struct{ kind, property string }{
	{"lb:LoadBalancer", "accessLogs.bucket"}, {"lb:LoadBalancer", "connectionLogs.bucket"},
	{"s3:BucketLogging", "targetBucket"}, {"cloudfront:Distribution", "loggingConfig.bucket"},
	{"cloudwatch:LogDeliveryDestination", "deliveryDestinationConfiguration.destinationResourceArn"},
	{"cloudtrail:Trail", "s3BucketName"}, {"ec2:FlowLog", "logDestination"},
}

// dataBuckets are the buckets that are not there for logs.
func (c *comparison) dataBuckets() []*recording.Resource {
	var logs []*recording.Resource
	for _, sink := range logSinks {
		for _, res := range c.of(sink.kind) {
			logs = append(logs, c.refers(res, sink.property, "s3:Bucket")...)
		}
	}
	return slices.DeleteFunc(c.of("s3:Bucket"), func(b *recording.Resource) bool {
		return slices.Contains(logs, b) || strings.HasSuffix(b.Name, "-access-logs")
	})
}

// storeBuckets are the buckets that keep a store of the system.
func (c *comparison) storeBuckets() []*recording.Resource {
	var found []*recording.Resource
	for _, store := range c.system.Stores {
		if store.Model == "object" {
			for _, keeper := range c.keepers(store) {
				if !slices.Contains(found, keeper) {
					found = append(found, keeper)
				}
			}
		}
	}
	return found
}

// copies wants all data in a second region if the system has one.
func copies(c *comparison, _ value) {
	others, ok := c.otherRegions()
	if !ok {
		return
	}
	because := fmt.Sprintf("if %s is lost, so is the data", c.Region)
	found := false
	for _, plan := range c.of("backup:Plan") {
		for _, rule := range list(plan.Input("rules")) {
			if rule, ok := rule.(map[string]any); ok && rule["copyActions"] != nil {
				c.met(plan, "rules", "copies what it backs up")
				return
			}
		}
	}
	for _, db := range c.primaries() {
		if c.region(db) != c.Region {
			continue
		}
		found = true
		replicas := append(c.belonging("rds:Instance", "replicateSourceDb", db), c.belonging("rds:InstanceAutomatedBackupsReplication", "sourceDbInstanceArn", db)...)
		c.elsewhere(db, replicas, others, because)
	}
	for _, cluster := range c.clusters() {
		found = true
		var copies []*recording.Resource
		for _, other := range c.of(kind(cluster)) {
			same := text(cluster.Input("globalClusterIdentifier"))
			if other != cluster && same != "" && text(other.Input("globalClusterIdentifier")) == same || slices.Contains(c.refers(other, "replicationSourceIdentifier", kind(cluster)), cluster) {
				copies = append(copies, other)
			}
		}
		c.elsewhere(cluster, copies, others, because)
	}
	for _, table := range c.of("dynamodb:Table") {
		found = true
		if len(list(table.Input("replicas"))) == 0 && len(c.belonging("dynamodb:TableReplica", "globalTableArn", table)) == 0 {
			c.broken(table, "replicas", "names no other region; %s", because)
		} else {
			c.met(table, "replicas", "names another region")
		}
	}
	for _, bucket := range c.storeBuckets() {
		found = true
		if len(c.belonging("s3:BucketReplicationConfig", "bucket", bucket)) == 0 {
			c.broken(bucket, "", "is not replicated; %s", because)
		} else {
			c.met(bucket, "", "is replicated")
		}
	}
	if !found {
		c.skip("the program keeps no data")
	}
}

// elsewhere notes whether one of several copies is in another region of the system.
func (c *comparison) elsewhere(res *recording.Resource, copies []*recording.Resource, regions []string, because string) {
	for _, copy := range copies {
		if slices.Contains(regions, c.region(copy)) {
			c.met(res, "", "has a copy in %s: %s", c.region(copy), copy.Name)
			return
		}
	}
	c.broken(res, "", "has no copy in %s; %s", strings.Join(regions, " or "), because)
}

// otherRegions are the regions of the system beside the first; false if there are none.
func (c *comparison) otherRegions() ([]string, bool) {
	v, _ := c.system.requirement(c.env, "regions")
	if len(v.texts) < 2 {
		c.skip("the system has one region")
		return nil, false
	}
	return v.texts[1:], true
}

// deletion wants what cannot be had back within the rto to be protected from a single mistake.
func deletion(c *comparison, _ value) {
	found := false
	const because = "what is deleted by mistake is not back in time"
	for _, db := range append(c.primaries(), c.clusters()...) {
		found = true
		c.require(db, "deletionProtection", because)
		if db.Input("skipFinalSnapshot") == true {
			c.broken(db, "skipFinalSnapshot", "is true, so that a deleted database leaves nothing to restore from")
		} else {
			c.met(db, "skipFinalSnapshot", "is not set")
		}
	}
	for _, table := range c.of("dynamodb:Table") {
		found = true
		c.require(table, "deletionProtectionEnabled", because)
	}
	for _, bucket := range c.dataBuckets() {
		found = true
		if bucket.Input("forceDestroy") == true {
			c.broken(bucket, "forceDestroy", "is true, so that the bucket can be deleted with all it holds")
		} else {
			c.met(bucket, "forceDestroy", "is not set")
		}
	}
	for _, balancer := range c.of("lb:LoadBalancer") {
		found = true
		c.require(balancer, "enableDeletionProtection", because)
	}
	if !found {
		c.skip("the program has nothing that is slow to have back")
	}
}

// byHand is the rto from which people can do what automatic failover does, in seconds. AWS says
// "10s of minutes" for a pilot light that people promote, and "minutes" for a warm standby
// (https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html).
const byHand = 600

// failover wants users to be led to the second region when the first is gone.
func failover(c *comparison, v value) {
	if _, ok := c.otherRegions(); !ok {
		return
	}
	if v.number >= byHand {
		c.skip("within this time people can lead users to the second region")
		return
	}
	for _, record := range c.of("route53:Record") {
		if record.Input("failoverRoutingPolicies") != nil || record.Input("latencyRoutingPolicies") != nil {
			c.met(record, "", "leads to another region by itself")
			return
		}
	}
	for _, distribution := range c.of("cloudfront:Distribution") {
		if len(list(distribution.Input("originGroups"))) > 0 {
			c.met(distribution, "originGroups", "leads to another origin by itself")
			return
		}
	}
	c.broken(nil, "", "nothing leads users to the second region when the first is gone: there is no DNS record with a failover or latency policy, and no group of origins")
}
