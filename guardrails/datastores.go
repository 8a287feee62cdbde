package guardrails

import (
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A store is a type of resource that keeps data. Each path is that of an input,
// with dots; "" stands for what the type does not have.
type store struct {
	kind       string
	encryption string // must be true; "" if AWS encrypts it always
	backups    string // must be more than zero, or true
	kept       float64
	lock       string // refuses deletion
	skip       string // skips the last snapshot
	snapshot   string // names the last snapshot
	public     string // must not be true
	isPublic   bool   // what AWS takes when public is not set
	copies     string // if set, this is a copy: its backups and its encryption are those of its source
}

// stores are the types checked, with what AWS takes for days of backups when
// nothing is set. The pages behind them are those of each resource in
// https://www.pulumi.com/registry/packages/aws/api-docs/
var stores = []store{
	{kind: "rds:Instance", encryption: "storageEncrypted", backups: "backupRetentionPeriod", lock: "deletionProtection", skip: "skipFinalSnapshot", snapshot: "finalSnapshotIdentifier", public: "publiclyAccessible", copies: "replicateSourceDb"},
	{kind: "rds:Cluster", encryption: "storageEncrypted", backups: "backupRetentionPeriod", kept: 1, lock: "deletionProtection", skip: "skipFinalSnapshot", snapshot: "finalSnapshotIdentifier", copies: "replicationSourceIdentifier"},
	{kind: "rds:ClusterInstance", public: "publiclyAccessible"},
	{kind: "rds:GlobalCluster", encryption: "storageEncrypted", lock: "deletionProtection", copies: "sourceDbClusterIdentifier"},
	{kind: "docdb:Cluster", encryption: "storageEncrypted", backups: "backupRetentionPeriod", kept: 1, lock: "deletionProtection", skip: "skipFinalSnapshot", snapshot: "finalSnapshotIdentifier"},
	{kind: "neptune:Cluster", encryption: "storageEncrypted", backups: "backupRetentionPeriod", kept: 1, lock: "deletionProtection", skip: "skipFinalSnapshot", snapshot: "finalSnapshotIdentifier", copies: "replicationSourceIdentifier"},
	{kind: "neptune:ClusterInstance", public: "publiclyAccessible"},
	{kind: "dynamodb:Table", backups: "pointInTimeRecovery.enabled", lock: "deletionProtectionEnabled"},
	{kind: "keyspaces:Table", backups: "pointInTimeRecovery.status"},
	{kind: "elasticache:ReplicationGroup", encryption: "atRestEncryptionEnabled", backups: "snapshotRetentionLimit"},
	{kind: "memorydb:Cluster", backups: "snapshotRetentionLimit"},
	{kind: "redshift:Cluster", encryption: "encrypted", backups: "automatedSnapshotRetentionPeriod", kept: 1, skip: "skipFinalSnapshot", snapshot: "finalSnapshotIdentifier", public: "publiclyAccessible", isPublic: true},
	{kind: "redshiftserverless:Workgroup", public: "publiclyAccessible"},
	{kind: "opensearch:Domain", encryption: "encryptAtRest.enabled"},
	{kind: "efs:FileSystem", encryption: "encrypted"},
	{kind: "ebs:Volume", encryption: "encrypted"},
	{kind: "mq:Broker", public: "publiclyAccessible"},
	{kind: "dms:ReplicationInstance", public: "publiclyAccessible"},
	{kind: "s3:Bucket", skip: "forceDestroy"},
}

// dataStores wants every store encrypted, private and never deleted before its
// replacement exists; and its locks consistent.
//
// A recording does not say whether a stack is one of production. A store does: whoever
// sets one of its locks (protect, deletion protection) wants to keep the data.
// Then all of them must hold, and there must be backups, for a lock is only as good as
// the weakest. A store without any lock is one to throw away.
func dataStores(p *program, add report) {
	for _, s := range stores {
		for _, res := range p.kinds[s.kind] {
			copied := s.copies != "" && res.Inputs[s.copies] != nil
			if s.encryption != "" && !copied && !truth(s.in(res, s.encryption), false, true) {
				add(res, s.encryption, "is not true: the data is not encrypted at rest", "set it to true; it cannot be changed later without a new resource")
			}
			if s.public != "" && truth(s.in(res, s.public), s.isPublic, false) {
				add(res, s.public, "is true: the data can be reached from the internet", "set it to false")
			}
			if res.DeleteBeforeReplace {
				add(res, "", "is deleted before it is replaced: the data would be gone", "take the option deleteBeforeReplace away")
			}
			s.locks(res, copied, add)
		}
	}
	for _, domain := range p.kinds["opensearch:Domain"] {
		if domain.Inputs["vpcOptions"] == nil {
			add(domain, "vpcOptions", "is not set: the data can be reached from the internet", "put the domain into private subnets")
		}
	}
	for _, stream := range p.kinds["kinesis:Stream"] {
		if v := stream.Inputs["encryptionType"]; v != "KMS" && !isUnknown(v) {
			add(stream, "encryptionType", "is not KMS: the data is not encrypted at rest", `set it to "KMS", and kmsKeyId`)
		}
	}
}

func (s store) in(res *recording.Resource, path string) any {
	return dig(res.Inputs, strings.Split(path, ".")...)
}

// locks wants all locks of a store to hold, or none.
func (s store) locks(res *recording.Resource, copied bool, add report) {
	locked := s.lock != "" && truth(s.in(res, s.lock), false, false)
	if !locked && !res.Protect || s.lock == "" && s.skip == "" && s.backups == "" {
		return
	}
	is := "is protected"
	if !res.Protect {
		is = "has " + s.lock
		add(res, "", is+", but not the option protect: a replacement or a removal from the program is tried, and fails in the middle of a deployment",
			"set protect too, or neither of the two")
	}
	if s.lock != "" && !locked && !isUnknown(s.in(res, s.lock)) {
		add(res, s.lock, sprint("is not true, though the resource %s: anybody with AWS's console may delete it", is), "set it to true")
	}
	if s.skip != "" && truth(s.in(res, s.skip), false, false) && !copied {
		add(res, s.skip, sprint("is true, though the resource %s: its deletion would leave nothing", is), "set it to false")
	} else if s.snapshot != "" && s.in(res, s.snapshot) == nil && !copied {
		add(res, s.snapshot, sprint("is not set, though the resource %s: AWS wants a name for the last snapshot", is), "set it")
	}
	if s.backups != "" && !copied {
		value := s.in(res, s.backups)
		if !isUnknown(value) && !truth(value, false, true) && value != "ENABLED" && number(value, s.kept) <= 0 {
			add(res, s.backups, sprint("makes no backups, though the resource %s", is), "keep backups")
		}
	}
}

var blocks = []string{"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"}

// publicBuckets wants no bucket open to the public. A new bucket blocks it all;
// this is about what a program takes back.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
func publicBuckets(p *program, add report) {
	for _, res := range p.of("s3:BucketPublicAccessBlock", "s3:AccountPublicAccessBlock") {
		for _, block := range blocks {
			if !truth(res.Inputs[block], false, true) {
				add(res, block, "is not true: the bucket could be opened to the public", "set it to true")
			}
		}
	}
	for _, res := range p.of("s3:Bucket", "s3:BucketAcl", "s3:BucketObject", "s3:BucketObjectv2") {
		if acl := text(res.Inputs["acl"]); strings.HasPrefix(acl, "public-") || acl == "authenticated-read" {
			add(res, "acl", sprint("is %s: the data can be read from the internet", acl), "leave it out, and give access through a policy or CloudFront")
		}
	}
}
