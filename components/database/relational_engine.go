package database

import (
	"slices"
	"strings"
)

// engine is what differs between database engines.
type engine struct {
	name            string
	majors          []string // the versions with a parameter-group family, oldest first
	defaultVersion  string
	port            int
	logs            []string // exported to CloudWatch
	parameters      [][2]string
	longestDatabase int
	reserved        string  // words between spaces that cannot be names
	bytesPerClient  float64 // of memory that the default of max_connections asks for
	mostClients     float64
	smallInsights   bool // Performance Insights on the smallest classes
	replicaLag      float64
}

const insightsClasses = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html"

var engines = map[string]engine{
	"postgres": {
		name: "postgres",
		// https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
		majors: []string{"14", "15", "16", "17", "18"}, defaultVersion: "17",
		port: 5432, logs: []string{"postgresql", "upgrade"},
		parameters: [][2]string{
			// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
			{"rds.force_ssl", "1"},
			{"log_min_duration_statement", "1000"}, // ms
			{"log_lock_waits", "1"},
			// Anything more writes the passwords of new users into the log:
			// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.Query_Logging.html
			{"log_statement", "none"},
		},
		longestDatabase: 63, reserved: postgresWords,
		// LEAST({DBInstanceClassMemory/9531392}, 5000)
		bytesPerClient: 9531392, mostClients: 5000, smallInsights: true,
		// The metric is the time since the last replayed transaction, so it rises to
		// five minutes on an idle primary.
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PostgreSQL.Replication.ReadReplicas.Monitor.html
		replicaLag: 360,
	},
	"mysql": {
		name: "mysql",
		// Standard support of 8.0 ended in July 2026; RDS charges for longer support.
		// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MySQL.Concepts.VersionMgmt.html
		majors: []string{"8.0", "8.4"}, defaultVersion: "8.4",
		port: 3306, logs: []string{"error", "slowquery"},
		parameters: [][2]string{
			// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
			{"require_secure_transport", "1"},
			{"slow_query_log", "1"},
			{"long_query_time", "1"}, // s
			{"log_output", "FILE"},   // CloudWatch gets what is in files
		},
		longestDatabase: 64, reserved: mysqlWords,
		// DBInstanceClassMemory/12582880
		bytesPerClient: 12582880, mostClients: 100000,
		replicaLag: 60,
	},
}

// family is the parameter-group family of a version, such as postgres17.
func (e engine) family(version string) (string, bool) {
	for _, major := range e.majors {
		if version == major || strings.HasPrefix(version, major+".") {
			return e.name + major, true
		}
	}
	return "", false
}

// pinned tells whether the version names a minor one, which AWS moves on from.
func (e engine) pinned(version string) bool { return !slices.Contains(e.majors, version) }

// insightsOn tells whether Performance Insights are to be had on a class.
func (e engine) insightsOn(class string) bool {
	parts := strings.Split(class, ".")
	if e.smallInsights || len(parts) != 3 || !slices.Contains([]string{"t2", "t3", "t4g"}, parts[1]) {
		return true
	}
	return parts[2] != "micro" && parts[2] != "small"
}

func (e engine) reserves(name string) bool {
	return slices.Contains(strings.Fields(e.reserved), strings.ToLower(name))
}

// connections is what max_connections is at most for a class, and whether that is
// known: the default is a formula of the class's memory.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
func (e engine) connections(class string) (float64, bool) {
	gib, known := memoryGib(class)
	return min(gib*(1<<30)/e.bytesPerClient, e.mostClients), known
}

// memoryGib is the memory of an instance class, for the families in use.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
func memoryGib(class string) (float64, bool) {
	parts := strings.Split(class, ".")
	if len(parts) != 3 {
		return 0, false
	}
	large, known := map[string]float64{
		"t3": 8, "t4g": 8, "m6g": 8, "m6i": 8, "m7g": 8, "r6g": 16, "r6i": 16, "r7g": 16,
	}[parts[1]]
	times, sized := map[string]float64{
		"micro": 0.125, "small": 0.25, "medium": 0.5,
		"large": 1, "xlarge": 2, "2xlarge": 4, "4xlarge": 8, "8xlarge": 16,
		"12xlarge": 24, "16xlarge": 32, "24xlarge": 48, "32xlarge": 64,
	}[parts[2]]
	return large * times, known && sized
}

// https://www.postgresql.org/docs/17/sql-keywords-appendix.html, the reserved ones,
// and the databases that are there from the beginning.
const postgresWords = `all analyse analyze and any array as asc asymmetric authorization binary both case cast check
collate collation column concurrently constraint create cross current_catalog current_date current_role
current_schema current_time current_timestamp current_user default deferrable desc distinct do else end except
false fetch for foreign freeze from full grant group having ilike in initially inner intersect into is isnull join
lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or order outer
overlaps placing primary references returning right select session_user similar some symmetric system_user table
tablesample then to trailing true union unique user using variadic verbose when where window with
postgres template0 template1 rdsadmin admin`

// https://dev.mysql.com/doc/refman/8.4/en/keywords.html, the reserved ones, and the
// schemas that are there from the beginning.
const mysqlWords = `accessible add all alter analyze and as asc asensitive before between bigint binary blob both by
call cascade case change char character check collate column condition constraint continue convert create cross
cube cume_dist current_date current_time current_timestamp current_user cursor database databases day_hour
day_microsecond day_minute day_second dec decimal declare default delayed delete dense_rank desc describe
deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped except exists exit
explain false fetch first_value float float4 float8 for force foreign from fulltext function generated get grant
group grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore in index infile inner
inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids io_before_gtids
is iterate join json_table key keys kill lag last_value lateral lead leading leave left like limit linear lines load
localtime localtimestamp lock long longblob longtext loop low_priority match maxvalue mediumblob mediumint
mediumtext middleint minute_microsecond minute_second mod modifies natural not no_write_to_binlog nth_value ntile
null numeric of on optimize optimizer_costs option optionally or order out outer outfile over partition percent_rank
precision primary procedure purge range rank read reads read_write real recursive references regexp release rename
repeat replace require resignal restrict return revoke right rlike row rows row_number schema schemas
second_microsecond select sensitive separator set show signal smallint spatial specific sql sqlexception sqlstate
sqlwarning sql_big_result sql_calc_found_rows sql_small_result ssl starting stored straight_join system table
terminated then tinyblob tinyint tinytext to trailing trigger true undo union unique unlock unsigned update usage
use using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying virtual when where while
window with write xor year_month zerofill mysql information_schema performance_schema sys innodb`
