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
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
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
	// The ARN of a trust store that exists already: clients have to show a
	// certificate that one of its authorities has issued (mutual TLS), and targets get
	// it in the header X-Amzn-Mtls-Clientcert-Leaf. Health checks of Route 53 and of a
	// NetworkLoadBalancer in front have no certificate and fail. Default: clients need none.
	TrustStoreArn pulumi.StringPtrInput `pulumi:"trustStoreArn,optional"`
	// The name of the bucket with the certificates of the authorities that clients'
	// certificates have to be issued by (mutual TLS); the component makes a trust
	// store of them. Give this and caBundleKey, or trustStoreArn.
	CaBundleBucket pulumi.StringPtrInput `pulumi:"caBundleBucket,optional"`
	// The key of the object in caBundleBucket: certificates in PEM format, one after another.
	CaBundleKey string `pulumi:"caBundleKey,optional"`
	// The version of the object. AWS reads it when the trust store is made or this
	// changes, and not when the object does. Default: the newest one at that time.
	CaBundleVersion string `pulumi:"caBundleVersion,optional"`
	// The ARN of a web application firewall (a web ACL of WAFv2 with the scope
	// REGIONAL, in the region of the load balancer) that looks at every request
	// first. Default: none.
	WebAclArn pulumi.StringPtrInput `pulumi:"webAclArn,optional"`
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
	TrustStore        func(*lb.TrustStoreArgs, *[]pulumi.ResourceOption)
	WebAclAssociation func(*wafv2.WebAclAssociationArgs, *[]pulumi.ResourceOption)
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

	internal := convention.Or(args.Internal, false)
	var err error
	if l.SecurityGroupId, err = (access{
		vpcId: args.VpcId, cidrs: allowedCidrs(args.AllowedCidrs, internal),
		ports:   []port{{"https", "HTTPS", "", 443}, {"http", "HTTP", ", to be redirected", 80}},
		targets: "TCP to targets, which are on any port of the network", first: 0, last: 65535,
		group: args.Transform.SecurityGroup, ingress: args.Transform.IngressRule, egress: args.Transform.EgressRule,
	}).securityGroup(s); err != nil {
		return nil, err
	}
	protect := convention.Choose(args.DeletionProtection, s.Preset, true, false)
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
		Tags:                     s.Tags(name),
	}
	ready, err := l.logs(s, args, balancerArgs)
	if err != nil {
		return nil, err
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
	if err := l.firewall(s, args); err != nil {
		return nil, err
	}
	if err := lead(s, args.DomainName, args.ZoneId, l.DnsName, l.ZoneId, args.Transform.Record); err != nil {
		return nil, err
	}
	if err := l.alarms(s, args); err != nil {
		return nil, err
	}
	return l, s.Done()
}
