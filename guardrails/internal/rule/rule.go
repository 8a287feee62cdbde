package rule

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Severities are the severities of rules, the gravest first.
var Severities = []string{"critical", "high", "medium", "low"}

// A Rule is one guardrail.
type Rule struct {
	Name      string   // "RDS.3"
	Title     string   // what must be
	Resources []string // the type tokens that it is about, as written
	Property  string   // the path that it looks at, "" if it is about a relation
	Remedy    string
	Severity  string
	Controls  []string // further public controls that it implements
	Cases     []*Case
	Break     *Break // nil: the failing cases tell how to break it
	Range     hcl.Range

	when, require hclsyntax.Expression // when may be nil
	message       hclsyntax.Expression
	sameForAll    bool     // when does not look at the resource: its answer is the same for all of a program
	mentions      []string // the properties of self that when and require look at, sorted
	asserts       []string // those of require alone
	looksUp       []string // the kinds that its lookups name, sorted
}

// Kinds are the kinds of resources that the rule is about.
func (r *Rule) Kinds() []string {
	var kinds []string
	for _, token := range r.Resources {
		if kind := Kind(token); !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// NotApplicable are controls that cannot be a rule, and why.
type NotApplicable struct {
	Controls []string
	Because  string
	Range    hcl.Range
}

// A File is what one file of rules holds.
type File struct {
	Rules         []*Rule
	NotApplicable []*NotApplicable
}

// sameModules are the other names of a module in Pulumi's AWS package.
var sameModules = map[string]string{
	"alb": "lb", "applicationloadbalancing": "lb", "elasticloadbalancingv2": "lb", "elasticloadbalancing": "elb",
	"elasticsearch": "opensearch",
}

// Kind shortens a type token to "module:Type", and is the same for the names that one type
// has: aws:alb/listener:Listener is a "lb:Listener", aws:s3/bucketV2:BucketV2 a "s3:Bucket". The token of another
// package than AWS's is its own kind.
func Kind(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) != 3 || parts[0] != "aws" {
		return token
	}
	module, _, _ := strings.Cut(parts[1], "/")
	if same, ok := sameModules[module]; ok {
		module = same
	}
	name := parts[2]
	if module == "s3" {
		name = strings.TrimSuffix(name, "V2")
	}
	return module + ":" + name
}
