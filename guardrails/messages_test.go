package guardrails_test

import (
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var keyRoot = allow(root, "kms:*", nil, "*")

// alarmed is a key, an encrypted topic, and an alarm that fires at it.
func alarmed(policy string, alias bool) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		key, err := kms.NewKey(ctx, "key", &kms.KeyArgs{})
		if err != nil {
			return err
		}
		if policy != "" {
			if _, err := kms.NewKeyPolicy(ctx, "key", &kms.KeyPolicyArgs{KeyId: key.KeyId, Policy: pulumi.String(policy)}); err != nil {
				return err
			}
		}
		id := key.Arn
		if alias {
			a, err := kms.NewAlias(ctx, "alias", &kms.AliasArgs{Name: pulumi.String("alias/alarms"), TargetKeyId: key.KeyId})
			if err != nil {
				return err
			}
			id = a.Name
		}
		topic, err := sns.NewTopic(ctx, "alarms", &sns.TopicArgs{KmsMasterKeyId: id})
		if err != nil {
			return err
		}
		_, err = cloudwatch.NewMetricAlarm(ctx, "errors", &cloudwatch.MetricAlarmArgs{
			ComparisonOperator: pulumi.String("GreaterThanThreshold"), EvaluationPeriods: pulumi.Int(1),
			Namespace: pulumi.String("shop"), MetricName: pulumi.String("errors"), Threshold: pulumi.Float64(1),
			AlarmActions: pulumi.Array{topic.Arn},
		})
		return err
	}
}

func TestAlarmTopicsCanBeUsed(t *testing.T) {
	const refused = `aws:sns/topic:Topic "alarms" kmsMasterKeyId: is key "key", whose policy does not let cloudwatch.amazonaws.com use it: ` +
		`alarm "errors" would be lost; let cloudwatch.amazonaws.com do kms:Decrypt and kms:GenerateDataKey* in the policy of key "key"`
	granted := document(keyRoot, allow(service("cloudwatch.amazonaws.com"), []string{"kms:Decrypt", "kms:GenerateDataKey*"}, account, "*"))
	half := document(keyRoot, allow(service("cloudwatch.amazonaws.com"), "kms:Decrypt", account, "*"))

	for _, mode := range [][]recorder.Option{nil, {recorder.Preview()}} {
		expect(t, record(t, alarmed(granted, false), mode...), "I1")
		expect(t, record(t, alarmed(granted, true), mode...), "I1")
		expect(t, record(t, alarmed(half, false), mode...), "I1", refused)
		expect(t, record(t, alarmed("", true), mode...), "I1", refused)
	}
}

func TestSendersMayUseKeysAndQueues(t *testing.T) {
	const queue, topic, key = "arn:aws:sqs:eu-central-1:123456789012:q", "arn:aws:sns:eu-central-1:123456789012:t", "arn:aws:kms:eu-central-1:123456789012:key/k"
	world := func(sender *recorder.Resource, keyID, keyPolicy, queuePolicy, topicPolicy string) *recorder.Recording {
		return recording(sender,
			made("aws:kms/key:Key", "k", object{"policy": keyPolicy}, object{"arn": key}),
			made("aws:sqs/queue:Queue", "q", object{"kmsMasterKeyId": keyID, "policy": queuePolicy}, object{"arn": queue}),
			made("aws:sns/topic:Topic", "t", object{"kmsMasterKeyId": keyID, "policy": topicPolicy}, object{"arn": topic}),
		)
	}
	lets := func(name, action string, condition object) string {
		return document(allow(service(name), action, condition, "*"))
	}
	use := func(name string, condition object) string {
		return document(keyRoot, allow(service(name), []string{"kms:Decrypt", "kms:GenerateDataKey"}, condition, "*"))
	}
	subscription := made("aws:sns/topicSubscription:TopicSubscription", "s", object{"topic": topic, "protocol": "sqs", "endpoint": queue}, nil)
	target := made("aws:cloudwatch/eventTarget:EventTarget", "e", object{"arn": topic}, nil)

	expect(t, world(subscription, key, use("sns.amazonaws.com", account), lets("sns.amazonaws.com", "sqs:SendMessage", account), ""), "I1")
	expect(t, world(subscription, key, document(keyRoot), document(tls("sqs:*", queue)), ""), "I1",
		`aws:sqs/queue:Queue "q": does not let sns.amazonaws.com do sqs:SendMessage: what subscription "s" delivers would be lost; allow it in the policy of the queue, under a condition on aws:SourceArn`,
		`aws:sqs/queue:Queue "q" kmsMasterKeyId: is key "k", whose policy does not let sns.amazonaws.com use it: what subscription "s" delivers would be lost; let sns.amazonaws.com do kms:Decrypt and kms:GenerateDataKey* in the policy of key "k"`)
	expect(t, world(subscription, "alias/aws/sqs", "", lets("sns.amazonaws.com", "sqs:*", account), ""), "I1",
		`aws:sqs/queue:Queue "q" kmsMasterKeyId: is alias/aws/sqs, a key of AWS that lets no other service in: what subscription "s" delivers would be lost; use a customer-managed key whose policy lets sns.amazonaws.com use it`)

	publish := lets("events.amazonaws.com", "sns:Publish", account)
	expect(t, world(target, key, use("events.amazonaws.com", nil), "", publish), "I1")
	expect(t, world(target, key, use("events.amazonaws.com", account), "", publish), "I1",
		`aws:sns/topic:Topic "t" kmsMasterKeyId: is key "k", which lets events.amazonaws.com in only under a condition on aws:SourceAccount or aws:SourceArn; EventBridge sends neither to an encrypted topic: what target "e" delivers would be lost; take that condition from the statement for events.amazonaws.com in the policy of key "k"`)
	expect(t, world(target, key, use("events.amazonaws.com", nil), "", ""), "I1",
		`aws:sns/topic:Topic "t": does not let events.amazonaws.com do sns:Publish: what target "e" delivers would be lost; allow it in the policy of the topic, under a condition on aws:SourceArn`)
	alarm := made("aws:cloudwatch/compositeAlarm:CompositeAlarm", "all", object{"alarmActions": []any{topic}}, nil)
	plain := world(alarm, key, use("cloudwatch.amazonaws.com", account), "", lets("events.amazonaws.com", "sns:Publish", account))
	delete(plain.Resources[3].Inputs, "kmsMasterKeyId")
	expect(t, plain, "I1",
		`aws:sns/topic:Topic "t": does not let cloudwatch.amazonaws.com do sns:Publish: alarm "all" would be lost; allow it in the policy of the topic, under a condition on aws:SourceArn`,
		`aws:sns/topic:Topic "t" kmsMasterKeyId: is not set, though alarm "all" fires here: its text would be stored in plain; give it a customer-managed key whose policy lets cloudwatch.amazonaws.com use it`)
}

func alarmIn(region string, args *cloudwatch.MetricAlarmArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		var opts []pulumi.ResourceOption
		if region != "" {
			provider, err := aws.NewProvider(ctx, "other", &aws.ProviderArgs{Region: pulumi.String(region)})
			if err != nil {
				return err
			}
			opts = append(opts, pulumi.Provider(provider))
		}
		topic, err := sns.NewTopic(ctx, "topic", nil)
		if err != nil {
			return err
		}
		args.AlarmActions = pulumi.Array{topic.Arn}
		args.ComparisonOperator, args.EvaluationPeriods = pulumi.String("GreaterThanThreshold"), pulumi.Int(1)
		_, err = cloudwatch.NewMetricAlarm(ctx, "errors", args, opts...)
		return err
	}
}

func TestAlarmsAreWhereTheirMetricsAre(t *testing.T) {
	args := func() *cloudwatch.MetricAlarmArgs {
		return &cloudwatch.MetricAlarmArgs{
			Namespace: pulumi.String("AWS/CloudFront"), MetricName: pulumi.String("5xxErrorRate"),
			Dimensions: pulumi.StringMap{"DistributionId": pulumi.String("E1"), "Region": pulumi.String("Global")},
		}
	}
	expect(t, record(t, alarmIn("", args()), recorder.Region("us-east-1")), "I2")
	expect(t, record(t, alarmIn("", args())), "I2",
		`aws:cloudwatch/metricAlarm:MetricAlarm "errors" namespace: is AWS/CloudFront, whose metrics are in us-east-1 only; the alarm is in eu-central-1 and would never fire; create the alarm, and the topic it fires at, with a provider for us-east-1`)
	expect(t, record(t, alarmIn("us-east-1", args())), "I2",
		`aws:cloudwatch/metricAlarm:MetricAlarm "errors" alarmActions: has topic "topic", which is in eu-central-1; the alarm is in us-east-1 and cannot reach it; give the alarm a topic in us-east-1`)

	query := &cloudwatch.MetricAlarmArgs{MetricQueries: cloudwatch.MetricAlarmMetricQueryArray{
		cloudwatch.MetricAlarmMetricQueryArgs{Id: pulumi.String("m"), Metric: cloudwatch.MetricAlarmMetricQueryMetricArgs{
			Namespace: pulumi.String("AWS/Route53"), MetricName: pulumi.String("HealthCheckStatus"), Period: pulumi.Int(60), Stat: pulumi.String("Minimum"),
			Dimensions: pulumi.StringMap{"HealthCheckId": pulumi.String("id")},
		}},
	}}
	expect(t, record(t, alarmIn("", query)), "I2",
		`aws:cloudwatch/metricAlarm:MetricAlarm "errors" metricQueries[0].metric.namespace: is AWS/Route53, whose metrics are in us-east-1 only; the alarm is in eu-central-1 and would never fire; create the alarm, and the topic it fires at, with a provider for us-east-1`)
}

func TestGlobalServicesFindWhatTheyUse(t *testing.T) {
	const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/c"
	acl := made("aws:wafv2/webAcl:WebAcl", "acl", object{"scope": "CLOUDFRONT"}, nil)
	certificate := made("aws:acm/certificate:Certificate", "cert", object{}, object{"arn": arn})
	distribution := made("aws:cloudfront/distribution:Distribution", "cdn", object{"viewerCertificate": object{"acmCertificateArn": arn}}, nil)
	rec := recording(acl, certificate, distribution)
	expect(t, rec, "I2",
		`aws:acm/certificate:Certificate "cert": is in eu-central-1, but a CloudFront distribution ("cdn") looks for it in us-east-1; create it with a provider for us-east-1`,
		`aws:wafv2/webAcl:WebAcl "acl" scope: is CLOUDFRONT, which exists in us-east-1 only; the resource is in eu-central-1; create it with a provider for us-east-1`)

	provider := made("pulumi:providers:aws", "virginia", object{"region": "us-east-1"}, nil)
	for _, res := range rec.Resources {
		res.Provider = provider.URN + "::id"
	}
	rec.Resources = append(rec.Resources, provider)
	expect(t, rec, "I2")
}

func TestAlarmsNameTheirResource(t *testing.T) {
	alarm := func(namespace, metric string, dimensions pulumi.StringMap) *recorder.Recording {
		return record(t, alarmIn("", &cloudwatch.MetricAlarmArgs{
			Namespace: pulumi.String(namespace), MetricName: pulumi.String(metric), Dimensions: dimensions,
		}))
	}
	value := pulumi.String("x")
	expect(t, alarm("AWS/SQS", "NumberOfMessagesSent", pulumi.StringMap{"QueueName": value}), "I3")
	expect(t, alarm("shop", "Orders", nil), "I3")
	expect(t, alarm("AWS/DynamoDB", "UserErrors", nil), "I3")
	expect(t, alarm("AWS/ApplicationELB", "HealthyHostCount", pulumi.StringMap{"LoadBalancer": value, "TargetGroup": value}), "I3")

	const subject = `aws:cloudwatch/metricAlarm:MetricAlarm "errors" dimensions`
	expect(t, alarm("AWS/Kinesis", "IncomingRecords", nil), "I3",
		subject+`: is empty, so the alarm watches no resource: AWS/Kinesis IncomingRecords has no such metric; set StreamName`)
	expect(t, alarm("AWS/Unheard", "Of", nil), "I3",
		subject+`: is empty, so the alarm watches no resource: AWS/Unheard Of has no such metric; set the dimensions that the metric is published with`)
	expect(t, alarm("AWS/ApplicationELB", "HealthyHostCount", pulumi.StringMap{"TargetGroup": value}), "I3",
		subject+`: has TargetGroup, but AWS/ApplicationELB HealthyHostCount is not published with that; set LoadBalancer and TargetGroup`)
	expect(t, alarm("AWS/RDS", "CPUUtilization", pulumi.StringMap{"InstanceId": value}), "I3",
		subject+`: has InstanceId, but AWS/RDS CPUUtilization is not published with that; set DBInstanceIdentifier, or DBClusterIdentifier, or DbClusterIdentifier, or ProxyName`)
	expect(t, alarm("AWS/CloudFront", "Requests", pulumi.StringMap{"DistributionId": value, "Region": value}), "I3",
		subject+`.Region: is "x", but AWS/CloudFront Requests is published with Global; set it to "Global"`)
	expect(t, alarm("AWS/ApplicationELB", "RequestCount", pulumi.StringMap{"LoadBalancer": pulumi.String("arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/a/1")}), "I3",
		subject+`.LoadBalancer: is an ARN, but AWS/ApplicationELB RequestCount is published with a name there; set it to the name or id of the resource (of a load balancer or target group: arnSuffix)`)

	expect(t, recording(made("aws:cloudwatch/metricAlarm:MetricAlarm", "share", object{"metricQueries": []any{
		object{"id": "share", "expression": "a / b"},
		object{"id": "a", "metric": object{"namespace": "AWS/Lambda", "metricName": "Errors", "dimensions": object{}}},
		object{"id": "b", "metric": object{"namespace": "AWS/Lambda", "metricName": "Errors", "dimensions": object{"FunctionName": ""}}},
	}}, nil)), "I3",
		`aws:cloudwatch/metricAlarm:MetricAlarm "share" metricQueries[1].metric.dimensions: is empty, so the alarm watches no resource: AWS/Lambda Errors has no such metric; set FunctionName, or EventSourceMappingUUID`,
		`aws:cloudwatch/metricAlarm:MetricAlarm "share" metricQueries[2].metric.dimensions.FunctionName: is empty, so the alarm watches no resource; set it to the name of the resource`)
}

// worker is a queue with a dead-letter queue, whose messages a function handles.
func worker(visible int, fifo, deadFifo bool) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		dead, err := sqs.NewQueue(ctx, "dead", &sqs.QueueArgs{FifoQueue: pulumi.Bool(deadFifo)})
		if err != nil {
			return err
		}
		queue, err := sqs.NewQueue(ctx, "jobs", &sqs.QueueArgs{
			FifoQueue: pulumi.Bool(fifo), VisibilityTimeoutSeconds: pulumi.Int(visible),
			RedrivePolicy: pulumi.JSONMarshal(pulumi.Map{"deadLetterTargetArn": dead.Arn, "maxReceiveCount": pulumi.Int(5)}),
		})
		if err != nil {
			return err
		}
		function, err := lambda.NewFunction(ctx, "worker", &lambda.FunctionArgs{
			Role: pulumi.String("arn:aws:iam::123456789012:role/worker"), Timeout: pulumi.Int(60),
			PackageType: pulumi.String("Image"), ImageUri: pulumi.String("repository:1"),
		})
		if err != nil {
			return err
		}
		alias, err := lambda.NewAlias(ctx, "live", &lambda.AliasArgs{FunctionName: function.Name, FunctionVersion: pulumi.String("1")})
		if err != nil {
			return err
		}
		_, err = lambda.NewEventSourceMapping(ctx, "jobs", &lambda.EventSourceMappingArgs{
			EventSourceArn: queue.Arn, FunctionName: alias.Arn, MaximumBatchingWindowInSeconds: pulumi.Int(5),
		})
		return err
	}
}

func TestQueuesHideMessagesLongEnough(t *testing.T) {
	const short = `aws:sqs/queue:Queue "jobs" visibilityTimeoutSeconds: is 364 s, but function "worker" may take 60 s and batches wait 5 s: messages would be handled twice; set it to at least 365 (6 x the timeout, and the batching window)`
	expect(t, record(t, worker(365, false, false)), "I5")
	expect(t, record(t, worker(364, false, false)), "I5", short)
	expect(t, record(t, worker(364, false, false), recorder.Preview()), "I5", short)

	const queue = "arn:aws:sqs:eu-central-1:123456789012:q"
	expect(t, recording(
		made("aws:sqs/queue:Queue", "q", object{}, object{"arn": queue}),
		made("aws:lambda/function:Function", "f", object{"timeout": 6.0}, object{"name": "f", "arn": "arn:aws:lambda:eu-central-1:123456789012:function:f"}),
		made("aws:lambda/eventSourceMapping:EventSourceMapping", "m", object{"eventSourceArn": queue, "functionName": "arn:aws:lambda:eu-central-1:123456789012:function:f:7"}, nil),
	), "I5",
		`aws:sqs/queue:Queue "q" visibilityTimeoutSeconds: is 30 s, but function "f" may take 6 s: messages would be handled twice; set it to at least 36 (6 x the timeout, and the batching window)`)
}

func TestFifoMeetsFifo(t *testing.T) {
	expect(t, record(t, worker(365, true, true)), "I6")
	for _, mode := range [][]recorder.Option{nil, {recorder.Preview()}} {
		expect(t, record(t, worker(365, true, false), mode...), "I6",
			`aws:sqs/queue:Queue "jobs" redrivePolicy: names a standard queue, but this is a FIFO queue; use a FIFO dead-letter queue`)
		expect(t, record(t, worker(365, false, true), mode...), "I6",
			`aws:sqs/queue:Queue "jobs" redrivePolicy: names a FIFO queue, but this is a standard queue; use a standard dead-letter queue`)
	}

	const topic, other = "arn:aws:sns:eu-central-1:123456789012:t.fifo", "arn:aws:sqs:eu-central-1:123456789012:q"
	subscription := func(topic, endpoint, dead string) *recorder.Recording {
		return recording(made("aws:sns/topicSubscription:TopicSubscription", "s", object{
			"topic": topic, "protocol": "sqs", "endpoint": endpoint, "redrivePolicy": `{"deadLetterTargetArn":"` + dead + `"}`,
		}, nil))
	}
	expect(t, subscription(topic, other+".fifo", other+".fifo"), "I6")
	expect(t, subscription(topic, other, other), "I6",
		`aws:sns/topicSubscription:TopicSubscription "s" endpoint: is a standard queue, but the topic is a FIFO topic: its order would be lost; subscribe a FIFO queue`,
		`aws:sns/topicSubscription:TopicSubscription "s" redrivePolicy: names a standard queue, but the topic is a FIFO topic; use a FIFO dead-letter queue`)
	expect(t, subscription("arn:aws:sns:eu-central-1:123456789012:t", other+".fifo", other), "I6",
		`aws:sns/topicSubscription:TopicSubscription "s" endpoint: is a FIFO queue, but the topic is a standard topic: SNS refuses that; subscribe a standard queue`)
	expect(t, recording(made("aws:cloudwatch/eventTarget:EventTarget", "e", object{"deadLetterConfig": object{"arn": other + ".fifo"}}, nil)), "I6",
		`aws:cloudwatch/eventTarget:EventTarget "e" deadLetterConfig.arn: names a FIFO queue, which AWS does not deliver failures to; use a standard queue`)
}
