package compute

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	lambdaLimits = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
	mappingAPI   = "https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html"

	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
	leastQueueConcurrency = 2
	mostFifoBatch         = 10
	// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
	visibilityFactor = 6
)

var (
	// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
	scheduleExpression = regexp.MustCompile(`^(rate\([1-9][0-9]* (minutes?|hours?|days?)\)|cron\([^ ()]+( [^ ()]+){5}\)|at\(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\))$`)
	ecrImage           = regexp.MustCompile(`^\d{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/[^:@]+(:|@sha256:).+$`)
	versionNumber      = regexp.MustCompile(`^[1-9][0-9]*$`)
	// https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
	functionVariable = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)
	topicName        = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var reservedVariables = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
	"AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
}

// check refuses what AWS would refuse later, or what would fail silently.
func (b *functionBuilder) check() {
	b.checkCode()
	b.Between("memoryMib", b.memory, 128, 10240, lambdaLimits)
	b.Between("timeoutSeconds", b.timeout, 1, 900, lambdaLimits)
	b.Between("ephemeralStorageMib", b.storage, 512, 10240, lambdaLimits)
	b.OneOf("architecture", b.architecture, "arm64", "x86_64")
	b.LogRetention("logRetentionDays", b.logRetention)
	for _, name := range knownKeys(b.args.Environment) {
		switch {
		case !functionVariable.MatchString(name):
			b.Refuse("environment", "%q is not a name Lambda takes; use at least two letters, digits and underscores, a letter first, as DATABASE_URL", name)
		case slices.Contains(reservedVariables, name) || strings.HasPrefix(name, "AWS_LAMBDA_FUNCTION_") || strings.HasPrefix(name, "AWS_LAMBDA_LOG_"):
			b.Refuse("environment", "%s is set by Lambda itself; use another name", name)
		}
	}
	b.Between("maximumRetryAttempts", b.retries, 0, 2, "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html")
	b.Between("maximumEventAgeSeconds", b.eventAge, 60, 21600, "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html")
	b.checkConcurrency()
	b.checkFunctionNetwork()
	b.checkQueue()
	b.checkStream()
	b.checkTriggers()
	if b.args.SourceKmsKeyArn != nil && b.args.QueueArn == nil && b.args.StreamArn == nil {
		b.Refuse("sourceKmsKeyArn", "has nothing to decrypt; give queueArn or streamArn too, or leave it out")
	}
}

func (b *functionBuilder) checkCode() {
	args := b.args
	if args.ImageUri != nil {
		for _, argument := range convention.Given(map[string]bool{
			"folder": args.Folder != "", "runtime": args.Runtime != "", "handler": args.Handler != "", "layerArns": args.LayerArns != nil,
		}) {
			b.Refuse(argument, "does not go with imageUri: an image holds its code, its runtime and what is called in it; leave one of both out")
		}
		if image, known := args.ImageUri.(pulumi.String); known && !ecrImage.MatchString(string(image)) {
			b.Refuse("imageUri", "%q is not in a private ECR repository, and Lambda takes images from nowhere else; write it as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1.4", string(image))
		}
		return
	}
	if len(args.Command) > 0 {
		b.Refuse("command", "is the command of an image; give imageUri too, or use handler")
	}
	if args.Folder == "" {
		if _, known := placeholders[b.runtime]; !known {
			b.Refuse("folder", "is required with runtime %s: there is a placeholder for %s only", b.runtime, placeholderRuntimes())
		} else if args.Handler != "" && args.Handler != "index.handler" {
			b.Refuse("handler", "is not in the placeholder, whose handler is index.handler; give folder too, or leave it out")
		}
	} else {
		b.checkFolder()
	}
	if b.runtime != "" && args.Folder != "" || args.Runtime != "" {
		if problem := runtimeProblem(b.runtime); problem != "" {
			b.Refuse("runtime", "%s", problem)
		}
	}
}

func (b *functionBuilder) checkFolder() {
	if b.args.Runtime == "" {
		b.Refuse("runtime", "is required with folder: it says what runs the code; use one of %s", strings.Join(functionRuntimes, ", "))
	} else if b.handler == "" {
		b.Refuse("handler", "is required with %s: there is no usual name of the method to call; write it as com.example.Orders::handle", b.runtime)
	}
	info, err := os.Stat(b.args.Folder)
	archive := strings.HasSuffix(b.args.Folder, ".zip") || strings.HasSuffix(b.args.Folder, ".jar")
	switch {
	case err != nil:
		b.Refuse("folder", "%s is not there, seen from the folder the program runs in; build the function before it is deployed", b.args.Folder)
	case !info.IsDir() && !archive:
		b.Refuse("folder", "%s is neither a folder nor a .zip or .jar file; give the folder it is in", b.args.Folder)
	}
}

func (b *functionBuilder) checkConcurrency() {
	args := b.args
	if args.ReservedConcurrency != nil && *args.ReservedConcurrency < 0 {
		b.Refuse("reservedConcurrency", "%d is less than nothing; use 0 to stop the function, or leave it out for no limit of its own", *args.ReservedConcurrency)
	}
	if args.ProvisionedConcurrency != nil {
		switch {
		case *args.ProvisionedConcurrency < 1:
			b.Refuse("provisionedConcurrency", "%d keeps nothing warm; use at least 1, or leave it out", *args.ProvisionedConcurrency)
		case args.ReservedConcurrency != nil && *args.ProvisionedConcurrency > *args.ReservedConcurrency:
			b.Refuse("provisionedConcurrency", "%d is more than reservedConcurrency, %d: AWS keeps no more warm than may run; use at most %d", *args.ProvisionedConcurrency, *args.ReservedConcurrency, *args.ReservedConcurrency)
		}
	}
	switch {
	case args.CanaryPercent != nil && args.StableVersion == "":
		b.Refuse("stableVersion", "is required with canaryPercent: it is the version that the other invocations stay with; give the output version of the deployment before")
	case args.CanaryPercent == nil && args.StableVersion != "":
		b.Refuse("canaryPercent", "is required with stableVersion: it says how many of a hundred invocations the newest version gets; use 1 to 99")
	case args.CanaryPercent != nil:
		b.Between("canaryPercent", *args.CanaryPercent, 1, 99, "to end the trial leave it and stableVersion out")
	}
	if args.StableVersion != "" && !versionNumber.MatchString(args.StableVersion) {
		b.Refuse("stableVersion", "%q is not a published version; use a number, such as 7", args.StableVersion)
	}
}

func (b *functionBuilder) checkFunctionNetwork() {
	args := b.args
	inside := args.VpcId != nil && args.SubnetIds != nil
	switch {
	case args.VpcId != nil && args.SubnetIds == nil:
		b.Refuse("subnetIds", "is required with vpcId: the function runs in subnets of it; give the private ones of a Network")
	case args.VpcId == nil && args.SubnetIds != nil:
		b.Refuse("vpcId", "is required with subnetIds: the function's security group is made in it; give the VPC of the subnets")
	}
	if !inside && args.SecurityGroupIds != nil {
		b.Refuse("securityGroupIds", "do nothing outside a VPC; give vpcId and subnetIds too, or leave them out")
	}
	if !inside && len(args.EgressPorts) > 0 {
		b.Refuse("egressPorts", "do nothing outside a VPC, where the function reaches every port; give vpcId and subnetIds too, or leave them out")
	}
	if groups, known := args.SecurityGroupIds.(pulumi.StringArray); known && len(groups) > foreignSecurityGroups {
		b.Refuse("securityGroupIds", "%v", tooManyGroups(len(groups)))
	}
	for i, text := range args.EgressPorts {
		port, err := strconv.Atoi(text)
		switch {
		case err != nil || port < 1 || port > 65535 || strconv.Itoa(port) != text:
			b.Refuse("egressPorts", "%q is not a TCP port; use a number from 1 to 65535", text)
		case port == 443:
			b.Refuse("egressPorts", "443 is open already; leave it out")
		case slices.Contains(args.EgressPorts[:i], text):
			b.Refuse("egressPorts", "%s is there twice; leave one out", text)
		}
	}
}

// checkTriggers is about what calls the function without waiting for it.
func (b *functionBuilder) checkTriggers() {
	args := b.args
	if known, ok := args.FailureQueueArn.(pulumi.String); ok && isFifo(known) {
		b.Refuse("failureQueueArn", "%s is a FIFO queue, which Lambda sends no failures to; use a standard queue", string(known))
	}
	if args.FailureQueueArn != nil && len(args.TopicArns) > 0 {
		b.Refuse("failureQueueArn", "does not go with topicArns: SNS puts there what it cannot deliver, if the queue's policy names its topics, and that policy is the owner's; leave it out")
	}
	if args.FailureQueueArn != nil && args.EventPattern != "" {
		b.Refuse("failureQueueArn", "does not go with eventPattern: EventBridge puts there what it cannot deliver, if the queue's policy names its rule, and that policy is the owner's; leave it out")
	}
	b.checkFunctionTopics()
	switch {
	case args.Schedule == "" && (args.ScheduleTimezone != "" || args.ScheduleInput != ""):
		b.Refuse("schedule", "is required with scheduleTimezone and scheduleInput: they say how, and it says when; write it as rate(5 minutes)")
	case args.Schedule != "" && !scheduleExpression.MatchString(args.Schedule):
		b.Refuse("schedule", "%q is not a schedule; write it as rate(5 minutes), cron(0 8 ? * MON-FRI *) or at(2027-01-31T08:00:00)", args.Schedule)
	}
	if _, err := time.LoadLocation(b.timezone); err != nil || b.timezone == "Local" {
		b.Refuse("scheduleTimezone", "%q is not a time zone; write it as Europe/Berlin", b.timezone)
	}
	if !json.Valid([]byte(b.input)) {
		b.Refuse("scheduleInput", "is not JSON; write it as {\"job\": \"cleanup\"}")
	}
	var pattern map[string]any
	switch {
	case args.EventPattern == "" && args.EventBusName != nil:
		b.Refuse("eventPattern", "is required with eventBusName: it says which of the bus's events the function gets; write it as {\"detail-type\": [\"order-placed\"]}")
	case args.EventPattern != "" && (json.Unmarshal([]byte(args.EventPattern), &pattern) != nil || len(pattern) == 0):
		b.Refuse("eventPattern", "is not a JSON object that names something; write it as {\"detail-type\": [\"order-placed\"]}")
	}
}

func (b *functionBuilder) checkFunctionTopics() {
	args := b.args
	if len(args.TopicNames) != len(args.TopicArns) {
		b.Refuse("topicNames", "has %d names for %d topicArns; give each topic one, in the same order, so that subscriptions outlive changes of the list", len(args.TopicNames), len(args.TopicArns))
	}
	for i, name := range args.TopicNames {
		if !topicName.MatchString(name) {
			b.Refuse("topicNames", "%q cannot be a name; use letters, digits, hyphens and underscores, as order-placed", name)
		} else if slices.Index(args.TopicNames, name) < i {
			b.Refuse("topicNames", "%q stands there twice; each name is of one topic", name)
		}
	}
	for i, arn := range args.TopicArns {
		known, ok := arn.(pulumi.String)
		switch {
		case arn == nil:
			b.Refuse("topicArns", "entry %d is not set; give the ARN of a topic or leave it out", i)
		case ok && slices.Index(args.TopicArns, arn) < i:
			b.Refuse("topicArns", "%s stands there twice; one subscription to a topic is enough", string(known))
		case ok && isFifo(known):
			b.Refuse("topicArns", "%s is a FIFO topic, which SNS delivers to queues only; subscribe a FIFO Queue, and give its ARN as queueArn", string(known))
		}
	}
}

func isFifo(arn pulumi.String) bool { return strings.HasSuffix(string(arn), ".fifo") }
