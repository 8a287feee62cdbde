// Program magazine declares magazine (Articles, comments and subscriptions of a weekly magazine) on
// AWS.
//
// It was written by scaffold from system.hcl and the blueprint "monolith", and is yours: `scaffold
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
	"github.com/archimperative/scaffold/components/storage"
	"github.com/archimperative/scaffold/region"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(deploy) }

// deploy declares all resources. The tests run it too.
func deploy(ctx *pulumi.Context) error {
	settings, err := readSettings(ctx)
	if err != nil {
		return err
	}

	// Regions beside the stack's own: what is made with one of these options is there.
	var inEuWest1 pulumi.ResourceOption
	if settings.standbyKey {
		if inEuWest1, err = region.In(ctx, "eu-west-1"); err != nil {
			return err
		}
	}
	var inUsEast1 pulumi.ResourceOption
	if settings.standbyKey {
		if inUsEast1, err = region.In(ctx, "us-east-1"); err != nil {
			return err
		}
	}

	// One key encrypts all that the system keeps and sends, so that one policy says who can read it.
	key, err := security.NewKey(ctx, "key", &security.KeyArgs{
		Preset:             settings.preset,
		Description:        "Everything magazine keeps and sends",
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

	// Decision: recovery = backup-restore in dev (What runs in a sandbox can be deployed anew, and its
	// data restored from backups); warm-standby in prod (eu-west-1 keeps a copy of the data, at most 1m
	// behind, and runs a small copy of the program; DNS leads there by itself within 5m, as rto = 15m
	// asks for). See docs/decisions/0003-recovery.md.
	//
	// Decision: encryption = one-key (One customer-managed key for the system has one policy to review,
	// is rotated every year, and costs 1 USD a month; keys that AWS owns could neither be audited nor
	// revoked). See docs/decisions/0004-encryption.md.
	//
	// Decision: database = rds (The queries at peak keep 1.7 processors of each database busy; they and
	// 42 GiB fit an instance of RDS, which promises 99.95 % with a standby and costs less than Aurora).
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
	// Decision: cache = none (A sandbox has few readers). See docs/decisions/0010-cache.md.
	//
	// Decision: pooling = direct (A sandbox has few clients). See docs/decisions/0011-pooling.md.
	//
	// A database for each relational store, which only those who use the store can reach.
	databaseArticles, err := database.NewRelational(ctx, "database-articles", &database.RelationalArgs{
		Preset:             settings.preset,
		VpcId:              vpc.VpcId,
		SubnetIds:          vpc.IsolatedSubnetIds,
		KmsKeyArn:          key.Arn,
		DatabaseName:       "articles_db",
		StorageGib:         pulumi.IntRef(42),
		MaxStorageGib:      pulumi.IntRef(84),
		MultiAz:            pulumi.BoolRef(settings.databaseArticlesMultiAz),
		ReadReplicas:       pulumi.IntRef(settings.databaseArticlesReadReplicas),
		LogRetentionDays:   pulumi.IntRef(settings.logRetentionDays),
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
		InstanceClass:      settings.databaseArticlesInstanceClass,
	})
	if err != nil {
		return err
	}

	// The second region has a key and alarms of its own, so that it depends on nothing in the first.
	var standbyKey *security.Key
	if settings.standbyKey {
		if standbyKey, err = security.NewKey(ctx, "standby-key", &security.KeyArgs{
			Preset:             "production",
			Description:        "The copies that magazine keeps in eu-west-1",
			Services:           []string{"cloudwatch", "logs", "sns"},
			DeletionProtection: pulumi.BoolRef(true),
		}, inEuWest1); err != nil {
			return err
		}
	}

	// Alarms of the second region.
	var standbyAlarms *observability.AlarmTopic
	if settings.standbyKey {
		if standbyAlarms, err = observability.NewAlarmTopic(ctx, "standby-alarms", &observability.AlarmTopicArgs{
			Preset:    "production",
			KmsKeyArn: standbyKey.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// A copy of each bucket in the second region.
	var bucketCopyPictures *storage.Bucket
	if settings.standbyKey {
		if bucketCopyPictures, err = storage.NewBucket(ctx, "bucket-copy-pictures", &storage.BucketArgs{
			Preset:             "production",
			KmsKeyArn:          standbyKey.Arn,
			DeletionProtection: pulumi.BoolRef(true),
			AlarmTopicArn:      standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// A bucket for each store of files.
	var bucketPicturesReplicaBucketArn pulumi.StringPtrInput
	if settings.standbyKey {
		bucketPicturesReplicaBucketArn = bucketCopyPictures.Arn
	}
	var bucketPicturesReplicaKmsKeyArn pulumi.StringPtrInput
	if settings.standbyKey {
		bucketPicturesReplicaKmsKeyArn = standbyKey.Arn
	}
	bucketPictures, err := storage.NewBucket(ctx, "bucket-pictures", &storage.BucketArgs{
		Preset:             settings.preset,
		KmsKeyArn:          key.Arn,
		DeletionProtection: pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:      alarms.Arn,
		ReplicaBucketArn:   bucketPicturesReplicaBucketArn,
		ReplicaKmsKeyArn:   bucketPicturesReplicaKmsKeyArn,
	})
	if err != nil {
		return err
	}

	// Decision: entrance = load-balancer (An application load balancer leads 1 path to long-running
	// tasks for a price that hardly grows with 960 requests per second at peak; an API gateway is paid
	// by the request (1 USD a million), and pays off where each caller has a quota or requests are
	// few). See docs/decisions/0013-entrance.md.
	//
	// Decision: cdn = none in dev (A sandbox is near its few users); cdn in prod (15000 users load
	// pages and files: an edge near them ends TLS and answers what never changes, absorbs floods, and
	// shows a page that says so while the program cannot answer). See docs/decisions/0015-cdn.md.
	//
	// TLS for the name the CDN asks, and for the domain itself where there is no CDN.
	certificate, err := cdn.NewCertificate(ctx, "certificate", &cdn.CertificateArgs{
		Preset:           settings.preset,
		DomainName:       settings.domainName,
		ZoneId:           zone.ZoneId,
		AlarmTopicArn:    alarms.Arn,
		AlternativeNames: settings.certificateAlternativeNames,
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
		DomainName:              settings.frontDomainName,
		ZoneId:                  zone.ZoneId,
		AccessLogsRetentionDays: pulumi.IntRef(settings.frontAccessLogsRetentionDays),
		DeletionProtection:      pulumi.BoolRef(settings.deletionProtection),
		AlarmTopicArn:           alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Longer paths come first.
	routeMagazine, err := network.NewRoute(ctx, "route-magazine", &network.RouteArgs{
		Preset:                settings.preset,
		VpcId:                 vpc.VpcId,
		ListenerArn:           front.ListenerArn,
		LoadBalancerArnSuffix: front.ArnSuffix,
		Path:                  "/",
		Priority:              10,
		Port:                  pulumi.IntRef(8080),
		HealthPath:            "/health",
		LatencyMilliseconds:   pulumi.IntRef(401),
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

	// Decision: background = queue (1 kind of events is handled by other modules: a queue keeps what is
	// to be done when a task stops, and the program works it off between requests). See
	// docs/decisions/0017-background.md.
	//
	// What the modules leave for one another to do.
	jobs, err := queue.NewQueue(ctx, "jobs", &queue.QueueArgs{
		Preset:        settings.preset,
		KmsKeyArn:     key.Arn,
		AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return err
	}

	// Decision: sessions = table in dev (15000 sessions in a DynamoDB table that forgets them by itself
	// cost next to nothing, and survive everything); cache in prod (15000 sessions are read with every
	// request: Valkey answers within a millisecond). See docs/decisions/0016-sessions.md.
	//
	// Sessions of users.
	var sessions *database.Table
	if settings.sessions {
		if sessions, err = database.NewTable(ctx, "sessions", &database.TableArgs{
			Preset:             "sandbox",
			HashKey:            "id:S",
			KmsKeyArn:          key.Arn,
			TtlAttribute:       "expires",
			DeletionProtection: pulumi.BoolRef(false),
			AlarmTopicArn:      alarms.Arn,
		}); err != nil {
			return err
		}
	}

	// Sessions of users.
	var sessionCache *database.Cache
	if settings.standbyKey {
		if sessionCache, err = database.NewCache(ctx, "session-cache", &database.CacheArgs{
			Preset:             "production",
			VpcId:              vpc.VpcId,
			SubnetIds:          vpc.IsolatedSubnetIds,
			KmsKeyArn:          key.Arn,
			EvictionPolicy:     "volatile-lru",
			LogRetentionDays:   pulumi.IntRef(90),
			DeletionProtection: pulumi.BoolRef(true),
			AlarmTopicArn:      alarms.Arn,
		}); err != nil {
			return err
		}
	}

	// Each service in containers that scale on load, with permissions for what it uses and nothing
	// else.
	serviceMagazineSecurityGroupIds := pulumi.StringArray{databaseArticles.ClientSecurityGroupId}
	if settings.standbyKey {
		serviceMagazineSecurityGroupIds = append(serviceMagazineSecurityGroupIds, sessionCache.ClientSecurityGroupId)
	}
	serviceMagazinePolicies := []pulumi.StringInput{databaseArticles.WriterPolicy, bucketPictures.WriterPolicy}
	if settings.standbyKey {
		serviceMagazinePolicies = append(serviceMagazinePolicies, sessionCache.ConnectPolicy)
	}
	if settings.sessions {
		serviceMagazinePolicies = append(serviceMagazinePolicies, sessions.WriterPolicy)
	}
	serviceMagazinePolicies = append(serviceMagazinePolicies, jobs.ProducerPolicy)
	serviceMagazinePolicies = append(serviceMagazinePolicies, jobs.ConsumerPolicy)
	serviceMagazineEnvironment := pulumi.StringMap{
		"BUCKET_PICTURES_NAME":         bucketPictures.Name,
		"DATABASE_ARTICLES_HOST":       databaseArticles.Endpoint,
		"DATABASE_ARTICLES_NAME":       databaseArticles.DatabaseName,
		"DATABASE_ARTICLES_PORT":       databaseArticles.Port,
		"DATABASE_ARTICLES_SECRET_ARN": databaseArticles.SecretArn,
		"JOBS_URL":                     jobs.Url,
		"PORT":                         pulumi.String("8080"),
	}
	if settings.standbyKey {
		serviceMagazineEnvironment["SESSIONS_CACHE_HOST"] = sessionCache.Endpoint
	}
	if settings.standbyKey {
		serviceMagazineEnvironment["SESSIONS_CACHE_NAME"] = sessionCache.CacheName
	}
	if settings.standbyKey {
		serviceMagazineEnvironment["SESSIONS_CACHE_PORT"] = sessionCache.Port
	}
	if settings.standbyKey {
		serviceMagazineEnvironment["SESSIONS_CACHE_USER"] = sessionCache.UserName
	}
	if settings.sessions {
		serviceMagazineEnvironment["SESSIONS_TABLE_NAME"] = sessions.Name
	}
	if _, err := compute.NewService(ctx, "service-magazine", &compute.ServiceArgs{
		Preset:                  settings.preset,
		ClusterArn:              cluster.Arn,
		ClusterName:             cluster.Name,
		VpcId:                   vpc.VpcId,
		SubnetIds:               vpc.PrivateSubnetIds,
		KmsKeyArn:               key.Arn,
		Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
		Port:                    pulumi.IntRef(8080),
		MinTasks:                pulumi.IntRef(settings.serviceMagazineMinTasks),
		MaxTasks:                pulumi.IntRef(settings.serviceMagazineMaxTasks),
		SecurityGroupIds:        serviceMagazineSecurityGroupIds,
		IngressSecurityGroupIds: []pulumi.StringInput{front.SecurityGroupId},
		TargetGroupArn:          routeMagazine.TargetGroupArn,
		QueueName:               jobs.Name,
		LogRetentionDays:        pulumi.IntRef(settings.logRetentionDays),
		Policies:                serviceMagazinePolicies,
		Environment:             serviceMagazineEnvironment,
		AlarmTopicArn:           alarms.Arn,
	}); err != nil {
		return err
	}

	// The network that the copies of databases are in, and the program when it comes.
	var standbyVpc *network.Network
	if settings.standbyKey {
		if standbyVpc, err = network.NewNetwork(ctx, "standby-vpc", &network.NetworkArgs{
			Preset:                "production",
			Cidr:                  "10.1.0.0/16",
			AvailabilityZones:     pulumi.IntRef(2),
			Nat:                   "single",
			FlowLogsRetentionDays: pulumi.IntRef(90),
			KmsKeyArn:             standbyKey.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// A copy of each database in the second region, to be promoted when the first is lost.
	var copyArticles *database.Replica
	if settings.standbyKey {
		if copyArticles, err = database.NewReplica(ctx, "copy-articles", &database.ReplicaArgs{
			Preset:             "production",
			VpcId:              standbyVpc.VpcId,
			SubnetIds:          standbyVpc.IsolatedSubnetIds,
			SourceArn:          databaseArticles.InstanceArn,
			KmsKeyArn:          standbyKey.Arn,
			InstanceClass:      "db.m7g.large",
			StorageGib:         pulumi.IntRef(42),
			MaxStorageGib:      pulumi.IntRef(84),
			LogRetentionDays:   pulumi.IntRef(90),
			DeletionProtection: pulumi.BoolRef(true),
			AlarmTopicArn:      standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// Decision: firewall = none in dev (A sandbox is not attacked for what it holds); managed in prod
	// (15000 users and data under gdpr: AWS WAF limits what one address may ask and refuses the usual
	// attacks, by rules that AWS keeps up to date). See docs/decisions/0014-firewall.md.
	//
	// Whoever asks a load balancer by its own name goes round the edge, so a firewall stands here too.
	// CloudFront asks for all users with few addresses: the limit for each address is the edge's.
	if settings.standbyKey {
		if _, err := cdn.NewFirewall(ctx, "shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"front"},
			ResourceArns:     []pulumi.StringInput{front.Arn},
			KmsKeyArn:        key.Arn,
			LogRetentionDays: pulumi.IntRef(90),
			AlarmTopicArn:    alarms.Arn,
			RequestsPerIp:    pulumi.IntRef(2000000000),
		}); err != nil {
			return err
		}
	}

	// What belongs to CloudFront is in us-east-1: its key, its alarms, its certificate, its firewall.
	var edgeKey *security.Key
	if settings.standbyKey {
		if edgeKey, err = security.NewKey(ctx, "edge-key", &security.KeyArgs{
			Preset:             "production",
			Description:        "Alarms and logs of the edge of magazine",
			Services:           []string{"cloudwatch", "logs", "sns"},
			DeletionProtection: pulumi.BoolRef(true),
		}, inUsEast1); err != nil {
			return err
		}
	}

	var edgeAlarms *observability.AlarmTopic
	if settings.standbyKey {
		if edgeAlarms, err = observability.NewAlarmTopic(ctx, "edge-alarms", &observability.AlarmTopicArgs{
			Preset:    "production",
			KmsKeyArn: edgeKey.Arn,
		}, inUsEast1); err != nil {
			return err
		}
	}

	var edgeCertificate *cdn.Certificate
	if settings.standbyKey {
		if edgeCertificate, err = cdn.NewCertificate(ctx, "edge-certificate", &cdn.CertificateArgs{
			Preset:        "production",
			DomainName:    "magazine.example.com",
			ZoneId:        zone.ZoneId,
			AlarmTopicArn: edgeAlarms.Arn,
		}, inUsEast1); err != nil {
			return err
		}
	}

	// Refuses known attacks, and addresses that ask too much, at the edge.
	var edgeShield *cdn.Firewall
	if settings.standbyKey {
		if edgeShield, err = cdn.NewFirewall(ctx, "edge-shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "cloudfront",
			KmsKeyArn:        edgeKey.Arn,
			LogRetentionDays: pulumi.IntRef(90),
			AlarmTopicArn:    edgeAlarms.Arn,
		}, inUsEast1); err != nil {
			return err
		}
	}

	// Files that never change, and the page that users see while the program cannot answer.
	var pages *storage.Bucket
	if settings.standbyKey {
		if pages, err = storage.NewBucket(ctx, "pages", &storage.BucketArgs{
			Preset:             "production",
			PolicyOwner:        "cdn",
			DeletionProtection: pulumi.BoolRef(true),
			AlarmTopicArn:      alarms.Arn,
		}); err != nil {
			return err
		}
	}

	// The edge: TLS, files, and everything else from the load balancer.
	var cdnComponent *cdn.CDN
	if settings.standbyKey {
		if cdnComponent, err = cdn.NewCDN(ctx, "cdn", &cdn.CDNArgs{
			Preset:              "production",
			DomainNames:         []string{"magazine.example.com"},
			CertificateArn:      edgeCertificate.Arn,
			ZoneId:              zone.ZoneId,
			OriginDomainName:    pulumi.String("origin.magazine.example.com"),
			BucketArn:           pages.Arn,
			BucketDomainName:    pages.RegionalDomainName,
			BucketPolicy:        pages.Policy,
			StaticPaths:         []string{"/assets/*", "/errors/*"},
			ErrorPage:           "/errors/500.html",
			WebAclArn:           edgeShield.Arn,
			LatencyMilliseconds: pulumi.IntRef(401),
			DeletionProtection:  pulumi.BoolRef(true),
			AlarmTopicArn:       edgeAlarms.Arn,
		}); err != nil {
			return err
		}
	}

	// TLS in the second region for the names that lead there.
	var standbyCertificate *cdn.Certificate
	if settings.standbyKey {
		if standbyCertificate, err = cdn.NewCertificate(ctx, "standby-certificate", &cdn.CertificateArgs{
			Preset:     "production",
			DomainName: "magazine.example.com",
			AlternativeNames: []string{
				"origin.magazine.example.com",
				"standby.magazine.example.com",
			},
			ZoneId:        zone.ZoneId,
			AlarmTopicArn: standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// The front door of the second region.
	var standbyFront *network.LoadBalancer
	if settings.standbyKey {
		if standbyFront, err = network.NewLoadBalancer(ctx, "standby-front", &network.LoadBalancerArgs{
			Preset:                  "production",
			VpcId:                   standbyVpc.VpcId,
			SubnetIds:               standbyVpc.PublicSubnetIds,
			CertificateArn:          standbyCertificate.Arn,
			DomainName:              "standby.magazine.example.com",
			ZoneId:                  zone.ZoneId,
			AccessLogsRetentionDays: pulumi.IntRef(90),
			DeletionProtection:      pulumi.BoolRef(true),
			AlarmTopicArn:           standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// The same before the second region.
	if settings.standbyKey {
		if _, err := cdn.NewFirewall(ctx, "standby-shield", &cdn.FirewallArgs{
			Preset:           "production",
			Scope:            "regional",
			ResourceNames:    []string{"standby-front"},
			ResourceArns:     []pulumi.StringInput{standbyFront.Arn},
			RequestsPerIp:    pulumi.IntRef(2000000000),
			KmsKeyArn:        standbyKey.Arn,
			LogRetentionDays: pulumi.IntRef(90),
			AlarmTopicArn:    standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	var standbyRouteMagazine *network.Route
	if settings.standbyKey {
		if standbyRouteMagazine, err = network.NewRoute(ctx, "standby-route-magazine", &network.RouteArgs{
			Preset:                "production",
			VpcId:                 standbyVpc.VpcId,
			ListenerArn:           standbyFront.ListenerArn,
			LoadBalancerArnSuffix: standbyFront.ArnSuffix,
			Path:                  "/",
			Priority:              10,
			Port:                  pulumi.IntRef(8080),
			HealthPath:            "/health",
			LatencyMilliseconds:   pulumi.IntRef(401),
			AlarmTopicArn:         standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	var standbyCluster *compute.ServiceCluster
	if settings.standbyKey {
		if standbyCluster, err = compute.NewServiceCluster(ctx, "standby-cluster", &compute.ServiceClusterArgs{
			Preset:    "production",
			KmsKeyArn: standbyKey.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// A small copy of the program, which grows when users come: it reads the copies of the databases
	// until they are promoted.
	if settings.standbyKey {
		if _, err := compute.NewService(ctx, "standby-magazine", &compute.ServiceArgs{
			Preset:                  "production",
			ClusterArn:              standbyCluster.Arn,
			ClusterName:             standbyCluster.Name,
			VpcId:                   standbyVpc.VpcId,
			SubnetIds:               standbyVpc.PrivateSubnetIds,
			KmsKeyArn:               standbyKey.Arn,
			Image:                   "public.ecr.aws/nginx/nginx-unprivileged:stable",
			Port:                    pulumi.IntRef(8080),
			MinTasks:                pulumi.IntRef(2),
			MaxTasks:                pulumi.IntRef(5),
			SecurityGroupIds:        pulumi.StringArray{copyArticles.ClientSecurityGroupId},
			IngressSecurityGroupIds: []pulumi.StringInput{standbyFront.SecurityGroupId},
			TargetGroupArn:          standbyRouteMagazine.TargetGroupArn,
			LogRetentionDays:        pulumi.IntRef(90),
			Policies:                []pulumi.StringInput{copyArticles.ReaderPolicy, bucketCopyPictures.WriterPolicy},
			Environment: pulumi.StringMap{
				"BUCKET_PICTURES_NAME":   bucketCopyPictures.Name,
				"DATABASE_ARTICLES_HOST": copyArticles.Endpoint,
				"DATABASE_ARTICLES_PORT": copyArticles.Port,
				"PORT":                   pulumi.String("8080"),
				"STANDBY":                pulumi.String("true"),
			},
			AlarmTopicArn: standbyAlarms.Arn,
		}, inEuWest1); err != nil {
			return err
		}
	}

	// Leads to the second region while the first does not answer.
	if settings.standbyKey {
		if _, err := network.NewFailover(ctx, "failover", &network.FailoverArgs{
			Preset:                    "production",
			DomainName:                "origin.magazine.example.com",
			ZoneId:                    zone.ZoneId,
			PrimaryDomainName:         front.DnsName,
			PrimaryZoneId:             front.ZoneId,
			PrimaryHealthDomainName:   pulumi.String("home.magazine.example.com"),
			SecondaryDomainName:       standbyFront.DnsName,
			SecondaryZoneId:           standbyFront.ZoneId,
			SecondaryHealthDomainName: pulumi.String("standby.magazine.example.com"),
			HealthPaths:               []string{"/health"},
			UsEast1AlarmTopicArn:      edgeAlarms.Arn,
		}); err != nil {
			return err
		}
	}

	ctx.Export("name_servers", zone.NameServers)
	ctx.Export("alarm_topic", alarms.Arn)
	var urlOutput pulumi.StringPtrInput
	if settings.sessions {
		urlOutput = front.Url
	}
	if settings.standbyKey {
		urlOutput = cdnComponent.Url
	}
	ctx.Export("url", urlOutput)
	return nil
}
