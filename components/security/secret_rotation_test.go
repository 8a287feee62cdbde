package security_test

import (
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ofUser is the secret of a database user, with all that its rotation needs.
func ofUser(a *security.SecretArgs) {
	a.Rotation, a.Engine, a.Username = "single-user", "postgres", "app"
	a.DatabaseHost, a.MasterSecretArn = pulumi.String("db.example"), pulumi.String(masterArn)
	a.VpcId, a.SubnetIds = pulumi.String("vpc-1"), pulumi.StringArray{pulumi.String("subnet-1"), pulumi.String("subnet-2")}
	a.DatabaseClientSecurityGroupId, a.SecretsManagerAccess = pulumi.String("sg-database-client"), "nat"
}

// ofFunction is a secret that a function of the user rotates.
func ofFunction(a *security.SecretArgs) {
	a.Rotation = "function"
	a.RotationFunctionArn = pulumi.String("arn:aws:lambda:eu-central-1:123456789012:function:rotates:live")
	a.RotationRoleArn = pulumi.String("arn:aws:iam::123456789012:role/service/rotates")
}

func ledger(t *testing.T, set func(*security.SecretArgs), opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	return record(t, newSecret("ledger", func(a *security.SecretArgs) {
		ofUser(a)
		if set != nil {
			set(a)
		}
	}), append([]recorder.Option{madeUp}, opts...)...)
}

var rotating = list{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"}

// All that a rotation needs is there before it begins: the function with its program, its role, its way to
// the database and to Secrets Manager, and the leave to be called.
func TestSecretOfDatabaseUser(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		preset string
		days   float64
	}{{"production", 90}, {"sandbox", 7}} {
		rec := ledger(t, func(a *security.SecretArgs) { a.Preset, a.KmsKeyArn = test.preset, pulumi.String(keyArn) })
		same(t, "resources", rec.List(), []string{
			logGroupType + " ledger-rotation", securityGroupType + " ledger-rotation", roleType + " ledger-rotation", rolePolicyType + " ledger-rotation",
			functionType + " ledger-rotation", permissionType + " ledger-rotation", secretType + " ledger-secret", secretPolicyType + " ledger-policy",
			rotationType + " ledger-rotation", secretVersionType + " ledger-value", egressType + " ledger-rotation", security.SecretToken + " ledger",
		})
		function, logs, role := rec.Find(functionType, "ledger-rotation"), rec.Find(logGroupType, "ledger-rotation"), rec.Find(roleType, "ledger-rotation")
		group, secret := rec.Find(securityGroupType, "ledger-rotation"), rec.Find(secretType, "ledger-secret")
		same(t, "function", function.Inputs, object{
			"description": "Rotates secret ledger", "role": role.Output("arn"), "runtime": "python3.13", "architectures": list{"arm64"},
			"handler": "secret_rotation.handler", "memorySize": 256.0, "timeout": 60.0, "code": function.Input("code"),
			"vpcConfig":     object{"subnetIds": list{"subnet-1", "subnet-2"}, "securityGroupIds": list{group.ID, "sg-database-client"}},
			"loggingConfig": object{"logFormat": "JSON", "logGroup": logs.Output("name")},
			"environment":   object{"variables": object{"MODE": "single-user", "MASTER_SECRET_ARN": masterArn}},
		})
		same(t, "logs", logs.Inputs, object{"retentionInDays": test.days})
		same(t, "trust", statements(role.Input("assumeRolePolicy")), list{object{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": object{"Service": "lambda.amazonaws.com"}}})
		policy := rec.Find(rolePolicyType, "ledger-rotation")
		same(t, "role of the policy", policy.Input("role"), role.Output("name"))
		same(t, "permissions", statements(policy.Input("policy")), list{
			object{"Sid": "RotateSecret", "Effect": "Allow", "Action": rotating, "Resource": secret.Output("arn")},
			useKey("UseKey", keyArn, "eu-central-1", list{"kms:Decrypt", "kms:GenerateDataKey"}),
			object{"Sid": "ReadMasterSecret", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": masterArn},
			object{"Sid": "Log", "Effect": "Allow", "Action": list{"logs:CreateLogStream", "logs:PutLogEvents"}, "Resource": logs.Output("arn").(string) + ":*"},
			object{"Sid": "JoinNetwork", "Effect": "Allow", "Resource": "*", "Action": list{
				"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
			}},
		})
		same(t, "leave to call", rec.Find(permissionType, "ledger-rotation").Inputs, object{
			"action": "lambda:InvokeFunction", "function": function.Output("name"), "principal": "secretsmanager.amazonaws.com", "sourceAccount": "123456789012",
		})
		same(t, "way out", rec.Find(egressType, "ledger-rotation").Inputs, object{
			"securityGroupId": group.ID, "ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrIpv4": "0.0.0.0/0", "description": "To Secrets Manager",
		})
		rotation := rec.Find(rotationType, "ledger-rotation")
		same(t, "rotation", rotation.Inputs, object{
			"secretId": secret.ID, "rotationLambdaArn": function.Output("arn"), "rotateImmediately": true, "rotationRules": object{"automaticallyAfterDays": 30.0},
		})
		for _, before := range []*recorder.Resource{
			rec.Find(permissionType, "ledger-rotation"), policy, rec.Find(egressType, "ledger-rotation"), rec.Find(secretVersionType, "ledger-value"), rec.Find(secretPolicyType, "ledger-policy"),
		} {
			if !slices.Contains(rotation.Dependencies, before.URN) {
				t.Errorf("the rotation may begin before %s", before)
			}
		}
		if !slices.Contains(function.Dependencies, policy.URN) {
			t.Error("the function may be created before it may join the network")
		}
		same(t, "value", recorder.JSON(rec.Find(secretVersionType, "ledger-value").Input("secretString")), object{
			"engine": "postgres", "host": "db.example", "port": 5432.0, "dbname": "app", "username": "app", "password": strings.Repeat("p", 40),
		})
	}
}

func TestSecretRotationVariants(t *testing.T) {
	t.Parallel()
	endpoint := ledger(t, func(a *security.SecretArgs) {
		a.SecretsManagerAccess, a.EndpointSecurityGroupId = "endpoint", pulumi.String("sg-endpoints")
		a.PermissionsBoundaryArn, a.MasterKmsKeyArn, a.RotationDays = pulumi.String(boundaryArn), pulumi.String(keyArn), pulumi.IntRef(7)
		a.Engine, a.DatabasePort, a.DatabaseName = "mysql", pulumi.String("3307"), pulumi.String("shop")
	})
	way := endpoint.Find(egressType, "ledger-rotation")
	same(t, "to the endpoint", way.Input("referencedSecurityGroupId"), "sg-endpoints")
	same(t, "and nowhere else", way.Input("cidrIpv4"), nil)
	same(t, "boundary", endpoint.Find(roleType, "ledger-rotation").Input("permissionsBoundary"), boundaryArn)
	same(t, "master's key", statements(endpoint.Find(rolePolicyType, "ledger-rotation").Input("policy"))[3], useKey("UseMasterKey", keyArn, "eu-central-1", "kms:Decrypt"))
	same(t, "days", endpoint.Find(rotationType, "ledger-rotation").Input("rotationRules.automaticallyAfterDays"), 7.0)
	value := recorder.JSON(endpoint.Find(secretVersionType, "ledger-value").Input("secretString"))
	for field, want := range map[string]any{"engine": "mysql", "port": 3307.0, "dbname": "shop"} {
		same(t, field, recorder.At(value, field), want)
	}

	// Until a migration has created the user, nobody but the master user could rotate it.
	alone := ledger(t, func(a *security.SecretArgs) { a.MasterSecretArn = nil })
	same(t, "immediately", alone.Find(rotationType, "ledger-rotation").Input("rotateImmediately"), false)
	same(t, "environment", alone.Find(functionType, "ledger-rotation").Input("environment.variables"), object{"MODE": "single-user"})

	turns := ledger(t, func(a *security.SecretArgs) { a.Rotation = "alternating-users" })
	same(t, "mode", turns.Find(functionType, "ledger-rotation").Input("environment.variables.MODE"), "alternating-users")
}

// Logs uses a key only if its policy says so: the secret's own key does, and a key that
// is given for the secret need not.
func TestSecretRotationLogsKey(t *testing.T) {
	t.Parallel()
	logKey := func(rec *recorder.Recording) any { return rec.Find(logGroupType, "ledger-rotation").Input("kmsKeyId") }
	logsMay := func(rec *recorder.Recording) bool {
		return strings.Contains(rec.Find(keyType, "ledger-key").Input("policy").(string), "logs.eu-central-1.amazonaws.com")
	}
	own := ledger(t, nil)
	same(t, "own key", logKey(own), own.Find(keyType, "ledger-key").Output("arn"))
	same(t, "own key lets logs in", logsMay(own), true)
	given := ledger(t, func(a *security.SecretArgs) { a.LogKmsKeyArn = pulumi.String(keyArn) })
	same(t, "given key", logKey(given), any(keyArn))
	same(t, "own key lets logs in for nothing", logsMay(given), false)
	same(t, "key of the secret", logKey(ledger(t, func(a *security.SecretArgs) { a.KmsKeyArn = pulumi.String(keyArn) })), nil)
	same(t, "no key", logKey(ledger(t, func(a *security.SecretArgs) { a.Preset = "sandbox" })), nil)
	if policy := token(t, nil).Find(keyType, "token-key").Input("policy").(string); strings.Contains(policy, "logs.") {
		t.Error("the key of a secret without a rotation lets logs in")
	}
}

// The function trusts the authorities of RDS in its region, and no others.
func TestSecretAuthorities(t *testing.T) {
	t.Parallel()
	program := func(rec *recorder.Recording) map[string]any {
		return rec.Find(functionType, "ledger-rotation").Input("code").(recorder.Archive).Assets
	}
	names := func(text string) (found []string) {
		for rest := []byte(text); ; {
			block, next := pem.Decode(rest)
			if block == nil {
				return found
			}
			certificate, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			if err := certificate.CheckSignatureFrom(certificate); err != nil {
				t.Errorf("%s: %v", certificate.Subject.CommonName, err)
			}
			rest, found = next, append(found, certificate.Subject.CommonName)
		}
	}
	files := program(ledger(t, nil))
	for _, file := range []string{"secret_rotation.py", "secret_postgres.py", "secret_mysql.py"} {
		if len(files[file].(recorder.Asset).Text) < 1000 {
			t.Errorf("%s is missing", file)
		}
	}
	same(t, "authorities", names(files["authorities.pem"].(recorder.Asset).Text), []string{
		"Amazon RDS eu-central-1 Root CA ECC384 G1", "Amazon RDS eu-central-1 Root CA RSA2048 G1", "Amazon RDS eu-central-1 Root CA RSA4096 G1",
	})
	own, _ := certificate(t)
	given := program(ledger(t, func(a *security.SecretArgs) { a.CaCertificates = string(own) }))
	same(t, "given", given["authorities.pem"].(recorder.Asset).Text, string(own))

	_, err := recorder.Run(newSecret("ledger", ofUser), madeUp, recorder.Region("us-gov-west-1"))
	if err == nil || !strings.HasPrefix(err.Error(), `scaffold:security:Secret "ledger": caCertificates: is required in us-gov-west-1, whose authorities are not known here; give those of https://truststore.pki.rds.amazonaws.com/us-gov-west-1/us-gov-west-1-bundle.pem`) {
		t.Errorf("in a region without known authorities: %v", err)
	}
}

func TestSecretOfFunction(t *testing.T) {
	t.Parallel()
	rec := token(t, func(a *security.SecretArgs) { ofFunction(a); a.AlarmTopicArn = pulumi.String(alarmsArn) })
	same(t, "no function of its own", len(rec.Type(functionType)), 0)
	secret, key := rec.Find(secretType, "token-secret"), rec.Find(keyType, "token-key")
	same(t, "leave to call", rec.Find(permissionType, "token-rotation").Inputs, object{
		"action": "lambda:InvokeFunction", "function": "rotates", "qualifier": "live", "principal": "secretsmanager.amazonaws.com", "sourceAccount": "123456789012",
	})
	policy := rec.Find(rolePolicyType, "token-rotation")
	same(t, "role", policy.Input("role"), "rotates")
	same(t, "permissions", statements(policy.Input("policy")), list{
		object{"Sid": "RotateSecret", "Effect": "Allow", "Action": rotating, "Resource": secret.Output("arn")},
		useKey("UseKey", key.Output("arn").(string), "eu-central-1", list{"kms:Decrypt", "kms:GenerateDataKey"}),
	})
	rotation := rec.Find(rotationType, "token-rotation")
	same(t, "function", rotation.Input("rotationLambdaArn"), "arn:aws:lambda:eu-central-1:123456789012:function:rotates:live")
	same(t, "immediately", rotation.Input("rotateImmediately"), true)
	for _, before := range []*recorder.Resource{rec.Find(permissionType, "token-rotation"), policy} {
		if !slices.Contains(rotation.Dependencies, before.URN) {
			t.Errorf("the rotation may begin before %s", before)
		}
	}
	same(t, "alarm", rec.Find(alarmType, "token-failed-rotations").Input("dimensions"), object{"FunctionName": "rotates"})
}

func TestSecretAlarm(t *testing.T) {
	t.Parallel()
	rec := ledger(t, func(a *security.SecretArgs) { a.AlarmTopicArn = pulumi.String(alarmsArn) })
	alarm := rec.Find(alarmType, "ledger-failed-rotations")
	same(t, "alarm", alarm.Inputs, object{
		"namespace": "AWS/Lambda", "metricName": "Errors", "dimensions": object{"FunctionName": rec.Find(functionType, "ledger-rotation").Output("name")},
		"statistic": "Sum", "period": 300.0, "evaluationPeriods": 1.0, "comparisonOperator": "GreaterThanThreshold", "threshold": 0.0, "treatMissingData": "notBreaching",
		"alarmActions": list{alarmsArn}, "okActions": list{alarmsArn}, "alarmDescription": alarm.Input("alarmDescription"),
	})
	without := token(t, func(a *security.SecretArgs) { a.AlarmTopicArn = pulumi.String(alarmsArn) })
	same(t, "without a rotation", len(without.Type(alarmType)), 0)
}

// Functions and roles have names of at most 64 characters.
func TestSecretLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, newSecret(fifty, ofUser), madeUp)
	for _, kind := range []string{functionType, roleType} {
		name, _ := rec.Type(kind)[0].Input("name").(string)
		if name == "" && len(rec.Type(kind)[0].Name) > 56 || len(name) > 64 {
			t.Errorf("%s gets the name %q", kind, name)
		}
	}
}
