package network

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// LoadBalancerToken is the type of LoadBalancer in Pulumi's state.
const LoadBalancerToken = "scaffold:network:LoadBalancer"

// LoadBalancerArgs are the arguments of a LoadBalancer.
type LoadBalancerArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ID of the VPC.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// The IDs of the subnets the load balancer is in, in at least two zones: public
	// ones, or private ones for an internal load balancer.
	SubnetIds pulumi.StringArrayInput `pulumi:"subnetIds"`
	// The ARN of the certificate for HTTPS, in the region of the load balancer.
	CertificateArn pulumi.StringInput `pulumi:"certificateArn"`
	// Reachable from inside the network only. Default: false.
	Internal *bool `pulumi:"internal,optional"`
	// The IPv4 and IPv6 ranges that may connect, on port 443 and on port 80, which
	// only redirects to 443. Default: everyone; for an internal load balancer, the
	// private IPv4 ranges.
	AllowedCidrs []string `pulumi:"allowedCidrs,optional"`
	// The TLS versions and ciphers that are accepted, as the name of one of the ELB
	// security policies without TLS 1.0 and 1.1. Default:
	// "ELBSecurityPolicy-TLS13-1-2-2021-06" (TLS 1.2 and 1.3).
	SslPolicy string `pulumi:"sslPolicy,optional"`
	// After how many seconds without data a connection is closed, 1 to 4000. Default: 60.
	IdleTimeoutSeconds *int `pulumi:"idleTimeoutSeconds,optional"`
	// Keep a log of all requests in a bucket. Default: true.
	AccessLogs *bool `pulumi:"accessLogs,optional"`
	// The name of a bucket that exists already and takes the access logs; its policy
	// has to let the load balancer write. Default: a bucket of the component's own.
	AccessLogsBucket string `pulumi:"accessLogsBucket,optional"`
	// How many days access logs are kept in the component's own bucket. Default: 90
	// in production, 14 in sandbox.
	AccessLogsRetentionDays *int `pulumi:"accessLogsRetentionDays,optional"`
	// Keep the load balancer and its logs from being deleted by one mistake. Default:
	// true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The domain name that leads to the load balancer; it needs a zone. Default:
	// only the name AWS gives.
	DomainName string `pulumi:"domainName,optional"`
	// The ID of the hosted zone that gets the records of the domain name.
	ZoneId pulumi.StringPtrInput `pulumi:"zoneId,optional"`
	// The ARN of the topic that gets the component's alarms (failing requests,
	// failing load balancer, rejected connections). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform LoadBalancerTransform
}

// LoadBalancerTransform reaches every property of the children of a LoadBalancer.
type LoadBalancerTransform struct {
	LoadBalancer      func(*lb.LoadBalancerArgs, *[]pulumi.ResourceOption)
	Listener          func(*lb.ListenerArgs, *[]pulumi.ResourceOption)
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

// LoadBalancer is an application load balancer that speaks HTTPS and answers 404
// to whatever no Route has claimed.
type LoadBalancer struct {
	pulumi.ResourceState

	// The ARN of the load balancer, for a web application firewall.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The part of the ARN that CloudWatch metrics are kept under.
	ArnSuffix pulumi.StringOutput `pulumi:"arnSuffix"`
	// The domain name that AWS gave the load balancer.
	DnsName pulumi.StringOutput `pulumi:"dnsName"`
	// The ID of the hosted zone of dnsName, for an alias record.
	ZoneId pulumi.StringOutput `pulumi:"zoneId"`
	// The ARN of the HTTPS listener, for the listenerArn of a Route.
	ListenerArn pulumi.StringOutput `pulumi:"listenerArn"`
	// The ID of the security group of the load balancer, which services let in.
	SecurityGroupId pulumi.StringOutput `pulumi:"securityGroupId"`
	// The address that users reach the system by: the domain name, if there is one.
	Url pulumi.StringOutput `pulumi:"url"`
}

// NewLoadBalancer creates a LoadBalancer. It fails without a certificate, for
// TLS policies with known weaknesses, and for a domain name without its zone.
func NewLoadBalancer(ctx *pulumi.Context, name string, args *LoadBalancerArgs, opts ...pulumi.ResourceOption) (*LoadBalancer, error) {
	if args == nil {
		args = &LoadBalancerArgs{}
	}
	s := convention.Open(ctx, LoadBalancerToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	checkLoadBalancer(s, args)
	l := &LoadBalancer{}
	if err := s.Register(l, args, opts...); err != nil {
		return nil, err
	}

	if err := l.securityGroup(s, args); err != nil {
		return nil, err
	}
	logs, ready, err := accessLogs(s, args)
	if err != nil {
		return nil, err
	}
	protect := convention.Choose(args.DeletionProtection, s.Preset, true, false)
	internal := convention.Or(args.Internal, false)
	balancerArgs := &lb.LoadBalancerArgs{
		Name:             s.ShortName("load-balancer", 32, args.VpcId, pulumi.String(strconv.FormatBool(internal))),
		LoadBalancerType: pulumi.String("application"),
		Internal:         pulumi.Bool(internal),
		Subnets:          args.SubnetIds, SecurityGroups: pulumi.StringArray{l.SecurityGroupId},
		IdleTimeout: pulumi.Int(convention.Or(args.IdleTimeoutSeconds, 60)), EnableHttp2: pulumi.Bool(true),
		// Requests that two servers could understand differently end here (controls
		// ELB.4 and ELB.12 of AWS Security Hub).
		DropInvalidHeaderFields: pulumi.Bool(true), DesyncMitigationMode: pulumi.String("defensive"),
		EnableDeletionProtection: pulumi.Bool(protect),
		AccessLogs:               logs,
		Tags:                     s.Tags(name),
	}
	// AWS tries to write into the log bucket when the load balancer is created.
	balancer, err := lb.NewLoadBalancer(ctx, s.Child("load-balancer"), balancerArgs,
		convention.With(s, args.Transform.LoadBalancer, balancerArgs, pulumi.Protect(protect), pulumi.DependsOn(ready)))
	if err != nil {
		return nil, fmt.Errorf("creating the load balancer of %s: %w", name, err)
	}
	l.Arn, l.ArnSuffix, l.DnsName, l.ZoneId = balancer.Arn, balancer.ArnSuffix, balancer.DnsName, balancer.ZoneId
	l.Url = pulumi.Sprintf("https://%s", l.DnsName)
	if args.DomainName != "" {
		l.Url = pulumi.Sprintf("https://%s", pulumi.String(args.DomainName))
	}
	if err := l.listeners(s, args); err != nil {
		return nil, err
	}
	if err := l.records(s, args); err != nil {
		return nil, err
	}
	if err := l.alarms(s, args); err != nil {
		return nil, err
	}
	return l, s.Done()
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html,
// those without TLS 1.0, TLS 1.1 and ciphers without forward secrecy.
var sslPolicies = []string{
	"ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
	"ELBSecurityPolicy-FS-1-2-Res-2020-10", "ELBSecurityPolicy-FS-1-2-Res-2019-08",
}

func checkLoadBalancer(s *convention.Scope, args *LoadBalancerArgs) {
	s.Require("vpcId", args.VpcId, "it is where the security group of the load balancer is")
	s.Require("subnetIds", args.SubnetIds, "AWS wants subnets in at least two zones")
	s.Require("certificateArn", args.CertificateArn, "requests are answered over HTTPS only; a Certificate of this library gives one")
	s.OneOf("sslPolicy", sslPolicy(args), sslPolicies...)
	s.Between("idleTimeoutSeconds", convention.Or(args.IdleTimeoutSeconds, 60), 1, 4000,
		"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout")
	for _, cidr := range args.AllowedCidrs {
		if prefix, err := netip.ParsePrefix(cidr); err != nil {
			s.Refuse("allowedCidrs", "%q is not an IP range; write it as 203.0.113.0/24", cidr)
		} else if prefix.Masked() != prefix {
			s.Refuse("allowedCidrs", "%q has bits set behind its prefix; %s is the range that holds it", cidr, prefix.Masked())
		}
	}
	if args.DomainName != "" {
		s.DomainName("domainName", args.DomainName, false)
	}
	if (args.DomainName != "") != (args.ZoneId != nil) {
		s.Refuse("zoneId", "and domainName belong together: the records of the name are made in the zone. Give both or neither")
	}
	logs := convention.Or(args.AccessLogs, true)
	if !logs && (args.AccessLogsBucket != "" || args.AccessLogsRetentionDays != nil) {
		s.Refuse("accessLogs", "is false, but accessLogsBucket or accessLogsRetentionDays is given; leave those out, or accessLogs")
	}
	if logs && args.AccessLogsBucket != "" && args.AccessLogsRetentionDays != nil {
		s.Refuse("accessLogsRetentionDays", "has no effect on an existing bucket, whose owner decides how long it keeps what; leave it out")
	}
	s.Between("accessLogsRetentionDays", convention.Or(args.AccessLogsRetentionDays, 90), 1, 3653, "ten years at most")
}

func sslPolicy(args *LoadBalancerArgs) string {
	if args.SslPolicy == "" {
		return sslPolicies[0]
	}
	return args.SslPolicy
}

// securityGroup lets in who may connect. Targets are let in by their own groups.
func (l *LoadBalancer) securityGroup(s *convention.Scope, args *LoadBalancerArgs) error {
	name := s.Child("load-balancer")
	groupArgs := &ec2.SecurityGroupArgs{VpcId: args.VpcId.ToStringOutput().ToStringPtrOutput(), Description: pulumi.String("Load balancer " + s.Name), Tags: s.Tags(name)}
	group, err := ec2.NewSecurityGroup(s.Ctx, name, groupArgs, convention.With(s, args.Transform.SecurityGroup, groupArgs))
	if err != nil {
		return fmt.Errorf("creating the security group %s: %w", name, err)
	}
	l.SecurityGroupId = group.ID().ToStringOutput()

	allowed := args.AllowedCidrs
	switch {
	case len(allowed) > 0:
	case convention.Or(args.Internal, false):
		// https://www.rfc-editor.org/rfc/rfc1918#section-3
		allowed = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
	default:
		allowed = []string{"0.0.0.0/0", "::/0"}
	}
	for _, cidr := range allowed {
		for _, port := range []struct {
			name, description string
			number            int
		}{{"https", "HTTPS from " + cidr, 443}, {"http", "HTTP from " + cidr + ", to be redirected", 80}} {
			ruleArgs := &vpc.SecurityGroupIngressRuleArgs{
				SecurityGroupId: group.ID(), Description: pulumi.String(port.description),
				IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(port.number), ToPort: pulumi.Int(port.number),
				Tags: s.Tags(""),
			}
			if strings.Contains(cidr, ":") {
				ruleArgs.CidrIpv6 = pulumi.String(cidr)
			} else {
				ruleArgs.CidrIpv4 = pulumi.String(cidr)
			}
			if _, err := vpc.NewSecurityGroupIngressRule(s.Ctx, s.Child(port.name+"-"+cidr), ruleArgs, convention.With(s, args.Transform.IngressRule, ruleArgs)); err != nil {
				return fmt.Errorf("opening the security group %s: %w", name, err)
			}
		}
	}
	egressArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(), Description: pulumi.String("TCP to targets, which are on any port of the network"),
		CidrIpv4: pulumi.String("0.0.0.0/0"), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(0), ToPort: pulumi.Int(65535),
		Tags: s.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupEgressRule(s.Ctx, s.Child("targets"), egressArgs, convention.With(s, args.Transform.EgressRule, egressArgs)); err != nil {
		return fmt.Errorf("opening the security group %s: %w", name, err)
	}
	return nil
}
