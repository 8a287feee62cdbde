package database

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// securityGroups makes the group of the instances and the group of those who
// connect. Each names the other, so no address range is ever let in.
func (b *builder) securityGroups() (server, client *ec2.SecurityGroup, err error) {
	serverArgs := &ec2.SecurityGroupArgs{
		VpcId: b.args.VpcId, Description: pulumi.String("Database " + b.Name), Tags: b.Tags(b.Child("server")),
	}
	server, err = ec2.NewSecurityGroup(b.Ctx, b.Child("server"), serverArgs, convention.With(b.Scope, b.args.Transform.ServerSecurityGroup, serverArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of %s: %w", b.Name, err)
	}
	clientArgs := &ec2.SecurityGroupArgs{
		VpcId: b.args.VpcId, Description: pulumi.String("Clients of database " + b.Name), Tags: b.Tags(b.Child("client")),
	}
	client, err = ec2.NewSecurityGroup(b.Ctx, b.Child("client"), clientArgs, convention.With(b.Scope, b.args.Transform.ClientSecurityGroup, clientArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of the clients of %s: %w", b.Name, err)
	}
	port := pulumi.Int(b.engine.port)
	ingressArgs := &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: server.ID(), ReferencedSecurityGroupId: client.ID(),
		IpProtocol: pulumi.String("tcp"), FromPort: port, ToPort: port,
		Description: pulumi.String("Clients of database " + b.Name), Tags: b.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupIngressRule(b.Ctx, b.Child("from-client"), ingressArgs, convention.With(b.Scope, b.args.Transform.IngressRule, ingressArgs)); err != nil {
		return nil, nil, fmt.Errorf("letting clients into %s: %w", b.Name, err)
	}
	egressArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: client.ID(), ReferencedSecurityGroupId: server.ID(),
		IpProtocol: pulumi.String("tcp"), FromPort: port, ToPort: port,
		Description: pulumi.String("To database " + b.Name), Tags: b.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child("to-server"), egressArgs, convention.With(b.Scope, b.args.Transform.EgressRule, egressArgs)); err != nil {
		return nil, nil, fmt.Errorf("letting clients of %s out: %w", b.Name, err)
	}
	return server, client, nil
}

// A database user is known to IAM by the instance's resource id, which each
// replica has its own of.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.IAMPolicy.html
func databaseUser(a convention.Account, resourceID pulumi.StringInput, user string) pulumi.StringInput {
	return pulumi.Sprintf("%s:%s/%s", a.ARN("rds-db", "dbuser"), resourceID, user)
}

func (b *builder) readerPolicy(a convention.Account, server *server) pulumi.StringOutput {
	connect := convention.Statement{Sid: "Connect", Actions: []string{"rds-db:connect"}}
	for _, id := range server.resourceIDs {
		connect.Resources = append(connect.Resources, databaseUser(a, id, "app_reader"))
	}
	return convention.Policy(connect)
}

func (b *builder) writerPolicy(a convention.Account, server *server) pulumi.StringOutput {
	statements := []convention.Statement{
		{Sid: "Connect", Actions: []string{"rds-db:connect"}, Resources: []pulumi.StringInput{databaseUser(a, server.resourceIDs[0], "app_writer")}},
		{Sid: "ReadSecret", Actions: []string{"secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"}, Resources: []pulumi.StringInput{server.secretArn}},
	}
	if b.args.KmsKeyArn != nil {
		statements = append(statements, b.UseKey("UseKey", "secretsmanager", b.args.KmsKeyArn.ToStringPtrOutput().Elem(), "kms:Decrypt"))
	}
	return convention.Policy(statements...)
}
