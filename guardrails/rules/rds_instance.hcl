# Databases with one server (aws:rds/instance) and the servers of clusters: who can reach them, and how they are encrypted and kept.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html

guardrail "RDS.2" {
  title    = "Databases have no public address"
  resource = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"]
  property = "publiclyAccessible"
  require  = self.publiclyAccessible != true
  message  = "This database server gets a public address, and its name resolves to it."
  remedy   = "Set publiclyAccessible to false, and reach the database from inside its VPC. The components of databases never set it."
  severity = "critical"
  controls = ["CKV_AWS_17"]

  pass "private" { self = { engine = "postgres", publiclyAccessible = false } }
  pass "default" { self = { engine = "postgres" } }
  fail "public" { self = { engine = "postgres", publiclyAccessible = true } }
  unknown "unknown" { self = { engine = "postgres", publiclyAccessible = unknown } }
}

guardrail "RDS.3" {
  title    = "Databases encrypt their storage"
  resource = "aws:rds/instance:Instance"
  property = "storageEncrypted"
  when     = self.replicateSourceDb == null # a replica is encrypted as its source is
  require  = self.storageEncrypted == true
  message  = "The storage of this database, its snapshots and its replicas are not encrypted."
  remedy   = "Set storageEncrypted to true. For a database that exists: copy a snapshot with encryption, and restore it."
  severity = "medium"
  controls = ["CKV_AWS_16"]

  pass "encrypted" { self = { engine = "postgres", storageEncrypted = true } }
  pass "replica" { self = { replicateSourceDb = "orders-1a2b3c" } }
  fail "default" { self = { engine = "postgres" } }
  fail "off" { self = { engine = "postgres", storageEncrypted = false } }
  unknown "unknown" { self = { engine = "postgres", storageEncrypted = unknown } }
  break { storageEncrypted = false }
}

guardrail "RDS.5" {
  title    = "Databases have a standby in a second availability zone"
  resource = "aws:rds/instance:Instance"
  property = "multiAz"
  when     = self.replicateSourceDb == null
  require  = self.multiAz == true
  message  = "This database has no standby: it is down for as long as its server or its zone is, and for each change that restarts it."
  remedy   = "Set multiAz to true: an argument of Relational too, where it is the default in production."
  severity = "medium"
  controls = ["CKV_AWS_157"]

  pass "standby" { self = { engine = "postgres", multiAz = true } }
  pass "replica" { self = { replicateSourceDb = "orders-1a2b3c" } }
  fail "default" { self = { engine = "postgres" } }
  fail "single" { self = { engine = "postgres", multiAz = false } }
  break { multiAz = false }
}

# Aurora's servers are measured each for itself, those of a Multi-AZ cluster through the cluster.
guardrail "RDS.6" {
  title    = "The operating system of databases is measured"
  resource = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance", "aws:rds/cluster:Cluster"]
  property = "monitoringInterval"
  when     = resource.type != "aws:rds/cluster:Cluster" || self.dbClusterInstanceClass != null
  require  = contains([1, 5, 10, 15, 30, 60], coalesce(self.monitoringInterval, 0))
  message  = "Enhanced monitoring is off: nobody can see which process takes the processor, the memory or the disk of this database."
  remedy   = "Set monitoringInterval to 60 and monitoringRoleArn to a role with AmazonRDSEnhancedMonitoringRole; with Relational, Aurora or Replica, set monitoringIntervalSeconds, which is 60 in production."
  severity = "low"
  controls = ["CKV_AWS_118"]

  pass "every minute" { self = { engine = "postgres", monitoringInterval = 60, monitoringRoleArn = "arn:aws:iam::123456789012:role/rds-monitoring" } }
  fail "default" { self = { engine = "postgres" } }
  fail "off" { self = { engine = "postgres", monitoringInterval = 0 } }
  unknown "unknown" { self = { engine = "postgres", monitoringInterval = unknown } }
  break { monitoringInterval = 0 }
}

guardrail "RDS.8" {
  title    = "Databases are protected from deletion"
  resource = "aws:rds/instance:Instance"
  property = "deletionProtection"
  require  = self.deletionProtection == true
  message  = "One call, or one wrong line in a program, deletes this database."
  remedy   = "Set deletionProtection to true: an argument of Relational and Replica too, where it is the default in production."
  severity = "low"
  controls = ["CKV_AWS_293"]

  pass "protected" { self = { engine = "postgres", deletionProtection = true } }
  fail "default" { self = { engine = "postgres" } }
  fail "off" { self = { engine = "postgres", deletionProtection = false } }
  break {
    deletionProtection = false
    skipFinalSnapshot  = true
  }
}

# The engines that take IAM tokens: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
guardrail "RDS.10" {
  title    = "Programs log in to databases with IAM tokens"
  resource = "aws:rds/instance:Instance"
  property = "iamDatabaseAuthenticationEnabled"
  when     = contains(["postgres", "mysql", "mariadb"], coalesce(self.engine, "postgres"))
  require  = self.iamDatabaseAuthenticationEnabled == true
  message  = "This database takes passwords only, which live for long and can be copied."
  remedy   = "Set iamDatabaseAuthenticationEnabled to true, create users that are granted rds_iam, and let programs log in with tokens. Relational always sets it."
  severity = "medium"
  controls = ["CKV_AWS_161"]

  pass "tokens" { self = { engine = "postgres", iamDatabaseAuthenticationEnabled = true } }
  pass "an engine without" { self = { engine = "sqlserver-se" } }
  fail "default" { self = { engine = "postgres" } }
  fail "off" { self = { engine = "mysql", iamDatabaseAuthenticationEnabled = false } }
  break { iamDatabaseAuthenticationEnabled = false }
}

guardrail "RDS.11" {
  title    = "Backups of databases are kept for a week"
  resource = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]
  property = "backupRetentionPeriod"
  when     = self.replicateSourceDb == null && self.replicationSourceIdentifier == null
  # Without the property, backups of a cluster are kept for a day and those of an instance not at all.
  require  = coalesce(self.backupRetentionPeriod, 0) >= 7
  message  = "Backups of this database are kept for less than 7 days: a mistake that is found after the weekend cannot be undone."
  remedy   = "Set backupRetentionPeriod to 7 or more; with Relational, Aurora or Replica, set backupRetentionDays, which is 14 in production."
  severity = "medium"
  controls = ["CKV_AWS_133"]

  pass "two weeks" { self = { engine = "postgres", backupRetentionPeriod = 14 } }
  pass "replica" { self = { replicateSourceDb = "orders-1a2b3c" } }
  fail "default" { self = { engine = "postgres" } }
  fail "a day" { self = { engine = "postgres", backupRetentionPeriod = 1 } }
  unknown "unknown" { self = { engine = "postgres", backupRetentionPeriod = unknown } }
  break { backupRetentionPeriod = 1 }
}

# RDS.35 asks the same of clusters, whose minor version is that of their instances.
guardrail "RDS.13" {
  title    = "Databases take minor versions by themselves"
  resource = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"]
  property = "autoMinorVersionUpgrade"
  require  = self.autoMinorVersionUpgrade != false
  message  = "Minor versions, which mend security faults, wait until somebody remembers."
  remedy   = "Set autoMinorVersionUpgrade to true and choose a maintenanceWindow. The components of databases always set both."
  severity = "high"
  controls = ["RDS.35", "CKV_AWS_226"]

  pass "on" { self = { engine = "postgres", autoMinorVersionUpgrade = true } }
  pass "default" { self = { engine = "postgres" } }
  fail "off" { self = { engine = "postgres", autoMinorVersionUpgrade = false } }
}

guardrail "RDS.17" {
  title    = "Snapshots of databases carry the tags of their database"
  resource = "aws:rds/instance:Instance"
  property = "copyTagsToSnapshot"
  require  = self.copyTagsToSnapshot == true
  message  = "Snapshots of this database have no tags: nobody knows whose they are, and rules by tag do not hold for them."
  remedy   = "Set copyTagsToSnapshot to true. The components of databases always do."
  severity = "low"
  controls = ["CKV2_AWS_60"]

  pass "copied" { self = { engine = "postgres", copyTagsToSnapshot = true } }
  fail "default" { self = { engine = "postgres" } }
  fail "off" { self = { engine = "postgres", copyTagsToSnapshot = false } }
  break { copyTagsToSnapshot = false }
}

# A replica in the same region is in the subnets of its source; AWS refuses others.
guardrail "RDS.18" {
  title    = "Databases are in subnets that were chosen for them"
  resource = "aws:rds/instance:Instance"
  property = "dbSubnetGroupName"
  when     = self.replicateSourceDb == null || startswith(self.replicateSourceDb, "arn:")
  require  = self.dbSubnetGroupName != null && self.dbSubnetGroupName != "default"
  message  = "This database has no subnet group of its own: it lands in the default VPC, whose subnets lead to the internet."
  remedy   = "Set dbSubnetGroupName to a group of private subnets in two zones; with Relational, give vpcId and subnetIds."
  severity = "high"

  pass "own subnets" { self = { engine = "postgres", dbSubnetGroupName = "orders-subnets" } }
  pass "replica nearby" { self = { replicateSourceDb = "orders-1a2b3c" } }
  fail "default" { self = { engine = "postgres" } }
  fail "default group" { self = { engine = "postgres", dbSubnetGroupName = "default" } }
  fail "replica far away" { self = { replicateSourceDb = "arn:aws:rds:eu-central-1:123456789012:db:orders-1a2b3c" } }
  break { dbSubnetGroupName = null }
}

guardrail "RDS.25" {
  title    = "The master user of a database has a name that is not known to all"
  resource = "aws:rds/instance:Instance"
  property = "username"
  when     = self.username != null # a replica and a restored database have the user of their source
  require  = !contains(["admin", "administrator", "postgres", "root", "sa", "rdsadmin"], lower(self.username))
  message  = "The master user of this database is called as everybody expects, which is half of what a guesser needs."
  remedy   = "Set username to another name. A database that exists has to be restored into a new one, and its users created anew. Relational names the user dbadmin."
  severity = "medium"

  pass "own name" { self = { engine = "postgres", username = "dbadmin" } }
  pass "replica" { self = { replicateSourceDb = "orders-1a2b3c" } }
  fail "the default" { self = { engine = "postgres", username = "postgres" } }
  fail "of MySQL" { self = { engine = "mysql", username = "Admin" } }
  unknown "unknown" { self = { engine = "postgres", username = unknown } }
}
