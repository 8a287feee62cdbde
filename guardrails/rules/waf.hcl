# Firewalls of AWS WAF.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html

guardrail "WAF.10" {
  title    = "Firewalls have rules"
  resource = "aws:wafv2/webAcl:WebAcl"
  property = "rules"
  require  = length(self.rules) > 0
  message  = "This firewall has no rule: it does to every request what its default action says."
  remedy   = "Add rules, such as the groups that AWS manages: ruleGroups of Firewall."
  severity = "medium"
  controls = ["CKV_AWS_175"]

  pass "rule" { self = { scope = "REGIONAL", rules = [{ name = "common", priority = 0, overrideAction = { none = {} }, statement = { managedRuleGroupStatement = { vendorName = "AWS", name = "AWSManagedRulesCommonRuleSet" } } }] } }
  fail "default" { self = { scope = "REGIONAL", defaultAction = { allow = {} } } }
  unknown "unknown" { self = { scope = "REGIONAL", rules = unknown } }
  break {
    rules = null
    also  = ["CKV_AWS_192"]
  }
}

guardrail "WAF.11" {
  title    = "Firewalls log what they stop"
  resource = "aws:wafv2/webAcl:WebAcl"
  require  = length(referrers("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn")) > 0
  message  = "Nobody can tell which requests this firewall stops, nor why."
  remedy   = "Add an aws.wafv2.WebAclLoggingConfiguration with the resourceArn of the web ACL: the argument logs of Firewall."
  severity = "low"
  controls = ["CKV2_AWS_31"]

  pass "logged" {
    self = { scope = "REGIONAL" }
    resource "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration" "log" {
      resourceArn           = self.arn
      logDestinationConfigs = ["arn:aws:logs:eu-central-1:123456789012:log-group:aws-waf-logs-shop"]
    }
  }
  fail "default" { self = { scope = "REGIONAL" } }
}

guardrail "WAF.12" {
  title    = "Rules of firewalls are measured"
  resource = ["aws:wafv2/webAcl:WebAcl", "aws:wafv2/ruleGroup:RuleGroup"]
  property = "visibilityConfig.cloudwatchMetricsEnabled"
  require  = self.visibilityConfig.cloudwatchMetricsEnabled == true && alltrue([for r in self.rules : r.visibilityConfig.cloudwatchMetricsEnabled == true])
  message  = "No alarm can tell that this firewall stops more than it should, or less."
  remedy   = "Set cloudwatchMetricsEnabled in the visibilityConfig of the web ACL and of all its rules. The component Firewall does."
  severity = "medium"

  pass "measured" { self = { visibilityConfig = { cloudwatchMetricsEnabled = true, metricName = "shop", sampledRequestsEnabled = true }, rules = [{ name = "common", visibilityConfig = { cloudwatchMetricsEnabled = true, metricName = "common", sampledRequestsEnabled = true } }] } }
  fail "off" { self = { visibilityConfig = { cloudwatchMetricsEnabled = false, metricName = "shop", sampledRequestsEnabled = true } } }
  fail "off for a rule" { self = { visibilityConfig = { cloudwatchMetricsEnabled = true, metricName = "shop", sampledRequestsEnabled = true }, rules = [{ name = "common", visibilityConfig = { cloudwatchMetricsEnabled = false, metricName = "common", sampledRequestsEnabled = true } }] } }
  break { visibilityConfig = { cloudwatchMetricsEnabled = false, metricName = "shop", sampledRequestsEnabled = true } }
}

# The group also knows the requests that abuse Log4j (CVE-2021-44228). CKV2_AWS_47, 76 and 77 ask for the list of anonymous addresses
# (VPNs, Tor, hosting providers) beside it, from which people come too; who wants it adds anonymous-ip to ruleGroups.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
guardrail "CKV_AWS_192" {
  title    = "Firewalls stop requests that are known to be bad, such as those for Log4j"
  resource = "aws:wafv2/webAcl:WebAcl"
  property = "rules"
  require = anytrue([
    for r in self.rules : r.statement.managedRuleGroupStatement.name == "AWSManagedRulesKnownBadInputsRuleSet" && r.overrideAction.count == null && !anytrue(flatten([
      [for o in r.statement.managedRuleGroupStatement.ruleActionOverrides : startswith(o.name, "Log4JRCE") && (o.actionToUse.count != null || o.actionToUse.allow != null)],
      [for o in r.statement.managedRuleGroupStatement.excludedRules : startswith(o.name, "Log4JRCE")],
    ]))
  ])
  message  = "Requests that make programs with an old Log4j run code of strangers get through this firewall, or are counted only."
  remedy   = "Add AWSManagedRulesKnownBadInputsRuleSet with overrideAction.none, and without an exception for Log4JRCE: known-bad-inputs is among the ruleGroups of Firewall, and stops what it finds with mode = \"block\"."
  severity = "medium"
  controls = ["CKV2_AWS_47", "CKV2_AWS_76", "CKV2_AWS_77"]

  pass "stopped" { self = { scope = "REGIONAL", rules = [{ name = "bad", priority = 0, overrideAction = { none = {} }, statement = { managedRuleGroupStatement = { vendorName = "AWS", name = "AWSManagedRulesKnownBadInputsRuleSet" } } }] } }
  fail "not there" { self = { scope = "REGIONAL", rules = [{ name = "common", priority = 0, overrideAction = { none = {} }, statement = { managedRuleGroupStatement = { vendorName = "AWS", name = "AWSManagedRulesCommonRuleSet" } } }] } }
  fail "counted" { self = { scope = "REGIONAL", rules = [{ name = "bad", priority = 0, overrideAction = { count = {} }, statement = { managedRuleGroupStatement = { vendorName = "AWS", name = "AWSManagedRulesKnownBadInputsRuleSet" } } }] } }
  fail "but for log4j" {
    self = { scope = "REGIONAL", rules = [{ name = "bad", priority = 0, overrideAction = { none = {} }, statement = { managedRuleGroupStatement = { vendorName = "AWS", name = "AWSManagedRulesKnownBadInputsRuleSet", ruleActionOverrides = [{ name = "Log4JRCE_BODY", actionToUse = { count = {} } }] } } }] }
  }
  break { rules = [{ name = "bad", priority = 0, overrideAction = { count = {} }, statement = { managedRuleGroupStatement = { vendorName = "AWS", name = "AWSManagedRulesKnownBadInputsRuleSet" } }, visibilityConfig = { cloudwatchMetricsEnabled = true } }] }
}

guardrail "CKV_AWS_342" {
  title    = "Every rule of a firewall says what happens"
  resource = ["aws:wafv2/webAcl:WebAcl", "aws:wafv2/ruleGroup:RuleGroup"]
  property = "rules"
  require  = alltrue([for r in self.rules : (r.action != null && length(r.action) > 0) || (r.overrideAction != null && length(r.overrideAction) > 0) || r.statement.managedRuleGroupStatement != null])
  message  = "Nothing happens to requests that these rules match: ${join(", ", [for r in self.rules : r.name if(r.action == null || length(r.action) == 0) && (r.overrideAction == null || length(r.overrideAction) == 0) && r.statement.managedRuleGroupStatement == null])}."
  remedy   = "Set action in the rule, or overrideAction if it is a group of rules."
  severity = "medium"

  pass "block" { self = { scope = "REGIONAL", rules = [{ name = "rate", priority = 0, action = { block = {} }, statement = { rateBasedStatement = { limit = 2000 } } }] } }
  fail "none" { self = { scope = "REGIONAL", rules = [{ name = "rate", priority = 0, statement = { rateBasedStatement = { limit = 2000 } } }] } }
  fail "empty" { self = { scope = "REGIONAL", rules = [{ name = "rate", priority = 0, action = {}, statement = { rateBasedStatement = { limit = 2000 } } }] } }
  break { rules = concat(self.rules, [{ name = "rate", priority = 90, statement = { rateBasedStatement = { limit = 2000 } }, visibilityConfig = { cloudwatchMetricsEnabled = true } }]) }
}
