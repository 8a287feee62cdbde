package diagram

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
)

// covers are what supporting components do for those that are given an output of theirs; the first that matches the
// argument counts.
var covers = []struct{ argument, verb string }{
	{"*kms_key_arn*", "encrypts"}, {"bucket_key_arn", "encrypts"}, {"*alarm_topic_arn", "hears the alarms of"}, {"certificate_arn", "gives TLS to"},
	{"cluster_*", "runs"}, {"namespace_arn", "runs"}, {"web_acl_arn", "protects"}, {"resource_arns", "protects"}, {"secret*", "is kept for"},
	{"*", "serves"},
}

// addSupports lists the supporting components with what they cover, whichever of the two refers to the other.
func (b *builder) addSupports() {
	covered := map[string]map[string][]*design.Instance{} // by component and verb
	type fact struct{ supporter, verb, other string }
	known := map[fact]bool{}
	cover := func(supporter, other *design.Instance, argument string) {
		if b.kind(other.Component).role == encloses && argument != "*" {
			return
		}
		for _, c := range covers {
			if !matches(c.argument, argument) {
				continue
			}
			verbs := covered[supporter.ID]
			if verbs == nil {
				verbs = map[string][]*design.Instance{}
				covered[supporter.ID] = verbs
			}
			if f := (fact{supporter.ID, c.verb, other.ID}); !known[f] {
				known[f] = true
				verbs[c.verb] = append(verbs[c.verb], other)
			}
			return
		}
	}
	for _, i := range b.instances {
		role := b.kind(i.Component).role
		for _, a := range i.Args {
			design.Promises(a.Value, func(p design.Promise) {
				other := b.kind(p.Instance.Component).role
				switch {
				case other == supports && !(role == supports && a.Property.HCL == "zone_id"):
					cover(p.Instance, i, a.Property.HCL)
				case role == supports && other == talks && a.Property.HCL == "resource_arns":
					cover(i, p.Instance, a.Property.HCL)
				}
			})
		}
	}
	for _, i := range b.instances {
		k := b.kind(i.Component)
		if k.role != supports {
			continue
		}
		var lines []string
		if only := b.in[i.ID]; len(only) < len(b.graph.Environments) {
			lines = append(lines, strings.Join(only, ", ")+" only")
		}
		for _, c := range covers {
			if list := covered[i.ID][c.verb]; len(list) > 0 && !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, c.verb+" ") }) {
				lines = append(lines, c.verb+" "+b.someOf(list))
			}
		}
		b.graph.Supports = append(b.graph.Supports, &Support{ID: i.ID, Component: i.Component.Type, Title: title(i), Kind: k.caption, Covers: strings.Join(lines, "; ")})
	}
}

// name is how an instance is called in the list of what is covered: as the picture does, or by its ID.
func (b *builder) name(i *design.Instance) string {
	n := b.nodes[i.ID]
	if n != nil && b.titled(n.Title) == 1 {
		return n.Title
	}
	if n == nil && i.Key == "" && b.titled(title(i)) == 0 {
		return title(i)
	}
	return i.ID
}

func (b *builder) titled(title string) int {
	n := 0
	for _, node := range b.graph.Nodes {
		if node.Title == title {
			n++
		}
	}
	return n
}

// someOf names a few instances, or counts many.
func (b *builder) someOf(list []*design.Instance) string {
	if len(list) <= 2 {
		var names []string
		for _, i := range list {
			names = append(names, b.name(i))
		}
		return strings.Join(names, ", ")
	}
	what := strings.ReplaceAll(list[0].Component.Type, "_", " ")
	if slices.ContainsFunc(list, func(i *design.Instance) bool { return i.Component != list[0].Component }) {
		what = "component"
	}
	return count(len(list), what)
}
