package requirements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// storeKinds are what keeps the data of a model.
var storeKinds = map[string][]string{
	"relational":  {"rds:Instance", "rds:Cluster"},
	"key-value":   {"dynamodb:Table", "docdb:Cluster", "keyspaces:Table"},
	"document":    {"dynamodb:Table", "docdb:Cluster"},
	"wide-column": {"dynamodb:Table", "keyspaces:Table"},
	"graph":       {"neptune:Cluster"},
	"object":      {"s3:Bucket"},
	"cache":       {"elasticache:ReplicationGroup", "elasticache:ServerlessCache"},
}

// stores wants each store to be kept by something, which its users and no other service can reach.
func stores(c *comparison) {
	for _, store := range c.system.Stores {
		c.source = c.system.at(store.Line, fmt.Sprintf("store %q { model = %q }", store.Name, store.Model))
		keepers := c.keepers(store)
		if len(keepers) == 0 {
			c.broken(nil, "", "nothing in this program keeps it: there is no %s", strings.Join(storeKinds[store.Model], " or "))
			continue
		}
		for _, keeper := range keepers {
			c.met(keeper, "", "keeps it")
			// What keeps several stores is there for the users of all.
			if c.isAbout(keeper, store.Name) {
				c.access(store, keeper)
			}
		}
	}
}

// keepers are what is called after a store and fits its model; if nothing is, what is called
// after no other part of the system.
func (c *comparison) keepers(store Store) []*recording.Resource {
	var own, shared []*recording.Resource
	data := c.dataBuckets()
	for _, res := range c.of(storeKinds[store.Model]...) {
		switch {
		case kind(res) == "rds:Instance" && res.Input("replicateSourceDb") != nil, kind(res) == "s3:Bucket" && !slices.Contains(data, res):
		case c.region(res) != c.Region:
		case c.isAbout(res, store.Name):
			own = append(own, res)
		case c.about[res] == "":
			shared = append(shared, res)
		}
	}
	if len(own) > 0 {
		return own
	}
	return shared
}

// access wants the users of a store, and no other service, to reach it.
func (c *comparison) access(store Store, keeper *recording.Resource) {
	for _, service := range c.system.Services {
		uses := slices.Contains(service.Stores, store.Name)
		if _, whole := c.running(service); whole && !uses {
			continue // it runs in one piece with those that do
		}
		by, known := c.reaches(service, keeper)
		switch {
		case !known:
			c.add(Skipped, keeper, "", fmt.Sprintf("nothing tells whether service %q can reach it", service.Name))
		case uses && by == "":
			c.broken(keeper, "", "cannot be reached by service %q, which uses it (%s)", service.Name, c.system.line(service.Line))
		case !uses && by != "":
			c.broken(keeper, "", "can be reached by service %q, which does not use it: by %s", service.Name, by)
		case uses:
			c.met(keeper, "", "can be reached by service %q: by %s", service.Name, by)
		}
	}
}

// reaches tells by what a service can reach a store, "" if by nothing; not known where neither
// says who may.
func (c *comparison) reaches(service Service, keeper *recording.Resource) (by string, known bool) {
	runners := c.runners(service)
	if len(runners) == 0 {
		return "", false
	}
	property := "vpcSecurityGroupIds"
	if strings.HasPrefix(kind(keeper), "elasticache:") {
		property = "securityGroupIds"
	}
	servers := c.refers(keeper, property, "ec2:SecurityGroup")
	if len(servers) > 0 {
		allowed := c.allowed(servers)
		for _, proxy := range c.of("rds:Proxy") {
			if groups := c.refers(proxy, "vpcSecurityGroupIds", "ec2:SecurityGroup"); intersects(groups, allowed) {
				allowed = append(allowed, c.allowed(groups)...)
			}
		}
		for _, runner := range runners {
			for _, group := range c.groups(runner) {
				if slices.Contains(allowed, group) {
					return "security group " + group.Name, true
				}
			}
		}
		return "", true
	}
	arn := text(keeper.Output("arn"))
	if arn == "" || kind(keeper) == "rds:Instance" || kind(keeper) == "rds:Cluster" {
		return "", false
	}
	for _, policy := range c.of("iam:RolePolicy", "iam:Policy") {
		if c.owner(policy, service, runners) && mentions(text(policy.Input("policy")), arn) {
			return "policy " + policy.Name, true
		}
	}
	return "", true
}

// owner reports whether a policy belongs to a service: to a role that its tasks or functions have.
func (c *comparison) owner(policy *recording.Resource, service Service, runners []*recording.Resource) bool {
	if c.isAbout(policy, service.Name) {
		return true
	}
	for _, role := range c.refers(policy, "role", "iam:Role") {
		for _, runner := range runners {
			for _, property := range []string{"taskRoleArn", "role"} {
				if slices.Contains(c.refers(runner, property, "iam:Role"), role) {
					return true
				}
			}
		}
	}
	return false
}

// groups are the security groups of what runs a service.
func (c *comparison) groups(runner *recording.Resource) []*recording.Resource {
	if kind(runner) == "lambda:Function" {
		return c.refers(runner, "vpcConfig.securityGroupIds", "ec2:SecurityGroup")
	}
	var groups []*recording.Resource
	for _, service := range c.belonging("ecs:Service", "taskDefinition", runner) {
		groups = append(groups, c.refers(service, "networkConfiguration.securityGroups", "ec2:SecurityGroup")...)
	}
	return groups
}

// allowed are the security groups that may connect to one of several.
func (c *comparison) allowed(servers []*recording.Resource) []*recording.Resource {
	var groups []*recording.Resource
	for _, rule := range c.of("vpc:SecurityGroupIngressRule") {
		if intersects(c.refers(rule, "securityGroupId", "ec2:SecurityGroup"), servers) {
			groups = append(groups, c.refers(rule, "referencedSecurityGroupId", "ec2:SecurityGroup")...)
		}
	}
	for _, rule := range c.of("ec2:SecurityGroupRule") {
		if rule.Input("type") == "ingress" && intersects(c.refers(rule, "securityGroupId", "ec2:SecurityGroup"), servers) {
			groups = append(groups, c.refers(rule, "sourceSecurityGroupId", "ec2:SecurityGroup")...)
		}
	}
	for _, server := range servers {
		for _, ingress := range list(server.Input("ingress")) {
			groups = append(groups, c.referred(server, "ingress", recording.At(ingress, "securityGroups"), "ec2:SecurityGroup")...)
		}
	}
	return groups
}

func intersects(a, b []*recording.Resource) bool {
	return slices.ContainsFunc(a, func(r *recording.Resource) bool { return slices.Contains(b, r) })
}

// mentions reports whether a text has a name in it that does not go on: "table/orders" is not
// mentioned by "table/orders-archive".
func mentions(text, name string) bool {
	for at := 0; name != ""; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		end := at + i + len(name)
		if end == len(text) || !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", rune(text[end])) {
			return true
		}
		at = end
	}
	return false
}
