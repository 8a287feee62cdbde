// Package catalog holds a set of blueprints, found by the name of their pattern.
package catalog

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
)

// Catalog is a set of blueprints.
type Catalog struct {
	folders []fs.FS // later ones win
	names   []string
	reading []string // patterns being read, to find cycles
	parsed  map[file]parsed
}

// A file is one blueprint of one folder.
type file struct {
	folder int
	name   string
}

type parsed struct {
	blueprint *blueprint.Blueprint
	diags     hcl.Diagnostics
}

// Open lists the blueprints in the top of each folder: <pattern>.hcl. Of two
// with one name, that in the later folder counts.
func Open(folders ...fs.FS) (*Catalog, error) {
	c := &Catalog{folders: folders, parsed: map[file]parsed{}}
	for _, folder := range folders {
		entries, err := fs.ReadDir(folder, ".")
		if err != nil {
			return nil, fmt.Errorf("reading the catalog: %w", err)
		}
		for _, entry := range entries {
			if name, ok := strings.CutSuffix(entry.Name(), ".hcl"); ok && entry.Type().IsRegular() {
				c.names = append(c.names, name)
			}
		}
	}
	slices.Sort(c.names)
	c.names = slices.Compact(c.names)
	return c, nil
}

// Patterns are the names of all blueprints that are not abstract, sorted.
func (c *Catalog) Patterns() []string {
	return slices.DeleteFunc(slices.Clone(c.names), func(name string) bool {
		// What cannot be read is listed: whoever asks for it learns why.
		b, _, _, err := c.parse(name, len(c.folders))
		return err == nil && b != nil && b.Abstract
	})
}

// All are the names of all blueprints, the abstract ones included, sorted.
func (c *Catalog) All() []string { return slices.Clone(c.names) }

// Blueprint reads the blueprint of a pattern, with those it extends. Its
// diagnostics name the file <pattern>.hcl. It is nil for a pattern that is not
// there: Unknown says so.
func (c *Catalog) Blueprint(pattern string) (*blueprint.Blueprint, hcl.Diagnostics, error) {
	if !slices.Contains(c.names, pattern) {
		return nil, nil, nil
	}
	return c.read(pattern, len(c.folders))
}

// read reads the blueprint in the last of the first n folders that has it. A
// blueprint may extend one of its own name in a folder before.
func (c *Catalog) read(pattern string, n int) (*blueprint.Blueprint, hcl.Diagnostics, error) {
	b, diags, n, err := c.parse(pattern, n)
	if b == nil || err != nil {
		return nil, nil, err
	}
	name := pattern + ".hcl"
	if !diags.HasErrors() && b.Name != pattern {
		diags = append(diags, problem(b.Range, "Misnamed blueprint",
			"The file %s holds the blueprint %q. Give both one name, so that the pattern can be found.", name, b.Name))
	}
	if b.Extends == "" || diags.HasErrors() {
		return b, diags, nil
	}
	before := len(c.folders)
	if b.Extends == pattern {
		before = n
	}
	if slices.Contains(c.reading, b.Extends) && before == len(c.folders) {
		return b, append(diags, problem(b.ExtendsRange, "Extension cycle", "These blueprints extend one another: %s.", strings.Join(append(slices.Clone(c.reading), pattern, b.Extends), ", "))), nil
	}
	inner := *c
	inner.reading = append(slices.Clone(c.reading), pattern)
	base, more, err := inner.read(b.Extends, before)
	if err != nil {
		return b, diags, err
	}
	if base == nil {
		return b, append(diags, problem(b.ExtendsRange, "Unknown pattern", "%s", c.Unknown(b.Extends))), nil
	}
	return b.Extend(base), append(diags, more...), nil
}

// parse reads the text of a blueprint in the last of the first n folders that has it, once,
// and tells which folder that is. The blueprint is nil if none has it.
func (c *Catalog) parse(pattern string, n int) (*blueprint.Blueprint, hcl.Diagnostics, int, error) {
	name := pattern + ".hcl"
	for n--; n >= 0; n-- {
		if _, err := fs.Stat(c.folders[n], name); err == nil {
			break
		}
	}
	if n < 0 {
		return nil, nil, n, nil
	}
	if known, ok := c.parsed[file{n, name}]; ok {
		return known.blueprint, slices.Clone(known.diags), n, nil
	}
	text, err := readFile(c.folders[n], name)
	if err != nil {
		return nil, nil, n, fmt.Errorf("reading the blueprint %s: %w", pattern, err)
	}
	// Two files of one name are told apart by where they stand.
	filename := name
	if n > 0 && c.has(name, n) {
		filename = fmt.Sprintf("%s (own)", name)
	}
	b, diags := blueprint.Parse(text, filename)
	c.parsed[file{n, name}] = parsed{b, diags}
	return b, slices.Clone(diags), n, nil
}

// has tells whether one of the first n folders has a file.
func (c *Catalog) has(name string, n int) bool {
	return slices.ContainsFunc(c.folders[:n], func(folder fs.FS) bool {
		_, err := fs.Stat(folder, name)
		return err == nil
	})
}

// readFile reads at most one byte more than package source takes, which then
// refuses the text with its own words.
func readFile(folder fs.FS, name string) ([]byte, error) {
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, source.MaxBytes+1))
}

func problem(at hcl.Range, summary, format string, values ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, values...), Subject: &at}
}

// Unknown says that there is no such pattern, or only an abstract one, and which there are.
func (c *Catalog) Unknown(pattern string) string {
	patterns := c.Patterns()
	if slices.Contains(c.names, pattern) {
		return fmt.Sprintf("The blueprint %q is abstract: it is there to be extended. The patterns are %s.", pattern, strings.Join(patterns, ", "))
	}
	return fmt.Sprintf("There is no pattern %q; there is %s.%s", pattern, strings.Join(patterns, ", "), source.Suggest(pattern, patterns))
}
