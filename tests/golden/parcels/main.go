// Program parcels declares parcels (Booking, paying and opening of parcel lockers) on AWS.
//
// It was written by scaffold from system.hcl and the blueprint "serverless", and is yours:
// `scaffold check` tells when it and system.hcl part ways. What differs between environments is in
// Pulumi.<environment>.yaml; why it is built this way is in docs/decisions.
package main

import (
	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/database"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(deploy) }

// deploy declares all resources. The tests run it too.
func deploy(ctx *pulumi.Context) error {
	settings, err := readSettings(ctx)
	if err != nil {
		return err
	}

	// Decision: bus = bus (Rules on one bus say who gets which of 2 kinds of events, its archive
	// replays them, and it costs nothing while nothing happens). See docs/decisions/0010-bus.md.
	//
	// One key encrypts all that the system keeps and sends, so that one policy says who can read it.
	key, err := security.NewKey(ctx, "key", &security.KeyArgs{
		Preset:             settings.preset,
		Description:        "Everything parcels keeps and sends",
		Services:           []string{"cloudwatch", "logs", "sns", "events", "delivery.logs"},
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
	})
	if err != nil {
		return err
	}

	// Every alarm fires here; people and tools subscribe to it.
	alarms, err := observability.NewAlarmTopic(ctx, "alarms", &observability.AlarmTopicArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: address = domain (The system has the domain dev.parcels.example.com). See
	// docs/decisions/0007-address.md.
	//
	// The zone of the domain under which users reach the system.
	zone, err := network.NewDNS(ctx, "zone", &network.DNSArgs{
		Preset:             settings.preset,
		DomainName:         settings.domainName,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
	})
	if err != nil {
		return err
	}

	// Decision: recovery = backup-restore (What runs in a sandbox can be deployed anew, and its data
	// restored from backups). See docs/decisions/0001-recovery.md.
	//
	// Decision: encryption = one-key (One customer-managed key for the system has one policy to review,
	// is rotated every year, and costs 1 USD a month; keys that AWS owns could neither be audited nor
	// revoked). See docs/decisions/0002-encryption.md.
	//
	// Decision: table_billing = on-demand (Peaks of 20 times 5 requests per second are paid when they
	// come and need no forecast). See docs/decisions/0004-table_billing.md.
	//
	// A table for each store of items that are found by their keys.
	tableBookings, err := database.NewTable(ctx, "table-bookings", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		Billing:            "on-demand",
		KmsKeyArn:          key.Arn,
		TtlAttribute:       "expires",
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	tableLockers, err := database.NewTable(ctx, "table-lockers", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		Billing:            "on-demand",
		KmsKeyArn:          key.Arn,
		TtlAttribute:       "expires",
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	tablePayments, err := database.NewTable(ctx, "table-payments", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		Billing:            "on-demand",
		KmsKeyArn:          key.Arn,
		TtlAttribute:       "expires",
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// TLS for the domain; the records in the zone prove that it is ours.
	certificate, err := cdn.NewCertificate(ctx, "certificate", &cdn.CertificateArgs{
		Preset:        settings.preset,
		DomainName:    settings.domainName,
		ZoneId:        zone.ZoneId,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A queue for each consumer: its function takes batches from it, no more at a time than what lies
	// behind can take.
	inboxCouriers, err := queue.NewQueue(ctx, "inbox-couriers", &queue.QueueArgs{
		Preset:                   settings.preset,
		KmsKeyArn:                key.Arn,
		VisibilityTimeoutSeconds: pulumi.IntRef(180),
		AlarmTopicArn:            alarms.Arn,
	})
	if err != nil {
		return err
	}

	inboxLockers, err := queue.NewQueue(ctx, "inbox-lockers", &queue.QueueArgs{
		Preset:                   settings.preset,
		KmsKeyArn:                key.Arn,
		VisibilityTimeoutSeconds: pulumi.IntRef(180),
		AlarmTopicArn:            alarms.Arn,
	})
	if err != nil {
		return err
	}

	// One bus: a rule for each consumer leads what it consumes into its queue, and the archive can
	// replay it.
	bus, err := queue.NewBus(ctx, "bus", &queue.BusArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
		RuleNames: []string{"couriers", "lockers"},
		RulePatterns: []string{
			"{\"detail-type\":[\"parcel-booked\"]}",
			"{\"detail-type\":[\"parcel-delivered\"]}",
		},
		TargetTypes:        []string{"queue", "queue"},
		TargetArns:         []pulumi.StringInput{inboxCouriers.Arn, inboxLockers.Arn},
		TargetKmsKeyArns:   []pulumi.StringInput{key.Arn},
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: logs = one-week in dev (Nobody looks for what happened in a sandbox weeks ago);
	// three-months in prod (Ninety days are enough to look into an incident; personal data in logs is
	// kept no longer than its purpose takes (GDPR Article 5(1)(e))). See docs/decisions/0003-logs.md.
	//
	// Decision: start = on-demand (1000 ms at the 99th percentile leave room for a cold start, or so
	// few ask that it does not matter). See docs/decisions/0009-start.md.
	//
	// Each service as a function, with permissions for what it uses and nothing else.
	functionLockers, err := compute.NewFunction(ctx, "function-lockers", &compute.FunctionArgs{
		Preset:                        settings.preset,
		KmsKeyArn:                     key.Arn,
		TimeoutSeconds:                pulumi.IntRef(30),
		LogRetentionDays:              pulumi.IntRef(settings.logRetentionDays),
		QueueArn:                      inboxLockers.Arn,
		QueueVisibilityTimeoutSeconds: pulumi.IntRef(180),
		QueueMaximumConcurrency:       pulumi.IntRef(13),
		SourceKmsKeyArn:               key.Arn,
		Policies:                      []pulumi.StringInput{tableLockers.WriterPolicy},
		Environment: pulumi.StringMap{
			"TABLE_LOCKERS_NAME": tableLockers.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	functionPayments, err := compute.NewFunction(ctx, "function-payments", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{tablePayments.WriterPolicy},
		Environment: pulumi.StringMap{
			"TABLE_PAYMENTS_NAME": tablePayments.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	functionCouriers, err := compute.NewFunction(ctx, "function-couriers", &compute.FunctionArgs{
		Preset:                        settings.preset,
		KmsKeyArn:                     key.Arn,
		TimeoutSeconds:                pulumi.IntRef(30),
		LogRetentionDays:              pulumi.IntRef(settings.logRetentionDays),
		QueueArn:                      inboxCouriers.Arn,
		QueueVisibilityTimeoutSeconds: pulumi.IntRef(180),
		QueueMaximumConcurrency:       pulumi.IntRef(13),
		SourceKmsKeyArn:               key.Arn,
		Policies:                      []pulumi.StringInput{bus.ProducerPolicy},
		Environment: pulumi.StringMap{
			"EVENT_BUS_NAME": bus.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// What undoes the step that a service does in a process.
	undoLockers, err := compute.NewFunction(ctx, "undo-lockers", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{tableLockers.WriterPolicy},
		Environment: pulumi.StringMap{
			"TABLE_LOCKERS_NAME": tableLockers.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	undoPayments, err := compute.NewFunction(ctx, "undo-payments", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{tablePayments.WriterPolicy},
		Environment: pulumi.StringMap{
			"TABLE_PAYMENTS_NAME": tablePayments.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	undoCouriers, err := compute.NewFunction(ctx, "undo-couriers", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A process of several steps: when one fails, those before it are undone in reverse order.
	sagaBookings, err := queue.NewSaga(ctx, "saga-bookings", &queue.SagaArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
		StepNames: []string{"lockers", "payments", "couriers"},
		ActionArns: []pulumi.StringInput{
			functionLockers.AliasArn,
			functionPayments.AliasArn,
			functionCouriers.AliasArn,
		},
		CompensationArns: []pulumi.StringInput{
			undoLockers.AliasArn,
			undoPayments.AliasArn,
			undoCouriers.AliasArn,
		},
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service as a function, with permissions for what it uses and nothing else.
	functionBookings, err := compute.NewFunction(ctx, "function-bookings", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies: []pulumi.StringInput{
			tableBookings.WriterPolicy,
			bus.ProducerPolicy,
			sagaBookings.StartPolicy,
		},
		Environment: pulumi.StringMap{
			"EVENT_BUS_NAME":      bus.Name,
			"SAGA_ARN":            sagaBookings.Arn,
			"TABLE_BOOKINGS_NAME": tableBookings.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: entrance = http-gateway in dev (An HTTP API invokes functions, checks tokens and
	// throttles callers for 1 USD a million requests; a load balancer costs as much while nobody asks);
	// rest-gateway in prod (Data under gdpr: a REST API can have a web application firewall and traces
	// every request, at 3.5 USD a million requests rather than 1). See docs/decisions/0006-entrance.md.
	//
	// The API: it knows who calls, and lets through no more than was asked for.
	api, err := network.NewGateway(ctx, "api", &network.GatewayArgs{
		Preset:    settings.preset,
		Kind:      settings.apiKind,
		KmsKeyArn: key.Arn,
		Routes: []string{
			"ANY /bookings",
			"ANY /bookings/{path+}",
			"ANY /couriers",
			"ANY /couriers/{path+}",
			"ANY /lockers",
			"ANY /lockers/{path+}",
		},
		FunctionArns: []pulumi.StringInput{
			functionBookings.AliasArn,
			functionBookings.AliasArn,
			functionCouriers.AliasArn,
			functionCouriers.AliasArn,
			functionLockers.AliasArn,
			functionLockers.AliasArn,
		},
		Authorization:       "iam",
		RateLimit:           pulumi.IntRef(100),
		LatencyMilliseconds: pulumi.IntRef(1000),
		DomainName:          settings.domainName,
		CertificateArn:      certificate.Arn,
		ZoneId:              zone.ZoneId,
		LogRetentionDays:    pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:       alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: firewall = none in dev (Callers are known by their signatures or tokens, and the
	// gateway throttles them); managed in prod (Data under gdpr: AWS WAF limits what one address may
	// ask and refuses the usual attacks). See docs/decisions/0008-firewall.md.
	//
	// Refuses known attacks, and addresses that ask too much, before they reach the API.
	if settings.shield {
		if _, err := cdn.NewFirewall(ctx, "shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"api"},
			ResourceArns:     []pulumi.StringInput{api.StageArn},
			KmsKeyArn:        key.Arn,
			LogRetentionDays: pulumi.IntRef(90),
			AlarmTopicArn:    alarms.Arn,
		}); err != nil {
			return err
		}
	}

	ctx.Export("name_servers", zone.NameServers)
	ctx.Export("alarm_topic", alarms.Arn)
	ctx.Export("url", api.Url)
	return nil
}
