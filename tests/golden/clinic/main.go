// Program clinic declares clinic (Appointments, patient records and billing of a group of clinics)
// on AWS.
//
// It was written by scaffold from system.hcl and the blueprint "microservices", and is yours:
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
	"github.com/archimperative/scaffold/components/storage"
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
		Description:        "Everything clinic keeps and sends",
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
	// audited nor revoked); key-per-store in prod (HIPAA: a customer-managed key for each store lets
	// access to one be audited and revoked without touching the others). See
	// docs/decisions/0004-encryption.md.
	//
	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyAppointments *security.Key
	if settings.storeKey {
		if storeKeyAppointments, err = security.NewKey(ctx, "store-key-appointments", &security.KeyArgs{
			Preset:             "production",
			Description:        "What clinic keeps in appointments",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// Decision: recovery = backup-restore (What runs in a sandbox can be deployed anew, and its data
	// restored from backups). See docs/decisions/0003-recovery.md.
	//
	// Decision: database = rds (The queries at peak keep 0.2 processors of each database busy; they and
	// 120 GiB fit an instance of RDS, which promises 99.95 % with a standby and costs less than
	// Aurora). See docs/decisions/0006-database.md.
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
	var databaseAppointmentsKmsKeyArn pulumi.StringPtrInput
	if settings.databaseAppointmentsKmsKeyArn {
		databaseAppointmentsKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		databaseAppointmentsKmsKeyArn = storeKeyAppointments.Arn
	}
	databaseAppointments, err := database.NewRelational(ctx, "database-appointments", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          databaseAppointmentsKmsKeyArn,
		DatabaseName:       "appointments_db",
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

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyBilling *security.Key
	if settings.storeKey {
		if storeKeyBilling, err = security.NewKey(ctx, "store-key-billing", &security.KeyArgs{
			Preset:             "production",
			Description:        "What clinic keeps in billing",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// A database for each relational store, which only those who use the store can reach.
	var databaseBillingKmsKeyArn pulumi.StringPtrInput
	if settings.databaseAppointmentsKmsKeyArn {
		databaseBillingKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		databaseBillingKmsKeyArn = storeKeyBilling.Arn
	}
	databaseBilling, err := database.NewRelational(ctx, "database-billing", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          databaseBillingKmsKeyArn,
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

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyRecords *security.Key
	if settings.storeKey {
		if storeKeyRecords, err = security.NewKey(ctx, "store-key-records", &security.KeyArgs{
			Preset:             "production",
			Description:        "What clinic keeps in records",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// A database for each relational store, which only those who use the store can reach.
	var databaseRecordsKmsKeyArn pulumi.StringPtrInput
	if settings.databaseAppointmentsKmsKeyArn {
		databaseRecordsKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		databaseRecordsKmsKeyArn = storeKeyRecords.Arn
	}
	databaseRecords, err := database.NewRelational(ctx, "database-records", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          databaseRecordsKmsKeyArn,
		DatabaseName:       "records_db",
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

	// A key for each store, so that access to one can be revoked without the others.
	var storeKeyImages *security.Key
	if settings.storeKey {
		if storeKeyImages, err = security.NewKey(ctx, "store-key-images", &security.KeyArgs{
			Preset:             "production",
			Description:        "What clinic keeps in images",
			Services:           []string{"logs"},
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// A bucket for each store of files.
	var bucketImagesKmsKeyArn pulumi.StringPtrInput
	if settings.databaseAppointmentsKmsKeyArn {
		bucketImagesKmsKeyArn = key.Arn
	}
	if settings.storeKey {
		bucketImagesKmsKeyArn = storeKeyImages.Arn
	}
	bucketImages, err := storage.NewBucket(ctx, "bucket-images", &storage.BucketArgs{
		Preset:             settings.preset,
		KmsKeyArn:          bucketImagesKmsKeyArn,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: entrance = load-balancer (An application load balancer leads 2 paths to long-running
	// tasks for a price that hardly grows with 240 requests per second at peak; an API gateway is paid
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

	// Decision: transport = none in dev (A sandbox is not worth a certificate authority); tls in prod
	// (Service Connect encrypts what services say to one another, with certificates of a private
	// authority that live for days and renew themselves (50 USD a month)). See
	// docs/decisions/0016-transport.md.
	//
	// With TLS the load balancer encrypts what it hands on, too: services take nothing in plain.
	routeAppointments, err := network.NewRoute(ctx, "route-appointments", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/appointments",
		Priority:              10,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(500),
		AlarmTopicArn:         alarms.Arn,
		TargetTls:             settings.targetTls,
	})
	if err != nil {
		return err
	}

	routeBilling, err := network.NewRoute(ctx, "route-billing", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/billing",
		Priority:              20,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/",
		LatencyMilliseconds:   pulumi.IntRef(500),
		AlarmTopicArn:         alarms.Arn,
		TargetTls:             settings.targetTls,
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

	// Signs the certificates by which services know one another.
	var authority *security.CertificateAuthority
	if settings.storeKey {
		if authority, err = security.NewCertificateAuthority(ctx, "authority", &security.CertificateAuthorityArgs{
			Preset:             "production",
			DeletionProtection: pulumi.BoolRef(true),
		}); err != nil {
			return err
		}
	}

	// Decision: calls = direct (Callers need the answer (consistency = "strong"): they find records by
	// name through Service Connect, which retries and balances). See docs/decisions/0015-calls.md.
	//
	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	var serviceRecordsCertificateAuthorityArn pulumi.StringPtrInput
	if settings.storeKey {
		serviceRecordsCertificateAuthorityArn = authority.Arn
	}
	serviceRecords, err := compute.NewService(ctx, "service-records", &compute.ServiceArgs{
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
		SecurityGroupIds: pulumi.StringArray{databaseRecords.ClientSecurityGroupId},
		NamespaceArn:     cluster.NamespaceArn,
		DiscoveryName:    "records",
		LogRetentionDays: pulumi.IntRef(settings.logRetentionDays),
		Policies:         []pulumi.StringInput{databaseRecords.WriterPolicy, bucketImages.WriterPolicy},
		Environment: pulumi.StringMap{
			"BUCKET_IMAGES_NAME":          bucketImages.Name,
			"DATABASE_RECORDS_HOST":       databaseRecords.Endpoint,
			"DATABASE_RECORDS_NAME":       databaseRecords.DatabaseName,
			"DATABASE_RECORDS_PORT":       databaseRecords.Port,
			"DATABASE_RECORDS_SECRET_ARN": databaseRecords.SecretArn,
			"PORT":                        pulumi.String("8080"),
		},
		AlarmTopicArn:           alarms.Arn,
		CertificateAuthorityArn: serviceRecordsCertificateAuthorityArn,
	})
	if err != nil {
		return err
	}

	// Decision: delivery = unordered (No event says it is ordered, and what need not be in order has no
	// limit on throughput; a message may arrive twice). See docs/decisions/0017-delivery.md.
	//
	// A queue for each service that works off messages: events it consumes, and calls that may wait.
	inboxBilling, err := queue.NewQueue(ctx, "inbox-billing", &queue.QueueArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	var serviceAppointmentsCertificateAuthorityArn pulumi.StringPtrInput
	if settings.storeKey {
		serviceAppointmentsCertificateAuthorityArn = authority.Arn
	}
	if _, err := compute.NewService(ctx, "service-appointments", &compute.ServiceArgs{
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
			databaseAppointments.ClientSecurityGroupId,
			serviceRecords.ClientSecurityGroupId,
		},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeAppointments.TargetGroupArn,
		NamespaceArn:            cluster.NamespaceArn,
		DiscoveryName:           "appointments",
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies: []pulumi.StringInput{
			databaseAppointments.WriterPolicy,
			inboxBilling.ProducerPolicy,
		},
		Environment: pulumi.StringMap{
			"DATABASE_APPOINTMENTS_HOST":        databaseAppointments.Endpoint,
			"DATABASE_APPOINTMENTS_NAME":        databaseAppointments.DatabaseName,
			"DATABASE_APPOINTMENTS_PORT":        databaseAppointments.Port,
			"DATABASE_APPOINTMENTS_SECRET_ARN":  databaseAppointments.SecretArn,
			"EVENT_APPOINTMENT_KEPT_QUEUE_URLS": inboxBilling.Url,
			"PORT":                              pulumi.String("8080"),
			"SERVICE_RECORDS_URL":               serviceRecords.Url,
		},
		AlarmTopicArn:           alarms.Arn,
		CertificateAuthorityArn: serviceAppointmentsCertificateAuthorityArn,
	}); err != nil {
		return err
	}

	var serviceBillingCertificateAuthorityArn pulumi.StringPtrInput
	if settings.storeKey {
		serviceBillingCertificateAuthorityArn = authority.Arn
	}
	if _, err := compute.NewService(ctx, "service-billing", &compute.ServiceArgs{
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
			databaseBilling.ClientSecurityGroupId,
			serviceRecords.ClientSecurityGroupId,
		},
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeBilling.TargetGroupArn,
		NamespaceArn:            cluster.NamespaceArn,
		DiscoveryName:           "billing",
		QueueName:               inboxBilling.Name,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies:                []pulumi.StringInput{databaseBilling.WriterPolicy, inboxBilling.ConsumerPolicy},
		Environment: pulumi.StringMap{
			"DATABASE_BILLING_HOST":       databaseBilling.Endpoint,
			"DATABASE_BILLING_NAME":       databaseBilling.DatabaseName,
			"DATABASE_BILLING_PORT":       databaseBilling.Port,
			"DATABASE_BILLING_SECRET_ARN": databaseBilling.SecretArn,
			"INBOX_URL":                   inboxBilling.Url,
			"PORT":                        pulumi.String("8080"),
			"SERVICE_RECORDS_URL":         serviceRecords.Url,
		},
		AlarmTopicArn:           alarms.Arn,
		CertificateAuthorityArn: serviceBillingCertificateAuthorityArn,
	}); err != nil {
		return err
	}

	// Decision: firewall = none in dev (A sandbox is not attacked for what it holds); managed in prod
	// (2500 users and data under hipaa: AWS WAF limits what one address may ask and refuses the usual
	// attacks, by rules that AWS keeps up to date). See docs/decisions/0014-firewall.md.
	//
	// Refuses known attacks, and addresses that ask too much, before they reach a service.
	if settings.storeKey {
		if _, err := cdn.NewFirewall(ctx, "shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"front"},
			ResourceArns:     []pulumi.StringInput{front.Arn},
			KmsKeyArn:        key.Arn,
			LogRetentionDays: pulumi.IntRef(2192),
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
