package main

import (
	"errors"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// stackSettings is what differs between environments: the keys of Pulumi.<environment>.yaml.
type stackSettings struct {
	preset                        string   // the defaults that components use: sandbox or production
	deletionProtection            bool     // of key, zone, database-articles, others
	vpcAvailabilityZones          int      // availability_zones of vpc
	vpcNat                        string   // nat of vpc
	vpcFlowLogsRetentionDays      int      // flow_logs_retention_days of vpc
	domainName                    string   // of zone, certificate
	databaseArticlesMultiAz       bool     // multi_az of database-articles
	databaseArticlesReadReplicas  int      // read_replicas of database-articles
	logRetentionDays              int      // of database-articles, service-magazine
	databaseArticlesInstanceClass string   // instance_class of database-articles
	standbyKey                    bool     // whether the environment has what only some have
	certificateAlternativeNames   []string // alternative_names of certificate
	frontDomainName               string   // domain_name of front
	frontAccessLogsRetentionDays  int      // access_logs_retention_days of front
	sessions                      bool     // whether the environment has what only some have
	serviceMagazineMinTasks       int      // min_tasks of service-magazine
	serviceMagazineMaxTasks       int      // max_tasks of service-magazine
}

// readSettings reads the stack file, and reports all that is missing or wrong at once.
func readSettings(ctx *pulumi.Context) (*stackSettings, error) {
	r := &settingsReader{Config: config.New(ctx, "")}
	s := &stackSettings{
		preset:                        r.text("preset"),
		deletionProtection:            r.bool("deletionProtection"),
		vpcAvailabilityZones:          r.int("vpcAvailabilityZones"),
		vpcNat:                        r.text("vpcNat"),
		vpcFlowLogsRetentionDays:      r.int("vpcFlowLogsRetentionDays"),
		domainName:                    r.text("domainName"),
		databaseArticlesMultiAz:       r.bool("databaseArticlesMultiAz"),
		databaseArticlesReadReplicas:  r.int("databaseArticlesReadReplicas"),
		logRetentionDays:              r.int("logRetentionDays"),
		databaseArticlesInstanceClass: r.optionalText("databaseArticlesInstanceClass"),
		standbyKey:                    r.bool("standbyKey"),
		certificateAlternativeNames:   r.optionalList("certificateAlternativeNames"),
		frontDomainName:               r.text("frontDomainName"),
		frontAccessLogsRetentionDays:  r.int("frontAccessLogsRetentionDays"),
		sessions:                      r.bool("sessions"),
		serviceMagazineMinTasks:       r.int("serviceMagazineMinTasks"),
		serviceMagazineMaxTasks:       r.int("serviceMagazineMaxTasks"),
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

func (r *settingsReader) list(key string) []string {
	var value []string
	r.note(r.TryObject(key, &value))
	return value
}

func (r *settingsReader) optionalList(key string) []string {
	if r.Get(key) == "" {
		return nil
	}
	return r.list(key)
}

func (r *settingsReader) optionalText(key string) string {
	return r.Get(key)
}

func (r *settingsReader) text(key string) string {
	value, err := r.Try(key)
	r.note(err)
	return value
}
