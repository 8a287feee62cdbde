package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components"
	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/generate"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/google/go-cmp/cmp"
)

// variants is a blueprint whose designs differ between environments in every
// way there is: instances, elements of lists, entries of maps, texts that refer
// to other instances, values that are not set.
const variants = `
blueprint "variants" {
  title   = "Variants"
  summary = "Whatever can differ."
}
locals {
  production = environment.preset == "production"
  large      = requirements.requests_per_second > 100
}
# One key.
component "key" "key" {
  description = environment.name == "dev" ? "100 % \"quoted\" \\ text" : "true"
  services    = local.production ? ["sns", "logs"] : ["sns"]
}
component "key" "other" {
  when     = local.production
  services = ["sns", "cloudwatch"]
}
component "alarm_topic" "alarms" {
  when        = local.production
  kms_key_arn = component.other.arn
  emails      = ["team@example.com"]
}
component "topic" "first" {
  kms_key_arn     = local.production ? component.other.arn : component.key.arn
  alarm_topic_arn = local.production ? component.alarms.arn : null
}
component "topic" "second" {
  when        = local.large
  kms_key_arn = component.key.arn
}
component "topic" "third" {
  kms_key_arn = component.key.arn
}
component "queue" "inbox" {
  kms_key_arn                = component.key.arn
  retention_days             = local.production ? 7 : null
  visibility_timeout_seconds = local.large ? 60 : 30
  topic_names                = concat(["first"], local.large ? ["second"] : [], ["third"])
  topic_arns = concat(
    [component.first.arn],
    local.large ? [component.second.arn] : [],
    [component.third.arn],
  )
  tags = merge(
    { environment = environment.name, topic = "to ${component.first.arn} 100 %" },
    local.production ? { alarms = component.alarms.arn } : {},
    local.large ? { size = "large" } : {},
  )
}
component "queue" "plain" {
  tags = { environment = environment.name }
}
output "alarms" {
  when        = local.production
  description = "Alarms"
  value       = component.alarms.arn
}
output "topics" {
  description = "Topics"
  value       = concat([component.first.arn], local.large ? [component.second.arn] : [])
}
output "sizes" {
  description = "Sizes"
  value       = { size = local.large ? "large" : "small", name = component.inbox.name }
}
`

const variantsSystem = `system "variants" {
  pattern = "variants"
}
environment "dev" { preset = "sandbox" }
environment "stage" { preset = "production" }
environment "prod" {
  preset = "production"
  requirements { requests_per_second = 1000 }
}
environment "load" {
  preset = "sandbox"
  requirements { requests_per_second = 1000 }
}
`

// TestVariantsAgree generates one program for designs that differ in every way,
// and compares it with the direct deployment of each.
func TestVariantsAgree(t *testing.T) {
	s, diags := system.Parse([]byte(variantsSystem), "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	b, diags := blueprint.Parse([]byte(variants), "variants.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	library, err := schema.Parse(components.Schema)
	if err != nil {
		t.Fatal(err)
	}
	designs, diags := design.All(s, b, library)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate.Project(generate.Input{System: s, SystemSource: []byte(variantsSystem), Blueprint: b, Designs: designs, Module: generate.Module{Replace: root}})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "dump_test.go"), fmt.Appendf(nil, dump, "variants", dir+"/"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := command(dir, "vet", "./..."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := command(dir, "test", "-run", "TestDump", "./..."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, d := range designs {
		program := readRecording(t, filepath.Join(dir, d.Environment+".json"))
		direct := record(t, "variants", d)
		if diff := cmp.Diff(essence(t, program), essence(t, direct)); diff != "" {
			t.Errorf("%s: the program (-) and the direct deployment (+) differ:\n%s", d.Environment, diff)
		}
	}
	main, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	// Read as a person would: instances of some environments stand in an if.
	for _, want := range []string{"if settings.other {", "var alarms *observability.AlarmTopic", "append(inboxTopicArns, second.Arn)"} {
		if !strings.Contains(string(main), want) {
			t.Errorf("main.go does not say %q:\n%s", want, main)
		}
	}
}
