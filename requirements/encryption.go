package requirements

import (
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// always stands in for the line of compliance where a system names no framework: what is checked is
// the state of the art, which nobody has to ask for.
var always = source{"assumed", "encryption"}

func (c *comparison) citeAlways(v value) {
	if len(v.texts) == 0 {
		c.source = always
	}
}

// encryption wants everything that keeps data or messages to encrypt it. What AWS always
// encrypts (tables, buckets, logs, secrets) is not looked at here.
func encryption(c *comparison, v value) {
	c.citeAlways(v)
	found := false
	for _, flag := range []struct{ kind, property string }{
		{"rds:Instance", "storageEncrypted"}, {"rds:Cluster", "storageEncrypted"}, {"docdb:Cluster", "storageEncrypted"}, {"neptune:Cluster", "storageEncrypted"},
		{"elasticache:ReplicationGroup", "atRestEncryptionEnabled"}, {"efs:FileSystem", "encrypted"}, {"ebs:Volume", "encrypted"},
	} {
		for _, res := range c.of(flag.kind) {
			// A replica in the region of its source is encrypted as the source is.
			if kind(res) == "rds:Instance" && res.Input("replicateSourceDb") != nil && c.region(res) == c.Region {
				continue
			}
			found = true
			c.require(res, flag.property, "what it keeps can be read from its disks")
		}
	}
	for _, queue := range c.of("sqs:Queue") {
		found = true
		// Queues encrypt with a key of SQS unless they are told not to:
		// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html.
		if queue.Input("sqsManagedSseEnabled") == false && queue.Input("kmsMasterKeyId") == nil {
			c.broken(queue, "sqsManagedSseEnabled", "is false, and no key takes its place")
		} else {
			c.met(queue, "kmsMasterKeyId", "encrypts its messages")
		}
	}
	for _, topic := range c.of("sns:Topic") {
		found = true
		// Topics encrypt only if they have a key: https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html.
		c.given(topic, "kmsMasterKeyId", "without a key a topic does not encrypt messages")
	}
	for _, stream := range c.of("kinesis:Stream") {
		found = true
		if t := stream.Input("encryptionType"); t != "KMS" && !unknown(t) {
			c.broken(stream, "encryptionType", "is not KMS, so that records are kept in plain text (https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html)")
		} else {
			c.met(stream, "encryptionType", "is KMS")
		}
	}
	if !found {
		c.skip("the program has nothing that AWS does not encrypt in any case")
	}
}

// given notes whether an input is there at all.
func (c *comparison) given(res *recording.Resource, property, otherwise string) {
	if v := res.Input(property); v == nil || v == "" {
		c.broken(res, property, "is not set; %s", otherwise)
		return
	}
	c.met(res, property, "is set")
}

// keyed are the resources that can have a key of one's own, and the input that names it.
var keyed = []struct{ kind, property string }{
	{"rds:Instance", "kmsKeyId"}, {"rds:Cluster", "kmsKeyId"}, {"docdb:Cluster", "kmsKeyId"}, {"neptune:Cluster", "kmsKeyArn"},
	{"dynamodb:Table", "serverSideEncryption.kmsKeyArn"}, {"elasticache:ReplicationGroup", "kmsKeyId"}, {"elasticache:ServerlessCache", "kmsKeyId"},
	{"sqs:Queue", "kmsMasterKeyId"}, {"sns:Topic", "kmsMasterKeyId"}, {"kinesis:Stream", "kmsKeyId"}, {"efs:FileSystem", "kmsKeyId"},
	{"cloudwatch:LogGroup", "kmsKeyId"},
}

// customerKeys wants keys of one's own where a framework is to be complied with: access to them can
// be audited and taken away, which keys that AWS owns do not allow.
//
// Frameworks that controls for keys of one's own are mapped to (tables, topics and logs: GDPR Article 32, HIPAA
// 164.312(a)(2)(iv), PCI DSS 3.5.1, SOC 2 CC6.1), after https://github.com/prowler-cloud/prowler, prowler/compliance/aws.
func customerKeys(c *comparison, v value) {
	if len(v.texts) == 0 {
		c.skip("no framework asks for keys of one's own")
		return
	}
	frameworks := strings.ToUpper(strings.Join(v.texts, ", "))
	found := false
	for _, with := range keyed {
		for _, res := range c.of(with.kind) {
			if kind(res) == "rds:Instance" && res.Input("replicateSourceDb") != nil && c.region(res) == c.Region {
				continue
			}
			found = true
			key := res.Input(with.property)
			switch name := text(key); {
			case key == nil || key == "":
				c.broken(res, with.property, "is not set, so that a key of AWS encrypts it, which cannot be audited or revoked as %s takes", frameworks)
			case strings.HasPrefix(name, "alias/aws/") || strings.Contains(name, ":alias/aws/"):
				c.broken(res, with.property, "is %s, a key of AWS, which cannot be revoked as %s takes", name, frameworks)
			default:
				c.met(res, with.property, "is a key of one's own")
			}
		}
	}
	for _, bucket := range c.storeBuckets() {
		found = true
		configs := c.belonging("s3:BucketServerSideEncryptionConfiguration", "bucket", bucket)
		if len(configs) == 0 || configs[0].Input("rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId") == nil {
			c.broken(bucket, "", "is encrypted with a key of S3, which cannot be audited or revoked as %s takes", frameworks)
		} else {
			c.met(configs[0], "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId", "is a key of one's own")
		}
	}
	if !found {
		c.skip("the program has nothing that takes a key")
	}
}

// tls wants what faces the internet, and caches, to speak TLS only.
func tls(c *comparison, v value) {
	c.citeAlways(v)
	found := false
	for _, listener := range c.of("lb:Listener") {
		protocol := text(listener.Input("protocol"))
		if protocol != "HTTP" {
			if protocol == "HTTPS" || protocol == "TLS" {
				found = true
				c.met(listener, "protocol", "is %s", protocol)
			}
			continue // of TCP nobody can tell what it carries
		}
		found = true
		if listener.Input("defaultActions[0].type") != "redirect" || listener.Input("defaultActions[0].redirect.protocol") != "HTTPS" {
			c.broken(listener, "protocol", "is HTTP, and requests are not redirected to HTTPS")
		} else {
			c.met(listener, "defaultActions[0].redirect.protocol", "is HTTPS")
		}
	}
	for _, distribution := range c.of("cloudfront:Distribution") {
		found = true
		if policy := distribution.Input("defaultCacheBehavior.viewerProtocolPolicy"); policy == "allow-all" {
			c.broken(distribution, "defaultCacheBehavior.viewerProtocolPolicy", "is allow-all, which serves HTTP")
		} else {
			c.met(distribution, "defaultCacheBehavior.viewerProtocolPolicy", "is %v", policy)
		}
	}
	for _, cache := range c.of("elasticache:ReplicationGroup") {
		found = true
		c.require(cache, "transitEncryptionEnabled", "what is cached can be read on the way")
	}
	if !found {
		c.skip("nothing in this program accepts connections without TLS")
	}
}

// leastDays is for how long frameworks keep logs.
var leastDays = map[string]struct {
	days   float64
	source string
}{
	// Six years of 365 days; CloudWatch has 2192 days.
	"hipaa": {2190, "45 CFR 164.316(b)(2)(i): six years"},
	"pci":   {365, "PCI DSS 4.0, 10.5.1: at least twelve months"},
	// No number in SOC 2 itself: the period that is audited for CC7.2 is usually a year, and Prowler's check
	// cloudwatch_log_group_retention_policy_specific_days_enabled, mapped to CC7.2, wants 365 days.
	"soc2": {365, "SOC 2, CC7.2: the audited year"},
}

// retention wants logs kept for as long as the frameworks say.
func retention(c *comparison, v value) {
	least, because := 0.0, ""
	for _, framework := range v.texts {
		if rule := leastDays[framework]; rule.days > least {
			least, because = rule.days, rule.source
		}
	}
	groups := c.of("cloudwatch:LogGroup")
	if least == 0 || len(groups) == 0 {
		c.skip("no framework says for how long logs are kept, or the program has none")
		return
	}
	for _, group := range groups {
		// Not set, or 0, keeps them for ever.
		if days := number(group.Input("retentionInDays"), 0); days > 0 && days < least {
			c.broken(group, "retentionInDays", "is %v, and at least %v days are needed (%s)", days, least, because)
		} else {
			c.met(group, "retentionInDays", "is %v", days)
		}
	}
}
