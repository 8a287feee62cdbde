package cdn

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// For how many days a log that somebody deleted or overwrote can be restored.
const restorableLogDays = 7

// accessLogs delivers the log of all requests to a bucket, by the second version of
// CloudFront's logging: the first needs a bucket with access control lists. It is
// set up in us-east-1, wherever the bucket is.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
func (e *edge) accessLogs(c *CDN) error {
	if !convention.Or(e.args.AccessLogs, true) {
		return nil
	}
	there, err := e.in(convention.USEast1)
	if err != nil {
		return err
	}
	t, name := &e.args.Transform, e.Child("access-logs")
	sourceArgs := &cloudwatch.LogDeliverySourceArgs{
		Name: e.ShortName("access-logs", 60), LogType: pulumi.String("ACCESS_LOGS"), ResourceArn: c.Arn, Tags: e.Tags(""),
	}
	source, err := cloudwatch.NewLogDeliverySource(e.Ctx, name, sourceArgs, convention.With(e.Scope, t.LogSource, sourceArgs, there))
	if err != nil {
		return fmt.Errorf("creating the source of the logs of %s: %w", e.Name, err)
	}
	ready := []pulumi.Resource{}
	bucket := e.args.AccessLogsBucketArn
	if bucket == nil {
		made, policy, err := e.logBucket(source)
		if err != nil {
			return fmt.Errorf("creating the log bucket of %s: %w", e.Name, err)
		}
		bucket, ready = made.Arn.ToStringPtrOutput(), []pulumi.Resource{policy}
	}
	destinationArgs := &cloudwatch.LogDeliveryDestinationArgs{
		Name: e.ShortName("access-logs", 60), OutputFormat: pulumi.String("json"),
		DeliveryDestinationConfiguration: cloudwatch.LogDeliveryDestinationDeliveryDestinationConfigurationArgs{
			DestinationResourceArn: bucket.ToStringPtrOutput().Elem(),
		},
		Tags: e.Tags(""),
	}
	destination, err := cloudwatch.NewLogDeliveryDestination(e.Ctx, name, destinationArgs, convention.With(e.Scope, t.LogDestination, destinationArgs, there))
	if err != nil {
		return fmt.Errorf("creating the destination of the logs of %s: %w", e.Name, err)
	}
	deliveryArgs := &cloudwatch.LogDeliveryArgs{
		DeliverySourceName: source.Name, DeliveryDestinationArn: destination.Arn, Tags: e.Tags(""),
	}
	// A delivery to a bucket whose policy does not allow it yet changes that policy.
	if _, err := cloudwatch.NewLogDelivery(e.Ctx, name, deliveryArgs,
		convention.With(e.Scope, t.LogDelivery, deliveryArgs, there, pulumi.DependsOn(ready))); err != nil {
		return fmt.Errorf("delivering the logs of %s: %w", e.Name, err)
	}
	return nil
}

// logBucket creates a bucket that the logs of this distribution may be written to,
// and that nobody may read without permission.
func (e *edge) logBucket(source *cloudwatch.LogDeliverySource) (*s3.BucketV2, *s3.BucketPolicy, error) {
	t, name := &e.args.Transform, e.Child("access-logs")
	bucketArgs := &s3.BucketV2Args{
		// The names of buckets are shared by all accounts of the world.
		Bucket:       e.ShortName("access-logs", 63, pulumi.String(e.account.ID), pulumi.String(e.account.Region)),
		ForceDestroy: pulumi.Bool(!e.protect), Tags: e.Tags(""),
	}
	bucket, err := s3.NewBucketV2(e.Ctx, name, bucketArgs, convention.With(e.Scope, t.LogBucket, bucketArgs, pulumi.Protect(e.protect)))
	if err != nil {
		return nil, nil, err
	}
	blockArgs := &s3.BucketPublicAccessBlockArgs{
		Bucket: bucket.ID(), BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(true),
		IgnorePublicAcls: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}
	block, err := s3.NewBucketPublicAccessBlock(e.Ctx, name, blockArgs, convention.With(e.Scope, t.PublicAccessBlock, blockArgs))
	if err != nil {
		return nil, nil, err
	}
	ownershipArgs := &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(), Rule: s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}
	if _, err := s3.NewBucketOwnershipControls(e.Ctx, name, ownershipArgs, convention.With(e.Scope, t.OwnershipControls, ownershipArgs)); err != nil {
		return nil, nil, err
	}
	encryptionArgs := &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{SseAlgorithm: pulumi.String("AES256")},
		}},
	}
	if _, err := s3.NewBucketServerSideEncryptionConfigurationV2(e.Ctx, name, encryptionArgs, convention.With(e.Scope, t.Encryption, encryptionArgs)); err != nil {
		return nil, nil, err
	}
	if err := e.logRetention(bucket); err != nil {
		return nil, nil, err
	}
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-V2-S3.html
	conditions := convention.When("ArnLike", "aws:SourceArn", source.Arn)
	conditions["StringEquals"] = map[string][]pulumi.StringInput{
		"aws:SourceAccount": {pulumi.String(e.account.ID)}, "s3:x-amz-acl": {pulumi.String("bucket-owner-full-control")},
	}
	policyArgs := &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: convention.Policy(
			convention.Statement{
				Sid: "AccessLogs", Services: []string{"delivery.logs.amazonaws.com"}, Actions: []string{"s3:PutObject"},
				Resources: []pulumi.StringInput{pulumi.Sprintf("%s/AWSLogs/%s/*", bucket.Arn, e.account.ID)}, Conditions: conditions,
			},
			convention.TLSOnly("s3:*", bucket.Arn, pulumi.Sprintf("%s/*", bucket.Arn)),
		),
	}
	// S3 refuses two changes of a bucket's access at the same time.
	policy, err := s3.NewBucketPolicy(e.Ctx, name, policyArgs, convention.With(e.Scope, t.LogBucketPolicy, policyArgs, pulumi.DependsOn([]pulumi.Resource{block})))
	return bucket, policy, err
}

// logRetention keeps the logs as long as asked for, and a little longer what
// somebody deleted.
func (e *edge) logRetention(bucket *s3.BucketV2) error {
	name := e.Child("access-logs")
	versioningArgs := &s3.BucketVersioningV2Args{
		Bucket: bucket.ID(), VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}
	versioning, err := s3.NewBucketVersioningV2(e.Ctx, name, versioningArgs, convention.With(e.Scope, e.args.Transform.Versioning, versioningArgs))
	if err != nil {
		return err
	}
	lifecycleArgs := &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("expire"), Status: pulumi.String("Enabled"),
			Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
				Days: pulumi.Int(convention.Choose(e.args.AccessLogsRetentionDays, e.Preset, 90, 14)),
			},
			NoncurrentVersionExpiration:    s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{NoncurrentDays: pulumi.Int(restorableLogDays)},
			AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{DaysAfterInitiation: pulumi.Int(1)},
		}},
	}
	// Rules about older versions take effect only where versions are kept.
	_, err = s3.NewBucketLifecycleConfigurationV2(e.Ctx, name, lifecycleArgs,
		convention.With(e.Scope, e.args.Transform.Lifecycle, lifecycleArgs, pulumi.DependsOn([]pulumi.Resource{versioning})))
	return err
}
