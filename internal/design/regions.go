package design

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/internal/blueprint"
	"github.com/archimperative/scaffold/internal/schema"
	"github.com/archimperative/scaffold/internal/system"
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// region is where an instance of a block is, "" for the region of the design: that
// is what null means too, and the name of that region.
func (e *evaluator) region(block *blueprint.Component, el element) string {
	if block.InRegion == nil {
		return ""
	}
	at := block.InRegion.Range()
	value, ok := e.value(block.InRegion, el.context(e.ctx))
	if !ok || value.IsNull() {
		return ""
	}
	value, err := convert.Convert(value, cty.String)
	if err != nil {
		e.fail(at, "Wrong type", "The in_region of %q is the name of an AWS region, such as \"us-east-1\", or null for the region of the stack.", block.Name)
		return ""
	}
	name := value.AsString()
	if problem := system.CheckRegion(name, at); problem != nil {
		e.diags = append(e.diags, problem)
		return ""
	}
	if name == e.design.Region {
		return ""
	}
	return name
}

// networked are the arguments that take a VPC or parts of one. Those exist in one region,
// and nothing in another can be put into them:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resources.html
var networked = []string{"vpc_id", "vpc_ids", "subnet_ids", "security_group_id", "security_group_ids"}

// near refuses a VPC, subnet or security group of another region. All else that a
// component gives may be used elsewhere, as CloudFront uses a certificate and a replica
// a database; where it may not, as for the topic of an alarm, the guardrails say so of
// the resources themselves.
func (e *evaluator) near(i *Instance, input *schema.Property, v Value, at hcl.Range) {
	if !slices.ContainsFunc(networked, func(name string) bool {
		return input.HCL == name || strings.HasSuffix(input.HCL, "_"+name)
	}) {
		return
	}
	region := func(i *Instance) string {
		if i.Region == "" {
			return e.design.Region
		}
		return i.Region
	}
	told := map[*Instance]bool{}
	Promises(v, func(p Promise) {
		if region(p.Instance) == region(i) || told[p.Instance] {
			return
		}
		told[p.Instance] = true
		e.fail(at, "Network of another region", "The argument %q of %q, in %s, takes what is in the same region, and %q is in %s. Use the network of that region, or give both components the same in_region.",
			input.HCL, i.ID, region(i), p.Instance.ID, region(p.Instance))
	})
}
