// Package tfplan writes planned resources as the JSON of a Terraform plan, so that scanners which know no
// Pulumi can judge a Pulumi program.
//
//	plan, report, err := tfplan.Export(rec, operations)
//
// Names are translated by table.json, which holds every resource type of the Pulumi AWS provider with all
// its properties down to the last nested one. It is derived by the program in gen from the Pulumi SDK and the
// schema of the Terraform provider; see there. What is not in it is left out of the plan, and the report says so.
//
// The plan is in the format that `terraform show -json` prints, version 1.2:
// https://developer.hashicorp.com/terraform/internals/json-format. It has no prior state: "before" is always null.
//
// As in Terraform, values that are known only after deployment are absent from the values and true in
// after_unknown, optional attributes that are not set are null, and blocks are lists. Other than in Terraform,
// what the provider would fill in by default is there only as far as the preview has it.
package tfplan

//go:generate go run ./gen
