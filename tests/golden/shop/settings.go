package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// stackSettings is what differs between environments: the keys of Pulumi.<environment>.yaml.
type stackSettings struct {
	preset                       string // the defaults that components use: sandbox or production
	deletionProtection           bool   // of key, zone, database-billing, others
	vpcAvailabilityZones         int    // availability_zones of vpc
	vpcNat                       string // nat of vpc
	vpcFlowLogsRetentionDays     int    // flow_logs_retention_days of vpc
	domainName                   string // of zone, certificate, front
	multiAz                      bool   // of database-billing, database-orders
	logRetentionDays             int    // of database-billing, database-orders, service-billing, others
	instanceClass                string // of database-billing, database-orders
	frontAccessLogsRetentionDays int    // access_logs_retention_days of front
	minTasks                     int    // of service-billing, service-notifications, service-orders
	maxTasks                     int    // of service-billing, service-notifications, service-orders
	shield                       bool   // whether the environment has what only some have
}

// readSettings reads the stack file, and reports all that is missing or wrong at once.
func readSettings(ctx *pulumi.Context) (*stackSettings, error) {
	r := &settingsReader{Config: config.New(ctx, "")}
	s := &stackSettings{
		preset:                       r.text("preset"),
		deletionProtection:           r.bool("deletionProtection"),
		vpcAvailabilityZones:         r.int("vpcAvailabilityZones"),
		vpcNat:                       r.text("vpcNat"),
		vpcFlowLogsRetentionDays:     r.int("vpcFlowLogsRetentionDays"),
		domainName:                   r.text("domainName"),
		multiAz:                      r.bool("multiAz"),
		logRetentionDays:             r.int("logRetentionDays"),
		instanceClass:                r.optionalText("instanceClass"),
		frontAccessLogsRetentionDays: r.int("frontAccessLogsRetentionDays"),
		minTasks:                     r.int("minTasks"),
		maxTasks:                     r.int("maxTasks"),
		shield:                       r.bool("shield"),
	}
	return s, errors.Join(r.problems...)
}

type settingsReader struct {
	*config.Config
	problems []error
}

func (r *settingsReader) note(err error) {
	if err != nil {
		r.problems = append(r.problems, err)
	}
}

func (r *settingsReader) bool(key string) bool {
	value, err := r.TryBool(key)
	r.note(err)
	return value
}

func (r *settingsReader) int(key string) int {
	value, err := r.TryInt(key)
	r.note(err)
	return value
}

func (r *settingsReader) optionalText(key string) string {
	return r.Get(key)
}

func (r *settingsReader) text(key string) string {
	value, err := r.Try(key)
	r.note(err)
	return value
}
