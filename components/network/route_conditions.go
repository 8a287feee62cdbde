package network

import (
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
var (
	routePath = regexp.MustCompile(`^/([A-Za-z0-9_.$~"'@:+&-]+(/[A-Za-z0-9_.$~"'@:+&-]+)*)?$`)
	routeHost = regexp.MustCompile(`^[A-Za-z0-9*?-]+(\.[A-Za-z0-9*?-]+)+$`)
)

const (
	ruleValues    = 5 // of all conditions of a rule together, and as many wildcards
	patternLength = 128
)

func checkRoute(s *convention.Scope, args *RouteArgs) {
	s.Require("vpcId", args.VpcId, "it is where targets are looked for")
	s.Require("listenerArn", args.ListenerArn, "the route is a rule of a load balancer's listener")
	s.Require("loadBalancerArnSuffix", args.LoadBalancerArnSuffix, "the metrics of the route are kept under it")
	switch {
	case args.Path == "":
		s.Refuse("path", "is required: it says which requests are for the service; \"/\" is all of them")
	case !strings.HasPrefix(args.Path, "/"):
		s.Refuse("path", "%q does not begin with a slash; write it as /%s", args.Path, args.Path)
	case args.Path != "/" && strings.HasSuffix(args.Path, "/"):
		s.Refuse("path", "%q ends with a slash; everything below a path is its own, so write it as %s", args.Path, strings.TrimRight(args.Path, "/"))
	case !routePath.MatchString(args.Path):
		s.Refuse("path", "%q has characters a listener rule cannot match; use letters, digits and _ . $ ~ \" ' @ : + & -, and no wildcards: everything below a path is its own", args.Path)
	case len(args.Path)+len("/*") > patternLength:
		s.Refuse("path", "is %d characters long; use at most %d", len(args.Path), patternLength-len("/*"))
	}
	if most := ruleValues - len(patterns(args.Path)); len(args.Hosts) > most {
		s.Refuse("hosts", "has %d names; at most %d fit into a rule beside the path %q. Use a wildcard, or a second route", len(args.Hosts), most, args.Path)
	}
	wildcards := strings.Count(strings.Join(args.Hosts, ""), "*") + strings.Count(strings.Join(args.Hosts, ""), "?")
	if wildcards+1 > ruleValues {
		s.Refuse("hosts", "has %d wildcards; a rule takes at most %d beside that of the path", wildcards, ruleValues-1)
	}
	for _, host := range args.Hosts {
		if !routeHost.MatchString(host) || len(host) > patternLength {
			s.Refuse("hosts", "%q is not a host name; write it as shop.example.com or *.example.com", host)
		}
	}
	checkHeaders(s, args)
	checkSplit(s, args)
	s.Between("priority", args.Priority, 1, 50000, "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html")
	s.Between("port", convention.Or(args.Port, 8080), 1, 65535, "TCP ports")
	if args.HealthPath != "" && (!strings.HasPrefix(args.HealthPath, "/") || len(args.HealthPath) > 1024) {
		s.Refuse("healthPath", "%q is not a path; write it as /health", args.HealthPath)
	}
	s.Between("deregistrationDelaySeconds", convention.Or(args.DeregistrationDelaySeconds, 30), 0, 3600,
		"https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay")
	s.Between("latencyMilliseconds", convention.Or(args.LatencyMilliseconds, 1000), 1, 3_600_000, "an hour at most")
}

// patterns match a path and everything below it.
func patterns(path string) []string {
	if path == "/" {
		return []string{"/*"}
	}
	return []string{path, path + "/*"}
}

func conditions(args *RouteArgs) lb.ListenerRuleConditionArray {
	list := lb.ListenerRuleConditionArray{lb.ListenerRuleConditionArgs{
		PathPattern: lb.ListenerRuleConditionPathPatternArgs{Values: pulumi.ToStringArray(patterns(args.Path))},
	}}
	if len(args.Hosts) > 0 {
		list = append(list, lb.ListenerRuleConditionArgs{
			HostHeader: lb.ListenerRuleConditionHostHeaderArgs{Values: pulumi.ToStringArray(args.Hosts)},
		})
	}
	fields, values := headers(args.Headers)
	for _, field := range fields {
		list = append(list, lb.ListenerRuleConditionArgs{HttpHeader: lb.ListenerRuleConditionHttpHeaderArgs{
			HttpHeaderName: pulumi.String(field), Values: pulumi.ToStringArray(values[field]),
		}})
	}
	return list
}

// headers are the names of "Name: value" in the order given, and their values.
// Names are the same in small and in capital letters.
func headers(lines []string) (fields []string, values map[string][]string) {
	values = map[string][]string{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		i := slices.IndexFunc(fields, func(field string) bool { return strings.EqualFold(field, name) })
		if i < 0 {
			i, fields = len(fields), append(fields, name)
		}
		values[fields[i]] = append(values[fields[i]], strings.TrimSpace(value))
	}
	return fields, values
}

// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#http-header-conditions
var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'+.^_`|~-]{1,40}$")

func checkHeaders(s *convention.Scope, args *RouteArgs) {
	wildcards := 0
	for _, line := range args.Headers {
		name, value, split := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		wildcards += strings.Count(value, "*") + strings.Count(value, "?")
		switch {
		case !split || value == "":
			s.Refuse("headers", "%q is not a header with a value; write it as X-Version: 2", line)
		case !headerName.MatchString(name):
			s.Refuse("headers", "%q is not the name of a header; use at most 40 letters, digits and hyphens, and no wildcards", name)
		case strings.EqualFold(name, "host"):
			s.Refuse("headers", "%q is a host name, which rules match otherwise; write it in hosts", line)
		case len(value) > patternLength:
			s.Refuse("headers", "the value of %s is %d characters long; use at most %d", name, len(value), patternLength)
		}
	}
	beside := len(patterns(args.Path)) + len(args.Hosts)
	if len(args.Headers) > 0 && beside <= ruleValues && beside+len(args.Headers) > ruleValues {
		s.Refuse("headers", "has %d values, with those of path and hosts %d; a rule holds %d. Use a wildcard, or a second route", len(args.Headers), beside+len(args.Headers), ruleValues)
	}
	named := strings.Count(strings.Join(args.Hosts, ""), "*") + strings.Count(strings.Join(args.Hosts, ""), "?")
	if wildcards > 0 && 1+named+wildcards > ruleValues {
		s.Refuse("headers", "has %d wildcards, with those of path and hosts %d; a rule takes %d", wildcards, 1+named+wildcards, ruleValues)
	}
}

func checkSplit(s *convention.Scope, args *RouteArgs) {
	switch {
	case (args.SplitTargetGroupArn != nil) != (args.SplitPercent != nil):
		s.Refuse("splitPercent", "and splitTargetGroupArn belong together: the one says how many requests the other gets. Give both or neither")
	case args.SplitTargetGroupArn != nil && convention.Or(args.BlueGreen, false):
		s.Refuse("blueGreen", "leaves the weights to whoever deploys, but splitPercent sets them; leave one of them out")
	}
	s.Between("splitPercent", convention.Or(args.SplitPercent, 0), 0, 100, "of 100 requests")
	if arn, known := convention.Known(args.SplitTargetGroupArn); known && !strings.Contains(arn, ":targetgroup/") {
		s.Refuse("splitTargetGroupArn", "%q is not the ARN of a target group, arn:aws:elasticloadbalancing:…:targetgroup/…", arn)
	}
}
