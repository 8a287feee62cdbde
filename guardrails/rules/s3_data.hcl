# What happens to what is in buckets: encryption, versions, copies, ends.

guardrail "CKV_AWS_19" {
  title    = "Buckets encrypt what they store"
  resource = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"
  property = "rules"
  require  = alltrue([for rule in self.rules : contains(["AES256", "aws:kms", "aws:kms:dsse"], coalesce(rule.applyServerSideEncryptionByDefault.sseAlgorithm, "none"))])
  message  = "A rule of this encryption names no algorithm that S3 knows."
  remedy   = "Set rules[0].applyServerSideEncryptionByDefault.sseAlgorithm to aws:kms, or to AES256 for a bucket of logs."
  severity = "high"

  pass "with a key" { self = { bucket = "orders", rules = [{ applyServerSideEncryptionByDefault = { sseAlgorithm = "aws:kms", kmsMasterKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }] } }
  pass "with a key of S3" { self = { bucket = "logs", rules = [{ applyServerSideEncryptionByDefault = { sseAlgorithm = "AES256" } }] } }
  fail "another" { self = { bucket = "orders", rules = [{ applyServerSideEncryptionByDefault = { sseAlgorithm = "none" } }] } }
  fail "none" { self = { bucket = "orders", rules = [{ bucketKeyEnabled = true }] } }
}

# Access logs of S3 and of load balancers can only be written to buckets with keys of S3 itself.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
guardrail "S3.17" {
  title    = "Buckets are encrypted with a key of KMS"
  resource = "aws:s3/bucketV2:BucketV2"
  when = !anytrue(flatten([for p in referrers("aws:s3/bucketPolicy:BucketPolicy", "bucket") : [for s in statements(p.policy) : (
    s.effect == "allow" && anytrue([for who in s.principals.Service : matches(who, "^(logging\\.s3|logdelivery\\.elasticloadbalancing)\\.")])
  )]]))
  require = anytrue(flatten([for owner in referrers("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "bucket") : [
    for rule in owner.rules : contains(["aws:kms", "aws:kms:dsse"], rule.applyServerSideEncryptionByDefault.sseAlgorithm)
  ]]))
  message  = "Whoever may read this bucket reads it: no key stands between, whose use could be restricted and is logged."
  remedy   = "Add an aws:s3/bucketServerSideEncryptionConfiguration with sseAlgorithm aws:kms and your key; with Bucket, give kmsKeyArn, or set ownKey."
  severity = "medium"
  controls = ["CKV_AWS_145"]

  pass "with a key" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2" "encryption" {
      bucket = self.id
      rules  = [{ bucketKeyEnabled = true, applyServerSideEncryptionByDefault = { sseAlgorithm = "aws:kms", kmsMasterKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }]
    }
  }
  pass "of access logs" {
    self = { forceDestroy = true }
    resource "aws:s3/bucketPolicy:BucketPolicy" "delivery" {
      bucket = self.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }, Action = "s3:PutObject", Resource = "${self.arn}/*" }] })
    }
  }
  fail "default" { self = { forceDestroy = false } }
  fail "with a key of S3" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2" "encryption" {
      bucket = self.id
      rules  = [{ applyServerSideEncryptionByDefault = { sseAlgorithm = "AES256" } }]
    }
  }
}

guardrail "S3.14" {
  title    = "Buckets keep the versions of their objects"
  resource = "aws:s3/bucketV2:BucketV2"
  require  = anytrue([for owner in referrers("aws:s3/bucketVersioningV2:BucketVersioningV2", "bucket") : owner.versioningConfiguration.status == "Enabled"])
  message  = "What is overwritten or deleted in this bucket is gone."
  remedy   = "Add an aws:s3/bucketVersioning with versioningConfiguration.status = Enabled. Bucket always does."
  severity = "low"
  controls = ["CKV_AWS_21"]

  pass "on" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketVersioningV2:BucketVersioningV2" "versioning" {
      bucket                  = self.id
      versioningConfiguration = { status = "Enabled" }
    }
  }
  fail "default" { self = { forceDestroy = false } }
  fail "suspended" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketVersioningV2:BucketVersioningV2" "versioning" {
      bucket                  = self.id
      versioningConfiguration = { status = "Suspended" }
    }
  }
}

# S3.10 asks the same of buckets with versions.
guardrail "S3.13" {
  title    = "Buckets say when their objects end"
  resource = "aws:s3/bucketV2:BucketV2"
  require  = length(referrers("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "bucket")) > 0
  message  = "Old versions and unfinished uploads of this bucket are kept, and paid for, for ever."
  remedy   = "Add an aws:s3/bucketLifecycleConfiguration that expires old versions and aborts unfinished uploads. Bucket always does."
  severity = "low"
  controls = ["S3.10", "CKV2_AWS_61"]

  pass "rules" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2" "lifecycle" {
      bucket = self.id
      rules  = [{ id = "old", status = "Enabled", noncurrentVersionExpiration = { noncurrentDays = 30 } }]
    }
  }
  fail "default" { self = { forceDestroy = false } }
  break { also = ["S3.20"] }
}

guardrail "CKV_AWS_300" {
  title    = "Unfinished uploads end"
  resource = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"
  property = "rules"
  require = anytrue([for rule in self.rules : (
    rule.status == "Enabled" && rule.abortIncompleteMultipartUpload != null
    && alltrue([for value in values(rule.filter) : value == ""]) && (rule.prefix == null || rule.prefix == "")
  )])
  message  = "Parts of uploads that were never finished are kept, and paid for, for ever; nobody sees them in a list of objects."
  remedy   = "Add a rule without a filter with abortIncompleteMultipartUpload.daysAfterInitiation = 1. Bucket always does."
  severity = "low"

  pass "aborted" { self = { bucket = "orders", rules = [{ id = "all", status = "Enabled", filter = { prefix = "" }, abortIncompleteMultipartUpload = { daysAfterInitiation = 1 } }] } }
  fail "kept" { self = { bucket = "orders", rules = [{ id = "old", status = "Enabled", noncurrentVersionExpiration = { noncurrentDays = 30 } }] } }
  fail "of one folder" { self = { bucket = "orders", rules = [{ id = "some", status = "Enabled", filter = { prefix = "uploads/" }, abortIncompleteMultipartUpload = { daysAfterInitiation = 1 } }] } }
  fail "not yet" { self = { bucket = "orders", rules = [{ id = "all", status = "Disabled", abortIncompleteMultipartUpload = { daysAfterInitiation = 1 } }] } }
}

# Nobody's program can switch this on: it takes the root user's device. Security Hub does not ask it of buckets with a
# lifecycle, and neither does this.
guardrail "S3.20" {
  title    = "Versions of buckets without a lifecycle are deleted with a second factor only"
  resource = "aws:s3/bucketV2:BucketV2"
  when = (
    anytrue([for owner in referrers("aws:s3/bucketVersioningV2:BucketVersioningV2", "bucket") : owner.versioningConfiguration.status == "Enabled"])
    && length(referrers("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "bucket")) == 0
  )
  require  = anytrue([for owner in referrers("aws:s3/bucketVersioningV2:BucketVersioningV2", "bucket") : owner.versioningConfiguration.mfaDelete == "Enabled"])
  message  = "Whoever may delete versions of this bucket may delete all that is to bring back what was lost."
  remedy   = "Give the bucket a lifecycle, as Bucket does, or let the root user switch on versioningConfiguration.mfaDelete."
  severity = "low"

  pass "second factor" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketVersioningV2:BucketVersioningV2" "versioning" {
      bucket                  = self.id
      versioningConfiguration = { status = "Enabled", mfaDelete = "Enabled" }
    }
  }
  pass "lifecycle" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketVersioningV2:BucketVersioningV2" "versioning" {
      bucket                  = self.id
      versioningConfiguration = { status = "Enabled" }
    }
    resource "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2" "lifecycle" {
      bucket = self.id
      rules  = [{ id = "old", status = "Enabled", noncurrentVersionExpiration = { noncurrentDays = 30 } }]
    }
  }
  fail "default" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketVersioningV2:BucketVersioningV2" "versioning" {
      bucket                  = self.id
      versioningConfiguration = { status = "Enabled" }
    }
  }
}
