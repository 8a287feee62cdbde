package compute

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// checkQueue refuses a queue that hands a message out again while the function may
// still work on it, and batches that SQS does not have.
func (b *functionBuilder) checkQueue() {
	args := b.args
	if args.QueueArn == nil {
		for _, argument := range convention.Given(map[string]bool{
			"queueVisibilityTimeoutSeconds": args.QueueVisibilityTimeoutSeconds != nil, "queueBatchSize": args.QueueBatchSize != nil,
			"queueBatchWindowSeconds": args.QueueBatchWindowSeconds != nil, "queueMaximumConcurrency": args.QueueMaximumConcurrency != nil,
		}) {
			b.Refuse(argument, "means nothing without a queue; give queueArn too, or leave it out")
		}
		return
	}
	b.Between("queueBatchSize", b.queueBatch, 1, 10000, mappingAPI)
	b.Between("queueBatchWindowSeconds", b.queueWindow, 0, 300, mappingAPI)
	b.Between("queueMaximumConcurrency", b.queueConcurrency, leastQueueConcurrency, 1000, mappingAPI)
	if reserved := args.ReservedConcurrency; reserved != nil && b.queueConcurrency > *reserved {
		b.Refuse("queueMaximumConcurrency", "%d is more than reservedConcurrency, %d: messages would be throttled until they end in the dead-letter queue; use at most %d, and reserve at least %d", b.queueConcurrency, *reserved, *reserved, leastQueueConcurrency)
	}
	need := visibilityFactor*b.timeout + b.queueWindow
	switch visible := args.QueueVisibilityTimeoutSeconds; {
	case visible == nil:
		b.Refuse("queueVisibilityTimeoutSeconds", "is required with queueArn, since a queue that hands messages out too early has them handled twice; set it here and on the queue, to at least %d", need)
	case *visible < need:
		b.Refuse("queueVisibilityTimeoutSeconds", "%d is less than %d, six times timeoutSeconds (%d) plus queueBatchWindowSeconds (%d): messages would be handled twice; raise it here and on the queue, or lower timeoutSeconds", *visible, need, b.timeout, b.queueWindow)
	}
	known, ok := args.QueueArn.(pulumi.String)
	switch {
	case ok && isFifo(known) && b.queueWindow > 0:
		b.Refuse("queueBatchWindowSeconds", "is not possible for a FIFO queue; leave it out")
	case ok && isFifo(known) && b.queueBatch > mostFifoBatch:
		b.Refuse("queueBatchSize", "%d is more than the %d that a FIFO queue has; use at most %d", b.queueBatch, mostFifoBatch, mostFifoBatch)
	case b.queueBatch > mostFifoBatch && b.queueWindow == 0:
		b.Refuse("queueBatchWindowSeconds", "is required with a queueBatchSize of more than 10: without waiting there is no larger batch; use at least 1")
	}
}

func (b *functionBuilder) checkStream() {
	args := b.args
	if args.StreamArn == nil {
		for _, argument := range convention.Given(map[string]bool{
			"streamBatchSize": args.StreamBatchSize != nil, "streamParallelization": args.StreamParallelization != nil,
			"streamMaximumRetryAttempts":    args.StreamMaximumRetryAttempts != nil,
			"streamMaximumRecordAgeSeconds": args.StreamMaximumRecordAgeSeconds != nil,
			"streamStartingPosition":        args.StreamStartingPosition != "",
		}) {
			b.Refuse(argument, "means nothing without a stream; give streamArn too, or leave it out")
		}
		return
	}
	if known, ok := args.StreamArn.(pulumi.String); ok {
		if _, err := streamStatements(string(known)); err != nil {
			b.Refuse("streamArn", "%s", err)
		}
	}
	b.Between("streamBatchSize", b.streamBatch, 1, 10000, mappingAPI)
	b.Between("streamParallelization", b.parallelization, 1, 10, mappingAPI)
	b.Between("streamMaximumRetryAttempts", b.recordRetries, 0, 10000, mappingAPI)
	b.Between("streamMaximumRecordAgeSeconds", b.recordAge, 60, 604800, mappingAPI)
	b.OneOf("streamStartingPosition", b.startingPosition, "LATEST", "TRIM_HORIZON")
}

func (b *functionBuilder) createQueueSource() error {
	if b.args.QueueArn == nil {
		return nil
	}
	queue := b.args.QueueArn.ToStringPtrOutput().Elem()
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions
	statements := []convention.Statement{{
		Sid: "Receive", Resources: []pulumi.StringInput{queue},
		Actions: []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"},
	}}
	if b.args.SourceKmsKeyArn != nil {
		statements = append(statements, b.UseKey("DecryptMessages", "sqs", b.args.SourceKmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt"))
	}
	if err := b.allow("queue", b.role, convention.Policy(statements...)); err != nil {
		return err
	}
	return b.mapSource("queue", &lambda.EventSourceMappingArgs{
		EventSourceArn: queue, BatchSize: pulumi.Int(b.queueBatch), MaximumBatchingWindowInSeconds: pulumi.Int(b.queueWindow),
		ScalingConfig: lambda.EventSourceMappingScalingConfigArgs{MaximumConcurrency: pulumi.Int(b.queueConcurrency)},
	})
}

func (b *functionBuilder) createStreamSource() error {
	if b.args.StreamArn == nil {
		return nil
	}
	stream := b.args.StreamArn.ToStringPtrOutput().Elem()
	if err := b.allow("stream", b.role, b.streamPolicy(stream)); err != nil {
		return err
	}
	return b.mapSource("stream", &lambda.EventSourceMappingArgs{
		EventSourceArn: stream, StartingPosition: pulumi.String(b.startingPosition),
		BatchSize: pulumi.Int(b.streamBatch), ParallelizationFactor: pulumi.Int(b.parallelization),
		BisectBatchOnFunctionError: pulumi.Bool(true),
		MaximumRetryAttempts:       pulumi.Int(b.recordRetries), MaximumRecordAgeInSeconds: pulumi.Int(b.recordAge),
		DestinationConfig: lambda.EventSourceMappingDestinationConfigArgs{
			OnFailure: lambda.EventSourceMappingDestinationConfigOnFailureArgs{DestinationArn: b.failures},
		},
	})
}

// mapSource makes Lambda read from a queue or stream. It tries the role's permissions
// at once, so they must be there before.
func (b *functionBuilder) mapSource(role string, args *lambda.EventSourceMappingArgs) error {
	args.FunctionName = b.alias.Arn
	args.FunctionResponseTypes = pulumi.ToStringArray([]string{"ReportBatchItemFailures"})
	args.Tags = b.Tags("")
	if _, err := lambda.NewEventSourceMapping(b.Ctx, b.Child(role), args, convention.With(b.Scope, b.args.Transform.EventSourceMapping, args, pulumi.DependsOn(b.before))); err != nil {
		return fmt.Errorf("mapping the %s: %w", role, err)
	}
	return nil
}

func (b *functionBuilder) streamPolicy(stream pulumi.StringOutput) pulumi.StringOutput {
	return pulumi.All(stream, textOrEmpty(b.args.SourceKmsKeyArn)).ApplyT(func(all []any) (string, error) {
		arn, key := all[0].(string), all[1].(string)
		statements, err := streamStatements(arn)
		if err != nil {
			return "", fmt.Errorf("%s %q: streamArn: %w", FunctionToken, b.Name, err)
		}
		if key != "" {
			statements = append(statements, statement{
				Sid: "DecryptRecords", Action: []string{"kms:Decrypt"}, Resource: []string{key},
				Condition: map[string]map[string]string{"StringEquals": {"kms:ViaService": strings.Split(arn, ":")[2] + "." + b.account.Region + ".amazonaws.com"}},
			})
		}
		for i := range statements {
			statements[i].Effect = "Allow"
		}
		document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
		return string(document), err
	}).(pulumi.StringOutput)
}

var (
	kinesisStream = regexp.MustCompile(`^(arn:[a-z-]+:kinesis:[a-z0-9-]+:\d{12}:stream/[^/]+)(/consumer/.+)?$`)
	tableStream   = regexp.MustCompile(`^arn:[a-z-]+:dynamodb:[a-z0-9-]+:\d{12}:table/[^/]+/stream/.+$`)
)

// streamStatements allow to read one stream, and for a consumer with a throughput of
// its own, that too.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-create.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
func streamStatements(arn string) ([]statement, error) {
	if match := kinesisStream.FindStringSubmatch(arn); match != nil {
		statements := []statement{{
			Sid: "ReadStream", Resource: []string{match[1]},
			Action: []string{"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"},
		}}
		if match[2] != "" {
			statements = append(statements, statement{Sid: "Subscribe", Action: []string{"kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"}, Resource: []string{arn}})
		}
		return statements, nil
	}
	if tableStream.MatchString(arn) {
		return []statement{
			{Sid: "ReadStream", Action: []string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, Resource: []string{arn}},
			// Streams are found by listing them, for which AWS has no resource to name
			// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html).
			{Sid: "FindStream", Action: []string{"dynamodb:ListStreams"}, Resource: []string{"*"}},
		}, nil
	}
	return nil, fmt.Errorf("%q is not the ARN of a stream; give that of a Kinesis stream or of its consumer, or the stream ARN of a DynamoDB table", arn)
}
