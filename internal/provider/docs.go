package provider

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// component is what the source says about one component.
type component struct {
	doc     string
	args    map[string]field
	outputs map[string]field
}

// field is a tagged field of an arguments or outputs struct.
type field struct{ doc, typ string }

// readDocs reads the structs X and XArgs of every component, by token.
func readDocs(dir string) (map[string]component, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return nil, err
	}
	structs := map[string]*ast.StructType{} // "queue:TopicArgs"
	docs := map[string]string{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range tree.Decls {
			group, ok := decl.(*ast.GenDecl)
			if !ok {
				continue
			}
			for _, spec := range group.Specs {
				typ, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				if body, ok := typ.Type.(*ast.StructType); ok {
					key := tree.Name.Name + ":" + typ.Name.Name
					structs[key] = body
					docs[key] = sentence(group.Doc)
				}
			}
		}
	}
	found := map[string]component{}
	for key, body := range structs {
		if args, ok := structs[key+"Args"]; ok {
			found["scaffold:"+key] = component{docs[key], fields(args), fields(body)}
		}
	}
	return found, nil
}

func fields(body *ast.StructType) map[string]field {
	tagged := map[string]field{}
	for _, f := range body.Fields.List {
		if f.Tag == nil {
			continue
		}
		tag, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(tag).Get("pulumi"), ",")
		if name == "" {
			continue
		}
		var typ strings.Builder
		// Printing an expression that was just parsed cannot fail.
		_ = printer.Fprint(&typ, token.NewFileSet(), f.Type)
		tagged[name] = field{sentence(f.Doc), typ.String()}
	}
	return tagged
}

// sentence is a comment as running text: lines joined, paragraphs kept.
func sentence(comment *ast.CommentGroup) string {
	if comment == nil {
		return ""
	}
	paragraphs := strings.Split(strings.TrimSpace(comment.Text()), "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}
