package rule

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// A Verdict is what a rule says of a resource.
type Verdict string

// The verdicts.
const (
	NotApplied Verdict = "not applied" // its condition does not hold
	Pass       Verdict = "pass"
	Fail       Verdict = "fail"
	Unknown    Verdict = "unknown" // cannot tell before deployment
	Broken     Verdict = "broken"  // the rule itself cannot be evaluated for this resource
)

// A Result is a verdict and what belongs to it.
type Result struct {
	Verdict Verdict
	// Message says what is wrong, for Fail and Broken; what is not known, for Unknown.
	Message string
}

// A Program is what rules may look up beside the resource at hand.
type Program interface {
	// Resources are those of a kind, in the order of their URNs.
	Resources(kind string) []*recording.Resource
	// Named are the resources of a kind that a text refers to: their ARN, id, name or URL.
	Named(kind, text string) []*recording.Resource
	// Get is the resource with this URN, or nil.
	Get(urn string) *recording.Resource
	// Region is where a resource is, or "".
	Region(res *recording.Resource) string
}

// An Evaluator evaluates rules for the resources of one program. It must not be used by
// several goroutines at once.
type Evaluator struct {
	program   Program
	functions map[string]function.Function
	current   *recording.Resource
	plain     view
	redacted  view
	showing   *view // which of the two
	referring map[referrerKey]*referrers
	applied   map[*Rule]answer // of conditions that are the same for all resources
}

// A view is the resources as cty values, each made when it is first looked at.
type view struct {
	redact  bool
	objects map[*recording.Resource]cty.Value
	facts   map[*recording.Resource]cty.Value
	lists   map[string]cty.Value // by kind
}

func newView(redact bool) view {
	return view{redact, map[*recording.Resource]cty.Value{}, map[*recording.Resource]cty.Value{}, map[string]cty.Value{}}
}

// NewEvaluator returns an evaluator for a program.
func NewEvaluator(p Program) *Evaluator {
	e := &Evaluator{program: p, plain: newView(false), redacted: newView(true), referring: map[referrerKey]*referrers{}, applied: map[*Rule]answer{}}
	e.showing = &e.plain
	e.functions = maps.Clone(functions)
	e.functions["refers"], e.functions["referrers"], e.functions["resources"] = e.refersFunction(), e.referrersFunction(), e.resourcesFunction()
	return e
}

// Check evaluates a rule for a resource of one of its kinds.
func (e *Evaluator) Check(r *Rule, res *recording.Resource) Result {
	e.current, e.showing = res, &e.plain
	ctx := e.context(res)
	if r.when != nil {
		switch holds, marks, diags := e.applies(r, ctx); {
		case diags.HasErrors():
			return broken(diags)
		case !holds.IsKnown():
			return Result{Unknown, e.unknown(r, res, marks)}
		case holds.False():
			return Result{Verdict: NotApplied}
		}
	}
	switch holds, marks, diags := condition(r.require, ctx); {
	case diags.HasErrors():
		return broken(diags)
	case !holds.IsKnown():
		return Result{Unknown, e.unknown(r, res, marks)}
	case holds.True():
		return Result{Verdict: Pass}
	}
	message, diags := e.message(r, res)
	if diags.HasErrors() {
		return broken(diags)
	}
	return Result{Fail, message}
}

// applies evaluates the condition of a rule, once for all resources if it does not look at them.
func (e *Evaluator) applies(r *Rule, ctx *hcl.EvalContext) (cty.Value, cty.ValueMarks, hcl.Diagnostics) {
	if !r.sameForAll {
		return condition(r.when, ctx)
	}
	a, ok := e.applied[r]
	if !ok {
		a.holds, a.marks, a.diags = condition(r.when, ctx)
		e.applied[r] = a
	}
	return a.holds, a.marks, a.diags
}

// An answer is that of a condition.
type answer struct {
	holds cty.Value
	marks cty.ValueMarks
	diags hcl.Diagnostics
}

func broken(diags hcl.Diagnostics) Result {
	d := diags[0]
	where := ""
	if d.Subject != nil {
		where = fmt.Sprintf(" (%s:%d)", d.Subject.Filename, d.Subject.Start.Line)
	}
	return Result{Broken, fmt.Sprintf("The rule cannot be evaluated for this resource: %s%s", strings.TrimSpace(d.Summary+": "+d.Detail), where)}
}

// unknown says what is not known, as far as it can be told.
func (e *Evaluator) unknown(r *Rule, res *recording.Resource, marks cty.ValueMarks) string {
	var names []string
	for mark := range marks {
		if o, ok := mark.(origin); ok && o.property != "" {
			name := o.property
			if other := e.program.Get(o.urn); other != nil && other != res {
				name += " of " + other.String()
			}
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	switch len(names) {
	case 0:
		names = []string{cmp.Or(r.Property, "what it depends on")}
		fallthrough
	case 1:
		return names[0] + " is known only after deployment."
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " are known only after deployment."
}

// message makes the message of a finding. It shows no secrets.
func (e *Evaluator) message(r *Rule, res *recording.Resource) (string, hcl.Diagnostics) {
	e.showing = &e.redacted
	defer func() { e.showing = &e.plain }()
	v, diags := r.message.Value(e.context(res))
	if diags.HasErrors() {
		return "", diags
	}
	v, _ = v.Unmark()
	s, err := convert.Convert(v, cty.String)
	if err != nil || s.IsNull() || !s.IsKnown() {
		return r.Title + ": this does not hold.", nil
	}
	return strings.Join(strings.Fields(s.AsString()), " "), nil
}

func (e *Evaluator) context(res *recording.Resource) *hcl.EvalContext {
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{"self": e.object(res), "resource": e.facts(res)},
		Functions: e.functions,
	}
}

func (e *Evaluator) object(res *recording.Resource) cty.Value {
	v, ok := e.showing.objects[res]
	if !ok {
		v = reader{res, e.showing.redact}.object()
		e.showing.objects[res] = v
	}
	return v
}

// resourceFacts are what rules can ask of a resource beside its inputs.
var resourceFacts = []string{"name", "protect", "region", "type", "urn"}

func (e *Evaluator) facts(res *recording.Resource) cty.Value {
	v, ok := e.showing.facts[res]
	if !ok {
		v = cty.ObjectVal(map[string]cty.Value{
			"name": cty.StringVal(res.Name), "type": cty.StringVal(res.Type), "urn": cty.StringVal(res.URN),
			"region": text(e.program.Region(res)), "protect": cty.BoolVal(res.Protect),
		})
		e.showing.facts[res] = v
	}
	return v
}

// shown is a part of a message: nothing and structures have words too.
type shown struct{ hclsyntax.Expression }

func (s shown) Value(ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	v, diags := s.Expression.Value(ctx)
	if diags.HasErrors() {
		return v, diags
	}
	v, _ = v.UnmarkDeep()
	switch {
	case !v.IsKnown():
		return cty.StringVal("(known after deployment)"), nil
	case v.IsNull():
		return cty.StringVal("(not set)"), nil
	}
	if _, err := convert.Convert(v, cty.String); err != nil {
		if text, err := functions["jsonencode"].Call([]cty.Value{v}); err == nil && text.IsKnown() {
			return text, nil
		}
		return cty.StringVal("(…)"), nil
	}
	return v, nil
}

// showing makes an expression a message.
func asMessage(e hclsyntax.Expression) hclsyntax.Expression {
	e = lenient(e)
	if template, ok := e.(*hclsyntax.TemplateExpr); ok {
		for i, part := range template.Parts {
			template.Parts[i] = shown{part}
		}
		return template
	}
	return shown{e}
}
