package storage_test

import (
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/storage"
	"github.com/archimperative/scaffold/recorder"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func TestBucketRefuses(t *testing.T) {
	t.Parallel()
	yes, no := pulumi.BoolRef(true), pulumi.BoolRef(false)
	days := pulumi.IntRef
	for name, c := range map[string]struct {
		args storage.BucketArgs
		want []string
	}{
		"preset": {storage.BucketArgs{Preset: "test"}, []string{`preset: "test" is not a preset; use "sandbox" or "production"`}},
		"two keys": {storage.BucketArgs{KmsKeyArn: pulumi.String(keyArn), OwnKey: yes},
			[]string{`ownKey: and kmsKeyArn are two keys for one bucket; leave one of them out`}},
		"a key that CloudFront cannot use": {storage.BucketArgs{KmsKeyArn: pulumi.String(keyArn), PolicyOwner: "cdn"},
			[]string{`kmsKeyArn: is a key whose policy this component cannot write, and CloudFront reads nothing without being named there; use ownKey, or leave it out for keys of S3`}},
		"versions that are not kept": {storage.BucketArgs{Versioning: no, RestorableDays: days(3)},
			[]string{`restorableDays: has no effect without versions to restore; leave it out, or leave versioning out`}},
		"days": {storage.BucketArgs{RestorableDays: days(0), InfrequentAccessDays: days(29), ArchiveDays: days(4000)}, []string{
			`restorableDays: 0 is out of range; use 1 to 3650 (ten years at most)`,
			`infrequentAccessDays: 29 is out of range; use 30 to 3650 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html)`,
			`archiveDays: 4000 is out of range; use 1 to 3650 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html)`,
		}},
		"order of days": {storage.BucketArgs{InfrequentAccessDays: days(60), ArchiveDays: days(70), ExpirationDays: days(65)}, []string{
			`archiveDays: 70 is too soon after infrequentAccessDays 60, since S3 keeps an object there for 30 days; use at least 90`,
			`expirationDays: 65 deletes objects before archiveDays 70 moves them; use more, or leave archiveDays out`,
		}},
		"lock without days": {storage.BucketArgs{ObjectLockMode: "governance"},
			[]string{`objectLockDays: is required with objectLockMode: it says for how long nobody can delete an object`}},
		"days without lock": {storage.BucketArgs{ObjectLockDays: days(1)},
			[]string{`objectLockDays: has no effect without objectLockMode; set that to "governance" or "compliance", or leave this out`}},
		"lock": {storage.BucketArgs{ObjectLockMode: "legal", ObjectLockDays: days(40000), Versioning: no}, []string{
			`objectLockMode: "legal" is not possible; use one of governance, compliance`,
			`objectLockDays: 40000 is out of range; use 1 to 36500 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html)`,
			`versioning: is false, but S3 locks versions of objects; leave it out, or objectLockMode`,
		}},
		"a lock nobody can lift on what is to be torn down": {storage.BucketArgs{Preset: "sandbox", ObjectLockMode: "compliance", ObjectLockDays: days(1)},
			[]string{`objectLockMode: "compliance" keeps everybody from deleting the objects, so a bucket without deletionProtection could not be torn down either; use "governance", or set deletionProtection`}},
		"expiration within the lock": {storage.BucketArgs{ObjectLockMode: "governance", ObjectLockDays: days(30), ExpirationDays: days(10)},
			[]string{`expirationDays: 10 is within the 30 days that objects are locked for: they would only look deleted; use at least 30`}},
		"replica's key alone": {storage.BucketArgs{ReplicaKmsKeyArn: pulumi.String(replicaKeyArn)},
			[]string{`replicaBucketArn: is required with replicaKmsKeyArn and replicationTimeControl: they are about the copies in that bucket`}},
		"replica": {storage.BucketArgs{ReplicaBucketArn: pulumi.String("copies"), Versioning: no}, []string{
			`replicaBucketArn: "copies" is not the ARN of a bucket; write it as arn:aws:s3:::name`,
			`versioning: is false, but S3 copies versions of objects; leave it out, or replicaBucketArn`,
		}},
		"replica without the key it needs": {storage.BucketArgs{OwnKey: yes, ReplicaBucketArn: pulumi.String(replicaArn)},
			[]string{`replicaKmsKeyArn: is required, since the objects are encrypted with a KMS key, which exists in one region only; give the ARN of one in the region of the replica bucket`}},
		"replica with a key it does not use": {storage.BucketArgs{ReplicaBucketArn: pulumi.String(replicaArn), ReplicaKmsKeyArn: pulumi.String(replicaKeyArn)},
			[]string{`replicaKmsKeyArn: has no effect: copies of objects that S3's own keys encrypt are encrypted the same way; give kmsKeyArn or ownKey too, or leave it out`}},
		"policy": {storage.BucketArgs{PolicyOwner: "me", PolicyDocuments: []pulumi.StringInput{nil}, ReaderDistributionArns: []pulumi.StringInput{nil, pulumi.String("arn:aws:cloudfront::123456789012:distribution/*")}}, []string{
			`policyOwner: "me" is not possible; use one of bucket, cdn`,
			`readerDistributionArns: entry 0 is not set; give the ARN of a distribution or leave it out`,
			`readerDistributionArns: "arn:aws:cloudfront::123456789012:distribution/*" is not the ARN of a distribution; write it as arn:aws:cloudfront::123456789012:distribution/E1234567890ABC`,
			`policyDocuments: entry 0 is not set; give a policy document or leave it out`,
		}},
		"logs off": {storage.BucketArgs{AccessLogs: no, AccessLogsRetentionDays: days(1)},
			[]string{`accessLogs: is false, so accessLogsBucket and accessLogsRetentionDays have no effect; set it to true, or leave those out`}},
		"logs elsewhere": {storage.BucketArgs{AccessLogsBucket: pulumi.String("logs"), AccessLogsRetentionDays: days(1)},
			[]string{`accessLogsRetentionDays: has no effect on an existing bucket, whose owner decides how long it keeps what; leave it out`}},
		"existing": {storage.BucketArgs{ExistingBucketName: pulumi.String("old"), OwnKey: yes, PolicyOwner: "cdn"}, []string{
			`ownKey: has no effect on an existing bucket, which this component does not change; leave it out, or leave existingBucketName out`,
			`policyOwner: has no effect on an existing bucket, which this component does not change; leave it out, or leave existingBucketName out`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, sentence := range c.want {
				c.want[i] = `scaffold:storage:Bucket "files": ` + sentence
			}
			refused(t, newBucket("files", c.args), c.want...)
		})
	}
	refused(t, newBucket("Files", storage.BucketArgs{}), `scaffold:storage:Bucket "Files": name: "Files" cannot begin the name of a bucket; use lower-case letters, digits and hyphens`)
}

// What an ARN is of may show only when it is there.
func TestBucketRefusesLate(t *testing.T) {
	t.Parallel()
	later := func(ctx *pulumi.Context, text string) pulumi.StringOutput {
		first, err := storage.NewBucket(ctx, "first", &storage.BucketArgs{Preset: "sandbox"})
		if err != nil {
			t.Error(err)
		}
		return first.Arn.ApplyT(func(string) string { return text }).(pulumi.StringOutput)
	}
	for want, program := range map[string]func(*pulumi.Context) *storage.BucketArgs{
		`readerDistributionArns: "*" is not the ARN of a distribution`: func(ctx *pulumi.Context) *storage.BucketArgs {
			return &storage.BucketArgs{ReaderDistributionArns: []pulumi.StringInput{later(ctx, "*")}}
		},
		`replicaKmsKeyArn: "alias/copies" is not the ARN of a key`: func(ctx *pulumi.Context) *storage.BucketArgs {
			return &storage.BucketArgs{OwnKey: pulumi.BoolRef(true), ReplicaBucketArn: pulumi.String(replicaArn), ReplicaKmsKeyArn: later(ctx, "alias/copies").ToStringPtrOutput()}
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, err := recorder.Run(func(ctx *pulumi.Context) error {
				_, err := storage.NewBucket(ctx, "files", program(ctx))
				return err
			})
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}
