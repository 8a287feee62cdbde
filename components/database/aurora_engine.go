package database

import (
	"math"
	"strconv"
	"strings"
)

var auroraEngines = map[string]engine{
	"aurora-postgresql": {
		name: "aurora-postgresql",
		// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraPostgreSQLReleaseNotes/aurorapostgresql-release-calendar.html
		majors: []string{"14", "15", "16", "17", "18"}, defaultVersion: "17",
		port: 5432, logs: []string{"postgresql"},
		parameters: [][2]string{
			// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
			{"rds.force_ssl", "1"},
			{"log_min_duration_statement", "1000"}, // ms
			{"log_lock_waits", "1"},
			// Anything more writes the passwords of new users into the log:
			// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.Query_Logging.html
			{"log_statement", "none"},
		},
		// LEAST({DBInstanceClassMemory/9531392}, 5000)
		bytesPerClient: 9531392, mostClients: 5000, smallInsights: true,
	},
	"aurora-mysql": {
		name: "aurora-mysql",
		// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.release-calendars.html
		majors: []string{"8.0"}, defaultVersion: "8.0",
		port: 3306, logs: []string{"audit", "error", "slowquery"},
		parameters: [][2]string{
			// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html: in a cluster it is ON or OFF
			{"require_secure_transport", "ON"},
			{"slow_query_log", "1"},
			{"long_query_time", "1"}, // s
			{"log_output", "FILE"},   // CloudWatch gets what is in files
			// Who connects, and who changes users and tables; not what they read.
			// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Auditing.html
			{"server_audit_logging", "1"},
			{"server_audit_events", "CONNECT,QUERY_DCL,QUERY_DDL"},
		},
		mostClients: 16000,
	},
}

// compatible is the engine of a Relational whose language Aurora speaks.
func (e engine) compatible() string {
	if e.name == "aurora-mysql" {
		return "mysql"
	}
	return "postgres"
}

// auroraInsightsOn tells whether Performance Insights are to be had on a class.
func auroraInsightsOn(e engine, class string) bool {
	return e.smallInsights || !strings.HasPrefix(class, "db.t3.")
}

// auroraConnections is what max_connections is by default with so much memory, in GiB.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html
func auroraConnections(e engine, gib float64) float64 {
	bytes := gib * (1 << 30)
	if e.bytesPerClient > 0 {
		return min(bytes/e.bytesPerClient, e.mostClients)
	}
	return min(max(45*math.Log2(bytes/805306368), 1000*math.Log2(bytes/8187281408)), e.mostClients)
}

// pauses tells whether a version can pause when it is idle. A major version is the
// newest of its minor ones, which all can.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
func pauses(e engine, version string) bool {
	if !e.pinned(version) {
		return true
	}
	if e.name == "aurora-mysql" {
		_, own, _ := strings.Cut(version, "mysql_aurora.3.")
		minor, _, _ := strings.Cut(own, ".")
		n, err := strconv.Atoi(minor)
		return err != nil || n >= 8
	}
	major, minor, _ := strings.Cut(version, ".")
	first, old := map[string]int{"14": 12, "15": 7, "16": 3}[major]
	n, err := strconv.Atoi(minor)
	return !old || err != nil || n >= first
}
