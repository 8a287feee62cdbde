package guardrails

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// Finding is a rule that a resource breaks.
type Finding struct {
	Rule     string `json:"rule"`               // "RDS.3", "I4"
	Title    string `json:"title"`              // what the rule demands, the same for all its findings
	Severity string `json:"severity,omitempty"` // critical, high, medium or low
	URN      string `json:"urn,omitempty"`
	Type     string `json:"type,omitempty"`
	Name     string `json:"name,omitempty"`     // the logical name
	Property string `json:"property,omitempty"` // the path of the input at fault, or "" if it is an option or one that is missing
	Message  string `json:"message"`            // what is wrong
	Remedy   string `json:"remedy,omitempty"`   // what to do about it

	// Controls are the further public controls that the rule stands for, Requirements those of frameworks:
	// "HIPAA 164.312(a)(2)(iv)". Wiring leaves them, Severity and Source out.
	Controls     []string `json:"controls,omitempty"`
	Requirements []string `json:"requirements,omitempty"`
	// Source is the file:line of the call that made the resource, if that is known; of a finding about a
	// waiver, where that stands.
	Source string `json:"source,omitempty"`
}

// String writes the finding on one line, as a test prints it.
func (f Finding) String() string {
	line := f.Rule + ": "
	if f.Type != "" {
		line += fmt.Sprintf("%s %q", f.Type, f.Name)
		if f.Property != "" {
			line += " " + f.Property
		}
		line += ": "
	}
	line += f.Message
	if f.Remedy != "" {
		line += "; " + f.Remedy
	}
	return strings.Join(strings.Fields(line), " ")
}

// A report notes that a resource breaks the rule at hand.
type report func(res *recording.Resource, property, message, remedy string)

// sorted puts findings in the order of rule, resource and property, each once.
func sorted(findings []Finding) []Finding {
	slices.SortFunc(findings, compareFindings)
	return slices.CompactFunc(findings, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
}

func compareFindings(a, b Finding) int {
	return cmp.Or(
		compareNames(a.Rule, b.Rule), // I2 comes before I10
		strings.Compare(a.URN, b.URN),
		strings.Compare(a.Property, b.Property),
		strings.Compare(a.Message, b.Message),
		strings.Compare(a.Source, b.Source),
	)
}

// compareNames puts RDS.2 before RDS.10.
func compareNames(a, b string) int {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			if c := cmp.Or(cmp.Compare(value(a[:da]), value(b[:db])), cmp.Compare(da, db)); c != 0 {
				return c
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return strings.Compare(a, b)
}

// digits is how many digits a text begins with, up to nine.
func digits(s string) int {
	n := 0
	for n < len(s) && n < 9 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

// value is the number that up to nine digits write.
func value(digits string) (n int) {
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	return n
}
