# Functions of Lambda: how they run.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html

# The runtimes that AWS mends no more, or will not soon: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
guardrail "Lambda.2" {
  title    = "Functions have a runtime that AWS still mends"
  resource = "aws:lambda/function:Function"
  property = "runtime"
  require = !contains([
    "dotnet5.0", "dotnet6", "dotnet7", "dotnet8", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1", "go1.x", "java8",
    "nodejs", "nodejs10.x", "nodejs12.x", "nodejs14.x", "nodejs16.x", "nodejs18.x", "nodejs20.x", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10",
    "nodejs8.10", "provided", "provided.al2", "python2.7", "python3.10", "python3.6", "python3.7", "python3.8", "python3.9", "ruby2.5", "ruby2.7", "ruby3.2",
  ], self.runtime)
  message  = "AWS mends no security holes of ${self.runtime}, and will refuse new code for it."
  remedy   = "Set runtime to one that is supported, such as nodejs22.x, python3.13, java21, ruby3.4 or provided.al2023; the component Function refuses the others."
  severity = "medium"
  controls = ["CKV_AWS_363"]

  pass "supported" { self = { runtime = "python3.13", handler = "index.handler" } }
  pass "image" { self = { packageType = "Image", imageUri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1" } }
  fail "old" { self = { runtime = "python3.8", handler = "index.handler" } }
  fail "go" { self = { runtime = "go1.x", handler = "main" } }
  unknown "unknown" { self = { runtime = unknown } }
  break { runtime = "nodejs16.x" }
}

guardrail "Lambda.3" {
  title    = "Functions run in a VPC"
  resource = "aws:lambda/function:Function"
  property = "vpcConfig"
  require  = self.vpcConfig.subnetIds != null && length(self.vpcConfig.subnetIds) > 0
  message  = "What this function connects to is not limited by any network: it reaches the whole internet."
  remedy   = "Set vpcConfig with private subnets and a security group: vpcId and subnetIds of the component Function. A function that only uses public APIs of AWS may do without; waive the rule for it."
  severity = "low"
  controls = ["CKV_AWS_117"]

  pass "inside" { self = { runtime = "python3.13", vpcConfig = { subnetIds = ["subnet-1", "subnet-2"], securityGroupIds = ["sg-1"] } } }
  fail "default" { self = { runtime = "python3.13" } }
  fail "taken out" { self = { runtime = "python3.13", vpcConfig = { subnetIds = [], securityGroupIds = [] } } }
  unknown "unknown" { self = { runtime = "python3.13", vpcConfig = unknown } }
  # The group of the function then belongs to nothing.
  break {
    vpcConfig = null
    also      = ["CKV2_AWS_5"]
  }
}

guardrail "Lambda.5" {
  title    = "Functions in a VPC run in several availability zones"
  resource = "aws:lambda/function:Function"
  property = "vpcConfig.subnetIds"
  when     = self.vpcConfig.subnetIds != null && length(self.vpcConfig.subnetIds) > 0
  require  = length(distinct(self.vpcConfig.subnetIds)) >= 2
  message  = "This function runs in one subnet: it is down for as long as the zone of that is."
  remedy   = "Name private subnets of at least two zones in vpcConfig.subnetIds, such as the privateSubnetIds of a Network."
  severity = "medium"

  pass "two" { self = { vpcConfig = { subnetIds = ["subnet-1", "subnet-2"], securityGroupIds = ["sg-1"] } } }
  pass "no vpc" { self = { runtime = "python3.13" } }
  fail "one" { self = { vpcConfig = { subnetIds = ["subnet-1"], securityGroupIds = ["sg-1"] } } }
  unknown "unknown" { self = { vpcConfig = { subnetIds = unknown, securityGroupIds = ["sg-1"] } } }
  break { vpcConfig = merge(self.vpcConfig, { subnetIds = ["subnet-1"] }) }
}

guardrail "CKV_AWS_115" {
  title    = "Functions have a limit of their own for concurrent invocations"
  resource = "aws:lambda/function:Function"
  property = "reservedConcurrentExecutions"
  require  = self.reservedConcurrentExecutions != null && self.reservedConcurrentExecutions >= 0
  message  = "This function can take all concurrent invocations of the account, and leave none to the others."
  remedy   = "Set reservedConcurrentExecutions: the argument reservedConcurrency of Function. It is taken from what the others share."
  severity = "low"

  pass "limited" { self = { runtime = "python3.13", reservedConcurrentExecutions = 50 } }
  fail "default" { self = { runtime = "python3.13" } }
  fail "unreserved" { self = { runtime = "python3.13", reservedConcurrentExecutions = -1 } }
  break { reservedConcurrentExecutions = -1 }
}

# A destination of FunctionEventInvokeConfig keeps more of a failure than a dead letter: AWS prefers it.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
guardrail "CKV_AWS_116" {
  title    = "Events that a function cannot handle are kept"
  resource = "aws:lambda/function:Function"
  property = "deadLetterConfig.targetArn"
  require = self.deadLetterConfig.targetArn != null || anytrue([
    for c in referrers("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "functionName") : c.destinationConfig.onFailure.destination != null
  ])
  message  = "An event that nobody waits for is lost after three failed attempts of this function."
  remedy   = "Set deadLetterConfig.targetArn, or add a FunctionEventInvokeConfig with destinationConfig.onFailure. The component Function makes a failure queue with an alarm."
  severity = "medium"

  pass "dead letter" { self = { runtime = "python3.13", deadLetterConfig = { targetArn = "arn:aws:sqs:eu-central-1:123456789012:failures" } } }
  pass "destination" {
    self = { runtime = "python3.13" }
    resource "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig" "invoke" {
      functionName      = self.name
      destinationConfig = { onFailure = { destination = "arn:aws:sqs:eu-central-1:123456789012:failures" } }
    }
  }
  fail "default" { self = { runtime = "python3.13" } }
  fail "no destination" {
    self = { runtime = "python3.13" }
    resource "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig" "invoke" {
      functionName         = self.name
      maximumRetryAttempts = 1
    }
  }
  break { also = ["GUIDE.queue-dead-letter"] } # the failure queue is then nobody's
}

guardrail "CKV_AWS_173" {
  title    = "Environment variables of functions are encrypted by a key of one's own"
  resource = "aws:lambda/function:Function"
  property = "kmsKeyArn"
  require  = length(self.environment.variables) == 0 || (self.kmsKeyArn != null && self.kmsKeyArn != "")
  message  = "Whoever may describe this function reads its environment, since AWS's own key decrypts it."
  remedy   = "Set kmsKeyArn to a key whose users you know: the argument kmsKeyArn of Function."
  severity = "low"

  pass "own key" { self = { environment = { variables = { LEVEL = "info" } }, kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1" } }
  pass "no environment" { self = { runtime = "python3.13" } }
  fail "key of AWS" { self = { environment = { variables = { LEVEL = "info" } } } }
  break {
    environment = { variables = { LEVEL = "info" } }
    kmsKeyArn   = null
  }
}

# Lambda signs no container images: https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
guardrail "CKV_AWS_272" {
  title    = "Functions take signed code only"
  resource = "aws:lambda/function:Function"
  property = "codeSigningConfigArn"
  when     = self.packageType != "Image"
  require  = self.codeSigningConfigArn != null
  message  = "This function runs whatever code is uploaded to it."
  remedy   = "Set codeSigningConfigArn to a configuration that names who may sign; with the component Function in Transform.Function. Whoever has no signing profile yet limits lambda:UpdateFunctionCode to the pipeline, and waives the rule."
  severity = "low"

  pass "signed" { self = { runtime = "python3.13", codeSigningConfigArn = "arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-1" } }
  pass "image" { self = { packageType = "Image", imageUri = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:1" } }
  fail "default" { self = { runtime = "python3.13" } }
  break { codeSigningConfigArn = null }
}

guardrail "CKV_AWS_50" {
  title    = "Functions are traced"
  resource = "aws:lambda/function:Function"
  property = "tracingConfig.mode"
  require  = self.tracingConfig.mode == "Active"
  message  = "X-Ray sees no more of this function than its callers ask for: where a request loses its time stays unknown."
  remedy   = "Set tracingConfig.mode to Active. The component Function does."
  severity = "low"

  pass "active" { self = { runtime = "python3.13", tracingConfig = { mode = "Active" } } }
  fail "default" { self = { runtime = "python3.13" } }
  fail "passive" { self = { runtime = "python3.13", tracingConfig = { mode = "PassThrough" } } }
  break { tracingConfig = { mode = "PassThrough" } }
}
