# Secrets. https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html

guardrail "SecretsManager.1" {
  title    = "Secrets are rotated"
  resource = "aws:secretsmanager/secret:Secret"
  require  = length(referrers("aws:secretsmanager/secretRotation:SecretRotation", "secretId")) > 0
  message  = "This secret stays the same until somebody changes it: whoever has seen it once has it for ever."
  remedy   = "Add an aws:secretsmanager/secretRotation; with Secret, set rotation to \"database\", or give rotationFunctionArn. A key of another party that cannot be rotated needs a waiver."
  severity = "medium"
  controls = ["CKV2_AWS_57"]

  pass "rotated" {
    self = { description = "orders" }
    resource "aws:secretsmanager/secretRotation:SecretRotation" "rotation" {
      secretId          = self.arn
      rotationLambdaArn = "arn:aws:lambda:eu-central-1:123456789012:function:rotation"
      rotationRules     = { automaticallyAfterDays = 30 }
    }
  }
  fail "default" { self = { description = "orders" } }
}

# A schedule is rate(30 days) or a cron expression, whose year cannot be told to be this one.
# https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
guardrail "SecretsManager.4" {
  title    = "Secrets are rotated every 90 days at least"
  resource = "aws:secretsmanager/secretRotation:SecretRotation"
  property = "rotationRules"
  require = (
    self.rotationRules.automaticallyAfterDays != null ? self.rotationRules.automaticallyAfterDays <= 90
    : self.rotationRules.scheduleExpression == null ? false
    : startswith(self.rotationRules.scheduleExpression, "rate(") ? (
      endswith(self.rotationRules.scheduleExpression, "hours)") || endswith(self.rotationRules.scheduleExpression, "hour)")
      || try(tonumber(regex("^rate\\(([0-9]+) days?\\)$", self.rotationRules.scheduleExpression)[0]) <= 90, false)
    )
    # Every month or oftener: a cron with a list of months or a year is not.
    : matches(self.rotationRules.scheduleExpression, "^cron\\(\\S+ \\S+ \\S+ (\\*|\\*/[123]|1/[123]) \\S+ \\*\\)$")
  )
  message  = "This secret may be older than 90 days, and so may be the copies of it that nobody knows of."
  remedy   = "Set rotationRules.automaticallyAfterDays to 90 or less; with Secret, set rotationDays, which is 30."
  severity = "medium"
  controls = ["CKV_AWS_304"]

  pass "30 days" { self = { secretId = "orders", rotationRules = { automaticallyAfterDays = 30 } } }
  pass "a rate" { self = { secretId = "orders", rotationRules = { scheduleExpression = "rate(10 days)" } } }
  pass "hours" { self = { secretId = "orders", rotationRules = { scheduleExpression = "rate(12 hours)" } } }
  pass "each month" { self = { secretId = "orders", rotationRules = { scheduleExpression = "cron(0 8 1 * ? *)" } } }
  fail "a year" { self = { secretId = "orders", rotationRules = { automaticallyAfterDays = 365 } } }
  fail "100 days" { self = { secretId = "orders", rotationRules = { scheduleExpression = "rate(100 days)" } } }
  fail "twice a year" { self = { secretId = "orders", rotationRules = { scheduleExpression = "cron(0 8 1 1,7 ? *)" } } }
  fail "never" { self = { secretId = "orders", rotationRules = { duration = "2h" } } }
  break { rotationRules = { automaticallyAfterDays = 365 } }
}

guardrail "CKV_AWS_149" {
  title    = "Secrets are encrypted with a key of one's own"
  resource = "aws:secretsmanager/secret:Secret"
  property = "kmsKeyId"
  require  = length(refers(self.kmsKeyId, "aws:kms/key:Key")) > 0 || self.kmsKeyId != null && !matches(self.kmsKeyId, "alias/aws/")
  message  = "Whoever may read this secret reads it: no key of your own stands between, whose use could be restricted and shared."
  remedy   = "Set kmsKeyId to the ARN of your key; with Secret, give kmsKeyArn, or set ownKey, which is on in production."
  severity = "medium"

  pass "own key" { self = { description = "orders", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "default" { self = { description = "orders" } }
  fail "of AWS" { self = { description = "orders", kmsKeyId = "alias/aws/secretsmanager" } }
  unknown "unknown" { self = { description = "orders", kmsKeyId = unknown } }
  break { kmsKeyId = null }
}

# https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
guardrail "GUIDE.secret-deletion" {
  title    = "A deleted secret can be brought back"
  resource = "aws:secretsmanager/secret:Secret"
  property = "recoveryWindowInDays"
  require  = coalesce(self.recoveryWindowInDays, 30) >= 7
  message  = "This secret is gone at once when it is deleted, and with it the access of all who use it."
  remedy   = "Set recoveryWindowInDays to 7 to 30, or leave it out. Secret does: 30 days in production, 7 in sandbox."
  severity = "high"

  pass "30 days" { self = { description = "orders", recoveryWindowInDays = 30 } }
  pass "default" { self = { description = "orders" } }
  fail "at once" { self = { description = "orders", recoveryWindowInDays = 0 } }
}
