package security_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/security"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestSecretRefuses(t *testing.T) {
	t.Parallel()
	number, text := pulumi.IntRef, pulumi.String("x")
	user := func(set func(*security.SecretArgs)) func(*security.SecretArgs) {
		return func(a *security.SecretArgs) { ofUser(a); set(a) }
	}
	const docs = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html"
	noRotation := ": has no effect with no rotation; leave it out, or set rotation"
	noEffect := ": has no effect on an existing secret, which this component does not change; leave it out, or leave existingSecretArn out"
	for name, test := range map[string]struct {
		set  func(*security.SecretArgs)
		want []string
	}{
		"preset":   {func(a *security.SecretArgs) { a.Preset = "prod" }, []string{`preset: "prod" is not a preset; use "sandbox" or "production"`}},
		"two keys": {func(a *security.SecretArgs) { a.KmsKeyArn, a.OwnKey = pulumi.String(keyArn), pulumi.BoolRef(true) }, []string{"ownKey: asks for a key of the secret's own beside kmsKeyArn; leave one of them out"}},
		"short":    {func(a *security.SecretArgs) { a.PasswordLength = number(8) }, []string{"passwordLength: 8 is out of range; use 16 to 128 (shorter ones can be guessed, and databases take no longer ones)"}},
		"two values": {func(a *security.SecretArgs) { a.Value, a.PasswordLength, a.Username = text, number(20), "app" }, []string{
			"passwordLength: is about a password that AWS makes up, and value is what the secret holds instead; leave one of them out",
			"username: is about a password that AWS makes up, and value is what the secret holds instead; leave one of them out",
		}},
		"region": {func(a *security.SecretArgs) { a.ReplicaRegions = []string{"Ireland"} }, []string{`replicaRegions: "Ireland" is not a region; write it as eu-west-1`}},
		"twice":  {func(a *security.SecretArgs) { a.ReplicaRegions = []string{"eu-west-1", "eu-west-1"} }, []string{`replicaRegions: "eu-west-1" stands there twice; a secret has one replica a region`}},
		"keys without regions": {func(a *security.SecretArgs) { a.ReplicaKmsKeyArns = []pulumi.StringInput{pulumi.String(westKeyArn)} }, []string{
			"replicaKmsKeyArns: has 1 keys for 0 replicaRegions; a key serves its own region only, so give each region one, in the same order, or none",
		}},
		"a key of elsewhere": {func(a *security.SecretArgs) {
			a.ReplicaRegions, a.ReplicaKmsKeyArns = []string{"eu-west-1"}, []pulumi.StringInput{pulumi.String(keyArn)}
		}, []string{"replicaKmsKeyArns: " + keyArn + " is a key of eu-central-1, which cannot encrypt the replica in eu-west-1; give a key of that region"}},
		"rotation":         {func(a *security.SecretArgs) { a.Rotation = "weekly" }, []string{`rotation: "weekly" is not possible; use one of single-user, alternating-users, function`}},
		"days without any": {func(a *security.SecretArgs) { a.RotationDays = number(7) }, []string{"rotationDays: has no effect without a rotation; set rotation, or leave it out"}},
		"days":             {func(a *security.SecretArgs) { ofFunction(a); a.RotationDays = number(1001) }, []string{"rotationDays: 1001 is out of range; use 1 to 1000 (" + docs + ")"}},
		"function without rotation": {func(a *security.SecretArgs) { ofFunction(a); a.Rotation = "" }, []string{
			"rotationFunctionArn" + noRotation, "rotationRoleArn" + noRotation,
		}},
		"database without rotation": {func(a *security.SecretArgs) { a.DatabaseHost, a.VpcId = text, text }, []string{"databaseHost" + noRotation, "vpcId" + noRotation}},
		"rotation without function": {func(a *security.SecretArgs) { a.Rotation = "function" }, []string{
			`rotationFunctionArn: is required: it is the function that changes the secret and what the secret opens; give its ARN, or rotate a database user with "single-user"`,
			"rotationRoleArn: is required: without permissions for this secret the function could not rotate it; give the ARN of the function's role, which the component then allows to",
		}},
		"function and database": {func(a *security.SecretArgs) { ofFunction(a); a.Engine = "mysql" }, []string{"engine: has no effect with a rotation by your own function; leave it out"}},
		"database and function": {user(func(a *security.SecretArgs) { a.RotationRoleArn = text }), []string{`rotationRoleArn: has no effect with the rotation of a database user; leave it out, or set rotation to "function"`}},
		"a database out of reach": {user(func(a *security.SecretArgs) {
			a.VpcId, a.SubnetIds, a.DatabaseClientSecurityGroupId, a.SecretsManagerAccess, a.DatabaseHost = nil, nil, nil, "", nil
		}), []string{
			"databaseHost: is required: the rotation could not reach the database; give the endpoint of its primary",
			"vpcId: is required: the rotation could not reach the database from outside its VPC; give the database's VPC",
			"subnetIds: is required: the rotation could not reach the database from outside its VPC; give private subnets of the database's VPC",
			"databaseClientSecurityGroupId: is required: the rotation could not reach the database, which lets in members of its client security group only; give that group",
			`secretsManagerAccess: is required: the rotation could not reach Secrets Manager from subnets without a way there; use "endpoint" if the VPC has an interface endpoint for "secretsmanager", or "nat" if the subnets have a NAT gateway`,
		}},
		"way":                    {user(func(a *security.SecretArgs) { a.SecretsManagerAccess = "internet" }), []string{`secretsManagerAccess: "internet" is not possible; use one of endpoint, nat`}},
		"endpoint without group": {user(func(a *security.SecretArgs) { a.SecretsManagerAccess = "endpoint" }), []string{`endpointSecurityGroupId: is required with secretsManagerAccess "endpoint": the rotation is let out to the endpoint only; give the endpoint's security group`}},
		"group without endpoint": {user(func(a *security.SecretArgs) { a.EndpointSecurityGroupId = text }), []string{`endpointSecurityGroupId: has no effect unless secretsManagerAccess is "endpoint"; set that, or leave it out`}},
		"turns without master":   {user(func(a *security.SecretArgs) { a.Rotation, a.MasterSecretArn = "alternating-users", nil }), []string{`masterSecretArn: is required: only the master user can create the second user and set its password; give the ARN of the master user's secret, or use "single-user"`}},
		"key without master":     {user(func(a *security.SecretArgs) { a.MasterSecretArn, a.MasterKmsKeyArn = nil, pulumi.String(keyArn) }), []string{"masterKmsKeyArn: encrypts the master user's secret, which is not given; give masterSecretArn, or leave it out"}},
		"value of a user":        {user(func(a *security.SecretArgs) { a.Value = text }), []string{"value: cannot be set for a database user, whose secret the rotation writes; leave it out"}},
		"engine":                 {user(func(a *security.SecretArgs) { a.Engine = "oracle" }), []string{`engine: "oracle" is not possible; use one of postgres, mysql`}},
		"no engine":              {user(func(a *security.SecretArgs) { a.Engine = "" }), []string{`engine: is required: the rotation has to know what the database speaks; use "postgres" or "mysql"`}},
		"user":                   {user(func(a *security.SecretArgs) { a.Username = "App-Writer" }), []string{`username: "App-Writer" is not possible for a database user; use at most 26 small letters, digits and underscores, such as "app_writer"`}},
		"port":                   {user(func(a *security.SecretArgs) { a.DatabasePort = pulumi.String("postgres") }), []string{`databasePort: "postgres" is not a port; use 1 to 65535`}},
		"no certificate":         {user(func(a *security.SecretArgs) { a.CaCertificates = "rds-ca-rsa2048-g1" }), []string{"caCertificates: holds no certificate; give them in PEM, each beginning with -----BEGIN CERTIFICATE-----"}},
		"logs":                   {user(func(a *security.SecretArgs) { a.LogRetentionDays = number(2) }), []string{"logRetentionDays: CloudWatch Logs cannot keep logs for 2 days; use one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"}},
		"existing": {func(a *security.SecretArgs) {
			a.ExistingSecretArn, a.Value, a.Rotation, a.OwnKey = pulumi.String(masterArn), text, "single-user", pulumi.BoolRef(true)
		}, []string{"value" + noEffect, "ownKey" + noEffect, "rotation" + noEffect}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range test.want {
				test.want[i] = `scaffold:security:Secret "token": ` + test.want[i]
			}
			rec, err := recorder.Run(newSecret("token", test.set), madeUp)
			if err == nil {
				t.Fatal("accepted")
			}
			same(t, "problems", strings.Split(err.Error(), "\n"), test.want)
			same(t, "resources registered", rec.List(), []string{})
		})
	}
}
