package provider_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/provider"
	"github.com/google/go-cmp/cmp"
)

// TestSchemaIsUpToDate regenerates the schema from the Go code and compares.
func TestSchemaIsUpToDate(t *testing.T) {
	want, err := provider.Schema(t.Context(), "../../components")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(components.Schema), "\n")); diff != "" {
		t.Errorf("components/schema.json is out of date; run go generate ./...\n%s", diff)
	}
}
