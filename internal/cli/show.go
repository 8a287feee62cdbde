package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/spf13/cobra"
)

func newShow(streams *Streams) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Explain a pattern or a component",
		Long: `Show prints what a pattern decides and builds, or what a component takes and gives,
by its name in a blueprint.`,
		Example: `  scaffold show event-driven
  scaffold show queue --format json`,
		Args: cobra.ExactArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			names, err := shownNames(*streams)
			if err != nil {
				return nil, cobra.ShellCompDirectiveError
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return runShow(*streams, args[0], format) },
	}
	formatFlag(cmd, &format)
	return cmd
}

func shownNames(streams Streams) ([]string, error) {
	patterns, err := streams.catalog()
	if err != nil {
		return nil, err
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return nil, err
	}
	return append(patterns.Patterns(), library.Types()...), nil
}

func runShow(streams Streams, name, format string) error {
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return err
	}
	if c := library.Component(name); c != nil {
		return showComponent(streams, c, format)
	}
	patterns, err := streams.catalog()
	if err != nil {
		return err
	}
	b, diags, err := patterns.Blueprint(name)
	if err != nil {
		return err
	}
	if b == nil {
		names, err := shownNames(streams)
		if err != nil {
			return err
		}
		return errors.New(strings.TrimSpace(fmt.Sprintf("there is no pattern or component %q.%s `scaffold list` and `scaffold list components` show all there are", name, source.Suggest(name, names))))
	}
	if diags.HasErrors() {
		if err := show(streams, sources(b), diags); err != nil {
			return err
		}
		return errProblems
	}
	return showPattern(streams, b, format)
}

type patternJSON struct {
	FormatVersion int                `json:"format_version"`
	Name          string             `json:"name"`
	Title         string             `json:"title"`
	Summary       string             `json:"summary"`
	Guide         string             `json:"guide"`
	Decisions     []patternDecision  `json:"decisions"`
	Components    []patternComponent `json:"components"`
}

type patternDecision struct {
	Name     string   `json:"name"`
	Question string   `json:"question"`
	Options  []string `json:"options"`
}

type patternComponent struct {
	Type string `json:"type"`
	Name string `json:"name"`
	Why  string `json:"why"`
}

func showPattern(streams Streams, b *blueprint.Blueprint, format string) error {
	p := patternJSON{FormatVersion: formatVersion, Name: b.Name, Title: b.Title, Summary: b.Summary, Guide: b.Guide}
	for _, d := range b.Decisions {
		decision := patternDecision{d.Name, d.Question, nil}
		for _, o := range d.Options {
			decision.Options = append(decision.Options, o.Name)
		}
		p.Decisions = append(p.Decisions, decision)
	}
	for _, c := range b.Components {
		p.Components = append(p.Components, patternComponent{c.Type, c.Name, c.Comment})
	}
	if format == "json" {
		return printJSON(streams, p)
	}
	out := streams.Out
	fmt.Fprintf(out, "%s (%s)\n\n%s\n", b.Title, b.Name, b.Summary)
	if b.Guide != "" {
		fmt.Fprintf(out, "Guide: %s\n", b.Guide)
	}
	fmt.Fprint(out, "\nDecisions\n")
	for _, d := range p.Decisions {
		fmt.Fprintf(out, "  %-14s %s\n  %-14s %s\n", d.Name, d.Question, "", strings.Join(d.Options, ", "))
	}
	fmt.Fprint(out, "\nComponents\n")
	for _, c := range p.Components {
		fmt.Fprintf(out, "  %-16s %-14s %s\n", c.Type, c.Name, c.Why)
	}
	return nil
}

type libraryJSON struct {
	FormatVersion int            `json:"format_version"`
	Type          string         `json:"type"`
	Token         string         `json:"token"`
	Summary       string         `json:"summary"`
	Arguments     []propertyJSON `json:"arguments"`
	Outputs       []propertyJSON `json:"outputs"`
}

type propertyJSON struct {
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Required bool   `json:"required"`
	Plain    bool   `json:"plain"` // must be known before deployment
	Doc      string `json:"doc"`
}

func showComponent(streams Streams, c *schema.Component, format string) error {
	j := libraryJSON{formatVersion, c.Type, c.Token, c.Doc, propertiesJSON(c.Inputs), propertiesJSON(c.Outputs)}
	if format == "json" {
		return printJSON(streams, j)
	}
	out := streams.Out
	fmt.Fprintf(out, "%s (%s)\n\n%s\n", c.Type, c.Token, wrap(c.Doc, "", 80))
	for _, part := range []struct {
		title string
		list  []propertyJSON
	}{{"Arguments", j.Arguments}, {"Outputs", j.Outputs}} {
		fmt.Fprintf(out, "\n%s\n", part.title)
		for _, p := range part.list {
			required := ""
			if p.Required {
				required = ", required"
			}
			fmt.Fprintf(out, "  %s (%s%s)\n%s\n", p.Name, p.Kind, required, wrap(p.Doc, "      ", 80))
		}
	}
	return nil
}

func propertiesJSON(list []*schema.Property) []propertyJSON {
	kinds := map[schema.Kind]string{
		schema.Text: "text", schema.Int: "whole number", schema.Number: "number",
		schema.Bool: "true or false", schema.List: "list of texts", schema.Map: "map of texts",
	}
	properties := []propertyJSON{}
	for _, p := range list {
		properties = append(properties, propertyJSON{p.HCL, kinds[p.Kind], p.Required, p.Plain && !p.Elements, p.Doc})
	}
	return properties
}

// wrap breaks text into indented lines of at most width characters.
func wrap(text, indent string, width int) string {
	var lines []string
	for _, paragraph := range strings.Split(text, "\n\n") {
		line := indent
		for _, word := range strings.Fields(paragraph) {
			if len(line)+len(word)+1 > width && line != indent {
				lines = append(lines, strings.TrimRight(line, " "))
				line = indent
			}
			line += word + " "
		}
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}
