# Clusters of databases (aws:rds/cluster): Aurora, and RDS with two readable standbys.

guardrail "RDS.7" {
  title    = "Clusters are protected from deletion"
  resource = "aws:rds/cluster:Cluster"
  property = "deletionProtection"
  require  = self.deletionProtection == true
  message  = "One call, or one wrong line in a program, deletes this cluster."
  remedy   = "Set deletionProtection to true: an argument of Aurora too, where it is the default in production."
  severity = "low"
  controls = ["CKV_AWS_139"]

  pass "protected" { self = { engine = "aurora-postgresql", deletionProtection = true } }
  fail "default" { self = { engine = "aurora-postgresql" } }
  fail "off" { self = { engine = "aurora-mysql", deletionProtection = false } }
  break {
    deletionProtection = false
    skipFinalSnapshot  = true
  }
}

guardrail "RDS.12" {
  title    = "Programs log in to clusters with IAM tokens"
  resource = "aws:rds/cluster:Cluster"
  property = "iamDatabaseAuthenticationEnabled"
  require  = self.iamDatabaseAuthenticationEnabled == true
  message  = "This cluster takes passwords only, which live for long and can be copied."
  remedy   = "Set iamDatabaseAuthenticationEnabled to true, create users that are granted rds_iam, and let programs log in with tokens. Aurora always sets it."
  severity = "medium"
  controls = ["CKV_AWS_162"]

  pass "tokens" { self = { engine = "aurora-postgresql", iamDatabaseAuthenticationEnabled = true } }
  fail "default" { self = { engine = "aurora-postgresql" } }
  break { iamDatabaseAuthenticationEnabled = false }
}

# Only Aurora MySQL can, and not in a global database.
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Backtrack.html
guardrail "RDS.14" {
  title    = "Aurora MySQL clusters can be wound back"
  resource = "aws:rds/cluster:Cluster"
  property = "backtrackWindow"
  when     = self.engine == "aurora-mysql" && self.globalClusterIdentifier == null
  require  = coalesce(self.backtrackWindow, 0) > 0
  message  = "After a mistake this cluster cannot be wound back in place; restoring a backup into a new cluster takes far longer."
  remedy   = "Set backtrackWindow to a number of seconds up to 259200, such as 86400. It can only be switched on for a new cluster."
  severity = "medium"
  controls = ["CKV_AWS_326"]

  pass "a day" { self = { engine = "aurora-mysql", backtrackWindow = 86400 } }
  pass "another engine" { self = { engine = "aurora-postgresql" } }
  fail "default" { self = { engine = "aurora-mysql" } }
  fail "off" { self = { engine = "aurora-mysql", backtrackWindow = 0 } }
}

# A Multi-AZ cluster, which has a class for its instances, is in three zones by itself.
guardrail "RDS.15" {
  title    = "Clusters have an instance in a second availability zone"
  resource = "aws:rds/cluster:Cluster"
  when     = self.engine != null && startswith(self.engine, "aurora")
  require  = length(referrers("aws:rds/clusterInstance:ClusterInstance", "clusterIdentifier")) >= 2
  message  = "This cluster has no second instance that could take over: it is down until AWS has made a new one."
  remedy   = "Add an aws:rds/clusterInstance in another zone; with Aurora, set readers to 1 or more, which is the default in production."
  severity = "medium"

  pass "a reader" {
    self = { engine = "aurora-postgresql" }
    resource "aws:rds/clusterInstance:ClusterInstance" "writer" { clusterIdentifier = self.id }
    resource "aws:rds/clusterInstance:ClusterInstance" "reader" { clusterIdentifier = self.id }
  }
  pass "two standbys" { self = { engine = "mysql", dbClusterInstanceClass = "db.m6gd.large" } }
  fail "one instance" {
    self = { engine = "aurora-postgresql" }
    resource "aws:rds/clusterInstance:ClusterInstance" "writer" { clusterIdentifier = self.id }
  }
}

# RDS.47 and RDS.48 ask the same of Multi-AZ clusters.
guardrail "RDS.16" {
  title    = "Snapshots of clusters carry the tags of their cluster"
  resource = "aws:rds/cluster:Cluster"
  property = "copyTagsToSnapshot"
  require  = self.copyTagsToSnapshot == true
  message  = "Snapshots of this cluster have no tags: nobody knows whose they are, and rules by tag do not hold for them."
  remedy   = "Set copyTagsToSnapshot to true. Aurora always does."
  severity = "low"
  controls = ["RDS.47", "RDS.48", "CKV_AWS_313"]

  pass "copied" { self = { engine = "aurora-postgresql", copyTagsToSnapshot = true } }
  fail "default" { self = { engine = "mysql", dbClusterInstanceClass = "db.m6gd.large" } }
  break { copyTagsToSnapshot = false }
}

# It slows down who looks for databases at their usual port, no more; security groups decide who gets there.
guardrail "RDS.23" {
  title    = "Databases listen on another port than the usual one"
  resource = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]
  property = "port"
  when     = self.replicateSourceDb == null && self.replicationSourceIdentifier == null
  require  = !contains([1433, 1521, 3306, 5432, 50000], coalesce(self.port, 5432))
  message  = "This database listens where everybody looks for it."
  remedy   = "Set port to another number. Every client and every rule of a security group has to know it, so decide before there are clients."
  severity = "low"

  pass "another port" { self = { engine = "postgres", port = 15432 } }
  pass "replica" { self = { replicateSourceDb = "orders-1a2b3c" } }
  fail "default" { self = { engine = "postgres" } }
  fail "usual" { self = { engine = "mysql", port = 3306 } }
  unknown "unknown" { self = { engine = "postgres", port = unknown } }
}

guardrail "RDS.24" {
  title    = "The master user of a cluster has a name that is not known to all"
  resource = "aws:rds/cluster:Cluster"
  property = "masterUsername"
  when     = self.masterUsername != null # a copy has the user of its source
  require  = !contains(["admin", "administrator", "postgres", "root", "rdsadmin"], lower(self.masterUsername))
  message  = "The master user of this cluster is called as everybody expects, which is half of what a guesser needs."
  remedy   = "Set masterUsername to another name. A cluster that exists has to be restored into a new one, and its users created anew. Aurora names the user dbadmin."
  severity = "medium"

  pass "own name" { self = { engine = "aurora-postgresql", masterUsername = "dbadmin" } }
  pass "a copy" { self = { engine = "aurora-postgresql", snapshotIdentifier = "orders-2030-01-01" } }
  fail "the default" { self = { engine = "aurora-mysql", masterUsername = "admin" } }
}

guardrail "RDS.27" {
  title    = "Clusters encrypt their storage"
  resource = "aws:rds/cluster:Cluster"
  property = "storageEncrypted"
  require  = self.storageEncrypted == true
  message  = "The storage of this cluster, its snapshots and its copies are not encrypted."
  remedy   = "Set storageEncrypted to true. A cluster that exists has to be restored from a snapshot into an encrypted one."
  severity = "medium"
  controls = ["CKV_AWS_96"]

  pass "encrypted" { self = { engine = "aurora-postgresql", storageEncrypted = true } }
  fail "default" { self = { engine = "aurora-postgresql" } }
  fail "off" { self = { engine = "aurora-postgresql", storageEncrypted = false } }
  unknown "unknown" { self = { engine = "aurora-postgresql", storageEncrypted = unknown } }
  break { storageEncrypted = false }
}

guardrail "CKV_AWS_327" {
  title    = "Clusters are encrypted with a key of one's own"
  resource = "aws:rds/cluster:Cluster"
  property = "kmsKeyId"
  when     = self.storageEncrypted == true
  require  = length(refers(self.kmsKeyId, "aws:kms/key:Key")) > 0 || self.kmsKeyId != null && !matches(self.kmsKeyId, "alias/aws/")
  message  = "This cluster is encrypted with a key of AWS, whose use cannot be restricted, and whose snapshots no other account can restore."
  remedy   = "Set kmsKeyId to the ARN of your key; with Aurora, give kmsKeyArn. A cluster that exists has to be restored into a new one."
  severity = "low"

  pass "own key" { self = { storageEncrypted = true, kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "default" { self = { storageEncrypted = true } }
  fail "of AWS" { self = { storageEncrypted = true, kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:alias/aws/rds" } }
  unknown "unknown" { self = { storageEncrypted = true, kmsKeyId = unknown } }
  break { kmsKeyId = null }
}

guardrail "RDS.34" {
  title    = "Aurora MySQL clusters send their audit log to CloudWatch"
  resource = "aws:rds/cluster:Cluster"
  property = "enabledCloudwatchLogsExports"
  when     = self.engine == "aurora-mysql"
  require  = contains(self.enabledCloudwatchLogsExports, "audit")
  message  = "Who connects to this cluster and changes users or tables does not reach CloudWatch."
  remedy   = "Add \"audit\" to enabledCloudwatchLogsExports, and switch the log on in the cluster's parameter group (RDS.45). Aurora does both."
  severity = "medium"
  controls = ["CKV_AWS_325"]

  pass "exported" { self = { engine = "aurora-mysql", enabledCloudwatchLogsExports = ["audit", "error", "slowquery"] } }
  pass "another engine" { self = { engine = "aurora-postgresql", enabledCloudwatchLogsExports = ["postgresql"] } }
  fail "default" { self = { engine = "aurora-mysql" } }
  fail "others" { self = { engine = "aurora-mysql", enabledCloudwatchLogsExports = ["error", "slowquery"] } }
  break { enabledCloudwatchLogsExports = ["error"] }
}

guardrail "RDS.37" {
  title    = "Clusters send their logs to CloudWatch"
  resource = "aws:rds/cluster:Cluster"
  property = "enabledCloudwatchLogsExports"
  require = (
    self.engine == "aurora-postgresql"
    ? contains(self.enabledCloudwatchLogsExports, "postgresql")
    : length(self.enabledCloudwatchLogsExports) > 0
  )
  message  = "The logs of this cluster stay on its servers, where they are thrown away after days."
  remedy   = "Set enabledCloudwatchLogsExports to the logs of the engine: [\"postgresql\"] for Aurora PostgreSQL. Aurora always does."
  severity = "medium"
  controls = ["CKV_AWS_324"]

  pass "PostgreSQL" { self = { engine = "aurora-postgresql", enabledCloudwatchLogsExports = ["postgresql"] } }
  pass "MySQL" { self = { engine = "aurora-mysql", enabledCloudwatchLogsExports = ["error"] } }
  fail "default" { self = { engine = "aurora-postgresql" } }
  fail "none" { self = { engine = "aurora-postgresql", enabledCloudwatchLogsExports = [] } }
  break {
    enabledCloudwatchLogsExports = []
    also                         = ["RDS.34"]
  }
}
