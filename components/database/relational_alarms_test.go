package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const gib = float64(1 << 30)

func TestAlarms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		set         func(*database.RelationalArgs)
		storage     float64
		memory      float64
		connections float64 // 0: no alarm
	}{
		"production":      {nil, 5 * gib, 429496729, 630},
		"sandbox":         {func(a *database.RelationalArgs) { a.Preset = "sandbox" }, gib, 64 << 20, 78},
		"mysql":           {func(a *database.RelationalArgs) { a.Engine = "mysql" }, 5 * gib, 429496729, 477},
		"sandbox, mysql":  {func(a *database.RelationalArgs) { a.Preset, a.Engine = "sandbox", "mysql" }, gib, 64 << 20, 59},
		"large":           {func(a *database.RelationalArgs) { a.InstanceClass = "db.r7g.16xlarge" }, 5 * gib, 27487790694, 3500},
		"an unknown size": {func(a *database.RelationalArgs) { a.InstanceClass = "db.x2g.large" }, 5 * gib, 214748364, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := orders(t, func(a *database.RelationalArgs) {
				a.AlarmTopicArn = pulumi.String(alarmsArn)
				if test.set != nil {
					test.set(a)
				}
			})
			wanted := map[string]object{
				"orders-processor": {"metricName": "CPUUtilization", "statistic": "Average", "comparisonOperator": "GreaterThanThreshold", "threshold": 80.0, "period": 300.0, "evaluationPeriods": 3.0},
				"orders-storage":   {"metricName": "FreeStorageSpace", "statistic": "Minimum", "comparisonOperator": "LessThanThreshold", "threshold": test.storage, "period": 300.0, "evaluationPeriods": 3.0},
				"orders-memory":    {"metricName": "FreeableMemory", "statistic": "Average", "comparisonOperator": "LessThanThreshold", "threshold": test.memory, "period": 300.0, "evaluationPeriods": 3.0},
			}
			if test.connections > 0 {
				wanted["orders-connections"] = object{"metricName": "DatabaseConnections", "statistic": "Maximum", "comparisonOperator": "GreaterThanThreshold", "threshold": test.connections, "period": 60.0, "evaluationPeriods": 5.0}
			}
			same(t, "alarms", len(rec.Type(alarmType)), len(wanted))
			for name, want := range wanted {
				alarm := rec.Find(alarmType, name)
				for input, value := range (object{
					"namespace": "AWS/RDS", "dimensions": object{"DBInstanceIdentifier": rec.Find(instanceType, "orders-primary").Output("identifier")},
					"treatMissingData": "notBreaching", "alarmActions": list{alarmsArn}, "okActions": list{alarmsArn}, "alarmDescription": alarm.Input("alarmDescription"),
				}) {
					want[input] = value
				}
				same(t, name, alarm.Inputs, want)
				if text, _ := alarm.Input("alarmDescription").(string); !strings.HasPrefix(text, "Database orders ") {
					t.Errorf("%s does not say which database: %q", name, text)
				}
			}
			said := false
			for _, log := range rec.Logs {
				said = said || log.Severity == "warning" && strings.Contains(log.Message, "has no alarm on its connections: how many db.x2g.large takes is not known")
			}
			same(t, "said that there is no alarm on connections", said, test.connections == 0)
		})
	}
}

func TestReplicaAlarms(t *testing.T) {
	t.Parallel()
	for engine, test := range map[string]struct {
		lag    float64
		alarms int
	}{"postgres": {360, 6}, "mysql": {60, 8}} {
		rec := orders(t, func(a *database.RelationalArgs) {
			twoReplicas(a)
			a.Engine, a.AlarmTopicArn = engine, pulumi.String(alarmsArn)
		})
		same(t, "alarms", len(rec.Type(alarmType)), test.alarms)
		for _, n := range []string{"1", "2"} {
			dimensions := object{"DBInstanceIdentifier": rec.Find(instanceType, "orders-replica-"+n).Output("identifier")}
			lag := rec.Find(alarmType, "orders-replica-"+n+"-lag")
			same(t, "lag", []any{lag.Input("metricName"), lag.Input("dimensions"), lag.Input("threshold"), lag.Input("comparisonOperator")},
				[]any{"ReplicaLag", dimensions, test.lag, "GreaterThanThreshold"})
			stopped := rec.Find(alarmType, "orders-replica-"+n+"-stopped")
			if engine == "postgres" {
				continue // it goes on counting
			}
			same(t, "stopped", []any{stopped.Input("metricName"), stopped.Input("dimensions"), stopped.Input("threshold"), stopped.Input("comparisonOperator")},
				[]any{"ReplicaLag", dimensions, 0.0, "LessThanThreshold"})
		}
	}
}

func TestNoAlarmsWithoutTopic(t *testing.T) {
	t.Parallel()
	rec := orders(t, func(a *database.RelationalArgs) { a.InstanceClass = "db.x2g.large" })
	same(t, "alarms", len(rec.Type(alarmType)), 0)
	same(t, "logs", rec.Logs, []recorder.Log(nil))
}
