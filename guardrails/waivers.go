package guardrails

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/internal/source"
)

// A Waiver accepts, for a reason and until a date, that a control is not met.
type Waiver struct {
	// Control is the name of a rule, or of a control that rules implement: RDS.7, CKV_AWS_16, I4.
	Control string `json:"control"`
	Reason  string `json:"reason"`
	// Until is the last day that it holds, as YYYY-MM-DD.
	Until string `json:"until"`
	// Position is the file:line where it stands.
	Position string `json:"position,omitempty"`
}

// Waived is a finding that a waiver accepts.
type Waived struct {
	Finding
	Reason   string `json:"reason"`
	Until    string `json:"until"`
	Position string `json:"position,omitempty"` // of the waiver
}

const (
	waiverRule  = "waiver"
	waiverTitle = "A waiver has a control, a reason and an end"
)

// compensating is a sentence that says what is done instead.
var compensating = regexp.MustCompile(`(?i)(^|[.!?;:]\s+)compensating control:\s*\S`)

// waive moves the findings that valid waivers accept, and reports the other waivers.
func (c *checker) waive(rules *Rules, options Options) {
	if len(options.Waivers) == 0 {
		return
	}
	var complaints []Finding
	known := rules.controls()
	today, todayErr := time.Parse(time.DateOnly, options.Today)
	for _, w := range sortedWaivers(options.Waivers) {
		complain := func(message, remedy string) {
			complaints = append(complaints, Finding{
				Rule: waiverRule, Title: waiverTitle, Severity: "high", Message: message, Remedy: remedy, Source: w.Position,
			})
		}
		until, untilErr := time.Parse(time.DateOnly, w.Until)
		switch covered := c.covered(w); {
		case !known[strings.ToLower(w.Control)]:
			complain(fmt.Sprintf("There is no control %q to waive.%s", w.Control, source.Suggest(w.Control, rules.Controls())), "name a rule, or a control that a rule implements")
		case strings.TrimSpace(w.Reason) == "":
			complain(fmt.Sprintf("The waiver of %s has no reason", w.Control), "say why the control is not met, and what makes that bearable")
		case untilErr != nil:
			complain(fmt.Sprintf("The waiver of %s has no end: %q is no date", w.Control, w.Until), "set until to the last day that it holds, as YYYY-MM-DD")
		case todayErr != nil:
			complain(fmt.Sprintf("Whether the waiver of %s holds cannot be told: %q is no date", w.Control, options.Today), "give the check the date of today, as YYYY-MM-DD")
		case today.After(until):
			complain(fmt.Sprintf("The waiver of %s expired on %s%s", w.Control, w.Until, counted(len(covered), ", and ", " again")), "meet the control, or have the waiver renewed")
		case len(covered) == 0:
			c.report.Unused = append(c.report.Unused, w)
		default:
			c.accept(w, covered, complain)
		}
	}
	c.report.Findings = sorted(append(c.report.Findings, complaints...))
	slices.SortStableFunc(c.report.Waived, func(a, b Waived) int {
		return cmp.Or(compareFindings(a.Finding, b.Finding), strings.Compare(a.Position, b.Position))
	})
}

func counted(n int, before, after string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return before + "1 finding counts" + after
	}
	return fmt.Sprintf("%s%d findings count%s", before, n, after)
}

func sortedWaivers(waivers []Waiver) []Waiver {
	return slices.SortedStableFunc(slices.Values(waivers), func(a, b Waiver) int {
		return cmp.Or(compareNames(a.Control, b.Control), compareNames(a.Position, b.Position), strings.Compare(a.Until, b.Until))
	})
}

// covered are the findings that a waiver is about, whether or not it is valid; those that another waiver
// has accepted already are among the waived.
func (c *checker) covered(w Waiver) []Finding {
	var found []Finding
	for _, f := range c.report.Findings {
		if w.covers(f) {
			found = append(found, f)
		}
	}
	return found
}

func (w Waiver) covers(f Finding) bool {
	return strings.EqualFold(w.Control, f.Rule) || slices.ContainsFunc(f.Controls, func(control string) bool { return strings.EqualFold(control, w.Control) })
}

// accept moves findings to the waived. Those that a framework makes mandatory stay, unless the reason
// says what is done instead.
func (c *checker) accept(w Waiver, covered []Finding, complain func(message, remedy string)) {
	compensated := compensating.MatchString(w.Reason)
	accepted := map[[2]string]bool{} // by rule and resource
	refused := map[string][]string{}
	for _, f := range covered {
		if framework := c.mandatory(f.Requirements); framework != "" && !compensated {
			if !slices.Contains(refused[framework], f.Rule) {
				refused[framework] = append(refused[framework], f.Rule)
			}
			continue
		}
		accepted[[2]string{f.Rule, f.URN}] = true
		c.report.Waived = append(c.report.Waived, Waived{Finding: f, Reason: w.Reason, Until: w.Until, Position: w.Position})
	}
	c.report.Findings = slices.DeleteFunc(c.report.Findings, func(f Finding) bool {
		return w.covers(f) && accepted[[2]string{f.Rule, f.URN}]
	})
	for i, j := range c.report.judgements {
		if (j.verdict == rule.Fail || j.verdict == rule.Broken) && accepted[[2]string{j.rule.name, j.res.URN}] {
			c.report.judgements[i].waived = true
		}
	}
	for _, framework := range Frameworks() {
		if names := refused[framework]; len(names) > 0 {
			complain(fmt.Sprintf("The waiver of %s is not accepted: compliance with %s makes %s mandatory", w.Control, framework, strings.Join(names, ", ")),
				`add a sentence to its reason that says what is done instead, and begins "Compensating control:"`)
		}
	}
}

// Controls are the names of all rules, and the controls that they implement, sorted. Controls that
// no rule can implement are among them.
func (r *Rules) Controls() []string {
	var all []string
	for _, one := range r.rules {
		all = append(append(all, one.Name), one.Controls...)
	}
	for _, inv := range invariants {
		all = append(all, inv.rule)
		for _, controls := range inv.controls {
			all = append(all, controls...)
		}
	}
	for _, not := range r.notApplicable {
		all = append(all, not.Controls...)
	}
	slices.SortFunc(all, compareNames)
	return slices.Compact(all)
}

func (r *Rules) controls() map[string]bool {
	set := map[string]bool{}
	for _, control := range r.Controls() {
		set[strings.ToLower(control)] = true
	}
	return set
}
