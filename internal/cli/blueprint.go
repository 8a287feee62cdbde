package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/generate"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"
)

func newBlueprint(streams *Streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "blueprint",
		Short: "Work on blueprints of your own",
	}
	cmd.AddCommand(newBlueprintCheck(streams))
	return cmd
}

func newBlueprintCheck(streams *Streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "check DIR",
		Short: "Check a folder of blueprints against its example systems",
		Long: `Check reads every blueprint DIR/<pattern>.hcl and says what is wrong with it; then it
generates, in memory, the project of every example DIR/examples/<name>/system.hcl. Each
blueprint needs an example that names it as its pattern. It is silent and exits with 0
when all is well, and exits with 2 when it found problems: a platform team runs it in CI.`,
		Example: "  scaffold blueprint check golden-path",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runBlueprintCheck(*streams, args[0], format) },
	}
	formatFlag(cmd, &format)
	return cmd
}

type blueprintCheckJSON struct {
	FormatVersion int              `json:"format_version"`
	Blueprints    []string         `json:"blueprints"`
	Examples      []string         `json:"examples"`
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
}

func runBlueprintCheck(streams Streams, dir, format string) error {
	streams.Blueprints = append(slices.Clone(streams.Blueprints), dir)
	result := blueprintCheckJSON{FormatVersion: formatVersion, Blueprints: []string{}, Examples: []string{}}
	files := map[string]*hcl.File{}
	var diags hcl.Diagnostics
	patterns, err := ownPatterns(dir)
	if err != nil {
		return err
	}
	all, err := streams.catalog()
	if err != nil {
		return err
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return err
	}
	without := map[string]hcl.Range{} // patterns without an example so far
	for _, pattern := range patterns {
		result.Blueprints = append(result.Blueprints, pattern)
		b, more, err := all.Blueprint(pattern)
		if err != nil {
			return err
		}
		for name, file := range sources(b) {
			files[name] = file
		}
		if !more.HasErrors() {
			more = append(more, design.Check(b, library)...)
		}
		diags = append(diags, more...)
		if !b.Abstract { // those that extend it have the examples
			without[pattern] = b.Range
		}
	}
	if !diags.HasErrors() {
		examples, err := filepath.Glob(filepath.Join(dir, "examples", "*", systemFile))
		if err != nil {
			return err
		}
		for _, example := range examples {
			in, err := tryExample(streams, example)
			if err != nil {
				return err
			}
			result.Examples = append(result.Examples, filepath.ToSlash(example))
			for name, file := range in.files() {
				files[name] = file
			}
			diags = append(diags, in.diags...)
			if in.system != nil {
				delete(without, in.system.Pattern)
			}
		}
		for _, pattern := range patterns {
			if at, missing := without[pattern]; missing {
				diags = append(diags, &hcl.Diagnostic{
					Severity: hcl.DiagError, Summary: "Blueprint without an example", Subject: &at,
					Detail: fmt.Sprintf("No example system names the pattern %q. Write one: %s", pattern, filepath.Join(dir, "examples", pattern, systemFile)),
				})
			}
		}
	}
	result.Diagnostics = diagnosticsJSON(diags)
	if format == "json" {
		if err := printJSON(streams, result); err != nil {
			return err
		}
	} else if err := show(streams, files, diags); err != nil {
		return err
	}
	if diags.HasErrors() {
		return errProblems
	}
	return nil
}

// ownPatterns are the patterns whose blueprints stand in a folder.
func ownPatterns(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the blueprints: %w", err)
	}
	var patterns []string
	for _, entry := range entries {
		if pattern, ok := strings.CutSuffix(entry.Name(), ".hcl"); ok && entry.Type().IsRegular() {
			patterns = append(patterns, pattern)
		}
	}
	if len(patterns) == 0 {
		return nil, fmt.Errorf("%s holds no blueprint: no file <pattern>.hcl", dir)
	}
	return patterns, nil
}

// tryExample designs a system and generates its project in memory.
func tryExample(streams Streams, path string) (*input, error) {
	text, err := readText(streams, path)
	if err != nil {
		return nil, err
	}
	in, err := readInput(streams, text, shown(path), nil)
	if err != nil || in.diags.HasErrors() {
		return in, err
	}
	_, err = generate.Project(generate.Input{
		System: in.system, SystemSource: in.text, Blueprint: in.blueprint, Designs: in.designs,
		Module: generate.Module{Replace: "."},
	})
	if err != nil {
		at := in.system.Range
		in.diags = append(in.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Project cannot be generated", Detail: err.Error(), Subject: &at})
	}
	return in, nil
}
