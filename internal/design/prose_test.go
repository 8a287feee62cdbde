package design_test

import (
	"testing"
)

// TestReasonsAreWrittenForPeople: numbers in texts are as a person would write them.
func TestReasonsAreWrittenForPeople(t *testing.T) {
	for number, want := range map[string]string{
		"41.923":        "41.9",
		"1 / 3":         "0.333",
		"0.183 * 7.12":  "1.3",
		"12345.678":     "12346",
		"38100000.3":    "38100000",
		"4000":          "4000",
		"99.995":        "99.995",
		"100 - 0.05":    "99.95",
		"0.0005":        "0.0005",
		"0.00012345":    "0.000123",
		"-2.71828":      "-2.72",
		"duration(300)": "5m",
		// Rounded up, so that who writes it into system.hcl writes enough.
		"duration(867.4468904594171)": "14m28s",
		"duration(0)":                 "0s",
		"duration(0.0556)":            "55.6ms",
		"duration(59.99)":             "1m",
		"duration(0.2)":               "200ms",
		"duration(1296)":              "21m36s",
		"duration(3600)":              "1h",
		"duration(3601)":              "1h1m",
		"duration(7199.9999)":         "2h",
		"duration(25 * 3600)":         "25h",
		"duration(259201)":            "3d1h",
		"size(2048)":                  "2 TiB",
		`counted(1, "task")`:          "1 task",
		`counted(0, "task")`:          "0 tasks",
		`counted(2, "copy")`:          "2 copies",
		`counted(3, "day")`:           "3 days",
		`counted(1.26789, "vCPU")`:    "1.27 vCPUs",
	} {
		designs := evaluate(t, shop, `
decision "zones" {
  question = "How many?"
  option "three" {
    when    = true
    because = true ? "so ${false ? "not" : "it is ${(`+number+`)}"}" : "never"
  }
  option "two" { because = "Two" }
}
`)
		if got := designs[0].Decisions[0].Chosen.Because; got != "so it is "+want {
			t.Errorf("%s: %q, not %q", number, got, want)
		}
	}
}

// TestBrokenConstraintsExplainWhatCannotBeComputed: where a constraint says why, the size
// that could not be computed is not reported as well.
func TestBrokenConstraintsExplainWhatCannotBeComputed(t *testing.T) {
	const sizes = `
locals {
  class = database_class("postgres", requirements.requests_per_second, 1, 1)
}
`
	diags := problems(t, []byte(head+sizes))
	if len(diags) != 1 || diags[0].Summary != "Invalid function argument" {
		t.Errorf("without a constraint: %v", diags)
	}
	diags = problems(t, []byte(head+sizes+`
constraint "load" {
  holds   = requirements.requests_per_second <= 64
  because = "${requirements.requests_per_second} a second are too many."
  remedy  = "Ask for 64."
  about   = [requirements.requests_per_second]
}
`))
	if len(diags) != 1 || diags[0].Summary != "Requirement the pattern cannot meet" || diags[0].Subject.Filename != "system.hcl" {
		t.Errorf("with a constraint: %v", diags)
	}
}
