package database

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// checkExistingAurora refuses what an existing cluster leaves open, and arguments
// that would have no effect on it.
func checkExistingAurora(s *convention.Scope, args *AuroraArgs) {
	s.Require("existingClientSecurityGroupId", args.ExistingClientSecurityGroupId, "it is what clients of the existing cluster attach to be let in; give the group that the cluster's own group names")
	s.Require("existingSecretArn", args.ExistingSecretArn, "it is where clients of the existing cluster find the master password; give the ARN of its secret")
	for _, a := range []struct {
		argument string
		set      bool
	}{
		{"engine", args.Engine != ""},
		{"engineVersion", args.EngineVersion != ""},
		{"instanceClass", args.InstanceClass != ""},
		{"minCapacity", args.MinCapacity != ""},
		{"maxCapacity", args.MaxCapacity != ""},
		{"readers", args.Readers != nil},
		{"maxReaders", args.MaxReaders != nil},
		{"databaseName", args.DatabaseName != ""},
		{"username", args.Username != ""},
		{"vpcId", args.VpcId != nil},
		{"subnetIds", args.SubnetIds != nil},
		{"backupRetentionDays", args.BackupRetentionDays != nil},
		{"deletionProtection", args.DeletionProtection != nil},
		{"performanceInsights", args.PerformanceInsights != nil},
		{"monitoringIntervalSeconds", args.MonitoringIntervalSeconds != nil},
		{"logRetentionDays", args.LogRetentionDays != nil},
		{"caCertificate", args.CaCertificate != ""},
		{"permissionsBoundaryArn", args.PermissionsBoundaryArn != nil},
	} {
		if a.set {
			s.Refuse(a.argument, "has no effect on an existing cluster, which this component does not change; leave it out, or leave existingClusterIdentifier out")
		}
	}
}

// existingCluster looks the cluster up, and one of its instances for the class.
func (b *auroraBuilder) existingCluster() (*auroraCluster, error) {
	id := b.args.ExistingClusterIdentifier
	found, err := rds.LookupCluster(b.Ctx, &rds.LookupClusterArgs{ClusterIdentifier: id}, b.Invoke())
	if err != nil {
		return nil, fmt.Errorf("%s %q: existingClusterIdentifier: looking up %q: %w", b.Token, b.Name, id, err)
	}
	e, known := auroraEngines[found.Engine]
	if !known {
		return nil, fmt.Errorf("%s %q: existingClusterIdentifier: %q runs %s; name a cluster that runs aurora-postgresql or aurora-mysql", b.Token, b.Name, id, found.Engine)
	}
	if len(found.ClusterMembers) == 0 {
		return nil, fmt.Errorf("%s %q: existingClusterIdentifier: %q has no instance that could answer; add a writer to it first", b.Token, b.Name, id)
	}
	instance, err := rds.LookupInstance(b.Ctx, &rds.LookupInstanceArgs{DbInstanceIdentifier: &found.ClusterMembers[0]}, b.Invoke())
	if err != nil {
		return nil, fmt.Errorf("%s %q: existingClusterIdentifier: looking up instance %q: %w", b.Token, b.Name, found.ClusterMembers[0], err)
	}
	made := &auroraCluster{
		server: server{
			endpoint: text(found.Endpoint), readerEndpoint: text(found.ReaderEndpoint), port: text(strconv.Itoa(found.Port)),
			databaseName: text(found.DatabaseName), identifier: text(found.ClusterIdentifier),
			secretArn:             b.args.ExistingSecretArn.ToStringPtrOutput().Elem(),
			clientSecurityGroupId: b.args.ExistingClientSecurityGroupId.ToStringPtrOutput().Elem(),
			resourceIDs:           []pulumi.StringInput{pulumi.String(found.ClusterResourceId)},
			class:                 instance.DbInstanceClass, engine: e,
		},
		readers: len(found.ClusterMembers) > 1,
	}
	made.limits(0)
	return made, nil
}
