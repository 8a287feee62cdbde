package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const sourceArn = "arn:aws:rds:us-east-1:123456789012:db:orders-1"

// replicated is a replica of an instance in another region, with what set sets.
func replicated(name string, set func(*database.ReplicaArgs), opts ...pulumi.ResourceOption) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.ReplicaArgs{
			SourceArn: pulumi.String(sourceArn), VpcId: pulumi.String("vpc-1"), KmsKeyArn: pulumi.String(keyArn),
			SubnetIds: pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
		}
		if set != nil {
			set(args)
		}
		_, err := database.NewReplica(ctx, name, args, opts...)
		return err
	}
}

func away(t *testing.T, set func(*database.ReplicaArgs)) *recorder.Recording {
	t.Helper()
	return record(t, replicated("away", set))
}

func TestReplicaByPreset(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		rec := away(t, func(a *database.ReplicaArgs) { a.Preset = preset })
		replica := rec.Find(instanceType, "away-replica")
		id := replica.Input("identifier").(string)
		resources := []string{
			logGroupType + " away-postgresql", logGroupType + " away-upgrade",
			securityGroupType + " away-client", securityGroupType + " away-server",
		}
		want := object{
			"identifier": id, "replicateSourceDb": sourceArn, "kmsKeyId": keyArn, "storageEncrypted": true, "storageType": "gp3",
			"vpcSecurityGroupIds": list{rec.Find(securityGroupType, "away-server").ID}, "publiclyAccessible": false,
			"parameterGroupName": rec.Find(parameterGroupType, "away-parameters").Output("name"),
			"dbSubnetGroupName":  rec.Find(subnetGroupType, "away-subnets").Output("name"), "caCertIdentifier": "rds-ca-rsa2048-g1",
			"iamDatabaseAuthenticationEnabled": true, "enabledCloudwatchLogsExports": list{"postgresql", "upgrade"}, "multiAz": false,
			"performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": 7.0, "performanceInsightsKmsKeyId": keyArn,
			"autoMinorVersionUpgrade": true, "maintenanceWindow": "sun:03:30-sun:04:30", "copyTagsToSnapshot": true, "skipFinalSnapshot": true,
		}
		more := object{
			"instanceClass": "db.m7g.large", "maxAllocatedStorage": 200.0, "monitoringInterval": 60.0, "backupRetentionPeriod": 7.0, "backupWindow": "02:00-03:00",
			"deleteAutomatedBackups": false, "deletionProtection": true, "applyImmediately": false,
		}
		days := 90.0
		if preset == "sandbox" {
			days = 7
			more = object{
				"instanceClass": "db.t4g.micro", "maxAllocatedStorage": 40.0, "monitoringInterval": 0.0, "backupRetentionPeriod": 0.0,
				"deleteAutomatedBackups": true, "deletionProtection": false, "applyImmediately": true,
			}
		} else {
			more["monitoringRoleArn"] = rec.Find(roleType, "away-monitoring").Output("arn")
			resources = append(resources, roleType+" away-monitoring", attachmentType+" away-monitoring")
		}
		for input, value := range more {
			want[input] = value
		}
		same(t, "resources", rec.List(), append(resources, instanceType+" away-replica", parameterGroupType+" away-parameters", subnetGroupType+" away-subnets",
			egressType+" away-to-server", ingressType+" away-from-client", database.ReplicaToken+" away"))
		same(t, "replica", replica.Inputs, want)
		same(t, "protected", replica.Protect, preset != "sandbox")
		for _, log := range []string{"postgresql", "upgrade"} {
			group := rec.Find(logGroupType, "away-"+log)
			same(t, "log group", group.Inputs, object{"name": "/aws/rds/instance/" + id + "/" + log, "retentionInDays": days, "kmsKeyId": keyArn})
			if !strings.Contains(strings.Join(replica.Dependencies, "\n"), group.URN) {
				t.Errorf("the replica does not wait for %s", group)
			}
		}
	}
}

func TestReplicaOutputs(t *testing.T) {
	t.Parallel()
	rec := away(t, func(a *database.ReplicaArgs) { a.Engine = "mysql" })
	replica, self := rec.Type(instanceType)[0], rec.Find(database.ReplicaToken, "away")
	same(t, "outputs", self.Outputs, object{
		"endpoint": replica.Output("address"), "port": self.Output("port"), "instanceIdentifier": replica.Output("identifier"),
		"clientSecurityGroupId": rec.Find(securityGroupType, "away-client").ID, "readerPolicy": self.Output("readerPolicy"),
	})
	same(t, "reader policy", recorder.JSON(self.Output("readerPolicy")), object{"Version": "2012-10-17", "Statement": list{object{
		"Sid": "Connect", "Effect": "Allow", "Action": "rds-db:connect",
		"Resource": "arn:aws:rds-db:eu-central-1:123456789012:dbuser:" + replica.Output("resourceId").(string) + "/app_reader",
	}}})
	same(t, "way in", rec.Type(ingressType)[0].Input("fromPort"), 3306.0)
	same(t, "family", rec.Type(parameterGroupType)[0].Input("family"), "mysql8.4")
}

// All that a replica consists of is in its region.
func TestReplicaProvider(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		west, err := aws.NewProvider(ctx, "west", &aws.ProviderArgs{Region: pulumi.String("eu-west-1")})
		if err != nil {
			return err
		}
		return replicated("away", func(a *database.ReplicaArgs) {
			a.AlarmTopicArn, a.KmsKeyArn = pulumi.String(alarmsArn), pulumi.String(strings.Replace(keyArn, "eu-central-1", "eu-west-1", 1))
		}, pulumi.Provider(west))(ctx)
	})
	for _, r := range rec.Resources {
		if strings.HasPrefix(r.Type, "aws:") && !strings.Contains(r.Provider, "::west::") {
			t.Errorf("%s has the provider %q", r, r.Provider)
		}
	}
}

// When the source is lost, the replica becomes a database that is protected as one.
func TestReplicaPromoted(t *testing.T) {
	t.Parallel()
	rec := away(t, func(a *database.ReplicaArgs) {
		a.Promoted, a.AlarmTopicArn = pulumi.BoolRef(true), pulumi.String(alarmsArn)
	})
	replica := rec.Type(instanceType)[0]
	id := replica.Input("identifier").(string)
	if _, given := replica.Inputs["replicateSourceDb"]; given {
		t.Error("it still follows its source")
	}
	same(t, "last snapshot", []any{replica.Input("skipFinalSnapshot"), replica.Input("finalSnapshotIdentifier"), replica.Input("backupRetentionPeriod")}, []any{false, id + "-final", 7.0})
	same(t, "identifier", id, away(t, nil).Type(instanceType)[0].Input("identifier"))
	same(t, "alarm on the lag", rec.Find(alarmType, "away-lag"), (*recorder.Resource)(nil))
	rec = away(t, func(a *database.ReplicaArgs) { a.Promoted, a.Preset = pulumi.BoolRef(true), "sandbox" })
	same(t, "in the sandbox", []any{rec.Type(instanceType)[0].Input("skipFinalSnapshot"), rec.Type(instanceType)[0].Input("backupRetentionPeriod")}, []any{true, 1.0})
}

func TestReplicaAlarmsAway(t *testing.T) {
	t.Parallel()
	for engine, names := range map[string][]string{
		"postgres": {"connections", "lag", "memory", "processor", "storage"},
		"mysql":    {"connections", "lag", "memory", "processor", "stopped", "storage"},
	} {
		rec := away(t, func(a *database.ReplicaArgs) { a.Engine, a.AlarmTopicArn = engine, pulumi.String(alarmsArn) })
		var got []string
		for _, alarm := range rec.Type(alarmType) {
			got = append(got, strings.TrimPrefix(alarm.Name, "away-"))
			same(t, alarm.Name, alarm.Input("dimensions"), any(object{"DBInstanceIdentifier": rec.Type(instanceType)[0].Output("identifier")}))
		}
		same(t, "alarms", got, names)
		lag := rec.Find(alarmType, "away-lag")
		same(t, "lag", []any{lag.Input("metricName"), lag.Input("threshold")}, []any{"ReplicaLag", map[string]float64{"postgres": 360, "mysql": 60}[engine]})
	}
	same(t, "alarms without a topic", len(away(t, nil).Type(alarmType)), 0)
}

func TestReplicaLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, replicated(fifty, nil))
	if id := rec.Type(instanceType)[0].Input("identifier").(string); len(id) > 63 {
		t.Errorf("%q has %d characters", id, len(id))
	}
}

func TestReplicaRefuses(t *testing.T) {
	t.Parallel()
	number := pulumi.IntRef
	const (
		create = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"
		across = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.RDS_Fea_Regions_DB-eng.Feature.CrossRegionReadReplicas.html"
	)
	for name, test := range map[string]struct {
		set  func(*database.ReplicaArgs)
		want []string
	}{
		"nothing": {func(a *database.ReplicaArgs) { *a = database.ReplicaArgs{} }, []string{
			"sourceArn: is required: a replica follows a database; give the ARN of an instance in another region",
			"vpcId: is required: the security groups of the replica belong to a VPC; give one in the replica's region",
			"subnetIds: is required: the replica needs subnets in two availability zones; give some in the replica's region",
			"kmsKeyArn: is required: the source's key does not leave its region; give one of the replica's region. An unencrypted source cannot have an encrypted replica: restore it encrypted first",
		}},
		"identifier": {func(a *database.ReplicaArgs) { a.SourceArn = pulumi.String("orders") }, []string{`sourceArn: "orders" is not the ARN of a database instance; across regions the identifier is not enough, write arn:aws:rds:<region>:<account>:db:<identifier>`}},
		"a cluster": {func(a *database.ReplicaArgs) {
			a.SourceArn = pulumi.String("arn:aws:rds:us-east-1:123456789012:cluster:x")
		}, []string{`sourceArn: "arn:aws:rds:us-east-1:123456789012:cluster:x" is not the ARN of a database instance; across regions the identifier is not enough, write arn:aws:rds:<region>:<account>:db:<identifier>`}},
		"key":       {func(a *database.ReplicaArgs) { a.KmsKeyArn = pulumi.String("alias/data") }, []string{`kmsKeyArn: "alias/data" is not the ARN of a key; write it as arn:aws:kms:<region>:<account>:key/<id>`}},
		"aurora":    {func(a *database.ReplicaArgs) { a.Engine = "aurora-mysql" }, []string{`engine: "aurora-mysql" has no such replicas: a cluster has readers in its region, and a global database across regions; use an Aurora with readers`}},
		"sqlserver": {func(a *database.ReplicaArgs) { a.Engine = "sqlserver-web" }, []string{`engine: "sqlserver-web" cannot be replicated by this component; use postgres or mysql (` + across + ")"}},
		"mariadb":   {func(a *database.ReplicaArgs) { a.Engine = "mariadb" }, []string{`engine: "mariadb" cannot be replicated by this component; use postgres or mysql (` + across + ")"}},
		"engine":    {func(a *database.ReplicaArgs) { a.Engine = "x" }, []string{`engine: "x" is not possible; use one of postgres, mysql`}},
		"version":   {func(a *database.ReplicaArgs) { a.EngineVersion = "9" }, []string{`engineVersion: "9" is not a version of postgres that is known here; use 14, 15, 16, 17, 18, or a minor version of one`}},
		"class":     {func(a *database.ReplicaArgs) { a.InstanceClass = "large" }, []string{`instanceClass: "large" is not an instance class; write it as db.m7g.large`}},
		"storage":   {func(a *database.ReplicaArgs) { a.StorageGib = number(1) }, []string{"storageGib: 1 is out of range; use 20 to 65536 (" + create + ")"}},
		"growth":    {func(a *database.ReplicaArgs) { a.MaxStorageGib = number(100) }, []string{"maxStorageGib: 100 is out of range; use 110 to 65536 (" + create + ")"}},
		"backups":   {func(a *database.ReplicaArgs) { a.BackupRetentionDays = number(36) }, []string{"backupRetentionDays: 36 is out of range; use 0 to 35 (" + create + ")"}},
		"alone":     {func(a *database.ReplicaArgs) { a.Promoted, a.BackupRetentionDays = pulumi.BoolRef(true), number(0) }, []string{"backupRetentionDays: 0 leaves a promoted replica, which is a database of its own, without backups; use 1 to 35"}},
		"insights": {func(a *database.ReplicaArgs) {
			a.Preset, a.Engine, a.PerformanceInsights = "sandbox", "mysql", pulumi.BoolRef(true)
		}, []string{"performanceInsights: is not available for mysql on db.t4g.micro; use db.t4g.medium or larger, or leave it out (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html)"}},
		"monitoring":  {func(a *database.ReplicaArgs) { a.MonitoringIntervalSeconds = number(2) }, []string{"monitoringIntervalSeconds: 2 is not possible; use 0, 1, 5, 10, 15, 30 or 60 (" + create + ")"}},
		"one subnet":  {func(a *database.ReplicaArgs) { a.SubnetIds = a.SubnetIds.(pulumi.StringArray)[:1] }, []string{"subnetIds: has one subnet; give subnets in at least two availability zones, which RDS asks for"}},
		"certificate": {func(a *database.ReplicaArgs) { a.CaCertificate = "x" }, []string{`caCertificate: "x" is not possible; use one of rds-ca-rsa2048-g1, rds-ca-rsa4096-g1, rds-ca-ecc384-g1`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses(t, replicated("away", test.set), `scaffold:database:Replica "away"`, test.want...)
		})
	}
	// Where the replica will be, its provider says.
	for name, test := range map[string]struct {
		set  func(*database.ReplicaArgs)
		want string
	}{
		"same region": {func(a *database.ReplicaArgs) {
			a.SourceArn = pulumi.String("arn:aws:rds:eu-central-1:123456789012:db:orders")
		}, `sourceArn: "arn:aws:rds:eu-central-1:123456789012:db:orders" is in eu-central-1, where the replica would be too; create the replica with a provider of another region, or use readReplicas of the Relational`},
		"other key": {func(a *database.ReplicaArgs) { a.KmsKeyArn = pulumi.String("arn:aws:kms:us-east-1:123456789012:key/k") }, `kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/k" is not a key of eu-central-1, where the replica is; give one of that region`},
	} {
		_, err := recorder.Run(replicated("away", test.set))
		if err == nil || !strings.Contains(err.Error(), `scaffold:database:Replica "away": `+test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
