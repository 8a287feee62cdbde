package tests

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/cli"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden projects anew")

// golden are the examples whose whole projects are kept in golden/.
var golden = []string{"clinic", "magazine", "minimal", "parcels", "shop", "tickets"}

// generated runs the command line for an example and returns the files it wrote.
func generated(t *testing.T, example, dir string) map[string]string {
	t.Helper()
	var out, errs bytes.Buffer
	args := []string{"new", dir, "--system", filepath.Join("..", "examples", example, "system.hcl"), "--force"}
	if code := cli.Main(args, cli.Streams{In: strings.NewReader(""), Out: &out, Err: &errs, Source: ".."}); code != cli.ExitDone {
		t.Fatalf("exit code %d\n%s", code, errs.String())
	}
	return tree(t, dir)
}

// tree reads all files below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestGoldenProjects compares what is generated with what is kept: read the
// difference before accepting it with -update.
func TestGoldenProjects(t *testing.T) {
	for _, example := range golden {
		t.Run(example, func(t *testing.T) {
			kept := filepath.Join("golden", example)
			if *update {
				if err := os.RemoveAll(kept); err != nil {
					t.Fatal(err)
				}
				generated(t, example, kept)
				return
			}
			// At the same depth, so that the way to this checkout is the same.
			dir, err := os.MkdirTemp("golden", "try-")
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			if diff := cmp.Diff(tree(t, kept), generated(t, example, dir)); diff != "" {
				t.Errorf("the project changed (-kept +generated):\n%s", diff)
			}
		})
	}
}

// TestSameInputSameBytes generates every example twice.
func TestSameInputSameBytes(t *testing.T) {
	for _, example := range examples(t) {
		parent := t.TempDir()
		first := generated(t, example, filepath.Join(parent, "a"))
		second := generated(t, example, filepath.Join(parent, "b"))
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s differs from run to run:\n%s", example, diff)
		}
	}
}

func examples(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir("../examples")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if _, err := os.Stat(filepath.Join("..", "examples", entry.Name(), "system.hcl")); err == nil {
			names = append(names, entry.Name())
		}
	}
	if len(names) < 2 {
		t.Fatalf("examples are missing: %q", names)
	}
	return names
}

// TestProjectsPassTheirOwnTests does in every example's project what its README
// tells a newcomer to do first.
func TestProjectsPassTheirOwnTests(t *testing.T) {
	for _, example := range examples(t) {
		t.Run(example, func(t *testing.T) {
			dir := filepath.Join("golden", example)
			if !slices.Contains(golden, example) {
				dir = filepath.Join(t.TempDir(), example)
				generated(t, example, dir)
			}
			for _, args := range [][]string{{"vet", "./..."}, {"test", "./..."}} {
				if out, err := command(dir, args...); err != nil {
					t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
				}
			}
			if out, err := exec.Command("gofmt", "-l", dir).CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("gofmt would change %s (%v)", out, err)
			}
		})
	}
}

// TestGoldenPath generates the example of a platform team's own blueprint.
func TestGoldenPath(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "warehouse")
	const own = "../examples/golden-path"
	var errs bytes.Buffer
	args := []string{"new", dir, "--blueprints", own, "--system", own + "/examples/warehouse/system.hcl"}
	if code := cli.Main(args, cli.Streams{In: strings.NewReader(""), Out: &errs, Err: &errs, Source: ".."}); code != cli.ExitDone {
		t.Fatalf("exit code %d\n%s", code, errs.String())
	}
	main := tree(t, dir)["main.go"]
	for _, want := range []string{`Engine:`, `"mysql"`, `"arm64"`, `"operations@acme.example"`, "Acme connects every production zone"} {
		if !strings.Contains(main, want) {
			t.Errorf("main.go has no %s", want)
		}
	}
	if out, err := command(dir, "test", "./..."); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestModuleIsTidy proves that go.mod and go.sum of a project are complete, and
// no more than that.
func TestModuleIsTidy(t *testing.T) {
	out, err := command(filepath.Join("golden", "shop"), "mod", "tidy", "-diff")
	if err != nil {
		t.Errorf("go mod tidy would change the project: %v\n%s", err, out)
	}
}

func command(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	return cmd.CombinedOutput()
}

// TestHandEditsAreNoticed weakens a generated program by hand; its own tests
// and `scaffold check` must both say so.
func TestHandEditsAreNoticed(t *testing.T) {
	dir, err := os.MkdirTemp("golden", "try-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	generated(t, "shop", dir)
	path := filepath.Join(dir, "Pulumi.prod.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	weaker := strings.Replace(string(text), "vpcAvailabilityZones: 3", "vpcAvailabilityZones: 1", 1)
	if weaker == string(text) {
		t.Fatal("the stack file has no vpcAvailabilityZones: 3")
	}
	if err := os.WriteFile(path, []byte(weaker), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := command(dir, "test", "-run", "TestRequirements", "./...")
	if err == nil || !strings.Contains(string(out), "system.hcl:17: availability = 99.95: ") || !strings.Contains(string(out), "spans one availability zone") {
		t.Errorf("the project's tests let one zone pass: %v\n%s", err, out)
	}
	var errs bytes.Buffer
	if code := cli.Main([]string{"check", dir, "--no-tests"}, cli.Streams{In: strings.NewReader(""), Out: &errs, Err: &errs, Source: ".."}); code != cli.ExitProblems {
		t.Errorf("scaffold check exits with %d\n%s", code, errs.String())
	}
	if !strings.Contains(errs.String(), "Pulumi.prod.yaml: edited") {
		t.Errorf("scaffold check says\n%s", errs.String())
	}
}

// plainJSON makes two values comparable that took different ways here.
func plainJSON(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}
