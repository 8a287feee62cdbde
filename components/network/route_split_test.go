package network_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/network"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const otherTargetsArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/next/1"

func TestRouteHeaders(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) {
		a.Path, a.Headers = "/", []string{"X-Version: next", "Cookie:*beta=1*", "x-version: 3"}
	}))
	wantInputs(t, rec, ruleType, "orders-rule", map[string]any{"conditions": []any{
		map[string]any{"pathPattern": map[string]any{"values": []any{"/*"}}},
		map[string]any{"httpHeader": map[string]any{"httpHeaderName": "X-Version", "values": []any{"next", "3"}}},
		map[string]any{"httpHeader": map[string]any{"httpHeaderName": "Cookie", "values": []any{"*beta=1*"}}},
	}})
}

func TestRouteSplit(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) {
		a.SplitTargetGroupArn, a.SplitPercent = pulumi.String(otherTargetsArn), to(5)
	}))
	wantInputs(t, rec, ruleType, "orders-rule", map[string]any{"actions": []any{map[string]any{
		"type": "forward", "forward": map[string]any{"targetGroups": []any{
			map[string]any{"arn": rec.Find(targetsType, "orders-targets").Output("arn"), "weight": 95.0},
			map[string]any{"arn": otherTargetsArn, "weight": 5.0},
		}},
	}}})
	if ignored := rec.Find(ruleType, "orders-rule").IgnoreChanges; len(ignored) > 0 {
		t.Errorf("the share is the program's, but changes of %v are ignored", ignored)
	}
	wantNoFindings(t, rec)
}

// Who deploys owns the weights once the rule is made.
func TestRouteBlueGreen(t *testing.T) {
	t.Parallel()
	rec := record(t, makeRoute("orders", func(a *network.RouteArgs) {
		a.BlueGreen, a.AlarmTopicArn, a.LatencyMilliseconds, a.Port = to(true), pulumi.String(topicArn), to(250), to(9000)
	}))
	alarms := []string{"unhealthy-targets", "failing-requests", "slow-requests"}
	want := []string{"scaffold:network:Route orders", targetsType + " orders-targets", targetsType + " orders-green-targets", ruleType + " orders-rule"}
	for _, alarm := range alarms {
		want = append(want, alarmType+" orders-"+alarm, alarmType+" orders-green-"+alarm)
	}
	wantList(t, rec, want...)
	blue, green, rule := rec.Find(targetsType, "orders-targets"), rec.Find(targetsType, "orders-green-targets"), rec.Find(ruleType, "orders-rule")
	wantInputs(t, rec, ruleType, "orders-rule", map[string]any{"actions": []any{map[string]any{
		"type": "forward", "forward": map[string]any{"targetGroups": []any{
			map[string]any{"arn": blue.Output("arn"), "weight": 100.0}, map[string]any{"arn": green.Output("arn"), "weight": 0.0},
		}},
	}}})
	if diff := cmp.Diff([]string{"actions"}, rule.IgnoreChanges); diff != "" {
		t.Errorf("ignored changes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(blue.Inputs, green.Inputs); diff != "" {
		t.Errorf("the target groups differ (-blue +green):\n%s", diff)
	}
	wantInputs(t, rec, alarmType, "orders-green-unhealthy-targets", map[string]any{
		"dimensions": map[string]any{"LoadBalancer": "app/edge/1", "TargetGroup": green.Output("arnSuffix")},
	})
	outputs := map[string]any{
		"targetGroupArn": blue.Output("arn"), "targetGroupArnSuffix": blue.Output("arnSuffix"), "targetGroupName": blue.Output("name"),
		"greenTargetGroupArn": green.Output("arn"), "greenTargetGroupArnSuffix": green.Output("arnSuffix"), "greenTargetGroupName": green.Output("name"),
		"ruleArn": rule.Output("arn"),
	}
	if diff := cmp.Diff(outputs, rec.Find(network.RouteToken, "orders").Outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	wantNoFindings(t, rec)

	rec = record(t, makeRoute(fifty, func(a *network.RouteArgs) { a.BlueGreen = to(true) }))
	first, _ := rec.Find(targetsType, fifty+"-targets").Input("name").(string)
	second, _ := rec.Find(targetsType, fifty+"-green-targets").Input("name").(string)
	if first == second || slices.ContainsFunc([]string{first, second}, func(name string) bool { return name == "" || len(name) > 32 }) {
		t.Errorf("target groups are named %q and %q", first, second)
	}
}

func TestRouteRefusesConditions(t *testing.T) {
	t.Parallel()
	type args = network.RouteArgs
	for name, c := range map[string]struct {
		change func(*args)
		want   string
	}{
		"no value":       {func(a *args) { a.Headers = []string{"X-Version"} }, `headers: "X-Version" is not a header with a value; write it as X-Version: 2`},
		"empty value":    {func(a *args) { a.Headers = []string{"X-Version: "} }, `headers: "X-Version: " is not a header with a value`},
		"header name":    {func(a *args) { a.Headers = []string{"X-*: 1"} }, `headers: "X-*" is not the name of a header`},
		"host header":    {func(a *args) { a.Headers = []string{"Host: a.io"} }, `headers: "Host: a.io" is a host name, which rules match otherwise; write it in hosts`},
		"long value":     {func(a *args) { a.Headers = []string{"X: " + strings.Repeat("a", 129)} }, "headers: the value of X is 129 characters long"},
		"many values":    {func(a *args) { a.Headers, a.Hosts = []string{"X: 1", "X: 2"}, []string{"a.io", "b.io"} }, "headers: has 2 values, with those of path and hosts 6; a rule holds 5"},
		"many wildcards": {func(a *args) { a.Headers = []string{"X: *a*b*c*d*"} }, "headers: has 5 wildcards, with those of path and hosts 6; a rule takes 5"},
		"half a split":   {func(a *args) { a.SplitPercent = to(5) }, "splitPercent: and splitTargetGroupArn belong together"},
		"split": {
			func(a *args) { a.SplitTargetGroupArn, a.SplitPercent = pulumi.String(otherTargetsArn), to(101) },
			"splitPercent: 101 is out of range; use 0 to 100",
		},
		"split to whom": {
			func(a *args) { a.SplitTargetGroupArn, a.SplitPercent = pulumi.String(listenerArn), to(5) },
			`splitTargetGroupArn: "` + listenerArn + `" is not the ARN of a target group`,
		},
		"two owners": {
			func(a *args) {
				a.SplitTargetGroupArn, a.SplitPercent, a.BlueGreen = pulumi.String(otherTargetsArn), to(5), to(true)
			},
			"blueGreen: leaves the weights to whoever deploys, but splitPercent sets them",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantRefused(t, makeRoute("orders", c.change), c.want)
		})
	}
}
