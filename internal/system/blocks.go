package system

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// DefaultPort is the TCP port of a service that names none.
const DefaultPort = 8080

func (d *decoder) decodeSystem(bt blockType, name string, block *hclsyntax.Block) {
	s := d.system
	if d.defined {
		d.report(problem(duplicateBlock, block.DefRange(), "The system block is already declared at %s. A file describes one system.", place(s.Range)))
		d.arguments(bt, block)
		return
	}
	d.defined = true
	d.checkLabel(bt, block)
	args := d.arguments(bt, block)
	s.Name, s.Range, s.Ranges = name, block.DefRange(), args.ranges
	s.Pattern = args.text("pattern")
	s.Owner = args.text("owner")
	s.Description = args.text("description")
	s.Domain = args.text("domain")
	if s.Pattern != "" {
		d.report(checkName("pattern", s.Pattern, args.ranges["pattern"]))
	}
	if s.Domain != "" {
		d.report(checkDomain(s.Domain, args.ranges["domain"]))
	}
}

// decodeRequirements reads a requirements block, of the system or of an environment. What is out of its range is
// reported and left at its default.
func (d *decoder) decodeRequirements(block *hclsyntax.Block) Requirements {
	bt, _ := lookupBlock("requirements")
	var result Requirements
	args := d.arguments(bt, block)
	for _, attr := range sortedAttributes(block.Body) {
		v, ok := args.values[attr.Name]
		if !ok {
			continue
		}
		def, _ := Lookup(attr.Name)
		rng := args.ranges[attr.Name]
		if !d.checkRequirement(def, v, rng, args.ranges) {
			continue
		}
		result.set(Requirement{Definition: def, Value: v, Text: d.written(def, v, rng), Range: rng})
	}
	return result
}

// written returns a value as it is written, where that is one plain line.
func (d *decoder) written(def Definition, v any, rng hcl.Range) string {
	if rng.CanSliceBytes(d.src) {
		if text := rng.SliceBytes(d.src); len(text) <= 100 && !bytes.ContainsAny(text, "\r\n") {
			return string(text)
		}
	}
	return def.Format(v)
}

// checkRequirement says whether a value keeps to its definition.
func (d *decoder) checkRequirement(def Definition, v any, rng hcl.Range, ranges map[string]hcl.Range) bool {
	before := len(d.diags)
	switch v := v.(type) {
	case float64:
		d.report(checkRange(def, v, rng))
	case string:
		d.report(checkOneOf(def.Name, v, def.OneOf, rng))
	case []string:
		if def.Name == "regions" && len(v) == 0 {
			d.report(problem(emptyValue, rng, "A system runs in one region at least. Name it, or leave the argument out."))
		}
		for _, s := range v {
			at := ranges[def.Name+"."+s]
			if def.Name == "regions" {
				d.report(CheckRegion(s, at))
			} else {
				d.report(checkOneOf(def.Name, s, def.OneOf, at))
			}
		}
	}
	return len(d.diags) == before
}

func checkRange(def Definition, v float64, rng hcl.Range) *hcl.Diagnostic {
	if v < def.Min || v > def.Max {
		return problem(outOfRange, rng, "The requirement %q is at least %s and at most %s (%s).",
			def.Name, def.Format(def.Min), def.Format(def.Max), def.Doc)
	}
	if def.Whole && v != float64(int64(v)) {
		return problem(outOfRange, rng, "The requirement %q is a whole number. Round it.", def.Name)
	}
	return nil
}

func (d *decoder) decodeService(bt blockType, name string, block *hclsyntax.Block) *Service {
	args := d.arguments(bt, block)
	s := &Service{
		Name: name, Range: block.DefRange(), Ranges: args.ranges,
		Image: args.text("image"), Path: args.text("path"), Health: args.text("health"),
		Publishes: args.list("publishes"), Consumes: args.list("consumes"), Stores: args.list("stores"), Calls: args.list("calls"),
	}
	d.checkLabel(bt, block)
	if s.Image != "" {
		d.report(checkImage(s.Image, args.ranges["image"]))
	}
	for _, arg := range []string{"path", "health"} {
		if path := args.text(arg); path != "" {
			d.report(checkPath(arg, path, args.ranges[arg]))
		}
	}
	if len(s.Path) > 1 && s.Path[len(s.Path)-1] == '/' {
		s.Path = s.Path[:len(s.Path)-1]
	}
	if port, ok := args.values["port"].(float64); ok {
		if port >= 1 && port <= 65535 && port == float64(int(port)) {
			s.Port = int(port)
		} else {
			d.report(problem(outOfRange, args.ranges["port"], "A port is a whole number between 1 and 65535."))
		}
	}
	d.decodeCapacity(s, args)
	for _, arg := range []string{"publishes", "consumes"} {
		for _, event := range args.list(arg) {
			d.report(checkName("event", event, args.ranges[arg+"."+event]))
		}
	}
	return s
}

// capacities are the sizes Fargate runs: for a number of vCPU units, the least and the greatest memory in GiB and
// the step between. The smallest allows 0.5 GiB as well.
var capacities = []struct {
	cpu             int
	least, most, by float64
}{
	{256, 1, 2, 1}, // and 0.5
	{512, 1, 4, 1},
	{1024, 2, 8, 1},
	{2048, 4, 16, 1},
	{4096, 8, 30, 1},
	{8192, 16, 60, 4},
	{16384, 32, 120, 8},
}

// decodeCapacity reads cpu and memory. Each may be written alone; together they must be a size that exists.
func (d *decoder) decodeCapacity(s *Service, args decoded) {
	if memory, ok := args.values["memory"].(float64); ok {
		if memory >= 0.5 && memory <= 120 {
			s.Memory = memory
		} else {
			d.report(problem(outOfRange, args.ranges["memory"], "The memory of a service lies between \"512 MiB\" and \"120 GiB\"."))
		}
	}
	units, ok := args.values["cpu"].(float64)
	if !ok || units == 0 {
		return
	}
	for _, c := range capacities {
		if float64(c.cpu) != units {
			continue
		}
		s.CPU = c.cpu
		steps := (s.Memory - c.least) / c.by
		fits := s.Memory >= c.least && s.Memory <= c.most && steps == float64(int(steps))
		if s.Memory != 0 && !fits && (c.cpu != 256 || s.Memory != 0.5) {
			also := ""
			if c.cpu == 256 {
				also = ", or \"512 MiB\""
			}
			d.report(problem(memoryForCPU, args.ranges["memory"], "With cpu = %d, memory is %s to %s in steps of %s%s. Change either, or leave one out.",
				c.cpu, quote(FormatSize(c.least)), quote(FormatSize(c.most)), quote(FormatSize(c.by)), also))
		}
		return
	}
	d.report(problem(unknownValue, args.ranges["cpu"], "The argument \"cpu\" takes vCPU units, 1024 a vCPU: one of 256, 512, 1024, 2048, 4096, 8192, 16384, "+
		"or 0 to leave it to the design."))
}

func (d *decoder) decodeStore(bt blockType, name string, block *hclsyntax.Block) *Store {
	args := d.arguments(bt, block)
	s := &Store{Name: name, Model: args.text("model"), Range: block.DefRange(), Ranges: args.ranges}
	d.checkLabel(bt, block)
	if s.Model != "" {
		d.report(checkOneOf("model", s.Model, Models, args.ranges["model"]))
	}
	return s
}

func (d *decoder) decodeEvent(bt blockType, name string, block *hclsyntax.Block) *Event {
	args := d.arguments(bt, block)
	d.checkLabel(bt, block)
	return &Event{Name: name, Ordered: args.truth("ordered"), Range: block.DefRange(), Ranges: args.ranges}
}

func (d *decoder) decodeEnvironment(bt blockType, name string, block *hclsyntax.Block) *Environment {
	args := d.arguments(bt, block, "requirements")
	e := &Environment{
		Name: name, Preset: args.text("preset"), Domain: args.text("domain"), Range: block.DefRange(), Ranges: args.ranges,
	}
	d.checkLabel(bt, block)
	if e.Preset != "" {
		d.report(checkOneOf("preset", e.Preset, Presets, args.ranges["preset"]))
	}
	if e.Domain != "" {
		d.report(checkDomain(e.Domain, args.ranges["domain"]))
	}
	var first *hclsyntax.Block
	for _, inner := range block.Body.Blocks {
		if inner.Type != "requirements" {
			continue
		}
		if first != nil {
			d.report(problem(duplicateBlock, inner.DefRange(), "The requirements block of this environment is already declared at %s. Merge them.",
				place(first.DefRange())))
			continue
		}
		first = inner
		nested, _ := lookupBlock("requirements")
		d.label(nested, inner)
		e.Requirements = d.decodeRequirements(inner)
	}
	return e
}

func (d *decoder) decodeDecide(block *hclsyntax.Block) {
	bt, _ := lookupBlock("decide")
	args := d.arguments(bt, block)
	for _, attr := range sortedAttributes(block.Body) {
		option, ok := args.values[attr.Name].(string)
		if !ok {
			continue
		}
		d.report(checkDecision(attr.Name, attr.NameRange))
		if diag := checkDecision(option, attr.Expr.Range()); diag != nil {
			diag.Detail = fmt.Sprintf("%s is not the name of an option. A decision is overruled with the name of the option to choose, such as \"stream\".",
				quote(clip(option)))
			d.report(diag)
		}
		at := slices.IndexFunc(d.system.Decide, func(o Override) bool { return o.Decision == attr.Name })
		if at >= 0 {
			d.report(problem(duplicateDecision, attr.NameRange, "The decision %q is already overruled at %s. Remove one.",
				attr.Name, place(d.system.Decide[at].Range)))
			continue
		}
		d.system.Decide = append(d.system.Decide, Override{Decision: attr.Name, Option: option, Range: attr.SrcRange})
	}
}

func (d *decoder) decodeAssume(block *hclsyntax.Block) {
	bt, _ := lookupBlock("assume")
	args := d.arguments(bt, block)
	for _, attr := range sortedAttributes(block.Body) {
		v, ok := args.values[attr.Name]
		if !ok {
			continue
		}
		d.report(checkAssumption(attr.Name, attr.NameRange))
		at := slices.IndexFunc(d.system.Assume, func(v Value) bool { return v.Name == attr.Name })
		if at >= 0 {
			d.report(problem(duplicateAssumption, attr.NameRange, "The assumption %q is already replaced at %s. Remove one.",
				attr.Name, place(d.system.Assume[at].Range)))
			continue
		}
		d.system.Assume = append(d.system.Assume, Value{Name: attr.Name, Value: v, Range: attr.SrcRange})
	}
}

func (d *decoder) decodeWaiver(bt blockType, control string, block *hclsyntax.Block) Waiver {
	args := d.arguments(bt, block)
	d.checkLabel(bt, block)
	w := Waiver{Control: control, Reason: args.text("reason"), Until: args.text("until"), Range: block.DefRange()}
	if _, written := args.ranges["reason"]; !written {
		d.report(problem(missingArgument, block.DefRange(), "A waiver says why the control is not met. "+
			"Write:\n\n    reason = \"…\""))
	}
	if _, written := args.ranges["until"]; !written && d.sound {
		d.report(problem(missingArgument, block.DefRange(), "A waiver ends, so that somebody looks at it again. "+
			"Write the last day on which it holds:\n\n    until = \"2027-01-31\""))
	} else if w.Until != "" {
		d.report(checkDate(w.Until, args.ranges["until"]))
	}
	return w
}
