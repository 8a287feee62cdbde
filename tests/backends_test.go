package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/internal/assemble"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// dump is a test added to a generated project: it writes down what the program
// registers.
const dump = `package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/recorder"
)

func TestDump(t *testing.T) {
	stacks, err := filepath.Glob("Pulumi.*.yaml")
	if err != nil || len(stacks) == 0 {
		t.Fatal("no stacks", err)
	}
	for _, stack := range stacks {
		recording, err := recorder.Run(deploy, recorder.Project(%q), recorder.StackFile(stack))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(recording)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(%q+strings.TrimSuffix(strings.TrimPrefix(stack, "Pulumi."), ".yaml")+".json", text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
`

// TestBackEndsAgree compares, resource by resource, what a generated program
// registers with what assemble registers for the same design.
func TestBackEndsAgree(t *testing.T) {
	for _, example := range golden {
		t.Run(example, func(t *testing.T) {
			designs := designsOf(t, example)
			name, written := dumpProject(t, example)
			for _, d := range designs {
				program := readRecording(t, written+d.Environment+".json")
				// The stack file holds the default tags that providers of other regions take over.
				direct := record(t, name, d, recorder.StackFile(filepath.Join("golden", example, "Pulumi."+d.Environment+".yaml")))
				if len(direct.Resources) < 20 {
					t.Fatalf("only %d resources", len(direct.Resources))
				}
				if diff := cmp.Diff(essence(t, program), essence(t, direct)); diff != "" {
					t.Errorf("%s: the program (-) and the direct deployment (+) differ:\n%s", d.Environment, diff)
				}
			}
		})
	}
}

func readRecording(t *testing.T, path string) *recorder.Recording {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	recording := &recorder.Recording{}
	if err := json.Unmarshal(text, recording); err != nil {
		t.Fatal(err)
	}
	return recording
}

// dumpProject runs the golden project's program with a test laid over it, and
// returns the system's name and the beginning of the paths it wrote to.
func dumpProject(t *testing.T, example string) (name, prefix string) {
	t.Helper()
	return example, dumpFolder(t, example, example)
}

// dumpFolder does so for a project in a folder of golden.
func dumpFolder(t *testing.T, folder, name string) (prefix string) {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("golden", folder))
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	source := filepath.Join(out, "dump_test.go")
	if err := os.WriteFile(source, fmt.Appendf(nil, dump, name, out+"/"), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(dir, "dump_test.go"): source}})
	if err != nil {
		t.Fatal(err)
	}
	overlayFile := filepath.Join(out, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := command(dir, "test", "-overlay", overlayFile, "-run", "TestDump", "./..."); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out + "/"
}

func designsOf(t *testing.T, example string) []*design.Design {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "examples", example, "system.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	s, diags := system.Parse(text, "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	patterns, err := catalog.Open(blueprints.Files)
	if err != nil {
		t.Fatal(err)
	}
	b, diags, err := patterns.Blueprint(s.Pattern)
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags)
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	designs, diags := design.All(s, b, library)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return designs
}

// record runs a design through assemble.
func record(t *testing.T, project string, d *design.Design, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	opts = append(opts, recorder.Project(project), recorder.Stack(d.Environment), recorder.Region(d.Region))
	recording, err := recorder.Run(func(ctx *pulumi.Context) error { return assemble.Deploy(ctx, d) }, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return recording
}

// essence is all of a recording but where in the source a resource is made.
func essence(t *testing.T, r *recorder.Recording) any {
	t.Helper()
	resources := map[string]any{}
	for _, resource := range r.Resources {
		copied := *resource
		copied.Source = ""
		resources[resource.URN] = plainJSON(t, copied)
	}
	return map[string]any{"resources": resources, "exports": plainJSON(t, r.Exports)}
}

// TestWiring walks every resource of every example in every environment, as it
// would be deployed and as it would be previewed.
func TestWiring(t *testing.T) {
	for _, example := range examples(t) {
		for _, d := range designsOf(t, example) {
			t.Run(example+"/"+d.Environment, func(t *testing.T) {
				t.Parallel()
				record(t, example, d, recorder.Preview())
				for _, finding := range guardrails.Wiring(record(t, example, d)) {
					t.Error(finding)
				}
			})
		}
	}
}
