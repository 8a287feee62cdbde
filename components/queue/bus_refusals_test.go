package queue_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/queue"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestBusRefuses(t *testing.T) {
	t.Parallel()
	with := func(change func(*queue.BusArgs)) queue.BusArgs {
		args := leading(queue.BusArgs{}, inboxArn)
		change(args)
		return *args
	}
	const api = "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html"
	for name, test := range map[string]struct {
		args queue.BusArgs
		want []string
	}{
		"lengths": {queue.BusArgs{RuleNames: []string{"a", "b"}, RulePatterns: []string{pattern}, InputPaths: []string{""}}, []string{
			"rulePatterns: has 1 entries for 2 ruleNames; give each rule its pattern of the events it matches, in the same order",
			"targetArns: has 0 entries for 2 ruleNames; give each rule its target, in the same order",
			"targetTypes: has 0 entries for 2 ruleNames; give each rule its type of target, in the same order",
			`inputPaths: has 1 entries for 2 ruleNames; give each rule its path (or "" for the whole event), in the same order`,
		}},
		"name":       {with(func(a *queue.BusArgs) { a.RuleNames[0] = "Orders" }), []string{`ruleNames: "Orders" cannot be the name of a rule; use 1 to 40 lower-case letters, digits and hyphens`}},
		"name twice": {*leading(queue.BusArgs{}, inboxArn, inboxArn), []string{`ruleNames: "queue" stands there twice; each rule needs a name of its own`}},
		"path":       {with(func(a *queue.BusArgs) { a.InputPaths = []string{"detail"} }), []string{`inputPaths: "detail" is not a path into an event; write it as $.detail or $.detail.order`}},
		"retries": {with(func(a *queue.BusArgs) {
			a.MaxRetryAttempts, a.MaxEventAgeSeconds = pulumi.IntRef(186), pulumi.IntRef(59)
		}), []string{
			"maxEventAgeSeconds: 59 is out of range; use 60 to 86400 (" + api + ")",
			"maxRetryAttempts: 186 is out of range; use 0 to 185 (" + api + ")",
		}},
		"target": {with(func(a *queue.BusArgs) { a.TargetTypes = []string{"topic"} }), []string{
			`targetArns: "` + inboxArn + `" is not the ARN of a topic; give one, or set its entry in targetTypes to what it is`,
		}},
		"type": {with(func(a *queue.BusArgs) { a.TargetTypes = []string{"email"} }), []string{
			`targetTypes: "email" is not possible; use one of bus, function, queue, state-machine, stream, topic, log-group`,
		}},
		"no target": {with(func(a *queue.BusArgs) { a.TargetArns = []pulumi.StringInput{nil} }), []string{"targetArns: entry 0 is not set; give the ARN of what gets the events"}},
		"FIFO": {*leading(queue.BusArgs{}, inboxArn+".fifo"), []string{
			"targetArns: " + inboxArn + ".fifo is FIFO, but EventBridge delivers in any order and more than once; use a standard queue, or publish to a FIFO topic without a bus",
		}},
		"keys of nothing": {*leading(queue.BusArgs{TargetKmsKeyArns: arns(keyArn)}, sagaArn), []string{
			"targetKmsKeyArns: has keys, but no target is a queue, a topic or a stream; others use their keys themselves. Leave it out",
		}},
		"archive": {queue.BusArgs{ArchiveRetentionDays: pulumi.IntRef(0)}, []string{
			"archiveRetentionDays: 0 would keep events for ever; use at least 1, or set archive to false for none",
		}},
		"no archive": {queue.BusArgs{ArchiveRetentionDays: pulumi.IntRef(9), Archive: pulumi.BoolRef(false)}, []string{
			"archiveRetentionDays: has no archive to apply to; set archive to true, or leave it out",
		}},
		"existing": {queue.BusArgs{ExistingBusName: pulumi.String(hubArn)}, []string{
			`existingBusName: "` + hubArn + `" is not the name of a bus; write what stands behind event-bus/ in its ARN, or "default"`,
		}},
		"discovery with a key": {queue.BusArgs{KmsKeyArn: pulumi.String(keyArn), SchemaDiscovery: pulumi.BoolRef(true)}, []string{
			"schemaDiscovery: is not possible on a bus with a key of yours, since AWS would have to read the events; leave kmsKeyArn out, or write the schemas yourself (schemaNames)",
		}},
		"schemas": {queue.BusArgs{SchemaNames: []string{"a b", "c", "c"}, SchemaContents: []string{"[]", "{}"}, SchemaRegistry: pulumi.BoolRef(false)}, []string{
			"schemaNames: has schemas, but schemaRegistry is false; leave schemaRegistry out, or the schemas",
			"schemaContents: has 2 entries for 3 schemaNames; give each its schema, in the same order",
			`schemaNames: "a b" cannot be the name of a schema; use at most 385 letters, digits and ._-@, such as shop.orders@OrderPlaced`,
			`schemaNames: "c" stands there twice; each schema needs a name of its own`,
			"schemaContents: entry 0 is not a JSON object (json: cannot unmarshal array into Go value of type map[string]interface {}); write a schema in JSON Schema Draft 4 or OpenAPI 3",
		}},
		"preset": {queue.BusArgs{Preset: "dev"}, []string{`preset: "dev" is not a preset; use "sandbox" or "production"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, newBus("orders", &test.args), prefixed(queue.BusToken, "orders", test.want)...)
		})
	}
}

// A pattern that EventBridge refuses fails late; one that never matches, in silence.
func TestBusRefusesPatterns(t *testing.T) {
	t.Parallel()
	const fields = "$or, account, detail, detail-type, id, region, replay-name, resources, source, time, version"
	for given, want := range map[string]string{
		`source: orders`:                  `is not a JSON object (invalid character 's' looking for beginning of value); write it as {"source": ["shop.orders"]}`,
		`["shop.orders"]`:                 `is not a JSON object (json: cannot unmarshal array into Go value of type map[string]interface {}); write it as {"source": ["shop.orders"]}`,
		`{}`:                              `matches nothing; for every event write {"source": [{"prefix": ""}]}`,
		`{"source": "shop.orders"}`:       `has a single value in source; write the values to match as a list, ["shop.orders"]`,
		`{"detailType": ["OrderPlaced"]}`: `asks for "detailType", which no event has at its top, so that it would never match; use ` + fields,
		`{"source": []}`:                  `has an empty list in source, which matches nothing; list the values to match`,
		`{"detail": {"order": {}}}`:       `has nothing in detail.order; say what to match or leave it out`,
		`{"detail": {"total": 5}}`:        `has a single value in detail.total; write the values to match as a list, [5]`,
		`{"$or": [{"source": "a"}]}`:      `has a single value in $or.source; write the values to match as a list, ["a"]`,
		`{"source": ["` + strings.Repeat("x", 4090) + `"]}`: `has 4106 characters; EventBridge takes 2048, and 4096 with a higher quota. Split the rule`,
	} {
		args := leading(queue.BusArgs{}, inboxArn)
		args.RulePatterns[0] = given
		refused(t, newBus("orders", args), queue.BusToken+` "orders": rulePatterns: entry 0 `+want)
	}
	for _, good := range []string{
		`{"source": [{"prefix": ""}]}`, `{"detail": {"total": [{"numeric": [">", 5]}], "paid": [true], "note": [null, {"exists": false}]}}`,
		`{"$or": [{"source": ["a"]}, {"detail": {"$or": [{"a": [1]}, {"b": [2]}]}}]}`,
	} {
		args := leading(queue.BusArgs{}, inboxArn)
		args.RulePatterns[0] = good
		record(t, newBus("orders", args))
	}
}

func TestBusRefusesTargetLate(t *testing.T) {
	t.Parallel()
	_, err := recorder.Run(func(ctx *pulumi.Context) error {
		stream, err := queue.NewStream(ctx, "clicks", nil)
		if err != nil {
			return err
		}
		args := leading(queue.BusArgs{}, inboxArn)
		args.TargetArns[0] = stream.Arn
		_, err = queue.NewBus(ctx, "orders", args)
		return err
	})
	want := `scaffold:queue:Bus "orders": targetArns: "arn:aws:kinesis:`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
