package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NetworkToken is the type of Network in Pulumi's state.
const NetworkToken = "scaffold:network:Network"

// NetworkArgs are the arguments of a Network.
type NetworkArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The private IPv4 range of the network, a /16 to a /20. It cannot be changed
	// later without replacing everything inside, and must not overlap with networks
	// this one is ever connected to. Default: "10.0.0.0/16".
	Cidr string `pulumi:"cidr,optional"`
	// In how many availability zones the network has subnets, 1 to 6. Each has a
	// fixed place in the range, so that a zone can be added later without touching
	// the others. Default: 3 in production, 2 in sandbox.
	AvailabilityZones *int `pulumi:"availabilityZones,optional"`
	// The names of the availability zones, such as "eu-central-1a". Add new ones at
	// the end: the first zone has the first place in the range, and so on. Default:
	// the first ones, in alphabetical order, of those the account has without opting in.
	Zones []string `pulumi:"zones,optional"`
	// How private subnets reach the internet: "per-zone" (one NAT gateway in each
	// zone: none of them is missed by another zone), "single" (one for all zones) or
	// "none". Default: "per-zone" in production, "single" in sandbox.
	Nat string `pulumi:"nat,optional"`
	// The AWS services that are reached inside the network instead of over the
	// internet, by their short names, such as "ecr.api", "ecr.dkr", "logs",
	// "secretsmanager", "sqs" and "sns". Each costs by the hour and zone. S3 and
	// DynamoDB need not be named: they are always reached inside, at no cost.
	InterfaceEndpoints []string `pulumi:"interfaceEndpoints,optional"`
	// Record the connections in the network, accepted and rejected, in CloudWatch
	// Logs. Default: true in production, false in sandbox.
	FlowLogs *bool `pulumi:"flowLogs,optional"`
	// How many days the recorded connections are kept; one of the numbers CloudWatch
	// Logs allows. Default: 30 in production, 7 in sandbox.
	FlowLogsRetentionDays *int `pulumi:"flowLogsRetentionDays,optional"`
	// The ARN of the KMS key that encrypts the recorded connections. Its policy must
	// let CloudWatch Logs use it, as a Key with the service "logs" does. Default: a
	// key of AWS.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// The ARN of the policy that bounds the permissions of the role that the
	// component creates for recording connections. Default: none.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ID of a VPC that exists already. Its subnets have to be given too; nothing
	// but the endpoints asked for and their security group is created in it.
	ExistingVpcId pulumi.StringPtrInput `pulumi:"existingVpcId,optional"`
	// The IDs of the public subnets of an existing VPC. Default: none.
	ExistingPublicSubnetIds pulumi.StringArrayInput `pulumi:"existingPublicSubnetIds,optional"`
	// The IDs of the private subnets of an existing VPC; required with existingVpcId.
	ExistingPrivateSubnetIds pulumi.StringArrayInput `pulumi:"existingPrivateSubnetIds,optional"`
	// The IDs of the subnets without a route out of an existing VPC, for databases.
	// Default: its private subnets.
	ExistingIsolatedSubnetIds pulumi.StringArrayInput `pulumi:"existingIsolatedSubnetIds,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform NetworkTransform
}

// NetworkTransform reaches every property of the children of a Network.
type NetworkTransform struct {
	Vpc                   func(*ec2.VpcArgs, *[]pulumi.ResourceOption)
	DefaultSecurityGroup  func(*ec2.DefaultSecurityGroupArgs, *[]pulumi.ResourceOption)
	InternetGateway       func(*ec2.InternetGatewayArgs, *[]pulumi.ResourceOption)
	Subnet                func(*ec2.SubnetArgs, *[]pulumi.ResourceOption)
	RouteTable            func(*ec2.RouteTableArgs, *[]pulumi.ResourceOption)
	Route                 func(*ec2.RouteArgs, *[]pulumi.ResourceOption)
	RouteTableAssociation func(*ec2.RouteTableAssociationArgs, *[]pulumi.ResourceOption)
	Eip                   func(*ec2.EipArgs, *[]pulumi.ResourceOption)
	NatGateway            func(*ec2.NatGatewayArgs, *[]pulumi.ResourceOption)
	VpcEndpoint           func(*ec2.VpcEndpointArgs, *[]pulumi.ResourceOption)
	SecurityGroup         func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule           func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	LogGroup              func(*cloudwatch.LogGroupArgs, *[]pulumi.ResourceOption)
	Role                  func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy            func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	FlowLog               func(*ec2.FlowLogArgs, *[]pulumi.ResourceOption)
}

// Network is a VPC with three tiers of subnets: public ones for load balancers,
// private ones that reach the internet but are not reached from it, and isolated
// ones without any way out, for databases.
type Network struct {
	pulumi.ResourceState

	// The ID of the VPC.
	VpcId pulumi.StringOutput `pulumi:"vpcId"`
	// The IDs of the public subnets, one a zone.
	PublicSubnetIds pulumi.StringArrayOutput `pulumi:"publicSubnetIds"`
	// The IDs of the private subnets, one a zone.
	PrivateSubnetIds pulumi.StringArrayOutput `pulumi:"privateSubnetIds"`
	// The IDs of the isolated subnets, one a zone.
	IsolatedSubnetIds pulumi.StringArrayOutput `pulumi:"isolatedSubnetIds"`
	// The ID of the security group of the interface endpoints, which lets HTTPS in
	// from the network; empty without interface endpoints.
	EndpointSecurityGroupId pulumi.StringOutput `pulumi:"endpointSecurityGroupId"`
	// The IPv4 range of the network.
	Cidr pulumi.StringOutput `pulumi:"cidr"`
}

// NewNetwork creates a Network. It fails for a range AWS cannot use, for zones
// that do not add up, for endpoints AWS does not have, and for an existing VPC
// that is only half described.
func NewNetwork(ctx *pulumi.Context, name string, args *NetworkArgs, opts ...pulumi.ResourceOption) (*Network, error) {
	if args == nil {
		args = &NetworkArgs{}
	}
	s := convention.Open(ctx, NetworkToken, name, args.Preset).Tagged(args.Tags)
	layout := checkNetwork(s, args)
	n := &Network{}
	if err := s.Register(n, args, opts...); err != nil {
		return nil, err
	}
	if args.ExistingVpcId != nil {
		if err := n.adopt(s, args); err != nil {
			return nil, err
		}
		return n, s.Done()
	}

	vpcArgs := &ec2.VpcArgs{
		CidrBlock:          pulumi.String(layout.cidr.String()),
		EnableDnsSupport:   pulumi.Bool(true),
		EnableDnsHostnames: pulumi.Bool(true), // without it endpoints have no private names
		Tags:               s.Tags(name),
	}
	network, err := ec2.NewVpc(ctx, s.Child("vpc"), vpcArgs, convention.With(s, args.Transform.Vpc, vpcArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the VPC of %s: %w", name, err)
	}
	n.VpcId, n.Cidr = network.ID().ToStringOutput(), network.CidrBlock

	// Named by nobody, it would let its members talk to each other: whatever is
	// started without a security group gets it. Without rules it lets nothing
	// through (control EC2.2 of AWS Security Hub).
	defaultArgs := &ec2.DefaultSecurityGroupArgs{VpcId: n.VpcId, Tags: s.Tags(s.Child("unused"))}
	if _, err := ec2.NewDefaultSecurityGroup(ctx, s.Child("default"), defaultArgs, convention.With(s, args.Transform.DefaultSecurityGroup, defaultArgs)); err != nil {
		return nil, fmt.Errorf("emptying the default security group of %s: %w", name, err)
	}
	tables, err := n.subnets(s, args, layout)
	if err != nil {
		return nil, err
	}
	if err := n.endpoints(s, args, tables); err != nil {
		return nil, err
	}
	if convention.Choose(args.FlowLogs, s.Preset, true, false) {
		if err := n.flowLogs(s, args); err != nil {
			return nil, err
		}
	}
	return n, s.Done()
}

// adopt takes over a VPC that exists.
func (n *Network) adopt(s *convention.Scope, args *NetworkArgs) error {
	n.VpcId = args.ExistingVpcId.ToStringPtrOutput().Elem()
	n.Cidr = ec2.LookupVpcOutput(s.Ctx, ec2.LookupVpcOutputArgs{Id: n.VpcId.ToStringPtrOutput()}, s.Invoke()).CidrBlock()
	n.PrivateSubnetIds = args.ExistingPrivateSubnetIds.ToStringArrayOutput()
	n.PublicSubnetIds = pulumi.StringArray{}.ToStringArrayOutput()
	if args.ExistingPublicSubnetIds != nil {
		n.PublicSubnetIds = args.ExistingPublicSubnetIds.ToStringArrayOutput()
	}
	n.IsolatedSubnetIds = n.PrivateSubnetIds
	if args.ExistingIsolatedSubnetIds != nil {
		n.IsolatedSubnetIds = args.ExistingIsolatedSubnetIds.ToStringArrayOutput()
	}
	return n.endpoints(s, args, nil)
}
