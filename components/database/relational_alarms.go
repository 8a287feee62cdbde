package database

import (
	"fmt"
	"math"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// alarms watches the primary, and how far each replica is behind.
func (b *builder) alarms(server *server) error {
	if b.args.AlarmTopicArn == nil {
		return nil
	}
	memory, known := memoryGib(server.class)
	if !known {
		memory = 4
	}
	database := "Database " + b.Name
	alarms := []convention.Alarm{{
		Role:    "processor",
		Meaning: database + " computes at its limit and answers late. Look in Performance Insights for the statements that the load comes from; then mend these, or use a larger instanceClass.",
		Metric:  "CPUUtilization", Statistic: "Average", Above: convention.At(80), Period: 300, For: 3,
	}, {
		Role:    "storage",
		Meaning: database + " has nearly no storage left, and stops when it is used up: growing has reached maxStorageGib, or does not keep up. Raise maxStorageGib, then see what grows.",
		// AWS begins to grow the storage when a tenth of it is left.
		Metric: "FreeStorageSpace", Statistic: "Minimum", Below: convention.At(float64(server.storageGib) * (1 << 30) / 20), Period: 300, For: 3,
	}, {
		Role:    "memory",
		Meaning: database + " has nearly no memory left: it will swap, and then restart. Look for large sorts and many connections; then use a larger instanceClass.",
		Metric:  "FreeableMemory", Statistic: "Average", Below: convention.At(max(64<<20, math.Floor(memory*(1<<30)/20))), Period: 300, For: 3,
	}}
	// The memory that the limit is computed from is what the system leaves of the
	// class's, up to a quarter less: nine tenths of the real limit are about 70 %.
	if limit, known := server.engine.connections(server.class); known {
		alarms = append(alarms, convention.Alarm{
			Role:    "connections",
			Meaning: database + " has nearly as many connections as it takes, and will refuse more. Look for clients that do not give connections back; then use pools, or a larger instanceClass.",
			Metric:  "DatabaseConnections", Statistic: "Maximum", Above: convention.At(math.Floor(limit * 0.7)), Period: 60, For: 5,
		})
	} else if err := b.Ctx.Log.Warn(fmt.Sprintf("%s %q has no alarm on its connections: how many %s takes is not known", b.Token, b.Name, server.class), nil); err != nil {
		return err
	}
	for _, alarm := range alarms {
		if err := b.alarm(alarm, server.identifier); err != nil {
			return err
		}
	}
	for i, replica := range server.replicas {
		if err := b.replicaAlarms(i+1, replica, server.engine); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) replicaAlarms(number int, replica pulumi.StringInput, e engine) error {
	subject := fmt.Sprintf("Read replica %d of database %s", number, b.Name)
	err := b.alarm(convention.Alarm{
		Role:    fmt.Sprintf("replica-%d-lag", number),
		Meaning: subject + " is behind the primary, and those who read from it see old data. Look for long statements on the replica and bursts of writes on the primary.",
		Metric:  "ReplicaLag", Statistic: "Average", Above: convention.At(e.replicaLag), Period: 60, For: 5,
	}, replica)
	if err != nil || e.name != "mysql" {
		return err
	}
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.Monitor.html
	return b.alarm(convention.Alarm{
		Role:    fmt.Sprintf("replica-%d-stopped", number),
		Meaning: subject + " no longer follows the primary, and those who read from it see ever older data. Read the replication error that the RDS console shows.",
		Metric:  "ReplicaLag", Statistic: "Minimum", Below: convention.At(0), Period: 60, For: 5,
	}, replica)
}

func (b *builder) alarm(a convention.Alarm, instance pulumi.StringInput) error {
	a.Namespace = "AWS/RDS"
	a.Dimensions = pulumi.StringMap{"DBInstanceIdentifier": instance}
	return b.Alarm(a, b.args.Transform.Alarm)
}
