# Streams, buses, schedules and workflows: Kinesis, EventBridge, Step Functions.

guardrail "Kinesis.1" {
  title    = "Streams encrypt what they keep"
  resource = "aws:kinesis/stream:Stream"
  property = "encryptionType"
  require  = self.encryptionType == "KMS"
  message  = "Records lie unencrypted in this stream for as long as it keeps them."
  remedy   = "Set encryptionType to KMS and kmsKeyId to your key; with Stream, give kmsKeyArn."
  severity = "medium"
  controls = ["CKV_AWS_43"]

  pass "on" { self = { encryptionType = "KMS", kmsKeyId = "alias/aws/kinesis" } }
  fail "default" { self = { shardCount = 2 } }
  fail "off" { self = { shardCount = 2, encryptionType = "NONE" } }
  break {
    encryptionType = "NONE"
  }
}

guardrail "CKV_AWS_185" {
  title    = "Streams are encrypted with a key of one's own"
  resource = "aws:kinesis/stream:Stream"
  property = "kmsKeyId"
  when     = self.encryptionType == "KMS"
  require  = length(refers(self.kmsKeyId, "aws:kms/key:Key")) > 0 || self.kmsKeyId != null && !matches(self.kmsKeyId, "alias/aws/")
  message  = "The key of this stream belongs to AWS: its use cannot be restricted, and no other account can read with it."
  remedy   = "Set kmsKeyId to the ARN of your key; with Stream, give kmsKeyArn."
  severity = "low"

  pass "own key" { self = { encryptionType = "KMS", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "of AWS" { self = { encryptionType = "KMS", kmsKeyId = "alias/aws/kinesis" } }
  unknown "unknown" { self = { encryptionType = "KMS", kmsKeyId = unknown } }
  break {
    kmsKeyId = "alias/aws/kinesis"
  }
}

guardrail "Kinesis.3" {
  title    = "Streams keep their records for a week"
  resource = "aws:kinesis/stream:Stream"
  property = "retentionPeriod"
  require  = coalesce(self.retentionPeriod, 24) >= 168
  message  = "Consumers that stand still for a long weekend lose records, and nothing can be played again."
  remedy   = "Set retentionPeriod to 168 hours or more; with Stream, set retentionHours, which is 168 in production."
  severity = "medium"

  pass "a week" { self = { retentionPeriod = 168 } }
  fail "default" { self = { shardCount = 2 } }
  fail "a day" { self = { retentionPeriod = 24 } }
  unknown "unknown" { self = { retentionPeriod = unknown } }
  break { retentionPeriod = 24 }
}

# Within an account IAM decides who may send to a bus. A policy on the bus says it where the bus is, and keeps out the
# rest of the account's roles.
guardrail "EventBridge.3" {
  title    = "Buses have a policy"
  resource = "aws:cloudwatch/eventBus:EventBus"
  require = (
    length(referrers("aws:cloudwatch/eventBusPolicy:EventBusPolicy", "eventBusName")) > 0
    || length(referrers("aws:cloudwatch/eventPermission:EventPermission", "eventBusName")) > 0
  )
  message  = "Who may send events to this bus is left to every IAM policy of the account."
  remedy   = "Add an aws:cloudwatch/eventBusPolicy that names who may call events:PutEvents."
  severity = "low"

  pass "a policy" {
    self = { name = "orders" }
    resource "aws:cloudwatch/eventBusPolicy:EventBusPolicy" "policy" {
      eventBusName = self.name
      policy       = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/orders" }, Action = "events:PutEvents", Resource = self.arn }] })
    }
  }
  fail "default" { self = { name = "orders" } }
  fail "of another bus" {
    self = { name = "orders" }
    resource "aws:cloudwatch/eventBusPolicy:EventBusPolicy" "policy" {
      eventBusName = "billing"
      policy       = jsonencode({ Statement = [] })
    }
  }
}

guardrail "CKV_AWS_297" {
  title    = "Schedules are encrypted with a key of one's own"
  resource = "aws:scheduler/schedule:Schedule"
  property = "kmsKeyArn"
  require  = length(refers(self.kmsKeyArn, "aws:kms/key:Key")) > 0 || self.kmsKeyArn != null && !matches(self.kmsKeyArn, "alias/aws/")
  message  = "What this schedule sends is kept under a key of AWS, whose use cannot be restricted."
  remedy   = "Set kmsKeyArn to your key, and let the role of the schedule decrypt with it."
  severity = "low"

  pass "own key" { self = { scheduleExpression = "rate(1 hour)", kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "default" { self = { scheduleExpression = "rate(1 hour)" } }
  unknown "unknown" { self = { scheduleExpression = "rate(1 hour)", kmsKeyArn = unknown } }
}

# Execution data in the log, which Checkov asks for beside the log, is not asked for here: it is the payload, with
# whatever persons it is about, in a place that more people read.
guardrail "StepFunctions.1" {
  title    = "Workflows log what they do"
  resource = "aws:sfn/stateMachine:StateMachine"
  property = "loggingConfiguration"
  require  = contains(["ALL", "ERROR", "FATAL"], coalesce(self.loggingConfiguration.level, "OFF")) && self.loggingConfiguration.logDestination != null
  message  = "When an execution of this workflow fails, nothing outlives its history, and no alarm can look into it."
  remedy   = "Set loggingConfiguration to { level: \"ERROR\", logDestination: \"<the ARN of a log group>:*\" }. Saga always does."
  severity = "medium"
  controls = ["CKV_AWS_285"]

  pass "errors" { self = { type = "STANDARD", loggingConfiguration = { level = "ERROR", logDestination = "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/vendedlogs/states/orders:*" } } }
  fail "default" { self = { type = "STANDARD" } }
  fail "off" { self = { type = "STANDARD", loggingConfiguration = { level = "OFF" } } }
  break { loggingConfiguration = { level = "OFF" } }
}

guardrail "CKV_AWS_284" {
  title    = "Workflows can be followed through all that they call"
  resource = "aws:sfn/stateMachine:StateMachine"
  property = "tracingConfiguration.enabled"
  require  = self.tracingConfiguration.enabled == true
  message  = "X-Ray does not see this workflow: a trace ends where it begins."
  remedy   = "Set tracingConfiguration.enabled to true, and let its role write traces. Saga always does."
  severity = "low"

  pass "on" { self = { type = "STANDARD", tracingConfiguration = { enabled = true } } }
  fail "default" { self = { type = "STANDARD" } }
  fail "off" { self = { type = "STANDARD", tracingConfiguration = { enabled = false } } }
  break { tracingConfiguration = { enabled = false } }
}
