package queue

import (
	"regexp"
	"slices"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
const streamNameLimit = 128

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_RegisterStreamConsumer.html
var consumerName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{1,64}$`)

// checkStream refuses what Kinesis does not take.
func checkStream(s *convention.Scope, args *StreamArgs, retention int) {
	if args.ShardCount != nil && *args.ShardCount < 1 {
		s.Refuse("shardCount", "%d shards hold nothing; use at least 1, or leave it out for a stream that follows the load", *args.ShardCount)
	}
	s.Between("retentionHours", retention, 24, 8760, "https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html")
	if args.MaxAgeSeconds != nil && retention >= 24 {
		s.Between("maxAgeSeconds", *args.MaxAgeSeconds, 60, retention*60*60-1, "a metric comes once a minute, and no record gets older than retentionHours")
	}
	// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
	if n := len(args.ConsumerNames); n > 20 {
		s.Refuse("consumerNames", "has %d names; a stream has at most 20 consumers with enhanced fan-out. Let others read it without", n)
	}
	for i, n := range args.ConsumerNames {
		if !consumerName.MatchString(n) {
			s.Refuse("consumerNames", "%q cannot be the name of a consumer; use 1 to 64 letters, digits, hyphens, underscores and dots", n)
		} else if slices.Index(args.ConsumerNames, n) < i {
			s.Refuse("consumerNames", "%q stands there twice; each consumer needs a name of its own", n)
		}
	}
}

// streamPolicies are the policies of those who put into the stream, and of those
// who read it. The actions are those of AWS's own list for clients:
// https://docs.aws.amazon.com/streams/latest/dev/controlling-access.html
func streamPolicies(s *convention.Scope, args *StreamArgs, stream *kinesis.Stream, consumers pulumi.StringArray) (producer, consumer pulumi.StringOutput) {
	self := []pulumi.StringInput{stream.Arn}
	puts := []convention.Statement{{
		Sid: "Put", Resources: self,
		Actions: []string{"kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary", "kinesis:ListShards"},
	}}
	reads := []convention.Statement{{
		Sid: "Read", Resources: self,
		Actions: []string{"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards"},
	}}
	if len(consumers) > 0 {
		reads = append(reads, convention.Statement{
			Sid: "Subscribe", Resources: consumers,
			Actions: []string{"kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"},
		})
	}
	// The key that AWS manages lets in whoever may use the stream.
	if args.KmsKeyArn != nil {
		key := args.KmsKeyArn.ToStringPtrOutput().Elem()
		// https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
		puts = append(puts, s.UseKey("UseKey", "kinesis", key, "kms:GenerateDataKey"))
		reads = append(reads, s.UseKey("UseKey", "kinesis", key, "kms:Decrypt"))
	}
	return convention.Policy(puts...), convention.Policy(reads...)
}

// streamAlarms say when consumers fall behind and when shards are full.
// https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
func streamAlarms(s *convention.Scope, args *StreamArgs, stream *kinesis.Stream, consumers []pulumi.StringInput) error {
	age := float64(convention.Or(args.MaxAgeSeconds, 300) * 1000)
	behind := "What the records of stream " + s.Name + " ask for happens late, and is lost when the retention ends. See whether the consumer runs and how many of its calls fail; a record that it cannot handle holds up its whole shard."
	more := "add shards"
	if args.ShardCount == nil {
		more = "spread the partition keys: a stream on demand grows by itself, but one key stays in one shard"
	}
	alarms := []convention.Alarm{
		{
			Role: "iterator-age", Meaning: behind, Metric: "GetRecords.IteratorAgeMilliseconds", Statistic: "Maximum",
			Above: convention.At(age), Period: 60, For: 3,
		},
		{
			Role:    "write-throttled",
			Meaning: "Producers cannot put all their records into stream " + s.Name + ": those that do not try again lose them. Look for the hot shard; then " + more + ".",
			Metric:  "WriteProvisionedThroughputExceeded", Statistic: "Sum", Above: convention.At(0), Period: 60, For: 5,
		},
		{
			Role:    "read-throttled",
			Meaning: "Consumers of stream " + s.Name + " get in one another's way and fall behind. Give one of them enhanced fan-out (consumerNames), or " + more + ".",
			Metric:  "ReadProvisionedThroughputExceeded", Statistic: "Sum", Above: convention.At(0), Period: 60, For: 5,
		},
	}
	for i := range alarms {
		alarms[i].Dimensions = pulumi.StringMap{"StreamName": stream.Name}
	}
	// A consumer with enhanced fan-out has its own metric, with its own name.
	for i, consumer := range consumers {
		alarms = append(alarms, convention.Alarm{
			Role: args.ConsumerNames[i] + "-behind", Meaning: "Consumer " + args.ConsumerNames[i] + ": " + behind,
			Metric: "SubscribeToShardEvent.MillisBehindLatest", Statistic: "Maximum",
			Dimensions: pulumi.StringMap{"StreamName": stream.Name, "ConsumerName": consumer},
			Above:      convention.At(age), Period: 60, For: 3,
		})
	}
	for _, a := range alarms {
		a.Namespace = "AWS/Kinesis"
		if err := s.Alarm(a, args.Transform.Alarm); err != nil {
			return err
		}
	}
	return nil
}
