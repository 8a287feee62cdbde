// Program tickets declares tickets (Seats, prices and sales of concert tickets) on AWS.
//
// It was written by scaffold from system.hcl and the blueprint "cqrs", and is yours: `scaffold
// check` tells when it and system.hcl part ways. What differs between environments is in
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

	// One key encrypts all that the system keeps and sends, so that one policy says who can read it.
	key, err := security.NewKey(ctx, "key", &security.KeyArgs{
		Preset:             settings.preset,
		Description:        "Everything tickets keeps and sends",
		Services:           []string{"cloudwatch", "logs", "sns"},
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

	// Decision: zones = two in dev (Two zones survive the loss of one); three in prod (99.95 % allows
	// 21m36s of downtime in 30 days; with three zones, losing one leaves two thirds of the capacity).
	// See docs/decisions/0001-zones.md.
	//
	// Decision: egress = single in dev (One NAT gateway costs a fraction of one in each zone; when its
	// zone fails, nothing can call out until it is back); per-zone in prod (A NAT gateway in each zone
	// keeps the others connected when one zone fails, as 99.95 % asks for). See
	// docs/decisions/0002-egress.md.
	//
	// Decision: logs = one-week in dev (Nobody looks for what happened in a sandbox weeks ago);
	// one-year in prod (PCI DSS 10.5.1 keeps audit logs for twelve months, and auditors of SOC 2 look
	// at a year). See docs/decisions/0005-logs.md.
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
	// audited nor revoked); key-per-store in prod (PCI: a customer-managed key for each store lets
	// access to one be audited and revoked without touching the others). See
	// docs/decisions/0004-encryption.md.
	//
	// A key for each store, so that access to one can be revoked without the others.
	var storeKeySales *security.Key
	if settings.storeKey {
		if storeKeySales, err = security.NewKey(ctx, "store-key-sales", &security.KeyArgs{
			Preset:             "production",
			Description:        "What tickets keeps in sales",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// Decision: recovery = backup-restore (What runs in a sandbox can be deployed anew, and its data
	// restored from backups). See docs/decisions/0003-recovery.md.
	//
	// Decision: database = rds (The queries at peak keep 0.3 processors of each database busy; they and
	// 64 GiB fit an instance of RDS, which promises 99.95 % with a standby and costs less than Aurora).
	// See docs/decisions/0006-database.md.
	//
	// Decision: engine = postgres (PostgreSQL has the stricter types, transactional changes of the
	// schema and the richer indexes; nothing here asks for another). See docs/decisions/0007-engine.md.
	//
	// Decision: standby = none in dev (A sandbox can wait for a restore from backup, at half the
	// price); multi-az in prod (AWS promises 99.5 % for a single database and 99.95 % with a standby
	// (https://aws.amazon.com/rds/sla/); 99.95 % are required). See docs/decisions/0008-standby.md.
	//
	// Decision: replicas = none (A sandbox has few readers). See docs/decisions/0009-replicas.md.
	//
	// Decision: pooling = direct (A sandbox has few clients). See docs/decisions/0011-pooling.md.
	//
	// A database for each relational store, which only those who use the store can reach.
	var databaseSalesKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSalesKmsKeyArn {
		databaseSalesKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		databaseSalesKmsKeyArn = storeKeySales.Arn
	}
	databaseSales, err := database.NewRelational(ctx, "database-sales", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          databaseSalesKmsKeyArn,
		DatabaseName:       "sales_db",
		StorageGib:         pulumi.IntRef(64),
		MaxStorageGib:      pulumi.IntRef(128),
		MultiAz:            pulumi.BoolRef(settings.databaseSalesMultiAz),
		ReadReplicas:       pulumi.IntRef(0),
		LogRetentionDays:   pulumi.IntRef(settings.logRetentionDays),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
		InstanceClass:      settings.databaseSalesInstanceClass,
	})
	if err != nil {
		return err
	}

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyProgramme *security.Key
	if settings.storeKey {
		if storeKeyProgramme, err = security.NewKey(ctx, "store-key-programme", &security.KeyArgs{
			Preset:             "production",
			Description:        "What tickets keeps in programme",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// Decision: table_billing = on-demand (Peaks of 10 times 400 requests per second are paid when they
	// come and need no forecast). See docs/decisions/0012-table_billing.md.
	//
	// A table for each store of items that are found by their keys.
	var tableProgrammeKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSalesKmsKeyArn {
		tableProgrammeKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		tableProgrammeKmsKeyArn = storeKeyProgramme.Arn
	}
	tableProgramme, err := database.NewTable(ctx, "table-programme", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		Billing:            "on-demand",
		KmsKeyArn:          tableProgrammeKmsKeyArn,
		TtlAttribute:       "expires",
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: entrance = load-balancer (An application load balancer leads 4 paths to long-running
	// tasks for a price that hardly grows with 4000 requests per second at peak; an API gateway is paid
	// by the request (1 USD a million), and pays off where each caller has a quota or requests are
	// few). See docs/decisions/0014-entrance.md.
	//
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

	// The front door: TLS ends here, and each path leads to its service.
	front, err := network.NewLoadBalancer(ctx, "front", &network.LoadBalancerArgs{
		Preset:                  settings.preset,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PublicSubnetIds,
		CertificateArn:          certificate.Arn,
		DomainName:              settings.domainName,
		ZoneId:                  zone.ZoneId,
		AccessLogsRetentionDays: pulumi.IntRef(settings.frontAccessLogsRetentionDays),
		DeletionProtection:      pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:           alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Longer paths come first.
	routeProgramme, err := network.NewRoute(ctx, "route-programme", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/programme",
		Priority:              30,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(250),
		AlarmTopicArn:         alarms.Arn,
	})
	if err != nil {
		return err
	}

	routeProgrammeQueries, err := network.NewRoute(ctx, "route-programme-queries", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/programme/queries",
		Priority:              10,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(250),
		AlarmTopicArn:         alarms.Arn,
	})
	if err != nil {
		return err
	}

	routeSales, err := network.NewRoute(ctx, "route-sales", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/sales",
		Priority:              40,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(250),
		AlarmTopicArn:         alarms.Arn,
	})
	if err != nil {
		return err
	}

	routeSalesQueries, err := network.NewRoute(ctx, "route-sales-queries", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/sales/queries",
		Priority:              20,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(250),
		AlarmTopicArn:         alarms.Arn,
	})
	if err != nil {
		return err
	}

	// All services share one cluster.
	cluster, err := compute.NewServiceCluster(ctx, "cluster", &compute.ServiceClusterArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
	})
	if err != nil {
		return err
	}

	// A topic for each event that services tell one another.
	eventTicketSold, err := queue.NewTopic(ctx, "event-ticket-sold", &queue.TopicArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A queue for each service that consumes events of others.
	inboxDelivery, err := queue.NewQueue(ctx, "inbox-delivery", &queue.QueueArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		TopicNames:    []string{"ticket-sold"},
		TopicArns:     []pulumi.StringInput{eventTicketSold.Arn},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: cache = none (Queries are answered from views, so that the databases take 121 writes
	// per second at peak and hardly a read). See docs/decisions/0010-cache.md.
	//
	// Decision: view = table (Queries find what they show by its key: a table answers within ten
	// milliseconds at any size, and scales with 3880 reads per second at peak by itself). See
	// docs/decisions/0017-view.md.
	//
	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-delivery", &compute.ServiceArgs{
		Preset:           settings.preset,
		ClusterArn:       cluster.Arn,
		ClusterName:      cluster.Name,
		VpcId:            vpc.VpcId,
		SubnetIds:        vpc.PrivateSubnetIds,
		KmsKeyArn:        key.Arn,
		Image:            "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:             pulumi.IntRef(8080),
		MinTasks:         pulumi.IntRef(settings.minTasks),
		MaxTasks:         pulumi.IntRef(settings.maxTasks),
		QueueName:        inboxDelivery.Name,
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{inboxDelivery.ConsumerPolicy},
		Environment: pulumi.StringMap{
			"INBOX_URL": inboxDelivery.Url,
			"PORT":      pulumi.String("8080"),
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	if _, err := compute.NewService(ctx, "service-programme", &compute.ServiceArgs{
		Preset:                  settings.preset,
		ClusterArn:              cluster.Arn,
		ClusterName:             cluster.Name,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PrivateSubnetIds,
		KmsKeyArn:               key.Arn,
		Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:                    pulumi.IntRef(8080),
		MinTasks:                pulumi.IntRef(settings.minTasks),
		MaxTasks:                pulumi.IntRef(settings.maxTasks),
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeProgramme.TargetGroupArn,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies:                []pulumi.StringInput{tableProgramme.WriterPolicy},
		Environment: pulumi.StringMap{
			"PORT":                 pulumi.String("8080"),
			"TABLE_PROGRAMME_NAME": tableProgramme.Name,
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	// What queries read, by its key.
	viewProgramme, err := database.NewTable(ctx, "view-programme", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		KmsKeyArn:          key.Arn,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-programme-queries", &compute.ServiceArgs{
		Preset:                  settings.preset,
		ClusterArn:              cluster.Arn,
		ClusterName:             cluster.Name,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PrivateSubnetIds,
		KmsKeyArn:               key.Arn,
		Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:                    pulumi.IntRef(8080),
		MinTasks:                pulumi.IntRef(settings.minTasks),
		MaxTasks:                pulumi.IntRef(settings.serviceProgrammeQueriesMaxTasks),
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeProgrammeQueries.TargetGroupArn,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies:                []pulumi.StringInput{viewProgramme.ReaderPolicy},
		Environment: pulumi.StringMap{
			"PORT":                      pulumi.String("8080"),
			"VIEW_PROGRAMME_TABLE_NAME": viewProgramme.Name,
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	// Decision: changes = outbox (Relational stores write each change into an outbox table in the same
	// transaction; the program relays it to a Kinesis stream, 1 shard for 121 writes per second at
	// peak, which keeps the order of each key). See docs/decisions/0016-changes.md.
	//
	// What was written, in order, for the projectors.
	changesSales, err := queue.NewStream(ctx, "changes-sales", &queue.StreamArgs{
		Preset:             settings.preset,
		KmsKeyArn:          key.Arn,
		MaxAgeSeconds:      pulumi.IntRef(60),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-sales", &compute.ServiceArgs{
		Preset:                  settings.preset,
		ClusterArn:              cluster.Arn,
		ClusterName:             cluster.Name,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PrivateSubnetIds,
		KmsKeyArn:               key.Arn,
		Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:                    pulumi.IntRef(8080),
		MinTasks:                pulumi.IntRef(settings.minTasks),
		MaxTasks:                pulumi.IntRef(settings.maxTasks),
		SecurityGroupIds:        pulumi.StringArray{databaseSales.ClientSecurityGroupId},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeSales.TargetGroupArn,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies: []pulumi.StringInput{
			databaseSales.WriterPolicy,
			changesSales.ProducerPolicy,
			eventTicketSold.ProducerPolicy,
		},
		Environment: pulumi.StringMap{
			"CHANGES_SALES_STREAM_ARN":    changesSales.Arn,
			"DATABASE_SALES_HOST":         databaseSales.Endpoint,
			"DATABASE_SALES_NAME":         databaseSales.DatabaseName,
			"DATABASE_SALES_PORT":         databaseSales.Port,
			"DATABASE_SALES_SECRET_ARN":   databaseSales.SecretArn,
			"EVENT_TICKET_SOLD_TOPIC_ARN": eventTicketSold.Arn,
			"PORT":                        pulumi.String("8080"),
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	// What queries read, by its key.
	viewSales, err := database.NewTable(ctx, "view-sales", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "pk:S",
		RangeKey:           "sk:S",
		KmsKeyArn:          key.Arn,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-sales-queries", &compute.ServiceArgs{
		Preset:                  settings.preset,
		ClusterArn:              cluster.Arn,
		ClusterName:             cluster.Name,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PrivateSubnetIds,
		KmsKeyArn:               key.Arn,
		Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:                    pulumi.IntRef(8080),
		MinTasks:                pulumi.IntRef(settings.minTasks),
		MaxTasks:                pulumi.IntRef(settings.serviceSalesQueriesMaxTasks),
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeSalesQueries.TargetGroupArn,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies:                []pulumi.StringInput{viewSales.ReaderPolicy},
		Environment: pulumi.StringMap{
			"PORT":                  pulumi.String("8080"),
			"VIEW_SALES_TABLE_NAME": viewSales.Name,
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	// Follows the changes of a store and keeps its view: a batch that fails is halved, and what cannot
	// be handled waits aside.
	var projectorProgrammeSourceKmsKeyArn pulumi.StringPtrInput
	if settings.databaseSalesKmsKeyArn {
		projectorProgrammeSourceKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		projectorProgrammeSourceKmsKeyArn = storeKeyProgramme.Arn
	}
	if _, err := compute.NewFunction(ctx, "projector-programme", &compute.FunctionArgs{
		Preset:          settings.preset,
		KmsKeyArn:       key.Arn,
		StreamArn:       tableProgramme.StreamArn,
		SourceKmsKeyArn: projectorProgrammeSourceKmsKeyArn,
		VpcId:           vpc.VpcId,
		SubnetIds:       vpc.PrivateSubnetIds,
		Policies:        []pulumi.StringInput{viewProgramme.WriterPolicy},
		Environment: pulumi.StringMap{
			"VIEW_TABLE_NAME": viewProgramme.Name,
		},
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	}); err != nil {
		return err
	}

	if _, err := compute.NewFunction(ctx, "projector-sales", &compute.FunctionArgs{
		Preset:          settings.preset,
		KmsKeyArn:       key.Arn,
		StreamArn:       changesSales.Arn,
		SourceKmsKeyArn: key.Arn,
		VpcId:           vpc.VpcId,
		SubnetIds:       vpc.PrivateSubnetIds,
		Policies:        []pulumi.StringInput{viewSales.WriterPolicy},
		Environment: pulumi.StringMap{
			"VIEW_TABLE_NAME": viewSales.Name,
		},
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		AlarmTopicArn:    alarms.Arn,
	}); err != nil {
		return err
	}

	// Decision: firewall = none in dev (A sandbox is not attacked for what it holds); managed in prod
	// (40000 users and data under gdpr, pci: AWS WAF limits what one address may ask and refuses the
	// usual attacks, by rules that AWS keeps up to date). See docs/decisions/0015-firewall.md.
	//
	// Refuses known attacks, and addresses that ask too much, before they reach a service.
	if settings.storeKey {
		if _, err := cdn.NewFirewall(ctx, "shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"front"},
			ResourceArns:     []pulumi.StringInput{front.Arn},
			KmsKeyArn:        key.Arn,
			LogRetentionDays: pulumi.IntRef(365),
			AlarmTopicArn:    alarms.Arn,
		}); err != nil {
			return err
		}
	}

	ctx.Export("name_servers", zone.NameServers)
	ctx.Export("alarm_topic", alarms.Arn)
	ctx.Export("url", front.Url)
	return nil
}
