package design_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
)

// library is a small component schema with every kind of argument and output.
const library = `{"version": "1.0.0", "resources": {
  "test:net:Net": {
    "inputProperties": {
      "preset": {"type": "string", "plain": true},
      "zones": {"type": "integer", "plain": true},
      "share": {"type": "number", "plain": true},
      "open": {"type": "boolean", "plain": true},
      "names": {"type": "array", "plain": true, "items": {"type": "string", "plain": true}}
    },
    "properties": {"id": {"type": "string"}, "subnets": {"type": "array", "items": {"type": "string"}}}
  },
  "test:app:App": {
    "inputProperties": {
      "netId": {"type": "string"},
      "subnets": {"type": "array", "items": {"type": "string"}},
      "policies": {"type": "array", "plain": true, "items": {"type": "string"}},
      "env": {"type": "object", "additionalProperties": {"type": "string"}},
      "mode": {"type": "string", "plain": true}
    },
    "requiredInputs": ["netId"],
    "properties": {"url": {"type": "string"}, "policy": {"type": "string"}}
  }
}}`

const head = "blueprint \"test\" {\n  title   = \"Test\"\n  summary = \"A test.\"\n}\n"

const shop = `system "shop" {
  domain = "shop.example.com"
}
requirements {
  availability = 99.95
}
service "orders" {
  path  = "/orders"
  calls = ["billing"]
}
service "billing" {}
store "orders" {}
environment "dev" { preset = "sandbox" }
environment "prod" {
  preset = "production"
  requirements { requests_per_second = 5000 }
}
`

func parse(t *testing.T, systemText, blueprintText string) (*system.System, *blueprint.Blueprint, *schema.Library) {
	t.Helper()
	s, diags := system.Parse([]byte(systemText), "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	b, diags := blueprint.Parse([]byte(blueprintText), "test.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	lib, err := schema.Parse([]byte(library))
	if err != nil {
		t.Fatal(err)
	}
	return s, b, lib
}

func evaluate(t *testing.T, systemText, blueprintText string) []*design.Design {
	t.Helper()
	s, b, lib := parse(t, systemText, head+blueprintText)
	designs, diags := design.All(s, b, lib)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return designs
}

// text is a value in a form that tests can compare.
func text(v design.Value) string {
	switch v := v.(type) {
	case design.Promise:
		return "<" + v.Instance.ID + "." + v.Output.HCL + ">"
	case design.Template:
		var b strings.Builder
		for _, part := range v {
			b.WriteString(text(part))
		}
		return b.String()
	case design.List:
		var parts []string
		for _, element := range v {
			parts = append(parts, text(element))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case design.Map:
		var parts []string
		for _, entry := range v {
			parts = append(parts, entry.Key+"="+text(entry.Value))
		}
		return "{" + strings.Join(parts, " ") + "}"
	default:
		return fmt.Sprint(v)
	}
}

func lines(d *design.Design) []string {
	var list []string
	for _, i := range d.Instances {
		line := i.ID
		for _, a := range i.Args {
			line += " " + a.Property.HCL + "=" + text(a.Value)
		}
		list = append(list, line)
	}
	return list
}

func TestInstancesFollowWhatTheyReferTo(t *testing.T) {
	designs := evaluate(t, shop, `
component "app" "app" {
  for_each = services
  net_id   = component.net.id
  subnets  = component.net.subnets
  policies = [for c in each.value.calls : component.app[c].policy]
  env = merge(
    { URL = "https://${component.net.id}/x", NAME = each.key },
    { for c in each.value.calls : "${upper(c)}_URL" => component.app[c].url },
  )
}
component "net" "net" {
  zones = requirements.availability >= 99.9 ? 3 : 2
  share = 0.5
  open  = length(stores) > 0
  names = keys(services)
}
`)
	want := []string{
		"net preset=sandbox zones=3 share=0.5 open=true names=[billing orders]",
		"app-billing net_id=<net.id> subnets=<net.subnets> env={NAME=billing URL=https://<net.id>/x}",
		"app-orders net_id=<net.id> subnets=<net.subnets> policies=[<app-billing.policy>] env={BILLING_URL=<app-billing.url> NAME=orders URL=https://<net.id>/x}",
	}
	if got := lines(designs[0]); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Locals may gather outputs of components; decisions reach through them.
func TestLocalsGatherOutputs(t *testing.T) {
	designs := evaluate(t, shop, `
locals {
  policies = { for s in services : s.name => local.extra[s.name] }
  extra    = { for s in services : s.name => decision.kind == "many" ? [component.other["x"].policy] : [] }
}
decision "kind" {
  question = "Many?"
  option "many" {
    when    = environment.preset == "production"
    because = "It is production"
  }
  option "few" { because = "It is not" }
}
component "app" "app" {
  for_each = { for s in services : s.name => s if s.path != "" }
  net_id   = "none"
  policies = local.policies[each.key]
}
component "app" "other" {
  for_each = decision.kind == "many" ? ["x"] : []
  net_id   = "other"
}
`)
	if got := lines(designs[0]); !slices.Equal(got, []string{"app-orders net_id=none"}) {
		t.Errorf("dev: %q", got)
	}
	if got := lines(designs[1]); !slices.Equal(got, []string{"other-x net_id=other", "app-orders net_id=none policies=[<other-x.policy>]"}) {
		t.Errorf("prod: %q", got)
	}
	if uses := designs[1].Instances[1].Decisions; !slices.Equal(uses, []string{"kind"}) {
		t.Errorf("app depends on the decisions %q", uses)
	}
}

func TestWhenLeavesOutInstances(t *testing.T) {
	designs := evaluate(t, shop, `
component "net" "net" {
  when = environment.preset == "production"
}
component "app" "app" {
  for_each = { for s in services : s.name => s if s.path != "" }
  net_id   = environment.preset == "production" ? component.net.id : "none"
  mode     = null
}
`)
	if got := lines(designs[0]); !slices.Equal(got, []string{"app-orders net_id=none"}) {
		t.Errorf("dev: %q", got)
	}
	if got := lines(designs[1]); !slices.Equal(got, []string{"net preset=production", "app-orders net_id=<net.id>"}) {
		t.Errorf("prod: %q", got)
	}
}

const bus = `
locals {
  peak = requirements.requests_per_second * requirements.peak_factor
}
decision "bus" {
  question = "What carries events?"
  option "stream" {
    when    = local.peak > 3000 || length(events) > 10
    because = "${local.peak} events per second"
    gains   = ["scalability"]
  }
  option "topic" {
    because = "Simple"
    gains   = ["maintainability"]
    costs   = ["consistency"]
  }
}
component "net" "net" {
  zones = decision.bus == "stream" ? 3 : 2
}
`

func TestDecisionsAnswerRequirements(t *testing.T) {
	designs := evaluate(t, shop, bus)
	dev, prod := designs[0].Decisions[0], designs[1].Decisions[0]
	if dev.Chosen.Name != "topic" || dev.Chosen.Because != "Simple" {
		t.Errorf("dev: %+v", dev.Chosen)
	}
	if prod.Chosen.Name != "stream" || !strings.Contains(prod.Chosen.Because, "15000 events per second") {
		t.Errorf("prod: %+v", prod.Chosen)
	}
	lost := dev.Options[0]
	if lost.Holds || lost.When != "local.peak > 3000 || length(events) > 10" || !slices.Equal(lost.Facts, []design.Fact{{Name: "local.peak", Value: "30"}}) {
		t.Errorf("the option that lost: %+v", lost)
	}
	if uses := designs[0].Instances[0].Decisions; !slices.Equal(uses, []string{"bus"}) {
		t.Errorf("net depends on %q", uses)
	}
}

// What nobody has to decide is not asked, unless the team answers nevertheless; what only
// the team can choose says why it would.
func TestDecisionsThatAreNotAsked(t *testing.T) {
	const text = `
decision "queue" {
  question = "Which queue?"
  when     = length(events) > 0
  option "rare" {
    when    = false
    because = "Only ${system.name} wants it"
  }
  option "usual" { because = "It is usual" }
}
`
	designs := evaluate(t, shop, text)
	if len(designs[0].Decisions) != 0 {
		t.Errorf("asked without events: %+v", designs[0].Decisions[0])
	}
	designs = evaluate(t, shop+"decide { queue = \"rare\" }\n", text)
	if d := designs[0].Decisions; len(d) != 1 || d[0].Chosen.Name != "rare" || d[0].Rule.Name != "usual" {
		t.Errorf("the team's answer is lost: %+v", d)
	}
	designs = evaluate(t, shop+"event \"sold\" {}\n", text)
	rare := designs[0].Decisions[0].Options[0]
	if !rare.Elected || rare.Holds || rare.Because != "Only shop wants it" {
		t.Errorf("got %+v", rare)
	}
}

func TestTeamOverrules(t *testing.T) {
	designs := evaluate(t, shop+"decide { bus = \"topic\" }\n", bus)
	d := designs[1].Decisions[0]
	if d.Chosen.Name != "topic" || d.Rule.Name != "stream" || d.Overruled.Line == 0 {
		t.Errorf("chosen %s, rule %s, overruled at %+v", d.Chosen.Name, d.Rule.Name, d.Overruled)
	}
}

func TestOverrulingMistakes(t *testing.T) {
	s, b, lib := parse(t, shop+"decide {\n  buss = \"topic\"\n  bus = \"topick\"\n}\n", head+bus)
	_, diags := design.All(s, b, lib)
	var got []string
	for _, d := range diags {
		got = append(got, fmt.Sprintf("%d: %s: %s", d.Subject.Start.Line, d.Summary, d.Detail))
	}
	want := []string{
		`19: Unknown decision: The pattern "test" has no decision "buss"; it has bus.`,
		`20: Unknown option: The decision "bus" has no option "topick"; it has stream, topic. Did you mean "topic"?`,
	}
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, w) }) {
			t.Errorf("missing %q in %q", w, got)
		}
	}
}

func TestConstraintCitesItsCause(t *testing.T) {
	s, b, lib := parse(t, strings.Replace(shop, "  domain = \"shop.example.com\"\n", "", 1), head+`
constraint "domain" {
  for_each = { for s in services : s.name => s if s.path != "" }
  holds    = system.domain != ""
  because  = "Service \"${each.key}\" needs a domain."
  remedy   = "Add one."
  about    = [each.value.path, requirements.availability]
}
`)
	_, diags := design.All(s, b, lib)
	if len(diags) != 1 {
		t.Fatal(diags)
	}
	d := diags[0]
	if d.Subject.Start.Line != 7 || d.Detail != `Service "orders" needs a domain. Add one. See also system.hcl:4,18.` {
		t.Errorf("line %d: %s", d.Subject.Start.Line, d.Detail)
	}
}

var announced = regexp.MustCompile(`# ERROR: (.*)$`)

// TestInvalidBlueprints compares the problems in testdata/invalid with the
// comments that announce them, both ways.
func TestInvalidBlueprints(t *testing.T) {
	files, err := filepath.Glob("testdata/invalid/*.hcl")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for n, line := range strings.Split(string(src), "\n") {
				if m := announced.FindStringSubmatch(line); m != nil {
					for _, summary := range strings.Split(m[1], " + ") {
						want = append(want, fmt.Sprintf("%d: %s", n+1, summary))
						seen[summary] = true
					}
				}
			}
			var got []string
			for _, d := range problems(t, src) {
				if d.Detail == "" || d.Subject == nil {
					t.Errorf("%s has no detail or no place", d.Summary)
					continue
				}
				got = append(got, fmt.Sprintf("%d: %s", d.Subject.Start.Line, d.Summary))
			}
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

func problems(t *testing.T, src []byte) hcl.Diagnostics {
	s, diags := system.Parse([]byte(shop), "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	lib, err := schema.Parse([]byte(library))
	if err != nil {
		t.Fatal(err)
	}
	b, diags := blueprint.Parse(src, "test.hcl")
	if diags.HasErrors() {
		return diags
	}
	_, diags = design.All(s, b, lib)
	return diags
}

// FuzzBlueprint feeds any text as a blueprint through parsing, checking and
// evaluation: problems are diagnostics with a place, never a panic.
func FuzzBlueprint(f *testing.F) {
	files, _ := filepath.Glob("testdata/invalid/*.hcl")
	more, _ := filepath.Glob("../../blueprints/*.hcl")
	for _, file := range append(files, more...) {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte(head + bus))
	s, diags := system.Parse([]byte(shop), "system.hcl")
	if diags.HasErrors() {
		f.Fatal(diags)
	}
	lib, err := schema.Parse([]byte(library))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		b, diags := blueprint.Parse(src, "test.hcl")
		if b == nil {
			t.Fatal("no blueprint")
		}
		if diags.HasErrors() {
			return
		}
		designs, diags := design.All(s, b, lib)
		for _, d := range diags {
			if d.Summary == "" || d.Subject == nil {
				t.Fatalf("a problem without a summary or a place: %+v", d)
			}
		}
		if !diags.HasErrors() && len(designs) != 2 {
			t.Fatalf("%d designs without an error", len(designs))
		}
	})
}
