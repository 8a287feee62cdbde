package project_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/archimperative/scaffold/internal/project"
)

func Example() {
	parent, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(parent)
	dir := filepath.Join(parent, "shop")
	opts := project.Options{Owned: []string{"system.hcl"}}
	files := []project.File{
		{Path: "main.go", Content: []byte("package main\n")},
		{Path: "system.hcl", Content: []byte("system \"shop\" {}\n")},
	}

	result, err := project.Write(dir, files, project.Origin{Scaffold: "devel", Pattern: "monolith"}, opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("written:", result.Written)

	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package shop\n"), 0o644); err != nil {
		fmt.Println(err)
		return
	}
	report, err := project.Check(dir, files, opts)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, status := range report.Files {
		fmt.Println(status.Path, "is", status.State)
	}
	// Output:
	// written: [main.go system.hcl]
	// main.go is edited
	// system.hcl is ok
}
