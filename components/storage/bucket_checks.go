package storage

import (
	"fmt"
	"regexp"

	"github.com/archimperative/scaffold/components/internal/convention"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

var (
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html,
	// without dots, which no certificate of S3 covers.
	bucketName      = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)
	distributionArn = regexp.MustCompile(`^arn:[a-z-]+:cloudfront::[0-9]{12}:distribution/[A-Z0-9]+$`)
	bucketArn       = regexp.MustCompile(`^arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]+$`)
)

// S3 moves no object to the archive sooner than this after it moved it before:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
const betweenTransitions = 30

func checkBucket(s *convention.Scope, args *BucketArgs) {
	if args.ExistingBucketName != nil {
		checkExisting(s, args)
		return
	}
	if !bucketName.MatchString(s.Name) {
		s.Refuse("name", "%q cannot begin the name of a bucket; use lower-case letters, digits and hyphens", s.Name)
	}
	checkEncryption(s, args)
	checkLifecycle(s, args)
	checkLock(s, args)
	checkReplication(s, args)
	checkPolicy(s, args)
	logs := convention.Choose(args.AccessLogs, s.Preset, true, false)
	if !logs && (args.AccessLogsBucket != nil || args.AccessLogsRetentionDays != nil) {
		s.Refuse("accessLogs", "is false, so accessLogsBucket and accessLogsRetentionDays have no effect; set it to true, or leave those out")
	}
	if logs && args.AccessLogsBucket != nil && args.AccessLogsRetentionDays != nil {
		s.Refuse("accessLogsRetentionDays", "has no effect on an existing bucket, whose owner decides how long it keeps what; leave it out")
	}
	s.Between("accessLogsRetentionDays", convention.Or(args.AccessLogsRetentionDays, 90), 1, 3653, "ten years at most")
}

func checkEncryption(s *convention.Scope, args *BucketArgs) {
	if args.KmsKeyArn != nil && convention.Or(args.OwnKey, false) {
		s.Refuse("ownKey", "and kmsKeyArn are two keys for one bucket; leave one of them out")
	}
	if args.KmsKeyArn != nil && (args.PolicyOwner == "cdn" || len(args.ReaderDistributionArns) > 0) {
		s.Refuse("kmsKeyArn", "is a key whose policy this component cannot write, and CloudFront reads nothing without being named there; use ownKey, or leave it out for keys of S3")
	}
}

func checkLifecycle(s *convention.Scope, args *BucketArgs) {
	const source = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html"
	if args.RestorableDays != nil && !convention.Or(args.Versioning, true) {
		s.Refuse("restorableDays", "has no effect without versions to restore; leave it out, or leave versioning out")
	}
	s.Between("restorableDays", convention.Or(args.RestorableDays, 90), 1, 3650, "ten years at most")
	s.Between("infrequentAccessDays", convention.Or(args.InfrequentAccessDays, 30), 30, 3650, source)
	s.Between("archiveDays", convention.Or(args.ArchiveDays, 30), 1, 3650, source)
	s.Between("expirationDays", convention.Or(args.ExpirationDays, 30), 1, 3650, "ten years at most")
	infrequent, archive := args.InfrequentAccessDays, args.ArchiveDays
	if infrequent != nil && archive != nil && *archive < *infrequent+betweenTransitions {
		s.Refuse("archiveDays", "%d is too soon after infrequentAccessDays %d, since S3 keeps an object there for %d days; use at least %d", *archive, *infrequent, betweenTransitions, *infrequent+betweenTransitions)
	}
	if args.ExpirationDays == nil {
		return
	}
	for _, moved := range []struct {
		argument string
		days     *int
	}{{"infrequentAccessDays", infrequent}, {"archiveDays", archive}} {
		if moved.days != nil && *args.ExpirationDays <= *moved.days {
			s.Refuse("expirationDays", "%d deletes objects before %s %d moves them; use more, or leave %s out", *args.ExpirationDays, moved.argument, *moved.days, moved.argument)
		}
	}
}

func checkLock(s *convention.Scope, args *BucketArgs) {
	if args.ObjectLockMode == "" {
		if args.ObjectLockDays != nil {
			s.Refuse("objectLockDays", "has no effect without objectLockMode; set that to \"governance\" or \"compliance\", or leave this out")
		}
		return
	}
	s.OneOf("objectLockMode", args.ObjectLockMode, "governance", "compliance")
	if args.ObjectLockDays == nil {
		s.Refuse("objectLockDays", "is required with objectLockMode: it says for how long nobody can delete an object")
	}
	s.Between("objectLockDays", convention.Or(args.ObjectLockDays, 1), 1, 36500, "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html")
	if !convention.Or(args.Versioning, true) {
		s.Refuse("versioning", "is false, but S3 locks versions of objects; leave it out, or objectLockMode")
	}
	if args.ObjectLockMode == "compliance" && !convention.Choose(args.DeletionProtection, s.Preset, true, false) {
		s.Refuse("objectLockMode", "\"compliance\" keeps everybody from deleting the objects, so a bucket without deletionProtection could not be torn down either; use \"governance\", or set deletionProtection")
	}
	if args.ExpirationDays != nil && args.ObjectLockDays != nil && *args.ExpirationDays < *args.ObjectLockDays {
		s.Refuse("expirationDays", "%d is within the %d days that objects are locked for: they would only look deleted; use at least %d", *args.ExpirationDays, *args.ObjectLockDays, *args.ObjectLockDays)
	}
}

func checkReplication(s *convention.Scope, args *BucketArgs) {
	if args.ReplicaBucketArn == nil {
		if args.ReplicaKmsKeyArn != nil || args.ReplicationTimeControl != nil {
			s.Refuse("replicaBucketArn", "is required with replicaKmsKeyArn and replicationTimeControl: they are about the copies in that bucket")
		}
		return
	}
	if arn, known := args.ReplicaBucketArn.(pulumi.String); known && !bucketArn.MatchString(string(arn)) {
		s.Refuse("replicaBucketArn", "%q is not the ARN of a bucket; write it as arn:aws:s3:::name", arn)
	}
	if !convention.Or(args.Versioning, true) {
		s.Refuse("versioning", "is false, but S3 copies versions of objects; leave it out, or replicaBucketArn")
	}
	switch keyed := encrypted(args); {
	case keyed && args.ReplicaKmsKeyArn == nil:
		s.Refuse("replicaKmsKeyArn", "is required, since the objects are encrypted with a KMS key, which exists in one region only; give the ARN of one in the region of the replica bucket")
	case !keyed && args.ReplicaKmsKeyArn != nil:
		s.Refuse("replicaKmsKeyArn", "has no effect: copies of objects that S3's own keys encrypt are encrypted the same way; give kmsKeyArn or ownKey too, or leave it out")
	}
}

func checkPolicy(s *convention.Scope, args *BucketArgs) {
	if args.PolicyOwner != "" {
		s.OneOf("policyOwner", args.PolicyOwner, "bucket", "cdn")
	}
	for i, arn := range args.ReaderDistributionArns {
		if arn == nil {
			s.Refuse("readerDistributionArns", "entry %d is not set; give the ARN of a distribution or leave it out", i)
		} else if known, ok := arn.(pulumi.String); ok {
			if err := readable(string(known)); err != nil {
				s.Refuse("readerDistributionArns", "%s", err)
			}
		}
	}
	for i, document := range args.PolicyDocuments {
		if document == nil {
			s.Refuse("policyDocuments", "entry %d is not set; give a policy document or leave it out", i)
		}
	}
}

// readable refuses what is not one distribution: a wildcard would let in every
// distribution of the account.
func readable(arn string) error {
	if !distributionArn.MatchString(arn) {
		return fmt.Errorf("%q is not the ARN of a distribution; write it as arn:aws:cloudfront::123456789012:distribution/E1234567890ABC", arn)
	}
	return nil
}

// checkExisting refuses what would have no effect on a bucket that is there already.
func checkExisting(s *convention.Scope, args *BucketArgs) {
	for _, a := range []struct {
		argument string
		set      bool
	}{
		{"ownKey", args.OwnKey != nil},
		{"versioning", args.Versioning != nil},
		{"restorableDays", args.RestorableDays != nil},
		{"infrequentAccessDays", args.InfrequentAccessDays != nil},
		{"archiveDays", args.ArchiveDays != nil},
		{"expirationDays", args.ExpirationDays != nil},
		{"objectLockMode", args.ObjectLockMode != ""},
		{"objectLockDays", args.ObjectLockDays != nil},
		{"replicaBucketArn", args.ReplicaBucketArn != nil},
		{"replicaKmsKeyArn", args.ReplicaKmsKeyArn != nil},
		{"replicationTimeControl", args.ReplicationTimeControl != nil},
		{"accessLogs", args.AccessLogs != nil},
		{"accessLogsBucket", args.AccessLogsBucket != nil},
		{"accessLogsRetentionDays", args.AccessLogsRetentionDays != nil},
		{"readerDistributionArns", len(args.ReaderDistributionArns) > 0},
		{"policyDocuments", len(args.PolicyDocuments) > 0},
		{"policyOwner", args.PolicyOwner != ""},
		{"requestMetrics", args.RequestMetrics != nil},
		{"deletionProtection", args.DeletionProtection != nil},
		{"permissionsBoundaryArn", args.PermissionsBoundaryArn != nil},
	} {
		if a.set {
			s.Refuse(a.argument, "has no effect on an existing bucket, which this component does not change; leave it out, or leave existingBucketName out")
		}
	}
}
