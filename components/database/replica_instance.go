package database

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// replicaBuilder makes the children of a Replica as the builder of a Relational
// makes those of one with a single instance.
type replicaBuilder struct {
	*builder
	args     *ReplicaArgs
	promoted bool
}

func newReplicaBuilder(s *convention.Scope, args *ReplicaArgs, d replicaSettings) *replicaBuilder {
	t := args.Transform
	return &replicaBuilder{args: args, promoted: d.promoted, builder: &builder{Scope: s, settings: d.settings, args: &RelationalArgs{
		VpcId: args.VpcId.ToStringOutput().ToStringPtrOutput(), SubnetIds: args.SubnetIds,
		KmsKeyArn:              args.KmsKeyArn.ToStringOutput().ToStringPtrOutput(),
		PermissionsBoundaryArn: args.PermissionsBoundaryArn, AlarmTopicArn: args.AlarmTopicArn,
		Transform: RelationalTransform{
			ParameterGroup: t.ParameterGroup, SubnetGroup: t.SubnetGroup,
			ServerSecurityGroup: t.ServerSecurityGroup, ClientSecurityGroup: t.ClientSecurityGroup,
			IngressRule: t.IngressRule, EgressRule: t.EgressRule, LogGroup: t.LogGroup,
			MonitoringRole: t.MonitoringRole, MonitoringAttachment: t.MonitoringAttachment, Alarm: t.Alarm,
		},
	}}}
}

// replica creates the replica. RDS takes no last snapshot of a replica: what it
// holds, the source holds too. Once it is promoted, it is protected as any other.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
func (b *replicaBuilder) replica(account convention.Account) (*server, error) {
	common, err := b.common()
	if err != nil {
		return nil, err
	}
	subnets, err := b.subnetGroup()
	if err != nil {
		return nil, err
	}
	id := identifier(b.Scope)
	a := b.instance(id, common)
	a.DbSubnetGroupName = subnets.Name
	a.KmsKeyId = b.inRegion("kmsKeyArn", b.args.KmsKeyArn, func(key string) error {
		if found := keyARN.FindStringSubmatch(key); found == nil || found[1] != account.Region {
			return fmt.Errorf("%q is not a key of %s, where the replica is; give one of that region", key, account.Region)
		}
		return nil
	})
	a.MultiAz = pulumi.Bool(b.multiAz)
	a.BackupRetentionPeriod = pulumi.Int(b.backupDays)
	if b.backupDays > 0 {
		a.BackupWindow = pulumi.String("02:00-03:00") // UTC
	}
	a.DeleteAutomatedBackups = pulumi.Bool(b.Preset == convention.Sandbox)
	a.SkipFinalSnapshot = pulumi.Bool(!b.promoted || !b.protected)
	switch {
	case !b.promoted:
		a.ReplicateSourceDb = b.inRegion("sourceArn", b.args.SourceArn, func(source string) error {
			found := instanceARN.FindStringSubmatch(source)
			switch {
			case found == nil:
				return fmt.Errorf("%q is not the ARN of a database instance; across regions the identifier is not enough", source)
			case found[1] == account.Region:
				return fmt.Errorf("%q is in %s, where the replica would be too; create the replica with a provider of another region, or use readReplicas of the Relational", source, account.Region)
			}
			return nil
		})
	case b.protected:
		a.FinalSnapshotIdentifier = pulumi.String(id + "-final")
	}
	opts, err := b.instanceOptions("", id, common)
	if err != nil {
		return nil, err
	}
	instance, err := rds.NewInstance(b.Ctx, b.Child("replica"), a, convention.With(b.Scope, b.args.Transform.Instance, a, opts...))
	if err != nil {
		return nil, fmt.Errorf("creating replica %s: %w", b.Name, err)
	}
	return &server{
		endpoint: instance.Address, port: instance.Port.ApplyT(strconv.Itoa).(pulumi.StringOutput),
		identifier: instance.Identifier, clientSecurityGroupId: common.client,
		resourceIDs: []pulumi.StringInput{instance.ResourceId},
		class:       b.class, engine: b.engine, storageGib: b.storage,
	}, nil
}

// inRegion checks an ARN as soon as it is known.
func (b *replicaBuilder) inRegion(argument string, arn pulumi.StringInput, check func(string) error) pulumi.StringPtrOutput {
	return arn.ToStringOutput().ApplyT(func(arn string) (*string, error) {
		if err := check(arn); err != nil {
			return nil, fmt.Errorf("%s %q: %s: %w", b.Token, b.Name, argument, err)
		}
		return &arn, nil
	}).(pulumi.StringPtrOutput)
}

// replicaAlarms watches the replica as a database, and how far it is behind: that
// many seconds of writes are lost if the source's region is.
func (b *replicaBuilder) replicaAlarms(made *server) error {
	if b.args.AlarmTopicArn == nil {
		return nil
	}
	if err := b.alarms(made); err != nil || b.promoted {
		return err
	}
	err := b.alarm(convention.Alarm{
		Role:    "lag",
		Meaning: "Replica " + b.Name + " is behind its source in the other region: those who read from it see old data, and as much would be lost with that region. Look for bursts of writes on the source and long statements on the replica; then compare their instance classes.",
		Metric:  "ReplicaLag", Statistic: "Average", Above: convention.At(b.engine.replicaLag), Period: 60, For: 5,
	}, made.identifier)
	if err != nil || b.engine.name != "mysql" {
		return err
	}
	// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_MySQL.Replication.ReadReplicas.Monitor.html
	return b.alarm(convention.Alarm{
		Role:    "stopped",
		Meaning: "Replica " + b.Name + " no longer follows its source in the other region: its data gets ever older, and as much would be lost with that region. Read the replication error that the RDS console shows.",
		Metric:  "ReplicaLag", Statistic: "Minimum", Below: convention.At(0), Period: 60, For: 5,
	}, made.identifier)
}
