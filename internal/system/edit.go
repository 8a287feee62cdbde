package system

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/archimperative/scaffold/internal/source"
)

// Edit applies assignments, such as requirements.availability=99.99 or service.orders.image=acme/orders:2, to the text
// of a system.hcl, one after the other. It changes those values and nothing else; an argument or block that is not
// there yet is added.
//
// A value is taken as it stands if it is a literal of the kind the argument takes, and as a text otherwise, so that
// texts need no quotes. Lists are HCL lists or texts separated by commas.
//
// When an assignment cannot be applied, Edit says so and goes on with the others. It does not look at whether
// the values are sound: Parse does.
func Edit(src []byte, filename string, assignments []string) ([]byte, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	for _, text := range assignments {
		a, diag := parseAssignment(text)
		if diag != nil {
			diags = append(diags, diag)
			continue
		}
		edited, moreDiags := a.apply(src, filename)
		if moreDiags.HasErrors() {
			diags = append(diags, moreDiags...)
			if !sound(src, filename) {
				return src, diags // no other assignment will fare better
			}
			continue
		}
		src = edited
	}
	return src, diags
}

func sound(src []byte, filename string) bool {
	_, diags := source.Parse(src, filename)
	return !diags.HasErrors()
}

// assignment is one setting and its new value.
type assignment struct {
	text   string    // as given
	block  blockType // of the top level
	label  string
	nested bool // the setting is in the requirements block of an environment
	arg    argument
	value  string // as HCL
}

func parseAssignment(text string) (assignment, *hcl.Diagnostic) {
	path, given, ok := strings.Cut(text, "=")
	path, given = strings.TrimSpace(path), strings.TrimSpace(given)
	if !ok || path == "" || !utf8.ValidString(text) || len(text) > maxAssignment {
		return assignment{}, complaint(invalidAssignment, text, "An assignment is a setting, an equals sign and a value. "+
			"Write it like requirements.availability=99.95.")
	}
	a := assignment{text: text}
	words := strings.Split(path, ".")
	if a.block, ok = lookupBlock(words[0]); !ok {
		return a, complaint(unknownSetting, text, "system.hcl has no block %q.%s The blocks are %s.",
			clip(words[0]), source.Suggest(words[0], blockNames()), strings.Join(blockNames(), ", "))
	}
	inner := a.block
	last := len(words) - 1
	if a.block.name == "environment" && last >= 3 && words[last-1] == "requirements" {
		inner, _ = lookupBlock("requirements")
		a.nested = true
		last--
	}
	labelled := a.block.label != "" && a.block.name != "system" // there is one system: it needs no name
	if labelled && last >= 2 {
		a.label = strings.Join(words[1:last], ".")
	}
	if labelled && a.label == "" || !labelled && last != 1 {
		return a, complaint(unknownSetting, text, "A setting of this block is written like %s.", a.block.settingExample())
	}
	name := words[len(words)-1]
	if a.arg, ok = inner.argument(name); !ok {
		return a, complaint(unknownSetting, text, "%s block takes no argument %q.%s Its arguments are %s.",
			capitalA(inner.name), clip(name), source.Suggest(name, inner.argumentNames()), strings.Join(inner.argumentNames(), ", "))
	}
	if !hclsyntax.ValidIdentifier(name) {
		return a, complaint(invalidAssignment, text, "%q is not a name. A name has letters, digits, underscores and hyphens.", clip(name))
	}
	a.value = literalOf(a.arg.kind, given)
	return a, nil
}

// maxAssignment is the length of the longest assignment, in bytes.
const maxAssignment = 10_000

func (b blockType) settingExample() string {
	name := "bus"
	if len(b.args) > 0 {
		name = b.args[0].name
	}
	switch {
	case b.name == "assume":
		return "assume.request_seconds=…"
	case b.name == "waive":
		return "waive.RDS.7." + name + "=…"
	case b.label != "" && b.name != "system":
		return b.name + ".NAME." + name + "=…"
	default:
		return b.name + "." + name + "=…"
	}
}

// literalOf writes a value given on the command line as HCL.
func literalOf(kind Kind, given string) string {
	if isLiteral(kind, given) {
		return given
	}
	if kind != Texts {
		return quote(given)
	}
	var elements []string
	for _, e := range strings.Split(given, ",") {
		if e = strings.TrimSpace(e); e != "" {
			elements = append(elements, quote(e))
		}
	}
	return "[" + strings.Join(elements, ", ") + "]"
}

// isLiteral says whether a text is, as it stands, one HCL literal of a kind.
func isLiteral(kind Kind, given string) bool {
	if given == "" || strings.ContainsAny(given, "\r\n") {
		return false
	}
	file, diags := source.Parse([]byte("value = "+given+"\n"), "")
	body := file.Body.(*hclsyntax.Body)
	attr := body.Attributes["value"]
	if diags.HasErrors() || attr == nil || len(body.Attributes) != 1 || len(body.Blocks) != 0 ||
		attr.SrcRange.End.Byte != len("value = ")+len(given) {
		return false
	}
	if kind == Texts {
		tuple, ok := attr.Expr.(*hclsyntax.TupleConsExpr)
		return ok && !slices.ContainsFunc(tuple.Exprs, func(e hclsyntax.Expression) bool {
			_, diags := value("value", Text, e)
			return diags.HasErrors()
		})
	}
	if kind == Size || kind == Duration {
		kind = Text // a wrong size is still a text: Parse explains it better
	}
	_, diags = value("value", kind, attr.Expr)
	return !diags.HasErrors()
}

// complaint is a diagnostic about an assignment. It has no place in a file, so it names the assignment.
func complaint(summary, text, detail string, args ...any) *hcl.Diagnostic {
	diag := problem(summary, hcl.Range{}, detail, args...)
	diag.Subject = nil
	diag.Detail = "In the assignment " + clip(text) + ": " + diag.Detail
	return diag
}
