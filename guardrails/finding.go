package guardrails

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder"
)

// Finding is a rule that a resource breaks.
type Finding struct {
	Rule     string // "I4"
	Title    string // what the rule demands, the same for all its findings
	URN      string
	Type     string
	Name     string // the logical name
	Property string // the path of the input at fault, or "" if it is an option or one that is missing
	Message  string // what is wrong
	Remedy   string // what to do about it
}

// String writes the finding on one line, as a test prints it.
func (f Finding) String() string {
	subject := fmt.Sprintf("%s %q", f.Type, f.Name)
	if f.Property != "" {
		subject += " " + f.Property
	}
	line := fmt.Sprintf("%s: %s: %s", f.Rule, subject, f.Message)
	if f.Remedy != "" {
		line += "; " + f.Remedy
	}
	return strings.Join(strings.Fields(line), " ")
}

// A report notes that a resource breaks the rule at hand.
type report func(res *recorder.Resource, property, message, remedy string)

// sorted puts findings in the order of rule, resource and property, each once.
func sorted(findings []Finding) []Finding {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(len(a.Rule), len(b.Rule)), // I2 comes before I10
			strings.Compare(a.Rule, b.Rule),
			strings.Compare(a.URN, b.URN),
			strings.Compare(a.Property, b.Property),
			strings.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(findings)
}
