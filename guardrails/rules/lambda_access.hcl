# Who may invoke functions.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html

guardrail "Lambda.1" {
  title    = "Nobody but those who are named may invoke a function"
  resource = "aws:lambda/permission:Permission"
  property = "principal"
  require  = self.principal != "*" || self.principalOrgId != null
  message  = "Everybody with an AWS account may invoke this function."
  remedy   = "Name the account, role or service in principal, or set principalOrgId. The component Function lets in its sources by their ARNs."
  severity = "critical"
  controls = ["CKV_AWS_301"]

  pass "service" {
    self = { action = "lambda:InvokeFunction", function = "orders", principal = "sns.amazonaws.com", sourceArn = "arn:aws:sns:eu-central-1:123456789012:placed" }
  }
  pass "organisation" { self = { action = "lambda:InvokeFunction", function = "orders", principal = "*", principalOrgId = "o-1a2b3c4d5e" } }
  fail "everybody" { self = { action = "lambda:InvokeFunction", function = "orders", principal = "*" } }
  unknown "unknown" { self = { action = "lambda:InvokeFunction", function = "orders", principal = unknown } }
  break { principal = "*" }
}

# Else the service does it on behalf of anybody: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
guardrail "CKV_AWS_364" {
  title    = "Services may invoke a function for a named source only"
  resource = "aws:lambda/permission:Permission"
  property = "sourceArn"
  when     = endswith(self.principal, ".amazonaws.com")
  require  = self.sourceArn != null || self.sourceAccount != null
  message  = "${self.principal} may invoke this function on behalf of any account."
  remedy   = "Set sourceArn to the topic, rule, bucket or API that invokes it, or sourceAccount."
  severity = "high"

  pass "source" {
    self = { action = "lambda:InvokeFunction", function = "orders", principal = "sns.amazonaws.com", sourceArn = "arn:aws:sns:eu-central-1:123456789012:placed" }
  }
  pass "account" { self = { action = "lambda:InvokeFunction", function = "orders", principal = "events.amazonaws.com", sourceAccount = "123456789012" } }
  pass "role" { self = { action = "lambda:InvokeFunction", function = "orders", principal = "arn:aws:iam::123456789012:role/caller" } }
  fail "any source" { self = { action = "lambda:InvokeFunction", function = "orders", principal = "sns.amazonaws.com" } }
  break {
    sourceArn     = null
    sourceAccount = null
  }
}

guardrail "CKV2_AWS_75" {
  title    = "URLs of functions name the sites that may call them"
  resource = "aws:lambda/functionUrl:FunctionUrl"
  property = "cors"
  require  = !contains(self.cors.allowOrigins, "*") && !contains(self.cors.allowMethods, "*")
  message  = "Scripts of any web site may call this URL, or with any method."
  remedy   = "Name the sites in cors.allowOrigins and the methods in cors.allowMethods, or put a Gateway before the function instead of a URL."
  severity = "medium"

  pass "named" { self = { functionName = "orders", authorizationType = "AWS_IAM", cors = { allowOrigins = ["https://shop.example.com"], allowMethods = ["GET"] } } }
  pass "no cors" { self = { functionName = "orders", authorizationType = "AWS_IAM" } }
  fail "any site" { self = { functionName = "orders", authorizationType = "AWS_IAM", cors = { allowOrigins = ["*"], allowMethods = ["GET"] } } }
  fail "any method" { self = { functionName = "orders", authorizationType = "AWS_IAM", cors = { allowOrigins = ["https://shop.example.com"], allowMethods = ["*"] } } }
}
