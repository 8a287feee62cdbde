package generate

import (
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"gopkg.in/yaml.v3"
)

// TestYAMLReadsBack writes values as they stand in stack files and lets a YAML
// parser read them.
func TestYAMLReadsBack(t *testing.T) {
	for _, text := range []string{"production", "", "yes", "no", "null", "1", "1e3", "0x10", "a: b", "# x", "- x", "it's", `"quoted"`, "ü €", "a\nb", "<&>", "~", "db.t4g.micro", "2026-01-01", "{}", "${x}"} {
		var read map[string]any
		if err := yaml.Unmarshal([]byte("key: "+yamlText(text)), &read); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if read["key"] != text {
			t.Errorf("%q reads back as %#v", text, read["key"])
		}
	}
	value := design.Map{{Key: "list", Value: design.Text("x")}, {Key: "on", Value: design.Text("1")}}
	var read map[string]any
	if err := yaml.Unmarshal([]byte("  shop:x:"+yamlValue(value)+"\n  shop:y:"+yamlValue(design.List{design.Text("a b"), design.Text("c")})+"\n"), &read); err != nil {
		t.Fatal(err)
	}
	if m := read["shop:x"].(map[string]any); m["on"] != "1" || m["list"] != "x" {
		t.Errorf("the map reads back as %v", m)
	}
	if l := read["shop:y"].([]any); !slices.Equal(l, []any{"a b", "c"}) {
		t.Errorf("the list reads back as %v", l)
	}
}

func TestNamesAreGo(t *testing.T) {
	instance := func() []*design.Instance {
		return []*design.Instance{{Component: &schema.Component{Package: "network"}}}
	}
	n := newNames(map[string][]*design.Instance{"network": instance()})
	for id, want := range map[string]string{
		"database-orders": "databaseOrders", "network": "networkComponent", "func": "funcComponent", "string": "stringComponent",
		"err": "errComponent", "orders_url": "ordersUrl",
	} {
		if got := n.variable(id); got != want {
			t.Errorf("%s: got %s, want %s", id, got, want)
		}
	}
	if a, b := n.variable("a-b"), n.variable("aB"); a == b {
		t.Errorf("two instances are called %s", a)
	}
	if got := camelUpper("ORDERS_URL"); got != "OrdersUrl" {
		t.Errorf("got %s", got)
	}
}

func TestCommentsFitTheScreen(t *testing.T) {
	text := commentLines(strings.Repeat("word ", 60) + strings.Repeat("x", 150) + " end\nnext")
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !strings.HasPrefix(line, "// ") || len(line) > 100 && strings.Count(line, " ") > 1 {
			t.Errorf("%q", line)
		}
	}
	if got := strings.Count(text, "word"); got != 60 {
		t.Errorf("%d words are left", got)
	}
}

// TestReleaseModule checks what a project of a release says of scaffold.
func TestReleaseModule(t *testing.T) {
	m := Module{Version: "v1.2.3", Sum: "h1:aaa=", ModSum: "h1:bbb="}
	mod := string(m.goMod("shop"))
	if !strings.HasPrefix(mod, "module shop\n") || !strings.Contains(mod, "\tgithub.com/archimperative/scaffold v1.2.3\n") || strings.Contains(mod, "replace") {
		t.Errorf("go.mod is\n%s", mod)
	}
	lines := strings.Split(strings.TrimSuffix(string(m.goSum()), "\n"), "\n")
	// go.sum is sorted by module.
	at := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, modulePath) })
	if at < 1 || lines[at-1] >= modulePath || lines[at+2] <= modulePath {
		t.Errorf("scaffold stands at line %d of go.sum", at+1)
	}
	for _, want := range []string{"github.com/archimperative/scaffold v1.2.3 h1:aaa=", "github.com/archimperative/scaffold v1.2.3/go.mod h1:bbb="} {
		if !slices.Contains(lines, want) {
			t.Errorf("go.sum lacks %s", want)
		}
	}
	if len(lines) != strings.Count(string(moduleSums), "\n")+2 {
		t.Errorf("go.sum has %d lines", len(lines))
	}
	if got := string(Module{Replace: "../my checkout"}.goMod("shop")); !strings.HasSuffix(got, "\nreplace github.com/archimperative/scaffold => \"../my checkout\"\n") {
		t.Errorf("go.mod ends\n%s", got[len(got)-200:])
	}
}

func TestContradictingOrdersAreRefused(t *testing.T) {
	property := &schema.Property{Name: "x", GoName: "X", Kind: schema.Text}
	make := func(first, second string) *design.Design {
		a := &design.Instance{ID: first, Block: first, Component: &schema.Component{Package: "p", GoName: "A"}}
		b := &design.Instance{ID: second, Block: second, Component: a.Component}
		b.Args = []*design.Argument{{Property: property, Value: design.Promise{Instance: a, Output: property}}}
		return &design.Design{Environment: first, Instances: []*design.Instance{a, b}}
	}
	if _, err := merge([]*design.Design{make("a", "b"), make("b", "a")}); err == nil || !strings.Contains(err.Error(), "contradicting orders") {
		t.Errorf("the error is %v", err)
	}
}
