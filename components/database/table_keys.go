package database

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
)

// tableKey is an attribute that items are found by.
type tableKey struct{ name, kind string }

// tableIndex is a second key of a table. A local one has the table's hash key.
type tableIndex struct {
	name  string
	local bool
	hash  tableKey
	order tableKey // its name is empty if there is none
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
var tableIndexName = regexp.MustCompile(`^[A-Za-z0-9_.-]{3,255}$`)

func parseTableKey(text string) (tableKey, error) {
	i := strings.LastIndex(text, ":")
	if i < 1 {
		return tableKey{}, fmt.Errorf(`%q is not a key; write it as "name:type", with the type S (text), N (number) or B (bytes)`, text)
	}
	key := tableKey{text[:i], text[i+1:]}
	switch {
	case key.kind != "S" && key.kind != "N" && key.kind != "B":
		return tableKey{}, fmt.Errorf("%q has the type %q, which a key cannot have; use S (text), N (number) or B (bytes)", text, key.kind)
	case len(key.name) > 255:
		return tableKey{}, fmt.Errorf("%q has a name of %d characters; DynamoDB takes 255", text, len(key.name))
	case strings.ContainsAny(key.name, ":,"):
		return tableKey{}, fmt.Errorf(`%q is not one key; write it as "name:type"`, text)
	}
	return key, nil
}

func parseTableIndex(text string, local bool, hash tableKey) (tableIndex, error) {
	name, keys, found := strings.Cut(text, ":")
	shape := `"byUser:userId:S" or "byUser:userId:S,createdAt:N"`
	if local {
		shape = `"byDate:createdAt:N"`
	}
	if !found || !strings.Contains(keys, ":") {
		return tableIndex{}, fmt.Errorf("%q is not an index; write it as %s", text, shape)
	}
	if !tableIndexName.MatchString(name) {
		return tableIndex{}, fmt.Errorf("%q has the name %q; use 3 to 255 letters, digits, underscores, hyphens and dots", text, name)
	}
	parts := strings.Split(keys, ",")
	if len(parts) > 2 || local && len(parts) > 1 {
		return tableIndex{}, fmt.Errorf("%q has too many keys; write it as %s", text, shape)
	}
	index := tableIndex{name: name, local: local, hash: hash}
	for i, part := range parts {
		key, err := parseTableKey(part)
		switch {
		case err != nil:
			return tableIndex{}, err
		case i == 0 && !local:
			index.hash = key
		default:
			index.order = key
		}
	}
	if index.hash.name == index.order.name {
		return tableIndex{}, fmt.Errorf("%q has %q as both of its keys; use two attributes, or leave the second out", text, index.hash.name)
	}
	return index, nil
}

// attributes are all attributes that are part of a key, and no others: DynamoDB
// refuses the definition of an attribute that no key uses.
func (d tableSettings) attributes() map[string]string {
	types := map[string]string{}
	add := func(key tableKey) {
		if key.name != "" {
			types[key.name] = key.kind
		}
	}
	add(d.hash)
	add(d.order)
	for _, index := range d.indexes {
		add(index.hash)
		add(index.order)
	}
	return types
}

// keysOf reads all keys, and refuses those that DynamoDB does not take.
func (d *tableSettings) keysOf(s *convention.Scope, args *TableArgs) {
	types := map[string]string{}
	typed := func(argument string, key tableKey) {
		if key.name == "" {
			return
		}
		if before := types[key.name]; before != "" && before != key.kind {
			s.Refuse(argument, "%q is of the type %s here and %s elsewhere; an attribute has one type", key.name, key.kind, before)
		}
		types[key.name] = key.kind
	}
	var err error
	if args.HashKey != "" {
		if d.hash, err = parseTableKey(args.HashKey); err != nil {
			s.Refuse("hashKey", "%s", err)
		}
		typed("hashKey", d.hash)
	}
	if args.RangeKey != "" {
		if d.order, err = parseTableKey(args.RangeKey); err != nil {
			s.Refuse("rangeKey", "%s", err)
		} else if d.order.name == d.hash.name {
			s.Refuse("rangeKey", "%q is the hashKey too; use another attribute, or leave it out", d.order.name)
		} else {
			typed("rangeKey", d.order)
		}
	}
	names := map[string]bool{}
	read := func(argument string, texts []string, local bool, most int) {
		if len(texts) > most {
			s.Refuse(argument, "has %d indexes; DynamoDB takes %d (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html)", len(texts), most)
		}
		for _, text := range texts {
			index, err := parseTableIndex(text, local, d.hash)
			switch {
			case err != nil:
				s.Refuse(argument, "%s", err)
				continue
			case names[index.name]:
				s.Refuse(argument, "%q is named twice; give each index its own name", index.name)
			case local && index.order.name == d.order.name:
				s.Refuse(argument, "%q sorts by the rangeKey, as the table itself does; leave it out", index.name)
			}
			names[index.name] = true
			typed(argument, index.hash)
			typed(argument, index.order)
			d.indexes = append(d.indexes, index)
		}
	}
	read("globalIndexes", args.GlobalIndexes, false, 20)
	read("localIndexes", args.LocalIndexes, true, 5)
	if len(args.LocalIndexes) > 0 && args.RangeKey == "" {
		s.Refuse("localIndexes", "sort the items of one hash key, of which a table without a rangeKey has only one; set rangeKey, or use globalIndexes")
	}
	if kind := types[args.TtlAttribute]; args.TtlAttribute != "" && kind != "" && kind != "N" {
		s.Refuse("ttlAttribute", "%q is a key of the type %s, and DynamoDB expires items by a number only; use an attribute with the time in seconds since 1970", args.TtlAttribute, kind)
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
