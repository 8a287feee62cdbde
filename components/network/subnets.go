package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const internet = "0.0.0.0/0"

// subnets creates the three tiers and their ways out, and returns the route
// tables, for the gateway endpoints.
func (n *Network) subnets(s *convention.Scope, args *NetworkArgs, l layout) (pulumi.StringArray, error) {
	zones, err := zoneNames(s, args.Zones, l.zones)
	if err != nil {
		return nil, err
	}
	b := builder{s: s, t: &args.Transform, vpc: n.VpcId, layout: l, zones: zones}

	gatewayArgs := &ec2.InternetGatewayArgs{VpcId: n.VpcId, Tags: s.Tags(s.Name)}
	gateway, err := ec2.NewInternetGateway(s.Ctx, s.Child("internet"), gatewayArgs, convention.With(s, args.Transform.InternetGateway, gatewayArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the internet gateway of %s: %w", s.Name, err)
	}
	publicTable, err := b.table("public", &ec2.RouteArgs{GatewayId: gateway.ID()})
	if err != nil {
		return nil, err
	}
	var publicSubnets []*ec2.Subnet
	for i := range zones {
		subnet, id, err := b.subnet(public, i, publicTable)
		if err != nil {
			return nil, err
		}
		publicSubnets = append(publicSubnets, subnet)
		b.public = append(b.public, id)
	}

	var nats []*ec2.NatGateway
	for i := range l.nats {
		nat, err := b.nat(i, publicSubnets[i], publicTable)
		if err != nil {
			return nil, err
		}
		nats = append(nats, nat)
	}
	// A route table for each zone, even while one NAT gateway serves all of them:
	// a second one then changes a route and nothing else.
	for i := range zones {
		var out *ec2.RouteArgs
		if len(nats) > 0 {
			out = &ec2.RouteArgs{NatGatewayId: nats[min(i, len(nats)-1)].ID()}
		}
		table, err := b.table(fmt.Sprintf("private-%d", i+1), out)
		if err != nil {
			return nil, err
		}
		_, id, err := b.subnet(private, i, table)
		if err != nil {
			return nil, err
		}
		b.private = append(b.private, id)
	}

	isolatedTable, err := b.table("isolated", nil)
	if err != nil {
		return nil, err
	}
	for i := range zones {
		_, id, err := b.subnet(isolated, i, isolatedTable)
		if err != nil {
			return nil, err
		}
		b.isolated = append(b.isolated, id)
	}
	n.PublicSubnetIds, n.PrivateSubnetIds, n.IsolatedSubnetIds = b.public.ToStringArrayOutput(), b.private.ToStringArrayOutput(), b.isolated.ToStringArrayOutput()
	return b.tables, nil
}

// zoneNames are the zones asked for, or the first ones the account has. It does
// not look at their state: a zone in trouble must not move the subnets.
func zoneNames(s *convention.Scope, names []string, count int) ([]string, error) {
	if len(names) > 0 {
		return names, nil
	}
	available, err := aws.GetAvailabilityZones(s.Ctx, &aws.GetAvailabilityZonesArgs{
		Filters: []aws.GetAvailabilityZonesFilter{{Name: "opt-in-status", Values: []string{"opt-in-not-required"}}},
	}, s.Invoke())
	if err != nil {
		return nil, fmt.Errorf("%s %q: asking for the availability zones: %w", s.Token, s.Name, err)
	}
	names = slices.Sorted(slices.Values(available.Names))
	if len(names) < count {
		return nil, fmt.Errorf("%s %q: availabilityZones: %d is more than the region has; use at most %d (%s)",
			s.Token, s.Name, count, len(names), strings.Join(names, ", "))
	}
	return names[:count], nil
}

// builder holds what all subnets of a Network have in common.
type builder struct {
	s      *convention.Scope
	t      *NetworkTransform
	vpc    pulumi.StringInput
	layout layout
	zones  []string

	tables                    pulumi.StringArray
	public, private, isolated pulumi.StringArray
}

// table is a route table with its route to the internet, if it has one.
type table struct {
	id   pulumi.IDOutput
	open []pulumi.Resource
}

func (b *builder) table(role string, out *ec2.RouteArgs) (table, error) {
	name := b.s.Child(role)
	tableArgs := &ec2.RouteTableArgs{VpcId: b.vpc, Tags: b.s.Tags(name)}
	routes, err := ec2.NewRouteTable(b.s.Ctx, name, tableArgs, convention.With(b.s, b.t.RouteTable, tableArgs))
	if err != nil {
		return table{}, fmt.Errorf("creating the route table %s: %w", name, err)
	}
	b.tables = append(b.tables, routes.ID().ToStringOutput())
	if out == nil {
		return table{id: routes.ID()}, nil
	}
	out.RouteTableId, out.DestinationCidrBlock = routes.ID(), pulumi.String(internet)
	route, err := ec2.NewRoute(b.s.Ctx, name, out, convention.With(b.s, b.t.Route, out))
	if err != nil {
		return table{}, fmt.Errorf("creating the route to the internet of %s: %w", name, err)
	}
	return table{id: routes.ID(), open: []pulumi.Resource{route}}, nil
}

// subnet creates one subnet. The ID it returns is that of its association, which
// waits for the route: who is handed the subnet finds it connected (a load
// balancer is refused in a VPC without an internet gateway, a task without a way
// out cannot pull its image), and is gone before the subnet is cut off.
func (b *builder) subnet(t tier, zone int, routes table) (*ec2.Subnet, pulumi.StringOutput, error) {
	name := b.s.Child(fmt.Sprintf("%s-%d", t.name, zone+1))
	subnetArgs := &ec2.SubnetArgs{
		VpcId:               b.vpc,
		AvailabilityZone:    pulumi.String(b.zones[zone]),
		CidrBlock:           pulumi.String(t.subnet(b.layout.cidr, zone)),
		MapPublicIpOnLaunch: pulumi.Bool(false), // control EC2.15 of AWS Security Hub
		Tags:                b.s.Tags(name),
	}
	subnet, err := ec2.NewSubnet(b.s.Ctx, name, subnetArgs, convention.With(b.s, b.t.Subnet, subnetArgs))
	if err != nil {
		return nil, pulumi.StringOutput{}, fmt.Errorf("creating the subnet %s: %w", name, err)
	}
	associationArgs := &ec2.RouteTableAssociationArgs{SubnetId: subnet.ID(), RouteTableId: routes.id}
	association, err := ec2.NewRouteTableAssociation(b.s.Ctx, name, associationArgs,
		convention.With(b.s, b.t.RouteTableAssociation, associationArgs, pulumi.DependsOn(routes.open)))
	if err != nil {
		return nil, pulumi.StringOutput{}, fmt.Errorf("connecting the subnet %s: %w", name, err)
	}
	return subnet, association.SubnetId.Elem(), nil
}

func (b *builder) nat(zone int, subnet *ec2.Subnet, routes table) (*ec2.NatGateway, error) {
	name := b.s.Child(fmt.Sprintf("nat-%d", zone+1))
	// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html:
	// both need the internet gateway attached first.
	reachable := pulumi.DependsOn(routes.open)
	addressArgs := &ec2.EipArgs{Domain: pulumi.String("vpc"), Tags: b.s.Tags(name)}
	address, err := ec2.NewEip(b.s.Ctx, name, addressArgs, convention.With(b.s, b.t.Eip, addressArgs, reachable))
	if err != nil {
		return nil, fmt.Errorf("creating the address of the NAT gateway %s: %w", name, err)
	}
	natArgs := &ec2.NatGatewayArgs{AllocationId: address.ID(), SubnetId: subnet.ID(), Tags: b.s.Tags(name)}
	nat, err := ec2.NewNatGateway(b.s.Ctx, name, natArgs, convention.With(b.s, b.t.NatGateway, natArgs, reachable))
	if err != nil {
		return nil, fmt.Errorf("creating the NAT gateway %s: %w", name, err)
	}
	return nat, nil
}
