package storage

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// The only value AWS takes, in minutes:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
const promisedMinutes = 15

const replicationRule = "everything"

// replicate copies what is written from now on to the replica bucket.
func (b *builder) replicate(of *Bucket, main *family) error {
	if b.args.ReplicaBucketArn == nil {
		return nil
	}
	replica := b.args.ReplicaBucketArn.ToStringPtrOutput().Elem()
	role, policy, err := b.replicationRole(of, main, replica)
	if err != nil {
		return err
	}
	metrics := s3.BucketReplicationConfigRuleDestinationMetricsArgs{Status: pulumi.String("Enabled")}
	destination := s3.BucketReplicationConfigRuleDestinationArgs{Bucket: replica}
	if convention.Choose(b.args.ReplicationTimeControl, b.Preset, true, false) {
		metrics.EventThreshold = s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs{Minutes: pulumi.Int(promisedMinutes)}
		destination.ReplicationTime = s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs{
			Status: pulumi.String("Enabled"), Time: s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs{Minutes: pulumi.Int(promisedMinutes)},
		}
	}
	destination.Metrics = metrics
	rule := s3.BucketReplicationConfigRuleArgs{
		Id: pulumi.String(replicationRule), Status: pulumi.String("Enabled"), Priority: pulumi.Int(1),
		Filter: s3.BucketReplicationConfigRuleFilterArgs{Prefix: pulumi.String("")},
		// What is deleted here is deleted there; a version deleted for good is not.
		DeleteMarkerReplication: s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs{Status: pulumi.String("Enabled")},
	}
	if encrypted(b.args) {
		destination.EncryptionConfiguration = s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs{
			ReplicaKmsKeyId: b.args.ReplicaKmsKeyArn.ToStringPtrOutput().Elem(),
		}
		rule.SourceSelectionCriteria = s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs{
			SseKmsEncryptedObjects: s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs{Status: pulumi.String("Enabled")},
		}
	}
	rule.Destination = destination
	args := &s3.BucketReplicationConfigArgs{Bucket: main.bucket.ID(), Role: role.Arn, Rules: s3.BucketReplicationConfigRuleArray{rule}}
	// S3 takes a rule only for versions, and copies nothing while the role may not.
	if _, err := s3.NewBucketReplicationConfig(b.Ctx, b.Child("bucket"), args,
		convention.With(b.Scope, b.args.Transform.Replication, args, pulumi.DependsOn([]pulumi.Resource{main.versioning, policy}))); err != nil {
		return fmt.Errorf("replicating %s: %w", b.Name, err)
	}
	return b.replicationAlarms(main, replica)
}

// replicationRole is what S3 acts as when it copies. Its permissions are those of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
func (b *builder) replicationRole(of *Bucket, main *family, replica pulumi.StringOutput) (*iam.Role, *iam.RolePolicy, error) {
	roleArgs := &iam.RoleArgs{
		Name:        b.ShortName("replication", 64),
		Description: pulumi.String("Copies the objects of bucket " + b.Name),
		// The page above trusts the service without a condition, and names no source that
		// it would send. Nobody makes S3 take this role without iam:PassRole for it.
		AssumeRolePolicy:    convention.Policy(convention.Statement{Services: []string{"s3.amazonaws.com"}, Actions: []string{"sts:AssumeRole"}}),
		PermissionsBoundary: b.args.PermissionsBoundaryArn,
		Tags:                b.Tags(""),
	}
	role, err := iam.NewRole(b.Ctx, b.Child("replication"), roleArgs, convention.With(b.Scope, b.args.Transform.Role, roleArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the replication role of %s: %w", b.Name, err)
	}
	read := []string{"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"}
	if b.args.ObjectLockMode != "" {
		read = append(read, "s3:GetObjectRetention", "s3:GetObjectLegalHold")
	}
	statements := []convention.Statement{
		{Sid: "Source", Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: []pulumi.StringInput{main.bucket.Arn}},
		{Sid: "Read", Actions: read, Resources: []pulumi.StringInput{pulumi.Sprintf("%s/*", main.bucket.Arn)}},
		{Sid: "Copy", Actions: []string{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"}, Resources: []pulumi.StringInput{pulumi.Sprintf("%s/*", replica)}},
	}
	if encrypted(b.args) {
		key := b.args.ReplicaKmsKeyArn.ToStringPtrOutput().Elem()
		through := key.ApplyT(func(arn string) (string, error) {
			parts := strings.Split(arn, ":")
			if len(parts) != 6 || parts[2] != "kms" || parts[3] == "" {
				return "", fmt.Errorf("%s %q: replicaKmsKeyArn: %q is not the ARN of a key; write it as arn:aws:kms:eu-west-1:123456789012:key/…", b.Token, b.Name, arn)
			}
			return "s3." + parts[3] + ".amazonaws.com", nil
		}).(pulumi.StringOutput)
		statements = append(statements,
			b.UseKey("Decrypt", "s3", of.KeyArn, "kms:Decrypt"),
			convention.Statement{
				Sid: "Encrypt", Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resources: []pulumi.StringInput{key},
				Conditions: convention.When("StringEquals", "kms:ViaService", through),
			})
	}
	policyArgs := &iam.RolePolicyArgs{Role: role.ID(), Policy: convention.Policy(statements...)}
	policy, err := iam.NewRolePolicy(b.Ctx, b.Child("replication"), policyArgs, convention.With(b.Scope, b.args.Transform.RolePolicy, policyArgs))
	if err != nil {
		return nil, nil, fmt.Errorf("creating the policy of the replication role of %s: %w", b.Name, err)
	}
	return role, policy, nil
}

// replicationAlarms watch what a second region is for: having the copies. Metrics:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
func (b *builder) replicationAlarms(main *family, replica pulumi.StringOutput) error {
	dimensions := pulumi.StringMap{
		"SourceBucket": main.bucket.Bucket, "RuleId": pulumi.String(replicationRule),
		"DestinationBucket": replica.ApplyT(func(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }).(pulumi.StringOutput),
	}
	if err := b.Alarm(convention.Alarm{
		Role:      "failed-copies",
		Meaning:   "Objects of bucket " + b.Name + " could not be copied to its replica, and would be lost with this region. See whether the replica bucket keeps versions and whether the replication role may write to it and use its key; then copy what failed with S3 Batch Replication.",
		Namespace: "AWS/S3", Metric: "OperationsFailedReplication", Statistic: "Sum",
		Dimensions: dimensions, Above: convention.At(0), Period: 300, For: 1,
	}, b.args.Transform.Alarm); err != nil {
		return err
	}
	return b.Alarm(convention.Alarm{
		Role:      "late-copies",
		Meaning:   fmt.Sprintf("The replica of bucket %s is more than %d minutes behind: that much would be lost with this region. See AWS's health dashboard for S3 in both regions, and whether far more is written than usual.", b.Name, promisedMinutes),
		Namespace: "AWS/S3", Metric: "ReplicationLatency", Statistic: "Maximum",
		Dimensions: dimensions, Above: convention.At(promisedMinutes * 60), Period: 300, For: 3,
	}, b.args.Transform.Alarm)
}
