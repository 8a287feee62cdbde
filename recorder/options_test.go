package recorder_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

// write puts files into a new folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestStackFile(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"Pulumi.yaml": `
name: shop
runtime: go
config:
  plain: from the project
  tries: {type: integer, default: 3}
  size: {value: small}
  none: {type: string}
`,
		"Pulumi.prod.yaml": `
config:
  aws:region: us-east-1
  shop:size: large
  shop:replicas: 3
  shop:ratio: 0.25
  shop:version: "1.10"
  shop:on: true
  shop:zones: [a, b]
  shop:settings: {deep: {n: 1}}
  shop:password: {secure: AAABAB==}
`,
	})
	got := map[string]any{}
	rec := run(t, func(ctx *pulumi.Context) error {
		cfg := config.New(ctx, "")
		for _, key := range []string{"plain", "tries", "size", "none", "replicas", "ratio", "version", "on", "zones", "settings", "password"} {
			got[key] = cfg.Get(key)
		}
		got["stack"], got["project"], got["org"] = ctx.Stack(), ctx.Project(), ctx.Organization()
		got["secret"] = fmt.Sprint(ctx.IsConfigSecret("shop:password"), ctx.IsConfigSecret("shop:on"))
		_, err := sqs.NewQueue(ctx, "q", &sqs.QueueArgs{Name: cfg.RequireSecret("password")})
		return err
	}, recorder.StackFile(filepath.Join(dir, "Pulumi.prod.yaml")), recorder.Config(map[string]string{"size": "huge", "shop:on": "false"}))
	want := map[string]any{
		"plain": "from the project", "tries": "3", "size": "large", "none": "", "replicas": "3", "ratio": "0.25", "version": "1.10",
		"on": "false", "zones": `["a","b"]`, "settings": `{"deep":{"n":1}}`, "password": recorder.SecretPlaceholder,
		"stack": "prod", "project": "shop", "org": "organization", "secret": "true false",
	}
	want["size"] = "huge"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	q := rec.Find(queueType, "q")
	if !q.IsSecret("name") || q.Output("arn") != "arn:aws:sqs:us-east-1:123456789012:secret" {
		t.Errorf("secrets %v, arn %v", q.Secrets, q.Output("arn"))
	}
}

func TestStackFileProblems(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{"Pulumi.dev.yaml": "config: [", "settings.yaml": ""})
	for file, want := range map[string]string{
		"Pulumi.dev.yaml":  "yaml: line 1: did not find expected node content",
		"settings.yaml":    "a stack file is named Pulumi.<stack>.yaml",
		"Pulumi.none.yaml": "no such file or directory",
	} {
		path := filepath.Join(dir, file)
		rec, err := recorder.Run(func(*pulumi.Context) error { t.Error("the program ran"); return nil }, recorder.StackFile(path))
		if rec == nil || err == nil {
			t.Fatalf("%s: recording %v, error %v", file, rec, err)
		}
		if got := err.Error(); got != path+": "+want && got != "open "+path+": "+want {
			t.Errorf("%s: %s", file, got)
		}
	}
}

// The environment of whoever runs the tests must not change them.
func TestEnvironmentIsIgnored(t *testing.T) {
	for key, value := range map[string]string{
		"PULUMI_PROJECT": "other", "PULUMI_STACK": "other", "PULUMI_DRY_RUN": "true", "PULUMI_ORGANIZATION": "other",
		"PULUMI_CONFIG": `{"project:key":"other"}`, "PULUMI_MONITOR": "127.0.0.1:1", "PULUMI_ENGINE": "127.0.0.1:1",
		"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1", "PULUMI_PARALLEL": "1",
	} {
		t.Setenv(key, value)
	}
	run(t, func(ctx *pulumi.Context) error {
		if _, found := ctx.GetConfig("project:key"); found || ctx.Project() != "project" || ctx.Stack() != "test" ||
			ctx.DryRun() || ctx.Organization() != "organization" {
			return errors.New("the environment shows")
		}
		return nil
	})
}

func TestProgramsInParallel(t *testing.T) {
	t.Parallel()
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			rec := run(t, flat(100), recorder.Project(fmt.Sprint("p", i)))
			if got := len(rec.Type(queueType)); got != 100 {
				t.Errorf("%d queues", got)
			}
			if got := rec.Type(queueType)[0].URN; got != fmt.Sprintf("urn:pulumi:test::p%d::aws:sqs/queue:Queue::q0", i) {
				t.Error(got)
			}
		})
	}
}

// flat makes a program of so many queues, each second one fed by the one before.
func flat(n int) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		var before *sqs.Queue
		for i := range n {
			args := &sqs.QueueArgs{MessageRetentionSeconds: pulumi.Int(1209600)}
			if i%2 == 1 {
				args.RedrivePolicy = pulumi.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":5}`, before.Arn)
			}
			queue, err := sqs.NewQueue(ctx, fmt.Sprint("q", i), args)
			if err != nil {
				return err
			}
			before = queue
		}
		return nil
	}
}

func BenchmarkRun(b *testing.B) {
	for _, n := range []int{10, 100, 1000, 5000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := recorder.Run(flat(n)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
