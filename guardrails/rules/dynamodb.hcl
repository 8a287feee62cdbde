# Tables. https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html

# A target of autoscaling names the table in a text, table/<name>, and a policy names the target.
guardrail "DynamoDB.1" {
  title    = "The capacity of tables follows the demand"
  resource = "aws:dynamodb/table:Table"
  property = "billingMode"
  require = self.billingMode == "PAY_PER_REQUEST" || alltrue([
    for dimension in ["dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits"] : anytrue([
      for policy in referrers("aws:appautoscaling/policy:Policy", "resourceId") :
      policy.scalableDimension == dimension
    ])
  ])
  message  = "The capacity of this table stays as it is, whatever the demand: calls are refused at a peak, and nights are paid for."
  remedy   = "Set billingMode to PAY_PER_REQUEST, or add an aws:appautoscaling/target and policy each for reading and writing; with Table, use billing \"on-demand\", or \"provisioned\", which adds them."
  severity = "medium"
  controls = ["CKV2_AWS_16"]

  pass "on demand" { self = { hashKey = "id", billingMode = "PAY_PER_REQUEST" } }
  pass "scaled" {
    self = { hashKey = "id", billingMode = "PROVISIONED", readCapacity = 5, writeCapacity = 5 }
    resource "aws:appautoscaling/policy:Policy" "read" {
      resourceId        = "table/${self.name}"
      scalableDimension = "dynamodb:table:ReadCapacityUnits"
      serviceNamespace  = "dynamodb"
    }
    resource "aws:appautoscaling/policy:Policy" "write" {
      resourceId        = "table/${self.name}"
      scalableDimension = "dynamodb:table:WriteCapacityUnits"
      serviceNamespace  = "dynamodb"
    }
  }
  fail "fixed" { self = { hashKey = "id", billingMode = "PROVISIONED", readCapacity = 5, writeCapacity = 5 } }
  fail "default" { self = { hashKey = "id", readCapacity = 5, writeCapacity = 5 } }
  fail "only read" {
    self = { hashKey = "id", billingMode = "PROVISIONED", readCapacity = 5, writeCapacity = 5 }
    resource "aws:appautoscaling/policy:Policy" "read" {
      resourceId        = "table/${self.name}"
      scalableDimension = "dynamodb:table:ReadCapacityUnits"
      serviceNamespace  = "dynamodb"
    }
  }
}

guardrail "DynamoDB.2" {
  title    = "Tables can be restored to any second of the last days"
  resource = "aws:dynamodb/table:Table"
  property = "pointInTimeRecovery"
  require  = self.pointInTimeRecovery.enabled == true && alltrue([for replica in self.replicas : replica.pointInTimeRecovery == true])
  message  = "What is written or deleted by mistake in this table, or in a replica of it, is lost."
  remedy   = "Set pointInTimeRecovery.enabled to true, and pointInTimeRecovery of each of its replicas. Table always does."
  severity = "medium"
  controls = ["CKV_AWS_28"]

  pass "on" { self = { hashKey = "id", pointInTimeRecovery = { enabled = true, recoveryPeriodInDays = 35 } } }
  pass "replica too" { self = { hashKey = "id", pointInTimeRecovery = { enabled = true }, replicas = [{ regionName = "eu-west-1", pointInTimeRecovery = true }] } }
  fail "default" { self = { hashKey = "id" } }
  fail "off" { self = { hashKey = "id", pointInTimeRecovery = { enabled = false } } }
  fail "replica without" { self = { hashKey = "id", pointInTimeRecovery = { enabled = true }, replicas = [{ regionName = "eu-west-1", pointInTimeRecovery = false }] } }
  break { pointInTimeRecovery = { enabled = false } }
}

guardrail "DynamoDB.6" {
  title    = "Tables are protected from deletion"
  resource = "aws:dynamodb/table:Table"
  property = "deletionProtectionEnabled"
  require  = self.deletionProtectionEnabled == true
  message  = "One call, or one wrong line in a program, deletes this table with all it holds."
  remedy   = "Set deletionProtectionEnabled to true; with Table, set deletionProtection, which is the default in production."
  severity = "medium"

  pass "protected" { self = { hashKey = "id", deletionProtectionEnabled = true } }
  fail "default" { self = { hashKey = "id" } }
  fail "off" { self = { hashKey = "id", deletionProtectionEnabled = false } }
  break { deletionProtectionEnabled = false }
}

guardrail "CKV_AWS_119" {
  title    = "Tables are encrypted with a key of one's own"
  resource = "aws:dynamodb/table:Table"
  property = "serverSideEncryption"
  require = self.serverSideEncryption.enabled == true && (
    length(refers(self.serverSideEncryption.kmsKeyArn, "aws:kms/key:Key")) > 0
    || self.serverSideEncryption.kmsKeyArn != null && !matches(self.serverSideEncryption.kmsKeyArn, "alias/aws/")
  )
  message  = "This table is encrypted with a key of AWS, whose use cannot be restricted or taken away."
  remedy   = "Set serverSideEncryption to { enabled: true, kmsKeyArn: <the ARN of your key> }; with Table, give kmsKeyArn."
  severity = "low"

  pass "own key" { self = { hashKey = "id", serverSideEncryption = { enabled = true, kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } } }
  fail "default" { self = { hashKey = "id" } }
  fail "of AWS" { self = { hashKey = "id", serverSideEncryption = { enabled = true } } }
  unknown "unknown" { self = { hashKey = "id", serverSideEncryption = { enabled = true, kmsKeyArn = unknown } } }
  break { serverSideEncryption = { enabled = true } }
}
