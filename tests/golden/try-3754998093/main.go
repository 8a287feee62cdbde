// Program s declares the system s on AWS.
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
	// replays them, and it costs nothing while nothing happens). See docs/decisions/0018-bus.md.
	//
	// One key encrypts all that the system keeps and sends, so that one policy says who can read it.
	key, err := security.NewKey(ctx, "key", &security.KeyArgs{
		Preset:             settings.preset,
		Description:        "Everything s keeps and sends",
		Services:           []string{"cloudwatch", "logs", "sns", "events"},
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

	// Decision: zones = two in dev (Two zones survive the loss of one); three in prod (99.9 % allows
	// 43m12s of downtime in 30 days; with three zones, losing one leaves two thirds of the capacity).
	// See docs/decisions/0001-zones.md.
	//
	// Decision: egress = single in dev (One NAT gateway costs a fraction of one in each zone; when its
	// zone fails, nothing can call out until it is back); per-zone in prod (A NAT gateway in each zone
	// keeps the others connected when one zone fails, as 99.9 % asks for). See
	// docs/decisions/0002-egress.md.
	//
	// Decision: logs = one-week in dev (Nobody looks for what happened in a sandbox weeks ago);
	// six-years in prod (HIPAA keeps the records of its safeguards for six years (45 CFR
	// 164.316(b)(2)(i))). See docs/decisions/0005-logs.md.
	//
	// What faces the internet in public subnets, what runs in private ones, data where nothing leads
	// out.
	vpc, err := network.NewNetwork(ctx, "vpc", &network.NetworkArgs{
		Preset:                settings.preset,
		AvailabilityZones:     pulumi.IntRef(settings.vpcAvailabilityZones),
		Nat:                   settings.vpcNat,
		FlowLogsRetentionDays: pulumi.IntRef(settings.vpcFlowLogsRetentionDays),
		KmsKeyArn:             key.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: address = domain (The system has the domain dev.example.com). See
	// docs/decisions/0015-address.md.
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

	// Decision: encryption = one-key in dev (One customer-managed key for the system has one policy to
	// review, is rotated every year, and costs 1 USD a month; keys that AWS owns could neither be
	// audited nor revoked); key-per-store in prod (HIPAA AND PCI: a customer-managed key for each store
	// lets access to one be audited and revoked without touching the others). See
	// docs/decisions/0004-encryption.md.
	//
	// A key for each store, so that access to one can be revoked without the others.
	var storeKeySelect *security.Key
	if settings.storeKey {
		if storeKeySelect, err = security.NewKey(ctx, "store-key-select", &security.KeyArgs{
			Preset:             "production",
			Description:        "What s keeps in select",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// Decision: recovery = backup-restore (What runs in a sandbox can be deployed anew, and its data
	// restored from backups). See docs/decisions/0003-recovery.md.
	//
	// Decision: database = rds (The queries at peak keep 0.1 processors of each database busy; they and
	// 20 GiB fit an instance of RDS, which promises 99.95 % with a standby and costs less than Aurora).
	// See docs/decisions/0006-database.md.
	//
	// Decision: engine = postgres (PostgreSQL has the stricter types, transactional changes of the
	// schema and the richer indexes; nothing here asks for another). See docs/decisions/0007-engine.md.
	//
	// Decision: standby = none in dev (A sandbox can wait for a restore from backup, at half the
	// price); multi-az in prod (AWS promises 99.5 % for a single database and 99.95 % with a standby
	// (https://aws.amazon.com/rds/sla/); 99.9 % are required). See docs/decisions/0008-standby.md.
	//
	// Decision: replicas = none (A sandbox has few readers). See docs/decisions/0009-replicas.md.
	//
	// Decision: cache = none (Readers must see what was just written (consistency = "strong"), and a
	// cache answers with what was). See docs/decisions/0010-cache.md.
	//
	// Decision: pooling = direct (A sandbox has few clients). See docs/decisions/0011-pooling.md.
	//
	// A database for each relational store, which only those who use the store can reach.
	var databaseSelectKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSelectKmsKeyArn {
		databaseSelectKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		databaseSelectKmsKeyArn = storeKeySelect.Arn
	}
	databaseSelect, err := database.NewRelational(ctx, "database-select", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          databaseSelectKmsKeyArn,
		DatabaseName:       "select_db",
		StorageGib:         pulumi.IntRef(20),
		MaxStorageGib:      pulumi.IntRef(40),
		MultiAz:            pulumi.BoolRef(settings.multiAz),
		ReadReplicas:       pulumi.IntRef(0),
		LogRetentionDays:   pulumi.IntRef(settings.logRetentionDays),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
		InstanceClass:      settings.instanceClass,
	})
	if err != nil {
		return err
	}

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyUser *security.Key
	if settings.storeKey {
		if storeKeyUser, err = security.NewKey(ctx, "store-key-user", &security.KeyArgs{
			Preset:             "production",
			Description:        "What s keeps in user",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// A database for each relational store, which only those who use the store can reach.
	var databaseUserKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSelectKmsKeyArn {
		databaseUserKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		databaseUserKmsKeyArn = storeKeyUser.Arn
	}
	databaseUser, err := database.NewRelational(ctx, "database-user", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          databaseUserKmsKeyArn,
		DatabaseName:       "user_db",
		StorageGib:         pulumi.IntRef(20),
		MaxStorageGib:      pulumi.IntRef(40),
		MultiAz:            pulumi.BoolRef(settings.multiAz),
		ReadReplicas:       pulumi.IntRef(0),
		LogRetentionDays:   pulumi.IntRef(settings.logRetentionDays),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
		InstanceClass:      settings.instanceClass,
	})
	if err != nil {
		return err
	}

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyBilling *security.Key
	if settings.storeKey {
		if storeKeyBilling, err = security.NewKey(ctx, "store-key-billing", &security.KeyArgs{
			Preset:             "production",
			Description:        "What s keeps in billing",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// Decision: table_billing = on-demand (Peaks of 8.74 times 10 requests per second are paid when
	// they come and need no forecast). See docs/decisions/0012-table_billing.md.
	//
	// A table for each store of items that are found by their keys.
	var tableBillingKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSelectKmsKeyArn {
		tableBillingKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		tableBillingKmsKeyArn = storeKeyBilling.Arn
	}
	tableBilling, err := database.NewTable(ctx, "table-billing", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		Billing:            "on-demand",
		KmsKeyArn:          tableBillingKmsKeyArn,
		TtlAttribute:       "expires",
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyOrders *security.Key
	if settings.storeKey {
		if storeKeyOrders, err = security.NewKey(ctx, "store-key-orders", &security.KeyArgs{
			Preset:             "production",
			Description:        "What s keeps in orders",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// A table for each store of items that are found by their keys.
	var tableOrdersKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSelectKmsKeyArn {
		tableOrdersKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		tableOrdersKmsKeyArn = storeKeyOrders.Arn
	}
	tableOrders, err := database.NewTable(ctx, "table-orders", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		Billing:            "on-demand",
		KmsKeyArn:          tableOrdersKmsKeyArn,
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
	inboxReports2, err := queue.NewQueue(ctx, "inbox-reports2", &queue.QueueArgs{
		Preset:                   settings.preset,
		KmsKeyArn:                key.Arn,
		VisibilityTimeoutSeconds: pulumi.IntRef(180),
		AlarmTopicArn:            alarms.Arn,
	})
	if err != nil {
		return err
	}

	inboxSearch, err := queue.NewQueue(ctx, "inbox-search", &queue.QueueArgs{
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
	if _, err := queue.NewBus(ctx, "bus", &queue.BusArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
		RuleNames: []string{"reports2", "search"},
		RulePatterns: []string{
			"{\"detail-type\":[\"paid\"]}",
			"{\"detail-type\":[\"paid\"]}",
		},
		TargetTypes:        []string{"queue", "queue"},
		TargetArns:         []pulumi.StringInput{inboxReports2.Arn, inboxSearch.Arn},
		TargetKmsKeyArns:   []pulumi.StringInput{key.Arn},
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	}); err != nil {
		return err
	}

	// Decision: start = on-demand (500 ms at the 99th percentile leave room for a cold start, or so few
	// ask that it does not matter). See docs/decisions/0017-start.md.
	//
	// Each service as a function, with permissions for what it uses and nothing else.
	if _, err := compute.NewFunction(ctx, "function-a", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	}); err != nil {
		return err
	}

	functionUsers, err := compute.NewFunction(ctx, "function-users", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	})
	if err != nil {
		return err
	}

	functionBilling, err := compute.NewFunction(ctx, "function-billing", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{tableBilling.WriterPolicy, functionUsers.InvokerPolicy},
		Environment: pulumi.StringMap{
			"SERVICE_USERS_FUNCTION_ARN": functionUsers.AliasArn,
			"TABLE_BILLING_NAME":         tableBilling.Name,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	functionCatalogue, err := compute.NewFunction(ctx, "function-catalogue", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		VpcId:            vpc.VpcId,
		SubnetIds:        vpc.PrivateSubnetIds,
		SecurityGroupIds: pulumi.StringArray{databaseUser.ClientSecurityGroupId},
		Policies:         []pulumi.StringInput{databaseUser.WriterPolicy},
		Environment: pulumi.StringMap{
			"DATABASE_USER_HOST":       databaseUser.Endpoint,
			"DATABASE_USER_NAME":       databaseUser.DatabaseName,
			"DATABASE_USER_PORT":       databaseUser.Port,
			"DATABASE_USER_SECRET_ARN": databaseUser.SecretArn,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	if _, err := compute.NewFunction(ctx, "function-inbox", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	}); err != nil {
		return err
	}

	functionNotifications, err := compute.NewFunction(ctx, "function-notifications", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		VpcId:            vpc.VpcId,
		SubnetIds:        vpc.PrivateSubnetIds,
		SecurityGroupIds: pulumi.StringArray{databaseSelect.ClientSecurityGroupId},
		Policies:         []pulumi.StringInput{databaseSelect.WriterPolicy},
		Environment: pulumi.StringMap{
			"DATABASE_SELECT_HOST":       databaseSelect.Endpoint,
			"DATABASE_SELECT_NAME":       databaseSelect.DatabaseName,
			"DATABASE_SELECT_PORT":       databaseSelect.Port,
			"DATABASE_SELECT_SECRET_ARN": databaseSelect.SecretArn,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	if _, err := compute.NewFunction(ctx, "function-orders", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		MemoryMib:        pulumi.IntRef(8192),
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{tableOrders.WriterPolicy},
		Environment: pulumi.StringMap{
			"TABLE_ORDERS_NAME": tableOrders.Name,
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	functionReports2, err := compute.NewFunction(ctx, "function-reports2", &compute.FunctionArgs{
		Preset:                        settings.preset,
		KmsKeyArn:                     key.Arn,
		TimeoutSeconds:                pulumi.IntRef(30),
		LogRetentionDays:              pulumi.IntRef(settings.logRetentionDays),
		QueueArn:                      inboxReports2.Arn,
		QueueVisibilityTimeoutSeconds: pulumi.IntRef(180),
		QueueMaximumConcurrency:       pulumi.IntRef(3),
		SourceKmsKeyArn:               key.Arn,
		AlarmTopicArn:                 alarms.Arn,
	})
	if err != nil {
		return err
	}

	if _, err := compute.NewFunction(ctx, "function-search", &compute.FunctionArgs{
		Preset:                        settings.preset,
		KmsKeyArn:                     key.Arn,
		TimeoutSeconds:                pulumi.IntRef(30),
		LogRetentionDays:              pulumi.IntRef(settings.logRetentionDays),
		QueueArn:                      inboxSearch.Arn,
		QueueVisibilityTimeoutSeconds: pulumi.IntRef(180),
		QueueMaximumConcurrency:       pulumi.IntRef(3),
		SourceKmsKeyArn:               key.Arn,
		AlarmTopicArn:                 alarms.Arn,
	}); err != nil {
		return err
	}

	functionShippingAndReturnsEu, err := compute.NewFunction(ctx, "function-shipping-and-returns-eu", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	})
	if err != nil {
		return err
	}

	functionVeryLongNameOfAThin, err := compute.NewFunction(ctx, "function-very-long-name-of-a-thin", &compute.FunctionArgs{
		Preset:           settings.preset,
		KmsKeyArn:        key.Arn,
		TimeoutSeconds:   pulumi.IntRef(30),
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: entrance = http-gateway in dev (An HTTP API invokes functions, checks tokens and
	// throttles callers for 1 USD a million requests; a load balancer costs as much while nobody asks);
	// rest-gateway in prod (Data under hipaa, pci: a REST API can have a web application firewall and
	// traces every request, at 3.5 USD a million requests rather than 1). See
	// docs/decisions/0014-entrance.md.
	//
	// The API: it knows who calls, and lets through no more than was asked for.
	api, err := network.NewGateway(ctx, "api", &network.GatewayArgs{
		Preset:    settings.preset,
		Kind:      settings.apiKind,
		KmsKeyArn: key.Arn,
		Routes: []string{
			"ANY /billing",
			"ANY /billing/{path+}",
			"ANY /catalogue",
			"ANY /catalogue/{path+}",
			"ANY /v2",
			"ANY /v2/{path+}",
			"ANY /reports2",
			"ANY /reports2/{path+}",
			"ANY /v8",
			"ANY /v8/{path+}",
			"ANY /very-long-name-of-a-thin",
			"ANY /very-long-name-of-a-thin/{path+}",
		},
		FunctionArns: []pulumi.StringInput{
			functionBilling.AliasArn,
			functionBilling.AliasArn,
			functionCatalogue.AliasArn,
			functionCatalogue.AliasArn,
			functionNotifications.AliasArn,
			functionNotifications.AliasArn,
			functionReports2.AliasArn,
			functionReports2.AliasArn,
			functionShippingAndReturnsEu.AliasArn,
			functionShippingAndReturnsEu.AliasArn,
			functionVeryLongNameOfAThin.AliasArn,
			functionVeryLongNameOfAThin.AliasArn,
		},
		Authorization:       "iam",
		RateLimit:           pulumi.IntRef(88),
		LatencyMilliseconds: pulumi.IntRef(500),
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
	// gateway throttles them); managed in prod (Data under hipaa, pci: AWS WAF limits what one address
	// may ask and refuses the usual attacks). See docs/decisions/0016-firewall.md.
	//
	// Refuses known attacks, and addresses that ask too much, before they reach the API.
	if settings.storeKey {
		if _, err := cdn.NewFirewall(ctx, "shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"api"},
			ResourceArns:     []pulumi.StringInput{api.StageArn},
			KmsKeyArn:        key.Arn,
			LogRetentionDays: pulumi.IntRef(2192),
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
