package network

import (
	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func checkNetworkLoadBalancer(s *convention.Scope, args *NetworkLoadBalancerArgs) {
	s.Require("vpcId", args.VpcId, "it is where the security group and the targets are")
	s.Require("subnetIds", args.SubnetIds, "the load balancer has an address in each of them")
	s.OneOf("protocol", protocol(args), "TLS", "TCP")
	s.Between("port", convention.Or(args.Port, 443), 1, 65535, "TCP ports")
	s.Between("targetPort", convention.Or(args.TargetPort, 8080), 1, 65535, "TCP ports")
	checkCidrs(s, args.AllowedCidrs)
	if port := convention.Or(args.Port, 443); len(args.AllowedCidrs) == 0 && !convention.Or(args.Internal, false) && port != 443 {
		s.Refuse("allowedCidrs", "are required for port %d: only 443 is open to everyone. Name who may connect, or set internal", port)
	}
	checkTLS(s, args)
	checkTargets(s, args)
	checkStatic(s, args)
	checkAddress(s, args.DomainName, args.ZoneId)
	checkLogs(s, networkLogged(args), args.AccessLogsBucket, args.AccessLogsRetentionDays)
	if args.KmsKeyArn != nil && (!networkLogged(args) || args.AccessLogsBucket != "") {
		s.Refuse("kmsKeyArn", "encrypts the component's own log bucket, and there is none; leave it out")
	}
}

func checkTLS(s *convention.Scope, args *NetworkLoadBalancerArgs) {
	switch protocol(args) {
	case "TLS":
		s.Require("certificateArn", args.CertificateArn, "TLS ends here; a Certificate of this library gives one. The protocol \"TCP\" passes TLS on to the targets")
		s.OneOf("sslPolicy", sslPolicy(args.SslPolicy), sslPolicies...)
	case "TCP":
		if args.CertificateArn != nil || args.SslPolicy != "" {
			s.Refuse("protocol", "is \"TCP\", which needs no certificateArn and no sslPolicy; leave those out, or use \"TLS\"")
		}
		if convention.Or(args.AccessLogs, false) {
			s.Refuse("accessLogs", "is true, but AWS logs TLS connections only; leave it out, and see the flow logs of the network for the others")
		}
	}
}

func checkTargets(s *convention.Scope, args *NetworkLoadBalancerArgs) {
	if args.HealthPath != "" {
		checkHealthPath(s, "healthPath", args.HealthPath)
	}
	s.Between("deregistrationDelaySeconds", convention.Or(args.DeregistrationDelaySeconds, 30), 0, 3600,
		"https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#deregistration-delay")
	if args.AlbListenerArn == nil {
		return
	}
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html
	if protocol(args) == "TLS" {
		s.Refuse("protocol", "is \"TLS\", but connections to an application load balancer are passed on as they are, and TLS ends there; use \"TCP\"")
	}
	if args.TargetTls != nil {
		s.Refuse("targetTls", "has no effect on an application load balancer, which gets what clients send; leave it out")
	}
	if args.DeregistrationDelaySeconds != nil {
		s.Refuse("deregistrationDelaySeconds", "has no effect on an application load balancer, whose own targets have theirs; leave it out")
	}
	if arn, known := convention.Known(args.AlbListenerArn); known {
		if _, err := balancerOf(arn); err != nil {
			s.Refuse("albListenerArn", "%v, arn:aws:elasticloadbalancing:…:listener/app/…", err)
		}
	}
}

func checkStatic(s *convention.Scope, args *NetworkLoadBalancerArgs) {
	fixed := len(args.AllocationIds)
	if args.StaticIps != nil {
		s.Between("staticIps", *args.StaticIps, 1, 6, "one a subnet, and a subnet a zone")
		fixed = *args.StaticIps
	}
	switch subnets, known := args.SubnetIds.(pulumi.StringArray); {
	case args.StaticIps != nil && len(args.AllocationIds) > 0:
		s.Refuse("staticIps", "makes addresses, but allocationIds names some that exist; give one of them")
	case fixed > 0 && convention.Or(args.Internal, false):
		s.Refuse("internal", "is true, but staticIps and allocationIds are public addresses; leave those, or internal, out")
	case fixed > 0 && known && len(subnets) != fixed:
		s.Refuse("staticIps", "are %d addresses, and there are %d subnets; each subnet takes one", fixed, len(subnets))
	}
}
