package design

import (
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/hashicorp/hcl/v2"
)

// Design is a blueprint evaluated for one system and one environment.
type Design struct {
	Environment string
	Preset      string
	Region      string // the primary one
	Assumptions []*Assumption
	Sizes       []*Size
	Decisions   []*Decision
	Instances   []*Instance // each after those it refers to
	Outputs     []*Output

	relevant relevance // for prune
}

// Decision is a question and how it was answered.
type Decision struct {
	Name, Question, Guide string
	Options               []*Option
	Chosen                *Option
	Rule                  *Option // what the rules say; not Chosen where the team overruled
	Overruled             Range   // where the team did, if it did
	Moot                  bool    // nobody asks: there is nothing to decide here
	Range                 Range   // in the blueprint
}

// Option is one answer to a decision.
type Option struct {
	Name         string
	Because      string // why it would be taken, with the numbers that speak; only of Chosen, Rule and those Elected
	When         string // its condition as written, "" for the default
	Holds        bool   // whether its condition holds; true for the default
	Elected      bool   // its condition is just `false`: no rule takes it, only the team can
	Facts        []Fact // what the condition looks at
	Gains, Costs []string
}

// Fact is a value that a condition looks at.
type Fact struct{ Name, Value string }

// Instance is one component to register.
type Instance struct {
	ID        string // the Pulumi name: "vpc", "database-orders"; unique
	Block     string // the name of the component block: "database"
	Key       string // of for_each: "orders"; "" without
	Component *schema.Component
	Region    string   // where it is, "" for the region of the design
	Comment   string   // why the block is there
	Decisions []string // that the block depends on, sorted
	Args      []*Argument
	Range     Range
}

// Argument is one argument of an instance. Those not set are not there.
type Argument struct {
	Property *schema.Property
	Value    Value
	Range    Range
}

// Output is a value that the deployed system tells.
type Output struct {
	Name, Description string
	Value             Value
}

// Value is the value of an argument: one of Text, Int, Number, Bool, List, Map,
// Promise and Template.
type Value interface{ value() }

type (
	// Text is a text.
	Text string
	// Int is a whole number.
	Int int64
	// Number is a number that need not be whole.
	Number float64
	// Bool is true or false.
	Bool bool
	// List is a list of Texts, Promises and Templates.
	List []Value
	// Map is sorted by key.
	Map []Entry
	// Template is a text with promises in it: Texts and Promises in turn.
	Template []Value
	// Promise is an output of another instance, known after deployment.
	Promise struct {
		Instance *Instance
		Output   *schema.Property
	}
)

// Entry is one element of a Map.
type Entry struct {
	Key   string
	Value Value
}

func (Text) value()     {}
func (Int) value()      {}
func (Number) value()   {}
func (Bool) value()     {}
func (List) value()     {}
func (Map) value()      {}
func (Template) value() {}
func (Promise) value()  {}

// Promises calls f with every promise in a value.
func Promises(v Value, f func(Promise)) {
	switch v := v.(type) {
	case Promise:
		f(v)
	case List:
		for _, element := range v {
			Promises(element, f)
		}
	case Template:
		for _, part := range v {
			Promises(part, f)
		}
	case Map:
		for _, entry := range v {
			Promises(entry.Value, f)
		}
	}
}

// Range is a place in a file. The zero Range is no place.
type Range struct {
	File                             string
	Line, Column, EndLine, EndColumn int
}

func rangeOf(r hcl.Range) Range {
	return Range{r.Filename, r.Start.Line, r.Start.Column, r.End.Line, r.End.Column}
}
