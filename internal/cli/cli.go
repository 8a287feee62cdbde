package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// Exit codes.
const (
	ExitDone     = 0 // did what was asked
	ExitCould    = 1 // could not: a disk, a flag, a folder that is not empty
	ExitProblems = 2 // found problems in what the user wrote
)

// Streams are where a run reads from and writes to. Stdout gets results,
// Stderr everything else.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	Width    int  // of the terminal behind Err, 0 for none
	Color    bool // whether Err shows colours
	Terminal bool // whether there is somebody to ask: In and Err are terminals
	// Source is the folder of the checkout this program was built from; "" to find out.
	Source string
	// Blueprints are folders of an organisation's own blueprints, later ones win.
	Blueprints []string

	// choose lets the user pick a pattern where none is named; nil takes the best fitting.
	choose func([]candidate) (candidate, error)
	// Guardrails are folders of an organisation's own guardrails, later ones win.
	Guardrails []string
}

// System is the streams of this process.
func System() Streams {
	s := Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}
	if folders := os.Getenv("SCAFFOLD_BLUEPRINTS"); folders != "" {
		s.Blueprints = filepath.SplitList(folders)
	}
	if folders := os.Getenv("SCAFFOLD_GUARDRAILS"); folders != "" {
		s.Guardrails = filepath.SplitList(folders)
	}
	if fd := int(os.Stderr.Fd()); term.IsTerminal(fd) {
		if width, _, err := term.GetSize(fd); err == nil {
			s.Width = width
		}
		s.Color = os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
		s.Terminal = term.IsTerminal(int(os.Stdin.Fd())) && os.Getenv("CI") == ""
	}
	return s
}

// errProblems says that problems were found and have been shown.
var errProblems = errors.New("problems found")

// Main runs the command line and returns its exit code.
func Main(args []string, streams Streams) int {
	root := newRoot(&streams)
	root.SetArgs(args)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.Execute()
	switch {
	case err == nil:
		return ExitDone
	case errors.Is(err, errProblems):
		return ExitProblems
	default:
		fmt.Fprintf(streams.Err, "scaffold: %v\n", err)
		return ExitCould
	}
}

func newRoot(streams *Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "scaffold",
		Short: "From requirements to a Pulumi program a team can own",
		Long: `Scaffold reads what a system must do, and how well, from system.hcl, decides how
to build it, and writes a Pulumi program in Go that compiles, tests itself and
previews. It needs no network, no AWS account and no pulumi to do so.

Exit codes: 0 done, 1 could not, 2 found problems in what you wrote.`,
		Example: `  scaffold new shop --pattern=event-driven     a project with everything assumed
  scaffold new shop --system shop.hcl          a project for the requirements in a file
  scaffold check shop                          does the project still fit its system.hcl?
  scaffold list                                the patterns there are`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       version(),
	}
	root.SetVersionTemplate("scaffold {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\nRun `%s --help` for what it takes", err, cmd.CommandPath())
	})
	root.PersistentFlags().StringArrayVar(&streams.Blueprints, "blueprints", streams.Blueprints,
		"a folder with blueprints of your own (repeatable; also SCAFFOLD_BLUEPRINTS)")
	root.AddCommand(newNew(streams), newCheck(streams), newExplain(streams), newCompare(streams), newDiagram(streams), newList(streams), newShow(streams), newBlueprint(streams))
	return root
}

// formatFlag adds --format with its completion.
func formatFlag(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVar(format, "format", "text", "what to print: text or json")
	// The flag was just added, so its completion can be registered.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	before := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if *format != "text" && *format != "json" {
			return fmt.Errorf("--format is text or json, not %q", *format)
		}
		if before != nil {
			return before(cmd, args)
		}
		return nil
	}
}
