package storage

import (
	"fmt"
	"strings"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// settings are what one bucket of the component has of its own.
type settings struct {
	keyed     pulumi.StringInput // the key, if encrypted
	encrypted bool
	versioned bool
	locked    bool
	rules     s3.BucketLifecycleConfigurationV2RuleArray
}

// A family is a bucket with the resources that S3 keeps its settings in.
type family struct {
	role       string
	bucket     *s3.BucketV2
	block      *s3.BucketPublicAccessBlock
	versioning *s3.BucketVersioningV2
}

// family creates a bucket that nobody can make public, without its policy.
func (b *builder) family(role string, of settings) (*family, error) {
	t, name := &b.args.Transform, b.Child(role)
	bucketArgs := &s3.BucketV2Args{
		// The names of buckets are shared by all accounts of the world.
		Bucket:       b.ShortName(role, 63, pulumi.String(b.account.ID), pulumi.String(b.account.Region), pulumi.String(fmt.Sprint(of.locked))),
		ForceDestroy: pulumi.Bool(!b.protect),
		Tags:         b.Tags(""),
	}
	if of.locked {
		bucketArgs.ObjectLockEnabled = pulumi.Bool(true)
	}
	bucket, err := s3.NewBucketV2(b.Ctx, name, bucketArgs, convention.With(b.Scope, t.Bucket, bucketArgs, pulumi.Protect(b.protect)))
	if err != nil {
		return nil, fmt.Errorf("creating the bucket %s: %w", name, err)
	}
	blockArgs := &s3.BucketPublicAccessBlockArgs{
		Bucket: bucket.ID(), BlockPublicAcls: pulumi.Bool(true), BlockPublicPolicy: pulumi.Bool(true),
		IgnorePublicAcls: pulumi.Bool(true), RestrictPublicBuckets: pulumi.Bool(true),
	}
	block, err := s3.NewBucketPublicAccessBlock(b.Ctx, name, blockArgs, convention.With(b.Scope, t.PublicAccessBlock, blockArgs))
	if err != nil {
		return nil, fmt.Errorf("blocking public access to %s: %w", name, err)
	}
	ownershipArgs := &s3.BucketOwnershipControlsArgs{
		Bucket: bucket.ID(), Rule: s3.BucketOwnershipControlsRuleArgs{ObjectOwnership: pulumi.String("BucketOwnerEnforced")},
	}
	if _, err := s3.NewBucketOwnershipControls(b.Ctx, name, ownershipArgs, convention.With(b.Scope, t.OwnershipControls, ownershipArgs)); err != nil {
		return nil, fmt.Errorf("settling who owns the objects of %s: %w", name, err)
	}
	if err := b.encrypt(name, bucket, of); err != nil {
		return nil, err
	}
	f := &family{role: role, bucket: bucket, block: block}
	return f, b.keepVersions(name, f, of)
}

func (b *builder) encrypt(name string, bucket *s3.BucketV2, of settings) error {
	rule := s3.BucketServerSideEncryptionConfigurationV2RuleArgs{}
	standard := s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{SseAlgorithm: pulumi.String("AES256")}
	if of.encrypted {
		standard.SseAlgorithm = pulumi.String("aws:kms")
		standard.KmsMasterKeyId = of.keyed.ToStringOutput().ToStringPtrOutput()
		// One data key serves many objects: up to 99 percent fewer calls of KMS.
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
		rule.BucketKeyEnabled = pulumi.Bool(true)
	}
	rule.ApplyServerSideEncryptionByDefault = standard
	args := &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(), Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
	}
	if _, err := s3.NewBucketServerSideEncryptionConfigurationV2(b.Ctx, name, args, convention.With(b.Scope, b.args.Transform.Encryption, args)); err != nil {
		return fmt.Errorf("encrypting %s: %w", name, err)
	}
	return nil
}

// keepVersions sets what happens to objects as they age.
func (b *builder) keepVersions(name string, f *family, of settings) error {
	t := &b.args.Transform
	opts := []pulumi.ResourceOption{}
	if of.versioned {
		versioningArgs := &s3.BucketVersioningV2Args{
			Bucket:                  f.bucket.ID(),
			VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
		}
		versioning, err := s3.NewBucketVersioningV2(b.Ctx, name, versioningArgs, convention.With(b.Scope, t.Versioning, versioningArgs))
		if err != nil {
			return fmt.Errorf("keeping the versions of %s: %w", name, err)
		}
		f.versioning = versioning
		// Rules about older versions take effect only where versions are kept.
		opts = append(opts, pulumi.DependsOn([]pulumi.Resource{versioning}))
	}
	args := &s3.BucketLifecycleConfigurationV2Args{Bucket: f.bucket.ID(), Rules: of.rules}
	if _, err := s3.NewBucketLifecycleConfigurationV2(b.Ctx, name, args, convention.With(b.Scope, t.Lifecycle, args, opts...)); err != nil {
		return fmt.Errorf("setting the lifecycle of %s: %w", name, err)
	}
	return nil
}

var everything = s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")}

// lifecycle is what happens to the objects of the main bucket as they age.
func lifecycle(s *convention.Scope, args *BucketArgs) s3.BucketLifecycleConfigurationV2RuleArray {
	housekeeping := s3.BucketLifecycleConfigurationV2RuleArgs{
		Id: pulumi.String("housekeeping"), Status: pulumi.String("Enabled"), Filter: everything,
		// The parts of an upload that was never finished cost money and show in no list.
		AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{
			DaysAfterInitiation: pulumi.Int(convention.Choose(nil, s.Preset, 7, 1)),
		},
	}
	if convention.Or(args.Versioning, true) {
		housekeeping.NoncurrentVersionExpiration = s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{
			NoncurrentDays: pulumi.Int(convention.Choose(args.RestorableDays, s.Preset, 90, 7)),
		}
		if args.ExpirationDays == nil {
			// What is left of a deleted object once its versions are gone.
			housekeeping.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{ExpiredObjectDeleteMarker: pulumi.Bool(true)}
		}
	}
	rules := s3.BucketLifecycleConfigurationV2RuleArray{housekeeping}
	aging := s3.BucketLifecycleConfigurationV2RuleArgs{Id: pulumi.String("aging"), Status: pulumi.String("Enabled"), Filter: everything}
	var transitions s3.BucketLifecycleConfigurationV2RuleTransitionArray
	for _, to := range []struct {
		class string
		days  *int
	}{{"STANDARD_IA", args.InfrequentAccessDays}, {"GLACIER", args.ArchiveDays}} {
		if to.days != nil {
			transitions = append(transitions, s3.BucketLifecycleConfigurationV2RuleTransitionArgs{Days: pulumi.Int(*to.days), StorageClass: pulumi.String(to.class)})
		}
	}
	if len(transitions) > 0 {
		aging.Transitions = transitions
	}
	if args.ExpirationDays != nil {
		aging.Expiration = s3.BucketLifecycleConfigurationV2RuleExpirationArgs{Days: pulumi.Int(*args.ExpirationDays)}
	}
	if len(transitions) > 0 || args.ExpirationDays != nil {
		rules = append(rules, aging)
	}
	return rules
}

// lock keeps versions of objects from being deleted or overwritten for a time.
func (b *builder) lock(main *family) error {
	if b.args.ObjectLockMode == "" {
		return nil
	}
	args := &s3.BucketObjectLockConfigurationV2Args{
		Bucket: main.bucket.ID(),
		Rule: s3.BucketObjectLockConfigurationV2RuleArgs{
			DefaultRetention: s3.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs{
				Mode: pulumi.String(strings.ToUpper(b.args.ObjectLockMode)), Days: pulumi.Int(*b.args.ObjectLockDays),
			},
		},
	}
	if _, err := s3.NewBucketObjectLockConfigurationV2(b.Ctx, b.Child("bucket"), args,
		convention.With(b.Scope, b.args.Transform.ObjectLock, args, pulumi.DependsOn([]pulumi.Resource{main.versioning}))); err != nil {
		return fmt.Errorf("locking the objects of %s: %w", b.Name, err)
	}
	return nil
}
