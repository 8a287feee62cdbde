# Caches. https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html
# Memcached, and single nodes of Redis, are an aws:elasticache/cluster, which no component creates, but a program may.

guardrail "ElastiCache.1" {
  title    = "Caches are backed up each day"
  resource = ["aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster", "aws:elasticache/serverlessCache:ServerlessCache"]
  property = "snapshotRetentionLimit"
  when     = self.engine != "memcached" && self.replicationGroupId == null || resource.type == "aws:elasticache/replicationGroup:ReplicationGroup"
  require  = coalesce(self.snapshotRetentionLimit, 0) >= 1
  message  = "A cache that is lost starts empty, and all its readers fall upon the database at once."
  remedy   = "Set snapshotRetentionLimit to 1 or more; with Cache, set snapshotRetentionDays, which is 7 in production."
  severity = "high"
  controls = ["CKV_AWS_134"]

  pass "a week" { self = { engine = "valkey", snapshotRetentionLimit = 7 } }
  fail "default" { self = { engine = "valkey" } }
  fail "off" { self = { engine = "redis", snapshotRetentionLimit = 0 } }
  unknown "unknown" { self = { engine = "redis", snapshotRetentionLimit = unknown } }
  break { snapshotRetentionLimit = 0 }
}

guardrail "ElastiCache.2" {
  title    = "Caches take minor versions by themselves"
  resource = ["aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster"]
  property = "autoMinorVersionUpgrade"
  require  = coalesce(tostring(self.autoMinorVersionUpgrade), "true") == "true"
  message  = "Minor versions, which mend security faults, wait until somebody remembers."
  remedy   = "Set autoMinorVersionUpgrade to true; with Cache, give engineVersion as a major version, such as \"8\"."
  severity = "high"
  controls = ["CKV_AWS_322"]

  pass "on" { self = { engine = "valkey", autoMinorVersionUpgrade = true } }
  pass "default" { self = { engine = "valkey" } }
  fail "off" { self = { engine = "redis", autoMinorVersionUpgrade = false } }
}

guardrail "ElastiCache.3" {
  title    = "A replica of a cache takes over by itself"
  resource = "aws:elasticache/replicationGroup:ReplicationGroup"
  property = "automaticFailoverEnabled"
  require  = self.automaticFailoverEnabled == true
  message  = "When the primary node of this cache fails, the cache is down until somebody acts."
  remedy   = "Set automaticFailoverEnabled and multiAzEnabled to true, and have 2 nodes or more; with Cache, set nodes, which is 2 in production."
  severity = "medium"
  controls = ["CKV2_AWS_50"]

  pass "on" { self = { engine = "valkey", numCacheClusters = 2, automaticFailoverEnabled = true } }
  fail "default" { self = { engine = "valkey", numCacheClusters = 2 } }
  fail "one node" { self = { engine = "valkey", numCacheClusters = 1, automaticFailoverEnabled = false } }
  break { automaticFailoverEnabled = false }
}

guardrail "ElastiCache.4" {
  title    = "Caches encrypt what they store"
  resource = "aws:elasticache/replicationGroup:ReplicationGroup"
  property = "atRestEncryptionEnabled"
  require  = coalesce(tostring(self.atRestEncryptionEnabled), "false") == "true"
  message  = "The disks and snapshots of this cache are not encrypted."
  remedy   = "Set atRestEncryptionEnabled to true, which makes a new cache. Cache always does."
  severity = "medium"
  controls = ["CKV_AWS_29"]

  pass "on" { self = { engine = "valkey", atRestEncryptionEnabled = true } }
  fail "default" { self = { engine = "redis" } }
  fail "off" { self = { engine = "redis", atRestEncryptionEnabled = false } }
  break { atRestEncryptionEnabled = false }
}

guardrail "ElastiCache.5" {
  title    = "Caches speak TLS"
  resource = "aws:elasticache/replicationGroup:ReplicationGroup"
  property = "transitEncryptionEnabled"
  require  = self.transitEncryptionEnabled == true && coalesce(self.transitEncryptionMode, "required") == "required"
  message  = "Clients may talk to this cache in plain text, their passwords included."
  remedy   = "Set transitEncryptionEnabled to true and transitEncryptionMode to \"required\". Cache always does."
  severity = "medium"
  controls = ["CKV_AWS_30"]

  pass "on" { self = { engine = "valkey", transitEncryptionEnabled = true, transitEncryptionMode = "required" } }
  fail "default" { self = { engine = "redis" } }
  fail "off" { self = { engine = "redis", transitEncryptionEnabled = false } }
  fail "as clients like" { self = { engine = "valkey", transitEncryptionEnabled = true, transitEncryptionMode = "preferred" } }
  break { transitEncryptionMode = "preferred" }
}

# From version 6 on there are users with rights of their own, which do what a password for all did before.
guardrail "ElastiCache.6" {
  title    = "Caches ask who is there"
  resource = "aws:elasticache/replicationGroup:ReplicationGroup"
  property = "userGroupIds"
  require  = self.authToken != null || length(self.userGroupIds) > 0
  message  = "Whoever reaches this cache may read and empty it."
  remedy   = "Set userGroupIds to a group with users of your own, or authToken before version 6. Cache makes a user and a group."
  severity = "medium"
  controls = ["CKV_AWS_31"]

  pass "users" { self = { engine = "valkey", transitEncryptionEnabled = true, userGroupIds = ["sessions"] } }
  pass "a password" { self = { engine = "redis", engineVersion = "5.0.6", transitEncryptionEnabled = true, authToken = "a-placeholder-of-a-token" } }
  fail "default" { self = { engine = "redis" } }
  fail "nobody" { self = { engine = "valkey", userGroupIds = [] } }
  break { userGroupIds = [] }
}

guardrail "ElastiCache.7" {
  title    = "Caches are in subnets that were chosen for them"
  resource = ["aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/cluster:Cluster"]
  property = "subnetGroupName"
  when     = resource.type == "aws:elasticache/replicationGroup:ReplicationGroup" || self.replicationGroupId == null
  require  = self.subnetGroupName != null && self.subnetGroupName != "default"
  message  = "This cache lands in the default VPC, whose subnets lead to the internet."
  remedy   = "Set subnetGroupName to a group of private subnets in two zones; with Cache, give vpcId and subnetIds."
  severity = "high"

  pass "own subnets" { self = { engine = "valkey", subnetGroupName = "sessions" } }
  fail "default" { self = { engine = "valkey" } }
  fail "default group" { self = { engine = "valkey", subnetGroupName = "default" } }
  break { subnetGroupName = "default" }
}

guardrail "CKV_AWS_191" {
  title    = "Caches are encrypted with a key of one's own"
  resource = ["aws:elasticache/replicationGroup:ReplicationGroup", "aws:elasticache/serverlessCache:ServerlessCache"]
  property = "kmsKeyId"
  require  = length(refers(self.kmsKeyId, "aws:kms/key:Key")) > 0 || self.kmsKeyId != null && !matches(self.kmsKeyId, "alias/aws/")
  message  = "This cache is encrypted with a key of AWS, whose use cannot be restricted or taken away."
  remedy   = "Set kmsKeyId to the ARN of your key; with Cache, give kmsKeyArn. A cache that exists is made anew, and empty."
  severity = "low"

  pass "own key" { self = { engine = "valkey", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "default" { self = { engine = "valkey" } }
  unknown "unknown" { self = { engine = "valkey", kmsKeyId = unknown } }
  break { kmsKeyId = null }
}
