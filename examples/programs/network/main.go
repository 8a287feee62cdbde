// A shop that is reached by name: zones, records and failover in the DNS, an
// application load balancer with routes, and network load balancers; under both
// presets.
package main

import (
	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	// Where the alarms of Route 53 are.
	virginia, err := aws.NewProvider(ctx, "virginia", &aws.ProviderArgs{Region: pulumi.String("us-east-1")})
	if err != nil {
		return err
	}
	global, err := alarmTopic(ctx, "global", "production", pulumi.Provider(virginia))
	if err != nil {
		return err
	}
	for _, preset := range []string{"production", "sandbox"} {
		if err := shop(ctx, preset, global.Arn); err != nil {
			return err
		}
	}
	return nil
}

// So that the example can be taken down in one step.
var deletable = pulumi.BoolRef(false)

func alarmTopic(ctx *pulumi.Context, name, preset string, opts ...pulumi.ResourceOption) (*observability.AlarmTopic, error) {
	key, err := security.NewKey(ctx, name, &security.KeyArgs{
		Preset: preset, Services: []string{"cloudwatch", "delivery.logs", "logs"}, DeletionProtection: deletable,
	}, opts...)
	if err != nil {
		return nil, err
	}
	return observability.NewAlarmTopic(ctx, name+"-alarms", &observability.AlarmTopicArgs{Preset: preset, KmsKeyArn: key.Arn}, opts...)
}

func shop(ctx *pulumi.Context, preset string, global pulumi.StringOutput) error {
	alarms, err := alarmTopic(ctx, preset, preset)
	if err != nil {
		return err
	}
	// The emulator has no CreateKeySigningKey and no EnableHostedZoneDNSSEC, and no CreateTrustStore.
	emulated := config.GetBool(ctx, "emulated")
	domain := preset + ".example.com"
	zone := &network.DNSArgs{Preset: preset, DomainName: domain, DeletionProtection: deletable}
	if !emulated {
		zone.Dnssec, zone.UsEast1AlarmTopicArn = pulumi.BoolRef(true), global
	}
	dns, err := network.NewDNS(ctx, preset+"-dns", zone)
	if err != nil {
		return err
	}
	ctx.Export(preset+"DsRecord", dns.DsRecord)
	vpc, err := network.NewNetwork(ctx, preset, &network.NetworkArgs{
		Preset: preset, AvailabilityZones: pulumi.IntRef(2), Nat: "none", FlowLogs: pulumi.BoolRef(false),
	})
	if err != nil {
		return err
	}
	private, err := network.NewDNS(ctx, preset+"-private", &network.DNSArgs{
		Preset: preset, DomainName: preset + ".internal", VpcIds: []pulumi.StringInput{vpc.VpcId}, DeletionProtection: deletable,
	})
	if err != nil {
		return err
	}

	front, err := balanced(ctx, preset, domain, emulated, vpc, dns, alarms)
	if err != nil {
		return err
	}
	partners, err := passed(ctx, preset, domain, vpc, dns, front, alarms)
	if err != nil {
		return err
	}
	failover := &network.FailoverArgs{
		Preset: preset, ZoneId: dns.ZoneId, DomainName: domain,
		PrimaryDomainName: front.DnsName, PrimaryZoneId: front.ZoneId.ToStringPtrOutput(),
		SecondaryDomainName: partners.DnsName, SecondaryZoneId: partners.ZoneId.ToStringPtrOutput(),
		HealthPaths: []string{"/orders/health", "/carts/health"}, UsEast1AlarmTopicArn: global,
	}
	if preset == "sandbox" {
		failover.HealthPaths, failover.UsEast1AlarmTopicArn, failover.AlarmEmails = nil, nil, []string{"team@example.com"}
	}
	if _, err := network.NewFailover(ctx, preset+"-failover", failover); err != nil {
		return err
	}
	return records(ctx, preset, domain, dns, private, front, partners, global)
}

// balanced is the application load balancer, with a service that is deployed
// blue/green and another whose next version gets a share of the requests.
func balanced(ctx *pulumi.Context, preset, domain string, emulated bool, vpc *network.Network, dns *network.DNS, alarms *observability.AlarmTopic) (*network.LoadBalancer, error) {
	certificate, err := cdn.NewCertificate(ctx, preset, &cdn.CertificateArgs{
		Preset: preset, DomainName: domain, AlternativeNames: []string{"*." + domain}, ZoneId: dns.ZoneId, AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return nil, err
	}
	firewall, err := wafv2.NewWebAcl(ctx, preset, &wafv2.WebAclArgs{
		Scope: pulumi.String("REGIONAL"), DefaultAction: wafv2.WebAclDefaultActionArgs{Allow: wafv2.WebAclDefaultActionAllowArgs{}},
		VisibilityConfig: wafv2.WebAclVisibilityConfigArgs{
			CloudwatchMetricsEnabled: pulumi.Bool(true), MetricName: pulumi.String(preset), SampledRequestsEnabled: pulumi.Bool(true),
		},
	})
	if err != nil {
		return nil, err
	}
	balancer, err := network.NewLoadBalancer(ctx, preset+"-front", &network.LoadBalancerArgs{
		Preset: preset, VpcId: vpc.VpcId, SubnetIds: vpc.PublicSubnetIds, CertificateArn: certificate.Arn, WebAclArn: firewall.Arn,
		DomainName: "www." + domain, ZoneId: dns.ZoneId, AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
	})
	if err != nil {
		return nil, err
	}
	if !emulated {
		// Machines show a certificate; health checks from outside have none.
		if _, err := network.NewLoadBalancer(ctx, preset+"-machines", &network.LoadBalancerArgs{
			Preset: preset, VpcId: vpc.VpcId, SubnetIds: vpc.PublicSubnetIds, CertificateArn: certificate.Arn,
			CaBundleBucket: pulumi.String("shop-authorities"), CaBundleKey: "machines.pem",
			DomainName: "machines." + domain, ZoneId: dns.ZoneId, AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
		}); err != nil {
			return nil, err
		}
	}
	route := func(name string, args network.RouteArgs) (*network.Route, error) {
		args.Preset, args.VpcId, args.AlarmTopicArn = preset, vpc.VpcId, alarms.Arn
		args.ListenerArn, args.LoadBalancerArnSuffix = balancer.ListenerArn, balancer.ArnSuffix
		return network.NewRoute(ctx, preset+"-"+name, &args)
	}
	if _, err := route("orders", network.RouteArgs{Path: "/orders", Priority: 10, HealthPath: "/health", BlueGreen: pulumi.BoolRef(true)}); err != nil {
		return nil, err
	}
	next, err := route("carts-next", network.RouteArgs{Path: "/carts", Headers: []string{"X-Version: next"}, Priority: 20, LatencyMilliseconds: pulumi.IntRef(200)})
	if err != nil {
		return nil, err
	}
	_, err = route("carts", network.RouteArgs{
		Path: "/carts", Hosts: []string{"*." + domain}, Priority: 30, SplitTargetGroupArn: next.TargetGroupArn, SplitPercent: pulumi.IntRef(5),
	})
	return balancer, err
}

// passed are network load balancers: one for a service that partners reach at
// fixed addresses, one that gives the application load balancer fixed addresses.
func passed(ctx *pulumi.Context, preset, domain string, vpc *network.Network, dns *network.DNS, front *network.LoadBalancer, alarms *observability.AlarmTopic) (*network.NetworkLoadBalancer, error) {
	certificate, err := cdn.NewCertificate(ctx, preset+"-partners", &cdn.CertificateArgs{
		Preset: preset, DomainName: "partners." + domain, ZoneId: dns.ZoneId, AlarmTopicArn: alarms.Arn,
	})
	if err != nil {
		return nil, err
	}
	if _, err := network.NewNetworkLoadBalancer(ctx, preset+"-fixed", &network.NetworkLoadBalancerArgs{
		Preset: preset, VpcId: vpc.VpcId, SubnetIds: vpc.PublicSubnetIds, AlbListenerArn: front.ListenerArn, StaticIps: pulumi.IntRef(2),
		DomainName: "fixed." + domain, ZoneId: dns.ZoneId, AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
	}); err != nil {
		return nil, err
	}
	return network.NewNetworkLoadBalancer(ctx, preset+"-partners", &network.NetworkLoadBalancerArgs{
		Preset: preset, VpcId: vpc.VpcId, SubnetIds: vpc.PublicSubnetIds, CertificateArn: certificate.Arn,
		Port: pulumi.IntRef(8443), AllowedCidrs: []string{"203.0.113.0/24"}, TargetPort: pulumi.IntRef(9000),
		AlarmTopicArn: alarms.Arn, DeletionProtection: deletable,
	})
}

// records are one of each routing.
func records(ctx *pulumi.Context, preset, domain string, dns, private *network.DNS, front *network.LoadBalancer, partners *network.NetworkLoadBalancer, global pulumi.StringOutput) error {
	for name, args := range map[string]network.RecordArgs{
		"mail":     {DomainName: domain, Type: "TXT", Values: pulumi.ToStringArray([]string{"v=spf1 -all"})},
		"docs":     {DomainName: "docs." + domain, Type: "CNAME", Values: pulumi.ToStringArray([]string{"docs.example.net"}), Routing: "weighted", Weight: pulumi.IntRef(90)},
		"docs-new": {DomainName: "docs." + domain, Type: "CNAME", Values: pulumi.ToStringArray([]string{"new.example.net"}), Routing: "weighted", Weight: pulumi.IntRef(10)},
		"api": {
			DomainName: "api." + domain, AliasDomainName: front.DnsName, AliasZoneId: front.ZoneId, Routing: "latency",
			HealthPath: "/orders/health", UsEast1AlarmTopicArn: global,
		},
		"europe": {DomainName: "local." + domain, AliasDomainName: front.DnsName, AliasZoneId: front.ZoneId, Routing: "geolocation", Continent: "EU"},
		"world":  {DomainName: "local." + domain, AliasDomainName: partners.DnsName, AliasZoneId: partners.ZoneId, Routing: "geolocation", Country: "*"},
	} {
		args.Preset, args.ZoneId = preset, dns.ZoneId
		if preset == "sandbox" {
			args.UsEast1AlarmTopicArn = nil
		}
		if _, err := network.NewRecord(ctx, preset+"-"+name, &args); err != nil {
			return err
		}
	}
	_, err := network.NewRecord(ctx, preset+"-db", &network.RecordArgs{
		Preset: preset, ZoneId: private.ZoneId, DomainName: "db." + preset + ".internal", Type: "A", Values: pulumi.ToStringArray([]string{"10.0.0.10"}),
	})
	return err
}
