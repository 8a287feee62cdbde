package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// sdk is what the Go SDK tells about resources.
type sdk struct {
	resources []*sdkResource // sorted by token
}

type sdkResource struct {
	token   string
	members map[string]sdkType // by Pulumi name: inputs and outputs
}

// sdkType is the type of a property. Its kind is one of string, bool, number, any, asset, list, map, object.
type sdkType struct {
	kind   string
	elem   *sdkType
	object *sdkStruct
}

type sdkStruct struct {
	pkg    *sdkPackage
	syntax *ast.StructType
	fields map[string]sdkType // filled by members
}

type sdkPackage struct {
	structs map[string]*sdkStruct
	tokens  map[string]string // constructor → token
}

// readSDK parses the package aws of the SDK and all below it.
func readSDK(root string) (*sdk, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() != "internal" {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	packages := make([]*sdkPackage, len(dirs))
	errs := make([]error, len(dirs))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, dir := range dirs {
		wait.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wait.Done() }()
			packages[i], errs[i] = readPackage(dir)
		}()
	}
	wait.Wait()
	s := &sdk{}
	for i, p := range packages {
		if errs[i] != nil {
			return nil, errs[i]
		}
		for constructor, token := range p.tokens {
			if r := p.resource(constructor, token); r != nil {
				s.resources = append(s.resources, r)
			}
		}
	}
	slices.SortFunc(s.resources, func(a, b *sdkResource) int { return strings.Compare(a.token, b.token) })
	return s, nil
}

func readPackage(dir string) (*sdkPackage, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &sdkPackage{structs: map[string]*sdkStruct{}, tokens: map[string]string{}}
	for _, file := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, decl := range tree.Decls {
			switch d := decl.(type) {
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if t, ok := spec.(*ast.TypeSpec); ok {
						if s, ok := t.Type.(*ast.StructType); ok {
							p.structs[t.Name.Name] = &sdkStruct{pkg: p, syntax: s}
						}
					}
				}
			case *ast.FuncDecl:
				if token := registers(d); token != "" {
					p.tokens[d.Name.Name] = token
				}
			}
		}
	}
	return p, nil
}

// registers returns the token that a constructor hands to RegisterResource.
func registers(d *ast.FuncDecl) string {
	if d.Recv != nil || d.Body == nil || !strings.HasPrefix(d.Name.Name, "New") {
		return ""
	}
	found := ""
	ast.Inspect(d.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		callee, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || callee.Sel.Name != "RegisterResource" {
			return true
		}
		if lit, ok := call.Args[0].(*ast.BasicLit); ok {
			found, _ = strconv.Unquote(lit.Value)
		}
		return false
	})
	return found
}

// resource collects the members of a resource from its plain structures: arguments, and the state that a
// lookup filters by, which has the outputs too.
func (p *sdkPackage) resource(constructor, token string) *sdkResource {
	if !strings.HasPrefix(token, "aws:") {
		return nil // the provider itself
	}
	name := strings.TrimPrefix(constructor, "New")
	r := &sdkResource{token: token, members: map[string]sdkType{}}
	for _, suffix := range []string{"State", "Args"} {
		if s := p.lowered(name + suffix); s != nil {
			for member, t := range s.members() {
				r.members[member] = t
			}
		}
	}
	return r
}

// lowered finds the structure with this name and a small first letter; the SDK makes more letters small in
// some names (S3Location has s3locationArgs).
func (p *sdkPackage) lowered(name string) *sdkStruct {
	if s := p.structs[strings.ToLower(name[:1])+name[1:]]; s != nil {
		return s
	}
	var found *sdkStruct
	for other, s := range p.structs {
		if strings.EqualFold(other, name) && other[0] != name[0] {
			found = s
		}
	}
	return found
}

// members are the types of the fields by their pulumi tags.
func (s *sdkStruct) members() map[string]sdkType {
	if s.fields != nil {
		return s.fields
	}
	s.fields = map[string]sdkType{} // before its fields: structures contain themselves
	for _, f := range s.syntax.Fields.List {
		if f.Tag == nil {
			continue
		}
		raw, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(raw).Get("pulumi"), ",")
		if name != "" {
			s.fields[name] = s.pkg.typeOf(f.Type)
		}
	}
	return s.fields
}

func (p *sdkPackage) typeOf(e ast.Expr) sdkType {
	switch e := e.(type) {
	case *ast.StarExpr:
		return p.typeOf(e.X)
	case *ast.ArrayType:
		elem := p.typeOf(e.Elt)
		return sdkType{kind: "list", elem: &elem}
	case *ast.MapType:
		elem := p.typeOf(e.Value)
		return sdkType{kind: "map", elem: &elem}
	case *ast.InterfaceType:
		return sdkType{kind: "any"}
	case *ast.SelectorExpr:
		switch e.Sel.Name {
		case "Archive", "Asset", "AssetOrArchive":
			return sdkType{kind: "asset"}
		}
	case *ast.Ident:
		switch e.Name {
		case "bool":
			return sdkType{kind: "bool"}
		case "int", "float64":
			return sdkType{kind: "number"}
		}
		if s := p.structs[e.Name]; s != nil {
			return sdkType{kind: "object", object: s}
		}
	}
	return sdkType{kind: "string"} // strings and enumerations
}
