// Package cli is the command line: it reads files, calls the packages that know
// how, and shows people and programs what came of it. Nothing else in scaffold
// touches a terminal.
package cli
