package main

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/schema"
)

// TestEveryComponentIsListed compares the constructors in the source with the
// components in the schema: go generate ./... adds a new one to both lists.
func TestEveryComponentIsListed(t *testing.T) {
	found, err := constructors("../../../components")
	if err != nil {
		t.Fatal(err)
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	var source, listed []string
	for _, c := range found {
		source = append(source, "scaffold:"+c.pkg+":"+c.name)
	}
	for _, c := range library.Components() {
		listed = append(listed, c.Token)
	}
	slices.Sort(source)
	if !slices.Equal(source, listed) {
		t.Errorf("the source has %q, the schema %q", source, listed)
	}
}
