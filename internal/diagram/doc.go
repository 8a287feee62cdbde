// Package diagram draws what talks to what. It reads a graph off the designs of a system – component instances in
// network zones, and the traffic, messages and copies between them – and writes it as Mermaid and as SVG.
//
// An edge is a statement about the running system, not a reference in a blueprint: a service that is given the
// writer policy of a database "reads and writes" it, one that is given the consumer policy of a queue is fed by it.
// File relations.go is the list of these meanings; kinds.go says where a component is drawn.
//
// The package is pure, and the same designs give the same bytes. It has a layout of its own, because the zones are the layout: each
// is a column or several, from the user to the data, so what is left to find is the order within columns and the way
// around them (order.go, place.go, rows.go). The layout libraries for Go were measured against the limits of the command line, 25 MB and
// 150 ms for a whole project: D2 v0.7.1 makes it 34 MB, and takes 440 ms for 17 components; its engine dagre alone, run by
// goja, takes 560 ms for 30; go-graphviz v0.2.9 compiles Graphviz whenever a program starts that links it, 600 ms before
// any command, unless it loads machine code from a folder of fixed name that it leaves in the directory for temporary files.
package diagram
