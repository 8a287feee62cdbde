package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func twoReplicas(a *database.RelationalArgs) { a.ReadReplicas = pulumi.IntRef(2) }

func TestReplicas(t *testing.T) {
	t.Parallel()
	rec := orders(t, func(a *database.RelationalArgs) { twoReplicas(a); a.KmsKeyArn = pulumi.String(keyArn) })
	primary := rec.Find(instanceType, "orders-primary")
	id := primary.Input("identifier").(string)
	for _, n := range []string{"1", "2"} {
		replica := rec.Find(instanceType, "orders-replica-"+n)
		same(t, "replica", replica.Inputs, object{
			"identifier": id + "-replica-" + n, "replicateSourceDb": id,
			"instanceClass": "db.m7g.large", "storageType": "gp3", "storageEncrypted": true, "maxAllocatedStorage": 200.0,
			"vpcSecurityGroupIds": primary.Input("vpcSecurityGroupIds"), "publiclyAccessible": false,
			"parameterGroupName": primary.Input("parameterGroupName"), "caCertIdentifier": "rds-ca-rsa2048-g1",
			"iamDatabaseAuthenticationEnabled": true, "enabledCloudwatchLogsExports": list{"postgresql", "upgrade"},
			"monitoringInterval": 60.0, "monitoringRoleArn": primary.Input("monitoringRoleArn"),
			"performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": 7.0, "performanceInsightsKmsKeyId": keyArn,
			"autoMinorVersionUpgrade": true, "maintenanceWindow": "sun:03:30-sun:04:30", "copyTagsToSnapshot": true,
			"deletionProtection": true, "skipFinalSnapshot": true, "applyImmediately": false,
		})
		same(t, "protected", replica.Protect, true)
		for _, log := range []string{"postgresql", "upgrade"} {
			group := rec.Find(logGroupType, "orders-replica-"+n+"-"+log)
			same(t, "log group", group.Inputs, object{"name": "/aws/rds/instance/" + id + "-replica-" + n + "/" + log, "retentionInDays": 90.0, "kmsKeyId": keyArn})
			if !strings.Contains(strings.Join(replica.Dependencies, "\n"), group.URN) {
				t.Errorf("%s does not wait for %s", replica, group)
			}
		}
	}
	self := rec.Find(database.RelationalToken, "orders")
	same(t, "endpoint", self.Output("endpoint"), primary.Output("address"))
	same(t, "reader endpoint", self.Output("readerEndpoint"), rec.Find(instanceType, "orders-replica-1").Output("address"))
	var users list
	for _, name := range []string{"orders-primary", "orders-replica-1", "orders-replica-2"} {
		users = append(users, "arn:aws:rds-db:eu-central-1:123456789012:dbuser:"+rec.Find(instanceType, name).Output("resourceId").(string)+"/app_reader")
	}
	same(t, "whom readers connect as", recorder.At(self.Output("readerPolicy"), "Statement[0].Resource"), any(users))
	same(t, "whom writers connect as", recorder.At(self.Output("writerPolicy"), "Statement[0].Resource"), any(strings.Replace(users[0].(string), "app_reader", "app_writer", 1)))
}

// RDS refuses replicas of a database whose password it manages.
func TestReplicasOwnPassword(t *testing.T) {
	t.Parallel()
	rec := orders(t, func(a *database.RelationalArgs) { twoReplicas(a); a.KmsKeyArn = pulumi.String(keyArn) })
	primary, secret, version := rec.Find(instanceType, "orders-primary"), rec.Find(secretType, "orders-master"), rec.Find(secretVersionType, "orders-master")
	same(t, "managed by RDS", primary.Input("manageMasterUserPassword"), nil)
	same(t, "key of a secret of RDS", primary.Input("masterUserSecretKmsKeyId"), nil)
	same(t, "secret", secret.Inputs, object{"description": "Master user of database orders", "kmsKeyId": keyArn, "recoveryWindowInDays": 30.0})
	same(t, "content", recorder.JSON(version.Input("secretString")), object{"username": "dbadmin", "password": "correcthorsebatterystaple"})
	same(t, "secret of the content", version.Input("secretId"), secret.ID)
	same(t, "password", primary.Input("password"), "correcthorsebatterystaple")
	for _, hidden := range []struct {
		resource *recorder.Resource
		input    string
	}{{primary, "password"}, {version, "secretString"}} {
		if !hidden.resource.IsSecret(hidden.input) {
			t.Errorf("%s of %s stands in the state in the clear", hidden.input, hidden.resource)
		}
	}
	// AWS makes up another password in every run.
	same(t, "ignored changes", version.IgnoreChanges, []string{"secretString"})
	if !strings.Contains(strings.Join(primary.PropertyDependencies["password"], "\n"), version.URN) {
		t.Error("the password does not come from the secret, and may come to differ from it")
	}
	same(t, "protected", []bool{secret.Protect, version.Protect}, []bool{true, true})
	self := rec.Find(database.RelationalToken, "orders")
	same(t, "secret arn", self.Output("secretArn"), secret.Output("arn"))
	same(t, "what writers read", recorder.At(self.Output("writerPolicy"), "Statement[1].Resource"), secret.Output("arn"))

	none := orders(t, nil)
	same(t, "secrets without replicas", len(none.Type(secretType)), 0)
}

func TestReplicasInSandbox(t *testing.T) {
	t.Parallel()
	rec := orders(t, func(a *database.RelationalArgs) { twoReplicas(a); a.Preset = "sandbox" })
	same(t, "recovery of the secret", rec.Type(secretType)[0].Input("recoveryWindowInDays"), 7.0)
	for _, r := range append(rec.Type(instanceType), rec.Type(secretType)...) {
		same(t, r.Name+" is protected", r.Protect, false)
	}
}
