# Clusters and services of ECS.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html

guardrail "ECS.12" {
  title    = "Clusters are watched by Container Insights"
  resource = "aws:ecs/cluster:Cluster"
  property = "settings"
  require  = anytrue([for s in self.settings : s.name == "containerInsights" && contains(["enabled", "enhanced"], s.value)])
  message  = "Container Insights is off in this cluster: nobody sees which task runs out of memory, or restarts."
  remedy   = "Add { name = containerInsights, value = enhanced } to settings. ServiceCluster does in production; elsewhere set its argument containerInsights."
  severity = "medium"
  controls = ["CKV_AWS_65"]

  pass "enhanced" { self = { settings = [{ name = "containerInsights", value = "enhanced" }] } }
  pass "enabled" { self = { settings = [{ name = "containerInsights", value = "enabled" }] } }
  fail "default" { self = {} }
  fail "disabled" { self = { settings = [{ name = "containerInsights", value = "disabled" }] } }
  break { settings = [{ name = "containerInsights", value = "disabled" }] }
}

guardrail "CKV_AWS_223" {
  title    = "What is typed in ECS Exec is logged"
  resource = "aws:ecs/cluster:Cluster"
  property = "configuration.executeCommandConfiguration.logging"
  require  = self.configuration.executeCommandConfiguration.logging != "NONE"
  message  = "What people do inside the containers of this cluster through ECS Exec is logged nowhere."
  remedy   = "Leave configuration.executeCommandConfiguration.logging out, which logs as the task does, or set it to OVERRIDE with a logConfiguration."
  severity = "medium"

  pass "default" { self = { settings = [{ name = "containerInsights", value = "enhanced" }] } }
  pass "own group" {
    self = {
      configuration = { executeCommandConfiguration = { logging = "OVERRIDE", kmsKeyId = "k", logConfiguration = { cloudWatchLogGroupName = "exec", cloudWatchEncryptionEnabled = true } } }
    }
  }
  fail "none" { self = { configuration = { executeCommandConfiguration = { logging = "NONE" } } } }
  unknown "unknown" { self = { configuration = { executeCommandConfiguration = { logging = unknown } } } }
  break { configuration = { executeCommandConfiguration = { logging = "NONE" } } }
}

# With logging = "DEFAULT" the sessions go to the log group of the task, whose key CKV_AWS_158 asks for; the settings of a log of their own
# count for "OVERRIDE" alone: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ExecuteCommandConfiguration.html
guardrail "CKV_AWS_224" {
  title    = "Sessions of ECS Exec and their logs are encrypted by a key of one's own"
  resource = "aws:ecs/cluster:Cluster"
  property = "configuration.executeCommandConfiguration.kmsKeyId"
  require = self.configuration.executeCommandConfiguration == null || self.configuration.executeCommandConfiguration.logging == "NONE" || (
    self.configuration.executeCommandConfiguration.kmsKeyId != null && anytrue([
      self.configuration.executeCommandConfiguration.logging != "OVERRIDE",
      self.configuration.executeCommandConfiguration.logConfiguration.cloudWatchEncryptionEnabled == true,
      self.configuration.executeCommandConfiguration.logConfiguration.s3BucketEncryptionEnabled == true,
    ])
  )
  message  = "This cluster configures ECS Exec without a KMS key, or without encrypting the logs of its sessions."
  remedy   = "Set kmsKeyId in configuration.executeCommandConfiguration, and for logs of their own cloudWatchEncryptionEnabled or s3BucketEncryptionEnabled in its logConfiguration: kmsKeyArn of ServiceCluster."
  severity = "low"

  pass "log of its own" {
    self = {
      configuration = { executeCommandConfiguration = { logging = "OVERRIDE", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1", logConfiguration = { cloudWatchLogGroupName = "exec", cloudWatchEncryptionEnabled = true } } }
    }
  }
  pass "log of the task" { self = { configuration = { executeCommandConfiguration = { logging = "DEFAULT", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1" } } } }
  pass "not configured" { self = { settings = [{ name = "containerInsights", value = "enhanced" }] } }
  fail "no key" { self = { configuration = { executeCommandConfiguration = { logging = "DEFAULT" } } } }
  fail "plain logs" {
    self = {
      configuration = { executeCommandConfiguration = { logging = "OVERRIDE", kmsKeyId = "arn:aws:kms:eu-central-1:123456789012:key/1", logConfiguration = { cloudWatchLogGroupName = "exec" } } }
    }
  }
  unknown "unknown" { self = { configuration = unknown } }
  break { configuration = { executeCommandConfiguration = { logging = "DEFAULT" } } }
}

guardrail "ECS.2" {
  title    = "Tasks of services have no public address"
  resource = "aws:ecs/service:Service"
  property = "networkConfiguration.assignPublicIp"
  require  = self.networkConfiguration.assignPublicIp != true
  message  = "Every task of this service gets a public address."
  remedy   = "Set networkConfiguration.assignPublicIp to false, and run the tasks in private subnets behind a load balancer. The component Service never sets it."
  severity = "high"
  controls = ["CKV_AWS_333"]

  pass "private" { self = { networkConfiguration = { assignPublicIp = false, subnets = ["subnet-1"] } } }
  pass "default" { self = { networkConfiguration = { subnets = ["subnet-1"] } } }
  fail "public" { self = { networkConfiguration = { assignPublicIp = true, subnets = ["subnet-1"] } } }
  unknown "unknown" { self = { networkConfiguration = { assignPublicIp = unknown, subnets = ["subnet-1"] } } }
  break { networkConfiguration = merge(self.networkConfiguration, { assignPublicIp = true }) }
}

guardrail "ECS.10" {
  title    = "Fargate tasks run on the latest platform version"
  resource = "aws:ecs/service:Service"
  property = "platformVersion"
  when     = self.launchType == "FARGATE" || self.platformVersion != null || anytrue([for s in self.capacityProviderStrategies : startswith(s.capacityProvider, "FARGATE")])
  require  = self.platformVersion == null || self.platformVersion == "LATEST" || self.platformVersion == "1.4.0"
  message  = "The tasks of this service stay on platform version ${self.platformVersion}, which gets no fixes."
  remedy   = "Leave platformVersion out, or set it to LATEST."
  severity = "medium"
  controls = ["CKV_AWS_332"]

  pass "latest" { self = { launchType = "FARGATE", platformVersion = "LATEST" } }
  pass "default" { self = { capacityProviderStrategies = [{ capacityProvider = "FARGATE_SPOT", weight = 1 }] } }
  pass "machines" { self = { launchType = "EC2" } }
  fail "old" { self = { launchType = "FARGATE", platformVersion = "1.3.0" } }
  fail "old by provider" { self = { capacityProviderStrategies = [{ capacityProvider = "FARGATE", weight = 1 }], platformVersion = "1.3.0" } }
  break { platformVersion = "1.3.0" }
}
