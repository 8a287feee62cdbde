package cli

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
)

// candidate is a pattern tried on a system.
type candidate struct {
	design.Fit
	blueprint *blueprint.Blueprint
	designs   []*design.Design
	diags     hcl.Diagnostics // why the pattern cannot build the system, if it cannot
}

func (c candidate) can() bool { return !c.diags.HasErrors() }

// obstacle is the first reason why it cannot.
func (c candidate) obstacle() string {
	for _, d := range inOrder(c.diags) {
		if d.Severity == hcl.DiagError {
			return d.Detail
		}
	}
	return ""
}

// rank tries patterns on a system, those that can build it first, and of these the best
// fitting. A blueprint that cannot be used at all is reported by its diagnostics.
func (in *input) rank(patterns *catalog.Catalog, library *schema.Library, names []string) ([]candidate, *blueprint.Blueprint, hcl.Diagnostics, error) {
	var candidates []candidate
	for _, name := range names {
		b, diags, err := patterns.Blueprint(name)
		if err != nil {
			return nil, nil, nil, err
		}
		if !diags.HasErrors() {
			diags = design.Check(b, library)
		}
		c := candidate{blueprint: b}
		if !diags.HasErrors() {
			c.Fit, diags = design.Fits(in.system, b)
		}
		if diags.HasErrors() {
			return nil, b, diags, nil
		}
		// What the team decided for the pattern it had in mind need not exist in another.
		s := *in.system
		s.Pattern, s.Decide, s.Assume = name, nil, nil
		for _, o := range in.system.Decide {
			if slices.ContainsFunc(b.Decisions, func(d *blueprint.Decision) bool { return d.Name == o.Decision }) {
				s.Decide = append(s.Decide, o)
			}
		}
		for _, a := range in.system.Assume {
			if slices.ContainsFunc(b.Assumptions, func(known *blueprint.Assumption) bool { return known.Name == a.Name }) {
				s.Assume = append(s.Assume, a)
			}
		}
		c.designs, c.diags = design.All(&s, b, library)
		candidates = append(candidates, c)
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		if a.can() != b.can() {
			if a.can() {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Score, a.Score)
	})
	return candidates, nil, nil, nil
}

// recommend writes the pattern that fits best, or the one that the user picks, into
// the text and reads it again.
func (in *input) recommend(streams Streams, patterns *catalog.Catalog, library *schema.Library) error {
	candidates, broken, diags, err := in.rank(patterns, library, patterns.Patterns())
	if err != nil {
		return err
	}
	if broken != nil {
		in.blueprint, in.diags = broken, append(in.diags, diags...)
		return nil
	}
	if len(candidates) == 0 {
		return errors.New("there is no pattern to choose from")
	}
	best := candidates[0]
	if streams.choose != nil {
		if best, err = streams.choose(candidates); err != nil {
			return err
		}
	}
	advice := fmt.Sprintf("%s, since %s", best.Pattern, best.Because)
	if best.Pattern == candidates[0].Pattern {
		advice = fmt.Sprintf("%s fits best, since %s", best.Pattern, best.Because)
	}
	chosen, err := readInput(streams, in.text, in.filename, []string{"system.pattern=" + best.Pattern})
	if err != nil {
		return err
	}
	*in = *chosen
	in.advice = advice
	return nil
}

// ask lets the user pick a pattern on a terminal; Enter takes the first.
func (s Streams) ask(candidates []candidate) (candidate, error) {
	fmt.Fprintln(s.Err, "Which pattern?")
	var names []string
	for n, c := range candidates {
		names = append(names, c.Pattern)
		how, because := fmt.Sprintf("%.0f %%", 100*c.Score), c.Because
		if !c.can() {
			how, because = "cannot build this system", c.obstacle()
		}
		fmt.Fprintf(s.Err, "  %d %s (%s)\n%s\n", n+1, c.Pattern, how, wrap(because, "      ", 90))
	}
	input := bufio.NewReader(s.In)
	for {
		fmt.Fprintf(s.Err, "Number or name [%s]: ", names[0])
		line, err := input.ReadString('\n')
		answer := strings.TrimSpace(line)
		if n, convErr := strconv.Atoi(answer); convErr == nil && n >= 1 && n <= len(candidates) {
			return candidates[n-1], nil
		}
		switch at := slices.Index(names, answer); {
		case answer == "" && err == nil:
			return candidates[0], nil
		case at >= 0:
			return candidates[at], nil
		case err != nil && !errors.Is(err, io.EOF):
			return candidate{}, fmt.Errorf("reading the answer: %w", err)
		}
		switch _, notNumber := strconv.Atoi(answer); {
		case answer == "":
		case notNumber == nil:
			fmt.Fprintf(s.Err, "Give a number from 1 to %d, or a name.\n", len(candidates))
		default:
			fmt.Fprintf(s.Err, "There is no pattern %q.%s\n", answer, source.Suggest(answer, names))
		}
		if err != nil { // the end of what there is to read
			return candidate{}, errors.New("no pattern chosen; name one with --pattern")
		}
	}
}
