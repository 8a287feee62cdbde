# What parameter groups say: TLS, and which statements are logged. A group of another program cannot be looked into; a
# database without a group in its program has AWS's own, which says neither.

guardrail "RDS.38" {
  title    = "PostgreSQL databases refuse connections without TLS"
  resource = "aws:rds/instance:Instance"
  property = "parameterGroupName"
  when     = self.engine == "postgres"
  require = anytrue([for group in refers(self.parameterGroupName, "aws:rds/parameterGroup:ParameterGroup") :
    anytrue([for p in group.parameters : p.name == "rds.force_ssl" && p.value == "1"])
  ])
  message  = "No parameter group of this program makes this database refuse plain text."
  remedy   = "Give the database a parameter group with rds.force_ssl = 1. Relational and Replica make one."
  severity = "medium"
  controls = ["CKV2_AWS_69"]

  pass "forced" {
    self = { engine = "postgres", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "postgres17"
      parameters = [{ name = "log_lock_waits", value = "1" }, { name = "rds.force_ssl", value = "1" }]
    }
  }
  pass "another engine" { self = { engine = "oracle-se2" } }
  fail "the default group" { self = { engine = "postgres" } }
  fail "switched off" {
    self = { engine = "postgres", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "postgres17"
      parameters = [{ name = "rds.force_ssl", value = "0" }]
    }
  }
  break {
    parameterGroupName = null
    also               = ["CKV2_AWS_30"]
  }
}

guardrail "RDS.39" {
  title    = "MySQL databases refuse connections without TLS"
  resource = "aws:rds/instance:Instance"
  property = "parameterGroupName"
  when     = self.engine == "mysql"
  require = anytrue([for group in refers(self.parameterGroupName, "aws:rds/parameterGroup:ParameterGroup") :
    anytrue([for p in group.parameters : p.name == "require_secure_transport" && contains(["1", "on"], lower(p.value))])
  ])
  message  = "No parameter group of this program makes this database refuse plain text."
  remedy   = "Give the database a parameter group with require_secure_transport = 1. Relational and Replica make one."
  severity = "medium"

  pass "forced" {
    self = { engine = "mysql", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "mysql8.4"
      parameters = [{ name = "require_secure_transport", value = "1" }]
    }
  }
  fail "the default group" { self = { engine = "mysql" } }
  fail "not said" {
    self = { engine = "mysql", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "mysql8.4"
      parameters = [{ name = "slow_query_log", value = "1" }]
    }
  }
  break { parameterGroupName = null }
}

guardrail "RDS.41" {
  title    = "SQL Server databases refuse connections without TLS"
  resource = "aws:rds/instance:Instance"
  property = "parameterGroupName"
  when     = self.engine != null && startswith(self.engine, "sqlserver")
  require = anytrue([for group in refers(self.parameterGroupName, "aws:rds/parameterGroup:ParameterGroup") :
    anytrue([for p in group.parameters : p.name == "rds.force_ssl" && p.value == "1"])
  ])
  message  = "No parameter group of this program makes this SQL Server refuse plain text."
  remedy   = "Give the database a parameter group with rds.force_ssl = 1; it takes effect when the database restarts."
  severity = "medium"

  pass "forced" {
    self = { engine = "sqlserver-se", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "sqlserver-se-16.0"
      parameters = [{ name = "rds.force_ssl", value = "1" }]
    }
  }
  fail "the default group" { self = { engine = "sqlserver-se" } }
}

guardrail "RDS.44" {
  title    = "MariaDB databases refuse connections without TLS"
  resource = "aws:rds/instance:Instance"
  property = "parameterGroupName"
  when     = self.engine == "mariadb"
  require = anytrue([for group in refers(self.parameterGroupName, "aws:rds/parameterGroup:ParameterGroup") :
    anytrue([for p in group.parameters : p.name == "require_secure_transport" && contains(["1", "on"], lower(p.value))])
  ])
  message  = "No parameter group of this program makes this MariaDB refuse plain text."
  remedy   = "Give the database a parameter group with require_secure_transport = 1."
  severity = "medium"

  pass "forced" {
    self = { engine = "mariadb", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "mariadb11.4"
      parameters = [{ name = "require_secure_transport", value = "ON" }]
    }
  }
  fail "the default group" { self = { engine = "mariadb" } }
}

# Both parameters are to be chosen, not left to a default. For log_statement AWS itself advises "none", since statements that
# set passwords are logged with them otherwise; slow statements are logged by the other one.
# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.Query_Logging.html
guardrail "CKV2_AWS_30" {
  title    = "PostgreSQL databases log slow statements"
  resource = "aws:rds/instance:Instance"
  property = "parameterGroupName"
  when     = self.engine == "postgres"
  require = anytrue([for group in refers(self.parameterGroupName, "aws:rds/parameterGroup:ParameterGroup") :
    anytrue([for p in group.parameters : p.name == "log_statement"])
    && anytrue([for p in group.parameters : p.name == "log_min_duration_statement" && p.value != "-1"])
  ])
  message  = "This database logs no statements, or leaves to a default which: what made it slow cannot be found afterwards."
  remedy   = "Give the database a parameter group with log_min_duration_statement = 1000 (ms) and log_statement = none. Relational and Replica make one."
  severity = "low"

  pass "slow ones" {
    self = { engine = "postgres", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "postgres17"
      parameters = [{ name = "log_min_duration_statement", value = "1000" }, { name = "log_statement", value = "none" }]
    }
  }
  pass "another engine" { self = { engine = "mysql" } }
  fail "the default group" { self = { engine = "postgres" } }
  fail "switched off" {
    self = { engine = "postgres", parameterGroupName = resource.parameters.name }
    resource "aws:rds/parameterGroup:ParameterGroup" "parameters" {
      family     = "postgres17"
      parameters = [{ name = "log_min_duration_statement", value = "-1" }, { name = "log_statement", value = "none" }]
    }
  }
  break {
    parameterGroupName = null
    also               = ["RDS.38"]
  }
}

guardrail "CKV2_AWS_27" {
  title    = "Aurora PostgreSQL clusters log slow statements"
  resource = "aws:rds/cluster:Cluster"
  property = "dbClusterParameterGroupName"
  when     = self.engine == "aurora-postgresql"
  require = anytrue([for group in refers(self.dbClusterParameterGroupName, "aws:rds/clusterParameterGroup:ClusterParameterGroup") :
    anytrue([for p in group.parameters : p.name == "log_statement"])
    && anytrue([for p in group.parameters : p.name == "log_min_duration_statement" && p.value != "-1"])
  ])
  message  = "This cluster logs no statements, or leaves to a default which: what made it slow cannot be found afterwards."
  remedy   = "Give the cluster a parameter group with log_min_duration_statement = 1000 (ms) and log_statement = none. Aurora makes one."
  severity = "low"

  pass "slow ones" {
    self = { engine = "aurora-postgresql", dbClusterParameterGroupName = resource.parameters.name }
    resource "aws:rds/clusterParameterGroup:ClusterParameterGroup" "parameters" {
      family     = "aurora-postgresql17"
      parameters = [{ name = "log_min_duration_statement", value = "1000" }, { name = "log_statement", value = "none" }]
    }
  }
  pass "another engine" { self = { engine = "aurora-mysql" } }
  fail "the default group" { self = { engine = "aurora-postgresql" } }
  fail "not said" {
    self = { engine = "aurora-postgresql", dbClusterParameterGroupName = resource.parameters.name }
    resource "aws:rds/clusterParameterGroup:ClusterParameterGroup" "parameters" {
      family     = "aurora-postgresql17"
      parameters = [{ name = "rds.force_ssl", value = "1" }]
    }
  }
  break { dbClusterParameterGroupName = null }
}

# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Auditing.html
guardrail "RDS.45" {
  title    = "Aurora MySQL clusters keep an audit log"
  resource = "aws:rds/cluster:Cluster"
  property = "dbClusterParameterGroupName"
  when     = self.engine == "aurora-mysql"
  require = anytrue([for group in refers(self.dbClusterParameterGroupName, "aws:rds/clusterParameterGroup:ClusterParameterGroup") :
    anytrue([for p in group.parameters : p.name == "server_audit_logging" && contains(["1", "on"], lower(p.value))])
    && anytrue([for p in group.parameters : p.name == "server_audit_events" && p.value != ""])
  ])
  message  = "This cluster does not note who connects and who changes users or tables."
  remedy   = "Give the cluster a parameter group with server_audit_logging = 1 and server_audit_events = CONNECT,QUERY_DCL,QUERY_DDL. Aurora makes one."
  severity = "medium"

  pass "audited" {
    self = { engine = "aurora-mysql", dbClusterParameterGroupName = resource.parameters.name }
    resource "aws:rds/clusterParameterGroup:ClusterParameterGroup" "parameters" {
      family     = "aurora-mysql8.0"
      parameters = [{ name = "server_audit_logging", value = "1" }, { name = "server_audit_events", value = "CONNECT,QUERY_DCL" }]
    }
  }
  pass "another engine" { self = { engine = "aurora-postgresql" } }
  fail "the default group" { self = { engine = "aurora-mysql" } }
  fail "no events" {
    self = { engine = "aurora-mysql", dbClusterParameterGroupName = resource.parameters.name }
    resource "aws:rds/clusterParameterGroup:ClusterParameterGroup" "parameters" {
      family     = "aurora-mysql8.0"
      parameters = [{ name = "server_audit_logging", value = "1" }, { name = "server_audit_events", value = "" }]
    }
  }
  break { dbClusterParameterGroupName = null }
}

# The password of a proxy's caller, or its IAM token, would go in plain text otherwise.
# https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBProxy.html
guardrail "RDS.43" {
  title    = "Database proxies refuse connections without TLS"
  resource = "aws:rds/proxy:Proxy"
  property = "requireTls"
  require  = self.requireTls == true
  message  = "Callers may talk to this proxy in plain text."
  remedy   = "Set requireTls to true. Proxy always does."
  severity = "medium"

  pass "required" { self = { engineFamily = "POSTGRESQL", requireTls = true } }
  fail "default" { self = { engineFamily = "POSTGRESQL" } }
  fail "off" { self = { engineFamily = "MYSQL", requireTls = false } }
  break { requireTls = false }
}
