package source

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// TestMain lowers the limit of the stack, so that a tree too deep kills the tests and not the user's terminal.
func TestMain(m *testing.M) {
	debug.SetMaxStack(32 << 20)
	os.Exit(m.Run())
}

// hostile are pieces that, repeated, have overflowed a stack or taken time that grows with the square.
var hostile = []string{
	"[", "(", "{", "a{", "a {\n", "\"${", "<<E\n${", "f(", "a[", "!", "-", "a?b:", "a?", "a+", "a.", "a[0]", "a[*]", "a.*", "a::",
	"%{if a}", "\"%{if a}", "/*", "/*\n", "/* ", "\"${/*", "/*/", "*/", "/", "//", "#", "\"", "'", "$", "%", "$$", "$${", "\\", "\"\\", "<<E\n", "<<E", "<<-E\n ", "~}", "}",
	"1", "1e9", "0.", ".", ",", "=", "a=", "a=1\n", "a=b\n", "\n", "\r", "é", "e\u0301", "\u0301", "🇩🇪", "a", "a ", "a\n", "a \"b\" ", "a {}\n",
	"a { b = 1 }\n", "a {\n x = ( ] )\n", "a {\n x = (1 {\n}\n", "{for a in b:", "[for a in b:", "{for a in b : c =>\n", "a = <<E\nx\nE\n",
	"\"$a\"", "\"${a}\"", "${a}", "for", "~", ";", "`", "&", "...", "a...", "a,", "\"a\n", "a = \"${\"\n", "}\"", "\t", " ", "a = [1,2)\n",
}

// TestHostileTextIsCheap parses long files of each hostile piece: as it is, as a value, and within a text. What is
// linear takes some 0.1 s; what grows with the square takes ten times the limit. A busy machine gets three tries.
func TestHostileTextIsCheap(t *testing.T) {
	if testing.Short() {
		t.Skip("parses many megabytes")
	}
	const (
		size  = MaxBytes / 10
		limit = 2 * time.Second
	)
	for _, piece := range hostile {
		for _, frame := range []string{"%s", "a = %s", "a = <<E\n%s"} {
			src := []byte(fmt.Sprintf(frame, strings.Repeat(piece, size/len(piece))))
			took := limit + 1
			for try := 0; try < 3 && took > limit; try++ {
				start := time.Now()
				Parse(src, "hostile.hcl")
				took = time.Since(start)
			}
			if took > limit {
				t.Errorf("a file of %q in %q took %v", piece, frame, took)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("system \"shop\" {\n  owner = \"a\"\n}\nrequirements { rpo = \"5m\" }\n"))
	f.Add([]byte("a = [for k, v in { b = 1 } : \"${k}-${v}\" if v > 0]\nb = a[*].c.*.d\nc = <<-E\n  %{ if x }y%{ else }z%{ endif }\n  E\n"))
	f.Add([]byte("a = {for k in b : k => 1...}\nb = f(c, d...)\nc = a::b(1)\nd = -1e300 % 7\ne = x ? y : z\n"))
	for _, piece := range hostile {
		f.Add([]byte(strings.Repeat(piece, 3)))
		f.Add([]byte("a = " + strings.Repeat(piece, 3)))
		f.Add([]byte(strings.Repeat(piece, 1100)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file, diags := Parse(src, "fuzz.hcl")
		body, ok := file.Body.(*hclsyntax.Body)
		if !ok || body == nil {
			t.Fatal("no body")
		}
		for _, diag := range diags {
			if diag.Subject == nil || diag.Summary == "" || diag.Detail == "" {
				t.Errorf("incomplete diagnostic: %#v", diag)
			}
		}
		if diags.HasErrors() {
			return
		}
		hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
			_ = node.Range()
			if expr, ok := node.(hclsyntax.Expression); ok {
				expr.Variables()
			}
			return nil
		})
		evaluate(body)
	})
}

// evaluate computes every expression without any variables or functions.
func evaluate(body *hclsyntax.Body) {
	for _, attr := range body.Attributes {
		attr.Expr.Value(&hcl.EvalContext{})
	}
	for _, block := range body.Blocks {
		evaluate(block.Body)
	}
}
