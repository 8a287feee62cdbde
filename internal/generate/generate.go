package generate

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/diagram"
	"github.com/archimperative/scaffold/internal/system"
)

// File is one file of a project: a slash-separated path and what it holds.
type File struct {
	Path    string
	Content []byte
}

// Input is what a project is made of.
type Input struct {
	System       *system.System
	SystemSource []byte // the text of system.hcl, written as it is
	Blueprint    *blueprint.Blueprint
	Designs      []*design.Design // one an environment, in the order of the system
	Module       Module
}

//go:embed templates
var templates embed.FS

// Project is all files of the project, sorted by path. It fails where the
// environments cannot be one program.
func Project(in Input) ([]File, error) {
	p, err := merge(in.Designs)
	if err != nil {
		return nil, err
	}
	main, err := mainProgram(in, p)
	if err != nil {
		return nil, err
	}
	settings, err := settingsProgram(p)
	if err != nil {
		return nil, err
	}
	required, err := requiredProgram(in)
	if err != nil {
		return nil, err
	}
	files := []File{
		{"system.hcl", in.SystemSource},
		{"main.go", main},
		{"system_test.go", required},
		{"go.mod", in.Module.goMod(in.System.Name)},
		{"go.sum", in.Module.goSum()},
	}
	if settings != nil {
		files = append(files, File{"settings.go", settings})
	}
	view := newView(in, p)
	for path, name := range map[string]string{
		"Pulumi.yaml": "Pulumi.yaml", "main_test.go": "main_test.go", "README.md": "README.md", ".gitignore": "gitignore", ".gitattributes": "gitattributes",
		".github/workflows/pulumi.yml": "pulumi.yml",
	} {
		content, err := render(name, view)
		if err != nil {
			return nil, err
		}
		files = append(files, File{path, content})
	}
	graph := diagram.New(in.System, in.Designs...)
	architecture, err := render("architecture.md", architectureView{view, graph.Mermaid(), view.Environments[len(view.Environments)-1].Name})
	if err != nil {
		return nil, err
	}
	files = append(files, File{"docs/architecture.md", architecture}, File{"docs/architecture.svg", graph.SVG()})
	if len(view.Sizes) > 0 {
		content, err := render("sizing.md", view)
		if err != nil {
			return nil, err
		}
		files = append(files, File{"docs/sizing.md", content})
	}
	for n, d := range in.Designs {
		files = append(files, File{"Pulumi." + d.Environment + ".yaml", stackFile(in, p, n)})
	}
	for n, d := range in.Designs[0].Decisions {
		content, err := render("decision.md", newRecord(in, n))
		if err != nil {
			return nil, err
		}
		files = append(files, File{"docs/decisions/" + recordName(n, d), content})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return files, nil
}

// architectureView is what docs/architecture.md shows.
type architectureView struct {
	view
	Mermaid string
	Details string // the environment whose details the picture shows
}

// parsed are the templates; `[[` delimits actions, since GitHub's workflows use `{{`.
var parsed = template.Must(template.New("").Delims("[[", "]]").Funcs(template.FuncMap{
	"join": strings.Join, "cell": cell,
}).ParseFS(templates, "templates/*.tmpl"))

func render(name string, data any) ([]byte, error) {
	var b bytes.Buffer
	if err := parsed.ExecuteTemplate(&b, name+".tmpl", data); err != nil {
		return nil, fmt.Errorf("writing %s: %w; this is a bug in scaffold", name, err)
	}
	if strings.HasSuffix(name, ".go") {
		return formatted(b.Bytes())
	}
	return b.Bytes(), nil
}

// cell is text in a cell of a Markdown table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}
