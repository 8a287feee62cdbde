package guardrails

import (
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// A delivery is what an AWS service sends into a topic or queue on its own
// account, with nobody's permissions but those that the receiver's policy and
// the policy of its key give it. Without them the message is dropped in silence.
type delivery struct {
	sender, receiver *recording.Resource
	service          string
	what             string // what is lost
}

const alarmService = "cloudwatch.amazonaws.com"

var actionProperties = []string{"alarmActions", "insufficientDataActions", "okActions"}

// findDeliveries returns all that the program shows, in the order of their senders.
func (p *program) findDeliveries() []delivery {
	var all []delivery
	add := func(sender *recording.Resource, property string, value any, service, what string) {
		for _, receiver := range p.targets(sender, property, value, "sns:Topic", "sqs:Queue") {
			all = append(all, delivery{sender, receiver, service, what})
		}
	}
	for _, alarm := range p.of("cloudwatch:MetricAlarm", "cloudwatch:CompositeAlarm") {
		for _, property := range actionProperties {
			add(alarm, property, alarm.Inputs[property], alarmService, "alarm "+quoted(alarm))
		}
	}
	for _, sub := range p.kinds["sns:TopicSubscription"] {
		if sub.Inputs["protocol"] == "sqs" {
			add(sub, "endpoint", sub.Inputs["endpoint"], "sns.amazonaws.com", "what subscription "+quoted(sub)+" delivers")
		}
		add(sub, "redrivePolicy", dig(sub.Inputs["redrivePolicy"], "deadLetterTargetArn"), "sns.amazonaws.com", "what subscription "+quoted(sub)+" cannot deliver")
	}
	for _, target := range p.kinds["cloudwatch:EventTarget"] {
		if target.Inputs["roleArn"] == nil { // with a role it has the role's permissions
			add(target, "arn", target.Inputs["arn"], eventService, "what target "+quoted(target)+" delivers")
		}
		add(target, "deadLetterConfig", dig(target.Inputs["deadLetterConfig"], "arn"), eventService, "what target "+quoted(target)+" cannot deliver")
	}
	for _, notification := range p.kinds["s3:BucketNotification"] {
		for _, to := range []struct{ property, arn string }{{"queues", "queueArn"}, {"topics", "topicArn"}} {
			for _, v := range list(notification.Inputs[to.property]) {
				add(notification, to.property, dig(v, to.arn), "s3.amazonaws.com", "what notification "+quoted(notification)+" tells")
			}
		}
	}
	for _, sub := range p.kinds["rds:EventSubscription"] {
		add(sub, "snsTopic", sub.Inputs["snsTopic"], "events.rds.amazonaws.com", "what subscription "+quoted(sub)+" tells")
	}
	return all
}

const eventService = "events.amazonaws.com"

// alarmTopics wants a customer key on every topic that alarms fire at.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
func alarmTopics(p *program, add report) {
	seen := map[*recording.Resource]bool{}
	for _, d := range p.deliveries {
		if d.service == alarmService && !seen[d.receiver] && d.receiver.Inputs["kmsMasterKeyId"] == nil {
			seen[d.receiver] = true
			add(d.receiver, "kmsMasterKeyId", sprint("is not set, though %s fires here: its text would be stored in plain", d.what),
				"give it a customer-managed key whose policy lets "+alarmService+" use it")
		}
	}
}

// senders wants the policies of a receiver and of its key to let the sender in.
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse
// https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
func senders(p *program, add report) {
	type pair struct {
		receiver *recording.Resource
		service  string
	}
	seen := map[pair]bool{}
	for _, d := range p.deliveries {
		if !seen[pair{d.receiver, d.service}] {
			seen[pair{d.receiver, d.service}] = true
			p.checkKey(d, add)
			p.checkReceiver(d, add)
		}
	}
}

// checkKey wants the receiver's key to let the sender make and read data keys.
func (p *program) checkKey(d delivery, add report) {
	const property = "kmsMasterKeyId"
	value := d.receiver.Inputs[property]
	if s := text(value); strings.HasPrefix(s, "alias/aws/") || strings.Contains(s, ":alias/aws/") {
		add(d.receiver, property, sprint("is %s, a key of AWS that lets no other service in: %s would be lost", s, d.what),
			"use a customer-managed key whose policy lets "+d.service+" use it")
		return
	}
	key := p.key(d.receiver, property, value)
	if key == nil {
		return
	}
	statements, _, known := p.policyOf(key)
	if !known {
		return
	}
	grants := func(action string, conditional bool) bool {
		for _, s := range statements {
			if s.allow && s.service(d.service) && s.permits(action) && (conditional || !s.under("aws:source*")) {
				return true
			}
		}
		return false
	}
	may := func(conditional bool) bool {
		return grants("kms:Decrypt", conditional) && grants("kms:GenerateDataKey", conditional)
	}
	switch {
	case !may(true):
		add(d.receiver, property, sprint("is key %s, whose policy does not let %s use it: %s would be lost", quoted(key), d.service, d.what),
			sprint("let %s do kms:Decrypt and kms:GenerateDataKey* in the policy of key %s", d.service, quoted(key)))
	case d.service == eventService && kind(d.receiver) == "sns:Topic" && !may(false):
		// The page above: "Adding the aws:SourceAccount and aws:SourceArn to a AWS KMS policy is not
		// supported for EventBridge-to-encrypted topics." It has cost others their events:
		// https://github.com/awslabs/landing-zone-accelerator-on-aws/issues/407
		add(d.receiver, property, sprint("is key %s, which lets %s in only under a condition on aws:SourceAccount or aws:SourceArn; EventBridge sends neither to an encrypted topic: %s would be lost", quoted(key), d.service, d.what),
			sprint("take that condition from the statement for %s in the policy of key %s", d.service, quoted(key)))
	}
}

// key returns the KMS key that a value names by its id, ARN or alias.
func (p *program) key(res *recording.Resource, property string, value any) *recording.Resource {
	if key := p.target(res, property, value, "kms:Key", "kms:ReplicaKey", "kms:ExternalKey"); key != nil {
		return key
	}
	if alias := p.target(res, property, value, "kms:Alias"); alias != nil {
		return p.target(alias, "targetKeyId", alias.Inputs["targetKeyId"], "kms:Key", "kms:ReplicaKey", "kms:ExternalKey")
	}
	return nil
}

// checkReceiver wants the receiver's own policy to let the sender send.
//
// A topic without a policy has SNS's default one, which lets in what acts for the
// account, as alarms do, and no other service. A queue without one lets no service in.
func (p *program) checkReceiver(d delivery, add report) {
	action, noun := "sqs:SendMessage", "queue"
	if kind(d.receiver) == "sns:Topic" {
		action, noun = "sns:Publish", "topic"
	}
	statements, has, known := p.policyOf(d.receiver)
	if !known || !has && noun == "topic" && d.service == alarmService {
		return
	}
	for _, s := range statements {
		if s.allow && s.service(d.service) && s.permits(action) {
			return
		}
	}
	add(d.receiver, "", sprint("does not let %s do %s: %s would be lost", d.service, action, d.what),
		sprint("allow it in the policy of the %s, under a condition on aws:SourceArn", noun))
}
