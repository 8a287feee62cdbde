package security_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	alarmType         = "aws:cloudwatch/metricAlarm:MetricAlarm"
	egressType        = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
	functionType      = "aws:lambda/function:Function"
	logGroupType      = "aws:cloudwatch/logGroup:LogGroup"
	permissionType    = "aws:lambda/permission:Permission"
	rolePolicyType    = "aws:iam/rolePolicy:RolePolicy"
	roleType          = "aws:iam/role:Role"
	rotationType      = "aws:secretsmanager/secretRotation:SecretRotation"
	secretPolicyType  = "aws:secretsmanager/secretPolicy:SecretPolicy"
	secretType        = "aws:secretsmanager/secret:Secret"
	secretVersionType = "aws:secretsmanager/secretVersion:SecretVersion"
	securityGroupType = "aws:ec2/securityGroup:SecurityGroup"

	keyArn      = "arn:aws:kms:eu-central-1:123456789012:key/data"
	westKeyArn  = "arn:aws:kms:eu-west-1:123456789012:key/data"
	alarmsArn   = "arn:aws:sns:eu-central-1:123456789012:alarms"
	masterArn   = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:master-AbCdEf"
	boundaryArn = "arn:aws:iam::123456789012:policy/boundary"
	fifty       = "service-abcdefghijklmnopqrstuvwxyz-0123456789-abcd"
)

// madeUp is the answer of AWS to who wants a random password.
var madeUp = recorder.Invoke("aws:secretsmanager/getRandomPassword:getRandomPassword", func(args map[string]any) (map[string]any, error) {
	length := 32
	if given, ok := args["passwordLength"].(float64); ok {
		length = int(given)
	}
	return map[string]any{"id": "random", "randomPassword": strings.Repeat("p", length)}, nil
})

func newSecret(name string, set func(*security.SecretArgs)) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		args := &security.SecretArgs{}
		if set != nil {
			set(args)
		}
		_, err := security.NewSecret(ctx, name, args)
		return err
	}
}

func token(t *testing.T, set func(*security.SecretArgs), opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	return record(t, newSecret("token", set), append([]recorder.Option{madeUp}, opts...)...)
}

// statements are those of a policy.
func statements(policy any) list {
	document, _ := recorder.JSON(policy).(object)
	found, _ := document["Statement"].(list)
	return found
}

func useKey(sid, arn, region string, actions any) object {
	return object{"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": arn,
		"Condition": object{"StringEquals": object{"kms:ViaService": "secretsmanager." + region + ".amazonaws.com"}}}
}

func TestSecretByPreset(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"", "production", "sandbox"} {
		t.Run("preset "+preset, func(t *testing.T) {
			t.Parallel()
			rec := token(t, func(a *security.SecretArgs) { a.Preset = preset })
			resources := []string{secretType + " token-secret", secretPolicyType + " token-policy", secretVersionType + " token-value", security.SecretToken + " token"}
			secret := rec.Find(secretType, "token-secret")
			want := object{"description": "token", "recoveryWindowInDays": 7.0}
			reader := list{object{"Sid": "ReadSecret", "Effect": "Allow", "Resource": secret.Output("arn"), "Action": list{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}}}
			if preset != "sandbox" {
				resources = append([]string{aliasType + " token-alias", keyType + " token-key"}, resources...)
				key := rec.Find(keyType, "token-key")
				same(t, "key", key.Inputs, object{"description": "Secret token", "enableKeyRotation": true, "deletionWindowInDays": 30.0, "policy": key.Input("policy")})
				same(t, "key's policy", statements(key.Input("policy")), list{owner})
				same(t, "key protected", key.Protect, true)
				want = object{"description": "token", "recoveryWindowInDays": 30.0, "kmsKeyId": key.Output("arn")}
				reader = append(reader, useKey("UseKey", key.Output("arn").(string), "eu-central-1", "kms:Decrypt"))
			}
			same(t, "resources", rec.List(), resources)
			same(t, "secret", secret.Inputs, want)
			version := rec.Find(secretVersionType, "token-value")
			same(t, "value", version.Input("secretString"), strings.Repeat("p", 40))
			same(t, "encrypted in the state", version.IsSecret("secretString"), true)
			same(t, "the first password stays", version.IgnoreChanges, []string{"secretString"})
			for _, r := range []*recorder.Resource{secret, version} {
				same(t, r.Name+" protected", r.Protect, preset != "sandbox")
			}
			policy := rec.Find(secretPolicyType, "token-policy")
			same(t, "never public", policy.Input("blockPublicPolicy"), true)
			same(t, "policy", statements(policy.Input("policy")), list{
				object{"Sid": "DenyPlaintext", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": secret.Output("arn"),
					"Condition": object{"Bool": object{"aws:SecureTransport": "false"}}},
				object{"Sid": "DenyOtherAccounts", "Effect": "Deny", "Principal": "*", "Action": "secretsmanager:*", "Resource": secret.Output("arn"),
					"Condition": object{"StringNotEquals": object{"aws:PrincipalAccount": "123456789012"}, "BoolIfExists": object{"aws:PrincipalIsAWSService": "false"}}},
			})
			self := rec.Find(security.SecretToken, "token")
			same(t, "arn", self.Output("arn"), secret.Output("arn"))
			same(t, "name", self.Output("name"), secret.Output("name"))
			same(t, "reader", statements(self.Output("readerPolicy")), reader)
		})
	}
}

func TestSecretValue(t *testing.T) {
	t.Parallel()
	given := token(t, func(a *security.SecretArgs) { a.Value = pulumi.String("given") }).Find(secretVersionType, "token-value")
	same(t, "value", given.Input("secretString"), "given")
	same(t, "encrypted in the state", given.IsSecret("secretString"), true)
	same(t, "changes", len(given.IgnoreChanges), 0)
	user := token(t, func(a *security.SecretArgs) { a.Username, a.PasswordLength = "app", pulumi.IntRef(20) }).Find(secretVersionType, "token-value")
	same(t, "with a user", recorder.JSON(user.Input("secretString")), object{"username": "app", "password": strings.Repeat("p", 20)})
}

func TestSecretReplicas(t *testing.T) {
	t.Parallel()
	rec := token(t, func(a *security.SecretArgs) {
		a.ReplicaRegions, a.ReplicaKmsKeyArns = []string{"eu-west-1"}, []pulumi.StringInput{pulumi.String(westKeyArn)}
		a.KmsKeyArn, a.Tags, a.Description = pulumi.String(keyArn), pulumi.StringMap{"team": pulumi.String("commerce")}, "Signs"
	})
	secret := rec.Find(secretType, "token-secret")
	same(t, "secret", secret.Inputs, object{
		"description": "Signs", "recoveryWindowInDays": 30.0, "kmsKeyId": keyArn, "replicas": list{object{"region": "eu-west-1", "kmsKeyId": westKeyArn}},
		"tags": object{"team": "commerce"},
	})
	same(t, "no key of its own", len(rec.Type(keyType)), 0)
	arn := secret.Output("arn").(string)
	same(t, "reader", statements(rec.Find(security.SecretToken, "token").Output("readerPolicy")), list{
		object{"Sid": "ReadSecret", "Effect": "Allow", "Action": list{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"},
			"Resource": list{arn, strings.Replace(arn, "eu-central-1", "eu-west-1", 1)}},
		useKey("UseKey", keyArn, "eu-central-1", "kms:Decrypt"), useKey("UseReplicaKey1", westKeyArn, "eu-west-1", "kms:Decrypt"),
	})
	plain := token(t, func(a *security.SecretArgs) { a.ReplicaRegions = []string{"eu-west-1"} })
	same(t, "AWS's key", plain.Find(secretType, "token-secret").Input("replicas"), list{object{"region": "eu-west-1"}})
}

func TestSecretExisting(t *testing.T) {
	t.Parallel()
	rec := token(t, func(a *security.SecretArgs) {
		a.ExistingSecretArn, a.KmsKeyArn = pulumi.String(masterArn), pulumi.String(keyArn)
	},
		recorder.Invoke("aws:secretsmanager/getSecret:getSecret", func(args map[string]any) (map[string]any, error) {
			return map[string]any{"id": args["arn"], "arn": args["arn"], "name": "master"}, nil
		}))
	same(t, "resources", rec.List(), []string{security.SecretToken + " token"})
	self := rec.Find(security.SecretToken, "token")
	same(t, "arn", self.Output("arn"), masterArn)
	same(t, "name", self.Output("name"), "master")
	same(t, "reader", statements(self.Output("readerPolicy"))[1], useKey("UseKey", keyArn, "eu-central-1", "kms:Decrypt"))
}

func TestSecretTransforms(t *testing.T) {
	t.Parallel()
	rec := record(t, newSecret("ledger", func(a *security.SecretArgs) {
		ofUser(a)
		a.AlarmTopicArn = pulumi.String(alarmsArn)
		a.Transform = security.SecretTransform{
			Secret: retain[secretsmanager.SecretArgs], SecretVersion: retain[secretsmanager.SecretVersionArgs], SecretPolicy: retain[secretsmanager.SecretPolicyArgs],
			Rotation: retain[secretsmanager.SecretRotationArgs], Key: retain[kms.KeyArgs], Alias: retain[kms.AliasArgs],
			Function: retain[lambda.FunctionArgs], Permission: retain[lambda.PermissionArgs], Role: retain[iam.RoleArgs], RolePolicy: retain[iam.RolePolicyArgs],
			SecurityGroup: retain[ec2.SecurityGroupArgs], EgressRule: retain[vpc.SecurityGroupEgressRuleArgs], LogGroup: retain[cloudwatch.LogGroupArgs],
			Alarm: retain[cloudwatch.MetricAlarmArgs],
		}
	}), madeUp)
	for _, r := range rec.Resources {
		if r.Custom && r.Type != "pulumi:pulumi:Stack" && !r.RetainOnDelete {
			t.Errorf("no transform reached %s", r)
		}
	}
}

// retain is a transform that leaves a trace.
func retain[A any](_ *A, opts *[]pulumi.ResourceOption) {
	*opts = append(*opts, pulumi.RetainOnDelete(true))
}

func TestWiringOfSecrets(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		rec := record(t, func(ctx *pulumi.Context) error {
			for name, set := range map[string]func(*security.SecretArgs){
				"token": func(*security.SecretArgs) {}, "ledger": ofUser, "own": ofFunction,
				"turns": func(a *security.SecretArgs) {
					ofUser(a)
					a.Rotation, a.PermissionsBoundaryArn = "alternating-users", pulumi.String(boundaryArn)
				},
			} {
				args := &security.SecretArgs{}
				set(args)
				args.Preset, args.AlarmTopicArn = preset, pulumi.String(alarmsArn)
				if name == "ledger" {
					args.PermissionsBoundaryArn = pulumi.String(boundaryArn)
				}
				if _, err := security.NewSecret(ctx, name, args); err != nil {
					return err
				}
			}
			return nil
		}, madeUp)
		for _, finding := range guardrails.Wiring(rec) {
			t.Errorf("%s: %v", preset, finding)
		}
	}
}
