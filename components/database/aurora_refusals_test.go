package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// refuses checks that a program fails with exactly these sentences about the
// component, and before it registers anything.
func refuses(t *testing.T, program pulumi.RunFunc, component string, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program, madeUp, zoned)
	if err == nil {
		t.Fatalf("accepted; want\n%s", strings.Join(want, "\n"))
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, component+": ")
	}
	same(t, "problems", lines, want)
	same(t, "resources registered", rec.List(), []string{})
}

func TestAuroraRefuses(t *testing.T) {
	t.Parallel()
	number, word := pulumi.IntRef, pulumi.String("x")
	const (
		guide    = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
		capacity = guide + "aurora-serverless-v2.setting-capacity.html"
		needs    = "vpcId: is required: the security groups of the cluster belong to a VPC; give one, or name an existingClusterIdentifier"
		zones    = "subnetIds: is required: the cluster needs subnets in two availability zones; give some, or name an existingClusterIdentifier"
		lone     = ": belongs to an existing cluster; name its existingClusterIdentifier too, or leave this out"
		self     = `scaffold:database:Aurora "catalog"`
	)
	for name, test := range map[string]struct {
		set  func(*database.AuroraArgs)
		want []string
	}{
		"nothing":         {func(a *database.AuroraArgs) { *a = database.AuroraArgs{} }, []string{needs, zones}},
		"one subnet":      {func(a *database.AuroraArgs) { a.SubnetIds = pulumi.StringArray{word} }, []string{"subnetIds: has one subnet; give subnets in at least two availability zones, which RDS asks for"}},
		"preset":          {func(a *database.AuroraArgs) { a.Preset = "prod" }, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"engine":          {func(a *database.AuroraArgs) { a.Engine = "postgres" }, []string{`engine: "postgres" is not possible; use one of aurora-postgresql, aurora-mysql`}},
		"version":         {func(a *database.AuroraArgs) { a.EngineVersion = "11.9" }, []string{`engineVersion: "11.9" is not a version of aurora-postgresql that is known here; use 14, 15, 16, 17, 18, or a minor version of one`}},
		"mysql's version": {func(a *database.AuroraArgs) { a.Engine, a.EngineVersion = "aurora-mysql", "5.7" }, []string{`engineVersion: "5.7" is not a version of aurora-mysql that is known here; use 8.0, or a minor version of one`}},
		"class":           {func(a *database.AuroraArgs) { a.InstanceClass = "r7g.large" }, []string{`instanceClass: "r7g.large" is not an instance class; write it as db.r7g.large, or db.serverless`}},
		"m class":         {func(a *database.AuroraArgs) { a.InstanceClass = "db.m7g.large" }, []string{`instanceClass: Aurora does not run on db.m7g.large; use a class with more memory, such as db.r7g.large or db.t4g.medium, or db.serverless (` + guide + "Concepts.DBInstanceClass.html)"}},
		"small class":     {func(a *database.AuroraArgs) { a.InstanceClass = "db.t4g.micro" }, []string{`instanceClass: Aurora does not run on db.t4g.micro; use a class with more memory, such as db.r7g.large or db.t4g.medium, or db.serverless (` + guide + "Concepts.DBInstanceClass.html)"}},
		"capacity":        {func(a *database.AuroraArgs) { a.MinCapacity = "0.7" }, []string{`minCapacity: "0.7" is not a capacity; use Aurora capacity units from 0 to 256 in steps of a half, such as "1.5" (` + capacity + ")"}},
		"not a capacity":  {func(a *database.AuroraArgs) { a.MaxCapacity = "large" }, []string{`maxCapacity: "large" is not a capacity; use Aurora capacity units from 0 to 256 in steps of a half, such as "1.5" (` + capacity + ")"}},
		"much capacity":   {func(a *database.AuroraArgs) { a.MaxCapacity = "300" }, []string{`maxCapacity: "300" is not a capacity; use Aurora capacity units from 0 to 256 in steps of a half, such as "1.5" (` + capacity + ")"}},
		"little capacity": {func(a *database.AuroraArgs) { a.MinCapacity, a.MaxCapacity = "0.5", "0.5" }, []string{`maxCapacity: "0.5" is too little; use 1 or more (` + capacity + ")"}},
		"upside down":     {func(a *database.AuroraArgs) { a.MinCapacity, a.MaxCapacity = "8", "4" }, []string{`maxCapacity: "4" is less than minCapacity; use at least as much`}},
		"cannot pause":    {func(a *database.AuroraArgs) { a.EngineVersion, a.MinCapacity = "16.1", "0" }, []string{`minCapacity: aurora-postgresql 16.1 cannot pause; use "0.5", or another engineVersion (` + guide + "aurora-serverless-v2-auto-pause.html)"}},
		"both":            {func(a *database.AuroraArgs) { a.InstanceClass, a.MinCapacity, a.MaxCapacity = "db.r7g.large", "1", "2" }, []string{`minCapacity: has no effect on a cluster of db.r7g.large; leave it out, or set instanceClass to "db.serverless"`, `maxCapacity: has no effect on a cluster of db.r7g.large; leave it out, or set instanceClass to "db.serverless"`}},
		"readers":         {func(a *database.AuroraArgs) { a.Readers = number(16) }, []string{"readers: 16 is out of range; use 0 to 15 (" + guide + "Aurora.Replication.html)"}},
		"most readers":    {func(a *database.AuroraArgs) { a.MaxReaders = number(16) }, []string{"maxReaders: 16 is out of range; use 1 to 15 (" + guide + "Aurora.Replication.html)"}},
		"fewer readers":   {func(a *database.AuroraArgs) { a.Readers, a.MaxReaders = number(3), number(2) }, []string{"maxReaders: 2 is less than readers; use 3 to 15, or leave it out for a fixed number"}},
		"none to go by":   {func(a *database.AuroraArgs) { a.Readers, a.MaxReaders = number(0), number(2) }, []string{"maxReaders: has nothing to go by without a reader, whose processor is what is measured; set readers to 1 or more"}},
		"no backups":      {func(a *database.AuroraArgs) { a.BackupRetentionDays = number(0) }, []string{"backupRetentionDays: 0 is not possible, for Aurora always keeps backups; use 1 to 35"}},
		"backups":         {func(a *database.AuroraArgs) { a.BackupRetentionDays = number(36) }, []string{"backupRetentionDays: 36 is out of range; use 1 to 35 (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html)"}},
		"insights": {func(a *database.AuroraArgs) {
			a.Engine, a.InstanceClass, a.PerformanceInsights = "aurora-mysql", "db.t3.medium", pulumi.BoolRef(true)
		}, []string{"performanceInsights: is not available for aurora-mysql on db.t3.medium; use db.t4g.medium or another family, or leave it out (" + guide + "USER_DatabaseInsights.Engines.html)"}},
		"monitoring":       {func(a *database.AuroraArgs) { a.MonitoringIntervalSeconds = number(20) }, []string{"monitoringIntervalSeconds: 20 is not possible; use 0, 1, 5, 10, 15, 30 or 60 (https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html)"}},
		"logs":             {func(a *database.AuroraArgs) { a.LogRetentionDays = number(2) }, []string{"logRetentionDays: CloudWatch Logs cannot keep logs for 2 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"}},
		"certificate":      {func(a *database.AuroraArgs) { a.CaCertificate = "rds-ca-2019" }, []string{`caCertificate: "rds-ca-2019" is not possible; use one of rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1`}},
		"database name":    {func(a *database.AuroraArgs) { a.DatabaseName = "a-b" }, []string{`databaseName: "a-b" is not possible; begin with a letter and use letters, digits and underscores only, such as "shop_orders"`}},
		"reserved":         {func(a *database.AuroraArgs) { a.Engine, a.DatabaseName = "aurora-mysql", "groups" }, []string{`databaseName: "groups" is a reserved word of mysql; use another name, such as "groups_data"`}},
		"user":             {func(a *database.AuroraArgs) { a.Username = "pg_dba" }, []string{`username: "pg_dba" is a reserved word of postgres; use another name, such as "dbadmin"`}},
		"app_writer":       {func(a *database.AuroraArgs) { a.Username = "app_writer" }, []string{`username: "app_writer" is a user that connects with IAM tokens, which would take the master user's password away; use another name`}},
		"half an existing": {func(a *database.AuroraArgs) { a.ExistingClientSecurityGroupId, a.ExistingSecretArn = word, word }, []string{"existingClientSecurityGroupId" + lone, "existingSecretArn" + lone}},
		"all at once":      {func(a *database.AuroraArgs) { a.VpcId, a.InstanceClass, a.Readers = nil, "large", number(-1) }, []string{needs, `instanceClass: "large" is not an instance class; write it as db.r7g.large, or db.serverless`, "readers: -1 is out of range; use 0 to 15 (" + guide + "Aurora.Replication.html)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, aurora("catalog", test.set), self, test.want...)
		})
	}
	refuses(t, func(ctx *pulumi.Context) error {
		_, err := database.NewAurora(ctx, "catalog", nil)
		return err
	}, self, needs, zones)
}
