package blueprint_test

import (
	"testing"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/hashicorp/hcl/v2"
)

func parse(t *testing.T, text string) *blueprint.Blueprint {
	t.Helper()
	b, diags := blueprint.Parse([]byte("blueprint \"x\" {\n  title   = \"X\"\n  summary = \"Y\"\n}\n"+text), "x.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return b
}

// A component that is changed keeps its for_each, when and in_region unless the change
// says otherwise; in_region = null brings it back to the stack's region.
func TestExtendKeepsWhatIsNotSaid(t *testing.T) {
	base := parse(t, `component "key" "key" {
  for_each  = ["a"]
  when      = true
  in_region = "us-east-1"
}
component "key" "home" { in_region = "us-east-1" }
`)
	changed := parse(t, `component "key" "key" { description = "ours" }
component "key" "home" { in_region = null }
`).Extend(base).Components
	kept := changed[0]
	if kept.ForEach == nil || kept.When == nil || textOf(t, kept.InRegion) != "us-east-1" || len(kept.Args) != 1 {
		t.Errorf("it lost something: %+v", kept)
	}
	if got := textOf(t, changed[1].InRegion); got != "" {
		t.Errorf("it is still in %q", got)
	}
}

// textOf is the text of an expression, "" for null.
func textOf(t *testing.T, e hcl.Expression) string {
	t.Helper()
	if e == nil {
		t.Fatal("there is no expression")
	}
	value, diags := e.Value(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if value.IsNull() {
		return ""
	}
	return value.AsString()
}
