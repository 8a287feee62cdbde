package cli

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/spf13/cobra"
)

// listed is one line of a list.
type listed struct {
	Name    string `json:"name"`
	Summary string `json:"summary"`
	// Of functions: how a call is written, and where the formula or the facts are from.
	Signature string `json:"signature,omitempty"`
	Source    string `json:"source,omitempty"`
}

func newList(streams *Streams) *cobra.Command {
	var format string
	kinds := map[string]func(Streams) ([]listed, error){
		"patterns": listPatterns, "components": listComponents, "functions": listFunctions, "requirements": listRequirements,
	}
	cmd := &cobra.Command{
		Use:   "list [patterns|components|functions|requirements]",
		Short: "Tell what there is",
		Long: `List prints the patterns there are; or the components that blueprints are made of,
the functions their expressions may call, or the requirements of system.hcl.`,
		Example: `  scaffold list
  scaffold list components`,
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		ValidArgs: []string{"patterns", "components", "functions", "requirements"},
		RunE: func(_ *cobra.Command, args []string) error {
			kind := "patterns"
			if len(args) == 1 {
				kind = args[0]
			}
			items, err := kinds[kind](*streams)
			if err != nil {
				return err
			}
			if format == "json" {
				return printJSON(*streams, map[string]any{"format_version": formatVersion, kind: items})
			}
			table := tabwriter.NewWriter(streams.Out, 0, 0, 2, ' ', 0)
			for _, item := range items {
				summary := item.Summary
				if item.Source != "" {
					summary += " (" + item.Source + ")"
				}
				fmt.Fprintf(table, "%s\t%s\n", cmp.Or(item.Signature, item.Name), summary)
			}
			return table.Flush()
		},
	}
	formatFlag(cmd, &format)
	return cmd
}

func listPatterns(streams Streams) ([]listed, error) {
	patterns, err := streams.catalog()
	if err != nil {
		return nil, err
	}
	var items []listed
	for _, name := range patterns.Patterns() {
		b, diags, err := patterns.Blueprint(name)
		if err != nil {
			return nil, err
		}
		if diags.HasErrors() {
			files := sources(b)
			if err := show(streams, files, diags); err != nil {
				return nil, err
			}
			return nil, errProblems
		}
		items = append(items, listed{Name: name, Summary: b.Summary})
	}
	return items, nil
}

func listComponents(Streams) ([]listed, error) {
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return nil, err
	}
	var items []listed
	for _, c := range library.Components() {
		items = append(items, listed{Name: c.Type, Summary: firstSentence(c.Doc)})
	}
	return items, nil
}

func listFunctions(Streams) ([]listed, error) {
	var items []listed
	for _, f := range design.Functions {
		items = append(items, listed{f.Name, f.Doc, f.Signature(), f.Source})
	}
	return items, nil
}

func listRequirements(Streams) ([]listed, error) {
	var items []listed
	for _, d := range system.Definitions() {
		items = append(items, listed{Name: d.Name, Summary: d.Doc})
	}
	return items, nil
}

func firstSentence(text string) string {
	text, _, _ = strings.Cut(text, "\n\n")
	if end := strings.Index(text, ". "); end >= 0 {
		return text[:end+1]
	}
	return text
}
