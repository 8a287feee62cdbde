package requirements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A delivery is one way in which an event gets to a service.
type delivery struct {
	by         *recording.Resource // the subscription, the target or the mapping
	carrier    *recording.Resource // the topic, the bus or the stream
	queue      *recording.Resource // that the messages wait in, nil if none
	deadLetter bool                // messages that cannot be handled are kept
}

// events wants each event to reach each service that consumes it, and messages that
// cannot be handled to be kept.
func events(c *comparison) {
	for _, event := range c.system.Events {
		for _, service := range c.system.Services {
			if !slices.Contains(service.Consumes, event.Name) {
				continue
			}
			c.source = c.system.at(event.Line, fmt.Sprintf("event %q, consumed by %q", event.Name, service.Name))
			if !c.carries() {
				c.skip("the program has nothing that carries events between services")
				continue
			}
			deliveries := c.deliveries(event, service)
			if _, whole := c.running(service); whole && len(deliveries) == 0 {
				c.skip("the program is one piece, which needs nothing to carry an event")
				continue
			}
			if len(deliveries) == 0 {
				c.broken(nil, "", "no subscription, rule or mapping brings the event to the service")
				continue
			}
			for _, d := range deliveries {
				if !d.deadLetter {
					c.broken(d.last(), "", "has no dead-letter queue, so that messages which cannot be handled are lost")
				} else {
					c.met(d.by, "", "brings the event; what cannot be handled is kept")
				}
			}
		}
	}
}

func (d delivery) last() *recording.Resource {
	if d.queue != nil {
		return d.queue
	}
	return d.by
}

// carries reports whether there is anything that carries events.
func (c *comparison) carries() bool {
	return len(c.of("sns:TopicSubscription", "cloudwatch:EventTarget", "lambda:EventSourceMapping", "kinesis:Stream", "sqs:Queue")) > 0
}

// order wants events that must be seen in their order to be carried in order all the way.
func order(c *comparison) {
	for _, event := range c.system.Events {
		if !event.Ordered {
			continue
		}
		c.source = c.system.at(event.Line, fmt.Sprintf("event %q { ordered = true }", event.Name))
		seen := map[*recording.Resource]bool{}
		for _, service := range c.system.Services {
			if !slices.Contains(service.Consumes, event.Name) {
				continue
			}
			for _, d := range c.deliveries(event, service) {
				for _, res := range []*recording.Resource{d.carrier, d.queue} {
					if res == nil || seen[res] {
						continue
					}
					seen[res] = true
					switch kind(res) {
					case "sns:Topic":
						c.require(res, "fifoTopic", "a standard topic does not keep the order (https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html)")
					case "sqs:Queue":
						c.require(res, "fifoQueue", "a standard queue does not keep the order (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues.html)")
					case "cloudwatch:EventRule", "cloudwatch:EventBus":
						c.broken(res, "", "does not keep the order of events (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-best-practices.html)")
					case "kinesis:Stream":
						c.met(res, "", "keeps the order within a partition key")
					}
				}
			}
		}
		if len(seen) == 0 {
			c.skip("nothing in this program carries it to a consumer")
		}
	}
}

// deliveries finds the ways of an event to a service.
func (c *comparison) deliveries(event Event, service Service) []delivery {
	var found []delivery
	for _, sub := range c.of("sns:TopicSubscription") {
		for _, topic := range c.refers(sub, "topic", "sns:Topic") {
			if c.carriesEvent(topic, sub, event) {
				found = append(found, c.toEndpoint(delivery{by: sub, carrier: topic}, sub, "endpoint", service)...)
			}
		}
	}
	for _, target := range c.of("cloudwatch:EventTarget") {
		for _, rule := range c.refers(target, "rule", "cloudwatch:EventRule") {
			if c.isAbout(rule, event.Name) || names(text(rule.Input("eventPattern")), event.Name) {
				found = append(found, c.toEndpoint(delivery{by: target, carrier: rule}, target, "arn", service)...)
			}
		}
	}
	// Where publishers know who consumes, they send into the queue of the consumer.
	for _, queue := range c.of("sqs:Queue") {
		if c.publishes(event, queue) && c.consumes(service, queue) {
			kept := queue.Input("redrivePolicy.deadLetterTargetArn") != nil || c.redriven(queue)
			found = append(found, delivery{by: queue, queue: queue, deadLetter: kept})
		}
	}
	for _, stream := range c.of("kinesis:Stream") {
		if about := c.about[stream]; about != event.Name && slices.ContainsFunc(c.system.Events, func(e Event) bool { return e.Name == about }) {
			continue // it is for another event
		}
		for _, mapping := range c.belonging("lambda:EventSourceMapping", "eventSourceArn", stream) {
			if c.runs(service, c.refers(mapping, "functionName", "lambda:Function", "lambda:Alias")) {
				kept := mapping.Input("destinationConfig.onFailure.destinationArn") != nil
				found = append(found, delivery{by: mapping, carrier: stream, deadLetter: kept})
			}
		}
		// A program that reads a stream by itself keeps its place in it, and loses nothing.
		for _, runner := range c.runners(service) {
			values := c.environment(runner)
			if kind(runner) == "ecs:TaskDefinition" && (slices.Contains(values, text(stream.Output("arn"))) || slices.Contains(values, text(stream.Output("name")))) {
				found = append(found, delivery{by: runner, carrier: stream, deadLetter: true})
			}
		}
	}
	return found
}

// publishes reports whether a service that publishes an event knows a queue.
func (c *comparison) publishes(event Event, queue *recording.Resource) bool {
	for _, service := range c.system.Services {
		if !slices.Contains(service.Publishes, event.Name) {
			continue
		}
		for _, runner := range c.runners(service) {
			if url := text(queue.Output("url")); url != "" && slices.Contains(c.environment(runner), url) {
				return true
			}
		}
	}
	return false
}

// carriesEvent reports whether a topic, through a subscription, brings an event: it is called after the
// event, or its subscription filters for it, or it is for all events and does not filter.
func (c *comparison) carriesEvent(topic, sub *recording.Resource, event Event) bool {
	if c.isAbout(topic, event.Name) {
		return true
	}
	about := c.about[topic]
	if slices.ContainsFunc(c.system.Events, func(e Event) bool { return e.Name == about }) {
		return false
	}
	filter := sub.Input("filterPolicy")
	return filter == nil && about == "" && kind(topic) == "sns:Topic" || names(fmt.Sprint(filter), event.Name)
}

// names reports whether a text has a name between quotes.
func names(text, name string) bool { return strings.Contains(text, `"`+name+`"`) }

// toEndpoint completes a delivery whose input names where it goes, if that is the service.
func (c *comparison) toEndpoint(d delivery, res *recording.Resource, property string, service Service) []delivery {
	ownDeadLetter := res.Input("redrivePolicy") != nil || res.Input("deadLetterConfig.arn") != nil
	for _, queue := range c.refers(res, property, "sqs:Queue") {
		if !c.consumes(service, queue) {
			continue
		}
		d.queue, d.deadLetter = queue, recording.At(queue.Inputs, "redrivePolicy.deadLetterTargetArn") != nil || c.redriven(queue)
		return []delivery{d}
	}
	if functions := c.refers(res, property, "lambda:Function", "lambda:Alias"); c.runs(service, functions) {
		d.deadLetter = ownDeadLetter
		for _, function := range functions {
			d.deadLetter = d.deadLetter || function.Input("deadLetterConfig.targetArn") != nil ||
				slices.ContainsFunc(c.belonging("lambda:FunctionEventInvokeConfig", "functionName", function), func(config *recording.Resource) bool {
					return config.Input("destinationConfig.onFailure.destination") != nil
				})
		}
		return []delivery{d}
	}
	return nil
}

// redriven reports whether a resource of its own sets the dead letters of a queue.
func (c *comparison) redriven(queue *recording.Resource) bool {
	return len(c.belonging("sqs:RedrivePolicy", "queueUrl", queue)) > 0
}

// consumes reports whether a service reads a queue: its tasks know it, or it triggers its functions.
func (c *comparison) consumes(service Service, queue *recording.Resource) bool {
	for _, runner := range c.runners(service) {
		values := c.environment(runner)
		for _, output := range []string{"url", "arn"} {
			if v := text(queue.Output(output)); v != "" && slices.Contains(values, v) {
				return true
			}
		}
		if kind(runner) == "ecs:TaskDefinition" && slices.Contains(values, text(queue.Output("name"))) {
			return true
		}
	}
	for _, mapping := range c.belonging("lambda:EventSourceMapping", "eventSourceArn", queue) {
		if c.runs(service, c.refers(mapping, "functionName", "lambda:Function", "lambda:Alias")) {
			return true
		}
	}
	return false
}

// runs reports whether one of several functions, or of aliases of functions, runs a service.
func (c *comparison) runs(service Service, functions []*recording.Resource) bool {
	runners := c.runners(service)
	return slices.ContainsFunc(functions, func(f *recording.Resource) bool {
		if kind(f) == "lambda:Alias" {
			return intersects(c.refers(f, "functionName", "lambda:Function"), runners)
		}
		return slices.Contains(runners, f)
	})
}
