package recording

import (
	"fmt"
	"slices"
	"strings"
)

// A Recording is what one run of a program registered.
type Recording struct {
	Resources []*Resource    // what the program registers, the stack included, sorted by URN
	Reads     []*Resource    // what it only looks up (sqs.GetQueue and the like), sorted by URN
	Exports   map[string]any // the outputs of the stack
	Logs      []Log          // what the program and the SDK logged, in order
	Region    string         // that the program was recorded for: configured as aws:region, or the default
}

// A Log is one message of ctx.Log.
type Log struct {
	Severity string // debug, info, warning or error
	Message  string
	URN      string // the resource it is about, if any
}

// A Resource is one registered resource or component.
//
// Inputs are what the program sent, after every transformation and before a provider would add its
// defaults; Outputs are what it got back. Their values are plain Go: nil, bool, float64, string,
// []any, map[string]any, and where they occur [Unknown], [Asset] and [Archive]. Secrets are
// unwrapped; their paths stand in Secrets.
//
// For a component, Inputs are what it passed to RegisterComponentResourceV2 and Outputs what it
// passed to RegisterResourceOutputs.
type Resource struct {
	URN    string
	Type   string // the type token, such as aws:sqs/queue:Queue
	Name   string // the logical name, not the physical one
	ID     string // empty for components and in a preview
	Parent string // URN
	Custom bool   // false: a component

	Inputs  map[string]any
	Outputs map[string]any
	Secrets []string // paths of the inputs that are secret, sorted

	Dependencies         []string            // URNs of everything it waits for, sorted
	PropertyDependencies map[string][]string // the same by input; without those of DependsOn

	Protect             bool
	RetainOnDelete      bool
	DeleteBeforeReplace bool
	DeletedWith         string // URN

	IgnoreChanges           []string
	ReplaceOnChanges        []string
	AdditionalSecretOutputs []string
	Aliases                 []string // URNs

	Provider       string            // "urn::id" of an explicit provider
	Providers      map[string]string // of a component: by package
	Import         string            // the id to import
	Version        string            // of the provider's plugin
	CustomTimeouts Timeouts

	Source string // file:line of the call that made it, when known
}

// Timeouts are the custom timeouts of a resource, as durations such as "30m".
type Timeouts struct {
	Create, Update, Delete, Read string
}

// Type returns all resources of a type, sorted by URN.
func (r *Recording) Type(token string) []*Resource {
	return r.filter(func(res *Resource) bool { return res.Type == token })
}

// Find returns the resource with this type and logical name, or nil. Should several components have
// children of the same name, it returns the first by URN.
func (r *Recording) Find(token, name string) *Resource {
	for _, res := range r.Resources {
		if res.Type == token && res.Name == name {
			return res
		}
	}
	return nil
}

// Get returns the resource with this URN, registered or only read, or nil.
func (r *Recording) Get(urn string) *Resource {
	for _, list := range [][]*Resource{r.Resources, r.Reads} {
		i, found := slices.BinarySearchFunc(list, urn, func(res *Resource, urn string) int {
			return strings.Compare(res.URN, urn)
		})
		if found {
			return list[i]
		}
	}
	return nil
}

// Children returns the resources whose parent has this URN, sorted by URN.
func (r *Recording) Children(urn string) []*Resource {
	return r.filter(func(res *Resource) bool { return res.Parent == urn })
}

// List returns a line "type name" for each resource, sorted; without the stack and the providers.
// It is made to be compared in a test: the list of what a component consists of.
func (r *Recording) List() []string {
	lines := []string{}
	for _, res := range r.Resources {
		if res.Type == StackType || strings.HasPrefix(res.Type, ProviderTypes) {
			continue
		}
		lines = append(lines, res.Type+" "+res.Name)
	}
	slices.Sort(lines)
	return lines
}

func (r *Recording) filter(keep func(*Resource) bool) []*Resource {
	var found []*Resource
	for _, res := range r.Resources {
		if keep(res) {
			found = append(found, res)
		}
	}
	return found
}

// Input returns the input at a path such as "rules[0].filter.prefix", or nil when there is none.
// A key that holds a dot is written in brackets: `tags["a.b"]`.
//
// A path may go on into text that holds JSON: "policy.Statement[0].Resource".
func (r *Resource) Input(path string) any { return At(r.Inputs, path) }

// Output returns the output at a path, as Input does for inputs.
func (r *Resource) Output(path string) any { return At(r.Outputs, path) }

// IsSecret reports whether the input at a path is secret, by itself or as a part of a secret value.
func (r *Resource) IsSecret(path string) bool {
	for _, secret := range r.Secrets {
		rest, found := strings.CutPrefix(path, secret)
		if found && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

// String returns the resource as messages name it: its type and its quoted name.
func (r *Resource) String() string { return Label(r.Type, r.Name) }

// Label names a resource in a message: its type and its quoted name.
func Label(typ, name string) string { return fmt.Sprintf("%s %q", typ, name) }

const (
	// StackType is the type of the resource at the root, which stands for the stack itself.
	StackType = "pulumi:pulumi:Stack"
	// ProviderTypes is how the types of providers begin: "pulumi:providers:aws".
	ProviderTypes = "pulumi:providers:"
)
