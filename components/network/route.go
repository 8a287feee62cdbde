package network

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// RouteToken is the type of Route in Pulumi's state.
const RouteToken = "scaffold:network:Route"

// RouteArgs are the arguments of a Route.
type RouteArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ID of the VPC the service runs in.
	VpcId pulumi.StringInput `pulumi:"vpcId"`
	// The ARN of the HTTPS listener of a LoadBalancer.
	ListenerArn pulumi.StringInput `pulumi:"listenerArn"`
	// The part of the load balancer's ARN that metrics are kept under: the arnSuffix
	// of a LoadBalancer.
	LoadBalancerArnSuffix pulumi.StringInput `pulumi:"loadBalancerArnSuffix"`
	// The path the service answers, with everything below it: "/orders" is /orders
	// and /orders/7, and not /orders-old; "/" is everything.
	Path string `pulumi:"path"`
	// The host names the route is for; "*" stands for any characters. At most three
	// with a path, four with "/". Default: every host name.
	Hosts []string `pulumi:"hosts,optional"`
	// Which route wins where several match: the one with the lowest number, 1 to
	// 50000. No two routes of a listener may have the same.
	Priority int `pulumi:"priority"`
	// The port the service listens on. Default: 8080.
	Port *int `pulumi:"port,optional"`
	// The path that answers with a status of 200 to 399 while the service can work.
	// Default: "/".
	HealthPath string `pulumi:"healthPath,optional"`
	// How many seconds a target that is being stopped has to finish its requests, 0
	// to 3600. Default: 30 in production, 5 in sandbox.
	DeregistrationDelaySeconds *int `pulumi:"deregistrationDelaySeconds,optional"`
	// The time in milliseconds that 99 of 100 requests have to be answered in; an
	// alarm tells when they are not. Default: no such alarm.
	LatencyMilliseconds *int `pulumi:"latencyMilliseconds,optional"`
	// The ARN of the topic that gets the component's alarms (unhealthy targets,
	// failing requests, slow requests). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform RouteTransform
}

// RouteTransform reaches every property of the children of a Route.
type RouteTransform struct {
	TargetGroup  func(*lb.TargetGroupArgs, *[]pulumi.ResourceOption)
	ListenerRule func(*lb.ListenerRuleArgs, *[]pulumi.ResourceOption)
	Alarm        convention.AlarmTransform
}

// Route leads the requests for one path of a load balancer to one service, whose
// targets are checked and registered by their IP addresses.
type Route struct {
	pulumi.ResourceState

	// The ARN of the target group, for the service to register its tasks with. It is
	// known only once the listener leads there: ECS takes no target group without a
	// load balancer.
	TargetGroupArn pulumi.StringOutput `pulumi:"targetGroupArn"`
	// The part of the ARN that CloudWatch metrics are kept under.
	TargetGroupArnSuffix pulumi.StringOutput `pulumi:"targetGroupArnSuffix"`
}

// NewRoute creates a Route. It fails for paths and host names a listener rule
// cannot hold.
func NewRoute(ctx *pulumi.Context, name string, args *RouteArgs, opts ...pulumi.ResourceOption) (*Route, error) {
	if args == nil {
		args = &RouteArgs{}
	}
	s := convention.Open(ctx, RouteToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	checkRoute(s, args)
	r := &Route{}
	if err := s.Register(r, args, opts...); err != nil {
		return nil, err
	}

	healthPath := args.HealthPath
	if healthPath == "" {
		healthPath = "/"
	}
	port := convention.Or(args.Port, 8080)
	targetsArgs := &lb.TargetGroupArgs{
		Name:       s.ShortName("targets", 32, args.VpcId, pulumi.String(strconv.Itoa(port))),
		VpcId:      args.VpcId.ToStringOutput().ToStringPtrOutput(),
		TargetType: pulumi.String("ip"), Protocol: pulumi.String("HTTP"), Port: pulumi.Int(port),
		DeregistrationDelay: pulumi.Int(convention.Choose(args.DeregistrationDelaySeconds, s.Preset, 30, 5)),
		HealthCheck: lb.TargetGroupHealthCheckArgs{
			Path: pulumi.String(healthPath), Matcher: pulumi.String("200-399"),
			// A target that hangs is out after half a minute, a new one in after 20 seconds.
			Interval: pulumi.Int(10), Timeout: pulumi.Int(5), HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(3),
		},
		Tags: s.Tags(name),
	}
	targets, err := lb.NewTargetGroup(ctx, s.Child("targets"), targetsArgs, convention.With(s, args.Transform.TargetGroup, targetsArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the target group of %s: %w", name, err)
	}
	ruleArgs := &lb.ListenerRuleArgs{
		ListenerArn: args.ListenerArn, Priority: pulumi.Int(args.Priority),
		Conditions: conditions(args),
		Actions:    lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{Type: pulumi.String("forward"), TargetGroupArn: targets.Arn}},
		Tags:       s.Tags(name),
	}
	rule, err := lb.NewListenerRule(ctx, s.Child("rule"), ruleArgs, convention.With(s, args.Transform.ListenerRule, ruleArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the listener rule of %s: %w", name, err)
	}
	r.TargetGroupArn = pulumi.All(targets.Arn, rule.Arn).ApplyT(func(arns []any) string { return arns[0].(string) }).(pulumi.StringOutput)
	r.TargetGroupArnSuffix = targets.ArnSuffix
	if err := r.alarms(s, args); err != nil {
		return nil, err
	}
	return r, s.Done()
}

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
	return list
}

// alarms watch what users of this path get.
func (r *Route) alarms(s *convention.Scope, args *RouteArgs) error {
	dimensions := pulumi.StringMap{"LoadBalancer": args.LoadBalancerArnSuffix, "TargetGroup": r.TargetGroupArnSuffix}
	if err := s.Alarm(convention.Alarm{
		Role:      "unhealthy-targets",
		Meaning:   "Targets of route " + s.Name + " (" + args.Path + ") do not answer their health check; the others carry their load, and without any others users get errors. Look at the log of the service for why it does not answer.",
		Namespace: "AWS/ApplicationELB", Metric: "UnHealthyHostCount", Statistic: "Maximum",
		Dimensions: dimensions, Above: convention.At(0), Period: 60, For: 5,
	}, args.Transform.Alarm); err != nil {
		return err
	}
	if err := s.AlarmRatio(convention.Ratio{
		Role:      "failing-requests",
		Meaning:   "More than 5 percent of the requests to " + args.Path + " (route " + s.Name + ") are answered with a server error. Look at the service's last deployment and roll it back if the errors began with it, then at its log.",
		Namespace: "AWS/ApplicationELB", Part: "HTTPCode_Target_5XX_Count", Whole: "RequestCount",
		Dimensions: dimensions, Above: 5, AtLeast: 20, Period: 60, For: 5,
	}, args.Transform.Alarm); err != nil {
		return err
	}
	if args.LatencyMilliseconds == nil {
		return nil
	}
	return s.Alarm(convention.Alarm{
		Role: "slow-requests",
		Meaning: fmt.Sprintf("One in a hundred requests to %s (route %s) takes longer than the %d ms it is meant to. Look at the service's CPU and at what it waits for: its stores and the services it calls.",
			args.Path, s.Name, *args.LatencyMilliseconds),
		Namespace: "AWS/ApplicationELB", Metric: "TargetResponseTime", Statistic: "p99",
		Dimensions: dimensions, Above: convention.At(float64(*args.LatencyMilliseconds) / 1000), Period: 60, For: 5,
	}, args.Transform.Alarm)
}
