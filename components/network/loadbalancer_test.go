package network_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	balancerType = "aws:lb/loadBalancer:LoadBalancer"
	listenerType = "aws:lb/listener:Listener"
	bucketType   = "aws:s3/bucketV2:BucketV2"
	recordType   = "aws:route53/record:Record"

	certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
	topicArn       = "arn:aws:sns:eu-central-1:123456789012:alarms"
)

// makeBalancer makes a load balancer with what it cannot do without.
func makeBalancer(name string, change func(*network.LoadBalancerArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &network.LoadBalancerArgs{
			VpcId: pulumi.String("vpc-1"), SubnetIds: texts("subnet-1", "subnet-2"), CertificateArn: pulumi.String(certificateArn),
		}
		if change != nil {
			change(args)
		}
		_, err := network.NewLoadBalancer(ctx, name, args)
		return err
	}
}

var (
	balancing = []string{
		"scaffold:network:LoadBalancer edge", balancerType + " edge-load-balancer", listenerType + " edge-https", listenerType + " edge-http",
		"aws:ec2/securityGroup:SecurityGroup edge-load-balancer", egressType + " edge-targets",
	}
	open = []string{
		ingressType + " edge-https-0.0.0.0/0", ingressType + " edge-http-0.0.0.0/0", ingressType + " edge-https-::/0", ingressType + " edge-http-::/0",
	}
	logging = []string{
		bucketType + " edge-access-logs", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock edge-access-logs",
		"aws:s3/bucketOwnershipControls:BucketOwnershipControls edge-access-logs",
		"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2 edge-access-logs",
		"aws:s3/bucketVersioningV2:BucketVersioningV2 edge-access-logs",
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2 edge-access-logs",
		"aws:s3/bucketPolicy:BucketPolicy edge-access-logs",
	}
)

func TestLoadBalancerResources(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*network.LoadBalancerArgs)
		want   []string
	}{
		"production":      {nil, slices.Concat(balancing, open, logging)},
		"sandbox":         {func(a *network.LoadBalancerArgs) { a.Preset = "sandbox" }, slices.Concat(balancing, open, logging)},
		"no logs":         {func(a *network.LoadBalancerArgs) { a.AccessLogs = to(false) }, slices.Concat(balancing, open)},
		"existing bucket": {func(a *network.LoadBalancerArgs) { a.AccessLogsBucket = "logs" }, slices.Concat(balancing, open)},
		"named and alarmed": {
			func(a *network.LoadBalancerArgs) {
				a.DomainName, a.ZoneId, a.AlarmTopicArn = "shop.example.com", pulumi.String("Z1"), pulumi.String(topicArn)
			},
			slices.Concat(balancing, open, logging, []string{
				recordType + " edge-a", recordType + " edge-aaaa",
				alarmType + " edge-failing-requests", alarmType + " edge-failing-load-balancer", alarmType + " edge-rejected-connections",
			}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantList(t, record(t, makeBalancer("edge", c.change)), c.want...)
		})
	}
}

func TestLoadBalancerSpeaksHTTPS(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", nil))
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{
		"loadBalancerType": "application", "internal": false, "dropInvalidHeaderFields": true, "desyncMitigationMode": "defensive",
		"enableHttp2": true, "idleTimeout": 60.0, "enableDeletionProtection": true, "name": nil,
		"subnets":           []any{"subnet-1", "subnet-2"},
		"securityGroups[0]": rec.Find("aws:ec2/securityGroup:SecurityGroup", "edge-load-balancer").ID,
	})
	wantInputs(t, rec, listenerType, "edge-https", map[string]any{
		"port": 443.0, "protocol": "HTTPS", "certificateArn": certificateArn, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
		"defaultActions": []any{map[string]any{
			"type": "fixed-response", "fixedResponse": map[string]any{"contentType": "text/plain", "messageBody": "Not found", "statusCode": "404"},
		}},
		"routingHttpResponseStrictTransportSecurityHeaderValue": "max-age=31536000",
		"routingHttpResponseServerEnabled":                      false,
	})
	wantInputs(t, rec, listenerType, "edge-http", map[string]any{
		"port": 80.0, "protocol": "HTTP",
		"defaultActions": []any{map[string]any{
			"type": "redirect", "redirect": map[string]any{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
		}},
	})
	balancer := rec.Find(balancerType, "edge-load-balancer")
	want := map[string]any{
		"arn": balancer.Output("arn"), "arnSuffix": balancer.Output("arnSuffix"), "dnsName": balancer.Output("dnsName"), "zoneId": balancer.Output("zoneId"),
		"listenerArn": rec.Find(listenerType, "edge-https").Output("arn"), "securityGroupId": balancer.Input("securityGroups[0]"),
		"url": "https://" + balancer.Output("dnsName").(string),
	}
	if diff := cmp.Diff(want, rec.Find(network.LoadBalancerToken, "edge").Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
}

func TestLoadBalancerLetsIn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		internal bool
		allowed  []string
		want     []string
	}{
		"the world":    {false, nil, []string{"0.0.0.0/0", "::/0"}},
		"the network":  {true, nil, []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}},
		"those named":  {false, []string{"203.0.113.0/24", "2001:db8::/32"}, []string{"2001:db8::/32", "203.0.113.0/24"}},
		"one of these": {true, []string{"10.1.0.0/16"}, []string{"10.1.0.0/16"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.Internal, a.AllowedCidrs = to(c.internal), c.allowed }))
			got := map[any][]string{}
			for _, rule := range rec.Type(ingressType) {
				cidr, _ := rule.Input("cidrIpv4").(string)
				if six, ok := rule.Input("cidrIpv6").(string); ok {
					cidr = six
				}
				if rule.Input("fromPort") != rule.Input("toPort") || rule.Input("ipProtocol") != "tcp" || rule.Input("description") == nil {
					t.Errorf("%s lets in %v", rule, rule.Inputs)
				}
				got[rule.Input("fromPort")] = append(got[rule.Input("fromPort")], cidr)
			}
			for _, list := range got {
				slices.Sort(list)
			}
			if diff := cmp.Diff(map[any][]string{443.0: c.want, 80.0: c.want}, got); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLoadBalancerLogs(t *testing.T) {
	t.Parallel()
	for preset, c := range map[string]struct {
		days      float64
		protected bool
	}{"production": {90, true}, "sandbox": {14, false}} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.Preset = preset }))
			bucket := rec.Find(bucketType, "edge-access-logs")
			arn := bucket.Output("arn").(string)
			want := []any{
				map[string]any{
					"Sid": "AccessLogs", "Effect": "Allow", "Action": "s3:PutObject", "Resource": arn + "/AWSLogs/123456789012/*",
					"Principal": map[string]any{"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
				},
				map[string]any{
					"Sid": "DenyPlaintext", "Effect": "Deny", "Action": "s3:*", "Resource": []any{arn, arn + "/*"}, "Principal": "*",
					"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
				},
			}
			policy := rec.Find("aws:s3/bucketPolicy:BucketPolicy", "edge-access-logs")
			if diff := cmp.Diff(want, policy.Input("policy.Statement")); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
			balancer := rec.Find(balancerType, "edge-load-balancer")
			if !slices.Contains(balancer.Dependencies, policy.URN) {
				t.Error("the load balancer does not wait for the policy of its log bucket")
			}
			wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{
				"accessLogs": map[string]any{"bucket": bucket.Output("bucket"), "enabled": true}, "enableDeletionProtection": c.protected,
			})
			wantInputs(t, rec, bucketType, "edge-access-logs", map[string]any{"forceDestroy": !c.protected})
			if balancer.Protect != c.protected || bucket.Protect != c.protected {
				t.Errorf("protected: load balancer %v, bucket %v, want %v", balancer.Protect, bucket.Protect, c.protected)
			}
			wantInputs(t, rec, "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "edge-access-logs", map[string]any{
				"rules[0].expiration.days": c.days, "rules[0].noncurrentVersionExpiration.noncurrentDays": 7.0, "rules[0].status": "Enabled",
			})
			wantInputs(t, rec, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "edge-access-logs", map[string]any{
				"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
			})
			wantInputs(t, rec, "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "edge-access-logs", map[string]any{
				"rules[0].applyServerSideEncryptionByDefault.sseAlgorithm": "AES256",
			})
			wantInputs(t, rec, "aws:s3/bucketVersioningV2:BucketVersioningV2", "edge-access-logs", map[string]any{"versioningConfiguration.status": "Enabled"})
			wantInputs(t, rec, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", "edge-access-logs", map[string]any{"rule.objectOwnership": "BucketOwnerEnforced"})
		})
	}
}

func TestLoadBalancerLogsElsewhere(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.AccessLogsBucket = "central-logs" }))
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{"accessLogs": map[string]any{"bucket": "central-logs", "enabled": true}})
}

func TestLoadBalancerName(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.DomainName, a.ZoneId = "shop.example.com", pulumi.String("Z1") }))
	balancer := rec.Find(balancerType, "edge-load-balancer")
	for role, kind := range map[string]string{"a": "A", "aaaa": "AAAA"} {
		wantInputs(t, rec, recordType, "edge-"+role, map[string]any{
			"zoneId": "Z1", "name": "shop.example.com", "type": kind,
			"aliases": []any{map[string]any{"name": balancer.Output("dnsName"), "zoneId": balancer.Output("zoneId"), "evaluateTargetHealth": true}},
		})
	}
	if url := rec.Find(network.LoadBalancerToken, "edge").Output("url"); url != "https://shop.example.com" {
		t.Errorf("url is %v", url)
	}
}

func TestLoadBalancerAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) { a.AlarmTopicArn = pulumi.String(topicArn) }))
	dimensions := map[string]any{"LoadBalancer": rec.Find(balancerType, "edge-load-balancer").Output("arnSuffix")}
	wantInputs(t, rec, alarmType, "edge-failing-load-balancer", map[string]any{
		"namespace": "AWS/ApplicationELB", "metricName": "HTTPCode_ELB_5XX_Count", "dimensions": dimensions, "alarmActions": []any{topicArn},
	})
	wantInputs(t, rec, alarmType, "edge-rejected-connections", map[string]any{
		"metricName": "RejectedConnectionCount", "dimensions": dimensions, "threshold": 0.0,
	})
	wantShare(t, rec, "edge-failing-requests", dimensions)
}

// wantShare wants an alarm on more than 5 percent of requests.
func wantShare(t *testing.T, rec *recorder.Recording, name string, dimensions map[string]any) {
	t.Helper()
	wantInputs(t, rec, alarmType, name, map[string]any{
		"metricName": nil, "threshold": 5.0, "comparisonOperator": "GreaterThanThreshold", "evaluationPeriods": 5.0,
		"alarmActions": []any{topicArn}, "okActions": []any{topicArn},
		"metricQueries[0].expression": "IF(FILL(whole, 0) >= 20, 100 * FILL(part, 0) / whole, 0)", "metricQueries[0].returnData": true,
		"metricQueries[1]": map[string]any{"id": "part", "metric": map[string]any{
			"namespace": "AWS/ApplicationELB", "metricName": "HTTPCode_Target_5XX_Count", "dimensions": dimensions, "stat": "Sum", "period": 60.0,
		}},
		"metricQueries[2]": map[string]any{"id": "whole", "metric": map[string]any{
			"namespace": "AWS/ApplicationELB", "metricName": "RequestCount", "dimensions": dimensions, "stat": "Sum", "period": 60.0,
		}},
	})
}

func TestLoadBalancerRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*network.LoadBalancerArgs)
		want   []string
	}{
		"nothing given": {
			func(a *network.LoadBalancerArgs) { *a = network.LoadBalancerArgs{} },
			[]string{"vpcId: is required", "subnetIds: is required", "certificateArn: is required"},
		},
		"weak policy": {
			func(a *network.LoadBalancerArgs) { a.SslPolicy = "ELBSecurityPolicy-2016-08" },
			[]string{`sslPolicy: "ELBSecurityPolicy-2016-08" is not possible; use one of ELBSecurityPolicy-TLS13-1-2-2021-06`},
		},
		"idle timeout":  {func(a *network.LoadBalancerArgs) { a.IdleTimeoutSeconds = to(4001) }, []string{"idleTimeoutSeconds: 4001 is out of range; use 1 to 4000"}},
		"cidr":          {func(a *network.LoadBalancerArgs) { a.AllowedCidrs = []string{"office"} }, []string{`allowedCidrs: "office" is not an IP range`}},
		"crooked cidr":  {func(a *network.LoadBalancerArgs) { a.AllowedCidrs = []string{"203.0.113.7/24"} }, []string{`203.0.113.0/24 is the range that holds it`}},
		"name, no zone": {func(a *network.LoadBalancerArgs) { a.DomainName = "shop.example.com" }, []string{"zoneId: and domainName belong together"}},
		"zone, no name": {func(a *network.LoadBalancerArgs) { a.ZoneId = pulumi.String("Z1") }, []string{"zoneId: and domainName belong together"}},
		"no name": {
			func(a *network.LoadBalancerArgs) { a.DomainName, a.ZoneId = "Shop.example.com.", pulumi.String("Z1") },
			[]string{`domainName: "Shop.example.com." is not a domain name`},
		},
		"bucket, no logs":    {func(a *network.LoadBalancerArgs) { a.AccessLogs, a.AccessLogsBucket = to(false), "b" }, []string{"accessLogs: is false, but accessLogsBucket"}},
		"retention, no logs": {func(a *network.LoadBalancerArgs) { a.AccessLogs, a.AccessLogsRetentionDays = to(false), to(1) }, []string{"accessLogs: is false, but"}},
		"retention elsewhere": {
			func(a *network.LoadBalancerArgs) { a.AccessLogsBucket, a.AccessLogsRetentionDays = "b", to(1) },
			[]string{"accessLogsRetentionDays: has no effect on an existing bucket"},
		},
		"retention": {func(a *network.LoadBalancerArgs) { a.AccessLogsRetentionDays = to(0) }, []string{"accessLogsRetentionDays: 0 is out of range"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeBalancer("edge", c.change), c.want...)
		})
	}
}

func TestLoadBalancerTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeBalancer("edge", func(a *network.LoadBalancerArgs) {
		a.Transform.LoadBalancer = func(args *lb.LoadBalancerArgs, _ *[]pulumi.ResourceOption) {
			args.IpAddressType = pulumi.String("dualstack")
		}
	}))
	wantInputs(t, rec, balancerType, "edge-load-balancer", map[string]any{"ipAddressType": "dualstack"})
}

func TestLoadBalancerLongName(t *testing.T) {
	t.Parallel()
	named := func(change func(*network.LoadBalancerArgs)) (balancer, bucket string) {
		rec := record(t, makeBalancer(fifty, change))
		balancer, _ = rec.Find(balancerType, fifty+"-load-balancer").Input("name").(string)
		bucket, _ = rec.Find(bucketType, fifty+"-access-logs").Input("bucket").(string)
		return balancer, bucket
	}
	balancer, bucket := named(nil)
	if !regexp.MustCompile(`^[a-z0-9-]{1,32}$`).MatchString(balancer) || strings.HasSuffix(balancer, "-") {
		t.Errorf("load balancer is named %q", balancer)
	}
	if !regexp.MustCompile(`^[a-z0-9-]{1,63}$`).MatchString(bucket) {
		t.Errorf("bucket is named %q", bucket)
	}
	if again, _ := named(nil); again != balancer {
		t.Errorf("the name changes from %s to %s", balancer, again)
	}
	if internal, _ := named(func(a *network.LoadBalancerArgs) { a.Internal = to(true) }); internal == balancer {
		t.Errorf("what replaces the load balancer would have its name, %s", internal)
	}
}
