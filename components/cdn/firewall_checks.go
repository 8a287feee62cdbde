package cdn

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
)

// https://www.rfc-editor.org/rfc/rfc9110#section-5.1; WAF takes names of 64 characters.
var headerName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func checkFirewall(s *convention.Scope, args *FirewallArgs) {
	if args.Scope == "" {
		s.Refuse("scope", "is required: \"cloudfront\" for a CDN, \"regional\" for load balancers and REST APIs")
	} else {
		s.OneOf("scope", args.Scope, "cloudfront", "regional")
	}
	checkRules(s, args)
	checkResources(s, args)
	checkLog(s, args)
	s.Between("maxMatchedRequests", convention.Or(args.MaxMatchedRequests, 500), 1, 1_000_000_000, "the alarm's threshold")
	if args.Scope == "cloudfront" {
		const why = "a firewall of CloudFront and all about it is in us-east-1"
		s.OnlyIn(convention.USEast1, "alarmTopicArn", args.AlarmTopicArn, why)
		s.OnlyIn(convention.USEast1, "kmsKeyArn", args.KmsKeyArn, why)
	}
}

func checkRules(s *convention.Scope, args *FirewallArgs) {
	if args.Mode != "" {
		s.OneOf("mode", args.Mode, "block", "count")
	}
	s.Between("requestsPerIp", convention.Or(args.RequestsPerIp, 2000), 10, 2_000_000_000,
		"https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html")
	for i, group := range args.RuleGroups {
		s.OneOf("ruleGroups", group, groupNames()...)
		if slices.Contains(args.RuleGroups[:i], group) {
			s.Refuse("ruleGroups", "%q is named twice; name it once", group)
		}
	}
	if convention.Or(args.BodySizeLimit, false) && !slices.Contains(chosenGroups(args), "common") {
		s.Refuse("bodySizeLimit", "is a rule of the group \"common\", which is not in ruleGroups; add it, or leave this out")
	}
	mode := args.Mode
	if mode == "" {
		mode = convention.Choose(nil, s.Preset, "block", "count")
	}
	if mode == "count" && len(args.CountedRuleGroups) > 0 {
		s.Refuse("countedRuleGroups", "has no effect in the mode \"count\", where all of them count; leave it out, or set mode to \"block\"")
	}
	for _, group := range args.CountedRuleGroups {
		if !slices.Contains(chosenGroups(args), group) {
			s.Refuse("countedRuleGroups", "%q is not among the ruleGroups %s; name one of those", group, strings.Join(chosenGroups(args), ", "))
		}
	}
}

// checkResources refuses what cannot be protected, and associations that cannot be
// told apart: were they known by position, taking the first resource away would
// give the second one a new association and then delete its old one, which is the same.
func checkResources(s *convention.Scope, args *FirewallArgs) {
	if args.Scope == "cloudfront" && len(args.ResourceArns) > 0 {
		s.Refuse("resourceArns", "cannot be behind a firewall of the scope \"cloudfront\"; give the firewall's arn to the webAclArn of a CDN, or set scope to \"regional\"")
	}
	if len(args.ResourceNames) != len(args.ResourceArns) {
		s.Refuse("resourceNames", "has %d names for %d resourceArns; give each resource one, in the same order, so that associations outlive changes of the list", len(args.ResourceNames), len(args.ResourceArns))
	}
	for i, name := range args.ResourceNames {
		switch {
		case name == "":
			s.Refuse("resourceNames", "entry %d is empty; write what the resource is called, such as \"public\"", i)
		case name == "firewall" || name == "log":
			s.Refuse("resourceNames", "%q is the name of another part of the firewall; use another one", name)
		case slices.Contains(args.ResourceNames[:i], name):
			s.Refuse("resourceNames", "%q stands there twice; each name is of one resource", name)
		}
	}
	for i, arn := range args.ResourceArns {
		if arn == nil {
			s.Refuse("resourceArns", "entry %d is not set; give the ARN of a resource or leave it out", i)
		} else if text, known := convention.Known(arn); known {
			if err := protectable(text); err != nil {
				s.Refuse("resourceArns", "%s", err)
			}
		}
	}
}

// protectable refuses what AWS WAF cannot be in front of:
// https://docs.aws.amazon.com/waf/latest/APIReference/API_AssociateWebACL.html
func protectable(arn string) error {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return fmt.Errorf("%q is not an ARN; write it as arn:aws:elasticloadbalancing:… or arn:aws:apigateway:…", arn)
	}
	service, resource := parts[2], parts[5]
	switch {
	case service == "cloudfront":
		return fmt.Errorf("%s is a distribution, which names its web ACL itself; give the arn of a firewall of the scope \"cloudfront\" to the webAclArn of a CDN", arn)
	case service == "elasticloadbalancing" && strings.HasPrefix(resource, "loadbalancer/net/"):
		return fmt.Errorf("%s is a network load balancer, which does not read requests; put the firewall in front of an application load balancer", arn)
	case service == "elasticloadbalancing" && strings.HasPrefix(resource, "loadbalancer/app/"):
	case service == "apigateway" && strings.HasPrefix(resource, "/restapis/") && strings.Contains(resource, "/stages/"):
	case service == "apigateway":
		return fmt.Errorf("%s is not a stage of a REST API; AWS WAF protects no HTTP APIs: put a CDN in front of one, and the firewall in front of that", arn)
	case service == "appsync", service == "cognito-idp", service == "apprunner", service == "ec2":
	default:
		return fmt.Errorf("%s is nothing that AWS WAF can be in front of; give the ARN of an application load balancer or of a stage of a REST API", arn)
	}
	return nil
}

func checkLog(s *convention.Scope, args *FirewallArgs) {
	if args.LoggedRequests != "" {
		s.OneOf("loggedRequests", args.LoggedRequests, "matched", "all")
	}
	s.LogRetention("logRetentionDays", convention.Or(args.LogRetentionDays, 90))
	if !convention.Or(args.Logs, true) && (args.LoggedRequests != "" || len(args.RedactedHeaders) > 0 || args.LogRetentionDays != nil || args.KmsKeyArn != nil) {
		s.Refuse("logs", "is false, but loggedRequests, redactedHeaders, logRetentionDays or kmsKeyArn is given; leave those out, or logs")
	}
	for _, header := range args.RedactedHeaders {
		if !headerName.MatchString(header) {
			s.Refuse("redactedHeaders", "%q is not the name of a header; write it as X-Session", header)
		}
	}
}
