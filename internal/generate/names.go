package generate

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/design"
)

// names gives every instance a Go variable of its own.
type names struct {
	taken     map[string]bool
	variables map[string]string
}

func newNames(byID map[string][]*design.Instance) *names {
	n := &names{taken: map[string]bool{}, variables: map[string]string{}}
	for _, word := range []string{"ctx", "err", "settings", "readSettings", "pulumi", "config", "deploy", "main", "region"} {
		n.taken[word] = true
	}
	for _, versions := range byID {
		n.taken[firstOf(versions).Component.Package] = true
	}
	return n
}

// variable is the name of an instance in the program. It steers clear of
// packages, keywords and what Go declares itself.
func (n *names) variable(id string) string {
	if v := n.variables[id]; v != "" {
		return v
	}
	n.variables[id] = n.free(camel(id))
	return n.variables[id]
}

// free is a name that nothing has yet, which from now on is taken.
func (n *names) free(name string) string {
	for n.taken[name] || token.IsKeyword(name) || types.Universe.Lookup(name) != nil {
		name += "_"
	}
	if strings.HasSuffix(name, "_") {
		// "network" beside the package network: the instance is its component.
		if plain := strings.TrimRight(name, "_") + "Component"; !n.taken[plain] {
			name = plain
		}
	}
	n.taken[name] = true
	return name
}

// camel turns database-orders into databaseOrders.
func camel(id string) string {
	upper := camelUpper(id)
	if upper == "" {
		return ""
	}
	return strings.ToLower(upper[:1]) + upper[1:]
}

func camelUpper(id string) string {
	words := strings.FieldsFunc(id, func(r rune) bool { return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9') })
	if !slices.ContainsFunc([]rune(id), func(r rune) bool { return 'a' <= r && r <= 'z' }) {
		// ORDERS_URL becomes OrdersUrl.
		for i := range words {
			words[i] = strings.ToLower(words[i])
		}
	}
	for i, word := range words {
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
