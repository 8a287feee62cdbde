package database

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// alarms watches the cache. The metrics of nodes are published by node.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
func (b *cacheBuilder) alarms(made *madeCache) error {
	if b.serverless {
		return b.serverlessAlarms(made)
	}
	cache := "Cache " + b.Name
	all := []convention.Combined{{
		Role:    "processor",
		Meaning: "A node of cache " + b.Name + " computes at its limit, and programs wait for it. Look at the slow log for expensive commands; then mend these, read from the reader endpoint, or use a larger nodeType.",
		Metric:  "EngineCPUUtilization", Statistic: "Average", Above: 80, Period: 300, For: 3,
	}, {
		Role:    "memory",
		Meaning: "The memory of cache " + b.Name + " is nearly full: it soon throws data away or refuses writes. Look for keys that never expire; then use a larger nodeType.",
		Metric:  "DatabaseMemoryUsagePercentage", Statistic: "Maximum", Above: 85, Period: 300, For: 3,
	}, {
		Role:    "evictions",
		Meaning: cache + " throws data away to make room, and programs compute or fetch it again. Look which keys take the memory; then use a larger nodeType.",
		Metric:  "Evictions", Statistic: "Sum", Above: 1000, Period: 300, For: 3,
	}}
	if len(made.members) > 1 {
		all = append(all, convention.Combined{
			Role:    "lag",
			Meaning: "A replica of cache " + b.Name + " is behind the primary: those who read from it see old data, and a failover now would lose the difference. Look for bursts of writes and large values.",
			Metric:  "ReplicationLag", Statistic: "Average", Above: 10, Period: 60, For: 5,
		})
	}
	for _, a := range all {
		a.Namespace, a.By = "AWS/ElastiCache", "MAX"
		for _, member := range made.members {
			a.Each = append(a.Each, pulumi.StringMap{"CacheClusterId": member})
		}
		if err := b.AlarmCombined(a, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}

// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html
func (b *cacheBuilder) serverlessAlarms(made *madeCache) error {
	cache := "Cache " + b.Name
	for _, a := range []convention.Alarm{{
		Role:    "memory",
		Meaning: cache + " holds nearly as much as maxDataGb allows, and then throws data away. Look for keys that never expire; then raise maxDataGb.",
		Metric:  "BytesUsedForCache", Statistic: "Maximum", Above: convention.At(float64(b.maxData) * 1e9 * 0.85), Period: 300, For: 3,
	}, {
		Role:    "throttles",
		Meaning: cache + " refuses commands, since more is asked of it than maxEcpuPerSecond allows or than it grows to in time: programs are slow and then fail. Raise maxEcpuPerSecond.",
		Metric:  "ThrottledCmds", Statistic: "Sum", Above: convention.At(0), Period: 60, For: 5,
	}, {
		Role:    "evictions",
		Meaning: cache + " throws data away to make room, and programs compute or fetch it again. Raise maxDataGb.",
		Metric:  "Evictions", Statistic: "Sum", Above: convention.At(1000), Period: 300, For: 3,
	}} {
		a.Namespace, a.Dimensions = "AWS/ElastiCache", pulumi.StringMap{"clusterId": made.name}
		if err := b.Alarm(a, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
