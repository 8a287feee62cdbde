package compute

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/servicediscovery"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ServiceClusterToken is the type of ServiceCluster in Pulumi's state.
const ServiceClusterToken = "scaffold:compute:ServiceCluster"

// ServiceClusterArgs are the arguments of a ServiceCluster.
type ServiceClusterArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// Collect metrics of every task and container with CloudWatch Container Insights
	// in its enhanced form. Default: true in production, false in sandbox, where its
	// price would exceed that of small tasks. Nothing in a Service depends on it.
	ContainerInsights *bool `pulumi:"containerInsights,optional"`
	// The name of the Cloud Map namespace that services find each other in. It must be
	// unique in the account and region. Default: a unique name made from the name of
	// the component; nobody has to know it, since services call each other by their
	// own names.
	Namespace string `pulumi:"namespace,optional"`
	// The ARN of the KMS key that encrypts the sessions of `aws ecs execute-command`
	// beyond TLS. Services that allow such sessions need the same key as their
	// kmsKeyArn. Default: TLS only.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// The ARN of a cluster that exists already: only the namespace is created, and the
	// cluster's settings are left to its owner. It must have the capacity providers
	// FARGATE and FARGATE_SPOT.
	ExistingClusterArn pulumi.StringPtrInput `pulumi:"existingClusterArn,optional"`
	// Tags of the cluster and the namespace, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform ServiceClusterTransform
}

// ServiceClusterTransform reaches every property of the children of a ServiceCluster.
type ServiceClusterTransform struct {
	Cluster           func(*ecs.ClusterArgs, *[]pulumi.ResourceOption)
	CapacityProviders func(*ecs.ClusterCapacityProvidersArgs, *[]pulumi.ResourceOption)
	Namespace         func(*servicediscovery.HttpNamespaceArgs, *[]pulumi.ResourceOption)
}

// ServiceCluster is an ECS cluster on Fargate with a namespace that its services
// find each other in.
type ServiceCluster struct {
	pulumi.ResourceState

	// The ARN of the cluster.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The name of the cluster, the dimension of its metrics.
	Name pulumi.StringOutput `pulumi:"name"`
	// The ARN of the Cloud Map namespace, for the namespaceArn of a Service.
	NamespaceArn pulumi.StringOutput `pulumi:"namespaceArn"`
}

var (
	// https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateHttpNamespace.html
	namespaceName = regexp.MustCompile(`^[!-~]+$`)
	clusterArn    = regexp.MustCompile(`^arn:[a-z-]+:ecs:[a-z0-9-]+:\d{12}:cluster/([A-Za-z0-9_-]+)$`)
)

// NewServiceCluster creates a ServiceCluster. It fails for settings of a cluster
// that exists already.
func NewServiceCluster(ctx *pulumi.Context, name string, args *ServiceClusterArgs, opts ...pulumi.ResourceOption) (*ServiceCluster, error) {
	if args == nil {
		args = &ServiceClusterArgs{}
	}
	s := convention.Open(ctx, ServiceClusterToken, name, args.Preset).Tagged(args.Tags)
	if args.Namespace != "" && (len(args.Namespace) > 1024 || !namespaceName.MatchString(args.Namespace)) {
		s.Refuse("namespace", "%q is not a name of a namespace; use 1 to 1024 visible ASCII characters, as shop-production", args.Namespace)
	}
	if args.ExistingClusterArn != nil {
		const owner = "would change nothing: an existing cluster is left to its owner. Leave it out, and set it there"
		if args.ContainerInsights != nil {
			s.Refuse("containerInsights", owner)
		}
		if args.KmsKeyArn != nil {
			s.Refuse("kmsKeyArn", owner)
		}
		if arn, known := args.ExistingClusterArn.(pulumi.String); known && !clusterArn.MatchString(string(arn)) {
			s.Refuse("existingClusterArn", "%q is not the ARN of an ECS cluster; write it as arn:aws:ecs:eu-central-1:123456789012:cluster/shop", string(arn))
		}
	}
	c := &ServiceCluster{}
	if err := s.Register(c, args, opts...); err != nil {
		return nil, err
	}

	// HTTP, not DNS: Service Connect needs no hosted zone, and none is paid for.
	// There is always a namespace, so that the output always means something.
	namespaceArgs := &servicediscovery.HttpNamespaceArgs{
		Description: pulumi.String("Services of " + name),
		Tags:        s.Tags(""),
	}
	if args.Namespace != "" {
		namespaceArgs.Name = pulumi.String(args.Namespace)
	}
	namespace, err := servicediscovery.NewHttpNamespace(ctx, s.Child("namespace"), namespaceArgs, convention.With(s, args.Transform.Namespace, namespaceArgs))
	if err != nil {
		return nil, fmt.Errorf("creating the namespace of %s: %w", name, err)
	}
	c.NamespaceArn = namespace.Arn
	if args.ExistingClusterArn != nil {
		c.Arn = args.ExistingClusterArn.ToStringPtrOutput().Elem()
		c.Name = c.Arn.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }).(pulumi.StringOutput)
		return c, s.Done()
	}
	if err := c.create(s, args, namespace); err != nil {
		return nil, err
	}
	return c, s.Done()
}

// create makes the cluster itself.
func (c *ServiceCluster) create(s *convention.Scope, args *ServiceClusterArgs, namespace *servicediscovery.HttpNamespace) error {
	insights := "disabled"
	if convention.Choose(args.ContainerInsights, s.Preset, true, false) {
		insights = "enhanced"
	}
	clusterArgs := &ecs.ClusterArgs{
		// Always set: without it the account's default applies, which anyone may change.
		Settings: ecs.ClusterSettingArray{
			ecs.ClusterSettingArgs{Name: pulumi.String("containerInsights"), Value: pulumi.String(insights)},
		},
		ServiceConnectDefaults: ecs.ClusterServiceConnectDefaultsArgs{Namespace: namespace.Arn},
		Tags:                   s.Tags(""),
	}
	if args.KmsKeyArn != nil {
		clusterArgs.Configuration = ecs.ClusterConfigurationArgs{
			ExecuteCommandConfiguration: ecs.ClusterConfigurationExecuteCommandConfigurationArgs{
				KmsKeyId: args.KmsKeyArn,
				// The log group of the task whose container the session is in.
				Logging: pulumi.String("DEFAULT"),
			},
		}
	}
	cluster, err := ecs.NewCluster(s.Ctx, s.Child("cluster"), clusterArgs, convention.With(s, args.Transform.Cluster, clusterArgs))
	if err != nil {
		return fmt.Errorf("creating the cluster of %s: %w", s.Name, err)
	}
	// The default is for tasks started by hand or by a schedule; a Service names its
	// own. Spot tasks can be stopped with two minutes' notice, which a sandbox bears
	// for a price that is up to 70 % lower.
	standard := "FARGATE"
	if s.Preset == convention.Sandbox {
		standard = "FARGATE_SPOT"
	}
	providersArgs := &ecs.ClusterCapacityProvidersArgs{
		ClusterName:       cluster.Name,
		CapacityProviders: pulumi.ToStringArray([]string{"FARGATE", "FARGATE_SPOT"}),
		DefaultCapacityProviderStrategies: ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArray{
			ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs{CapacityProvider: pulumi.String(standard), Weight: pulumi.Int(1)},
		},
	}
	providers, err := ecs.NewClusterCapacityProviders(s.Ctx, s.Child("capacity-providers"), providersArgs, convention.With(s, args.Transform.CapacityProviders, providersArgs))
	if err != nil {
		return fmt.Errorf("associating capacity providers with %s: %w", s.Name, err)
	}
	// Whoever uses the cluster has to wait for its capacity providers, and has to be
	// gone before they are taken away.
	c.Arn = after(cluster.Arn, providers)
	c.Name = after(cluster.Name, providers)
	return nil
}

// after is the value, once the resource is there too.
func after(value pulumi.StringOutput, r pulumi.CustomResource) pulumi.StringOutput {
	return pulumi.All(value, r.ID()).ApplyT(func(all []any) string { return all[0].(string) }).(pulumi.StringOutput)
}
