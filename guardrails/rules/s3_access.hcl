# Who gets at buckets. https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html

guardrail "S3.8" {
  title    = "Buckets have a block of public access"
  resource = "aws:s3/bucketV2:BucketV2"
  require  = length(referrers("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "bucket")) > 0
  message  = "Nothing stops a policy or an ACL from making this bucket public."
  remedy   = "Add an aws:s3/bucketPublicAccessBlock for the bucket. Bucket always does."
  severity = "high"
  controls = ["CKV2_AWS_6"]

  pass "blocked" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" "block" {
      bucket                = self.id
      blockPublicAcls       = true
      blockPublicPolicy     = true
      ignorePublicAcls      = true
      restrictPublicBuckets = true
    }
  }
  fail "default" { self = { forceDestroy = false } }
  fail "of another bucket" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" "block" {
      bucket          = "other"
      blockPublicAcls = true
    }
  }
}

guardrail "CKV_AWS_53" {
  title    = "Buckets refuse public ACLs"
  resource = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
  property = "blockPublicAcls"
  require  = self.blockPublicAcls == true
  message  = "An object or the bucket may be given an ACL that lets everybody in."
  remedy   = "Set blockPublicAcls to true. Bucket always does."
  severity = "high"

  pass "blocked" { self = { bucket = "orders", blockPublicAcls = true } }
  fail "default" { self = { bucket = "orders" } }
  fail "off" { self = { bucket = "orders", blockPublicAcls = false } }
  break { blockPublicAcls = false }
}

guardrail "CKV_AWS_54" {
  title    = "Buckets refuse public policies"
  resource = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
  property = "blockPublicPolicy"
  require  = self.blockPublicPolicy == true
  message  = "The bucket may be given a policy that lets everybody in."
  remedy   = "Set blockPublicPolicy to true. Bucket always does."
  severity = "high"

  pass "blocked" { self = { bucket = "orders", blockPublicPolicy = true } }
  fail "default" { self = { bucket = "orders" } }
  fail "off" { self = { bucket = "orders", blockPublicPolicy = false } }
  break { blockPublicPolicy = false }
}

guardrail "CKV_AWS_55" {
  title    = "Buckets ignore public ACLs that are there"
  resource = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
  property = "ignorePublicAcls"
  require  = self.ignorePublicAcls == true
  message  = "ACLs that objects got before let everybody in."
  remedy   = "Set ignorePublicAcls to true. Bucket always does."
  severity = "high"

  pass "ignored" { self = { bucket = "orders", ignorePublicAcls = true } }
  fail "default" { self = { bucket = "orders" } }
  fail "off" { self = { bucket = "orders", ignorePublicAcls = false } }
  break { ignorePublicAcls = false }
}

guardrail "CKV_AWS_56" {
  title    = "A public policy of a bucket counts for its own account only"
  resource = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
  property = "restrictPublicBuckets"
  require  = self.restrictPublicBuckets == true
  message  = "A public policy that is there lets everybody in."
  remedy   = "Set restrictPublicBuckets to true. Bucket always does."
  severity = "high"

  pass "restricted" { self = { bucket = "orders", restrictPublicBuckets = true } }
  fail "default" { self = { bucket = "orders" } }
  fail "off" { self = { bucket = "orders", restrictPublicBuckets = false } }
  break { restrictPublicBuckets = false }
}

# Reading and writing through ACLs. Public policies are for CKV_AWS_70.
guardrail "S3.2" {
  title    = "Buckets let nobody read through an ACL"
  resource = ["aws:s3/bucketV2:BucketV2", "aws:s3/bucketAclV2:BucketAclV2"]
  property = "acl"
  require = !contains(["public-read", "public-read-write", "authenticated-read", "website"], coalesce(self.acl, "private")) && !anytrue([
    for grant in self.accessControlPolicy.grants :
    matches(coalesce(grant.grantee.uri, ""), "/(AllUsers|AuthenticatedUsers)$") && contains(["READ", "READ_ACP", "FULL_CONTROL"], grant.permission)
  ])
  message  = "Everybody may read what is in this bucket."
  remedy   = "Leave acl out, and let in by a policy who is to read: an origin access control of CloudFront for a website."
  severity = "critical"
  controls = ["CKV_AWS_20"]

  pass "no ACL" { self = { forceDestroy = false } }
  pass "private" { self = { bucket = "orders", acl = "private" } }
  fail "public" { self = { bucket = "orders", acl = "public-read" } }
  fail "any account" { self = { bucket = "orders", acl = "authenticated-read" } }
  break { acl = "public-read" }
}

guardrail "S3.3" {
  title    = "Buckets let nobody write through an ACL"
  resource = ["aws:s3/bucketV2:BucketV2", "aws:s3/bucketAclV2:BucketAclV2"]
  property = "acl"
  require = coalesce(self.acl, "private") != "public-read-write" && !anytrue([
    for grant in self.accessControlPolicy.grants :
    matches(coalesce(grant.grantee.uri, ""), "/(AllUsers|AuthenticatedUsers)$") && contains(["WRITE", "WRITE_ACP", "FULL_CONTROL"], grant.permission)
  ])
  message  = "Everybody may write into this bucket, at your cost."
  remedy   = "Leave acl out, and give who is to write a role, or a URL signed for one object."
  severity = "critical"
  controls = ["CKV_AWS_57"]

  pass "no ACL" { self = { forceDestroy = false } }
  pass "read only" { self = { bucket = "orders", acl = "log-delivery-write" } }
  fail "public" { self = { bucket = "orders", acl = "public-read-write" } }
  break {
    acl  = "public-read-write"
    also = ["S3.2"]
  }
}

guardrail "S3.12" {
  title    = "Buckets know no ACLs"
  resource = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
  property = "rule.objectOwnership"
  require  = self.rule.objectOwnership == "BucketOwnerEnforced"
  message  = "ACLs of single objects decide beside the policy of the bucket who gets in, where nobody looks."
  remedy   = "Set rule.objectOwnership to BucketOwnerEnforced. Bucket always does."
  severity = "medium"
  controls = ["CKV2_AWS_65"]

  pass "none" { self = { bucket = "orders", rule = { objectOwnership = "BucketOwnerEnforced" } } }
  fail "preferred" { self = { bucket = "orders", rule = { objectOwnership = "BucketOwnerPreferred" } } }
  fail "of the writer" { self = { bucket = "orders", rule = { objectOwnership = "ObjectWriter" } } }
  break { rule = { objectOwnership = "ObjectWriter" } }
}

guardrail "S3.5" {
  title    = "Buckets refuse plain text"
  resource = "aws:s3/bucketV2:BucketV2"
  require = anytrue(flatten([for owner in referrers("aws:s3/bucketPolicy:BucketPolicy", "bucket") : [for s in statements(owner.policy) : (
    s.effect == "deny"
    && (contains(s.actions, "s3:*") || contains(s.actions, "*"))
    && s.principals["*"] != null
    && contains(s.conditions.Bool["aws:securetransport"], "false")
  )]]))
  message  = "Objects of this bucket may be read and written without TLS."
  remedy   = "Add a statement to its policy that denies s3:* to everybody where aws:SecureTransport is false. Bucket always does."
  severity = "medium"

  pass "denied" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketPolicy:BucketPolicy" "policy" {
      bucket = self.id
      policy = jsonencode({ Statement = [{
        Effect    = "Deny", Principal = "*", Action = "s3:*", Resource = [self.arn, "${self.arn}/*"],
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      }] })
    }
  }
  fail "no policy" { self = { forceDestroy = false } }
  fail "another policy" {
    self = { forceDestroy = false }
    resource "aws:s3/bucketPolicy:BucketPolicy" "policy" {
      bucket = self.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "logdelivery.elasticloadbalancing.amazonaws.com" }, Action = "s3:PutObject", Resource = "${self.arn}/*" }] })
    }
  }
}
