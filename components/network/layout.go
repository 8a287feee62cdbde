package network

import (
	"encoding/binary"
	"net/netip"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
)

const maxZones = 6

// layout is the shape of a Network, all of it known before deployment.
type layout struct {
	cidr  netip.Prefix
	zones int
	nats  int
}

// tier is one of the three kinds of subnets. The range of the network is cut
// into eight equal places for each tier, of which six are for zones: the first
// half into private ones, which hold most addresses, the third quarter into
// isolated ones, the last into public ones. A zone's place depends on nothing
// but its number, so that the seventh subnet never moves the first.
type tier struct {
	name     string
	moreBits int // how much longer the prefix of a subnet is than that of the network
	first    int // the place of the first zone, counted in subnets of that size
}

var (
	private  = tier{"private", 4, 0}
	isolated = tier{"isolated", 5, 16}
	public   = tier{"public", 5, 24}
)

// subnet is the range of the tier in the zone with this number, counted from 0.
func (t tier) subnet(network netip.Prefix, zone int) string {
	bits := network.Bits() + t.moreBits
	address := network.Addr().As4()
	start := binary.BigEndian.Uint32(address[:]) + uint32(t.first+zone)<<(32-bits)
	binary.BigEndian.PutUint32(address[:], start)
	return netip.PrefixFrom(netip.AddrFrom4(address), bits).String()
}

// checkNetwork refuses wrong arguments and lays out the network.
func checkNetwork(s *convention.Scope, args *NetworkArgs) layout {
	checkEndpoints(s, args.InterfaceEndpoints)
	s.LogRetention("flowLogsRetentionDays", convention.Choose(args.FlowLogsRetentionDays, s.Preset, 30, 7))
	if args.ExistingVpcId != nil {
		checkExisting(s, args)
		return layout{}
	}
	if args.ExistingPublicSubnetIds != nil || args.ExistingPrivateSubnetIds != nil || args.ExistingIsolatedSubnetIds != nil {
		s.Refuse("existingVpcId", "is required with existing subnets: they are in a VPC that exists")
	}

	l := layout{zones: convention.Choose(args.AvailabilityZones, s.Preset, 3, 2)}
	if args.AvailabilityZones == nil && len(args.Zones) > 0 {
		l.zones = len(args.Zones)
	}
	switch {
	case len(args.Zones) > maxZones:
		s.Refuse("zones", "has %d zones; at most %d have a place in the network", len(args.Zones), maxZones)
	case len(args.Zones) > 0 && len(args.Zones) != l.zones:
		s.Refuse("zones", "names %d zones, but availabilityZones is %d; leave one of the two out", len(args.Zones), l.zones)
	}
	if args.AvailabilityZones != nil {
		s.Between("availabilityZones", l.zones, 1, maxZones, "each tier has places for six zones")
	}
	if zones := slices.Sorted(slices.Values(args.Zones)); len(slices.Compact(zones)) != len(args.Zones) {
		s.Refuse("zones", "names a zone twice; name each once")
	}

	nat := args.Nat
	if nat == "" {
		nat = convention.Choose(nil, s.Preset, "per-zone", "single")
	}
	s.OneOf("nat", nat, "none", "single", "per-zone")
	l.nats = map[string]int{"single": 1, "per-zone": l.zones}[nat]

	cidr := args.Cidr
	if cidr == "" {
		cidr = "10.0.0.0/16"
	}
	// AWS takes /16 to /28; a public subnet of a /20 is a /25, which leaves a load
	// balancer the room it needs to grow.
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
	prefix, err := netip.ParsePrefix(cidr)
	switch {
	case err != nil || !prefix.Addr().Is4():
		s.Refuse("cidr", "%q is not an IPv4 range; write it as 10.0.0.0/16", cidr)
	case prefix.Bits() < 16 || prefix.Bits() > 20:
		s.Refuse("cidr", "%q is a /%d; use a /16 to a /20: AWS takes no larger network, and a smaller one has no room for six zones", cidr, prefix.Bits())
	case prefix.Masked() != prefix:
		s.Refuse("cidr", "%q has bits set behind its prefix; %s is the range that holds it", cidr, prefix.Masked())
	}
	l.cidr = prefix
	return l
}

// checkExisting refuses an existing VPC that is half described, and arguments
// that would have no effect on one.
func checkExisting(s *convention.Scope, args *NetworkArgs) {
	s.Require("existingPrivateSubnetIds", args.ExistingPrivateSubnetIds, "an existing VPC is used with its subnets, and services run in private ones")
	for _, given := range []struct {
		argument string
		set      bool
	}{
		{"cidr", args.Cidr != ""},
		{"availabilityZones", args.AvailabilityZones != nil},
		{"zones", len(args.Zones) > 0},
		{"nat", args.Nat != ""},
		{"flowLogs", convention.Or(args.FlowLogs, false)},
	} {
		if given.set {
			s.Refuse(given.argument, "has no effect on an existing VPC, which is as its owner made it; leave it out")
		}
	}
}
