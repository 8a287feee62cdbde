package cli

import (
	"bytes"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/hashicorp/hcl/v2"
)

// TestAsk types answers to the question which pattern to build.
func TestAsk(t *testing.T) {
	candidates := []candidate{
		{Fit: design.Fit{Pattern: "monolith", Score: 0.9, Because: "4 engineers need no boundaries"}},
		{Fit: design.Fit{Pattern: "event-driven", Score: 0.7, Because: "1 kind of events connects 3 services"}},
		{Fit: design.Fit{Pattern: "cqrs", Score: 0.15}, diags: hcl.Diagnostics{
			{Severity: hcl.DiagWarning, Detail: "Something else."},
			{Severity: hcl.DiagError, Detail: "Readers must see what was just written."},
		}},
	}
	for name, c := range map[string]struct{ typed, want, said, failed string }{
		"a number":             {typed: "2\n", want: "event-driven"},
		"a name":               {typed: "event-driven\n", want: "event-driven"},
		"blanks around it":     {typed: "  2 \r\n", want: "event-driven"},
		"Enter":                {typed: "\n", want: "monolith"},
		"one that cannot":      {typed: "3\n", want: "cqrs"},
		"wrong, then right":    {typed: "event\n2\n", want: "event-driven", said: `There is no pattern "event".`},
		"a typing error":       {typed: "monolit\nmonolith\n", want: "monolith", said: `Did you mean "monolith"?`},
		"too high, then right": {typed: "4\n1\n", want: "monolith", said: "Give a number from 1 to 3, or a name."},
		"no end of line":       {typed: "2", want: "event-driven"},
		"the end":              {typed: "", failed: "no pattern chosen; name one with --pattern"},
		"wrong, then the end":  {typed: "x", said: `There is no pattern "x"`, failed: "no pattern chosen; name one with --pattern"},
	} {
		t.Run(name, func(t *testing.T) {
			var shown bytes.Buffer
			chosen, err := Streams{In: strings.NewReader(c.typed), Err: &shown}.ask(candidates)
			if c.failed == "" && err != nil || c.failed != "" && (err == nil || err.Error() != c.failed) {
				t.Fatalf("the error is %v, not %q", err, c.failed)
			}
			if chosen.Pattern != c.want {
				t.Errorf("%q chose %q, not %q", c.typed, chosen.Pattern, c.want)
			}
			for _, line := range []string{
				"Which pattern?", "1 monolith (90 %)\n      4 engineers need no boundaries\n",
				"3 cqrs (cannot build this system)\n      Readers must see what was just written.\n", "Number or name [monolith]: ", c.said,
			} {
				if !strings.Contains(shown.String(), line) {
					t.Errorf("%q is not shown:\n%s", line, shown.String())
				}
			}
		})
	}
}
