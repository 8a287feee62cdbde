package guardrails

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/guardrails/internal/rule"
	"github.com/archimperative/scaffold/recorder/recording"
)

// A program is a recording with everything looked up once, so that each check
// takes time in proportion to what it checks.
type program struct {
	byURN      map[string]*recording.Resource
	kinds      map[string][]*recording.Resource    // by kind, in the order of URNs
	named      map[reference][]*recording.Resource // by kind and what it is referred to by
	stack      string                              // the region of the stack, "" if nothing tells
	documents  []*document
	attached   map[*recording.Resource][]*document // the policies that a resource has, inline ones included
	unattached map[string]bool                     // kinds of which some policy may belong to any resource

	deliveries   []delivery
	redrives     []deadLetter // of queues
	failures     []deadLetter // of everything else
	isDeadLetter map[*recording.Resource]bool
}

// A reference is how one resource names another: by an ARN, an id, a name.
type reference struct{ kind, text string }

// identifiers are the outputs that other resources refer to one by.
var identifiers = []string{
	"arn", "id", "url", "name", "bucket", "keyId", "qualifiedArn", "invokeArn", "streamArn", "arnSuffix", "functionUrl", "publicIp",
}

func newProgram(r *recording.Recording) *program {
	p := &program{
		byURN: map[string]*recording.Resource{}, kinds: map[string][]*recording.Resource{},
		named:    map[reference][]*recording.Resource{},
		attached: map[*recording.Resource][]*document{}, unattached: map[string]bool{},
	}
	// A recording made by hand may be in any order.
	resources := slices.SortedFunc(slices.Values(r.Resources), func(a, b *recording.Resource) int {
		return strings.Compare(a.URN, b.URN)
	})
	for _, res := range resources {
		p.byURN[res.URN] = res
		if !res.Custom {
			continue
		}
		k := kind(res)
		p.kinds[k] = append(p.kinds[k], res)
		p.name(k, res, res.ID)
		for _, property := range identifiers {
			p.name(k, res, text(res.Outputs[property]))
		}
	}
	p.stack = stackRegion(resources)
	p.collectPolicies(resources)
	p.deliveries, p.redrives, p.failures = p.findDeliveries(), p.findRedrives(), p.findFailures()
	p.isDeadLetter = p.findDeadLetterQueues()
	return p
}

func (p *program) name(kind string, res *recording.Resource, identifier string) {
	ref := reference{kind, identifier}
	same := p.named[ref]
	if identifier != "" && (len(same) == 0 || same[len(same)-1] != res) {
		p.named[ref] = append(same, res)
	}
}

// kind is the kind of a resource, see rule.Kind. What is not of the AWS package is of no kind that the wiring
// invariants know.
func kind(res *recording.Resource) string { return rule.Kind(res.Type) }

func isAWS(res *recording.Resource) bool { return strings.HasPrefix(res.Type, "aws:") }

// of returns the resources of some kinds.
func (p *program) of(kinds ...string) []*recording.Resource {
	var list []*recording.Resource
	for _, k := range kinds {
		list = append(list, p.kinds[k]...)
	}
	return list
}

// targets returns the resources that a value refers to. The value is the input
// property of res, or a part of it: a text, a list of texts, or unknown.
//
// A text says it exactly, since in a recording no two resources of a type have the same
// identifiers unless they have the same name; then what the input depends on
// decides. An unknown value says nothing, and what it depends on is all there is.
func (p *program) targets(res *recording.Resource, property string, value any, kinds ...string) []*recording.Resource {
	var found []*recording.Resource
	for _, v := range list(value) {
		candidates := p.dependencies(res, property, kinds...)
		if name, ok := v.(string); ok {
			var same []*recording.Resource
			for _, k := range kinds {
				same = append(same, p.named[reference{k, name}]...)
			}
			candidates = slices.DeleteFunc(candidates, func(c *recording.Resource) bool { return !slices.Contains(same, c) })
			if len(candidates) == 0 && len(same) > 0 {
				candidates = same[:1]
			}
		} else if !isUnknown(v) {
			continue
		}
		for _, c := range candidates {
			if !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	return found
}

// target returns the one resource that a value refers to, or nil.
func (p *program) target(res *recording.Resource, property string, value any, kinds ...string) *recording.Resource {
	found := p.targets(res, property, value, kinds...)
	if len(found) == 1 || len(found) > 1 && !isUnknown(value) {
		return found[0]
	}
	return nil
}

// dependencies returns the resources of some kinds that an input depends on.
func (p *program) dependencies(res *recording.Resource, property string, kinds ...string) []*recording.Resource {
	var found []*recording.Resource
	for _, urn := range res.PropertyDependencies[property] {
		if other := p.byURN[urn]; other != nil && slices.Contains(kinds, kind(other)) {
			found = append(found, other)
		}
	}
	return found
}

// function returns the Lambda function that a value names by its name or ARN, an
// alias or a version of it.
func (p *program) function(res *recording.Resource, property string, value any) *recording.Resource {
	if f := p.target(res, property, value, "lambda:Function"); f != nil {
		return f
	}
	if alias := p.target(res, property, value, "lambda:Alias"); alias != nil {
		return p.target(alias, "functionName", alias.Inputs["functionName"], "lambda:Function")
	}
	// arn:aws:lambda:region:account:function:name:qualifier
	if parts := strings.Split(text(value), ":"); len(parts) == 8 && parts[2] == "lambda" {
		return p.target(res, property, strings.Join(parts[:7], ":"), "lambda:Function")
	}
	return nil
}
