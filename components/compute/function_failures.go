package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// How long an event waits in the failure queue for somebody: as long as SQS can.
const failureSeconds = 14 * 24 * 60 * 60

// createFailureQueue makes the queue for events that the function cannot handle, or
// that its sources cannot deliver.
func (b *functionBuilder) createFailureQueue() error {
	if b.args.FailureQueueArn != nil {
		b.failures = b.args.FailureQueueArn.ToStringPtrOutput().Elem()
		return nil
	}
	args := &sqs.QueueArgs{
		Name:                    b.ShortName("failures", 80),
		MessageRetentionSeconds: pulumi.Int(failureSeconds),
		ReceiveWaitTimeSeconds:  pulumi.Int(20),
		Tags:                    b.Tags(""),
	}
	if b.args.KmsKeyArn != nil {
		args.KmsMasterKeyId = b.args.KmsKeyArn
	} else {
		args.SqsManagedSseEnabled = pulumi.Bool(true)
	}
	queue, err := sqs.NewQueue(b.Ctx, b.Child("failures"), args, convention.With(b.Scope, b.args.Transform.FailureQueue, args))
	if err != nil {
		return fmt.Errorf("creating the failure queue: %w", err)
	}
	b.failureQueue, b.failures = queue, queue.Arn
	return nil
}

// createFailurePolicy keeps plaintext out of the failure queue, and lets in the topics
// and the rule, which have no role to send with. Lambda and the scheduler have one.
func (b *functionBuilder) createFailurePolicy() error {
	if b.failureQueue == nil {
		return nil
	}
	statements := []convention.Statement{convention.TLSOnly("sqs:*", b.failureQueue.Arn)}
	lets := func(sid, service string, sources ...pulumi.StringInput) {
		statements = append(statements, convention.Statement{
			Sid: sid, Services: []string{service}, Actions: []string{"sqs:SendMessage"}, Resources: []pulumi.StringInput{b.failureQueue.Arn},
			Conditions: convention.When("ArnEquals", "aws:SourceArn", sources...),
		})
	}
	if len(b.args.TopicArns) > 0 {
		lets("Topics", "sns.amazonaws.com", b.args.TopicArns...)
	}
	if b.rule != nil {
		lets("Rule", "events.amazonaws.com", b.rule.Arn)
	}
	args := &sqs.QueuePolicyArgs{QueueUrl: b.failureQueue.Url, Policy: convention.Policy(statements...)}
	var err error
	if b.failurePolicy, err = sqs.NewQueuePolicy(b.Ctx, b.Child("failures-policy"), args, convention.With(b.Scope, b.args.Transform.FailureQueuePolicy, args)); err != nil {
		return fmt.Errorf("creating the policy of the failure queue: %w", err)
	}
	return nil
}

// sendFailures allows a role to put what it cannot deliver into the failure queue.
func (b *functionBuilder) sendFailures() []convention.Statement {
	statements := []convention.Statement{{Sid: "SendFailures", Actions: []string{"sqs:SendMessage"}, Resources: []pulumi.StringInput{b.failures}}}
	if b.failureQueue != nil && b.args.KmsKeyArn != nil {
		statements = append(statements, b.UseKey("EncryptFailures", "sqs", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return statements
}
