package guardrails

import (
	"maps"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A policyKind says what the statements of a policy are about.
type policyKind int

const (
	identityPolicy policyKind = iota // what its holder may do
	trustPolicy                      // who may assume a role
	resourcePolicy                   // who may use the resource that has it
	keyPolicy                        // the same for a KMS key, where "*" is that key
	accountPolicy                    // who may use resources of the account: its "*" are all of them
	boundPolicy                      // the most that others can grant: it grants nothing itself
)

// A document is an IAM policy that some input holds.
type document struct {
	res        *recording.Resource
	property   string
	kind       policyKind
	statements []statement
	unknown    bool // what it says is known only after deployment
}

// A statement is one of a policy, with every element as a list.
type statement struct {
	property                string // its path: "policy.Statement[0]"
	allow                   bool
	principals              map[string][]string // by "Service", "AWS", "Federated"; everyone is "*"
	hasPrincipal            bool
	actions, resources      []string
	notActions, notResource bool
	conditions              map[string][]string // the values, by condition key in lower case
}

// An attachment is a type whose resources are the policy of another resource.
type attachment struct {
	policy string   // the input that holds the policy
	target string   // the input that refers to what has it
	kinds  []string // what that may be
}

// attachments hold each the whole policy of their target: a second one replaces it,
// as the API calls behind them do (SetQueueAttributes, PutBucketPolicy, …).
var attachments = map[string]attachment{
	"sqs:QueuePolicy":                 {"policy", "queueUrl", []string{"sqs:Queue"}},
	"sns:TopicPolicy":                 {"policy", "arn", []string{"sns:Topic"}},
	"s3:BucketPolicy":                 {"policy", "bucket", []string{"s3:Bucket"}},
	"s3control:AccessPointPolicy":     {"policy", "accessPointArn", []string{"s3:AccessPoint"}},
	"kms:KeyPolicy":                   {"policy", "keyId", []string{"kms:Key"}},
	"secretsmanager:SecretPolicy":     {"policy", "secretArn", []string{"secretsmanager:Secret"}},
	"ecr:RepositoryPolicy":            {"policy", "repository", []string{"ecr:Repository"}},
	"cloudwatch:EventBusPolicy":       {"policy", "eventBusName", []string{"cloudwatch:EventBus"}},
	"opensearch:DomainPolicy":         {"accessPolicies", "domainName", []string{"opensearch:Domain"}},
	"efs:FileSystemPolicy":            {"policy", "fileSystemId", []string{"efs:FileSystem"}},
	"backup:VaultPolicy":              {"policy", "backupVaultName", []string{"backup:Vault"}},
	"apigateway:RestApiPolicy":        {"policy", "restApiId", []string{"apigateway:RestApi"}},
	"kinesis:ResourcePolicy":          {"policy", "resourceArn", []string{"kinesis:Stream"}},
	"msk:ClusterPolicy":               {"policy", "clusterArn", []string{"msk:Cluster", "msk:ServerlessCluster"}},
	"cloudwatch:LogDestinationPolicy": {"accessPolicy", "destinationName", []string{"cloudwatch:LogDestination"}},
}

// policyProperties are the inputs that hold a policy, in whatever type they occur.
var policyProperties = []string{
	"accessPolicies", "accessPolicy", "assumeRolePolicy", "inlinePolicy", "policy", "policyDocument", "resourcePolicy",
}

// collectPolicies finds every policy of the program and what it belongs to.
func (p *program) collectPolicies(resources []*recording.Resource) {
	for _, res := range resources {
		k := kind(res)
		if !isAWS(res) || strings.HasPrefix(k, "organizations:") || strings.HasSuffix(k, "DataProtectionPolicy") {
			continue // a control policy only takes away; a data protection policy is none of IAM
		}
		for _, property := range policyProperties {
			if value, given := res.Inputs[property]; given {
				p.addPolicy(res, k, property, value)
			}
		}
		for i, inline := range list(res.Inputs["inlinePolicies"]) {
			p.addPolicy(res, k, at("inlinePolicies", i)+".policy", dig(inline, "policy"))
		}
	}
	for _, res := range p.of("iam:Role", "iam:User") {
		if boundary := p.target(res, "permissionsBoundary", res.Inputs["permissionsBoundary"], "iam:Policy"); boundary != nil {
			for _, doc := range p.attached[boundary] {
				doc.kind = boundPolicy
			}
		}
	}
}

func (p *program) addPolicy(res *recording.Resource, k, property string, value any) {
	doc := &document{res: res, property: property, kind: kindOfPolicy(k, property), unknown: isUnknown(value)}
	content, _ := recording.JSON(value).(map[string]any)
	for i, s := range list(content["Statement"]) {
		if s, ok := s.(map[string]any); ok && s["Effect"] != nil {
			doc.statements = append(doc.statements, newStatement(s, at(property+".Statement", i)))
		}
	}
	if !doc.unknown && len(doc.statements) == 0 {
		return
	}
	p.documents = append(p.documents, doc)
	switch a, separate := attachments[k]; {
	case !separate:
		p.attached[res] = append(p.attached[res], doc)
	case property == a.policy:
		value := res.Inputs[a.target]
		if target := p.target(res, a.target, value, a.kinds...); target != nil {
			p.attached[target] = append(p.attached[target], doc)
		} else if isUnknown(value) {
			for _, kind := range a.kinds {
				p.unattached[kind] = true
			}
		}
	}
}

func kindOfPolicy(k, property string) policyKind {
	module, _, _ := strings.Cut(k, ":")
	switch {
	case property == "assumeRolePolicy":
		return trustPolicy
	case module == "iam", module == "iot", property == "inlinePolicy":
		return identityPolicy
	case module == "kms":
		return keyPolicy
	case k == "cloudwatch:LogResourcePolicy":
		return accountPolicy
	case k == "ec2:VpcEndpoint", k == "ec2:VpcEndpointPolicy":
		return boundPolicy
	}
	return resourcePolicy
}

func newStatement(s map[string]any, property string) statement {
	out := statement{
		property: property, allow: s["Effect"] == "Allow",
		actions: texts(s["Action"]), resources: texts(s["Resource"]),
		notActions: s["NotAction"] != nil, notResource: s["NotResource"] != nil,
		principals: map[string][]string{}, conditions: map[string][]string{},
		hasPrincipal: s["Principal"] != nil || s["NotPrincipal"] != nil,
	}
	switch principal := s["Principal"].(type) {
	case string:
		out.principals[principal] = []string{principal}
	case map[string]any:
		for class, names := range principal {
			out.principals[class] = texts(names)
			if slices.Contains(out.principals[class], "*") && class != "Federated" {
				out.principals["*"] = []string{"*"}
			}
		}
	}
	if s["NotPrincipal"] != nil {
		out.principals["*"] = []string{"*"}
	}
	conditions, _ := s["Condition"].(map[string]any)
	for _, operator := range slices.Sorted(maps.Keys(conditions)) {
		keys, _ := conditions[operator].(map[string]any)
		for key, values := range keys {
			key = strings.ToLower(key)
			out.conditions[key] = append(out.conditions[key], texts(values)...)
			if b, ok := values.(bool); ok {
				out.conditions[key] = append(out.conditions[key], map[bool]string{true: "true", false: "false"}[b])
			}
		}
	}
	return out
}

// anyone reports whether the statement is about everybody.
func (s statement) anyone() bool { return len(s.principals["*"]) > 0 }

// service reports whether the statement is about an AWS service.
func (s statement) service(name string) bool {
	return s.anyone() || slices.Contains(s.principals["Service"], name)
}

// permits reports whether the statement speaks of an action.
func (s statement) permits(action string) bool { return s.notActions || anyGlob(s.actions, action) }

// under reports whether the statement holds only under a condition on one of these
// keys, which may be patterns.
func (s statement) under(keys ...string) bool {
	for have := range s.conditions {
		if anyGlob(keys, have) {
			return true
		}
	}
	return false
}

// policyOf returns the statements of what has them, and whether they are all there is.
func (p *program) policyOf(res *recording.Resource) (statements []statement, has, known bool) {
	known = !p.unattached[kind(res)]
	for _, doc := range p.attached[res] {
		if doc.kind == trustPolicy {
			continue
		}
		has = true
		known = known && !doc.unknown
		statements = append(statements, doc.statements...)
	}
	return statements, has, known
}
