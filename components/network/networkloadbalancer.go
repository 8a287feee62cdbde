package network

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// NetworkLoadBalancerToken is the type of NetworkLoadBalancer in Pulumi's state.
const NetworkLoadBalancerToken = "scaffold:network:NetworkLoadBalancer"

// NetworkLoadBalancerArgs are the arguments of a NetworkLoadBalancer.
type NetworkLoadBalancerArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ID of the VPC.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// The IDs of the subnets the load balancer is in, one a zone: public ones, or
	// private ones for an internal load balancer.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// Reachable from inside the network only. Default: false.
	Internal *bool `pulumi:"internal,optional"`
	// What clients speak: "TLS", which ends here, or "TCP", which is passed on as it
	// is. Default: "TLS"; "TCP" for an application load balancer as the target.
	Protocol string `pulumi:"protocol,optional"`
	// The port clients connect to. Default: 443.
	Port *int `pulumi:"port,optional"`
	// The IPv4 and IPv6 ranges that may connect. Default: everyone, which takes port
	// 443; for an internal load balancer, the private IPv4 ranges.
	AllowedCidrs []string `pulumi:"allowedCidrs,optional"`
	// The ARN of the certificate for TLS, in the region of the load balancer.
	// Required for, and only for, the protocol "TLS".
	CertificateArn pulumi.StringPtrInput `pulumi:"certificateArn,optional"`
	// The TLS versions and ciphers that are accepted, as the name of one of the ELB
	// security policies without TLS 1.0 and 1.1. Default:
	// "ELBSecurityPolicy-TLS13-1-2-2021-06" (TLS 1.2 and 1.3).
	SslPolicy string `pulumi:"sslPolicy,optional"`
	// The port targets listen on. Default: 8080; 443 for an application load balancer.
	TargetPort *int `pulumi:"targetPort,optional"`
	// Speak TLS to the targets too. Their certificates are not verified. Default: false.
	TargetTls *bool `pulumi:"targetTls,optional"`
	// The ARN of the listener of an application load balancer that everything is
	// passed on to, such as the listenerArn of a LoadBalancer: that gives it fixed
	// addresses. Its port is targetPort. It sees the addresses of the clients, so that
	// its allowedCidrs are about them, and must not ask for client certificates, which
	// health checks have none of. Default: targets are registered by their IP
	// addresses, as a Service does.
	AlbListenerArn pulumi.StringPtrInput `pulumi:"albListenerArn,optional"`
	// The path that answers HTTP requests with a status of 200 to 399 while a target
	// can work (HTTPS with targetTls). Default: a target is healthy that takes
	// connections. An application load balancer is asked over HTTPS for "/" by
	// default, and healthy whatever it answers but a server error.
	HealthPath string `pulumi:"healthPath,optional"`
	// How many seconds connections to a target that is being stopped may go on, 0 to
	// 3600. Default: 30 in production, 5 in sandbox.
	DeregistrationDelaySeconds *int `pulumi:"deregistrationDelaySeconds,optional"`
	// Let each zone use the targets of all, so that a zone with few targets is not
	// overloaded and one without any still answers. AWS charges for traffic between
	// zones. Default: true.
	CrossZone *bool `pulumi:"crossZone,optional"`
	// How many fixed public addresses to make: as many as there are subnets. Default:
	// none; the addresses are AWS's and can change.
	StaticIps *int `pulumi:"staticIps,optional"`
	// The allocation IDs of elastic IP addresses that exist already, one a subnet in
	// the same order. Give these or staticIps.
	AllocationIds []pulumi.StringInput `pulumi:"allocationIds,optional"`
	// Keep a log of the TLS connections in a bucket. Default: true with the protocol
	// "TLS"; AWS logs no others.
	AccessLogs *bool `pulumi:"accessLogs,optional"`
	// The name of a bucket that exists already and takes the access logs; its policy
	// has to let log delivery write. Default: a bucket of the component's own.
	AccessLogsBucket string `pulumi:"accessLogsBucket,optional"`
	// How many days access logs are kept in the component's own bucket. Default: 90
	// in production, 14 in sandbox.
	AccessLogsRetentionDays *int `pulumi:"accessLogsRetentionDays,optional"`
	// The ARN of the KMS key that encrypts the component's own log bucket. Its policy
	// must let log delivery use it, as a Key with the service "delivery.logs" does.
	// Default: keys of S3.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// Keep the load balancer, its addresses and its logs from being deleted by one
	// mistake. Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The domain name that leads to the load balancer; it needs a zone. Default:
	// only the name AWS gives.
	DomainName string `pulumi:"domainName,optional"`
	// The ID of the hosted zone that gets the records of the domain name.
	ZoneId pulumi.StringPtrInput `pulumi:"zoneId,optional"`
	// The ARN of the topic that gets the component's alarms (unhealthy targets, no
	// healthy target, no ports left). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform NetworkLoadBalancerTransform
}

// NetworkLoadBalancerTransform reaches every property of the children of a NetworkLoadBalancer.
type NetworkLoadBalancerTransform struct {
	LoadBalancer      func(*lb.LoadBalancerArgs, *[]pulumi.ResourceOption)
	Listener          func(*lb.ListenerArgs, *[]pulumi.ResourceOption)
	TargetGroup       func(*lb.TargetGroupArgs, *[]pulumi.ResourceOption)
	Attachment        func(*lb.TargetGroupAttachmentArgs, *[]pulumi.ResourceOption)
	Address           func(*ec2.EipArgs, *[]pulumi.ResourceOption)
	SecurityGroup     func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	IngressRule       func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	EgressRule        func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
	Record            func(*route53.RecordArgs, *[]pulumi.ResourceOption)
	Bucket            func(*s3.BucketV2Args, *[]pulumi.ResourceOption)
	PublicAccessBlock func(*s3.BucketPublicAccessBlockArgs, *[]pulumi.ResourceOption)
	OwnershipControls func(*s3.BucketOwnershipControlsArgs, *[]pulumi.ResourceOption)
	Encryption        func(*s3.BucketServerSideEncryptionConfigurationV2Args, *[]pulumi.ResourceOption)
	Versioning        func(*s3.BucketVersioningV2Args, *[]pulumi.ResourceOption)
	Lifecycle         func(*s3.BucketLifecycleConfigurationV2Args, *[]pulumi.ResourceOption)
	BucketPolicy      func(*s3.BucketPolicyArgs, *[]pulumi.ResourceOption)
	Alarm             convention.AlarmTransform
}

// NetworkLoadBalancer passes connections of one port on to one service, or to an
// application load balancer, from addresses that can be fixed.
type NetworkLoadBalancer struct {
	pulumi.ResourceState

	// The ARN of the load balancer.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The part of the ARN that CloudWatch metrics are kept under.
	ArnSuffix pulumi.StringOutput `pulumi:"arnSuffix"`
	// The domain name that AWS gave the load balancer.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// The ID of the hosted zone of dnsName, for an alias record.
	ZoneId pulumi.StringOutput `pulumi:"zoneId"`
	// Where clients connect to, as name:port.
	Endpoint pulumi.StringOutput `pulumi:"endpoint"`
	// The fixed addresses made for staticIps; empty without.
	StaticIps pulumi.StringArrayOutput `pulumi:"staticIps"`
	// The ARN of the listener.
	ListenerArn pulumi.StringOutput `pulumi:"listenerArn"`
	// The ARN of the target group, for the service to register its tasks with. It is
	// known only once the listener leads there.
	TargetGroupArn pulumi.StringOutput `pulumi:"targetGroupArn"`
	// The part of the ARN that CloudWatch metrics are kept under.
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
	// The ID of the security group of the load balancer, which targets let in.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
}

// NewNetworkLoadBalancer creates a NetworkLoadBalancer. It fails for TLS without a
// certificate, for ports that must not be open to everyone, and for addresses
// that do not fit the subnets.
func NewNetworkLoadBalancer(ctx *pulumi.Context, name string, args *NetworkLoadBalancerArgs, opts ...pulumi.ResourceOption) (*NetworkLoadBalancer, error) {
	if args == nil {
		args = &NetworkLoadBalancerArgs{}
	}
	s := convention.Open(ctx, NetworkLoadBalancerToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	checkNetworkLoadBalancer(s, args)
	n := &NetworkLoadBalancer{}
	if err := s.Register(n, args, opts...); err != nil {
		return nil, err
	}

	internal, target := convention.Or(args.Internal, false), targetPort(args)
	var err error
	// A load balancer that was made without a security group can never have one.
	if n.SecurityGroupId, err = (access{
		vpcId: args.VpcId, cidrs: allowedCidrs(args.AllowedCidrs, internal),
		ports:   []port{{"clients", protocol(args), "", convention.Or(args.Port, 443)}},
		targets: "TCP to targets, and to their health check", first: target, last: target,
		group: args.Transform.SecurityGroup, ingress: args.Transform.IngressRule, egress: args.Transform.EgressRule,
	}).securityGroup(s); err != nil {
		return nil, err
	}
	protect := convention.Choose(args.DeletionProtection, s.Preset, true, false)
	balancerArgs := &lb.LoadBalancerArgs{
		Name:             s.ShortName("load-balancer", 32, args.VpcId, pulumi.String(strconv.FormatBool(internal))),
		LoadBalancerType: pulumi.String("network"),
		Internal:         pulumi.Bool(internal), SecurityGroups: pulumi.StringArray{n.SecurityGroupId},
		EnableCrossZoneLoadBalancing: pulumi.Bool(convention.Or(args.CrossZone, true)),
		EnableDeletionProtection:     pulumi.Bool(protect),
		Tags:                         s.Tags(name),
	}
	if err := n.addresses(s, args, balancerArgs); err != nil {
		return nil, err
	}
	ready, err := n.logs(s, args, balancerArgs)
	if err != nil {
		return nil, err
	}
	// AWS tries to write into the log bucket when the load balancer is created.
	balancer, err := lb.NewLoadBalancer(ctx, s.Child("load-balancer"), balancerArgs,
		convention.With(s, args.Transform.LoadBalancer, balancerArgs, pulumi.Protect(protect), pulumi.DependsOn(ready)))
	if err != nil {
		return nil, fmt.Errorf("creating the load balancer of %s: %w", name, err)
	}
	n.Arn, n.ArnSuffix, n.DnsName, n.ZoneId = balancer.Arn, balancer.ArnSuffix, balancer.DnsName, balancer.ZoneId
	n.Endpoint = pulumi.Sprintf("%s:%d", n.DnsName, convention.Or(args.Port, 443))
	if args.DomainName != "" {
		n.Endpoint = pulumi.Sprintf("%s:%d", pulumi.String(args.DomainName), convention.Or(args.Port, 443))
	}
	if err := n.listen(s, args); err != nil {
		return nil, err
	}
	if err := lead(s, args.DomainName, args.ZoneId, n.DnsName, n.ZoneId, args.Transform.Record); err != nil {
		return nil, err
	}
	if err := n.alarms(s, args); err != nil {
		return nil, err
	}
	return n, s.Done()
}
