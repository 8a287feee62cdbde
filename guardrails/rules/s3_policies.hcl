# What policies of buckets say, on the bucket or as a resource of their own.

# Conditions that name who is meant make "everybody" somebody; see also
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
guardrail "CKV_AWS_70" {
  title    = "Policies of buckets let in nobody in particular"
  resource = ["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketV2:BucketV2"]
  property = "policy"
  when     = self.policy != null
  require = alltrue([for s in statements(self.policy) : (
    s.effect == "deny"
    || s.principals["*"] == null
    || anytrue(flatten([for test, wanted in s.conditions : [for key, values in wanted : (
      !matches(test, "Not|IfExists|Null") && !contains(values, "*") && contains([
        "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:principalarn", "aws:principalaccount", "aws:principalorgid",
        "aws:sourcevpc", "aws:sourcevpce", "aws:userid", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
      ], key)
    )]]))
  )])
  message  = "A statement of this policy allows everybody something, whoever they are and wherever they call from."
  remedy   = "Name roles or services as principals, or add a condition on aws:PrincipalOrgID or aws:SourceArn. With Bucket, give readerDistributionArns or policyDocuments."
  severity = "critical"

  pass "a role" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/reports" }, Action = "s3:GetObject", Resource = "arn:aws:s3:::orders/*" }] }) }
  }
  pass "everybody is denied" {
    self = { bucket = "orders", policy = jsonencode({ Statement = { Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } } }) }
  }
  pass "the organisation" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "*", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-a1b2c3d4e5" } } }] }) }
  }
  fail "everybody" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::orders/*" }] }) }
  }
  fail "any account" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = ["*"] }, Action = "s3:GetObject", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "true" } } }] }) }
  }
  unknown "unknown" { self = { bucket = "orders", policy = unknown } }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}

guardrail "CKV_AWS_93" {
  title    = "Policies of buckets lock nobody out for good"
  resource = ["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketV2:BucketV2"]
  property = "policy"
  when     = self.policy != null
  require = !anytrue([for s in statements(self.policy) : (
    s.effect == "deny" && length(s.conditions) == 0
    && s.principals["*"] != null
    && anytrue([for action in s.actions : contains(["*", "s3:*", "s3:put*", "s3:*bucketpolicy", "s3:putbucketpolicy"], lower(action))])
  )])
  message  = "This policy forbids everybody to change it: only the root user of the account can take it away again."
  remedy   = "Add a condition to the statement that denies, such as aws:SecureTransport = false or aws:PrincipalArn."
  severity = "high"

  pass "with a condition" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] }) }
  }
  pass "one action" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:DeleteObject", Resource = "*" }] }) }
  }
  fail "everything" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:*", Resource = "*" }] }) }
  }
  fail "the policy" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = { AWS = "*" }, Action = ["s3:PutBucketPolicy"], Resource = "*" }] }) }
  }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:PutBucketPolicy\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}

# Principals of the own account have these permissions from their own policies, if they are to have them.
guardrail "S3.6" {
  title    = "Policies of buckets do not let others change who gets in"
  resource = ["aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketV2:BucketV2"]
  property = "policy"
  when     = self.policy != null
  require = !anytrue([for s in statements(self.policy) : (
    s.effect == "allow" && length(s.principals.AWS) > 0
    && anytrue([for action in s.actions : contains([
      "*", "s3:*", "s3:put*", "s3:delete*", "s3:deletebucketpolicy", "s3:putbucketacl", "s3:putbucketpolicy", "s3:putencryptionconfiguration", "s3:putobjectacl",
    ], lower(action))])
  )])
  message  = "This policy lets a principal change the policy, the ACL or the encryption of the bucket, or delete its policy."
  remedy   = "Allow the actions that are needed, such as s3:GetObject and s3:PutObject. Leave s3:DeleteBucketPolicy, s3:PutBucketAcl, s3:PutBucketPolicy, s3:PutEncryptionConfiguration and s3:PutObjectAcl to roles of the account."
  severity = "high"

  pass "objects" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::210987654321:root" }, Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::orders/*" }] }) }
  }
  fail "everything" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::210987654321:root" }, Action = "s3:*", Resource = "*" }] }) }
  }
  fail "the policy" {
    self = { bucket = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = ["arn:aws:iam::210987654321:role/partner"] }, Action = ["s3:GetObject", "s3:PutBucketPolicy"], Resource = "*" }] }) }
  }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:root\"},\"Action\":\"s3:PutBucketPolicy\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}
