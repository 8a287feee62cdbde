# What buckets tell, and where their objects are kept twice or for good.
#
# A bucket of logs is one whose policy lets a service deliver logs. It is not asked for copies, events and logs of its own:
# the log of a log has no end, see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html. It is not asked for
# locks either, since S3 delivers no access logs to a bucket that locks what it gets.

guardrail "S3.7" {
  title    = "Buckets are copied to another region"
  resource = "aws:s3/bucketV2:BucketV2"
  # A bucket that takes the copies of another needs none.
  when = length(referrers("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "rules.destination.bucket")) == 0 && !anytrue(flatten([for p in referrers("aws:s3/bucketPolicy:BucketPolicy", "bucket") : [for s in statements(p.policy) : (
    s.effect == "allow" && anytrue([for who in s.principals.Service : matches(who, "^(logging\\.s3|logdelivery\\.elasticloadbalancing|delivery\\.logs)\\.")])
  )]]))
  require = anytrue(flatten([for owner in referrers("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "bucket") : [
    for rule in owner.rules : rule.status == "Enabled"
  ]]))
  message  = "What is in this bucket is in one region only: with it, it is out of reach."
  remedy   = "Add an aws:s3/bucketReplicationConfig with an enabled rule to a bucket of another region; with Bucket, give replicaBucketArn and replicaKmsKeyArn. Waive it where the region is enough, or the data must not leave it."
  severity = "low"
  controls = ["CKV_AWS_144"]

  pass "copied" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketReplicationConfig:BucketReplicationConfig" "copies" {
      bucket = self.id
      rules  = [{ id = "everything", status = "Enabled", destination = { bucket = "arn:aws:s3:::orders-copies" } }]
    }
  }
  pass "the copy" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketReplicationConfig:BucketReplicationConfig" "copies" {
      bucket = "orders"
      rules  = [{ id = "everything", status = "Enabled", destination = { bucket = self.arn } }]
    }
  }
  fail "default" { self = { forceDestroy = false } }
  fail "switched off" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketReplicationConfig:BucketReplicationConfig" "copies" {
      bucket = self.id
      rules  = [{ id = "everything", status = "Disabled", destination = { bucket = "arn:aws:s3:::orders-copies" } }]
    }
  }
}

guardrail "S3.9" {
  title    = "Buckets log who uses them"
  resource = "aws:s3/bucketV2:BucketV2"
  when = !anytrue(flatten([for p in referrers("aws:s3/bucketPolicy:BucketPolicy", "bucket") : [for s in statements(p.policy) : (
    s.effect == "allow" && anytrue([for who in s.principals.Service : matches(who, "^(logging\\.s3|logdelivery\\.elasticloadbalancing|delivery\\.logs)\\.")])
  )]]))
  require  = length(referrers("aws:s3/bucketLoggingV2:BucketLoggingV2", "bucket")) > 0
  message  = "Nobody can find out afterwards who read, wrote or deleted what in this bucket."
  remedy   = "Add an aws:s3/bucketLogging to a bucket of logs; with Bucket, set accessLogs, or give accessLogsBucket."
  severity = "medium"
  controls = ["CKV_AWS_18"]

  pass "logged" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketLoggingV2:BucketLoggingV2" "logging" {
      bucket       = self.id
      targetBucket = "access-logs"
    }
  }
  pass "of logs" {
    self = { forceDestroy = true }
    resource "aws:s3/bucketPolicy:BucketPolicy" "delivery" {
      bucket = self.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "logging.s3.amazonaws.com" }, Action = "s3:PutObject", Resource = "${self.arn}/*" }] })
    }
  }
  fail "default" { self = { forceDestroy = false } }
}

guardrail "S3.11" {
  title    = "Buckets tell what happens in them"
  resource = "aws:s3/bucketV2:BucketV2"
  when = !anytrue(flatten([for p in referrers("aws:s3/bucketPolicy:BucketPolicy", "bucket") : [for s in statements(p.policy) : (
    s.effect == "allow" && anytrue([for who in s.principals.Service : matches(who, "^(logging\\.s3|logdelivery\\.elasticloadbalancing|delivery\\.logs)\\.")])
  )]]))
  require  = length(referrers("aws:s3/bucketNotification:BucketNotification", "bucket")) > 0
  message  = "No program can act on what is written to or deleted from this bucket."
  remedy   = "Add an aws:s3/bucketNotification with eventbridge = true, which costs nothing until a rule takes the events, or one that names a queue, a topic or a function."
  severity = "medium"
  controls = ["CKV2_AWS_62"]

  pass "to EventBridge" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketNotification:BucketNotification" "events" {
      bucket      = self.id
      eventbridge = true
    }
  }
  fail "default" { self = { forceDestroy = false } }
}

# A new bucket can be given the lock later, an old one too, but what is in it by then has none.
guardrail "S3.15" {
  title    = "Objects of buckets can be locked"
  resource = "aws:s3/bucketV2:BucketV2"
  property = "objectLockEnabled"
  when = !anytrue(flatten([for p in referrers("aws:s3/bucketPolicy:BucketPolicy", "bucket") : [for s in statements(p.policy) : (
    s.effect == "allow" && anytrue([for who in s.principals.Service : matches(who, "^(logging\\.s3|logdelivery\\.elasticloadbalancing|delivery\\.logs)\\.")])
  )]]))
  require = self.objectLockEnabled == true || anytrue([
    for owner in referrers("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", "bucket") : coalesce(owner.objectLockEnabled, "Enabled") == "Enabled"
  ])
  message  = "Whoever may delete versions in this bucket may delete all of them, ransomware with a stolen role included."
  remedy   = "Set objectLockEnabled to true and add an aws:s3/bucketObjectLockConfiguration; with Bucket, set objectLockMode and objectLockDays."
  severity = "medium"
  controls = ["CKV_AWS_143"]

  pass "from the beginning" { self = { objectLockEnabled = true } }
  pass "later" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2" "lock" {
      bucket = self.id
      rule   = { defaultRetention = { mode = "GOVERNANCE", days = 30 } }
    }
  }
  fail "default" { self = { forceDestroy = false } }
  fail "off" { self = { objectLockEnabled = false } }
}
