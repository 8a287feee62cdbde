package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/project"
	"github.com/spf13/cobra"
)

type checkOptions struct {
	dir, source, format      string
	explicit                 bool // whether the user named dir
	noTests                  bool
	preview, system, planOut string
}

func newCheck(streams *Streams) *cobra.Command {
	o := &checkOptions{}
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Tell whether a project fits its system.hcl, or what is about to be deployed the guardrails",
		Long: `Check reads system.hcl in DIR (default: the current folder) and says what is wrong
with it, compares the generated files with what would be generated now, and runs
the project's own tests, which hold the program against its guardrails and
requirements. Running them builds and runs the project's code, and takes a minute
the first time; --no-tests leaves them out, and so does a machine without go. It
changes nothing.

With --preview it checks what is about to be deployed instead: what
` + "`pulumi preview --json --show-sames`" + ` prints of any Pulumi program for AWS, whoever
wrote it, in whatever language. It needs neither a project nor go. Where DIR has a
system.hcl, or --system names one, its waivers and compliance apply. What nobody
can tell before the deployment is listed, and is not a finding. --plan-out writes
the same resources as a Terraform plan, for scanners that know no Pulumi.

It exits with 0 when all is well, and with 2 when system.hcl has errors, files
differ, tests fail or a guardrail is broken.`,
		Example: `  scaffold check
  scaffold check shop --no-tests --format json
  pulumi preview --json --show-sames | scaffold check --preview -
  scaffold check --preview preview.json --guardrails ../our-rules --format sarif >guardrails.sarif
  scaffold check --preview preview.json --plan-out plan.json; checkov -f plan.json`,
		Args: cobra.MaximumNArgs(1),
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			return o.fits(cmd)
		},
		RunE: func(_ *cobra.Command, args []string) error {
			o.dir = "."
			if len(args) == 1 {
				o.dir, o.explicit = args[0], true
			}
			if o.preview != "" {
				return runCheckPreview(*streams, o)
			}
			return runCheck(*streams, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.source, "source", "", "the checkout of scaffold that the project builds with (default: the one this program was built from)")
	flags.BoolVar(&o.noTests, "no-tests", false, "do not run the project's tests")
	flags.StringVar(&o.preview, "preview", "", "check this output of `pulumi preview --json`, - for standard input")
	flags.StringVar(&o.system, "system", "", "with --preview: the file whose waivers and compliance apply (default: DIR/system.hcl, if it is there)")
	flags.StringArrayVar(&streams.Guardrails, "guardrails", streams.Guardrails, "with --preview: a folder with guardrails of your own (repeatable; also SCAFFOLD_GUARDRAILS)")
	flags.StringVar(&o.planOut, "plan-out", "", "with --preview: write the resources as the JSON of a Terraform plan to this file")
	flags.StringVar(&o.format, "format", "text", "what to print: text, json or sarif")
	// The flag was just added, so its completion can be registered.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json", "sarif"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// fits tells whether the flags go together.
func (o *checkOptions) fits(cmd *cobra.Command) error {
	if !slices.Contains([]string{"text", "json", "sarif"}, o.format) {
		return fmt.Errorf("--format is text, json or sarif, not %q", o.format)
	}
	for _, name := range []string{"system", "guardrails", "plan-out"} {
		if o.preview == "" && cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s needs --preview: give it the output of `pulumi preview --json`", name)
		}
	}
	if o.preview != "" && cmd.Flags().Changed("no-tests") {
		return errors.New("--no-tests has no meaning with --preview, which runs nothing")
	}
	if o.preview == "-" && o.system == "-" {
		return errors.New("--preview and --system cannot both be standard input")
	}
	if o.planOut == "-" {
		return errors.New("--plan-out is a file; standard output is for the findings")
	}
	return nil
}

type checkResult struct {
	FormatVersion int              `json:"format_version"`
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
	Files         []fileJSON       `json:"files"`           // only those that differ
	Tests         *testsJSON       `json:"tests,omitempty"` // absent where they did not run
}

type fileJSON struct {
	Path   string `json:"path"`
	State  string `json:"state"`
	Remedy string `json:"remedy"`
}

// runCheck checks a project.
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
		return o.printProject(streams, in, result)
	}
	if result.Files, err = o.differences(streams, in); err != nil {
		return err
	}
	if o.format == "text" {
		if err := o.showProject(streams, in, result); err != nil {
			return err
		}
	}
	if !o.noTests {
		if result.Tests, err = o.test(streams); err != nil {
			return err
		}
	}
	return o.printProject(streams, in, result)
}

// showProject tells people what is wrong, before the tests run, which takes a while.
func (o *checkOptions) showProject(streams Streams, in *input, result checkResult) error {
	if err := show(streams, in.files(), in.diags); err != nil {
		return err
	}
	for _, f := range result.Files {
		fmt.Fprintf(streams.Err, "%s: %s. %s\n", o.place(f.Path), f.State, f.Remedy)
	}
	return nil
}

// printProject prints what programs read, or the errors that made everything else pointless.
func (o *checkOptions) printProject(streams Streams, in *input, result checkResult) error {
	var err error
	switch {
	case o.format == "json":
		err = printJSON(streams, result)
	case o.format == "sarif":
		err = printJSON(streams, o.projectSARIF(result))
	case in.diags.HasErrors():
		err = show(streams, in.files(), in.diags)
	}
	if err != nil {
		return err
	}
	if in.diags.HasErrors() || len(result.Files) > 0 || result.Tests != nil && !result.Tests.Passed {
		return errProblems
	}
	return nil
}

// place is a path or a position in the project as the user would write it.
func (o *checkOptions) place(path string) string {
	return filepath.Join(shown(o.dir), filepath.FromSlash(path))
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

// sentence ends a text with a full stop and begins it with a capital.
func sentence(text string) string {
	text = strings.TrimRight(strings.TrimSpace(text), ".")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
