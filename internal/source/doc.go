// Package source turns HCL text that nobody vouches for into a syntax tree.
//
//	file, diags := source.Parse(src, "system.hcl")
//
// The HCL parser recurses, and text that nests deep enough overflows the stack, which ends the process and
// cannot be recovered from. Parse therefore counts first, on the tokens, and refuses with an ordinary
// diagnostic what would be too deep, too long or too slow. What it accepts costs time and memory in
// proportion to its length.
//
// The package reads no files and knows nothing of what a file means: see package system for system.hcl
// and package blueprint for blueprints.
package source
