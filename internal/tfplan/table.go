package tfplan

import (
	_ "embed" // for the table
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed table.json
var tableText []byte

// table says how types and properties of Pulumi's AWS provider are called in Terraform.
type table struct {
	// Pulumi and Terraform are the versions of the providers.
	Pulumi    string `json:"pulumi"`
	Terraform string `json:"terraform"`

	Types   map[string]resourceType `json:"types"` // by token
	Objects []object                `json:"objects"`
}

// resourceType is the row [type, number of the object, version of the schema].
type resourceType struct {
	name    string
	object  int
	version int
}

// object is a resource's, or a nested block's, members.
type object struct {
	members []member
	byName  map[string]*member // by Pulumi name
}

// member is the row [Terraform name, Pulumi name, shape, flags]. The Pulumi name is empty where it is the
// Terraform name in camel case, and the shape is empty where Pulumi has no such property.
//
// A shape says how a value is turned: s, n and b are a text, a number and a truth value, a is anything; "[" and
// "{" are a list and a map of the shape that follows; "1" is a list in Terraform whose only element Pulumi has
// in its place; "#7" is object 7. The flags are b for a block, c for what the provider computes where nothing is
// set, x for what is sensitive.
type member struct {
	name, pulumi, shape        string
	block, computed, sensitive bool
}

func (t *resourceType) UnmarshalJSON(text []byte) error {
	return json.Unmarshal(text, &[]any{&t.name, &t.object, &t.version})
}

func (o *object) UnmarshalJSON(text []byte) error {
	var rows [][4]string
	if err := json.Unmarshal(text, &rows); err != nil {
		return err
	}
	o.members = make([]member, len(rows))
	o.byName = make(map[string]*member, len(rows))
	for i, row := range rows {
		m := member{row[0], row[1], row[2], strings.Contains(row[3], "b"), strings.Contains(row[3], "c"), strings.Contains(row[3], "x")}
		if m.pulumi == "" {
			m.pulumi = camel(m.name)
		}
		o.members[i] = m
		if m.shape != "" {
			o.byName[m.pulumi] = &o.members[i]
		}
	}
	return nil
}

// loadTable parses the embedded table, once and only when it is needed.
var loadTable = sync.OnceValues(func() (*table, error) {
	t := &table{}
	if err := json.Unmarshal(tableText, t); err != nil {
		return nil, fmt.Errorf("this is a bug in scaffold: the embedded table of Terraform names: %w", err)
	}
	return t, nil
})

// nested returns the object that a shape such as "1#7" leads to, or nil.
func (t *table) nested(shape string) *object {
	number, ok := strings.CutPrefix(strings.TrimLeft(shape, "[{1"), "#")
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(t.Objects) {
		return nil
	}
	return &t.Objects[n]
}

// camel turns kms_key_id into kmsKeyId.
func camel(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts[1:] {
		if part != "" {
			parts[i+1] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}
