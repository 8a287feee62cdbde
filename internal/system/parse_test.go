package system

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
)

// ignoreRanges leaves the places out of a comparison.
var ignoreRanges = cmp.Options{
	cmpopts.IgnoreTypes(hcl.Range{}),
	cmpopts.IgnoreTypes(map[string]hcl.Range{}),
	cmpopts.IgnoreUnexported(Requirements{}),
	cmpopts.EquateEmpty(),
}

func TestParseReadsEveryArgument(t *testing.T) {
	s, diags := Parse(read(t, "testdata/valid/guide.hcl"), "guide.hcl")
	if len(diags) > 0 {
		t.Fatal(errorsOf(diags))
	}
	want := &System{
		Name: "shop", Pattern: "event-driven", Owner: "team-commerce", Domain: "shop.example.com",
		Description: "Orders, payments and notifications of the web shop",
		Services: []*Service{
			{
				Name: "orders", Image: "ghcr.io/acme/orders:1.4", Port: 8080, Path: "/orders", Health: "/orders/health", CPU: 512, Memory: 2,
				Publishes: []string{"order-placed"}, Consumes: []string{"payment-settled"}, Stores: []string{"orders"}, Calls: []string{"billing"},
			},
			{
				Name: "billing", Image: PlaceholderImage, Port: 8080, Health: "/",
				Publishes: []string{"payment-settled"}, Consumes: []string{"order-placed"},
			},
		},
		Stores: []*Store{{Name: "orders", Model: "relational"}},
		Events: []*Event{
			{Name: "order-placed", Publishers: []string{"orders"}, Consumers: []string{"billing"}},
			{Name: "payment-settled", Publishers: []string{"billing"}, Consumers: []string{"orders"}},
		},
		Environments: []*Environment{
			{Name: "dev", Preset: "sandbox", Domain: "dev.shop.example.com"},
			{Name: "prod", Preset: "production", Domain: "shop.example.com"},
		},
		Decide:  []Override{{Decision: "bus", Option: "stream"}},
		Waivers: []Waiver{{Control: "RDS.7", Reason: "Legacy client without IAM support", Until: "2027-01-01"}},
		Assumptions: []Assumption{
			{What: "service.billing.image", Value: `"` + PlaceholderImage + `"`},
			{What: "service.billing.port", Value: "8080"},
			{What: "service.billing.health", Value: `"/"`},
		},
	}
	if diff := cmp.Diff(want, s, ignoreRanges, cmpopts.IgnoreFields(Assumption{}, "Because")); diff != "" {
		t.Error(diff)
	}

	written := map[string]any{
		"requests_per_second": 800.0, "peak_factor": 5.0, "concurrent_users": 20000.0, "read_ratio": 0.9, "stored": 200.0,
		"growth_per_month": 20.0, "latency_p99": 0.2, "availability": 99.95, "consistency": "strong", "rpo": 300.0, "rto": 3600.0,
		"regions": []string{"eu-central-1", "eu-west-1"}, "compliance": []string{"gdpr"}, "engineers": 12.0, "monthly_budget_usd": 3000.0,
	}
	for _, r := range s.Requirements.All() {
		if diff := cmp.Diff(written[r.Name], r.Value); diff != "" || r.Assumed {
			t.Errorf("%s: assumed %v, %s", r.Name, r.Assumed, diff)
		}
	}
	if got := s.For(s.Environments[0]).Number("requests_per_second"); got != 800 {
		t.Errorf("requests_per_second in dev is %v", got)
	}
	if got := s.For(s.Environments[1]).Number("requests_per_second"); got != 2000 {
		t.Errorf("requests_per_second in prod is %v", got)
	}
	if got := s.For(s.Environments[1]).Text("consistency"); got != "strong" {
		t.Errorf("consistency in prod is %v", got)
	}
	if got := s.For(nil).Number("requests_per_second"); got != 800 {
		t.Errorf("requests_per_second in no environment is %v", got)
	}
}

func TestParseKeepsRanges(t *testing.T) {
	s, _ := Parse(read(t, "testdata/valid/guide.hcl"), "guide.hcl")
	tests := []struct {
		what string
		rng  hcl.Range
		want string
	}{
		{"the system", s.Range, "guide.hcl:1,1-14"},
		{"its name", s.Ranges["name"], "guide.hcl:1,8-14"},
		{"its pattern", s.Ranges["pattern"], "guide.hcl:2,17-31"},
		{"a requirement", s.Requirements.Get("stored").Range, "guide.hcl:13,25-34"},
		{"a service", s.Services[0].Range, "guide.hcl:26,1-17"},
		{"an argument", s.Services[0].Ranges["port"], "guide.hcl:28,15-19"},
		{"an element of a list", s.Services[0].Ranges["stores.orders"], "guide.hcl:35,16-24"},
		{"a store", s.Stores[0].Range, "guide.hcl:44,1-15"},
		{"a declared event", s.Events[0].Range, "guide.hcl:45,1-21"},
		{"an event named by a service", s.Events[1].Range, "guide.hcl:34,16-33"},
		{"an environment", s.Environments[1].Range, "guide.hcl:48,1-19"},
		{"an override", s.Decide[0].Range, "guide.hcl:53,10-24"},
		{"a waiver", s.Waivers[0].Range, "guide.hcl:54,1-14"},
	}
	for _, test := range tests {
		if got := test.rng.String(); got != test.want {
			t.Errorf("the range of %s is %s, want %s", test.what, got, test.want)
		}
	}
}

func TestParseAssumes(t *testing.T) {
	s, diags := Parse([]byte("system \"shop\" {\n  domain = \"shop.example.com\"\n}\nstore \"data\" {}\n"), "system.hcl")
	if len(diags) > 0 {
		t.Fatal(errorsOf(diags))
	}
	want := &System{
		Name: "shop", Domain: "shop.example.com",
		Services: []*Service{{Name: "shop", Image: PlaceholderImage, Port: 8080, Path: "/", Health: "/", Stores: []string{"data"}}},
		Stores:   []*Store{{Name: "data", Model: "relational"}},
		Environments: []*Environment{
			{Name: "dev", Preset: "sandbox", Domain: "dev.shop.example.com"}, {Name: "prod", Preset: "production", Domain: "shop.example.com"},
		},
	}
	if diff := cmp.Diff(want, s, ignoreRanges, cmpopts.IgnoreFields(System{}, "Assumptions")); diff != "" {
		t.Error(diff)
	}
	var got []string
	for _, a := range s.Assumptions {
		got = append(got, a.What+" = "+a.Value)
	}
	var wantAssumed []string
	for _, d := range Definitions() {
		wantAssumed = append(wantAssumed, "requirements."+d.Name+" = "+d.Format(d.Default))
	}
	wantAssumed = append(wantAssumed, `service.shop = path = "/"`, `service.shop.image = "`+PlaceholderImage+`"`, "service.shop.port = 8080",
		`service.shop.health = "/"`, `store.data.model = "relational"`, `environment.dev = preset = "sandbox"`,
		`environment.prod = preset = "production"`)
	if diff := cmp.Diff(wantAssumed, got); diff != "" {
		t.Error(diff)
	}
	checkInvariants(t, s)
}

func TestParseReadsUnusualText(t *testing.T) {
	s, diags := Parse(read(t, "testdata/valid/unusual.hcl"), "unusual.hcl")
	if len(diags) > 0 {
		t.Fatal(errorsOf(diags))
	}
	if want := "Two lines, and \"quotes\", ${not} %{an} interpolation.\n"; s.Description != want {
		t.Errorf("the description is %q", s.Description)
	}
	for name, want := range map[string]any{
		"peak_factor": 2.0, "stored": 1536.0, "rto": 129600.0, "rpo": 0.0, "growth_per_month": 20e9 / (1 << 30), "monthly_budget_usd": 0.0,
		"regions": []string{"ap-southeast-7", "mx-central-1"}, "compliance": []string{},
	} {
		if r := s.Requirements.Get(name); !cmp.Equal(r.Value, want) || r.Assumed {
			t.Errorf("%s is %v, want %v", name, r.Value, want)
		}
	}
	for name, want := range map[string]string{
		"peak_factor": "(2)", "stored": `"1.5TiB"`, "regions": `["ap-southeast-7", "mx-central-1"]`, "compliance": "[]",
	} {
		if got := s.Requirements.Get(name).Text; got != want {
			t.Errorf("the text of %s is %s, want %s", name, got, want)
		}
	}
	if got := s.Services[1].Path; got != "/b/c.d/~e_f" {
		t.Errorf("the path is %q", got)
	}
	want := []Override{{Decision: "read_path", Option: "cache"}, {Decision: "bus", Option: "topic"}}
	if diff := cmp.Diff(want, s.Decide, ignoreRanges); diff != "" {
		t.Error(diff)
	}
	assume := []Value{{Name: "request_seconds", Value: 0.25}, {Name: "codec", Value: "zstd"}, {Name: "headroom", Value: -1.0}}
	if diff := cmp.Diff(assume, s.Assume, ignoreRanges); diff != "" {
		t.Error(diff)
	}
}

func TestParseGivesWhatItCanBesideErrors(t *testing.T) {
	s, diags := Parse([]byte("system \"shop\" {\n  owner = \"a\"\n}\nrequirements {\n  availability = 200\n  rpo = \"1m\"\n}\nservice \"x\" {\n  port = 0\n  path = \"/x\"\n}\n"), "f")
	if !diags.HasErrors() || len(diags) != 2 {
		t.Fatal(errorsOf(diags))
	}
	if s.Owner != "a" || s.Requirements.Number("rpo") != 60 || s.Requirements.Number("availability") != 99.9 || s.Services[0].Path != "/x" {
		t.Errorf("%#v", s)
	}
}

// services writes a system of n services, each with a store and an event.
func services(n int) []byte {
	var b strings.Builder
	b.WriteString("system \"shop\" {\n  owner = \"team\"\n}\n\n")
	for i := range n {
		fmt.Fprintf(&b, "service \"service-%d\" {\n  image     = \"ghcr.io/acme/service-%d:1.4\"\n  port      = 8080\n  path      = \"/service-%d\"\n"+
			"  publishes = [\"event-%d\"]\n  consumes  = [\"event-%d\"]\n  stores    = [\"store-%d\"]\n}\n\nstore \"store-%d\" { model = \"relational\" }\n\n",
			i, i, i, i, (i+1)%n, i, i)
	}
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, n := range []int{100, 1000, 3000} {
		src := services(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				if _, diags := Parse(src, "system.hcl"); len(diags) > 0 {
					b.Fatal(diags)
				}
			}
		})
	}
}
