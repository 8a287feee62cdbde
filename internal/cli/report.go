package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// formatVersion is the version of all JSON that scaffold prints. It changes
// when a field goes or changes its meaning, not when one comes.
const formatVersion = 1

// maxShown is how many diagnostics are told in one run: enough for any text that
// a person wrote, and an end for one that is all mistakes.
const maxShown = 100

// show prints diagnostics for people, in the order of the text.
func show(streams Streams, files map[string]*hcl.File, diags hcl.Diagnostics) error {
	width := streams.Width
	if width == 0 {
		width = 80
	}
	writer := hcl.NewDiagnosticTextWriter(streams.Err, files, uint(width), streams.Color)
	if err := writer.WriteDiagnostics(few(inOrder(diags))); err != nil {
		return err
	}
	if more := len(diags) - maxShown; more > 0 {
		fmt.Fprintf(streams.Err, "… and %d more.\n", more)
	}
	return nil
}

func few(diags hcl.Diagnostics) hcl.Diagnostics { return diags[:min(len(diags), maxShown)] }

func inOrder(diags hcl.Diagnostics) hcl.Diagnostics {
	sorted := slices.Clone(diags)
	slices.SortStableFunc(sorted, func(a, b *hcl.Diagnostic) int {
		if a.Subject == nil || b.Subject == nil || a.Subject.Filename != b.Subject.Filename {
			return 0
		}
		return a.Subject.Start.Byte - b.Subject.Start.Byte
	})
	return sorted
}

type diagnosticJSON struct {
	Severity string     `json:"severity"`
	Summary  string     `json:"summary"`
	Detail   string     `json:"detail"`
	Range    *rangeJSON `json:"range,omitempty"`
}

type rangeJSON struct {
	File  string  `json:"file"`
	Start posJSON `json:"start"`
	End   posJSON `json:"end"`
}

type posJSON struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

func diagnosticsJSON(diags hcl.Diagnostics) []diagnosticJSON {
	list := []diagnosticJSON{}
	for _, d := range few(inOrder(diags)) {
		j := diagnosticJSON{Severity: "error", Summary: d.Summary, Detail: d.Detail}
		if d.Severity == hcl.DiagWarning {
			j.Severity = "warning"
		}
		if d.Subject != nil {
			j.Range = &rangeJSON{
				d.Subject.Filename,
				posJSON{d.Subject.Start.Line, d.Subject.Start.Column},
				posJSON{d.Subject.End.Line, d.Subject.End.Column},
			}
		}
		list = append(list, j)
	}
	return list
}

// printJSON writes a result to standard output.
func printJSON(streams Streams, v any) error {
	encoder := json.NewEncoder(streams.Out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// stage prints one line of progress.
func stage(streams Streams, what, format string, values ...any) {
	fmt.Fprintf(streams.Err, "%-8s %s\n", what, fmt.Sprintf(format, values...))
}

// count is "1 file" or "3 files".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	if strings.HasSuffix(what, "y") {
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(what, "y"))
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// problemsOf prints diagnostics as JSON or for people.
func problemsOf(streams Streams, in *input, format string, result any) error {
	if format == "json" {
		if err := printJSON(streams, result); err != nil {
			return err
		}
		return errProblems
	}
	if err := show(streams, in.files(), in.diags); err != nil {
		return err
	}
	return errProblems
}
