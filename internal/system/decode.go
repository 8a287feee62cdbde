package system

import (
	"slices"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/archimperative/scaffold/internal/source"
)

// Parse reads src, the content of the system.hcl called filename. The System is never nil: when there are errors it
// is what could be read. The diagnostics are all there are, in the order of the file.
func Parse(src []byte, filename string) (*System, hcl.Diagnostics) {
	file, diags := source.Parse(src, filename)
	d := &decoder{
		src:    src,
		sound:  !diags.HasErrors(),
		system: &System{Range: startOf(filename), Ranges: map[string]hcl.Range{}},
		events: map[string]*Event{},
		diags:  diags,
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		panic("system: source.Parse returned a body of another syntax")
	}
	d.body(body)
	d.assume()
	d.check()
	sort.SliceStable(d.diags, func(i, j int) bool { return byteOf(d.diags[i]) < byteOf(d.diags[j]) })
	return d.system, d.diags
}

// decoder collects a System and what is wrong with it.
type decoder struct {
	src          []byte
	sound        bool // the text has no syntax errors: what is not in the tree is not in the file
	system       *System
	events       map[string]*Event
	requirements *hclsyntax.Block // the first requirements block
	defined      bool             // there is a system block
	diags        hcl.Diagnostics
}

func (d *decoder) report(diag *hcl.Diagnostic) {
	if diag != nil {
		d.diags = append(d.diags, diag)
	}
}

// body decodes the top level.
func (d *decoder) body(body *hclsyntax.Body) {
	for _, attr := range sortedAttributes(body) {
		d.report(problem(misplacedArgument, attr.NameRange, "Arguments stand within blocks.%s", d.hint(attr.Name)))
	}
	seen := map[string]map[string]hcl.Range{}
	for _, block := range body.Blocks {
		bt, ok := lookupBlock(block.Type)
		if !ok {
			d.report(problem(unknownBlock, block.TypeRange, "system.hcl has no block %s.%s The blocks are %s.",
				quote(clip(block.Type)), source.Suggest(block.Type, blockNames()), strings.Join(blockNames(), ", ")))
			continue
		}
		name := d.label(bt, block)
		d.block(bt, name, block, d.isNew(seen, bt, name, block))
	}
	if !d.defined && d.sound {
		d.report(problem(missingSystem, startOf(d.system.Range.Filename), "The file does not say which system it describes. "+
			"Start it with a block such as:\n\n    system \"shop\" {\n      description = \"What the system is for\"\n    }"))
	}
}

// isNew says whether a block is the first of its type and name, and reports it when it is not. One without the name it
// should have is not new.
func (d *decoder) isNew(seen map[string]map[string]hcl.Range, bt blockType, name string, block *hclsyntax.Block) bool {
	if bt.label == "" || bt.name == "system" {
		return true
	}
	if len(block.Labels) == 0 {
		return false
	}
	if seen[bt.name] == nil {
		seen[bt.name] = map[string]hcl.Range{}
	}
	if first, dup := seen[bt.name][name]; dup {
		d.report(problem(duplicateName, block.LabelRanges[0], "%s block with the name %s is already declared at %s. Remove one, or give it another name.",
			capitalA(bt.name), quote(clip(name)), place(first)))
		return false
	}
	seen[bt.name][name] = block.DefRange()
	return true
}

// block decodes one block. One that is not to be kept is decoded for its diagnostics alone.
func (d *decoder) block(bt blockType, name string, block *hclsyntax.Block, keep bool) {
	s := d.system
	switch bt.name {
	case "system":
		d.decodeSystem(bt, name, block)
	case "requirements":
		if d.requirements != nil {
			d.report(problem(duplicateBlock, block.DefRange(), "The requirements block is already declared at %s. Merge them.",
				place(d.requirements.DefRange())))
			d.decodeRequirements(block)
			return
		}
		d.requirements = block
		s.Requirements = d.decodeRequirements(block)
	case "service":
		if service := d.decodeService(bt, name, block); keep {
			s.Services = append(s.Services, service)
		}
	case "store":
		if store := d.decodeStore(bt, name, block); keep {
			s.Stores = append(s.Stores, store)
		}
	case "event":
		if event := d.decodeEvent(bt, name, block); keep {
			s.Events = append(s.Events, event)
			d.events[name] = event
		}
	case "environment":
		if env := d.decodeEnvironment(bt, name, block); keep {
			s.Environments = append(s.Environments, env)
		}
	case "decide":
		d.decodeDecide(block)
	case "assume":
		d.decodeAssume(block)
	case "waive":
		if waiver := d.decodeWaiver(bt, name, block); keep {
			s.Waivers = append(s.Waivers, waiver)
		}
	}
}

// label returns the name of a block, "" without one, and reports a name too few or too many.
func (d *decoder) label(bt blockType, block *hclsyntax.Block) string {
	switch {
	case bt.label == "" && len(block.Labels) > 0:
		d.report(problem(unexpectedName, block.LabelRanges[0], "%s block has no name. Write it like %s.", capitalA(bt.name), bt.example))
		return ""
	case bt.label == "":
		return ""
	case len(block.Labels) == 0:
		d.report(problem(missingName, block.TypeRange, "%s block is followed by the name of the %s, in quotes. Write it like %s.",
			capitalA(bt.name), bt.label, bt.example))
		return ""
	case len(block.Labels) > 1:
		d.report(problem(unexpectedName, block.LabelRanges[1], "%s block has one name. Write it like %s.", capitalA(bt.name), bt.example))
	}
	return block.Labels[0]
}

// checkLabel checks the name of a block. A missing one is reported already.
func (d *decoder) checkLabel(bt blockType, block *hclsyntax.Block) {
	switch {
	case len(block.Labels) == 0:
	case bt.name == "waive":
		d.report(checkControl(block.Labels[0], block.LabelRanges[0]))
	default:
		d.report(checkName(bt.label, block.Labels[0], block.LabelRanges[0]))
	}
}

// decoded are the arguments of one block.
type decoded struct {
	values map[string]any
	ranges map[string]hcl.Range
}

func (v decoded) text(name string) string   { s, _ := v.values[name].(string); return s }
func (v decoded) list(name string) []string { s, _ := v.values[name].([]string); return s }
func (v decoded) truth(name string) bool    { b, _ := v.values[name].(bool); return b }

// arguments reads the arguments of a block against its grammar. Blocks within it are refused unless their
// type is nested.
func (d *decoder) arguments(bt blockType, block *hclsyntax.Block, nested ...string) decoded {
	result := decoded{values: map[string]any{}, ranges: map[string]hcl.Range{}}
	if len(block.LabelRanges) > 0 {
		result.ranges["name"] = block.LabelRanges[0]
	}
	for _, attr := range sortedAttributes(block.Body) {
		arg, ok := bt.argument(attr.Name)
		if !ok {
			d.report(unknown(bt, attr.Name, attr.NameRange))
			continue
		}
		v, diags := value(attr.Name, arg.kind, attr.Expr)
		for _, diag := range diags {
			if d.sound || diag.Summary != plainValueRequired { // what the parser could not read looks like anything
				d.report(diag)
			}
		}
		result.ranges[attr.Name] = attr.Expr.Range()
		switch v := v.(type) {
		case nil:
		case []element:
			list := make([]string, len(v))
			for i, e := range v {
				list[i] = e.text
				result.ranges[attr.Name+"."+e.text] = e.rng
			}
			result.values[attr.Name] = list
		default:
			result.values[attr.Name] = v
		}
	}
	d.nested(bt, block.Body, nested)
	return result
}

// nested reports the blocks within a block that do not belong there.
func (d *decoder) nested(bt blockType, body *hclsyntax.Body, allowed []string) {
	for _, inner := range body.Blocks {
		if slices.Contains(allowed, inner.Type) {
			continue
		}
		if _, ok := bt.argument(inner.Type); ok && bt.open == "" {
			d.report(problem(unknownBlock, inner.TypeRange, "In %s block, %q is an argument. Write it with an equals sign: %s = ….",
				a(bt.name), inner.Type, inner.Type))
			continue
		}
		hint := source.Suggest(inner.Type, allowed)
		if _, ok := lookupBlock(inner.Type); ok && hint == "" {
			hint = " Move it out, to the top level of the file."
		}
		d.report(problem(unknownBlock, inner.TypeRange, "%s block holds no block %s.%s", capitalA(bt.name), quote(clip(inner.Type)), hint))
	}
}

// unknown is the diagnostic for an argument a block does not take.
func unknown(bt blockType, name string, rng hcl.Range) *hcl.Diagnostic {
	if bt.name == "requirements" {
		return problem(unknownRequirement, rng, "There is no requirement %s.%s The requirements are %s.",
			quote(clip(name)), source.Suggest(name, bt.argumentNames()), strings.Join(bt.argumentNames(), ", "))
	}
	hint := source.Suggest(name, bt.argumentNames())
	if name == "requirements" && bt.name == "environment" {
		hint = " Write requirements as a block, without the equals sign."
	}
	return problem(unknownArgument, rng, "%s block takes no argument %s.%s Its arguments are %s.",
		capitalA(bt.name), quote(clip(name)), hint, strings.Join(bt.argumentNames(), ", "))
}

// hint tells where an argument written at the top level belongs.
func (d *decoder) hint(name string) string {
	if _, ok := lookupBlock(name); ok {
		return " Write " + name + " as a block, without the equals sign."
	}
	for _, bt := range blockTypes {
		if _, ok := bt.argument(name); ok && bt.open == "" {
			return " Move " + name + " into " + a(bt.name) + " block."
		}
	}
	return source.Suggest(name, blockNames())
}

// sortedAttributes returns the attributes of a body in the order of the file.
func sortedAttributes(body *hclsyntax.Body) []*hclsyntax.Attribute {
	attrs := make([]*hclsyntax.Attribute, 0, len(body.Attributes))
	for _, attr := range body.Attributes {
		attrs = append(attrs, attr)
	}
	sort.Slice(attrs, func(i, j int) bool { return attrs[i].SrcRange.Start.Byte < attrs[j].SrcRange.Start.Byte })
	return attrs
}

func startOf(filename string) hcl.Range {
	return hcl.Range{Filename: filename, Start: hcl.InitialPos, End: hcl.InitialPos}
}

func byteOf(diag *hcl.Diagnostic) int {
	if diag.Subject == nil {
		return 0
	}
	return diag.Subject.Start.Byte
}

// clip shortens a text that is only quoted back.
func clip(text string) string {
	const most = 64
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
