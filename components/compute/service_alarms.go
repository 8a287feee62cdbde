package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *serviceBuilder) createAlarms() error {
	dimensions := pulumi.StringMap{"ClusterName": b.args.ClusterName, "ServiceName": b.service.Name}
	for _, alarm := range []convention.Alarm{
		{
			Role:    "cpu-high",
			Meaning: fmt.Sprintf("Service %s answers slowly: its tasks have had no CPU to spare for ten minutes, although it may scale to %d tasks. See whether it runs that many (then raise maxTasks or cpu), or whether a new version needs more than the old.", b.Name, b.maxTasks),
			Metric:  "CPUUtilization", Statistic: "Average", Above: convention.At(85), Period: 60, For: 10,
		},
		{
			// The fullest task, not the average: memory runs out in one task, and takes what it
			// is working on with it.
			Role:    "memory-high",
			Meaning: fmt.Sprintf("A task of service %s is about to run out of its %d MiB of memory; it will be killed, and what it is working on fails. Raise memoryMib; if memory grows with time and not with load, look for a leak.", b.Name, b.memory),
			Metric:  "MemoryUtilization", Statistic: "Maximum", Above: convention.At(85), Period: 60, For: 5,
		},
		{
			// Each running task is one sample a minute, see backlogPerTask; without any task
			// there is no data at all.
			Role:    "tasks-low",
			Meaning: fmt.Sprintf("Service %s has run fewer than %d tasks for five minutes: it is down, or one failure away from it. Look at the events of the ECS service and at the reasons its tasks stopped, then at its logs.", b.Name, b.minTasks),
			Metric:  "CPUUtilization", Statistic: "SampleCount", Below: convention.At(float64(b.minTasks)), Period: 60, For: 5, Missing: "breaching",
		},
	} {
		alarm.Namespace, alarm.Dimensions = "AWS/ECS", dimensions
		if err := b.Alarm(alarm, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
