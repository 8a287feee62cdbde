package database

import (
	"fmt"
	"strconv"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// checkExisting refuses what an existing instance leaves open, and arguments that
// would have no effect on it.
func checkExisting(s *convention.Scope, args *RelationalArgs) {
	s.Require("existingClientSecurityGroupId", args.ExistingClientSecurityGroupId, "it is what clients of the existing instance attach to be let in; give the group that the instance's own group names")
	s.Require("existingSecretArn", args.ExistingSecretArn, "it is where clients of the existing instance find the master password; give the ARN of its secret")
	for _, a := range []struct {
		argument string
		set      bool
	}{
		{"engine", args.Engine != ""},
		{"engineVersion", args.EngineVersion != ""},
		{"instanceClass", args.InstanceClass != ""},
		{"storageGib", args.StorageGib != nil},
		{"maxStorageGib", args.MaxStorageGib != nil},
		{"multiAz", args.MultiAz != nil},
		{"readReplicas", args.ReadReplicas != nil},
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
			s.Refuse(a.argument, "has no effect on an existing instance, which this component does not change; leave it out, or leave existingInstanceIdentifier out")
		}
	}
}

// existing looks the instance up. Programs read from the instance itself: its
// replicas, if it has any, are not known here.
func (b *builder) existing() (*server, error) {
	id := b.args.ExistingInstanceIdentifier
	found, err := rds.LookupInstance(b.Ctx, &rds.LookupInstanceArgs{DbInstanceIdentifier: &id}, b.Invoke())
	if err != nil {
		return nil, fmt.Errorf("%s %q: existingInstanceIdentifier: looking up %q: %w", b.Token, b.Name, id, err)
	}
	e, known := engines[found.Engine]
	if !known {
		return nil, fmt.Errorf("%s %q: existingInstanceIdentifier: %q runs %s; name an instance that runs postgres or mysql", b.Token, b.Name, id, found.Engine)
	}
	return &server{
		endpoint:              text(found.Address),
		readerEndpoint:        text(found.Address),
		port:                  text(strconv.Itoa(found.Port)),
		databaseName:          text(found.DbName),
		identifier:            text(found.DbInstanceIdentifier),
		arn:                   text(found.DbInstanceArn),
		secretArn:             b.args.ExistingSecretArn.ToStringPtrOutput().Elem(),
		clientSecurityGroupId: b.args.ExistingClientSecurityGroupId.ToStringPtrOutput().Elem(),
		resourceIDs:           []pulumi.StringInput{pulumi.String(found.ResourceId)},
		class:                 found.DbInstanceClass, engine: e, storageGib: found.AllocatedStorage,
	}, nil
}

func text(value string) pulumi.StringOutput { return pulumi.String(value).ToStringOutput() }
