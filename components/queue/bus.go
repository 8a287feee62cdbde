package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/schemas"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// BusToken is the type of Bus in Pulumi's state.
const BusToken = "scaffold:queue:Bus"

// BusArgs are the arguments of a Bus.
type BusArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// A name for each rule, which leads the events that match its pattern to its
	// target: lower-case letters, digits and hyphens. Events that are to reach several
	// targets need a rule for each. Default: no rules.
	RuleNames []string `pulumi:"ruleNames,optional"`
	// The event pattern (JSON) of each of ruleNames, in the same order, such as
	// {"source": ["shop.orders"], "detail-type": ["OrderPlaced"]}.
	RulePatterns []string `pulumi:"rulePatterns,optional"`
	// The ARN of the target of each of ruleNames, in the same order.
	TargetArns []pulumi.StringInput `pulumi:"targetArns,optional"`
	// What each of targetArns is, in the same order: "queue", "topic", "function",
	// "state-machine" (a Saga), "stream", "bus" or "log-group". To a log group EventBridge
	// writes by a policy of the account, to all others with a role of this bus, so
	// that their own policies need no entry for it.
	TargetTypes []string `pulumi:"targetTypes,optional"`
	// The part of the event that each target gets, in the order of ruleNames, as a path
	// such as "$.detail"; an empty one is the whole event. Default: whole events.
	InputPaths []string `pulumi:"inputPaths,optional"`
	// The ARNs of the KMS keys that encrypt queues, topics and streams among the
	// targets. Without it, a target with a key of its own gets nothing.
	TargetKmsKeyArns []pulumi.StringInput `pulumi:"targetKmsKeyArns,optional"`
	// For how long EventBridge tries to deliver an event, in seconds, 60 to 86400.
	// Default: 86400, a day.
	MaxEventAgeSeconds *int `pulumi:"maxEventAgeSeconds,optional"`
	// How often EventBridge tries again to deliver an event, 0 to 185. Default: 185.
	MaxRetryAttempts *int `pulumi:"maxRetryAttempts,optional"`
	// Give every rule a dead-letter queue of its own, rather than one to all. Default: false.
	SeparateDeadLetters *bool `pulumi:"separateDeadLetters,optional"`
	// Keep all events for a while, to replay them. Default: true, and false for an existing bus.
	Archive *bool `pulumi:"archive,optional"`
	// How long the archive keeps events, in days, at least 1. Default: 30 in production, 7 in sandbox.
	ArchiveRetentionDays *int `pulumi:"archiveRetentionDays,optional"`
	// Create a registry for the schemas of events. Default: true if there are schemaNames.
	SchemaRegistry *bool `pulumi:"schemaRegistry,optional"`
	// The names of schemas to put into the registry, such as "shop.orders@OrderPlaced".
	SchemaNames []string `pulumi:"schemaNames,optional"`
	// The schema of each of schemaNames, in the same order: JSON, in JSON Schema
	// Draft 4, or in OpenAPI 3 if it has "openapi" at its top.
	SchemaContents []string `pulumi:"schemaContents,optional"`
	// Let EventBridge infer schemas from the events that come by and put them into the
	// account's registry "discovered-schemas". Not possible with kmsKeyArn. Default: false.
	SchemaDiscovery *bool `pulumi:"schemaDiscovery,optional"`
	// The ARN of the KMS key that encrypts events on the bus and dead letters. Its
	// policy must let EventBridge use it, as a Key with the service "events" does.
	// Default: keys that AWS owns. The archive is always encrypted with a key that AWS
	// owns, and an existing bus as it is.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// The name of a bus that exists already, "default" for the events of AWS's own
	// services: only rules, dead-letter queues, archive and schemas are created.
	ExistingBusName pulumi.StringPtrInput `pulumi:"existingBusName,optional"`
	// Keep bus and archive from being deleted by one mistake. Default: true in
	// production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of the IAM policy that bounds the permissions of the role for targets.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (events that could not be
	// delivered, rules that are throttled, dead letters). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all children that have tags, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform BusTransform
}

// BusTransform reaches every property of the children of a Bus.
type BusTransform struct {
	Bus               func(*cloudwatch.EventBusArgs, *[]pulumi.ResourceOption)
	Policy            func(*cloudwatch.EventBusPolicyArgs, *[]pulumi.ResourceOption)
	Rule              func(*cloudwatch.EventRuleArgs, *[]pulumi.ResourceOption)
	Target            func(*cloudwatch.EventTargetArgs, *[]pulumi.ResourceOption)
	Role              func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy        func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	LogPolicy         func(*cloudwatch.LogResourcePolicyArgs, *[]pulumi.ResourceOption)
	DeadLetters       func(*sqs.QueueArgs, *[]pulumi.ResourceOption)
	DeadLettersPolicy func(*sqs.QueuePolicyArgs, *[]pulumi.ResourceOption)
	Archive           func(*cloudwatch.EventArchiveArgs, *[]pulumi.ResourceOption)
	Registry          func(*schemas.RegistryArgs, *[]pulumi.ResourceOption)
	Schema            func(*schemas.SchemaArgs, *[]pulumi.ResourceOption)
	Discoverer        func(*schemas.DiscovererArgs, *[]pulumi.ResourceOption)
	Alarm             convention.AlarmTransform
}

// Bus is an EventBridge bus: producers put events into it, and rules lead them to
// targets by what is in them. What a target does not take is tried again for a day
// and is then a dead letter; what went by can be replayed from the archive.
type Bus struct {
	pulumi.ResourceState

	// The ARN of the bus.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the bus, which producers put events into.
	Name pulumi.StringOutput `pulumi:"name"`
	// The ARNs of the rules, in the order of ruleNames.
	RuleArns pulumi.StringArrayOutput `pulumi:"ruleArns"`
	// The ARN of the archive; empty without one.
	ArchiveArn pulumi.StringOutput `pulumi:"archiveArn"`
	// The ARNs of the dead-letter queues.
	DeadLetterArns pulumi.StringArrayOutput `pulumi:"deadLetterArns"`
	// The name of the schema registry; empty without one.
	RegistryName pulumi.StringOutput `pulumi:"registryName"`
	// An IAM policy (JSON) that allows to put events into this bus and to use its key for it.
	ProducerPolicy pulumi.StringOutput `pulumi:"producerPolicy"`
	// An IAM policy (JSON) that allows to replay the archive into this bus; without an
	// archive, only to look at replays.
	ReplayPolicy pulumi.StringOutput `pulumi:"replayPolicy"`
}

// NewBus creates a Bus. It fails for rules that do not have one pattern and one
// target each, for patterns that are none, and for targets that EventBridge cannot
// keep what they promise.
func NewBus(ctx *pulumi.Context, name string, args *BusArgs, opts ...pulumi.ResourceOption) (*Bus, error) {
	if args == nil {
		args = &BusArgs{}
	}
	s := convention.Open(ctx, BusToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	b := &busBuilder{Scope: s, args: args}
	b.settle()
	b.check()
	bus := &Bus{}
	if err := s.Register(bus, args, opts...); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		b.findAccount, b.createBus, b.createPolicy, b.createRules, b.createDeadLetters, b.createRole, b.createLogPolicy, b.createTargets,
		b.createArchive, b.createSchemas, b.createAlarms,
	} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	bus.Arn, bus.Name, bus.ArchiveArn, bus.RegistryName = b.arn, b.name, b.archiveArn, b.registry
	bus.RuleArns = pulumi.StringArray(b.ruleArns()).ToStringArrayOutput()
	bus.DeadLetterArns = b.deadLetterArns()
	bus.ProducerPolicy, bus.ReplayPolicy = b.producerPolicy(), b.replayPolicy()
	return bus, s.Done()
}
