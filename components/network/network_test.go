package network_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	subnetType      = "aws:ec2/subnet:Subnet"
	tableType       = "aws:ec2/routeTable:RouteTable"
	associationType = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	routeType       = "aws:ec2/route:Route"
	endpointType    = "aws:ec2/vpcEndpoint:VpcEndpoint"
	ingressType     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	egressType      = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	alarmType       = "aws:cloudwatch/metricAlarm:MetricAlarm"

	keyArn      = "arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000"
	boundaryArn = "arn:aws:iam::123456789012:policy/boundary"

	fifty = "a-component-whose-name-has-fifty-characters-in-all"
)

func to[T any](v T) *T { return &v }

func texts(values ...string) pulumi.StringArray { return pulumi.ToStringArray(values) }

// record runs a program that must be right.
func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// wantRefused runs a program that must be refused with each of these texts and
// must not have registered anything.
func wantRefused(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program)
	if err == nil {
		t.Fatalf("not refused; want\n%s", strings.Join(want, "\n"))
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("the error does not say %q:\n%v", text, err)
		}
	}
	if list := rec.List(); len(list) > 0 {
		t.Errorf("registered in spite of it: %v", list)
	}
}

// wantInputs compares inputs of a resource, by path.
func wantInputs(t *testing.T, rec *recorder.Recording, token, name string, want map[string]any) {
	t.Helper()
	res := rec.Find(token, name)
	if res == nil {
		t.Fatalf("there is no %s %q in\n%s", token, name, strings.Join(rec.List(), "\n"))
	}
	for path, value := range want {
		if diff := cmp.Diff(value, res.Input(path)); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", res, path, diff)
		}
	}
}

func wantList(t *testing.T, rec *recorder.Recording, want ...string) {
	t.Helper()
	slices.Sort(want)
	if diff := cmp.Diff(want, rec.List()); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

func makeNetwork(args network.NetworkArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := network.NewNetwork(ctx, "net", &args)
		return err
	}
}

// zoned is what a network has in each of its first n zones.
func zoned(n int) []string {
	var list []string
	for i := 1; i <= n; i++ {
		for _, tier := range []string{"public", "private", "isolated"} {
			list = append(list, fmt.Sprintf("%s net-%s-%d", subnetType, tier, i), fmt.Sprintf("%s net-%s-%d", associationType, tier, i))
		}
		list = append(list, fmt.Sprintf("%s net-private-%d", tableType, i), fmt.Sprintf("%s net-private-%d", routeType, i))
	}
	return list
}

var always = []string{
	"scaffold:network:Network net", "aws:ec2/vpc:Vpc net-vpc", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup net-default",
	"aws:ec2/internetGateway:InternetGateway net-internet", tableType + " net-public", routeType + " net-public", tableType + " net-isolated",
	endpointType + " net-s3", endpointType + " net-dynamodb",
}

func nats(n int) []string {
	var list []string
	for i := 1; i <= n; i++ {
		list = append(list, fmt.Sprintf("aws:ec2/eip:Eip net-nat-%d", i), fmt.Sprintf("aws:ec2/natGateway:NatGateway net-nat-%d", i))
	}
	return list
}

var flowLogs = []string{
	"aws:cloudwatch/logGroup:LogGroup net-flow-logs", "aws:iam/role:Role net-flow-logs",
	"aws:iam/rolePolicy:RolePolicy net-flow-logs", "aws:ec2/flowLog:FlowLog net-flow-logs",
}

func TestNetworkPresets(t *testing.T) {
	t.Parallel()
	for preset, want := range map[string][]string{
		"":           slices.Concat(always, zoned(3), nats(3), flowLogs),
		"production": slices.Concat(always, zoned(3), nats(3), flowLogs),
		"sandbox":    slices.Concat(always, zoned(2), nats(1)),
	} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			wantList(t, record(t, makeNetwork(network.NetworkArgs{Preset: preset})), want...)
		})
	}
}

func TestNetworkIsClosed(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNetwork(network.NetworkArgs{Tags: pulumi.StringMap{"team": pulumi.String("a")}}))
	wantInputs(t, rec, "aws:ec2/vpc:Vpc", "net-vpc", map[string]any{
		"cidrBlock": "10.0.0.0/16", "enableDnsSupport": true, "enableDnsHostnames": true, "tags": map[string]any{"Name": "net", "team": "a"},
	})
	vpcID := rec.Find("aws:ec2/vpc:Vpc", "net-vpc").ID
	wantInputs(t, rec, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "net-default", map[string]any{"vpcId": vpcID, "ingress": nil, "egress": nil})
	for _, subnet := range rec.Type(subnetType) {
		if subnet.Input("mapPublicIpOnLaunch") != false {
			t.Errorf("%s gives out public addresses", subnet)
		}
	}
	if self := rec.Find(network.NetworkToken, "net"); self.Output("endpointSecurityGroupId") != "" {
		t.Errorf("without interface endpoints they have the security group %v", self.Output("endpointSecurityGroupId"))
	}
	for _, route := range rec.Type(routeType) {
		if route.Input("routeTableId") == rec.Find(tableType, "net-isolated").ID {
			t.Errorf("%s leads out of the isolated subnets", route)
		}
	}
}

func TestNetworkTiers(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"net-private-1": "10.0.0.0/20", "net-private-2": "10.0.16.0/20", "net-private-3": "10.0.32.0/20",
		"net-isolated-1": "10.0.128.0/21", "net-isolated-2": "10.0.136.0/21", "net-isolated-3": "10.0.144.0/21",
		"net-public-1": "10.0.192.0/21", "net-public-2": "10.0.200.0/21", "net-public-3": "10.0.208.0/21",
	}
	rec := record(t, makeNetwork(network.NetworkArgs{}))
	got := map[string]string{}
	for _, subnet := range rec.Type(subnetType) {
		got[subnet.Name] = fmt.Sprint(subnet.Input("cidrBlock"))
		zone := "eu-central-1" + string("abc"[subnet.Name[len(subnet.Name)-1]-'1'])
		if subnet.Input("availabilityZone") != zone {
			t.Errorf("%s is in %v, want %s", subnet, subnet.Input("availabilityZone"), zone)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ranges (-want +got):\n%s", diff)
	}
}

func TestNetworkRangesDoNotOverlap(t *testing.T) {
	t.Parallel()
	for _, cidr := range []string{"10.0.0.0/16", "10.7.128.0/17", "172.16.64.0/18", "192.168.96.0/19", "192.168.240.0/20"} {
		t.Run(cidr, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeNetwork(network.NetworkArgs{Cidr: cidr, Nat: "none", Zones: []string{"a", "b", "c", "d", "e", "f"}}))
			var ranges []netip.Prefix
			for _, subnet := range rec.Type(subnetType) {
				p := netip.MustParsePrefix(fmt.Sprint(subnet.Input("cidrBlock")))
				if !netip.MustParsePrefix(cidr).Contains(p.Addr()) || p != p.Masked() {
					t.Errorf("%s: %s is no part of %s", subnet, p, cidr)
				}
				for _, other := range ranges {
					if p.Overlaps(other) {
						t.Errorf("%s: %s overlaps with %s", subnet, p, other)
					}
				}
				ranges = append(ranges, p)
			}
			if len(ranges) != 18 {
				t.Errorf("%d subnets, want 18", len(ranges))
			}
		})
	}
}

// What is in a zone stays as it is when another zone is added.
func TestNetworkGrows(t *testing.T) {
	t.Parallel()
	for _, nat := range []string{"none", "single", "per-zone"} {
		t.Run(nat, func(t *testing.T) {
			t.Parallel()
			for zones := 1; zones < 3; zones++ {
				before := record(t, makeNetwork(network.NetworkArgs{AvailabilityZones: to(zones), Nat: nat}))
				after := record(t, makeNetwork(network.NetworkArgs{AvailabilityZones: to(zones + 1), Nat: nat}))
				for _, res := range before.Resources {
					grown := after.Get(res.URN)
					switch {
					case grown == nil:
						t.Errorf("%d to %d zones: %s is gone", zones, zones+1, res)
					case res.Type == endpointType || res.Type == network.NetworkToken:
						// A gateway endpoint gets the new route table.
					default:
						if diff := cmp.Diff(res.Inputs, grown.Inputs); diff != "" {
							t.Errorf("%d to %d zones: %s changes (-before +after):\n%s", zones, zones+1, res, diff)
						}
					}
				}
			}
		})
	}
}

func TestNetworkNat(t *testing.T) {
	t.Parallel()
	for nat, gateways := range map[string][]string{
		"none": nil, "single": {"net-nat-1", "net-nat-1", "net-nat-1"}, "per-zone": {"net-nat-1", "net-nat-2", "net-nat-3"},
	} {
		t.Run(nat, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeNetwork(network.NetworkArgs{Nat: nat}))
			for i, gateway := range gateways {
				name := fmt.Sprintf("net-private-%d", i+1)
				wantInputs(t, rec, routeType, name, map[string]any{
					"destinationCidrBlock": "0.0.0.0/0",
					"natGatewayId":         rec.Find("aws:ec2/natGateway:NatGateway", gateway).ID,
					"routeTableId":         rec.Find(tableType, name).ID,
				})
			}
			if nat == "none" && (rec.Find(routeType, "net-private-1") != nil || len(rec.Type("aws:ec2/eip:Eip")) > 0) {
				t.Error("private subnets have a way out")
			}
			wantInputs(t, rec, routeType, "net-public", map[string]any{"gatewayId": rec.Find("aws:ec2/internetGateway:InternetGateway", "net-internet").ID})
		})
	}
}

// A subnet that is handed on before it is connected fails what starts in it.
func TestNetworkHandsOnConnectedSubnets(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		net, err := network.NewNetwork(ctx, "net", &network.NetworkArgs{Preset: "sandbox"})
		if err != nil {
			return err
		}
		for role, ids := range map[string]pulumi.StringArrayOutput{"public": net.PublicSubnetIds, "private": net.PrivateSubnetIds} {
			if _, err := ec2.NewNetworkInterface(ctx, role, &ec2.NetworkInterfaceArgs{SubnetId: ids.Index(pulumi.Int(1))}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, tier := range []string{"public", "private"} {
		association := rec.Find(associationType, "net-"+tier+"-2")
		user := rec.Find("aws:ec2/networkInterface:NetworkInterface", tier)
		if !slices.Contains(user.Dependencies, association.URN) {
			t.Errorf("%s does not wait for %s", user, association)
		}
		table := map[string]string{"public": "net-public", "private": "net-private-2"}[tier]
		if route := rec.Find(routeType, table); !slices.Contains(association.Dependencies, route.URN) {
			t.Errorf("%s does not wait for %s", association, route)
		}
		if user.Input("subnetId") != rec.Find(subnetType, "net-"+tier+"-2").ID {
			t.Errorf("%s is in %v", user, user.Input("subnetId"))
		}
	}
}

func TestNetworkEndpoints(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNetwork(network.NetworkArgs{Preset: "sandbox", InterfaceEndpoints: []string{"ecr.api", "logs"}}))
	id := func(token, name string) any { return rec.Find(token, name).ID }
	tables := []any{id(tableType, "net-public"), id(tableType, "net-private-1"), id(tableType, "net-private-2"), id(tableType, "net-isolated")}
	for _, service := range []string{"s3", "dynamodb"} {
		wantInputs(t, rec, endpointType, "net-"+service, map[string]any{
			"serviceName": "com.amazonaws.eu-central-1." + service, "vpcEndpointType": "Gateway", "routeTableIds": tables,
		})
	}
	for _, service := range []string{"ecr.api", "logs"} {
		wantInputs(t, rec, endpointType, "net-"+service, map[string]any{
			"serviceName": "com.amazonaws.eu-central-1." + service, "vpcEndpointType": "Interface", "privateDnsEnabled": true,
			"subnetIds":        []any{id(subnetType, "net-private-1"), id(subnetType, "net-private-2")},
			"securityGroupIds": []any{id("aws:ec2/securityGroup:SecurityGroup", "net-endpoints")},
		})
	}
	wantInputs(t, rec, ingressType, "net-endpoints", map[string]any{
		"securityGroupId": id("aws:ec2/securityGroup:SecurityGroup", "net-endpoints"), "cidrIpv4": "10.0.0.0/16",
		"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "description": "HTTPS from the network",
	})
}

func TestNetworkFlowLogs(t *testing.T) {
	t.Parallel()
	for preset, days := range map[string]float64{"production": 30, "sandbox": 7} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeNetwork(network.NetworkArgs{
				Preset: preset, FlowLogs: to(true),
				KmsKeyArn: pulumi.String(keyArn), PermissionsBoundaryArn: pulumi.String(boundaryArn),
			}))
			wantInputs(t, rec, "aws:cloudwatch/logGroup:LogGroup", "net-flow-logs", map[string]any{"retentionInDays": days, "kmsKeyId": keyArn})
			group := rec.Find("aws:cloudwatch/logGroup:LogGroup", "net-flow-logs").Output("arn").(string)
			wantInputs(t, rec, "aws:ec2/flowLog:FlowLog", "net-flow-logs", map[string]any{
				"trafficType": "ALL", "logDestination": group, "logDestinationType": "cloud-watch-logs",
			})
			wantInputs(t, rec, "aws:iam/role:Role", "net-flow-logs", map[string]any{
				"permissionsBoundary":                     boundaryArn,
				"assumeRolePolicy.Statement[0].Principal": map[string]any{"Service": "vpc-flow-logs.amazonaws.com"},
				"assumeRolePolicy.Statement[0].Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}},
			})
			wantInputs(t, rec, "aws:iam/rolePolicy:RolePolicy", "net-flow-logs", map[string]any{
				"policy.Statement": []any{map[string]any{
					"Sid": "WriteFlowLogs", "Effect": "Allow",
					"Action":   []any{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
					"Resource": []any{group, group + ":*"},
				}},
			})
		})
	}
}

func TestNetworkExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNetwork(network.NetworkArgs{
		ExistingVpcId: pulumi.String("vpc-1"), ExistingPrivateSubnetIds: texts("subnet-1", "subnet-2"), InterfaceEndpoints: []string{"sqs"},
	}), recorder.Invoke("aws:ec2/getVpc:getVpc", func(args map[string]any) (map[string]any, error) {
		return map[string]any{"id": args["id"], "cidrBlock": "10.9.0.0/16"}, nil
	}))
	wantList(t, rec, "scaffold:network:Network net", "aws:ec2/securityGroup:SecurityGroup net-endpoints", ingressType+" net-endpoints", endpointType+" net-sqs")
	wantInputs(t, rec, ingressType, "net-endpoints", map[string]any{"cidrIpv4": "10.9.0.0/16"})
	wantInputs(t, rec, endpointType, "net-sqs", map[string]any{"vpcId": "vpc-1", "subnetIds": []any{"subnet-1", "subnet-2"}})
	want := map[string]any{
		"vpcId": "vpc-1", "cidr": "10.9.0.0/16", "publicSubnetIds": []any{},
		"privateSubnetIds": []any{"subnet-1", "subnet-2"}, "isolatedSubnetIds": []any{"subnet-1", "subnet-2"},
		"endpointSecurityGroupId": rec.Find("aws:ec2/securityGroup:SecurityGroup", "net-endpoints").ID,
	}
	if diff := cmp.Diff(want, rec.Find(network.NetworkToken, "net").Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestNetworkRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args network.NetworkArgs
		want []string
	}{
		"preset":         {network.NetworkArgs{Preset: "prod"}, []string{`preset: "prod" is not a preset`}},
		"cidr":           {network.NetworkArgs{Cidr: "ten"}, []string{`cidr: "ten" is not an IPv4 range; write it as 10.0.0.0/16`}},
		"cidr of IPv6":   {network.NetworkArgs{Cidr: "fd00::/16"}, []string{`cidr: "fd00::/16" is not an IPv4 range`}},
		"large cidr":     {network.NetworkArgs{Cidr: "10.0.0.0/8"}, []string{`cidr: "10.0.0.0/8" is a /8; use a /16 to a /20`}},
		"small cidr":     {network.NetworkArgs{Cidr: "10.0.0.0/24"}, []string{`cidr: "10.0.0.0/24" is a /24; use a /16 to a /20`}},
		"crooked cidr":   {network.NetworkArgs{Cidr: "10.0.1.0/16"}, []string{`cidr: "10.0.1.0/16" has bits set behind its prefix; 10.0.0.0/16 is the range`}},
		"no zones":       {network.NetworkArgs{AvailabilityZones: to(0)}, []string{"availabilityZones: 0 is out of range; use 1 to 6"}},
		"many zones":     {network.NetworkArgs{AvailabilityZones: to(7)}, []string{"availabilityZones: 7 is out of range; use 1 to 6"}},
		"zones disagree": {network.NetworkArgs{AvailabilityZones: to(3), Zones: []string{"a", "b"}}, []string{"zones: names 2 zones, but availabilityZones is 3"}},
		"zone twice":     {network.NetworkArgs{Zones: []string{"a", "b", "a"}}, []string{"zones: names a zone twice"}},
		"seven zones":    {network.NetworkArgs{Zones: strings.Split("abcdefg", "")}, []string{"zones: has 7 zones; at most 6"}},
		"nat":            {network.NetworkArgs{Nat: "instance"}, []string{`nat: "instance" is not possible; use one of none, single, per-zone`}},
		"endpoint typo":  {network.NetworkArgs{InterfaceEndpoints: []string{"secretmanager"}}, []string{`interfaceEndpoints: "secretmanager" is not a service with an endpoint; did you mean "secretsmanager"?`}},
		"endpoint":       {network.NetworkArgs{InterfaceEndpoints: []string{"mainframe"}}, []string{`interfaceEndpoints: "mainframe" is not a service with an endpoint; use the part`}},
		"gateway":        {network.NetworkArgs{InterfaceEndpoints: []string{"s3"}}, []string{`interfaceEndpoints: "s3" is always reached inside the network`}},
		"endpoint twice": {network.NetworkArgs{InterfaceEndpoints: []string{"sqs", "sqs"}}, []string{`interfaceEndpoints: "sqs" is named twice`}},
		"retention":      {network.NetworkArgs{FlowLogsRetentionDays: to(31)}, []string{"flowLogsRetentionDays: CloudWatch Logs cannot keep logs for 31 days; use one of"}},
		"subnets alone":  {network.NetworkArgs{ExistingPrivateSubnetIds: texts("s")}, []string{"existingVpcId: is required with existing subnets"}},
		"vpc alone":      {network.NetworkArgs{ExistingVpcId: pulumi.String("v")}, []string{"existingPrivateSubnetIds: is required"}},
		"all of existing": {
			network.NetworkArgs{
				ExistingVpcId: pulumi.String("v"), ExistingPrivateSubnetIds: texts("s"),
				Cidr: "10.0.0.0/16", AvailabilityZones: to(2), Zones: []string{"a", "b"}, Nat: "none", FlowLogs: to(true),
			},
			[]string{"cidr: has no effect on an existing VPC", "availabilityZones: has", "zones: has", "nat: has", "flowLogs: has"},
		},
		"all at once": {network.NetworkArgs{Preset: "x", Cidr: "y", Nat: "z"}, []string{"preset: ", "cidr: ", "nat: "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeNetwork(c.args), c.want...)
		})
	}
}

func TestNetworkTooManyZonesForTheRegion(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(makeNetwork(network.NetworkArgs{AvailabilityZones: to(3)}),
		recorder.Invoke("aws:index/getAvailabilityZones:getAvailabilityZones", func(map[string]any) (map[string]any, error) {
			return map[string]any{"names": []any{"us-west-1c", "us-west-1b"}}, nil
		}))
	want := "availabilityZones: 3 is more than the region has; use at most 2 (us-west-1b, us-west-1c)"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestNetworkTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNetwork(network.NetworkArgs{
		Transform: network.NetworkTransform{
			Vpc: func(args *ec2.VpcArgs, opts *[]pulumi.ResourceOption) {
				args.InstanceTenancy = pulumi.String("dedicated")
				*opts = append(*opts, pulumi.Protect(true))
			},
			Subnet: func(args *ec2.SubnetArgs, _ *[]pulumi.ResourceOption) { args.EnableDns64 = pulumi.Bool(true) },
		},
	}))
	wantInputs(t, rec, "aws:ec2/vpc:Vpc", "net-vpc", map[string]any{"instanceTenancy": "dedicated"})
	if !rec.Find("aws:ec2/vpc:Vpc", "net-vpc").Protect {
		t.Error("the transform's option is lost")
	}
	wantInputs(t, rec, subnetType, "net-isolated-3", map[string]any{"enableDns64": true})
}

func TestNetworkLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		_, err := network.NewNetwork(ctx, fifty, nil)
		return err
	})
	name, _ := rec.Find("aws:iam/role:Role", fifty+"-flow-logs").Input("name").(string)
	if len(name) > 64 || !strings.HasPrefix(name, fifty) {
		t.Errorf("role is named %q (%d characters), want at most 64", name, len(name))
	}
}
