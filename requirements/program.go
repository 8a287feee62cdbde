package requirements

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A program is a recording with everything looked up once.
type program struct {
	*recording.Recording
	byURN map[string]*recording.Resource
	kinds map[string][]*recording.Resource // by kind, in the order of URNs
	named map[string][]*recording.Resource // by what others refer to them by: an id, an ARN, a name
	top   map[*recording.Resource]string   // the logical name of the outermost component, or their own
	about map[*recording.Resource]string   // the name of the system that they are called after, "" if none
}

func newProgram(r *recording.Recording, names []string) *program {
	p := &program{
		Recording: r, byURN: map[string]*recording.Resource{}, kinds: map[string][]*recording.Resource{},
		named: map[string][]*recording.Resource{}, top: map[*recording.Resource]string{}, about: map[*recording.Resource]string{},
	}
	resources := slices.SortedFunc(slices.Values(r.Resources), func(a, b *recording.Resource) int {
		return strings.Compare(a.URN, b.URN)
	})
	for _, res := range resources {
		p.byURN[res.URN] = res
	}
	for _, res := range resources {
		p.top[res] = p.outermost(res)
		p.about[res] = calledAfter(p.top[res], names)
		if p.about[res] == "" {
			p.about[res] = calledAfter(res.Name, names)
		}
		if !res.Custom {
			continue
		}
		p.kinds[kind(res)] = append(p.kinds[kind(res)], res)
		identifiers := []string{res.ID}
		for _, property := range []string{"arn", "url", "name", "bucket", "identifier", "arnWithoutRevision"} {
			if text, ok := res.Outputs[property].(string); ok {
				identifiers = append(identifiers, text)
			}
		}
		slices.Sort(identifiers)
		for _, id := range slices.Compact(identifiers) {
			if id != "" {
				p.named[id] = append(p.named[id], res)
			}
		}
	}
	return p
}

// outermost is the name of the component in main.go that a resource belongs to.
func (p *program) outermost(res *recording.Resource) string {
	name := res.Name
	for seen := 0; res != nil && seen < 20; seen++ {
		if res.Type == "pulumi:pulumi:Stack" {
			break
		}
		name, res = res.Name, p.byURN[res.Parent]
	}
	return name
}

// calledAfter returns the name of the system that a resource is called after: "billing"
// for "service-billing". Of several the longest: "event-order-placed" is about "order-placed" and not
// about "placed".
func calledAfter(name string, names []string) string {
	best := ""
	for _, n := range names {
		if len(n) > len(best) && (name == n || strings.HasSuffix(name, "-"+n) || strings.HasPrefix(name, n+"-") || strings.Contains(name, "-"+n+"-")) {
			best = n
		}
	}
	return best
}

// sameModules are the other names of a module in Pulumi's AWS package.
var sameModules = map[string]string{"alb": "lb", "applicationloadbalancing": "lb", "elasticloadbalancingv2": "lb"}

// kind shortens a type token to "module:Type", and is the same for the names that one
// type has: aws:alb/listener:Listener is a "lb:Listener", aws:s3/bucketV2:BucketV2 a "s3:Bucket".
func kind(res *recording.Resource) string {
	parts := strings.Split(res.Type, ":")
	if len(parts) != 3 || parts[0] != "aws" {
		return ""
	}
	module, _, _ := strings.Cut(parts[1], "/")
	if same, ok := sameModules[module]; ok {
		module = same
	}
	name := parts[2]
	if module == "s3" {
		name = strings.TrimSuffix(name, "V2")
	}
	return module + ":" + name
}

// of returns the resources of some kinds.
func (p *program) of(kinds ...string) []*recording.Resource {
	var list []*recording.Resource
	for _, k := range kinds {
		list = append(list, p.kinds[k]...)
	}
	return list
}

// isAbout reports whether a resource is called after a name of the system.
func (p *program) isAbout(res *recording.Resource, name string) bool {
	return p.about[res] == name
}

// refers returns the resources of some kinds that an input refers to, by what it
// says or, while that is unknown, by what it depends on.
func (p *program) refers(res *recording.Resource, property string, kinds ...string) []*recording.Resource {
	return p.referred(res, property, res.Input(property), kinds...)
}

func (p *program) referred(res *recording.Resource, property string, value any, kinds ...string) []*recording.Resource {
	var found []*recording.Resource
	for _, v := range list(value) {
		switch v := v.(type) {
		case string:
			for _, candidate := range p.named[v] {
				if slices.Contains(kinds, kind(candidate)) && !slices.Contains(found, candidate) {
					found = append(found, candidate)
				}
			}
		case recording.Unknown:
			root, _, _ := strings.Cut(property, ".")
			for _, urn := range res.PropertyDependencies[root] {
				if candidate := p.byURN[urn]; candidate != nil && slices.Contains(kinds, kind(candidate)) && !slices.Contains(found, candidate) {
					found = append(found, candidate)
				}
			}
		}
	}
	return found
}

// region returns where a resource is: the region of its provider, else the stack's.
func (p *program) region(res *recording.Resource) string {
	if own, ok := res.Inputs["region"].(string); ok && kind(res) != "s3:Bucket" {
		return own
	}
	if i := strings.LastIndex(res.Provider, "::"); i >= 0 {
		if provider := p.byURN[res.Provider[:i]]; provider != nil {
			if region, ok := provider.Inputs["region"].(string); ok {
				return region
			}
		}
	}
	return p.Region
}

// list returns the members of a value that may be one or several.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func texts(v any) []string {
	var found []string
	for _, member := range list(v) {
		if s, ok := member.(string); ok {
			found = append(found, s)
		}
	}
	return found
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func unknown(v any) bool {
	_, is := v.(recording.Unknown)
	return is
}

// number returns a number, or the fallback where there is none.
func number(v any, fallback float64) float64 {
	if n, ok := v.(float64); ok {
		return n
	}
	return fallback
}
