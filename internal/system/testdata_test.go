package system

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
)

// announcement is a comment in testdata that says what is reported on its line.
var announcement = regexp.MustCompile(`# (ERROR|WARNING): ([^#\n]*)`)

// TestInvalidFiles parses each file of testdata/invalid and compares what is reported with what the file announces,
// line by line and both ways.
func TestInvalidFiles(t *testing.T) {
	for _, path := range files(t, "invalid") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			src := read(t, path)
			var want []string
			for i, line := range strings.Split(string(src), "\n") {
				for _, match := range announcement.FindAllStringSubmatch(line, -1) {
					want = append(want, describe(i+1, match[1], strings.TrimSpace(match[2])))
				}
			}
			if len(want) == 0 {
				t.Fatal("the file announces nothing")
			}
			s, diags := Parse(src, filepath.Base(path))
			if s == nil {
				t.Fatal("no System")
			}
			var got []string
			for _, diag := range diags {
				severity := "ERROR"
				if diag.Severity == hcl.DiagWarning {
					severity = "WARNING"
				}
				got = append(got, describe(diag.Subject.Start.Line, severity, diag.Summary))
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("announced (-) and reported (+):\n%s\n%v", diff, errorsOf(diags))
			}
		})
	}
}

func describe(line int, severity, summary string) string {
	return "line " + strconv.Itoa(line) + " " + severity + ": " + summary
}

// TestEverySummaryIsProvoked sees that each summary of messages.go is announced in testdata, and styled as all are.
func TestEverySummaryIsProvoked(t *testing.T) {
	announced := map[string]bool{}
	for _, path := range files(t, "invalid") {
		for _, match := range announcement.FindAllStringSubmatch(string(read(t, path)), -1) {
			announced[strings.TrimSpace(match[2])] = true
		}
	}
	// Edit speaks of assignments, which no file holds: TestEditRefuses provokes these.
	elsewhere := []string{invalidAssignment, unknownSetting}
	summaries := summaryConstants(t)
	if len(summaries) < 35 {
		t.Fatalf("found only %d summaries", len(summaries))
	}
	for _, summary := range summaries {
		if !announced[summary] && !slices.Contains(elsewhere, summary) {
			t.Errorf("no file in testdata/invalid provokes %q", summary)
		}
		if strings.HasSuffix(summary, ".") || strings.ToUpper(summary[:1]) != summary[:1] {
			t.Errorf("the summary %q starts in lower case or ends in a full stop", summary)
		}
	}
}

// summaryConstants reads the constants of messages.go.
func summaryConstants(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "messages.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var summaries []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok {
			summary, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			summaries = append(summaries, summary)
		}
		return true
	})
	return summaries
}

// TestDetailsAreSentences holds the details of all diagnostics of testdata to the style of messages.
func TestDetailsAreSentences(t *testing.T) {
	for _, path := range files(t, "invalid") {
		_, diags := Parse(read(t, path), filepath.Base(path))
		for _, diag := range diags {
			if !slices.Contains(summaryConstants(t), diag.Summary) {
				continue // the parser's own
			}
			last := diag.Detail[len(diag.Detail)-1:]
			if !strings.Contains(".?{…}\"", last) || strings.Contains(diag.Detail, "%!") {
				t.Errorf("%s: %s", diag.Summary, diag.Detail)
			}
			if strings.Contains(diag.Detail, "  ") && !strings.Contains(diag.Detail, "\n\n    ") {
				t.Errorf("%s has two spaces: %s", diag.Summary, diag.Detail)
			}
		}
	}
}

// TestValidFiles parses each file of testdata/valid, which gives no diagnostics at all.
func TestValidFiles(t *testing.T) {
	for _, path := range files(t, "valid") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			s, diags := Parse(read(t, path), filepath.Base(path))
			if len(diags) > 0 {
				t.Fatal(errorsOf(diags))
			}
			checkInvariants(t, s)
		})
	}
}

func files(t testing.TB, folder string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", folder, "*.hcl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in testdata/%s: %v", folder, err)
	}
	return paths
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// errorsOf lists diagnostics a line each: Diagnostics.Error tells the first alone.
func errorsOf(diags hcl.Diagnostics) string {
	var b strings.Builder
	for _, diag := range diags {
		b.WriteString(diag.Error() + "\n")
	}
	return b.String()
}
