package design_test

import (
	"slices"
	"testing"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/design"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
)

// networked has what belongs to a network, and what does not.
const networked = `{"version": "1.0.0", "resources": {
  "test:net:Net": {
    "inputProperties": {},
    "properties": {"vpcId": {"type": "string"}, "subnetIds": {"type": "array", "items": {"type": "string"}}, "groupId": {"type": "string"}, "arn": {"type": "string"}}
  },
  "test:app:App": {
    "inputProperties": {
      "vpcId": {"type": "string"},
      "subnetIds": {"type": "array", "items": {"type": "string"}},
      "securityGroupIds": {"type": "array", "plain": true, "items": {"type": "string"}},
      "clientSecurityGroupId": {"type": "string"},
      "certificateArn": {"type": "string"}
    },
    "properties": {"url": {"type": "string"}}
  }
}}`

const twoRegions = `system "shop" {}
service "shop" {}
environment "dev" { preset = "sandbox" }
environment "prod" {
  preset = "production"
  requirements { regions = ["eu-central-1", "eu-west-1"] }
}
`

func inRegions(t *testing.T, text string) ([]*design.Design, hcl.Diagnostics) {
	t.Helper()
	s, diags := system.Parse([]byte(twoRegions), "system.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	b, diags := blueprint.Parse([]byte(head+text), "test.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	lib, err := schema.Parse([]byte(networked))
	if err != nil {
		t.Fatal(err)
	}
	return design.All(s, b, lib)
}

func TestInstancesAreInTheirRegion(t *testing.T) {
	designs, diags := inRegions(t, `
locals { virginia = "us-east-1" }
decision "standby" {
  question = "Is there a standby?"
  option "warm" {
    when    = length(requirements.regions) > 1
    because = "There is a second region"
  }
  option "none" { because = "There is none" }
}
component "net" "home" {}
component "net" "null" { in_region = null }
component "net" "virginia" { in_region = local.virginia }
component "net" "standby" {
  when      = decision.standby == "warm"
  in_region = requirements.regions[1]
}
component "net" "maybe" { in_region = decision.standby == "warm" ? requirements.regions[1] : null }
component "net" "each" {
  for_each  = requirements.regions
  in_region = each.key
}
`)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	// The region of the stack is told like no region at all: dev is in us-east-1.
	for n, want := range [][]string{
		{"home ", "null ", "virginia ", "maybe ", "each-us-east-1 "},
		{"home ", "null ", "virginia us-east-1", "standby eu-west-1", "maybe eu-west-1", "each-eu-central-1 ", "each-eu-west-1 eu-west-1"},
	} {
		var got []string
		for _, i := range designs[n].Instances {
			got = append(got, i.ID+" "+i.Region)
			if i.ID == "maybe" && !slices.Equal(i.Decisions, []string{"standby"}) {
				t.Errorf("maybe depends on the decisions %q", i.Decisions)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", designs[n].Environment, got, want)
		}
	}
}

// A network is of one region; ARNs, and texts that tell of a network, go anywhere.
func TestNetworksStayInTheirRegion(t *testing.T) {
	_, diags := inRegions(t, `
component "net" "home" {}
component "net" "away" { in_region = "eu-west-1" }
component "app" "right" {
  in_region          = "eu-west-1"
  vpc_id             = component.away.vpc_id
  subnet_ids         = component.away.subnet_ids
  security_group_ids = [component.away.group_id]
  certificate_arn    = component.home.arn
}
component "app" "wrong" {
  in_region                = "eu-west-1"
  vpc_id                   = component.home.vpc_id
  subnet_ids               = component.home.subnet_ids
  security_group_ids       = [component.away.group_id, component.home.group_id, component.home.group_id]
  client_security_group_id = component.home.group_id
}
`)
	var got []int
	for _, d := range diags {
		if d.Summary != "Network of another region" {
			t.Errorf("%s", d)
		}
		if !slices.Contains(got, d.Subject.Start.Line) {
			got = append(got, d.Subject.Start.Line)
		}
	}
	if want := []int{17, 18, 19, 20}; !slices.Equal(got, want) {
		t.Fatalf("problems in lines %v, want %v: %v", got, want, diags)
	}
	const want = `The argument "vpc_id" of "wrong", in eu-west-1, takes what is in the same region, and "home" is in us-east-1. Use the network of that region, or give both components the same in_region.`
	if diags[0].Detail != want {
		t.Errorf("it says %s", diags[0].Detail)
	}
}
