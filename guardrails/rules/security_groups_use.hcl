# Security groups: who has them, what they say of themselves, and which of them everybody may reach.

# The rule for load balancers of https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html
guardrail "GUIDE.public-exposure" {
  title    = "Only a load balancer is open to everybody, on ports 443 and 80"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroupRule:SecurityGroupRule", "aws:ec2/securityGroup:SecurityGroup"]
  property = "cidrIpv4"
  when = self.type != "egress" && !(self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") && anytrue([
    for r in flatten([self, self.ingress]) : anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"])
    if r != null
  ])
  require = alltrue([
    for r in flatten([self, self.ingress]) : (r.ipProtocol == "tcp" || r.protocol == "tcp") && r.fromPort == r.toPort && contains([80, 443], r.fromPort)
    if r != null && anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"])
    ]) && anytrue([
    for group in concat([self], refers(self.securityGroupId, "aws:ec2/securityGroup:SecurityGroup")) :
    length(referrers("aws:lb/loadBalancer:LoadBalancer", "securityGroups", group)) + length(referrers("aws:elb/loadBalancer:LoadBalancer", "securityGroups", group)) > 0
  ])
  message  = "Everybody on the internet reaches something that is no load balancer, or a load balancer on another port than 443 and 80."
  remedy   = "Put a LoadBalancer, a Gateway or a CDN before it, and let in the security group of that: referencedSecurityGroupId."
  severity = "high"

  pass "load balancer" {
    self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = resource.edge.id }
    resource "aws:ec2/securityGroup:SecurityGroup" "edge" { description = "Load balancer edge" }
    resource "aws:lb/loadBalancer:LoadBalancer" "balancer" { securityGroups = [resource.edge.id] }
  }
  pass "partners" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "203.0.113.0/24", securityGroupId = "sg-1" } }
  fail "server" {
    self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = resource.tasks.id }
    resource "aws:ec2/securityGroup:SecurityGroup" "tasks" { description = "Tasks of orders" }
  }
  fail "other port" {
    self = { ipProtocol = "tcp", fromPort = 8443, toPort = 8443, cidrIpv4 = "0.0.0.0/0", securityGroupId = resource.edge.id }
    resource "aws:ec2/securityGroup:SecurityGroup" "edge" { description = "Load balancer edge" }
    resource "aws:lb/loadBalancer:LoadBalancer" "balancer" { securityGroups = [resource.edge.id] }
  }
  fail "inline" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 443, toPort = 443, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  break {
    ipProtocol = "tcp"
    fromPort   = 8443
    toPort     = 8443
    cidrIpv4   = "0.0.0.0/0"
    also       = ["EC2.18"]
  }
}

# The control wants port 80 closed. A browser that is given a name without https:// asks there first, so it may be
# open where a load balancer answers with nothing but the way to HTTPS.
guardrail "CKV_AWS_260" {
  title    = "Port 80 is open to everybody only where a load balancer redirects to HTTPS"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "cidrIpv4"
  when = self.type != "egress" && !(self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") && anytrue([
    for r in flatten([self, self.ingress]) :
    anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) &&
    (r.ipProtocol == "-1" || r.protocol == "-1" || (r.fromPort != null && r.toPort != null && r.fromPort <= 80 && r.toPort >= 80))
    if r != null
  ])
  require = anytrue(flatten([
    for group in concat([self], refers(self.securityGroupId, "aws:ec2/securityGroup:SecurityGroup")) : [
      for balancer in referrers("aws:lb/loadBalancer:LoadBalancer", "securityGroups", group) : [
        for listener in referrers("aws:lb/listener:Listener", "loadBalancerArn", balancer) :
        listener.port == 80 && alltrue([for a in listener.defaultActions : a.redirect.protocol == "HTTPS"])
      ]
    ]
  ]))
  message  = "Everybody on the internet may speak plain HTTP to what has this group."
  remedy   = "Close port 80, or put a load balancer before it whose listener on port 80 redirects to HTTPS, as LoadBalancer does."
  severity = "medium"

  pass "redirect" {
    self = { ipProtocol = "tcp", fromPort = 80, toPort = 80, cidrIpv4 = "0.0.0.0/0", securityGroupId = resource.edge.id }
    resource "aws:ec2/securityGroup:SecurityGroup" "edge" { description = "Load balancer edge" }
    resource "aws:lb/loadBalancer:LoadBalancer" "balancer" { securityGroups = [resource.edge.id] }
    resource "aws:lb/listener:Listener" "http" {
      loadBalancerArn = resource.balancer.arn
      port            = 80
      protocol        = "HTTP"
      defaultActions  = [{ type = "redirect", redirect = { protocol = "HTTPS", port = "443", statusCode = "HTTP_301" } }]
    }
  }
  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "server" { self = { ipProtocol = "tcp", fromPort = 80, toPort = 80, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "forwarding" {
    self = { ipProtocol = "tcp", fromPort = 80, toPort = 80, cidrIpv6 = "::/0", securityGroupId = resource.edge.id }
    resource "aws:ec2/securityGroup:SecurityGroup" "edge" { description = "Load balancer edge" }
    resource "aws:lb/loadBalancer:LoadBalancer" "balancer" { securityGroups = [resource.edge.id] }
    resource "aws:lb/listener:Listener" "http" {
      loadBalancerArn = resource.balancer.arn
      port            = 80
      protocol        = "HTTP"
      defaultActions  = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1" }]
    }
  }
  fail "inline" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 80, toPort = 80, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  break {
    ipProtocol      = "tcp"
    fromPort        = 80
    toPort          = 80
    cidrIpv4        = "0.0.0.0/0"
    securityGroupId = "sg-0123456789abcdef0"
    also            = ["GUIDE.public-exposure"]
  }
}

guardrail "CKV_AWS_23" {
  title    = "Security groups and their rules say what they are for"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "description"
  # Pulumi gives groups a description of its own, which says nothing.
  require = alltrue([
    for r in flatten([self, self.ingress, self.egress]) : r.description != null && r.description != "" && r.description != "Managed by Pulumi"
    if r != null
  ])
  message  = "Nobody can tell later what this is for, and whether it can go."
  remedy   = "Set description, that of every rule included."
  severity = "low"

  pass "said" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", description = "HTTPS from anywhere" } }
  pass "group" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Load balancer edge", ingress = [{ protocol = "tcp", fromPort = 443, toPort = 443, cidrBlocks = ["0.0.0.0/0"], description = "HTTPS" }] }
  }
  fail "default" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0" } }
  fail "default of a group" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Managed by Pulumi" }
  }
  fail "rule of a group" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Load balancer edge", ingress = [{ protocol = "tcp", fromPort = 443, toPort = 443, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  break { description = null }
}

# A group counts as used too if a rule of another one names it: that is what callers in other programs take on.
guardrail "CKV2_AWS_5" {
  title    = "Security groups belong to something"
  resource = "aws:ec2/securityGroup:SecurityGroup"
  require = anytrue([
    for users in [
      referrers("aws:lb/loadBalancer:LoadBalancer", "securityGroups"), referrers("aws:elb/loadBalancer:LoadBalancer", "securityGroups"),
      referrers("aws:ecs/service:Service", "networkConfiguration.securityGroups"), referrers("aws:lambda/function:Function", "vpcConfig.securityGroupIds"),
      referrers("aws:apigatewayv2/vpcLink:VpcLink", "securityGroupIds"), referrers("aws:ec2/vpcEndpoint:VpcEndpoint", "securityGroupIds"),
      referrers("aws:ec2/instance:Instance", "vpcSecurityGroupIds"), referrers("aws:ec2/launchTemplate:LaunchTemplate", "vpcSecurityGroupIds"),
      referrers("aws:ec2/networkInterface:NetworkInterface", "securityGroups"), referrers("aws:eks/cluster:Cluster", "vpcConfig.securityGroupIds"),
      referrers("aws:efs/mountTarget:MountTarget", "securityGroups"), referrers("aws:rds/cluster:Cluster", "vpcSecurityGroupIds"),
      referrers("aws:rds/instance:Instance", "vpcSecurityGroupIds"), referrers("aws:rds/proxy:Proxy", "vpcSecurityGroupIds"),
      referrers("aws:rds/proxyEndpoint:ProxyEndpoint", "vpcSecurityGroupIds"), referrers("aws:elasticache/cluster:Cluster", "securityGroupIds"),
      referrers("aws:elasticache/replicationGroup:ReplicationGroup", "securityGroupIds"), referrers("aws:elasticache/serverlessCache:ServerlessCache", "securityGroupIds"),
      referrers("aws:docdb/cluster:Cluster", "vpcSecurityGroupIds"), referrers("aws:neptune/cluster:Cluster", "vpcSecurityGroupIds"),
      referrers("aws:mq/broker:Broker", "securityGroups"), referrers("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.securityGroups"),
      referrers("aws:opensearch/domain:Domain", "vpcOptions.securityGroupIds"), referrers("aws:route53/resolverEndpoint:ResolverEndpoint", "securityGroupIds"),
      referrers("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId"), referrers("aws:ec2/securityGroupRule:SecurityGroupRule", "sourceSecurityGroupId"),
    ] : length(users) > 0
  ])
  message  = "Nothing in the program has this security group, and no rule names it."
  remedy   = "Give it to what it is for (securityGroups, securityGroupIds or vpcSecurityGroupIds), or take it out."
  severity = "low"
  controls = ["EC2.22"]

  pass "tasks" {
    self = { description = "Tasks of orders" }
    resource "aws:ecs/service:Service" "orders" { networkConfiguration = { subnets = ["subnet-1"], securityGroups = [self.id] } }
  }
  pass "callers" {
    self = { description = "Callers of orders" }
    resource "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" "from-callers" {
      ipProtocol                = "tcp"
      referencedSecurityGroupId = self.id
      securityGroupId           = "sg-1"
    }
  }
  fail "alone" { self = { description = "Tasks of orders" } }
  fail "others" {
    self = { description = "Tasks of orders" }
    resource "aws:ecs/service:Service" "orders" { networkConfiguration = { subnets = ["subnet-1"], securityGroups = ["sg-0123456789abcdef0"] } }
  }
}
