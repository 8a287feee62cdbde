package guardrails_test

import (
	"testing"

	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// consumer is a queue that gets what a topic publishes, watched or not.
func consumer(redrive, watch bool) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		alarms, err := sns.NewTopic(ctx, "alarms", &sns.TopicArgs{
			Policy: pulumi.String(document(allow(service("cloudwatch.amazonaws.com"), "sns:Publish", account, "*"))),
		})
		if err != nil {
			return err
		}
		topic, err := sns.NewTopic(ctx, "topic", nil)
		if err != nil {
			return err
		}
		dead, err := sqs.NewQueue(ctx, "dead", nil)
		if err != nil {
			return err
		}
		queue, err := sqs.NewQueue(ctx, "orders", nil)
		if err != nil {
			return err
		}
		target := pulumi.JSONMarshal(pulumi.Map{"deadLetterTargetArn": dead.Arn})
		subscription := &sns.TopicSubscriptionArgs{Topic: topic.Arn, Protocol: pulumi.String("sqs"), Endpoint: queue.Arn}
		if redrive {
			subscription.RedrivePolicy = target
			if _, err := sqs.NewRedrivePolicy(ctx, "orders", &sqs.RedrivePolicyArgs{QueueUrl: queue.Url, RedrivePolicy: target}); err != nil {
				return err
			}
		}
		if _, err := sns.NewTopicSubscription(ctx, "orders", subscription); err != nil {
			return err
		}
		if !watch {
			return nil
		}
		_, err = cloudwatch.NewMetricAlarm(ctx, "dead", &cloudwatch.MetricAlarmArgs{
			ComparisonOperator: pulumi.String("GreaterThanThreshold"), EvaluationPeriods: pulumi.Int(1),
			Namespace: pulumi.String("AWS/SQS"), MetricName: pulumi.String("ApproximateNumberOfMessagesVisible"),
			Dimensions: pulumi.StringMap{"QueueName": dead.Name}, AlarmActions: pulumi.Array{alarms.Arn},
		})
		return err
	}
}

func TestFailuresGoSomewhere(t *testing.T) {
	const lost = `is not set: a message that cannot be handled comes back until it expires, and is then lost; give the queue a dead-letter queue`
	for _, mode := range [][]recorder.Option{nil, {recorder.Preview()}} {
		expect(t, record(t, consumer(true, true), mode...), "I7")
		expect(t, record(t, consumer(true, false), mode...), "I7",
			`aws:sqs/queue:Queue "dead": is a dead-letter queue without an alarm: nobody hears of what ends there; add an alarm with an action on its ApproximateNumberOfMessagesVisible`)
		expect(t, record(t, consumer(false, true), mode...), "I7",
			`aws:sns/topicSubscription:TopicSubscription "orders" redrivePolicy.deadLetterTargetArn: is not set: what cannot be delivered is lost; name a dead-letter queue there`,
			`aws:sqs/queue:Queue "dead" redrivePolicy: `+lost,
			`aws:sqs/queue:Queue "orders" redrivePolicy: `+lost)
	}
}

func TestAsynchronousEdges(t *testing.T) {
	const function, dead = "arn:aws:lambda:eu-central-1:123456789012:function:f", "arn:aws:sqs:eu-central-1:123456789012:dead"
	const stream = "arn:aws:kinesis:eu-central-1:123456789012:stream/s"
	f := func(inputs object) *recorder.Resource {
		return made("aws:lambda/function:Function", "f", inputs, object{"arn": function, "name": "f"})
	}
	config := func(inputs object) *recorder.Resource {
		return made("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "c", inputs, nil)
	}
	target := made("aws:cloudwatch/eventTarget:EventTarget", "e", object{"arn": function, "deadLetterConfig": object{"arn": dead}}, nil)
	expect(t, recording(target, f(object{"deadLetterConfig": object{"targetArn": dead}})), "I7")
	expect(t, recording(target, f(nil), config(object{"functionName": "f", "destinationConfig": object{"onFailure": object{"destination": dead}}})), "I7")
	expect(t, recording(f(nil), made("aws:lambda/permission:Permission", "p", object{"principal": "apigateway.amazonaws.com", "function": "f"}, nil)), "I7")

	const drops = ` calls the function without waiting for it: events that it cannot handle are lost; name a queue there, or in a FunctionEventInvokeConfig with onFailure`
	for _, caller := range []*recorder.Resource{
		target, config(object{"functionName": function + ":live"}),
		made("aws:sns/topicSubscription:TopicSubscription", "s", object{"protocol": "lambda", "endpoint": function, "redrivePolicy": `{"deadLetterTargetArn":"x"}`}, nil),
		made("aws:lambda/permission:Permission", "p", object{"principal": "s3.amazonaws.com", "function": "f"}, nil),
		made("aws:s3/bucketNotification:BucketNotification", "n", object{"lambdaFunctions": []any{object{"lambdaFunctionArn": function}}}, nil),
	} {
		expect(t, recording(f(nil), caller), "I7", `aws:lambda/function:Function "f" deadLetterConfig: is not set, though "`+caller.Name+`"`+drops)
	}

	const nowhere = `: is not set: what cannot be delivered is lost; name a dead-letter queue there`
	expect(t, recording(
		made("aws:cloudwatch/eventTarget:EventTarget", "target", object{"arn": stream}, nil),
		made("aws:scheduler/schedule:Schedule", "schedule", object{"target": object{"arn": stream}}, nil),
		made("aws:lambda/eventSourceMapping:EventSourceMapping", "mapping", object{"eventSourceArn": stream}, nil),
		made("aws:lambda/eventSourceMapping:EventSourceMapping", "of a queue", object{"eventSourceArn": dead}, nil),
		made("aws:pipes/pipe:Pipe", "pipe", object{"source": stream}, nil),
		made("aws:pipes/pipe:Pipe", "of a queue", object{"source": dead}, nil),
		made("aws:sns/topicSubscription:TopicSubscription", "mail", object{"protocol": "email"}, nil),
	), "I7",
		`aws:cloudwatch/eventTarget:EventTarget "target" deadLetterConfig.arn`+nowhere,
		`aws:lambda/eventSourceMapping:EventSourceMapping "mapping" destinationConfig.onFailure.destinationArn`+nowhere,
		`aws:pipes/pipe:Pipe "pipe" sourceParameters.kinesisStreamParameters.deadLetterConfig.arn`+nowhere,
		`aws:scheduler/schedule:Schedule "schedule" target.deadLetterConfig.arn`+nowhere)
}

func instance(change func(*rds.InstanceArgs), opts ...pulumi.ResourceOption) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &rds.InstanceArgs{
			InstanceClass: pulumi.String("db.t4g.micro"), StorageEncrypted: pulumi.Bool(true), DeletionProtection: pulumi.Bool(true),
			BackupRetentionPeriod: pulumi.Int(14), FinalSnapshotIdentifier: pulumi.String("last"),
		}
		change(args)
		_, err := rds.NewInstance(ctx, "db", args, opts...)
		return err
	}
}

func TestDataStores(t *testing.T) {
	protect := pulumi.Protect(true)
	const subject = `aws:rds/instance:Instance "db"`
	expect(t, record(t, instance(func(*rds.InstanceArgs) {}, protect)), "I8")
	// To throw away, it needs no lock; to be read by nobody else, it needs the rest.
	expect(t, record(t, instance(func(a *rds.InstanceArgs) {
		a.DeletionProtection, a.SkipFinalSnapshot, a.BackupRetentionPeriod, a.FinalSnapshotIdentifier = nil, pulumi.Bool(true), nil, nil
	})), "I8")
	expect(t, record(t, instance(func(a *rds.InstanceArgs) {
		a.StorageEncrypted, a.PubliclyAccessible = nil, pulumi.Bool(true)
	}, protect, pulumi.DeleteBeforeReplace(true))), "I8",
		subject+`: is deleted before it is replaced: the data would be gone; take the option deleteBeforeReplace away`,
		subject+` publiclyAccessible: is true: the data can be reached from the internet; set it to false`,
		subject+` storageEncrypted: is not true: the data is not encrypted at rest; set it to true; it cannot be changed later without a new resource`)
	expect(t, record(t, instance(func(a *rds.InstanceArgs) {
		a.SkipFinalSnapshot, a.BackupRetentionPeriod = pulumi.Bool(true), pulumi.Int(0)
	})), "I8",
		subject+`: has deletionProtection, but not the option protect: a replacement or a removal from the program is tried, and fails in the middle of a deployment; set protect too, or neither of the two`,
		subject+` backupRetentionPeriod: makes no backups, though the resource has deletionProtection; keep backups`,
		subject+` skipFinalSnapshot: is true, though the resource has deletionProtection: its deletion would leave nothing; set it to false`)
	expect(t, record(t, instance(func(a *rds.InstanceArgs) {
		a.DeletionProtection, a.FinalSnapshotIdentifier = nil, nil
	}, protect)), "I8",
		subject+` deletionProtection: is not true, though the resource is protected: anybody with AWS's console may delete it; set it to true`,
		subject+` finalSnapshotIdentifier: is not set, though the resource is protected: AWS wants a name for the last snapshot; set it`)
}

func TestOtherDataStores(t *testing.T) {
	kept := func(res *recorder.Resource) *recorder.Resource { res.Protect = true; return res }
	expect(t, recording(
		kept(made("aws:dynamodb/table:Table", "t", object{"deletionProtectionEnabled": true, "pointInTimeRecovery": object{"enabled": true}}, nil)),
		kept(made("aws:elasticache/replicationGroup:ReplicationGroup", "r", object{"atRestEncryptionEnabled": true, "snapshotRetentionLimit": 7.0}, nil)),
		kept(made("aws:s3/bucketV2:BucketV2", "b", object{}, nil)),
		made("aws:s3/bucketV2:BucketV2", "sandbox", object{"forceDestroy": true}, nil),
		made("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", object{"blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}, nil),
		made("aws:rds/instance:Instance", "copy", object{"replicateSourceDb": "db"}, nil),
	), "I8")
	expect(t, recording(
		kept(made("aws:dynamodb/table:Table", "t", object{"pointInTimeRecovery": object{"enabled": false}}, nil)),
		kept(made("aws:elasticache/replicationGroup:ReplicationGroup", "r", object{}, nil)),
		kept(made("aws:s3/bucketV2:BucketV2", "b", object{"forceDestroy": true, "acl": "public-read"}, nil)),
		made("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", object{"blockPublicAcls": true, "ignorePublicAcls": true, "restrictPublicBuckets": true}, nil),
		made("aws:redshift/cluster:Cluster", "c", object{"encrypted": true}, nil),
		made("aws:kinesis/stream:Stream", "s", object{}, nil),
		made("aws:opensearch/domain:Domain", "d", object{"encryptAtRest": object{"enabled": true}}, nil),
	), "I8",
		`aws:dynamodb/table:Table "t" deletionProtectionEnabled: is not true, though the resource is protected: anybody with AWS's console may delete it; set it to true`,
		`aws:dynamodb/table:Table "t" pointInTimeRecovery.enabled: makes no backups, though the resource is protected; keep backups`,
		`aws:elasticache/replicationGroup:ReplicationGroup "r" atRestEncryptionEnabled: is not true: the data is not encrypted at rest; set it to true; it cannot be changed later without a new resource`,
		`aws:elasticache/replicationGroup:ReplicationGroup "r" snapshotRetentionLimit: makes no backups, though the resource is protected; keep backups`,
		`aws:kinesis/stream:Stream "s" encryptionType: is not KMS: the data is not encrypted at rest; set it to "KMS", and kmsKeyId`,
		`aws:opensearch/domain:Domain "d" vpcOptions: is not set: the data can be reached from the internet; put the domain into private subnets`,
		`aws:redshift/cluster:Cluster "c" publiclyAccessible: is true: the data can be reached from the internet; set it to false`,
		`aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock "b" blockPublicPolicy: is not true: the bucket could be opened to the public; set it to true`,
		`aws:s3/bucketV2:BucketV2 "b" acl: is public-read: the data can be read from the internet; leave it out, and give access through a policy or CloudFront`,
		`aws:s3/bucketV2:BucketV2 "b" forceDestroy: is true, though the resource is protected: its deletion would leave nothing; set it to false`)
}

// edge is a load balancer whose security group lets everybody in on a port, and
// that does something on port 80.
func edge(port int, action string) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		group, err := ec2.NewSecurityGroup(ctx, "edge", nil)
		if err != nil {
			return err
		}
		if _, err := vpc.NewSecurityGroupIngressRule(ctx, "in", &vpc.SecurityGroupIngressRuleArgs{
			SecurityGroupId: group.ID(), IpProtocol: pulumi.String("tcp"), CidrIpv6: pulumi.String("::/0"),
			FromPort: pulumi.Int(port), ToPort: pulumi.Int(port),
		}); err != nil {
			return err
		}
		balancer, err := lb.NewLoadBalancer(ctx, "edge", &lb.LoadBalancerArgs{SecurityGroups: pulumi.StringArray{group.ID()}})
		if err != nil {
			return err
		}
		does := lb.ListenerDefaultActionArgs{Type: pulumi.String(action)}
		if action == "redirect" {
			does.Redirect = lb.ListenerDefaultActionRedirectArgs{Protocol: pulumi.String("HTTPS"), StatusCode: pulumi.String("HTTP_301")}
		}
		_, err = lb.NewListener(ctx, "http", &lb.ListenerArgs{
			LoadBalancerArn: balancer.Arn, Port: pulumi.Int(80), Protocol: pulumi.String("HTTP"),
			DefaultActions: lb.ListenerDefaultActionArray{does},
		})
		return err
	}
}

func TestOnlyLoadBalancersAreOpen(t *testing.T) {
	const rule = `aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule "in" cidrIpv6: lets ::/0 in on port `
	for _, mode := range [][]recorder.Option{nil, {recorder.Preview()}} {
		expect(t, record(t, edge(443, "redirect"), mode...), "I9")
		expect(t, record(t, edge(80, "redirect"), mode...), "I9")
		expect(t, record(t, edge(22, "redirect"), mode...), "I9",
			rule+`22; open a load balancer to everybody on ports 443 and 80 only, each by its own rule`)
		expect(t, record(t, edge(80, "forward"), mode...), "I9",
			`aws:lb/listener:Listener "http" defaultActions[0]: forwards requests that came over HTTP, on port 80; redirect to HTTPS instead`,
			rule+`80, where load balancer "edge" does not redirect to HTTPS; add a listener on port 80 whose default action redirects to HTTPS, or close the port`)
	}

	const nobody = `, and the security group is not one of a load balancer; let in the security groups or ranges that need it`
	expect(t, recording(
		made("aws:ec2/securityGroup:SecurityGroup", "inline", object{"ingress": []any{
			object{"protocol": "tcp", "fromPort": 5432.0, "toPort": 5432.0, "cidrBlocks": []any{"10.0.0.0/8"}},
			object{"protocol": "-1", "fromPort": 0.0, "toPort": 0.0, "cidrBlocks": []any{"10.0.0.0/8", "0.0.0.0/0"}},
		}}, object{"id": "sg-1"}),
		made("aws:ec2/securityGroupRule:SecurityGroupRule", "rule", object{"type": "ingress", "securityGroupId": "sg-1", "protocol": "tcp", "fromPort": 22.0, "toPort": 25.0, "ipv6CidrBlocks": []any{"::/0"}}, nil),
		made("aws:ec2/securityGroupRule:SecurityGroupRule", "out", object{"type": "egress", "securityGroupId": "sg-1", "cidrBlocks": []any{"0.0.0.0/0"}}, nil),
	), "I9",
		`aws:ec2/securityGroup:SecurityGroup "inline" ingress[1].cidrBlocks: lets 0.0.0.0/0 in on all ports`+nobody,
		`aws:ec2/securityGroupRule:SecurityGroupRule "rule" ipv6CidrBlocks: lets ::/0 in on ports 22 to 25`+nobody)

	expect(t, recording(
		made("aws:alb/listener:Listener", "http", object{"port": 80.0, "protocol": "HTTP", "defaultActions": []any{object{"type": "redirect", "redirect": object{"port": "443"}}}}, object{"arn": "arn:l"}),
		made("aws:alb/listenerRule:ListenerRule", "rule", object{"listenerArn": "arn:l", "actions": []any{object{"type": "forward"}}}, nil),
		made("aws:elb/loadBalancer:LoadBalancer", "classic", object{"listeners": []any{object{"lbProtocol": "http"}}}, nil),
		made("aws:eks/cluster:Cluster", "k8s", object{"vpcConfig": object{}}, nil),
		made("aws:eks/cluster:Cluster", "private", object{"vpcConfig": object{"endpointPublicAccess": false}}, nil),
	), "I9",
		`aws:alb/listener:Listener "http" defaultActions[0].redirect.protocol: does not lead from HTTP to HTTPS; set it to "HTTPS"`,
		`aws:alb/listenerRule:ListenerRule "rule" actions[0]: forwards requests that came over HTTP, on listener "http"; redirect to HTTPS instead`,
		`aws:eks/cluster:Cluster "k8s" vpcConfig.publicAccessCidrs: lets the whole internet reach the API of the cluster; set endpointPublicAccess to false, or name the ranges that need it`,
		`aws:elb/loadBalancer:LoadBalancer "classic" listeners[0].lbProtocol: forwards requests that came over HTTP; use HTTPS, or an application load balancer, which can redirect`)
}
