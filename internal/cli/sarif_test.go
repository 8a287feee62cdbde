package cli

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/guardrails"
)

// TestSARIFIsValid holds a report with everything that can be in one against what the standard requires
// (sections 3.13 to 3.28 and 3.35 of SARIF 2.1.0), and what GitHub requires beyond it: a file for each result.
func TestSARIFIsValid(t *testing.T) {
	o := &checkOptions{dir: "."}
	finding := func(rule, severity, urn, property, source string) guardrails.Finding {
		return guardrails.Finding{
			Rule: rule, Title: "Title of " + rule, Severity: severity, URN: urn, Type: "aws:sqs/queue:Queue", Name: "q",
			Property: property, Message: "it is not so", Remedy: "make it so", Source: source, Controls: []string{"CKV_1"},
		}
	}
	const urn = "urn:pulumi:dev::p::aws:sqs/queue:Queue::q"
	text, err := json.Marshal(o.previewSARIF(&previewResult{
		Diagnostics: []diagnosticJSON{
			{Severity: "warning", Summary: "Odd", Detail: "Very odd.", Range: &rangeJSON{"a b.hcl", posJSON{1, 2}, posJSON{1, 3}}},
			{Severity: "error", Summary: "Unreadable", Detail: "No place."},
		},
		Findings: []guardrails.Finding{
			finding("A.1", "critical", urn, "x", "main.go:29"), finding("A.1", "critical", urn, "y", ""), finding("A.2", "high", urn, "", "infra/q.go"),
			finding("A.3", "medium", urn+"2", "", ""), finding("A.4", "low", urn, "", ""),
			{Rule: "waiver", Title: "Waivers end", Severity: "high", Message: "It expired", Source: "system.hcl:4"},
		},
		Waived: []guardrails.Waived{{Finding: finding("A.2", "high", urn+"3", "", "main.go:3"), Reason: "Because", Until: "2999-01-01", Position: "system.hcl:9"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 || log.Schema == "" {
		t.Fatalf("version %q, %d runs, schema %q", log.Version, len(log.Runs), log.Schema)
	}
	driver := log.Runs[0].Tool.Driver
	if driver.Name != "scaffold" || driver.Version == "" {
		t.Errorf("the tool is %q %q", driver.Name, driver.Version)
	}
	var ids []string
	for _, rule := range driver.Rules {
		ids = append(ids, rule.ID)
		if rule.ShortDescription.Text == "" || !slices.Contains([]string{"error", "warning", "note"}, rule.Configuration.Level) {
			t.Errorf("rule %+v", rule)
		}
	}
	if want := []string{"hcl", "A.1", "A.2", "A.3", "A.4", "waiver"}; !slices.Equal(ids, want) {
		t.Errorf("rules %v; want %v, each once", ids, want)
	}
	results := log.Runs[0].Results
	if len(results) != 9 {
		t.Errorf("%d results; want 9", len(results))
	}
	prints := map[string]bool{}
	for _, r := range results {
		if r.RuleIndex < 0 || r.RuleIndex >= len(driver.Rules) || driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("rule %s at %d", r.RuleID, r.RuleIndex)
		}
		if r.Message.Text == "" || !slices.Contains([]string{"error", "warning", "note"}, r.Level) || len(r.Locations) != 1 {
			t.Errorf("result %+v", r)
			continue
		}
		if prints[r.Fingerprints["scaffold/v1"]] {
			t.Errorf("two results have the fingerprint of %+v", r)
		}
		prints[r.Fingerprints["scaffold/v1"]] = true
		physical := r.Locations[0].Physical
		if physical == nil {
			t.Errorf("no file for %+v", r)
			continue
		}
		if u, err := url.Parse(physical.Artifact.URI); err != nil || u.Path == "" || u.IsAbs() || strings.HasPrefix(u.Path, "/") {
			t.Errorf("the file %q is not relative: %v", physical.Artifact.URI, err)
		}
		if physical.Region != nil && physical.Region.StartLine < 1 {
			t.Errorf("line %d", physical.Region.StartLine)
		}
	}
	first := results[2]
	if p := first.Locations[0].Physical; p.Artifact.URI != "main.go" || p.Region == nil || p.Region.StartLine != 29 {
		t.Errorf("the first finding is at %+v", p)
	}
	if l := results[3].Locations[0]; l.Physical.Region != nil || len(l.Logical) != 1 || l.Logical[0].QualifiedName != urn+"#y" {
		t.Errorf("the second finding is at %+v", l)
	}
	if last := results[8]; len(last.Suppressions) != 1 || !strings.Contains(last.Suppressions[0].Justification, "Because") {
		t.Errorf("the waived finding is %+v", last)
	}
	if len(results[0].Suppressions) != 0 || results[0].Level != "warning" || results[1].Level != "error" {
		t.Errorf("diagnostics %+v", results[:2])
	}
}

// TestEndingKeepsTheEnd: of a flood of output the end is kept.
func TestEndingKeepsTheEnd(t *testing.T) {
	e := &ending{}
	for range 100 {
		if _, err := e.Write(make([]byte, maxOutput/10)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := e.Write([]byte("FAIL")); err != nil {
		t.Fatal(err)
	}
	if text := e.String(); len(text) != maxOutput || !strings.HasSuffix(text, "FAIL") || e.Cap() > 8*maxOutput {
		t.Errorf("%d bytes kept, capacity %d", len(text), e.Cap())
	}
}
