// Package schema knows what each component takes and gives. It reads the
// library's Pulumi package schema and nothing else: no component, no cloud SDK.
package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Kind is the type of an argument or output.
type Kind string

// The kinds that components use. A List is a list of texts, a Map has texts as values.
const (
	Text   Kind = "string"
	Int    Kind = "integer"
	Bool   Kind = "boolean"
	List   Kind = "array"
	Map    Kind = "object"
	Number Kind = "number"
)

// Library is the schema of a set of components.
type Library struct {
	Version    string
	components map[string]*Component // by HCL type
}

// Component is what one component takes and gives.
type Component struct {
	Token   string // "scaffold:queue:Topic"
	Type    string // in HCL: "topic"
	Package string // Go package: "queue"
	GoName  string // "Topic"
	Doc     string
	Inputs  []*Property // sorted by name
	Outputs []*Property
}

// Property is one argument or output.
type Property struct {
	Name     string // in the schema: "kmsKeyArn"
	HCL      string // in HCL: "kms_key_arn"
	GoName   string // "KmsKeyArn"
	Doc      string
	Kind     Kind
	Plain    bool // known when the program runs, so never an output of a resource. A plain List or Map may hold outputs if Elements
	Elements bool // the elements of a List or the values of a Map may be outputs
	Required bool
}

type spec struct {
	Version   string                  `json:"version"`
	Resources map[string]resourceSpec `json:"resources"`
}

type resourceSpec struct {
	Description     string                  `json:"description"`
	Properties      map[string]propertySpec `json:"properties"`
	InputProperties map[string]propertySpec `json:"inputProperties"`
	RequiredInputs  []string                `json:"requiredInputs"`
}

type propertySpec struct {
	Type        Kind      `json:"type"`
	Plain       bool      `json:"plain"`
	Description string    `json:"description"`
	Items       *typeSpec `json:"items"`
	Values      *typeSpec `json:"additionalProperties"`
}

type typeSpec struct {
	Type  Kind `json:"type"`
	Plain bool `json:"plain"`
}

// Parse reads a Pulumi package schema whose component types have the form
// package:module:Name. It fails for two components with one HCL type, and for
// properties of kinds that neither HCL nor every Pulumi language could pass on.
func Parse(text []byte) (*Library, error) {
	var s spec
	if err := json.Unmarshal(text, &s); err != nil {
		return nil, fmt.Errorf("reading the component schema: %w", err)
	}
	l := &Library{Version: s.Version, components: map[string]*Component{}}
	for token, resource := range s.Resources {
		parts := strings.Split(token, ":")
		if len(parts) != 3 {
			return nil, fmt.Errorf("component type %q does not have the form package:module:Name", token)
		}
		c := &Component{Token: token, Type: snake(parts[2]), Package: parts[1], GoName: parts[2], Doc: resource.Description}
		if other, taken := l.components[c.Type]; taken {
			return nil, fmt.Errorf("components %s and %s would both be %q in a blueprint; rename one", other.Token, token, c.Type)
		}
		var err error
		if c.Inputs, err = properties(token, resource.InputProperties, resource.RequiredInputs); err != nil {
			return nil, err
		}
		if c.Outputs, err = properties(token, resource.Properties, nil); err != nil {
			return nil, err
		}
		l.components[c.Type] = c
	}
	return l, nil
}

func properties(token string, specs map[string]propertySpec, required []string) ([]*Property, error) {
	var list []*Property
	for name, p := range specs {
		prop := &Property{
			Name: name, HCL: snake(name), GoName: strings.ToUpper(name[:1]) + name[1:],
			Doc: p.Description, Kind: p.Type, Plain: p.Plain, Required: slices.Contains(required, name),
		}
		element := p.Items
		if p.Type == Map {
			element = p.Values
		}
		switch p.Type {
		case Text, Int, Bool, Number:
		case List, Map:
			if element == nil || element.Type != Text {
				return nil, fmt.Errorf("%s: %s holds something else than texts", token, name)
			}
			prop.Elements = !element.Plain
		default:
			return nil, fmt.Errorf("%s: %s has the kind %q, which a blueprint cannot pass", token, name, p.Type)
		}
		list = append(list, prop)
	}
	slices.SortFunc(list, func(a, b *Property) int { return strings.Compare(a.Name, b.Name) })
	return list, nil
}

// Component returns the component of an HCL type, nil for an unknown one.
func (l *Library) Component(typ string) *Component { return l.components[typ] }

// Components are all components, sorted by package, then name.
func (l *Library) Components() []*Component {
	list := make([]*Component, 0, len(l.components))
	for _, c := range l.components {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *Component) int { return strings.Compare(a.Token, b.Token) })
	return list
}

// Types are the HCL types of all components, sorted.
func (l *Library) Types() []string {
	list := make([]string, 0, len(l.components))
	for typ := range l.components {
		list = append(list, typ)
	}
	slices.Sort(list)
	return list
}

// Input returns the argument with an HCL name, nil for an unknown one.
func (c *Component) Input(name string) *Property { return find(c.Inputs, name) }

// Output returns the output with an HCL name, nil for an unknown one.
func (c *Component) Output(name string) *Property { return find(c.Outputs, name) }

func find(list []*Property, name string) *Property {
	for _, p := range list {
		if p.HCL == name {
			return p
		}
	}
	return nil
}

// Names are the HCL names of properties, in their order.
func Names(list []*Property) []string {
	names := make([]string, len(list))
	for i, p := range list {
		names[i] = p.HCL
	}
	return names
}

// snake turns LoadBalancer into load_balancer, kmsKeyArn into kms_key_arn, DNS
// into dns and AlarmDNSName into alarm_dns_name.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	upper := func(i int) bool { return i >= 0 && i < len(runes) && runes[i] >= 'A' && runes[i] <= 'Z' }
	for i, r := range runes {
		if upper(i) {
			startsWord := i > 0 && (!upper(i-1) || (i+1 < len(runes) && !upper(i+1)))
			if startsWord {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Signature is what a program that uses the component depends on: names, kinds
// and what is required, without the descriptions.
func (c *Component) Signature() string {
	var b strings.Builder
	b.WriteString(c.Token + "\n")
	for _, p := range c.Inputs {
		fmt.Fprintf(&b, "in %s %s plain=%t elements=%t required=%t\n", p.Name, p.Kind, p.Plain, p.Elements, p.Required)
	}
	for _, p := range c.Outputs {
		fmt.Fprintf(&b, "out %s %s\n", p.Name, p.Kind)
	}
	return b.String()
}
