package tfplan

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A Report says what a plan does not tell.
type Report struct {
	// Resources is how many resources the plan has.
	Resources int
	// Types are the types left out because the table does not have them, each with how many resources: types
	// of other providers than AWS, and of an AWS provider newer than the table.
	Types map[string]int
	// Properties are left out because the table does not have them, as "type: path", sorted.
	Properties []string
}

// Export turns what is about to be deployed into a Terraform plan. The operations are Pulumi's, by URN;
// a resource without one is created.
func Export(rec *recording.Recording, operations map[string]string) (*Plan, *Report, error) {
	t, err := loadTable()
	if err != nil {
		return nil, nil, err
	}
	e := &exporter{table: t, report: &Report{Types: map[string]int{}}, addresses: map[string]string{}, missing: map[string]bool{}}
	plan := &Plan{FormatVersion: formatVersion, TerraformVersion: terraformVersion}
	plan.PlannedValues.RootModule.Resources = []planned{}
	plan.ResourceChanges = []change{}
	plan.Configuration.RootModule.Resources = []configured{}
	plan.Configuration.ProviderConfig = providers(rec)
	e.name(rec)
	for _, res := range rec.Resources {
		if address := e.addresses[res.URN]; address != "" {
			e.add(plan, res, address, operations[res.URN])
		}
	}
	e.report.Resources = len(plan.ResourceChanges)
	e.report.Properties = slices.Sorted(maps.Keys(e.missing))
	return plan, e.report, nil
}

type exporter struct {
	table     *table
	report    *Report
	addresses map[string]string // by URN
	missing   map[string]bool   // properties the table does not have
}

// name gives every resource that can be in the plan its address. Components and providers are not resources.
func (e *exporter) name(rec *recording.Recording) {
	used := map[string]bool{}
	for _, res := range rec.Resources {
		if !res.Custom || strings.HasPrefix(res.Type, recording.ProviderTypes) {
			continue
		}
		typ, ok := e.table.Types[res.Type]
		if !ok {
			e.report.Types[res.Type]++
			continue
		}
		base := typ.name + "." + identifier(res.Name)
		address := base
		for n := 2; used[address]; n++ {
			address = base + "_" + strconv.Itoa(n) // of children with one name in several components
		}
		used[address] = true
		e.addresses[res.URN] = address
	}
}

// identifier makes a Terraform identifier: letters, digits, _ and -, not beginning with a digit or -.
func identifier(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	if clean == "" || clean[0] == '-' || clean[0] >= '0' && clean[0] <= '9' {
		clean = "_" + clean
	}
	return clean
}

func (e *exporter) add(plan *Plan, res *recording.Resource, address, operation string) {
	typ := e.table.Types[res.Type]
	_, name, _ := strings.Cut(address, ".")
	c := &converter{exporter: e, resource: res}
	values, unknown, expressions := c.resourceValues(&e.table.Objects[typ.object])
	sensitive := map[string]any{}
	for _, m := range e.table.Objects[typ.object].members {
		if (values[m.name] != nil || unknown[m.name] != nil) && (m.sensitive || c.isSecret(m.pulumi)) {
			sensitive[m.name] = true
		}
	}
	plan.PlannedValues.RootModule.Resources = append(plan.PlannedValues.RootModule.Resources, planned{
		address, "managed", typ.name, name, providerName, typ.version, values, sensitive,
	})
	plan.ResourceChanges = append(plan.ResourceChanges, change{
		address, "managed", typ.name, name, providerName,
		changeValue{Actions: actions(operation), After: values, AfterUnknown: unknown, AfterSensitive: sensitive},
	})
	plan.Configuration.RootModule.Resources = append(plan.Configuration.RootModule.Resources, configured{
		address, "managed", typ.name, name, providerKey(res.Provider), expressions, typ.version, e.dependsOn(res),
	})
}

// dependsOn are the addresses that a resource waits for without using a value of them.
func (e *exporter) dependsOn(res *recording.Resource) []string {
	through := map[string]bool{}
	for _, urns := range res.PropertyDependencies {
		for _, urn := range urns {
			through[urn] = true
		}
	}
	var list []string
	for _, urn := range res.Dependencies {
		if address := e.addresses[urn]; address != "" && !through[urn] {
			list = append(list, address)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// references are the addresses of the resources that a property uses values of.
func (e *exporter) references(urns []string) []string {
	var list []string
	for _, urn := range urns {
		if address := e.addresses[urn]; address != "" {
			list = append(list, address)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// actions are Terraform's for one of Pulumi's operations.
func actions(operation string) []string {
	switch operation {
	case "update":
		return []string{"update"}
	case "same", "refresh", "import":
		return []string{"no-op"}
	case "replace", "import-replacement":
		return []string{"delete", "create"}
	}
	return []string{"create"}
}

// providers are the default provider and the explicit ones, of which each is an alias.
func providers(rec *recording.Recording) map[string]providerConfig {
	region := func(v any) map[string]any {
		if text, ok := v.(string); ok && text != "" {
			return map[string]any{"region": map[string]any{"constant_value": text}}
		}
		return nil
	}
	all := map[string]providerConfig{"aws": {Name: "aws", FullName: providerName, Expressions: region(rec.Region)}}
	for _, res := range rec.Resources {
		key := providerKey(res.URN + "::")
		if res.Type == recording.ProviderTypes+"aws" && key != "aws" {
			all[key] = providerConfig{"aws", providerName, strings.TrimPrefix(key, "aws."), region(res.Inputs["region"])}
		}
	}
	return all
}

// providerKey is "aws" for the default provider, which Pulumi calls default_6_83_2, and else "aws.NAME". It
// takes what a recording has as the provider of a resource, "urn::id".
func providerKey(provider string) string {
	parts := strings.Split(provider, "::")
	if len(parts) < 5 || strings.HasPrefix(parts[3], "default") {
		return "aws"
	}
	return "aws." + identifier(parts[3])
}
