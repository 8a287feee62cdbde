package guardrails

import (
	"encoding/csv"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
)

// TestCoverage wants every public control about a type that some component creates to be a rule, or to stand
// among those that cannot be one. testdata/scope.csv holds all controls of Security Hub's best practices and of
// Checkov (bridgecrewio/checkov at 03d5fdad8d) about services that scaffold is for, with the types that each looks at; those
// without a type look at no resource that Pulumi knows. A new component that creates one more type widens what is asked
// for here by itself.
func TestCoverage(t *testing.T) {
	created := map[string]bool{}
	for _, token := range createdTypes(t) {
		created[rule.Kind(token)] = true
	}
	implemented, not := implementedControls(), map[string]bool{}
	for _, n := range Embedded().notApplicable {
		for _, control := range n.Controls {
			not[control] = true
		}
	}
	total, rules, excused := map[string]int{}, map[string]int{}, map[string]int{}
	for _, row := range table(t, "testdata/scope.csv", "id", "framework", "tokens") {
		id, framework := row[0], row[1]
		if !slices.ContainsFunc(strings.Split(row[2], "|"), func(token string) bool { return created[rule.Kind(token)] }) {
			continue
		}
		total[framework]++
		switch {
		case implemented[id] && not[id]:
			t.Errorf("%s is a rule, and said not to be one: keep one of the two", id)
		case implemented[id]:
			rules[framework]++
		case not[id]:
			excused[framework]++
		default:
			t.Errorf("%s is no rule: write one in rules/, or say in a not_applicable block why it cannot be one (%s)", id, row[2])
		}
	}
	for _, framework := range slices.Sorted(maps.Keys(total)) {
		t.Logf("%s: %d controls in scope, %d are rules, %d cannot be one", framework, total[framework], rules[framework], excused[framework])
	}
	if len(total) < 2 {
		t.Errorf("the scope has %d frameworks, want two", len(total))
	}
}

// TestControlsExist finds misspelt controls: what a rule or a reason names is a public control, or one of scaffold's own.
func TestControlsExist(t *testing.T) {
	known := map[string]bool{}
	for _, row := range table(t, "testdata/scope.csv", "id", "framework", "tokens") {
		known[row[0]] = true
	}
	own := func(id string) bool { return strings.HasPrefix(id, "GUIDE.") || known[id] }
	for _, r := range Embedded().rules {
		for _, id := range append([]string{r.Name}, r.Controls...) {
			if !own(id) {
				t.Errorf("%s: no control is called %q", r.Range, id)
			}
		}
	}
	for _, n := range Embedded().notApplicable {
		for _, id := range n.Controls {
			if !known[id] {
				t.Errorf("%s: no control is called %q", n.Range, id)
			}
		}
	}
}

// implementedControls are those that some rule or wiring invariant stands for.
func implementedControls() map[string]bool {
	ids := map[string]bool{}
	for _, r := range Embedded().rules {
		ids[r.Name] = true
		for _, control := range r.Controls {
			ids[control] = true
		}
	}
	for _, inv := range invariants {
		for _, controls := range inv.controls {
			for _, control := range controls {
				ids[control] = true
			}
		}
	}
	return ids
}

// TestCreatedTypes keeps testdata/types.txt, which says what the scope is, what the components really create.
func TestCreatedTypes(t *testing.T) {
	text, err := os.ReadFile("testdata/types.txt")
	if err != nil {
		t.Fatal(err)
	}
	listed, found := strings.Fields(string(text)), createdTypes(t)
	for _, token := range found {
		if !slices.Contains(listed, token) {
			t.Errorf("components create %s: add it to testdata/types.txt", token)
		}
	}
	for _, token := range listed {
		if !slices.Contains(found, token) {
			t.Errorf("no component creates %s any more: take it out of testdata/types.txt", token)
		}
	}
	if !slices.IsSorted(listed) {
		t.Error("testdata/types.txt is not sorted")
	}
}

const awsSDK = "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/"

// createdTypes reads in the source of the components which types of AWS resources they create: rds.NewInstance,
// called or handed on, stands for aws:rds/instance:Instance, as in every package of the SDK.
func createdTypes(t *testing.T) []string {
	t.Helper()
	types := map[string]bool{}
	err := filepath.WalkDir("../components", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		modules := map[string]string{} // by the name that the file has for them
		for _, spec := range file.Imports {
			if name, err := strconv.Unquote(spec.Path.Value); err == nil && strings.HasPrefix(name, awsSDK) {
				module := strings.TrimPrefix(name, awsSDK)
				local := module
				if spec.Name != nil {
					local = spec.Name.Name
				}
				modules[local] = module
			}
		}
		ast.Inspect(file, func(node ast.Node) bool {
			selector, ok := node.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			local, ok := selector.X.(*ast.Ident)
			kind, isNew := strings.CutPrefix(selector.Sel.Name, "New")
			if ok && isNew && kind != "" && modules[local.Name] != "" {
				member := []rune(kind)
				member[0] = unicode.ToLower(member[0])
				types["aws:"+modules[local.Name]+"/"+string(member)+":"+kind] = true
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(types) < 100 {
		t.Fatalf("only %d types were found: are the components elsewhere?", len(types))
	}
	return slices.Sorted(maps.Keys(types))
}

// table reads a CSV file with this header.
func table(t *testing.T, name string, header ...string) [][]string {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) < 2 || !slices.Equal(rows[0], header) {
		t.Fatalf("%s does not begin with %q", name, header)
	}
	return rows[1:]
}
