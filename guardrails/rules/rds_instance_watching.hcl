# Databases with one server: the version they run, and what they tell about themselves.

guardrail "RDS.9" {
  title    = "Databases send their logs to CloudWatch"
  resource = "aws:rds/instance:Instance"
  property = "enabledCloudwatchLogsExports"
  require  = length(self.enabledCloudwatchLogsExports) > 0
  message  = "The logs of this database stay on its server, where they are thrown away after days."
  remedy   = "Set enabledCloudwatchLogsExports to the logs of the engine, such as [\"postgresql\", \"upgrade\"]. The components of databases always do."
  severity = "medium"
  controls = ["CKV_AWS_129"]

  pass "exported" { self = { engine = "postgres", enabledCloudwatchLogsExports = ["postgresql"] } }
  fail "default" { self = { engine = "postgres" } }
  fail "none" { self = { engine = "mysql", enabledCloudwatchLogsExports = [] } }
  unknown "unknown" { self = { engine = "postgres", enabledCloudwatchLogsExports = unknown } }
  break {
    enabledCloudwatchLogsExports = []
    also                         = ["RDS.36"]
  }
}

guardrail "RDS.36" {
  title    = "PostgreSQL databases send their log to CloudWatch"
  resource = "aws:rds/instance:Instance"
  property = "enabledCloudwatchLogsExports"
  when     = self.engine == "postgres"
  require  = contains(self.enabledCloudwatchLogsExports, "postgresql")
  message  = "The log of this PostgreSQL database, with its errors and failed logins, does not reach CloudWatch."
  remedy   = "Add \"postgresql\" to enabledCloudwatchLogsExports. Relational always does."
  severity = "medium"

  pass "exported" { self = { engine = "postgres", enabledCloudwatchLogsExports = ["postgresql", "upgrade"] } }
  pass "another engine" { self = { engine = "mysql", enabledCloudwatchLogsExports = ["error"] } }
  fail "upgrades only" { self = { engine = "postgres", enabledCloudwatchLogsExports = ["upgrade"] } }
}

guardrail "RDS.40" {
  title    = "SQL Server databases send their logs to CloudWatch"
  resource = "aws:rds/instance:Instance"
  property = "enabledCloudwatchLogsExports"
  when     = self.engine != null && startswith(self.engine, "sqlserver")
  require  = contains(self.enabledCloudwatchLogsExports, "agent") && contains(self.enabledCloudwatchLogsExports, "error")
  message  = "The error and agent logs of this SQL Server do not both reach CloudWatch."
  remedy   = "Set enabledCloudwatchLogsExports to [\"agent\", \"error\"]."
  severity = "medium"

  pass "both" { self = { engine = "sqlserver-se", enabledCloudwatchLogsExports = ["agent", "error"] } }
  pass "another engine" { self = { engine = "postgres" } }
  fail "errors only" { self = { engine = "sqlserver-se", enabledCloudwatchLogsExports = ["error"] } }
}

guardrail "RDS.42" {
  title    = "MariaDB databases send their logs to CloudWatch"
  resource = "aws:rds/instance:Instance"
  property = "enabledCloudwatchLogsExports"
  when     = self.engine == "mariadb"
  require  = contains(self.enabledCloudwatchLogsExports, "audit") && contains(self.enabledCloudwatchLogsExports, "error")
  message  = "The error and audit logs of this MariaDB do not both reach CloudWatch."
  remedy   = "Set enabledCloudwatchLogsExports to [\"audit\", \"error\"], and give the database an option group with MARIADB_AUDIT_PLUGIN."
  severity = "medium"

  pass "both" { self = { engine = "mariadb", enabledCloudwatchLogsExports = ["audit", "error", "slowquery"] } }
  pass "another engine" { self = { engine = "mysql" } }
  fail "errors only" { self = { engine = "mariadb", enabledCloudwatchLogsExports = ["error"] } }
}

# The default of an account can be an authority that is no longer valid.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
guardrail "CKV_AWS_211" {
  title    = "Databases show a certificate of a current authority"
  resource = "aws:rds/instance:Instance"
  property = "caCertIdentifier"
  require  = contains(["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"], coalesce(self.caCertIdentifier, "none"))
  message  = "This database does not say which authority signs its certificate, or names an expired one: clients that check it stop connecting when the default changes."
  remedy   = "Set caCertIdentifier to rds-ca-rsa2048-g1; with Relational or Replica, leave caCertificate at its default."
  severity = "medium"

  pass "current" { self = { engine = "postgres", caCertIdentifier = "rds-ca-rsa2048-g1" } }
  fail "default" { self = { engine = "postgres" } }
  fail "expired" { self = { engine = "postgres", caCertIdentifier = "rds-ca-2019" } }
  unknown "unknown" { self = { engine = "postgres", caCertIdentifier = unknown } }
  break { caCertIdentifier = "rds-ca-2019" }
}

# Minor versions with the fault of log_fdw, of RDS and of Aurora: https://aws.amazon.com/security/security-bulletins/AWS-2022-004/
# A version without a minor one, such as "17", means the newest.
guardrail "CKV_AWS_250" {
  title    = "PostgreSQL databases run a version without the fault of log_fdw"
  resource = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"]
  property = "engineVersion"
  when     = contains(["postgres", "aurora-postgresql"], coalesce(self.engine, "none")) && self.engineVersion != null
  require = !matches(
    "${self.engine} ${self.engineVersion}",
    "^postgres (9\\.([0-5]\\.|6\\.([0-9]|1[0-9]|2[01])$)|10\\.([0-9]|1[0-6])$|11\\.([0-9]|1[01])$|12\\.[0-6]$|13\\.[0-2]$)|^aurora-postgresql (9\\.|10\\.([0-9]|1[0-3])$|11\\.[0-8]$)",
  )
  message  = "Users of version ${self.engineVersion} can read files of the server, credentials of AWS's own among them (AWS-2022-004)."
  remedy   = "Set engineVersion to a supported major version, such as \"17\". Relational and Aurora know no older one than 14."
  severity = "high"
  controls = ["CKV_AWS_388"]

  pass "a major version" { self = { engine = "postgres", engineVersion = "17" } }
  pass "mended" { self = { engine = "postgres", engineVersion = "13.3" } }
  pass "mended Aurora" { self = { engine = "aurora-postgresql", engineVersion = "11.9" } }
  pass "newer than it looks" { self = { engine = "postgres", engineVersion = "13.12" } }
  fail "RDS" { self = { engine = "postgres", engineVersion = "13.2" } }
  fail "Aurora" { self = { engine = "aurora-postgresql", engineVersion = "11.8" } }
  unknown "unknown" { self = { engine = "postgres", engineVersion = unknown } }
}

# Which engines and classes have it: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
guardrail "CKV_AWS_353" {
  title    = "Databases tell which statements take their time"
  resource = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"]
  property = "performanceInsightsEnabled"
  when = !(
    matches(coalesce(self.engine, ""), "^db2")
    || matches(coalesce(self.engine, ""), "^(mysql|mariadb)$") && matches(coalesce(self.instanceClass, ""), "^db\\.(t2|t3|t4g)\\.(micro|small)$")
    || self.engine == "aurora-mysql" && matches(coalesce(self.instanceClass, ""), "^db\\.t[23]\\.")
  )
  require  = self.performanceInsightsEnabled == true
  message  = "Performance Insights are off: when this database is slow, nobody can see which statements wait for what."
  remedy   = "Set performanceInsightsEnabled to true; with Relational, Aurora or Replica, leave performanceInsights at its default, which is on wherever AWS offers it."
  severity = "low"

  pass "on" { self = { engine = "postgres", instanceClass = "db.m7g.large", performanceInsightsEnabled = true } }
  pass "a class without" { self = { engine = "mysql", instanceClass = "db.t4g.micro" } }
  fail "default" { self = { engine = "postgres", instanceClass = "db.m7g.large" } }
  fail "off" { self = { engine = "mysql", instanceClass = "db.m7g.large", performanceInsightsEnabled = false } }
  break { performanceInsightsEnabled = false }
}

guardrail "CKV_AWS_354" {
  title    = "What Performance Insights keep is encrypted with a key of one's own"
  resource = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"]
  property = "performanceInsightsKmsKeyId"
  when     = self.performanceInsightsEnabled == true
  require  = length(refers(self.performanceInsightsKmsKeyId, "aws:kms/key:Key")) > 0 || self.performanceInsightsKmsKeyId != null && !matches(self.performanceInsightsKmsKeyId, "alias/aws/")
  message  = "Performance Insights keep statements, and what stands in them, under a key of AWS, whose use cannot be restricted."
  remedy   = "Set performanceInsightsKmsKeyId to the ARN of your key; with Relational, Aurora or Replica, give kmsKeyArn. Once on, the key cannot be changed."
  severity = "low"

  pass "own key" { self = { engine = "postgres", performanceInsightsEnabled = true, performanceInsightsKmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  pass "off" { self = { engine = "mysql", performanceInsightsEnabled = false } }
  fail "default" { self = { engine = "postgres", performanceInsightsEnabled = true } }
  fail "of AWS" { self = { engine = "postgres", performanceInsightsEnabled = true, performanceInsightsKmsKeyId = "alias/aws/rds" } }
  unknown "unknown" { self = { engine = "postgres", performanceInsightsEnabled = true, performanceInsightsKmsKeyId = unknown } }
  break { performanceInsightsKmsKeyId = null }
}
