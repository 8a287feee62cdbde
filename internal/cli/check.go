package cli

import (
	"fmt"
	"path/filepath"

	"github.com/archimperative/scaffold/internal/project"
	"github.com/spf13/cobra"
)

type checkOptions struct{ dir, source, format string }

func newCheck(streams *Streams) *cobra.Command {
	o := &checkOptions{}
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Tell whether a project still fits its system.hcl",
		Long: `Check reads system.hcl in DIR (default: the current folder) and says what is wrong
with it, then compares the generated files with what would be generated now. It is
silent and exits with 0 when all is well, and exits with 2 when system.hcl has
errors or files differ. It changes nothing.`,
		Example: `  scaffold check
  scaffold check shop --format json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			o.dir = "."
			if len(args) == 1 {
				o.dir = args[0]
			}
			return runCheck(*streams, o)
		},
	}
	cmd.Flags().StringVar(&o.source, "source", "", "the checkout of scaffold that the project builds with (default: the one this program was built from)")
	formatFlag(cmd, &o.format)
	return cmd
}

type checkResult struct {
	FormatVersion int              `json:"format_version"`
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
	Files         []fileJSON       `json:"files"` // only those that differ
}

type fileJSON struct {
	Path   string `json:"path"`
	State  string `json:"state"`
	Remedy string `json:"remedy"`
}

func runCheck(streams Streams, o *checkOptions) error {
	if o.source != "" {
		streams.Source = o.source
	}
	path := filepath.Join(o.dir, systemFile)
	text, err := readText(streams, path)
	if err != nil {
		return fmt.Errorf("%w\nCheck a folder that `scaffold new` wrote", err)
	}
	in, err := readInput(streams, text, shown(path), nil)
	if err != nil {
		return err
	}
	result := checkResult{FormatVersion: formatVersion, Diagnostics: diagnosticsJSON(in.diags), Files: []fileJSON{}}
	if in.diags.HasErrors() {
		return problemsOf(streams, in, o.format, result)
	}
	if result.Files, err = o.differences(streams, in); err != nil {
		return err
	}
	if o.format == "json" {
		if err := printJSON(streams, result); err != nil {
			return err
		}
	} else {
		if err := show(streams, in.files(), in.diags); err != nil {
			return err
		}
		for _, f := range result.Files {
			fmt.Fprintf(streams.Err, "%s: %s. %s\n", filepath.Join(shown(o.dir), filepath.FromSlash(f.Path)), f.State, f.Remedy)
		}
	}
	if len(result.Files) > 0 {
		return errProblems
	}
	return nil
}

// differences are the files that are not as they would be generated now.
func (o *checkOptions) differences(streams Streams, in *input) ([]fileJSON, error) {
	files, err := in.project(streams, o.dir)
	if err != nil {
		return nil, err
	}
	report, err := project.Check(o.dir, files, project.Options{Owned: []string{systemFile}})
	if err != nil {
		return nil, err
	}
	differ := []fileJSON{}
	for _, f := range report.Files {
		if f.State != project.OK && f.Path != systemFile {
			differ = append(differ, fileJSON{f.Path, string(f.State), remedy(f.State, o.dir)})
		}
	}
	return differ, nil
}

func remedy(state project.State, dir string) string {
	again := fmt.Sprintf("`scaffold new %s --force`", shown(dir))
	switch state {
	case project.Edited:
		return "Undo the edit, or say it in system.hcl; " + again + " writes it anew and keeps your version aside"
	case project.LeftOver, project.EditedLeftOver:
		return "It belongs to an earlier state of system.hcl; delete it, or run " + again
	default:
		return "Run " + again
	}
}
