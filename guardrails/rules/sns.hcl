# Topics. https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html

guardrail "SNS.1" {
  title    = "Topics encrypt what they carry"
  resource = "aws:sns/topic:Topic"
  property = "kmsMasterKeyId"
  require  = length(refers(self.kmsMasterKeyId, "aws:kms/key:Key")) > 0 || self.kmsMasterKeyId != null && self.kmsMasterKeyId != ""
  message  = "Messages lie unencrypted in this topic until they are delivered."
  remedy   = "Set kmsMasterKeyId to your key, and let those who publish use it; with Topic and AlarmTopic, give kmsKeyArn. Alarms cannot use alias/aws/sns."
  severity = "medium"
  controls = ["CKV_AWS_26"]

  pass "own key" { self = { kmsMasterKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "default" { self = { fifoTopic = false } }
  unknown "unknown" { self = { kmsMasterKeyId = unknown } }
  break {
    kmsMasterKeyId = null
  }
}

# SNS reports deliveries to these protocols, each with a role of its own, and never those by e-mail.
# https://docs.aws.amazon.com/sns/latest/dg/sns-topic-attributes.html
guardrail "SNS.2" {
  title    = "Topics log what they could not deliver"
  resource = "aws:sns/topic:Topic"
  property = "sqsFailureFeedbackRoleArn"
  when = anytrue([
    for s in referrers("aws:sns/topicSubscription:TopicSubscription", "topic") : contains(["application", "firehose", "http", "https", "lambda", "sqs"], s.protocol)
  ])
  require = anytrue([for role in [
    self.applicationFailureFeedbackRoleArn, self.firehoseFailureFeedbackRoleArn, self.httpFailureFeedbackRoleArn,
    self.lambdaFailureFeedbackRoleArn, self.sqsFailureFeedbackRoleArn,
  ] : role != null])
  message  = "When a subscriber does not get the messages of this topic, nothing tells why."
  remedy   = "Set <protocol>FailureFeedbackRoleArn, such as sqsFailureFeedbackRoleArn, to a role that sns.amazonaws.com may assume and that may write to CloudWatch Logs."
  severity = "medium"

  pass "logged" {
    self = { sqsFailureFeedbackRoleArn = "arn:aws:iam::123456789012:role/sns-feedback" }
    resource "aws:sns/topicSubscription:TopicSubscription" "inbox" {
      topic    = self.arn
      protocol = "sqs"
      endpoint = "arn:aws:sqs:eu-central-1:123456789012:inbox"
    }
  }
  pass "by e-mail" {
    self = { displayName = "Alarms" }
    resource "aws:sns/topicSubscription:TopicSubscription" "team" {
      topic    = self.arn
      protocol = "email"
      endpoint = "team@example.com"
    }
  }
  fail "default" {
    self = { displayName = "Orders" }
    resource "aws:sns/topicSubscription:TopicSubscription" "inbox" {
      topic    = self.arn
      protocol = "sqs"
      endpoint = "arn:aws:sqs:eu-central-1:123456789012:inbox"
    }
  }
}

guardrail "SNS.4" {
  title    = "Policies of topics let in nobody in particular"
  resource = ["aws:sns/topicPolicy:TopicPolicy", "aws:sns/topic:Topic"]
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
  message  = "A statement of this policy lets everybody publish to the topic or subscribe to it, whoever they are."
  remedy   = "Name roles or services as principals, or add a condition on aws:SourceArn. With Topic, give publisherServices."
  severity = "high"
  controls = ["CKV_AWS_169"]

  pass "alarms" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:alarms", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish", Resource = "*", Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*" } } }] }) }
  }
  pass "the account" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:alarms", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sns:Publish", Resource = "*", Condition = { StringEquals = { "AWS:SourceOwner" = "123456789012" } } }] }) }
  }
  fail "everybody" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:alarms", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*" }] }) }
  }
  fail "any account" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:alarms", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = ["sns:Subscribe"], Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "true" } } }] }) }
  }
  unknown "unknown" { self = { arn = "arn:aws:sns:eu-central-1:123456789012:alarms", policy = unknown } }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"sns:Publish\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sns:Publish\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}

# The account of the topic stands in the ARNs that the statement is about.
guardrail "CKV_AWS_385" {
  title    = "Policies of topics let in no other account"
  resource = "aws:sns/topicPolicy:TopicPolicy"
  property = "policy"
  require = alltrue(flatten([for s in statements(self.policy) : [
    for who in s.effect == "allow" ? s.principals.AWS : [] : who == "*" || anytrue([
      for topic in s.resources : try(regex("[0-9]{12}", who), who) == try(split(":", topic)[4], "none")
    ])
  ]]))
  message  = "A statement of this policy lets another account publish to the topic or subscribe to it."
  remedy   = "Let in principals of the account of the topic only. Where another account is meant, waive this and name the role, not the whole account."
  severity = "medium"

  pass "own account" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:role/orders" }, Action = "sns:Publish", Resource = "arn:aws:sns:eu-central-1:123456789012:orders" }] }) }
  }
  pass "a service" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "events.amazonaws.com" }, Action = "sns:Publish", Resource = "arn:aws:sns:eu-central-1:123456789012:orders" }] }) }
  }
  fail "another account" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = ["arn:aws:iam::210987654321:root"] }, Action = "sns:Subscribe", Resource = "arn:aws:sns:eu-central-1:123456789012:orders" }] }) }
  }
  fail "its number" {
    self = { arn = "arn:aws:sns:eu-central-1:123456789012:orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { AWS = "210987654321" }, Action = "sns:Subscribe", Resource = "arn:aws:sns:eu-central-1:123456789012:orders" }] }) }
  }
  break {
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::210987654321:role/partner\"},\"Action\":\"sns:Publish\",\"Resource\":\"arn:aws:sns:eu-central-1:123456789012:orders\"},{\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":\"sns:Publish\",\"Resource\":\"*\",\"Condition\":{\"Bool\":{\"aws:SecureTransport\":\"false\"}}}]}"
  }
}

# Buckets are asked by S3.5, which is the same for them.
guardrail "GUIDE.tls-only" {
  title    = "Queues and topics refuse plain text"
  resource = ["aws:sqs/queue:Queue", "aws:sns/topic:Topic"]
  require = anytrue(flatten([
    for policy in concat(
      [for own in [self.policy] : own if own != null],
      [for p in referrers("aws:sqs/queuePolicy:QueuePolicy", "queueUrl") : p.policy],
      [for p in referrers("aws:sns/topicPolicy:TopicPolicy", "arn") : p.policy],
    ) : [for s in statements(policy) : s.effect == "deny" && s.principals["*"] != null && contains(s.conditions.Bool["aws:securetransport"], "false")]
  ]))
  message  = "Messages may be sent here and fetched from here without TLS."
  remedy   = "Add an aws:sqs/queuePolicy or aws:sns/topicPolicy with a statement that denies everybody where aws:SecureTransport is false. Queue, Topic and AlarmTopic do."
  severity = "high"

  pass "denied" {
    self = { messageRetentionSeconds = 345600 }
    resource "aws:sqs/queuePolicy:QueuePolicy" "policy" {
      queueUrl = self.url
      policy   = jsonencode({ Statement = [{ Effect = "Deny", Principal = "*", Action = "sqs:*", Resource = self.arn, Condition = { Bool = { "aws:SecureTransport" = false } } }] })
    }
  }
  pass "a topic" {
    type = "aws:sns/topic:Topic"
    self = { displayName = "Orders" }
    resource "aws:sns/topicPolicy:TopicPolicy" "policy" {
      arn    = self.arn
      policy = jsonencode({ Statement = [{ Effect = "Deny", Principal = { AWS = "*" }, Action = "sns:Publish", Resource = self.arn, Condition = { Bool = { "aws:SecureTransport" = "false" } } }] })
    }
  }
  fail "no policy" { self = { messageRetentionSeconds = 345600 } }
  fail "another policy" {
    self = { messageRetentionSeconds = 345600 }
    resource "aws:sqs/queuePolicy:QueuePolicy" "policy" {
      queueUrl = self.url
      policy   = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "sns.amazonaws.com" }, Action = "sqs:SendMessage", Resource = self.arn }] })
    }
  }
}
