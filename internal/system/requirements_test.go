package system

import (
	"slices"
	"strings"
	"testing"
)

func TestDefinitionsAreSound(t *testing.T) {
	for _, d := range Definitions() {
		t.Run(d.Name, func(t *testing.T) {
			if d.Doc == "" || strings.HasSuffix(d.Doc, ".") || !strings.HasSuffix(d.Because, ".") {
				t.Error("its texts break the style")
			}
			switch v := d.Default.(type) {
			case float64:
				if v < d.Min || v > d.Max || d.Unit == "" || d.Kind != Number && d.Kind != Size && d.Kind != Duration {
					t.Error("its default does not keep to it")
				}
			case string:
				if d.Kind != Text || !slices.Contains(d.OneOf, v) {
					t.Error("its default does not keep to it")
				}
			case []string:
				if d.Kind != Texts {
					t.Error("its default does not keep to it")
				}
			default:
				t.Errorf("its default is a %T", v)
			}
		})
	}
}

// TestDefaultsAsText shows the defaults as they are written.
func TestDefaultsAsText(t *testing.T) {
	var got []string
	for _, r := range (Requirements{}).All() {
		got = append(got, r.Name+" = "+r.Text)
	}
	want := []string{
		"requests_per_second = 10", "peak_factor = 3", "concurrent_users = 100", "read_ratio = 0.8", `stored = "10 GiB"`, `growth_per_month = "1 GiB"`,
		`latency_p99 = "500ms"`, "availability = 99.9", `consistency = "strong"`, `rpo = "5m"`, `rto = "4h"`, `regions = ["us-east-1"]`, "compliance = []",
		"engineers = 5", "monthly_budget_usd = 0",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestRequirementsAreNotShared(t *testing.T) {
	var r Requirements
	r.Texts("regions")[0] = "changed"
	Definitions()[0].Name = "changed"
	if r.Texts("regions")[0] != "us-east-1" || Definitions()[0].Name != "requests_per_second" {
		t.Error("a caller can change the defaults")
	}
}

func TestGetOfAnUnknownRequirementPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	Requirements{}.Number("nonsense")
}
