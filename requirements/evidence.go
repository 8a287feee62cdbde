package requirements

import (
	"fmt"
	"io"
	"strings"
)

// WriteControls renders reports as Markdown, for auditors and reviewers: which requirement is met by
// which property of which resource, and where that is set. The same reports give the same bytes.
func WriteControls(w io.Writer, reports ...Report) error {
	var out strings.Builder
	out.WriteString("\n# Requirements\n\nWhat system.hcl asks for, and what answers to it. What has no line there was assumed.\n")
	for _, report := range reports {
		if len(report.Results) == 0 {
			continue
		}
		env := report.Results[0].Environment
		fmt.Fprintf(&out, "\n## %s\n\n%d comparisons hold, %d do not. Evidence: `go test -run 'TestRequirements/%s'`.\n", env, len(report.Met()), len(report.Broken()), env)
		out.WriteString("\n| Requirement | Stands in | Resource | Property | Where | Verdict |\n|---|---|---|---|---|---|\n")
		for _, r := range append(report.Broken(), report.Met()...) {
			resource := "the program"
			if r.Type != "" {
				resource = fmt.Sprintf("`%s` %s", r.Type, r.Name)
			}
			fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s: %s |\n", cell(r.Requirement), r.At, cell(resource), cell(r.Property), r.Source, r.Verdict, cell(r.Message))
		}
		skipped := report.Skipped()
		if len(skipped) == 0 {
			continue
		}
		out.WriteString("\nNot compared:\n\n")
		for _, r := range skipped {
			fmt.Fprintf(&out, "* %s\n", cell(r.String()))
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// cell is text on one line of a Markdown table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;").Replace(strings.Join(strings.Fields(text), " "))
}
