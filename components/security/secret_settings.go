package security

import (
	"crypto/x509"
	"encoding/pem"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// secretSettings are the plain arguments of a Secret, with defaults filled in.
type secretSettings struct {
	ownKey, protected     bool
	length, rotationDays  int
	logDays, recoveryDays int
}

func secretSettingsOf(s *convention.Scope, args *SecretArgs) secretSettings {
	return secretSettings{
		ownKey:       args.KmsKeyArn == nil && args.ExistingSecretArn == nil && convention.Choose(args.OwnKey, s.Preset, true, false),
		protected:    convention.Choose(args.DeletionProtection, s.Preset, true, false),
		length:       convention.Or(args.PasswordLength, 40),
		rotationDays: convention.Or(args.RotationDays, 30),
		logDays:      convention.Choose(args.LogRetentionDays, s.Preset, 90, 7),
		recoveryDays: convention.Choose(nil, s.Preset, 30, 7),
	}
}

var (
	secretRegion = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	// MySQL takes 32 characters, and the second user's name is longer by "_clone".
	secretUsername = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,25}$`)
	secretPorts    = map[string]string{"postgres": "5432", "mysql": "3306"}
	secretsDocs    = "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html"
)

// ofDatabase reports whether the secret is that of a database user.
func (b *secretBuilder) ofDatabase() bool {
	return b.args.Rotation == "single-user" || b.args.Rotation == "alternating-users"
}

// check refuses what cannot be created, and rotations that could only fail.
func (b *secretBuilder) check() {
	args := b.args
	if args.KmsKeyArn != nil && args.OwnKey != nil && *args.OwnKey {
		b.Refuse("ownKey", "asks for a key of the secret's own beside kmsKeyArn; leave one of them out")
	}
	b.Between("passwordLength", b.length, 16, 128, "shorter ones can be guessed, and databases take no longer ones")
	if args.Value != nil {
		for _, a := range []struct {
			argument string
			set      bool
		}{{"passwordLength", args.PasswordLength != nil}, {"username", args.Username != "" && !b.ofDatabase()}} {
			if a.set {
				b.Refuse(a.argument, "is about a password that AWS makes up, and value is what the secret holds instead; leave one of them out")
			}
		}
	}
	b.checkReplicas()
	switch args.Rotation {
	case "":
		b.useless("no rotation", `leave it out, or set rotation`, append(b.rotationArguments(), b.databaseArguments()...))
		if args.RotationDays != nil {
			b.Refuse("rotationDays", "has no effect without a rotation; set rotation, or leave it out")
		}
	case "function":
		b.Require("rotationFunctionArn", args.RotationFunctionArn, "it is the function that changes the secret and what the secret opens; give its ARN, or rotate a database user with \"single-user\"")
		b.Require("rotationRoleArn", args.RotationRoleArn, "without permissions for this secret the function could not rotate it; give the ARN of the function's role, which the component then allows to")
		b.useless("a rotation by your own function", "leave it out", b.databaseArguments())
	case "single-user", "alternating-users":
		b.useless("the rotation of a database user", "leave it out, or set rotation to \"function\"", b.rotationArguments())
		b.checkDatabase()
	default:
		b.OneOf("rotation", args.Rotation, "single-user", "alternating-users", "function")
	}
	b.Between("rotationDays", b.rotationDays, 1, 1000, secretsDocs)
	b.LogRetention("logRetentionDays", b.logDays)
}

// checkDatabase refuses the rotation of a user whose database, or whose secret, the
// function that rotates it could not reach.
func (b *secretBuilder) checkDatabase() {
	args := b.args
	const reach = "the rotation could not reach the database"
	if args.Value != nil {
		b.Refuse("value", "cannot be set for a database user, whose secret the rotation writes; leave it out")
	}
	b.Require("engine", args.Engine, `the rotation has to know what the database speaks; use "postgres" or "mysql"`)
	if args.Engine != "" {
		b.OneOf("engine", args.Engine, "postgres", "mysql")
	}
	if !secretUsername.MatchString(args.Username) {
		b.Refuse("username", "%q is not possible for a database user; use at most 26 small letters, digits and underscores, such as \"app_writer\"", args.Username)
	}
	b.Require("databaseHost", args.DatabaseHost, reach+"; give the endpoint of its primary")
	b.Require("vpcId", args.VpcId, reach+" from outside its VPC; give the database's VPC")
	b.Require("subnetIds", args.SubnetIds, reach+" from outside its VPC; give private subnets of the database's VPC")
	b.Require("databaseClientSecurityGroupId", args.DatabaseClientSecurityGroupId, reach+", which lets in members of its client security group only; give that group")
	if port, known := args.DatabasePort.(pulumi.String); known {
		if number, err := strconv.Atoi(string(port)); err != nil || number < 1 || number > 65535 {
			b.Refuse("databasePort", "%q is not a port; use 1 to 65535", port)
		}
	}
	b.Require("secretsManagerAccess", args.SecretsManagerAccess, `the rotation could not reach Secrets Manager from subnets without a way there; use "endpoint" if the VPC has an interface endpoint for "secretsmanager", or "nat" if the subnets have a NAT gateway`)
	if args.SecretsManagerAccess != "" {
		b.OneOf("secretsManagerAccess", args.SecretsManagerAccess, "endpoint", "nat")
	}
	if endpoint := args.SecretsManagerAccess == "endpoint"; endpoint && args.EndpointSecurityGroupId == nil {
		b.Refuse("endpointSecurityGroupId", "is required with secretsManagerAccess \"endpoint\": the rotation is let out to the endpoint only; give the endpoint's security group")
	} else if !endpoint && args.EndpointSecurityGroupId != nil {
		b.Refuse("endpointSecurityGroupId", "has no effect unless secretsManagerAccess is \"endpoint\"; set that, or leave it out")
	}
	if args.Rotation == "alternating-users" {
		b.Require("masterSecretArn", args.MasterSecretArn, "only the master user can create the second user and set its password; give the ARN of the master user's secret, or use \"single-user\"")
	}
	if args.MasterKmsKeyArn != nil && args.MasterSecretArn == nil {
		b.Refuse("masterKmsKeyArn", "encrypts the master user's secret, which is not given; give masterSecretArn, or leave it out")
	}
	if args.CaCertificates != "" {
		block, _ := pem.Decode([]byte(args.CaCertificates))
		if block == nil {
			b.Refuse("caCertificates", "holds no certificate; give them in PEM, each beginning with -----BEGIN CERTIFICATE-----")
		} else if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			b.Refuse("caCertificates", "holds a certificate that cannot be read (%s); give them in PEM", err)
		}
	}
}

// checkReplicas refuses replicas that Secrets Manager does not keep.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
func (b *secretBuilder) checkReplicas() {
	args := b.args
	for i, region := range args.ReplicaRegions {
		if !secretRegion.MatchString(region) {
			b.Refuse("replicaRegions", "%q is not a region; write it as eu-west-1", region)
		} else if slices.Index(args.ReplicaRegions, region) < i {
			b.Refuse("replicaRegions", "%q stands there twice; a secret has one replica a region", region)
		}
	}
	if keys := len(args.ReplicaKmsKeyArns); keys > 0 && keys != len(args.ReplicaRegions) {
		b.Refuse("replicaKmsKeyArns", "has %d keys for %d replicaRegions; a key serves its own region only, so give each region one, in the same order, or none", keys, len(args.ReplicaRegions))
	}
	for i, key := range args.ReplicaKmsKeyArns {
		known, ok := key.(pulumi.String)
		if !ok || i >= len(args.ReplicaRegions) {
			continue
		}
		if parts := strings.Split(string(known), ":"); len(parts) == 6 && parts[3] != args.ReplicaRegions[i] {
			b.Refuse("replicaKmsKeyArns", "%s is a key of %s, which cannot encrypt the replica in %s; give a key of that region", known, parts[3], args.ReplicaRegions[i])
		}
	}
}

// secretArgument is an argument, and whether it is set.
type secretArgument struct {
	name string
	set  bool
}

func (b *secretBuilder) useless(with, remedy string, arguments []secretArgument) {
	for _, a := range arguments {
		if a.set {
			b.Refuse(a.name, "has no effect with %s; %s", with, remedy)
		}
	}
}

func (b *secretBuilder) rotationArguments() []secretArgument {
	return []secretArgument{{"rotationFunctionArn", b.args.RotationFunctionArn != nil}, {"rotationRoleArn", b.args.RotationRoleArn != nil}}
}

func (b *secretBuilder) databaseArguments() []secretArgument {
	args := b.args
	return []secretArgument{
		{"engine", args.Engine != ""},
		{"databaseHost", args.DatabaseHost != nil},
		{"databasePort", args.DatabasePort != nil},
		{"databaseName", args.DatabaseName != nil},
		{"masterSecretArn", args.MasterSecretArn != nil},
		{"masterKmsKeyArn", args.MasterKmsKeyArn != nil},
		{"vpcId", args.VpcId != nil},
		{"subnetIds", args.SubnetIds != nil},
		{"databaseClientSecurityGroupId", args.DatabaseClientSecurityGroupId != nil},
		{"secretsManagerAccess", args.SecretsManagerAccess != ""},
		{"endpointSecurityGroupId", args.EndpointSecurityGroupId != nil},
		{"caCertificates", args.CaCertificates != ""},
		{"logRetentionDays", args.LogRetentionDays != nil},
		{"logKmsKeyArn", args.LogKmsKeyArn != nil},
		{"permissionsBoundaryArn", args.PermissionsBoundaryArn != nil && args.Rotation == "function"},
	}
}

// checkExisting refuses arguments that would have no effect on an existing secret.
func (b *secretBuilder) checkExisting() {
	args := b.args
	arguments := append(b.rotationArguments(), b.databaseArguments()...)
	for _, a := range append(arguments, []secretArgument{
		{"description", args.Description != ""},
		{"value", args.Value != nil},
		{"passwordLength", args.PasswordLength != nil},
		{"username", args.Username != ""},
		{"ownKey", args.OwnKey != nil},
		{"replicaRegions", len(args.ReplicaRegions) > 0},
		{"replicaKmsKeyArns", len(args.ReplicaKmsKeyArns) > 0},
		{"rotation", args.Rotation != ""},
		{"rotationDays", args.RotationDays != nil},
		{"deletionProtection", args.DeletionProtection != nil},
	}...) {
		if a.set {
			b.Refuse(a.name, "has no effect on an existing secret, which this component does not change; leave it out, or leave existingSecretArn out")
		}
	}
}
