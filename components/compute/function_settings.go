package compute

import (
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// functionSettings are the plain arguments of a Function with all defaults filled in.
type functionSettings struct {
	runtime, handler, architecture, startingPosition, timezone, input string

	memory, timeout, storage, logRetention                 int
	retries, eventAge                                      int
	queueBatch, queueWindow, queueConcurrency              int
	streamBatch, parallelization, recordRetries, recordAge int
}

func settleFunction(s *convention.Scope, args *FunctionArgs) functionSettings {
	set := functionSettings{
		runtime: args.Runtime, handler: args.Handler,
		architecture:     textOr(args.Architecture, "arm64"),
		startingPosition: textOr(args.StreamStartingPosition, "TRIM_HORIZON"),
		timezone:         textOr(args.ScheduleTimezone, "UTC"),
		input:            textOr(args.ScheduleInput, "{}"),

		memory:       convention.Choose(args.MemoryMib, s.Preset, 1024, 512),
		timeout:      convention.Or(args.TimeoutSeconds, 30),
		storage:      convention.Or(args.EphemeralStorageMib, 512),
		logRetention: convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
		retries:      convention.Or(args.MaximumRetryAttempts, 2),
		eventAge:     convention.Or(args.MaximumEventAgeSeconds, 21600),

		queueBatch:       convention.Or(args.QueueBatchSize, 10),
		queueWindow:      convention.Or(args.QueueBatchWindowSeconds, 0),
		queueConcurrency: convention.Choose(nil, s.Preset, 50, 5),

		streamBatch:     convention.Or(args.StreamBatchSize, 100),
		parallelization: convention.Or(args.StreamParallelization, 1),
		recordRetries:   convention.Or(args.StreamMaximumRetryAttempts, 5),
		recordAge:       convention.Or(args.StreamMaximumRecordAgeSeconds, 86400),
	}
	if args.ReservedConcurrency != nil {
		set.queueConcurrency = min(set.queueConcurrency, max(*args.ReservedConcurrency, leastQueueConcurrency))
	}
	set.queueConcurrency = convention.Or(args.QueueMaximumConcurrency, set.queueConcurrency)
	if args.Folder == "" && set.runtime == "" {
		set.runtime = placeholderRuntime
	}
	if set.handler == "" {
		set.handler = defaultHandler(set.runtime)
	}
	return set
}

func textOr(set, fallback string) string {
	if set == "" {
		return fallback
	}
	return set
}

func defaultHandler(runtime string) string {
	switch {
	case strings.HasPrefix(runtime, "provided"):
		return "bootstrap"
	case strings.HasPrefix(runtime, "java"):
		return ""
	default:
		return "index.handler"
	}
}

// functionBuilder is one construction of a Function: what it is made from, and the
// children made so far that others refer to.
type functionBuilder struct {
	*convention.Scope
	functionSettings
	args    *FunctionArgs
	account convention.Account

	logs         *cloudwatch.LogGroup
	role         *iam.Role
	group        *ec2.SecurityGroup // nil outside a VPC
	function     *lambda.Function
	alias        *lambda.Alias
	failureQueue *sqs.Queue          // nil if it is another's
	failures     pulumi.StringOutput // the ARN of the failure queue
	rule         *cloudwatch.EventRule

	// failurePolicy is nil if the failure queue is another's.
	failurePolicy *sqs.QueuePolicy
	// before holds what the function needs from its first event on but does not refer
	// to: permissions and rules.
	before []pulumi.Resource
}
