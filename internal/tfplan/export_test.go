package tfplan

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/archimperative/scaffold/recorder/recording"
	"github.com/google/go-cmp/cmp"
)

const prefix = "urn:pulumi:dev::p::"

// resource is a custom resource of a type with a name.
func resource(token, name string, inputs map[string]any) *recording.Resource {
	return &recording.Resource{URN: prefix + token + "::" + name, Type: token, Name: name, Custom: true, Inputs: inputs}
}

func export(t *testing.T, resources ...*recording.Resource) (*Plan, *Report) {
	t.Helper()
	plan, report, err := Export(&recording.Recording{Resources: resources, Region: "eu-central-1"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return plan, report
}

// only keeps what a test names of the values of the only resource.
func only(values map[string]any, names map[string]any) map[string]any {
	kept := map[string]any{}
	for name := range names {
		if value, ok := values[name]; ok {
			kept[name] = value
		}
	}
	return kept
}

// TestNames spot-checks the table against names that everybody who writes Terraform knows.
func TestNames(t *testing.T) {
	for _, test := range []struct {
		token, want string
		inputs      map[string]any
		values      map[string]any
	}{
		{"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "aws_s3_bucket_lifecycle_configuration",
			map[string]any{"bucket": "b", "rules": []any{map[string]any{"id": "old", "status": "Enabled", "expiration": map[string]any{"days": 30.0}, "transitions": []any{map[string]any{"days": 7.0, "storageClass": "GLACIER"}}}}},
			map[string]any{"bucket": "b", "rule": []any{map[string]any{
				"id": "old", "status": "Enabled",
				"abort_incomplete_multipart_upload": []any{}, "filter": []any{}, "noncurrent_version_expiration": []any{}, "noncurrent_version_transition": []any{},
				"expiration": []any{map[string]any{"date": nil, "days": 30.0}},
				"transition": []any{map[string]any{"date": nil, "days": 7.0, "storage_class": "GLACIER"}},
			}}}},
		{"aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "aws_s3_bucket_server_side_encryption_configuration",
			map[string]any{"rules": []any{map[string]any{"bucketKeyEnabled": true, "applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "k"}}}},
			map[string]any{"rule": []any{map[string]any{"bucket_key_enabled": true, "apply_server_side_encryption_by_default": []any{map[string]any{"sse_algorithm": "aws:kms", "kms_master_key_id": "k"}}}}}},
		{"aws:lb/listener:Listener", "aws_lb_listener",
			map[string]any{"port": 443.0, "sslPolicy": "p", "defaultActions": []any{map[string]any{"type": "redirect", "redirect": map[string]any{"statusCode": "HTTP_301"}}}},
			map[string]any{"port": 443.0, "ssl_policy": "p", "default_action": []any{map[string]any{
				"type": "redirect", "target_group_arn": nil, "authenticate_cognito": []any{}, "authenticate_oidc": []any{}, "fixed_response": []any{}, "forward": []any{},
				"redirect": []any{map[string]any{"status_code": "HTTP_301", "host": nil, "path": nil, "port": nil, "protocol": nil, "query": nil}},
			}}}},
		{"aws:ecs/service:Service", "aws_ecs_service",
			map[string]any{"networkConfiguration": map[string]any{"subnets": []any{"a", "b"}, "assignPublicIp": false}},
			map[string]any{"network_configuration": []any{map[string]any{"subnets": []any{"a", "b"}, "assign_public_ip": false, "security_groups": nil}}}},
		{"aws:rds/instance:Instance", "aws_db_instance", map[string]any{"storageEncrypted": true, "kmsKeyId": "k"}, map[string]any{"storage_encrypted": true, "kms_key_id": "k"}},
		{"aws:cloudwatch/metricAlarm:MetricAlarm", "aws_cloudwatch_metric_alarm", map[string]any{"name": "a", "alarmActions": []any{"t"}, "dimensions": map[string]any{"QueueName": "q"}}, map[string]any{"alarm_name": "a", "alarm_actions": []any{"t"}, "dimensions": map[string]any{"QueueName": "q"}}},
		{"aws:sns/topicSubscription:TopicSubscription", "aws_sns_topic_subscription", map[string]any{"topic": "t", "redrivePolicy": "{}"}, map[string]any{"topic_arn": "t", "redrive_policy": "{}"}},
		{"aws:lambda/function:Function", "aws_lambda_function", map[string]any{"name": "f", "code": recording.Archive{Path: "f.zip"}, "environment": map[string]any{"variables": map[string]any{"A": "1"}}}, map[string]any{"function_name": "f", "filename": "f.zip", "environment": []any{map[string]any{"variables": map[string]any{"A": "1"}}}}},
		{"aws:ec2/securityGroupRule:SecurityGroupRule", "aws_security_group_rule", map[string]any{"cidrBlocks": []any{"10.0.0.0/8"}}, map[string]any{"cidr_blocks": []any{"10.0.0.0/8"}}},
		{"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule", map[string]any{"cidrIpv4": "10.0.0.0/8"}, map[string]any{"cidr_ipv4": "10.0.0.0/8"}},
		{"aws:elasticache/replicationGroup:ReplicationGroup", "aws_elasticache_replication_group", map[string]any{"atRestEncryptionEnabled": "true"}, map[string]any{"at_rest_encryption_enabled": "true"}},
		{"aws:route53/record:Record", "aws_route53_record", map[string]any{"aliases": []any{map[string]any{"name": "n", "zoneId": "z", "evaluateTargetHealth": true}}}, map[string]any{"alias": []any{map[string]any{"name": "n", "zone_id": "z", "evaluate_target_health": true}}}},
		// A document given as an object becomes the text that Terraform has.
		{"aws:iam/role:Role", "aws_iam_role", map[string]any{"assumeRolePolicy": map[string]any{"Version": "2012-10-17"}}, map[string]any{"assume_role_policy": `{"Version":"2012-10-17"}`}},
	} {
		t.Run(test.token, func(t *testing.T) {
			plan, report := export(t, resource(test.token, "x", test.inputs))
			if len(report.Types) > 0 || len(report.Properties) > 0 || report.Resources != 1 {
				t.Fatalf("left out: %+v", report)
			}
			r := plan.PlannedValues.RootModule.Resources[0]
			if r.Type != test.want || r.Address != test.want+".x" {
				t.Errorf("%s is %s; want %s", test.token, r.Address, test.want)
			}
			if diff := cmp.Diff(test.values, only(r.Values, test.values)); diff != "" {
				t.Errorf("values (-want +got):\n%s", diff)
			}
		})
	}
}

// TestUnknowns: what is known only later is absent from the values and true in after_unknown, as in Terraform.
func TestUnknowns(t *testing.T) {
	queue := resource("aws:sqs/queue:Queue", "q", map[string]any{"name": "q", "kmsMasterKeyId": recording.Unknown{}, "policy": map[string]any{"Resource": recording.Unknown{}}})
	service := resource("aws:ecs/service:Service", "s", map[string]any{"networkConfiguration": map[string]any{"subnets": []any{"a", recording.Unknown{}}}})
	plan, _ := export(t, queue, service)
	change := plan.ResourceChanges[0].Change
	for _, name := range []string{"kms_master_key_id", "policy", "arn"} {
		if value, ok := change.After[name]; ok || change.AfterUnknown[name] != true {
			t.Errorf("%s is %v, unknown %v", name, value, change.AfterUnknown[name])
		}
	}
	if value, ok := change.After["delay_seconds"]; !ok || value != nil || change.After["name"] != "q" || change.AfterUnknown["name"] != nil {
		t.Errorf("after %v\nunknown %v", change.After, change.AfterUnknown)
	}
	block := plan.ResourceChanges[1].Change.AfterUnknown["network_configuration"]
	if diff := cmp.Diff([]any{map[string]any{"subnets": []any{false, true}}}, block); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
	values := plan.PlannedValues.RootModule.Resources[1].Values["network_configuration"]
	if diff := cmp.Diff([]any{map[string]any{"subnets": []any{"a", nil}, "assign_public_ip": nil, "security_groups": nil}}, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

// TestReferences: property dependencies become references, by which scanners follow from resource to resource.
func TestReferences(t *testing.T) {
	key := resource("aws:kms/key:Key", "key", map[string]any{"description": "k"})
	bucket := resource("aws:s3/bucketV2:BucketV2", "my.bucket", nil)
	rule := resource("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "encrypted", map[string]any{
		"bucket": "known-by-now",
		"rules":  []any{map[string]any{"bucketKeyEnabled": true, "applyServerSideEncryptionByDefault": map[string]any{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": recording.Unknown{}}}},
	})
	rule.PropertyDependencies = map[string][]string{"bucket": {bucket.URN, prefix + "t::elsewhere"}, "rules": {key.URN}}
	rule.Dependencies = []string{bucket.URN, key.URN}
	rule.Provider = prefix + "pulumi:providers:aws::default_6_83_2::id"
	queue := resource("aws:sqs/queue:Queue", "q", nil)
	queue.Dependencies = []string{key.URN}
	queue.Provider = prefix + "pulumi:providers:aws::us::id"
	provider := &recording.Resource{URN: prefix + "pulumi:providers:aws::us", Type: "pulumi:providers:aws", Name: "us", Custom: true, Inputs: map[string]any{"region": "us-east-1"}}
	plan, _ := export(t, key, bucket, rule, queue, provider)
	resources := plan.Configuration.RootModule.Resources
	if len(resources) != 4 {
		t.Fatalf("%d resources; providers are none", len(resources))
	}
	references := func(address string) any { return map[string]any{"references": []string{address}} }
	if diff := cmp.Diff(map[string]any{
		"bucket": references("aws_s3_bucket.my_bucket"),
		"rule": []any{map[string]any{
			"bucket_key_enabled": map[string]any{"constant_value": true},
			"apply_server_side_encryption_by_default": []any{map[string]any{
				"sse_algorithm":     map[string]any{"constant_value": "aws:kms"},
				"kms_master_key_id": references("aws_kms_key.key"),
			}},
		}},
	}, resources[2].Expressions); diff != "" {
		t.Errorf("expressions (-want +got):\n%s", diff)
	}
	if resources[2].DependsOn != nil || !slices.Equal(resources[3].DependsOn, []string{"aws_kms_key.key"}) {
		t.Errorf("depends_on %v, %v", resources[2].DependsOn, resources[3].DependsOn)
	}
	if resources[2].ProviderConfigKey != "aws" || resources[3].ProviderConfigKey != "aws.us" {
		t.Errorf("providers %s, %s", resources[2].ProviderConfigKey, resources[3].ProviderConfigKey)
	}
	us := plan.Configuration.ProviderConfig["aws.us"]
	if us.Alias != "us" || cmp.Diff(us.Expressions, map[string]any{"region": map[string]any{"constant_value": "us-east-1"}}) != "" {
		t.Errorf("provider %+v", us)
	}
}

// TestLeftOut: what the table does not have is told, not dropped in silence.
func TestLeftOut(t *testing.T) {
	component := &recording.Resource{URN: prefix + "scaffold:queue:Queue::q", Type: "scaffold:queue:Queue", Name: "q"}
	one := resource("aws:sqs/queue:Queue", "q", map[string]any{"brandNew": true, "name": "q"})
	twin := resource("aws:sqs/queue:Queue", "q", nil)
	twin.URN = prefix + "scaffold:queue:Queue$aws:sqs/queue:Queue::q"
	plan, report := export(t, component, resource("random:index/randomId:RandomId", "r", nil), one, twin, resource("aws:lb/listener:Listener", "l", map[string]any{"defaultActions": []any{map[string]any{"newBlock": map[string]any{}}}}))
	if diff := cmp.Diff(&Report{
		Resources:  3,
		Types:      map[string]int{"random:index/randomId:RandomId": 1},
		Properties: []string{"aws:lb/listener:Listener: defaultActions.newBlock", "aws:sqs/queue:Queue: brandNew"},
	}, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	if plan.ResourceChanges[0].Address != "aws_sqs_queue.q" || plan.ResourceChanges[1].Address != "aws_sqs_queue.q_2" {
		t.Errorf("addresses %s, %s", plan.ResourceChanges[0].Address, plan.ResourceChanges[1].Address)
	}
}

func TestSecretsAndActions(t *testing.T) {
	db := resource("aws:rds/instance:Instance", "db", map[string]any{"password": recording.Unknown{}, "username": "root", "engine": "postgres"})
	db.Secrets = []string{"password", "username"}
	for operation, want := range map[string][]string{"create": {"create"}, "update": {"update"}, "same": {"no-op"}, "replace": {"delete", "create"}} {
		plan, _, err := Export(&recording.Recording{Resources: []*recording.Resource{db}}, map[string]string{db.URN: operation})
		if err != nil {
			t.Fatal(err)
		}
		change := plan.ResourceChanges[0].Change
		if !slices.Equal(change.Actions, want) {
			t.Errorf("%s is %v; want %v", operation, change.Actions, want)
		}
		if diff := cmp.Diff(map[string]any{"password": true, "username": true}, change.AfterSensitive); diff != "" {
			t.Errorf("sensitive (-want +got):\n%s", diff)
		}
	}
}

// TestTableFitsTheSDK: after an update of the SDK the table has to be made anew.
func TestTableFitsTheSDK(t *testing.T) {
	table, err := loadTable()
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`github.com/pulumi/pulumi-aws/sdk/v6 v(\S+)`).FindSubmatch(mod)
	if required == nil || table.Pulumi != string(required[1]) {
		t.Errorf("the table is of pulumi-aws %s, go.mod requires %s: run `go generate ./internal/tfplan`", table.Pulumi, required)
	}
	if len(table.Types) < 1500 || table.Terraform == "" {
		t.Errorf("%d types, Terraform provider %q", len(table.Types), table.Terraform)
	}
	for token, typ := range table.Types {
		if typ.object < 0 || typ.object >= len(table.Objects) {
			t.Errorf("%s has no object", token)
		}
	}
	for _, o := range table.Objects {
		for _, m := range o.members {
			if m.shape != "" && !regexp.MustCompile(`^[\[{1]*([snba]|#\d+)$`).MatchString(m.shape) {
				t.Errorf("%s has the shape %q", m.name, m.shape)
			}
		}
	}
}

// TestDeterministic: the same recording gives the same bytes.
func TestDeterministic(t *testing.T) {
	db := resource("aws:rds/instance:Instance", "db", map[string]any{"password": recording.Unknown{}, "tags": map[string]any{"b": "1", "a": "2"}, "engine": "postgres"})
	var first []byte
	for range 10 {
		plan, _ := export(t, db)
		text, err := json.Marshal(plan)
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && string(first) != string(text) {
			t.Fatal("two exports differ")
		}
		first = text
	}
}
