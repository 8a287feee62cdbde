package design_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/design"
)

const sized = `
assumption "request_seconds" {
  value   = 0.1
  unit    = "s"
  because = "The 99th percentile is ${duration(requirements.latency_p99)}, and most requests take a fifth"
  source  = "https://example.com/"
}
assumption "per_task" {
  value   = requirements.read_ratio > 0.5 ? 40 : 20
  because = "A reader waits for the store"
  least   = 1
  most    = 1000
}
assumption "codec" {
  value   = "gzip"
  because = "Everybody reads it"
}
locals {
  # What arrives in the worst second.
  peak = requirements.requests_per_second * requirements.peak_factor
  # Busy for seven tenths of the time,
  # so that a queue stays short.
  tasks = tasks(local.peak, assumption.request_seconds, assumption.per_task, 0.7)
  class = database_class("postgres", local.tasks * 0.25, 8, local.tasks * 10)
  zones = decision.zones == "three" ? 3 : 2
  label = "not a size ${local.peak}"
  fixed = 7
  month = price("nat-gateway", "hour") * 730
}
decision "zones" {
  question = "?"
  option "three" {
    when    = requirements.availability >= 99.9
    because = "a"
  }
  option "two" { because = "b" }
}
component "app" "app" {
  net_id = "net"
  mode   = assumption.codec
  env    = { CLASS = local.class, MONTH = local.month, ZONES = local.zones, FIXED = local.fixed }
}
assumption "unused" {
  value   = 1
  because = "Nothing here depends on it"
}
locals {
  unused = local.peak * 2
}
`

func TestSizesCanBeComputedAgain(t *testing.T) {
	d := evaluate(t, shop, sized)[1] // prod: 5000 requests/s, peak factor 3
	var got []string
	for _, s := range d.Sizes {
		var facts []string
		for _, f := range s.Facts {
			facts = append(facts, f.Name+" is "+f.Value)
		}
		got = append(got, fmt.Sprintf("%s = %s = %s; %s | %s | %d sources", s.Name, s.Expression, s.Value, strings.Join(facts, ", "), s.Comment, len(s.Sources)))
	}
	// 15000 * 0.1 / (40 * 0.7) = 53.6; 54 * 0.25 vCPUs are 13.5, more than a 2xlarge has.
	want := []string{
		"peak = requirements.requests_per_second * requirements.peak_factor = 15000; requirements.requests_per_second is 5000, requirements.peak_factor is 3 | What arrives in the worst second. | 0 sources",
		"tasks = tasks(local.peak, assumption.request_seconds, assumption.per_task, 0.7) = 54; local.peak is 15000, assumption.request_seconds is 0.1, assumption.per_task is 40 | Busy for seven tenths of the time, so that a queue stays short. | 1 sources",
		`class = database_class("postgres", local.tasks * 0.25, 8, local.tasks * 10) = db.m7g.4xlarge; local.tasks is 54 |  | 1 sources`,
		`zones = decision.zones == "three" ? 3 : 2 = 3; decision.zones is three |  | 0 sources`,
		`month = price("nat-gateway", "hour") * 730 = 32.85; price("nat-gateway", "hour") is 0.045 |  | 1 sources`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAssumptionsAreListed(t *testing.T) {
	d := evaluate(t, shop+"assume {\n  per_task = 10\n}\n", sized)[1]
	var got []string
	for _, a := range d.Assumptions {
		got = append(got, fmt.Sprintf("%s = %s %s: %s (%s) %v at %d", a.Name, a.Literal, a.Unit, a.Because, a.Source, a.Assumed(), a.Written.Line))
	}
	want := []string{
		"request_seconds = 0.1 s: The 99th percentile is 500ms, and most requests take a fifth (https://example.com/) true at 0",
		"per_task = 10 : A reader waits for the store () false at 19",
		`codec = "gzip" : Everybody reads it () true at 0`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if tasks := d.Sizes[1]; tasks.Name != "tasks" || tasks.Value != "215" { // 1500 / (10 * 0.7) = 214.3
		t.Errorf("with 10 requests a task, %s is %s", tasks.Name, tasks.Value)
	}
}

func TestAssumptionsOfTheTeamAreChecked(t *testing.T) {
	for text, want := range map[string]string{
		"request_second = 1":     `Unknown assumption; The pattern "test" has no assumption "request_second"; it has request_seconds, per_task, codec, unused. Did you mean "request_seconds"?`,
		`request_seconds = "1"`:  `Wrong type; The assumption "request_seconds" is a number; write it without quotes, like request_seconds = 0.1.`,
		"codec = 3":              `Wrong type; The assumption "codec" is a text; write it in quotes, like codec = "gzip".`,
		"request_seconds = -0.1": `Assumption out of range; The assumption "request_seconds" is a number from 0 on. Write one, or leave it out: the blueprint assumes 0.1.`,
		"per_task = 2000":        `Assumption out of range; The assumption "per_task" is a number from 1 to 1000. Write one, or leave it out: the blueprint assumes 40.`,
	} {
		s, b, lib := parse(t, shop+"assume {\n  "+text+"\n}\n", head+sized)
		_, diags := design.All(s, b, lib)
		if len(diags) != 1 || diags[0].Summary+"; "+diags[0].Detail != want {
			t.Errorf("%s: got %v\nwant %s", text, diags, want)
		} else if diags[0].Subject.Filename != "system.hcl" {
			t.Errorf("%s: is reported at %s", text, diags[0].Subject)
		}
	}
	s, b, lib := parse(t, shop+"assume {\n  x = 1\n}\n", head)
	if _, diags := design.All(s, b, lib); len(diags) != 1 || !strings.Contains(diags[0].Detail, "assumes nothing that could be replaced") {
		t.Errorf("got %v", diags)
	}
}

// TestFlipsThroughAssumptions: a requirement that only an assumption looks at counts too,
// and the team's value stands in its place.
func TestFlipsThroughAssumptions(t *testing.T) {
	const text = head + `
assumption "budget" {
  value   = requirements.monthly_budget_usd + 100
  because = "x"
}
locals {
  rich = assumption.budget
}
decision "cache" {
  question = "?"
  option "yes" {
    when    = local.rich >= 600
    because = "a"
  }
  option "no" { because = "b" }
}
`
	flips := func(systemText string) []string {
		s, b, _ := parse(t, systemText, text)
		var list []string
		for _, f := range design.Flips(s, s.Environments[0], b) {
			list = append(list, fmt.Sprintf("%s %s %s %v", f.Option, f.Requirement, f.Text, f.Above))
		}
		return list
	}
	budget := strings.Replace(shop, "  availability", "  monthly_budget_usd = 50\n  availability", 1)
	if got := flips(budget); !slices.Equal(got, []string{"yes monthly_budget_usd 500 true"}) {
		t.Errorf("got %v", got)
	}
	if got := flips(budget + "assume {\n  budget = 700\n}\n"); len(got) != 0 {
		t.Errorf("the team's value does not depend on the budget: %v", got)
	}
}

func TestExtendReplacesAssumptions(t *testing.T) {
	_, base, _ := parse(t, shop, head+sized)
	_, b, _ := parse(t, shop, "blueprint \"own\" {\n  extends = \"test\"\n}\nassumption \"per_task\" {\n  value   = 5\n  because = \"We measured\"\n}\nassumption \"new\" {\n  value   = 1\n  because = \"x\"\n}\n")
	extended := b.Extend(base)
	if len(extended.Assumptions) != 5 || extended.Assumptions[1] != b.Assumptions[0] || extended.Assumptions[4].Name != "new" || len(base.Assumptions) != 4 {
		t.Errorf("got %v", extended.Assumptions)
	}
}

// TestFunctionsAreDocumented: every sizing function says its formula and can be listed.
func TestFunctionsAreDocumented(t *testing.T) {
	for i, f := range design.Functions {
		if f.Name == "" || f.Doc == "" || i > 0 && design.Functions[i-1].Name >= f.Name {
			t.Errorf("%q: %q is not documented, or out of order", f.Name, f.Doc)
		}
	}
	at := slices.IndexFunc(design.Functions, func(f design.Function) bool { return f.Name == "tasks" })
	if f := design.Functions[at]; !strings.Contains(f.Source, "Little") || f.Signature() != "tasks(requests_per_second, seconds_per_request, requests_per_task, utilization)" {
		t.Errorf("got %s from %s", f.Signature(), f.Source)
	}
	at = slices.IndexFunc(design.Functions, func(f design.Function) bool { return f.Name == "class_price" })
	if got := design.Functions[at].Signature(); got != "class_price(class, engine...)" {
		t.Errorf("got %s", got)
	}
}
