package main

import (
	"encoding/json"
	"testing"
)

func TestTypeLikeness(t *testing.T) {
	for _, test := range []struct{ token, right, wrong string }{
		{"aws:rds/instance:Instance", "aws_db_instance", "aws_instance_state"},
		{"aws:lb/loadBalancer:LoadBalancer", "aws_lb", "aws_alb"},
		{"aws:alb/loadBalancer:LoadBalancer", "aws_alb", "aws_lb"},
		{"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "aws_s3_bucket_lifecycle_configuration", "aws_s3control_bucket_lifecycle_configuration"},
		{"aws:sqs/queuePolicy:QueuePolicy", "aws_sqs_queue_policy", "aws_sqs_queue"},
	} {
		token := ofToken(test.token)
		right, wrong := typeLikeness(token, ofType(test.right)), typeLikeness(token, ofType(test.wrong))
		if right <= wrong {
			t.Errorf("%s is like %s by %.2f, like %s by %.2f", test.token, test.right, right, test.wrong, wrong)
		}
	}
}

func TestLikeness(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"topic_arn", "topic", true},
		{"api_id", "restApi", true},
		{"function_name", "name", true},
		{"republish", "republishes", true},
		{"engine", "storageType", false},
		{"kms_key_id", "username", false},
	} {
		if got := likeness(test.a, test.b); got >= leastLikeness != test.want {
			t.Errorf("%s is like %s by %.2f", test.a, test.b, got)
		}
	}
}

// TestPairs: what is called alike goes together, first where the kinds agree, and nothing goes to two.
func TestPairs(t *testing.T) {
	var b block
	if err := json.Unmarshal([]byte(`{
		"attributes": {"routing_rules": {"type": "string"}, "kms_key_id": {"type": "string"}, "filename": {"type": "string"}, "arn": {"type": "string", "computed": true}},
		"block_types": {"routing_rule": {"nesting_mode": "list", "block": {"attributes": {"a": {"type": ["set", "string"]}}}}, "timeouts": {"nesting_mode": "single", "block": {}}}
	}`), &b); err != nil {
		t.Fatal(err)
	}
	text := sdkType{kind: "string"}
	rule := sdkType{kind: "object", object: &sdkStruct{fields: map[string]sdkType{"a": {kind: "list", elem: &text}}}}
	table := &table{index: map[string]int{}}
	number := table.object("t", membersOf(b), map[string]sdkType{
		"routingRules": {kind: "list", elem: &rule}, "routingRuleDetails": text, "kmsKeyId": text, "code": {kind: "asset"}, "arn": text,
	})
	want := `[["arn","","s","c"],["filename","code","s",""],["kms_key_id","","s",""],["routing_rule","routingRules","[#0","b"],["routing_rules","routingRuleDetails","s",""]]`
	if got := table.objects[number]; got != want {
		t.Errorf("the object is\n%s\nwant\n%s", got, want)
	}
	if want := `[["a","","[s",""]]`; table.objects[0] != want {
		t.Errorf("the block is %s; want %s", table.objects[0], want)
	}
}
