package security_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	keyType   = "aws:kms/key:Key"
	aliasType = "aws:kms/alias:Alias"
)

type object = map[string]any
type list = []any

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func newKey(name string, args *security.KeyArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := security.NewKey(ctx, name, args)
		return err
	}
}

func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

var owner = object{
	"Sid": "AccountPermissions", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
	"Principal": object{"AWS": "arn:aws:iam::123456789012:root"},
}

func TestKey(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset  string
		window  float64
		protect bool
	}{{"", 30, true}, {"production", 30, true}, {"sandbox", 7, false}} {
		t.Run("preset "+test.preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newKey("data", &security.KeyArgs{Preset: test.preset}))
			same(t, "resources", rec.List(), []string{aliasType + " data-alias", keyType + " data-key", security.KeyToken + " data"})
			key := rec.Find(keyType, "data-key")
			same(t, "key", key.Inputs, object{
				"description": "data", "enableKeyRotation": true, "deletionWindowInDays": test.window, "policy": key.Input("policy"),
			})
			same(t, "protected", key.Protect, test.protect)
			same(t, "policy", recorder.JSON(key.Input("policy")), object{"Version": "2012-10-17", "Statement": list{owner}})
			same(t, "key of the alias", rec.Find(aliasType, "data-alias").Input("targetKeyId"), key.Output("keyId"))
			same(t, "arn", rec.Find(security.KeyToken, "data").Output("arn"), key.Output("arn"))
		})
	}
}

// KMS takes no alias without "alias/" and only these characters, and keeps "alias/aws/" to itself.
func TestKeyAlias(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ project, stack, name, want string }{
		{"shop", "prod", "data", "alias/shop-prod/data"},
		{"aws", "prod", "data", "alias/aws-prod/data"},
		{"shop.example", "prod", "data.1", "alias/shop-example-prod/data-1"},
	} {
		rec := record(t, newKey(test.name, nil), recorder.Project(test.project), recorder.Stack(test.stack))
		same(t, "alias", rec.Type(aliasType)[0].Input("name"), test.want)
	}
}

func TestKeyServices(t *testing.T) {
	t.Parallel()
	ofAccount := func(sid, service string) object {
		return object{
			"Sid": sid, "Effect": "Allow", "Principal": object{"Service": service}, "Resource": "*",
			"Action":    list{"kms:Decrypt", "kms:GenerateDataKey"},
			"Condition": object{"StringEquals": object{"aws:SourceAccount": "123456789012"}},
		}
	}
	grants := map[string]object{
		"cloudwatch":    ofAccount("CloudWatchAlarms", "cloudwatch.amazonaws.com"),
		"delivery.logs": ofAccount("LogDelivery", "delivery.logs.amazonaws.com"),
		"events": {
			"Sid": "EventBridge", "Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Resource": "*",
			"Action": list{"kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"},
		},
		"s3":  ofAccount("BucketNotifications", "s3.amazonaws.com"),
		"sns": ofAccount("Topics", "sns.amazonaws.com"),
		"logs": {
			"Sid": "CloudWatchLogs", "Effect": "Allow", "Principal": object{"Service": "logs.eu-central-1.amazonaws.com"}, "Resource": "*",
			"Action":    list{"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:DescribeKey"},
			"Condition": object{"ArnLike": object{"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-central-1:123456789012:log-group:*"}},
		},
	}
	for service, want := range grants {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newKey("data", &security.KeyArgs{Services: []string{service}}))
			same(t, "policy", recorder.JSON(rec.Type(keyType)[0].Input("policy")), object{"Version": "2012-10-17", "Statement": list{owner, want}})
		})
	}
	one := record(t, newKey("data", &security.KeyArgs{Services: []string{"sns", "logs"}}))
	other := record(t, newKey("data", &security.KeyArgs{Services: []string{"logs", "sns", "sns"}}))
	same(t, "policy whatever the order", other.Type(keyType)[0].Input("policy"), one.Type(keyType)[0].Input("policy"))
}

func TestKeyExisting(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:kms:eu-central-1:123456789012:key/company"
	rec := record(t, newKey("data", &security.KeyArgs{ExistingKeyArn: pulumi.String(arn)}))
	same(t, "resources", rec.List(), []string{security.KeyToken + " data"})
	same(t, "arn", rec.Find(security.KeyToken, "data").Output("arn"), arn)
}

func TestKeyRefuses(t *testing.T) {
	t.Parallel()
	existing := pulumi.String("arn:aws:kms:eu-central-1:123456789012:key/company")
	for name, test := range map[string]struct {
		args security.KeyArgs
		want []string
	}{
		"preset":           {security.KeyArgs{Preset: "prod"}, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"service":          {security.KeyArgs{Services: []string{"sqs"}}, []string{`services: "sqs" is not possible; use one of cloudwatch, delivery.logs, events, logs, s3, sns`}},
		"somebody's grant": {security.KeyArgs{ExistingKeyArn: existing, Services: []string{"sns"}}, []string{"services: cannot be granted on an existing key; its owner has to, in the key's policy. Leave services out"}},
		"all at once": {security.KeyArgs{Preset: "x", Services: []string{"a", "b"}}, []string{
			`preset: "x" is not a preset; use "sandbox" or "production"`,
			`services: "a" is not possible; use one of cloudwatch, delivery.logs, events, logs, s3, sns`,
			`services: "b" is not possible; use one of cloudwatch, delivery.logs, events, logs, s3, sns`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:security:Key "data": ` + test.want[i]
			}
			rec, err := recorder.Run(newKey("data", &test.args))
			if err == nil {
				t.Fatal("accepted")
			}
			same(t, "problems", strings.Split(err.Error(), "\n"), test.want)
			same(t, "resources registered", rec.List(), []string{})
		})
	}
}

func TestKeySettings(t *testing.T) {
	t.Parallel()
	rec := record(t, newKey("data", &security.KeyArgs{
		Description: "Customer data", DeletionProtection: pulumi.BoolRef(false), Tags: pulumi.StringMap{"team": pulumi.String("commerce")},
		Transform: security.KeyTransform{
			Key:   func(a *kms.KeyArgs, _ *[]pulumi.ResourceOption) { a.MultiRegion = pulumi.Bool(true) },
			Alias: func(a *kms.AliasArgs, _ *[]pulumi.ResourceOption) { a.Name = pulumi.String("alias/mine") },
		},
	}))
	key := rec.Find(keyType, "data-key")
	same(t, "description", key.Input("description"), "Customer data")
	same(t, "protected", key.Protect, false)
	same(t, "tag", key.Input("tags.team"), "commerce")
	same(t, "transform of the key", key.Input("multiRegion"), true)
	same(t, "transform of the alias", rec.Find(aliasType, "data-alias").Input("name"), "alias/mine")
}
