package guardrails

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/archimperative/scaffold/internal/source"
)

// To make it anew, with the map beside: go run ./internal/compliance compliance_map.csv 2026-11-22 compliance.csv

// complianceTable says what frameworks demand by control; internal/compliance made it, and it names its sources.
//
//go:embed compliance.csv
var complianceTable string

// prefixes are how the requirements of a framework begin, by its name in system.hcl.
var prefixes = map[string]string{"gdpr": "GDPR ", "hipaa": "HIPAA ", "pci": "PCI DSS ", "soc2": "SOC2 "}

// Frameworks are the frameworks of compliance that there are requirements of.
func Frameworks() []string { return slices.Sorted(maps.Keys(prefixes)) }

var requirementsOf = sync.OnceValue(func() map[string][]string {
	table := map[string][]string{}
	for line := range strings.Lines(complianceTable) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if strings.HasPrefix(line, "#") || len(fields) != 3 || fields[0] == "control" {
			continue
		}
		control := strings.ToLower(fields[0])
		table[control] = append(table[control], strings.Split(fields[2], ";")...)
	}
	return table
})

// requirements are those of all frameworks that controls stand for, sorted. A control may be a requirement itself.
func requirements(controls []string) []string {
	var all []string
	for _, control := range controls {
		all = append(all, requirementsOf()[strings.ToLower(control)]...)
		for _, prefix := range prefixes {
			if strings.HasPrefix(control, prefix) {
				all = append(all, control)
			}
		}
	}
	slices.SortFunc(all, compareNames)
	return slices.Compact(all)
}

func frameworks(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[strings.ToLower(name)] = true
	}
	return set
}

// mandatory is a framework of those asked for that has one of some requirements, or "".
func (c *checker) mandatory(requirements []string) string {
	if len(c.frameworks) == 0 {
		return ""
	}
	for _, framework := range Frameworks() {
		if c.frameworks[framework] && slices.ContainsFunc(requirements, func(r string) bool { return strings.HasPrefix(r, prefixes[framework]) }) {
			return framework
		}
	}
	return ""
}

// unknownFrameworks reports frameworks that nothing is known of: a check that left one out would look clean.
func (c *checker) unknownFrameworks(names []string) {
	for _, name := range names {
		if prefixes[strings.ToLower(name)] == "" {
			c.report.Findings = append(c.report.Findings, Finding{
				Rule: "compliance", Title: "Every framework of compliance is known", Severity: "high",
				Message: fmt.Sprintf("There is no framework %q.%s", name, source.Suggest(name, Frameworks())),
				Remedy:  "name one of " + strings.Join(Frameworks(), ", "),
			})
		}
	}
}
