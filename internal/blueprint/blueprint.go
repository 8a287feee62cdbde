package blueprint

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// Blueprint says how a pattern answers requirements.
type Blueprint struct {
	Name    string // of the pattern: "event-driven"
	Title   string
	Summary string
	Guide   string // the section of the guide it encodes, "" if none
	Extends string // the pattern that it changes, "" if it stands alone
	// Abstract blueprints are there to be extended: they are no patterns themselves.
	Abstract bool
	Fits     hcl.Expression // an object {score, because}, nil if not said

	Assumptions []*Assumption
	Locals      []*Local
	Constraints []*Constraint
	Decisions   []*Decision
	Components  []*Component
	Outputs     []*Output

	Range        hcl.Range // of the head of the blueprint block
	ExtendsRange hcl.Range
	Filename     string
	// Sources are the texts it was made of, by file name: its own, and those of the
	// blueprints it extends.
	Sources map[string][]byte
}

// Text is all the texts the blueprint was made of, in the order of their names: what its
// checksum is taken of.
func (b *Blueprint) Text() []byte {
	var text []byte
	for _, name := range slices.Sorted(maps.Keys(b.Sources)) {
		text = append(text, b.Sources[name]...)
	}
	return text
}

// Local is a named value.
type Local struct {
	Name    string
	Value   hcl.Expression
	Comment string // what stands above it: why it is so
	Range   hcl.Range
}

// Constraint is something that must hold of a system before the blueprint can
// answer it. Where it does not, the system has an error.
type Constraint struct {
	Name    string
	Holds   hcl.Expression  // a condition
	Because hcl.Expression  // a text: what is wrong
	Remedy  hcl.Expression  // a text: what to write instead
	About   []hcl.Traversal // where in system.hcl the cause stands: requirements.availability, services.orders.path
	ForEach hcl.Expression  // checks the constraint for each element, nil: once
	Range   hcl.Range
}

// Decision is a question with options in order of preference. Where When does not
// hold, nobody asks: the default is taken, and nothing is recorded.
type Decision struct {
	Name     string
	Question string
	Guide    string
	When     hcl.Expression // nil: always asked
	Former   []string       // the options of the decision that this one replaces
	Options  []*Option
	Range    hcl.Range
}

// Option is one answer to a decision. It is taken if When holds and no option
// before it was taken; the last option has no When and is the default.
type Option struct {
	Name    string
	When    hcl.Expression // nil for the default
	Because hcl.Expression // a text
	Gains   []string       // axes of quality
	Costs   []string
	Range   hcl.Range
}

// Component asks for instances of a component of the library.
type Component struct {
	Type      string // in HCL: "load_balancer"
	Name      string
	Comment   string         // what stands above the block: why it is there
	ForEach   hcl.Expression // nil: one instance
	When      hcl.Expression // nil: always
	InRegion  hcl.Expression // a text or null, nil: the region of the stack
	Args      []*Argument    // as written
	Range     hcl.Range      // of the head of the block
	TypeRange hcl.Range
	NameRange hcl.Range
}

// Argument is one argument of a component, by its HCL name.
type Argument struct {
	Name  string
	Value hcl.Expression
	Range hcl.Range // of the name
}

// Output is something of the deployed system that people or other programs want to know.
type Output struct {
	Name        string
	Description string
	Value       hcl.Expression
	When        hcl.Expression // nil: always
	Range       hcl.Range
}

// Axes are the eight axes of quality, in the order of the guide.
var Axes = []string{
	"scalability", "resilience", "performance", "availability",
	"consistency", "maintainability", "security", "cost_efficiency",
}
