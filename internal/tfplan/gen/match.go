package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// member is an attribute or block of a Terraform object.
type member struct {
	name                       string
	typ                        tfType
	block, computed, sensitive bool
}

// tfType is a type of Terraform's: its kind is string, number, bool, dynamic, list (sets too), map or object.
type tfType struct {
	kind    string
	elem    *tfType
	members []member
}

// membersOf are the attributes and blocks of a block, sorted.
func membersOf(b block) []member {
	var list []member
	for _, name := range sortedKeys(b.Attributes) {
		list = append(list, attributeMember(name, b.Attributes[name]))
	}
	for _, name := range sortedKeys(b.Blocks) {
		n := b.Blocks[name]
		inner := tfType{kind: "object", members: membersOf(n.Block)}
		typ := inner
		switch n.Nesting {
		case "list", "set":
			typ = tfType{kind: "list", elem: &inner}
		case "map":
			typ = tfType{kind: "map", elem: &inner}
		}
		list = append(list, member{name: name, typ: typ, block: true})
	}
	slices.SortFunc(list, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return list
}

func attributeMember(name string, a *attribute) member {
	m := member{name: name, computed: a.Computed, sensitive: a.Sensitive}
	if a.Nested == nil {
		m.typ = parseType(a.Type)
		return m
	}
	m.typ = tfType{kind: "object"}
	for _, inner := range sortedKeys(a.Nested.Attributes) {
		m.typ.members = append(m.typ.members, attributeMember(inner, a.Nested.Attributes[inner]))
	}
	if a.Nested.Nesting != "single" {
		elem := m.typ
		m.typ = tfType{kind: map[bool]string{true: "map", false: "list"}[a.Nested.Nesting == "map"], elem: &elem}
	}
	return m
}

// parseType reads a cty type as JSON.
func parseType(raw json.RawMessage) tfType {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return tfType{kind: name}
	}
	var parts []json.RawMessage
	if json.Unmarshal(raw, &parts) != nil || len(parts) < 2 || json.Unmarshal(parts[0], &name) != nil {
		return tfType{kind: "dynamic"}
	}
	switch name {
	case "object":
		var fields map[string]json.RawMessage
		_ = json.Unmarshal(parts[1], &fields) // without fields it is an empty object
		t := tfType{kind: "object"}
		for _, field := range sortedKeys(fields) {
			t.members = append(t.members, member{name: field, typ: parseType(fields[field])})
		}
		return t
	case "set":
		name = "list"
	}
	elem := parseType(parts[1])
	return tfType{kind: name, elem: &elem}
}

// table is what is written; see its reader for the meaning of the rows.
type table struct {
	pulumi, terraform string
	types             map[string][3]any
	objects           []string
	index             map[string]int

	notes                        []string
	properties, matched, guessed int
}

func match(s *sdk, from *schema) *table {
	t := &table{terraform: from.Version, types: map[string][3]any{}, index: map[string]int{}}
	chosen := matchTypes(s, from.Resources)
	for _, r := range s.resources {
		name := chosen[r.token]
		if name == "" {
			t.note("%s: no Terraform type", r.token)
			continue
		}
		object := t.object(r.token, membersOf(from.Resources[name].Block), r.members)
		t.types[r.token] = [3]any{name, object, from.Resources[name].Version}
	}
	return t
}

func (t *table) note(format string, values ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, values...))
}

// object matches the members of an object and returns its number; equal objects have one.
func (t *table) object(path string, members []member, properties map[string]sdkType) int {
	names := t.pairs(path, members, properties)
	rows := [][4]string{}
	for _, m := range members {
		if m.name == "timeouts" {
			continue // Pulumi has them as an option
		}
		row := [4]string{m.name, names[m.name], "", flags(m)}
		if p, ok := properties[row[1]]; ok {
			row[2] = t.shape(path+"."+row[1], m.typ, p)
			if row[1] == camel(m.name) {
				row[1] = "" // as it would be expected
			}
		}
		rows = append(rows, row)
	}
	text, err := json.Marshal(rows)
	if err != nil {
		panic(err) // strings only
	}
	if n, ok := t.index[string(text)]; ok {
		return n
	}
	t.objects = append(t.objects, string(text))
	t.index[string(text)] = len(t.objects) - 1
	return len(t.objects) - 1
}

func flags(m member) string {
	text := ""
	for _, f := range []struct {
		set  bool
		flag string
	}{{m.block, "b"}, {m.computed, "c"}, {m.sensitive, "x"}} {
		if f.set {
			text += f.flag
		}
	}
	return text
}

// leastLikeness is that of two names in one object that mean the same property.
const leastLikeness = 0.45

// pairs returns the property of each Terraform member.
func (t *table) pairs(path string, members []member, properties map[string]sdkType) map[string]string {
	names, taken := map[string]string{}, map[string]bool{}
	take := func(m, p string) { names[m], taken[p] = p, true }
	// What is called the same is the same, first of all where the kinds agree: routing_rules, a text, gave its
	// name to the blocks routing_rule in Pulumi.
	for _, kinds := range []bool{true, false} {
		for _, m := range members {
			if p, ok := properties[camel(m.name)]; ok && !taken[camel(m.name)] && names[m.name] == "" && (!kinds || fits(m.typ, p)) {
				take(m.name, camel(m.name))
			}
		}
		for _, p := range sortedKeys(properties) {
			for _, m := range members {
				if names[m.name] == "" && !taken[p] && normal(m.name) == normal(p) && (!kinds || fits(m.typ, properties[p])) {
					take(m.name, p)
				}
			}
		}
	}
	type guess struct {
		member, property string
		score            float64
	}
	var guesses []guess
	for _, p := range sortedKeys(properties) {
		for _, m := range members {
			if names[m.name] == "" && !taken[p] && fits(m.typ, properties[p]) {
				score := likeness(m.name, p)
				if properties[p].kind == "asset" && (m.name == "filename" || m.name == "source") {
					score = 1 // Terraform's path of a file is Pulumi's asset
				}
				guesses = append(guesses, guess{m.name, p, score})
			}
		}
	}
	slices.SortStableFunc(guesses, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	for _, g := range guesses {
		if names[g.member] == "" && !taken[g.property] && g.score >= leastLikeness {
			take(g.member, g.property)
			t.guessed++
			t.note("%s: %s is %s by likeness", path, g.property, g.member)
		}
	}
	for _, p := range sortedKeys(properties) {
		if p == "timeouts" {
			continue
		}
		t.properties++
		if taken[p] {
			t.matched++
		} else {
			t.note("%s: %s has no attribute", path, p)
		}
	}
	return names
}

// fits tells whether a property may be a member, by their kinds.
func fits(t tfType, p sdkType) bool {
	switch t.kind {
	case "list":
		if p.kind == "list" {
			return fits(*t.elem, *p.elem)
		}
		return fits(*t.elem, p)
	case "map":
		return p.kind == "map"
	case "object":
		return p.kind == "object"
	}
	return p.kind != "list" && p.kind != "map" && p.kind != "object"
}

// shape writes how a value of the property becomes one of the member.
func (t *table) shape(path string, typ tfType, p sdkType) string {
	switch typ.kind {
	case "list":
		if p.kind == "list" {
			return "[" + t.shape(path, *typ.elem, *p.elem)
		}
		return "1" + t.shape(path, *typ.elem, p)
	case "map":
		if p.kind == "map" {
			return "{" + t.shape(path, *typ.elem, *p.elem)
		}
		return "a"
	case "object":
		if p.object == nil {
			return "a"
		}
		return fmt.Sprintf("#%d", t.object(path, typ.members, p.object.members()))
	}
	return map[string]string{"string": "s", "number": "n", "bool": "b"}[typ.kind] + map[bool]string{true: "a"}[typ.kind == "dynamic"]
}

// encode writes the table, a type and an object a line, so that an update can be read.
func (t *table) encode() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "{\n\"pulumi\": %q,\n\"terraform\": %q,\n\"types\": {\n", t.pulumi, t.terraform)
	for i, token := range sortedKeys(t.types) {
		row := t.types[token]
		fmt.Fprintf(&b, "%q: [%q, %d, %d]%s\n", token, row[0], row[1], row[2], comma(i, len(t.types)))
	}
	b.WriteString("},\n\"objects\": [\n")
	for i, object := range t.objects {
		b.WriteString(object + comma(i, len(t.objects)) + "\n")
	}
	b.WriteString("]\n}\n")
	return []byte(b.String())
}

func comma(i, n int) string {
	if i == n-1 {
		return ""
	}
	return ","
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
