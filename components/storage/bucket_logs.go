package storage

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	logsPrefix = "access/"
	// For how many days a log that somebody deleted or overwrote can be restored.
	restorableLogDays = 7
)

// accessLogs records who did what with the objects.
func (b *builder) accessLogs(main *family) error {
	if !convention.Choose(b.args.AccessLogs, b.Preset, true, false) {
		return nil
	}
	args := &s3.BucketLoggingV2Args{Bucket: main.bucket.ID(), TargetPrefix: pulumi.String(logsPrefix)}
	ready := []pulumi.Resource{}
	if b.args.AccessLogsBucket != nil {
		args.TargetBucket = b.args.AccessLogsBucket.ToStringPtrOutput().Elem()
	} else {
		logs, policy, err := b.logBucket(main)
		if err != nil {
			return err
		}
		args.TargetBucket, ready = logs.bucket.Bucket, append(ready, policy)
	}
	// S3 sees whether it may write to the target.
	if _, err := s3.NewBucketLoggingV2(b.Ctx, b.Child("bucket"), args,
		convention.With(b.Scope, b.args.Transform.Logging, args, pulumi.DependsOn(ready))); err != nil {
		return fmt.Errorf("logging the requests of %s: %w", b.Name, err)
	}
	return nil
}

// logBucket creates a bucket that S3 may write the logs of the main bucket to.
// S3 logs into buckets with its own keys only:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
func (b *builder) logBucket(main *family) (*family, *s3.BucketPolicy, error) {
	logs, err := b.family("access-logs", settings{versioned: true, rules: s3.BucketLifecycleConfigurationV2RuleArray{
		s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("expire"), Status: pulumi.String("Enabled"), Filter: everything,
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
				Days: pulumi.Int(convention.Choose(b.args.AccessLogsRetentionDays, b.Preset, 90, 14)),
			},
			NoncurrentVersionExpiration:    s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{NoncurrentDays: pulumi.Int(restorableLogDays)},
			AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{DaysAfterInitiation: pulumi.Int(1)},
		},
	}})
	if err != nil {
		return nil, nil, err
	}
	conditions := convention.When("ArnLike", "aws:SourceArn", main.bucket.Arn)
	conditions["StringEquals"] = map[string][]pulumi.StringInput{"aws:SourceAccount": {pulumi.String(b.account.ID)}}
	policy, err := b.attach(logs, convention.Policy(
		convention.Statement{
			Sid: "AccessLogs", Services: []string{"logging.s3.amazonaws.com"}, Actions: []string{"s3:PutObject"},
			Resources: []pulumi.StringInput{pulumi.Sprintf("%s/%s*", logs.bucket.Arn, logsPrefix)}, Conditions: conditions,
		},
		convention.TLSOnly("s3:*", logs.bucket.Arn, pulumi.Sprintf("%s/*", logs.bucket.Arn)),
	))
	return logs, policy, err
}
