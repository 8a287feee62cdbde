package guardrails

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
)

// caseResult evaluates a rule for one of its cases.
func caseResult(r *rule.Rule, c *rule.Case) rule.Result {
	return rule.NewEvaluator(&lookup{program: newProgram(c.Recording), inRegion: c.Recording.Region}).Check(r, c.Self)
}

// TestRules runs the cases of every rule that comes with scaffold: a case that passes has no finding, one that
// fails has one, and of one that is unknown the rule cannot tell. Subtests are file/rule/case, so
// that -run 'TestRules/rds/RDS.3' runs those of one rule.
func TestRules(t *testing.T) {
	names, err := fs.Glob(embedded, "rules/*.hcl")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no rules:", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(name, "rules/"), ".hcl"), func(t *testing.T) {
			text, err := embedded.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			file, diags := rule.Parse(text, name)
			for _, d := range diags {
				t.Error(d)
			}
			for _, r := range file.Rules {
				t.Run(r.Name, func(t *testing.T) {
					passed := false
					for _, c := range r.Cases {
						t.Run(string(c.Kind)+" "+c.Name, func(t *testing.T) {
							got := caseResult(r, c)
							passed = passed || got.Verdict == rule.Pass
							if got.Verdict != c.Kind && !(c.Kind == rule.Pass && got.Verdict == rule.NotApplied) {
								t.Errorf("%s: the verdict is %q, want %q: %s", c.Range, got.Verdict, c.Kind, got.Message)
							}
						})
					}
					if !passed && !t.Failed() {
						t.Errorf("%s: in no case does the rule apply and hold: add one", r.Range)
					}
				})
			}
		})
	}
}
