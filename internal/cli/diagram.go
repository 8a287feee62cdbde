package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/diagram"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/spf13/cobra"
)

// pictureFormats are what a diagram can be written as; the first is the default.
var pictureFormats = []string{"mermaid", "svg", "json"}

type diagramOptions struct {
	system, environment, format, output string
	set                                 []string
}

func newDiagram(streams *Streams) *cobra.Command {
	o := &diagramOptions{}
	cmd := &cobra.Command{
		Use:   "diagram",
		Short: "Draw what talks to what",
		Long: `Diagram draws the system.hcl in the current folder, or that of --system FILE: its
components in their network zones, from the users to the data, and who talks to whom.
Components that only support others, such as keys, are listed with what they cover.

Without --environment it draws all environments in one picture, marks what only some
of them have, and shows details as the last of them has them.

The formats are mermaid, for Markdown; svg, a picture that needs nothing else; and
json. The same system gives the same bytes.`,
		Example: `  scaffold diagram
  scaffold diagram --environment prod --format svg --output architecture.svg
  scaffold diagram --system shop.hcl --set decide.zones=two --format json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runDiagram(*streams, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.system, "system", systemFile, "the file with the requirements, - for standard input")
	flags.StringVar(&o.environment, "environment", "", "the environment to draw (default: all of them in one picture)")
	flags.StringVar(&o.format, "format", pictureFormats[0], "what to draw: mermaid, svg or json")
	flags.StringVarP(&o.output, "output", "o", "", "the file to write (default: standard output)")
	flags.StringArrayVar(&o.set, "set", nil, "set one value: requirements.rpo=5m (repeatable)")
	// The flags were just added, so their completions can be registered.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(pictureFormats, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("environment", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		in, err := o.read(*streams)
		if err != nil || in.system == nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var names []string
		for _, env := range in.system.Environments {
			names = append(names, env.Name)
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

type diagramJSON struct {
	FormatVersion int `json:"format_version"`
	*diagram.Graph
	Diagnostics []diagnosticJSON `json:"diagnostics"`
}

func (o *diagramOptions) read(streams Streams) (*input, error) {
	text, err := readText(streams, o.system)
	if err != nil {
		return nil, fmt.Errorf("%w\nRun it in a project, or name a file with --system", err)
	}
	filename := shown(o.system)
	if o.system == "-" {
		filename = "standard input"
	}
	return readInput(streams, text, filename, o.set)
}

func runDiagram(streams Streams, o *diagramOptions) error {
	if !slices.Contains(pictureFormats, o.format) {
		return fmt.Errorf("--format is mermaid, svg or json, not %q", o.format)
	}
	in, err := o.read(streams)
	if err != nil {
		return err
	}
	result := diagramJSON{FormatVersion: formatVersion, Diagnostics: diagnosticsJSON(in.diags)}
	if in.diags.HasErrors() {
		format := "text"
		if o.format == "json" {
			format = "json"
		}
		return problemsOf(streams, in, format, result)
	}
	if o.format != "json" {
		if err := show(streams, in.files(), in.diags); err != nil {
			return err
		}
	}
	designs, err := o.choose(in)
	if err != nil {
		return err
	}
	result.Graph = diagram.New(in.system, designs...)
	if o.output != "" {
		var file strings.Builder
		to := streams
		to.Out = &file
		if err := draw(to, o.format, result); err != nil {
			return err
		}
		return replaceFile(o.output, []byte(file.String()))
	}
	return draw(streams, o.format, result)
}

// choose is the designs to draw.
func (o *diagramOptions) choose(in *input) ([]*design.Design, error) {
	if o.environment == "" {
		return in.designs, nil
	}
	var names []string
	for _, d := range in.designs {
		if d.Environment == o.environment {
			return []*design.Design{d}, nil
		}
		names = append(names, d.Environment)
	}
	return nil, fmt.Errorf("%s has no environment %q; it has %s.%s", in.system.Name, o.environment, strings.Join(names, ", "), source.Suggest(o.environment, names))
}

func draw(streams Streams, format string, result diagramJSON) error {
	switch format {
	case "json":
		return printJSON(streams, result)
	case "svg":
		_, err := streams.Out.Write(result.SVG())
		return err
	}
	_, err := fmt.Fprint(streams.Out, result.Mermaid())
	return err
}

// replaceFile writes a file as a whole or not at all: under another name first, in the same folder.
func replaceFile(path string, content []byte) (err error) {
	if info, statErr := os.Stat(path); statErr == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("writing the diagram: %s is not a file", path)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".scaffold-*")
	if err != nil {
		return fmt.Errorf("writing the diagram: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing the diagram: %w", errors.Join(err, os.Remove(file.Name())))
		}
	}()
	_, err = file.Write(content)
	if err = errors.Join(err, file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
