package guardrails_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// record runs a program that must be right in all other respects.
func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatalf("the program is wrong in itself: %v", err)
	}
	return rec
}

// expect compares the findings of one rule with whole lines.
func expect(t *testing.T, rec *recorder.Recording, rule string, want ...string) {
	t.Helper()
	var got []string
	for _, f := range guardrails.Wiring(rec) {
		if f.Rule == rule {
			got = append(got, strings.TrimPrefix(f.String(), rule+": "))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("findings of %s:\n\t%s\nwant:\n\t%s", rule, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

type object = map[string]any

// made is a resource made by hand, with the outputs a provider would give it.
func made(token, name string, inputs, outputs object) *recorder.Resource {
	return &recorder.Resource{
		URN: "urn:pulumi:test::project::" + token + "::" + name, Type: token, Name: name, Custom: true,
		Inputs: inputs, Outputs: outputs,
	}
}

func recording(resources ...*recorder.Resource) *recorder.Recording {
	return &recorder.Recording{Resources: resources}
}

// document is the JSON of a policy.
func document(statements ...object) string {
	text, err := json.Marshal(object{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// allow is a statement of a policy.
func allow(principal any, actions any, condition object, resource ...string) object {
	s := object{"Effect": "Allow", "Action": actions}
	if principal != nil {
		s["Principal"] = principal
	}
	if condition != nil {
		s["Condition"] = condition
	}
	if len(resource) > 0 {
		s["Resource"] = resource
	}
	return s
}

func service(name string) object { return object{"Service": name} }

var (
	account = object{"StringEquals": object{"aws:SourceAccount": "123456789012"}}
	root    = object{"AWS": "arn:aws:iam::123456789012:root"}
)

// tls is the statement that keeps plaintext out.
func tls(action string, resources ...string) object {
	return object{
		"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resources,
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	}
}

func TestFindingIsOneLine(t *testing.T) {
	f := guardrails.Finding{
		Rule: "I4", Title: "x", URN: "urn", Type: "aws:sqs/queue:Queue", Name: "orders",
		Property: "policy.Statement[0]", Message: "is\nwrong", Remedy: "mend it",
	}
	if got, want := f.String(), `I4: aws:sqs/queue:Queue "orders" policy.Statement[0]: is wrong; mend it`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNothingIsWrongWithNothing(t *testing.T) {
	if got := guardrails.Wiring(&recorder.Recording{}); got == nil || len(got) > 0 {
		t.Errorf("got %#v, want an empty list", got)
	}
}

// Findings have the same order whatever that of the recording is.
func TestDeterministic(t *testing.T) {
	rec := large(200)
	want := fmt.Sprint(guardrails.Wiring(rec))
	for range 5 {
		slices.Reverse(rec.Resources)
		if got := fmt.Sprint(guardrails.Wiring(rec)); got != want {
			t.Fatal("the findings differ between two runs")
		}
	}
}

func BenchmarkWiring(b *testing.B) {
	for _, n := range []int{1000, 4000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			rec := large(n)
			for b.Loop() {
				guardrails.Wiring(rec)
			}
		})
	}
}

// large is a recording of n resources that refer to one another in every way.
func large(n int) *recorder.Recording {
	var all []*recorder.Resource
	for i := 0; len(all) < n; i++ {
		name := fmt.Sprintf("r%d", i)
		arn := func(service, rest string) string {
			return "arn:aws:" + service + ":eu-central-1:123456789012:" + rest + name
		}
		queue, dead, topic := arn("sqs", ""), arn("sqs", "dead-"), arn("sns", "")
		all = append(all,
			made("aws:sqs/queue:Queue", name, object{"redrivePolicy": `{"deadLetterTargetArn":"` + dead + `","maxReceiveCount":5}`}, object{"arn": queue, "url": "https://" + name, "name": name}),
			made("aws:sqs/queue:Queue", name+"-dead", object{}, object{"arn": dead, "url": "https://dead-" + name, "name": "dead-" + name}),
			made("aws:sqs/queuePolicy:QueuePolicy", name, object{"queueUrl": "https://" + name, "policy": document(
				tls("sqs:*", queue), allow(service("sns.amazonaws.com"), "sqs:SendMessage", nil, queue))}, object{"id": name}),
			made("aws:sns/topic:Topic", name, object{"kmsMasterKeyId": arn("kms", "key/")}, object{"arn": topic, "name": name}),
			made("aws:sns/topicSubscription:TopicSubscription", name, object{"topic": topic, "protocol": "sqs", "endpoint": queue}, object{"arn": topic + ":1"}),
			made("aws:kms/key:Key", name, object{"policy": document(allow(root, "kms:*", nil, "*"))}, object{"arn": arn("kms", "key/"), "keyId": name}),
			made("aws:cloudwatch/metricAlarm:MetricAlarm", name, object{
				"namespace": "AWS/SQS", "metricName": "ApproximateNumberOfMessagesVisible", "alarmActions": []any{topic},
				"dimensions": object{"QueueName": name},
			}, object{"arn": arn("cloudwatch", "alarm:")}),
			made("aws:iam/rolePolicy:RolePolicy", name, object{"policy": document(allow(nil, []any{"sqs:SendMessage", "kms:Decrypt"}, nil, queue, "*"))}, object{"id": name}),
			made("aws:rds/instance:Instance", name, object{"deletionProtection": true}, object{"arn": arn("rds", "db:")}),
			made("aws:ec2/securityGroup:SecurityGroup", name, object{"ingress": []any{object{"protocol": "tcp", "fromPort": 22.0, "toPort": 22.0, "cidrBlocks": []any{"0.0.0.0/0"}}}}, object{"id": "sg-" + name}),
		)
	}
	return recording(all...)
}
