package network_test

import (
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A shop with all that makes it reachable.
func shop(preset string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		net, err := network.NewNetwork(ctx, "net", &network.NetworkArgs{Preset: preset, KmsKeyArn: pulumi.String(keyArn)})
		if err != nil {
			return err
		}
		dns, err := network.NewDNS(ctx, "dns", &network.DNSArgs{
			Preset: preset, DomainName: "example.com", Dnssec: to(true), UsEast1AlarmTopicArn: pulumi.String(globalTopicArn),
		})
		if err != nil {
			return err
		}
		if _, err := network.NewDNS(ctx, "private", &network.DNSArgs{Preset: preset, DomainName: "internal.example.com", VpcIds: []pulumi.StringInput{net.VpcId}}); err != nil {
			return err
		}
		front, err := network.NewLoadBalancer(ctx, "front", &network.LoadBalancerArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: net.PublicSubnetIds, CertificateArn: pulumi.String(certificateArn), AlarmTopicArn: pulumi.String(topicArn),
			WebAclArn: pulumi.String(webAclArn), DomainName: "www.example.com", ZoneId: dns.ZoneId,
		})
		if err != nil {
			return err
		}
		if _, err := network.NewLoadBalancer(ctx, "machines", &network.LoadBalancerArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: net.PublicSubnetIds, CertificateArn: pulumi.String(certificateArn),
			CaBundleBucket: pulumi.String("authorities"), CaBundleKey: "machines.pem",
		}); err != nil {
			return err
		}
		orders, err := network.NewRoute(ctx, "orders", &network.RouteArgs{
			Preset: preset, VpcId: net.VpcId, ListenerArn: front.ListenerArn, LoadBalancerArnSuffix: front.ArnSuffix, Path: "/orders", Priority: 10,
			BlueGreen: to(true), AlarmTopicArn: pulumi.String(topicArn), LatencyMilliseconds: to(200),
		})
		if err != nil {
			return err
		}
		if _, err := network.NewRoute(ctx, "carts", &network.RouteArgs{
			Preset: preset, VpcId: net.VpcId, ListenerArn: front.ListenerArn, LoadBalancerArnSuffix: front.ArnSuffix, Path: "/carts", Priority: 20,
			Headers: []string{"X-Version: next"}, SplitTargetGroupArn: orders.TargetGroupArn, SplitPercent: to(5), AlarmTopicArn: pulumi.String(topicArn),
		}); err != nil {
			return err
		}
		if _, err := network.NewNetworkLoadBalancer(ctx, "fixed", &network.NetworkLoadBalancerArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: texts("subnet-1", "subnet-2"), AlbListenerArn: front.ListenerArn, StaticIps: to(2), AlarmTopicArn: pulumi.String(topicArn),
		}); err != nil {
			return err
		}
		partners, err := network.NewNetworkLoadBalancer(ctx, "partners", &network.NetworkLoadBalancerArgs{
			Preset: preset, VpcId: net.VpcId, SubnetIds: net.PublicSubnetIds, CertificateArn: pulumi.String(certificateArn), KmsKeyArn: pulumi.String(keyArn),
			Port: to(8443), AllowedCidrs: []string{"203.0.113.0/24"}, AlarmTopicArn: pulumi.String(topicArn),
		})
		if err != nil {
			return err
		}
		if _, err := network.NewRecord(ctx, "partners", &network.RecordArgs{
			Preset: preset, ZoneId: dns.ZoneId, DomainName: "partners.example.com", AliasDomainName: partners.DnsName, AliasZoneId: partners.ZoneId,
			Routing: "latency", HealthPath: "/", UsEast1AlarmTopicArn: pulumi.String(globalTopicArn),
		}); err != nil {
			return err
		}
		_, err = network.NewFailover(ctx, "failover", &network.FailoverArgs{
			Preset: preset, ZoneId: dns.ZoneId, DomainName: "example.com", AlarmEmails: []string{"team@example.com"}, HealthPaths: []string{"/orders", "/carts"},
			PrimaryDomainName: front.DnsName, PrimaryZoneId: front.ZoneId, SecondaryDomainName: partners.DnsName, SecondaryZoneId: partners.ZoneId,
		})
		return err
	}
}

func TestWiring(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		rec := record(t, shop(preset), inFrankfurt)
		if len(rec.Resources) < 100 {
			t.Errorf("%s: only %d resources", preset, len(rec.Resources))
		}
		wantNoFindings(t, rec)
	}
}
