package design

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/internal/schema"
	"github.com/zclconf/go-cty/cty"
)

// While a blueprint is evaluated, the promise of a text is a text itself, a
// number between two NUL characters, so that it can be put into lists, maps and
// templates like any other. (NUL cannot stand in a file: package source refuses
// it.) Whatever would look inside is refused before it runs: operators by Check,
// functions by guarded.

type promises struct{ list []Promise }

func (p *promises) add(i *Instance, output *schema.Property) cty.Value {
	p.list = append(p.list, Promise{i, output})
	id := len(p.list) - 1
	if output.Kind == schema.List {
		return cty.CapsuleVal(promisedList, &id)
	}
	return cty.StringVal("\x00" + strconv.Itoa(id) + "\x00")
}

// promisedList is the promise of a list: it can only be passed on whole.
var promisedList = cty.Capsule("list of a component's outputs", intType)

// text splits a text into what is known and what is promised.
func (p *promises) text(s string) (Value, error) {
	parts := strings.Split(s, "\x00")
	if len(parts) == 1 {
		return Text(s), nil
	}
	if len(parts)%2 == 0 {
		return nil, fmt.Errorf("the text holds a NUL character")
	}
	var template Template
	for i, part := range parts {
		if i%2 == 0 {
			if part != "" {
				template = append(template, Text(part))
			}
			continue
		}
		id, err := strconv.Atoi(part)
		if err != nil || id < 0 || id >= len(p.list) {
			return nil, fmt.Errorf("the text holds a NUL character")
		}
		template = append(template, p.list[id])
	}
	if len(template) == 1 {
		return template[0], nil
	}
	return template, nil
}

// holdsPromise tells whether a promise is anywhere in the value.
func holdsPromise(v cty.Value) bool {
	found := false
	// The callback returns no error, so the walk returns none.
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		switch {
		case found || v.IsNull() || !v.IsKnown():
			return false, nil
		case v.Type() == promisedList, v.Type() == cty.String && strings.ContainsRune(v.AsString(), 0):
			found = true
		}
		return !found, nil
	})
	return found
}
