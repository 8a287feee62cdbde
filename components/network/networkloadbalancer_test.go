package network_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	eipType        = "aws:ec2/eip:Eip"
	attachmentType = "aws:lb/targetGroupAttachment:TargetGroupAttachment"
	groupType      = "aws:ec2/securityGroup:SecurityGroup"
)

// makeNLB makes a network load balancer with what it cannot do without.
func makeNLB(name string, change func(*network.NetworkLoadBalancerArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &network.NetworkLoadBalancerArgs{
			VpcId: pulumi.String("vpc-1"), SubnetIds: texts("subnet-1", "subnet-2"), CertificateArn: pulumi.String(certificateArn),
		}
		if change != nil {
			change(args)
		}
		_, err := network.NewNetworkLoadBalancer(ctx, name, args)
		return err
	}
}

// behind puts an application load balancer behind it.
func behind(a *network.NetworkLoadBalancerArgs) {
	a.CertificateArn, a.AlbListenerArn = nil, pulumi.String(listenerArn)
}

func TestNLBResources(t *testing.T) {
	t.Parallel()
	passing := []string{
		"scaffold:network:NetworkLoadBalancer edge", balancerType + " edge-load-balancer", listenerType + " edge-listener", targetsType + " edge-targets",
		groupType + " edge-load-balancer", egressType + " edge-targets",
	}
	everyone := []string{ingressType + " edge-clients-0.0.0.0/0", ingressType + " edge-clients-::/0"}
	for name, c := range map[string]struct {
		change func(*network.NetworkLoadBalancerArgs)
		want   [][]string
	}{
		"production":       {nil, [][]string{passing, everyone, logging}},
		"sandbox":          {func(a *network.NetworkLoadBalancerArgs) { a.Preset = "sandbox" }, [][]string{passing, everyone, logging}},
		"plain":            {func(a *network.NetworkLoadBalancerArgs) { a.CertificateArn, a.Protocol = nil, "TCP" }, [][]string{passing, everyone}},
		"logged elsewhere": {func(a *network.NetworkLoadBalancerArgs) { a.AccessLogsBucket = "logs" }, [][]string{passing, everyone}},
		"behind it":        {behind, [][]string{passing, everyone, {attachmentType + " edge-target"}}},
		"fixed":            {func(a *network.NetworkLoadBalancerArgs) { a.StaticIps = to(2) }, [][]string{passing, everyone, logging, {eipType + " edge-address-1", eipType + " edge-address-2"}}},
		"named and alarmed": {
			func(a *network.NetworkLoadBalancerArgs) {
				a.DomainName, a.ZoneId, a.AlarmTopicArn = "shop.example.com", pulumi.String("Z1"), pulumi.String(topicArn)
			},
			[][]string{passing, everyone, logging, {
				recordType + " edge-a", recordType + " edge-aaaa",
				alarmType + " edge-unhealthy-targets", alarmType + " edge-no-healthy-target", alarmType + " edge-no-ports-left",
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeNLB("edge", c.change))
			wantList(t, rec, slices.Concat(c.want...)...)
			wantNoFindings(t, rec)
		})
	}
}

func TestNLBSpeaksTLS(t *testing.T) {
	t.Parallel()
	for preset, c := range map[string]struct {
		delay     float64
		protected bool
	}{"production": {30, true}, "sandbox": {5, false}} {
		rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) { a.Preset = preset }))
		balancer, bucket := rec.Find(balancerType, "edge-load-balancer"), rec.Find(bucketType, "edge-access-logs")
		wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{
			"loadBalancerType": "network", "internal": false, "enableCrossZoneLoadBalancing": true, "enableDeletionProtection": c.protected,
			"subnets": []any{"subnet-1", "subnet-2"}, "subnetMappings": nil, "securityGroups": []any{rec.Find(groupType, "edge-load-balancer").ID},
			"accessLogs": map[string]any{"bucket": bucket.Output("bucket"), "enabled": true},
		})
		if balancer.Protect != c.protected || bucket.Protect != c.protected {
			t.Errorf("%s protected: load balancer %v, bucket %v", preset, balancer.Protect, bucket.Protect)
		}
		if !slices.Contains(balancer.Dependencies, rec.Find("aws:s3/bucketPolicy:BucketPolicy", "edge-access-logs").URN) {
			t.Error("the load balancer does not wait for the policy of its log bucket")
		}
		wantInputs(t, rec, listenerType, "edge-listener", map[string]any{
			"port": 443.0, "protocol": "TLS", "certificateArn": certificateArn, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
			"defaultActions": []any{map[string]any{"type": "forward", "targetGroupArn": rec.Find(targetsType, "edge-targets").Output("arn")}},
		})
		wantInputs(t, rec, targetsType, "edge-targets", map[string]any{
			"targetType": "ip", "protocol": "TCP", "port": 8080.0, "deregistrationDelay": c.delay, "vpcId": "vpc-1",
			"healthCheck": map[string]any{"protocol": "TCP", "interval": 10.0, "timeout": 5.0, "healthyThreshold": 2.0, "unhealthyThreshold": 3.0},
		})
		wantInputs(t, rec, egressType, "edge-targets", map[string]any{"fromPort": 8080.0, "toPort": 8080.0})
		targets := rec.Find(targetsType, "edge-targets")
		want := map[string]any{
			"arn": balancer.Output("arn"), "arnSuffix": balancer.Output("arnSuffix"), "dnsName": balancer.Output("dnsName"), "zoneId": balancer.Output("zoneId"),
			"endpoint": balancer.Output("dnsName").(string) + ":443", "staticIps": []any{}, "listenerArn": rec.Find(listenerType, "edge-listener").Output("arn"),
			"targetGroupArn": targets.Output("arn"), "targetGroupArnSuffix": targets.Output("arnSuffix"), "securityGroupId": balancer.Input("securityGroups[0]"),
		}
		if diff := cmp.Diff(want, rec.Find(network.NetworkLoadBalancerToken, "edge").Outputs); diff != "" {
			t.Errorf("outputs (-want +got):\n%s", diff)
		}
	}
}

func TestNLBHealth(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) { a.HealthPath = "/health" }))
	wantInputs(t, rec, targetsType, "edge-targets", map[string]any{"protocol": "TCP", "healthCheck.protocol": "HTTP", "healthCheck.path": "/health", "healthCheck.matcher": "200-399"})
	rec = record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) { a.HealthPath, a.TargetTls = "/health", to(true) }))
	wantInputs(t, rec, targetsType, "edge-targets", map[string]any{"protocol": "TLS", "healthCheck.protocol": "HTTPS"})
}

func TestNLBLogs(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) {
		a.KmsKeyArn, a.AccessLogsRetentionDays = pulumi.String(keyArn), to(400)
	}))
	arn := rec.Find(bucketType, "edge-access-logs").Output("arn").(string)
	source := map[string]any{"aws:SourceArn": "arn:aws:logs:eu-central-1:123456789012:*"}
	delivery := map[string]any{"Service": "delivery.logs.amazonaws.com"}
	wantInputs(t, rec, "aws:s3/bucketPolicy:BucketPolicy", "edge-access-logs", map[string]any{"policy.Statement": []any{
		map[string]any{
			"Sid": "AccessLogs", "Effect": "Allow", "Action": "s3:PutObject", "Resource": arn + "/AWSLogs/123456789012/*", "Principal": delivery,
			"Condition": map[string]any{
				"StringEquals": map[string]any{"aws:SourceAccount": "123456789012", "s3:x-amz-acl": "bucket-owner-full-control"}, "ArnLike": source,
			},
		},
		map[string]any{
			"Sid": "AccessLogsOwner", "Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": arn, "Principal": delivery,
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}, "ArnLike": source},
		},
		map[string]any{
			"Sid": "DenyPlaintext", "Effect": "Deny", "Action": "s3:*", "Resource": []any{arn, arn + "/*"}, "Principal": "*",
			"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
		},
	}})
	wantInputs(t, rec, "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "edge-access-logs", map[string]any{
		"rules": []any{map[string]any{
			"applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": keyArn}, "bucketKeyEnabled": true,
		}},
	})
	wantInputs(t, rec, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "edge-access-logs", map[string]any{"rules[0].expiration.days": 400.0})
}

func TestNLBFixedAddresses(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) { a.StaticIps = to(2) }))
	first, second := rec.Find(eipType, "edge-address-1"), rec.Find(eipType, "edge-address-2")
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{"subnets": nil, "subnetMappings": []any{
		map[string]any{"subnetId": "subnet-1", "allocationId": first.Output("allocationId")},
		map[string]any{"subnetId": "subnet-2", "allocationId": second.Output("allocationId")},
	}})
	if !first.Protect {
		t.Error("an address that partners have in their firewalls can be deleted by one mistake")
	}
	if diff := cmp.Diff([]any{first.Output("publicIp"), second.Output("publicIp")}, rec.Find(network.NetworkLoadBalancerToken, "edge").Output("staticIps")); diff != "" {
		t.Errorf("staticIps (-want +got):\n%s", diff)
	}
	rec = record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) {
		a.AllocationIds = []pulumi.StringInput{pulumi.String("eipalloc-1"), pulumi.String("eipalloc-2")}
	}))
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{"subnetMappings[1]": map[string]any{"subnetId": "subnet-2", "allocationId": "eipalloc-2"}})

	wantDeployError(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) {
		a.SubnetIds, a.StaticIps = texts("subnet-1", "subnet-2").ToStringArrayOutput(), to(3)
	}), "there are 2 subnets and 3 fixed addresses; each subnet takes one")
}

func TestNLBPassesOnToABalancer(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", behind))
	wantInputs(t, rec, listenerType, "edge-listener", map[string]any{"protocol": "TCP", "port": 443.0, "certificateArn": nil, "sslPolicy": nil})
	wantInputs(t, rec, targetsType, "edge-targets", map[string]any{
		"targetType": "alb", "protocol": "TCP", "port": 443.0, "deregistrationDelay": nil,
		"healthCheck.protocol": "HTTPS", "healthCheck.path": "/", "healthCheck.matcher": "200-499",
	})
	wantInputs(t, rec, attachmentType, "edge-target", map[string]any{
		"targetId": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/edge/1", "port": 443.0,
		"targetGroupArn": rec.Find(targetsType, "edge-targets").Output("arn"),
	})
}

func TestNLBLetsIn(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) {
		a.Internal, a.Port, a.Protocol, a.CertificateArn = to(true), to(5432), "TCP", nil
	}))
	for _, cidr := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"} {
		wantInputs(t, rec, ingressType, "edge-clients-"+cidr, map[string]any{"cidrIpv4": cidr, "fromPort": 5432.0, "toPort": 5432.0, "ipProtocol": "tcp", "description": "TCP from " + cidr})
	}
	rec = record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) { a.Port, a.AllowedCidrs = to(8443), []string{"2001:db8::/32"} }))
	wantInputs(t, rec, ingressType, "edge-clients-2001:db8::/32", map[string]any{"cidrIpv6": "2001:db8::/32", "cidrIpv4": nil, "fromPort": 8443.0})
	wantNoFindings(t, rec)
}

func TestNLBAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) { a.AlarmTopicArn = pulumi.String(topicArn) }))
	balancer := rec.Find(balancerType, "edge-load-balancer").Output("arnSuffix")
	targets := map[string]any{"LoadBalancer": balancer, "TargetGroup": rec.Find(targetsType, "edge-targets").Output("arnSuffix")}
	wantInputs(t, rec, alarmType, "edge-unhealthy-targets", map[string]any{
		"namespace": "AWS/NetworkELB", "metricName": "UnHealthyHostCount", "dimensions": targets, "threshold": 0.0, "alarmActions": []any{topicArn},
	})
	wantInputs(t, rec, alarmType, "edge-no-healthy-target", map[string]any{
		"metricName": "HealthyHostCount", "dimensions": targets, "threshold": 1.0, "comparisonOperator": "LessThanThreshold", "treatMissingData": "breaching",
	})
	wantInputs(t, rec, alarmType, "edge-no-ports-left", map[string]any{"metricName": "PortAllocationErrorCount", "dimensions": map[string]any{"LoadBalancer": balancer}})
}

func TestNLBRefuses(t *testing.T) {
	t.Parallel()
	type args = network.NetworkLoadBalancerArgs
	for name, c := range map[string]struct {
		change func(*args)
		want   []string
	}{
		"nothing given":     {func(a *args) { *a = args{} }, []string{"vpcId: is required", "subnetIds: is required", "certificateArn: is required"}},
		"protocol":          {func(a *args) { a.Protocol = "UDP" }, []string{`protocol: "UDP" is not possible; use one of TLS, TCP`}},
		"weak policy":       {func(a *args) { a.SslPolicy = "ELBSecurityPolicy-2016-08" }, []string{`sslPolicy: "ELBSecurityPolicy-2016-08" is not possible`}},
		"plain certificate": {func(a *args) { a.Protocol = "TCP" }, []string{`protocol: is "TCP", which needs no certificateArn`}},
		"plain logs":        {func(a *args) { a.Protocol, a.CertificateArn, a.AccessLogs = "TCP", nil, to(true) }, []string{"accessLogs: is true, but AWS logs TLS connections only"}},
		"open port":         {func(a *args) { a.Port = to(5432) }, []string{"allowedCidrs: are required for port 5432: only 443 is open to everyone"}},
		"ports":             {func(a *args) { a.Port, a.TargetPort = to(0), to(70000) }, []string{"port: 0 is out of range", "targetPort: 70000 is out of range"}},
		"cidr":              {func(a *args) { a.AllowedCidrs = []string{"office"} }, []string{`allowedCidrs: "office" is not an IP range`}},
		"health path":       {func(a *args) { a.HealthPath = "health" }, []string{`healthPath: "health" is not a path`}},
		"delay":             {func(a *args) { a.DeregistrationDelaySeconds = to(3601) }, []string{"deregistrationDelaySeconds: 3601 is out of range"}},
		"TLS ends twice":    {func(a *args) { behind(a); a.Protocol = "TLS" }, []string{`protocol: is "TLS", but connections to an application load balancer are passed on as they are`}},
		"TLS to a balancer": {func(a *args) { behind(a); a.TargetTls = to(true) }, []string{"targetTls: has no effect on an application load balancer"}},
		"delayed balancer":  {func(a *args) { behind(a); a.DeregistrationDelaySeconds = to(1) }, []string{"deregistrationDelaySeconds: has no effect on an application load balancer"}},
		"not a listener": {
			func(a *args) {
				behind(a)
				a.AlbListenerArn = pulumi.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/edge/1")
			},
			[]string{"albListenerArn: ", "is not the ARN of a listener of an application load balancer"},
		},
		"many addresses": {func(a *args) { a.StaticIps = to(7) }, []string{"staticIps: 7 is out of range; use 1 to 6"}},
		"few addresses":  {func(a *args) { a.StaticIps = to(1) }, []string{"staticIps: are 1 addresses, and there are 2 subnets"}},
		"addresses twice": {
			func(a *args) { a.StaticIps, a.AllocationIds = to(2), []pulumi.StringInput{pulumi.String("eipalloc-1")} },
			[]string{"staticIps: makes addresses, but allocationIds names some"},
		},
		"private address": {func(a *args) { a.StaticIps, a.Internal = to(2), to(true) }, []string{"internal: is true, but staticIps and allocationIds are public addresses"}},
		"name, no zone":   {func(a *args) { a.DomainName = "shop.example.com" }, []string{"zoneId: and domainName belong together"}},
		"bucket, no logs": {func(a *args) { a.AccessLogs, a.AccessLogsBucket = to(false), "b" }, []string{"accessLogs: is false, but accessLogsBucket"}},
		"key, no bucket":  {func(a *args) { a.AccessLogsBucket, a.KmsKeyArn = "b", pulumi.String(keyArn) }, []string{"kmsKeyArn: encrypts the component's own log bucket, and there is none"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeNLB("edge", c.change), c.want...)
		})
	}
}

func TestNLBTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB("edge", func(a *network.NetworkLoadBalancerArgs) {
		a.Transform.TargetGroup = func(args *lb.TargetGroupArgs, _ *[]pulumi.ResourceOption) { args.ProxyProtocolV2 = pulumi.Bool(true) }
	}))
	wantInputs(t, rec, targetsType, "edge-targets", map[string]any{"proxyProtocolV2": true})
}

func TestNLBLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, makeNLB(fifty, nil))
	for _, res := range []string{balancerType + " -load-balancer", targetsType + " -targets"} {
		token, role, _ := strings.Cut(res, " ")
		name, _ := rec.Find(token, fifty+role).Input("name").(string)
		if !regexp.MustCompile(`^[a-z0-9-]{1,32}$`).MatchString(name) || strings.HasSuffix(name, "-") {
			t.Errorf("%s is named %q", fifty+role, name)
		}
	}
}
