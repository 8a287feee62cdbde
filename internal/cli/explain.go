package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/spf13/cobra"
)

type explainOptions struct {
	decision, system, format string
	set                      []string
}

func newExplain(streams *Streams) *cobra.Command {
	o := &explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain [DECISION|sizes|assumptions]",
		Short: "Tell why a system is built as it is, and what would change it",
		Long: `Explain prints the decisions for the system.hcl in the current folder, or for
--system FILE: what was chosen in each environment and why, what lost and on which
values, and the nearest value of a requirement at which another option would win.
That value is found by deciding anew, all else being equal.

It then prints the sizes with the arithmetic behind each, its values and its source,
and what the pattern assumes where no requirement says it.`,
		Example: `  scaffold explain
  scaffold explain zones
  scaffold explain sizes
  scaffold explain --system shop.hcl --set requirements.availability=99.5`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.decision = args[0]
			}
			return runExplain(*streams, o)
		},
	}
	cmd.Flags().StringVar(&o.system, "system", systemFile, "the file with the requirements, - for standard input")
	cmd.Flags().StringArrayVar(&o.set, "set", nil, "set one value: requirements.rpo=5m (repeatable)")
	formatFlag(cmd, &o.format)
	return cmd
}

type explainJSON struct {
	FormatVersion int              `json:"format_version"`
	System        string           `json:"system,omitempty"`
	Pattern       string           `json:"pattern,omitempty"`
	Decisions     []explainedJSON  `json:"decisions"`
	Sizes         []sizeJSON       `json:"sizes"`
	Assumptions   []assumptionJSON `json:"assumptions"`
	Diagnostics   []diagnosticJSON `json:"diagnostics"`
}

type explainedJSON struct {
	Name        string         `json:"name"`
	Question    string         `json:"question"`
	Environment string         `json:"environment"`
	Option      string         `json:"option"`
	Because     string         `json:"because"`
	Rule        string         `json:"rule"` // what the rules choose; not Option where the team overruled
	Lost        []lostJSON     `json:"lost"`
	Flips       []flippingJSON `json:"flips"`
}

type lostJSON struct {
	Option    string     `json:"option"`
	Condition string     `json:"condition"` // "" for the default
	Holds     bool       `json:"holds"`     // true where an option before it was taken
	Elected   bool       `json:"elected"`   // no rule takes it, only the team can
	Because   string     `json:"because"`   // of one that only the team can take: why it would
	Facts     []factJSON `json:"facts"`
}

type factJSON struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type flippingJSON struct {
	Option      string `json:"option"`
	Requirement string `json:"requirement"`
	Value       any    `json:"value"`     // sizes in GiB, durations in seconds
	Text        string `json:"text"`      // as it would stand in system.hcl
	Direction   string `json:"direction"` // of a number: "above", "below", "at least", "at most"; otherwise "is"
}

func runExplain(streams Streams, o *explainOptions) error {
	text, err := readText(streams, o.system)
	if err != nil {
		return fmt.Errorf("%w\nRun it in a project, or name a file with --system", err)
	}
	filename := shown(o.system)
	if o.system == "-" {
		filename = "standard input"
	}
	in, err := readInput(streams, text, filename, o.set)
	if err != nil {
		return err
	}
	result := explainJSON{FormatVersion: formatVersion, Decisions: []explainedJSON{}, Sizes: []sizeJSON{}, Assumptions: []assumptionJSON{}, Diagnostics: diagnosticsJSON(in.diags)}
	if in.diags.HasErrors() {
		return problemsOf(streams, in, o.format, result)
	}
	result.System, result.Pattern = in.system.Name, in.blueprint.Name
	if err := result.fill(in, o.decision); err != nil {
		return err
	}
	if o.format == "json" {
		return printJSON(streams, result)
	}
	result.print(streams.Out)
	return nil
}

// sections of what is explained beside decisions. A decision of the same name goes first.
const sizesSection, assumptionsSection = "sizes", "assumptions"

// fill gathers one decision or section, or everything.
func (e *explainJSON) fill(in *input, only string) error {
	var names []string
	for _, d := range in.designs[0].Decisions {
		names = append(names, d.Name)
	}
	isDecision := slices.Contains(names, only)
	switch {
	case only == "" || isDecision:
		e.Decisions = explained(in, only)
	case only != sizesSection && only != assumptionsSection:
		return fmt.Errorf("%s decides nothing called %q; it decides %s.%s", in.blueprint.Name, only, strings.Join(names, ", "),
			source.Suggest(only, append(names, sizesSection, assumptionsSection)))
	}
	if only == "" || only == sizesSection && !isDecision {
		e.Sizes = sizesOf(in.designs)
	}
	if only == "" || only == assumptionsSection && !isDecision {
		e.Assumptions = assumptionsOf(in.designs)
	}
	return nil
}

func (e *explainJSON) print(out io.Writer) {
	for n, d := range e.Decisions {
		if n == 0 || e.Decisions[n-1].Name != d.Name {
			if n > 0 {
				fmt.Fprintln(out)
			}
			fmt.Fprintf(out, "%s: %s\n", d.Name, d.Question)
		}
		d.print(out)
	}
	if len(e.Sizes) > 0 {
		if len(e.Decisions) > 0 {
			fmt.Fprintln(out)
		}
		printSizes(out, e.Sizes)
	}
	if len(e.Assumptions) > 0 {
		if len(e.Decisions)+len(e.Sizes) > 0 {
			fmt.Fprintln(out)
		}
		printAssumptions(out, e.Assumptions)
	}
}

// explained gathers the decisions, by decision and then by environment.
func explained(in *input, only string) []explainedJSON {
	flips := make([][]design.Flip, len(in.designs))
	var environments sync.WaitGroup
	for n, env := range in.system.Environments {
		environments.Go(func() { flips[n] = design.Flips(in.system, env, in.blueprint) })
	}
	environments.Wait()
	list := []explainedJSON{}
	for at, decision := range in.designs[0].Decisions {
		if only != "" && decision.Name != only {
			continue
		}
		for n, d := range in.designs {
			list = append(list, explain(d.Decisions[at], d.Environment, flips[n]))
		}
	}
	return list
}

func explain(d *design.Decision, environment string, flips []design.Flip) explainedJSON {
	e := explainedJSON{
		Name: d.Name, Question: d.Question, Environment: environment,
		Option: d.Chosen.Name, Because: d.Chosen.Because, Rule: d.Rule.Name, Lost: []lostJSON{}, Flips: []flippingJSON{},
	}
	for _, o := range d.Options {
		if o == d.Chosen {
			continue
		}
		lost := lostJSON{Option: o.Name, Condition: o.When, Holds: o.Holds, Elected: o.Elected, Facts: []factJSON{}}
		if o.Elected {
			lost.Because = o.Because
		}
		for _, f := range o.Facts {
			lost.Facts = append(lost.Facts, factJSON(f))
		}
		e.Lost = append(e.Lost, lost)
	}
	for _, f := range flips {
		if f.Decision != d.Name {
			continue
		}
		direction := "is"
		if _, number := f.Value.(float64); number {
			direction = map[[2]bool]string{
				{true, true}: "above", {true, false}: "at least", {false, true}: "below", {false, false}: "at most",
			}[[2]bool{f.Above, f.Beyond}]
		}
		e.Flips = append(e.Flips, flippingJSON{f.Option, f.Requirement, f.Value, f.Text, direction})
	}
	return e
}

func (e explainedJSON) print(out io.Writer) {
	fmt.Fprintf(out, "  %s: %s\n%s\n", e.Environment, e.Option, wrap(e.Because+".", "      ", 90))
	if e.Rule != e.Option {
		fmt.Fprintf(out, "      The team chose it; the rules choose %s.\n", e.Rule)
	}
	for _, l := range e.Lost {
		reason := "taken only when no other is"
		switch {
		case l.Elected:
			reason = fmt.Sprintf("no rule takes it, only decide { %s = %q }: %s", e.Name, l.Option, l.Because)
		case l.Condition != "" && l.Holds:
			reason = "its condition holds too, but a choice before it was taken"
		case l.Condition != "":
			reason = l.Condition + " does not hold"
			if facts := said(l.Facts); facts != "" {
				reason += ": " + facts
			}
		}
		fmt.Fprintf(out, "%s\n", wrap("not "+l.Option+": "+reason, "      ", 90))
	}
	for _, f := range e.Flips {
		fmt.Fprintf(out, "      would be %s if %s were %s\n", f.Option, f.Requirement, strings.TrimPrefix(f.Direction+" "+f.Text, "is "))
	}
}
