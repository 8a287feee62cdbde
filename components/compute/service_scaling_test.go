package compute_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestScaling(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.MinTasks, a.CpuTargetPercent = pulumi.IntRef(20), pulumi.IntRef(40)
		a.QueueName, a.BacklogPerTask = pulumi.String("inbox"), pulumi.IntRef(7)
	})
	same(t, "most tasks, by default twice the fewest", rec.Find(targetType, "orders-scaling").Input("maxCapacity"), 40.0)
	same(t, "by CPU", rec.Find(policyType, "orders-cpu").Input("targetTrackingScalingPolicyConfiguration"), map[string]any{
		"targetValue": 40.0, "scaleOutCooldown": 60.0, "scaleInCooldown": 300.0,
		"predefinedMetricSpecification": map[string]any{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
	})
	name := rec.Find(serviceType, "orders-service").Output("name")
	dimension := func(name string, value any) any { return map[string]any{"name": name, "value": value} }
	same(t, "by backlog", rec.Find(policyType, "orders-backlog").Input("targetTrackingScalingPolicyConfiguration"), map[string]any{
		"targetValue": 7.0, "scaleOutCooldown": 60.0, "scaleInCooldown": 300.0,
		"customizedMetricSpecification": map[string]any{"metrics": []any{
			map[string]any{"id": "visible", "returnData": false, "metricStat": map[string]any{"stat": "Average", "metric": map[string]any{
				"namespace": "AWS/SQS", "metricName": "ApproximateNumberOfMessagesVisible", "dimensions": []any{dimension("QueueName", "inbox")},
			}}},
			map[string]any{"id": "tasks", "returnData": false, "metricStat": map[string]any{"stat": "SampleCount", "metric": map[string]any{
				"namespace": "AWS/ECS", "metricName": "CPUUtilization", "dimensions": []any{dimension("ClusterName", "company"), dimension("ServiceName", name)},
			}}},
			map[string]any{"id": "backlog", "label": "Messages per task", "expression": "visible / tasks", "returnData": true},
		}},
	})
}

func TestServiceAlarms(t *testing.T) {
	t.Parallel()
	topic := "arn:aws:sns:eu-central-1:123456789012:alarms"
	rec := service(t, func(a *compute.ServiceArgs) {
		a.AlarmTopicArn, a.MinTasks = pulumi.String(topic), pulumi.IntRef(3)
		a.RollbackAlarmNames = []pulumi.StringInput{pulumi.String("too-many-errors")}
	})
	dimensions := map[string]any{"ClusterName": "company", "ServiceName": rec.Find(serviceType, "orders-service").Output("name")}
	for name, want := range map[string][]any{
		"orders-cpu-high":    {"CPUUtilization", "Average", "GreaterThanThreshold", 85.0, 10.0, "notBreaching"},
		"orders-memory-high": {"MemoryUtilization", "Maximum", "GreaterThanThreshold", 85.0, 5.0, "notBreaching"},
		"orders-tasks-low":   {"CPUUtilization", "SampleCount", "LessThanThreshold", 3.0, 5.0, "breaching"},
	} {
		alarm := rec.Find(alarmType, name)
		same(t, name, []any{
			alarm.Input("metricName"), alarm.Input("statistic"), alarm.Input("comparisonOperator"), alarm.Input("threshold"),
			alarm.Input("evaluationPeriods"), alarm.Input("treatMissingData"),
		}, want)
		same(t, name+": namespace", alarm.Input("namespace"), "AWS/ECS")
		same(t, name+": period, in which a sample is a task", alarm.Input("period"), 60.0)
		same(t, name+": dimensions", alarm.Input("dimensions"), dimensions)
		same(t, name+": actions", alarm.Input("alarmActions"), []any{topic})
	}
	same(t, "alarms", len(rec.Type(alarmType)), 3)
	same(t, "alarms that roll back", rec.Find(serviceType, "orders-service").Input("alarms"), map[string]any{
		"enable": true, "rollback": true, "alarmNames": []any{"too-many-errors"},
	})
}
