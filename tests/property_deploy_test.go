package tests

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/internal/assemble"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var deployed = flag.Int("deployed", 2, "how many of the random systems that a pattern can build are deployed, in memory")

// sample are the first random systems that a pattern can build and that are worth a
// look: with stores, and with a program in each environment.
func sample(t *testing.T, b bench, count int) []*trial {
	t.Helper()
	var list []*trial
	for _, p := range b.patterns {
		found := 0
		for n := 0; found < count && n < 2000; n++ {
			tr, err := b.try(n, p, text(n, p))
			if err != nil {
				t.Fatal(err)
			}
			if !tr.diags.HasErrors() && len(tr.system.Stores) > 1 && (*only < 0 || n == *only) {
				list = append(list, tr)
				found++
			}
		}
	}
	return list
}

// TestRandomSystemsDeploy registers designs of random systems with their components, which
// refuse what AWS would, and looks for faults of wiring.
func TestRandomSystemsDeploy(t *testing.T) {
	for _, tr := range sample(t, newBench(t), *deployed) {
		for _, d := range tr.designs {
			opts := []recorder.Option{recorder.Project(tr.system.Name), recorder.Stack(d.Environment), recorder.Region(d.Region)}
			recording, err := recorder.Run(func(ctx *pulumi.Context) error { return assemble.Deploy(ctx, d) }, opts...)
			if err != nil {
				t.Errorf("system %d as %s in %s: %v", tr.n, tr.pattern.Name, d.Environment, err)
				continue
			}
			if len(recording.Resources) < len(d.Instances) {
				t.Errorf("system %d as %s in %s: %d resources of %d components", tr.n, tr.pattern.Name, d.Environment, len(recording.Resources), len(d.Instances))
			}
			for _, finding := range guardrails.Wiring(recording) {
				t.Errorf("system %d as %s in %s: %s", tr.n, tr.pattern.Name, d.Environment, finding)
			}
		}
	}
}

// TestRandomBackEndsAgree compares what the generated programs of random systems register
// with what assemble registers for the same designs. Each costs a build.
func TestRandomBackEndsAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("builds two projects a pattern")
	}
	for _, tr := range sample(t, newBench(t), 2) {
		t.Run(tr.pattern.Name, func(t *testing.T) {
			dir, err := os.MkdirTemp("golden", "try-")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			files, err := tr.files("../../..")
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				path := filepath.Join(dir, filepath.FromSlash(file.Path))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, file.Content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			written := dumpFolder(t, filepath.Base(dir), tr.system.Name)
			for _, d := range tr.designs {
				if diff := cmp.Diff(essence(t, readRecording(t, written+d.Environment+".json")), essence(t, record(t, tr.system.Name, d, recorder.StackFile(filepath.Join(dir, "Pulumi."+d.Environment+".yaml"))))); diff != "" {
					t.Errorf("system %d in %s: the program (-) and the direct deployment (+) differ:\n%s", tr.n, d.Environment, diff)
				}
			}
		})
	}
}
