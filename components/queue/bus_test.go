package queue_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/schemas"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	busType        = "aws:cloudwatch/eventBus:EventBus"
	busPolicyType  = "aws:cloudwatch/eventBusPolicy:EventBusPolicy"
	ruleType       = "aws:cloudwatch/eventRule:EventRule"
	targetType     = "aws:cloudwatch/eventTarget:EventTarget"
	archiveType    = "aws:cloudwatch/eventArchive:EventArchive"
	logPolicyType  = "aws:cloudwatch/logResourcePolicy:LogResourcePolicy"
	registryType   = "aws:schemas/registry:Registry"
	schemaType     = "aws:schemas/schema:Schema"
	discovererType = "aws:schemas/discoverer:Discoverer"

	pattern   = `{"source":["shop.orders"],"detail-type":["OrderPlaced"]}`
	inboxArn  = "arn:aws:sqs:eu-central-1:123456789012:inbox"
	streamArn = "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks"
	sagaArn   = "arn:aws:states:eu-central-1:123456789012:stateMachine:checkout"
	hubArn    = "arn:aws:events:eu-central-1:123456789012:event-bus/hub"
	logArn    = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/events/orders"
)

func newBus(name string, args *queue.BusArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := queue.NewBus(ctx, name, args)
		return err
	}
}

// leading adds a rule to each target, named by its type and which one it is.
func leading(args queue.BusArgs, targets ...string) *queue.BusArgs {
	types := map[string]string{"sqs": "queue", "sns": "topic", "lambda": "function", "states": "state-machine", "kinesis": "stream", "events": "bus", "logs": "log-group"}
	for _, arn := range targets {
		kind := types[strings.Split(arn, ":")[2]]
		args.RuleNames = append(args.RuleNames, kind)
		args.RulePatterns = append(args.RulePatterns, pattern)
		args.TargetArns = append(args.TargetArns, pulumi.String(arn))
		args.TargetTypes = append(args.TargetTypes, kind)
	}
	return &args
}

func TestBus(t *testing.T) {
	t.Parallel()
	for preset, want := range map[string]struct {
		days    float64
		protect bool
	}{"": {30, true}, "production": {30, true}, "sandbox": {7, false}} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newBus("orders", leading(queue.BusArgs{Preset: preset}, inboxArn)))
			same(t, "resources", rec.List(), []string{
				archiveType + " orders-archive",
				busType + " orders-bus",
				busPolicyType + " orders-policy",
				ruleType + " orders-queue",
				targetType + " orders-queue",
				roleType + " orders-targets",
				rolePolicyType + " orders-targets",
				queueType + " orders-dead-letters",
				queuePolicyType + " orders-dead-letters-policy",
				queue.BusToken + " orders",
			})
			bus, rule, dead := rec.Find(busType, "orders-bus"), rec.Find(ruleType, "orders-queue"), rec.Find(queueType, "orders-dead-letters")
			archive, role := rec.Find(archiveType, "orders-archive"), rec.Find(roleType, "orders-targets")
			same(t, "bus", bus.Inputs, object{})
			policy := rec.Find(busPolicyType, "orders-policy")
			same(t, "bus of the policy", policy.Input("eventBusName"), bus.Output("name"))
			same(t, "policy", recorder.JSON(policy.Input("policy")), object{"Version": "2012-10-17", "Statement": list{object{
				"Sid": "OwnAccount", "Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::123456789012:root"},
				"Action": "events:PutEvents", "Resource": bus.Output("arn"),
			}}})
			same(t, "protection", bus.Protect, want.protect)
			same(t, "protection of the archive", archive.Protect, want.protect)
			same(t, "archive", archive.Inputs, object{"eventSourceArn": bus.Output("arn"), "retentionDays": want.days})
			same(t, "bus of the rule", rule.Input("eventBusName"), bus.Output("name"))
			same(t, "pattern", recorder.JSON(rule.Input("eventPattern")), recorder.JSON(pattern))
			target := rec.Find(targetType, "orders-queue")
			same(t, "target", target.Inputs, object{
				"rule": rule.Output("name"), "eventBusName": bus.Output("name"), "targetId": "queue", "arn": inboxArn, "roleArn": role.Output("arn"),
				"retryPolicy":      object{"maximumEventAgeInSeconds": 86400.0, "maximumRetryAttempts": 185.0},
				"deadLetterConfig": object{"arn": dead.Output("arn")},
			})
			for _, needed := range []*recorder.Resource{rec.Find(rolePolicyType, "orders-targets"), rec.Find(queuePolicyType, "orders-dead-letters-policy")} {
				if !strings.Contains(strings.Join(target.Dependencies, "\n"), needed.URN) {
					t.Errorf("the target does not wait for %s", needed)
				}
			}
			same(t, "dead letters", dead.Inputs, object{"messageRetentionSeconds": 1209600.0, "receiveWaitTimeSeconds": 20.0, "sqsManagedSseEnabled": true})
			same(t, "policy of the dead letters", recorder.JSON(rec.Find(queuePolicyType, "orders-dead-letters-policy").Input("policy")), object{
				"Version": "2012-10-17", "Statement": list{tlsOnly(dead.Output("arn")), letRules(dead, rule.Output("arn"))},
			})
			same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), assumedBy("events.amazonaws.com"))

			self := rec.Find(queue.BusToken, "orders")
			same(t, "outputs", self.Outputs, object{
				"arn": bus.Output("arn"), "name": bus.Output("name"), "ruleArns": list{rule.Output("arn")}, "archiveArn": archive.Output("arn"),
				"deadLetterArns": list{dead.Output("arn")}, "registryName": "",
				"producerPolicy": self.Output("producerPolicy"), "replayPolicy": self.Output("replayPolicy"),
			})
			same(t, "producer policy", recorder.JSON(self.Output("producerPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Put", "Effect": "Allow", "Action": "events:PutEvents", "Resource": bus.Output("arn")},
			}})
			replays := "arn:aws:events:eu-central-1:123456789012:replay/*"
			same(t, "replay policy", recorder.JSON(self.Output("replayPolicy")), object{"Version": "2012-10-17", "Statement": list{
				object{"Sid": "Watch", "Effect": "Allow", "Action": list{"events:DescribeReplay", "events:CancelReplay"}, "Resource": replays},
				object{"Sid": "Replay", "Effect": "Allow", "Action": "events:StartReplay", "Resource": list{archive.Output("arn"), replays}},
				object{"Sid": "Look", "Effect": "Allow", "Action": "events:DescribeArchive", "Resource": archive.Output("arn")},
			}})
		})
	}
}

func letRules(q *recorder.Resource, sources any) object {
	return object{
		"Sid": "Rules", "Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": q.Output("arn"),
		"Condition": object{"ArnEquals": object{"aws:SourceArn": sources}},
	}
}

// Without rules a bus takes events, and keeps them.
func TestBusWithoutRules(t *testing.T) {
	t.Parallel()
	rec := record(t, newBus("orders", nil))
	same(t, "resources", rec.List(), []string{archiveType + " orders-archive", busType + " orders-bus", busPolicyType + " orders-policy", queue.BusToken + " orders"})
	same(t, "rules", rec.Find(queue.BusToken, "orders").Output("ruleArns"), any(list{}))
	rec = record(t, newBus("orders", &queue.BusArgs{Archive: pulumi.BoolRef(false)}))
	same(t, "resources without archive", rec.List(), []string{busType + " orders-bus", busPolicyType + " orders-policy", queue.BusToken + " orders"})
	self := rec.Find(queue.BusToken, "orders")
	same(t, "archive", self.Output("archiveArn"), any(""))
	if strings.Contains(self.Output("replayPolicy").(string), "StartReplay") {
		t.Error("without an archive there is nothing to replay")
	}
}

func TestBusTargets(t *testing.T) {
	t.Parallel()
	args := leading(queue.BusArgs{
		TargetKmsKeyArns: arns(keyArn), PermissionsBoundaryArn: pulumi.String("arn:aws:iam::123456789012:policy/bound"),
	}, inboxArn, placedArn, functionArn("orders:live"), sagaArn, streamArn, hubArn, logArn)
	args.RuleNames = append(args.RuleNames, "again")
	args.RulePatterns = append(args.RulePatterns, `{"source":["shop.billing"]}`)
	args.TargetArns = append(args.TargetArns, pulumi.String(inboxArn))
	args.TargetTypes = append(args.TargetTypes, "queue")
	args.InputPaths = []string{"$.detail", "", "", "", "", "", "", "$"}
	rec := record(t, newBus("orders", args), recorder.Project("shop"), recorder.Stack("prod"))
	allow := func(sid, action string, resource any) object {
		return object{"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}
	}
	same(t, "role", recorder.JSON(rec.Find(rolePolicyType, "orders-targets").Input("policy")), object{"Version": "2012-10-17", "Statement": list{
		allow("PutEvents", "events:PutEvents", hubArn),
		allow("Call", "lambda:InvokeFunction", functionArn("orders:live")),
		allow("Send", "sqs:SendMessage", inboxArn),
		allow("Start", "states:StartExecution", sagaArn),
		allow("Put", "kinesis:PutRecord", streamArn),
		allow("Publish", "sns:Publish", placedArn),
		object{"Sid": "UseKeys", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn, "Condition": object{
			"StringEquals": object{"kms:ViaService": list{"sqs.eu-central-1.amazonaws.com", "kinesis.eu-central-1.amazonaws.com", "sns.eu-central-1.amazonaws.com"}},
		}},
	}})
	same(t, "boundary", rec.Find(roleType, "orders-targets").Input("permissionsBoundary"), "arn:aws:iam::123456789012:policy/bound")
	same(t, "part of the event", rec.Find(targetType, "orders-queue").Input("inputPath"), "$.detail")
	same(t, "whole event", rec.Find(targetType, "orders-topic").Input("inputPath"), nil)

	// Logs take no role: the account lets EventBridge in, for these groups and rules.
	logs := rec.Find(targetType, "orders-log-group")
	same(t, "role of logs", logs.Input("roleArn"), nil)
	policy := rec.Find(logPolicyType, "orders-log-policy")
	same(t, "name", policy.Input("policyName"), "shop-prod-orders")
	services := object{"Service": list{"events.amazonaws.com", "delivery.logs.amazonaws.com"}}
	same(t, "log policy", recorder.JSON(policy.Input("policyDocument")), object{"Version": "2012-10-17", "Statement": list{
		object{"Sid": "OpenStream", "Effect": "Allow", "Principal": services, "Action": "logs:CreateLogStream", "Resource": logArn + ":*"},
		object{"Sid": "WriteEvents", "Effect": "Allow", "Principal": services, "Action": "logs:PutLogEvents", "Resource": logArn + ":*", "Condition": object{
			"ArnEquals": object{"aws:SourceArn": rec.Find(ruleType, "orders-log-group").Output("arn")},
		}},
	}})
	if !strings.Contains(strings.Join(logs.Dependencies, "\n"), policy.URN) {
		t.Error("the target does not wait for the policy of the logs")
	}
}

func TestBusWithKey(t *testing.T) {
	t.Parallel()
	rec := record(t, newBus("orders", leading(queue.BusArgs{KmsKeyArn: pulumi.String(keyArn)}, inboxArn)))
	bus, dead := rec.Find(busType, "orders-bus"), rec.Find(queueType, "orders-dead-letters")
	same(t, "bus", bus.Inputs, object{"kmsKeyIdentifier": keyArn, "deadLetterConfig": object{"arn": dead.Output("arn")}})
	same(t, "dead letters", dead.Input("kmsMasterKeyId"), keyArn)
	same(t, "who sends there", recorder.JSON(rec.Find(queuePolicyType, "orders-dead-letters-policy").Input("policy")).(object)["Statement"].(list)[1],
		any(letRules(dead, list{rec.Find(ruleType, "orders-queue").Output("arn"), bus.Output("arn")})))
	same(t, "key of producers", statementsOf(rec.Find(queue.BusToken, "orders").Output("producerPolicy"))["UseKey"], object{
		"Sid": "UseKey", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": keyArn,
		"Condition": object{"StringEquals": object{"kms:ViaService": "events.eu-central-1.amazonaws.com"}},
	})
}

func TestBusSeparateDeadLetters(t *testing.T) {
	t.Parallel()
	for _, key := range []pulumi.StringPtrInput{nil, pulumi.String(keyArn)} {
		rec := record(t, newBus("orders", leading(queue.BusArgs{
			SeparateDeadLetters: pulumi.BoolRef(true), KmsKeyArn: key, AlarmTopicArn: pulumi.String(alarmsArn),
		}, inboxArn, placedArn)))
		for _, rule := range []string{"queue", "topic"} {
			dead := rec.Find(queueType, "orders-"+rule+"-dead-letters")
			same(t, rule, rec.Find(targetType, "orders-"+rule).Input("deadLetterConfig.arn"), dead.Output("arn"))
			same(t, rule, recorder.JSON(rec.Find(queuePolicyType, "orders-"+rule+"-dead-letters-policy").Input("policy")).(object)["Statement"].(list)[1],
				any(letRules(dead, rec.Find(ruleType, "orders-"+rule).Output("arn"))))
			same(t, rule+" alarm", rec.Find(alarmType, "orders-"+rule+"-dead-letters").Input("dimensions"), any(object{"QueueName": dead.Output("name")}))
		}
		if key != nil { // what the bus itself cannot encrypt
			dead := rec.Find(queueType, "orders-dead-letters")
			same(t, "of the bus", recorder.JSON(rec.Find(queuePolicyType, "orders-dead-letters-policy").Input("policy")).(object)["Statement"].(list)[1],
				any(letRules(dead, rec.Find(busType, "orders-bus").Output("arn"))))
		} else if n := len(rec.Type(queueType)); n != 2 {
			t.Errorf("%d dead-letter queues for two rules", n)
		}
	}
}

func TestBusExisting(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"default", "hub"} {
		rec := record(t, newBus("orders", leading(queue.BusArgs{ExistingBusName: pulumi.StringPtr(name), AlarmTopicArn: pulumi.String(alarmsArn)}, inboxArn)))
		if n := len(rec.Type(busType)) + len(rec.Type(busPolicyType)) + len(rec.Type(archiveType)); n != 0 {
			t.Errorf("%d buses, policies and archives for a bus that exists", n)
		}
		self, rule := rec.Find(queue.BusToken, "orders"), rec.Find(ruleType, "orders-queue")
		same(t, "arn", self.Output("arn"), any("arn:aws:events:eu-central-1:123456789012:event-bus/"+name))
		same(t, "bus of the rule", rule.Input("eventBusName"), any(name))
		want := object{"RuleName": rule.Output("name")}
		if name != "default" {
			want["EventBusName"] = name
		}
		same(t, "dimensions", rec.Find(alarmType, "orders-queue-failed").Input("dimensions"), any(want))
	}
	rec := record(t, newBus("orders", &queue.BusArgs{ExistingBusName: pulumi.String("hub"), Archive: pulumi.BoolRef(true)}))
	same(t, "archive", rec.Find(archiveType, "orders-archive").Input("eventSourceArn"), any(hubArn))
}

func TestBusSchemas(t *testing.T) {
	t.Parallel()
	openAPI := `{"openapi": "3.0.0", "info": {"version": "1", "title": "t"}, "paths": {}}`
	rec := record(t, newBus("orders", &queue.BusArgs{
		SchemaNames: []string{"shop.orders@OrderPlaced", "shop.orders@OrderPaid"}, SchemaContents: []string{`{"type":"object"}`, openAPI},
		SchemaDiscovery: pulumi.BoolRef(true),
	}))
	registry := rec.Find(registryType, "orders-schemas")
	same(t, "registry", rec.Find(queue.BusToken, "orders").Output("registryName"), registry.Output("name"))
	for name, kind := range map[string]string{"shop.orders@OrderPlaced": "JSONSchemaDraft4", "shop.orders@OrderPaid": "OpenApi3"} {
		s := rec.Find(schemaType, "orders-"+name)
		same(t, name, s.Inputs, object{"name": name, "registryName": registry.Output("name"), "type": kind, "content": s.Input("content")})
	}
	same(t, "discoverer", rec.Find(discovererType, "orders-discoverer").Input("sourceArn"), rec.Find(busType, "orders-bus").Output("arn"))
	rec = record(t, newBus("orders", &queue.BusArgs{SchemaRegistry: pulumi.BoolRef(true)}))
	if len(rec.Type(registryType)) != 1 || len(rec.Type(schemaType)) != 0 {
		t.Errorf("not an empty registry: %v", rec.List())
	}
}

func TestBusAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, newBus("orders", leading(queue.BusArgs{AlarmTopicArn: pulumi.String(alarmsArn)}, inboxArn)))
	rule := object{"RuleName": rec.Find(ruleType, "orders-queue").Output("name"), "EventBusName": rec.Find(busType, "orders-bus").Output("name")}
	wants := map[string]struct {
		namespace, metric, statistic string
		dimensions                   object
		inARow                       float64
	}{
		"orders-queue-failed":               {"AWS/Events", "FailedInvocations", "Sum", rule, 1},
		"orders-queue-sent-to-dead-letters": {"AWS/Events", "InvocationsSentToDlq", "Sum", rule, 1},
		"orders-queue-lost":                 {"AWS/Events", "InvocationsFailedToBeSentToDlq", "Sum", rule, 1},
		"orders-queue-throttled":            {"AWS/Events", "ThrottledRules", "Sum", rule, 3},
		"orders-dead-letters":               {"AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", object{"QueueName": rec.Find(queueType, "orders-dead-letters").Output("name")}, 1},
	}
	if n := len(rec.Type(alarmType)); n != len(wants) {
		t.Fatalf("%d alarms, want %d", n, len(wants))
	}
	for alarm, want := range wants {
		a := rec.Find(alarmType, alarm)
		same(t, alarm, a.Inputs, object{
			"namespace": want.namespace, "metricName": want.metric, "statistic": want.statistic, "period": 60.0, "dimensions": want.dimensions,
			"comparisonOperator": "GreaterThanThreshold", "threshold": 0.0, "evaluationPeriods": want.inARow,
			"treatMissingData": "notBreaching", "alarmActions": list{alarmsArn}, "okActions": list{alarmsArn},
			"alarmDescription": a.Input("alarmDescription"),
		})
		if text, _ := a.Input("alarmDescription").(string); !strings.Contains(text, "bus orders") {
			t.Errorf("%s does not say which bus: %q", alarm, text)
		}
	}
}

func TestBusTransforms(t *testing.T) {
	t.Parallel()
	args := leading(queue.BusArgs{
		AlarmTopicArn: pulumi.String(alarmsArn), Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
		SchemaNames: []string{"a"}, SchemaContents: []string{"{}"}, SchemaDiscovery: pulumi.BoolRef(true), SeparateDeadLetters: pulumi.BoolRef(true),
		Transform: queue.BusTransform{
			Bus: func(a *cloudwatch.EventBusArgs, o *[]pulumi.ResourceOption) {
				a.Description = pulumi.String("Orders")
				retain(o)
			},
			Policy:            func(_ *cloudwatch.EventBusPolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Rule:              func(_ *cloudwatch.EventRuleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Target:            func(_ *cloudwatch.EventTargetArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Role:              func(_ *iam.RoleArgs, o *[]pulumi.ResourceOption) { retain(o) },
			RolePolicy:        func(_ *iam.RolePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			LogPolicy:         func(_ *cloudwatch.LogResourcePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			DeadLetters:       func(_ *sqs.QueueArgs, o *[]pulumi.ResourceOption) { retain(o) },
			DeadLettersPolicy: func(_ *sqs.QueuePolicyArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Archive:           func(_ *cloudwatch.EventArchiveArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Registry:          func(_ *schemas.RegistryArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Schema:            func(_ *schemas.SchemaArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Discoverer:        func(_ *schemas.DiscovererArgs, o *[]pulumi.ResourceOption) { retain(o) },
			Alarm:             func(_ *cloudwatch.MetricAlarmArgs, o *[]pulumi.ResourceOption) { retain(o) },
		},
	}, inboxArn, logArn)
	args.RuleNames[0] = "a-rule-with-a-name-of-forty-characters--"
	rec := record(t, newBus(fifty, args))
	reached(t, rec)
	same(t, "description", rec.Type(busType)[0].Input("description"), "Orders")
	for kind, limit := range map[string]int{ruleType: 64, archiveType: 48, roleType: 64, queueType: 80, registryType: 64} {
		for _, r := range rec.Type(kind) {
			name, ok := r.Input("name").(string)
			if !ok {
				name = r.Name + "-0123456"
			}
			if len(name) > limit {
				t.Errorf("%s is named %q, %d characters of %d", r, name, len(name), limit)
			}
		}
	}
	for _, kind := range []string{busType, ruleType, roleType, queueType, registryType, schemaType, discovererType, alarmType} {
		same(t, kind, rec.Type(kind)[0].Input("tags.team"), "commerce")
	}
}
