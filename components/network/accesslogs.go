package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// For how many days a log that somebody deleted or overwrote can be restored.
const restorableDays = 7

// accessLogs returns where the load balancer logs to, and what has to exist before.
func accessLogs(s *convention.Scope, args *LoadBalancerArgs) (lb.LoadBalancerAccessLogsPtrInput, []pulumi.Resource, error) {
	if !convention.Or(args.AccessLogs, true) {
		return nil, nil, nil
	}
	if args.AccessLogsBucket != "" {
		return lb.LoadBalancerAccessLogsArgs{Bucket: pulumi.String(args.AccessLogsBucket), Enabled: pulumi.Bool(true)}, nil, nil
	}
	bucket, ready, err := logBucket(s, args)
	if err != nil {
		return nil, nil, fmt.Errorf("creating the log bucket of %s: %w", s.Name, err)
	}
	return lb.LoadBalancerAccessLogsArgs{Bucket: bucket.Bucket, Enabled: pulumi.Bool(true)}, ready, nil
}

// logBucket creates a bucket that one load balancer may write to and nobody may
// read without permission.
func logBucket(s *convention.Scope, args *LoadBalancerArgs) (*s3.BucketV2, []pulumi.Resource, error) {
	account, err := s.Account()
	if err != nil {
		return nil, nil, err
	}
	t := &args.Transform
	name := s.Child("access-logs")
	protect := convention.Choose(args.DeletionProtection, s.Preset, true, false)
	// The names of buckets are shared by all accounts of the world.
	physical := s.ShortName("access-logs", 63, pulumi.String(account.ID), pulumi.String(account.Region))
	bucketArgs := &s3.BucketV2Args{Bucket: physical, ForceDestroy: pulumi.Bool(!protect), Tags: s.Tags("")}
	bucket, err := s3.NewBucketV2(s.Ctx, name, bucketArgs, convention.With(s, t.Bucket, bucketArgs, pulumi.Protect(protect)))
	if err != nil {
		return nil, nil, err
	}
	blockArgs := &s3.BucketPublicAccessBlockArgs{
		Bucket: bucket.ID(), BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(true),
		IgnorePublicAcls: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}
	block, err := s3.NewBucketPublicAccessBlock(s.Ctx, name, blockArgs, convention.With(s, t.PublicAccessBlock, blockArgs))
	if err != nil {
		return nil, nil, err
	}
	ownershipArgs := &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(), Rule: s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}
	if _, err := s3.NewBucketOwnershipControls(s.Ctx, name, ownershipArgs, convention.With(s, t.OwnershipControls, ownershipArgs)); err != nil {
		return nil, nil, err
	}
	// The load balancer writes with keys of S3 only:
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
	encryptionArgs := &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
			ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
				SseAlgorithm: pulumi.String("AES256"),
			},
		}},
	}
	if _, err := s3.NewBucketServerSideEncryptionConfigurationV2(s.Ctx, name, encryptionArgs, convention.With(s, t.Encryption, encryptionArgs)); err != nil {
		return nil, nil, err
	}
	if err := retention(s, args, bucket); err != nil {
		return nil, nil, err
	}
	policyArgs := &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: convention.Policy(
			// The principal of the service works in every region; the accounts AWS used
			// before exist only in the older ones. AWS documents no aws:SourceArn and no
			// aws:SourceAccount for it, and with a key that a request does not carry
			// nothing would be written. The path keeps other accounts out instead: the
			// service writes an account's logs below that account's number.
			// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
			convention.Statement{
				Sid: "AccessLogs", Services: []string{"logdelivery.elasticloadbalancing.amazonaws.com"},
				Actions:   []string{"s3:PutObject"},
				Resources: []pulumi.StringInput{pulumi.Sprintf("%s/AWSLogs/%s/*", bucket.Arn, account.ID)},
			},
			convention.TLSOnly("s3:*", bucket.Arn, pulumi.Sprintf("%s/*", bucket.Arn)),
		),
	}
	// S3 refuses two changes of a bucket's access at the same time.
	policy, err := s3.NewBucketPolicy(s.Ctx, name, policyArgs, convention.With(s, t.BucketPolicy, policyArgs, pulumi.DependsOn([]pulumi.Resource{block})))
	if err != nil {
		return nil, nil, err
	}
	return bucket, []pulumi.Resource{policy}, nil
}

// retention keeps the logs as long as asked for, and a little longer what
// somebody deleted.
func retention(s *convention.Scope, args *LoadBalancerArgs, bucket *s3.BucketV2) error {
	name := s.Child("access-logs")
	versioningArgs := &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}
	versioning, err := s3.NewBucketVersioningV2(s.Ctx, name, versioningArgs, convention.With(s, args.Transform.Versioning, versioningArgs))
	if err != nil {
		return err
	}
	lifecycleArgs := &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("expire"), Status: pulumi.String("Enabled"),
			Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
				Days: pulumi.Int(convention.Choose(args.AccessLogsRetentionDays, s.Preset, 90, 14)),
			},
			NoncurrentVersionExpiration:    s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{NoncurrentDays: pulumi.Int(restorableDays)},
			AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{DaysAfterInitiation: pulumi.Int(1)},
		}},
	}
	// Rules about older versions take effect only where versions are kept.
	_, err = s3.NewBucketLifecycleConfigurationV2(s.Ctx, name, lifecycleArgs,
		convention.With(s, args.Transform.Lifecycle, lifecycleArgs, pulumi.DependsOn([]pulumi.Resource{versioning})))
	return err
}
