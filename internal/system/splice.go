package system

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/archimperative/scaffold/internal/source"
)

// apply returns src with the setting changed or added.
func (a assignment) apply(src []byte, filename string) ([]byte, hcl.Diagnostics) {
	file, diags := source.Parse(src, filename)
	if diags.HasErrors() {
		return src, diags
	}
	t := text{src: src, newline: "\n"}
	if bytes.Contains(src, []byte("\r\n")) {
		t.newline = "\r\n"
	}
	block := findBlock(file.Body.(*hclsyntax.Body), a.block, a.label, a.arg.name)
	if block == nil {
		lines, diag := a.newBlocks(src, filename)
		if diag != nil {
			return src, hcl.Diagnostics{diag}
		}
		return t.appendLines(lines), nil
	}
	if !a.nested {
		return t.setArgument(block, a.arg.name, a.value), nil
	}
	requirements, _ := lookupBlock("requirements")
	if inner := findBlock(block.Body, requirements, "", a.arg.name); inner != nil {
		return t.setArgument(inner, a.arg.name, a.value), nil
	}
	return t.insertLines(block, []string{"requirements {", "  " + a.arg.name + " = " + a.value, "}"}), nil
}

// findBlock returns the block of a type and label, preferring one that has the argument: there may be several decide
// blocks.
func findBlock(body *hclsyntax.Body, bt blockType, label, argument string) *hclsyntax.Block {
	var found *hclsyntax.Block
	for _, block := range body.Blocks {
		if block.Type != bt.name || label != "" && (len(block.Labels) == 0 || block.Labels[0] != label) {
			continue
		}
		if _, ok := block.Body.Attributes[argument]; ok {
			return block
		}
		if found == nil {
			found = block
		}
	}
	return found
}

// newBlocks returns the lines of the block that an assignment adds. A name close to one that exists is refused as
// a mistake. Where the block takes the place of a default, the other values of the default are written too.
func (a assignment) newBlocks(src []byte, filename string) ([]string, *hcl.Diagnostic) {
	if a.block.name == "system" {
		return nil, complaint(unknownSetting, a.text, "The file has no system block to change.")
	}
	if a.label != "" {
		if diag := a.checkLabel(); diag != nil {
			return nil, diag
		}
	}
	s, _ := Parse(src, filename)
	if hint := source.Suggest(a.label, s.names(a.block.name)); hint != "" {
		return nil, complaint(unknownSetting, a.text, "There is no %s %q.%s If you mean a new one, write its block in the file.",
			a.block.name, clip(a.label), hint)
	}
	setting := []string{"  " + a.arg.name + " = " + a.value}
	if a.nested {
		setting = []string{"  requirements {", "    " + a.arg.name + " = " + a.value, "  }"}
	}
	switch {
	case a.block.label == "":
		return append(append([]string{a.block.name + " {"}, setting...), "}"), nil
	case a.block.name == "environment" && s.assumes("environment.dev"):
		return a.defaultEnvironments(setting), nil
	case a.block.name == "service" && s.assumes("service."+a.label):
		setting = append(a.defaultService(s.Services[0]), setting...)
	}
	return append(append([]string{a.block.name + " " + quote(a.label) + " {"}, setting...), "}"), nil
}

func (a assignment) checkLabel() *hcl.Diagnostic {
	diag := checkName(a.block.label, a.label, hcl.Range{})
	if a.block.name == "waive" {
		diag = checkControl(a.label, hcl.Range{})
	}
	if diag == nil {
		return nil
	}
	return complaint(invalidAssignment, a.text, "%s", diag.Detail)
}

// defaultEnvironments writes both environments a file without any has, with the setting in one of them, or in a third.
func (a assignment) defaultEnvironments(setting []string) []string {
	var lines []string
	written := false
	for _, env := range []struct{ name, preset string }{{"dev", "sandbox"}, {"prod", "production"}, {a.label, ""}} {
		if env.preset == "" && written {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, "environment "+quote(env.name)+" {")
		mine := env.name == a.label
		if env.preset != "" && (!mine || a.arg.name != "preset") {
			lines = append(lines, "  preset = "+quote(env.preset))
		}
		if mine {
			lines = append(lines, setting...)
			written = true
		}
		lines = append(lines, "}")
	}
	return lines
}

// defaultService writes what the service of a system without services has.
func (a assignment) defaultService(s *Service) []string {
	var lines []string
	if a.arg.name != "path" && s.Path != "" {
		lines = append(lines, "  path = "+quote(s.Path))
	}
	if a.arg.name != "stores" && len(s.Stores) > 0 {
		lines = append(lines, "  stores = "+Definition{}.Format(s.Stores))
	}
	return lines
}

// names returns the names of all blocks of a type, declared or not.
func (s *System) names(block string) []string {
	var names []string
	switch block {
	case "service":
		for _, x := range s.Services {
			names = append(names, x.Name)
		}
	case "store":
		for _, x := range s.Stores {
			names = append(names, x.Name)
		}
	case "event":
		for _, x := range s.Events {
			names = append(names, x.Name)
		}
	case "environment":
		for _, x := range s.Environments {
			names = append(names, x.Name)
		}
	case "waive":
		return nil // the identifiers of controls are close to one another by nature
	}
	return few(names)
}

func (s *System) assumes(what string) bool {
	for _, a := range s.Assumptions {
		if a.What == what {
			return true
		}
	}
	return false
}

// text is the text of a file that is sound.
type text struct {
	src     []byte
	newline string
}

// replace returns the text with the bytes from start to end replaced.
func (t text) replace(start, end int, with string) []byte {
	out := make([]byte, 0, len(t.src)-(end-start)+len(with))
	out = append(out, t.src[:start]...)
	out = append(out, with...)
	return append(out, t.src[end:]...)
}

// setArgument gives an argument of a block a value. A new one lines up with the one above it if it can.
func (t text) setArgument(block *hclsyntax.Block, name, value string) []byte {
	if attr := block.Body.Attributes[name]; attr != nil {
		return t.replace(attr.Expr.Range().Start.Byte, attr.SrcRange.End.Byte, value)
	}
	if attrs := sortedAttributes(block.Body); len(attrs) > 0 {
		above := attrs[len(attrs)-1]
		if width := above.EqualsRange.Start.Byte - above.NameRange.Start.Byte - 1; width > len(name) && width < 40 {
			name += strings.Repeat(" ", width-len(name))
		}
	}
	return t.insertLines(block, []string{name + " = " + value})
}

// insertLines adds lines at the end of the arguments of a block or, for a block within, at its end.
func (t text) insertLines(block *hclsyntax.Block, lines []string) []byte {
	indent := t.indentAt(block.TypeRange.Start.Byte)
	var added strings.Builder
	for _, line := range lines {
		added.WriteString(indent + "  " + line + t.newline)
	}
	anchor := block.OpenBraceRange.End.Byte
	for _, attr := range block.Body.Attributes {
		anchor = max(anchor, attr.SrcRange.End.Byte)
	}
	if len(lines) > 1 {
		for _, inner := range block.Body.Blocks {
			anchor = max(anchor, inner.CloseBraceRange.End.Byte)
		}
	}
	if at := t.lineEnd(anchor); at >= 0 {
		return t.replace(at, at, added.String())
	}
	// The block stands on one line: unfold it.
	start, end := block.OpenBraceRange.End.Byte, block.CloseBraceRange.Start.Byte
	unfolded := t.newline
	if inner := bytes.TrimSpace(t.src[start:end]); len(inner) > 0 {
		unfolded += indent + "  " + string(inner) + t.newline
	}
	return t.replace(start, end, unfolded+added.String()+indent)
}

// lineEnd returns the offset behind the line break that ends the line at offset from, or -1 if a brace closes the block
// first. It goes by tokens, since a comment may hold line breaks too.
func (t text) lineEnd(from int) int {
	tokens, _ := hclsyntax.LexConfig(t.src, "", hcl.InitialPos)
	for _, token := range tokens {
		if token.Range.Start.Byte < from {
			continue
		}
		switch token.Type {
		case hclsyntax.TokenNewline:
			return token.Range.End.Byte
		case hclsyntax.TokenComment:
			if bytes.HasSuffix(token.Bytes, []byte("\n")) {
				return token.Range.End.Byte
			}
		default:
			return -1
		}
	}
	return -1
}

// indentAt returns the white space that starts the line of an offset.
func (t text) indentAt(at int) string {
	line := t.src[bytes.LastIndexByte(t.src[:at], '\n')+1 : at]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// appendLines adds lines at the end of the file, behind an empty one.
func (t text) appendLines(lines []string) []byte {
	out := bytes.Clone(t.src)
	if len(out) > 0 {
		if !bytes.HasSuffix(out, []byte("\n")) {
			out = append(out, t.newline...)
		}
		out = append(out, t.newline...)
	}
	for _, line := range lines {
		out = append(out, line+t.newline...)
	}
	return out
}
