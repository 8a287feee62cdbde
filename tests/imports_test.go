package tests

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/archimperative/scaffold"

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

// packages are all packages of the module.
func packages(t *testing.T) map[string]goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]goPackage{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(p.ImportPath, module+"/")] = p
	}
	if len(all) < 15 {
		t.Fatalf("only %d packages", len(all))
	}
	return all
}

// TestCommandLineLinksNoCloudSDK keeps the command line small and instant.
func TestCommandLineLinksNoCloudSDK(t *testing.T) {
	for _, dep := range packages(t)["cmd/scaffold"].Deps {
		if strings.HasPrefix(dep, "github.com/pulumi/") {
			t.Errorf("cmd/scaffold links %s", dep)
		}
	}
}

// TestComponentsDoNotImportOneAnother: they meet through outputs and inputs.
func TestComponentsDoNotImportOneAnother(t *testing.T) {
	found := 0
	for path, p := range packages(t) {
		if !strings.HasPrefix(path, "components/") || strings.HasPrefix(path, "components/internal/") {
			continue
		}
		found++
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, module) && imported != module+"/components/internal/convention" {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
	if found < 5 {
		t.Errorf("only %d component packages", found)
	}
}

// mayImport is who may import whom inside the module, by the design. What is
// not listed may import nothing of it.
var mayImport = map[string][]string{
	"cmd/scaffold":                   {"internal/cli"},
	"internal/cli":                   {"", "internal/project", "internal/tfplan", "internal/preview", "internal/generate", "internal/diagram", "internal/design", "internal/blueprint", "internal/catalog", "internal/schema", "internal/system", "internal/source", "blueprints", "components", "guardrails", "recorder/recording"},
	"internal/preview":               {"recorder/recording"},
	"internal/tfplan":                {"recorder/recording"},
	"internal/generate":              {"internal/diagram", "internal/design", "internal/blueprint", "internal/schema", "internal/system"},
	"internal/diagram":               {"internal/design", "internal/schema", "internal/system"},
	"internal/design":                {"internal/blueprint", "internal/schema", "internal/sizing", "internal/system", "internal/source"},
	"internal/sizing":                {"internal/source"},
	"internal/catalog":               {"internal/blueprint", "internal/source"},
	"internal/blueprint":             {"internal/source"},
	"internal/system":                {"internal/source"},
	"internal/assemble":              {"region"},
	"components/internal/convention": {"region"},
	"internal/stack":                 {"internal/assemble", "internal/design", "internal/catalog", "internal/schema", "internal/system", "internal/source", "blueprints", "components"},
	"internal/provider/write":        {"internal/provider"},
	"internal/provider/reference":    {"internal/schema"},
	"guardrails":                     {"guardrails/internal/rule", "internal/source", "recorder/recording"},
	"guardrails/internal/rule":       {"internal/source", "recorder/recording"},
	"recorder":                       {"recorder/recording"},
	"requirements":                   {"internal/system", "recorder/recording"},
}

func TestRooms(t *testing.T) {
	for path, p := range packages(t) {
		allowed := mayImport[path]
		for _, imported := range p.Imports {
			room, ours := strings.CutPrefix(imported, module)
			room = strings.TrimPrefix(room, "/")
			isComponent := strings.HasPrefix(room, "components/")
			switch {
			case !ours:
				if usesDisk(imported) && slices.Contains([]string{"internal/generate", "internal/diagram", "internal/design", "internal/blueprint", "internal/catalog", "internal/system", "internal/source", "internal/schema"}, path) {
					t.Errorf("%s imports %s: only the command line and package project touch the disk", path, imported)
				}
			case (path == "internal/assemble" || path == "internal/provider") && (isComponent || room == "internal/design"):
			case strings.HasPrefix(path, "examples/programs/") && isComponent:
			case strings.HasPrefix(path, "components/") && room == "components/internal/convention":
			case !slices.Contains(allowed, room):
				t.Errorf("%s imports %s; see mayImport", path, imported)
			}
		}
	}
}

func usesDisk(path string) bool {
	return path == "os" || path == "os/exec" || path == "path/filepath" || path == "net/http"
}
