package network

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// access is who may connect to a load balancer, on which ports, and where it may
// connect to. Targets are let in by their own groups.
type access struct {
	vpcId       pulumi.StringInput
	cidrs       []string
	ports       []port
	targets     string // described
	first, last int    // ports of targets
	group       func(*ec2.SecurityGroupArgs, *[]pulumi.ResourceOption)
	ingress     func(*vpc.SecurityGroupIngressRuleArgs, *[]pulumi.ResourceOption)
	egress      func(*vpc.SecurityGroupEgressRuleArgs, *[]pulumi.ResourceOption)
}

type port struct {
	name, protocol, purpose string
	number                  int
}

// allowedCidrs are those given, or everyone; to an internal load balancer, the
// private ranges of https://www.rfc-editor.org/rfc/rfc1918#section-3.
func allowedCidrs(given []string, internal bool) []string {
	switch {
	case len(given) > 0:
		return given
	case internal:
		return []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}
	}
	return []string{"0.0.0.0/0", "::/0"}
}

func (a access) securityGroup(s *convention.Scope) (pulumi.StringOutput, error) {
	var id pulumi.StringOutput
	name := s.Child("load-balancer")
	groupArgs := &ec2.SecurityGroupArgs{VpcId: a.vpcId.ToStringOutput().ToStringPtrOutput(), Description: pulumi.String("Load balancer " + s.Name), Tags: s.Tags(name)}
	group, err := ec2.NewSecurityGroup(s.Ctx, name, groupArgs, convention.With(s, a.group, groupArgs))
	if err != nil {
		return id, fmt.Errorf("creating the security group %s: %w", name, err)
	}
	for _, cidr := range a.cidrs {
		for _, port := range a.ports {
			ruleArgs := &vpc.SecurityGroupIngressRuleArgs{
				SecurityGroupId: group.ID(), Description: pulumi.String(port.protocol + " from " + cidr + port.purpose),
				IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(port.number), ToPort: pulumi.Int(port.number),
				Tags: s.Tags(""),
			}
			if strings.Contains(cidr, ":") {
				ruleArgs.CidrIpv6 = pulumi.String(cidr)
			} else {
				ruleArgs.CidrIpv4 = pulumi.String(cidr)
			}
			if _, err := vpc.NewSecurityGroupIngressRule(s.Ctx, s.Child(port.name+"-"+cidr), ruleArgs, convention.With(s, a.ingress, ruleArgs)); err != nil {
				return id, fmt.Errorf("opening the security group %s: %w", name, err)
			}
		}
	}
	egressArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(), Description: pulumi.String(a.targets),
		CidrIpv4: pulumi.String("0.0.0.0/0"), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(a.first), ToPort: pulumi.Int(a.last),
		Tags: s.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupEgressRule(s.Ctx, s.Child("targets"), egressArgs, convention.With(s, a.egress, egressArgs)); err != nil {
		return id, fmt.Errorf("opening the security group %s: %w", name, err)
	}
	return group.ID().ToStringOutput(), nil
}

// lead makes a domain name lead to a load balancer. The AAAA record answers
// nothing until a transform makes the load balancer dual-stack.
func lead(s *convention.Scope, domainName string, in pulumi.StringPtrInput, dnsName, zoneId pulumi.StringOutput, transform func(*route53.RecordArgs, *[]pulumi.ResourceOption)) error {
	if domainName == "" {
		return nil
	}
	for _, kind := range []string{"A", "AAAA"} {
		args := &route53.RecordArgs{
			ZoneId: in.ToStringPtrOutput().Elem(), Name: pulumi.String(domainName), Type: pulumi.String(kind),
			Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{Name: dnsName, ZoneId: zoneId, EvaluateTargetHealth: pulumi.Bool(true)}},
		}
		if _, err := route53.NewRecord(s.Ctx, s.Child(strings.ToLower(kind)), args, convention.With(s, transform, args)); err != nil {
			return fmt.Errorf("creating the %s record of %s: %w", kind, domainName, err)
		}
	}
	return nil
}

// logs says in the load balancer's arguments where it logs to, and returns what
// has to exist before.
func (l *LoadBalancer) logs(s *convention.Scope, args *LoadBalancerArgs, balancer *lb.LoadBalancerArgs) ([]pulumi.Resource, error) {
	if !convention.Or(args.AccessLogs, true) {
		return nil, nil
	}
	t := args.Transform
	bucket, ready, err := logging{
		bucket: args.AccessLogsBucket, retentionDays: convention.Choose(args.AccessLogsRetentionDays, s.Preset, 90, 14),
		protect: convention.Choose(args.DeletionProtection, s.Preset, true, false), writers: applicationLogs,
		transform: logTransform{t.Bucket, t.PublicAccessBlock, t.OwnershipControls, t.Encryption, t.Versioning, t.Lifecycle, t.BucketPolicy},
	}.to(s)
	if err != nil {
		return nil, err
	}
	balancer.AccessLogs = lb.LoadBalancerAccessLogsArgs{Bucket: bucket, Enabled: pulumi.Bool(true)}
	if mutual(args) {
		// Whose certificate was refused, and why, stands nowhere else:
		// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html
		balancer.ConnectionLogs = lb.LoadBalancerConnectionLogsArgs{Bucket: bucket, Enabled: pulumi.Bool(true)}
	}
	return ready, nil
}

// mutual reports whether clients have to show a certificate too.
func mutual(args *LoadBalancerArgs) bool {
	return args.TrustStoreArn != nil || args.CaBundleBucket != nil
}

// authentication makes the HTTPS listener ask clients for a certificate.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
func authentication(s *convention.Scope, args *LoadBalancerArgs) (lb.ListenerMutualAuthenticationPtrInput, error) {
	if !mutual(args) {
		return nil, nil
	}
	trusted := args.TrustStoreArn
	if trusted == nil {
		storeArgs := &lb.TrustStoreArgs{
			Name:                         s.ShortName("trust-store", 32),
			CaCertificatesBundleS3Bucket: args.CaBundleBucket.ToStringPtrOutput().Elem(), CaCertificatesBundleS3Key: pulumi.String(args.CaBundleKey),
			Tags: s.Tags(""),
		}
		if args.CaBundleVersion != "" {
			storeArgs.CaCertificatesBundleS3ObjectVersion = pulumi.String(args.CaBundleVersion)
		}
		store, err := lb.NewTrustStore(s.Ctx, s.Child("trust-store"), storeArgs, convention.With(s, args.Transform.TrustStore, storeArgs))
		if err != nil {
			return nil, fmt.Errorf("creating the trust store of %s: %w", s.Name, err)
		}
		trusted = store.Arn.ToStringPtrOutput()
	}
	return lb.ListenerMutualAuthenticationArgs{
		Mode: pulumi.String("verify"), TrustStoreArn: trusted, IgnoreClientCertificateExpiry: pulumi.Bool(false),
	}, nil
}

// firewall puts the web application firewall in front.
func (l *LoadBalancer) firewall(s *convention.Scope, args *LoadBalancerArgs) error {
	if args.WebAclArn == nil {
		return nil
	}
	associationArgs := &wafv2.WebAclAssociationArgs{ResourceArn: l.Arn, WebAclArn: args.WebAclArn.ToStringPtrOutput().Elem()}
	if _, err := wafv2.NewWebAclAssociation(s.Ctx, s.Child("firewall"), associationArgs, convention.With(s, args.Transform.WebAclAssociation, associationArgs)); err != nil {
		return fmt.Errorf("putting the firewall in front of %s: %w", s.Name, err)
	}
	return nil
}
