package requirements

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Verdict is the result of a comparison.
type Verdict string

// The verdicts.
const (
	Met     Verdict = "met"     // the resource is as required
	Broken  Verdict = "broken"  // it is not
	Skipped Verdict = "skipped" // the program has nothing that could tell, or it is not asked for here
)

// Result is one comparison of a resource with a requirement.
type Result struct {
	Verdict     Verdict
	Check       string // which comparison: "standby"
	Environment string
	At          string // where the requirement stands: "system.hcl:18"; "assumed" if nobody wrote it
	Requirement string // as it stands there: "availability = 99.95"
	URN         string // of the resource, "" if it is about the program
	Type        string
	Name        string // the logical name
	Component   string // the logical name of the component in main.go that the resource belongs to
	Property    string // the path of the input that was looked at, or ""
	Source      string // where the program makes it: "main.go:142"; "" if that is not known
	Message     string // what is wrong, what is right, or why nothing can be said
}

// String writes the result on one line, as a test prints it.
func (r Result) String() string {
	subject := ""
	if r.Type != "" {
		subject = fmt.Sprintf("%s %q", r.Type, r.Name)
		if r.Property != "" {
			subject += " " + r.Property
		}
		subject += ": "
	}
	where := ""
	if r.Source != "" {
		where = " (" + r.Source + ")"
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s: %s: %s%s%s", r.At, r.Requirement, subject, r.Message, where)), " ")
}

// Report is all comparisons of one program with one environment of a system.
type Report struct {
	Results []Result // in the order of checks, then of resources
}

// Broken are the results that a program has to be mended for.
func (r Report) Broken() []Result { return r.with(Broken) }

// Skipped are the comparisons that could not be made, each with the reason.
func (r Report) Skipped() []Result { return r.with(Skipped) }

// Met are the comparisons that found what is required.
func (r Report) Met() []Result { return r.with(Met) }

func (r Report) with(v Verdict) []Result {
	var list []Result
	for _, result := range r.Results {
		if result.Verdict == v {
			list = append(list, result)
		}
	}
	return list
}

func sortResults(results []Result) []Result {
	order := map[string]int{}
	for i, c := range checks {
		order[c.name] = i
	}
	slices.SortStableFunc(results, func(a, b Result) int {
		return cmp.Or(
			cmp.Compare(order[a.Check], order[b.Check]),
			strings.Compare(a.Requirement, b.Requirement),
			strings.Compare(a.URN, b.URN),
			strings.Compare(a.Property, b.Property),
			strings.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(results)
}
