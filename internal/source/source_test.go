package source

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func TestParseReturnsTheTree(t *testing.T) {
	file, diags := Parse([]byte("service \"a\" {\n  port = 8080 # the port\n}\n"), "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	body := file.Body.(*hclsyntax.Body)
	if len(body.Blocks) != 1 || body.Blocks[0].Labels[0] != "a" || body.Blocks[0].Body.Attributes["port"] == nil {
		t.Errorf("unexpected body: %#v", body)
	}
}

func TestParseKeepsWhatItCouldRead(t *testing.T) {
	file, diags := Parse([]byte("a = 1\nb = \nc = 3\n"), "system.hcl")
	if !diags.HasErrors() {
		t.Fatal("no error for a missing value")
	}
	if body := file.Body.(*hclsyntax.Body); body.Attributes["a"] == nil {
		t.Error("the argument before the error is lost")
	}
}

func TestParseOfNothing(t *testing.T) {
	for _, src := range [][]byte{nil, {}, []byte("\n"), []byte("\ufeff")} {
		file, diags := Parse(src, "")
		if diags.HasErrors() {
			t.Errorf("%q: %v", src, diags)
		}
		if body, ok := file.Body.(*hclsyntax.Body); !ok || body == nil {
			t.Errorf("%q: no body", src)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	tests := []struct {
		name, src, summary string
		line               int
	}{
		{"a file over the limit", many("#\n", MaxBytes/2+1), fileTooLarge, 1},
		{"a broken character", "a = 1\nb = \"\xff\"\n", invalidEncoding, 2},
		{"a NUL", "a = 1\nb = \"\x00\"\n", invalidCharacter, 2},
		{"an endless comment", "a = 1\n/* b = 2\n", unterminatedComment, 2},
		{"many endless comments", "a = 1 /* */\n" + many("/*", 1000), unterminatedComment, 2},
		{"half a comment end", "a = 1\n/*/", unterminatedComment, 2},
		{"a string over two lines", "a = \"b\nc = \"d\"\n", multilineString, 1},
		{"a bracket closed by another", "a {\n  b = [1, 2)\n}\n", mismatchedBracket, 2},
		{"a bracket not closed", "a {\n  b = (1 + 2\n}\n", mismatchedBracket, 3},
		{"a bracket never opened", "a = 1\n}\n", mismatchedBracket, 2},
		{"a template end outside of one", "a = {\n~}\n", mismatchedBracket, 2},
		{"deep lists", "a = " + many("[", 101), nestingTooDeep, 1},
		{"deep parentheses", "a = " + many("(", 101), nestingTooDeep, 1},
		{"deep objects", "a = " + many("{b=", 101), nestingTooDeep, 1},
		{"deep blocks", many("a {\n", 101), nestingTooDeep, 101},
		{"deep interpolations", "a = " + many("\"${", 51), nestingTooDeep, 1},
		{"deep heredocs", "a = " + many("<<E\n${", 51), nestingTooDeep, 51},
		{"deep calls", "a = " + many("f(", 101), nestingTooDeep, 1},
		{"deep indices", "a = " + many("b[", 101), nestingTooDeep, 1},
		{"many negations", "a = " + many("!", 1001), expressionTooLong, 1},
		{"many minus signs", "a = " + many("-", 1001), expressionTooLong, 1},
		{"many conditions", "a = " + many("b?c:", 501), expressionTooLong, 1},
		{"many sums", "a = " + many("b+", 1001), expressionTooLong, 1},
		{"many steps", "a = b" + many(".c", 1001), expressionTooLong, 1},
		{"many indices", "a = b" + many("[0]", 1001), expressionTooLong, 1},
		{"many splats", "a = b" + many("[*]", 1001), expressionTooLong, 1},
		{"many attribute splats", "a = b" + many(".*", 501), expressionTooLong, 1},
		{"many name spaces", "a = b" + many("::c", 1001), expressionTooLong, 1},
		{"many template conditions", "a = \"" + many("%{if b}", 1001), expressionTooLong, 1},
		{"many template conditions in a heredoc", "a = <<E\n" + many("%{if b}\n", 1001), expressionTooLong, 1001},
		{"a long chain with newlines in parentheses", "a = (\n" + many("b+\n", 1001), expressionTooLong, 1001},
		{"a long chain with newlines in a for", "a = {for x in y : x =>\n" + many("b+\n", 1001), expressionTooLong, 999},
		{"a chain that continues around brackets", "a = " + many("!!!!!!!!!!!!(", 99), expressionTooLong, 1},
		{"a text of many lines", "a = <<E\n" + many("b\n", 2001), textTooLong, 1},
		{"a text of many parts", "a = \"" + many("$b", 2001), textTooLong, 1},
		{"a long number", "a = 1" + many("0", 100), numberTooLong, 1},
		{"a large exponent", "a = 1e9999", numberTooLong, 1},
		{"a small exponent", "a = 1e-9999", numberTooLong, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			file, diags := Parse([]byte(test.src), "system.hcl")
			if len(diags) != 1 || diags[0].Severity != hcl.DiagError || diags[0].Summary != test.summary {
				t.Fatalf("got %v, want the one error %q", diags, test.summary)
			}
			if subject := diags[0].Subject; subject == nil || subject.Filename != "system.hcl" || subject.Start.Line != test.line {
				t.Errorf("the error is at %v, want line %d", subject, test.line)
			}
			body, ok := file.Body.(*hclsyntax.Body)
			if !ok || len(body.Attributes)+len(body.Blocks) != 0 {
				t.Errorf("the refused file has a body: %#v", body)
			}
			if string(file.Bytes) != test.src {
				t.Error("the refused file lost its text")
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	many := func(s string, n int) string { return strings.Repeat(s, n) }
	tests := []struct{ name, src string }{
		{"a hundred brackets", "a = " + many("[", 100) + many("]", 100)},
		{"a thousand operators", "a = 1" + many("+1", 1000)},
		{"a long list", "a = [" + many("{b = -1, c = \"${d}\"}, ", 5000) + "]"},
		{"a long object", "a = {\n" + many("b = c.d[0]\n", 5000) + "}"},
		{"many arguments", func() string {
			var b strings.Builder
			for i := range 5000 {
				fmt.Fprintf(&b, "a%d = b.c == d ? !e : f(g)\n", i)
			}
			return b.String()
		}()},
		{"many interpolations", "a = \"" + many("${b}-", 1500) + "\""},
		{"slash and star in texts", many("b \"/*\" {\n  c = \"/orders/*\"\n}\n", 500)},
		{"slash and star behind a comment", "/* x */\nb = \"/*\"\n"},
		{"slash and star in line comments", "# /*\n// /*\nb = 1 //*\n"},
		{"a slash, a star and a slash", "/*/ x */ b = 1\n"},
		{"an escaped introducer", "a = \"$${b} %%{c} $d 5% \\\" \\\\\"\n"},
		{"line ends of DOS", "a = 1\r\nb = \"x\"\r\nc {\r\n}\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, diags := Parse([]byte(test.src), "system.hcl"); diags.HasErrors() {
				t.Error(diags)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	known := []string{"regions", "rpo", "rto", "latency_p99", "monthly_budget_usd", "requests_per_second", "stored"}
	tests := []struct{ given, want string }{
		{"regoins", "regions"},
		{"region", "regions"},
		{"Regions", "regions"},
		{"rp", "rpo"},
		{"latency-p99", "latency_p99"},
		{"latency", "latency_p99"},
		{"budget", "monthly_budget_usd"},
		{"requests_per_sec", "requests_per_second"},
		{"r", ""},
		{"rtos", "rto"},
		{"rot", ""},
		{"rpo", ""},
		{"x", ""},
		{"us", ""},
		{"", ""},
		{"availability", ""},
		{strings.Repeat("regions", 100), ""},
	}
	for _, test := range tests {
		want := ""
		if test.want != "" {
			want = fmt.Sprintf(" Did you mean %q?", test.want)
		}
		if got := Suggest(test.given, known); got != want {
			t.Errorf("Suggest(%q) is %q, want %q", test.given, got, want)
		}
	}
	if got := Suggest("x", nil); got != "" {
		t.Errorf("Suggest with nothing known is %q", got)
	}
}
