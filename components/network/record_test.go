package network_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const checkType = "aws:route53/healthCheck:HealthCheck"

func makeRecord(name string, args network.RecordArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		if args.ZoneId == nil {
			args.ZoneId = pulumi.String("Z1")
		}
		if args.DomainName == "" {
			args.DomainName = "api.example.com"
		}
		_, err := network.NewRecord(ctx, name, &args)
		return err
	}
}

// valued has an answer of its own, aliased that of a load balancer.
func valued(change func(*network.RecordArgs)) network.RecordArgs {
	args := network.RecordArgs{Type: "A", Values: texts("192.0.2.1")}
	if change != nil {
		change(&args)
	}
	return args
}

func aliased(change func(*network.RecordArgs)) network.RecordArgs {
	args := network.RecordArgs{AliasDomainName: pulumi.String("edge.elb.amazonaws.com"), AliasZoneId: pulumi.String("Z2")}
	if change != nil {
		change(&args)
	}
	return args
}

func TestRecordValues(t *testing.T) {
	t.Parallel()
	for preset, ttl := range map[string]float64{"production": 300, "sandbox": 60} {
		rec := record(t, makeRecord("api", valued(func(a *network.RecordArgs) { a.Preset = preset })))
		wantList(t, rec, "scaffold:network:Record api", recordType+" api-a")
		wantInputs(t, rec, recordType, "api-a", map[string]any{
			"zoneId": "Z1", "name": "api.example.com", "type": "A", "records": []any{"192.0.2.1"}, "ttl": ttl, "setIdentifier": nil, "healthCheckId": nil,
		})
		want := map[string]any{"domainName": "api.example.com", "healthCheckId": ""}
		if diff := cmp.Diff(want, rec.Find(network.RecordToken, "api").Outputs); diff != "" {
			t.Errorf("outputs (-want +got):\n%s", diff)
		}
		wantNoFindings(t, rec)
	}
}

func TestRecordAlias(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRecord("api", aliased(nil)))
	wantList(t, rec, "scaffold:network:Record api", recordType+" api-a", recordType+" api-aaaa")
	for role, kind := range map[string]string{"a": "A", "aaaa": "AAAA"} {
		wantInputs(t, rec, recordType, "api-"+role, map[string]any{
			"type": kind, "ttl": nil, "records": nil,
			"aliases": []any{map[string]any{"name": "edge.elb.amazonaws.com", "zoneId": "Z2", "evaluateTargetHealth": true}},
		})
	}
	rec = record(t, makeRecord("api", aliased(func(a *network.RecordArgs) { a.Type = "A" })))
	wantList(t, rec, "scaffold:network:Record api", recordType+" api-a")
}

// An alias to CloudFront that follows its health is refused by AWS.
func TestRecordAliasOfCloudFront(t *testing.T) {
	t.Parallel()
	for name, zone := range map[string]pulumi.StringPtrInput{
		"known":    pulumi.String("Z2FDTNDATAQYW2"),
		"deployed": pulumi.String("Z2FDTNDATAQYW2").ToStringOutput().ToStringPtrOutput(),
	} {
		rec := record(t, makeRecord("api", aliased(func(a *network.RecordArgs) { a.AliasZoneId = zone })))
		if got := rec.Find(recordType, "api-a").Input("aliases[0].evaluateTargetHealth"); got != false {
			t.Errorf("%s: evaluateTargetHealth is %v", name, got)
		}
	}
}

func TestRecordRouting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*network.RecordArgs)
		want   map[string]any
	}{
		"weighted": {
			func(a *network.RecordArgs) { a.Routing, a.Weight = "weighted", to(0) },
			map[string]any{"weightedRoutingPolicies": []any{map[string]any{"weight": 0.0}}, "setIdentifier": "api", "ttl": 60.0},
		},
		"latency": {
			func(a *network.RecordArgs) { a.Routing = "latency" },
			map[string]any{"latencyRoutingPolicies": []any{map[string]any{"region": "eu-central-1"}}},
		},
		"latency elsewhere": {
			func(a *network.RecordArgs) { a.Routing, a.Region, a.SetIdentifier = "latency", "us-west-2", "oregon" },
			map[string]any{"latencyRoutingPolicies": []any{map[string]any{"region": "us-west-2"}}, "setIdentifier": "oregon"},
		},
		"continent": {
			func(a *network.RecordArgs) { a.Routing, a.Continent = "geolocation", "EU" },
			map[string]any{"geolocationRoutingPolicies": []any{map[string]any{"continent": "EU"}}},
		},
		"state": {
			func(a *network.RecordArgs) { a.Routing, a.Country, a.Subdivision = "geolocation", "US", "CA" },
			map[string]any{"geolocationRoutingPolicies": []any{map[string]any{"country": "US", "subdivision": "CA"}}},
		},
		"all others": {
			func(a *network.RecordArgs) {
				a.Routing, a.Country, a.HealthCheckId = "geolocation", "*", pulumi.String("check-1")
			},
			map[string]any{"geolocationRoutingPolicies": []any{map[string]any{"country": "*"}}, "healthCheckId": "check-1"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeRecord("api", valued(c.change)))
			wantInputs(t, rec, recordType, "api-a", c.want)
		})
	}
}

func TestRecordHealth(t *testing.T) {
	t.Parallel()
	for preset, interval := range map[string]float64{"production": 10, "sandbox": 30} {
		rec := record(t, makeRecord("api", aliased(func(a *network.RecordArgs) {
			a.Preset, a.Routing, a.HealthPath, a.UsEast1AlarmTopicArn = preset, "latency", "/health", pulumi.String(globalTopicArn)
		})), inFrankfurt)
		wantList(t, rec, "scaffold:network:Record api", recordType+" api-a", recordType+" api-aaaa", checkType+" api-health", alarmType+" api-unhealthy")
		wantInputs(t, rec, checkType, "api-health", map[string]any{
			"type": "HTTPS", "fqdn": "edge.elb.amazonaws.com", "port": 443.0, "resourcePath": "/health", "requestInterval": interval, "failureThreshold": 3.0,
			"enableSni": true, "tags.Name": "api-health",
		})
		id := rec.Find(checkType, "api-health").ID
		wantInputs(t, rec, recordType, "api-aaaa", map[string]any{"healthCheckId": id})
		wantInputs(t, rec, alarmType, "api-unhealthy", map[string]any{
			"namespace": "AWS/Route53", "metricName": "HealthCheckStatus", "dimensions": map[string]any{"HealthCheckId": id}, "statistic": "Minimum",
			"comparisonOperator": "LessThanThreshold", "threshold": 1.0, "treatMissingData": "breaching", "alarmActions": []any{globalTopicArn},
		})
		if got := rec.Find(network.RecordToken, "api").Output("healthCheckId"); got != id {
			t.Errorf("healthCheckId is %v", got)
		}
		wantInVirginia(t, rec, "api", alarmType)
		wantNoFindings(t, rec)
	}
}

func TestRecordRefuses(t *testing.T) {
	t.Parallel()
	routed := func(change func(*network.RecordArgs)) network.RecordArgs { return valued(change) }
	for name, c := range map[string]struct {
		args network.RecordArgs
		want []string
	}{
		"no answer":    {network.RecordArgs{}, []string{"values: are required, or aliasDomainName with aliasZoneId"}},
		"two answers":  {aliased(func(a *network.RecordArgs) { a.Values = texts("192.0.2.1") }), []string{"values: and an alias are two answers"}},
		"empty answer": {valued(func(a *network.RecordArgs) { a.Values = texts() }), []string{"values: is empty"}},
		"half alias":   {network.RecordArgs{AliasZoneId: pulumi.String("Z2")}, []string{"aliasZoneId: and aliasDomainName belong together"}},
		"no type":      {network.RecordArgs{Values: texts("x")}, []string{"type: is required with values"}},
		"type":         {valued(func(a *network.RecordArgs) { a.Type = "a" }), []string{`type: "a" is not possible`}},
		"alias type":   {aliased(func(a *network.RecordArgs) { a.Type = "TXT" }), []string{`type: "TXT" is not possible; use one of A, AAAA, HTTPS`}},
		"alias ttl":    {aliased(func(a *network.RecordArgs) { a.TtlSeconds = to(5) }), []string{"ttlSeconds: has no effect on an alias"}},
		"ttl":          {valued(func(a *network.RecordArgs) { a.TtlSeconds = to(-1) }), []string{"ttlSeconds: -1 is out of range"}},
		"names":        {valued(func(a *network.RecordArgs) { a.Type, a.Values = "CNAME", texts("a.io", "b.io") }), []string{"values: has 2 names, but a CNAME is one"}},
		"health of values": {
			valued(func(a *network.RecordArgs) { a.EvaluateTargetHealth = to(true) }), []string{"evaluateTargetHealth: is for an alias"},
		},
		"health of CloudFront": {
			aliased(func(a *network.RecordArgs) {
				a.AliasZoneId, a.EvaluateTargetHealth = pulumi.String("Z2FDTNDATAQYW2"), to(true)
			}),
			[]string{"evaluateTargetHealth: is true, but the alias leads to CloudFront"},
		},
		"routing":      {routed(func(a *network.RecordArgs) { a.Routing = "failover" }), []string{`routing: "failover" is not possible; use one of simple, weighted, latency, geolocation`}},
		"no weight":    {routed(func(a *network.RecordArgs) { a.Routing = "weighted" }), []string{"weight: is required for weighted routing"}},
		"weight":       {routed(func(a *network.RecordArgs) { a.Routing, a.Weight = "weighted", to(256) }), []string{"weight: 256 is out of range; use 0 to 255"}},
		"other weight": {routed(func(a *network.RecordArgs) { a.Weight = to(1) }), []string{"weight: is for weighted routing, and this record has simple"}},
		"identifier":   {routed(func(a *network.RecordArgs) { a.SetIdentifier = "x" }), []string{"setIdentifier: is for weighted, latency, geolocation routing"}},
		"long identifier": {
			routed(func(a *network.RecordArgs) { a.Routing, a.SetIdentifier = "latency", strings.Repeat("a", 129) }),
			[]string{"setIdentifier: is 129 characters long; use at most 128"},
		},
		"region":    {routed(func(a *network.RecordArgs) { a.Routing, a.Region = "latency", "Frankfurt" }), []string{`region: "Frankfurt" is not an AWS region`}},
		"nowhere":   {routed(func(a *network.RecordArgs) { a.Routing = "geolocation" }), []string{"country: is required for geolocation routing, or continent"}},
		"country":   {routed(func(a *network.RecordArgs) { a.Routing, a.Country = "geolocation", "de" }), []string{`country: "de" is not a country`}},
		"continent": {routed(func(a *network.RecordArgs) { a.Routing, a.Continent = "geolocation", "Europe" }), []string{`continent: "Europe" is not possible`}},
		"two places": {
			routed(func(a *network.RecordArgs) { a.Routing, a.Continent, a.Country = "geolocation", "EU", "DE" }), []string{"continent: and country are two places"},
		},
		"subdivision": {
			routed(func(a *network.RecordArgs) { a.Routing, a.Country, a.Subdivision = "geolocation", "DE", "BY" }), []string{`subdivision: is for the country "US" or "UA" only`},
		},
		"check alone": {valued(func(a *network.RecordArgs) { a.HealthCheckId = pulumi.String("c") }), []string{`routing: is "simple": without another record`}},
		"two checks": {
			aliased(func(a *network.RecordArgs) {
				a.Routing, a.HealthCheckId, a.HealthPath = "latency", pulumi.String("c"), "/"
			}),
			[]string{"healthPath: makes a health check, but healthCheckId names one"},
		},
		"check of whom": {
			valued(func(a *network.RecordArgs) { a.Routing, a.HealthPath = "latency", "/" }), []string{"healthDomainName: is required with values"},
		},
		"name of no check": {aliased(func(a *network.RecordArgs) { a.HealthDomainName = pulumi.String("a.io") }), []string{"healthDomainName: has no effect without healthPath"}},
		"check at a URL": {
			aliased(func(a *network.RecordArgs) {
				a.Routing, a.HealthPath, a.HealthDomainName = "latency", "health", pulumi.String("https://a.io/")
			}),
			[]string{`healthPath: "health" is not a path`, `healthDomainName: "https://a.io/" is not a domain name`},
		},
		"alarm of nothing": {aliased(func(a *network.RecordArgs) { a.UsEast1AlarmTopicArn = pulumi.String(globalTopicArn) }), []string{"usEast1AlarmTopicArn: has nothing to tell"}},
		"topic elsewhere": {
			aliased(func(a *network.RecordArgs) {
				a.Routing, a.HealthPath, a.UsEast1AlarmTopicArn = "latency", "/", pulumi.String(topicArn)
			}),
			[]string{`usEast1AlarmTopicArn: "` + topicArn + `" is in region "eu-central-1"`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeRecord("api", c.args), c.want...)
		})
	}
	wantRefused(t, func(ctx *pulumi.Context) error {
		_, err := network.NewRecord(ctx, "api", nil)
		return err
	}, "zoneId: is required", "domainName: is required")
}

func TestRecordTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRecord(fifty, valued(func(a *network.RecordArgs) {
		a.Transform.Record = func(args *route53.RecordArgs, _ *[]pulumi.ResourceOption) { args.AllowOverwrite = pulumi.Bool(true) }
	})))
	wantInputs(t, rec, recordType, fifty+"-a", map[string]any{"allowOverwrite": true})
}
