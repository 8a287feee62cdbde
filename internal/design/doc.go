// Package design evaluates a blueprint for one system and one environment. Its
// result, a Design, is plain data: component instances, their arguments, the
// references between them and the decisions taken, each with the place it comes
// from. It does no I/O and depends on nothing but its inputs; HCL and cty types
// stop here.
//
// Check finds what is wrong with a blueprint whatever the system; Evaluate finds
// the rest. Both report all problems at once.
package design
