package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/spf13/cobra"
)

type compareOptions struct {
	system, environment, format string
	patterns, set               []string
}

func newCompare(streams *Streams) *cobra.Command {
	o := &compareOptions{}
	cmd := &cobra.Command{
		Use:   "compare",
		Short: "Run one system through several patterns, side by side",
		Long: `Compare designs the system.hcl in the current folder, or in --system FILE, with
several patterns, and prints how well each fits and why, what each decides, how many
components it takes, and which qualities its decisions gain and cost. A pattern that
cannot build the system says why.

It looks at one environment: the first production one, unless --environment names
another. What the system decides for its own pattern counts wherever a pattern has
that decision.`,
		Example: `  scaffold compare
  scaffold compare --patterns monolith,event-driven --system shop.hcl
  scaffold compare --set requirements.requests_per_second=5000 --format json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runCompare(*streams, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.system, "system", systemFile, "the file with the requirements, - for standard input")
	flags.StringSliceVar(&o.patterns, "patterns", nil, "the patterns to compare (default: all)")
	flags.StringVar(&o.environment, "environment", "", "the environment to look at (default: the first production one)")
	flags.StringArrayVar(&o.set, "set", nil, "set one value: requirements.rpo=5m (repeatable)")
	formatFlag(cmd, &o.format)
	// The flag was just added, so its completion can be registered.
	_ = cmd.RegisterFlagCompletionFunc("patterns", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		patterns, err := streams.catalog()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return patterns.Patterns(), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

type compareJSON struct {
	FormatVersion int              `json:"format_version"`
	System        string           `json:"system,omitempty"`
	Environment   string           `json:"environment,omitempty"`
	Patterns      []comparedJSON   `json:"patterns"` // the best first; those that cannot build the system last
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
}

type comparedJSON struct {
	Pattern    string           `json:"pattern"`
	Score      float64          `json:"score"` // 0..1
	Because    string           `json:"because"`
	Possible   bool             `json:"possible"`
	Problems   []diagnosticJSON `json:"problems"` // why it cannot build the system
	Components map[string]int   `json:"components"`
	Decisions  []decisionJSON   `json:"decisions"`
	Axes       []axisJSON       `json:"axes"`
}

// axisJSON is how many decisions gain, and how many cost, a quality.
type axisJSON struct {
	Axis   string `json:"axis"`
	Gained int    `json:"gained"`
	Cost   int    `json:"cost"`
}

func runCompare(streams Streams, o *compareOptions) error {
	text, err := readText(streams, o.system)
	if err != nil {
		return fmt.Errorf("%w\nRun it in a project, or name a file with --system", err)
	}
	filename := shown(o.system)
	if o.system == "-" {
		filename = "standard input"
	}
	in := parseInput(text, filename, o.set)
	result := compareJSON{FormatVersion: formatVersion, Patterns: []comparedJSON{}, Diagnostics: diagnosticsJSON(in.diags)}
	if in.diags.HasErrors() {
		return problemsOf(streams, in, o.format, result)
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return err
	}
	patterns, err := streams.catalog()
	if err != nil {
		return err
	}
	names := o.patterns
	if len(names) == 0 {
		names = patterns.Patterns()
	}
	for n, name := range names {
		if !slices.Contains(patterns.Patterns(), name) {
			return fmt.Errorf("%s", patterns.Unknown(name)+hintOwn(streams))
		}
		if slices.Contains(names[:n], name) {
			return fmt.Errorf("--patterns names %s twice", name)
		}
	}
	environment, err := o.pick(in)
	if err != nil {
		return err
	}
	candidates, broken, diags, err := in.rank(patterns, library, names)
	if err != nil {
		return err
	}
	if broken != nil {
		in.blueprint, in.diags = broken, diags
		result.Diagnostics = diagnosticsJSON(diags)
		return problemsOf(streams, in, o.format, result)
	}
	result.System, result.Environment = in.system.Name, in.system.Environments[environment].Name
	for _, c := range candidates {
		result.Patterns = append(result.Patterns, compared(c, environment))
	}
	if o.format == "json" {
		return printJSON(streams, result)
	}
	return result.print(streams.Out)
}

// pick finds the environment to look at, by its position.
func (o *compareOptions) pick(in *input) (int, error) {
	var names []string
	for n, env := range in.system.Environments {
		if env.Name == o.environment || o.environment == "" && env.Preset == "production" {
			return n, nil
		}
		names = append(names, env.Name)
	}
	if o.environment != "" {
		return 0, fmt.Errorf("there is no environment %q; there is %s.%s", o.environment, strings.Join(names, ", "), source.Suggest(o.environment, names))
	}
	return 0, nil
}

func compared(c candidate, environment int) comparedJSON {
	j := comparedJSON{
		Pattern: c.Pattern, Score: c.Score, Because: c.Because, Possible: c.can(),
		Problems: []diagnosticJSON{}, Components: map[string]int{}, Decisions: []decisionJSON{}, Axes: []axisJSON{},
	}
	if !c.can() {
		j.Problems = diagnosticsJSON(c.diags)
		return j
	}
	d := c.designs[environment]
	for _, i := range d.Instances {
		j.Components[i.Component.Type]++
	}
	gained, cost := map[string]int{}, map[string]int{}
	for _, decision := range d.Decisions {
		if decision.Moot {
			continue
		}
		j.Decisions = append(j.Decisions, decisionJSON{decision.Name, d.Environment, decision.Chosen.Name, decision.Chosen.Because, decision.Rule.Name})
		tally(gained, decision.Chosen.Gains)
		tally(cost, decision.Chosen.Costs)
	}
	for _, axis := range blueprint.Axes {
		j.Axes = append(j.Axes, axisJSON{axis, gained[axis], cost[axis]})
	}
	return j
}

func tally(counts map[string]int, axes []string) {
	for _, axis := range axes {
		counts[axis]++
	}
}

func (r compareJSON) print(out io.Writer) error {
	fmt.Fprintf(out, "%s in %s\n\n", r.System, r.Environment)
	var possible []comparedJSON
	for _, p := range r.Patterns {
		if p.Possible {
			possible = append(possible, p)
			fmt.Fprintf(out, "%s fits %.0f %%\n%s\n", p.Pattern, 100*p.Score, wrap(p.Because+".", "    ", 90))
			continue
		}
		fmt.Fprintf(out, "%s cannot build this system\n", p.Pattern)
		for _, problem := range p.Problems {
			at := ""
			if problem.Range != nil {
				at = fmt.Sprintf("%s:%d: ", problem.Range.File, problem.Range.Start.Line)
			}
			fmt.Fprintln(out, wrap(at+problem.Detail, "    ", 90))
		}
	}
	if len(possible) == 0 {
		return nil
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name string, cell func(comparedJSON) string) {
		fmt.Fprint(table, name)
		for _, p := range possible {
			fmt.Fprint(table, "\t", cell(p))
		}
		fmt.Fprintln(table)
	}
	fmt.Fprintln(table)
	row("", func(p comparedJSON) string { return p.Pattern })
	row("components", func(p comparedJSON) string {
		total := 0
		for _, n := range p.Components {
			total += n
		}
		return fmt.Sprint(total)
	})
	var same []string
	for _, name := range decisionsIn(possible) {
		if all := possible[0].option(name); !slices.ContainsFunc(possible, func(p comparedJSON) bool { return p.option(name) != all }) {
			same = append(same, name+" = "+all)
			continue
		}
		row(name, func(p comparedJSON) string { return p.option(name) })
	}
	for n, axis := range blueprint.Axes {
		row(strings.ReplaceAll(axis, "_", " "), func(p comparedJSON) string {
			return fmt.Sprintf("+%d −%d", p.Axes[n].Gained, p.Axes[n].Cost)
		})
	}
	if err := table.Flush(); err != nil || len(same) == 0 || len(possible) == 1 {
		return err
	}
	_, err := fmt.Fprintf(out, "\n%s\n", wrap("The same in all: "+strings.Join(same, ", ")+".", "", 90))
	return err
}

// option is the answer of a pattern to a decision, a dash where it is not asked.
func (p comparedJSON) option(decision string) string {
	if at := slices.IndexFunc(p.Decisions, func(d decisionJSON) bool { return d.Name == decision }); at >= 0 {
		return p.Decisions[at].Option
	}
	return "–"
}

// decisionsIn are the names of all decisions, in the order in which they are met.
func decisionsIn(patterns []comparedJSON) []string {
	var names []string
	for _, p := range patterns {
		for _, d := range p.Decisions {
			if !slices.Contains(names, d.Name) {
				names = append(names, d.Name)
			}
		}
	}
	return names
}
