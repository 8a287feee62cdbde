# What roles may do. The policies are those of roles, and those that one attaches to roles, users and groups. The guide's "no wildcards in IAM"
# is three rules here: IAM.1 for all actions, IAM.21 for all actions of a service, GUIDE.no-wildcard-iam for all resources.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html

guardrail "IAM.1" {
  title    = "No policy allows every action"
  resource = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]
  property = "policy"
  require = alltrue([
    for s in statements(self.policy) : length(s.not_actions) == 0 && !anytrue([for a in s.actions : a == "*" || a == "*:*"]) if s.effect == "allow"
  ])
  message  = "Whoever has this policy may do everything, or everything but the actions that it names."
  remedy   = "Name the actions that are needed in Action. The stores and queues give policies with no more than that: readerPolicy, writerPolicy, producerPolicy, consumerPolicy."
  severity = "high"
  controls = ["CKV_AWS_62", "CKV_AWS_63"]

  pass "named" {
    self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::files/*" }] }) }
  }
  pass "denied" {
    self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Deny", Action = "*", Resource = "*", Condition = { Bool = { "aws:SecureTransport" = "false" } } }] }) }
  }
  fail "everything" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] }) } }
  fail "everything on one" { self = { role = "orders", policy = jsonencode({ Statement = { Effect = "Allow", Action = ["*"], Resource = "arn:aws:s3:::files" } }) } }
  fail "all but" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", NotAction = "iam:*", Resource = "arn:aws:s3:::files" }] }) } }
  unknown "unknown" { self = { role = "orders", policy = unknown } }
  break { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "arn:aws:s3:::files" }] }) }
}

guardrail "IAM.21" {
  title    = "No policy allows every action of a service"
  resource = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]
  property = "policy"
  require = alltrue([
    for s in statements(self.policy) : !anytrue([for a in s.actions : matches(a, "^[A-Za-z0-9-]+:\\*+$")]) if s.effect == "allow"
  ])
  message  = "Whoever has this policy may do everything in a service: ${join(", ", distinct(flatten([for s in statements(self.policy) : [for a in s.actions : a if matches(a, "^[A-Za-z0-9-]+:\\*+$")] if s.effect == "allow"])))}."
  remedy   = "Name the actions that are needed in Action."
  severity = "low"
  controls = ["CKV2_AWS_40"]

  pass "named" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::files/*" }] }) } }
  pass "a family" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:Describe*", Resource = "*" }] }) } }
  fail "a service" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:*"], Resource = "arn:aws:s3:::files/*" }] }) } }
  fail "iam" { self = { role = "orders", policy = jsonencode({ Statement = { Effect = "Allow", Action = "iam:*", Resource = "arn:aws:iam::123456789012:role/orders" } }) } }
  unknown "unknown" { self = { role = "orders", policy = unknown } }
  break { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::files/*" }] }) }
}

# The actions that may have every resource are those for which the service authorization reference lists no resource type, and the few whose
# resource nobody can know before: network interfaces of functions (https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html),
# messages of Session Manager, and the delivery of logs (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html).
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
guardrail "GUIDE.no-wildcard-iam" {
  title    = "Policies name the resources"
  resource = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]
  property = "policy"
  require = alltrue([
    for s in statements(self.policy) : alltrue([
      for a in s.actions : matches(lower(a), "^(autoscaling|ec2|elasticloadbalancing):describe[a-z]*\\*?$") || contains([
        "cloudwatch:getmetricdata", "cloudwatch:getmetricstatistics", "cloudwatch:listmetrics", "dynamodb:liststreams", "dynamodb:listtables",
        "ec2:assignprivateipaddresses", "ec2:createnetworkinterface", "ec2:deletenetworkinterface", "ec2:getsecuritygroupsforvpc",
        "ec2:unassignprivateipaddresses", "ec2messages:acknowledgemessage", "ec2messages:deletemessage", "ec2messages:failmessage",
        "ec2messages:getendpoint", "ec2messages:getmessages", "ec2messages:sendreply", "ecr-public:getauthorizationtoken",
        "ecr:getauthorizationtoken", "ecs:discoverpollendpoint", "ecs:listclusters", "eks:listclusters", "kinesis:liststreams", "kms:generaterandom",
        "kms:listaliases", "kms:listkeys", "lambda:getaccountsettings", "lambda:listfunctions", "logs:createlogdelivery", "logs:deletelogdelivery",
        "logs:describeloggroups", "logs:describeresourcepolicies", "logs:getlogdelivery", "logs:listlogdeliveries", "logs:putresourcepolicy",
        "logs:updatelogdelivery", "route53:gethostedzonecount", "route53:listhostedzones", "route53:listhostedzonesbyname", "s3:listallmybuckets",
        "secretsmanager:getrandompassword", "secretsmanager:listsecrets", "servicediscovery:discoverinstances",
        "servicediscovery:discoverinstancesrevision", "sns:listtopics", "sqs:listqueues", "ssmmessages:createcontrolchannel",
        "ssmmessages:createdatachannel", "ssmmessages:opencontrolchannel", "ssmmessages:opendatachannel", "states:liststatemachines",
        "sts:getcalleridentity", "tag:getresources", "xray:getsamplingrules", "xray:getsamplingstatisticsummaries", "xray:getsamplingtargets",
        "xray:puttelemetryrecords", "xray:puttracesegments",
        # No resource type either, but the namespace can be told.
      ], lower(a)) || (lower(a) == "cloudwatch:putmetricdata" && anytrue([for operator, keys in s.conditions : keys["cloudwatch:namespace"] != null]))
    ])
    if s.effect == "allow" && (length(s.not_resources) > 0 || anytrue([for r in s.resources : matches(r, "^(arn:[^:]*:[^:]*:[^:]*:[^:]*:)?\\*+$")]))
  ])
  message  = "Whoever has this policy may do something to every resource of the account that one can name: ${join(", ", distinct(flatten([for s in statements(self.policy) : s.actions if s.effect == "allow" && (length(s.not_resources) > 0 || anytrue([for r in s.resources : matches(r, "^(arn:[^:]*:[^:]*:[^:]*:[^:]*:)?\\*+$")]))])))}."
  remedy   = "Put the ARNs into Resource; every component gives its own as an output (arn). Actions that have no resource stand in a statement of their own."
  severity = "high"
  controls = ["CKV_AWS_355", "CKV_AWS_288", "CKV_AWS_289", "CKV_AWS_290"]

  pass "named" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::files/*" }] }) } }
  pass "no resource to name" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["xray:PutTraceSegments", "ecr:GetAuthorizationToken"], Resource = "*" }] }) } }
  pass "metrics of a namespace" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "cloudwatch:PutMetricData", Resource = "*", Condition = { StringEquals = { "cloudwatch:namespace" = "Orders" } } }] }) } }
  fail "every object" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] }) } }
  fail "every secret of the account" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "secretsmanager:GetSecretValue", Resource = "arn:aws:secretsmanager:eu-central-1:123456789012:*" }] }) } }
  fail "all but one" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", NotResource = "arn:aws:sqs:eu-central-1:123456789012:payments" }] }) } }
  fail "metrics of everybody" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "cloudwatch:PutMetricData", Resource = "*" }] }) } }
  unknown "unknown" { self = { role = "orders", policy = unknown } }
  break { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] }) }
}

# With any of these its holder gets permissions that nobody gave: by changing policies, by becoming somebody else, or by running code as a
# role that may more. The list is that of the ways Rhino Security Labs found, which the control looks for.
# https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/
# All actions, and all of a service, are for IAM.1 and IAM.21.
guardrail "CKV_AWS_286" {
  title    = "No policy lets its holder get more permissions"
  resource = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]
  property = "policy"
  require = alltrue([
    for s in statements(self.policy) : alltrue([
      for a in s.actions : matches(a, "^([A-Za-z0-9-]+:)?\\*+$") || !(anytrue([
        for e in [
          "iam:AddUserToGroup", "iam:AttachGroupPolicy", "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:CreatePolicyVersion", "iam:PutGroupPolicy",
          "iam:PutRolePolicy", "iam:PutUserPolicy", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy",
        ] : glob(a, e)
      ]) || (glob(a, "iam:PassRole") && !anytrue([for operator, keys in s.conditions : keys["iam:passedtoservice"] != null])))
    ])
    if s.effect == "allow" && !anytrue([for operator, keys in s.conditions : keys["iam:permissionsboundary"] != null])
  ])
  message  = "Whoever has this policy can give themselves further permissions, or run code as a role that may more."
  remedy   = "Leave changes of policies to the pipeline that deploys. Allow iam:PassRole for named roles, with a condition on iam:PassedToService; allow changes of roles with a condition on iam:PermissionsBoundary."
  severity = "high"

  pass "no way" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::files/*" }] }) } }
  pass "to one service" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:PassRole", Resource = "arn:aws:iam::123456789012:role/task", Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } } }] }) } }
  pass "within a boundary" { self = { role = "deploy", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:PutRolePolicy", Resource = "arn:aws:iam::123456789012:role/app/*", Condition = { StringEquals = { "iam:PermissionsBoundary" = "arn:aws:iam::123456789012:policy/boundary" } } }] }) } }
  fail "change a policy" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:PutRolePolicy", Resource = "arn:aws:iam::123456789012:role/orders" }] }) } }
  fail "any change" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:Put*", Resource = "arn:aws:iam::123456789012:role/orders" }] }) } }
  fail "pass to anything" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["iam:PassRole"], Resource = "arn:aws:iam::123456789012:role/admin" }] }) } }
  unknown "unknown" { self = { role = "orders", policy = unknown } }
  break { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:PutRolePolicy", Resource = "arn:aws:iam::123456789012:role/orders" }] }) }
}

# To assume a role, to read a secret or to log in at a database is a permission like others, and limited by its resource.
guardrail "CKV_AWS_287" {
  title    = "No policy hands out credentials of people or accounts"
  resource = ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy", "aws:iam/userPolicy:UserPolicy", "aws:iam/groupPolicy:GroupPolicy"]
  property = "policy"
  require = alltrue([
    for s in statements(self.policy) : alltrue([
      for a in s.actions : matches(a, "^([A-Za-z0-9-]+:)?\\*+$") || !anytrue([
        for e in [
          "chime:CreateApiKey", "cognito-idp:DescribeUserPoolClient", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateServiceSpecificCredential",
          "iam:ResetServiceSpecificCredential", "iam:UpdateAccessKey", "iam:UpdateLoginProfile", "lightsail:GetInstanceAccessDetails",
          "lightsail:GetRelationalDatabaseMasterUserPassword", "sts:GetFederationToken", "sts:GetSessionToken",
        ] : glob(a, e)
      ])
    ])
    if s.effect == "allow"
  ])
  message  = "Whoever has this policy can make or read credentials that outlive the role."
  remedy   = "Take these actions out: programs have a role, whose credentials change every hour. Another role is assumed by sts:AssumeRole on its ARN."
  severity = "high"

  pass "none" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::123456789012:role/reports" }] }) } }
  fail "key of a user" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:CreateAccessKey", Resource = "arn:aws:iam::123456789012:user/alice" }] }) } }
  fail "session" { self = { role = "orders", policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["sts:GetSessionToken"], Resource = "arn:aws:iam::123456789012:user/alice" }] }) } }
  break { policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "iam:CreateAccessKey", Resource = "arn:aws:iam::123456789012:user/alice" }] }) }
}
