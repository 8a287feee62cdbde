package queue

import (
	"maps"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// publishers are the conditions under which a service may publish to a topic of
// this account: for resources of this account, where the service says whose they are.
var publishers = map[string]func(convention.Account) map[string]map[string][]pulumi.StringInput{
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
	"cloudwatch.amazonaws.com": func(a convention.Account) map[string]map[string][]pulumi.StringInput {
		return convention.When("ArnLike", "aws:SourceArn", pulumi.String(a.ARN("cloudwatch", "alarm:*")))
	},
	// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
	"budgets.amazonaws.com": fromThisAccount,
	// "You can't use Condition blocks in Amazon SNS topic policies for EventBridge":
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
	"events.amazonaws.com": func(convention.Account) map[string]map[string][]pulumi.StringInput { return nil },
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.GrantingPermissions.html
	"events.rds.amazonaws.com": fromThisAccount,
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
	"s3.amazonaws.com": fromThisAccount,
}

func fromThisAccount(a convention.Account) map[string]map[string][]pulumi.StringInput {
	return convention.When("StringEquals", "aws:SourceAccount", pulumi.String(a.ID))
}

func checkPublishers(s *convention.Scope, services []string, fifo bool) {
	for i, service := range services {
		s.OneOf("publisherServices", service, slices.Sorted(maps.Keys(publishers))...)
		if slices.Index(services, service) < i {
			s.Refuse("publisherServices", "%q stands there twice; once lets it in", service)
		}
	}
	if fifo && len(services) > 0 {
		// https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-ordering.html
		s.Refuse("publisherServices", "cannot publish to a FIFO topic: no AWS service sends the message group that it asks for; leave fifo or publisherServices out")
	}
}

// topicPolicy keeps plaintext out and lets the named services publish. What else
// may be done with the topic is up to the identity policies of its account.
func topicPolicy(s *convention.Scope, topic pulumi.StringOutput, services []string) (pulumi.StringOutput, error) {
	statements := []convention.Statement{convention.TLSOnly("sns:Publish", topic)}
	if len(services) > 0 {
		account, err := s.Account()
		if err != nil {
			return pulumi.StringOutput{}, err
		}
		for _, service := range slices.Sorted(slices.Values(services)) {
			statements = append(statements, convention.Statement{
				Services: []string{service}, Actions: []string{"sns:Publish"}, Resources: []pulumi.StringInput{topic},
				Conditions: publishers[service](account),
			})
		}
	}
	return convention.Policy(statements...), nil
}
