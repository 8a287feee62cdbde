# What holds for data stores: none is without a backup, and none that is meant to stay can be deleted by one mistake.

# One day of backups is the least, in a sandbox too; RDS.11 asks for a week. Tables and buckets are asked by DynamoDB.2 and
# S3.14, which is the same for them. What a database does without the property: the provider sets 0 days for an instance,
# AWS 1 day for a cluster. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
guardrail "GUIDE.backup" {
  title    = "No database is without a backup"
  resource = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]
  property = "backupRetentionPeriod"
  when     = self.replicateSourceDb == null && self.replicationSourceIdentifier == null
  require  = coalesce(self.backupRetentionPeriod, resource.type == "aws:rds/cluster:Cluster" ? 1 : 0) >= 1
  message  = "Nothing brings back what is lost from this database: not a mistake of a program, not one of a person."
  remedy   = "Set backupRetentionPeriod to 1 or more; with Relational, Aurora or Replica, set backupRetentionDays, which is 14 in production and 1 in sandbox."
  severity = "high"

  pass "a day" { self = { engine = "postgres", backupRetentionPeriod = 1 } }
  pass "a replica" { self = { replicateSourceDb = "orders-1a2b3c" } }
  pass "a cluster by default" {
    type = "aws:rds/cluster:Cluster"
    self = { engine = "aurora-postgresql" }
  }
  fail "none" { self = { engine = "postgres", backupRetentionPeriod = 0 } }
  fail "default" { self = { engine = "postgres" } }
  unknown "unknown" { self = { engine = "postgres", backupRetentionPeriod = unknown } }
  break {
    backupRetentionPeriod = 0
    also                  = ["RDS.11"]
  }
}

# No property says whether a store is of production. What says it is how the program wants it deleted: with a last
# snapshot, because somebody will want the data, or without one, because nobody will. Only the first is asked to be
# protected. Whether production says so at all is for RDS.7, RDS.8 and DynamoDB.6 to find, which ask it of every store.
# AWS itself protects databases; a cache is protected by Pulumi only.
guardrail "GUIDE.deletion" {
  title    = "Data that is meant to stay is protected from deletion"
  resource = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:elasticache/replicationGroup:ReplicationGroup"]
  property = "deletionProtection"
  when = (
    resource.type == "aws:elasticache/replicationGroup:ReplicationGroup" ? self.finalSnapshotIdentifier != null
    : self.skipFinalSnapshot != true && self.replicateSourceDb == null
  )
  require  = resource.type == "aws:elasticache/replicationGroup:ReplicationGroup" ? resource.protect : self.deletionProtection == true
  message  = "This store takes a last snapshot because its data is wanted, but is deleted without being asked twice."
  remedy   = "Set deletionProtection of a database to true, and the resource option protect of a cache; with Relational, Aurora, Replica and Cache, leave deletionProtection at its default in production. If the data may go, take no last snapshot."
  severity = "high"

  pass "protected" { self = { engine = "postgres", finalSnapshotIdentifier = "orders-final", deletionProtection = true } }
  pass "may go" { self = { engine = "postgres", skipFinalSnapshot = true } }
  pass "a cache" {
    type    = "aws:elasticache/replicationGroup:ReplicationGroup"
    self    = { engine = "valkey", finalSnapshotIdentifier = "sessions-final" }
    protect = true
  }
  fail "wanted" { self = { engine = "postgres", finalSnapshotIdentifier = "orders-final", deletionProtection = false } }
  fail "default" { self = { engine = "postgres" } }
  fail "a cache that is wanted" {
    type = "aws:elasticache/replicationGroup:ReplicationGroup"
    self = { engine = "valkey", finalSnapshotIdentifier = "sessions-final" }
  }
  break {
    skipFinalSnapshot  = false
    deletionProtection = false
    also               = ["RDS.7", "RDS.8"]
  }
}

# AWS Backup is mostly set up once for an organisation and takes resources by tags, out of sight of a program that creates
# them. So this asks only where the program itself has selections: then none of its data stores is to be forgotten.
guardrail "RDS.26" {
  title    = "Backup plans of a program take in all its data stores"
  resource = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:dynamodb/table:Table"]
  when     = length(resources("aws:backup/selection:Selection")) > 0 && self.replicateSourceDb == null
  require = length(referrers("aws:backup/selection:Selection", "resources")) > 0 || anytrue([
    for selection in resources("aws:backup/selection:Selection") : (
      anytrue([for pattern in selection.resources : contains(
        resource.type == "aws:dynamodb/table:Table" ? ["*", "arn:aws:dynamodb:*:*:table/*"]
        : resource.type == "aws:rds/instance:Instance" ? ["*", "arn:aws:rds:*:*:db:*"]
        : ["*", "arn:aws:rds:*:*:cluster:*"],
      pattern)])
      || anytrue([for tag in selection.selectionTags : self.tags[tag.key] == tag.value])
    )
  ])
  message  = "This program has backup plans, but none of their selections takes in this data store."
  remedy   = "Add the ARN of the store to resources of an aws:backup/selection, or give it the tag by which one selects."
  severity = "medium"
  controls = ["DynamoDB.4", "CKV2_AWS_8"]

  pass "by its ARN" {
    self = { engine = "postgres" }
    resource "aws:backup/selection:Selection" "daily" {
      planId    = "daily"
      resources = [self.arn]
    }
  }
  pass "by a tag" {
    self = { engine = "postgres", tags = { backup = "daily" } }
    resource "aws:backup/selection:Selection" "daily" {
      planId        = "daily"
      selectionTags = [{ type = "STRINGEQUALS", key = "backup", value = "daily" }]
    }
  }
  pass "no plan here" { self = { engine = "postgres" } }
  fail "another tag" {
    self = { engine = "postgres", tags = { backup = "none" } }
    resource "aws:backup/selection:Selection" "daily" {
      planId        = "daily"
      selectionTags = [{ type = "STRINGEQUALS", key = "backup", value = "daily" }]
    }
  }
  fail "forgotten" {
    self = { engine = "postgres" }
    resource "aws:backup/selection:Selection" "daily" {
      planId    = "daily"
      resources = ["arn:aws:dynamodb:*:*:table/*"]
    }
  }
}
