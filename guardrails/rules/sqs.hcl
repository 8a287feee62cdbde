# Queues. https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html

# SQS encrypts a new queue by itself; a program that says so keeps it that way, also for queues that are older than that.
guardrail "SQS.1" {
  title    = "Queues say that they are encrypted"
  resource = "aws:sqs/queue:Queue"
  property = "sqsManagedSseEnabled"
  require  = length(refers(self.kmsMasterKeyId, "aws:kms/key:Key")) > 0 || self.kmsMasterKeyId != null && self.kmsMasterKeyId != "" || self.sqsManagedSseEnabled == true
  message  = "This queue names no key and does not ask for one of SQS: an older queue stays unencrypted, and nobody sees it."
  remedy   = "Set kmsMasterKeyId to your key, or sqsManagedSseEnabled to true. Queue does one of the two."
  severity = "medium"
  controls = ["CKV_AWS_27"]

  pass "own key" { self = { kmsMasterKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  pass "key of SQS" { self = { sqsManagedSseEnabled = true } }
  fail "default" { self = { messageRetentionSeconds = 345600 } }
  fail "off" { self = { sqsManagedSseEnabled = false } }
  unknown "unknown" { self = { kmsMasterKeyId = unknown } }
  break {
    kmsMasterKeyId       = null
    sqsManagedSseEnabled = false
  }
}

# Other services cannot use the key alias/aws/sqs, so that what a topic or a rule sends never arrives.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
guardrail "CKV2_AWS_73" {
  title    = "Queues that use KMS use a key of one's own"
  resource = "aws:sqs/queue:Queue"
  property = "kmsMasterKeyId"
  require  = length(refers(self.kmsMasterKeyId, "aws:kms/key:Key")) > 0 || self.kmsMasterKeyId == null || !matches(self.kmsMasterKeyId, "alias/aws/sqs$")
  message  = "The key of this queue belongs to AWS: topics, rules and other accounts cannot send with it."
  remedy   = "Set kmsMasterKeyId to your key, or leave it out and set sqsManagedSseEnabled; with Queue, give kmsKeyArn or nothing."
  severity = "medium"

  pass "own key" { self = { kmsMasterKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  pass "key of SQS" { self = { sqsManagedSseEnabled = true } }
  fail "of AWS" { self = { kmsMasterKeyId = "alias/aws/sqs" } }
  unknown "unknown" { self = { kmsMasterKeyId = unknown } }
  break {
    kmsMasterKeyId = "alias/aws/sqs"
  }
}

guardrail "SQS.3" {
  title    = "Policies of queues let in nobody in particular"
  resource = ["aws:sqs/queuePolicy:QueuePolicy", "aws:sqs/queue:Queue"]
  property = "policy"
  when     = self.policy != null
  require = alltrue([for s in statements(self.policy) : (
    s.effect == "deny"
    || s.principals["*"] == null
    || anytrue(flatten([for test, wanted in s.conditions : [for key, values in wanted : (
      !matches(test, "Not|IfExists|Null") && !contains(values, "*") && contains([
        "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceowner", "aws:principalarn", "aws:principalaccount", "aws:principalorgid",
        "aws:sourcevpc", "aws:sourcevpce",
      ], key)
    )]]))
  )])
  message  = "A statement of this policy lets everybody use the queue, whoever they are."
  remedy   = "Name roles or services as principals, or add a condition on aws:SourceArn. With Queue, give topicArns and ruleArns."
  severity = "medium"
  controls = ["CKV_AWS_168", "CKV_AWS_387"]

  pass "a topic" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = "*", Condition = { ArnEquals = { "aws:SourceArn" = "arn:aws:sns:eu-central-1:123456789012:orders" } } }] }) }
  }
  pass "everybody from there" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*", Condition = { ArnLike = { "AWS:SourceArn" = "arn:aws:sns:eu-central-1:123456789012:orders" } } }] }) }
  }
  fail "everybody" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = { Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" } }) }
  }
  fail "any account" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sqs:*", Resource = "*", Condition = { StringNotEquals = { "aws:SourceAccount" = "210987654321" } } }] }) }
  }
  unknown "unknown" { self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = unknown } }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}

guardrail "CKV_AWS_72" {
  title    = "Policies of queues name the actions that they allow"
  resource = "aws:sqs/queuePolicy:QueuePolicy"
  property = "policy"
  require  = !anytrue([for s in statements(self.policy) : s.effect == "allow" && (contains(s.actions, "*") || contains([for a in s.actions : lower(a)], "sqs:*") || length(s.not_actions) > 0)])
  message  = "A statement of this policy allows every action, to delete the queue and to change its policy included."
  remedy   = "Name the actions, such as sqs:SendMessage. Queue allows no others."
  severity = "high"

  pass "one" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/orders" }, Action = "sqs:SendMessage", Resource = "*" }] }) }
  }
  pass "all are denied" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] }) }
  }
  fail "all" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/orders" }, Action = "*", Resource = "*" }] }) }
  }
  fail "all of SQS" {
    self = { queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/inbox", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/orders" }, Action = ["sqs:*"], Resource = "*" }] }) }
  }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:role/orders\"},\"Action\":\"sqs:*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sqs:*\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}

# A dead-letter queue is one that something names as such, or that says who may. It is the end: it has none itself.
guardrail "GUIDE.queue-dead-letter" {
  title    = "Every queue has a dead-letter queue, or is one"
  resource = "aws:sqs/queue:Queue"
  property = "redrivePolicy"
  require = (
    length(refers(self.redrivePolicy, "aws:sqs/queue:Queue")) > 0 # before deployment, when the text is not known yet
    || json(self.redrivePolicy).deadLetterTargetArn != null
    || length(referrers("aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl")) > 0
    || self.redriveAllowPolicy != null
    || length(referrers("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", "queueUrl")) > 0
    || length(referrers("aws:sqs/queue:Queue", "redrivePolicy.deadLetterTargetArn")) > 0
    || length(referrers("aws:sqs/redrivePolicy:RedrivePolicy", "redrivePolicy.deadLetterTargetArn")) > 0
    || length(referrers("aws:sns/topicSubscription:TopicSubscription", "redrivePolicy.deadLetterTargetArn")) > 0
    || length(referrers("aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig.arn")) > 0
    || length(referrers("aws:cloudwatch/eventBus:EventBus", "deadLetterConfig.arn")) > 0
    || length(referrers("aws:scheduler/schedule:Schedule", "target.deadLetterConfig.arn")) > 0
    || length(referrers("aws:lambda/function:Function", "deadLetterConfig.targetArn")) > 0
    || length(referrers("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig.onFailure.destination")) > 0
    || length(referrers("aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig.onFailure.destinationArn")) > 0
  )
  message  = "A message that cannot be handled comes back to the consumers of this queue until it expires, and is lost then; in a FIFO queue, all that follow it wait."
  remedy   = "Set redrivePolicy to {\"deadLetterTargetArn\": …, \"maxReceiveCount\": 5} with the ARN of a second queue that somebody watches. Queue makes one, and an alarm for it."
  severity = "high"

  pass "has one" { self = { redrivePolicy = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:inbox-dead-letters", maxReceiveCount = 5 }) } }
  pass "is one of a queue" {
    self = { messageRetentionSeconds = 1209600 }
    resource "aws:sqs/queue:Queue" "inbox" { redrivePolicy = jsonencode({ deadLetterTargetArn = self.arn, maxReceiveCount = 5 }) }
  }
  pass "is one of a rule" {
    self = { messageRetentionSeconds = 1209600 }
    resource "aws:cloudwatch/eventTarget:EventTarget" "target" {
      rule             = "orders"
      arn              = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
      deadLetterConfig = { arn = self.arn }
    }
  }
  fail "neither" { self = { messageRetentionSeconds = 345600 } }
  fail "another is one" {
    self = { messageRetentionSeconds = 345600 }
    resource "aws:sqs/queue:Queue" "inbox" { redrivePolicy = jsonencode({ deadLetterTargetArn = "arn:aws:sqs:eu-central-1:123456789012:others", maxReceiveCount = 5 }) }
  }
  unknown "unknown" { self = { redrivePolicy = unknown } }
  break { redrivePolicy = null }
}
