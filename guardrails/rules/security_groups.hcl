# Security groups: what they let in and out.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#
# A rule stands by itself (SecurityGroupIngressRule, or SecurityGroupRule of old) or in its group, and the rules below look at both: at
# the resource, and at each of its ingress. Protocol "-1" is all protocols on all ports. What is open to nobody in general, as most rules are, is told
# from the resource itself, before any loop.

guardrail "EC2.13" {
  title    = "SSH is open to nobody in general"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "cidrIpv4"
  when     = self.type != "egress"
  require = (self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") || alltrue([
    for r in flatten([self, self.ingress]) : !anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) || !(r.ipProtocol == "-1" || r.protocol == "-1" || (r.fromPort != null && r.toPort != null && r.fromPort <= 22 && r.toPort >= 22))
    if r != null
  ])
  message  = "Everybody on the internet may try passwords and exploits on port 22."
  remedy   = "Take the rule out, and use Session Manager of AWS Systems Manager, which needs no open port; or set cidrIpv4 to the ranges of those who have to get in."
  severity = "high"
  controls = ["CKV_AWS_24"]

  pass "office" { self = { ipProtocol = "tcp", fromPort = 22, toPort = 22, cidrIpv4 = "203.0.113.0/24", securityGroupId = "sg-1" } }
  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  pass "group" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 22, toPort = 22, securityGroups = ["sg-2"] }] }
  }
  pass "way out" {
    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    self = { type = "egress", protocol = "tcp", fromPort = 22, toPort = 22, cidrBlocks = ["0.0.0.0/0"], securityGroupId = "sg-1" }
  }
  fail "everybody" { self = { ipProtocol = "tcp", fromPort = 22, toPort = 22, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "everybody on IPv6" { self = { ipProtocol = "tcp", fromPort = 22, toPort = 22, cidrIpv6 = "::/0", securityGroupId = "sg-1" } }
  fail "in a span" { self = { ipProtocol = "tcp", fromPort = 20, toPort = 4000, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "inline" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 22, toPort = 22, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  fail "all protocols" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "-1", fromPort = 0, toPort = 0, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  fail "of old" {
    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    self = { type = "ingress", protocol = "tcp", fromPort = 22, toPort = 22, ipv6CidrBlocks = ["::/0"], securityGroupId = "sg-1" }
  }
  unknown "unknown" { self = { ipProtocol = "tcp", fromPort = 22, toPort = 22, cidrIpv4 = unknown, securityGroupId = "sg-1" } }
  break {
    ipProtocol = "tcp"
    fromPort   = 22
    toPort     = 22
    cidrIpv4   = "0.0.0.0/0"
    also       = ["EC2.18", "EC2.19", "GUIDE.public-exposure"]
  }
}

guardrail "EC2.14" {
  title    = "Remote desktops are open to nobody in general"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "cidrIpv4"
  when     = self.type != "egress"
  require = (self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") || alltrue([
    for r in flatten([self, self.ingress]) : !anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) || !(r.ipProtocol == "-1" || r.protocol == "-1" || (r.fromPort != null && r.toPort != null && r.fromPort <= 3389 && r.toPort >= 3389))
    if r != null
  ])
  message  = "Everybody on the internet may try passwords and exploits on port 3389."
  remedy   = "Take the rule out, and use Fleet Manager of AWS Systems Manager, which needs no open port; or set cidrIpv4 to the ranges of those who have to get in."
  severity = "high"
  controls = ["CKV_AWS_25"]

  pass "office" { self = { ipProtocol = "tcp", fromPort = 3389, toPort = 3389, cidrIpv4 = "203.0.113.0/24", securityGroupId = "sg-1" } }
  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  pass "group" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 3389, toPort = 3389, securityGroups = ["sg-2"] }] }
  }
  pass "way out" {
    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    self = { type = "egress", protocol = "tcp", fromPort = 3389, toPort = 3389, cidrBlocks = ["0.0.0.0/0"], securityGroupId = "sg-1" }
  }
  fail "everybody" { self = { ipProtocol = "tcp", fromPort = 3389, toPort = 3389, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "everybody on IPv6" { self = { ipProtocol = "tcp", fromPort = 3389, toPort = 3389, cidrIpv6 = "::/0", securityGroupId = "sg-1" } }
  fail "in a span" { self = { ipProtocol = "tcp", fromPort = 20, toPort = 4000, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "inline" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 3389, toPort = 3389, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  fail "all protocols" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "-1", fromPort = 0, toPort = 0, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  fail "of old" {
    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    self = { type = "ingress", protocol = "tcp", fromPort = 3389, toPort = 3389, ipv6CidrBlocks = ["::/0"], securityGroupId = "sg-1" }
  }
  unknown "unknown" { self = { ipProtocol = "tcp", fromPort = 3389, toPort = 3389, cidrIpv4 = unknown, securityGroupId = "sg-1" } }
  break {
    ipProtocol = "tcp"
    fromPort   = 3389
    toPort     = 3389
    cidrIpv4   = "0.0.0.0/0"
    also       = ["EC2.18", "EC2.19", "GUIDE.public-exposure"]
  }
}

guardrail "EC2.18" {
  title    = "Nothing but 80 and 443 is open to everybody"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "cidrIpv4"
  when     = self.type != "egress"
  require = (self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") || alltrue([
    for r in flatten([self, self.ingress]) : !anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) || (
      (r.ipProtocol == "tcp" || r.protocol == "tcp") && r.fromPort == r.toPort && contains([80, 443], r.fromPort)
    )
    if r != null
  ])
  message  = "Everybody on the internet reaches more than web pages: another port than 80 and 443, or another protocol than TCP."
  remedy   = "Set cidrIpv4 to the ranges that need it, or referencedSecurityGroupId to the group of the caller: allowedCidrs of LoadBalancer and NetworkLoadBalancer."
  severity = "high"

  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  pass "partners" { self = { ipProtocol = "tcp", fromPort = 8443, toPort = 8443, cidrIpv4 = "203.0.113.0/24", securityGroupId = "sg-1" } }
  pass "group" { self = { ipProtocol = "tcp", fromPort = 5432, toPort = 5432, referencedSecurityGroupId = "sg-2", securityGroupId = "sg-1" } }
  fail "other port" { self = { ipProtocol = "tcp", fromPort = 8443, toPort = 8443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "other protocol" { self = { ipProtocol = "udp", fromPort = 443, toPort = 443, cidrIpv6 = "::/0", securityGroupId = "sg-1" } }
  fail "a span" { self = { ipProtocol = "tcp", fromPort = 80, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "inline" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", ingress = [{ protocol = "tcp", fromPort = 443, toPort = 443, cidrBlocks = ["0.0.0.0/0"] }, { protocol = "tcp", fromPort = 6379, toPort = 6379, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  break {
    ipProtocol = "tcp"
    fromPort   = 8443
    toPort     = 8443
    cidrIpv4   = "0.0.0.0/0"
    also       = ["GUIDE.public-exposure"]
  }
}

# The ports are those that the documentation of the control lists.
guardrail "EC2.19" {
  title    = "Ports that attackers look for are open to nobody in general"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "cidrIpv4"
  when     = self.type != "egress"
  require = (self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") || alltrue([
    for r in flatten([self, self.ingress]) : !anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) || !anytrue([
      for port in [20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888, 9200, 9300] :
      r.ipProtocol == "-1" || r.protocol == "-1" || (r.fromPort != null && r.toPort != null && r.fromPort <= port && r.toPort >= port)
    ])
    if r != null
  ])
  message  = "Everybody on the internet reaches a port of databases, mail, file sharing, administration or development."
  remedy   = "Set referencedSecurityGroupId to the group of the caller: a store gives its clientSecurityGroupId, and a Service or Function takes it in securityGroupIds."
  severity = "medium"

  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  pass "clients" { self = { ipProtocol = "tcp", fromPort = 5432, toPort = 5432, referencedSecurityGroupId = "sg-2", securityGroupId = "sg-1" } }
  fail "database" { self = { ipProtocol = "tcp", fromPort = 5432, toPort = 5432, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "in a span" { self = { ipProtocol = "tcp", fromPort = 8000, toPort = 9000, cidrIpv6 = "::/0", securityGroupId = "sg-1" } }
  fail "of old" {
    type = "aws:ec2/securityGroupRule:SecurityGroupRule"
    self = { type = "ingress", protocol = "tcp", fromPort = 3306, toPort = 3306, cidrBlocks = ["0.0.0.0/0"], securityGroupId = "sg-1" }
  }
  break {
    ipProtocol = "tcp"
    fromPort   = 3306
    toPort     = 3306
    cidrIpv4   = "0.0.0.0/0"
    also       = ["EC2.18", "GUIDE.public-exposure"]
  }
}

guardrail "CKV_AWS_277" {
  title    = "No group lets everybody in on all ports"
  resource = ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "cidrIpv4"
  when     = self.type != "egress"
  require = (self.ingress == null && self.cidrBlocks == null && self.ipv6CidrBlocks == null && self.cidrIpv4 != "0.0.0.0/0" && self.cidrIpv6 != "::/0") || alltrue([
    for r in flatten([self, self.ingress]) : !anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) || !(
      r.ipProtocol == "-1" || r.protocol == "-1" || (r.fromPort != null && r.toPort != null && r.fromPort <= 1 && r.toPort >= 65535)
    )
    if r != null
  ])
  message  = "Everybody on the internet reaches every port of what has this group."
  remedy   = "Name the port in fromPort and toPort, and who needs it in cidrIpv4 or referencedSecurityGroupId."
  severity = "critical"

  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  pass "within the network" { self = { ipProtocol = "-1", cidrIpv4 = "10.0.0.0/16", securityGroupId = "sg-1" } }
  fail "all protocols" { self = { ipProtocol = "-1", cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "all ports" { self = { ipProtocol = "tcp", fromPort = 0, toPort = 65535, cidrIpv6 = "::/0", securityGroupId = "sg-1" } }
  break {
    ipProtocol = "-1"
    fromPort   = null
    toPort     = null
    cidrIpv4   = "0.0.0.0/0"
    also       = ["CKV_AWS_260", "EC2.13", "EC2.14", "EC2.18", "EC2.19", "GUIDE.public-exposure"]
  }
}

guardrail "CKV_AWS_382" {
  title    = "Groups let out what is needed, not everything"
  resource = ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "aws:ec2/securityGroupRule:SecurityGroupRule"]
  property = "ipProtocol"
  when     = self.type != "ingress"
  require = (self.egress == null && self.ipProtocol != "-1" && self.protocol != "-1") || alltrue([
    for r in flatten([self, self.egress]) :
    !anytrue([for c in flatten([r.cidrIpv4, r.cidrIpv6, r.cidrBlocks, r.ipv6CidrBlocks]) : c == "0.0.0.0/0" || c == "::/0"]) || !(r.ipProtocol == "-1" || r.protocol == "-1")
    if r != null
  ])
  message  = "What has this group may send anything anywhere: who breaks in has a way out for the data."
  remedy   = "Set ipProtocol to tcp, and fromPort and toPort to the port that is needed, mostly 443; further ones are egressPorts of Service and Function."
  severity = "low"

  pass "https" { self = { ipProtocol = "tcp", fromPort = 443, toPort = 443, cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  pass "within the network" { self = { ipProtocol = "-1", cidrIpv4 = "10.0.0.0/16", securityGroupId = "sg-1" } }
  fail "everything" { self = { ipProtocol = "-1", cidrIpv4 = "0.0.0.0/0", securityGroupId = "sg-1" } }
  fail "inline" {
    type = "aws:ec2/securityGroup:SecurityGroup"
    self = { description = "Orders", egress = [{ protocol = "-1", fromPort = 0, toPort = 0, cidrBlocks = ["0.0.0.0/0"] }] }
  }
  break {
    ipProtocol = "-1"
    fromPort   = null
    toPort     = null
    cidrIpv4   = "0.0.0.0/0"
  }
}
