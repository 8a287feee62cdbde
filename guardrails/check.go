package guardrails

import (
	"cmp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

// Options say what a check takes into account. The zero value evaluates the rules of scaffold.
type Options struct {
	// Rules are those to evaluate, beside the wiring invariants. The default is Embedded.
	Rules *Rules
	// Waivers accept that controls are not met.
	Waivers []Waiver
	// Today is the date, as YYYY-MM-DD, that the end of waivers is compared with. It is needed if there are any.
	Today string
	// Compliance are the frameworks whose controls are mandatory: gdpr, hipaa, pci, soc2. Their findings
	// are of severity high at least, and a waiver of one must name a compensating control.
	Compliance []string
}

// A Report is what a check found. Every list is sorted, and never nil.
type Report struct {
	// Findings are the rules that are broken, and not waived.
	Findings []Finding `json:"findings"`
	// Unknowns are what can be told after deployment only.
	Unknowns []Unknown `json:"unknowns"`
	// Waived are the rules that are broken, with the waiver that accepts it.
	Waived []Waived `json:"waived"`
	// Unused are the waivers that waived nothing: they can go.
	Unused []Waiver `json:"unusedWaivers"`
	// Rules tell how often each rule that had a resource to judge passed and failed.
	Rules []Tally `json:"rules"`

	judgements []judgement
}

// Unknown is a rule of which nobody can tell, before the deployment, whether a resource keeps it.
type Unknown struct {
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	Severity string `json:"severity"`
	URN      string `json:"urn"`
	Type     string `json:"type"`
	Name     string `json:"name"`
	Property string `json:"property,omitempty"`
	Because  string `json:"because"` // what is not known
	Source   string `json:"source,omitempty"`
}

// A Tally counts the verdicts of a rule.
type Tally struct {
	Rule    string `json:"rule"`
	Title   string `json:"title"`
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"` // resources, not findings
	Waived  int    `json:"waived"`
	Unknown int    `json:"unknown"`
}

// A judgement is what one rule says of one resource.
type judgement struct {
	rule     *about
	res      *recording.Resource
	property string
	verdict  rule.Verdict
	waived   bool
}

// about is what a report says of a rule.
type about struct {
	name, title, severity string
	controls              []string
	requirements          []string
}

// Check evaluates rules for the resources of a recording. The same recording, rules and
// options have the same report. It takes time in proportion to the size of the recording.
//
// A rule speaks only of what the recording shows: of what a program merely refers to, a topic of
// another stack say, it knows nothing.
func Check(rec *recording.Recording, options Options) *Report {
	rules := options.Rules
	if rules == nil {
		rules = Embedded()
	}
	c := &checker{
		program: newProgram(rec), frameworks: frameworks(options.Compliance),
		report: &Report{Findings: []Finding{}, Unknowns: []Unknown{}, Waived: []Waived{}, Unused: []Waiver{}, Rules: []Tally{}},
	}
	c.rules(rules, rec)
	c.invariants()
	c.report.Findings = sorted(c.report.Findings)
	c.unknownFrameworks(options.Compliance)
	c.waive(rules, options)
	c.tally()
	return c.report
}

type checker struct {
	program    *program
	frameworks map[string]bool // those that are mandatory
	report     *Report
}

// rules evaluates those that are written in HCL.
func (c *checker) rules(rules *Rules, rec *recording.Recording) {
	evaluator := rule.NewEvaluator(&lookup{program: c.program, inRegion: rec.Region})
	for _, r := range rules.rules {
		a := &about{name: r.Name, title: r.Title, severity: r.Severity, controls: r.Controls}
		a.requirements = requirements(append([]string{r.Name}, r.Controls...))
		for _, kind := range r.Kinds() {
			for _, res := range c.program.kinds[kind] {
				result := evaluator.Check(r, res)
				if result.Verdict == rule.NotApplied {
					continue
				}
				j := judgement{rule: a, res: res, property: r.Property, verdict: result.Verdict}
				c.report.judgements = append(c.report.judgements, j)
				switch result.Verdict {
				case rule.Fail, rule.Broken:
					c.report.Findings = append(c.report.Findings, c.finding(a, res, Finding{Property: r.Property, Message: result.Message, Remedy: r.Remedy}))
				case rule.Unknown:
					c.report.Unknowns = append(c.report.Unknowns, Unknown{
						Rule: r.Name, Title: r.Title, Severity: c.severity(a), URN: res.URN, Type: res.Type, Name: res.Name,
						Property: r.Property, Because: result.Message, Source: res.Source,
					})
				}
			}
		}
	}
	slices.SortStableFunc(c.report.Unknowns, func(a, b Unknown) int {
		return cmp.Or(compareNames(a.Rule, b.Rule), strings.Compare(a.URN, b.URN))
	})
}

// finding fills in what a report adds to the message of a rule.
func (c *checker) finding(a *about, res *recording.Resource, f Finding) Finding {
	f.Rule, f.Title, f.Severity = a.name, a.title, c.severity(a)
	f.Controls, f.Requirements = a.controls, a.requirements
	f.URN, f.Type, f.Name, f.Source = res.URN, res.Type, res.Name, res.Source
	return f
}

// invariants checks the wiring. A resource of a kind that an invariant speaks of and has no finding of it keeps it.
func (c *checker) invariants() {
	for _, inv := range invariants {
		byKind := map[string]*about{}
		aboutKind := func(kind string) *about {
			a := byKind[kind]
			if a == nil {
				a = &about{name: inv.rule, title: inv.title, severity: inv.severity, controls: inv.controls[kind]}
				a.requirements = requirements(inv.controls[kind])
				byKind[kind] = a
			}
			return a
		}
		failed := map[string]bool{}
		for _, f := range sorted(inv.findings(c.program)) {
			res := c.program.byURN[f.URN]
			a := aboutKind(kind(res))
			c.report.Findings = append(c.report.Findings, c.finding(a, res, f))
			if !failed[f.URN] {
				failed[f.URN] = true
				c.report.judgements = append(c.report.judgements, judgement{rule: a, res: res, property: f.Property, verdict: rule.Fail})
			}
		}
		for _, kind := range inv.judges {
			for _, res := range c.program.kinds[kind] {
				if !failed[res.URN] {
					c.report.judgements = append(c.report.judgements, judgement{rule: aboutKind(kind), res: res, verdict: rule.Pass})
				}
			}
		}
	}
}

func (c *checker) tally() {
	tallies := map[string]*Tally{}
	for _, j := range c.report.judgements {
		t := tallies[j.rule.name]
		if t == nil {
			t = &Tally{Rule: j.rule.name, Title: j.rule.title}
			tallies[j.rule.name] = t
		}
		switch {
		case j.verdict == rule.Pass:
			t.Passed++
		case j.verdict == rule.Unknown:
			t.Unknown++
		case j.waived:
			t.Waived++
		default:
			t.Failed++
		}
	}
	for _, t := range tallies {
		c.report.Rules = append(c.report.Rules, *t)
	}
	slices.SortFunc(c.report.Rules, func(a, b Tally) int { return compareNames(a.Rule, b.Rule) })
}

// severity is that of a rule, or high if a framework makes the rule mandatory.
func (c *checker) severity(a *about) string {
	const atLeast = "high"
	if c.mandatory(a.requirements) != "" && slices.Index(rule.Severities, a.severity) > slices.Index(rule.Severities, atLeast) {
		return atLeast
	}
	return a.severity
}
