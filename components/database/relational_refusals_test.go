package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// refused checks that a program fails with exactly these sentences, and before it registers anything.
func refused(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program)
	if err == nil {
		t.Fatalf("accepted; want\n%s", strings.Join(want, "\n"))
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, `scaffold:database:Relational "orders": `)
	}
	same(t, "problems", lines, want)
	same(t, "resources registered", rec.List(), []string{})
}

func TestRelationalRefuses(t *testing.T) {
	t.Parallel()
	number, text := pulumi.IntRef, pulumi.String("x")
	const (
		create = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"
		limits = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html"
		grows  = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html"
		needs  = "vpcId: is required: the security groups of the database belong to a VPC; give one, or name an existingInstanceIdentifier"
		zones  = "subnetIds: is required: the database needs subnets in two availability zones; give some, or name an existingInstanceIdentifier"
		lone   = ": belongs to an existing instance; name its existingInstanceIdentifier too, or leave this out"
	)
	for name, test := range map[string]struct {
		set  func(*database.RelationalArgs)
		want []string
	}{
		"nothing":         {func(a *database.RelationalArgs) { *a = database.RelationalArgs{} }, []string{needs, zones}},
		"empty":           {func(a *database.RelationalArgs) { a.VpcId, a.SubnetIds = pulumi.String(""), pulumi.StringArray{} }, []string{needs, zones}},
		"one subnet":      {func(a *database.RelationalArgs) { a.SubnetIds = pulumi.StringArray{text} }, []string{"subnetIds: has one subnet; give subnets in at least two availability zones, which RDS asks for even without a standby"}},
		"preset":          {func(a *database.RelationalArgs) { a.Preset = "prod" }, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"engine":          {func(a *database.RelationalArgs) { a.Engine = "oracle" }, []string{`engine: "oracle" is not possible; use one of postgres, mysql`}},
		"old version":     {func(a *database.RelationalArgs) { a.EngineVersion = "9.6" }, []string{`engineVersion: "9.6" is not a version of postgres that is known here; use 14, 15, 16, 17, 18, or a minor version of one`}},
		"another's":       {func(a *database.RelationalArgs) { a.Engine, a.EngineVersion = "mysql", "17" }, []string{`engineVersion: "17" is not a version of mysql that is known here; use 8.0, 8.4, or a minor version of one`}},
		"half a version":  {func(a *database.RelationalArgs) { a.Engine, a.EngineVersion = "mysql", "8" }, []string{`engineVersion: "8" is not a version of mysql that is known here; use 8.0, 8.4, or a minor version of one`}},
		"like a version":  {func(a *database.RelationalArgs) { a.EngineVersion = "170" }, []string{`engineVersion: "170" is not a version of postgres that is known here; use 14, 15, 16, 17, 18, or a minor version of one`}},
		"class":           {func(a *database.RelationalArgs) { a.InstanceClass = "m7g.large" }, []string{`instanceClass: "m7g.large" is not an instance class; write it as db.m7g.large`}},
		"little storage":  {func(a *database.RelationalArgs) { a.StorageGib = number(19) }, []string{"storageGib: 19 is out of range; use 20 to 65536 (" + create + ")"}},
		"much storage":    {func(a *database.RelationalArgs) { a.StorageGib = number(70000) }, []string{"storageGib: 70000 is out of range; use 20 to 65536 (" + create + ")"}},
		"no growth":       {func(a *database.RelationalArgs) { a.MaxStorageGib = number(100) }, []string{"maxStorageGib: 100 is too close to storageGib; AWS grows storage by at least a tenth, so use 110 or more (" + grows + ")"}},
		"nearly a tenth":  {func(a *database.RelationalArgs) { a.StorageGib, a.MaxStorageGib = number(25), number(27) }, []string{"maxStorageGib: 27 is too close to storageGib; AWS grows storage by at least a tenth, so use 28 or more (" + grows + ")"}},
		"beyond a volume": {func(a *database.RelationalArgs) { a.MaxStorageGib = number(65537) }, []string{"maxStorageGib: 65537 is out of range; use 110 to 65536 (" + create + ")"}},
		"replicas":        {func(a *database.RelationalArgs) { a.ReadReplicas = number(16) }, []string{"readReplicas: 16 is out of range; use 0 to 15 (" + limits + ")"}},
		"fewer than none": {func(a *database.RelationalArgs) { a.ReadReplicas = number(-1) }, []string{"readReplicas: -1 is out of range; use 0 to 15 (" + limits + ")"}},
		"no backups":      {func(a *database.RelationalArgs) { a.BackupRetentionDays = number(0) }, []string{"backupRetentionDays: 0 turns backups off, and with them point-in-time recovery and read replicas; use 1 to 35"}},
		"backups":         {func(a *database.RelationalArgs) { a.BackupRetentionDays = number(36) }, []string{"backupRetentionDays: 36 is out of range; use 1 to 35 (" + create + ")"}},
		"insights": {func(a *database.RelationalArgs) {
			a.Preset, a.Engine, a.PerformanceInsights = "sandbox", "mysql", pulumi.BoolRef(true)
		}, []string{"performanceInsights: is not available for mysql on db.t4g.micro; use db.t4g.medium or larger, or leave it out (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html)"}},
		"monitoring":      {func(a *database.RelationalArgs) { a.MonitoringIntervalSeconds = number(20) }, []string{"monitoringIntervalSeconds: 20 is not possible; use 0, 1, 5, 10, 15, 30 or 60 (" + create + ")"}},
		"logs":            {func(a *database.RelationalArgs) { a.LogRetentionDays = number(2) }, []string{"logRetentionDays: CloudWatch Logs cannot keep logs for 2 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"}},
		"certificate":     {func(a *database.RelationalArgs) { a.CaCertificate = "rds-ca-2019" }, []string{`caCertificate: "rds-ca-2019" is not possible; use one of rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1`}},
		"database name":   {func(a *database.RelationalArgs) { a.DatabaseName = "shop-orders" }, []string{`databaseName: "shop-orders" is not possible; begin with a letter and use letters, digits and underscores only, such as "shop_orders"`}},
		"a number":        {func(a *database.RelationalArgs) { a.DatabaseName = "1st" }, []string{`databaseName: "1st" is not possible; begin with a letter and use letters, digits and underscores only, such as "shop_orders"`}},
		"a long name":     {func(a *database.RelationalArgs) { a.DatabaseName = strings.Repeat("d", 64) }, []string{`databaseName: "` + strings.Repeat("d", 64) + `" has 64 characters; postgres takes at most 63`}},
		"a reserved word": {func(a *database.RelationalArgs) { a.DatabaseName = "Order" }, []string{`databaseName: "Order" is a reserved word of postgres; use another name, such as "Order_data"`}},
		"its own":         {func(a *database.RelationalArgs) { a.DatabaseName = "postgres" }, []string{`databaseName: "postgres" is a reserved word of postgres; use another name, such as "postgres_data"`}},
		"of mysql":        {func(a *database.RelationalArgs) { a.Engine, a.DatabaseName = "mysql", "groups" }, []string{`databaseName: "groups" is a reserved word of mysql; use another name, such as "groups_data"`}},
		"user":            {func(a *database.RelationalArgs) { a.Username = "db-admin" }, []string{`username: "db-admin" is not possible; begin with a letter and use at most 16 letters, digits and underscores (` + create + ")"}},
		"a long user":     {func(a *database.RelationalArgs) { a.Username = strings.Repeat("u", 17) }, []string{`username: "uuuuuuuuuuuuuuuuu" is not possible; begin with a letter and use at most 16 letters, digits and underscores (` + create + ")"}},
		"admin":           {func(a *database.RelationalArgs) { a.Username = "Admin" }, []string{`username: "Admin" is a reserved word of postgres; use another name, such as "dbadmin"`}},
		"pg_":             {func(a *database.RelationalArgs) { a.Username = "pg_dba" }, []string{`username: "pg_dba" is a reserved word of postgres; use another name, such as "dbadmin"`}},
		"of RDS":          {func(a *database.RelationalArgs) { a.Engine, a.Username = "mysql", "rdsadmin" }, []string{`username: "rdsadmin" is a reserved word of mysql; use another name, such as "dbadmin"`}},
		"app_writer":      {func(a *database.RelationalArgs) { a.Username = "app_writer" }, []string{`username: "app_writer" is a user that connects with IAM tokens, which would take the master user's password away; use another name`}},
		"half an existing one": {func(a *database.RelationalArgs) { a.ExistingClientSecurityGroupId, a.ExistingSecretArn = text, text }, []string{
			"existingClientSecurityGroupId" + lone, "existingSecretArn" + lone,
		}},
		"all at once": {func(a *database.RelationalArgs) {
			a.Preset, a.VpcId, a.InstanceClass, a.DatabaseName = "x", nil, "large", "a b"
		}, []string{
			`preset: "x" is not a preset; use "sandbox" or "production"`, needs,
			`instanceClass: "large" is not an instance class; write it as db.m7g.large`,
			`databaseName: "a b" is not possible; begin with a letter and use letters, digits and underscores only, such as "shop_orders"`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, program("orders", test.set), test.want...)
		})
	}
	refused(t, func(ctx *pulumi.Context) error {
		_, err := database.NewRelational(ctx, "orders", nil)
		return err
	}, needs, zones)
}
