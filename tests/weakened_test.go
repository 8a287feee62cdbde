package tests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/cli"
)

// weakenings are changes of the production stack of shop, each with what its tests must say.
var weakenings = []struct{ from, to, want string }{
	{"multiAz: true", "multiAz: false", `system.hcl:17: availability = 99.95: aws:rds/instance:Instance "database-orders-primary" multiAz: is false; AWS promises 99.5 %`},
	{"vpcAvailabilityZones: 3", "vpcAvailabilityZones: 2", `system.hcl:17: availability = 99.95: aws:ecs/service:Service "service-orders-service" networkConfiguration.subnets: spans 2 availability zones (eu-central-1a, eu-central-1b), and 3 are needed, as was decided from it (zones = "three")`},
	{"vpcNat: per-zone", "vpcNat: single", `system.hcl:17: availability = 99.95: aws:ecs/service:Service "service-orders-service" networkConfiguration.subnets: runs in eu-central-1b, eu-central-1c without a NAT gateway`},
	{"minTasks: 2", "minTasks: 1", `system.hcl:17: availability = 99.95: aws:ecs/service:Service "service-orders-service" desiredCount: is 1, and at least 2 is needed`},
	{"maxTasks: 8", "maxTasks: 3", `system.hcl:62: requests_per_second = 800: aws:appautoscaling/target:Target "service-orders-scaling" maxCapacity: is 3, and at least 8 is needed`},
	{"deletionProtection: true", "deletionProtection: false", `system.hcl:20: rto = "1h": aws:rds/instance:Instance "database-orders-primary" deletionProtection: is false`},
	{"logRetentionDays: 365", "logRetentionDays: 1", `system.hcl:22: compliance = ["pci"]: aws:cloudwatch/logGroup:LogGroup "service-orders-logs" retentionInDays: is 1, and at least 365 days are needed (PCI DSS 4.0, 10.5.1`},
	{"aws:region: eu-central-1", "aws:region: us-east-1", `system.hcl:21: regions = ["eu-central-1"]: Pulumi.prod.yaml deploys to us-east-1`},
}

// TestWeakenedStacksFail weakens a stack file by hand, one setting at a time; the project's own tests name
// the line of system.hcl that is not met any more.
func TestWeakenedStacksFail(t *testing.T) {
	dir := weakProject(t)
	binary := filepath.Join(t.TempDir(), "shop.test")
	if out, err := command(dir, "test", "-c", "-o", binary, "."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := func(args ...string) (string, error) {
		cmd := exec.Command(binary, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run("-test.run", "TestRequirements"); err != nil {
		t.Fatalf("the project as it was generated does not pass: %s", out)
	}
	// Once the evidence is written, it has to stay true.
	if out, err := run("-test.run", "TestControls", "-update"); err != nil {
		t.Fatalf("the evidence cannot be written: %s", out)
	}
	if out, err := run("-test.run", "TestControls"); err != nil {
		t.Errorf("the evidence is out of date at once: %s", out)
	}
	path := filepath.Join(dir, "Pulumi.prod.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range weakenings {
		weaker := strings.Replace(string(text), w.from, w.to, 1)
		if weaker == string(text) {
			t.Errorf("the stack file has no %s", w.from)
			continue
		}
		if err := os.WriteFile(path, []byte(weaker), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := run("-test.run", "TestRequirements|TestControls"); err == nil || !strings.Contains(out, w.want) || !strings.Contains(out, "docs/controls.md does not say") {
			t.Errorf("%s: nothing says\n%s\nin\n%s", w.to, w.want, out)
		}
	}
}

// TestWeakenedProgramFails takes backups, encryption and a key away in main.go.
func TestWeakenedProgramFails(t *testing.T) {
	dir := weakProject(t)
	path := filepath.Join(dir, "main.go")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(from, to string) {
		weaker := bytes.Replace(text, []byte(from), []byte(to), 1)
		if bytes.Equal(weaker, text) {
			t.Errorf("main.go has no %s", from)
		}
		text = weaker
	}
	edit(`"github.com/pulumi/pulumi/sdk/v3/go/pulumi"`, `"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"`)
	edit(`"database-orders", &database.RelationalArgs{`, `"database-orders", &database.RelationalArgs{
		Transform: database.RelationalTransform{Instance: func(args *rds.InstanceArgs, _ *[]pulumi.ResourceOption) {
			args.BackupRetentionPeriod, args.StorageEncrypted = pulumi.Int(0), pulumi.Bool(false)
		}},`)
	edit(`LatencyMilliseconds:   pulumi.IntRef(300)`, `LatencyMilliseconds:   pulumi.IntRef(3000)`)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := command(dir, "test", "-run", "TestRequirements/prod", ".")
	if err == nil {
		t.Error("the weakened program passes")
	}
	for _, want := range []string{
		`system.hcl:19: rpo = "5m": aws:rds/instance:Instance "database-orders-primary" backupRetentionPeriod: is 0, and at least 1 is needed: without automatic backups there is no moment to restore to (main.go:`,
		`system.hcl:22: compliance = ["pci"]: aws:rds/instance:Instance "database-orders-primary" storageEncrypted: is false`,
		`system.hcl:16: latency_p99 = "300ms": aws:cloudwatch/metricAlarm:MetricAlarm "route-billing-slow-requests" threshold: is 3 s`,
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("nothing says\n%s\nin\n%s", want, out)
		}
	}
}

// weakProject is the project of shop as it would be under PCI DSS, which says how long logs are kept.
func weakProject(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("golden", "try-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	var errs bytes.Buffer
	args := []string{"new", dir, "--system", filepath.Join("..", "examples", "shop", "system.hcl"), "--set", `requirements.compliance=["pci"]`, "--force"}
	if code := cli.Main(args, cli.Streams{In: strings.NewReader(""), Out: &errs, Err: &errs, Source: ".."}); code != cli.ExitDone {
		t.Fatalf("exit code %d\n%s", code, errs.String())
	}
	return dir
}
