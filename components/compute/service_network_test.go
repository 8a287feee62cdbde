package compute_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestNetworkOpensExactlyThePort(t *testing.T) {
	t.Parallel()
	rec := service(t, func(a *compute.ServiceArgs) {
		a.SecurityGroupIds = pulumi.StringArray{pulumi.String("sg-database")}
		a.IngressSecurityGroupIds = []pulumi.StringInput{pulumi.String("sg-balancer")}
		a.TargetGroupArn = pulumi.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1")
		a.EgressPorts = []string{"5432"}
		a.Tags = pulumi.StringMap{"Team": pulumi.String("commerce")}
	})
	tasks, clients := rec.Find(securityGroupType, "orders-tasks").ID, rec.Find(securityGroupType, "orders-clients").ID
	rule := func(group, direction string, port float64, description string) map[string]any {
		m := map[string]any{"securityGroupId": group, "description": description, "ipProtocol": "tcp", "fromPort": port, "toPort": port, "tags": map[string]any{"Team": "commerce"}}
		if strings.Contains(direction, "/") {
			m["cidrIpv4"] = direction
		} else {
			m["referencedSecurityGroupId"] = direction
		}
		return m
	}
	got := map[string]any{}
	for _, r := range append(rec.Type(ingressType), rec.Type(egressType)...) {
		got[r.Name] = r.Inputs
	}
	same(t, "rules", got, map[string]any{
		"orders-from-clients":      rule(tasks, clients, 8080, "From the callers of the service"),
		"orders-from-caller-1":     rule(tasks, "sg-balancer", 8080, "From a group that may connect"),
		"orders-clients-to-tasks":  rule(clients, tasks, 8080, "To the tasks of orders"),
		"orders-caller-1-to-tasks": rule("sg-balancer", tasks, 8080, "To the tasks of orders"),
		"orders-egress-443":        rule(tasks, "0.0.0.0/0", 443, "Tasks to port 443 anywhere"),
		"orders-egress-5432":       rule(tasks, "0.0.0.0/0", 5432, "Tasks to port 5432 anywhere"),
	})
	for _, group := range rec.Type(securityGroupType) {
		same(t, group.Name+": rules inside the group", []any{group.Input("ingress"), group.Input("egress")}, []any{nil, nil})
		same(t, group.Name+": name shown", group.Input("tags.Name"), group.Name)
	}
	made := rec.Find(serviceType, "orders-service")
	same(t, "security groups", made.Input("networkConfiguration.securityGroups"), []any{tasks, "sg-database"})
	same(t, "load balancers", made.Input("loadBalancers"), []any{map[string]any{
		"containerName": "app", "containerPort": 8080.0, "targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1",
	}})
	same(t, "grace period", made.Input("healthCheckGracePeriodSeconds"), 60.0)
}

func TestServiceConnect(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ discovery, want string }{{"", "orders"}, {"order-api", "order-api"}} {
		rec := service(t, func(a *compute.ServiceArgs) { a.NamespaceArn, a.DiscoveryName = namespace, test.discovery })
		made := rec.Find(serviceType, "orders-service")
		same(t, "configuration", made.Input("serviceConnectConfiguration"), map[string]any{
			"enabled": true, "namespace": string(namespace),
			"logConfiguration": map[string]any{"logDriver": "awslogs", "options": map[string]any{
				"awslogs-group": rec.Find(logGroupType, "orders-logs").Output("name"), "awslogs-region": "eu-central-1",
				"awslogs-stream-prefix": "service-connect", "mode": "non-blocking", "max-buffer-size": "25m",
			}},
			"services": []any{map[string]any{"portName": "http", "discoveryName": test.want, "clientAlias": []any{map[string]any{"dnsName": test.want, "port": 8080.0}}}},
		})
		same(t, "protocol", rec.Find(taskType, "orders-task").Input("containerDefinitions[0].portMappings[0].appProtocol"), "http")
		same(t, "url", rec.Find(compute.ServiceToken, "orders").Output("url"), "http://"+test.want+":8080")
	}
}
