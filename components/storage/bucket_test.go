package storage_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/archimperative/scaffold/components/storage"
	"github.com/archimperative/scaffold/guardrails"
	"github.com/archimperative/scaffold/recorder"
	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/s3"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	bucketType      = "aws:s3/bucketV2:BucketV2"
	blockType       = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
	ownershipType   = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
	encryptionType  = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
	versioningType  = "aws:s3/bucketVersioningV2:BucketVersioningV2"
	lifecycleType   = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
	policyType      = "aws:s3/bucketPolicy:BucketPolicy"
	loggingType     = "aws:s3/bucketLoggingV2:BucketLoggingV2"
	lockType        = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"
	metricType      = "aws:s3/bucketMetric:BucketMetric"
	replicationType = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	roleType        = "aws:iam/role:Role"
	rolePolicyType  = "aws:iam/rolePolicy:RolePolicy"
	keyType         = "aws:kms/key:Key"
	keyPolicyType   = "aws:kms/keyPolicy:KeyPolicy"
	alarmType       = "aws:cloudwatch/metricAlarm:MetricAlarm"

	keyArn          = "arn:aws:kms:eu-central-1:123456789012:key/files"
	replicaArn      = "arn:aws:s3:::files-copies"
	replicaKeyArn   = "arn:aws:kms:eu-west-1:123456789012:key/copies"
	distributionArn = "arn:aws:cloudfront::123456789012:distribution/E1234567890ABC"
	alarmsArn       = "arn:aws:sns:eu-central-1:123456789012:alarms"

	fifty = "files-abcdefghijklmnopqrstuvwxyz-0123456789-abcdef"
)

// object and list shorten what a decoded document is compared with.
type (
	object = map[string]any
	list   = []any
)

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func newBucket(name string, args storage.BucketArgs) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		_, err := storage.NewBucket(ctx, name, &args)
		return err
	}
}

func record(t *testing.T, program pulumi.RunFunc, opts ...recorder.Option) *recorder.Recording {
	t.Helper()
	rec, err := recorder.Run(program, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func sorted(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return all
}

// family lists the resources of one bucket.
func family(name string) []string {
	return []string{
		bucketType + " " + name, blockType + " " + name, ownershipType + " " + name, encryptionType + " " + name,
		versioningType + " " + name, lifecycleType + " " + name, policyType + " " + name,
	}
}

func tlsOnly(arn any) object {
	return object{
		"Sid": "DenyPlaintext", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list{arn, arn.(string) + "/*"},
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	}
}

func document(statements ...any) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}

func TestBucket(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		preset                    string
		extra                     []string
		protect                   bool
		restorable, partsOfUpload float64
	}{
		{"", slices.Concat(family("files-access-logs"), []string{loggingType + " files-bucket", metricType + " files-bucket"}), true, 90, 7},
		{"production", slices.Concat(family("files-access-logs"), []string{loggingType + " files-bucket", metricType + " files-bucket"}), true, 90, 7},
		{"sandbox", nil, false, 7, 1},
	} {
		t.Run("preset "+c.preset, func(t *testing.T) {
			t.Parallel()
			rec := record(t, newBucket("files", storage.BucketArgs{Preset: c.preset, Tags: pulumi.StringMap{"team": pulumi.String("a")}}))
			same(t, "resources", rec.List(), sorted([]string{storage.BucketToken + " files"}, family("files-bucket"), c.extra))

			bucket := rec.Find(bucketType, "files-bucket")
			same(t, "bucket", bucket.Inputs, object{"forceDestroy": !c.protect, "tags": object{"team": "a"}})
			same(t, "protect", bucket.Protect, c.protect)
			for _, b := range rec.Type(blockType) {
				same(t, b.Name, b.Inputs, object{
					"bucket": rec.Find(bucketType, b.Name).ID, "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
				})
			}
			for _, o := range rec.Type(ownershipType) {
				same(t, o.Name, o.Input("rule.objectOwnership"), "BucketOwnerEnforced")
			}
			same(t, "encryption", rec.Find(encryptionType, "files-bucket").Input("rules"), list{object{"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "AES256"}}})
			same(t, "versioning", rec.Find(versioningType, "files-bucket").Input("versioningConfiguration.status"), "Enabled")
			same(t, "lifecycle", rec.Find(lifecycleType, "files-bucket").Input("rules"), list{object{
				"id": "housekeeping", "status": "Enabled", "filter": object{"prefix": ""},
				"abortIncompleteMultipartUpload": object{"daysAfterInitiation": c.partsOfUpload},
				"noncurrentVersionExpiration":    object{"noncurrentDays": c.restorable},
				"expiration":                     object{"expiredObjectDeleteMarker": true},
			}})
			policy := rec.Find(policyType, "files-bucket")
			same(t, "policy", recorder.JSON(policy.Input("policy")), document(tlsOnly(bucket.Output("arn"))))
			if !slices.Contains(policy.Dependencies, rec.Find(blockType, "files-bucket").URN) {
				t.Error("the policy does not wait for the public access block: S3 refuses two changes at once")
			}

			self := rec.Find(storage.BucketToken, "files")
			same(t, "outputs", self.Outputs, object{
				"name": bucket.Output("bucket"), "arn": bucket.Output("arn"), "regionalDomainName": bucket.Output("bucketRegionalDomainName"),
				"keyArn": "", "policy": "", "keyPolicy": "",
				"readerPolicy": self.Output("readerPolicy"), "writerPolicy": self.Output("writerPolicy"),
			})
			arn := bucket.Output("arn").(string)
			same(t, "reader policy", recorder.JSON(self.Output("readerPolicy")), document(
				object{"Sid": "List", "Effect": "Allow", "Action": list{"s3:ListBucket", "s3:GetBucketLocation"}, "Resource": arn},
				object{"Sid": "Read", "Effect": "Allow", "Action": list{"s3:GetObject", "s3:GetObjectVersion"}, "Resource": arn + "/*"},
			))
			same(t, "writer policy", recorder.JSON(self.Output("writerPolicy")), document(
				object{"Sid": "Uploads", "Effect": "Allow", "Action": list{"s3:ListBucketMultipartUploads", "s3:GetBucketLocation"}, "Resource": arn},
				object{"Sid": "Write", "Effect": "Allow", "Action": list{"s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}, "Resource": arn + "/*"},
			))
		})
	}
}

func TestBucketAccessLogs(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{}))
	bucket, logs := rec.Find(bucketType, "files-bucket"), rec.Find(bucketType, "files-access-logs")
	same(t, "logging", rec.Find(loggingType, "files-bucket").Inputs, object{"bucket": bucket.ID, "targetBucket": logs.Output("bucket"), "targetPrefix": "access/"})
	arn := logs.Output("arn").(string)
	same(t, "policy", recorder.JSON(rec.Find(policyType, "files-access-logs").Input("policy")), document(
		object{
			"Sid": "AccessLogs", "Effect": "Allow", "Principal": object{"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject", "Resource": arn + "/access/*",
			"Condition": object{"ArnLike": object{"aws:SourceArn": bucket.Output("arn")}, "StringEquals": object{"aws:SourceAccount": "123456789012"}},
		},
		tlsOnly(arn),
	))
	if !slices.Contains(rec.Find(loggingType, "files-bucket").Dependencies, rec.Find(policyType, "files-access-logs").URN) {
		t.Error("S3 is told to log before it may")
	}
	same(t, "lifecycle", rec.Find(lifecycleType, "files-access-logs").Input("rules[0].expiration.days"), 90.0)
	same(t, "protect", logs.Protect, true)

	rec = record(t, newBucket("files", storage.BucketArgs{Preset: "sandbox", AccessLogs: pulumi.BoolRef(true), AccessLogsRetentionDays: pulumi.IntRef(3)}))
	same(t, "days in a sandbox", rec.Find(lifecycleType, "files-access-logs").Input("rules[0].expiration.days"), 3.0)

	rec = record(t, newBucket("files", storage.BucketArgs{AccessLogsBucket: pulumi.String("all-logs")}))
	same(t, "target", rec.Find(loggingType, "files-bucket").Input("targetBucket"), "all-logs")
	same(t, "buckets", len(rec.Type(bucketType)), 1)
}

func TestBucketWithKey(t *testing.T) {
	t.Parallel()
	through := object{"StringEquals": object{"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}
	for name, own := range map[string]bool{"given": false, "own": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := storage.BucketArgs{KmsKeyArn: pulumi.String(keyArn)}
			if own {
				args = storage.BucketArgs{OwnKey: pulumi.BoolRef(true)}
			}
			rec := record(t, newBucket("files", args))
			key := any(keyArn)
			if own {
				made := rec.Find(keyType, "files-key")
				key = made.Output("arn")
				same(t, "key", made.Inputs, object{"description": "Objects of bucket files", "enableKeyRotation": true, "deletionWindowInDays": 30.0})
				same(t, "key protected", made.Protect, true)
				policy := rec.Find(keyPolicyType, "files-key")
				same(t, "key of the policy", policy.Input("keyId"), made.Output("keyId"))
				same(t, "key policy", recorder.JSON(policy.Input("policy")), document(accountPermissions))
			}
			same(t, "encryption", rec.Find(encryptionType, "files-bucket").Input("rules"), list{object{
				"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}, "bucketKeyEnabled": true,
			}})
			same(t, "encryption of the logs", rec.Find(encryptionType, "files-access-logs").Input("rules[0].applyServerSideEncryptionByDefault.sseAlgorithm"), "AES256")
			self := rec.Find(storage.BucketToken, "files")
			same(t, "key", self.Output("keyArn"), key)
			same(t, "reader's key", recorder.At(recorder.JSON(self.Output("readerPolicy")), "Statement[2]"), object{"Sid": "UseKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": key, "Condition": through})
			same(t, "writer's key", recorder.At(recorder.JSON(self.Output("writerPolicy")), "Statement[2]"), object{"Sid": "UseKey", "Effect": "Allow", "Action": list{"kms:Decrypt", "kms:GenerateDataKey"}, "Resource": key, "Condition": through})
		})
	}
}

var accountPermissions = object{
	"Sid": "AccountPermissions", "Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*",
}

func TestBucketForDistributions(t *testing.T) {
	t.Parallel()
	source := object{"StringEquals": object{"aws:SourceArn": distributionArn}}
	rec := record(t, newBucket("files", storage.BucketArgs{OwnKey: pulumi.BoolRef(true), ReaderDistributionArns: []pulumi.StringInput{pulumi.String(distributionArn)}}))
	arn := rec.Find(bucketType, "files-bucket").Output("arn").(string)
	service := object{"Service": "cloudfront.amazonaws.com"}
	same(t, "policy", recorder.JSON(rec.Find(policyType, "files-bucket").Input("policy")), document(
		tlsOnly(arn),
		object{"Sid": "Distributions", "Effect": "Allow", "Principal": service, "Action": "s3:GetObject", "Resource": arn + "/*", "Condition": source},
	))
	same(t, "key policy", recorder.JSON(rec.Find(keyPolicyType, "files-key").Input("policy")), document(
		accountPermissions,
		object{"Sid": "Distributions", "Effect": "Allow", "Principal": service, "Action": "kms:Decrypt", "Resource": "*", "Condition": source},
	))
}

// The CDN, which knows its ARN, creates the policies then: two would replace each other.
func TestBucketLeavesItsPoliciesToTheCDN(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{Preset: "sandbox", OwnKey: pulumi.BoolRef(true), PolicyOwner: "cdn"}))
	if n := len(rec.Type(policyType)) + len(rec.Type(keyPolicyType)); n != 0 {
		t.Errorf("%d policies, want none", n)
	}
	self := rec.Find(storage.BucketToken, "files")
	same(t, "policy", recorder.JSON(self.Output("policy")), document(tlsOnly(rec.Find(bucketType, "files-bucket").Output("arn"))))
	same(t, "key policy", recorder.JSON(self.Output("keyPolicy")), document(accountPermissions))
}

func TestBucketPolicyDocumentsJoinTheOnePolicy(t *testing.T) {
	t.Parallel()
	partner := object{
		"Sid": "Partner", "Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::210987654321:role/reader"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/public/*",
	}
	several, _ := json.Marshal(document(partner))
	one, _ := json.Marshal(object{"Version": "2012-10-17", "Statement": partner})
	rec := record(t, newBucket("files", storage.BucketArgs{
		Preset: "sandbox", PolicyDocuments: []pulumi.StringInput{pulumi.String(several), pulumi.String(one)},
	}))
	same(t, "policies", len(rec.Type(policyType)), 1)
	same(t, "policy", recorder.JSON(rec.Find(policyType, "files-bucket").Input("policy")), document(tlsOnly(rec.Find(bucketType, "files-bucket").Output("arn")), partner, partner))
}

func TestBucketLifecycle(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{
		Preset: "sandbox", InfrequentAccessDays: pulumi.IntRef(30), ArchiveDays: pulumi.IntRef(60), ExpirationDays: pulumi.IntRef(400), RestorableDays: pulumi.IntRef(5),
	}))
	same(t, "rules", rec.Find(lifecycleType, "files-bucket").Input("rules"), list{
		object{
			"id": "housekeeping", "status": "Enabled", "filter": object{"prefix": ""},
			"abortIncompleteMultipartUpload": object{"daysAfterInitiation": 1.0}, "noncurrentVersionExpiration": object{"noncurrentDays": 5.0},
		},
		object{
			"id": "aging", "status": "Enabled", "filter": object{"prefix": ""}, "expiration": object{"days": 400.0},
			"transitions": list{object{"days": 30.0, "storageClass": "STANDARD_IA"}, object{"days": 60.0, "storageClass": "GLACIER"}},
		},
	})
	rec = record(t, newBucket("files", storage.BucketArgs{Preset: "sandbox", Versioning: pulumi.BoolRef(false)}))
	same(t, "versioning", len(rec.Type(versioningType)), 0)
	same(t, "rules without versions", rec.Find(lifecycleType, "files-bucket").Input("rules"), list{object{
		"id": "housekeeping", "status": "Enabled", "filter": object{"prefix": ""}, "abortIncompleteMultipartUpload": object{"daysAfterInitiation": 1.0},
	}})
}

func TestBucketObjectLock(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{ObjectLockMode: "compliance", ObjectLockDays: pulumi.IntRef(365)}))
	same(t, "enabled", rec.Find(bucketType, "files-bucket").Input("objectLockEnabled"), true)
	same(t, "enabled for the logs", rec.Find(bucketType, "files-access-logs").Input("objectLockEnabled"), nil)
	lock := rec.Find(lockType, "files-bucket")
	same(t, "retention", lock.Input("rule.defaultRetention"), object{"mode": "COMPLIANCE", "days": 365.0})
	if !slices.Contains(lock.Dependencies, rec.Find(versioningType, "files-bucket").URN) {
		t.Error("the lock does not wait for the versions it locks")
	}
}

func TestBucketReplication(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{
		KmsKeyArn: pulumi.String(keyArn), ReplicaBucketArn: pulumi.String(replicaArn), ReplicaKmsKeyArn: pulumi.String(replicaKeyArn),
		ObjectLockMode: "governance", ObjectLockDays: pulumi.IntRef(1), PermissionsBoundaryArn: pulumi.String("arn:aws:iam::123456789012:policy/boundary"),
	}))
	bucket, role := rec.Find(bucketType, "files-bucket"), rec.Find(roleType, "files-replication")
	arn := bucket.Output("arn").(string)
	same(t, "trust", recorder.JSON(role.Input("assumeRolePolicy")), document(object{"Effect": "Allow", "Principal": object{"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}))
	same(t, "boundary", role.Input("permissionsBoundary"), "arn:aws:iam::123456789012:policy/boundary")
	same(t, "permissions", recorder.JSON(rec.Find(rolePolicyType, "files-replication").Input("policy")), document(
		object{"Sid": "Source", "Effect": "Allow", "Action": list{"s3:GetReplicationConfiguration", "s3:ListBucket"}, "Resource": arn},
		object{"Sid": "Read", "Effect": "Allow", "Action": list{
			"s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold",
		}, "Resource": arn + "/*"},
		object{"Sid": "Copy", "Effect": "Allow", "Action": list{"s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"}, "Resource": replicaArn + "/*"},
		object{"Sid": "Decrypt", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": keyArn, "Condition": object{"StringEquals": object{"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}},
		object{"Sid": "Encrypt", "Effect": "Allow", "Action": list{"kms:Encrypt", "kms:GenerateDataKey"}, "Resource": replicaKeyArn, "Condition": object{"StringEquals": object{"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}},
	))
	replication := rec.Find(replicationType, "files-bucket")
	same(t, "role", replication.Input("role"), role.Output("arn"))
	same(t, "rules", replication.Input("rules"), list{object{
		"id": "everything", "status": "Enabled", "priority": 1.0, "filter": object{"prefix": ""},
		"deleteMarkerReplication": object{"status": "Enabled"}, "sourceSelectionCriteria": object{"sseKmsEncryptedObjects": object{"status": "Enabled"}},
		"destination": object{
			"bucket": replicaArn, "encryptionConfiguration": object{"replicaKmsKeyId": replicaKeyArn},
			"metrics":         object{"status": "Enabled", "eventThreshold": object{"minutes": 15.0}},
			"replicationTime": object{"status": "Enabled", "time": object{"minutes": 15.0}},
		},
	}})
	for _, before := range []string{rec.Find(versioningType, "files-bucket").URN, rec.Find(rolePolicyType, "files-replication").URN} {
		if !slices.Contains(replication.Dependencies, before) {
			t.Errorf("replication does not wait for %s", before)
		}
	}

	rec = record(t, newBucket("files", storage.BucketArgs{Preset: "sandbox", ReplicaBucketArn: pulumi.String(replicaArn)}))
	same(t, "destination in a sandbox", rec.Find(replicationType, "files-bucket").Input("rules[0].destination"), object{"bucket": replicaArn, "metrics": object{"status": "Enabled"}})
	same(t, "statements without keys", len(recorder.At(recorder.JSON(rec.Find(rolePolicyType, "files-replication").Input("policy")), "Statement").(list)), 3)
}

func TestBucketAlarms(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{ReplicaBucketArn: pulumi.String(replicaArn), AlarmTopicArn: pulumi.String(alarmsArn)}))
	same(t, "alarms", len(rec.Type(alarmType)), 3)
	name := rec.Find(bucketType, "files-bucket").Output("bucket")
	copies := object{"SourceBucket": name, "DestinationBucket": "files-copies", "RuleId": "everything"}
	for alarm, want := range map[string]object{
		"files-failed-copies": {"namespace": "AWS/S3", "metricName": "OperationsFailedReplication", "threshold": 0.0, "statistic": "Sum"},
		"files-late-copies":   {"namespace": "AWS/S3", "metricName": "ReplicationLatency", "threshold": 900.0, "statistic": "Maximum"},
	} {
		a := rec.Find(alarmType, alarm)
		same(t, alarm, a.Input("dimensions"), copies)
		same(t, alarm, a.Input("alarmActions"), list{alarmsArn})
		for input, value := range want {
			same(t, alarm+" "+input, a.Input(input), value)
		}
	}
	failing := rec.Find(alarmType, "files-failing-requests")
	for _, query := range []string{"metricQueries[1].metric", "metricQueries[2].metric"} {
		same(t, query, failing.Input(query+".dimensions"), object{"BucketName": name, "FilterId": "EntireBucket"})
	}
	same(t, "filter", rec.Find(metricType, "files-bucket").Input("name"), "EntireBucket")
}

func TestBucketExisting(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket("files", storage.BucketArgs{ExistingBucketName: pulumi.String("old-files"), KmsKeyArn: pulumi.String(keyArn)}))
	same(t, "resources", rec.List(), []string{storage.BucketToken + " files"})
	self := rec.Find(storage.BucketToken, "files")
	for output, want := range map[string]string{
		"name": "old-files", "arn": "arn:aws:s3:::old-files", "regionalDomainName": "old-files.s3.eu-central-1.amazonaws.com", "keyArn": keyArn, "policy": "", "keyPolicy": "",
	} {
		same(t, output, self.Output(output), want)
	}
	same(t, "reader", recorder.At(recorder.JSON(self.Output("readerPolicy")), "Statement[1].Resource"), "arn:aws:s3:::old-files/*")
	same(t, "reader's key", recorder.At(recorder.JSON(self.Output("readerPolicy")), "Statement[2].Resource"), keyArn)
}

func TestBucketTransforms(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	args := storage.BucketArgs{
		OwnKey: pulumi.BoolRef(true), ReplicaBucketArn: pulumi.String(replicaArn), ReplicaKmsKeyArn: pulumi.String(replicaKeyArn),
		ObjectLockMode: "governance", ObjectLockDays: pulumi.IntRef(1), AlarmTopicArn: pulumi.String(alarmsArn),
		Transform: storage.BucketTransform{
			Bucket: func(a *s3.BucketV2Args, o *[]pulumi.ResourceOption) {
				seen["bucket"]++
				*o = append(*o, pulumi.RetainOnDelete(true))
			},
			PublicAccessBlock: func(*s3.BucketPublicAccessBlockArgs, *[]pulumi.ResourceOption) { seen["block"]++ },
			OwnershipControls: func(*s3.BucketOwnershipControlsArgs, *[]pulumi.ResourceOption) { seen["ownership"]++ },
			Encryption: func(*s3.BucketServerSideEncryptionConfigurationV2Args, *[]pulumi.ResourceOption) {
				seen["encryption"]++
			},
			Versioning:  func(*s3.BucketVersioningV2Args, *[]pulumi.ResourceOption) { seen["versioning"]++ },
			Lifecycle:   func(*s3.BucketLifecycleConfigurationV2Args, *[]pulumi.ResourceOption) { seen["lifecycle"]++ },
			Policy:      func(*s3.BucketPolicyArgs, *[]pulumi.ResourceOption) { seen["policy"]++ },
			ObjectLock:  func(*s3.BucketObjectLockConfigurationV2Args, *[]pulumi.ResourceOption) { seen["lock"]++ },
			Logging:     func(*s3.BucketLoggingV2Args, *[]pulumi.ResourceOption) { seen["logging"]++ },
			Metric:      func(*s3.BucketMetricArgs, *[]pulumi.ResourceOption) { seen["metric"]++ },
			Replication: func(*s3.BucketReplicationConfigArgs, *[]pulumi.ResourceOption) { seen["replication"]++ },
			Role:        func(*iam.RoleArgs, *[]pulumi.ResourceOption) { seen["role"]++ },
			RolePolicy:  func(*iam.RolePolicyArgs, *[]pulumi.ResourceOption) { seen["rolePolicy"]++ },
			Key:         func(*kms.KeyArgs, *[]pulumi.ResourceOption) { seen["key"]++ },
			KeyPolicy:   func(*kms.KeyPolicyArgs, *[]pulumi.ResourceOption) { seen["keyPolicy"]++ },
			Alarm:       func(*cloudwatch.MetricAlarmArgs, *[]pulumi.ResourceOption) { seen["alarm"]++ },
		},
	}
	rec := record(t, newBucket("files", args))
	same(t, "transformed", seen, map[string]int{
		"bucket": 2, "block": 2, "ownership": 2, "encryption": 2, "versioning": 2, "lifecycle": 2, "policy": 2, "lock": 1, "logging": 1, "metric": 1,
		"replication": 1, "role": 1, "rolePolicy": 1, "key": 1, "keyPolicy": 1, "alarm": 3,
	})
	same(t, "retained", rec.Find(bucketType, "files-bucket").RetainOnDelete, true)
}

// S3 takes names of 63 characters, IAM of 64; Pulumi appends a hyphen and seven digits.
func TestBucketLongName(t *testing.T) {
	t.Parallel()
	rec := record(t, newBucket(fifty, storage.BucketArgs{ReplicaBucketArn: pulumi.String(replicaArn)}))
	for token, limit := range map[string]int{bucketType: 63, roleType: 64} {
		for _, res := range rec.Type(token) {
			physical, given := res.Input("bucket").(string)
			if token == roleType {
				physical, given = res.Input("name").(string)
			}
			if !given {
				physical = res.Name + "-0123456"
			}
			if len(physical) > limit {
				t.Errorf("%s is named %s: %d characters, at most %d", res, physical, len(physical), limit)
			}
		}
	}
}

func TestBucketWiring(t *testing.T) {
	t.Parallel()
	for _, preset := range []string{"production", "sandbox"} {
		for name, program := range map[string]pulumi.RunFunc{
			"plain": newBucket("files", storage.BucketArgs{Preset: preset, AlarmTopicArn: pulumi.String(alarmsArn)}),
			"for a distribution": newBucket("files", storage.BucketArgs{
				Preset: preset, OwnKey: pulumi.BoolRef(true), ReaderDistributionArns: []pulumi.StringInput{pulumi.String(distributionArn)},
			}),
			"replicated": func(ctx *pulumi.Context) error {
				copies, err := storage.NewBucket(ctx, "copies", &storage.BucketArgs{Preset: preset, OwnKey: pulumi.BoolRef(true)})
				if err != nil {
					return err
				}
				_, err = storage.NewBucket(ctx, "files", &storage.BucketArgs{
					Preset: preset, OwnKey: pulumi.BoolRef(true), AlarmTopicArn: pulumi.String(alarmsArn), PermissionsBoundaryArn: pulumi.String("arn:aws:iam::123456789012:policy/boundary"),
					ReplicaBucketArn: copies.Arn.ToStringPtrOutput(), ReplicaKmsKeyArn: copies.KeyArn.ToStringPtrOutput(),
				})
				return err
			},
		} {
			t.Run(preset+" "+name, func(t *testing.T) {
				t.Parallel()
				for _, finding := range guardrails.Wiring(record(t, program)) {
					t.Error(finding)
				}
			})
		}
	}
}

// refused checks that a program fails with exactly these sentences, and before it registers anything.
func refused(t *testing.T, program pulumi.RunFunc, want ...string) {
	t.Helper()
	rec, err := recorder.Run(program)
	if err == nil {
		t.Fatalf("accepted; want\n%s", strings.Join(want, "\n"))
	}
	same(t, "problems", strings.Split(err.Error(), "\n"), want)
	same(t, "resources registered", rec.List(), []string{})
}
