// Command edge deploys what stands between users and a system: files in two
// regions, a CDN in front of them and of a load balancer, and a firewall in front of
// each; and a small site in a sandbox.
package main

import (
	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/components/storage"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(program) }

const (
	domain = "shop.example.com"
	// The region that takes over. Files are copied there as they are written.
	secondRegion = "eu-west-1"
)

func program(ctx *pulumi.Context) error {
	// This is an example, to be taken down again: what production protects is so only
	// with `pulumi config set keep true`.
	keep := pulumi.BoolRef(config.GetBool(ctx, "keep"))
	// Emulators of AWS lack much: moto has no CreateResponseHeadersPolicy and no
	// CreateCachePolicy, no PutBucketMetricsConfiguration, and forgets half of what
	// PutBucketReplication says. `pulumi config set emulated true` leaves these out.
	emulated := config.GetBool(ctx, "emulated")
	if err := site(ctx, emulated); err != nil {
		return err
	}
	return shop(ctx, keep, emulated)
}

// policyOwner is who creates the policies of the buckets.
func policyOwner(emulated bool) string {
	if emulated {
		return "bucket"
	}
	return "cdn"
}

// requestMetrics leaves it to the preset whether the requests of buckets are measured.
func requestMetrics(emulated bool) *bool {
	if emulated {
		return pulumi.BoolRef(false)
	}
	return nil
}

// site is a single-page application of which nothing is kept.
func site(ctx *pulumi.Context, emulated bool) error {
	files, err := storage.NewBucket(ctx, "site", &storage.BucketArgs{Preset: "sandbox", PolicyOwner: policyOwner(emulated)})
	if err != nil || emulated {
		return err
	}
	site, err := cdn.NewCDN(ctx, "site", &cdn.CDNArgs{
		Preset:    "sandbox",
		BucketArn: files.Arn.ToStringPtrOutput(), BucketDomainName: files.RegionalDomainName.ToStringPtrOutput(), BucketPolicy: files.Policy.ToStringPtrOutput(),
		SinglePage: pulumi.BoolRef(true),
	})
	if err != nil {
		return err
	}
	ctx.Export("siteUrl", site.Url)
	return nil
}

// alarmsIn makes a topic that alarms of a region can fire at.
func alarmsIn(ctx *pulumi.Context, name string, keep *bool, opts ...pulumi.ResourceOption) (pulumi.StringPtrInput, error) {
	key, err := security.NewKey(ctx, name, &security.KeyArgs{Services: []string{"cloudwatch"}, DeletionProtection: keep}, opts...)
	if err != nil {
		return nil, err
	}
	alarms, err := observability.NewAlarmTopic(ctx, name, &observability.AlarmTopicArgs{KmsKeyArn: key.Arn}, opts...)
	if err != nil {
		return nil, err
	}
	return alarms.Arn.ToStringPtrOutput(), nil
}

// shop is a web application in production: files from a bucket, all else from a
// load balancer that takes only what comes through the CDN.
func shop(ctx *pulumi.Context, keep *bool, emulated bool) error {
	// What belongs to CloudFront is in us-east-1.
	virginia, err := aws.NewProvider(ctx, "virginia", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
	if err != nil {
		return err
	}
	alarms, err := alarmsIn(ctx, "home", keep)
	if err != nil {
		return err
	}
	globalAlarms, err := alarmsIn(ctx, "global", keep, pulumi.Provider(virginia))
	if err != nil {
		return err
	}
	zone, err := network.NewDNS(ctx, "shop", &network.DNSArgs{DomainName: domain, DeletionProtection: keep})
	if err != nil {
		return err
	}
	files, copies, err := shopFiles(ctx, keep, emulated, alarms)
	if err != nil {
		return err
	}
	balancer, err := shopBalancer(ctx, keep, alarms, zone)
	if err != nil {
		return err
	}
	certificate, err := cdn.NewCertificate(ctx, "shop", &cdn.CertificateArgs{
		DomainName: domain, AlternativeNames: []string{"www." + domain}, ZoneId: zone.ZoneId.ToStringPtrOutput(), AlarmTopicArn: globalAlarms,
	}, pulumi.Provider(virginia))
	if err != nil {
		return err
	}
	firewall, err := cdn.NewFirewall(ctx, "shop", &cdn.FirewallArgs{
		Scope: "cloudfront", CountedRuleGroups: []string{"sqli"}, AlarmTopicArn: globalAlarms,
	})
	if err != nil {
		return err
	}
	if _, err := cdn.NewFirewall(ctx, "shop-origin", &cdn.FirewallArgs{
		Scope: "regional", ResourceArns: []pulumi.StringInput{balancer.Arn}, ResourceNames: []string{"balancer"}, AlarmTopicArn: alarms,
	}); err != nil {
		return err
	}
	if emulated {
		return nil
	}
	shop, err := cdn.NewCDN(ctx, "shop", &cdn.CDNArgs{
		BucketArn: files.Arn.ToStringPtrOutput(), BucketDomainName: files.RegionalDomainName.ToStringPtrOutput(),
		BucketPolicy: files.Policy.ToStringPtrOutput(), BucketKeyArn: files.KeyArn.ToStringPtrOutput(), BucketKeyPolicy: files.KeyPolicy.ToStringPtrOutput(),
		FailoverBucketArn: copies.Arn.ToStringPtrOutput(), FailoverBucketDomainName: copies.RegionalDomainName.ToStringPtrOutput(), FailoverRegion: secondRegion,
		FailoverBucketPolicy: copies.Policy.ToStringPtrOutput(), FailoverBucketKeyArn: copies.KeyArn.ToStringPtrOutput(), FailoverBucketKeyPolicy: copies.KeyPolicy.ToStringPtrOutput(),
		OriginDomainName: pulumi.String("origin." + domain),
		StaticPaths:      []string{"/assets/*", "/errors/*"}, ErrorPage: "/errors/500.html",
		CachedPaths: []string{"/api/products*"}, CachedTtlSeconds: pulumi.IntRef(60), CachedHeaders: []string{"Accept-Language"},
		DomainNames: []string{domain, "www." + domain}, CertificateArn: certificate.Arn.ToStringPtrOutput(), ZoneId: zone.ZoneId.ToStringPtrOutput(),
		BlockedCountries: []string{"KP"}, WebAclArn: firewall.Arn.ToStringPtrOutput(), LatencyMilliseconds: pulumi.IntRef(800),
		DeletionProtection: keep, AlarmTopicArn: globalAlarms,
	})
	if err != nil {
		return err
	}
	ctx.Export("shopUrl", shop.Url)
	return nil
}

// shopFiles are the files of the shop, and their copies in the second region.
func shopFiles(ctx *pulumi.Context, keep *bool, emulated bool, alarms pulumi.StringPtrInput) (files, copies *storage.Bucket, err error) {
	away, err := aws.NewProvider(ctx, "away", &aws.ProviderArgs{Region: pulumi.String(secondRegion)})
	if err != nil {
		return nil, nil, err
	}
	copies, err = storage.NewBucket(ctx, "shop-copies", &storage.BucketArgs{
		OwnKey: pulumi.BoolRef(true), PolicyOwner: policyOwner(emulated), RequestMetrics: requestMetrics(emulated), DeletionProtection: keep,
	}, pulumi.Provider(away))
	if err != nil {
		return nil, nil, err
	}
	replica, replicaKey := pulumi.StringPtrInput(copies.Arn.ToStringPtrOutput()), pulumi.StringPtrInput(copies.KeyArn.ToStringPtrOutput())
	if emulated {
		replica, replicaKey = nil, nil
	}
	files, err = storage.NewBucket(ctx, "shop", &storage.BucketArgs{
		OwnKey: pulumi.BoolRef(true), PolicyOwner: policyOwner(emulated), RequestMetrics: requestMetrics(emulated), DeletionProtection: keep, AlarmTopicArn: alarms,
		InfrequentAccessDays: pulumi.IntRef(90), ArchiveDays: pulumi.IntRef(365),
		ReplicaBucketArn: replica, ReplicaKmsKeyArn: replicaKey,
	})
	return files, copies, err
}

// shopBalancer is where the services of the shop answer.
func shopBalancer(ctx *pulumi.Context, keep *bool, alarms pulumi.StringPtrInput, zone *network.DNS) (*network.LoadBalancer, error) {
	vpc, err := network.NewNetwork(ctx, "shop", &network.NetworkArgs{Preset: "sandbox", Nat: "none"})
	if err != nil {
		return nil, err
	}
	certificate, err := cdn.NewCertificate(ctx, "shop-origin", &cdn.CertificateArgs{
		DomainName: "origin." + domain, ZoneId: zone.ZoneId.ToStringPtrOutput(), AlarmTopicArn: alarms,
	})
	if err != nil {
		return nil, err
	}
	return network.NewLoadBalancer(ctx, "shop", &network.LoadBalancerArgs{
		VpcId: vpc.VpcId, SubnetIds: vpc.PublicSubnetIds, CertificateArn: certificate.Arn,
		DomainName: "origin." + domain, ZoneId: zone.ZoneId.ToStringPtrOutput(),
		DeletionProtection: keep, AlarmTopicArn: alarms,
	})
}
