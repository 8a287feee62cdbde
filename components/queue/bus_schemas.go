package queue

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/schemas"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *busBuilder) hasRegistry() bool {
	return convention.Or(b.args.SchemaRegistry, len(b.args.SchemaNames) > 0)
}

func (b *busBuilder) checkSchemas() {
	args := b.args
	if len(args.SchemaNames) > 0 && !b.hasRegistry() {
		b.Refuse("schemaNames", "has schemas, but schemaRegistry is false; leave schemaRegistry out, or the schemas")
	}
	if len(args.SchemaContents) != len(args.SchemaNames) {
		b.Refuse("schemaContents", "has %d entries for %d schemaNames; give each its schema, in the same order", len(args.SchemaContents), len(args.SchemaNames))
	}
	for i, n := range args.SchemaNames {
		if !schemaName.MatchString(n) {
			b.Refuse("schemaNames", "%q cannot be the name of a schema; use at most 385 letters, digits and ._-@, such as shop.orders@OrderPlaced", n)
		} else if slices.Index(args.SchemaNames, n) < i {
			b.Refuse("schemaNames", "%q stands there twice; each schema needs a name of its own", n)
		}
	}
	for i, content := range args.SchemaContents {
		var document map[string]any
		if err := json.Unmarshal([]byte(content), &document); err != nil {
			b.Refuse("schemaContents", "entry %d is not a JSON object (%s); write a schema in JSON Schema Draft 4 or OpenAPI 3", i, err)
		}
	}
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
	if convention.Or(args.SchemaDiscovery, false) && args.KmsKeyArn != nil && !b.existing {
		b.Refuse("schemaDiscovery", "is not possible on a bus with a key of yours, since AWS would have to read the events; leave kmsKeyArn out, or write the schemas yourself (schemaNames)")
	}
}

func (b *busBuilder) createSchemas() error {
	if convention.Or(b.args.SchemaDiscovery, false) {
		args := &schemas.DiscovererArgs{SourceArn: b.arn, Description: pulumi.String("The events of bus " + b.Name), Tags: b.Tags("")}
		if _, err := schemas.NewDiscoverer(b.Ctx, b.Child("discoverer"), args, convention.With(b.Scope, b.args.Transform.Discoverer, args)); err != nil {
			return fmt.Errorf("creating the discoverer of schemas: %w", err)
		}
	}
	if !b.hasRegistry() {
		return nil
	}
	args := &schemas.RegistryArgs{
		Name: b.ShortName("schemas", 64), Description: pulumi.String("The events of bus " + b.Name), Tags: b.Tags(""),
	}
	registry, err := schemas.NewRegistry(b.Ctx, b.Child("schemas"), args, convention.With(b.Scope, b.args.Transform.Registry, args))
	if err != nil {
		return fmt.Errorf("creating the schema registry: %w", err)
	}
	b.registry = registry.Name
	for i, n := range b.args.SchemaNames {
		content := b.args.SchemaContents[i]
		args := &schemas.SchemaArgs{
			// Code generators name types after it, so it has no digits behind it.
			Name: pulumi.String(n), RegistryName: registry.Name, Content: pulumi.String(content), Type: pulumi.String(schemaType(content)),
			Tags: b.Tags(""),
		}
		if _, err := schemas.NewSchema(b.Ctx, b.Child(n), args, convention.With(b.Scope, b.args.Transform.Schema, args)); err != nil {
			return fmt.Errorf("creating the schema %s: %w", n, err)
		}
	}
	return nil
}

func schemaType(content string) string {
	var document map[string]any
	_ = json.Unmarshal([]byte(content), &document) // checkSchemas has refused what is no JSON
	if document["openapi"] != nil {
		return "OpenApi3"
	}
	return "JSONSchemaDraft4"
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

func compact(v any) string {
	text, _ := json.Marshal(v) // it came from JSON
	return string(text)
}
