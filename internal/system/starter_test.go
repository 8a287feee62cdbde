package system

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func TestStarter(t *testing.T) {
	got := Starter("shop", "event-driven")
	const golden = "testdata/starter.golden.hcl"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(string(read(t, golden)), string(got)); diff != "" {
		t.Errorf("run the test with -update if this is right:\n%s", diff)
	}
}

func TestStarterIsComplete(t *testing.T) {
	for _, pattern := range []string{"", "monolith"} {
		src := Starter("shop", pattern)
		s, diags := Parse(src, "system.hcl")
		if len(diags) > 0 {
			t.Fatal(errorsOf(diags))
		}
		if s.Name != "shop" || s.Pattern != pattern || len(s.Environments) != 2 {
			t.Errorf("%#v", s)
		}
		for _, a := range s.Assumptions {
			if !strings.HasPrefix(a.What, "service.") {
				t.Errorf("it leaves %s to a default", a.What)
			}
		}
		for _, r := range s.Requirements.All() {
			if r.Assumed || r.Text != r.Format(r.Default) {
				t.Errorf("%s is %s", r.Name, r.Text)
			}
		}
		if !bytes.Equal(src, Starter("shop", pattern)) {
			t.Error("twice is not the same")
		}
	}
}

// TestStarterExample uncomments the blocks the starter shows, which must be right as well.
func TestStarterExample(t *testing.T) {
	lines := strings.Split(string(Starter("shop", "monolith")), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "# service") || strings.HasPrefix(line, "# store") || strings.HasPrefix(line, "# assume") || strings.HasPrefix(line, "#   ") || line == "# }" ||
			strings.HasPrefix(line, "  # owner") || strings.HasPrefix(line, "  # domain") {
			lines[i] = strings.Replace(line, "# ", "", 1)
		}
	}
	s, diags := Parse([]byte(strings.Join(lines, "\n")), "system.hcl")
	if diags.HasErrors() || len(s.Stores) != 1 || s.Services[0].Name != "orders" || s.Domain != "shop.example.com" || s.Owner == "" || len(s.Assume) != 1 {
		t.Errorf("%v\n%s", errorsOf(diags), strings.Join(lines, "\n"))
	}
}

func TestCheckName(t *testing.T) {
	if err := CheckName("shop"); err != nil {
		t.Error(err)
	}
	if err := CheckName("My Shop"); err == nil || !strings.Contains(err.Error(), `"my-shop"`) {
		t.Errorf("got %v", err)
	}
}
