package security

import (
	"crypto/x509"
	_ "embed" // the program of the function
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The function is a program of this component rather than the application that AWS
// publishes: that one's role cannot have a permissions boundary, lets it rotate all
// secrets that name it, and its Python ages with the version that is pinned. It needs
// nothing beyond Lambda's own Python.
var (
	//go:embed secret_rotation.py
	rotationProgram string
	//go:embed secret_postgres.py
	postgresProgram string
	//go:embed secret_mysql.py
	mysqlProgram string
	//go:embed secret_authorities.pem
	authorities string
)

// rotationFunction makes the function that rotates a database user, in the VPC of
// the database.
func (b *secretBuilder) rotationFunction(secret *secretsmanager.Secret) (*rotator, error) {
	trusted, err := b.trusted()
	if err != nil {
		return nil, err
	}
	logArgs := &cloudwatch.LogGroupArgs{RetentionInDays: pulumi.Int(b.logDays), KmsKeyId: b.logKey, Tags: b.Tags("")}
	logs, err := cloudwatch.NewLogGroup(b.Ctx, b.Child("rotation"), logArgs, convention.With(b.Scope, b.args.Transform.LogGroup, logArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the log group of the rotation of %s: %w", b.Name, err)
	}
	role, policy, err := b.rotationRole(secret, logs)
	if err != nil {
		return nil, err
	}
	group, way, err := b.rotationSecurityGroup()
	if err != nil {
		return nil, err
	}
	environment := pulumi.StringMap{"MODE": pulumi.String(b.args.Rotation)}
	if b.args.MasterSecretArn != nil {
		environment["MASTER_SECRET_ARN"] = b.args.MasterSecretArn.ToStringPtrOutput().Elem()
	}
	args := &lambda.FunctionArgs{
		Name:          b.ShortName("rotation", 64),
		Description:   pulumi.String("Rotates secret " + b.Name),
		Role:          role.Arn,
		Runtime:       pulumi.String("python3.13"),
		Architectures: pulumi.ToStringArray([]string{"arm64"}),
		Handler:       pulumi.String("secret_rotation.handler"),
		Code: pulumi.NewAssetArchive(map[string]any{
			"secret_rotation.py": pulumi.NewStringAsset(rotationProgram),
			"secret_postgres.py": pulumi.NewStringAsset(postgresProgram),
			"secret_mysql.py":    pulumi.NewStringAsset(mysqlProgram),
			"authorities.pem":    pulumi.NewStringAsset(trusted),
		}),
		MemorySize: pulumi.Int(256),
		Timeout:    pulumi.Int(60), // seconds; a step makes up to three connections, ten seconds each at most
		VpcConfig: lambda.FunctionVpcConfigArgs{
			SubnetIds:        b.args.SubnetIds.ToStringArrayOutput(),
			SecurityGroupIds: pulumi.StringArray{group.ID(), b.args.DatabaseClientSecurityGroupId.ToStringPtrOutput().Elem()},
		},
		LoggingConfig: lambda.FunctionLoggingConfigArgs{LogFormat: pulumi.String("JSON"), LogGroup: logs.Name},
		Environment:   lambda.FunctionEnvironmentArgs{Variables: environment},
		Tags:          b.Tags(""),
	}
	function, err := lambda.NewFunction(b.Ctx, b.Child("rotation"), args, convention.With(b.Scope, b.args.Transform.Function, args, pulumi.DependsOn([]pulumi.Resource{policy})))
	if err != nil {
		return nil, fmt.Errorf("creating the function that rotates %s: %w", b.Name, err)
	}
	permission, err := b.invokable(function.Name, nil)
	if err != nil {
		return nil, err
	}
	return &rotator{arn: function.Arn, name: function.Name, before: []pulumi.Resource{permission, policy, way}}, nil
}

func (b *secretBuilder) rotationRole(secret *secretsmanager.Secret, logs *cloudwatch.LogGroup) (*iam.Role, *iam.RolePolicy, error) {
	roleArgs := &iam.RoleArgs{
		Name:        b.ShortName("rotation", 64),
		Description: pulumi.String("Rotates secret " + b.Name),
		// Lambda sends no aws:Source… keys when it takes on the role of a function:
		// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
		AssumeRolePolicy:    convention.Policy(convention.Statement{Services: []string{"lambda.amazonaws.com"}, Actions: []string{"sts:AssumeRole"}}),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Tags:                b.Tags(""),
	}
	role, err := iam.NewRole(b.Ctx, b.Child("rotation"), roleArgs, convention.With(b.Scope, b.args.Transform.Role, roleArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the role of the rotation of %s: %w", b.Name, err)
	}
	statements := b.rotates(secret.Arn)
	if b.args.MasterSecretArn != nil {
		statements = append(statements, convention.Statement{
			Sid: "ReadMasterSecret", Actions: []string{"secretsmanager:GetSecretValue"},
			Resources: []pulumi.StringInput{b.args.MasterSecretArn.ToStringPtrOutput().Elem()},
		})
	}
	if b.args.MasterKmsKeyArn != nil {
		statements = append(statements, b.UseKey("UseMasterKey", "secretsmanager", b.args.MasterKmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt"))
	}
	statements = append(statements,
		convention.Statement{Sid: "Log", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []pulumi.StringInput{pulumi.Sprintf("%s:*", logs.Arn)}},
		// Lambda asks for these on every resource:
		// https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
		convention.Statement{Sid: "JoinNetwork", Resources: []pulumi.StringInput{pulumi.String("*")}, Actions: []string{
			"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses",
		}},
	)
	policyArgs := &iam.RolePolicyArgs{Role: role.Name, Policy: convention.Policy(statements...)}
	policy, err := iam.NewRolePolicy(b.Ctx, b.Child("rotation"), policyArgs, convention.With(b.Scope, b.args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the policy of the rotation of %s: %w", b.Name, err)
	}
	return role, policy, nil
}

// rotationSecurityGroup lets the function out to Secrets Manager. To the database
// leads the database's own client security group.
func (b *secretBuilder) rotationSecurityGroup() (*ec2.SecurityGroup, *vpc.SecurityGroupEgressRule, error) {
	groupArgs := &ec2.SecurityGroupArgs{VpcId: b.args.VpcId, Description: pulumi.String("Rotation of secret " + b.Name), Tags: b.Tags(b.Child("rotation"))}
	group, err := ec2.NewSecurityGroup(b.Ctx, b.Child("rotation"), groupArgs, convention.With(b.Scope, b.args.Transform.SecurityGroup, groupArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of the rotation of %s: %w", b.Name, err)
	}
	ruleArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: group.ID(), IpProtocol: pulumi.String("tcp"), FromPort: pulumi.Int(443), ToPort: pulumi.Int(443),
		Description: pulumi.String("To Secrets Manager"), Tags: b.Tags(""),
	}
	if b.args.SecretsManagerAccess == "endpoint" {
		ruleArgs.ReferencedSecurityGroupId = b.args.EndpointSecurityGroupId
	} else {
		ruleArgs.CidrIpv4 = pulumi.String("0.0.0.0/0") // its addresses are public and change
	}
	rule, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child("rotation"), ruleArgs, convention.With(b.Scope, b.args.Transform.EgressRule, ruleArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("letting the rotation of %s out: %w", b.Name, err)
	}
	return group, rule, nil
}

// trusted are the authorities that the database's certificate is checked against.
func (b *secretBuilder) trusted() (string, error) {
	if b.args.CaCertificates != "" {
		return b.args.CaCertificates, nil
	}
	var found strings.Builder
	for rest := []byte(authorities); ; {
		block, next := pem.Decode(rest)
		if block == nil {
			break
		}
		rest = next
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", fmt.Errorf("reading the authorities of RDS: %w", err)
		}
		if strings.HasPrefix(certificate.Subject.CommonName, "Amazon RDS "+b.account.Region+" Root CA ") {
			found.Write(pem.EncodeToMemory(block))
		}
	}
	if found.Len() == 0 {
		return "", fmt.Errorf("%s %q: caCertificates: is required in %s, whose authorities are not known here; give those of https://truststore.pki.rds.amazonaws.com/%s/%s-bundle.pem", b.Token, b.Name, b.account.Region, b.account.Region, b.account.Region)
	}
	return found.String(), nil
}
