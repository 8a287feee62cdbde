package guardrails

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// Each mistake in a file of rules has a diagnostic that says what is wrong, at the line where it is.
func TestMistakesInRules(t *testing.T) {
	whole := ruleText("R", "require = self.x\n  message = \"m\"")
	for name, c := range map[string]struct {
		text string
		want string // line: a part of the message
	}{
		"attribute":        {strings.Replace(whole, "severity", "severty = 1\n  severity", 1), `6: There is no "severty" in a rule; it has title, resource, property, when, require, message, remedy, severity, controls. Did you mean "severity"?`},
		"block":            {"rule \"x\" {}\n", `1: A file of rules has no block "rule"; it has guardrail and not_applicable.`},
		"function":         {strings.Replace(whole, "self.x", "lenght(self.x) == 1", 1), `7: There is no function "lenght". Did you mean "length"?`},
		"arguments":        {strings.Replace(whole, "self.x", "contains(self.x)", 1), `7: contains takes 2 arguments; this has 1.`},
		"root":             {strings.Replace(whole, "self.x", "selff.x", 1), `7: There is no "selff" here; there are self, resource, and the variables of for expressions. Did you mean "self"?`},
		"fact":             {strings.Replace(whole, "self.x", "resource.nam == 1", 1), `7: Of a resource a rule can ask name, protect, region, type, urn. Its inputs are below self. Did you mean "name"?`},
		"severity":         {strings.Replace(whole, `"low"`, `"hig"`, 1), `6: "hig" is no severity; one of critical, high, medium, low is needed. Did you mean "high"?`},
		"token":            {strings.Replace(whole, `"aws:sqs/queue:Queue"`, `"aws_sqs_queue"`, 1), `3: "aws_sqs_queue" is no type of a resource`},
		"token of a call":  {strings.Replace(whole, "self.x", `refers(self.x, "key") == []`, 1), `7: "key" is no type of a resource`},
		"call":             {strings.Replace(whole, "self.x", `refers(self.x, self.y) == []`, 1), `7: It is written as: refers(self.kmsKeyId, "aws:kms/key:Key")`},
		"path of a call":   {strings.Replace(whole, "self.x", `referrers("aws:sqs/queue:Queue", ".") == []`, 1), `7: "." is no path of an input`},
		"no passing case":  {strings.Replace(whole, `pass "p" { self = { x = true } }`, "", 1), `1: A rule needs a case that passes and one that fails`},
		"no failing case":  {strings.Replace(whole, `fail "f" { self = { x = false } }`, "", 1), `1: A rule needs a case that passes and one that fails`},
		"case twice":       {strings.Replace(whole, `fail "f"`, `fail "f" { self = {} }`+"\n"+`fail "f"`, 1), `11: The rule has another case fail "f".`},
		"case without":     {strings.Replace(whole, `{ self = { x = true } }`, `{ }`, 1), `9: This block needs "self".`},
		"case of relation": {strings.Replace(whole, `x = true`, `x = refers("a", "b")`, 1), `9: refers looks at a program, which a case describes`},
		"case refers":      {strings.Replace(whole, `x = true`, `x = resource.key.arn`, 1), `9: The case has no resource "key".`},
		"no title":         {strings.Replace(whole, `title    = "Titled"`, "", 1), `1: This block needs "title".`},
		"computed title":   {strings.Replace(whole, `"Titled"`, "self.x", 1), `2: Write title as a text in quotes`},
		"rule twice":       {whole + whole, `12: The rule "R" stands already at own/own.hcl:1.`},
		"an invariant":     {strings.Replace(whole, `"R"`, `"I4"`, 1), `1: "I4" is the name of a wiring invariant`},
		"contradiction":    {whole + "not_applicable {\n  controls = [\"r\"]\n  because = \"x\"\n}\n", `12: The control "r" is said not to be applicable, but the rule "R" at own/own.hcl:1 implements it.`},
		"syntax":           {"guardrail {", `1: `},
	} {
		_, diags := load([]Folder{{Path: "own", Files: fstest.MapFS{"own.hcl": {Data: []byte(c.text)}}}})
		var got []string
		for _, d := range diags {
			got = append(got, fmt.Sprintf("%d: %s", d.Subject.Start.Line, d.Detail))
		}
		if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, c.want) }) {
			t.Errorf("%s: got\n\t%s\nwant\n\t%s", name, strings.Join(got, "\n\t"), c.want)
		}
	}
}

// An organisation's rule replaces one of the same name, and stands beside the others.
func TestLaterFoldersReplaceRules(t *testing.T) {
	folder := func(path, message string, more ...string) Folder {
		text := ruleText("RDS.3", "require = self.x\n  message = \""+message+"\"")
		for _, name := range more {
			text += ruleText(name, "require = self.x\n  message = \"m\"")
		}
		return Folder{Path: path, Files: fstest.MapFS{"a.hcl": {Data: []byte(text)}, "notes.txt": {Data: []byte("{")}}}
	}
	rules, diags := load([]Folder{folder("first", "old", "RDS.10"), folder("second", "new", "RDS.2")})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	var names []string
	for _, r := range rules.rules {
		names = append(names, r.Name+" "+r.Range.Filename)
	}
	if want := []string{"RDS.2 second/a.hcl", "RDS.3 second/a.hcl", "RDS.10 first/a.hcl"}; !slices.Equal(names, want) {
		t.Errorf("got %v, want %v", names, want)
	}
	if _, ok := rules.Files()["second/a.hcl"]; !ok {
		t.Error("the text of the file is not there for its diagnostics")
	}
	with, diags := Load(folder("own", "m", "ACME.1"))
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if controls := with.Controls(); !slices.Contains(controls, "ACME.1") || !slices.Contains(controls, Embedded().rules[0].Name) {
		t.Error("an organisation's rules do not stand beside the embedded ones")
	}
}
