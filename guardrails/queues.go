package guardrails

import (
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// visibility wants a queue that calls a function to hide a message for six times the
// time the function may take, and the time a batch is waited for. With less, messages are
// handled twice while the first attempt still runs or is throttled.
// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig
func visibility(p *program, add report) {
	for _, mapping := range p.kinds["lambda:EventSourceMapping"] {
		queue := p.target(mapping, "eventSourceArn", mapping.Inputs["eventSourceArn"], "sqs:Queue")
		function := p.function(mapping, "functionName", mapping.Inputs["functionName"])
		if queue == nil || function == nil {
			continue
		}
		visible := queue.Inputs["visibilityTimeoutSeconds"]
		timeout, window := function.Inputs["timeout"], mapping.Inputs["maximumBatchingWindowInSeconds"]
		if isUnknown(visible) || isUnknown(timeout) || isUnknown(window) {
			continue
		}
		// What AWS takes when nothing is set: 30 seconds for a queue, 3 for a function.
		need := 6*number(timeout, 3) + number(window, 0)
		if have := number(visible, 30); have < need {
			waits := ""
			if w := number(window, 0); w > 0 {
				waits = sprint(" and batches wait %v s", w)
			}
			add(queue, "visibilityTimeoutSeconds",
				sprint("is %v s, but function %s may take %v s%s: messages would be handled twice", have, quoted(function), number(timeout, 3), waits),
				sprint("set it to at least %v (6 x the timeout, and the batching window)", need))
		}
	}
}

// A deadLetter is a place where something puts what it could not deliver or handle.
type deadLetter struct {
	source   *recording.Resource
	property string
	value    any
	queue    *recording.Resource // nil if it is no queue of the program
}

// findRedrives returns the dead-letter queues of queues, in the order of their resources.
// The source of each is the queue; the property is where it is set, by which resource.
func (p *program) findRedrives() []deadLetter {
	var all []deadLetter
	for _, res := range p.of("sqs:Queue", "sqs:RedrivePolicy") {
		value := dig(res.Inputs["redrivePolicy"], "deadLetterTargetArn")
		if value == nil {
			continue
		}
		source := res
		if kind(res) == "sqs:RedrivePolicy" {
			source = p.target(res, "queueUrl", res.Inputs["queueUrl"], "sqs:Queue")
		}
		if source != nil {
			all = append(all, deadLetter{source, "redrivePolicy", value, p.target(res, "redrivePolicy", value, "sqs:Queue")})
		}
	}
	return all
}

// findFailures returns the dead-letter queues of everything else.
func (p *program) findFailures() []deadLetter {
	var all []deadLetter
	for _, place := range failurePlaces {
		for _, res := range p.kinds[place.kind] {
			value := dig(res.Inputs, place.path...)
			if value != nil {
				all = append(all, deadLetter{res, strings.Join(place.path, "."), value, p.target(res, place.path[0], value, "sqs:Queue")})
			}
		}
	}
	return all
}

// failurePlaces are the inputs that name where failures go.
var failurePlaces = []struct {
	kind string
	path []string
	fifo bool // whether AWS takes a FIFO queue there
}{
	{"sns:TopicSubscription", []string{"redrivePolicy", "deadLetterTargetArn"}, true},
	{"cloudwatch:EventTarget", []string{"deadLetterConfig", "arn"}, false},
	{"cloudwatch:EventBus", []string{"deadLetterConfig", "arn"}, false},
	{"scheduler:Schedule", []string{"target", "deadLetterConfig", "arn"}, false},
	{"lambda:Function", []string{"deadLetterConfig", "targetArn"}, false},
	{"lambda:FunctionEventInvokeConfig", []string{"destinationConfig", "onFailure", "destination"}, false},
	{"lambda:EventSourceMapping", []string{"destinationConfig", "onFailure", "destinationArn"}, false},
	{"pipes:Pipe", []string{"sourceParameters", "kinesisStreamParameters", "deadLetterConfig", "arn"}, false},
	{"pipes:Pipe", []string{"sourceParameters", "dynamodbStreamParameters", "deadLetterConfig", "arn"}, false},
}

// fifo wants dead-letter queues of the kind of their source, and FIFO topics to
// send to FIFO queues only.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
func fifo(p *program, add report) {
	for _, d := range p.redrives {
		if to, known := isFifo(d.queue, d.value); known {
			if from, _ := isFifo(d.source, nil); from != to {
				add(d.source, d.property, sprint("names a %s queue, but this is a %s queue", fifoWord(to), fifoWord(from)),
					sprint("use a %s dead-letter queue", fifoWord(from)))
			}
		}
	}
	for _, sub := range p.kinds["sns:TopicSubscription"] {
		topicFifo, known := isFifo(p.target(sub, "topic", sub.Inputs["topic"], "sns:Topic"), sub.Inputs["topic"])
		if !known {
			continue
		}
		endpoint := sub.Inputs["endpoint"]
		if to, known := isFifo(p.target(sub, "endpoint", endpoint, "sqs:Queue"), endpoint); known && sub.Inputs["protocol"] == "sqs" && to != topicFifo {
			why := "SNS refuses that"
			if topicFifo {
				why = "its order would be lost"
			}
			add(sub, "endpoint", sprint("is a %s queue, but the topic is a %s topic: %s", fifoWord(to), fifoWord(topicFifo), why),
				sprint("subscribe a %s queue", fifoWord(topicFifo)))
		}
		dead := dig(sub.Inputs["redrivePolicy"], "deadLetterTargetArn")
		if to, known := isFifo(p.target(sub, "redrivePolicy", dead, "sqs:Queue"), dead); known && to != topicFifo {
			add(sub, "redrivePolicy", sprint("names a %s queue, but the topic is a %s topic", fifoWord(to), fifoWord(topicFifo)),
				sprint("use a %s dead-letter queue", fifoWord(topicFifo)))
		}
	}
	// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
	standardOnly := map[string]bool{}
	for _, place := range failurePlaces {
		standardOnly[place.kind] = !place.fifo
	}
	for _, d := range p.failures {
		if to, known := isFifo(d.queue, d.value); known && to && standardOnly[kind(d.source)] {
			add(d.source, d.property, "names a FIFO queue, which AWS does not deliver failures to", "use a standard queue")
		}
	}
}

// isFifo tells whether a queue or topic is FIFO: by its own input, or, where it is
// not of the program, by its ARN, which ends with .fifo.
func isFifo(res *recording.Resource, value any) (fifo, known bool) {
	if res != nil {
		own := res.Inputs["fifoQueue"]
		if kind(res) == "sns:Topic" {
			own = res.Inputs["fifoTopic"]
		}
		return truth(own, false, false), !isUnknown(own)
	}
	name := text(value)
	return strings.HasSuffix(name, ".fifo"), name != ""
}

func fifoWord(fifo bool) string {
	if fifo {
		return "FIFO"
	}
	return "standard"
}
