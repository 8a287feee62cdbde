package queue

import (
	"regexp"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A rule of the default bus has no bus in its ARN:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html#amazoneventbridge-resources-for-iam-policies
var ruleArn = regexp.MustCompile(`^arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:rule/.+$`)

// checkRules refuses what is no rule and what stands there twice.
func checkRules(s *convention.Scope, arns []pulumi.StringInput) {
	for i, arn := range arns {
		known, ok := arn.(pulumi.String)
		switch {
		case arn == nil:
			s.Refuse("ruleArns", "entry %d is not set; give the ARN of an EventBridge rule or leave it out", i)
		case ok && !ruleArn.MatchString(string(known)):
			s.Refuse("ruleArns", "%q is not the ARN of an EventBridge rule; write it as arn:aws:events:<region>:<account>:rule/<bus>/<rule>", string(known))
		case ok && slices.Index(arns, arn) < i:
			s.Refuse("ruleArns", "%s stands there twice; once lets it send", known)
		}
	}
}

// sentByRules lets these rules send to a queue.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sqs-permissions
func sentByRules(queue pulumi.StringInput, rules ...pulumi.StringInput) convention.Statement {
	return convention.Statement{
		Sid: "Rules", Services: []string{"events.amazonaws.com"},
		Actions: []string{"sqs:SendMessage"}, Resources: []pulumi.StringInput{queue},
		Conditions: convention.When("ArnEquals", "aws:SourceArn", rules...),
	}
}
