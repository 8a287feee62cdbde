package requirements

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

var (
	zoneDecisions   = []string{"zones", "availability_zones"}
	egressDecisions = []string{"egress", "nat"}
)

// instanceSLA is what AWS promises for a single instance, of EC2 and of RDS, in percent of a month:
// https://aws.amazon.com/compute/sla/, https://aws.amazon.com/rds/sla/.
const instanceSLA = 99.5

// placed are the resources that are placed in subnets, and where their inputs say so.
var placed = []struct{ kind, property string }{
	{"ecs:Service", "networkConfiguration.subnets"},
	{"lambda:Function", "vpcConfig.subnetIds"},
	{"lb:LoadBalancer", "subnets"},
	{"autoscaling:Group", "vpcZoneIdentifiers"},
	{"rds:SubnetGroup", "subnetIds"},
	{"docdb:SubnetGroup", "subnetIds"},
	{"neptune:SubnetGroup", "subnetIds"},
	{"elasticache:SubnetGroup", "subnetIds"},
}

// zones wants what is placed in a network in as many availability zones as the
// availability takes, and as were decided.
func zones(c *comparison, v value) {
	want, because := 0, ""
	if v.number > instanceSLA && c.env.Preset == "production" {
		want = 2
		because = "AWS promises 99.5 % in one zone and 99.99 % across several (https://aws.amazon.com/compute/sla/)"
	}
	if option, cite, overruled := c.decided(); count(option) > want || overruled {
		want, because = count(option), cite
	}
	if want == 0 {
		c.skip("%v %% can be had in one availability zone, and nothing else was decided", v.number)
		return
	}
	found := false
	for _, at := range placed {
		for _, res := range c.of(at.kind) {
			subnets := list(res.Input(at.property))
			if len(subnets) == 0 || c.region(res) != c.Region {
				continue // a second region stands in for a while, and is not asked for more
			}
			names, known := c.zonesOf(res, at.property)
			found = true
			switch {
			case !known:
				c.add(Skipped, res, at.property, "names subnets from outside of this program, whose zones it cannot tell")
			case len(names) < want:
				c.broken(res, at.property, "spans %s (%s), and %d are needed, %s", plural(len(names), "availability zone"), strings.Join(names, ", "), want, because)
			default:
				c.met(res, at.property, "spans %s", strings.Join(names, ", "))
			}
		}
	}
	if !found {
		c.skip("nothing in this program is placed in a network: the services it uses span the zones of a region by themselves")
	}
}

// zonesOf returns the availability zones of the subnets that an input names.
func (c *comparison) zonesOf(res *recording.Resource, property string) (zones []string, known bool) {
	for _, id := range list(res.Input(property)) {
		subnets := c.referred(res, property, id, "ec2:Subnet", "ec2:DefaultSubnet")
		if len(subnets) == 0 {
			return nil, false
		}
		for _, subnet := range subnets {
			zone := text(subnet.Input("availabilityZone"))
			if zone == "" {
				zone = text(subnet.Input("availabilityZoneId"))
			}
			if zone == "" {
				return nil, false
			}
			zones = append(zones, zone)
		}
	}
	slices.Sort(zones)
	return slices.Compact(zones), true
}

// standby wants a second copy of each database and cache in another zone, ready to take over.
func standby(c *comparison, v value) {
	if v.number <= instanceSLA {
		c.skip("%v %% is what AWS promises for a single database (https://aws.amazon.com/rds/sla/)", v.number)
		return
	}
	const because = "AWS promises 99.5 % for a database without a standby (https://aws.amazon.com/rds/sla/)"
	found := false
	for _, db := range c.primaries() {
		found = true
		c.require(db, "multiAz", because)
	}
	for _, cluster := range c.clusters() {
		found = true
		if members := c.members(cluster); len(members) < 2 && cluster.Input("dbClusterInstanceClass") == nil {
			c.broken(cluster, "", "has %s, and two in different zones are needed: %s", plural(len(members), "instance"), "AWS promises 99.99 % across zones and 99.9 % in one (https://aws.amazon.com/rds/aurora/sla/)")
		} else {
			c.met(cluster, "", "has %s", plural(len(members), "instance"))
		}
	}
	for _, cache := range c.of("elasticache:ReplicationGroup") {
		found = true
		const because = "AWS promises 99.5 % for a cache in one zone (https://aws.amazon.com/elasticache/sla/)"
		c.require(cache, "automaticFailoverEnabled", because)
		c.require(cache, "multiAzEnabled", because)
	}
	if !found {
		c.skip("the program has no database or cache that runs on instances")
	}
}

// clusterKinds are the clusters of databases, with the kind of their instances.
var clusterKinds = map[string]string{
	"rds:Cluster": "rds:ClusterInstance", "docdb:Cluster": "docdb:ClusterInstance", "neptune:Cluster": "neptune:ClusterInstance",
}

// primaries are the database instances that are no replicas, in the first region.
func (c *comparison) primaries() []*recording.Resource {
	var found []*recording.Resource
	for _, db := range c.of("rds:Instance") {
		if db.Input("replicateSourceDb") == nil {
			found = append(found, db)
		}
	}
	return found
}

// clusters are the database clusters that are written to, in the first region.
func (c *comparison) clusters() []*recording.Resource {
	var found []*recording.Resource
	for _, cluster := range c.of("rds:Cluster", "docdb:Cluster", "neptune:Cluster") {
		if c.region(cluster) == c.Region && cluster.Input("replicationSourceIdentifier") == nil {
			found = append(found, cluster)
		}
	}
	return found
}

// members are the instances of a cluster.
func (c *comparison) members(cluster *recording.Resource) []*recording.Resource {
	var found []*recording.Resource
	for _, instance := range c.of(clusterKinds[kind(cluster)]) {
		if slices.Contains(c.refers(instance, "clusterIdentifier", kind(cluster)), cluster) {
			found = append(found, instance)
		}
	}
	return found
}

// nat wants a NAT gateway in each zone where that was decided.
func nat(c *comparison, _ value) {
	option, cite, _ := c.decided()
	if option != "per-zone" && option != "per_zone" {
		c.skip("nobody decided on a NAT gateway in each zone")
		return
	}
	var have []string
	for _, gateway := range c.of("ec2:NatGateway") {
		zones, _ := c.zonesOf(gateway, "subnetId")
		have = append(have, zones...)
	}
	found := false
	for _, res := range c.of("ecs:Service", "lambda:Function") {
		property := "networkConfiguration.subnets"
		if kind(res) == "lambda:Function" {
			property = "vpcConfig.subnetIds"
		}
		zones, known := c.zonesOf(res, property)
		if !known || len(zones) == 0 || c.region(res) != c.Region {
			continue
		}
		found = true
		missing := slices.DeleteFunc(zones, func(zone string) bool { return slices.Contains(have, zone) })
		if len(missing) > 0 {
			c.broken(res, property, "runs in %s without a NAT gateway of that zone's own, %s", strings.Join(missing, ", "), cite)
		} else {
			c.met(res, property, "has a NAT gateway in each of its zones")
		}
	}
	if !found {
		c.skip("nothing in this program runs in subnets that it makes")
	}
}

// tasks wants two tasks of each service, so that the loss of one is not the loss of all.
func tasks(c *comparison, v value) {
	services := c.of("ecs:Service")
	if v.number <= instanceSLA || len(services) == 0 {
		c.skip("the program runs no containers, or %v %% allows for a single one", v.number)
		return
	}
	const because = "a single task is no more available than one machine: 99.5 % (https://aws.amazon.com/compute/sla/)"
	for _, service := range services {
		if service.Input("schedulingStrategy") == "DAEMON" {
			continue
		}
		c.atLeast(service, "desiredCount", 2, because)
		for _, target := range c.scalingOf(service) {
			c.atLeast(target, "minCapacity", 2, because)
		}
	}
}

// atLeast notes whether an input is as large as it must be.
func (c *comparison) atLeast(res *recording.Resource, property string, least float64, otherwise string) {
	switch v := res.Input(property); {
	case unknown(v):
		c.add(Skipped, res, property, "is not known before deployment")
	case v == nil:
		c.broken(res, property, "is not set, and at least %v is needed: %s", least, otherwise)
	case number(v, 0) < least:
		c.broken(res, property, "is %v, and at least %v is needed: %s", v, least, otherwise)
	default:
		c.met(res, property, "is %v", v)
	}
}

// scalingOf returns what scales a service of containers.
func (c *comparison) scalingOf(service *recording.Resource) []*recording.Resource {
	var found []*recording.Resource
	name := text(service.Outputs["name"])
	for _, target := range c.of("appautoscaling:Target") {
		id := text(target.Input("resourceId"))
		if target.Input("serviceNamespace") == "ecs" && (name != "" && strings.HasSuffix(id, "/"+name) || slices.Contains(c.refers(target, "resourceId", "ecs:Service"), service)) {
			found = append(found, target)
		}
	}
	return found
}

func plural(n int, what string) string {
	if n == 1 {
		return "one " + what
	}
	return count10(n) + " " + what + "s"
}
