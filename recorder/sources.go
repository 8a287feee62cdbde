package recorder

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// Sources says in which Go files the program stands, such as "main.go". The Source of a resource is then
// the line there that makes it or the component it belongs to, and "" if that cannot be told; without the
// option it is the line of the call wherever that stands, mostly inside a component.
//
// Such a line is a call with the logical name as its second argument, as in
// queue.NewTopic(ctx, "orders", …). Names that are put together at run time are not found.
func Sources(files ...string) Option {
	return func(o *options) {
		o.sources = &sources{lines: map[string]string{}, files: map[string]string{}}
		for _, file := range files {
			if err := o.sources.read(file); err != nil {
				o.fail(err)
			}
		}
	}
}

type sources struct {
	lines map[string]string // of calls, by the logical name: "main.go:12"
	files map[string]string // as the option names them, by their absolute paths
}

func (s *sources) read(path string) error {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return fmt.Errorf("looking for the sources: %w", err)
	}
	name := filepath.ToSlash(path)
	s.files[filepath.ToSlash(absolute)] = name
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("reading the sources: %w", err)
	}
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) < 2 {
			return true
		}
		literal, ok := call.Args[1].(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		if logical, err := strconv.Unquote(literal.Value); err == nil && s.lines[logical] == "" {
			s.lines[logical] = fmt.Sprintf("%s:%d", name, set.Position(call.Pos()).Line)
		}
		return true
	})
	return nil
}

// locate sets where the resources of a recording are made.
func (s *sources) locate(r *Recording) {
	if s == nil {
		return
	}
	byURN := map[string]*recording.Resource{}
	for _, res := range r.Resources {
		byURN[res.URN] = res
	}
	found := make(map[*recording.Resource]string, len(r.Resources))
	for _, res := range r.Resources {
		found[res] = s.line(res, byURN)
	}
	for res, line := range found {
		res.Source = line
	}
}

// line is where the program makes a resource, or the outermost component that it names.
func (s *sources) line(res *recording.Resource, byURN map[string]*recording.Resource) string {
	best := ""
	for steps := 0; res != nil && steps < 50; steps++ {
		if res.Type == stackType {
			break
		}
		if file, line, ok := cutPosition(res.Source); ok && s.files[file] != "" {
			best = s.files[file] + ":" + line
		} else if line := s.lines[res.Name]; line != "" {
			best = line
		}
		res = byURN[res.Parent]
	}
	return best
}

func cutPosition(source string) (file, line string, ok bool) {
	i := strings.LastIndexByte(source, ':')
	if i < 0 {
		return "", "", false
	}
	return filepath.ToSlash(source[:i]), source[i+1:], true
}
