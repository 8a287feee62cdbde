package database

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// settings are the plain arguments of a Relational, with defaults filled in.
type settings struct {
	engine                       engine
	version, class               string
	storage, maxStorage          int // GiB; maxStorage is 0 where it cannot grow
	multiAz, protected, insights bool
	replicas, backupDays         int
	database, username           string
	monitoring, logDays          int // seconds, days
	caCertificate                string
}

const (
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
	minStorage, maxStorage = 20, 65536
	rdsLimits              = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"
	createInstance         = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"
)

func settingsOf(s *convention.Scope, args *RelationalArgs) settings {
	e, known := engines[or(args.Engine, "postgres")]
	if !known {
		s.OneOf("engine", args.Engine, "postgres", "mysql")
		e = engines["postgres"]
	}
	d := settings{
		engine:        e,
		version:       or(args.EngineVersion, e.defaultVersion),
		class:         or(args.InstanceClass, convention.Choose(nil, s.Preset, "db.m7g.large", "db.t4g.micro")),
		storage:       convention.Choose(args.StorageGib, s.Preset, 100, 20),
		multiAz:       convention.Choose(args.MultiAz, s.Preset, true, false),
		protected:     convention.Choose(args.DeletionProtection, s.Preset, true, false),
		replicas:      convention.Or(args.ReadReplicas, 0),
		backupDays:    convention.Choose(args.BackupRetentionDays, s.Preset, 14, 1),
		database:      or(args.DatabaseName, "app"),
		username:      or(args.Username, "dbadmin"),
		monitoring:    convention.Choose(args.MonitoringIntervalSeconds, s.Preset, 60, 0),
		logDays:       convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
		caCertificate: or(args.CaCertificate, "rds-ca-rsa2048-g1"),
	}
	d.insights = convention.Or(args.PerformanceInsights, e.insightsOn(d.class))
	d.maxStorage = convention.Or(args.MaxStorageGib, min(2*d.storage, maxStorage))
	if args.MaxStorageGib == nil && d.maxStorage < d.leastGrowth() {
		d.maxStorage = 0 // near the largest volume there is no room to grow
	}
	return d
}

// leastGrowth is the smallest limit that AWS takes for growing storage.
func (d settings) leastGrowth() int { return (d.storage*11 + 9) / 10 }

func or(set, fallback string) string {
	if set != "" {
		return set
	}
	return fallback
}

var (
	instanceClass = regexp.MustCompile(`^db\.[a-z0-9-]+\.([a-z0-9-]+)$`)
	plainName     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
)

// checkNew refuses what cannot be created, and what would lose data.
func checkNew(s *convention.Scope, args *RelationalArgs, d settings) {
	s.Require("vpcId", args.VpcId, "the security groups of the database belong to a VPC; give one, or name an existingInstanceIdentifier")
	s.Require("subnetIds", args.SubnetIds, "the database needs subnets in two availability zones; give some, or name an existingInstanceIdentifier")
	if subnets, known := args.SubnetIds.(pulumi.StringArray); known && len(subnets) == 1 {
		s.Refuse("subnetIds", "has one subnet; give subnets in at least two availability zones, which RDS asks for even without a standby")
	}
	if args.ExistingClientSecurityGroupId != nil {
		s.Refuse("existingClientSecurityGroupId", "belongs to an existing instance; name its existingInstanceIdentifier too, or leave this out")
	}
	if args.ExistingSecretArn != nil {
		s.Refuse("existingSecretArn", "belongs to an existing instance; name its existingInstanceIdentifier too, or leave this out")
	}
	if _, known := d.engine.family(d.version); !known {
		s.Refuse("engineVersion", "%q is not a version of %s that is known here; use %s, or a minor version of one", d.version, d.engine.name, strings.Join(d.engine.majors, ", "))
	}
	if !instanceClass.MatchString(d.class) {
		s.Refuse("instanceClass", "%q is not an instance class; write it as db.m7g.large", d.class)
	}
	s.Between("storageGib", d.storage, minStorage, maxStorage, createInstance)
	switch {
	case args.MaxStorageGib == nil:
	case d.maxStorage > maxStorage:
		s.Between("maxStorageGib", d.maxStorage, d.leastGrowth(), maxStorage, createInstance)
	case d.maxStorage < d.leastGrowth():
		s.Refuse("maxStorageGib", "%d is too close to storageGib; AWS grows storage by at least a tenth, so use %d or more (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html)", d.maxStorage, d.leastGrowth())
	}
	s.Between("readReplicas", d.replicas, 0, 15, rdsLimits)
	if d.backupDays == 0 {
		s.Refuse("backupRetentionDays", "0 turns backups off, and with them point-in-time recovery and read replicas; use 1 to 35")
	} else {
		s.Between("backupRetentionDays", d.backupDays, 1, 35, createInstance)
	}
	if d.insights && !d.engine.insightsOn(d.class) {
		s.Refuse("performanceInsights", "is not available for %s on %s; use db.t4g.medium or larger, or leave it out (%s)", d.engine.name, d.class, insightsClasses)
	}
	switch d.monitoring {
	case 0, 1, 5, 10, 15, 30, 60:
	default:
		s.Refuse("monitoringIntervalSeconds", "%d is not possible; use 0, 1, 5, 10, 15, 30 or 60 (%s)", d.monitoring, createInstance)
	}
	s.LogRetention("logRetentionDays", d.logDays)
	s.OneOf("caCertificate", d.caCertificate, "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
	checkNames(s, d)
}

// checkNames refuses names that the engine cannot use.
func checkNames(s *convention.Scope, d settings) {
	switch {
	case !plainName.MatchString(d.database):
		s.Refuse("databaseName", "%q is not possible; begin with a letter and use letters, digits and underscores only, such as %q", d.database, "shop_orders")
	case len(d.database) > d.engine.longestDatabase:
		s.Refuse("databaseName", "%q has %d characters; %s takes at most %d", d.database, len(d.database), d.engine.name, d.engine.longestDatabase)
	case d.engine.reserves(d.database):
		s.Refuse("databaseName", "%q is a reserved word of %s; use another name, such as %q", d.database, d.engine.name, d.database+"_data")
	}
	switch user := strings.ToLower(d.username); {
	case !plainName.MatchString(d.username) || len(d.username) > 16:
		s.Refuse("username", "%q is not possible; begin with a letter and use at most 16 letters, digits and underscores (%s)", d.username, createInstance)
	case user == "app_reader" || user == "app_writer":
		s.Refuse("username", "%q is a user that connects with IAM tokens, which would take the master user's password away; use another name", d.username)
	case user == "rdsadmin" || d.engine.reserves(user) || d.engine.name == "postgres" && (user == "admin" || strings.HasPrefix(user, "pg_")):
		s.Refuse("username", "%q is a reserved word of %s; use another name, such as %q", d.username, d.engine.name, "dbadmin")
	}
}

// The identifier leaves room for "-replica-15" within the 63 characters of RDS.
const longestIdentifier = 52

var notInIdentifier = regexp.MustCompile(`[^a-z0-9]+`)

// identifier is the name of the primary at AWS. It is known beforehand, since the
// names of the log groups contain it and these must exist before RDS makes them
// without a retention; it differs between stacks. That it never changes has another
// use: an update that would replace the database, and leave an empty one, fails.
func identifier(s *convention.Scope) string {
	sum := sha256.Sum256([]byte(s.Ctx.Project() + "/" + s.Ctx.Stack() + "/" + s.Name))
	suffix := "-" + hex.EncodeToString(sum[:])[:7]
	name := strings.Trim(notInIdentifier.ReplaceAllString(strings.ToLower(s.Name), "-"), "-")
	if name == "" || name[0] < 'a' {
		name = "db-" + name
	}
	if len(name)+len(suffix) > longestIdentifier {
		name = name[:longestIdentifier-len(suffix)]
	}
	return strings.TrimRight(name, "-") + suffix
}
