package queue

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// StreamToken is the type of Stream in Pulumi's state.
const StreamToken = "scaffold:queue:Stream"

// StreamArgs are the arguments of a Stream.
type StreamArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The number of shards, each for 1 MB/s or 1000 records/s in and 2 MB/s out. It is
	// paid for whether it is used or not, and does not grow by itself. Default: the
	// stream is on demand: it follows the load, at first up to 4 MB/s, then up to
	// twice the peak of the last 30 days.
	ShardCount *int `pulumi:"shardCount,optional"`
	// How long records can be read, and read again, in hours, 24 to 8760. Default: 168
	// (a week) in production, 24 in sandbox.
	RetentionHours *int `pulumi:"retentionHours,optional"`
	// The names of consumers with enhanced fan-out: each has 2 MB/s a shard of its
	// own, where all others share that much. At most 20. Default: none.
	ConsumerNames []string `pulumi:"consumerNames,optional"`
	// The age in seconds of the last record read above which an alarm says that a
	// consumer does not keep up, at least 60. Default: 300.
	MaxAgeSeconds *int `pulumi:"maxAgeSeconds,optional"`
	// The ARN of the KMS key that encrypts records at rest. Default: the key that AWS
	// manages for Kinesis, which cannot be shared with other accounts.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// Keep the stream, with the records in it, from being deleted by one mistake.
	// Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The ARN of the topic that gets the component's alarms (consumers that fall
	// behind, writes and reads that are throttled). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of the stream, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform StreamTransform
}

// StreamTransform reaches every property of the children of a Stream.
type StreamTransform struct {
	Stream   func(*kinesis.StreamArgs, *[]pulumi.ResourceOption)
	Consumer func(*kinesis.StreamConsumerArgs, *[]pulumi.ResourceOption)
	Alarm    convention.AlarmTransform
}

// Stream is an encrypted Kinesis data stream: what producers put into it is kept in
// the order of its partition key, for every consumer to read and to read again.
type Stream struct {
	pulumi.ResourceState

	// The ARN of the stream.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the stream, the dimension of its metrics.
	Name pulumi.StringOutput `pulumi:"name"`
	// The ARNs of the consumers with enhanced fan-out, in the order of consumerNames.
	ConsumerArns pulumi.StringArrayOutput `pulumi:"consumerArns"`
	// An IAM policy (JSON) that allows to put records into this stream and to use its key for it.
	ProducerPolicy pulumi.StringOutput `pulumi:"producerPolicy"`
	// An IAM policy (JSON) that allows to read this stream, by itself or as one of its
	// consumers, and to use its key for it.
	ConsumerPolicy pulumi.StringOutput `pulumi:"consumerPolicy"`
}

// NewStream creates a Stream. It fails for numbers that Kinesis does not take, and
// for consumers that cannot be told apart.
func NewStream(ctx *pulumi.Context, name string, args *StreamArgs, opts ...pulumi.ResourceOption) (*Stream, error) {
	if args == nil {
		args = &StreamArgs{}
	}
	s := convention.Open(ctx, StreamToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	retention := convention.Choose(args.RetentionHours, s.Preset, 168, 24)
	checkStream(s, args, retention)
	st := &Stream{}
	if err := s.Register(st, args, opts...); err != nil {
		return nil, err
	}

	protected := convention.Choose(args.DeletionProtection, s.Preset, true, false)
	streamArgs := &kinesis.StreamArgs{
		Name:              s.ShortName("stream", streamNameLimit),
		RetentionPeriod:   pulumi.Int(retention),
		StreamModeDetails: kinesis.StreamStreamModeDetailsArgs{StreamMode: pulumi.String("ON_DEMAND")},
		EncryptionType:    pulumi.String("KMS"),
		KmsKeyId:          pulumi.String("alias/aws/kinesis"),
		// Consumers that others registered would keep an unprotected stream from being deleted.
		EnforceConsumerDeletion: pulumi.Bool(!protected),
		Tags:                    s.Tags(""),
	}
	if args.KmsKeyArn != nil {
		streamArgs.KmsKeyId = args.KmsKeyArn
	}
	if args.ShardCount != nil {
		streamArgs.ShardCount = pulumi.Int(*args.ShardCount)
		streamArgs.StreamModeDetails = kinesis.StreamStreamModeDetailsArgs{StreamMode: pulumi.String("PROVISIONED")}
	}
	stream, err := kinesis.NewStream(ctx, s.Child("stream"), streamArgs, convention.With(s, args.Transform.Stream, streamArgs, pulumi.Protect(protected)))
	if err != nil {
		return nil, fmt.Errorf("creating the stream of %s: %w", name, err)
	}
	var consumers pulumi.StringArray
	var consumerNames []pulumi.StringInput
	for _, n := range args.ConsumerNames {
		consumerArgs := &kinesis.StreamConsumerArgs{Name: s.ShortName(n, streamNameLimit, stream.Arn), StreamArn: stream.Arn}
		consumer, err := kinesis.NewStreamConsumer(ctx, s.Child(n), consumerArgs, convention.With(s, args.Transform.Consumer, consumerArgs))
		if err != nil {
			return nil, fmt.Errorf("creating the consumer %s of %s: %w", n, name, err)
		}
		consumers = append(consumers, consumer.Arn)
		consumerNames = append(consumerNames, consumer.Name)
	}
	if err := streamAlarms(s, args, stream, consumerNames); err != nil {
		return nil, err
	}

	st.Arn, st.Name = stream.Arn, stream.Name
	st.ConsumerArns = consumers.ToStringArrayOutput()
	st.ProducerPolicy, st.ConsumerPolicy = streamPolicies(s, args, stream, consumers)
	return st, s.Done()
}
