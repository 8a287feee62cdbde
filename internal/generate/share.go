package generate

import (
	"slices"
	"strings"
)

// share makes one key of those that are for the same argument and have the same
// values, so that a stack file says a thing once: one domainName, one preset.
// Where an argument has several sets of values, the largest gets the short name.
func (p *program) share() {
	groups := map[string][][]*setting{} // by argument
	var order []string
	for _, s := range p.settings {
		if s.property == "" {
			continue
		}
		if groups[s.property] == nil {
			order = append(order, s.property)
		}
		at := slices.IndexFunc(groups[s.property], func(g []*setting) bool { return compatible(g[0], s) })
		if at < 0 {
			groups[s.property] = append(groups[s.property], []*setting{s})
			continue
		}
		groups[s.property][at] = append(groups[s.property][at], s)
		// The first of a group stands for all: it takes on what it lacks.
		absorb(groups[s.property][at][0], s)
	}
	merged := map[*setting]bool{}
	for _, property := range order {
		slices.SortStableFunc(groups[property], func(a, b []*setting) int { return len(b) - len(a) })
		group := groups[property][0]
		if len(group) < 2 || p.byKey[property] != nil {
			continue
		}
		head := group[0]
		head.key, head.doc = property, docOf(property, group)
		p.byKey[property] = head
		for _, s := range group[1:] {
			*s = *head
			merged[s] = true
		}
	}
	p.settings = slices.DeleteFunc(p.settings, func(s *setting) bool { return merged[s] })
}

// compatible tells whether two settings never need different values.
func compatible(a, b *setting) bool {
	if a.kind != b.kind {
		return false
	}
	for env := range a.values {
		if a.scope[env] == '1' && b.scope[env] == '1' && !equal(a.values[env], b.values[env]) {
			return false
		}
	}
	return true
}

// absorb adds the environments that b is asked for in.
func absorb(a, b *setting) {
	scope := []byte(a.scope)
	for env := range a.values {
		if b.scope[env] == '1' {
			scope[env], a.values[env] = '1', b.values[env]
		}
	}
	a.scope = where(scope)
	a.optional, a.nullable = false, false
	for env, v := range a.values {
		if v == nil {
			a.optional = true
			a.nullable = a.nullable || scope[env] == '1'
		}
	}
}

func docOf(property string, group []*setting) string {
	if property == "preset" {
		return "the defaults that components use: sandbox or production"
	}
	what := "of "
	if property == otherRegion {
		what = "the region of "
	}
	var of []string
	for _, s := range group {
		_, id, _ := strings.Cut(s.doc, " of ")
		of = append(of, id)
	}
	if len(of) > 4 {
		of = append(of[:3], "others")
	}
	return what + strings.Join(of, ", ")
}
