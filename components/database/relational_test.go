package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	alarmType          = "aws:cloudwatch/metricAlarm:MetricAlarm"
	attachmentType     = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	egressType         = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	ingressType        = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	instanceType       = "aws:rds/instance:Instance"
	logGroupType       = "aws:cloudwatch/logGroup:LogGroup"
	parameterGroupType = "aws:rds/parameterGroup:ParameterGroup"
	roleType           = "aws:iam/role:Role"
	secretType         = "aws:secretsmanager/secret:Secret"
	secretVersionType  = "aws:secretsmanager/secretVersion:SecretVersion"
	securityGroupType  = "aws:ec2/securityGroup:SecurityGroup"
	subnetGroupType    = "aws:rds/subnetGroup:SubnetGroup"

	keyArn    = "arn:aws:kms:eu-central-1:123456789012:key/data"
	alarmsArn = "arn:aws:sns:eu-central-1:123456789012:alarms"
	fifty     = "service-abcdefghijklmnopqrstuvwxyz-0123456789-abcd"
)

type object = map[string]any
type list = []any

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// program is one database in two subnets, with what set sets.
func program(name string, set func(*database.RelationalArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.RelationalArgs{
			VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
		}
		if set != nil {
			set(args)
		}
		_, err := database.NewRelational(ctx, name, args)
		return err
	}
}

// madeUp is the answer of AWS to who wants a random password.
var madeUp = recorder.Invoke("aws:secretsmanager/getRandomPassword:getRandomPassword", func(map[string]any) (map[string]any, error) {
	return map[string]any{"id": "random", "randomPassword": "correcthorsebatterystaple"}, nil
})

func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, append([]recorder.Option{madeUp}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func orders(t *testing.T, set func(*database.RelationalArgs)) *recorder.Recording {
	t.Helper()
	return record(t, program("orders", set))
}

func TestRelationalByPreset(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := orders(t, func(a *database.RelationalArgs) { a.Preset = preset })
			resources := []string{
				logGroupType + " orders-postgresql",
				logGroupType + " orders-upgrade",
				securityGroupType + " orders-client",
				securityGroupType + " orders-server",
				instanceType + " orders-primary",
				parameterGroupType + " orders-parameters",
				subnetGroupType + " orders-subnets",
				egressType + " orders-to-server",
				ingressType + " orders-from-client",
				database.RelationalToken + " orders",
			}
			primary := rec.Find(instanceType, "orders-primary")
			id := primary.Input("identifier").(string)
			want := object{
				"identifier": id, "engine": "postgres", "engineVersion": "17", "dbName": "app", "username": "dbadmin", "port": 5432.0,
				"storageType": "gp3", "storageEncrypted": true, "publiclyAccessible": false, "manageMasterUserPassword": true,
				"iamDatabaseAuthenticationEnabled": true, "caCertIdentifier": "rds-ca-rsa2048-g1",
				"vpcSecurityGroupIds":          list{rec.Find(securityGroupType, "orders-server").ID},
				"parameterGroupName":           rec.Find(parameterGroupType, "orders-parameters").Output("name"),
				"dbSubnetGroupName":            rec.Find(subnetGroupType, "orders-subnets").Output("name"),
				"enabledCloudwatchLogsExports": list{"postgresql", "upgrade"},
				"performanceInsightsEnabled":   true, "performanceInsightsRetentionPeriod": 7.0,
				"autoMinorVersionUpgrade": true, "copyTagsToSnapshot": true,
				"backupWindow": "02:00-03:00", "maintenanceWindow": "sun:03:30-sun:04:30",
			}
			days := 90.0
			if preset == "sandbox" {
				days = 7
				for input, value := range (object{
					"instanceClass": "db.t4g.micro", "allocatedStorage": 20.0, "maxAllocatedStorage": 40.0, "multiAz": false,
					"backupRetentionPeriod": 1.0, "deleteAutomatedBackups": true, "monitoringInterval": 0.0,
					"deletionProtection": false, "skipFinalSnapshot": true, "applyImmediately": true,
				}) {
					want[input] = value
				}
			} else {
				resources = append([]string{resources[0], resources[1], resources[2], resources[3],
					roleType + " orders-monitoring", attachmentType + " orders-monitoring"}, resources[4:]...)
				for input, value := range (object{
					"instanceClass": "db.m7g.large", "allocatedStorage": 100.0, "maxAllocatedStorage": 200.0, "multiAz": true,
					"backupRetentionPeriod": 14.0, "deleteAutomatedBackups": false, "monitoringInterval": 60.0,
					"monitoringRoleArn":  rec.Find(roleType, "orders-monitoring").Output("arn"),
					"deletionProtection": true, "skipFinalSnapshot": false, "finalSnapshotIdentifier": id + "-final", "applyImmediately": false,
				}) {
					want[input] = value
				}
			}
			same(t, "resources", rec.List(), resources)
			same(t, "primary", primary.Inputs, want)
			same(t, "protected", primary.Protect, preset != "sandbox")
			same(t, "deleted before it is replaced", primary.DeleteBeforeReplace, false)
			if len(primary.IgnoreChanges) > 0 {
				t.Errorf("changes of %v are ignored", primary.IgnoreChanges)
			}
			for _, log := range []string{"postgresql", "upgrade"} {
				group := rec.Find(logGroupType, "orders-"+log)
				same(t, "log group", group.Inputs, object{"name": "/aws/rds/instance/" + id + "/" + log, "retentionInDays": days})
				if !strings.Contains(strings.Join(primary.Dependencies, "\n"), group.URN) {
					t.Errorf("the primary may be created before %s, and RDS make it without a retention", group)
				}
			}
		})
	}
}

func TestRelationalOutputs(t *testing.T) {
	t.Parallel()
	rec := orders(t, func(a *database.RelationalArgs) { a.KmsKeyArn = pulumi.String(keyArn) })
	primary, self := rec.Find(instanceType, "orders-primary"), rec.Find(database.RelationalToken, "orders")
	secret := primary.Output("masterUserSecrets[0].secretArn")
	same(t, "outputs", self.Outputs, object{
		"instanceArn": primary.Output("arn"),
		"endpoint":    primary.Output("address"), "readerEndpoint": primary.Output("address"), "port": "5432",
		"databaseName": "app", "instanceIdentifier": primary.Output("identifier"), "secretArn": secret,
		"clientSecurityGroupId": rec.Find(securityGroupType, "orders-client").ID,
		"readerPolicy":          self.Output("readerPolicy"), "writerPolicy": self.Output("writerPolicy"),
	})
	user := "arn:aws:rds-db:eu-central-1:123456789012:dbuser:" + primary.Output("resourceId").(string)
	same(t, "reader policy", recorder.JSON(self.Output("readerPolicy")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "Connect", "Effect": "Allow", "Action": "rds-db:connect", "Resource": user + "/app_reader"},
	}})
	same(t, "writer policy", recorder.JSON(self.Output("writerPolicy")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "Connect", "Effect": "Allow", "Action": "rds-db:connect", "Resource": user + "/app_writer"},
		object{"Sid": "ReadSecret", "Effect": "Allow", "Action": list{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}, "Resource": secret},
		object{
			"Sid": "UseKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn,
			"Condition": object{"StringEquals": object{"kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com"}},
		},
	}})
	for _, input := range []string{"kmsKeyId", "performanceInsightsKmsKeyId", "masterUserSecretKmsKeyId"} {
		same(t, input, primary.Input(input), keyArn)
	}
	for _, group := range rec.Type(logGroupType) {
		same(t, "key of "+group.Name, group.Input("kmsKeyId"), keyArn)
	}
}

func TestRelationalNetwork(t *testing.T) {
	t.Parallel()
	for engine, port := range map[string]float64{"postgres": 5432, "mysql": 3306} {
		rec := orders(t, func(a *database.RelationalArgs) { a.Engine = engine })
		server, client := rec.Find(securityGroupType, "orders-server"), rec.Find(securityGroupType, "orders-client")
		same(t, "server group", server.Inputs, object{"vpcId": "vpc-1", "description": "Database orders", "tags": object{"Name": "orders-server"}})
		same(t, "client group", client.Inputs, object{"vpcId": "vpc-1", "description": "Clients of database orders", "tags": object{"Name": "orders-client"}})
		ingress, egress := rec.Type(ingressType), rec.Type(egressType)
		if len(ingress) != 1 || len(egress) != 1 {
			t.Fatalf("%d ingress and %d egress rules", len(ingress), len(egress))
		}
		same(t, "ingress", ingress[0].Inputs, object{
			"securityGroupId": server.ID, "referencedSecurityGroupId": client.ID, "ipProtocol": "tcp", "fromPort": port, "toPort": port,
			"description": "Clients of database orders",
		})
		same(t, "egress", egress[0].Inputs, object{
			"securityGroupId": client.ID, "referencedSecurityGroupId": server.ID, "ipProtocol": "tcp", "fromPort": port, "toPort": port,
			"description": "To database orders",
		})
		same(t, "subnets", rec.Type(subnetGroupType)[0].Input("subnetIds"), any(list{"subnet-1", "subnet-2"}))
	}
}

func TestRelationalEngines(t *testing.T) {
	t.Parallel()
	postgres := list{
		object{"name": "rds.force_ssl", "value": "1"},
		object{"name": "log_min_duration_statement", "value": "1000"},
		object{"name": "log_lock_waits", "value": "1"},
		object{"name": "log_statement", "value": "none"},
	}
	mysql := list{
		object{"name": "require_secure_transport", "value": "1"},
		object{"name": "slow_query_log", "value": "1"},
		object{"name": "long_query_time", "value": "1"},
		object{"name": "log_output", "value": "FILE"},
	}
	for _, test := range []struct {
		engine, version       string
		family, deployed      string
		parameters, logs      list
		ignoresMinorVersionOf []string
	}{
		{"", "", "postgres17", "17", postgres, list{"postgresql", "upgrade"}, nil},
		{"postgres", "14", "postgres14", "14", postgres, list{"postgresql", "upgrade"}, nil},
		{"postgres", "18.1", "postgres18", "18.1", postgres, list{"postgresql", "upgrade"}, []string{"engineVersion"}},
		{"mysql", "", "mysql8.4", "8.4", mysql, list{"error", "slowquery"}, nil},
		{"mysql", "8.0.42", "mysql8.0", "8.0.42", mysql, list{"error", "slowquery"}, []string{"engineVersion"}},
	} {
		t.Run(test.engine+test.version, func(t *testing.T) {
			t.Parallel()
			rec := orders(t, func(a *database.RelationalArgs) { a.Engine, a.EngineVersion = test.engine, test.version })
			group, primary := rec.Type(parameterGroupType)[0], rec.Type(instanceType)[0]
			same(t, "family", group.Input("family"), test.family)
			same(t, "parameters", group.Input("parameters"), any(test.parameters))
			same(t, "version", primary.Input("engineVersion"), test.deployed)
			same(t, "logs", primary.Input("enabledCloudwatchLogsExports"), any(test.logs))
			same(t, "ignored changes", primary.IgnoreChanges, test.ignoresMinorVersionOf)
			same(t, "log groups", len(rec.Type(logGroupType)), len(test.logs))
		})
	}
}

// RDS records what MySQL does on all classes but the smallest.
func TestRelationalInsights(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		engine, class string
		want          bool
	}{
		{"postgres", "db.t4g.micro", true},
		{"mysql", "db.t4g.micro", false},
		{"mysql", "db.t3.small", false},
		{"mysql", "db.t4g.medium", true},
		{"mysql", "db.m7g.large", true},
	} {
		rec := orders(t, func(a *database.RelationalArgs) { a.Engine, a.InstanceClass = test.engine, test.class })
		same(t, test.engine+" on "+test.class, rec.Type(instanceType)[0].Input("performanceInsightsEnabled"), test.want)
	}
}

func TestRelationalMonitoringRole(t *testing.T) {
	t.Parallel()
	const boundary = "arn:aws:iam::123456789012:policy/boundary"
	rec := orders(t, func(a *database.RelationalArgs) { a.PermissionsBoundaryArn = pulumi.String(boundary) })
	role, attachment, primary := rec.Type(roleType)[0], rec.Type(attachmentType)[0], rec.Type(instanceType)[0]
	same(t, "boundary", role.Input("permissionsBoundary"), boundary)
	same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), object{"Version": "2012-10-17", "Statement": list{object{
		"Effect": "Allow", "Principal": object{"Service": "monitoring.rds.amazonaws.com"}, "Action": "sts:AssumeRole",
		"Condition": object{"StringEquals": object{"aws:SourceAccount": "123456789012"}},
	}}})
	same(t, "policy", attachment.Input("policyArn"), "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole")
	if !strings.Contains(strings.Join(primary.Dependencies, "\n"), attachment.URN) {
		t.Error("the primary may be created before its role may do anything")
	}
}
