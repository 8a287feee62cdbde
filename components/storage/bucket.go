package storage

import (
	"fmt"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// BucketToken is the type of Bucket in Pulumi's state.
const BucketToken = "scaffold:storage:Bucket"

// BucketArgs are the arguments of a Bucket.
type BucketArgs struct {
	// The set of defaults: "production" (default) or "sandbox".
	Preset string `pulumi:"preset,optional"`
	// The ARN of the KMS key that encrypts the objects; S3 asks for it once a while
	// instead of once an object. Whoever reads or writes needs the key too, as the
	// policies of this component allow. Default: keys that S3 owns and that cost nothing.
	KmsKeyArn pulumi.StringPtrInput `pulumi:"kmsKeyArn,optional"`
	// Encrypt the objects with a KMS key that the component creates, rotates every
	// year, and lets the distributions use that may read the bucket. Default: false.
	OwnKey *bool `pulumi:"ownKey,optional"`
	// Keep the older versions of objects that are overwritten or deleted, so that
	// they can be restored. Default: true.
	Versioning *bool `pulumi:"versioning,optional"`
	// For how many days an older version of an object can be restored, 1 to 3650.
	// Default: 90 in production, 7 in sandbox.
	RestorableDays *int `pulumi:"restorableDays,optional"`
	// After how many days an object moves to a storage class that costs half to keep
	// and more to read, 30 to 3650. Default: never.
	InfrequentAccessDays *int `pulumi:"infrequentAccessDays,optional"`
	// After how many days an object is archived: it costs a sixth to keep, and takes
	// hours to read. 1 to 3650, and 30 more than infrequentAccessDays. Default: never.
	ArchiveDays *int `pulumi:"archiveDays,optional"`
	// After how many days an object is deleted, 1 to 3650. Default: never.
	ExpirationDays *int `pulumi:"expirationDays,optional"`
	// Keep everyone from deleting or overwriting a version of an object for
	// objectLockDays: "governance", which a few with a special permission can lift, or
	// "compliance", which nobody can, the account's owner included. It can only be set
	// when the bucket is created. Default: no lock.
	ObjectLockMode string `pulumi:"objectLockMode,optional"`
	// For how many days each version is locked, 1 to 36500. Required with objectLockMode.
	ObjectLockDays *int `pulumi:"objectLockDays,optional"`
	// The ARN of a bucket, usually in a second region, that gets a copy of all that is
	// written from now on. It has to keep versions. Default: no copies.
	ReplicaBucketArn pulumi.StringPtrInput `pulumi:"replicaBucketArn,optional"`
	// The ARN of the KMS key that encrypts the copies, in the region of the replica
	// bucket. Required with replicaBucketArn if the bucket has a KMS key.
	ReplicaKmsKeyArn pulumi.StringPtrInput `pulumi:"replicaKmsKeyArn,optional"`
	// Have AWS promise that copies are there within 15 minutes, for a price per
	// gigabyte. Default: true in production, false in sandbox.
	ReplicationTimeControl *bool `pulumi:"replicationTimeControl,optional"`
	// Keep a log of all requests in a second bucket. Default: true in production,
	// false in sandbox.
	AccessLogs *bool `pulumi:"accessLogs,optional"`
	// The name of a bucket that exists already and takes the access logs; its policy
	// has to let the service "logging.s3.amazonaws.com" write. Default: a bucket of the
	// component's own.
	AccessLogsBucket pulumi.StringPtrInput `pulumi:"accessLogsBucket,optional"`
	// For how many days access logs are kept in the component's own bucket, 1 to 3653.
	// Default: 90 in production, 14 in sandbox.
	AccessLogsRetentionDays *int `pulumi:"accessLogsRetentionDays,optional"`
	// The ARNs of CloudFront distributions that may read the objects by origin access
	// control, of those that exist without this bucket. For a CDN that has this bucket
	// as its origin use policyOwner.
	ReaderDistributionArns []pulumi.StringInput `pulumi:"readerDistributionArns,optional"`
	// Policy documents (JSON) whose statements join the bucket's policy, such as those
	// that let another account in. A bucket has one policy: a second one would replace it.
	PolicyDocuments []pulumi.StringInput `pulumi:"policyDocuments,optional"`
	// Who creates the policies of the bucket and of its own key: "bucket" (default), or
	// "cdn", a CDN that gets them by the outputs policy and keyPolicy. A distribution's
	// ARN, which its bucket's policy names, is known only after the distribution, and
	// that only after the bucket: so the one that comes last writes the policy.
	PolicyOwner string `pulumi:"policyOwner,optional"`
	// Measure the requests of the bucket, for a price per metric; an alarm tells when
	// they fail. Default: true in production, false in sandbox.
	RequestMetrics *bool `pulumi:"requestMetrics,optional"`
	// Keep the bucket, its logs and its key from being deleted by one mistake, and
	// from being emptied when they are. Default: true in production, false in sandbox.
	DeletionProtection *bool `pulumi:"deletionProtection,optional"`
	// The name of a bucket that exists already: nothing is created, and the policies
	// that this component returns are for that bucket. With kmsKeyArn, if it has a key.
	ExistingBucketName pulumi.StringPtrInput `pulumi:"existingBucketName,optional"`
	// The ARN of the IAM policy that bounds what the replication role may do.
	PermissionsBoundaryArn pulumi.StringPtrInput `pulumi:"permissionsBoundaryArn,optional"`
	// The ARN of the topic that gets the component's alarms (failing requests, failing
	// or late copies). Default: no alarms.
	AlarmTopicArn pulumi.StringPtrInput `pulumi:"alarmTopicArn,optional"`
	// Tags of all resources, beside those of the provider.
	Tags pulumi.StringMapInput `pulumi:"tags,optional"`

	// Transform changes the arguments of the children before they are registered.
	Transform BucketTransform
}

// BucketTransform reaches every property of the children of a Bucket. What is
// of a bucket reaches the bucket and the one of its access logs alike.
type BucketTransform struct {
	Bucket            func(*s3.BucketV2Args, *[]pulumi.ResourceOption)
	PublicAccessBlock func(*s3.BucketPublicAccessBlockArgs, *[]pulumi.ResourceOption)
	OwnershipControls func(*s3.BucketOwnershipControlsArgs, *[]pulumi.ResourceOption)
	Encryption        func(*s3.BucketServerSideEncryptionConfigurationV2Args, *[]pulumi.ResourceOption)
	Versioning        func(*s3.BucketVersioningV2Args, *[]pulumi.ResourceOption)
	Lifecycle         func(*s3.BucketLifecycleConfigurationV2Args, *[]pulumi.ResourceOption)
	Policy            func(*s3.BucketPolicyArgs, *[]pulumi.ResourceOption)
	ObjectLock        func(*s3.BucketObjectLockConfigurationV2Args, *[]pulumi.ResourceOption)
	Logging           func(*s3.BucketLoggingV2Args, *[]pulumi.ResourceOption)
	Metric            func(*s3.BucketMetricArgs, *[]pulumi.ResourceOption)
	Replication       func(*s3.BucketReplicationConfigArgs, *[]pulumi.ResourceOption)
	Role              func(*iam.RoleArgs, *[]pulumi.ResourceOption)
	RolePolicy        func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption)
	Key               func(*kms.KeyArgs, *[]pulumi.ResourceOption)
	KeyPolicy         func(*kms.KeyPolicyArgs, *[]pulumi.ResourceOption)
	Alarm             convention.AlarmTransform
}

// Bucket is an encrypted S3 bucket that nobody can make public, that takes
// requests over TLS only and that keeps what is overwritten or deleted for a while.
type Bucket struct {
	pulumi.ResourceState

	// The name of the bucket.
	Name pulumi.StringOutput `pulumi:"name"`
	// The ARN of the bucket.
	Arn pulumi.StringOutput `pulumi:"arn"`
	// The domain name of the bucket in its region, for the origin of a CDN.
	RegionalDomainName pulumi.StringOutput `pulumi:"regionalDomainName"`
	// The ARN of the KMS key that encrypts the objects; empty if S3's own keys do.
	KeyArn pulumi.StringOutput `pulumi:"keyArn"`
	// The policy (JSON) that the bucket has to have, for the bucketPolicy of a CDN;
	// empty unless policyOwner is "cdn".
	Policy pulumi.StringOutput `pulumi:"policy"`
	// The policy (JSON) that the bucket's own key has to have, for the bucketKeyPolicy
	// of a CDN; empty unless policyOwner is "cdn" and ownKey is true.
	KeyPolicy pulumi.StringOutput `pulumi:"keyPolicy"`
	// An IAM policy (JSON) that allows to list and read the objects, and to use the
	// bucket's key for it.
	ReaderPolicy pulumi.StringOutput `pulumi:"readerPolicy"`
	// An IAM policy (JSON) that allows to write and delete objects, and to use the
	// bucket's key for it. Reading takes the reader policy as well.
	WriterPolicy pulumi.StringOutput `pulumi:"writerPolicy"`
}

// NewBucket creates a Bucket. It fails for locks and copies without versions, for
// days in an order that S3 does not take, and for keys that readers could not use.
func NewBucket(ctx *pulumi.Context, name string, args *BucketArgs, opts ...pulumi.ResourceOption) (*Bucket, error) {
	if args == nil {
		args = &BucketArgs{}
	}
	s := convention.Open(ctx, BucketToken, name, args.Preset).Tagged(args.Tags).Alarmed(args.AlarmTopicArn)
	checkBucket(s, args)
	b := &Bucket{}
	if err := s.Register(b, args, opts...); err != nil {
		return nil, err
	}
	if args.ExistingBucketName != nil {
		existing := s3.LookupBucketOutput(ctx, s3.LookupBucketOutputArgs{Bucket: args.ExistingBucketName.ToStringPtrOutput().Elem()}, s.Invoke())
		b.Name, b.Arn, b.RegionalDomainName = existing.Bucket(), existing.Arn(), existing.BucketRegionalDomainName()
		b.KeyArn, b.Policy, b.KeyPolicy = empty(), empty(), empty()
		if args.KmsKeyArn != nil {
			b.KeyArn = args.KmsKeyArn.ToStringPtrOutput().Elem()
		}
		b.access(s, args)
		return b, s.Done()
	}

	account, err := s.Account()
	if err != nil {
		return nil, err
	}
	build := &builder{Scope: s, args: args, account: account, protect: convention.Choose(args.DeletionProtection, s.Preset, true, false)}
	if err := build.key(b); err != nil {
		return nil, err
	}
	main, err := build.family("bucket", settings{
		keyed: b.KeyArn, encrypted: encrypted(args), versioned: convention.Or(args.Versioning, true),
		locked: args.ObjectLockMode != "", rules: lifecycle(s, args),
	})
	if err != nil {
		return nil, err
	}
	b.Name, b.Arn, b.RegionalDomainName = main.bucket.Bucket, main.bucket.Arn, main.bucket.BucketRegionalDomainName
	if err := build.policy(b, main); err != nil {
		return nil, err
	}
	if err := build.lock(main); err != nil {
		return nil, err
	}
	if err := build.accessLogs(main); err != nil {
		return nil, err
	}
	if err := build.metrics(main); err != nil {
		return nil, err
	}
	if err := build.replicate(b, main); err != nil {
		return nil, err
	}
	b.access(s, args)
	return b, s.Done()
}

// A builder is the construction of one bucket that does not exist yet.
type builder struct {
	*convention.Scope
	args    *BucketArgs
	account convention.Account
	protect bool
}

// encrypted reports whether a KMS key encrypts the objects, rather than S3's own.
func encrypted(args *BucketArgs) bool {
	return args.KmsKeyArn != nil || convention.Or(args.OwnKey, false)
}

func empty() pulumi.StringOutput { return pulumi.String("").ToStringOutput() }

// access fills in the policies of those who read and write.
func (b *Bucket) access(s *convention.Scope, args *BucketArgs) {
	objects := pulumi.Sprintf("%s/*", b.Arn)
	reader := []convention.Statement{
		{Sid: "List", Actions: []string{"s3:ListBucket", "s3:GetBucketLocation"}, Resources: []pulumi.StringInput{b.Arn}},
		{Sid: "Read", Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, Resources: []pulumi.StringInput{objects}},
	}
	writer := []convention.Statement{
		{Sid: "Uploads", Actions: []string{"s3:ListBucketMultipartUploads", "s3:GetBucketLocation"}, Resources: []pulumi.StringInput{b.Arn}},
		{Sid: "Write", Actions: []string{"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}, Resources: []pulumi.StringInput{objects}},
	}
	if encrypted(args) {
		reader = append(reader, s.UseKey("UseKey", "s3", b.KeyArn, "kms:Decrypt"))
		// S3 decrypts the parts of a large object to put them together:
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
		writer = append(writer, s.UseKey("UseKey", "s3", b.KeyArn, "kms:Decrypt", "kms:GenerateDataKey"))
	}
	b.ReaderPolicy, b.WriterPolicy = convention.Policy(reader...), convention.Policy(writer...)
}

// metrics measures all requests, and watches those that fail.
func (b *builder) metrics(main *family) error {
	if !convention.Choose(b.args.RequestMetrics, b.Preset, true, false) {
		return nil
	}
	const filter = "EntireBucket"
	metricArgs := &s3.BucketMetricArgs{Bucket: main.bucket.ID(), Name: pulumi.String(filter)}
	if _, err := s3.NewBucketMetric(b.Ctx, b.Child("bucket"), metricArgs, convention.With(b.Scope, b.args.Transform.Metric, metricArgs)); err != nil {
		return fmt.Errorf("measuring the requests of %s: %w", b.Name, err)
	}
	return b.AlarmRatio(convention.Ratio{
		Role:      "failing-requests",
		Meaning:   "More than 5 percent of the requests to bucket " + b.Name + " fail inside S3: what its users read or store is late or missing. See AWS's health dashboard for S3 in this region; if it is \"SlowDown\", spread the requests over more prefixes.",
		Namespace: "AWS/S3", Part: "5xxErrors", Whole: "AllRequests",
		Dimensions: pulumi.StringMap{"BucketName": main.bucket.Bucket, "FilterId": pulumi.String(filter)},
		Above:      5, AtLeast: 20, Period: 60, For: 5,
	}, b.args.Transform.Alarm)
}
