# Logs and alarms.

guardrail "CKV_AWS_66" {
  title    = "Log groups say how long they keep their logs"
  resource = "aws:cloudwatch/logGroup:LogGroup"
  property = "retentionInDays"
  require  = self.retentionInDays != null
  message  = "The logs of this group are kept, and paid for, for ever, whatever was promised to those they are about."
  remedy   = "Set retentionInDays; the components take logRetentionDays."
  severity = "medium"

  pass "90 days" { self = { name = "/aws/lambda/orders", retentionInDays = 90 } }
  fail "default" { self = { name = "/aws/lambda/orders" } }
  unknown "unknown" { self = { name = "/aws/lambda/orders", retentionInDays = unknown } }
  break {
    retentionInDays = null
    also            = ["CKV_AWS_338"]
  }
}

# 0 is CloudWatch's own way to write "for ever".
guardrail "CKV_AWS_338" {
  title    = "Logs are kept for a year"
  resource = "aws:cloudwatch/logGroup:LogGroup"
  property = "retentionInDays"
  require  = self.retentionInDays != null && (self.retentionInDays == 0 || self.retentionInDays >= 365)
  message  = "What happened longer than ${self.retentionInDays} days ago cannot be found out from this log."
  remedy   = "Set retentionInDays to 365 or more where an audit asks for a year; the components take logRetentionDays. Elsewhere, waive it: logs hold data of persons, which nobody should keep without a reason."
  severity = "low"

  pass "a year" { self = { name = "/aws/lambda/orders", retentionInDays = 365 } }
  pass "for ever" { self = { name = "/aws/lambda/orders", retentionInDays = 0 } }
  fail "90 days" { self = { name = "/aws/lambda/orders", retentionInDays = 90 } }
  fail "default" { self = { name = "/aws/lambda/orders" } }
  break { retentionInDays = 90 }
}

guardrail "CKV_AWS_158" {
  title    = "Logs are encrypted with a key of one's own"
  resource = "aws:cloudwatch/logGroup:LogGroup"
  property = "kmsKeyId"
  require  = length(refers(self.kmsKeyId, "aws:kms/key:Key")) > 0 || self.kmsKeyId != null
  message  = "Whoever may read this log reads it: no key of your own stands between, whose use could be restricted."
  remedy   = "Set kmsKeyId to the ARN of a key whose policy lets in logs.<region>.amazonaws.com: a Key with the service \"logs\". The components take kmsKeyArn."
  severity = "low"

  pass "own key" { self = { name = "/aws/lambda/orders", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" } }
  fail "default" { self = { name = "/aws/lambda/orders" } }
  unknown "unknown" { self = { name = "/aws/lambda/orders", kmsKeyId = unknown } }
  break { kmsKeyId = null }
}

guardrail "CKV_AWS_319" {
  title    = "Alarms are switched on"
  resource = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"]
  property = "actionsEnabled"
  require  = self.actionsEnabled != false
  message  = "This alarm goes off and tells nobody."
  remedy   = "Set actionsEnabled to true, or leave it out. To silence an alarm for a while, use a composite alarm with an actionsSuppressor."
  severity = "medium"

  pass "default" { self = { metricName = "Errors" } }
  pass "on" { self = { metricName = "Errors", actionsEnabled = true } }
  fail "off" { self = { metricName = "Errors", actionsEnabled = false } }
}

# An alarm that another one, a deployment, a health check or scaling looks at need not tell anybody itself.
guardrail "GUIDE.alarm-actions" {
  title    = "Every alarm tells somebody"
  resource = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"]
  property = "alarmActions"
  when = (
    length(referrers("aws:cloudwatch/compositeAlarm:CompositeAlarm", "alarmRule")) == 0
    && length(referrers("aws:route53/healthCheck:HealthCheck", "cloudwatchAlarmName")) == 0
    && length(referrers("aws:ecs/service:Service", "alarms.alarmNames")) == 0
  )
  require  = length(self.alarmActions) > 0
  message  = "This alarm goes off and tells nobody."
  remedy   = "Set alarmActions to the ARN of a topic that a team hears of; with the components, give alarmTopicArn, such as that of an AlarmTopic."
  severity = "high"

  pass "a topic" { self = { metricName = "Errors", alarmActions = ["arn:aws:sns:eu-central-1:123456789012:alarms"] } }
  pass "of a deployment" {
    self = { name = "orders-errors", metricName = "Errors" }
    resource "aws:ecs/service:Service" "orders" { alarms = { enable = true, rollback = true, alarmNames = [self.name] } }
  }
  fail "default" { self = { metricName = "Errors" } }
  fail "nobody" { self = { metricName = "Errors", alarmActions = [] } }
  break { alarmActions = [] }
}

# A sentence on what it means and one on what to do are 40 letters at least; a link to a runbook is a runbook too.
guardrail "GUIDE.alarm-runbook" {
  title    = "Every alarm says what it means and what to do"
  resource = ["aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"]
  property = "alarmDescription"
  require  = self.alarmDescription != null && (matches(self.alarmDescription, "https?://\\S+") || strlen(self.alarmDescription) >= 40 && matches(self.alarmDescription, "\\S[.:;!?]\\s+\\S"))
  message  = "Whoever is woken by this alarm at night does not learn from it what is wrong and what to do."
  remedy   = "Set alarmDescription to what users notice and to the first thing to look at, in two sentences, or to a link to the runbook. The components' alarms do."
  severity = "medium"

  pass "two sentences" { self = { metricName = "Evictions", alarmDescription = "Cache sessions throws data away to make room, and programs compute it again. Raise maxDataGb." } }
  pass "a link" { self = { metricName = "Evictions", alarmDescription = "https://runbooks.example.com/evictions" } }
  fail "default" { self = { metricName = "Evictions" } }
  fail "the metric again" { self = { metricName = "Evictions", alarmDescription = "Evictions > 1000 in three periods of the sessions cache" } }
  unknown "unknown" { self = { metricName = "Evictions", alarmDescription = unknown } }
  break { alarmDescription = "Evictions are too high" }
}
