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
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
)

// variants is a blueprint whose designs differ between environments in every
// way there is: instances, elements of lists, entries of maps, texts that refer
// to other instances, values that are not set, regions.
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
# Always elsewhere.
component "key" "north" {
  in_region = "eu-north-1"
  services  = ["sns"]
}
component "topic" "north_events" {
  in_region   = "eu-north-1"
  kms_key_arn = component.north.arn
}
# Elsewhere, unless the stack is there itself.
component "key" "virginia" {
  in_region = "us-east-1"
  services  = ["sns", "cloudwatch"]
}
component "alarm_topic" "virginia_alarms" {
  in_region   = "us-east-1"
  kms_key_arn = component.virginia.arn
}
# In a region that differs, and may be one that others are in.
component "key" "standby" {
  in_region = length(requirements.regions) > 1 ? requirements.regions[1] : null
  services  = ["sns"]
}
component "topic" "standby_events" {
  when        = length(requirements.regions) > 1
  in_region   = requirements.regions[1]
  kms_key_arn = component.standby.arn
}
# Elsewhere, in some environments only.
component "key" "far" {
  for_each  = local.large ? ["ap-southeast-2", "sa-east-1"] : ["sa-east-1"]
  when      = local.large || local.production
  in_region = each.key
  services  = ["sns"]
}
# It has things in us-east-1 of its own, wherever it is.
component "dns" "zone" {
  domain_name              = "example.com"
  dnssec                   = true
  us_east1_alarm_topic_arn = component.virginia_alarms.arn
}
component "dns" "zone_away" {
  in_region   = local.production ? "us-east-1" : "eu-north-1"
  domain_name = "example.org"
  dnssec      = true
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
environment "stage" {
  preset = "production"
  requirements { regions = ["eu-central-1", "us-east-1"] }
}
environment "prod" {
  preset = "production"
  requirements {
    requests_per_second = 1000
    regions             = ["eu-central-1", "eu-west-1"]
  }
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
		direct := record(t, "variants", d, recorder.StackFile(filepath.Join(dir, "Pulumi."+d.Environment+".yaml")))
		if diff := cmp.Diff(essence(t, program), essence(t, direct)); diff != "" {
			t.Errorf("%s: the program (-) and the direct deployment (+) differ:\n%s", d.Environment, diff)
		}
	}
	wantRegions(t, readRecording(t, filepath.Join(dir, "stage.json")), 3, map[string]string{
		"standby-events": "us-east-1", "north-events": "eu-north-1", "first": "eu-central-1",
	})
	wantRegions(t, readRecording(t, filepath.Join(dir, "prod.json")), 5, map[string]string{
		"standby-events": "eu-west-1", "north-events": "eu-north-1", "first": "eu-central-1", "virginia-alarms": "us-east-1",
	})
	// In eu-north-1, a component that needs us-east-1 cannot go back to the stack's provider.
	wantRegions(t, readRecording(t, filepath.Join(dir, "dev.json")), 2, map[string]string{
		"north-events": "eu-north-1", "first": "us-east-1", "virginia-alarms": "us-east-1",
	})
	main, err := os.ReadFile(filepath.Join(dir, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	// Read as a person would: instances of some environments stand in an if.
	for _, want := range []string{"if settings.other {", "var alarms *observability.AlarmTopic", "append(inboxTopicArns, second.Arn)",
		`inEuNorth1, err := region.In(ctx, "eu-north-1")`, "region.In(ctx, settings.otherRegion)", "if settings.second {\n\t\tif inApSoutheast2, err = region.In(", "}, inUsEast1)"} {
		if !strings.Contains(string(main), want) {
			t.Errorf("main.go does not say %q:\n%s", want, main)
		}
	}
}

// wantRegions wants the topics of components where they are said to be, and as many
// providers: one a region, which components with children there share.
func wantRegions(t *testing.T, r *recorder.Recording, providers int, regions map[string]string) {
	t.Helper()
	for component, region := range regions {
		topic := r.Find("aws:sns/topic:Topic", component+"-topic")
		if topic == nil {
			t.Errorf("there is no topic of %s", component)
			continue
		}
		if arn, _ := topic.Output("arn").(string); !strings.HasPrefix(arn, "arn:aws:sns:"+region+":") {
			t.Errorf("the topic of %s is %s; want it in %s", component, arn, region)
		}
	}
	if made := r.Type("pulumi:providers:aws"); len(made) != providers {
		t.Errorf("there are %d providers, want %d: %v", len(made), providers, made)
	}
}
