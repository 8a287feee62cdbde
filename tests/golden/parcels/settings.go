package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// stackSettings is what differs between environments: the keys of Pulumi.<environment>.yaml.
type stackSettings struct {
	preset             string // the defaults that components use: sandbox or production
	deletionProtection bool   // of key, zone, table-bookings, others
	domainName         string // of zone, certificate, api
	logRetentionDays   int    // of function-lockers, function-payments, function-couriers, others
	apiKind            string // kind of api
	shield             bool   // whether the environment has what only some have
}

// readSettings reads the stack file, and reports all that is missing or wrong at once.
func readSettings(ctx *pulumi.Context) (*stackSettings, error) {
	r := &settingsReader{Config: config.New(ctx, "")}
	s := &stackSettings{
		preset:             r.text("preset"),
		deletionProtection: r.bool("deletionProtection"),
		domainName:         r.text("domainName"),
		logRetentionDays:   r.int("logRetentionDays"),
		apiKind:            r.text("apiKind"),
		shield:             r.bool("shield"),
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
