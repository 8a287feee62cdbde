package database

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// builder makes the children of a Relational.
type builder struct {
	*convention.Scope
	settings
	args *RelationalArgs
}

// server is a primary with its replicas, created or found.
type server struct {
	endpoint, readerEndpoint, port           pulumi.StringOutput
	databaseName, identifier, arn, secretArn pulumi.StringOutput
	clientSecurityGroupId                    pulumi.StringOutput
	resourceIDs                              []pulumi.StringInput // of the primary, then of the replicas
	replicas                                 []pulumi.StringInput // identifiers
	class                                    string
	engine                                   engine
	storageGib                               int
}

// server finds the existing instance or creates a new one.
func (b *builder) server() (*server, error) {
	if b.args.ExistingInstanceIdentifier != "" {
		return b.existing()
	}
	common, err := b.common()
	if err != nil {
		return nil, err
	}
	id := identifier(b.Scope)
	primaryArgs := b.primaryArgs(id, common)
	subnetGroup, err := b.subnetGroup()
	if err != nil {
		return nil, err
	}
	primaryArgs.DbSubnetGroupName = subnetGroup.Name
	secretArn, err := b.password(primaryArgs)
	if err != nil {
		return nil, err
	}
	opts, err := b.instanceOptions("", id, common)
	if err != nil {
		return nil, err
	}
	if b.engine.pinned(b.version) {
		// AWS applies minor versions by itself; without this, an update would try to go back.
		opts = append(opts, pulumi.IgnoreChanges([]string{"engineVersion"}))
	}
	primary, err := rds.NewInstance(b.Ctx, b.Child("primary"), primaryArgs, convention.With(b.Scope, b.args.Transform.Instance, primaryArgs, opts...))
	if err != nil {
		return nil, fmt.Errorf("creating the primary of %s: %w", b.Name, err)
	}
	made := &server{
		endpoint: primary.Address, readerEndpoint: primary.Address,
		port:         primary.Port.ApplyT(strconv.Itoa).(pulumi.StringOutput),
		databaseName: primary.DbName, identifier: primary.Identifier, arn: primary.Arn, secretArn: secretArn(primary),
		clientSecurityGroupId: common.client, resourceIDs: []pulumi.StringInput{primary.ResourceId},
		class: b.class, engine: b.engine, storageGib: b.storage,
	}
	for i := range b.settings.replicas {
		replica, err := b.replica(fmt.Sprintf("replica-%d", i+1), id, primary, common)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			made.readerEndpoint = replica.Address
		}
		made.resourceIDs = append(made.resourceIDs, replica.ResourceId)
		made.replicas = append(made.replicas, replica.Identifier)
	}
	return made, nil
}

// common is what the primary and its replicas share.
type common struct {
	server, client    pulumi.StringOutput // security groups
	parameterGroup    pulumi.StringOutput
	monitoringRole    pulumi.StringPtrInput // nil: no monitoring
	monitoringAllowed pulumi.Resource
}

func (b *builder) common() (*common, error) {
	serverGroup, clientGroup, err := b.securityGroups()
	if err != nil {
		return nil, err
	}
	parameters, err := b.parameterGroup()
	if err != nil {
		return nil, err
	}
	c := &common{
		server: serverGroup.ID().ToStringOutput(), client: clientGroup.ID().ToStringOutput(),
		parameterGroup: parameters.Name,
	}
	return c, b.monitoringRole(c)
}

// instance are the arguments that the primary and its replicas have alike.
func (b *builder) instance(id string, c *common) *rds.InstanceArgs {
	a := &rds.InstanceArgs{
		Identifier:                       pulumi.String(id),
		InstanceClass:                    pulumi.String(b.class),
		StorageType:                      pulumi.String("gp3"),
		StorageEncrypted:                 pulumi.Bool(true),
		VpcSecurityGroupIds:              pulumi.StringArray{c.server},
		PubliclyAccessible:               pulumi.Bool(false),
		ParameterGroupName:               c.parameterGroup,
		CaCertIdentifier:                 pulumi.String(b.caCertificate),
		IamDatabaseAuthenticationEnabled: pulumi.Bool(true),
		EnabledCloudwatchLogsExports:     pulumi.ToStringArray(b.engine.logs),
		MonitoringInterval:               pulumi.Int(b.monitoring),
		MonitoringRoleArn:                c.monitoringRole,
		PerformanceInsightsEnabled:       pulumi.Bool(b.insights),
		AutoMinorVersionUpgrade:          pulumi.Bool(true),
		MaintenanceWindow:                pulumi.String("sun:03:30-sun:04:30"), // UTC, after the backup
		CopyTagsToSnapshot:               pulumi.Bool(true),
		DeletionProtection:               pulumi.Bool(b.protected),
		// In production, changes that restart the database wait for the maintenance window.
		ApplyImmediately: pulumi.Bool(b.Preset == convention.Sandbox),
		Tags:             b.Tags(""),
	}
	if b.maxStorage > 0 {
		a.MaxAllocatedStorage = pulumi.Int(b.maxStorage)
	}
	if b.insights {
		a.PerformanceInsightsRetentionPeriod = pulumi.Int(7)
		a.PerformanceInsightsKmsKeyId = b.args.KmsKeyArn
	}
	return a
}

func (b *builder) primaryArgs(id string, c *common) *rds.InstanceArgs {
	a := b.instance(id, c)
	a.Engine = pulumi.String(b.engine.name)
	a.EngineVersion = pulumi.String(b.version)
	a.AllocatedStorage = pulumi.Int(b.storage)
	a.KmsKeyId = b.args.KmsKeyArn
	a.DbName = pulumi.String(b.database)
	a.Username = pulumi.String(b.username)
	a.Port = pulumi.Int(b.engine.port)
	a.MultiAz = pulumi.Bool(b.multiAz)
	a.BackupRetentionPeriod = pulumi.Int(b.backupDays)
	a.BackupWindow = pulumi.String("02:00-03:00") // UTC
	// Backups of a production database outlive it for as long as they are kept.
	a.DeleteAutomatedBackups = pulumi.Bool(b.Preset == convention.Sandbox)
	a.SkipFinalSnapshot = pulumi.Bool(!b.protected)
	if b.protected {
		a.FinalSnapshotIdentifier = pulumi.String(id + "-final")
	}
	return a
}

// replica creates a read replica in the same region. It has the primary's engine,
// subnets and encryption key, and no snapshots of its own.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstanceReadReplica.html
func (b *builder) replica(role, primaryID string, primary *rds.Instance, c *common) (*rds.Instance, error) {
	id := primaryID + "-" + role
	a := b.instance(id, c)
	a.ReplicateSourceDb = primary.Identifier
	a.SkipFinalSnapshot = pulumi.Bool(true)
	opts, err := b.instanceOptions(role+"-", id, c)
	if err != nil {
		return nil, err
	}
	replica, err := rds.NewInstance(b.Ctx, b.Child(role), a, convention.With(b.Scope, b.args.Transform.Replica, a, opts...))
	if err != nil {
		return nil, fmt.Errorf("creating %s of %s: %w", role, b.Name, err)
	}
	return replica, nil
}

// instanceOptions protects an instance, and makes it wait for its log groups (RDS
// would make them itself, to be kept for ever) and for the leave to be measured.
func (b *builder) instanceOptions(role, id string, c *common) ([]pulumi.ResourceOption, error) {
	var first []pulumi.Resource
	if c.monitoringAllowed != nil {
		first = append(first, c.monitoringAllowed)
	}
	for _, log := range b.engine.logs {
		logArgs := &cloudwatch.LogGroupArgs{
			Name:            pulumi.String("/aws/rds/instance/" + id + "/" + log),
			RetentionInDays: pulumi.Int(b.logDays), KmsKeyId: b.args.KmsKeyArn, Tags: b.Tags(""),
		}
		group, err := cloudwatch.NewLogGroup(b.Ctx, b.Child(role+log), logArgs, convention.With(b.Scope, b.args.Transform.LogGroup, logArgs))
		if err != nil {
			return nil, fmt.Errorf("creating the log group %s of %s: %w", role+log, b.Name, err)
		}
		first = append(first, group)
	}
	return []pulumi.ResourceOption{pulumi.DependsOn(first), pulumi.Protect(b.protected)}, nil
}

func (b *builder) parameterGroup() (*rds.ParameterGroup, error) {
	family, _ := b.engine.family(b.version)
	parameters := rds.ParameterGroupParameterArray{}
	for _, p := range b.engine.parameters {
		parameters = append(parameters, rds.ParameterGroupParameterArgs{Name: pulumi.String(p[0]), Value: pulumi.String(p[1])})
	}
	a := &rds.ParameterGroupArgs{
		Family: pulumi.String(family), Parameters: parameters,
		Description: pulumi.String("TLS only, slow statements logged"), Tags: b.Tags(""),
	}
	group, err := rds.NewParameterGroup(b.Ctx, b.Child("parameters"), a, convention.With(b.Scope, b.args.Transform.ParameterGroup, a))
	if err != nil {
		return nil, fmt.Errorf("creating the parameter group of %s: %w", b.Name, err)
	}
	return group, nil
}

func (b *builder) subnetGroup() (*rds.SubnetGroup, error) {
	a := &rds.SubnetGroupArgs{SubnetIds: b.args.SubnetIds, Description: pulumi.String("Database " + b.Name), Tags: b.Tags("")}
	group, err := rds.NewSubnetGroup(b.Ctx, b.Child("subnets"), a, convention.With(b.Scope, b.args.Transform.SubnetGroup, a))
	if err != nil {
		return nil, fmt.Errorf("creating the subnet group of %s: %w", b.Name, err)
	}
	return group, nil
}

// monitoringRole lets RDS measure the operating system, if that is wanted. RDS
// refuses a role without the permissions of AWS's own policy.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
func (b *builder) monitoringRole(c *common) error {
	if b.monitoring == 0 {
		return nil
	}
	account, err := b.Account()
	if err != nil {
		return err
	}
	roleArgs := &iam.RoleArgs{
		Name:                b.ShortName("monitoring", 64),
		AssumeRolePolicy:    convention.AssumedBy("monitoring.rds.amazonaws.com", account.ID),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Description:         pulumi.String("RDS measures the operating system of database " + b.Name),
		Tags:                b.Tags(""),
	}
	role, err := iam.NewRole(b.Ctx, b.Child("monitoring"), roleArgs, convention.With(b.Scope, b.args.Transform.MonitoringRole, roleArgs))
	if err != nil {
		return fmt.Errorf("creating the monitoring role of %s: %w", b.Name, err)
	}
	attachmentArgs := &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.Sprintf("arn:%s:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole", account.Partition),
	}
	attachment, err := iam.NewRolePolicyAttachment(b.Ctx, b.Child("monitoring"), attachmentArgs, convention.With(b.Scope, b.args.Transform.MonitoringAttachment, attachmentArgs))
	if err != nil {
		return fmt.Errorf("attaching the policy of the monitoring role of %s: %w", b.Name, err)
	}
	c.monitoringRole, c.monitoringAllowed = role.Arn.ToStringPtrOutput(), attachment
	return nil
}
