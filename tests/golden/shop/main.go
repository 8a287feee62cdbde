// Program shop declares shop (Orders, payments and notifications of the web shop) on AWS.
//
// It was written by scaffold from system.hcl and the blueprint "event-driven", and is yours:
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

	// Decision: bus = topic (A topic for each of 3 kinds of events that fans out to a queue for each
	// consumer is the simplest thing that decouples). See docs/decisions/0015-bus.md.
	//
	// One key encrypts all that the system keeps and sends, so that one policy says who can read it.
	key, err := security.NewKey(ctx, "key", &security.KeyArgs{
		Preset:             settings.preset,
		Description:        "Everything shop keeps and sends",
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
	// three-months in prod (Ninety days are enough to look into an incident; personal data in logs is
	// kept no longer than its purpose takes (GDPR Article 5(1)(e))). See docs/decisions/0005-logs.md.
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

	// Decision: recovery = backup-restore (What runs in a sandbox can be deployed anew, and its data
	// restored from backups). See docs/decisions/0003-recovery.md.
	//
	// Decision: encryption = one-key (One customer-managed key for the system has one policy to review,
	// is rotated every year, and costs 1 USD a month; keys that AWS owns could neither be audited nor
	// revoked). See docs/decisions/0004-encryption.md.
	//
	// Decision: database = rds (The queries at peak keep 0.9 processors of each database busy; they and
	// 120 GiB fit an instance of RDS, which promises 99.95 % with a standby and costs less than
	// Aurora). See docs/decisions/0006-database.md.
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
	// Decision: cache = none (Readers must see what was just written (consistency = "strong"), and a
	// cache answers with what was). See docs/decisions/0010-cache.md.
	//
	// Decision: pooling = direct (A sandbox has few clients). See docs/decisions/0011-pooling.md.
	//
	// A database for each relational store, which only those who use the store can reach.
	databaseBilling, err := database.NewRelational(ctx, "database-billing", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          key.Arn,
		DatabaseName:       "billing_db",
		StorageGib:         pulumi.IntRef(120),
		MaxStorageGib:      pulumi.IntRef(240),
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

	databaseOrders, err := database.NewRelational(ctx, "database-orders", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          key.Arn,
		DatabaseName:       "orders_db",
		StorageGib:         pulumi.IntRef(120),
		MaxStorageGib:      pulumi.IntRef(240),
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

	// Decision: entrance = load-balancer (An application load balancer leads 2 paths to long-running
	// tasks for a price that hardly grows with 1000 requests per second at peak; an API gateway is paid
	// by the request (1 USD a million), and pays off where each caller has a quota or requests are
	// few). See docs/decisions/0013-entrance.md.
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
	routeBilling, err := network.NewRoute(ctx, "route-billing", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/billing",
		Priority:              10,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(300),
		AlarmTopicArn:         alarms.Arn,
	})
	if err != nil {
		return err
	}

	routeOrders, err := network.NewRoute(ctx, "route-orders", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/orders",
		Priority:              20,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(300),
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

	// Decision: delivery = unordered (No event says it is ordered, and what need not be in order has no
	// limit on throughput; consumers must be idempotent, since an event may arrive twice). See
	// docs/decisions/0016-delivery.md.
	//
	// A topic for each event: whoever publishes it does not know who listens.
	eventOrderPlaced, err := queue.NewTopic(ctx, "event-order-placed", &queue.TopicArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	eventOrderCancelled, err := queue.NewTopic(ctx, "event-order-cancelled", &queue.TopicArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A queue for each consumer, so that a slow one delays nobody else and a failed message waits for a
	// second look.
	inboxBilling, err := queue.NewQueue(ctx, "inbox-billing", &queue.QueueArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		TopicNames:    []string{"order-placed", "order-cancelled"},
		TopicArns:     []pulumi.StringInput{eventOrderPlaced.Arn, eventOrderCancelled.Arn},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A topic for each event: whoever publishes it does not know who listens.
	eventPaymentSettled, err := queue.NewTopic(ctx, "event-payment-settled", &queue.TopicArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: idempotency = table (notifications keeps no relational store to note in one transaction
	// what was handled: a table notes the ids of events, and forgets them after a while). See
	// docs/decisions/0017-idempotency.md.
	//
	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	serviceBilling, err := compute.NewService(ctx, "service-billing", &compute.ServiceArgs{
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
		SecurityGroupIds:        pulumi.StringArray{databaseBilling.ClientSecurityGroupId},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeBilling.TargetGroupArn,
		NamespaceArn:            cluster.NamespaceArn,
		DiscoveryName:           "billing",
		QueueName:               inboxBilling.Name,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies: []pulumi.StringInput{
			databaseBilling.WriterPolicy,
			eventPaymentSettled.ProducerPolicy,
			inboxBilling.ConsumerPolicy,
		},
		Environment: pulumi.StringMap{
			"DATABASE_BILLING_HOST":           databaseBilling.Endpoint,
			"DATABASE_BILLING_NAME":           databaseBilling.DatabaseName,
			"DATABASE_BILLING_PORT":           databaseBilling.Port,
			"DATABASE_BILLING_SECRET_ARN":     databaseBilling.SecretArn,
			"EVENT_PAYMENT_SETTLED_TOPIC_ARN": eventPaymentSettled.Arn,
			"INBOX_URL":                       inboxBilling.Url,
			"PORT":                            pulumi.String("8080"),
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// A queue for each consumer, so that a slow one delays nobody else and a failed message waits for a
	// second look.
	inboxNotifications, err := queue.NewQueue(ctx, "inbox-notifications", &queue.QueueArgs{
		Preset:     settings.preset,
		KmsKeyArn:  key.Arn,
		TopicNames: []string{"order-placed", "order-cancelled", "payment-settled"},
		TopicArns: []pulumi.StringInput{
			eventOrderPlaced.Arn,
			eventOrderCancelled.Arn,
			eventPaymentSettled.Arn,
		},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// The ids of events that a consumer has handled, until they cannot come again.
	handledNotifications, err := database.NewTable(ctx, "handled-notifications", &database.TableArgs{
		Preset:             settings.preset,
		HashKey:            "id:S",
		KmsKeyArn:          key.Arn,
		TtlAttribute:       "expires",
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-notifications", &compute.ServiceArgs{
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
		NamespaceArn:     cluster.NamespaceArn,
		DiscoveryName:    "notifications",
		QueueName:        inboxNotifications.Name,
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies: []pulumi.StringInput{
			inboxNotifications.ConsumerPolicy,
			handledNotifications.WriterPolicy,
		},
		Environment: pulumi.StringMap{
			"HANDLED_TABLE_NAME": handledNotifications.Name,
			"INBOX_URL":          inboxNotifications.Url,
			"PORT":               pulumi.String("8080"),
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	// A queue for each consumer, so that a slow one delays nobody else and a failed message waits for a
	// second look.
	inboxOrders, err := queue.NewQueue(ctx, "inbox-orders", &queue.QueueArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		TopicNames:    []string{"payment-settled"},
		TopicArns:     []pulumi.StringInput{eventPaymentSettled.Arn},
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	if _, err := compute.NewService(ctx, "service-orders", &compute.ServiceArgs{
		Preset:      settings.preset,
		ClusterArn:  cluster.Arn,
		ClusterName: cluster.Name,
		VpcId:       vpc.VpcId,
		SubnetIds:   vpc.PrivateSubnetIds,
		KmsKeyArn:   key.Arn,
		Image:       "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:        pulumi.IntRef(8080),
		MinTasks:    pulumi.IntRef(settings.minTasks),
		MaxTasks:    pulumi.IntRef(settings.maxTasks),
		SecurityGroupIds: pulumi.StringArray{
			databaseOrders.ClientSecurityGroupId,
			serviceBilling.ClientSecurityGroupId,
		},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeOrders.TargetGroupArn,
		NamespaceArn:            cluster.NamespaceArn,
		DiscoveryName:           "orders",
		QueueName:               inboxOrders.Name,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies: []pulumi.StringInput{
			databaseOrders.WriterPolicy,
			eventOrderPlaced.ProducerPolicy,
			eventOrderCancelled.ProducerPolicy,
			inboxOrders.ConsumerPolicy,
		},
		Environment: pulumi.StringMap{
			"DATABASE_ORDERS_HOST":            databaseOrders.Endpoint,
			"DATABASE_ORDERS_NAME":            databaseOrders.DatabaseName,
			"DATABASE_ORDERS_PORT":            databaseOrders.Port,
			"DATABASE_ORDERS_SECRET_ARN":      databaseOrders.SecretArn,
			"EVENT_ORDER_CANCELLED_TOPIC_ARN": eventOrderCancelled.Arn,
			"EVENT_ORDER_PLACED_TOPIC_ARN":    eventOrderPlaced.Arn,
			"INBOX_URL":                       inboxOrders.Url,
			"PORT":                            pulumi.String("8080"),
			"SERVICE_BILLING_URL":             serviceBilling.Url,
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	// Decision: firewall = none in dev (A sandbox is not attacked for what it holds); managed in prod
	// (5000 users and data under gdpr: AWS WAF limits what one address may ask and refuses the usual
	// attacks, by rules that AWS keeps up to date). See docs/decisions/0014-firewall.md.
	//
	// Refuses known attacks, and addresses that ask too much, before they reach a service.
	if settings.shield {
		if _, err := cdn.NewFirewall(ctx, "shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"front"},
			ResourceArns:     []pulumi.StringInput{front.Arn},
			KmsKeyArn:        key.Arn,
			LogRetentionDays: pulumi.IntRef(90),
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
