# What the guide asks of programs: no state of their own, and no secrets where everybody sees them.

# Whatever lies beside a program keeps it from being replaced, moved and multiplied. A tmpfs and the empty volumes of a task are gone
# with it. Who needs files keeps them in a Bucket, or says here why it has to be a file system: with a waiver.
guardrail "GUIDE.stateless" {
  title    = "Programs keep no state beside them"
  resource = ["aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/function:Function"]
  property = "volumes"
  require = length(flatten([for f in [self.fileSystemConfig] : f if f != null])) == 0 && alltrue([
    for v in self.volumes : (v.hostPath == null || v.hostPath == "") && v.efsVolumeConfiguration == null && v.fsxWindowsFileServerVolumeConfiguration == null && (v.dockerVolumeConfiguration == null || v.dockerVolumeConfiguration.scope == "task")
  ])
  message  = "This program keeps files that outlive it: a file system, or a disk of its host."
  remedy   = "Keep files in a Bucket and everything else in a store; for scratch space use a tmpfs (linuxParameters.tmpfs), a volume without configuration, or /tmp of a function. If it has to be a file system, waive the rule and say why."
  severity = "medium"

  pass "none" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1" }]) } }
  pass "scratch" { self = { volumes = [{ name = "scratch" }] } }
  pass "function" {
    type = "aws:lambda/function:Function"
    self = { runtime = "python3.13", ephemeralStorage = { size = 512 } }
  }
  fail "file system" { self = { volumes = [{ name = "files", efsVolumeConfiguration = { fileSystemId = "fs-1", transitEncryption = "ENABLED" } }] } }
  fail "disk of the host" { self = { volumes = [{ name = "files", hostPath = "/mnt/nvme" }] } }
  fail "shared between tasks" { self = { volumes = [{ name = "files", dockerVolumeConfiguration = { scope = "shared", autoprovision = true } }] } }
  fail "function" {
    type = "aws:lambda/function:Function"
    self = { runtime = "python3.13", fileSystemConfig = { arn = "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-1", localMountPath = "/mnt/files" } }
  }
  break {
    volumes          = [{ name = "files", hostPath = "/mnt/nvme" }]
    fileSystemConfig = { arn = "arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-1", localMountPath = "/mnt/files" }
  }
}

# A variable is a secret by its name (the words PASSWORD, SECRET, TOKEN, …, unless the last one says that it is only about one: TOKEN_URL)
# or by its value (a private key, an access key of AWS, a URL with a password). ARNs, truth values and nothing are none.
# https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
guardrail "GUIDE.secret-in-environment" {
  title    = "No secret stands in an environment variable"
  resource = ["aws:ecs/taskDefinition:TaskDefinition", "aws:lambda/function:Function"]
  property = "containerDefinitions"
  require = !anytrue([
    for v in flatten([
      [for c in json(self.containerDefinitions) : [for e in c.environment : { name = e.name, value = e.value }]],
      [for name, value in self.environment.variables : { name = name, value = value }],
      ]) : v.value != null && !matches(tostring(v.value), "^\\s*$|^\\s*arn:|^(true|false)$") && (
      matches(tostring(v.value), "-----BEGIN [A-Z ]*PRIVATE KEY-----|\\b(AKIA|ASIA)[A-Z0-9]{16}\\b|://[^/@:\\s]+:[^/@\\s]+@") || (
        matches(v.name, "(?i:(^|[_.-])(password|passwd|passphrase|pwd|secret|token|api[_.-]?key|credentials?|private[_.-]key|access[_.-]key|encryption[_.-]key|signing[_.-]key)([_.-]|$))|[a-z0-9](Password|Passphrase|Secret|Token|ApiKey|Credentials?|PrivateKey|AccessKey)([A-Z]|$)|^(ECS_ENGINE_AUTH_DATA|AWS_ACCESS_KEY_ID)$") &&
        (v.name == "AWS_ACCESS_KEY_ID" || !matches(v.name, "(?i:[_.-](algorithm|arn|audience|count|days|enabled|endpoint|expiry|file|header|host|hours|id|issuer|length|limit|minutes|name|path|port|prefix|region|seconds|size|ttl|type|uri|url|version)$)|[a-z0-9](Arn|Count|Enabled|Endpoint|File|Header|Id|Length|Limit|Name|Path|Prefix|Seconds|Ttl|Type|Uri|Url)$"))
      )
    )
  ])
  message  = "A secret stands in the environment in plain, where whoever may describe the program reads it; I11 names the variable."
  remedy   = "Put it into Secrets Manager (the component Secret). A task names it in the secrets of containerDefinitions, which is the argument secrets of Service; a function gets its ARN, and reads it with the readerPolicy."
  severity = "high"
  controls = ["ECS.8", "CKV_AWS_45"]

  pass "by reference" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", environment = [{ name = "LEVEL", value = "info" }], secrets = [{ name = "DB_PASSWORD", valueFrom = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-AbCdEf" }] }]) } }
  pass "about a secret" {
    type = "aws:lambda/function:Function"
    self = { environment = { variables = { DB_SECRET_ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:orders-AbCdEf", TOKEN_URL = "https://login.example.com/token", MAX_TOKENS = "4096", numTokens = "3", tokenUrl = "https://login.example.com/token" } } }
  }
  pass "nothing" {
    type = "aws:lambda/function:Function"
    self = { runtime = "python3.13" }
  }
  fail "password" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", environment = [{ name = "DB_PASSWORD", value = "hunter2" }] }]) } }
  fail "access key" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", environment = [{ name = "AWS_ACCESS_KEY_ID", value = "AKIAIOSFODNN7EXAMPLE" }] }]) } }
  fail "key by its value" { self = { containerDefinitions = jsonencode([{ name = "app", image = "app:1", environment = [{ name = "UPSTREAM", value = "postgres://orders:hunter2@db.example.com/orders" }] }]) } }
  fail "function" {
    type = "aws:lambda/function:Function"
    self = { environment = { variables = { apiToken = "t0ps3cret" } } }
  }
  unknown "unknown" { self = { containerDefinitions = unknown } }
  break {
    containerDefinitions = jsonencode([{ name = "app", image = "app:1", readonlyRootFilesystem = true, logConfiguration = { logDriver = "awslogs" }, environment = [{ name = "DB_PASSWORD", value = "hunter2" }] }])
  }
}
