package cdn_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/cdn"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	aclType         = "aws:wafv2/webAcl:WebAcl"
	associationType = "aws:wafv2/webAclAssociation:WebAclAssociation"
	aclLoggingType  = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
	logGroupType    = "aws:cloudwatch/logGroup:LogGroup"

	publicArn  = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/public/1"
	partnerArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/partner/2"
	stageArn   = "arn:aws:apigateway:eu-central-1::/restapis/abc/stages/prod"
)

func newFirewall(name string, args cdn.FirewallArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := cdn.NewFirewall(ctx, name, &args)
		return err
	}
}

func visible(name string) object {
	return object{"cloudwatchMetricsEnabled": true, "metricName": name, "sampledRequestsEnabled": true}
}

// managed is the rule of a group of AWS's.
func managed(name, group string, priority float64, does string) object {
	statement := object{"vendorName": "AWS", "name": group}
	if name == "common" {
		statement["ruleActionOverrides"] = list{object{"name": "SizeRestrictions_BODY", "actionToUse": object{"count": object{}}}}
	}
	return object{
		"name": name, "priority": priority, "overrideAction": object{does: object{}}, "visibilityConfig": visible(name),
		"statement": object{"managedRuleGroupStatement": statement},
	}
}

func rateLimit(limit float64, does string) object {
	return object{
		"name": "rate-limit", "priority": 0.0, "action": object{does: object{}}, "visibilityConfig": visible("rate-limit"),
		"statement": object{"rateBasedStatement": object{"aggregateKeyType": "IP", "evaluationWindowSec": 300.0, "limit": limit}},
	}
}

func TestFirewall(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		preset, rate, group string
		days                float64
	}{{"", "block", "none", 90}, {"production", "block", "none", 90}, {"sandbox", "count", "count", 14}} {
		t.Run("preset "+c.preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newFirewall("shop", cdn.FirewallArgs{
				Preset: c.preset, Scope: "regional", ResourceArns: []pulumi.StringInput{pulumi.String(publicArn), pulumi.String(stageArn)}, ResourceNames: []string{"public", "api"},
			}))
			wantList(t, rec, cdn.FirewallToken+" shop", aclType+" shop-firewall", associationType+" shop-public", associationType+" shop-api", logGroupType+" shop-log", aclLoggingType+" shop-log")
			acl, group := rec.Find(aclType, "shop-firewall"), rec.Find(logGroupType, "shop-log")
			same(t, "web ACL", acl.Inputs, object{
				"description": "Firewall shop", "scope": "REGIONAL", "defaultAction": object{"allow": object{}}, "visibilityConfig": visible("project-test-shop"), "tags": object{"Name": "shop"},
				"rules": list{
					rateLimit(2000, c.rate),
					managed("ip-reputation", "AWSManagedRulesAmazonIpReputationList", 10, c.group),
					managed("common", "AWSManagedRulesCommonRuleSet", 30, c.group),
					managed("known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet", 40, c.group),
					managed("sqli", "AWSManagedRulesSQLiRuleSet", 60, c.group),
				},
			})
			same(t, "association", rec.Find(associationType, "shop-api").Inputs, object{"webAclArn": acl.Output("arn"), "resourceArn": stageArn})
			same(t, "log group", group.Inputs, object{"name": "aws-waf-logs-project-test-shop", "retentionInDays": c.days})
			logging := rec.Find(aclLoggingType, "shop-log")
			same(t, "logging", logging.Inputs, object{
				"resourceArn": acl.Output("arn"), "logDestinationConfigs": list{group.Output("arn")},
				"redactedFields": list{
					object{"singleHeader": object{"name": "authorization"}}, object{"singleHeader": object{"name": "cookie"}},
					object{"singleHeader": object{"name": "x-api-key"}}, object{"singleHeader": object{"name": "x-origin-verify"}},
				},
				"loggingFilter": object{"defaultBehavior": "DROP", "filters": list{object{"behavior": "KEEP", "requirement": "MEETS_ANY", "conditions": list{
					object{"actionCondition": object{"action": "BLOCK"}}, object{"actionCondition": object{"action": "COUNT"}}, object{"actionCondition": object{"action": "EXCLUDED_AS_COUNT"}},
				}}}},
			})
			same(t, "outputs", rec.Find(cdn.FirewallToken, "shop").Outputs, object{"arn": acl.Output("arn"), "metricName": "project-test-shop", "logGroupName": "aws-waf-logs-project-test-shop"})
		})
	}
}

func TestFirewallRollout(t *testing.T) {
	t.Parallel()
	rec := record(t, newFirewall("shop", cdn.FirewallArgs{
		Preset: "sandbox", Scope: "regional", Mode: "block", RuleGroups: []string{"sqli", "common", "php"}, CountedRuleGroups: []string{"php"}, RequestsPerIp: pulumi.IntRef(100), BodySizeLimit: pulumi.BoolRef(true),
	}))
	common := managed("common", "AWSManagedRulesCommonRuleSet", 30, "none")
	delete(common["statement"].(object)["managedRuleGroupStatement"].(object), "ruleActionOverrides")
	same(t, "rules", rec.Find(aclType, "shop-firewall").Input("rules"), list{
		rateLimit(100, "block"), common, managed("sqli", "AWSManagedRulesSQLiRuleSet", 60, "none"), managed("php", "AWSManagedRulesPHPRuleSet", 100, "count"),
	})
}

// A firewall of CloudFront is in us-east-1 with all about it.
func TestFirewallOfCloudFront(t *testing.T) {
	t.Parallel()
	for region, providers := range map[string]int{"eu-central-1": 1, "us-east-1": 0} {
		rec := record(t, newFirewall("shop", cdn.FirewallArgs{Scope: "cloudfront", AlarmTopicArn: pulumi.String(globalTopicArn)}), recorder.Config(map[string]string{"aws:region": region}))
		same(t, "scope", rec.Find(aclType, "shop-firewall").Input("scope"), "CLOUDFRONT")
		same(t, region, len(rec.Type("pulumi:providers:aws")), providers)
		for _, token := range []string{aclType, logGroupType, aclLoggingType, alarmType} {
			if res := rec.Type(token)[0]; strings.Contains(res.Provider, "::shop-us-east-1::") != (providers == 1) {
				t.Errorf("%s in %s has the provider %q", res, region, res.Provider)
			}
		}
		same(t, "dimensions", rec.Find(alarmType, "shop-matched-requests").Input("dimensions"), object{"WebACL": "project-test-shop", "Rule": "ALL"})
	}
}

func TestFirewallAlarm(t *testing.T) {
	t.Parallel()
	for mode, metric := range map[string]string{"block": "BlockedRequests", "count": "CountedRequests"} {
		rec := record(t, newFirewall("shop", cdn.FirewallArgs{Scope: "regional", Mode: mode, AlarmTopicArn: pulumi.String(topicArn), MaxMatchedRequests: pulumi.IntRef(7)}))
		wantInputs(t, rec, alarmType, "shop-matched-requests", map[string]any{
			"namespace": "AWS/WAFV2", "metricName": metric, "statistic": "Sum", "threshold": 7.0, "period": 300.0, "alarmActions": list{topicArn},
			"dimensions": object{"WebACL": "project-test-shop", "Rule": "ALL", "Region": "eu-central-1"},
		})
	}
}

func TestFirewallLogs(t *testing.T) {
	t.Parallel()
	rec := record(t, newFirewall("shop", cdn.FirewallArgs{
		Scope: "regional", LoggedRequests: "all", RedactedHeaders: []string{"X-Session", "Cookie"}, LogRetentionDays: pulumi.IntRef(30), KmsKeyArn: pulumi.String(filesKeyArn),
	}))
	logging := rec.Find(aclLoggingType, "shop-log")
	same(t, "filter", logging.Input("loggingFilter"), nil)
	var headers []any
	for _, field := range logging.Input("redactedFields").(list) {
		headers = append(headers, recorder.At(field, "singleHeader.name"))
	}
	same(t, "redacted", headers, list{"authorization", "cookie", "x-api-key", "x-origin-verify", "x-session"})
	wantInputs(t, rec, logGroupType, "shop-log", map[string]any{"retentionInDays": 30.0, "kmsKeyId": filesKeyArn})

	rec = record(t, newFirewall("shop", cdn.FirewallArgs{Scope: "regional", Logs: pulumi.BoolRef(false)}))
	wantList(t, rec, cdn.FirewallToken+" shop", aclType+" shop-firewall")
	same(t, "log group", rec.Find(cdn.FirewallToken, "shop").Output("logGroupName"), "")
}

// An association must not depend on where its resource stands in the list.
func TestFirewallResourceTakenAway(t *testing.T) {
	t.Parallel()
	both := record(t, newFirewall("shop", cdn.FirewallArgs{
		Scope: "regional", ResourceArns: []pulumi.StringInput{pulumi.String(publicArn), pulumi.String(partnerArn)}, ResourceNames: []string{"public", "partner"},
	})).Find(associationType, "shop-partner")
	one := record(t, newFirewall("shop", cdn.FirewallArgs{
		Scope: "regional", ResourceArns: []pulumi.StringInput{pulumi.String(partnerArn)}, ResourceNames: []string{"partner"},
	})).Find(associationType, "shop-partner")
	same(t, "URN", one.URN, both.URN)
	same(t, "inputs", one.Inputs, both.Inputs)
}

func TestFirewallTransforms(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	type opts = *[]pulumi.ResourceOption
	record(t, newFirewall("shop", cdn.FirewallArgs{
		Scope: "regional", ResourceArns: []pulumi.StringInput{pulumi.String(publicArn)}, ResourceNames: []string{"public"}, AlarmTopicArn: pulumi.String(topicArn),
		Transform: cdn.FirewallTransform{
			WebAcl:      func(*wafv2.WebAclArgs, opts) { seen["acl"]++ },
			Association: func(*wafv2.WebAclAssociationArgs, opts) { seen["association"]++ },
			LogGroup:    func(*cloudwatch.LogGroupArgs, opts) { seen["group"]++ },
			Logging:     func(*wafv2.WebAclLoggingConfigurationArgs, opts) { seen["logging"]++ },
			Alarm:       func(*cloudwatch.MetricAlarmArgs, opts) { seen["alarm"]++ },
		},
	}))
	same(t, "transformed", seen, map[string]int{"acl": 1, "association": 1, "group": 1, "logging": 1, "alarm": 1})
}

// WAF takes names and metrics of 128 characters, CloudWatch Logs of 512.
func TestFirewallLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, newFirewall(fifty, cdn.FirewallArgs{Scope: "regional"}), recorder.Project(strings.Repeat("project-", 12)))
	metric := rec.Type(aclType)[0].Input("visibilityConfig.metricName").(string)
	if len(metric) > 128 || !strings.HasSuffix(metric, fifty) {
		t.Errorf("the metrics are named %s, %d characters", metric, len(metric))
	}
	if group := rec.Type(logGroupType)[0].Input("name").(string); len(group) > 512 || !strings.HasPrefix(group, "aws-waf-logs-") {
		t.Errorf("the log group is named %s", group)
	}
}

func TestFirewallRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args cdn.FirewallArgs
		want []string
	}{
		"nothing": {cdn.FirewallArgs{}, []string{`scope: is required: "cloudfront" for a CDN, "regional" for load balancers and REST APIs`}},
		"scope and mode": {cdn.FirewallArgs{Scope: "global", Mode: "off"}, []string{
			`scope: "global" is not possible; use one of cloudfront, regional`,
			`mode: "off" is not possible; use one of block, count`,
		}},
		"rules": {cdn.FirewallArgs{Scope: "regional", RequestsPerIp: pulumi.IntRef(5), RuleGroups: []string{"bots", "sqli", "sqli"}, CountedRuleGroups: []string{"php"}, BodySizeLimit: pulumi.BoolRef(true)}, []string{
			`requestsPerIp: 5 is out of range; use 10 to 2000000000 (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html)`,
			`ruleGroups: "bots" is not possible; use one of ip-reputation, anonymous-ip, common, known-bad-inputs, admin, sqli, linux, unix, windows, php, wordpress`,
			`ruleGroups: "sqli" is named twice; name it once`,
			`bodySizeLimit: is a rule of the group "common", which is not in ruleGroups; add it, or leave this out`,
			`countedRuleGroups: "php" is not among the ruleGroups bots, sqli, sqli; name one of those`,
		}},
		"counting what counts": {cdn.FirewallArgs{Preset: "sandbox", Scope: "regional", CountedRuleGroups: []string{"sqli"}},
			[]string{`countedRuleGroups: has no effect in the mode "count", where all of them count; leave it out, or set mode to "block"`}},
		"resources of CloudFront": {cdn.FirewallArgs{Scope: "cloudfront", ResourceArns: []pulumi.StringInput{pulumi.String(publicArn)}, ResourceNames: []string{"a"}},
			[]string{`resourceArns: cannot be behind a firewall of the scope "cloudfront"; give the firewall's arn to the webAclArn of a CDN, or set scope to "regional"`}},
		"elsewhere": {cdn.FirewallArgs{Scope: "cloudfront", AlarmTopicArn: pulumi.String(topicArn), KmsKeyArn: pulumi.String(filesKeyArn)}, []string{
			`alarmTopicArn: "` + topicArn + `" is in region "eu-central-1", but a firewall of CloudFront and all about it is in us-east-1; give one in us-east-1`,
			`kmsKeyArn: "` + filesKeyArn + `" is in region "eu-central-1", but a firewall of CloudFront and all about it is in us-east-1; give one in us-east-1`,
		}},
		"names": {cdn.FirewallArgs{Scope: "regional", ResourceArns: []pulumi.StringInput{pulumi.String(publicArn), pulumi.String(stageArn), nil}, ResourceNames: []string{"a", "a", "", "log"}}, []string{
			`resourceNames: has 4 names for 3 resourceArns; give each resource one, in the same order, so that associations outlive changes of the list`,
			`resourceNames: "a" stands there twice; each name is of one resource`,
			`resourceNames: entry 2 is empty; write what the resource is called, such as "public"`,
			`resourceNames: "log" is the name of another part of the firewall; use another one`,
			`resourceArns: entry 2 is not set; give the ARN of a resource or leave it out`,
		}},
		"resources": {cdn.FirewallArgs{Scope: "regional", ResourceNames: []string{"a", "b", "c", "d", "e"}, ResourceArns: []pulumi.StringInput{
			pulumi.String("public"), pulumi.String("arn:aws:cloudfront::123456789012:distribution/E1"), pulumi.String("arn:aws:apigateway:eu-central-1::/apis/abc/stages/prod"),
			pulumi.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/a/1"), pulumi.String("arn:aws:s3:::files"),
		}}, []string{
			`resourceArns: "public" is not an ARN; write it as arn:aws:elasticloadbalancing:… or arn:aws:apigateway:…`,
			`resourceArns: arn:aws:cloudfront::123456789012:distribution/E1 is a distribution, which names its web ACL itself; give the arn of a firewall of the scope "cloudfront" to the webAclArn of a CDN`,
			`resourceArns: arn:aws:apigateway:eu-central-1::/apis/abc/stages/prod is not a stage of a REST API; AWS WAF protects no HTTP APIs: put a CDN in front of one, and the firewall in front of that`,
			`resourceArns: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/a/1 is a network load balancer, which does not read requests; put the firewall in front of an application load balancer`,
			`resourceArns: arn:aws:s3:::files is nothing that AWS WAF can be in front of; give the ARN of an application load balancer or of a stage of a REST API`,
		}},
		"logs": {cdn.FirewallArgs{Scope: "regional", LoggedRequests: "some", LogRetentionDays: pulumi.IntRef(2), RedactedHeaders: []string{"X Session"}, MaxMatchedRequests: pulumi.IntRef(0)}, []string{
			`loggedRequests: "some" is not possible; use one of matched, all`,
			`logRetentionDays: CloudWatch Logs cannot keep logs for 2 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]`,
			`redactedHeaders: "X Session" is not the name of a header; write it as X-Session`,
			`maxMatchedRequests: 0 is out of range; use 1 to 1000000000 (the alarm's threshold)`,
		}},
		"no logs": {cdn.FirewallArgs{Scope: "regional", Logs: pulumi.BoolRef(false), LoggedRequests: "all"},
			[]string{`logs: is false, but loggedRequests, redactedHeaders, logRetentionDays or kmsKeyArn is given; leave those out, or logs`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, sentence := range c.want {
				c.want[i] = `scaffold:cdn:Firewall "shop": ` + sentence
			}
			refused(t, newFirewall("shop", c.args), c.want...)
		})
	}
}

// What a load balancer is shows only when it is there.
func TestFirewallRefusesLate(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		balancer, err := lb.NewLoadBalancer(ctx, "streams", &lb.LoadBalancerArgs{LoadBalancerType: pulumi.String("network"), Subnets: pulumi.StringArray{pulumi.String("subnet-1")}})
		if err != nil {
			return err
		}
		_, err = cdn.NewFirewall(ctx, "shop", &cdn.FirewallArgs{Scope: "regional", ResourceArns: []pulumi.StringInput{balancer.Arn}, ResourceNames: []string{"streams"}})
		return err
	})
	if want := "is a network load balancer, which does not read requests"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestFirewallWiring(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		for _, args := range []cdn.FirewallArgs{
			{Preset: preset, Scope: "cloudfront", AlarmTopicArn: pulumi.String(globalTopicArn)},
			{Preset: preset, Scope: "regional", AlarmTopicArn: pulumi.String(topicArn), ResourceArns: []pulumi.StringInput{pulumi.String(publicArn)}, ResourceNames: []string{"public"}},
		} {
			findings := guardrails.Wiring(record(t, newFirewall("shop", args)))
			if len(findings) > 0 {
				t.Errorf("%s %s: %v", preset, args.Scope, findings)
			}
		}
	}
}
