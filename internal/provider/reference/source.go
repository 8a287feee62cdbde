package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// library is the functions of all component packages, with types.
type library struct {
	bodies map[*types.Func]*ast.BlockStmt
	uses   map[*types.Func]*types.Info
	pkgs   map[string]*types.Package // by the last part of their path
}

// load type-checks the component packages; what they import comes compiled.
func load(dir string) (*library, error) {
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedImports | packages.NeedTypes | packages.NeedTypesSizes | packages.NeedSyntax | packages.NeedTypesInfo}, "./...")
	if err != nil {
		return nil, err
	}
	l := &library{map[*types.Func]*ast.BlockStmt{}, map[*types.Func]*types.Info{}, map[string]*types.Package{}}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", p.PkgPath, p.Errors[0])
		}
		l.pkgs[p.PkgPath[strings.LastIndex(p.PkgPath, "/")+1:]] = p.Types
		for _, file := range p.Syntax {
			for _, decl := range file.Decls {
				if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body != nil {
					object := p.TypesInfo.Defs[fn.Name].(*types.Func)
					l.bodies[object], l.uses[object] = fn.Body, p.TypesInfo
				}
			}
		}
	}
	return l, nil
}

// creates are the AWS resources that a constructor, and the functions it refers
// to in its own package, can create.
func (l *library) creates(pkg, constructor string) []string {
	found := map[string]bool{}
	seen := map[*types.Func]bool{}
	var visit func(f *types.Func)
	visit = func(f *types.Func) {
		f = f.Origin()
		body := l.bodies[f]
		if body == nil || seen[f] {
			return
		}
		seen[f] = true
		ast.Inspect(body, func(n ast.Node) bool {
			name, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			called, ok := l.uses[f].Uses[name].(*types.Func)
			if !ok || called.Pkg() == nil {
				return true
			}
			path := called.Pkg().Path()
			resource, isNew := strings.CutPrefix(called.Name(), "New")
			switch {
			case strings.Contains(path, "/pulumi-aws/sdk/") && isNew && resource != "Provider":
				found[path[strings.LastIndex(path, "/")+1:]+"."+resource] = true
			case strings.Contains(path, "/pulumi-aws/sdk/"):
			case called.Pkg() == f.Pkg(), strings.HasSuffix(path, "/convention"):
				visit(called)
			}
			return true
		})
	}
	if p := l.pkgs[pkg]; p != nil {
		if f, ok := p.Scope().Lookup(constructor).(*types.Func); ok {
			visit(f)
		}
	}
	var list []string
	for resource := range found {
		list = append(list, resource)
	}
	slices.Sort(list)
	return list
}
