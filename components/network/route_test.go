package network_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	targetsType = "aws:lb/targetGroup:TargetGroup"
	ruleType    = "aws:lb/listenerRule:ListenerRule"

	listenerArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/edge/1/2"
)

// makeRoute makes a route with what it cannot do without.
func makeRoute(name string, change func(*network.RouteArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &network.RouteArgs{
			VpcId: pulumi.String("vpc-1"), ListenerArn: pulumi.String(listenerArn), LoadBalancerArnSuffix: pulumi.String("app/edge/1"),
			Path: "/orders", Priority: 10,
		}
		if change != nil {
			change(args)
		}
		_, err := network.NewRoute(ctx, name, args)
		return err
	}
}

func TestRouteResources(t *testing.T) {
	t.Parallel()
	routing := []string{"scaffold:network:Route orders", targetsType + " orders-targets", ruleType + " orders-rule"}
	alarms := []string{alarmType + " orders-unhealthy-targets", alarmType + " orders-failing-requests"}
	for name, c := range map[string]struct {
		change func(*network.RouteArgs)
		want   []string
	}{
		"production": {nil, routing},
		"sandbox":    {func(a *network.RouteArgs) { a.Preset = "sandbox" }, routing},
		"alarmed":    {func(a *network.RouteArgs) { a.AlarmTopicArn = pulumi.String(topicArn) }, slices.Concat(routing, alarms)},
		"with a latency": {
			func(a *network.RouteArgs) { a.AlarmTopicArn, a.LatencyMilliseconds = pulumi.String(topicArn), to(250) },
			slices.Concat(routing, alarms, []string{alarmType + " orders-slow-requests"}),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantList(t, record(t, makeRoute("orders", c.change)), c.want...)
		})
	}
}

func TestRouteTargets(t *testing.T) {
	t.Parallel()
	for preset, delay := range map[string]float64{"production": 30, "sandbox": 5} {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeRoute("orders", func(a *network.RouteArgs) { a.Preset = preset }))
			wantInputs(t, rec, targetsType, "orders-targets", map[string]any{
				"vpcId": "vpc-1", "targetType": "ip", "protocol": "HTTP", "port": 8080.0, "deregistrationDelay": delay, "name": nil,
				"healthCheck": map[string]any{
					"path": "/", "matcher": "200-399", "interval": 10.0, "timeout": 5.0, "healthyThreshold": 2.0, "unhealthyThreshold": 3.0,
				},
			})
		})
	}
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) {
		a.Port, a.HealthPath, a.DeregistrationDelaySeconds = to(9000), "/health?deep=1", to(0)
	}))
	wantInputs(t, rec, targetsType, "orders-targets", map[string]any{"port": 9000.0, "healthCheck.path": "/health?deep=1", "deregistrationDelay": 0.0})
}

// A service of Service Connect with TLS answers nothing else, its health checks neither.
func TestRouteTargetTLS(t *testing.T) {
	t.Parallel()
	yes := true
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) { a.TargetTls, a.BlueGreen = &yes, &yes }))
	for _, group := range []string{"orders-targets", "orders-green-targets"} {
		wantInputs(t, rec, targetsType, group, map[string]any{"protocol": "HTTPS", "port": 8080.0, "healthCheck.protocol": "HTTPS", "healthCheck.port": nil})
	}
	// A group with another protocol stands beside the old one for a while.
	long := "route-" + strings.Repeat("n", 44)
	plain := record(t, makeRoute(long, nil)).Find(targetsType, long+"-targets").Input("name")
	if tls := record(t, makeRoute(long, func(a *network.RouteArgs) { a.TargetTls = &yes })).Find(targetsType, long+"-targets").Input("name"); tls == plain {
		t.Errorf("both target groups are called %v", plain)
	}
}

func TestRouteConditions(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]any{"/": {"/*"}, "/orders": {"/orders", "/orders/*"}, "/v1/orders": {"/v1/orders", "/v1/orders/*"}} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			rec := record(t, makeRoute("orders", func(a *network.RouteArgs) { a.Path, a.Hosts = path, []string{"*.example.com", "example.com"} }))
			wantInputs(t, rec, ruleType, "orders-rule", map[string]any{
				"listenerArn": listenerArn, "priority": 10.0,
				"conditions": []any{
					map[string]any{"pathPattern": map[string]any{"values": want}},
					map[string]any{"hostHeader": map[string]any{"values": []any{"*.example.com", "example.com"}}},
				},
				"actions": []any{map[string]any{"type": "forward", "targetGroupArn": rec.Find(targetsType, "orders-targets").Output("arn")}},
			})
		})
	}
	rec := record(t, makeRoute("orders", nil))
	wantInputs(t, rec, ruleType, "orders-rule", map[string]any{"conditions[1]": nil})
}

// ECS refuses a target group that no load balancer leads to.
func TestRouteHandsOnConnectedTargets(t *testing.T) {
	t.Parallel()
	rec := record(t, func(ctx *pulumi.Context) error {
		route, err := network.NewRoute(ctx, "orders", &network.RouteArgs{
			VpcId: pulumi.String("vpc-1"), ListenerArn: pulumi.String(listenerArn), LoadBalancerArnSuffix: pulumi.String("app/edge/1"), Path: "/", Priority: 1,
		})
		if err != nil {
			return err
		}
		_, err = lb.NewTargetGroupAttachment(ctx, "task", &lb.TargetGroupAttachmentArgs{TargetGroupArn: route.TargetGroupArn, TargetId: pulumi.String("10.0.0.7")})
		return err
	})
	task := rec.Find("aws:lb/targetGroupAttachment:TargetGroupAttachment", "task")
	if !slices.Contains(task.Dependencies, rec.Find(ruleType, "orders-rule").URN) {
		t.Error("the target group is handed on before the listener leads there")
	}
	targets := rec.Find(targetsType, "orders-targets")
	outputs := rec.Find(network.RouteToken, "orders")
	if task.Input("targetGroupArn") != targets.Output("arn") || outputs.Output("targetGroupArn") != targets.Output("arn") || outputs.Output("targetGroupArnSuffix") != targets.Output("arnSuffix") {
		t.Errorf("outputs are %v", outputs.Outputs)
	}
}

func TestRouteAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) { a.AlarmTopicArn, a.LatencyMilliseconds = pulumi.String(topicArn), to(250) }))
	dimensions := map[string]any{"LoadBalancer": "app/edge/1", "TargetGroup": rec.Find(targetsType, "orders-targets").Output("arnSuffix")}
	wantInputs(t, rec, alarmType, "orders-unhealthy-targets", map[string]any{
		"namespace": "AWS/ApplicationELB", "metricName": "UnHealthyHostCount", "statistic": "Maximum", "threshold": 0.0, "dimensions": dimensions,
	})
	wantInputs(t, rec, alarmType, "orders-slow-requests", map[string]any{
		"metricName": "TargetResponseTime", "extendedStatistic": "p99", "statistic": nil, "threshold": 0.25, "dimensions": dimensions,
		"alarmActions": []any{topicArn},
	})
	wantShare(t, rec, "orders-failing-requests", dimensions)
}

func TestRouteRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*network.RouteArgs)
		want   []string
	}{
		"nothing given": {
			func(a *network.RouteArgs) { *a = network.RouteArgs{} },
			[]string{"vpcId: is required", "listenerArn: is required", "loadBalancerArnSuffix: is required", "path: is required", "priority: 0 is out of range; use 1 to 50000"},
		},
		"path without slash": {func(a *network.RouteArgs) { a.Path = "orders" }, []string{`path: "orders" does not begin with a slash; write it as /orders`}},
		"path with two":      {func(a *network.RouteArgs) { a.Path = "/orders/" }, []string{`path: "/orders/" ends with a slash; everything below a path is its own, so write it as /orders`}},
		"path with wildcard": {func(a *network.RouteArgs) { a.Path = "/orders/*" }, []string{`path: "/orders/*" has characters a listener rule cannot match`}},
		"long path":          {func(a *network.RouteArgs) { a.Path = "/" + strings.Repeat("a", 126) }, []string{"path: is 127 characters long; use at most 126"}},
		"many hosts":         {func(a *network.RouteArgs) { a.Hosts = []string{"a.io", "b.io", "c.io", "d.io"} }, []string{`hosts: has 4 names; at most 3 fit into a rule beside the path "/orders"`}},
		"very many hosts": {
			func(a *network.RouteArgs) { a.Path, a.Hosts = "/", []string{"a.io", "b.io", "c.io", "d.io", "e.io"} },
			[]string{"hosts: has 5 names; at most 4 fit"},
		},
		"many wildcards": {func(a *network.RouteArgs) { a.Hosts = []string{"*a*.io", "*b*.*"} }, []string{"hosts: has 5 wildcards; a rule takes at most 4"}},
		"host":           {func(a *network.RouteArgs) { a.Hosts = []string{"https://a.io"} }, []string{`hosts: "https://a.io" is not a host name`}},
		"priority":       {func(a *network.RouteArgs) { a.Priority = 50001 }, []string{"priority: 50001 is out of range"}},
		"port":           {func(a *network.RouteArgs) { a.Port = to(0) }, []string{"port: 0 is out of range; use 1 to 65535"}},
		"health path":    {func(a *network.RouteArgs) { a.HealthPath = "health" }, []string{`healthPath: "health" is not a path; write it as /health`}},
		"delay":          {func(a *network.RouteArgs) { a.DeregistrationDelaySeconds = to(3601) }, []string{"deregistrationDelaySeconds: 3601 is out of range; use 0 to 3600"}},
		"latency":        {func(a *network.RouteArgs) { a.LatencyMilliseconds = to(0) }, []string{"latencyMilliseconds: 0 is out of range"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeRoute("orders", c.change), c.want...)
		})
	}
}

func TestRouteTransform(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) {
		a.Transform.TargetGroup = func(args *lb.TargetGroupArgs, _ *[]pulumi.ResourceOption) {
			args.LoadBalancingAlgorithmType = pulumi.String("least_outstanding_requests")
		}
	}))
	wantInputs(t, rec, targetsType, "orders-targets", map[string]any{"loadBalancingAlgorithmType": "least_outstanding_requests"})
}

func TestRouteLongName(t *testing.T) {
	t.Parallel()
	named := func(component string, port int) string {
		rec := record(t, makeRoute(component, func(a *network.RouteArgs) { a.Port = to(port) }))
		name, _ := rec.Find(targetsType, component+"-targets").Input("name").(string)
		return name
	}
	name := named(fifty, 8080)
	if len(name) == 0 || len(name) > 32 || strings.HasSuffix(name, "-") {
		t.Errorf("target group is named %q", name)
	}
	if other := named(fifty, 9090); other == name {
		t.Errorf("what replaces the target group would have its name, %s", name)
	}
	if other := named(fifty[:49]+"k", 8080); other == name {
		t.Errorf("two components have the name %s", name)
	}
}
