// Package provider makes the component library usable from every Pulumi
// language: it infers the package schema from the Go code of the components.
package provider

import (
	"context"
	"encoding/json"
	"fmt"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// Version is the version the schema is published under.
const Version = "0.1.0"

// New is the provider that constructs all components.
func New() (p.Provider, error) {
	return infer.NewProviderBuilder().
		WithDisplayName("Scaffold").
		WithDescription("Components that encode the building blocks of systems on AWS that last.").
		WithLicense("Apache-2.0").
		WithRepository("https://github.com/archimperative/scaffold").
		WithComponents(components()...).
		Build()
}

// Schema is the package schema with the doc comments found in the source below
// componentsDir, as indented JSON.
func Schema(ctx context.Context, componentsDir string) ([]byte, error) {
	prov, err := New()
	if err != nil {
		return nil, fmt.Errorf("assembling the provider: %w", err)
	}
	spec, err := p.GetSchema(ctx, "scaffold", Version, prov)
	if err != nil {
		return nil, fmt.Errorf("inferring the schema: %w", err)
	}
	docs, err := readDocs(componentsDir)
	if err != nil {
		return nil, fmt.Errorf("reading doc comments: %w", err)
	}
	for token, resource := range spec.Resources {
		if err := describe(token, &resource, docs); err != nil {
			return nil, err
		}
		spec.Resources[token] = resource
	}
	text, err := json.MarshalIndent(spec, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// describe adds the doc comments of one component, and mends what inference
// gets wrong: it marks the elements of lists and maps of inputs as plain.
func describe(token string, r *schema.ResourceSpec, docs map[string]component) error {
	doc, ok := docs[token]
	if !ok {
		return fmt.Errorf("%s has no Go source", token)
	}
	r.Description = doc.doc
	for name, property := range r.InputProperties {
		field, ok := doc.args[name]
		if !ok || field.doc == "" {
			return fmt.Errorf("%s: argument %s has no doc comment; users read it in their editor", token, name)
		}
		property.Description = field.doc
		if property.Items != nil {
			property.Items.Plain = field.typ == "[]string"
			property.Plain = property.Plain || field.typ == "[]pulumi.StringInput" || field.typ == "[]string"
		}
		if property.AdditionalProperties != nil {
			property.AdditionalProperties.Plain = property.Plain
		}
		r.InputProperties[name] = property
	}
	for name, property := range r.Properties {
		field, ok := doc.outputs[name]
		if !ok || field.doc == "" {
			return fmt.Errorf("%s: output %s has no doc comment; users read it in their editor", token, name)
		}
		property.Description = field.doc
		r.Properties[name] = property
	}
	return nil
}
