package database

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// auroraSettings are the plain arguments of an Aurora, with defaults filled in.
type auroraSettings struct {
	settings                 // what Aurora has in common with Relational
	readers, maxReaders      int
	minCapacity, maxCapacity float64 // ACUs of a serverless instance
}

const (
	serverless           = "db.serverless"
	auroraUserGuide      = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
	serverlessCapacity   = auroraUserGuide + "aurora-serverless-v2.setting-capacity.html"
	auroraClasses        = auroraUserGuide + "Concepts.DBInstanceClass.html"
	auroraInsights       = auroraUserGuide + "USER_DatabaseInsights.Engines.html"
	auroraReaders        = auroraUserGuide + "Aurora.Replication.html"
	autoPause            = auroraUserGuide + "aurora-serverless-v2-auto-pause.html"
	maxAuroraReaders     = 15
	secondsUntilPause    = 300
	gibibytesPerCapacity = 2
)

func auroraSettingsOf(s *convention.Scope, args *AuroraArgs) auroraSettings {
	e, known := auroraEngines[or(args.Engine, "aurora-postgresql")]
	if !known {
		s.OneOf("engine", args.Engine, "aurora-postgresql", "aurora-mysql")
		e = auroraEngines["aurora-postgresql"]
	}
	class := convention.Choose(nil, s.Preset, "db.r7g.large", serverless)
	if args.MinCapacity != "" || args.MaxCapacity != "" {
		class = serverless
	}
	d := auroraSettings{
		settings: settings{
			engine:        e,
			version:       or(args.EngineVersion, e.defaultVersion),
			class:         or(args.InstanceClass, class),
			protected:     convention.Choose(args.DeletionProtection, s.Preset, true, false),
			backupDays:    convention.Choose(args.BackupRetentionDays, s.Preset, 14, 1),
			database:      or(args.DatabaseName, "app"),
			username:      or(args.Username, "dbadmin"),
			monitoring:    convention.Choose(args.MonitoringIntervalSeconds, s.Preset, 60, 0),
			logDays:       convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
			caCertificate: or(args.CaCertificate, "rds-ca-rsa2048-g1"),
		},
		readers: convention.Choose(args.Readers, s.Preset, 1, 0),
	}
	d.maxReaders = convention.Or(args.MaxReaders, d.readers)
	d.insights = convention.Or(args.PerformanceInsights, auroraInsightsOn(e, d.class))
	if d.serverless() {
		fallback := convention.Choose(nil, s.Preset, 1.0, 0)
		if !pauses(e, d.version) {
			fallback = max(fallback, 0.5)
		}
		d.minCapacity = capacity(s, "minCapacity", args.MinCapacity, fallback)
		d.maxCapacity = capacity(s, "maxCapacity", args.MaxCapacity, max(d.minCapacity, convention.Choose(nil, s.Preset, 16.0, 2)))
	}
	return d
}

func (d auroraSettings) serverless() bool { return d.class == serverless }

// capacity reads Aurora capacity units, which come in halves.
func capacity(s *convention.Scope, argument, text string, fallback float64) float64 {
	if text == "" {
		return fallback
	}
	units, err := strconv.ParseFloat(text, 64)
	if err != nil || units*2 != math.Trunc(units*2) || units < 0 || units > 256 {
		s.Refuse(argument, "%q is not a capacity; use Aurora capacity units from 0 to 256 in steps of a half, such as %q (%s)", text, "1.5", serverlessCapacity)
		return fallback
	}
	return units
}

// checkNewAurora refuses what cannot be created, and what would lose data.
func checkNewAurora(s *convention.Scope, args *AuroraArgs, d auroraSettings) {
	s.Require("vpcId", args.VpcId, "the security groups of the cluster belong to a VPC; give one, or name an existingClusterIdentifier")
	s.Require("subnetIds", args.SubnetIds, "the cluster needs subnets in two availability zones; give some, or name an existingClusterIdentifier")
	checkTwoSubnets(s, args.SubnetIds)
	for _, a := range []struct {
		argument string
		value    pulumi.StringPtrInput
	}{{"existingClientSecurityGroupId", args.ExistingClientSecurityGroupId}, {"existingSecretArn", args.ExistingSecretArn}} {
		if a.value != nil {
			s.Refuse(a.argument, "belongs to an existing cluster; name its existingClusterIdentifier too, or leave this out")
		}
	}
	if _, known := d.engine.family(d.version); !known {
		s.Refuse("engineVersion", "%q is not a version of %s that is known here; use %s, or a minor version of one", d.version, d.engine.name, strings.Join(d.engine.majors, ", "))
	}
	checkAuroraClass(s, args, d)
	s.Between("readers", d.readers, 0, maxAuroraReaders, auroraReaders)
	switch {
	case args.MaxReaders == nil:
	case d.readers == 0:
		s.Refuse("maxReaders", "has nothing to go by without a reader, whose processor is what is measured; set readers to 1 or more")
	case d.maxReaders < d.readers:
		s.Refuse("maxReaders", "%d is less than readers; use %d to %d, or leave it out for a fixed number", d.maxReaders, d.readers, maxAuroraReaders)
	default:
		s.Between("maxReaders", d.maxReaders, d.readers, maxAuroraReaders, auroraReaders)
	}
	if d.backupDays == 0 {
		s.Refuse("backupRetentionDays", "0 is not possible, for Aurora always keeps backups; use 1 to 35")
	} else {
		s.Between("backupRetentionDays", d.backupDays, 1, 35, "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html")
	}
	if d.insights && !auroraInsightsOn(d.engine, d.class) {
		s.Refuse("performanceInsights", "is not available for %s on %s; use db.t4g.medium or another family, or leave it out (%s)", d.engine.name, d.class, auroraInsights)
	}
	checkOperation(s, d.settings)
	names := d.settings
	names.engine = engines[d.engine.compatible()]
	checkNames(s, names)
}

// checkAuroraClass refuses classes that Aurora does not run on, and capacities that
// do not go with the class or with each other.
func checkAuroraClass(s *convention.Scope, args *AuroraArgs, d auroraSettings) {
	if d.serverless() {
		switch {
		case d.minCapacity == 0 && !pauses(d.engine, d.version):
			s.Refuse("minCapacity", "%s %s cannot pause; use %q, or another engineVersion (%s)", d.engine.name, d.version, "0.5", autoPause)
		case d.maxCapacity < 1:
			s.Refuse("maxCapacity", "%q is too little; use 1 or more (%s)", args.MaxCapacity, serverlessCapacity)
		case d.maxCapacity < d.minCapacity:
			s.Refuse("maxCapacity", "%q is less than minCapacity; use at least as much", args.MaxCapacity)
		}
		return
	}
	for _, a := range []struct{ argument, value string }{{"minCapacity", args.MinCapacity}, {"maxCapacity", args.MaxCapacity}} {
		if a.value != "" {
			s.Refuse(a.argument, "has no effect on a cluster of %s; leave it out, or set instanceClass to %q", d.class, serverless)
		}
	}
	parts := strings.Split(d.class, ".")
	switch {
	case !instanceClass.MatchString(d.class):
		s.Refuse("instanceClass", "%q is not an instance class; write it as db.r7g.large, or %s", d.class, serverless)
	case parts[1][0] == 'm' || slices.Contains([]string{"micro", "small"}, parts[2]):
		s.Refuse("instanceClass", "Aurora does not run on %s; use a class with more memory, such as db.r7g.large or db.t4g.medium, or %s (%s)", d.class, serverless, auroraClasses)
	}
}

// checkTwoSubnets refuses a list that has one subnet, as far as that is known.
func checkTwoSubnets(s *convention.Scope, subnets pulumi.StringArrayInput) {
	if list, known := subnets.(pulumi.StringArray); known && len(list) == 1 {
		s.Refuse("subnetIds", "has one subnet; give subnets in at least two availability zones, which RDS asks for")
	}
}

// checkOperation refuses settings of how a database is operated, whatever its engine.
func checkOperation(s *convention.Scope, d settings) {
	if !slices.Contains([]int{0, 1, 5, 10, 15, 30, 60}, d.monitoring) {
		s.Refuse("monitoringIntervalSeconds", "%d is not possible; use 0, 1, 5, 10, 15, 30 or 60 (%s)", d.monitoring, createInstance)
	}
	s.LogRetention("logRetentionDays", d.logDays)
	s.OneOf("caCertificate", d.caCertificate, "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")
}
