package database

import (
	"fmt"
	"math"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// limits finds out how much memory an instance has and how many connections it takes.
func (c *auroraCluster) limits(minCapacity float64) {
	c.memory, _ = memoryGib(c.class)
	if c.capacity > 0 {
		c.memory = c.capacity * gibibytesPerCapacity
	}
	if c.memory == 0 {
		return
	}
	c.connections = auroraConnections(c.engine, c.memory)
	if c.capacity > 0 && minCapacity <= 0.5 && c.engine.compatible() == "postgres" {
		// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
		c.connections = min(c.connections, 2000)
	}
}

// The writer is watched by its role, whichever instance that is after a failover.
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html
func (c *auroraCluster) all() pulumi.StringMap {
	return pulumi.StringMap{"DBClusterIdentifier": c.identifier}
}

func (c *auroraCluster) as(role string) pulumi.StringMap {
	return pulumi.StringMap{"DBClusterIdentifier": c.identifier, "Role": pulumi.String(role)}
}

// clusterAlarms watches the writer, the readers, and what all have in common.
func (b *auroraBuilder) clusterAlarms(c *auroraCluster) error {
	if b.args.AlarmTopicArn == nil {
		return nil
	}
	database := "Database " + b.Name
	larger := "use a larger instanceClass"
	alarms := []convention.Alarm{{
		Role:    "processor",
		Meaning: database + "'s writer computes at its limit and answers late. Look in Database Insights for the statements that the load comes from; then mend these, send reads to the reader endpoint, or " + larger + ".",
		Metric:  "CPUUtilization", Dimensions: c.as("WRITER"), Statistic: "Average", Above: convention.At(80), Period: 300, For: 3,
	}}
	if c.readers {
		alarms = append(alarms, convention.Alarm{
			Role:    "readers-processor",
			Meaning: database + "'s readers compute at their limit and answer late. Raise maxReaders, or readers; then look in Database Insights for the statements that the load comes from.",
			Metric:  "CPUUtilization", Dimensions: c.as("READER"), Statistic: "Average", Above: convention.At(80), Period: 300, For: 4,
		}, convention.Alarm{
			Role:    "reader-lag",
			Meaning: "A reader of database " + b.Name + " is behind the writer, and those who read from it see old data; one that cannot catch up restarts. Look for long statements on the reader and bursts of writes on the writer.",
			// Milliseconds; usually less than 100.
			// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html
			Metric: "AuroraReplicaLag", Dimensions: c.as("READER"), Statistic: "Maximum", Above: convention.At(2000), Period: 60, For: 5,
		})
	}
	if c.class != serverless {
		alarms = append(alarms, convention.Alarm{
			Role:    "local-storage",
			Meaning: "An instance of database " + b.Name + " has nearly no local storage left for sorts and temporary tables, which fail when it is used up. Look for large sorts and index builds; then " + larger + ": the storage comes with the class.",
			Metric:  "FreeLocalStorage", Dimensions: c.all(), Statistic: "Minimum", Below: convention.At(2 << 30), Period: 300, For: 3,
		})
	}
	if c.capacity > 0 {
		larger = "raise maxCapacity"
		alarms = append(alarms, convention.Alarm{
			Role:    "capacity",
			Meaning: database + " has grown to nearly as much as it may and will answer late if the load rises. Raise maxCapacity; then look in Database Insights for the statements that the load comes from.",
			Metric:  "ServerlessDatabaseCapacity", Dimensions: c.all(), Statistic: "Average", AtLeast: convention.At(0.9 * c.capacity), Period: 300, For: 3,
		})
	}
	if c.memory > 0 {
		alarms = append(alarms, convention.Alarm{
			Role:    "memory",
			Meaning: "An instance of database " + b.Name + " has nearly no memory left: it will swap, and then restart. Look for large sorts and many connections; then " + larger + ".",
			Metric:  "FreeableMemory", Dimensions: c.all(), Statistic: "Minimum", Below: convention.At(max(64<<20, math.Floor(c.memory*(1<<30)/20))), Period: 300, For: 3,
		}, convention.Alarm{
			Role:    "connections",
			Meaning: "An instance of database " + b.Name + " has nearly as many connections as it takes, and will refuse more. Look for clients that do not give connections back; then use pools or a Proxy, or " + larger + ".",
			// What the system leaves of the memory is up to a quarter less, so seven tenths
			// of the computed limit are about nine of the real one.
			Metric: "DatabaseConnections", Dimensions: c.all(), Statistic: "Maximum", Above: convention.At(math.Floor(c.connections * 0.7)), Period: 60, For: 5,
		})
	} else if err := b.Ctx.Log.Warn(fmt.Sprintf("%s %q has no alarms on its memory and connections: how many %s has is not known", b.Token, b.Name, c.class), nil); err != nil {
		return err
	}
	for _, alarm := range alarms {
		alarm.Namespace = "AWS/RDS"
		if err := b.Alarm(alarm, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
