# Who may assume roles, and which policies of AWS they have.

guardrail "CKV_AWS_60" {
  title    = "Roles name who may assume them"
  resource = "aws:iam/role:Role"
  property = "assumeRolePolicy"
  require  = alltrue([for s in statements(self.assumeRolePolicy) : s.principals["*"] == null if s.effect == "allow"])
  message  = "Everybody with an AWS account may assume this role, as far as its conditions let them."
  remedy   = "Name the service, role or identity provider in Principal."
  severity = "critical"

  pass "service" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] }) } }
  fail "everybody" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }] }) } }
  fail "everybody otherwise" { self = { assumeRolePolicy = jsonencode({ Statement = { Effect = "Allow", Action = "sts:AssumeRole", Principal = "*" } }) } }
  unknown "unknown" { self = { assumeRolePolicy = unknown } }
  break { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "*" } }] }) }
}

guardrail "CKV_AWS_61" {
  title    = "Roles are not for a whole account"
  resource = "aws:iam/role:Role"
  property = "assumeRolePolicy"
  require = alltrue([
    for s in statements(self.assumeRolePolicy) : !anytrue([for p in s.principals.AWS : matches(p, "^([0-9]{12}|arn:aws[a-z-]*:iam::[0-9]{12}:root)$")])
    # A condition on who it is, or on a secret between the two, makes an account less than all of it.
    if s.effect == "allow" && !anytrue([for operator, keys in s.conditions : keys["sts:externalid"] != null || keys["aws:principalarn"] != null])
  ])
  message  = "Everybody in an account whom its administrators let may assume this role."
  remedy   = "Name the roles in Principal.AWS, or add a condition on aws:PrincipalArn or sts:ExternalId."
  severity = "medium"

  pass "service" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] }) } }
  pass "role" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:role/deploy" } }] }) } }
  pass "agreed with a partner" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::210987654321:root" }, Condition = { StringEquals = { "sts:ExternalId" = "shop" } } }] }) } }
  fail "account" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:root" } }] }) } }
  fail "number" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = ["123456789012"] } }] }) } }
  break { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:root" } }] }) }
}

# https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
guardrail "CKV_AWS_393" {
  title    = "Roles for GitHub Actions name the repository"
  resource = "aws:iam/role:Role"
  property = "assumeRolePolicy"
  require = alltrue([
    for s in statements(self.assumeRolePolicy) : anytrue(flatten([
      for operator, keys in s.conditions : startswith(operator, "String") && !startswith(operator, "StringNot") && length(keys["token.actions.githubusercontent.com:sub"]) > 0 && alltrue([
        for claim in keys["token.actions.githubusercontent.com:sub"] : matches(claim, "^repo:[^*?/:]+/[^*?:]+:.+$")
      ])
    ]))
    if s.effect == "allow" && anytrue([for p in s.principals.Federated : endswith(p, "token.actions.githubusercontent.com")])
  ])
  message  = "A workflow of any repository on GitHub may assume this role, or that of many."
  remedy   = "Add a condition StringLike on token.actions.githubusercontent.com:sub with the repository: repo:<owner>/<name>:ref:refs/heads/main."
  severity = "high"

  pass "repository" {
    self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }, Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/shop:ref:refs/heads/main" } } }] }) }
  }
  pass "service" { self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }] }) } }
  fail "any" {
    self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }, Condition = { StringEquals = { "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com" } } }] }) }
  }
  fail "all of an owner" {
    self = { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" }, Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/*" } } }] }) }
  }
  break { assumeRolePolicy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" } }] }) }
}

# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
guardrail "CKV_AWS_274" {
  title    = "No role has a policy of AWS that allows a whole service or everything"
  resource = ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/role:Role", "aws:iam/userPolicyAttachment:UserPolicyAttachment", "aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment"]
  property = "policyArn"
  require = alltrue([
    for arn in flatten([self.policyArn, self.managedPolicyArns]) : !matches(arn, "^arn:aws[a-z-]*:iam::aws:policy/(.*/)?(AdministratorAccess|PowerUserAccess|[^/]*FullAccess[^/]*)$")
    if arn != null
  ])
  message  = "A policy of AWS allows its holder far more than any program needs: ${join(", ", [for arn in flatten([self.policyArn, self.managedPolicyArns]) : replace(arn, "/^.*\\//", "") if arn != null])}."
  remedy   = "Write a policy with the actions and resources that are needed, and attach that."
  severity = "high"
  controls = ["CKV2_AWS_56"]

  pass "of a service" { self = { role = "orders", policyArn = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole" } }
  pass "own" { self = { role = "orders", policyArn = "arn:aws:iam::123456789012:policy/orders" } }
  fail "administrator" { self = { role = "orders", policyArn = "arn:aws:iam::aws:policy/AdministratorAccess" } }
  fail "iam" { self = { role = "orders", policyArn = "arn:aws:iam::aws:policy/IAMFullAccess" } }
  fail "on the role" {
    type = "aws:iam/role:Role"
    self = { managedPolicyArns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] }
  }
  unknown "unknown" { self = { role = "orders", policyArn = unknown } }
  break { policyArn = "arn:aws:iam::aws:policy/AdministratorAccess" }
}

# The provider calls the argument deprecated, since it and aws.iam.RolePolicy take each other's policies away:
# https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/
guardrail "GUIDE.role-policies" {
  title    = "Policies of roles are resources of their own"
  resource = "aws:iam/role:Role"
  property = "inlinePolicies"
  require  = length(flatten([for p in [self.inlinePolicies] : p if p != null])) == 0
  message  = "The policies in this role are seen by no rule about policies, and take away those that are attached otherwise."
  remedy   = "Make an aws.iam.RolePolicy of each of inlinePolicies."
  severity = "medium"

  pass "none" { self = { assumeRolePolicy = jsonencode({ Statement = [] }) } }
  fail "inline" { self = { assumeRolePolicy = jsonencode({ Statement = [] }), inlinePolicies = [{ name = "files", policy = jsonencode({ Statement = [] }) }] } }
  break { inlinePolicies = [{ name = "files", policy = jsonencode({ Statement = [] }) }] }
}
