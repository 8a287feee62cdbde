// Package blueprint reads a blueprint: the HCL text that says how a pattern
// answers requirements. It checks the form (blocks, arguments, names, axes) and
// keeps every expression as it was written, with its range; package design
// evaluates them for a system.
package blueprint
