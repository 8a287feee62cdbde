package requirements

import (
	"slices"
	"strings"
)

// region wants the stack in the first of the regions.
func region(c *comparison, v value) {
	if len(v.texts) == 0 {
		c.skip("no region is named")
		return
	}
	if c.Region != v.texts[0] {
		c.broken(nil, "", "Pulumi.%s.yaml deploys to %s (aws:region)", c.env.Name, c.Region)
		return
	}
	c.met(nil, "", "the stack deploys to %s", c.Region)
}

// regions wants something in each other region of the system.
func regions(c *comparison, _ value) {
	others, ok := c.otherRegions()
	if !ok {
		return
	}
	for _, other := range others {
		var there []string
		for _, res := range c.Resources {
			module, _, _ := strings.Cut(kind(res), ":")
			tables := kind(res) == "dynamodb:Table" && slices.ContainsFunc(list(res.Input("replicas")), func(r any) bool {
				replica, _ := r.(map[string]any)
				return replica["regionName"] == other
			})
			// Identities and names have no region; a key or an alarm alone serves nobody.
			if tables || res.Custom && c.region(res) == other && !slices.Contains([]string{"", "iam", "route53", "kms", "cloudwatch", "sns"}, module) {
				there = append(there, res.Name)
			}
		}
		if len(there) == 0 {
			c.broken(nil, "", "nothing that keeps data or serves users is in %s", other)
		} else {
			slices.Sort(there)
			c.met(nil, "", "%s has %s", other, strings.Join(there[:min(len(there), 3)], ", "))
		}
	}
}
