package compute_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/archimperative/scaffold/components/compute"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestFunctionRefuses(t *testing.T) {
	t.Parallel()
	number := pulumi.IntRef
	type text = pulumi.String
	folder := t.TempDir()
	file := filepath.Join(folder, "orders.txt")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fifo := text(inboxArn + ".fifo")
	const (
		limits    = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
		mapping   = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"
		invoke    = "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"
		runtimes  = "java8.al2, java11, java17, java21, nodejs22.x, provided.al2023, python3.11, python3.12, python3.13, ruby3.3, ruby3.4"
		withImage = ": does not go with imageUri: an image holds its code, its runtime and what is called in it; leave one of both out"
		noQueue   = ": means nothing without a queue; give queueArn too, or leave it out"
		noStream  = ": means nothing without a stream; give streamArn too, or leave it out"
		image     = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1"
	)
	ended := func(runtime, since, use string) string {
		return fmt.Sprintf("runtime: %s is deprecated since %s: AWS mends its security holes no more and takes no new functions of it; use %s", runtime, since, use)
	}
	queue := func(set func(*compute.FunctionArgs)) func(*compute.FunctionArgs) {
		return func(a *compute.FunctionArgs) {
			a.QueueArn, a.QueueVisibilityTimeoutSeconds = inboxArn, number(600)
			set(a)
		}
	}
	for name, test := range map[string]struct {
		set  func(*compute.FunctionArgs)
		want []string
	}{
		"preset":  {func(a *compute.FunctionArgs) { a.Preset = "prod" }, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"memory":  {func(a *compute.FunctionArgs) { a.MemoryMib = number(64) }, []string{"memoryMib: 64 is out of range; use 128 to 10240 (" + limits + ")"}},
		"timeout": {func(a *compute.FunctionArgs) { a.TimeoutSeconds = number(901) }, []string{"timeoutSeconds: 901 is out of range; use 1 to 900 (" + limits + ")"}},
		"storage": {func(a *compute.FunctionArgs) { a.EphemeralStorageMib = number(1) }, []string{"ephemeralStorageMib: 1 is out of range; use 512 to 10240 (" + limits + ")"}},
		"machine": {func(a *compute.FunctionArgs) { a.Architecture = "arm" }, []string{`architecture: "arm" is not possible; use one of arm64, x86_64`}},
		"variables": {func(a *compute.FunctionArgs) {
			a.Environment = pulumi.StringMap{"A B": text(""), "AWS_REGION": text("")}
		}, []string{
			`environment: "A B" is not a name Lambda takes; use at least two letters, digits and underscores, a letter first, as DATABASE_URL`,
			"environment: AWS_REGION is set by Lambda itself; use another name",
		}},
		"retries": {func(a *compute.FunctionArgs) { a.MaximumRetryAttempts = number(3) }, []string{"maximumRetryAttempts: 3 is out of range; use 0 to 2 (" + invoke + ")"}},
		"age":     {func(a *compute.FunctionArgs) { a.MaximumEventAgeSeconds = number(30) }, []string{"maximumEventAgeSeconds: 30 is out of range; use 60 to 21600 (" + invoke + ")"}},

		"image and code": {
			func(a *compute.FunctionArgs) {
				a.ImageUri, a.Folder, a.Runtime, a.Handler, a.LayerArns = text(image), folder, "nodejs22.x", "a.b", pulumi.StringArray{}
			},
			[]string{"folder" + withImage, "handler" + withImage, "layerArns" + withImage, "runtime" + withImage},
		},
		"public image": {func(a *compute.FunctionArgs) { a.ImageUri = text("ghcr.io/acme/orders:1") }, []string{
			`imageUri: "ghcr.io/acme/orders:1" is not in a private ECR repository, and Lambda takes images from nowhere else; write it as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4`,
		}},
		"command of no image": {func(a *compute.FunctionArgs) { a.Command = []string{"a"} }, []string{"command: is the command of an image; give imageUri too, or use handler"}},
		"no runtime":          {func(a *compute.FunctionArgs) { a.Folder = folder }, []string{"runtime: is required with folder: it says what runs the code; use one of " + runtimes}},
		"no handler": {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = folder, "java21" }, []string{
			"handler: is required with java21: there is no usual name of the method to call; write it as com.example.Orders::handle",
		}},
		"no folder": {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = "nowhere", "nodejs22.x" }, []string{
			"folder: nowhere is not there, seen from the folder the program runs in; build the function before it is deployed",
		}},
		"a file": {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = file, "nodejs22.x" }, []string{
			"folder: " + file + " is neither a folder nor a .zip or .jar file; give the folder it is in",
		}},
		"no placeholder": {func(a *compute.FunctionArgs) { a.Runtime = "ruby3.4" }, []string{"folder: is required with runtime ruby3.4: there is a placeholder for nodejs22.x or python3.13 only"}},
		"placeholder's handler": {func(a *compute.FunctionArgs) { a.Handler = "app.run" }, []string{
			"handler: is not in the placeholder, whose handler is index.handler; give folder too, or leave it out",
		}},
		"old Node.js": {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = folder, "nodejs20.x" }, []string{ended("nodejs20.x", "2026-04-30", "nodejs22.x")}},
		"old Go":      {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = folder, "go1.x" }, []string{ended("go1.x", "2024-01-08", "provided.al2023")}},
		"old .NET":    {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = folder, "dotnet8" }, []string{ended("dotnet8", "2026-11-10", "a container image with imageUri")}},
		"no such runtime": {func(a *compute.FunctionArgs) { a.Folder, a.Runtime = folder, "cobol" }, []string{
			`runtime: "cobol" is not a runtime that can be used; use one of ` + runtimes + ", or a container image with imageUri",
		}},

		"reserved": {func(a *compute.FunctionArgs) { a.ReservedConcurrency = number(-1) }, []string{
			"reservedConcurrency: -1 is less than nothing; use 0 to stop the function, or leave it out for no limit of its own",
		}},
		"nothing warm": {func(a *compute.FunctionArgs) { a.ProvisionedConcurrency = number(0) }, []string{"provisionedConcurrency: 0 keeps nothing warm; use at least 1, or leave it out"}},
		"more warm than may run": {func(a *compute.FunctionArgs) { a.ReservedConcurrency, a.ProvisionedConcurrency = number(5), number(6) }, []string{
			"provisionedConcurrency: 6 is more than reservedConcurrency, 5: AWS keeps no more warm than may run; use at most 5",
		}},
		"canary of nothing": {func(a *compute.FunctionArgs) { a.CanaryPercent = number(10) }, []string{
			"stableVersion: is required with canaryPercent: it is the version that the other invocations stay with; give the output version of the deployment before",
		}},
		"no canary": {func(a *compute.FunctionArgs) { a.StableVersion = "7" }, []string{
			"canaryPercent: is required with stableVersion: it says how many of a hundred invocations the newest version gets; use 1 to 99",
		}},
		"a canary of all": {func(a *compute.FunctionArgs) { a.StableVersion, a.CanaryPercent = "$LATEST", number(100) }, []string{
			"canaryPercent: 100 is out of range; use 1 to 99 (to end the trial leave it and stableVersion out)",
			`stableVersion: "$LATEST" is not a published version; use a number, such as 7`,
		}},

		"VPC only": {func(a *compute.FunctionArgs) { a.VpcId = text("vpc-1") }, []string{"subnetIds: is required with vpcId: the function runs in subnets of it; give the private ones of a Network"}},
		"subnets only": {func(a *compute.FunctionArgs) { a.SubnetIds = pulumi.StringArray{text("s")} }, []string{
			"vpcId: is required with subnetIds: the function's security group is made in it; give the VPC of the subnets",
		}},
		"groups of no VPC": {func(a *compute.FunctionArgs) {
			a.SecurityGroupIds, a.EgressPorts = pulumi.StringArray{text("a"), text("b"), text("c"), text("d"), text("e")}, []string{"443", "x", "1", "1"}
		}, []string{
			"securityGroupIds: do nothing outside a VPC; give vpcId and subnetIds too, or leave them out",
			"egressPorts: do nothing outside a VPC, where the function reaches every port; give vpcId and subnetIds too, or leave them out",
			"securityGroupIds: 5 are too many: a network interface has 5 security groups and one is the service's own; use at most 4",
			"egressPorts: 443 is open already; leave it out",
			`egressPorts: "x" is not a TCP port; use a number from 1 to 65535`,
			"egressPorts: 1 is there twice; leave one out",
		}},

		"no visibility timeout": {func(a *compute.FunctionArgs) { a.QueueArn = inboxArn }, []string{
			"queueVisibilityTimeoutSeconds: is required with queueArn, since a queue that hands messages out too early has them handled twice; set it here and on the queue, to at least 180",
		}},
		"visibility timeout": {func(a *compute.FunctionArgs) {
			a.QueueArn, a.QueueVisibilityTimeoutSeconds, a.TimeoutSeconds, a.QueueBatchWindowSeconds = inboxArn, number(364), number(60), number(5)
		}, []string{
			"queueVisibilityTimeoutSeconds: 364 is less than 365, six times timeoutSeconds (60) plus queueBatchWindowSeconds (5): messages would be handled twice; raise it here and on the queue, or lower timeoutSeconds",
		}},
		"batch": {queue(func(a *compute.FunctionArgs) { a.QueueBatchSize, a.QueueBatchWindowSeconds = number(0), number(301) }), []string{
			"queueBatchSize: 0 is out of range; use 1 to 10000 (" + mapping + ")", "queueBatchWindowSeconds: 301 is out of range; use 0 to 300 (" + mapping + ")",
		}},
		"large batch": {queue(func(a *compute.FunctionArgs) { a.QueueBatchSize = number(11) }), []string{
			"queueBatchWindowSeconds: is required with a queueBatchSize of more than 10: without waiting there is no larger batch; use at least 1",
		}},
		"FIFO window": {queue(func(a *compute.FunctionArgs) { a.QueueArn, a.QueueBatchWindowSeconds = fifo, number(1) }), []string{"queueBatchWindowSeconds: is not possible for a FIFO queue; leave it out"}},
		"FIFO batch":  {queue(func(a *compute.FunctionArgs) { a.QueueArn, a.QueueBatchSize = fifo, number(11) }), []string{"queueBatchSize: 11 is more than the 10 that a FIFO queue has; use at most 10"}},
		"concurrency": {queue(func(a *compute.FunctionArgs) { a.QueueMaximumConcurrency = number(1) }), []string{"queueMaximumConcurrency: 1 is out of range; use 2 to 1000 (" + mapping + ")"}},
		"more than reserved": {queue(func(a *compute.FunctionArgs) {
			a.QueueMaximumConcurrency, a.ReservedConcurrency = number(20), number(10)
		}), []string{
			"queueMaximumConcurrency: 20 is more than reservedConcurrency, 10: messages would be throttled until they end in the dead-letter queue; use at most 10, and reserve at least 2",
		}},
		"no queue": {func(a *compute.FunctionArgs) {
			a.QueueBatchSize, a.QueueBatchWindowSeconds, a.QueueMaximumConcurrency, a.QueueVisibilityTimeoutSeconds = number(1), number(1), number(2), number(600)
		}, []string{"queueBatchSize" + noQueue, "queueBatchWindowSeconds" + noQueue, "queueMaximumConcurrency" + noQueue, "queueVisibilityTimeoutSeconds" + noQueue}},

		"no stream": {func(a *compute.FunctionArgs) { a.StreamBatchSize, a.StreamStartingPosition = number(1), "LATEST" }, []string{"streamBatchSize" + noStream, "streamStartingPosition" + noStream}},
		"stream": {func(a *compute.FunctionArgs) {
			a.StreamArn, a.StreamBatchSize, a.StreamParallelization = text("arn:aws:dynamodb:eu-central-1:123456789012:table/orders"), number(0), number(11)
			a.StreamMaximumRetryAttempts, a.StreamMaximumRecordAgeSeconds, a.StreamStartingPosition = number(-1), number(1), "NOW"
		}, []string{
			`streamArn: "arn:aws:dynamodb:eu-central-1:123456789012:table/orders" is not the ARN of a stream; give that of a Kinesis stream or of its consumer, or the stream ARN of a DynamoDB table`,
			"streamBatchSize: 0 is out of range; use 1 to 10000 (" + mapping + ")",
			"streamParallelization: 11 is out of range; use 1 to 10 (" + mapping + ")",
			"streamMaximumRetryAttempts: -1 is out of range; use 0 to 10000 (" + mapping + ")",
			"streamMaximumRecordAgeSeconds: 1 is out of range; use 60 to 604800 (" + mapping + ")",
			`streamStartingPosition: "NOW" is not possible; use one of LATEST, TRIM_HORIZON`,
		}},
		"key of nothing": {func(a *compute.FunctionArgs) { a.SourceKmsKeyArn = text(keyArn) }, []string{"sourceKmsKeyArn: has nothing to decrypt; give queueArn or streamArn too, or leave it out"}},

		"FIFO failures": {func(a *compute.FunctionArgs) { a.FailureQueueArn = fifo }, []string{
			"failureQueueArn: " + string(fifo) + " is a FIFO queue, which Lambda sends no failures to; use a standard queue",
		}},
		"failures of another's queue": {func(a *compute.FunctionArgs) {
			a.FailureQueueArn, a.EventPattern, a.TopicArns, a.TopicNames = inboxArn, `{"source":["a"]}`, []pulumi.StringInput{placedArn}, []string{"placed"}
		}, []string{
			"failureQueueArn: does not go with topicArns: SNS puts there what it cannot deliver, if the queue's policy names its topics, and that policy is the owner's; leave it out",
			"failureQueueArn: does not go with eventPattern: EventBridge puts there what it cannot deliver, if the queue's policy names its rule, and that policy is the owner's; leave it out",
		}},
		"topics": {func(a *compute.FunctionArgs) {
			a.TopicArns = []pulumi.StringInput{placedArn, placedArn, nil, placedArn + ".fifo"}
			a.TopicNames = []string{"a b", "placed", "placed"}
		}, []string{
			"topicNames: has 3 names for 4 topicArns; give each topic one, in the same order, so that subscriptions outlive changes of the list",
			`topicNames: "a b" cannot be a name; use letters, digits, hyphens and underscores, as order-placed`,
			`topicNames: "placed" stands there twice; each name is of one topic`,
			"topicArns: " + string(placedArn) + " stands there twice; one subscription to a topic is enough",
			"topicArns: entry 2 is not set; give the ARN of a topic or leave it out",
			"topicArns: " + string(placedArn) + ".fifo is a FIFO topic, which SNS delivers to queues only; subscribe a FIFO Queue, and give its ARN as queueArn",
		}},
		"schedule": {func(a *compute.FunctionArgs) {
			a.Schedule, a.ScheduleTimezone, a.ScheduleInput = "every day", "Berlin", "digest"
		}, []string{
			`schedule: "every day" is not a schedule; write it as rate(5 minutes), cron(0 8 ? * MON-FRI *) or at(2027-01-31T08:00:00)`,
			`scheduleTimezone: "Berlin" is not a time zone; write it as Europe/Berlin`,
			`scheduleInput: is not JSON; write it as {"job": "cleanup"}`,
		}},
		"never": {func(a *compute.FunctionArgs) { a.ScheduleTimezone = "Europe/Berlin" }, []string{
			"schedule: is required with scheduleTimezone and scheduleInput: they say how, and it says when; write it as rate(5 minutes)",
		}},
		"bus":     {func(a *compute.FunctionArgs) { a.EventBusName = text("shop") }, []string{`eventPattern: is required with eventBusName: it says which of the bus's events the function gets; write it as {"detail-type": ["order-placed"]}`}},
		"pattern": {func(a *compute.FunctionArgs) { a.EventPattern = "{}" }, []string{`eventPattern: is not a JSON object that names something; write it as {"detail-type": ["order-placed"]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:compute:Function "orders": ` + test.want[i]
			}
			refused(t, newFunction("orders", test.set), test.want...)
		})
	}
}
