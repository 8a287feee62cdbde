package database

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// auroraBuilder makes the children of an Aurora. What Aurora and Relational have
// alike (network, monitoring role, policies) the builder of a Relational makes.
type auroraBuilder struct {
	*builder
	d    auroraSettings
	args *AuroraArgs
}

func newAuroraBuilder(s *convention.Scope, args *AuroraArgs, d auroraSettings) *auroraBuilder {
	t := args.Transform
	return &auroraBuilder{d: d, args: args, builder: &builder{Scope: s, settings: d.settings, args: &RelationalArgs{
		VpcId: args.VpcId, SubnetIds: args.SubnetIds, KmsKeyArn: args.KmsKeyArn,
		PermissionsBoundaryArn: args.PermissionsBoundaryArn, AlarmTopicArn: args.AlarmTopicArn,
		Transform: RelationalTransform{
			SubnetGroup: t.SubnetGroup, ServerSecurityGroup: t.ServerSecurityGroup, ClientSecurityGroup: t.ClientSecurityGroup,
			IngressRule: t.IngressRule, EgressRule: t.EgressRule,
			MonitoringRole: t.MonitoringRole, MonitoringAttachment: t.MonitoringAttachment, Alarm: t.Alarm,
		},
	}}}
}

// auroraCluster is a cluster, created or found.
type auroraCluster struct {
	server
	readers     bool
	memory      float64 // of an instance at its largest, in GiB; 0 if that is not known
	connections float64 // that an instance takes; 0 if that is not known
	capacity    float64 // that a serverless instance may grow to; 0 if it is not serverless or not known
}

// cluster finds the existing cluster or creates a new one.
func (b *auroraBuilder) cluster() (*auroraCluster, error) {
	if b.args.ExistingClusterIdentifier != "" {
		return b.existingCluster()
	}
	serverGroup, clientGroup, err := b.securityGroups()
	if err != nil {
		return nil, err
	}
	subnets, err := b.subnetGroup()
	if err != nil {
		return nil, err
	}
	parameters, err := b.clusterParameterGroup()
	if err != nil {
		return nil, err
	}
	id := identifier(b.Scope)
	logs, err := b.clusterLogs(id)
	if err != nil {
		return nil, err
	}
	args := b.clusterArgs(id)
	args.DbSubnetGroupName, args.DbClusterParameterGroupName = subnets.Name, parameters.Name
	args.VpcSecurityGroupIds = pulumi.StringArray{serverGroup.ID()}
	// RDS would make the log groups itself, to be kept for ever.
	opts := []pulumi.ResourceOption{pulumi.DependsOn(logs), pulumi.Protect(b.protected)}
	if b.engine.pinned(b.version) {
		// AWS applies minor versions by itself; without this, an update would try to go back.
		opts = append(opts, pulumi.IgnoreChanges([]string{"engineVersion"}))
	}
	cluster, err := rds.NewCluster(b.Ctx, b.Child("cluster"), args, convention.With(b.Scope, b.args.Transform.Cluster, args, opts...))
	if err != nil {
		return nil, fmt.Errorf("creating the cluster of %s: %w", b.Name, err)
	}
	instances, err := b.instances(id, cluster)
	if err != nil {
		return nil, err
	}
	if b.d.maxReaders > b.d.readers {
		if err := b.scaleReaders(cluster, instances); err != nil {
			return nil, err
		}
	}
	writer := instances[0]
	made := &auroraCluster{
		server: server{
			// A cluster without an instance has an endpoint that nobody answers, and a proxy
			// refuses it as a target: whoever uses the cluster waits for its writer.
			endpoint: after(cluster.Endpoint, writer), readerEndpoint: after(cluster.ReaderEndpoint, writer),
			port:         cluster.Port.ApplyT(strconv.Itoa).(pulumi.StringOutput),
			databaseName: cluster.DatabaseName, identifier: writer.ClusterIdentifier,
			secretArn:             convention.Deployed(cluster.ID(), cluster.MasterUserSecrets.Index(pulumi.Int(0)).SecretArn()),
			clientSecurityGroupId: clientGroup.ID().ToStringOutput(),
			resourceIDs:           []pulumi.StringInput{cluster.ClusterResourceId},
			class:                 b.class, engine: b.engine,
		},
		readers: b.d.readers > 0, capacity: b.d.maxCapacity,
	}
	made.limits(b.d.minCapacity)
	return made, nil
}

// after is a value that is known only once an instance is there.
func after(value pulumi.StringOutput, instance *rds.ClusterInstance) pulumi.StringOutput {
	return pulumi.All(value, instance.ID()).ApplyT(func(values []any) string { return values[0].(string) }).(pulumi.StringOutput)
}

func (b *auroraBuilder) clusterArgs(id string) *rds.ClusterArgs {
	a := &rds.ClusterArgs{
		ClusterIdentifier:                pulumi.String(id),
		Engine:                           pulumi.String(b.engine.name),
		EngineVersion:                    pulumi.String(b.version),
		DatabaseName:                     pulumi.String(b.database),
		MasterUsername:                   pulumi.String(b.username),
		ManageMasterUserPassword:         pulumi.Bool(true),
		MasterUserSecretKmsKeyId:         b.args.KmsKeyArn,
		Port:                             pulumi.Int(b.engine.port),
		StorageEncrypted:                 pulumi.Bool(true),
		KmsKeyId:                         b.args.KmsKeyArn,
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),
		EnabledCloudwatchLogsExports:     pulumi.ToStringArray(b.engine.logs),
		BackupRetentionPeriod:            pulumi.Int(b.backupDays),
		PreferredBackupWindow:            pulumi.String("02:00-03:00"), // UTC
		PreferredMaintenanceWindow:       pulumi.String(maintenance),
		CopyTagsToSnapshot:               pulumi.Bool(true),
		// Backups of a production database outlive it for as long as they are kept.
		DeleteAutomatedBackups: pulumi.Bool(b.Preset == convention.Sandbox),
		DeletionProtection:     pulumi.Bool(b.protected),
		SkipFinalSnapshot:      pulumi.Bool(!b.protected),
		// In production, changes that restart the database wait for the maintenance window.
		ApplyImmediately: pulumi.Bool(b.Preset == convention.Sandbox),
		Tags:             b.Tags(""),
	}
	if b.protected {
		a.FinalSnapshotIdentifier = pulumi.String(id + "-final")
	}
	if b.d.serverless() {
		scaling := rds.ClusterServerlessv2ScalingConfigurationArgs{
			MinCapacity: pulumi.Float64(b.d.minCapacity), MaxCapacity: pulumi.Float64(b.d.maxCapacity),
		}
		if b.d.minCapacity == 0 {
			scaling.SecondsUntilAutoPause = pulumi.Int(secondsUntilPause)
		}
		a.Serverlessv2ScalingConfiguration = scaling
	}
	return a
}

// maintenance is when AWS may restart instances: in UTC, after the backup.
const maintenance = "sun:03:30-sun:04:30"

// instances creates the writer, then the readers. Any instance can become the
// writer, so all are alike; the first one is it to begin with because the others
// wait for it.
func (b *auroraBuilder) instances(id string, cluster *rds.Cluster) ([]*rds.ClusterInstance, error) {
	monitoring := &common{}
	if err := b.monitoringRole(monitoring); err != nil {
		return nil, err
	}
	zones := b.zones()
	var made []*rds.ClusterInstance
	for i := range 1 + b.d.readers {
		role := fmt.Sprintf("instance-%d", i+1)
		a := &rds.ClusterInstanceArgs{
			Identifier:                 pulumi.String(id + "-" + strconv.Itoa(i+1)),
			ClusterIdentifier:          cluster.ID(),
			Engine:                     cluster.Engine,
			InstanceClass:              pulumi.String(b.class),
			AvailabilityZone:           zones.ApplyT(func(zones []string) string { return zones[i%len(zones)] }).(pulumi.StringOutput),
			PromotionTier:              pulumi.Int(i),
			PubliclyAccessible:         pulumi.Bool(false),
			CaCertIdentifier:           pulumi.String(b.caCertificate),
			MonitoringInterval:         pulumi.Int(b.monitoring),
			MonitoringRoleArn:          monitoring.monitoringRole,
			PerformanceInsightsEnabled: pulumi.Bool(b.insights),
			AutoMinorVersionUpgrade:    pulumi.Bool(true),
			PreferredMaintenanceWindow: pulumi.String(maintenance),
			CopyTagsToSnapshot:         pulumi.Bool(true),
			ApplyImmediately:           pulumi.Bool(b.Preset == convention.Sandbox),
			Tags:                       b.Tags(""),
		}
		if b.insights {
			a.PerformanceInsightsRetentionPeriod = pulumi.Int(7)
			a.PerformanceInsightsKmsKeyId = b.args.KmsKeyArn
		}
		// A zone is chosen once: to move an instance means to make another one.
		opts := []pulumi.ResourceOption{pulumi.Protect(b.protected), pulumi.IgnoreChanges([]string{"availabilityZone"})}
		var first []pulumi.Resource
		if monitoring.monitoringAllowed != nil {
			first = append(first, monitoring.monitoringAllowed)
		}
		if i > 0 {
			first = append(first, made[0])
		}
		opts = append(opts, pulumi.DependsOn(first))
		instance, err := rds.NewClusterInstance(b.Ctx, b.Child(role), a, convention.With(b.Scope, b.args.Transform.Instance, a, opts...))
		if err != nil {
			return nil, fmt.Errorf("creating %s of %s: %w", role, b.Name, err)
		}
		made = append(made, instance)
	}
	return made, nil
}

// zones are the availability zones of the subnets. RDS would choose one at random for
// each instance, and might put all of them into one.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
func (b *auroraBuilder) zones() pulumi.StringArrayOutput {
	return b.args.SubnetIds.ToStringArrayOutput().ApplyT(func(ids []string) ([]string, error) {
		var zones []string
		for _, id := range ids {
			subnet, err := ec2.LookupSubnet(b.Ctx, &ec2.LookupSubnetArgs{Id: &id}, b.Invoke())
			if err != nil {
				return nil, fmt.Errorf("%s %q: subnetIds: asking for the zone of %q: %w", b.Token, b.Name, id, err)
			}
			zones = append(zones, subnet.AvailabilityZone)
		}
		slices.Sort(zones)
		return slices.Compact(zones), nil
	}).(pulumi.StringArrayOutput)
}

func (b *auroraBuilder) clusterLogs(id string) ([]pulumi.Resource, error) {
	var groups []pulumi.Resource
	for _, log := range b.engine.logs {
		a := &cloudwatch.LogGroupArgs{
			Name:            pulumi.String("/aws/rds/cluster/" + id + "/" + log),
			RetentionInDays: pulumi.Int(b.logDays), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags(""),
		}
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(log), a, convention.With(b.Scope, b.args.Transform.LogGroup, a))
		if err != nil {
			return nil, fmt.Errorf("creating the log group %s of %s: %w", log, b.Name, err)
		}
		groups = append(groups, group)
	}
	return groups, nil
}

func (b *auroraBuilder) clusterParameterGroup() (*rds.ClusterParameterGroup, error) {
	family, _ := b.engine.family(b.version)
	parameters := rds.ClusterParameterGroupParameterArray{}
	for _, p := range b.engine.parameters {
		parameters = append(parameters, rds.ClusterParameterGroupParameterArgs{Name: pulumi.String(p[0]), Value: pulumi.String(p[1])})
	}
	a := &rds.ClusterParameterGroupArgs{
		Family: pulumi.String(family), Parameters: parameters,
		Description: pulumi.String("TLS only, slow statements logged"), Tags: b.Tags(""),
	}
	group, err := rds.NewClusterParameterGroup(b.Ctx, b.Child("parameters"), a, convention.With(b.Scope, b.args.Transform.ParameterGroup, a))
	if err != nil {
		return nil, fmt.Errorf("creating the parameter group of %s: %w", b.Name, err)
	}
	return group, nil
}
