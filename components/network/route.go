package network

import (
	"fmt"
	"strconv"

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
	// The request headers the route is for, each as "Name: value", where "*" in the
	// value stands for any characters. Of several values of one name any will do; of
	// several names all have to be there. Values count with hosts and path: five in
	// all. Default: whatever headers.
	Headers []string `pulumi:"headers,optional"`
	// The ARN of another target group, such as that of another Route, that gets a
	// share of the requests. Default: all requests are for the route's own.
	SplitTargetGroupArn pulumi.StringPtrInput `pulumi:"splitTargetGroupArn,optional"`
	// How many of 100 requests splitTargetGroupArn gets, 0 to 100.
	SplitPercent *int `pulumi:"splitPercent,optional"`
	// Make a second target group, "green", for deployments that build the new version
	// beside the old one and then lead the requests over. The first gets all requests
	// when the route is made. From then on the weights belong to whoever deploys, such
	// as CodeDeploy: neither an update nor a refresh of the program changes them back.
	// What replaces a target group (another port) then takes a route with another
	// name. Default: false.
	BlueGreen *bool `pulumi:"blueGreen,optional"`
	// Which route wins where several match: the one with the lowest number, 1 to
	// 50000. No two routes of a listener may have the same.
	Priority int `pulumi:"priority"`
	// The port the service listens on. Default: 8080.
	Port *int `pulumi:"port,optional"`
	// Speak TLS to the service, health checks included, as a Service with
	// certificateAuthorityArn expects. The load balancer does not check whose certificate
	// it is shown. Default: false, plain HTTP.
	TargetTls *bool `pulumi:"targetTls,optional"`
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
	// The name of the target group, which CodeDeploy asks for.
	TargetGroupName pulumi.StringOutput `pulumi:"targetGroupName"`
	// The ARN of the second target group; empty without blueGreen.
	GreenTargetGroupArn pulumi.StringOutput `pulumi:"greenTargetGroupArn"`
	// The part of its ARN that CloudWatch metrics are kept under; empty without blueGreen.
	GreenTargetGroupArnSuffix pulumi.StringOutput `pulumi:"greenTargetGroupArnSuffix"`
	// The name of the second target group; empty without blueGreen.
	GreenTargetGroupName pulumi.StringOutput `pulumi:"greenTargetGroupName"`
	// The ARN of the listener rule, for whoever owns its weights.
	RuleArn pulumi.StringOutput `pulumi:"ruleArn"`
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

	targets, err := r.targets(s, args, "targets")
	if err != nil {
		return nil, err
	}
	ruleArgs := &lb.ListenerRuleArgs{
		ListenerArn: args.ListenerArn, Priority: pulumi.Int(args.Priority),
		Conditions: conditions(args),
		Tags:       s.Tags(name),
	}
	r.GreenTargetGroupArn, r.GreenTargetGroupArnSuffix, r.GreenTargetGroupName = none, none, none
	var green *lb.TargetGroup
	var owned []pulumi.ResourceOption
	switch {
	case convention.Or(args.BlueGreen, false):
		if green, err = r.targets(s, args, "green-targets"); err != nil {
			return nil, err
		}
		ruleArgs.Actions = share(targets.Arn, 100, green.Arn, 0)
		// Who deploys may write the weights, or another form of the action altogether;
		// the order of the groups says nothing, so that single weights cannot be ignored.
		owned = append(owned, pulumi.IgnoreChanges([]string{"actions"}))
	case args.SplitTargetGroupArn != nil:
		ruleArgs.Actions = share(targets.Arn, 100-*args.SplitPercent, args.SplitTargetGroupArn.ToStringPtrOutput().Elem(), *args.SplitPercent)
	default:
		ruleArgs.Actions = lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{Type: pulumi.String("forward"), TargetGroupArn: targets.Arn}}
	}
	rule, err := lb.NewListenerRule(ctx, s.Child("rule"), ruleArgs, convention.With(s, args.Transform.ListenerRule, ruleArgs, owned...))
	if err != nil {
		return nil, fmt.Errorf("creating the listener rule of %s: %w", name, err)
	}
	r.RuleArn = rule.Arn
	r.TargetGroupArn, r.TargetGroupArnSuffix, r.TargetGroupName = connected(targets, rule), targets.ArnSuffix, targets.Name
	if green != nil {
		r.GreenTargetGroupArn, r.GreenTargetGroupArnSuffix, r.GreenTargetGroupName = connected(green, rule), green.ArnSuffix, green.Name
	}
	if err := r.alarms(s, args); err != nil {
		return nil, err
	}
	return r, s.Done()
}

var none = pulumi.String("").ToStringOutput()

// targets creates a target group.
func (r *Route) targets(s *convention.Scope, args *RouteArgs, role string) (*lb.TargetGroup, error) {
	healthPath := args.HealthPath
	if healthPath == "" {
		healthPath = "/"
	}
	port := convention.Or(args.Port, 8080)
	health := lb.TargetGroupHealthCheckArgs{
		Path: pulumi.String(healthPath), Matcher: pulumi.String("200-399"),
		// A target that hangs is out after half a minute, a new one in after 20 seconds.
		Interval: pulumi.Int(10), Timeout: pulumi.Int(5), HealthyThreshold: pulumi.Int(2), UnhealthyThreshold: pulumi.Int(3),
	}
	// What replaces a target group is in its name.
	protocol, decisive := "HTTP", []pulumi.StringInput{args.VpcId, pulumi.String(strconv.Itoa(port))}
	if convention.Or(args.TargetTls, false) {
		protocol, decisive = "HTTPS", append(decisive, pulumi.String("HTTPS"))
		health.Protocol = pulumi.String(protocol)
	}
	targetsArgs := &lb.TargetGroupArgs{
		Name:       s.ShortName(role, 32, decisive...),
		VpcId:      args.VpcId.ToStringOutput().ToStringPtrOutput(),
		TargetType: pulumi.String("ip"), Protocol: pulumi.String(protocol), Port: pulumi.Int(port),
		DeregistrationDelay: pulumi.Int(convention.Choose(args.DeregistrationDelaySeconds, s.Preset, 30, 5)),
		HealthCheck:         health,
		Tags:                s.Tags(s.Name),
	}
	group, err := lb.NewTargetGroup(s.Ctx, s.Child(role), targetsArgs, convention.With(s, args.Transform.TargetGroup, targetsArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the target group of %s: %w", s.Name, err)
	}
	return group, nil
}

// connected is the ARN of a target group once the listener leads there.
func connected(group *lb.TargetGroup, rule *lb.ListenerRule) pulumi.StringOutput {
	return pulumi.All(group.Arn, rule.Arn).ApplyT(func(arns []any) string { return arns[0].(string) }).(pulumi.StringOutput)
}

// share divides requests between two target groups.
func share(first pulumi.StringInput, weight int, second pulumi.StringInput, rest int) lb.ListenerRuleActionArray {
	return lb.ListenerRuleActionArray{lb.ListenerRuleActionArgs{
		Type: pulumi.String("forward"),
		Forward: lb.ListenerRuleActionForwardArgs{TargetGroups: lb.ListenerRuleActionForwardTargetGroupArray{
			lb.ListenerRuleActionForwardTargetGroupArgs{Arn: first, Weight: pulumi.Int(weight)},
			lb.ListenerRuleActionForwardTargetGroupArgs{Arn: second, Weight: pulumi.Int(rest)},
		}},
	}}
}
