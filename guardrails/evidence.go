package guardrails

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
)

// Evidence is what a check found out about one control and one resource: a line of what an auditor gets.
type Evidence struct {
	Control  string `json:"control"` // the rule itself, or a further control that it stands for
	Rule     string `json:"rule"`
	Title    string `json:"title"`
	URN      string `json:"urn"`
	Type     string `json:"type"`
	Name     string `json:"name"`
	Property string `json:"property,omitempty"` // what the rule looks at; "" if it is a relation
	Source   string `json:"source,omitempty"`   // file:line of the call that made the resource
	Verdict  string `json:"verdict"`            // "pass", "fail", "waived" or "unknown"
}

// Evidence lists what the check found out, by control, then rule, then resource. Rules that do not
// apply to a resource give no evidence.
func (r *Report) Evidence() []Evidence {
	list := []Evidence{}
	for _, j := range r.judgements {
		verdict := string(j.verdict)
		switch {
		case j.waived:
			verdict = "waived"
		case j.verdict == rule.Broken:
			verdict = string(rule.Fail)
		}
		for _, control := range append([]string{j.rule.name}, j.rule.controls...) {
			list = append(list, Evidence{
				Control: control, Rule: j.rule.name, Title: j.rule.title, URN: j.res.URN, Type: j.res.Type, Name: j.res.Name,
				Property: j.property, Source: j.res.Source, Verdict: verdict,
			})
		}
	}
	slices.SortStableFunc(list, func(a, b Evidence) int {
		return cmp.Or(compareNames(a.Control, b.Control), compareNames(a.Rule, b.Rule), strings.Compare(a.URN, b.URN), strings.Compare(a.Property, b.Property))
	})
	return list
}

// Checked is the report of one environment.
type Checked struct {
	Environment string
	Report      *Report
	// Test is the test that makes the report, as the evidence names it: "TestGuardrails/prod".
	Test string
}

// WriteControls renders the reports of the environments of a project as Markdown: which control is met by
// which property of which resource, where that is set, and which test says so; then what is waived. It ends with
// the requirements of frameworks. The same reports give the same bytes.
func WriteControls(w io.Writer, checked []Checked) error {
	out := &strings.Builder{}
	out.WriteString("# Controls\n\nWhich control is met by what, as the guardrails find it in every environment. The tests of this project write this file.\n")
	for _, c := range checked {
		writeEnvironment(out, c)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func writeEnvironment(out *strings.Builder, c Checked) {
	evidence := c.Report.Evidence()
	fmt.Fprintf(out, "\n## %s\n\n%s\n", c.Environment, summary(c.Report, evidence))
	if c.Test != "" {
		fmt.Fprintf(out, "\nEvidence: `go test -run '%s'`.\n", c.Test)
	}
	rows := grouped(c.Report)
	met := func(r row) bool { return r.verdict == string(rule.Pass) }
	writeRows(out, "Not met, or not to be told before deployment", slices.DeleteFunc(slices.Clone(rows), met))
	writeRows(out, "Met", slices.DeleteFunc(rows, func(r row) bool { return !met(r) }))
	writeWaived(out, c.Report)
	writeRequirements(out, c.Report)
}

// A row is what one rule found out about one property, with the same verdict, in all resources.
type row struct {
	rule, title, property, verdict string
	controls                       []string
	places                         []string            // in the order of the program's resources
	resources                      map[string][]string // by place
}

// grouped puts together what has the same rule, property and verdict.
func grouped(r *Report) []row {
	rows := map[[3]string]*row{}
	var order [][3]string
	for _, e := range r.Evidence() {
		key := [3]string{e.Rule, e.Property, e.Verdict}
		if rows[key] == nil {
			rows[key] = &row{rule: e.Rule, title: e.Title, property: e.Property, verdict: e.Verdict, resources: map[string][]string{}}
			order = append(order, key)
		}
		group := rows[key]
		if e.Control != e.Rule {
			if !slices.Contains(group.controls, e.Control) {
				group.controls = append(group.controls, e.Control)
			}
			continue // the rule's own line names the resource already
		}
		if group.resources[e.Source] == nil {
			group.places = append(group.places, e.Source)
		}
		group.resources[e.Source] = append(group.resources[e.Source], e.Name)
	}
	slices.SortStableFunc(order, func(a, b [3]string) int {
		return cmp.Or(compareNames(a[0], b[0]), strings.Compare(a[1], b[1]), strings.Compare(a[2], b[2]))
	})
	list := make([]row, len(order))
	for i, key := range order {
		list[i] = *rows[key]
	}
	return list
}

func writeRows(out *strings.Builder, title string, rows []row) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(out, "\n### %s\n\n| Control | What must be | Property | Where: resources | Verdict |\n|---|---|---|---|---|\n", title)
	for _, r := range rows {
		var where []string
		for _, place := range r.places {
			names := cell(strings.Join(r.resources[place], ", "))
			if place != "" {
				names = cell(place) + ": " + names
			}
			where = append(where, names)
		}
		controls := append([]string{r.rule}, r.controls...)
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n", cell(strings.Join(controls, ", ")), cell(r.title), code(r.property), strings.Join(where, "; "), r.verdict)
	}
}

func summary(r *Report, evidence []Evidence) string {
	met, controls := map[string]bool{}, map[string]bool{}
	for _, e := range evidence {
		if _, seen := met[e.Control]; !seen {
			met[e.Control] = true
		}
		met[e.Control] = met[e.Control] && e.Verdict == string(rule.Pass)
		controls[e.Control] = true
	}
	n := 0
	for _, ok := range met {
		if ok {
			n++
		}
	}
	return fmt.Sprintf("%d of %d controls that apply are met by every resource. Findings: %d. Waived: %d. Known after deployment only: %d.",
		n, len(controls), len(r.Findings), len(r.Waived), len(r.Unknowns))
}

func writeWaived(out *strings.Builder, r *Report) {
	if len(r.Waived) == 0 {
		return
	}
	out.WriteString("\n### Waived\n\n| Control | Resource | Reason | Until | Where |\n|---|---|---|---|---|\n")
	for _, w := range r.Waived {
		fmt.Fprintf(out, "| %s | `%s` %s | %s | %s | %s |\n", cell(w.Rule), cell(w.Type), cell(w.Name), cell(w.Reason), cell(w.Until), cell(w.Position))
	}
}

// writeRequirements lists what frameworks demand, with the rules that stand for it.
func writeRequirements(out *strings.Builder, r *Report) {
	byRequirement := map[string][]string{}
	for _, j := range r.judgements {
		for _, requirement := range j.rule.requirements {
			if !slices.Contains(byRequirement[requirement], j.rule.name) {
				byRequirement[requirement] = append(byRequirement[requirement], j.rule.name)
			}
		}
	}
	if len(byRequirement) == 0 {
		return
	}
	names := make([]string, 0, len(byRequirement))
	for name := range byRequirement {
		names = append(names, name)
	}
	slices.SortFunc(names, compareNames)
	out.WriteString("\n### Requirements\n\n| Requirement | Rules |\n|---|---|\n")
	for _, name := range names {
		rules := byRequirement[name]
		slices.SortFunc(rules, compareNames)
		fmt.Fprintf(out, "| %s | %s |\n", cell(name), cell(strings.Join(rules, ", ")))
	}
}

// cell makes a text fit into a table: what a program or a person wrote must not end it.
func cell(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	return strings.NewReplacer("|", "\\|", "<", "&lt;", "`", "'").Replace(s)
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}
