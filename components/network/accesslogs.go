package network

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// For how many days a log that somebody deleted or overwrote can be restored.
const restorableDays = 7

// logging is where a load balancer logs to, and for how long.
type logging struct {
	bucket        string // one that exists already
	retentionDays int
	protect       bool
	kmsKeyArn     pulumi.StringPtrInput
	// Who may write to the component's own bucket.
	writers   func(convention.Account, *s3.BucketV2) []convention.Statement
	transform logTransform
}

type logTransform struct {
	Bucket            func(*s3.BucketV2Args, *[]pulumi.ResourceOption)
	PublicAccessBlock func(*s3.BucketPublicAccessBlockArgs, *[]pulumi.ResourceOption)
	OwnershipControls func(*s3.BucketOwnershipControlsArgs, *[]pulumi.ResourceOption)
	Encryption        func(*s3.BucketServerSideEncryptionConfigurationV2Args, *[]pulumi.ResourceOption)
	Versioning        func(*s3.BucketVersioningV2Args, *[]pulumi.ResourceOption)
	Lifecycle         func(*s3.BucketLifecycleConfigurationV2Args, *[]pulumi.ResourceOption)
	BucketPolicy      func(*s3.BucketPolicyArgs, *[]pulumi.ResourceOption)
}

// to returns the name of the bucket, and what has to exist before it is used.
func (l logging) to(s *convention.Scope) (pulumi.StringInput, []pulumi.Resource, error) {
	if l.bucket != "" {
		return pulumi.String(l.bucket), nil, nil
	}
	bucket, ready, err := l.create(s)
	if err != nil {
		return nil, nil, fmt.Errorf("creating the log bucket of %s: %w", s.Name, err)
	}
	return bucket.Bucket, ready, nil
}

// create creates a bucket that one load balancer may write to and nobody may
// read without permission.
func (l logging) create(s *convention.Scope) (*s3.BucketV2, []pulumi.Resource, error) {
	account, err := s.Account()
	if err != nil {
		return nil, nil, err
	}
	t := &l.transform
	name := s.Child("access-logs")
	// The names of buckets are shared by all accounts of the world.
	physical := s.ShortName("access-logs", 63, pulumi.String(account.ID), pulumi.String(account.Region))
	bucketArgs := &s3.BucketV2Args{Bucket: physical, ForceDestroy: pulumi.Bool(!l.protect), Tags: s.Tags("")}
	bucket, err := s3.NewBucketV2(s.Ctx, name, bucketArgs, convention.With(s, t.Bucket, bucketArgs, pulumi.Protect(l.protect)))
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
	if err := l.encrypt(s, bucket); err != nil {
		return nil, nil, err
	}
	if err := l.retain(s, bucket); err != nil {
		return nil, nil, err
	}
	policyArgs := &s3.BucketPolicyArgs{
		Bucket: bucket.ID(),
		Policy: convention.Policy(append(l.writers(account, bucket),
			convention.TLSOnly("s3:*", bucket.Arn, pulumi.Sprintf("%s/*", bucket.Arn)))...),
	}
	// S3 refuses two changes of a bucket's access at the same time.
	policy, err := s3.NewBucketPolicy(s.Ctx, name, policyArgs, convention.With(s, t.BucketPolicy, policyArgs, pulumi.DependsOn([]pulumi.Resource{block})))
	if err != nil {
		return nil, nil, err
	}
	return bucket, []pulumi.Resource{policy}, nil
}

// encrypt encrypts the logs with the key given, or else with keys of S3.
func (l logging) encrypt(s *convention.Scope, bucket *s3.BucketV2) error {
	rule := s3.BucketServerSideEncryptionConfigurationV2RuleArgs{
		ApplyServerSideEncryptionByDefault: s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String("AES256"),
		},
	}
	if l.kmsKeyArn != nil {
		rule.ApplyServerSideEncryptionByDefault = s3.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs{
			SseAlgorithm: pulumi.String("aws:kms"), KmsMasterKeyId: l.kmsKeyArn,
		}
		rule.BucketKeyEnabled = pulumi.Bool(true)
	}
	args := &s3.BucketServerSideEncryptionConfigurationV2Args{
		Bucket: bucket.ID(), Rules: s3.BucketServerSideEncryptionConfigurationV2RuleArray{rule},
	}
	_, err := s3.NewBucketServerSideEncryptionConfigurationV2(s.Ctx, s.Child("access-logs"), args, convention.With(s, l.transform.Encryption, args))
	return err
}

// The principal of an application load balancer works in every region; the
// accounts AWS used before exist only in the older ones. AWS documents no
// aws:SourceArn and no aws:SourceAccount for it, and with a key that a request
// does not carry nothing would be written. The path keeps other accounts out
// instead: the service writes an account's logs below that account's number. It
// writes into buckets with keys of S3 only.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
func applicationLogs(account convention.Account, bucket *s3.BucketV2) []convention.Statement {
	return []convention.Statement{{
		Sid: "AccessLogs", Services: []string{"logdelivery.elasticloadbalancing.amazonaws.com"},
		Actions:   []string{"s3:PutObject"},
		Resources: []pulumi.StringInput{pulumi.Sprintf("%s/AWSLogs/%s/*", bucket.Arn, account.ID)},
	}}
}

// A network load balancer writes by the log delivery of CloudWatch.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/enable-access-logs.html
func networkLogs(account convention.Account, bucket *s3.BucketV2) []convention.Statement {
	const service = "delivery.logs.amazonaws.com"
	source := func(further map[string][]pulumi.StringInput) map[string]map[string][]pulumi.StringInput {
		equals := map[string][]pulumi.StringInput{"aws:SourceAccount": {pulumi.String(account.ID)}}
		for key, values := range further {
			equals[key] = values
		}
		return map[string]map[string][]pulumi.StringInput{
			"StringEquals": equals, "ArnLike": {"aws:SourceArn": {pulumi.String(account.ARN("logs", "*"))}},
		}
	}
	return []convention.Statement{
		{
			Sid: "AccessLogs", Services: []string{service}, Actions: []string{"s3:PutObject"},
			Resources:  []pulumi.StringInput{pulumi.Sprintf("%s/AWSLogs/%s/*", bucket.Arn, account.ID)},
			Conditions: source(map[string][]pulumi.StringInput{"s3:x-amz-acl": {pulumi.String("bucket-owner-full-control")}}),
		},
		{
			Sid: "AccessLogsOwner", Services: []string{service}, Actions: []string{"s3:GetBucketAcl"},
			Resources: []pulumi.StringInput{bucket.Arn}, Conditions: source(nil),
		},
	}
}

// retain keeps the logs as long as asked for, and a little longer what somebody
// deleted.
func (l logging) retain(s *convention.Scope, bucket *s3.BucketV2) error {
	name := s.Child("access-logs")
	versioningArgs := &s3.BucketVersioningV2Args{
		Bucket:                  bucket.ID(),
		VersioningConfiguration: s3.BucketVersioningV2VersioningConfigurationArgs{Status: pulumi.String("Enabled")},
	}
	versioning, err := s3.NewBucketVersioningV2(s.Ctx, name, versioningArgs, convention.With(s, l.transform.Versioning, versioningArgs))
	if err != nil {
		return err
	}
	lifecycleArgs := &s3.BucketLifecycleConfigurationV2Args{
		Bucket: bucket.ID(),
		Rules: s3.BucketLifecycleConfigurationV2RuleArray{s3.BucketLifecycleConfigurationV2RuleArgs{
			Id: pulumi.String("expire"), Status: pulumi.String("Enabled"),
			Filter: s3.BucketLifecycleConfigurationV2RuleFilterArgs{Prefix: pulumi.String("")},
			Expiration: s3.BucketLifecycleConfigurationV2RuleExpirationArgs{
				Days: pulumi.Int(l.retentionDays),
			},
			NoncurrentVersionExpiration:    s3.BucketLifecycleConfigurationV2RuleNoncurrentVersionExpirationArgs{NoncurrentDays: pulumi.Int(restorableDays)},
			AbortIncompleteMultipartUpload: s3.BucketLifecycleConfigurationV2RuleAbortIncompleteMultipartUploadArgs{DaysAfterInitiation: pulumi.Int(1)},
		}},
	}
	// Rules about older versions take effect only where versions are kept.
	_, err = s3.NewBucketLifecycleConfigurationV2(s.Ctx, name, lifecycleArgs,
		convention.With(s, l.transform.Lifecycle, lifecycleArgs, pulumi.DependsOn([]pulumi.Resource{versioning})))
	return err
}
