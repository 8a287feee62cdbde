package preview

import (
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/archimperative/scaffold/recorder/recording"
)

// state is a resource as Pulumi's state holds it.
type state struct {
	URN                     string              `json:"urn"`
	Custom                  bool                `json:"custom"`
	ID                      string              `json:"id"`
	Type                    string              `json:"type"`
	Inputs                  map[string]any      `json:"inputs"`
	Outputs                 map[string]any      `json:"outputs"`
	Parent                  string              `json:"parent"`
	Protect                 bool                `json:"protect"`
	External                bool                `json:"external"`
	RetainOnDelete          bool                `json:"retainOnDelete"`
	DeletedWith             string              `json:"deletedWith"`
	Dependencies            []string            `json:"dependencies"`
	PropertyDependencies    map[string][]string `json:"propertyDependencies"`
	Provider                string              `json:"provider"`
	AdditionalSecretOutputs []string            `json:"additionalSecretOutputs"`
	IgnoreChanges           []string            `json:"ignoreChanges"`
	ReplaceOnChanges        []string            `json:"replaceOnChanges"`
	Aliases                 []string            `json:"aliases"`
	ImportID                string              `json:"importID"`
	CustomTimeouts          *struct {           // in seconds
		Create, Update, Delete float64
	} `json:"customTimeouts"`
	SourcePosition string `json:"sourcePosition"`
	StackTrace     []struct {
		SourcePosition string `json:"sourcePosition"`
	} `json:"stackTrace"`
}

// resource is the state as a recording has it; at says where in the JSON it stands.
func (s *state) resource(at string) (*recording.Resource, error) {
	stack, _ := scope(s.URN)
	if stack == "" {
		return nil, fmt.Errorf("%s.urn is %s; want urn:pulumi:STACK::PROJECT::TYPE::NAME", at, quote(s.URN))
	}
	if s.Type == "" {
		return nil, fmt.Errorf("%s.type is missing; want the type of %s", at, quote(s.URN))
	}
	_, name, _ := strings.Cut(strings.SplitN(s.URN, "::", 3)[2], "::")
	if name == "" {
		return nil, fmt.Errorf("%s.urn is %s, which has no name after the type", at, quote(s.URN))
	}
	res := &recording.Resource{
		URN: s.URN, Type: s.Type, Name: name, Parent: s.Parent, Custom: s.Custom,
		Dependencies: slices.Sorted(slices.Values(s.Dependencies)), PropertyDependencies: map[string][]string{},
		Protect: s.Protect, RetainOnDelete: s.RetainOnDelete, DeletedWith: s.DeletedWith,
		IgnoreChanges: s.IgnoreChanges, ReplaceOnChanges: s.ReplaceOnChanges,
		AdditionalSecretOutputs: s.AdditionalSecretOutputs, Aliases: s.Aliases,
		Provider: s.Provider, Import: s.ImportID, Source: s.source(),
	}
	if s.ID != unknownString {
		res.ID = s.ID
	}
	for property, urns := range s.PropertyDependencies {
		if len(urns) > 0 {
			res.PropertyDependencies[property] = slices.Sorted(slices.Values(urns))
		}
	}
	if t := s.CustomTimeouts; t != nil {
		res.CustomTimeouts = recording.Timeouts{Create: duration(t.Create), Update: duration(t.Update), Delete: duration(t.Delete)}
	}
	inputs := decoder{at: at + ".inputs"}
	var err error
	if res.Inputs, err = inputs.object(s.Inputs, ""); err != nil {
		return nil, err
	}
	slices.Sort(inputs.secrets)
	res.Secrets = inputs.secrets
	outputs := decoder{at: at + ".outputs"}
	if res.Outputs, err = outputs.object(s.Outputs, ""); err != nil {
		return nil, err
	}
	if s.Custom {
		res.Outputs = expected(res)
	}
	return res, nil
}

// expected are the outputs as far as they are known before the deployment: a digest leaves them out. A provider gives
// back what it got, so that a resource can be found by its name; what it will add, nobody knows.
func expected(res *recording.Resource) map[string]any {
	outputs := maps.Clone(res.Inputs)
	if outputs == nil {
		outputs = map[string]any{}
	}
	maps.Copy(outputs, res.Outputs)
	if outputs["id"] == nil {
		outputs["id"] = recording.Unknown{}
		if res.ID != "" {
			outputs["id"] = res.ID
		}
	}
	return outputs
}

// scope is the stack and the project in a URN.
func scope(urn string) (stack, project string) {
	rest, ok := strings.CutPrefix(urn, "urn:pulumi:")
	parts := strings.SplitN(rest, "::", 4)
	if !ok || len(parts) < 4 || parts[0] == "" || parts[1] == "" {
		return "", ""
	}
	return parts[0], parts[1]
}

// source is the place in the program that registered the resource, as "main.go:29": the nearest caller that is
// in the project's folder, since a component's own file says nothing to who uses it.
func (s *state) source() string {
	if place := inProject(s.SourcePosition); place != "" {
		return place
	}
	for _, frame := range s.StackTrace {
		if place := inProject(frame.SourcePosition); place != "" {
			return place
		}
	}
	return ""
}

// inProject turns project:///main.go#29,5 into main.go:29, and what is elsewhere into nothing.
func inProject(position string) string {
	file, ok := strings.CutPrefix(position, "project:///")
	if !ok {
		return ""
	}
	file, line, _ := strings.Cut(file, "#")
	line, _, _ = strings.Cut(line, ",")
	clean := path.Clean(file)
	if file == "" || path.IsAbs(file) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsAny(file, "\n\r:") {
		return ""
	}
	if line == "" || strings.Trim(line, "0123456789") != "" {
		return clean
	}
	return clean + ":" + line
}

// duration writes seconds as Go does; nothing for none, and for what is no length of time.
func duration(seconds float64) string {
	if seconds <= 0 || seconds > math.MaxInt32 || math.IsNaN(seconds) {
		return ""
	}
	return time.Duration(seconds * float64(time.Second)).String()
}

// quote quotes at most the beginning of a text.
func quote(text string) string {
	if len(text) > 200 {
		text = text[:200] + "…"
	}
	return fmt.Sprintf("%q", text)
}
