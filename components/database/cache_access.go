package database

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/elasticache"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A serverless cache listens on another port for reads that may be a moment old.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/set-up.html
const cachePort, serverlessReaderPort = 6379, 6380

// users makes the group of who may connect: the one user, and the engine's own
// "default", which is switched off. Without it in the group, the engine's would be on
// for everybody and without a password.
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.RBAC.html
func (b *cacheBuilder) users(made *madeCache) (pulumi.StringInput, error) {
	// With IAM authentication, a user's id and name have to be the same.
	id := cacheIdentifier(b.Scope, "")
	userArgs := &elasticache.UserArgs{
		UserId: pulumi.String(id), UserName: pulumi.String(id), Engine: pulumi.String(b.engine), AccessString: pulumi.String(b.access),
		AuthenticationMode: elasticache.UserAuthenticationModeArgs{Type: pulumi.String("iam")}, Tags: b.Tags(""),
	}
	user, err := elasticache.NewUser(b.Ctx, b.Child("user"), userArgs, convention.With(b.Scope, b.args.Transform.User, userArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the user of %s: %w", b.Name, err)
	}
	made.user, made.userArn = user.UserName, user.Arn

	// A group of Valkey takes no user without a password. Nobody ever learns this one, and it
	// opens nothing; AWS makes up another one in every run, so the first stays.
	nobodys := secretsmanager.GetRandomPasswordOutput(b.Ctx, secretsmanager.GetRandomPasswordOutputArgs{
		PasswordLength: pulumi.Int(64), ExcludePunctuation: pulumi.Bool(true),
	}, b.Invoke()).RandomPassword()
	defaultArgs := &elasticache.UserArgs{
		UserId: pulumi.String(cacheIdentifier(b.Scope, "-default")), UserName: pulumi.String("default"), Engine: pulumi.String(b.engine),
		AccessString: pulumi.String("off ~* -@all"),
		AuthenticationMode: elasticache.UserAuthenticationModeArgs{
			Type: pulumi.String("password"), Passwords: pulumi.StringArray{pulumi.ToSecret(nobodys).(pulumi.StringOutput)},
		},
		Tags: b.Tags(""),
	}
	nobody, err := elasticache.NewUser(b.Ctx, b.Child("default-user"), defaultArgs,
		convention.With(b.Scope, b.args.Transform.DefaultUser, defaultArgs, pulumi.IgnoreChanges([]string{"authenticationMode.passwords"})))
	if err != nil {
		return nil, fmt.Errorf("creating the default user of %s: %w", b.Name, err)
	}

	groupArgs := &elasticache.UserGroupArgs{
		UserGroupId: pulumi.String(id), Engine: pulumi.String(b.engine),
		UserIds: pulumi.StringArray{nobody.UserId, user.UserId}, Tags: b.Tags(""),
	}
	group, err := elasticache.NewUserGroup(b.Ctx, b.Child("users"), groupArgs, convention.With(b.Scope, b.args.Transform.UserGroup, groupArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the user group of %s: %w", b.Name, err)
	}
	return group.UserGroupId, nil
}

// securityGroups makes the group of the cache and the group of those who connect.
// Each names the other, so no address range is ever let in.
func (b *cacheBuilder) securityGroups() (server, client *ec2.SecurityGroup, err error) {
	serverArgs := &ec2.SecurityGroupArgs{VpcId: b.args.VpcId, Description: pulumi.String("Cache " + b.Name), Tags: b.Tags(b.Child("server"))}
	server, err = ec2.NewSecurityGroup(b.Ctx, b.Child("server"), serverArgs, convention.With(b.Scope, b.args.Transform.ServerSecurityGroup, serverArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of %s: %w", b.Name, err)
	}
	clientArgs := &ec2.SecurityGroupArgs{VpcId: b.args.VpcId, Description: pulumi.String("Clients of cache " + b.Name), Tags: b.Tags(b.Child("client"))}
	client, err = ec2.NewSecurityGroup(b.Ctx, b.Child("client"), clientArgs, convention.With(b.Scope, b.args.Transform.ClientSecurityGroup, clientArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the security group of the clients of %s: %w", b.Name, err)
	}
	first, last := pulumi.Int(cachePort), pulumi.Int(cachePort)
	if b.serverless {
		last = pulumi.Int(serverlessReaderPort)
	}
	ingressArgs := &vpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId: server.ID(), ReferencedSecurityGroupId: client.ID(),
		IpProtocol: pulumi.String("tcp"), FromPort: first, ToPort: last,
		Description: pulumi.String("Clients of cache " + b.Name), Tags: b.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupIngressRule(b.Ctx, b.Child("from-client"), ingressArgs, convention.With(b.Scope, b.args.Transform.IngressRule, ingressArgs)); err != nil {
		return nil, nil, fmt.Errorf("letting clients into %s: %w", b.Name, err)
	}
	egressArgs := &vpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId: client.ID(), ReferencedSecurityGroupId: server.ID(),
		IpProtocol: pulumi.String("tcp"), FromPort: first, ToPort: last,
		Description: pulumi.String("To cache " + b.Name), Tags: b.Tags(""),
	}
	if _, err := vpc.NewSecurityGroupEgressRule(b.Ctx, b.Child("to-server"), egressArgs, convention.With(b.Scope, b.args.Transform.EgressRule, egressArgs)); err != nil {
		return nil, nil, fmt.Errorf("letting clients of %s out: %w", b.Name, err)
	}
	return server, client, nil
}
