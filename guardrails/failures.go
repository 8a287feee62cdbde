package guardrails

import (
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// failureDestinations wants a place for what cannot be delivered or handled.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-error-troubleshooting.html
func failureDestinations(p *program, add report) {
	has := map[*recording.Resource]bool{}
	for _, d := range p.redrives {
		has[d.source] = true
	}
	for _, queue := range p.kinds["sqs:Queue"] {
		if !has[queue] && !p.isDeadLetter[queue] {
			add(queue, "redrivePolicy", "is not set: a message that cannot be handled comes back until it expires, and is then lost",
				"give the queue a dead-letter queue")
		}
	}
	for _, sub := range p.kinds["sns:TopicSubscription"] {
		// People read the others: there is nothing to deliver again.
		protocol := text(sub.Inputs["protocol"])
		if protocol == "sqs" || protocol == "lambda" || protocol == "http" || protocol == "https" || protocol == "firehose" {
			missing(sub, add, "redrivePolicy", "deadLetterTargetArn")
		}
	}
	for _, target := range p.of("cloudwatch:EventTarget") {
		missing(target, add, "deadLetterConfig", "arn")
	}
	for _, schedule := range p.kinds["scheduler:Schedule"] {
		missing(schedule, add, "target", "deadLetterConfig", "arn")
	}
	for _, mapping := range p.kinds["lambda:EventSourceMapping"] {
		// A queue has its own, and a broker keeps what is not acknowledged.
		if s := p.source(mapping, "eventSourceArn"); s == "kinesis" || s == "dynamodb" || s == "kafka" || mapping.Inputs["selfManagedEventSource"] != nil {
			missing(mapping, add, "destinationConfig", "onFailure", "destinationArn")
		}
	}
	for _, pipe := range p.kinds["pipes:Pipe"] {
		if s := p.source(pipe, "source"); s == "kinesis" || s == "dynamodb" {
			part := map[string]string{"kinesis": "kinesisStreamParameters", "dynamodb": "dynamodbStreamParameters"}[s]
			missing(pipe, add, "sourceParameters", part, "deadLetterConfig", "arn")
		}
	}
}

func missing(res *recording.Resource, add report, path ...string) {
	if dig(res.Inputs, path...) == nil {
		add(res, strings.Join(path, "."), "is not set: what cannot be delivered is lost", "name a dead-letter queue there")
	}
}

// source returns the service that a stream or queue is of.
func (p *program) source(res *recording.Resource, property string) string {
	if parts := strings.SplitN(text(res.Inputs[property]), ":", 6); len(parts) == 6 {
		return parts[2]
	}
	from := p.target(res, property, res.Inputs[property], "kinesis:Stream", "dynamodb:Table", "sqs:Queue", "msk:Cluster", "msk:ServerlessCluster")
	if from == nil {
		return ""
	}
	module, _, _ := strings.Cut(kind(from), ":")
	return strings.Replace(module, "msk", "kafka", 1)
}

// findDeadLetterQueues returns the queues that something names as such, or that say themselves
// whose they are.
func (p *program) findDeadLetterQueues() map[*recording.Resource]bool {
	is := map[*recording.Resource]bool{}
	for _, d := range slices.Concat(p.redrives, p.failures) {
		if d.queue != nil {
			is[d.queue] = true
		}
	}
	for _, queue := range p.kinds["sqs:Queue"] {
		if queue.Inputs["redriveAllowPolicy"] != nil {
			is[queue] = true
		}
	}
	for _, allow := range p.kinds["sqs:RedriveAllowPolicy"] {
		if queue := p.target(allow, "queueUrl", allow.Inputs["queueUrl"], "sqs:Queue"); queue != nil {
			is[queue] = true
		}
	}
	return is
}

// asynchronous are the services that do not wait for the function they call. The
// event is theirs no more, and Lambda drops it after two more attempts.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
var asynchronous = map[string]bool{
	"s3.amazonaws.com": true, "sns.amazonaws.com": true, "events.amazonaws.com": true, "ses.amazonaws.com": true,
	"config.amazonaws.com": true, "iot.amazonaws.com": true, "codecommit.amazonaws.com": true,
	"cloudformation.amazonaws.com": true, "scheduler.amazonaws.com": true,
}

// asyncFunctions wants a failure destination for every function that something
// calls without waiting.
// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
func asyncFunctions(p *program, add report) {
	callers := map[*recording.Resource]*recording.Resource{} // the first one
	called := func(by *recording.Resource, property string, value any) {
		if f := p.function(by, property, value); f != nil && callers[f] == nil {
			callers[f] = by
		}
	}
	for _, permission := range p.kinds["lambda:Permission"] {
		if asynchronous[text(permission.Inputs["principal"])] {
			called(permission, "function", permission.Inputs["function"])
		}
	}
	for _, sub := range p.kinds["sns:TopicSubscription"] {
		if sub.Inputs["protocol"] == "lambda" {
			called(sub, "endpoint", sub.Inputs["endpoint"])
		}
	}
	for _, target := range p.kinds["cloudwatch:EventTarget"] {
		called(target, "arn", target.Inputs["arn"])
	}
	for _, schedule := range p.kinds["scheduler:Schedule"] {
		called(schedule, "target", dig(schedule.Inputs["target"], "arn"))
	}
	for _, notification := range p.kinds["s3:BucketNotification"] {
		for _, f := range list(notification.Inputs["lambdaFunctions"]) {
			called(notification, "lambdaFunctions", dig(f, "lambdaFunctionArn"))
		}
	}
	has := map[*recording.Resource]bool{}
	for _, config := range p.kinds["lambda:FunctionEventInvokeConfig"] {
		called(config, "functionName", config.Inputs["functionName"])
		if f := p.function(config, "functionName", config.Inputs["functionName"]); f != nil {
			has[f] = has[f] || dig(config.Inputs, "destinationConfig", "onFailure", "destination") != nil
		}
	}
	for _, f := range p.kinds["lambda:Function"] {
		if callers[f] != nil && !has[f] && dig(f.Inputs, "deadLetterConfig", "targetArn") == nil {
			add(f, "deadLetterConfig", sprint("is not set, though %s calls the function without waiting for it: events that it cannot handle are lost", quoted(callers[f])),
				"name a queue there, or in a FunctionEventInvokeConfig with onFailure")
		}
	}
}

// deadLetterAlarms wants an alarm on what waits in each dead-letter queue, if the
// program has a topic for alarms: one that an alarm fires at, or whose policy lets
// CloudWatch publish. A program without any has decided to be watched in another way.
//
// ApproximateNumberOfMessagesVisible is the metric, since NumberOfMessagesSent does not
// count what SQS moves itself:
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
func deadLetterAlarms(p *program, add report) {
	if !p.hasAlarmTopic() {
		return
	}
	watched := map[*recording.Resource]bool{}
	heard := p.heardAlarms()
	for _, alarm := range p.kinds["cloudwatch:MetricAlarm"] {
		if !heard[alarm] {
			continue
		}
		for _, m := range metricsOf(alarm) {
			if m.namespace != "AWS/SQS" || m.name != "ApproximateNumberOfMessagesVisible" {
				continue
			}
			property, _, _ := strings.Cut(m.path("dimensions"), "[")
			for _, queue := range p.targets(alarm, property, dig(m.dimensions, "QueueName"), "sqs:Queue") {
				watched[queue] = true
			}
		}
	}
	for _, queue := range p.kinds["sqs:Queue"] {
		if p.isDeadLetter[queue] && !watched[queue] {
			add(queue, "", "is a dead-letter queue without an alarm: nobody hears of what ends there",
				"add an alarm with an action on its ApproximateNumberOfMessagesVisible")
		}
	}
}

// heardAlarms are those with an action, or that are part of a composite alarm.
func (p *program) heardAlarms() map[*recording.Resource]bool {
	heard := map[*recording.Resource]bool{}
	for _, alarm := range p.kinds["cloudwatch:MetricAlarm"] {
		heard[alarm] = len(list(alarm.Inputs["alarmActions"])) > 0 && truth(alarm.Inputs["actionsEnabled"], true, true)
	}
	for _, composite := range p.kinds["cloudwatch:CompositeAlarm"] {
		for _, alarm := range p.dependencies(composite, "alarmRule", "cloudwatch:MetricAlarm") {
			heard[alarm] = true
		}
	}
	return heard
}

func (p *program) hasAlarmTopic() bool {
	for _, d := range p.deliveries {
		if d.service == alarmService {
			return true
		}
	}
	for _, alarm := range p.of("cloudwatch:MetricAlarm", "cloudwatch:CompositeAlarm") {
		for _, action := range texts(alarm.Inputs["alarmActions"]) {
			if strings.Contains(action, ":sns:") {
				return true
			}
		}
	}
	for _, topic := range p.kinds["sns:Topic"] {
		statements, _, _ := p.policyOf(topic)
		for _, s := range statements {
			for _, service := range s.principals["Service"] {
				if s.allow && service == alarmService {
					return true
				}
			}
		}
	}
	return false
}
