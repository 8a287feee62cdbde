package convention

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Statement is one statement of an IAM policy document. Resources and
// condition values are usually ARNs that are known only after deployment.
type Statement struct {
	Sid        string
	Deny       bool
	Services   []string             // service principals, "sns.amazonaws.com"
	AWS        []pulumi.StringInput // account or role principals
	Anyone     bool                 // principal "*": only with Deny, or with a condition
	Actions    []string
	NotActions []string
	Resources  []pulumi.StringInput
	Conditions map[string]map[string][]pulumi.StringInput // operator, key, values
}

// When is a single condition, such as When("StringEquals", "aws:SourceAccount", id).
func When(operator, key string, values ...pulumi.StringInput) map[string]map[string][]pulumi.StringInput {
	return map[string]map[string][]pulumi.StringInput{operator: {key: values}}
}

// Policy is the JSON of an IAM policy document.
func Policy(statements ...Statement) pulumi.StringOutput {
	list := pulumi.Array{}
	for _, s := range statements {
		list = append(list, s.document())
	}
	return pulumi.JSONMarshal(pulumi.Map{"Version": pulumi.String("2012-10-17"), "Statement": list})
}

func (s Statement) document() pulumi.Map {
	doc := pulumi.Map{"Effect": pulumi.String("Allow")}
	if s.Sid != "" {
		doc["Sid"] = pulumi.String(s.Sid)
	}
	if s.Deny {
		doc["Effect"] = pulumi.String("Deny")
	}
	switch {
	case s.Anyone:
		doc["Principal"] = pulumi.String("*")
	case len(s.Services)+len(s.AWS) > 0:
		principal := pulumi.Map{}
		if len(s.Services) > 0 {
			principal["Service"] = oneOrMany(texts(s.Services))
		}
		if len(s.AWS) > 0 {
			principal["AWS"] = oneOrMany(s.AWS)
		}
		doc["Principal"] = principal
	}
	if len(s.Actions) > 0 {
		doc["Action"] = oneOrMany(texts(s.Actions))
	}
	if len(s.NotActions) > 0 {
		doc["NotAction"] = oneOrMany(texts(s.NotActions))
	}
	if len(s.Resources) > 0 {
		doc["Resource"] = oneOrMany(s.Resources)
	}
	if len(s.Conditions) > 0 {
		conditions := pulumi.Map{}
		for _, operator := range slices.Sorted(maps.Keys(s.Conditions)) {
			keys := pulumi.Map{}
			for key, values := range s.Conditions[operator] {
				keys[key] = oneOrMany(values)
			}
			conditions[operator] = keys
		}
		doc["Condition"] = conditions
	}
	return doc
}

// AWS stores a list of one as its element; writing it that way keeps a second
// preview free of differences.
func oneOrMany(values []pulumi.StringInput) pulumi.Input {
	if len(values) == 1 {
		return values[0]
	}
	return pulumi.StringArray(values)
}

func texts(values []string) []pulumi.StringInput {
	inputs := make([]pulumi.StringInput, len(values))
	for i, v := range values {
		inputs[i] = pulumi.String(v)
	}
	return inputs
}

// UseKey lets the holder of an identity policy use a KMS key through one AWS
// service ("sqs") in the provider's region, and in no other way.
func (s *Scope) UseKey(sid, service string, key pulumi.StringInput, actions ...string) Statement {
	region := aws.GetRegionOutput(s.Ctx, aws.GetRegionOutputArgs{}, s.Invoke())
	return Statement{
		Sid: sid, Actions: actions, Resources: []pulumi.StringInput{key},
		Conditions: When("StringEquals", "kms:ViaService", pulumi.Sprintf("%s.%s.amazonaws.com", service, region.Name())),
	}
}

// TLSOnly denies every call that does not come over TLS, for a resource policy
// of the given service ("sqs", "sns", "s3").
func TLSOnly(action string, resources ...pulumi.StringInput) Statement {
	return Statement{
		Sid: "DenyPlaintext", Deny: true, Anyone: true, Actions: []string{action}, Resources: resources,
		Conditions: When("Bool", "aws:SecureTransport", pulumi.String("false")),
	}
}

// AssumedBy is the trust policy of a role that one service assumes, for
// resources of the role's own account only (the confused-deputy guard of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
func AssumedBy(service string, account string) pulumi.StringOutput {
	return Policy(Statement{
		Services: []string{service}, Actions: []string{"sts:AssumeRole"},
		Conditions: When("StringEquals", "aws:SourceAccount", pulumi.String(account)),
	})
}

// Account is where the component is deployed to.
type Account struct{ ID, Partition, Region string }

// Account asks the provider of the component where it deploys to.
func (s *Scope) Account() (Account, error) {
	identity, err := aws.GetCallerIdentity(s.Ctx, nil, s.Invoke())
	if err != nil {
		return Account{}, fmt.Errorf("%s %q: asking for the AWS account: %w", s.Token, s.Name, err)
	}
	partition, err := aws.GetPartition(s.Ctx, nil, s.Invoke())
	if err != nil {
		return Account{}, fmt.Errorf("%s %q: asking for the AWS partition: %w", s.Token, s.Name, err)
	}
	region, err := aws.GetRegion(s.Ctx, nil, s.Invoke())
	if err != nil {
		return Account{}, fmt.Errorf("%s %q: asking for the AWS region: %w", s.Token, s.Name, err)
	}
	return Account{ID: identity.AccountId, Partition: partition.Partition, Region: region.Name}, nil
}

// ARN builds the ARN of something in this account and region.
func (a Account) ARN(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", a.Partition, service, a.Region, a.ID, resource)
}
