# Task definitions of ECS: what containers may do, and what they leave behind.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html

# A container with the host's network is as near to the host as one can get; then it has to be said who it runs as.
guardrail "ECS.1" {
  title    = "Containers in the network of their host do not run as root"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "containerDefinitions"
  require  = self.networkMode != "host" || (alltrue([for c in json(self.containerDefinitions) : c.privileged == true || (c.user != null && !contains(["root", "0", "0:0"], c.user))]))
  message  = "Containers run as root in the network of their host: ${join(", ", [for c in json(self.containerDefinitions) : c.name if c.privileged != true && (c.user == null || contains(["root", "0", "0:0"], c.user))])}."
  remedy   = "Set networkMode to awsvpc, as the component Service does, or give every container a user."
  severity = "medium"

  pass "own network" { self = { networkMode = "awsvpc", containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  pass "user" { self = { networkMode = "host", containerDefinitions = jsonencode([{ name = "app", image = "app:1", user = "1000" }]) } }
  fail "root by default" { self = { networkMode = "host", containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  fail "root" { self = { networkMode = "host", containerDefinitions = jsonencode([{ name = "app", image = "app:1", user = "root" }]) } }
  break { networkMode = "host" }
}

guardrail "ECS.3" {
  title    = "Tasks have their own process namespace"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "pidMode"
  require  = self.pidMode != "host"
  message  = "The containers of this task see, and may signal, the processes of their host."
  remedy   = "Leave pidMode out, or set it to task, which shares one namespace within the task only."
  severity = "high"
  controls = ["CKV_AWS_335"]

  pass "default" { self = { networkMode = "awsvpc", containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  pass "task" { self = { pidMode = "task", containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  fail "host" { self = { pidMode = "host", containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  break { pidMode = "host" }
}

guardrail "ECS.4" {
  title    = "Containers are not privileged"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "containerDefinitions"
  require  = alltrue([for c in json(self.containerDefinitions) : c.privileged != true])
  message  = "Containers have all rights on their host: ${join(", ", [for c in json(self.containerDefinitions) : c.name if c.privileged == true])}."
  remedy   = "Leave privileged out of containerDefinitions; grant single capabilities in linuxParameters if a container needs one."
  severity = "high"
  controls = ["CKV_AWS_334"]

  pass "default" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  pass "said" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", privileged = false }]) } }
  fail "privileged" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", privileged = true }]) } }
  fail "one of two" {
    self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1" }, { name = "agent", image = "agent:1", privileged = true }]) }
  }
  unknown "unknown" { self = { containerDefinitions = unknown } }
  break { containerDefinitions = jsonencode([{ name = "app", image = "app:1", privileged = true, readonlyRootFilesystem = true, logConfiguration = { logDriver = "awslogs" } }]) }
}

guardrail "ECS.5" {
  title    = "Containers cannot write to their root filesystem"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "containerDefinitions"
  require  = alltrue([for c in json(self.containerDefinitions) : c.readonlyRootFilesystem == true])
  message  = "Containers can change their own programs: ${join(", ", [for c in json(self.containerDefinitions) : c.name if c.readonlyRootFilesystem != true])}."
  remedy   = "Set readonlyRootFilesystem in containerDefinitions, and mount a tmpfs for what has to be written. With Service, leave its argument readonlyRootFilesystem at true; /tmp is a tmpfs."
  severity = "high"
  controls = ["CKV_AWS_336"]

  pass "read only" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", readonlyRootFilesystem = true }]) } }
  fail "default" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  fail "off" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", readonlyRootFilesystem = false }]) } }
  unknown "unknown" { self = { containerDefinitions = unknown } }
  break { containerDefinitions = jsonencode([{ name = "app", image = "app:1", logConfiguration = { logDriver = "awslogs" } }]) }
}

guardrail "ECS.9" {
  title    = "Containers send their logs somewhere"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "containerDefinitions"
  require  = alltrue([for c in json(self.containerDefinitions) : c.logConfiguration.logDriver != null])
  message  = "What these containers write is lost with them: ${join(", ", [for c in json(self.containerDefinitions) : c.name if c.logConfiguration.logDriver == null])}."
  remedy   = "Set logConfiguration with logDriver awslogs and a log group in containerDefinitions. The component Service does."
  severity = "high"

  pass "logged" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", logConfiguration = { logDriver = "awslogs", options = { "awslogs-group" = "app" } } }]) } }
  fail "default" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  unknown "unknown" { self = { containerDefinitions = unknown } }
  break { containerDefinitions = jsonencode([{ name = "app", image = "app:1", readonlyRootFilesystem = true }]) }
}

guardrail "CKV_AWS_249" {
  title    = "What starts a task and what the task does have different roles"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "taskRoleArn"
  require  = self.taskRoleArn == null || self.executionRoleArn == null || self.taskRoleArn != self.executionRoleArn
  message  = "The containers have the role that starts them: they may read every secret and image that ECS reads for them."
  remedy   = "Give taskRoleArn a role of its own, with the permissions of the program alone. The component Service makes two roles."
  severity = "medium"

  pass "two roles" {
    self = { taskRoleArn = "arn:aws:iam::123456789012:role/orders-task", executionRoleArn = "arn:aws:iam::123456789012:role/orders-execution" }
  }
  pass "no task role" { self = { executionRoleArn = "arn:aws:iam::123456789012:role/orders-execution" } }
  fail "one role" { self = { taskRoleArn = "arn:aws:iam::123456789012:role/orders", executionRoleArn = "arn:aws:iam::123456789012:role/orders" } }
  break {
    taskRoleArn      = "arn:aws:iam::123456789012:role/orders"
    executionRoleArn = "arn:aws:iam::123456789012:role/orders"
  }
}

guardrail "CKV_AWS_97" {
  title    = "EFS volumes are mounted over TLS"
  resource = "aws:ecs/taskDefinition:TaskDefinition"
  property = "volumes"
  require  = alltrue([for v in self.volumes : v.efsVolumeConfiguration == null || v.efsVolumeConfiguration.transitEncryption == "ENABLED"])
  message  = "Files of an EFS volume cross the network in plain: ${join(", ", [for v in self.volumes : v.name if v.efsVolumeConfiguration != null && v.efsVolumeConfiguration.transitEncryption != "ENABLED"])}."
  remedy   = "Set transitEncryption to ENABLED in the efsVolumeConfiguration of the volume."
  severity = "medium"

  pass "no volumes" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  pass "encrypted" { self = { volumes = [{ name = "files", efsVolumeConfiguration = { fileSystemId = "fs-1", transitEncryption = "ENABLED" } }] } }
  fail "default" { self = { volumes = [{ name = "files", efsVolumeConfiguration = { fileSystemId = "fs-1" } }] } }
  # A file system is state, which GUIDE.stateless wants to be said.
  break {
    volumes = [{ name = "files", efsVolumeConfiguration = { fileSystemId = "fs-1" } }]
    also    = ["GUIDE.stateless"]
  }
}
