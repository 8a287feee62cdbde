// Package generate turns designs into the files of a project, in memory. One
// design an environment goes in; one program comes out, and the environments
// differ only through their stack files.
//
// It is pure and deterministic: the same designs give the same bytes.
package generate
