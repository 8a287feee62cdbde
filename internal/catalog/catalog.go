// Package catalog holds a set of blueprints, found by the name of their pattern.
package catalog

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/hashicorp/hcl/v2"
)

// Catalog is a set of blueprints.
type Catalog struct {
	files fs.FS
	names []string
}

// Open lists the blueprints in the top folder of files: <pattern>.hcl.
func Open(files fs.FS) (*Catalog, error) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return nil, fmt.Errorf("reading the catalog: %w", err)
	}
	c := &Catalog{files: files}
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".hcl"); ok && !entry.IsDir() {
			c.names = append(c.names, name)
		}
	}
	slices.Sort(c.names)
	return c, nil
}

// Patterns are the names of all blueprints, sorted.
func (c *Catalog) Patterns() []string { return slices.Clone(c.names) }

// Blueprint reads the blueprint of a pattern. Its diagnostics name the file
// <pattern>.hcl. It is nil for a pattern that is not there: Unknown says so.
func (c *Catalog) Blueprint(pattern string) (*blueprint.Blueprint, hcl.Diagnostics, error) {
	if !slices.Contains(c.names, pattern) {
		return nil, nil, nil
	}
	name := pattern + ".hcl"
	text, err := fs.ReadFile(c.files, name)
	if err != nil {
		return nil, nil, fmt.Errorf("reading the blueprint %s: %w", pattern, err)
	}
	b, diags := blueprint.Parse(text, name)
	if !diags.HasErrors() && b.Name != pattern {
		at := b.Range
		diags = append(diags, &hcl.Diagnostic{
			Severity: hcl.DiagError, Summary: "Misnamed blueprint", Subject: &at,
			Detail: fmt.Sprintf("The file %s holds the blueprint %q. Give both one name, so that the pattern can be found.", name, b.Name),
		})
	}
	return b, diags, nil
}

// Unknown says that there is no such pattern, and which there are.
func (c *Catalog) Unknown(pattern string) string {
	return fmt.Sprintf("There is no pattern %q; there is %s.%s", pattern, strings.Join(c.names, ", "), source.Suggest(pattern, c.names))
}
