package database

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// proxyBuilder makes the children of a Proxy.
type proxyBuilder struct {
	*convention.Scope
	proxySettings
	args *ProxyArgs
}

// name is the name of the proxy at AWS. It must be known beforehand, since RDS would
// make the log group of that name itself, to be kept for ever. A change that needs
// another proxy changes it, so that the new one can be there before the old one goes.
func (b *proxyBuilder) name() pulumi.StringOutput {
	id, family := identifier(b.Scope), b.family()
	return b.args.SubnetIds.ToStringArrayOutput().ApplyT(func(subnets []string) string {
		sum := sha256.Sum256([]byte(id + "\x00" + family + "\x00" + strings.Join(slices.Sorted(slices.Values(subnets)), "\x00")))
		suffix := hex.EncodeToString(sum[:])[:7]
		return id[:len(id)-len(suffix)] + suffix
	}).(pulumi.StringOutput)
}

// proxy creates the proxy and registers the database with it.
func (b *proxyBuilder) proxy(account convention.Account, server *ec2.SecurityGroup) (*rds.Proxy, error) {
	role, allowed, err := b.role(account)
	if err != nil {
		return nil, err
	}
	name := b.name()
	logArgs := &cloudwatch.LogGroupArgs{
		Name:            pulumi.Sprintf("/aws/rds/proxy/%s", name),
		RetentionInDays: pulumi.Int(b.logDays), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags(""),
	}
	log, err := cloudwatch.NewLogGroup(b.Ctx, b.Child("log"), logArgs, convention.With(b.Scope, b.args.Transform.LogGroup, logArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the log group of %s: %w", b.Name, err)
	}
	iamAuth := "DISABLED"
	if b.iam {
		iamAuth = "REQUIRED"
	}
	auths := rds.ProxyAuthArray{}
	for _, secret := range b.args.SecretArns {
		auths = append(auths, rds.ProxyAuthArgs{
			AuthScheme: pulumi.String("SECRETS"), IamAuth: pulumi.String(iamAuth), SecretArn: secret.ToStringOutput().ToStringPtrOutput(),
		})
	}
	args := &rds.ProxyArgs{
		Name:                name,
		EngineFamily:        pulumi.String(b.family()),
		RoleArn:             role.Arn,
		Auths:               auths,
		RequireTls:          pulumi.Bool(true),
		IdleClientTimeout:   pulumi.Int(b.idle),
		DebugLogging:        pulumi.Bool(false), // it writes statements, with what is in them
		VpcSubnetIds:        b.args.SubnetIds,
		VpcSecurityGroupIds: pulumi.StringArray{server.ID(), b.args.DatabaseClientSecurityGroupId},
		Tags:                b.Tags(""),
	}
	proxy, err := rds.NewProxy(b.Ctx, b.Child("proxy"), args,
		convention.With(b.Scope, b.args.Transform.Proxy, args, pulumi.DependsOn([]pulumi.Resource{allowed, log})))
	if err != nil {
		return nil, fmt.Errorf("creating proxy %s: %w", b.Name, err)
	}
	return proxy, b.target(proxy)
}

// target puts the database behind the proxy.
func (b *proxyBuilder) target(proxy *rds.Proxy) error {
	groupArgs := &rds.ProxyDefaultTargetGroupArgs{
		DbProxyName: proxy.Name,
		ConnectionPoolConfig: rds.ProxyDefaultTargetGroupConnectionPoolConfigArgs{
			MaxConnectionsPercent:     pulumi.Int(b.maxConnections),
			MaxIdleConnectionsPercent: pulumi.Int(b.maxConnections / 2),
			ConnectionBorrowTimeout:   pulumi.Int(b.borrow),
		},
	}
	group, err := rds.NewProxyDefaultTargetGroup(b.Ctx, b.Child("pool"), groupArgs, convention.With(b.Scope, b.args.Transform.TargetGroup, groupArgs))
	if err != nil {
		return fmt.Errorf("creating the connection pool of %s: %w", b.Name, err)
	}
	targetArgs := &rds.ProxyTargetArgs{
		DbProxyName: proxy.Name, TargetGroupName: group.Name,
		DbInstanceIdentifier: b.args.TargetInstanceIdentifier, DbClusterIdentifier: b.args.TargetClusterIdentifier,
	}
	if _, err := rds.NewProxyTarget(b.Ctx, b.Child("target"), targetArgs, convention.With(b.Scope, b.args.Transform.Target, targetArgs)); err != nil {
		return fmt.Errorf("putting the database behind %s: %w", b.Name, err)
	}
	return nil
}

// endpoints creates the endpoint for readers if it is wanted, and returns where to
// read from.
func (b *proxyBuilder) endpoints(proxy *rds.Proxy, server *ec2.SecurityGroup) (pulumi.StringOutput, error) {
	if !b.reader {
		return proxy.Endpoint, nil
	}
	args := &rds.ProxyEndpointArgs{
		DbProxyName: proxy.Name, DbProxyEndpointName: pulumi.Sprintf("%s-reader", proxy.Name), TargetRole: pulumi.String("READ_ONLY"),
		VpcSubnetIds: b.args.SubnetIds, VpcSecurityGroupIds: pulumi.StringArray{server.ID(), b.args.DatabaseClientSecurityGroupId},
		Tags: b.Tags(""),
	}
	endpoint, err := rds.NewProxyEndpoint(b.Ctx, b.Child("reader"), args, convention.With(b.Scope, b.args.Transform.ReaderEndpoint, args))
	if err != nil {
		return pulumi.StringOutput{}, fmt.Errorf("creating the reader endpoint of %s: %w", b.Name, err)
	}
	return endpoint.Endpoint, nil
}
