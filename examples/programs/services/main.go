// Command services deploys a shop of two services: one that users reach through a load
// balancer, and one that only the first can call. Between them and before them
// everything is TLS; under both presets.
package main

import (
	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/components/compute"
	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/components/observability"
	"github.com/archimperative/scaffold/components/security"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() { pulumi.Run(program) }

func program(ctx *pulumi.Context) error {
	for _, preset := range []string{"production", "sandbox"} {
		s := &shop{Context: ctx, preset: preset, name: preset[:4]}
		if err := s.deploy(); err != nil {
			return err
		}
	}
	return nil
}

// So that the example can be taken down in one step.
var deletable = pulumi.BoolRef(false)

// shop is both services with the defaults of one preset.
type shop struct {
	*pulumi.Context
	preset, name string

	key       *security.Key
	alarms    *observability.AlarmTopic
	net       *network.Network
	authority *security.CertificateAuthority
	cluster   *compute.ServiceCluster
}

func (s *shop) deploy() error {
	var err error
	if s.key, err = security.NewKey(s.Context, s.name, &security.KeyArgs{
		Preset: s.preset, Services: []string{"cloudwatch", "logs"}, DeletionProtection: deletable,
	}); err != nil {
		return err
	}
	if s.alarms, err = observability.NewAlarmTopic(s.Context, s.name+"-alarms", &observability.AlarmTopicArgs{Preset: s.preset, KmsKeyArn: s.key.Arn}); err != nil {
		return err
	}
	if s.net, err = network.NewNetwork(s.Context, s.name, &network.NetworkArgs{Preset: s.preset, KmsKeyArn: s.key.Arn, AvailabilityZones: pulumi.IntRef(2)}); err != nil {
		return err
	}
	if s.authority, err = security.NewCertificateAuthority(s.Context, s.name+"-authority", &security.CertificateAuthorityArgs{
		Preset: s.preset, DeletionProtection: deletable,
	}); err != nil {
		return err
	}
	if s.cluster, err = compute.NewServiceCluster(s.Context, s.name, &compute.ServiceClusterArgs{Preset: s.preset, KmsKeyArn: s.key.Arn}); err != nil {
		return err
	}

	stock, err := compute.NewService(s.Context, s.name+"-stock", s.service())
	if err != nil {
		return err
	}
	return s.orders(stock)
}

// service are the arguments that both services have.
func (s *shop) service() *compute.ServiceArgs {
	return &compute.ServiceArgs{
		Preset: s.preset, ClusterArn: s.cluster.Arn, ClusterName: s.cluster.Name, NamespaceArn: s.cluster.NamespaceArn,
		VpcId: s.net.VpcId, SubnetIds: s.net.PrivateSubnetIds, KmsKeyArn: s.key.Arn,
		CertificateAuthorityArn: s.authority.Arn, AlarmTopicArn: s.alarms.Arn,
	}
}

// orders takes requests from the load balancer, by TLS, and calls the other service.
func (s *shop) orders(stock *compute.Service) error {
	domain := s.name + ".example.com"
	dns, err := network.NewDNS(s.Context, s.name+"-dns", &network.DNSArgs{Preset: s.preset, DomainName: domain, DeletionProtection: deletable})
	if err != nil {
		return err
	}
	certificate, err := cdn.NewCertificate(s.Context, s.name, &cdn.CertificateArgs{Preset: s.preset, DomainName: domain, ZoneId: dns.ZoneId, AlarmTopicArn: s.alarms.Arn})
	if err != nil {
		return err
	}
	front, err := network.NewLoadBalancer(s.Context, s.name+"-front", &network.LoadBalancerArgs{
		Preset: s.preset, VpcId: s.net.VpcId, SubnetIds: s.net.PublicSubnetIds, CertificateArn: certificate.Arn,
		DomainName: domain, ZoneId: dns.ZoneId, DeletionProtection: deletable, AlarmTopicArn: s.alarms.Arn,
	})
	if err != nil {
		return err
	}
	route, err := network.NewRoute(s.Context, s.name+"-orders", &network.RouteArgs{
		Preset: s.preset, VpcId: s.net.VpcId, ListenerArn: front.ListenerArn, LoadBalancerArnSuffix: front.ArnSuffix,
		Path: "/orders", Priority: 10, TargetTls: pulumi.BoolRef(true), AlarmTopicArn: s.alarms.Arn,
	})
	if err != nil {
		return err
	}
	args := s.service()
	args.TargetGroupArn, args.IngressSecurityGroupIds = route.TargetGroupArn, []pulumi.StringInput{front.SecurityGroupId}
	args.SecurityGroupIds = pulumi.StringArray{stock.ClientSecurityGroupId}
	args.Environment = pulumi.StringMap{"STOCK_URL": stock.Url}
	_, err = compute.NewService(s.Context, s.name+"-orders", args)
	return err
}
