package queue_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kinesis"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	streamType   = "aws:kinesis/stream:Stream"
	consumerType = "aws:kinesis/streamConsumer:StreamConsumer"
)

func newStream(name string, args *queue.StreamArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := queue.NewStream(ctx, name, args)
		return err
	}
}

func TestStream(t *testing.T) {
	t.Parallel()
	for preset, want := range map[string]struct {
		hours   float64
		protect bool
	}{"": {168, true}, "production": {168, true}, "sandbox": {24, false}} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newStream("clicks", &queue.StreamArgs{Preset: preset}))
			same(t, "resources", rec.List(), []string{streamType + " clicks-stream", queue.StreamToken + " clicks"})
			stream, self := rec.Find(streamType, "clicks-stream"), rec.Find(queue.StreamToken, "clicks")
			same(t, "stream", stream.Inputs, object{
				"retentionPeriod": want.hours, "streamModeDetails": object{"streamMode": "ON_DEMAND"},
				"encryptionType": "KMS", "kmsKeyId": "alias/aws/kinesis", "enforceConsumerDeletion": !want.protect,
			})
			same(t, "protection", stream.Protect, want.protect)
			arn := stream.Output("arn")
			same(t, "arn", self.Output("arn"), arn)
			same(t, "name", self.Output("name"), stream.Output("name"))
			same(t, "consumers", self.Output("consumerArns"), any(list{}))
			same(t, "producer policy", recorder.JSON(self.Output("producerPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Put", "Effect": "Allow", "Resource": arn, "Action": list{"kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary", "kinesis:ListShards"}},
			}})
			same(t, "consumer policy", recorder.JSON(self.Output("consumerPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Read", "Effect": "Allow", "Resource": arn, "Action": list{
					"kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:ListShards",
				}},
			}})
		})
	}
}

func TestStreamProvisionedWithKeyAndConsumers(t *testing.T) {
	t.Parallel()
	rec := record(t, newStream("clicks", &queue.StreamArgs{
		ShardCount: pulumi.IntRef(4), RetentionHours: pulumi.IntRef(8760), KmsKeyArn: pulumi.String(keyArn),
		ConsumerNames: []string{"search", "billing"}, Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
	}))
	stream, self := rec.Find(streamType, "clicks-stream"), rec.Find(queue.StreamToken, "clicks")
	same(t, "stream", stream.Inputs, object{
		"retentionPeriod": 8760.0, "streamModeDetails": object{"streamMode": "PROVISIONED"}, "shardCount": 4.0,
		"encryptionType": "KMS", "kmsKeyId": keyArn, "enforceConsumerDeletion": false, "tags": object{"team": "commerce"},
	})
	search, billing := rec.Find(consumerType, "clicks-search"), rec.Find(consumerType, "clicks-billing")
	same(t, "stream of a consumer", search.Input("streamArn"), stream.Output("arn"))
	same(t, "consumers", self.Output("consumerArns"), any(list{search.Output("arn"), billing.Output("arn")}))
	through := object{"StringEquals": object{"kms:ViaService": "kinesis.eu-central-1.amazonaws.com"}}
	statements := func(output string) list {
		return recorder.JSON(self.Output(output)).(object)["Statement"].(list)
	}
	same(t, "producer's key", statements("producerPolicy")[1], any(object{
		"Sid": "UseKey", "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": keyArn, "Condition": through,
	}))
	same(t, "consumers", statements("consumerPolicy")[1:], list{
		object{
			"Sid": "Subscribe", "Effect": "Allow", "Action": list{"kinesis:SubscribeToShard", "kinesis:DescribeStreamConsumer"},
			"Resource": list{search.Output("arn"), billing.Output("arn")},
		},
		object{"Sid": "UseKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn, "Condition": through},
	})
}

func TestStreamDeletionProtection(t *testing.T) {
	t.Parallel()
	stream := record(t, newStream("clicks", &queue.StreamArgs{DeletionProtection: pulumi.BoolRef(false)})).Find(streamType, "clicks-stream")
	same(t, "protection", stream.Protect, false)
	same(t, "foreign consumers", stream.Input("enforceConsumerDeletion"), true)
}

func TestStreamAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, newStream("clicks", &queue.StreamArgs{AlarmTopicArn: pulumi.String(alarmsArn), ConsumerNames: []string{"search"}, MaxAgeSeconds: pulumi.IntRef(120)}))
	name := rec.Find(streamType, "clicks-stream").Output("name")
	wants := map[string]struct {
		metric, statistic string
		dimensions        object
		threshold, inARow float64
	}{
		"clicks-iterator-age":    {"GetRecords.IteratorAgeMilliseconds", "Maximum", object{"StreamName": name}, 120000, 3},
		"clicks-write-throttled": {"WriteProvisionedThroughputExceeded", "Sum", object{"StreamName": name}, 0, 5},
		"clicks-read-throttled":  {"ReadProvisionedThroughputExceeded", "Sum", object{"StreamName": name}, 0, 5},
		"clicks-search-behind": {"SubscribeToShardEvent.MillisBehindLatest", "Maximum", object{
			"StreamName": name, "ConsumerName": rec.Find(consumerType, "clicks-search").Output("name"),
		}, 120000, 3},
	}
	if n := len(rec.Type(alarmType)); n != len(wants) {
		t.Fatalf("%d alarms, want %d", n, len(wants))
	}
	for alarm, want := range wants {
		a := rec.Find(alarmType, alarm)
		same(t, alarm, a.Inputs, object{
			"namespace": "AWS/Kinesis", "metricName": want.metric, "statistic": want.statistic, "period": 60.0, "dimensions": want.dimensions,
			"comparisonOperator": "GreaterThanThreshold", "threshold": want.threshold, "evaluationPeriods": want.inARow,
			"treatMissingData": "notBreaching", "alarmActions": list{alarmsArn}, "okActions": list{alarmsArn},
			"alarmDescription": a.Input("alarmDescription"),
		})
		if text, _ := a.Input("alarmDescription").(string); !strings.Contains(text, "stream clicks") {
			t.Errorf("%s does not say which stream: %q", alarm, text)
		}
	}
}

func TestStreamRefuses(t *testing.T) {
	t.Parallel()
	const hours = "use 24 to 8760 (https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html)"
	for name, test := range map[string]struct {
		args queue.StreamArgs
		want []string
	}{
		"no shards": {queue.StreamArgs{ShardCount: pulumi.IntRef(0)}, []string{
			"shardCount: 0 shards hold nothing; use at least 1, or leave it out for a stream that follows the load",
		}},
		"an hour": {queue.StreamArgs{RetentionHours: pulumi.IntRef(1)}, []string{"retentionHours: 1 is out of range; " + hours}},
		"never alarmed": {queue.StreamArgs{MaxAgeSeconds: pulumi.IntRef(604800)}, []string{
			"maxAgeSeconds: 604800 is out of range; use 60 to 604799 (a metric comes once a minute, and no record gets older than retentionHours)",
		}},
		"consumers": {queue.StreamArgs{ConsumerNames: []string{"a b", "c", "c"}}, []string{
			`consumerNames: "a b" cannot be the name of a consumer; use 1 to 64 letters, digits, hyphens, underscores and dots`,
			`consumerNames: "c" stands there twice; each consumer needs a name of its own`,
		}},
		"too many": {queue.StreamArgs{ConsumerNames: strings.Split("abcdefghijklmnopqrstu", "")}, []string{
			"consumerNames: has 21 names; a stream has at most 20 consumers with enhanced fan-out. Let others read it without",
		}},
		"all at once": {queue.StreamArgs{Preset: "x", ShardCount: pulumi.IntRef(-1), RetentionHours: pulumi.IntRef(9999)}, []string{
			`preset: "x" is not a preset; use "sandbox" or "production"`,
			"shardCount: -1 shards hold nothing; use at least 1, or leave it out for a stream that follows the load",
			"retentionHours: 9999 is out of range; " + hours,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, newStream("clicks", &test.args), prefixed(queue.StreamToken, "clicks", test.want)...)
		})
	}
}

func prefixed(token, name string, sentences []string) []string {
	var all []string
	for _, s := range sentences {
		all = append(all, token+` "`+name+`": `+s)
	}
	return all
}

func TestStreamTransforms(t *testing.T) {
	t.Parallel()
	rec := record(t, newStream(fifty, &queue.StreamArgs{
		AlarmTopicArn: pulumi.String(alarmsArn), ConsumerNames: []string{"search"},
		Transform: queue.StreamTransform{
			Stream: func(a *kinesis.StreamArgs, o *[]pulumi.ResourceOption) {
				a.ShardLevelMetrics = pulumi.StringArray{pulumi.String("IncomingBytes")}
				retain(o)
			},
			Consumer: func(_ *kinesis.StreamConsumerArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Alarm:    func(_ *cloudwatch.MetricAlarmArgs, o *[]pulumi.ResourceOption) { retain(o) },
		},
	}))
	reached(t, rec)
	same(t, "metrics", rec.Type(streamType)[0].Input("shardLevelMetrics[0]"), "IncomingBytes")
}

func retain(opts *[]pulumi.ResourceOption) { *opts = append(*opts, pulumi.RetainOnDelete(true)) }

// reached checks that a transform that retains has reached every child.
func reached(t *testing.T, rec *recorder.Recording) {
	t.Helper()
	for _, r := range rec.Resources {
		if r.Custom && r.Type != "pulumi:pulumi:Stack" && !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
}
