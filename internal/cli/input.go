package cli

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/archimperative/scaffold/blueprints"
	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/catalog"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/generate"
	"github.com/archimperative/scaffold/internal/project"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/source"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
)

// input is what a project is made of, as far as it could be made out, with the
// problems found on the way.
type input struct {
	text      []byte // of system.hcl
	filename  string // as shown to the user
	system    *system.System
	blueprint *blueprint.Blueprint
	designs   []*design.Design
	advice    string // why a pattern was chosen, if the user chose none
	diags     hcl.Diagnostics
}

// files are the texts that diagnostics point into.
func (in *input) files() map[string]*hcl.File {
	files := map[string]*hcl.File{}
	if in.blueprint != nil {
		files = sources(in.blueprint)
	}
	files[in.filename] = &hcl.File{Bytes: in.text}
	return files
}

func sources(b *blueprint.Blueprint) map[string]*hcl.File {
	files := map[string]*hcl.File{}
	for name, text := range b.Sources {
		files[name] = &hcl.File{Bytes: text}
	}
	return files
}

// catalog is the blueprints there are: those that come with scaffold, and those
// in the folders that the user named.
func (s Streams) catalog() (*catalog.Catalog, error) {
	folders := []fs.FS{blueprints.Files}
	for _, dir := range s.Blueprints {
		// A root, so that no symbolic link leads out of the folder. It stays open as
		// long as the program runs.
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, fmt.Errorf("opening the blueprints: %w", err)
		}
		folders = append(folders, root.FS())
	}
	return catalog.Open(folders...)
}

// readText reads a file of at most source.MaxBytes bytes; "-" is standard input.
// A larger one is cut, which package source then refuses with its own words.
func readText(streams Streams, path string) ([]byte, error) {
	reader := streams.In
	if path != "-" {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("reading the system: %w", err)
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("reading the system: %s is not a file", path)
		}
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("reading the system: %w", err)
		}
		defer file.Close()
		reader = file
	}
	text, err := io.ReadAll(io.LimitReader(reader, source.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the system: %w", err)
	}
	return text, nil
}

// parseInput reads a system after making the assignments.
func parseInput(text []byte, filename string, assignments []string) *input {
	in := &input{text: text, filename: filename}
	if len(assignments) > 0 {
		edited, diags := system.Edit(text, filename, assignments)
		in.diags = append(in.diags, diags...)
		if edited != nil {
			in.text = edited // with the assignments that could be made
		}
	}
	var diags hcl.Diagnostics
	in.system, diags = system.Parse(in.text, filename)
	in.diags = append(in.diags, diags...)
	return in
}

// readInput parses the system, applies assignments, finds its blueprint and
// designs it. Problems in what the user wrote are in the result; the error is
// for what is not the user's.
func readInput(streams Streams, text []byte, filename string, assignments []string) (*input, error) {
	in := parseInput(text, filename, assignments)
	library, err := schema.Parse(components.Schema)
	if err != nil {
		return nil, err
	}
	patterns, err := streams.catalog()
	if err != nil {
		return nil, err
	}
	if in.system.Pattern == "" {
		if in.diags.HasErrors() {
			return in, nil
		}
		return in, in.recommend(streams, patterns, library)
	}
	var diags hcl.Diagnostics
	in.blueprint, diags, err = patterns.Blueprint(in.system.Pattern)
	if err != nil {
		return nil, err
	}
	if in.blueprint == nil {
		at := in.system.Ranges["pattern"]
		in.diags = append(in.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown pattern", Detail: patterns.Unknown(in.system.Pattern) + hintOwn(streams), Subject: &at})
		return in, nil
	}
	in.diags = append(in.diags, diags...)
	if in.diags.HasErrors() {
		return in, nil
	}
	in.designs, diags = design.All(in.system, in.blueprint, library)
	in.diags = append(in.diags, diags...)
	return in, nil
}

// hintOwn reminds of blueprints that the user may have, where none were named.
func hintOwn(streams Streams) string {
	if len(streams.Blueprints) > 0 {
		return ""
	}
	return " Blueprints of your own are found with --blueprints DIR."
}

// project generates the files of the project in dir.
func (in *input) project(streams Streams, dir string) ([]project.File, error) {
	module, err := moduleFor(streams, dir)
	if err != nil {
		return nil, err
	}
	files, err := generate.Project(generate.Input{
		System: in.system, SystemSource: in.text, Blueprint: in.blueprint, Designs: in.designs, Module: module,
	})
	list := make([]project.File, len(files))
	for i, f := range files {
		list[i] = project.File(f)
	}
	return list, err
}

// shown is a path as the user would write it: from the working directory if
// that is shorter.
func shown(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	cwd, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(cwd, abs); err == nil && len(rel) < len(abs) {
		return rel
	}
	return abs
}
