package guardrails

import (
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

const virginia = "us-east-1"

// homes are the regions of namespaces whose metrics are in one region only,
// wherever the resources are.
var homes = map[string]string{
	"AWS/CloudFront":        virginia,    // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
	"AWS/Route53":           virginia,    // https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-cloudwatch.html
	"AWS/Billing":           virginia,    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
	"AWS/GlobalAccelerator": "us-west-2", // https://docs.aws.amazon.com/global-accelerator/latest/dg/cloudwatch-monitoring.html
}

// home returns where the metrics of a namespace are, or "" if each region has its own.
func home(m metric) string {
	// https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html: the dimension Region is
	// required for all protected resources but CloudFront distributions.
	if m.namespace == "AWS/WAFV2" && !isUnknown(m.dimensions) && dig(m.dimensions, "Region") == nil && dig(m.dimensions, "WebACL") != nil {
		return virginia
	}
	return homes[m.namespace]
}

// alarmRegions wants an alarm where its metric is, and a topic where its alarm is.
func alarmRegions(p *program, add report) {
	for _, alarm := range p.of("cloudwatch:MetricAlarm", "cloudwatch:CompositeAlarm") {
		region := p.region(alarm)
		if region == "" {
			continue
		}
		for _, m := range metricsOf(alarm) {
			if at := home(m); at != "" && at != region {
				add(alarm, m.path("namespace"), sprint("is %s, whose metrics are in %s only; the alarm is in %s and would never fire", m.namespace, at, region),
					"create the alarm, and the topic it fires at, with a provider for "+at)
			}
		}
		for _, property := range actionProperties {
			for _, topic := range p.targets(alarm, property, alarm.Inputs[property], "sns:Topic") {
				if at := p.region(topic); at != "" && at != region {
					add(alarm, property, sprint("has topic %s, which is in %s; the alarm is in %s and cannot reach it", quoted(topic), at, region),
						"give the alarm a topic in "+region)
				}
			}
		}
	}
}

// global are the uses of a resource by a global service, which looks for it in us-east-1.
var global = []struct{ user, property, part, used, where string }{
	// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
	{"cloudfront:Distribution", "viewerCertificate", "acmCertificateArn", "acm:Certificate", "a CloudFront distribution"},
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
	{"route53:QueryLog", "cloudwatchLogGroupArn", "", "cloudwatch:LogGroup", "a Route 53 query log"},
	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec-cmk-requirements.html
	{"route53:KeySigningKey", "keyManagementServiceArn", "", "kms:Key", "Route 53 DNSSEC"},
}

// globalRegions wants in us-east-1 what global services use.
func globalRegions(p *program, add report) {
	// https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html: "Scope"
	for _, res := range p.of("wafv2:WebAcl", "wafv2:RuleGroup", "wafv2:IpSet", "wafv2:RegexPatternSet") {
		if region := p.region(res); res.Inputs["scope"] == "CLOUDFRONT" && region != "" && region != virginia {
			add(res, "scope", "is CLOUDFRONT, which exists in us-east-1 only; the resource is in "+region,
				"create it with a provider for us-east-1")
		}
	}
	for _, use := range global {
		for _, user := range p.kinds[use.user] {
			value := user.Inputs[use.property]
			if use.part != "" {
				value = dig(value, use.part)
			}
			used := p.target(user, use.property, value, use.used)
			if used == nil {
				continue
			}
			if region := p.region(used); region != "" && region != virginia {
				add(used, "", sprint("is in %s, but %s (%s) looks for it in us-east-1", region, use.where, quoted(user)),
					"create it with a provider for us-east-1")
			}
		}
	}
}

// region returns where a resource is, or "" if nothing tells: its own region
// input, which newer providers have, else that of its provider, else the stack's.
func (p *program) region(res *recording.Resource) string {
	if own, given := res.Inputs["region"]; given && kind(res) != "s3:Bucket" {
		return text(own)
	}
	if res.Provider == "" {
		return p.stack
	}
	urn, _, _ := cutLast(res.Provider, "::") // "urn::id"
	if provider := p.byURN[urn]; provider != nil {
		if region, given := provider.Inputs["region"]; given {
			return text(region)
		}
		if strings.Contains(provider.Name, "default") {
			return p.stack // the provider that the engine makes
		}
	}
	return ""
}

func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return s, "", false
}

// stackRegion is the region in the ARN of what has no provider of its own: it is where
// the stack is configured to be.
func stackRegion(resources []*recording.Resource) string {
	for _, res := range resources {
		if !res.Custom || res.Provider != "" || !isAWS(res) || res.Inputs["region"] != nil {
			continue
		}
		if parts := strings.SplitN(text(res.Outputs["arn"]), ":", 6); len(parts) == 6 && parts[0] == "arn" && parts[3] != "" {
			return parts[3]
		}
	}
	return ""
}
