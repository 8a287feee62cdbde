package database_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const existingSecret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:company-AbCdEf"

func existing(set func(*database.RelationalArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.RelationalArgs{
			ExistingInstanceIdentifier: "company", ExistingClientSecurityGroupId: pulumi.String("sg-1"), ExistingSecretArn: pulumi.String(existingSecret),
		}
		if set != nil {
			set(args)
		}
		_, err := database.NewRelational(ctx, "orders", args)
		return err
	}
}

func found(engine string) recorder.Option {
	return recorder.Invoke("aws:rds/getInstance:getInstance", func(args map[string]any) (map[string]any, error) {
		if args["dbInstanceIdentifier"] != "company" {
			return nil, errors.New("no such instance")
		}
		return map[string]any{
			"id": "company", "dbInstanceIdentifier": "company", "address": "company.abc.eu-central-1.rds.amazonaws.com", "port": 3307,
			"dbName": "shop", "engine": engine, "resourceId": "db-COMPANY", "dbInstanceArn": "arn:aws:rds:eu-central-1:123456789012:db:company", "dbInstanceClass": "db.m6g.large", "allocatedStorage": 200,
		}, nil
	})
}

func TestExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, existing(func(a *database.RelationalArgs) { a.AlarmTopicArn = pulumi.String(alarmsArn) }), found("mysql"))
	same(t, "resources", rec.List(), []string{
		alarmType + " orders-connections",
		alarmType + " orders-memory",
		alarmType + " orders-processor",
		alarmType + " orders-storage",
		database.RelationalToken + " orders",
	})
	self := rec.Find(database.RelationalToken, "orders")
	const host = "company.abc.eu-central-1.rds.amazonaws.com"
	same(t, "outputs", self.Outputs, object{
		"instanceArn": "arn:aws:rds:eu-central-1:123456789012:db:company",
		"endpoint":    host, "readerEndpoint": host, "port": "3307", "databaseName": "shop", "instanceIdentifier": "company",
		"secretArn": existingSecret, "clientSecurityGroupId": "sg-1",
		"readerPolicy": self.Output("readerPolicy"), "writerPolicy": self.Output("writerPolicy"),
	})
	same(t, "writer policy", recorder.JSON(self.Output("writerPolicy")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "Connect", "Effect": "Allow", "Action": "rds-db:connect", "Resource": "arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-COMPANY/app_writer"},
		object{"Sid": "ReadSecret", "Effect": "Allow", "Action": list{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}, "Resource": existingSecret},
	}})
	same(t, "dimension", rec.Find(alarmType, "orders-storage").Input("dimensions.DBInstanceIdentifier"), "company")
	same(t, "storage", rec.Find(alarmType, "orders-storage").Input("threshold"), 10*gib)
	same(t, "connections", rec.Find(alarmType, "orders-connections").Input("threshold"), 477.0)
}

func TestExistingRefuses(t *testing.T) {
	t.Parallel()
	number, yes, text := pulumi.IntRef(1), pulumi.BoolRef(true), pulumi.String("x")
	const noEffect = ": has no effect on an existing instance, which this component does not change; leave it out, or leave existingInstanceIdentifier out"
	for name, test := range map[string]struct {
		set  func(*database.RelationalArgs)
		want []string
	}{
		"nothing known of it": {func(a *database.RelationalArgs) { a.ExistingClientSecurityGroupId, a.ExistingSecretArn = nil, nil }, []string{
			"existingClientSecurityGroupId: is required: it is what clients of the existing instance attach to be let in; give the group that the instance's own group names",
			"existingSecretArn: is required: it is where clients of the existing instance find the master password; give the ARN of its secret",
		}},
		"all that would be ignored": {func(a *database.RelationalArgs) {
			a.Engine, a.EngineVersion, a.InstanceClass, a.StorageGib, a.MaxStorageGib = "mysql", "8.4", "db.m7g.large", number, number
			a.MultiAz, a.ReadReplicas, a.DatabaseName, a.Username, a.VpcId, a.SubnetIds = yes, number, "a", "b", text, pulumi.StringArray{text}
			a.BackupRetentionDays, a.DeletionProtection, a.PerformanceInsights, a.MonitoringIntervalSeconds = number, yes, yes, number
			a.LogRetentionDays, a.CaCertificate, a.PermissionsBoundaryArn = number, "x", text
		}, []string{
			"engine" + noEffect, "engineVersion" + noEffect, "instanceClass" + noEffect, "storageGib" + noEffect, "maxStorageGib" + noEffect,
			"multiAz" + noEffect, "readReplicas" + noEffect, "databaseName" + noEffect, "username" + noEffect, "vpcId" + noEffect, "subnetIds" + noEffect,
			"backupRetentionDays" + noEffect, "deletionProtection" + noEffect, "performanceInsights" + noEffect, "monitoringIntervalSeconds" + noEffect,
			"logRetentionDays" + noEffect, "caCertificate" + noEffect, "permissionsBoundaryArn" + noEffect,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, existing(test.set), test.want...)
		})
	}
	for name, test := range map[string]struct {
		program pulumi.RunFunc
		engine  string
		want    string
	}{
		"another engine": {existing(nil), "oracle-ee", `scaffold:database:Relational "orders": existingInstanceIdentifier: "company" runs oracle-ee; name an instance that runs postgres or mysql`},
		"not there":      {existing(func(a *database.RelationalArgs) { a.ExistingInstanceIdentifier = "nobody" }), "mysql", `scaffold:database:Relational "orders": existingInstanceIdentifier: looking up "nobody":`},
	} {
		if _, err := recorder.Run(test.program, found(test.engine)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}
