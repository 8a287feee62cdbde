# Keys, and who may use them. https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html

# AWS can rotate symmetric keys that encrypt; those that sign, such as of DNSSEC, it cannot.
# https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
guardrail "KMS.4" {
  title    = "Keys are rotated"
  resource = "aws:kms/key:Key"
  property = "enableKeyRotation"
  when     = coalesce(self.keyUsage, "ENCRYPT_DECRYPT") == "ENCRYPT_DECRYPT" && coalesce(self.customerMasterKeySpec, "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT" && self.customKeyStoreId == null
  require  = self.enableKeyRotation == true
  message  = "This key is never changed: all that was ever encrypted with it hangs on the same bytes."
  remedy   = "Set enableKeyRotation to true; what was encrypted before can still be read. Key always does."
  severity = "medium"
  controls = ["CKV_AWS_7"]

  pass "rotated" { self = { description = "orders", enableKeyRotation = true } }
  pass "signs" { self = { description = "zone", keyUsage = "SIGN_VERIFY", customerMasterKeySpec = "ECC_NIST_P256" } }
  fail "default" { self = { description = "orders" } }
  fail "off" { self = { description = "orders", enableKeyRotation = false } }
  unknown "unknown" { self = { description = "orders", enableKeyRotation = unknown } }
  break { enableKeyRotation = false }
}

guardrail "CKV_AWS_227" {
  title    = "Keys are enabled"
  resource = "aws:kms/key:Key"
  property = "isEnabled"
  require  = self.isEnabled != false
  message  = "This key is switched off: nothing that is encrypted with it can be read."
  remedy   = "Set isEnabled to true, or leave it out. To stop the use of a key, take its permissions away."
  severity = "high"

  pass "default" { self = { description = "orders" } }
  pass "on" { self = { description = "orders", isEnabled = true } }
  fail "off" { self = { description = "orders", isEnabled = false } }
}

# Without a policy a key has one that leaves all to the account's IAM policies, and lets no service in.
guardrail "CKV2_AWS_64" {
  title    = "Keys have a policy"
  resource = "aws:kms/key:Key"
  property = "policy"
  require  = self.policy != null || length(referrers("aws:kms/keyPolicy:KeyPolicy", "keyId")) > 0
  message  = "Who may use this key is left to every IAM policy of the account."
  remedy   = "Set policy, or add an aws:kms/keyPolicy. Key writes one; give services for those that encrypt with the key."
  severity = "medium"

  pass "its own" { self = { policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" }] }) } }
  pass "beside it" {
    self = { description = "orders" }
    resource "aws:kms/keyPolicy:KeyPolicy" "policy" {
      keyId  = self.id
      policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" }] })
    }
  }
  fail "default" { self = { description = "orders" } }
}

# A service that stands for its caller is named by kms:ViaService, an account by kms:CallerAccount.
guardrail "KMS.5" {
  title    = "Policies of keys let in nobody in particular"
  resource = ["aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy"]
  property = "policy"
  when     = self.policy != null
  require = alltrue([for s in statements(self.policy) : (
    s.effect == "deny"
    || s.principals["*"] == null
    || anytrue(flatten([for test, wanted in s.conditions : [for key, values in wanted : (
      !matches(test, "Not|IfExists|Null") && !contains(values, "*") && contains([
        "kms:calleraccount", "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:principalarn", "aws:principalaccount", "aws:principalorgid",
        "aws:sourcevpc", "aws:sourcevpce",
      ], key)
    )]]))
  )])
  message  = "A statement of this policy lets everybody use the key, in every account."
  remedy   = "Name the account, roles or services as principals, or add a condition on kms:CallerAccount. With Key, give services."
  severity = "critical"
  controls = ["CKV_AWS_33"]

  pass "the account" { self = { policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" }] }) } }
  pass "callers of the account" { self = { policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:Decrypt", Resource = "*", Condition = { StringEquals = { "kms:CallerAccount" = "123456789012", "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } } }] }) } }
  fail "everybody" { self = { policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }] }) } }
  fail "through a service" { self = { policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:Decrypt", Resource = "*", Condition = { StringEquals = { "kms:ViaService" = "s3.eu-central-1.amazonaws.com" } } }] }) } }
  unknown "unknown" { self = { policy = unknown } }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"kms:*\",\"Resource\":\"*\"}]}"
  }
}

# KMS.1 looks at the policies that customers manage, KMS.2 at those within a role, a user or a group.
guardrail "KMS.2" {
  title    = "IAM policies let nobody decrypt with every key"
  resource = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy", "aws:iam/policy:Policy"]
  property = "policy"
  require = !anytrue([for s in statements(self.policy) : (
    s.effect == "allow"
    && anytrue([for action in s.actions : glob(action, "kms:Decrypt") || glob(action, "kms:ReEncryptFrom")])
    && anytrue([for r in s.resources : r == "*" || matches(r, "^arn:[^:]*:kms:[^:]*:[^:]*:(\\*|key/\\*)$")])
    && !anytrue(flatten([for test, wanted in s.conditions : [for key, values in wanted : contains(["kms:resourcealiases", "kms:viaservice", "aws:resourcetag"], split("/", key)[0])]]))
  )])
  message  = "Whoever has this policy can read what is encrypted with any key whose policy trusts the account."
  remedy   = "Name the ARNs of the keys. Where keys cannot be named, add a condition on kms:ViaService or kms:ResourceAliases. The policies that components give name their key."
  severity = "medium"
  controls = ["KMS.1"]

  pass "one key" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" }] }) } }
  pass "through a service" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*", Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.eu-central-1.amazonaws.com" } } }] }) } }
  fail "all" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }] }) } }
  fail "all of the account" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "arn:aws:kms:eu-central-1:123456789012:key/*" }] }) } }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"kms:ReEncryptFrom\",\"Resource\":\"arn:aws:kms:eu-central-1:123456789012:key/*\"}]}"
  }
}
