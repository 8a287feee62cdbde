package database_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/database"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestAuroraAlarms(t *testing.T) {
	t.Parallel()
	const writer, reader, all = "WRITER", "READER", ""
	type alarm struct {
		metric, statistic, role string
		above                   bool
		threshold               float64
	}
	processor := alarm{"CPUUtilization", "Average", writer, true, 80}
	readers := alarm{"CPUUtilization", "Average", reader, true, 80}
	lag := alarm{"AuroraReplicaLag", "Maximum", reader, true, 2000}
	storage := alarm{"FreeLocalStorage", "Minimum", all, false, 2 * gib}
	for name, test := range map[string]struct {
		set    func(*database.AuroraArgs)
		alarms map[string]alarm
		silent bool
	}{
		"production": {nil, map[string]alarm{
			"processor": processor, "readers-processor": readers, "reader-lag": lag, "local-storage": storage,
			"memory": {"FreeableMemory", "Minimum", all, false, 858993459}, "connections": {"DatabaseConnections", "Maximum", all, true, 1261},
		}, false},
		"sandbox": {func(a *database.AuroraArgs) { a.Preset = "sandbox" }, map[string]alarm{
			"processor": processor, "capacity": {"ServerlessDatabaseCapacity", "Average", all, true, 1.8},
			"memory": {"FreeableMemory", "Minimum", all, false, 214748364}, "connections": {"DatabaseConnections", "Maximum", all, true, 315},
		}, false},
		"mysql": {func(a *database.AuroraArgs) { a.Engine, a.Readers = "aurora-mysql", pulumi.IntRef(0) }, map[string]alarm{
			"processor": processor, "local-storage": storage,
			"memory": {"FreeableMemory", "Minimum", all, false, 858993459}, "connections": {"DatabaseConnections", "Maximum", all, true, 748},
		}, false},
		"a small least": {func(a *database.AuroraArgs) {
			a.Readers, a.MinCapacity, a.MaxCapacity = pulumi.IntRef(0), "0.5", "64"
		}, map[string]alarm{
			"processor": processor, "capacity": {"ServerlessDatabaseCapacity", "Average", all, true, 57.6},
			"memory": {"FreeableMemory", "Minimum", all, false, 6871947673}, "connections": {"DatabaseConnections", "Maximum", all, true, 1400},
		}, false},
		"an unknown size": {func(a *database.AuroraArgs) { a.Readers, a.InstanceClass = pulumi.IntRef(0), "db.x9g.large" }, map[string]alarm{
			"processor": processor, "local-storage": storage,
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := catalog(t, func(a *database.AuroraArgs) {
				a.AlarmTopicArn = pulumi.String(alarmsArn)
				if test.set != nil {
					test.set(a)
				}
			})
			got := map[string]alarm{}
			for _, r := range rec.Type(alarmType) {
				dimensions := object{"DBClusterIdentifier": rec.Type(clusterType)[0].ID}
				role, _ := r.Input("dimensions.Role").(string)
				if role != "" {
					dimensions["Role"] = role
				}
				same(t, r.Name, []any{r.Input("namespace"), r.Input("dimensions"), r.Input("alarmActions"), r.Input("okActions")},
					[]any{"AWS/RDS", dimensions, list{alarmsArn}, list{alarmsArn}})
				if text, _ := r.Input("alarmDescription").(string); !strings.Contains(text, "atabase catalog") {
					t.Errorf("%s does not say which database: %q", r.Name, text)
				}
				got[strings.TrimPrefix(r.Name, "catalog-")] = alarm{
					r.Input("metricName").(string), r.Input("statistic").(string), role,
					strings.HasPrefix(r.Input("comparisonOperator").(string), "Greater"), r.Input("threshold").(float64),
				}
			}
			if len(got) != len(test.alarms) {
				t.Errorf("%d alarms, want %d", len(got), len(test.alarms))
			}
			for name, want := range test.alarms {
				if got[name] != want {
					t.Errorf("%s: %v, want %v", name, got[name], want)
				}
			}
			said := false
			for _, log := range rec.Logs {
				said = said || strings.Contains(log.Message, "has no alarms on its memory and connections: how many db.x9g.large has is not known")
			}
			same(t, "said what is missing", said, test.silent)
		})
	}
	same(t, "alarms without a topic", len(catalog(t, nil).Type(alarmType)), 0)
}
