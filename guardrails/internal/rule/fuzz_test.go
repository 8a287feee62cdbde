package rule

import (
	"testing"

	"github.com/archimperative/scaffold/recorder/recording"
)

// few is a program of the resources of one case.
type few struct{ rec *recording.Recording }

func (f few) Resources(kind string) []*recording.Resource {
	var found []*recording.Resource
	for _, res := range f.rec.Resources {
		if Kind(res.Type) == kind {
			found = append(found, res)
		}
	}
	return found
}

func (f few) Named(kind, text string) []*recording.Resource {
	var found []*recording.Resource
	for _, res := range f.Resources(kind) {
		if text != "" && (res.ID == text || res.Outputs["arn"] == text) {
			found = append(found, res)
		}
	}
	return found
}

func (f few) Get(urn string) *recording.Resource { return f.rec.Get(urn) }

func (f few) Region(*recording.Resource) string { return f.rec.Region }

// No text makes the parser panic, and what parses can be evaluated for its own cases, broken, and evaluated again.
// (The target stands here and not in package guardrails, whose tests link Pulumi: instrumenting that takes minutes.)
func FuzzRules(f *testing.F) {
	const about = "title = \"t\"\n resource = \"aws:sqs/queue:Queue\"\n remedy = \"r\"\n severity = \"low\"\n"
	const cases = "pass \"p\" { self = { x = true } }\n fail \"f\" { self = { x = false } }\n"
	for _, seed := range []string{
		"guardrail \"R\" {\n" + about + "require = self.x\n message = \"m ${self.y}\"\n" + cases + "}\n",
		"guardrail \"R\" {\n" + about + `when = length(referrers("aws:sqs/queue:Queue", "a.b[0]")) == 0
 require = alltrue([for k, v in self.x : refers(v, "aws:sqs/queue:Queue")[0]._name == k]) && length(statements(self.p)) > 0 ? true : json(self.j)[*].a != try(self.z, null)
 message = "m"` + "\n" + cases + "}\n",
		"guardrail \"R\" {\n" + about + "require = self.x\n message = self\n" + cases + `fail "g" {
  self = { a = self.arn, b = resource.q.id, c = unknown }
  resource "aws:sqs/queue:Queue" "q" { x = jsonencode({ y = self.url }) }
}
break {
  x    = self.y
  also = ["x"]
}
}
`,
		"not_applicable {\n controls = [\"A\"]\n because = \"b\"\n}\n",
	} {
		if _, diags := Parse([]byte(seed), "seed.hcl"); diags.HasErrors() {
			f.Fatal(diags) // it would lead nowhere
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, diags := Parse([]byte(text), "own.hcl")
		if diags.HasErrors() {
			return
		}
		for _, r := range file.Rules {
			for _, c := range r.Cases {
				NewEvaluator(few{c.Recording}).Check(r, c.Self)
				for _, mutant := range r.Mutants(c.Recording, c.Self) {
					if res := mutant.Get(c.Self.URN); res != nil {
						NewEvaluator(few{mutant}).Check(r, res)
					}
				}
			}
		}
	})
}
