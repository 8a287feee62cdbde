package database

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// alarms watches whether callers get connections, and get them soon.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.monitoring.html
func (b *proxyBuilder) alarms(proxy *rds.Proxy) error {
	dimensions := pulumi.StringMap{"ProxyName": proxy.Name}
	for _, alarm := range []convention.Alarm{{
		Role:    "waiting",
		Meaning: "Callers of database proxy " + b.Name + " wait for connections to the database. Look whether DatabaseConnectionsCurrentlySessionPinned is high, which takes connections from the pool, and for long transactions; then raise maxConnectionsPercent, or use a larger database.",
		// Microseconds; a free connection is had in less than a thousand.
		Metric: "DatabaseConnectionsBorrowLatency", Statistic: "Average", Above: convention.At(500_000), Period: 60, For: 5,
	}, {
		Role:    "database-refuses",
		Meaning: "Database proxy " + b.Name + " cannot connect to the database, and its callers soon cannot either. Look whether the database is available and takes more connections; then whether the secrets hold passwords that it takes.",
		Metric:  "DatabaseConnectionsSetupFailed", Statistic: "Sum", Above: convention.At(5), Period: 300, For: 2,
	}, {
		Role:    "callers-refused",
		Meaning: "Database proxy " + b.Name + " refuses callers for what they show to identify themselves. Look in its log for the user; then whether the caller has connectPolicy and the user is in one of the secrets.",
		Metric:  "ClientConnectionsSetupFailedAuth", Statistic: "Sum", Above: convention.At(20), Period: 300, For: 2,
	}} {
		alarm.Namespace, alarm.Dimensions = "AWS/RDS", dimensions
		if err := b.Alarm(alarm, b.args.Transform.Alarm); err != nil {
			return err
		}
	}
	return b.AlarmRatio(convention.Ratio{
		Role:      "connections",
		Meaning:   "Database proxy " + b.Name + " uses nearly all connections that it may, and callers will have to wait. Look for long transactions and at how many ClientConnections there are; then raise maxConnectionsPercent, or use a larger database.",
		Namespace: "AWS/RDS", Part: "DatabaseConnectionsCurrentlyBorrowed", Whole: "MaxDatabaseConnectionsAllowed", Dimensions: dimensions,
		Above: 80, AtLeast: 1, Period: 60, For: 5,
	}, b.args.Transform.Alarm)
}
