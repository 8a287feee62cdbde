// Package tests holds what spans rooms: the golden projects, the agreement of
// both back ends, the rules about who may import whom.
package tests
