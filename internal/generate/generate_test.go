package generate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/generate"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
)

func TestTry(t *testing.T) {
	src, _ := os.ReadFile("../../examples/shop/system.hcl")
	s, diags := system.Parse(src, "system.hcl")
	for _, d := range diags {
		fmt.Println(d)
	}
	text, _ := blueprints.Files.ReadFile("event-driven.hcl")
	b, diags := blueprint.Parse(text, "event-driven.hcl")
	for _, d := range diags {
		fmt.Println(d)
	}
	lib, err := schema.Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	designs, diags := design.All(s, b, lib)
	for _, d := range diags {
		fmt.Println(d)
	}
	if diags.HasErrors() {
		t.Fatal()
	}
	files, err := generate.Project(generate.Input{System: s, SystemSource: src, Blueprint: b, Designs: designs, Module: generate.Module{Replace: "/work/main"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		p := filepath.Join("/tmp/shop", f.Path)
		os.MkdirAll(filepath.Dir(p), 0o755)
		os.WriteFile(p, f.Content, 0o644)
	}
}
