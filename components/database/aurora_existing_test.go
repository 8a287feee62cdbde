package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// probe makes a resource that depends on a value.
func probe(ctx *pulumi.Context, name string, value pulumi.StringOutput) error {
	_, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{Name: value.ToStringPtrOutput()})
	return err
}

// clustered answers the look-up of a cluster with so many instances of a class.
func clustered(engine, class string, members ...any) []recorder.Option {
	return []recorder.Option{
		recorder.Invoke("aws:rds/getCluster:getCluster", func(args map[string]any) (map[string]any, error) {
			return map[string]any{
				"id": args["clusterIdentifier"], "clusterIdentifier": args["clusterIdentifier"], "engine": engine, "port": 3306,
				"endpoint": "old.cluster-x.rds.amazonaws.com", "readerEndpoint": "old.cluster-ro-x.rds.amazonaws.com",
				"databaseName": "shop", "clusterResourceId": "cluster-OLD", "clusterMembers": members,
			}, nil
		}),
		recorder.Invoke("aws:rds/getInstance:getInstance", func(args map[string]any) (map[string]any, error) {
			return map[string]any{"id": args["dbInstanceIdentifier"], "dbInstanceIdentifier": args["dbInstanceIdentifier"], "dbInstanceClass": class}, nil
		}),
	}
}

func existingAurora(a *database.AuroraArgs) {
	*a = database.AuroraArgs{
		ExistingClusterIdentifier: "old", ExistingClientSecurityGroupId: pulumi.String("sg-old"),
		ExistingSecretArn: pulumi.String("arn:aws:secretsmanager:eu-central-1:123456789012:secret:old"), AlarmTopicArn: pulumi.String(alarmsArn),
	}
}

func TestAuroraExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, aurora("catalog", existingAurora), clustered("aurora-mysql", "db.r6g.large", "old-1", "old-2")...)
	same(t, "resources", rec.List(), []string{
		alarmType + " catalog-connections", alarmType + " catalog-local-storage", alarmType + " catalog-memory",
		alarmType + " catalog-processor", alarmType + " catalog-reader-lag", alarmType + " catalog-readers-processor",
		database.AuroraToken + " catalog",
	})
	self := rec.Find(database.AuroraToken, "catalog")
	same(t, "outputs", self.Outputs, object{
		"endpoint": "old.cluster-x.rds.amazonaws.com", "readerEndpoint": "old.cluster-ro-x.rds.amazonaws.com", "port": "3306",
		"databaseName": "shop", "clusterIdentifier": "old", "secretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:old",
		"clientSecurityGroupId": "sg-old", "readerPolicy": self.Output("readerPolicy"), "writerPolicy": self.Output("writerPolicy"),
	})
	same(t, "whom readers connect as", recorder.At(self.Output("readerPolicy"), "Statement[0].Resource"), any("arn:aws:rds-db:eu-central-1:123456789012:dbuser:cluster-OLD/app_reader"))
	same(t, "dimensions", rec.Find(alarmType, "catalog-processor").Input("dimensions"), any(object{"DBClusterIdentifier": "old", "Role": "WRITER"}))

	// How far a serverless one may grow, a look-up does not tell.
	rec = record(t, aurora("catalog", existingAurora), clustered("aurora-postgresql", "db.serverless", "old-1")...)
	same(t, "serverless", rec.List(), []string{alarmType + " catalog-processor", database.AuroraToken + " catalog"})
}

func TestAuroraExistingRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		answers []recorder.Option
		want    string
	}{
		{clustered("postgres", "db.r6g.large", "old-1"), `existingClusterIdentifier: "old" runs postgres; name a cluster that runs aurora-postgresql or aurora-mysql`},
		{clustered("aurora-mysql", "db.r6g.large"), `existingClusterIdentifier: "old" has no instance that could answer; add a writer to it first`},
	} {
		_, err := recorder.Run(aurora("catalog", existingAurora), test.answers...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	const effect = ": has no effect on an existing cluster, which this component does not change; leave it out, or leave existingClusterIdentifier out"
	refuses(t, aurora("catalog", func(a *database.AuroraArgs) {
		*a = database.AuroraArgs{
			ExistingClusterIdentifier: "old", Engine: "aurora-mysql", EngineVersion: "8.0", InstanceClass: "db.serverless", MinCapacity: "1", MaxCapacity: "2",
			Readers: pulumi.IntRef(1), MaxReaders: pulumi.IntRef(1), DatabaseName: "shop", Username: "root", VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.StringArray{pulumi.String("subnet-1")},
			BackupRetentionDays: pulumi.IntRef(1), DeletionProtection: pulumi.BoolRef(true), PerformanceInsights: pulumi.BoolRef(true), MonitoringIntervalSeconds: pulumi.IntRef(1),
			LogRetentionDays: pulumi.IntRef(1), CaCertificate: "x", PermissionsBoundaryArn: pulumi.String("x"),
		}
	}), `scaffold:database:Aurora "catalog"`,
		"existingClientSecurityGroupId: is required: it is what clients of the existing cluster attach to be let in; give the group that the cluster's own group names",
		"existingSecretArn: is required: it is where clients of the existing cluster find the master password; give the ARN of its secret",
		"engine"+effect, "engineVersion"+effect, "instanceClass"+effect, "minCapacity"+effect, "maxCapacity"+effect, "readers"+effect, "maxReaders"+effect,
		"databaseName"+effect, "username"+effect, "vpcId"+effect, "subnetIds"+effect, "backupRetentionDays"+effect, "deletionProtection"+effect,
		"performanceInsights"+effect, "monitoringIntervalSeconds"+effect, "logRetentionDays"+effect, "caCertificate"+effect, "permissionsBoundaryArn"+effect)
}
