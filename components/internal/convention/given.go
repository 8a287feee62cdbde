package convention

import (
	"maps"
	"slices"
)

// Given are the names of the arguments that are set, sorted, so that the same wrong
// arguments are always refused in the same order.
func Given(set map[string]bool) []string {
	names := slices.Sorted(maps.Keys(set))
	return slices.DeleteFunc(names, func(name string) bool { return !set[name] })
}
