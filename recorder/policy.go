package recorder

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// alwaysJSON are properties that hold nothing but JSON, in whatever AWS resource they occur.
var alwaysJSON = map[string]bool{
	"policy": true, "assumeRolePolicy": true, "policyDocument": true, "resourcePolicy": true, "inlinePolicy": true,
	"accessPolicies": true, "keyPolicy": true, "queuePolicy": true, "repositoryPolicy": true,
	"redrivePolicy": true, "redriveAllowPolicy": true, "filterPolicy": true, "deliveryPolicy": true,
	"containerDefinitions": true, "dashboardBody": true, "eventPattern": true,
}

// holdsJSON reports whether text must be JSON. Beyond the names above, a *Policy, *Policies, *Json,
// *Document or *Definition must be if it looks like it; ELBSecurityPolicy-2016-08 does not.
func holdsJSON(token, name, text string) bool {
	if strings.HasPrefix(token, "aws:") && alwaysJSON[name] {
		return true
	}
	if token == "aws:sfn/stateMachine:StateMachine" && name == "definition" {
		return true
	}
	if text = strings.TrimSpace(text); !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		return false
	}
	for _, suffix := range []string{"olicy", "olicies", "Json", "JSON", "ocument", "efinition", "efinitions"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// document judges text that must hold a JSON document.
func (c *checker) document(text, path, name string) {
	var document any
	if err := json.Unmarshal([]byte(text), &document); err != nil {
		c.problem(path, "is not valid JSON: %v", err)
		return
	}
	c.decoded(document, path, name)
}

// decoded judges a document that was given as text, or as the object it stands for.
func (c *checker) decoded(document any, path, name string) {
	c.emptyReferences(document, path)
	kind := policyKind(c.res.Type, name)
	policy, isObject := document.(map[string]any)
	if kind == noPolicy || !isObject {
		return
	}
	if _, has := policy["Statement"]; !has {
		// Elsewhere "policy" may be another thing: the lifecycle of an image repository, say.
		if kind != otherPolicy {
			c.problem(path, `the policy has no "Statement"`)
		}
		return
	}
	if version := policy["Version"]; version != "2012-10-17" && version != "2008-10-17" {
		c.problem(path, `the policy's "Version" must be "2012-10-17"`)
	}
	statements := list(policy["Statement"])
	for i, statement := range statements {
		at := element(below(path, "Statement"), i)
		if s, ok := statement.(map[string]any); ok {
			c.statement(s, at, kind)
		} else {
			c.problem(at, "a statement must be an object")
		}
	}
	if len(statements) == 0 {
		c.problem(path, "the policy has no statement")
	}
}

type policy int

const (
	noPolicy       policy = iota
	otherPolicy           // something with statements, perhaps
	identityPolicy        // what a principal may do: no Principal, but Resource
	trustPolicy           // who may assume a role: Principal, no Resource
	accessPolicy          // who may use a resource: Principal
)

func policyKind(token, name string) policy {
	switch {
	case strings.Contains(token, "DataProtectionPolicy"), name == "redrivePolicy", name == "redriveAllowPolicy",
		name == "filterPolicy", name == "deliveryPolicy", !strings.HasSuffix(strings.ToLower(name), "olicy") &&
			name != "accessPolicies" && name != "policyDocument":
		return noPolicy
	case name == "assumeRolePolicy":
		return trustPolicy
	case strings.HasPrefix(token, "aws:iam/"), strings.HasPrefix(token, "aws:ssoadmin/"):
		return identityPolicy
	}
	for _, suffix := range []string{
		":QueuePolicy", ":Queue", ":TopicPolicy", ":Topic", ":BucketPolicy", ":Bucket", ":BucketV2", "kms/key:Key",
		":KeyPolicy", ":SecretPolicy", ":Secret", ":RepositoryPolicy", ":VpcEndpoint", ":EventBusPolicy",
		":VaultPolicy", ":FileSystemPolicy", ":DomainPolicy", "kinesis/resourcePolicy:ResourcePolicy",
		"dynamodb/resourcePolicy:ResourcePolicy", ":LogResourcePolicy",
	} {
		if strings.HasSuffix(token, suffix) {
			return accessPolicy
		}
	}
	return otherPolicy
}

// statement judges one statement of a policy.
func (c *checker) statement(s map[string]any, path string, kind policy) {
	for _, key := range slices.Sorted(maps.Keys(s)) {
		if !slices.Contains(statementKeys, key) {
			c.problem(path, "unknown element %q%s", key, didYouMean(key, statementKeys))
		}
	}
	if effect := s["Effect"]; effect != "Allow" && effect != "Deny" {
		c.problem(path, `"Effect" must be "Allow" or "Deny"`)
	}
	c.oneOf(s, path, "Action", "NotAction")
	switch kind {
	case identityPolicy:
		c.oneOf(s, path, "Resource", "NotResource")
		c.none(s, path, "what an identity may do", "Principal", "NotPrincipal")
	case trustPolicy:
		c.oneOf(s, path, "Principal", "NotPrincipal")
		c.none(s, path, "who may assume the role", "Resource", "NotResource")
	case accessPolicy:
		c.oneOf(s, path, "Principal", "NotPrincipal")
	}
	for _, key := range []string{"Action", "NotAction", "Resource", "NotResource"} {
		c.members(s[key], below(path, key), strings.HasSuffix(key, "Resource"))
	}
	for _, key := range []string{"Principal", "NotPrincipal"} {
		principal, isObject := s[key].(map[string]any)
		if !isObject {
			c.members(s[key], below(path, key), false)
			continue
		}
		for _, kind := range slices.Sorted(maps.Keys(principal)) {
			c.members(principal[kind], below(below(path, key), kind), false)
			if len(list(principal[kind])) == 0 {
				c.problem(below(below(path, key), kind), "names nobody")
			}
		}
	}
}

var statementKeys = []string{
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

// oneOf wants exactly one of two elements, and something in it.
func (c *checker) oneOf(s map[string]any, path, one, other string) {
	_, hasOne := s[one]
	_, hasOther := s[other]
	switch {
	case hasOne == hasOther:
		c.problem(path, "a statement needs %q or %q", one, other)
	case len(list(s[one]))+len(list(s[other])) == 0:
		c.problem(path, "%q is empty", map[bool]string{true: one, false: other}[hasOne])
	}
}

func (c *checker) none(s map[string]any, path, about string, keys ...string) {
	for _, key := range keys {
		if _, has := s[key]; has {
			c.problem(path, "a policy about %s has no %q", about, key)
		}
	}
}

// members judges the text in a list of actions, resources or principals.
func (c *checker) members(v any, path string, resources bool) {
	for _, member := range list(v) {
		text, ok := member.(string)
		switch {
		case !ok:
			c.problem(path, "want string, got %s", kindOf(member))
		case text == "":
			c.problem(path, "is empty")
		case strings.HasPrefix(text, "arn:"):
			if fault := arnFault(text); fault != "" {
				c.problem(path, "%q is no ARN: %s", text, fault)
			}
		case strings.HasPrefix(text, "execute-api:"): // short for an ARN in the policy of an API
		case resources && !strings.Contains(text, "*"), resources && strings.HasPrefix(text, "/"):
			c.problem(path, "%q is no ARN", text)
		}
	}
}

// emptyReferences looks through a document for empty references and printed Outputs, wherever they are.
func (c *checker) emptyReferences(v any, path string) {
	switch v := v.(type) {
	case []any:
		for i, e := range v {
			c.emptyReferences(e, element(path, i))
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			at := below(path, key)
			for _, e := range list(v[key]) {
				if e == "" && (refers(key) || strings.Contains(strings.ToLower(key), "arn")) {
					c.problem(at, "is empty")
				}
			}
			c.emptyReferences(v[key], at)
		}
	case string:
		if found := formatted.FindString(v); found != "" {
			c.problem(path, "holds an Output or a missing argument printed as text (%s); "+
				"use pulumi.Sprintf or ApplyT", found)
		}
	}
}

// list returns the members of a value that may be one or several; nothing has none.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}
