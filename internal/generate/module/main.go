// Command module writes the go.mod and go.sum of generated projects: what
// `go mod tidy` makes of a project that uses every component, the recorder and
// the guardrails of this checkout.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const module = "github.com/archimperative/scaffold"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "module:", err)
		os.Exit(1)
	}
}

// run is started by go generate in internal/generate.
func run() error {
	root, err := filepath.Abs("../..")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "scaffold-module-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	// Starting from this module's own versions, tidy has nothing to look up.
	own, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	project := fmt.Sprintf("module project\n\ngo %s\n\nrequire (\n\t%s v0.0.0\n\t%s\n)\n\nrequire (\n", match(own, `(?m)^go (.*)$`), module, match(own, `(?m)^\t(github.com/pulumi/pulumi/sdk/v3 \S+)`))
	for _, line := range regexp.MustCompile(`(?m)^\t(\S+ v\S+)`).FindAllStringSubmatch(string(own), -1) {
		project += "\t" + line[1] + " // indirect\n"
	}
	project += fmt.Sprintf(")\n\nreplace %s => %s\n", module, root)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return err
	}
	program, err := imports(root)
	if err != nil {
		return err
	}
	for name, text := range map[string]string{"go.mod": project, "go.sum": string(sums), "main.go": program} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	tidy := exec.Command("go", "mod", "tidy")
	tidy.Dir, tidy.Env, tidy.Stderr = dir, append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod"), os.Stderr
	if err := tidy.Run(); err != nil {
		return fmt.Errorf("go mod tidy: %w", err)
	}
	tidied, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	// The replace line is each project's own.
	text := regexp.MustCompile(`(?m)\n*^replace .*\n`).ReplaceAllString(string(tidied), "\n")
	if err := os.WriteFile("module/go.mod.txt", []byte(strings.TrimRight(text, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	tidied, err = os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return err
	}
	return os.WriteFile("module/go.sum.txt", tidied, 0o644)
}

func match(text []byte, pattern string) string {
	return string(regexp.MustCompile(pattern).FindSubmatch(text)[1])
}

// imports is a program that imports all that a generated project may.
func imports(root string) (string, error) {
	files, err := filepath.Glob(filepath.Join(root, "components", "*", "doc.go"))
	if err != nil {
		return "", err
	}
	paths := []string{module + "/recorder", module + "/guardrails", module + "/region", module + "/requirements", "github.com/pulumi/pulumi/sdk/v3/go/pulumi", "github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"}
	for _, file := range files {
		paths = append(paths, module+"/components/"+filepath.Base(filepath.Dir(file)))
	}
	slices.Sort(paths)
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n")
	for _, path := range paths {
		fmt.Fprintf(&b, "\t_ %q\n", path)
	}
	b.WriteString(")\n\nfunc main() {}\n")
	return b.String(), nil
}
