package requirements_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/archimperative/scaffold/requirements"
)

func find(r *recording.Recording, name string) *recording.Resource {
	for _, res := range r.Resources {
		if res.Name == name {
			return res
		}
	}
	return nil
}

func has(t *testing.T, lines []string, want string) {
	t.Helper()
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, want) }) {
		t.Errorf("nothing says %q in\n%s", want, strings.Join(lines, "\n"))
	}
}

func decide(s *requirements.System, d requirements.Decision) {
	s.Decisions = append(slices.DeleteFunc(s.Decisions, func(other requirements.Decision) bool { return other.Name == d.Name }), d)
}

// TestTeamIsFollowed: where the team overruled a decision, the check cites its line instead of failing.
func TestTeamIsFollowed(t *testing.T) {
	for _, decision := range []string{"standby", "failover_plan"} { // one that is known, and one of a blueprint of one's own
		s, r := shop(), program()
		find(r, "orders-primary").Inputs["multiAz"] = false
		decide(&s, requirements.Decision{
			Name: decision, Option: map[string]string{"prod": "none"}, Rule: map[string]string{"prod": "multi-az"}, About: []string{"availability"}, Line: 50,
		})
		report := requirements.Check(r, s, "prod")
		if got := lines(report.Broken()); len(got) > 0 {
			t.Errorf("%s: %s", decision, strings.Join(got, "\n"))
		}
		has(t, lines(report.Skipped()), `system.hcl:9: availability = 99.95: system.hcl:50: the team decided `+decision+` = "none", where the rules had "multi-az": not asked for`)
	}
	// What the team asks for beyond the requirement is compared, too.
	s := shop()
	decide(&s, requirements.Decision{Name: "zones", Option: map[string]string{"prod": "three"}, Rule: map[string]string{"prod": "two"}, Line: 51})
	has(t, lines(requirements.Check(program(), s, "prod").Broken()), `and 3 are needed, as the team decided in system.hcl:51 (zones = "three")`)
}

// TestOverrides: the requirement of the environment counts, with its own line.
func TestOverrides(t *testing.T) {
	s, r := shop(), program()
	find(r, "orders-primary").Inputs["multiAz"] = false
	s.Environments[1].Requirements = []requirements.Requirement{{Name: "availability", Value: 99.5, Line: 44}, {Name: "latency_p99", Value: "100ms", Line: 45}}
	report := requirements.Check(r, s, "prod")
	if got := lines(report.Broken()); len(got) != 2 {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	has(t, lines(report.Broken()), `system.hcl:45: latency_p99 = "100ms": aws:cloudwatch/metricAlarm:MetricAlarm "slow" threshold: is 0.2 s`)
	has(t, lines(report.Skipped()), "system.hcl:44: availability = 99.5: 99.5 % is what AWS promises for a single database")
}

func TestSandboxIsAskedForLess(t *testing.T) {
	r := program()
	find(r, "orders-primary").Inputs["multiAz"] = false
	find(r, "orders-primary").Inputs["backupRetentionPeriod"] = 0.0
	report := requirements.Check(r, shop(), "dev")
	if got := lines(report.Broken()); len(got) != 1 {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	has(t, lines(report.Skipped()), "availability = 99.95: not asked of a sandbox: a standby in another zone")
}

func TestSecondRegion(t *testing.T) {
	s, r := shop(), program()
	for i := range s.Requirements {
		if s.Requirements[i].Name == "regions" {
			s.Requirements[i].Value = []string{"eu-central-1", "eu-west-1"}
		}
	}
	got := lines(requirements.Check(r, s, "prod").Broken())
	has(t, got, `system.hcl:10: rpo = "5m": aws:rds/instance:Instance "orders-primary": has no copy in eu-west-1; if eu-central-1 is lost, so is the data`)
	has(t, got, `system.hcl:11: rto = "5m": nothing leads users to the second region`)
	has(t, got, `system.hcl:12: regions = ["eu-central-1", "eu-west-1"]: nothing that keeps data or serves users is in eu-west-1`)

	r.Resources = append(r.Resources,
		&recording.Resource{URN: "urn:p", Type: "pulumi:providers:aws", Name: "west", Custom: true, Inputs: values{"region": "eu-west-1"}},
		&recording.Resource{URN: "urn:c", Type: "aws:rds/instance:Instance", Name: "copy", Custom: true, Provider: "urn:p::1", Inputs: values{"replicateSourceDb": "arn:db", "storageEncrypted": true, "kmsKeyId": "arn:key"}},
		&recording.Resource{URN: "urn:r", Type: "aws:route53/record:Record", Name: "failover", Custom: true, Inputs: values{"failoverRoutingPolicies": []any{values{}}}},
	)
	if got := lines(requirements.Check(r, s, "prod").Broken()); len(got) > 0 {
		t.Errorf("with a copy:\n%s", strings.Join(got, "\n"))
	}
}

// TestTablesAndBuckets checks what keeps data without instances.
func TestTablesAndBuckets(t *testing.T) {
	s := shop()
	s.Services[0].Stores = []string{"orders", "carts", "files"}
	s.Stores = append(s.Stores, requirements.Store{Name: "carts", Model: "key-value", Line: 32}, requirements.Store{Name: "files", Model: "object", Line: 33})
	r := program()
	arn := "arn:aws:dynamodb:eu-central-1:1:table/carts"
	r.Resources = append(r.Resources,
		&recording.Resource{URN: "urn:t", Type: "aws:dynamodb/table:Table", Name: "carts", ID: "carts", Custom: true, Inputs: values{}, Outputs: values{"arn": arn}},
		&recording.Resource{URN: "urn:b", Type: "aws:s3/bucketV2:BucketV2", Name: "files", ID: "files", Custom: true, Inputs: values{"forceDestroy": true}, Outputs: values{"arn": "arn:aws:s3:::files"}},
		&recording.Resource{URN: "urn:y", Type: "aws:iam/rolePolicy:RolePolicy", Name: "orders-policy", Custom: true, Inputs: values{"policy": `{"Resource":["` + arn + `-archive","arn:aws:s3:::files/*"]}`}},
		&recording.Resource{URN: "urn:z", Type: "aws:iam/rolePolicy:RolePolicy", Name: "billing-policy", Custom: true, Inputs: values{"policy": `{"Resource":"` + arn + `"}`}},
	)
	got := lines(requirements.Check(r, s, "prod").Broken())
	for _, want := range []string{
		`system.hcl:10: rpo = "5m": aws:dynamodb/table:Table "carts" pointInTimeRecovery.enabled: is not set`,
		`system.hcl:10: rpo = "5m": aws:s3/bucketV2:BucketV2 "files": keeps no older versions`,
		`system.hcl:11: rto = "5m": aws:dynamodb/table:Table "carts" deletionProtectionEnabled: is not set`,
		`system.hcl:11: rto = "5m": aws:s3/bucketV2:BucketV2 "files" forceDestroy: is true`,
		`compliance = ["pci"]: aws:dynamodb/table:Table "carts" serverSideEncryption.kmsKeyArn: is not set`,
		`compliance = ["pci"]: aws:s3/bucketV2:BucketV2 "files": is encrypted with a key of S3`,
		`system.hcl:32: store "carts" { model = "key-value" }: aws:dynamodb/table:Table "carts": cannot be reached by service "orders"`,
		`system.hcl:32: store "carts" { model = "key-value" }: aws:dynamodb/table:Table "carts": can be reached by service "billing", which does not use it: by policy billing-policy`,
	} {
		has(t, got, want)
	}
	if len(got) != 8 {
		t.Errorf("got %d findings:\n%s", len(got), strings.Join(got, "\n"))
	}
}

func TestMissingParts(t *testing.T) {
	s := shop()
	s.Services = append(s.Services, requirements.Service{Name: "search", Line: 28, Path: "/search"})
	s.Stores = append(s.Stores, requirements.Store{Name: "graph", Model: "graph", Line: 34})
	got := lines(requirements.Check(program(), s, "prod").Broken())
	has(t, got, `system.hcl:28: service "search": no task definition and no function runs it`)
	has(t, got, `system.hcl:28: service "search": path = "/search": no rule of a load balancer`)
	has(t, got, `system.hcl:34: store "graph" { model = "graph" }: nothing in this program keeps it`)
}

// TestWhatCannotBeCompared: a program without anything of the kind is not said to be sound.
func TestWhatCannotBeCompared(t *testing.T) {
	s := shop()
	s.Services, s.Stores, s.Events = nil, nil, nil
	report := requirements.Check(&recording.Recording{Region: "eu-central-1"}, s, "prod")
	if len(report.Broken()) > 0 || len(report.Met()) != 1 {
		t.Errorf("got %q and %q", lines(report.Broken()), lines(report.Met()))
	}
	for _, want := range []string{"nothing in this program is placed in a network", "the program keeps no data", "nothing in this program answers requests"} {
		has(t, lines(report.Skipped()), want)
	}
	has(t, lines(requirements.Check(program(), s, "test").Broken()), `the system has no such environment; it has dev, prod`)
	r := program()
	r.Region = "us-east-1"
	has(t, lines(requirements.Check(r, s, "prod").Broken()), `system.hcl:12: regions = ["eu-central-1"]: Pulumi.prod.yaml deploys to us-east-1`)
	find(r, "orders-primary").Inputs["multiAz"] = recording.Unknown{}
	has(t, lines(requirements.Check(r, s, "prod").Skipped()), `"orders-primary" multiAz: is not known before deployment`)
}

func TestControls(t *testing.T) {
	r := program()
	find(r, "orders-primary").Inputs["multiAz"] = false
	report := requirements.Check(r, shop(), "prod")
	var first, second bytes.Buffer
	if err := requirements.WriteControls(&first, report); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(r.Resources)
	if err := requirements.WriteControls(&second, requirements.Check(r, shop(), "prod")); err != nil {
		t.Fatal(err)
	}
	if first.String() != second.String() {
		t.Error("the order of resources changes the file")
	}
	has(t, strings.Split(first.String(), "\n"), "| availability = 99.95 | system.hcl:9 | `aws:rds/instance:Instance` orders-primary | multiAz | main.go:7 | broken: is false;")
	has(t, strings.Split(first.String(), "\n"), "| latency_p99 = \"200ms\" | system.hcl:8 | `aws:cloudwatch/metricAlarm:MetricAlarm` slow | threshold | main.go:7 | met: is 0.2 s |")
}

// TestDirectQueues: a publisher that knows its consumer sends into the consumer's queue.
func TestDirectQueues(t *testing.T) {
	r := program()
	r.Resources = slices.DeleteFunc(r.Resources, func(res *recording.Resource) bool { return res.Name == "inbox-billing-subscription" })
	has(t, lines(requirements.Check(r, shop(), "prod").Broken()), `event "order-placed", consumed by "billing": no subscription, rule or mapping`)
	task := find(r, "orders-task")
	task.Inputs["containerDefinitions"] = strings.Replace(task.Input("containerDefinitions").(string), `"environment":[`, `"environment":[{"name":"BILLING","value":"https://queue"},`, 1)
	if got := lines(requirements.Check(r, shop(), "prod").Broken()); len(got) > 0 {
		t.Error(strings.Join(got, "\n"))
	}
}
