package network_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func makeFailover(name string, change func(*network.FailoverArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &network.FailoverArgs{
			ZoneId: pulumi.String("Z1"), DomainName: "shop.example.com",
			PrimaryDomainName: pulumi.String("eu.elb.amazonaws.com"), PrimaryZoneId: pulumi.String("Z2"),
			SecondaryDomainName: pulumi.String("us.elb.amazonaws.com"), SecondaryZoneId: pulumi.String("Z3"),
		}
		if change != nil {
			change(args)
		}
		_, err := network.NewFailover(ctx, name, args)
		return err
	}
}

func TestFailoverResources(t *testing.T) {
	t.Parallel()
	checks := []string{"scaffold:network:Failover shop", checkType + " shop-primary", checkType + " shop-secondary", checkType + " shop-any-healthy"}
	records := []string{recordType + " shop-primary-a", recordType + " shop-primary-aaaa", recordType + " shop-secondary-a", recordType + " shop-secondary-aaaa"}
	alarms := []string{alarmType + " shop-primary-unhealthy", alarmType + " shop-secondary-unhealthy", alarmType + " shop-none-healthy"}
	for name, c := range map[string]struct {
		change func(*network.FailoverArgs)
		want   [][]string
	}{
		"production": {nil, [][]string{checks, records}},
		"sandbox":    {func(a *network.FailoverArgs) { a.Preset = "sandbox" }, [][]string{checks, records}},
		"alarmed":    {func(a *network.FailoverArgs) { a.UsEast1AlarmTopicArn = pulumi.String(globalTopicArn) }, [][]string{checks, records, alarms}},
		"mailed": {
			func(a *network.FailoverArgs) { a.AlarmEmails = []string{"team@example.com"} },
			[][]string{checks, records, alarms, {
				keyType + " shop-alarms", "aws:sns/topic:Topic shop-alarms", "aws:sns/topicPolicy:TopicPolicy shop-alarms",
				"aws:sns/topicSubscription:TopicSubscription shop-team@example.com",
			}},
		},
		"several checks": {
			func(a *network.FailoverArgs) {
				a.HealthPaths, a.SecondaryHealthPaths = []string{"/a", "/b"}, []string{"/"}
				a.SecondaryHealthCheckIds = []pulumi.StringInput{pulumi.String("database")}
			},
			[][]string{checks, records, {checkType + " shop-primary-1", checkType + " shop-primary-2", checkType + " shop-secondary-1"}},
		},
		"names": {
			func(a *network.FailoverArgs) { a.PrimaryZoneId, a.SecondaryZoneId = nil, nil },
			[][]string{checks, {recordType + " shop-primary-cname", recordType + " shop-secondary-cname"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, list := range c.want {
				want = append(want, list...)
			}
			rec := record(t, makeFailover("shop", c.change), inFrankfurt)
			wantList(t, rec, want...)
			wantNoFindings(t, rec)
		})
	}
}

func TestFailoverLeadsToTheHealthy(t *testing.T) {
	t.Parallel()
	for preset, interval := range map[string]float64{"production": 10, "sandbox": 30} {
		rec := record(t, makeFailover("shop", func(a *network.FailoverArgs) { a.Preset = preset }))
		for role, c := range map[string]struct{ kind, name, zone string }{
			"primary": {"PRIMARY", "eu.elb.amazonaws.com", "Z2"}, "secondary": {"SECONDARY", "us.elb.amazonaws.com", "Z3"},
		} {
			wantInputs(t, rec, checkType, "shop-"+role, map[string]any{
				"type": "HTTPS", "fqdn": c.name, "resourcePath": "/", "port": 443.0, "requestInterval": interval, "failureThreshold": 3.0, "enableSni": true, "regions": nil,
			})
			for _, kind := range []string{"A", "AAAA"} {
				wantInputs(t, rec, recordType, "shop-"+role+"-"+strings.ToLower(kind), map[string]any{
					"zoneId": "Z1", "name": "shop.example.com", "type": kind, "setIdentifier": role, "ttl": nil,
					"failoverRoutingPolicies": []any{map[string]any{"type": c.kind}}, "healthCheckId": rec.Find(checkType, "shop-"+role).ID,
					"aliases": []any{map[string]any{"name": c.name, "zoneId": c.zone, "evaluateTargetHealth": true}},
				})
			}
		}
		primary, secondary, either := rec.Find(checkType, "shop-primary").ID, rec.Find(checkType, "shop-secondary").ID, rec.Find(checkType, "shop-any-healthy")
		wantInputs(t, rec, checkType, "shop-any-healthy", map[string]any{
			"type": "CALCULATED", "childHealthchecks": []any{primary, secondary}, "childHealthThreshold": 1.0,
		})
		want := map[string]any{
			"domainName": "shop.example.com", "primaryHealthCheckId": primary, "secondaryHealthCheckId": secondary, "healthCheckId": either.ID, "usEast1AlarmTopicArn": "",
		}
		if diff := cmp.Diff(want, rec.Find(network.FailoverToken, "shop").Outputs); diff != "" {
			t.Errorf("outputs (-want +got):\n%s", diff)
		}
	}
}

func TestFailoverChecks(t *testing.T) {
	t.Parallel()
	rec := record(t, makeFailover("shop", func(a *network.FailoverArgs) {
		a.HealthPaths, a.SecondaryHealthPaths, a.HealthText, a.Port = []string{"/a", "/b"}, []string{"/maintenance", "/c"}, "ok", to(8443)
		a.PrimaryHealthDomainName, a.PrimaryHealthCheckIds = pulumi.String("eu.example.com"), []pulumi.StringInput{pulumi.String("database")}
		a.HealthyChecks, a.CheckIntervalSeconds, a.FailureThreshold = to(2), to(30), to(2)
		a.CheckerRegions = []string{"us-east-1", "eu-west-1", "sa-east-1"}
	}))
	wantInputs(t, rec, checkType, "shop-primary-2", map[string]any{
		"type": "HTTPS_STR_MATCH", "searchString": "ok", "fqdn": "eu.example.com", "resourcePath": "/b", "port": 8443.0, "requestInterval": 30.0, "failureThreshold": 2.0,
		"regions": []any{"us-east-1", "eu-west-1", "sa-east-1"},
	})
	wantInputs(t, rec, checkType, "shop-secondary-1", map[string]any{"fqdn": "us.elb.amazonaws.com", "resourcePath": "/maintenance"})
	wantInputs(t, rec, checkType, "shop-primary", map[string]any{
		"type": "CALCULATED", "childHealthThreshold": 2.0,
		"childHealthchecks": []any{rec.Find(checkType, "shop-primary-1").ID, rec.Find(checkType, "shop-primary-2").ID, "database"},
	})
	wantInputs(t, rec, recordType, "shop-primary-a", map[string]any{"healthCheckId": rec.Find(checkType, "shop-primary").ID})
}

func TestFailoverNames(t *testing.T) {
	t.Parallel()
	rec := record(t, makeFailover("shop", func(a *network.FailoverArgs) { a.PrimaryZoneId, a.SecondaryZoneId, a.TtlSeconds = nil, nil, to(30) }))
	wantInputs(t, rec, recordType, "shop-secondary-cname", map[string]any{
		"type": "CNAME", "records": []any{"us.elb.amazonaws.com"}, "ttl": 30.0, "aliases": nil, "failoverRoutingPolicies": []any{map[string]any{"type": "SECONDARY"}},
	})
}

func TestFailoverAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, makeFailover("shop", func(a *network.FailoverArgs) { a.UsEast1AlarmTopicArn = pulumi.String(globalTopicArn) }), inFrankfurt)
	for role, c := range map[string]struct {
		check   string
		minutes float64
	}{"primary-unhealthy": {"primary", 1}, "secondary-unhealthy": {"secondary", 3}, "none-healthy": {"any-healthy", 1}} {
		wantInputs(t, rec, alarmType, "shop-"+role, map[string]any{
			"namespace": "AWS/Route53", "metricName": "HealthCheckStatus", "dimensions": map[string]any{"HealthCheckId": rec.Find(checkType, "shop-"+c.check).ID},
			"statistic": "Minimum", "threshold": 1.0, "comparisonOperator": "LessThanThreshold", "period": 60.0, "evaluationPeriods": c.minutes,
			"treatMissingData": "breaching", "alarmActions": []any{globalTopicArn}, "okActions": []any{globalTopicArn},
		})
	}
	wantInVirginia(t, rec, "shop", alarmType)
	if got := rec.Find(network.FailoverToken, "shop").Output("usEast1AlarmTopicArn"); got != globalTopicArn {
		t.Errorf("usEast1AlarmTopicArn is %v", got)
	}
}

func TestFailoverTopic(t *testing.T) {
	t.Parallel()
	rec := record(t, makeFailover("shop", func(a *network.FailoverArgs) { a.AlarmEmails = []string{"team@example.com"} }), inFrankfurt)
	wantInVirginia(t, rec, "shop", alarmType, keyType, "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy", "aws:sns/topicSubscription:TopicSubscription")
	topic := rec.Find("aws:sns/topic:Topic", "shop-alarms")
	wantInputs(t, rec, "aws:sns/topic:Topic", "shop-alarms", map[string]any{"kmsMasterKeyId": rec.Find(keyType, "shop-alarms").Output("arn")})
	wantInputs(t, rec, alarmType, "shop-none-healthy", map[string]any{"alarmActions": []any{topic.Output("arn")}})
	wantInputs(t, rec, keyType, "shop-alarms", map[string]any{
		"enableKeyRotation": true, "deletionWindowInDays": 30.0,
		"policy.Statement[1]": map[string]any{
			"Sid": "CloudWatchAlarms", "Effect": "Allow", "Action": []any{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": "*",
			"Principal": map[string]any{"Service": "cloudwatch.amazonaws.com"},
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceAccount": "123456789012"}},
		},
	})
	wantInputs(t, rec, "aws:sns/topicPolicy:TopicPolicy", "shop-alarms", map[string]any{"policy.Statement[0]": map[string]any{
		"Sid": "Alarms", "Effect": "Allow", "Action": "sns:Publish", "Resource": topic.Output("arn"),
		"Principal": map[string]any{"Service": "cloudwatch.amazonaws.com"},
		"Condition": map[string]any{"ArnLike": map[string]any{"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"}},
	}})
	wantInputs(t, rec, "aws:sns/topicSubscription:TopicSubscription", "shop-team@example.com", map[string]any{"protocol": "email", "endpoint": "team@example.com"})
}

func TestFailoverRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*network.FailoverArgs)
		want   []string
	}{
		"nothing given": {
			func(a *network.FailoverArgs) { *a = network.FailoverArgs{} },
			[]string{"zoneId: is required", "domainName: is required", "primaryDomainName: is required", "secondaryDomainName: is required"},
		},
		"one alias":      {func(a *network.FailoverArgs) { a.SecondaryZoneId = nil }, []string{"secondaryZoneId: and primaryZoneId belong together"}},
		"one endpoint":   {func(a *network.FailoverArgs) { a.SecondaryDomainName = a.PrimaryDomainName }, []string{`secondaryDomainName: "eu.elb.amazonaws.com" is the primary endpoint too`}},
		"URL":            {func(a *network.FailoverArgs) { a.PrimaryDomainName = pulumi.String("https://eu.example.com") }, []string{`primaryDomainName: "https://eu.example.com" is not a domain name`}},
		"alias ttl":      {func(a *network.FailoverArgs) { a.TtlSeconds = to(60) }, []string{"ttlSeconds: has no effect on aliases"}},
		"ttl":            {func(a *network.FailoverArgs) { a.PrimaryZoneId, a.SecondaryZoneId, a.TtlSeconds = nil, nil, to(301) }, []string{"ttlSeconds: 301 is out of range; use 0 to 300"}},
		"port":           {func(a *network.FailoverArgs) { a.Port = to(0) }, []string{"port: 0 is out of range"}},
		"path":           {func(a *network.FailoverArgs) { a.HealthPaths = []string{"health"} }, []string{`healthPaths: "health" is not a path`}},
		"path twice":     {func(a *network.FailoverArgs) { a.SecondaryHealthPaths = []string{"/a", "/a"} }, []string{`secondaryHealthPaths: "/a" is named twice`}},
		"text":           {func(a *network.FailoverArgs) { a.HealthText = strings.Repeat("a", 256) }, []string{"healthText: is 256 characters long; use at most 255"}},
		"interval":       {func(a *network.FailoverArgs) { a.CheckIntervalSeconds = to(20) }, []string{"checkIntervalSeconds: 20 is not possible; Route 53 checks every 10 or every 30 seconds"}},
		"threshold":      {func(a *network.FailoverArgs) { a.FailureThreshold = to(11) }, []string{"failureThreshold: 11 is out of range; use 1 to 10"}},
		"healthy checks": {func(a *network.FailoverArgs) { a.HealthyChecks = to(2) }, []string{"healthyChecks: 2 is out of range; the primary endpoint has 1 health checks"}},
		"few regions":    {func(a *network.FailoverArgs) { a.CheckerRegions = []string{"us-east-1", "us-east-1"} }, []string{`checkerRegions: "us-east-1" is named twice`, "checkerRegions: has 2 regions; Route 53 checks from at least 3"}},
		"region":         {func(a *network.FailoverArgs) { a.CheckerRegions = []string{"eu-central-1"} }, []string{`checkerRegions: "eu-central-1" is not possible`}},
		"two topics": {
			func(a *network.FailoverArgs) {
				a.UsEast1AlarmTopicArn, a.AlarmEmails = pulumi.String(globalTopicArn), []string{"team@example.com"}
			},
			[]string{"alarmEmails: are for a topic of the component's own"},
		},
		"emails": {
			func(a *network.FailoverArgs) { a.AlarmEmails = []string{"team", "a@b.io", "a@b.io"} },
			[]string{`alarmEmails: "team" is not an e-mail address`, `alarmEmails: "a@b.io" stands there twice`},
		},
		"topic elsewhere": {
			func(a *network.FailoverArgs) { a.UsEast1AlarmTopicArn = pulumi.String(topicArn) },
			[]string{`usEast1AlarmTopicArn: "` + topicArn + `" is in region "eu-central-1"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeFailover("shop", c.change), c.want...)
		})
	}
}

func TestFailoverTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeFailover(fifty, func(a *network.FailoverArgs) {
		a.Transform.HealthCheck = func(args *route53.HealthCheckArgs, _ *[]pulumi.ResourceOption) {
			args.MeasureLatency = pulumi.Bool(true)
		}
	}))
	wantInputs(t, rec, checkType, fifty+"-primary", map[string]any{"measureLatency": true})
}
