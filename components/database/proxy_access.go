package database

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// securityGroups makes the group of the proxy and the group of its callers. The way
// from the proxy to the database is the database's client group.
func (b *proxyBuilder) securityGroups() (server, client *ec2.SecurityGroup, err error) {
	serverArgs := &ec2.SecurityGroupArgs{
		VpcId: b.args.VpcId.ToStringOutput().ToStringPtrOutput(), Description: pulumi.String("Database proxy " + b.Name), Tags: b.Tags(b.Child("server")),
	}
	server, err = ec2.NewSecurityGroup(b.Ctx, b.Child("server"), serverArgs, convention.With(b.Scope, b.args.Transform.ServerSecurityGroup, serverArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of %s: %w", b.Name, err)
	}
	clientArgs := &ec2.SecurityGroupArgs{
		VpcId: b.args.VpcId.ToStringOutput().ToStringPtrOutput(), Description: pulumi.String("Clients of database proxy " + b.Name), Tags: b.Tags(b.Child("client")),
	}
	client, err = ec2.NewSecurityGroup(b.Ctx, b.Child("client"), clientArgs, convention.With(b.Scope, b.args.Transform.ClientSecurityGroup, clientArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of the clients of %s: %w", b.Name, err)
	}
	port := pulumi.Int(b.engine.port)
	ingressArgs := &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: server.ID(), ReferencedSecurityGroupId: client.ID(),
		IpProtocol: pulumi.String("tcp"), FromPort: port, ToPort: port,
		Description: pulumi.String("Clients of database proxy " + b.Name), Tags: b.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupIngressRule(b.Ctx, b.Child("from-client"), ingressArgs, convention.With(b.Scope, b.args.Transform.IngressRule, ingressArgs)); err != nil {
		return nil, nil, fmt.Errorf("letting clients into %s: %w", b.Name, err)
	}
	egressArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: client.ID(), ReferencedSecurityGroupId: server.ID(),
		IpProtocol: pulumi.String("tcp"), FromPort: port, ToPort: port,
		Description: pulumi.String("To database proxy " + b.Name), Tags: b.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child("to-server"), egressArgs, convention.With(b.Scope, b.args.Transform.EgressRule, egressArgs)); err != nil {
		return nil, nil, fmt.Errorf("letting clients of %s out: %w", b.Name, err)
	}
	return server, client, nil
}

// role lets the proxy read the secrets, and use their key for nothing else.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html
func (b *proxyBuilder) role(account convention.Account) (*iam.Role, *iam.RolePolicy, error) {
	roleArgs := &iam.RoleArgs{
		Name:                b.ShortName("role", 64),
		AssumeRolePolicy:    convention.AssumedBy("rds.amazonaws.com", account.ID),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Description:         pulumi.String("Database proxy " + b.Name + " reads its secrets"),
		Tags:                b.Tags(""),
	}
	role, err := iam.NewRole(b.Ctx, b.Child("role"), roleArgs, convention.With(b.Scope, b.args.Transform.Role, roleArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the role of %s: %w", b.Name, err)
	}
	policyArgs := &iam.RolePolicyArgs{Role: role.Name, Policy: convention.Policy(b.readSecrets()...)}
	policy, err := iam.NewRolePolicy(b.Ctx, b.Child("secrets"), policyArgs, convention.With(b.Scope, b.args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("letting %s read its secrets: %w", b.Name, err)
	}
	return role, policy, nil
}

func (b *proxyBuilder) readSecrets() []convention.Statement {
	statements := []convention.Statement{{Sid: "ReadSecrets", Actions: []string{"secretsmanager:GetSecretValue"}, Resources: b.args.SecretArns}}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, b.UseKey("UseKey", "secretsmanager", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt"))
	}
	return statements
}

// connectPolicy names the proxy by its resource id, which is the end of its ARN.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
func (b *proxyBuilder) connectPolicy(account convention.Account, proxy *rds.Proxy) pulumi.StringOutput {
	if !b.iam {
		return convention.Policy(b.readSecrets()...)
	}
	id := proxy.Arn.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }).(pulumi.StringOutput)
	connect := convention.Statement{Sid: "Connect", Actions: []string{"rds-db:connect"}}
	for _, user := range b.usernames {
		connect.Resources = append(connect.Resources, databaseUser(account, id, user))
	}
	return convention.Policy(connect)
}
