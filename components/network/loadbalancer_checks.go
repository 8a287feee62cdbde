package network

import (
	"net/netip"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html,
// those without TLS 1.0, TLS 1.1 and ciphers without forward secrecy. Network load
// balancers have the same.
var sslPolicies = []string{
	"ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06",
	"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
	"ELBSecurityPolicy-FS-1-2-Res-2020-10", "ELBSecurityPolicy-FS-1-2-Res-2019-08",
}

func sslPolicy(given string) string {
	if given == "" {
		return sslPolicies[0]
	}
	return given
}

func checkLoadBalancer(s *convention.Scope, args *LoadBalancerArgs) {
	s.Require("vpcId", args.VpcId, "it is where the security group of the load balancer is")
	s.Require("subnetIds", args.SubnetIds, "AWS wants subnets in at least two zones")
	s.Require("certificateArn", args.CertificateArn, "requests are answered over HTTPS only; a Certificate of this library gives one")
	s.OneOf("sslPolicy", sslPolicy(args.SslPolicy), sslPolicies...)
	s.Between("idleTimeoutSeconds", convention.Or(args.IdleTimeoutSeconds, 60), 1, 4000,
		"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html#connection-idle-timeout")
	checkCidrs(s, args.AllowedCidrs)
	checkAddress(s, args.DomainName, args.ZoneId)
	checkLogs(s, convention.Or(args.AccessLogs, true), args.AccessLogsBucket, args.AccessLogsRetentionDays)
	checkTrust(s, args)
	if arn, known := convention.Known(args.WebAclArn); known {
		switch {
		case strings.Contains(arn, ":global/webacl/"):
			s.Refuse("webAclArn", "%q has the scope CLOUDFRONT, which protects distributions only; give a web ACL with the scope REGIONAL", arn)
		case !strings.Contains(arn, ":wafv2:") || !strings.Contains(arn, ":regional/webacl/"):
			s.Refuse("webAclArn", "%q is not the ARN of a web ACL of WAFv2, arn:aws:wafv2:…:regional/webacl/…", arn)
		}
	}
}

func checkTrust(s *convention.Scope, args *LoadBalancerArgs) {
	bundle := args.CaBundleBucket != nil || args.CaBundleKey != ""
	switch {
	case args.TrustStoreArn != nil && bundle:
		s.Refuse("trustStoreArn", "is a trust store that exists, but caBundleBucket and caBundleKey make one; give either")
	case bundle && (args.CaBundleBucket == nil || args.CaBundleKey == ""):
		s.Refuse("caBundleKey", "and caBundleBucket belong together: the authorities are in an object of a bucket. Give both or neither")
	case args.CaBundleVersion != "" && !bundle:
		s.Refuse("caBundleVersion", "is the version of an object that is not given; give caBundleBucket and caBundleKey too")
	}
	if arn, known := convention.Known(args.TrustStoreArn); known && !strings.Contains(arn, ":truststore/") {
		s.Refuse("trustStoreArn", "%q is not the ARN of a trust store, arn:aws:elasticloadbalancing:…:truststore/…", arn)
	}
}

func checkCidrs(s *convention.Scope, cidrs []string) {
	for _, cidr := range cidrs {
		if prefix, err := netip.ParsePrefix(cidr); err != nil {
			s.Refuse("allowedCidrs", "%q is not an IP range; write it as 203.0.113.0/24", cidr)
		} else if prefix.Masked() != prefix {
			s.Refuse("allowedCidrs", "%q has bits set behind its prefix; %s is the range that holds it", cidr, prefix.Masked())
		}
	}
}

func checkAddress(s *convention.Scope, domainName string, zoneId pulumi.StringPtrInput) {
	if domainName != "" {
		s.DomainName("domainName", domainName, false)
	}
	if (domainName != "") != (zoneId != nil) {
		s.Refuse("zoneId", "and domainName belong together: the records of the name are made in the zone. Give both or neither")
	}
}

func checkLogs(s *convention.Scope, logs bool, bucket string, days *int) {
	if !logs && (bucket != "" || days != nil) {
		s.Refuse("accessLogs", "is false, but accessLogsBucket or accessLogsRetentionDays is given; leave those out, or accessLogs")
	}
	if logs && bucket != "" && days != nil {
		s.Refuse("accessLogsRetentionDays", "has no effect on an existing bucket, whose owner decides how long it keeps what; leave it out")
	}
	s.Between("accessLogsRetentionDays", convention.Or(days, 90), 1, 3653, "ten years at most")
}
