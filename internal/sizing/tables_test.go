package sizing

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	key = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	// What a page says of its date: a day, a month, a year; "undated" where it says none.
	dated    = regexp.MustCompile(`^(20\d\d|undated)`)
	atSource = regexp.MustCompile(`^https://[a-z0-9.]+/`)
	internal = regexp.MustCompile(`(?i)find_string|corpus|/work|/home|\bid \d`)
)

func TestTables(t *testing.T) {
	for name, facts := range map[string][]Fact{"sla": SLAs(), "quota": Quotas(), "price": Prices()} {
		if len(facts) < 30 {
			t.Errorf("%s has only %d rows", name, len(facts))
		}
		for i, f := range facts {
			at := name + " " + f.Service + " " + f.Name
			if !key.MatchString(f.Service) || !key.MatchString(f.Name) {
				t.Errorf("%s: a key is made of lower-case letters, digits and hyphens", at)
			}
			if i > 0 && facts[i-1].Service+" "+facts[i-1].Name >= f.Service+" "+f.Name {
				t.Errorf("%s is out of order or there twice", at)
			}
			if f.Value <= 0 || f.Unit == "" && name == "sla" || name == "sla" && f.Value > 100 {
				t.Errorf("%s: %v %s", at, f.Value, f.Unit)
			}
			provenance(t, at, f.AsOf, f.Confidence, f.Source)
		}
	}
	for i, c := range Classes() {
		if c.VCPUs < 1 || c.MemoryGiB <= 0 || c.USDPerHour <= 0 || c.Sustained() <= 0 || c.Sustained() > c.VCPUs {
			t.Errorf("%s: %v", c.Name, c)
		}
		if i > 0 && Classes()[i-1].Kind+" "+Classes()[i-1].Name >= c.Kind+" "+c.Name {
			t.Errorf("%s is out of order or there twice", c.Name)
		}
		provenance(t, c.Name, c.AsOf, c.Confidence, c.Source)
	}
	if !slices.IsSortedFunc(Regions(), func(a, b Region) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the regions are out of order")
	}
	for _, r := range Regions() {
		if r.Latitude < -60 || r.Latitude > 70 || r.Longitude < -180 || r.Longitude > 180 {
			t.Errorf("%s: %v", r.Name, r)
		}
		provenance(t, r.Name, r.AsOf, r.Confidence, r.Location)
	}
}

func provenance(t *testing.T, at, asOf, confidence, source string) {
	t.Helper()
	if !dated.MatchString(asOf) || confidence == "" || !atSource.MatchString(source) || internal.MatchString(source) {
		t.Errorf("%s: as of %q, confidence %q, source %q", at, asOf, confidence, source)
	}
}
