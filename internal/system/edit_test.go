package system

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/archimperative/scaffold/internal/source"
)

const edited = `# The shop.
system "shop" {
  pattern = "monolith" # for now
}

requirements {
  availability   = 99.9      # three nines
  regions        = ["us-east-1",
    "us-west-2"]
  /* odd */ rpo =   "5m"
}

service "orders" {
  image = "a/b:1"
}

store "orders" { model = "relational" }
store "files" {}

environment "prod" {
  preset = "production"
  requirements { requests_per_second = 2000 }
}
`

func TestEdit(t *testing.T) {
	replace := func(pairs ...string) string {
		result := edited
		for i := 0; i < len(pairs); i += 2 {
			if strings.Count(result, pairs[i]) != 1 {
				t.Fatalf("%q stands %d times in the text", pairs[i], strings.Count(result, pairs[i]))
			}
			result = strings.Replace(result, pairs[i], pairs[i+1], 1)
		}
		return result
	}
	tests := []struct {
		name        string
		assignments []string
		want        string
	}{
		{"nothing", nil, edited},
		{"a number", []string{"requirements.availability=99.99"}, replace("99.9 ", "99.99 ")},
		{"a number with spaces", []string{" requirements.availability = 99.99 "}, replace("99.9 ", "99.99 ")},
		{"a text without quotes", []string{"requirements.rpo=1m"}, replace(`=   "5m"`, `=   "1m"`)},
		{"a text with quotes", []string{`requirements.rpo="1m"`}, replace(`=   "5m"`, `=   "1m"`)},
		{"a list", []string{`requirements.regions=["eu-west-1"]`}, replace("[\"us-east-1\",\n    \"us-west-2\"]", `["eu-west-1"]`)},
		{"a list without brackets", []string{`requirements.regions=eu-west-1, eu-west-2`}, replace("[\"us-east-1\",\n    \"us-west-2\"]", `["eu-west-1", "eu-west-2"]`)},
		{"an empty list", []string{`requirements.regions=`}, replace("[\"us-east-1\",\n    \"us-west-2\"]", `[]`)},
		{"the last wins", []string{"system.pattern=a", "system.pattern=b"}, replace(`"monolith"`, `"b"`)},
		{"a text that needs escapes", []string{"system.pattern=a\"b\\c\n${d}%{e}$f"}, replace(`"monolith"`, `"a\"b\\c\n$${d}%%{e}$f"`)},
		{"a text that looks like a number", []string{"system.pattern=3"}, replace(`"monolith"`, `"3"`)},
		{"a text that looks like an argument", []string{"system.pattern=\"a\"\nowner = \"b\""}, replace(`"monolith"`, `"\"a\"\nowner = \"b\""`)},
		{"a text with a comment", []string{`system.pattern="a" # b`}, replace(`"monolith"`, `"\"a\" # b"`)},
		{"a number that is none", []string{"requirements.availability=high"}, replace("99.9 ", `"high" `)},
		{"a value with an equals sign", []string{"system.pattern=a=b"}, replace(`"monolith"`, `"a=b"`)},
		{"a new argument", []string{"system.owner=team-x"}, replace("# for now\n", "# for now\n  owner   = \"team-x\"\n")},
		{"a longer new argument", []string{"system.description=x"}, replace("# for now\n", "# for now\n  description = \"x\"\n")},
		{"a new argument behind an odd line", []string{"requirements.rto=1h"}, replace("\"5m\"\n", "\"5m\"\n  rto = \"1h\"\n")},
		{"a value in a block of one line", []string{"store.orders.model=document"}, replace(`"relational"`, `"document"`)},
		{"a new argument in an empty block", []string{"store.files.model=object"}, replace("{}", "{\n  model = \"object\"\n}")},
		{"a nested value", []string{"environment.prod.requirements.requests_per_second=3000"}, replace("2000", "3000")},
		{
			"a new argument in a nested block of one line", []string{"environment.prod.requirements.rpo=5m"},
			replace("{ requests_per_second = 2000 }", "{\n    requests_per_second = 2000\n    rpo                 = \"5m\"\n  }"),
		},
		{"a new argument before a nested block", []string{"environment.prod.domain=example.com"}, replace("\"production\"\n", "\"production\"\n  domain = \"example.com\"\n")},
		{"a new block", []string{"decide.bus=stream"}, edited + "\ndecide {\n  bus = \"stream\"\n}\n"},
		{"a new block and more in it", []string{"decide.bus=stream", "decide.store=one"}, edited + "\ndecide {\n  bus = \"stream\"\n  store = \"one\"\n}\n"},
		{"a number that is assumed", []string{"assume.request_seconds=0.3"}, edited + "\nassume {\n  request_seconds = 0.3\n}\n"},
		{"a text that is assumed", []string{"assume.codec=zstd"}, edited + "\nassume {\n  codec = \"zstd\"\n}\n"},
		{"an assumed value again", []string{"assume.codec=zstd", "assume.codec=\"1\""}, edited + "\nassume {\n  codec = \"1\"\n}\n"},
		{"a new event", []string{"event.x.ordered=true"}, edited + "\nevent \"x\" {\n  ordered = true\n}\n"},
		{"a new service", []string{"service.mail.image=c/d:2"}, edited + "\nservice \"mail\" {\n  image = \"c/d:2\"\n}\n"},
		{"a new environment", []string{"environment.dev.preset=sandbox"}, edited + "\nenvironment \"dev\" {\n  preset = \"sandbox\"\n}\n"},
		{
			"a nested value in a new environment", []string{"environment.dev.requirements.rpo=1d"},
			edited + "\nenvironment \"dev\" {\n  requirements {\n    rpo = \"1d\"\n  }\n}\n",
		},
		{"a waiver", []string{"waive.RDS.7.reason=It is so"}, edited + "\nwaive \"RDS.7\" {\n  reason = \"It is so\"\n}\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, diags := Edit([]byte(edited), "system.hcl", test.assignments)
			if len(diags) > 0 {
				t.Fatal(errorsOf(diags))
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
			if _, diags := source.Parse(got, "system.hcl"); diags.HasErrors() {
				t.Error(errorsOf(diags))
			}
		})
	}
}

func TestEditOfOtherTexts(t *testing.T) {
	const least = "system \"shop\" {\n}\n"
	tests := []struct{ name, src, assignment, want string }{
		{"an empty file", "", "requirements.rpo=5m", "requirements {\n  rpo = \"5m\"\n}\n"},
		{"an empty block", least, "system.owner=x", "system \"shop\" {\n  owner = \"x\"\n}\n"},
		{"no line end", "system \"shop\" {\n}", "decide.a=b", least + "\ndecide {\n  a = \"b\"\n}\n"},
		{"a comment behind a brace", "system \"shop\" { # x\n}\n", "system.owner=x", "system \"shop\" { # x\n  owner = \"x\"\n}\n"},
		{
			"a comment over two lines", "system \"shop\" {\n  owner = \"x\" /* a\n b */ # c\n /* d\n */ }\n", "system.pattern=y",
			"system \"shop\" {\n  owner = \"x\" /* a\n b */ # c\n  pattern = \"y\"\n /* d\n */ }\n",
		},
		{
			"a list over lines in a block of one", "service \"a\" { calls = [\n\"b\"] }\n", "service.a.port=1",
			"service \"a\" {\n  calls = [\n\"b\"]\n  port  = 1\n}\n",
		},
		{"line ends of DOS", "system \"shop\" {\r\n  owner = \"a\"\r\n}\r\n", "system.domain=b.c", "system \"shop\" {\r\n  owner = \"a\"\r\n  domain = \"b.c\"\r\n}\r\n"},
		{"a byte order mark", "\ufeffsystem \"shop\" {\n  owner = \"a\"\n}\n", "system.owner=b", "\ufeffsystem \"shop\" {\n  owner = \"b\"\n}\n"},
		{"a heredoc", "system \"shop\" {\n  owner = <<E\na\nE\n  # b\n}\n", "system.owner=b", "system \"shop\" {\n  owner = \"b\"\n  # b\n}\n"},
		{"behind a heredoc", "system \"shop\" {\n  description = <<E\na\nE\n  # b\n}\n", "system.owner=b", "system \"shop\" {\n  description = <<E\na\nE\n  owner       = \"b\"\n  # b\n}\n"},
		{"the second of two blocks", "decide {\n  a = \"b\"\n}\ndecide {\n  c = \"d\"\n}\n", "decide.c=e", "decide {\n  a = \"b\"\n}\ndecide {\n  c = \"e\"\n}\n"},
		{
			"an environment that was assumed", least, "environment.prod.preset=sandbox",
			least + "\nenvironment \"dev\" {\n  preset = \"sandbox\"\n}\n\nenvironment \"prod\" {\n  preset = \"sandbox\"\n}\n",
		},
		{
			"a nested value of an environment that was assumed", least, "environment.dev.requirements.rpo=1d",
			least + "\nenvironment \"dev\" {\n  preset = \"sandbox\"\n  requirements {\n    rpo = \"1d\"\n  }\n}\n\nenvironment \"prod\" {\n  preset = \"production\"\n}\n",
		},
		{
			"a third environment", least, "environment.staging.preset=sandbox",
			least + "\nenvironment \"dev\" {\n  preset = \"sandbox\"\n}\n\nenvironment \"prod\" {\n  preset = \"production\"\n}\n\nenvironment \"staging\" {\n  preset = \"sandbox\"\n}\n",
		},
		{
			"the service that was assumed", least + "store \"a\" {}\n", "service.shop.image=a/b",
			least + "store \"a\" {}\n\nservice \"shop\" {\n  stores = [\"a\"]\n  image = \"a/b\"\n}\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, diags := Edit([]byte(test.src), "system.hcl", []string{test.assignment})
			if len(diags) > 0 {
				t.Fatal(errorsOf(diags))
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEditRefuses(t *testing.T) {
	tests := []struct{ assignment, summary, hint string }{
		{"", invalidAssignment, "Write it like"},
		{"requirements.rpo", invalidAssignment, "Write it like"},
		{"=5", invalidAssignment, "Write it like"},
		{"system.owner=\xff", invalidAssignment, "Write it like"},
		{"system.owner=" + strings.Repeat("x", 20_000), invalidAssignment, "Write it like"},
		{"decide.a b=c", invalidAssignment, "not a name"},
		{"requirement.rpo=5m", unknownSetting, `Did you mean "requirements"?`},
		{"requirements.rpp=5m", unknownSetting, `Did you mean "rpo"?`},
		{"requirements=5m", unknownSetting, "written like requirements.requests_per_second=…"},
		{"requirements.a.rpo=5m", unknownSetting, "written like"},
		{"system.shop.owner=a", unknownSetting, "written like system.pattern=…"},
		{"service.image=a", unknownSetting, "written like service.NAME.image=…"},
		{"waive.reason=a", unknownSetting, "written like waive.RDS.7.reason=…"},
		{"service.order.image=a", unknownSetting, `Did you mean "orders"?`},
		{"service.orders.imgae=a", unknownSetting, `Did you mean "image"?`},
		{"environment.prod.requirements.rpp=5m", unknownSetting, `Did you mean "rpo"?`},
		{"service.New_One.image=a", invalidAssignment, `For example "new-one".`},
		{"waive.a b.reason=a", invalidAssignment, "identifier of a control"},
		{"store.${x}.model=graph", invalidAssignment, "name of a store"},
	}
	for _, test := range tests {
		got, diags := Edit([]byte(edited), "system.hcl", []string{test.assignment})
		if string(got) != edited {
			t.Errorf("%q changed the text", test.assignment)
		}
		if len(diags) != 1 || diags[0].Summary != test.summary || !strings.Contains(diags[0].Detail, test.hint) ||
			!strings.Contains(diags[0].Detail, clip(test.assignment[:min(len(test.assignment), 10)])) && test.assignment != "system.owner=\xff" {
			t.Errorf("%q: want %s with %s, got %v", test.assignment, test.summary, test.hint, diags)
		}
	}
}

func TestEditAppliesTheOthers(t *testing.T) {
	got, diags := Edit([]byte(edited), "system.hcl", []string{"system.ownr=a", "system.pattern=b", "nothing"})
	if len(diags) != 2 || !strings.Contains(string(got), `pattern = "b"`) {
		t.Errorf("%v\n%s", diags, got)
	}
}

func TestEditLeavesUnsoundTextAlone(t *testing.T) {
	const src = "system \"shop\" {\n  owner = \n}\n"
	got, diags := Edit([]byte(src), "system.hcl", []string{"system.owner=a", "system.owner=b"})
	if string(got) != src || len(diags) != 1 || diags[0].Subject == nil {
		t.Errorf("%v\n%s", diags, got)
	}
	if _, diags := Edit(nil, "system.hcl", []string{"system.owner=a"}); len(diags) != 1 || diags[0].Summary != unknownSetting {
		t.Errorf("a file without a system: %v", diags)
	}
}

// FuzzQuote reads every text back as it was.
func FuzzQuote(f *testing.F) {
	for _, text := range []string{"", "a", "\"\\\n\r\t\x00\x7f", "${a}", "$${a}", "$$${", "%{a}", "%", "$", "é", "\u2028"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		if len(text) > 1000 {
			t.Skip()
		}
		file, diags := source.Parse([]byte("a = "+quote(text)+"\n"), "f")
		if diags.HasErrors() {
			t.Fatalf("%s: %v", quote(text), diags)
		}
		v, diag := literal(file.Body.(*hclsyntax.Body).Attributes["a"].Expr)
		if diag != nil {
			t.Fatal(diag)
		}
		if got := v.AsString(); got != text && !sameText(got, text) {
			t.Errorf("%q is written as %s and read as %q", text, quote(text), got)
		}
	})
}

// sameText says whether two texts differ in their normal form alone: cty composes characters.
func sameText(a, b string) bool {
	return strings.Count(a, "{") == strings.Count(b, "{") && strings.Count(a, "$") == strings.Count(b, "$") &&
		strings.Count(a, "%") == strings.Count(b, "%") && strings.ContainsFunc(b, func(r rune) bool { return r > 0x7f })
}
