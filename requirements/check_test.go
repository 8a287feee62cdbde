package requirements_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/archimperative/scaffold/requirements"
)

type values = map[string]any

// shop is a system whose every requirement can be broken.
func shop() requirements.System {
	return requirements.System{
		Name: "shop",
		Requirements: []requirements.Requirement{
			{Name: "requests_per_second", Value: 200, Line: 3},
			{Name: "peak_factor", Value: 5, Line: 4},
			{Name: "read_ratio", Value: 0.9, Line: 5},
			{Name: "stored", Value: "100 GiB", Line: 6},
			{Name: "growth_per_month", Value: "10 GiB", Line: 7},
			{Name: "latency_p99", Value: "200ms", Line: 8},
			{Name: "availability", Value: 99.95, Line: 9},
			{Name: "consistency", Value: "strong"},
			{Name: "rpo", Value: "5m", Line: 10},
			{Name: "rto", Value: "5m", Line: 11},
			{Name: "regions", Value: []string{"eu-central-1"}, Line: 12},
			{Name: "compliance", Value: []string{"pci"}, Line: 13},
		},
		Services: []requirements.Service{
			{Name: "orders", Line: 20, Image: "acme/orders:1", Path: "/orders", Publishes: []string{"order-placed"}, Stores: []string{"orders"}},
			{Name: "billing", Line: 24, Image: "acme/billing:1", Consumes: []string{"order-placed"}},
		},
		Stores:       []requirements.Store{{Name: "orders", Model: "relational", Line: 30}},
		Events:       []requirements.Event{{Name: "order-placed", Ordered: true, Line: 31}},
		Environments: []requirements.Environment{{Name: "dev", Preset: "sandbox", Line: 40}, {Name: "prod", Preset: "production", Line: 41, Sizes: map[string]float64{"peak_tasks": 6}}},
		Decisions: []requirements.Decision{
			{Name: "zones", Option: map[string]string{"dev": "two", "prod": "two"}},
			{Name: "egress", Option: map[string]string{"prod": "per-zone"}},
			{Name: "replicas", Option: map[string]string{"prod": "one"}},
		},
	}
}

// program is what answers to all of shop. Resources are called by type and name.
func program() *recording.Recording {
	r := &recording.Recording{Region: "eu-central-1"}
	add := func(token, name, id string, inputs, outputs values) {
		if outputs == nil {
			outputs = values{}
		}
		r.Resources = append(r.Resources, &recording.Resource{
			URN: "urn:pulumi:prod::shop::" + token + "::" + name, Type: token, Name: name, ID: id, Custom: true, Inputs: inputs, Outputs: outputs, Source: "main.go:7",
		})
	}
	key := "arn:aws:kms:eu-central-1:1:key/1"
	for i, zone := range []string{"a", "b"} {
		add("aws:ec2/subnet:Subnet", "subnet-"+zone, "subnet-"+zone, values{"availabilityZone": "eu-central-1" + zone}, nil)
		add("aws:ec2/natGateway:NatGateway", fmt.Sprint("nat-", i), fmt.Sprint("nat-", i), values{"subnetId": "subnet-" + zone}, nil)
	}
	subnets := []any{"subnet-a", "subnet-b"}
	add("aws:rds/instance:Instance", "orders-primary", "db-1", values{
		"multiAz": true, "backupRetentionPeriod": 14.0, "storageEncrypted": true, "kmsKeyId": key, "deletionProtection": true,
		"allocatedStorage": 220.0, "vpcSecurityGroupIds": []any{"sg-db"},
	}, values{"address": "primary.db", "arn": "arn:db"})
	add("aws:rds/instance:Instance", "orders-replica", "db-2", values{"replicateSourceDb": "db-1"}, values{"address": "replica.db"})
	add("aws:ec2/securityGroup:SecurityGroup", "db", "sg-db", values{}, nil)
	add("aws:ec2/securityGroup:SecurityGroup", "db-clients", "sg-clients", values{}, nil)
	add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "db-from-clients", "sgr-1", values{"securityGroupId": "sg-db", "referencedSecurityGroupId": "sg-clients"}, nil)
	for _, s := range []string{"orders", "billing"} {
		env, groups := `{"name":"INBOX_URL","value":"https://queue"}`, []any{"sg-other"}
		service := values{"taskDefinition": s + "-task", "desiredCount": 2.0}
		if s == "orders" {
			env, groups = `{"name":"HOST","value":"primary.db"},{"name":"READER","value":"replica.db"}`, []any{"sg-clients"}
			service["loadBalancers"] = []any{values{"targetGroupArn": "tg-orders"}}
		}
		service["networkConfiguration"] = values{"subnets": subnets, "securityGroups": groups}
		add("aws:ecs/taskDefinition:TaskDefinition", s+"-task", s+"-task", values{"containerDefinitions": `[{"image":"acme/` + s + `:1","environment":[` + env + `]}]`}, nil)
		add("aws:ecs/service:Service", s+"-service", s+"-service", service, values{"name": s + "-service"})
		add("aws:appautoscaling/target:Target", s+"-scaling", s+"-scaling", values{"serviceNamespace": "ecs", "resourceId": "service/c/" + s + "-service", "minCapacity": 2.0, "maxCapacity": 6.0}, nil)
	}
	add("aws:lb/loadBalancer:LoadBalancer", "front", "lb", values{"subnets": subnets, "enableDeletionProtection": true}, nil)
	add("aws:lb/listener:Listener", "http", "l-1", values{"protocol": "HTTP", "defaultActions": []any{values{"type": "redirect", "redirect": values{"protocol": "HTTPS"}}}}, nil)
	add("aws:lb/targetGroup:TargetGroup", "orders", "tg-orders", values{}, nil)
	add("aws:lb/listenerRule:ListenerRule", "rule", "rule-1", values{"conditions": []any{values{"pathPattern": values{"values": []any{"/orders", "/orders/*"}}}}, "actions": []any{values{"targetGroupArn": "tg-orders"}}}, nil)
	add("aws:cloudwatch/metricAlarm:MetricAlarm", "slow", "slow", values{"namespace": "AWS/ApplicationELB", "metricName": "TargetResponseTime", "extendedStatistic": "p99", "threshold": 0.2}, nil)
	add("aws:cloudwatch/logGroup:LogGroup", "logs", "logs", values{"retentionInDays": 365.0, "kmsKeyId": key}, nil)
	add("aws:sns/topic:Topic", "event-order-placed", "topic", values{"fifoTopic": true, "kmsMasterKeyId": key}, nil)
	add("aws:sqs/queue:Queue", "inbox-billing", "https://queue", values{"fifoQueue": true, "kmsMasterKeyId": key, "redrivePolicy": `{"deadLetterTargetArn":"arn:dead"}`}, values{"arn": "arn:queue", "url": "https://queue"})
	add("aws:sns/topicSubscription:TopicSubscription", "inbox-billing-subscription", "sub", values{"topic": "topic", "endpoint": "arn:queue"}, nil)
	return r
}

func lines(results []requirements.Result) []string {
	var all []string
	for _, r := range results {
		all = append(all, r.String())
	}
	return all
}

func TestSoundProgram(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		report := requirements.Check(program(), shop(), env)
		if broken := report.Broken(); len(broken) > 0 {
			t.Errorf("%s:\n%s", env, strings.Join(lines(broken), "\n"))
		}
		if len(report.Met()) < 20 {
			t.Errorf("%s: only %d comparisons hold", env, len(report.Met()))
		}
	}
}

// TestWeaknesses breaks one thing at a time: exactly that is told, with the line of system.hcl.
func TestWeaknesses(t *testing.T) {
	for name, c := range map[string]struct {
		resource string // the logical name, and the inputs that change; nil removes
		change   values
		want     []string // each finding begins with one of them
	}{
		"standby": {"orders-primary", values{"multiAz": false},
			[]string{`system.hcl:9: availability = 99.95: aws:rds/instance:Instance "orders-primary" multiAz: is false; AWS promises 99.5 % for a database without a standby`}},
		"backups": {"orders-primary", values{"backupRetentionPeriod": 0.0},
			[]string{`system.hcl:10: rpo = "5m": aws:rds/instance:Instance "orders-primary" backupRetentionPeriod: is 0, and at least 1 is needed`}},
		"encryption": {"orders-primary", values{"storageEncrypted": nil},
			[]string{`system.hcl:13: compliance = ["pci"]: aws:rds/instance:Instance "orders-primary" storageEncrypted: is not set`}},
		"key": {"orders-primary", values{"kmsKeyId": nil},
			[]string{`system.hcl:13: compliance = ["pci"]: aws:rds/instance:Instance "orders-primary" kmsKeyId: is not set, so that a key of AWS encrypts it`}},
		"deletion": {"orders-primary", values{"deletionProtection": false, "skipFinalSnapshot": true}, []string{
			`system.hcl:11: rto = "5m": aws:rds/instance:Instance "orders-primary" deletionProtection: is false`,
			`system.hcl:11: rto = "5m": aws:rds/instance:Instance "orders-primary" skipFinalSnapshot: is true`}},
		"storage": {"orders-primary", values{"allocatedStorage": 100.0},
			[]string{`system.hcl:6: stored = "100 GiB": aws:rds/instance:Instance "orders-primary" allocatedStorage: is 100 GiB, and 220 are needed: what is stored and 12 months of growth (system.hcl:7: growth_per_month = "10 GiB")`}},
		"replica": {"orders-replica", values{"replicateSourceDb": "elsewhere"},
			[]string{`system.hcl:5: read_ratio = 0.9: aws:rds/instance:Instance "orders-primary": has no read replicas, and 1 needed, as was decided from it (replicas = "one")`}},
		"zones": {"front", values{"subnets": []any{"subnet-a"}},
			[]string{`system.hcl:9: availability = 99.95: aws:lb/loadBalancer:LoadBalancer "front" subnets: spans one availability zone (eu-central-1a), and 2 are needed`}},
		"nat": {"nat-1", values{"subnetId": "subnet-a"}, []string{
			`system.hcl:9: availability = 99.95: aws:ecs/service:Service "billing-service" networkConfiguration.subnets: runs in eu-central-1b without a NAT gateway`,
			`system.hcl:9: availability = 99.95: aws:ecs/service:Service "orders-service" networkConfiguration.subnets: runs in eu-central-1b without a NAT gateway`}},
		"tasks": {"billing-service", values{"desiredCount": 1.0},
			[]string{`system.hcl:9: availability = 99.95: aws:ecs/service:Service "billing-service" desiredCount: is 1, and at least 2 is needed`}},
		"capacity": {"orders-scaling", values{"maxCapacity": 3.0},
			[]string{`system.hcl:3: requests_per_second = 200: aws:appautoscaling/target:Target "orders-scaling" maxCapacity: is 3, and at least 6 is needed`}},
		"scaling": {"billing-scaling", values{"maxCapacity": 2.0},
			[]string{`system.hcl:4: peak_factor = 5: aws:appautoscaling/target:Target "billing-scaling" maxCapacity: is 2 and minCapacity 2`}},
		"latency": {"slow", values{"threshold": 1.0}, []string{
			`system.hcl:8: latency_p99 = "200ms": aws:cloudwatch/metricAlarm:MetricAlarm "slow" threshold: is 1 s`,
			`system.hcl:8: latency_p99 = "200ms": no alarm watches`}},
		"retention": {"logs", values{"retentionInDays": 90.0},
			[]string{`system.hcl:13: compliance = ["pci"]: aws:cloudwatch/logGroup:LogGroup "logs" retentionInDays: is 90, and at least 365 days are needed (PCI DSS 4.0, 10.5.1`}},
		"tls": {"http", values{"defaultActions": []any{values{"type": "forward"}}},
			[]string{`system.hcl:13: compliance = ["pci"]: aws:lb/listener:Listener "http" protocol: is HTTP`}},
		"stale reads": {"orders-task", values{"containerDefinitions": `[{"image":"acme/orders:1","environment":[{"name":"HOST","value":"replica.db"}]}]`},
			[]string{`assumed: consistency = "strong": aws:ecs/taskDefinition:TaskDefinition "orders-task": knows only a replica of its database`}},
		"image": {"orders-task", values{"containerDefinitions": `[{"image":"evil:1"}]`},
			[]string{`system.hcl:20: service "orders": aws:ecs/taskDefinition:TaskDefinition "orders-task" containerDefinitions: runs evil:1 and not its image`}},
		"path": {"rule", values{"conditions": []any{values{"pathPattern": values{"values": []any{"/other"}}}}},
			[]string{`system.hcl:20: service "orders": path = "/orders": no rule of a load balancer`}},
		"path of another": {"orders-service", values{"loadBalancers": nil},
			[]string{`system.hcl:20: service "orders": path = "/orders": aws:lb/listenerRule:ListenerRule "rule" conditions: leads to a target group that the service does not register with`}},
		"intruder": {"billing-service", values{"networkConfiguration": values{"subnets": []any{"subnet-a", "subnet-b"}, "securityGroups": []any{"sg-clients"}}},
			[]string{`system.hcl:30: store "orders" { model = "relational" }: aws:rds/instance:Instance "orders-primary": can be reached by service "billing", which does not use it: by security group db-clients`}},
		"locked out": {"db-from-clients", values{"referencedSecurityGroupId": "sg-nobody"},
			[]string{`system.hcl:30: store "orders" { model = "relational" }: aws:rds/instance:Instance "orders-primary": cannot be reached by service "orders", which uses it (system.hcl:20)`}},
		"dead letter": {"inbox-billing", values{"redrivePolicy": nil},
			[]string{`system.hcl:31: event "order-placed", consumed by "billing": aws:sqs/queue:Queue "inbox-billing": has no dead-letter queue`}},
		"order": {"event-order-placed", values{"fifoTopic": nil},
			[]string{`system.hcl:31: event "order-placed" { ordered = true }: aws:sns/topic:Topic "event-order-placed" fifoTopic: is not set`}},
		"topic key": {"event-order-placed", values{"kmsMasterKeyId": nil}, []string{
			`system.hcl:13: compliance = ["pci"]: aws:sns/topic:Topic "event-order-placed" kmsMasterKeyId: is not set; without a key`,
			`system.hcl:13: compliance = ["pci"]: aws:sns/topic:Topic "event-order-placed" kmsMasterKeyId: is not set, so that`}},
		"subscription": {"inbox-billing-subscription", values{"endpoint": "arn:elsewhere"},
			[]string{`system.hcl:31: event "order-placed", consumed by "billing": no subscription, rule or mapping brings the event`}},
	} {
		t.Run(name, func(t *testing.T) {
			r := program()
			for _, res := range r.Resources {
				if res.Name != c.resource {
					continue
				}
				for property, v := range c.change {
					if v == nil {
						delete(res.Inputs, property)
					} else {
						res.Inputs[property] = v
					}
				}
			}
			got := lines(requirements.Check(r, shop(), "prod").Broken())
			if len(got) != len(c.want) {
				t.Errorf("got %d findings, want %d:\n%s", len(got), len(c.want), strings.Join(got, "\n"))
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, want) }) {
					t.Errorf("nothing begins with\n%s\nin\n%s", want, strings.Join(got, "\n"))
				}
			}
		})
	}
}
