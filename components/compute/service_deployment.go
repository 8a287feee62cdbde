package compute

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func (b *serviceBuilder) createService() error {
	provider := "FARGATE"
	if b.spot {
		provider = "FARGATE_SPOT"
	}
	args := &ecs.ServiceArgs{
		Cluster:        b.args.ClusterArn.ToStringOutput().ToStringPtrOutput(),
		TaskDefinition: b.definition.Arn,
		DesiredCount:   pulumi.Int(b.minTasks),
		// Named here and not left to the cluster's default: AWS writes the default into the
		// service, where the provider would want to take it away again.
		CapacityProviderStrategies: ecs.ServiceCapacityProviderStrategyArray{
			ecs.ServiceCapacityProviderStrategyArgs{CapacityProvider: pulumi.String(provider), Weight: pulumi.Int(1)},
		},
		// Lets the strategy change without a new service.
		ForceNewDeployment: pulumi.Bool(true),
		PlatformVersion:    pulumi.String("LATEST"),
		NetworkConfiguration: ecs.ServiceNetworkConfigurationArgs{
			AssignPublicIp: pulumi.Bool(false), Subnets: b.args.SubnetIds, SecurityGroups: b.securityGroups(),
		},
		AvailabilityZoneRebalancing: pulumi.String("ENABLED"),
		EnableEcsManagedTags:        pulumi.Bool(true),
		EnableExecuteCommand:        pulumi.Bool(b.executeCommand),
		PropagateTags:               pulumi.String("SERVICE"),

		// A new version gets its tasks beside the old ones, which stay until it is healthy.
		DeploymentMinimumHealthyPercent: pulumi.Int(100),
		DeploymentMaximumPercent:        pulumi.Int(200),
		DeploymentCircuitBreaker:        ecs.ServiceDeploymentCircuitBreakerArgs{Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true)},
		// Not waited for: a first deployment with a placeholder that fails its health checks
		// would hang until it times out, and ECS rolls back without us.
		WaitForSteadyState: pulumi.Bool(false),
		Tags:               b.Tags(""),
	}
	if b.args.TargetGroupArn != nil {
		args.LoadBalancers = ecs.ServiceLoadBalancerArray{ecs.ServiceLoadBalancerArgs{
			TargetGroupArn: b.args.TargetGroupArn, ContainerName: pulumi.String(containerName), ContainerPort: pulumi.Int(b.port),
		}}
		args.HealthCheckGracePeriodSeconds = pulumi.Int(b.gracePeriod)
	}
	if b.args.NamespaceArn != nil {
		args.ServiceConnectConfiguration = b.serviceConnect()
	}
	// The component's own alarms do not roll back: CPU and memory rise with load too, and
	// a task that runs out of memory or does not start trips the circuit breaker.
	if len(b.args.RollbackAlarmNames) > 0 {
		args.Alarms = ecs.ServiceAlarmsArgs{
			Enable: pulumi.Bool(true), Rollback: pulumi.Bool(true), AlarmNames: pulumi.StringArray(b.args.RollbackAlarmNames),
		}
	}
	var err error
	b.service, err = ecs.NewService(b.Ctx, b.Child("service"), args, convention.With(b.Scope, b.args.Transform.Service, args,
		pulumi.DependsOn(b.before),
		// How many tasks run is scaling's business from the first minute on.
		pulumi.IgnoreChanges([]string{"desiredCount"})))
	if err != nil {
		return fmt.Errorf("creating the service: %w", err)
	}
	return nil
}

// serviceConnect registers the service under its name, and lets it call the others
// in the namespace by theirs
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html).
func (b *serviceBuilder) serviceConnect() ecs.ServiceServiceConnectConfigurationArgs {
	options := b.logs.Name.ApplyT(func(group string) map[string]string {
		return b.logOptions(group, "service-connect")
	}).(pulumi.StringMapOutput)
	return ecs.ServiceServiceConnectConfigurationArgs{
		Enabled:   pulumi.Bool(true),
		Namespace: b.args.NamespaceArn,
		LogConfiguration: ecs.ServiceServiceConnectConfigurationLogConfigurationArgs{
			LogDriver: pulumi.String("awslogs"), Options: options,
		},
		Services: ecs.ServiceServiceConnectConfigurationServiceArray{ecs.ServiceServiceConnectConfigurationServiceArgs{
			PortName: pulumi.String(portName), DiscoveryName: pulumi.String(b.discoveryName), Tls: b.tls(),
			ClientAlias: ecs.ServiceServiceConnectConfigurationServiceClientAliasArray{
				ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs{DnsName: pulumi.String(b.discoveryName), Port: pulumi.Int(b.port)},
			},
		}},
	}
}
