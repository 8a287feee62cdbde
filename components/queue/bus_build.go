package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// busBuilder is one construction of a Bus.
type busBuilder struct {
	*convention.Scope
	args    *BusArgs
	account convention.Account

	existing, archive, separate, protected bool
	archiveDays, eventAge, retries         int

	arn, name, archiveArn, registry pulumi.StringOutput
	rules                           []*cloudwatch.EventRule
	deadLetters                     []deadLetterQueue
	role                            *iam.Role
	before                          []pulumi.Resource // what targets need to deliver
}

// A deadLetterQueue takes what cannot be delivered.
type deadLetterQueue struct {
	role, of string // its name in the component, and whose letters it has
	queue    *sqs.Queue
}

// settle fills in defaults.
func (b *busBuilder) settle() {
	args := b.args
	b.existing = args.ExistingBusName != nil
	b.archive = convention.Or(args.Archive, !b.existing)
	b.separate = convention.Or(args.SeparateDeadLetters, false)
	b.protected = convention.Choose(args.DeletionProtection, b.Preset, true, false)
	b.archiveDays = convention.Choose(args.ArchiveRetentionDays, b.Preset, 30, 7)
	b.eventAge = convention.Or(args.MaxEventAgeSeconds, secondsOfDay)
	b.retries = convention.Or(args.MaxRetryAttempts, 185)
	b.archiveArn, b.registry = pulumi.String("").ToStringOutput(), pulumi.String("").ToStringOutput()
}

func (b *busBuilder) findAccount() (err error) {
	b.account, err = b.Account()
	return err
}

// createBus makes the bus, and before it the queue for what it cannot encrypt: a
// bus with a key needs one, since the key can be lost.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html
func (b *busBuilder) createBus() error {
	shared := b.args.KmsKeyArn != nil && !b.existing || len(b.args.RuleNames) > 0 && !b.separate
	if shared {
		if err := b.createDeadLetterQueue("dead-letters", "bus "+b.Name); err != nil {
			return err
		}
	}
	if b.existing {
		b.name = b.args.ExistingBusName.ToStringPtrOutput().Elem()
		b.arn = pulumi.Sprintf("%s/%s", b.account.ARN("events", "event-bus"), b.name)
		return nil
	}
	args := &cloudwatch.EventBusArgs{Tags: b.Tags("")}
	if b.args.KmsKeyArn != nil {
		args.KmsKeyIdentifier = b.args.KmsKeyArn
		args.DeadLetterConfig = cloudwatch.EventBusDeadLetterConfigArgs{Arn: b.deadLetters[0].queue.Arn}
	}
	bus, err := cloudwatch.NewEventBus(b.Ctx, b.Child("bus"), args, convention.With(b.Scope, b.args.Transform.Bus, args, pulumi.Protect(b.protected)))
	if err != nil {
		return fmt.Errorf("creating the bus: %w", err)
	}
	b.name, b.arn = bus.Name, bus.Arn
	return nil
}

func (b *busBuilder) createArchive() error {
	if !b.archive {
		return nil
	}
	args := &cloudwatch.EventArchiveArgs{
		// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
		Name: b.ShortName("archive", 48, b.arn), EventSourceArn: b.arn, RetentionDays: pulumi.Int(b.archiveDays),
	}
	archive, err := cloudwatch.NewEventArchive(b.Ctx, b.Child("archive"), args, convention.With(b.Scope, b.args.Transform.Archive, args, pulumi.Protect(b.protected)))
	if err != nil {
		return fmt.Errorf("creating the archive: %w", err)
	}
	b.archiveArn = archive.Arn
	return nil
}

func (b *busBuilder) producerPolicy() pulumi.StringOutput {
	statements := []convention.Statement{{Sid: "Put", Actions: []string{"events:PutEvents"}, Resources: []pulumi.StringInput{b.arn}}}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, b.UseKey("UseKey", "events", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt", "kms:GenerateDataKey"))
	}
	return convention.Policy(statements...)
}

// replayPolicy is for people: whoever starts a replay names it, so that replays can
// only be told by what they are.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
func (b *busBuilder) replayPolicy() pulumi.StringOutput {
	replays := pulumi.String(b.account.ARN("events", "replay/*"))
	statements := []convention.Statement{{
		Sid: "Watch", Actions: []string{"events:DescribeReplay", "events:CancelReplay"}, Resources: []pulumi.StringInput{replays},
	}}
	if b.archive {
		statements = append(statements,
			convention.Statement{Sid: "Replay", Actions: []string{"events:StartReplay"}, Resources: []pulumi.StringInput{b.archiveArn, replays}},
			convention.Statement{Sid: "Look", Actions: []string{"events:DescribeArchive"}, Resources: []pulumi.StringInput{b.archiveArn}})
	}
	return convention.Policy(statements...)
}
