package system

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Requirements are the values of all requirements: those written, and the defaults of the others. The zero
// value is all defaults.
type Requirements struct {
	written map[string]Requirement
}

// Requirement is the value of one requirement.
type Requirement struct {
	Definition
	Value   any       // float64, string or []string, by Kind
	Text    string    // as written, or as it would be
	Range   hcl.Range // of the value; zero when assumed
	Assumed bool      // nobody wrote it: the value is Definition.Default
}

// All returns every requirement, in the order of Definitions.
func (r Requirements) All() []Requirement {
	all := make([]Requirement, len(definitions))
	for i, d := range definitions {
		all[i] = r.Get(d.Name)
	}
	return all
}

// Get returns the requirement called name. It panics when there is none of that name: see Lookup.
func (r Requirements) Get(name string) Requirement {
	if written, ok := r.written[name]; ok {
		return written
	}
	d, ok := Lookup(name)
	if !ok {
		panic(fmt.Sprintf("system: no requirement is called %q", name))
	}
	return Requirement{Definition: d, Value: d.Default, Text: d.Format(d.Default), Assumed: true}
}

// Number returns the value of a requirement of kind Number, Size (GiB) or Duration (seconds).
// It panics for others.
func (r Requirements) Number(name string) float64 {
	return r.Get(name).Value.(float64)
}

// Text returns the value of a requirement of kind Text. It panics for others.
func (r Requirements) Text(name string) string {
	return r.Get(name).Value.(string)
}

// Texts returns a copy of the value of a requirement of kind Texts. It panics for others.
func (r Requirements) Texts(name string) []string {
	return slices.Clone(r.Get(name).Value.([]string))
}

// set writes a requirement. It is for building: a Requirements that was handed out does not change.
func (r *Requirements) set(value Requirement) {
	if r.written == nil {
		r.written = make(map[string]Requirement)
	}
	r.written[value.Name] = value
}

// overriddenBy returns r with what is written in other in place of its own.
func (r Requirements) overriddenBy(other Requirements) Requirements {
	if len(other.written) == 0 {
		return r
	}
	merged := make(map[string]Requirement, len(r.written)+len(other.written))
	for name, value := range r.written {
		merged[name] = value
	}
	for name, value := range other.written {
		merged[name] = value
	}
	return Requirements{written: merged}
}

// With returns r with the value of one requirement replaced, as if it had been written: what would follow from
// it is asked this way. The value has the type of the requirement's kind; Get says which.
func (r Requirements) With(name string, value any) Requirements {
	replaced := r.Get(name)
	replaced.Value, replaced.Text, replaced.Assumed = value, replaced.Format(value), false
	var only Requirements
	only.set(replaced)
	return r.overriddenBy(only)
}
