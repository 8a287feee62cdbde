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
	// 22 minutes of downtime in 30 days; with three zones, losing one leaves two thirds of the
	// capacity). See docs/decisions/0002-zones.md.
	//
	// Decision: egress = single in dev (One NAT gateway costs a third of three; when its zone fails,
	// services cannot call out until it is back); per-zone in prod (A NAT gateway in each zone keeps
	// the others connected when one zone fails, as 99.95 % asks for). See
	// docs/decisions/0003-egress.md.
	//
	// Load balancers in public subnets, services in private ones, databases where nothing leads out.
	vpc, err := network.NewNetwork(ctx, "vpc", &network.NetworkArgs{
		Preset:            settings.preset,
		AvailabilityZones: pulumi.IntRef(settings.vpcAvailabilityZones),
		Nat:               settings.vpcNat,
		KmsKeyArn:         key.Arn,
	})
	if err != nil {
		return err
	}

	// The zone of the domain under which users reach the services.
	zone, err := network.NewDNS(ctx, "zone", &network.DNSArgs{
		Preset:             settings.preset,
		DomainName:         settings.domainName,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
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

	// The front door: TLS ends here, and each path leads to its service.
	front, err := network.NewLoadBalancer(ctx, "front", &network.LoadBalancerArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.PublicSubnetIds,
		CertificateArn:     certificate.Arn,
		DomainName:         settings.domainName,
		ZoneId:             zone.ZoneId,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
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

	// Decision: standby = none in dev (A restore from backup is good enough here, at half the price);
	// multi-az in prod (AWS promises 99.5 % for a single database and 99.95 % with a standby
	// (https://aws.amazon.com/rds/sla/); 99.95 % are required). See docs/decisions/0004-standby.md.
	//
	// Decision: replicas = none in dev (Reads do not justify a second instance); one in prod (85 % of
	// 4000 requests per second at peak are reads, which a replica takes off the primary; replicas lag,
	// so what was just written is read from the primary). See docs/decisions/0005-replicas.md.
	//
	// A database for each store, which only the services that use the store can reach.
	databaseBilling, err := database.NewRelational(ctx, "database-billing", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          key.Arn,
		DatabaseName:       "billing_db",
		StorageGib:         pulumi.IntRef(120),
		MaxStorageGib:      pulumi.IntRef(240),
		MultiAz:            pulumi.BoolRef(settings.multiAz),
		ReadReplicas:       pulumi.IntRef(settings.readReplicas),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
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
		ReadReplicas:       pulumi.IntRef(settings.readReplicas),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: delivery = unordered (No event says it is ordered, and standard topics and queues have
	// no limit on throughput; consumers must be idempotent, since a message may arrive twice). See
	// docs/decisions/0001-delivery.md.
	//
	// A topic for each event: whoever publishes it does not know who listens.
	eventOrderCancelled, err := queue.NewTopic(ctx, "event-order-cancelled", &queue.TopicArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	eventOrderPlaced, err := queue.NewTopic(ctx, "event-order-placed", &queue.TopicArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	eventPaymentSettled, err := queue.NewTopic(ctx, "event-payment-settled", &queue.TopicArgs{
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

	// All services share one cluster.
	cluster, err := compute.NewServiceCluster(ctx, "cluster", &compute.ServiceClusterArgs{
		Preset:    settings.preset,
		KmsKeyArn: key.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, and on the backlog of its queue, with permissions
	// for what it uses and nothing else.
	serviceBilling, err := compute.NewService(ctx, "service-billing", &compute.ServiceArgs{
		Preset:                  settings.preset,
		ClusterArn:              cluster.Arn,
		ClusterName:             cluster.Name,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PrivateSubnetIds,
		KmsKeyArn:               key.Arn,
		Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:                    pulumi.IntRef(8080),
		SecurityGroupIds:        pulumi.StringArray{databaseBilling.ClientSecurityGroupId},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeBilling.TargetGroupArn,
		NamespaceArn:            cluster.NamespaceArn,
		DiscoveryName:           "billing",
		QueueName:               inboxBilling.Name,
		Policies: []pulumi.StringInput{
			databaseBilling.WriterPolicy,
			eventPaymentSettled.ProducerPolicy,
			inboxBilling.ConsumerPolicy,
		},
		Environment: pulumi.StringMap{
			"DATABASE_BILLING_HOST":           databaseBilling.Endpoint,
			"DATABASE_BILLING_NAME":           databaseBilling.DatabaseName,
			"DATABASE_BILLING_PORT":           databaseBilling.Port,
			"DATABASE_BILLING_READER_HOST":    databaseBilling.ReaderEndpoint,
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

	if _, err := compute.NewService(ctx, "service-notifications", &compute.ServiceArgs{
		Preset:        settings.preset,
		ClusterArn:    cluster.Arn,
		ClusterName:   cluster.Name,
		VpcId:         vpc.VpcId,
		SubnetIds:     vpc.PrivateSubnetIds,
		KmsKeyArn:     key.Arn,
		Image:         "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:          pulumi.IntRef(8080),
		NamespaceArn:  cluster.NamespaceArn,
		DiscoveryName: "notifications",
		QueueName:     inboxNotifications.Name,
		Policies:      []pulumi.StringInput{inboxNotifications.ConsumerPolicy},
		Environment: pulumi.StringMap{
			"INBOX_URL": inboxNotifications.Url,
			"PORT":      pulumi.String("8080"),
		},
		AlarmTopicArn: alarms.Arn,
	}); err != nil {
		return err
	}

	if _, err := compute.NewService(ctx, "service-orders", &compute.ServiceArgs{
		Preset:      settings.preset,
		ClusterArn:  cluster.Arn,
		ClusterName: cluster.Name,
		VpcId:       vpc.VpcId,
		SubnetIds:   vpc.PrivateSubnetIds,
		KmsKeyArn:   key.Arn,
		Image:       "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:        pulumi.IntRef(8080),
		SecurityGroupIds: pulumi.StringArray{
			databaseOrders.ClientSecurityGroupId,
			serviceBilling.ClientSecurityGroupId,
		},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeOrders.TargetGroupArn,
		NamespaceArn:            cluster.NamespaceArn,
		DiscoveryName:           "orders",
		QueueName:               inboxOrders.Name,
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
			"DATABASE_ORDERS_READER_HOST":     databaseOrders.ReaderEndpoint,
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

	ctx.Export("url", front.Url)
	ctx.Export("name_servers", zone.NameServers)
	ctx.Export("alarm_topic", alarms.Arn)
	return nil
}
