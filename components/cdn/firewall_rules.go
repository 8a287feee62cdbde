package cdn

import (
	"regexp"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/wafv2"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A ruleGroup is one of those in
// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
type ruleGroup struct{ name, aws string }

// ruleGroups are in the order of evaluation: what is cheap and sure comes first. A
// group's position is its priority, so one more changes none of the others.
var ruleGroups = []ruleGroup{
	{"ip-reputation", "AWSManagedRulesAmazonIpReputationList"},
	{"anonymous-ip", "AWSManagedRulesAnonymousIpList"},
	{"common", "AWSManagedRulesCommonRuleSet"},
	{"known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet"},
	{"admin", "AWSManagedRulesAdminProtectionRuleSet"},
	{"sqli", "AWSManagedRulesSQLiRuleSet"},
	{"linux", "AWSManagedRulesLinuxRuleSet"},
	{"unix", "AWSManagedRulesUnixRuleSet"},
	{"windows", "AWSManagedRulesWindowsRuleSet"},
	{"php", "AWSManagedRulesPHPRuleSet"},
	{"wordpress", "AWSManagedRulesWordPressRuleSet"},
}

var standardGroups = []string{"ip-reputation", "common", "known-bad-inputs", "sqli"}

func groupNames() []string {
	var names []string
	for _, group := range ruleGroups {
		names = append(names, group.name)
	}
	return names
}

func chosenGroups(args *FirewallArgs) []string {
	if len(args.RuleGroups) > 0 {
		return args.RuleGroups
	}
	return standardGroups
}

const rateRule = "rate-limit"

func (f *firewall) webAcl() (*wafv2.WebAcl, error) {
	rules := wafv2.WebAclRuleArray{f.rateLimit()}
	chosen := chosenGroups(f.args)
	for i, group := range ruleGroups {
		if slices.Contains(chosen, group.name) {
			rules = append(rules, f.managed(group, 10*(i+1)))
		}
	}
	scope := "REGIONAL"
	if f.args.Scope == "cloudfront" {
		scope = "CLOUDFRONT"
	}
	args := &wafv2.WebAclArgs{
		Name:        f.ShortName("firewall", 128, pulumi.String(scope)),
		Description: pulumi.String("Firewall " + f.Name),
		Scope:       pulumi.String(scope),
		// What no rule matches gets through.
		DefaultAction: wafv2.WebAclDefaultActionArgs{Allow: wafv2.WebAclDefaultActionAllowArgs{}},
		Rules:         rules,
		VisibilityConfig: wafv2.WebAclVisibilityConfigArgs{
			CloudwatchMetricsEnabled: pulumi.Bool(true), MetricName: pulumi.String(f.metricName()), SampledRequestsEnabled: pulumi.Bool(true),
		},
		Tags: f.Tags(f.Name),
	}
	return wafv2.NewWebAcl(f.Ctx, f.Child("firewall"), args, convention.With(f.Scope, f.args.Transform.WebAcl, args, f.there))
}

// rateLimit comes first: who is over it is not looked at any further.
func (f *firewall) rateLimit() wafv2.WebAclRuleArgs {
	action := wafv2.WebAclRuleActionArgs{Block: wafv2.WebAclRuleActionBlockArgs{}}
	if f.mode == "count" {
		action = wafv2.WebAclRuleActionArgs{Count: wafv2.WebAclRuleActionCountArgs{}}
	}
	return wafv2.WebAclRuleArgs{
		Name: pulumi.String(rateRule), Priority: pulumi.Int(0), Action: action,
		Statement: wafv2.WebAclRuleStatementArgs{RateBasedStatement: wafv2.WebAclRuleStatementRateBasedStatementArgs{
			AggregateKeyType: pulumi.String("IP"), EvaluationWindowSec: pulumi.Int(300),
			Limit: pulumi.Int(convention.Or(f.args.RequestsPerIp, 2000)),
		}},
		VisibilityConfig: visible(rateRule),
	}
}

func (f *firewall) managed(group ruleGroup, priority int) wafv2.WebAclRuleArgs {
	override := wafv2.WebAclRuleOverrideActionArgs{None: wafv2.WebAclRuleOverrideActionNoneArgs{}}
	if f.mode == "count" || slices.Contains(f.args.CountedRuleGroups, group.name) {
		override = wafv2.WebAclRuleOverrideActionArgs{Count: wafv2.WebAclRuleOverrideActionCountArgs{}}
	}
	statement := wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs{Name: pulumi.String(group.aws), VendorName: pulumi.String("AWS")}
	if group.name == "common" && !convention.Or(f.args.BodySizeLimit, false) {
		// https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
		statement.RuleActionOverrides = wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArray{
			wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs{
				Name: pulumi.String("SizeRestrictions_BODY"),
				ActionToUse: wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs{
					Count: wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs{},
				},
			},
		}
	}
	return wafv2.WebAclRuleArgs{
		Name: pulumi.String(group.name), Priority: pulumi.Int(priority), OverrideAction: override,
		Statement:        wafv2.WebAclRuleStatementArgs{ManagedRuleGroupStatement: statement},
		VisibilityConfig: visible(group.name),
	}
}

func visible(rule string) wafv2.WebAclRuleVisibilityConfigArgs {
	return wafv2.WebAclRuleVisibilityConfigArgs{
		CloudwatchMetricsEnabled: pulumi.Bool(true), MetricName: pulumi.String(rule), SampledRequestsEnabled: pulumi.Bool(true),
	}
}

var notInMetric = regexp.MustCompile(`[^0-9A-Za-z_-]+`)

// metricName is what the metrics of the web ACL are kept under. It is shared by
// all web ACLs of an account and region, so it says which stack it is of.
func (f *firewall) metricName() string {
	name := notInMetric.ReplaceAllString(f.Ctx.Project()+"-"+f.Ctx.Stack()+"-"+f.Name, "-")
	return name[max(0, len(name)-128):]
}
