package recorder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// TestSources finds resources in a program by the names of their components, and what this file makes by its line.
func TestSources(t *testing.T) {
	path := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(path, []byte("package main\n\nfunc deploy() {\n\tqueue.NewQueue(ctx,\n\t\t\"inbox\", nil)\n\tqueue.NewQueue(ctx, name, nil)\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	program := func(ctx *pulumi.Context) error {
		var component struct{ pulumi.ResourceState }
		if err := ctx.RegisterComponentResource("shop:queue:Queue", "inbox", &component); err != nil {
			return err
		}
		if _, err := sqs.NewQueue(ctx, "inbox-queue", nil, pulumi.Parent(&component)); err != nil {
			return err
		}
		if err := ctx.RegisterResourceOutputs(&component, pulumi.Map{}); err != nil {
			return err
		}
		_, err := sqs.NewQueue(ctx, "other", nil)
		return err
	}
	r, err := recorder.Run(program, recorder.Sources(path))
	if err != nil {
		t.Fatal(err)
	}
	const queue = "aws:sqs/queue:Queue"
	if got := r.Find(queue, "inbox-queue").Source; got != filepath.ToSlash(path)+":4" {
		t.Errorf("the queue of the component is at %q", got)
	}
	if got := r.Find(queue, "other").Source; got != "" {
		t.Errorf("a queue that the program does not name is at %q", got)
	}
	r, err = recorder.Run(program, recorder.Sources("sources_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Find(queue, "other").Source; got != "sources_test.go:31" {
		t.Errorf("the queue that this file makes is at %q", got)
	}
	for _, missing := range []string{"none.go", "doc.md"} {
		if _, err := recorder.Run(program, recorder.Sources(missing)); err == nil || !strings.Contains(err.Error(), "reading the sources") {
			t.Errorf("%s: %v", missing, err)
		}
	}
}
