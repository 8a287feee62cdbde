package cli

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/project"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/spf13/cobra"
)

// systemFile is the file of a project that a person edits.
const systemFile = "system.hcl"

type newOptions struct {
	dir, name, pattern, system, source, format string
	set                                        []string
	force                                      bool
}

func newNew(streams *Streams) *cobra.Command {
	o := &newOptions{}
	cmd := &cobra.Command{
		Use:   "new DIR",
		Short: "Write a project for a system",
		Long: `New writes a Pulumi program in Go, with tests, CI, decision records and docs, into
the folder DIR.

The requirements come from --system FILE; without it from DIR/system.hcl, if that
is there; without either they are assumed, listed, and written into DIR/system.hcl
for you to edit. Where neither they nor --pattern name a pattern, the best fitting
one is taken; on a terminal you are asked. A folder that holds other files is refused unless --force; files
you edited by hand are then kept aside in .scaffold/replaced.

It prints a line for each stage on standard error.`,
		Example: `  scaffold new shop --pattern=event-driven
  scaffold new shop --system requirements.hcl
  scaffold new shop --pattern=event-driven --set requirements.availability=99.9 --set requirements.regions=eu-west-1
  scaffold new . --force                        after editing system.hcl`,
		Args: cobra.MatchAll(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			o.dir = args[0]
			return runNew(*streams, o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.pattern, "pattern", "", "the pattern to build; see `scaffold list` (default: the one that fits best)")
	flags.StringVar(&o.name, "name", "", "the name of the system, when no file names it (default: the folder's)")
	flags.StringVar(&o.system, "system", "", "the file with the requirements, - for standard input")
	flags.StringArrayVar(&o.set, "set", nil, "set one value: requirements.rpo=5m (repeatable)")
	flags.BoolVar(&o.force, "force", false, "write into a folder that holds other files")
	flags.StringVar(&o.source, "source", "", "the checkout of scaffold that the project builds with (default: the one this program was built from)")
	formatFlag(cmd, &o.format)
	// The flags were just added, so their completions can be registered.
	_ = cmd.RegisterFlagCompletionFunc("pattern", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		patterns, err := streams.catalog()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return patterns.Patterns(), cobra.ShellCompDirectiveNoFileComp
	})
	_ = cmd.RegisterFlagCompletionFunc("set", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var keys []string
		for _, d := range system.Definitions() {
			keys = append(keys, "requirements."+d.Name+"=\t"+d.Doc)
		}
		return keys, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

// newResult is what `new --format json` prints.
type newResult struct {
	FormatVersion int              `json:"format_version"`
	Project       string           `json:"project,omitempty"`
	System        string           `json:"system,omitempty"`
	Pattern       string           `json:"pattern,omitempty"`
	Assumed       []assumedJSON    `json:"assumed"`
	Decisions     []decisionJSON   `json:"decisions"`
	Components    []componentJSON  `json:"components"`
	Written       []string         `json:"written"`
	KeptAside     []string         `json:"kept_aside"`
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
}

func runNew(streams Streams, o *newOptions) error {
	if o.source != "" {
		streams.Source = o.source
	}
	if streams.Terminal && o.format == "text" && o.system != "-" {
		streams.choose = streams.ask
	}
	in, err := o.read(streams)
	if err != nil {
		return err
	}
	quiet := streams
	if o.format == "json" {
		quiet.Err = discard{}
	}
	result := newResult{
		FormatVersion: formatVersion, Diagnostics: diagnosticsJSON(in.diags),
		Assumed: []assumedJSON{}, Decisions: []decisionJSON{}, Components: []componentJSON{}, Written: []string{}, KeptAside: []string{},
	}
	if in.diags.HasErrors() {
		return problemsOf(streams, in, o.format, result)
	}
	if err := show(quiet, in.files(), in.diags); err != nil {
		return err
	}
	o.told(quiet, in)

	files, err := in.project(streams, o.dir)
	if err != nil {
		return err
	}
	written, err := o.write(in, files)
	if err != nil {
		return err
	}
	stage(quiet, "wrote", "%s to %s", count(len(written.Written), "file"), shown(o.dir))
	for _, r := range written.Replaced {
		fmt.Fprintf(quiet.Err, "         %s was edited by hand; your version is in %s\n", r.Path, r.Kept)
	}
	for _, path := range written.Left {
		fmt.Fprintf(quiet.Err, "         %s is not generated any more, but you edited it, so it stays\n", path)
	}
	if o.format == "json" {
		result.fill(in, o.dir, written)
		return printJSON(streams, result)
	}
	nextSteps(quiet, o.dir, in)
	return nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// read finds the requirements: in the file named, in the folder, or nowhere.
func (o *newOptions) read(streams Streams) (*input, error) {
	assignments := o.set
	if o.pattern != "" {
		assignments = append([]string{"system.pattern=" + o.pattern}, assignments...)
	}
	path := o.system
	if own := filepath.Join(o.dir, systemFile); path == "" {
		if _, err := os.Lstat(own); err == nil {
			path = own
		}
	}
	if path == "" {
		name := o.name
		if name == "" {
			abs, err := filepath.Abs(o.dir)
			if err != nil {
				return nil, err
			}
			name = strings.ToLower(filepath.Base(abs))
		}
		if err := system.CheckName(name); err != nil {
			return nil, fmt.Errorf("%w\nChoose a name with --name", err)
		}
		return readInput(streams, system.Starter(name, o.pattern), systemFile, assignments)
	}
	text, err := readText(streams, path)
	if err != nil {
		return nil, err
	}
	filename := "standard input"
	if path != "-" {
		filename = shown(path)
	}
	in, err := readInput(streams, text, filename, assignments)
	if err == nil && o.name != "" && in.system != nil && in.system.Name != "" && o.name != in.system.Name {
		return nil, fmt.Errorf("--name %s: %s names the system %q already; leave --name out, or change it there", o.name, filename, in.system.Name)
	}
	return in, err
}

func (o *newOptions) write(in *input, files []project.File) (*project.Result, error) {
	options := project.Options{Force: o.force}
	// A system.hcl that is read where it lies stays as it is, whatever its age.
	if current, err := os.ReadFile(filepath.Join(o.dir, systemFile)); err == nil && string(current) == string(in.text) {
		options.Owned = []string{systemFile}
	}
	result, err := project.Write(o.dir, files, origin(in), options)
	if errors.Is(err, project.ErrNotEmpty) {
		return nil, fmt.Errorf("%w\nUse another folder, or --force: it leaves files of others alone and keeps aside what you edited by hand", err)
	}
	return result, err
}

func origin(in *input) project.Origin {
	return project.Origin{
		Scaffold: version(), Pattern: in.blueprint.Name,
		Blueprint: project.Sum(in.blueprint.Text()), Components: project.Sum([]byte(in.signatures())),
	}
}

// signatures are those of the components that the project uses: what another
// version of the library would have to keep.
func (in *input) signatures() string {
	used := map[string]string{}
	for _, d := range in.designs {
		for _, i := range d.Instances {
			used[i.Component.Token] = i.Component.Signature()
		}
	}
	var all strings.Builder
	for _, token := range slices.Sorted(maps.Keys(used)) {
		all.WriteString(used[token])
	}
	return all.String()
}
