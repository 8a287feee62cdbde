package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// stackSettings is what differs between environments: the keys of Pulumi.<environment>.yaml.
type stackSettings struct {
	preset                         string // the defaults that components use: sandbox or production
	keyDeletionProtection          bool   // deletion_protection of key
	vpcAvailabilityZones           int    // availability_zones of vpc
	vpcNat                         string // nat of vpc
	vpcFlowLogsRetentionDays       int    // flow_logs_retention_days of vpc
	serviceMinimalMinTasks         int    // min_tasks of service-minimal
	serviceMinimalMaxTasks         int    // max_tasks of service-minimal
	serviceMinimalLogRetentionDays int    // log_retention_days of service-minimal
}

// readSettings reads the stack file, and reports all that is missing or wrong at once.
func readSettings(ctx *pulumi.Context) (*stackSettings, error) {
	r := &settingsReader{Config: config.New(ctx, "")}
	s := &stackSettings{
		preset:                         r.text("preset"),
		keyDeletionProtection:          r.bool("keyDeletionProtection"),
		vpcAvailabilityZones:           r.int("vpcAvailabilityZones"),
		vpcNat:                         r.text("vpcNat"),
		vpcFlowLogsRetentionDays:       r.int("vpcFlowLogsRetentionDays"),
		serviceMinimalMinTasks:         r.int("serviceMinimalMinTasks"),
		serviceMinimalMaxTasks:         r.int("serviceMinimalMaxTasks"),
		serviceMinimalLogRetentionDays: r.int("serviceMinimalLogRetentionDays"),
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

func (r *settingsReader) text(key string) string {
	value, err := r.Try(key)
	r.note(err)
	return value
}
