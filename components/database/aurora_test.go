package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	clusterType               = "aws:rds/cluster:Cluster"
	clusterInstanceType       = "aws:rds/clusterInstance:ClusterInstance"
	clusterParameterGroupType = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
	scalingPolicyType         = "aws:appautoscaling/policy:Policy"
	scalingTargetType         = "aws:appautoscaling/target:Target"
)

// aurora is one cluster in two subnets, with what set sets.
func aurora(name string, set func(*database.AuroraArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &database.AuroraArgs{
			VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
		}
		if set != nil {
			set(args)
		}
		_, err := database.NewAurora(ctx, name, args)
		return err
	}
}

// zoned says in which zone a subnet is: subnet-1 in the second one, subnet-2 in the first.
var zoned = recorder.Invoke("aws:ec2/getSubnet:getSubnet", func(args map[string]any) (map[string]any, error) {
	zone := map[any]string{"subnet-1": "eu-central-1b", "subnet-2": "eu-central-1a"}[args["id"]]
	return map[string]any{"id": args["id"], "availabilityZone": zone}, nil
})

func catalog(t *testing.T, set func(*database.AuroraArgs)) *recorder.Recording {
	t.Helper()
	return record(t, aurora("catalog", set), zoned)
}

func TestAuroraByPreset(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := catalog(t, func(a *database.AuroraArgs) { a.Preset = preset })
			cluster := rec.Find(clusterType, "catalog-cluster")
			id := cluster.Input("clusterIdentifier").(string)
			resources := []string{
				logGroupType + " catalog-postgresql",
				securityGroupType + " catalog-client",
				securityGroupType + " catalog-server",
			}
			if preset != "sandbox" {
				resources = append(resources, roleType+" catalog-monitoring", attachmentType+" catalog-monitoring")
			}
			resources = append(resources, clusterType+" catalog-cluster", clusterInstanceType+" catalog-instance-1")
			if preset != "sandbox" {
				resources = append(resources, clusterInstanceType+" catalog-instance-2")
			}
			resources = append(resources, clusterParameterGroupType+" catalog-parameters", subnetGroupType+" catalog-subnets",
				egressType+" catalog-to-server", ingressType+" catalog-from-client", database.AuroraToken+" catalog")
			same(t, "resources", rec.List(), resources)

			want := object{
				"clusterIdentifier": id, "engine": "aurora-postgresql", "engineVersion": "17", "databaseName": "app", "masterUsername": "dbadmin",
				"manageMasterUserPassword": true, "port": 5432.0, "storageEncrypted": true, "iamDatabaseAuthenticationEnabled": true,
				"vpcSecurityGroupIds":          list{rec.Find(securityGroupType, "catalog-server").ID},
				"dbSubnetGroupName":            rec.Find(subnetGroupType, "catalog-subnets").Output("name"),
				"dbClusterParameterGroupName":  rec.Find(clusterParameterGroupType, "catalog-parameters").Output("name"),
				"enabledCloudwatchLogsExports": list{"postgresql"}, "copyTagsToSnapshot": true,
				"preferredBackupWindow": "02:00-03:00", "preferredMaintenanceWindow": "sun:03:30-sun:04:30",
			}
			instance := object{
				"clusterIdentifier": cluster.ID, "engine": "aurora-postgresql", "publiclyAccessible": false,
				"caCertIdentifier": "rds-ca-rsa2048-g1", "performanceInsightsEnabled": true, "performanceInsightsRetentionPeriod": 7.0,
				"autoMinorVersionUpgrade": true, "preferredMaintenanceWindow": "sun:03:30-sun:04:30", "copyTagsToSnapshot": true,
			}
			merge := func(into, more object) {
				for key, value := range more {
					into[key] = value
				}
			}
			days, zones := 90.0, []string{"eu-central-1a", "eu-central-1b"}
			if preset == "sandbox" {
				days, zones = 7, zones[:1]
				merge(want, object{
					"backupRetentionPeriod": 1.0, "deleteAutomatedBackups": true, "deletionProtection": false, "skipFinalSnapshot": true, "applyImmediately": true,
					"serverlessv2ScalingConfiguration": object{"minCapacity": 0.0, "maxCapacity": 2.0, "secondsUntilAutoPause": 300.0},
				})
				merge(instance, object{"instanceClass": "db.serverless", "monitoringInterval": 0.0, "applyImmediately": true})
			} else {
				merge(want, object{
					"backupRetentionPeriod": 14.0, "deleteAutomatedBackups": false, "deletionProtection": true, "skipFinalSnapshot": false,
					"finalSnapshotIdentifier": id + "-final", "applyImmediately": false,
				})
				merge(instance, object{
					"instanceClass": "db.r7g.large", "monitoringInterval": 60.0, "applyImmediately": false,
					"monitoringRoleArn": rec.Find(roleType, "catalog-monitoring").Output("arn"),
				})
			}
			same(t, "cluster", cluster.Inputs, want)
			same(t, "protected", cluster.Protect, preset != "sandbox")
			same(t, "log group", rec.Type(logGroupType)[0].Inputs, object{"name": "/aws/rds/cluster/" + id + "/postgresql", "retentionInDays": days})
			if !strings.Contains(strings.Join(cluster.Dependencies, "\n"), rec.Type(logGroupType)[0].URN) {
				t.Error("the cluster may be created before its log group, and RDS make it without a retention")
			}
			first := rec.Find(clusterInstanceType, "catalog-instance-1")
			for i, zone := range zones {
				n := []string{"1", "2"}[i]
				made := rec.Find(clusterInstanceType, "catalog-instance-"+n)
				merge(instance, object{"identifier": id + "-" + n, "availabilityZone": zone, "promotionTier": float64(i)})
				same(t, "instance "+n, made.Inputs, instance)
				same(t, "protected", made.Protect, preset != "sandbox")
				same(t, "moved to another zone", made.IgnoreChanges, []string{"availabilityZone"})
				if i > 0 && !strings.Contains(strings.Join(made.Dependencies, "\n"), first.URN) {
					t.Errorf("%s may become the writer", made)
				}
			}
		})
	}
}

func TestAuroraOutputs(t *testing.T) {
	t.Parallel()
	rec := catalog(t, func(a *database.AuroraArgs) { a.KmsKeyArn = pulumi.String(keyArn) })
	cluster, self := rec.Find(clusterType, "catalog-cluster"), rec.Find(database.AuroraToken, "catalog")
	secret := cluster.Output("masterUserSecrets[0].secretArn")
	same(t, "outputs", self.Outputs, object{
		"endpoint": cluster.Output("endpoint"), "readerEndpoint": cluster.Output("readerEndpoint"), "port": "5432",
		"databaseName": "app", "clusterIdentifier": cluster.ID, "secretArn": secret,
		"clientSecurityGroupId": rec.Find(securityGroupType, "catalog-client").ID,
		"readerPolicy":          self.Output("readerPolicy"), "writerPolicy": self.Output("writerPolicy"),
	})
	user := "arn:aws:rds-db:eu-central-1:123456789012:dbuser:" + cluster.Output("clusterResourceId").(string)
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
	same(t, "keys of the cluster", []any{cluster.Input("kmsKeyId"), cluster.Input("masterUserSecretKmsKeyId")}, []any{keyArn, keyArn})
	same(t, "key of the log", rec.Type(logGroupType)[0].Input("kmsKeyId"), keyArn)
	for _, instance := range rec.Type(clusterInstanceType) {
		same(t, "key of "+instance.Name, instance.Input("performanceInsightsKmsKeyId"), keyArn)
	}
}

// What needs the database waits for its writer: a cluster alone answers nobody.
func TestAuroraOutputsWaitForTheWriter(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		made, err := database.NewAurora(ctx, "catalog", &database.AuroraArgs{
			VpcId: pulumi.String("vpc-1"), SubnetIds: pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")},
		})
		if err != nil {
			return err
		}
		for output, value := range map[string]pulumi.StringOutput{
			"endpoint": made.Endpoint, "reader-endpoint": made.ReaderEndpoint, "identifier": made.ClusterIdentifier,
		} {
			if err := probe(ctx, output, value); err != nil {
				return err
			}
		}
		return nil
	}, zoned)
	writer := rec.Find(clusterInstanceType, "catalog-instance-1")
	for _, output := range []string{"endpoint", "reader-endpoint", "identifier"} {
		if !strings.Contains(strings.Join(rec.Find(logGroupType, output).Dependencies, "\n"), writer.URN) {
			t.Errorf("%s is known before there is a writer", output)
		}
	}
}

func TestAuroraEngines(t *testing.T) {
	t.Parallel()
	postgres := list{
		object{"name": "rds.force_ssl", "value": "1"},
		object{"name": "log_min_duration_statement", "value": "1000"},
		object{"name": "log_lock_waits", "value": "1"},
		object{"name": "log_statement", "value": "none"},
	}
	mysql := list{
		object{"name": "require_secure_transport", "value": "ON"},
		object{"name": "slow_query_log", "value": "1"},
		object{"name": "long_query_time", "value": "1"},
		object{"name": "log_output", "value": "FILE"},
		object{"name": "server_audit_logging", "value": "1"},
		object{"name": "server_audit_events", "value": "CONNECT,QUERY_DCL,QUERY_DDL"},
	}
	for _, test := range []struct {
		engine, version, family string
		port                    float64
		parameters, logs        list
		ignored                 []string
	}{
		{"", "", "aurora-postgresql17", 5432, postgres, list{"postgresql"}, nil},
		{"aurora-postgresql", "16.8", "aurora-postgresql16", 5432, postgres, list{"postgresql"}, []string{"engineVersion"}},
		{"aurora-mysql", "", "aurora-mysql8.0", 3306, mysql, list{"audit", "error", "slowquery"}, nil},
		{"aurora-mysql", "8.0.mysql_aurora.3.10.0", "aurora-mysql8.0", 3306, mysql, list{"audit", "error", "slowquery"}, []string{"engineVersion"}},
	} {
		t.Run(test.engine+test.version, func(t *testing.T) {
			t.Parallel()
			rec := catalog(t, func(a *database.AuroraArgs) { a.Engine, a.EngineVersion = test.engine, test.version })
			cluster, group := rec.Type(clusterType)[0], rec.Type(clusterParameterGroupType)[0]
			same(t, "family", group.Input("family"), test.family)
			same(t, "parameters", group.Input("parameters"), any(test.parameters))
			same(t, "port", []any{cluster.Input("port"), rec.Type(ingressType)[0].Input("fromPort"), rec.Type(egressType)[0].Input("toPort")}, []any{test.port, test.port, test.port})
			same(t, "logs", cluster.Input("enabledCloudwatchLogsExports"), any(test.logs))
			same(t, "ignored changes", cluster.IgnoreChanges, test.ignored)
		})
	}
}

func TestAuroraServerless(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set      func(*database.AuroraArgs)
		capacity object
	}{
		"a capacity":        {func(a *database.AuroraArgs) { a.MaxCapacity = "8" }, object{"minCapacity": 1.0, "maxCapacity": 8.0}},
		"halves":            {func(a *database.AuroraArgs) { a.MinCapacity, a.MaxCapacity = "0.5", "1.5" }, object{"minCapacity": 0.5, "maxCapacity": 1.5}},
		"a large least":     {func(a *database.AuroraArgs) { a.MinCapacity = "32" }, object{"minCapacity": 32.0, "maxCapacity": 32.0}},
		"the class":         {func(a *database.AuroraArgs) { a.InstanceClass = "db.serverless" }, object{"minCapacity": 1.0, "maxCapacity": 16.0}},
		"pausing":           {func(a *database.AuroraArgs) { a.MinCapacity, a.MaxCapacity = "0", "4" }, object{"minCapacity": 0.0, "maxCapacity": 4.0, "secondsUntilAutoPause": 300.0}},
		"unable to pause":   {func(a *database.AuroraArgs) { a.Preset, a.EngineVersion = "sandbox", "16.1" }, object{"minCapacity": 0.5, "maxCapacity": 2.0}},
		"a pausing old one": {func(a *database.AuroraArgs) { a.Preset, a.EngineVersion = "sandbox", "15.7" }, object{"minCapacity": 0.0, "maxCapacity": 2.0, "secondsUntilAutoPause": 300.0}},
		"an old mysql": {func(a *database.AuroraArgs) {
			a.Preset, a.Engine, a.EngineVersion = "sandbox", "aurora-mysql", "8.0.mysql_aurora.3.04.2"
		}, object{"minCapacity": 0.5, "maxCapacity": 2.0}},
		"not in the sandbox": {func(a *database.AuroraArgs) { a.Preset, a.InstanceClass = "sandbox", "db.t4g.medium" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := catalog(t, test.set)
			var want any
			class := rec.Type(clusterInstanceType)[0].Input("instanceClass")
			if test.capacity != nil {
				want = test.capacity
				same(t, "class", class, "db.serverless")
			} else {
				same(t, "class", class, "db.t4g.medium")
			}
			same(t, "capacity", rec.Type(clusterType)[0].Input("serverlessv2ScalingConfiguration"), want)
		})
	}
}

func TestAuroraReaders(t *testing.T) {
	t.Parallel()
	rec := catalog(t, func(a *database.AuroraArgs) { a.Readers, a.MaxReaders = pulumi.IntRef(2), pulumi.IntRef(6) })
	cluster := rec.Type(clusterType)[0]
	same(t, "instances", len(rec.Type(clusterInstanceType)), 3)
	same(t, "third zone", rec.Find(clusterInstanceType, "catalog-instance-3").Input("availabilityZone"), "eu-central-1a")
	target, policy := rec.Find(scalingTargetType, "catalog-readers"), rec.Find(scalingPolicyType, "catalog-readers-processor")
	same(t, "target", target.Inputs, object{
		"serviceNamespace": "rds", "scalableDimension": "rds:cluster:ReadReplicaCount", "resourceId": "cluster:" + cluster.ID,
		"minCapacity": 2.0, "maxCapacity": 6.0,
	})
	for _, instance := range rec.Type(clusterInstanceType) {
		if !strings.Contains(strings.Join(target.Dependencies, "\n"), instance.URN) {
			t.Errorf("readers may be added before %s is there", instance)
		}
	}
	same(t, "policy", policy.Inputs, object{
		"policyType": "TargetTrackingScaling", "serviceNamespace": "rds", "scalableDimension": "rds:cluster:ReadReplicaCount", "resourceId": "cluster:" + cluster.ID,
		"targetTrackingScalingPolicyConfiguration": object{
			"targetValue": 70.0, "scaleOutCooldown": 300.0, "scaleInCooldown": 900.0,
			"predefinedMetricSpecification": object{"predefinedMetricType": "RDSReaderAverageCPUUtilization"},
		},
	})
	fixed := catalog(t, func(a *database.AuroraArgs) { a.Readers, a.MaxReaders = pulumi.IntRef(2), pulumi.IntRef(2) })
	same(t, "scaling of a fixed number", len(fixed.Type(scalingTargetType)), 0)
}

// RDS takes identifiers of 63 characters, and IAM role names of 64.
func TestAuroraLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, aurora(fifty, func(a *database.AuroraArgs) { a.Readers = pulumi.IntRef(15) }), zoned)
	for _, instance := range rec.Type(clusterInstanceType) {
		if id := instance.Input("identifier").(string); len(id) > 63 {
			t.Errorf("%q has %d characters", id, len(id))
		}
	}
	if name := rec.Type(roleType)[0].Input("name").(string); len(name) > 64 {
		t.Errorf("%q has %d characters", name, len(name))
	}
}
