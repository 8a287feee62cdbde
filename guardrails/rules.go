package guardrails

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
)

//go:embed rules
var embedded embed.FS

// Rules are the guardrails that a check evaluates. They never change once they are loaded, and may
// be used by several goroutines.
type Rules struct {
	rules         []*rule.Rule            // sorted by name
	byKind        map[string][]*rule.Rule // what kinds of resources they are about
	notApplicable []*rule.NotApplicable
	files         map[string]*hcl.File
}

// A Folder is a folder of rules: an organisation's own.
type Folder struct {
	// Path is how messages name the folder.
	Path string
	// Files are its files; those directly in it whose names end with .hcl are read. A folder of a disk
	// is opened with os.OpenRoot, so that no link leads out of it.
	Files fs.FS
}

const (
	// maxFiles is how many files of rules a folder may hold.
	maxFiles = 1_000
)

// Embedded returns the rules that come with scaffold.
func Embedded() *Rules { return builtIn() }

var builtIn = sync.OnceValue(func() *Rules {
	rules, diags := Load()
	if diags.HasErrors() {
		panic("this is a bug in scaffold: its own guardrails do not load: " + diags.Error())
	}
	return rules
})

// Load reads the rules that come with scaffold, and those of further folders. A rule of a later folder
// replaces the rule of the same name of an earlier one. The diagnostics hold every problem of
// every file; without errors the rules are complete and every one has a case that passes and
// one that fails.
func Load(folders ...Folder) (*Rules, hcl.Diagnostics) {
	own, err := fs.Sub(embedded, "rules")
	if err != nil {
		return nil, failure("rules", "%s.", err)
	}
	return load(append([]Folder{{Path: "rules", Files: own}}, folders...))
}

func load(folders []Folder) (*Rules, hcl.Diagnostics) {
	l := &loader{rules: map[string]*rule.Rule{}, files: map[string]*hcl.File{}}
	for _, folder := range folders {
		l.folder(folder)
	}
	r := &Rules{byKind: map[string][]*rule.Rule{}, notApplicable: l.notApplicable, files: l.files}
	for _, one := range l.rules {
		r.rules = append(r.rules, one)
	}
	slices.SortFunc(r.rules, func(a, b *rule.Rule) int { return compareNames(a.Name, b.Name) })
	for _, one := range r.rules {
		for _, kind := range one.Kinds() {
			r.byKind[kind] = append(r.byKind[kind], one)
		}
	}
	l.contradictions(r)
	return r, l.diags
}

// Files are the texts of the files, by the names that diagnostics have: to show the lines at fault.
func (r *Rules) Files() map[string]*hcl.File { return r.files }

type loader struct {
	rules         map[string]*rule.Rule
	notApplicable []*rule.NotApplicable
	files         map[string]*hcl.File
	diags         hcl.Diagnostics
}

func (l *loader) folder(folder Folder) {
	names, err := fs.Glob(folder.Files, "*.hcl")
	if err != nil {
		l.diags = append(l.diags, failure(folder.Path, "The folder cannot be read: %s.", err)...)
		return
	}
	if len(names) > maxFiles {
		l.diags = append(l.diags, failure(folder.Path, "The folder holds %d files of rules; at most %d are read.", len(names), maxFiles)...)
		return
	}
	here := map[string]*rule.Rule{}
	for _, name := range names {
		filename := path.Join(folder.Path, name)
		text, err := read(folder.Files, name)
		if err != nil {
			l.diags = append(l.diags, failure(filename, "The file cannot be read: %s.", err)...)
			continue
		}
		file, diags := rule.Parse(text, filename)
		l.files[filename] = &hcl.File{Bytes: text}
		l.diags = append(l.diags, diags...)
		l.notApplicable = append(l.notApplicable, file.NotApplicable...)
		for _, r := range file.Rules {
			if first := here[r.Name]; first != nil {
				l.fail(r.Range, "Duplicate rule", "The rule %q stands already at %s:%d. Give each its own name.", r.Name, first.Range.Filename, first.Range.Start.Line)
				continue
			}
			if isInvariant(r.Name) {
				l.fail(r.Range, "Duplicate rule", "%q is the name of a wiring invariant, which cannot be replaced. Choose another name.", r.Name)
				continue
			}
			here[r.Name], l.rules[r.Name] = r, r
		}
	}
}

// read reads a file that may be of any size, up to one byte more than rules may have.
func read(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, source.MaxBytes+1))
}

// contradictions reports controls that are a rule and are said not to be one.
func (l *loader) contradictions(r *Rules) {
	by := map[string]*rule.Rule{}
	for _, one := range r.rules {
		for _, control := range append([]string{one.Name}, one.Controls...) {
			by[strings.ToLower(control)] = one
		}
	}
	for _, not := range r.notApplicable {
		for _, control := range not.Controls {
			if one := by[strings.ToLower(control)]; one != nil {
				l.fail(not.Range, "Contradiction", "The control %q is said not to be applicable, but the rule %q at %s:%d implements it. Keep one of the two.", control, one.Name, one.Range.Filename, one.Range.Start.Line)
			}
		}
	}
}

func (l *loader) fail(at hcl.Range, summary, detail string, args ...any) {
	l.diags = append(l.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: &at})
}

func failure(filename, detail string, args ...any) hcl.Diagnostics {
	return hcl.Diagnostics{{
		Severity: hcl.DiagError, Summary: "Rules cannot be read", Detail: fmt.Sprintf(detail, args...),
		Subject: &hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos},
	}}
}
