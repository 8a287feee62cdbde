package database

import (
	"regexp"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// replicaSettings are the plain arguments of a Replica, with defaults filled in.
type replicaSettings struct {
	settings
	promoted bool
}

const (
	crossRegion = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.CrossRegionReadReplicas.html"
)

func replicaSettingsOf(s *convention.Scope, args *ReplicaArgs) replicaSettings {
	name := or(args.Engine, "postgres")
	if _, known := engines[name]; !known {
		switch {
		case strings.HasPrefix(name, "aurora-"):
			s.Refuse("engine", "%q has no such replicas: a cluster has readers in its region, and a global database across regions; use an Aurora with readers", name)
		case strings.HasPrefix(name, "sqlserver-"), strings.HasPrefix(name, "oracle-"), strings.HasPrefix(name, "db2-"), name == "mariadb":
			s.Refuse("engine", "%q cannot be replicated by this component; use postgres or mysql (%s)", name, crossRegion)
		default:
			s.OneOf("engine", name, "postgres", "mysql")
		}
		name = "postgres"
	}
	standby := convention.Or(args.MultiAz, false)
	d := replicaSettings{promoted: convention.Or(args.Promoted, false), settings: settingsOf(s, &RelationalArgs{
		Engine: name, EngineVersion: args.EngineVersion, InstanceClass: args.InstanceClass,
		StorageGib: args.StorageGib, MaxStorageGib: args.MaxStorageGib, MultiAz: &standby,
		DeletionProtection: args.DeletionProtection, PerformanceInsights: args.PerformanceInsights,
		MonitoringIntervalSeconds: args.MonitoringIntervalSeconds, LogRetentionDays: args.LogRetentionDays,
		CaCertificate: args.CaCertificate,
	})}
	d.backupDays = convention.Choose(args.BackupRetentionDays, s.Preset, 7, 0)
	if d.promoted && args.BackupRetentionDays == nil {
		d.backupDays = max(d.backupDays, 1)
	}
	return d
}

// The region is the first group.
var (
	instanceARN = regexp.MustCompile(`^arn:aws[a-z-]*:rds:([a-z0-9-]+):[0-9]{12}:db:[A-Za-z0-9-]+$`)
	keyARN      = regexp.MustCompile(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):[0-9]{12}:key/.+$`)
)

// checkReplica refuses what cannot be created. In which region an ARN must be shows
// only once the provider is known: see builder.
func checkReplica(s *convention.Scope, args *ReplicaArgs, d replicaSettings) {
	s.Require("sourceArn", args.SourceArn, "a replica follows a database; give the ARN of an instance in another region")
	if source, known := args.SourceArn.(pulumi.String); known && source != "" && !instanceARN.MatchString(string(source)) {
		s.Refuse("sourceArn", "%q is not the ARN of a database instance; across regions the identifier is not enough, write arn:aws:rds:<region>:<account>:db:<identifier>", string(source))
	}
	s.Require("vpcId", args.VpcId, "the security groups of the replica belong to a VPC; give one in the replica's region")
	s.Require("subnetIds", args.SubnetIds, "the replica needs subnets in two availability zones; give some in the replica's region")
	checkTwoSubnets(s, args.SubnetIds)
	s.Require("kmsKeyArn", args.KmsKeyArn, "the source's key does not leave its region; give one of the replica's region. An unencrypted source cannot have an encrypted replica: restore it encrypted first")
	if key, known := args.KmsKeyArn.(pulumi.String); known && key != "" && !keyARN.MatchString(string(key)) {
		s.Refuse("kmsKeyArn", "%q is not the ARN of a key; write it as arn:aws:kms:<region>:<account>:key/<id>", string(key))
	}
	if _, known := d.engine.family(d.version); !known {
		s.Refuse("engineVersion", "%q is not a version of %s that is known here; use %s, or a minor version of one", d.version, d.engine.name, strings.Join(d.engine.majors, ", "))
	}
	if !instanceClass.MatchString(d.class) {
		s.Refuse("instanceClass", "%q is not an instance class; write it as db.m7g.large", d.class)
	}
	s.Between("storageGib", d.storage, minStorage, maxStorage, createInstance)
	if args.MaxStorageGib != nil {
		s.Between("maxStorageGib", d.maxStorage, d.leastGrowth(), maxStorage, createInstance)
	}
	switch {
	case d.promoted && d.backupDays == 0:
		s.Refuse("backupRetentionDays", "0 leaves a promoted replica, which is a database of its own, without backups; use 1 to 35")
	default:
		s.Between("backupRetentionDays", d.backupDays, 0, 35, createInstance)
	}
	if d.insights && !d.engine.insightsOn(d.class) {
		s.Refuse("performanceInsights", "is not available for %s on %s; use db.t4g.medium or larger, or leave it out (%s)", d.engine.name, d.class, insightsClasses)
	}
	checkOperation(s, d.settings)
}
