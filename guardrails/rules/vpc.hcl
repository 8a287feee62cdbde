# Networks: what is recorded of them, and what leads in and out.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html

guardrail "EC2.6" {
  title    = "Networks log what flows through them"
  resource = "aws:ec2/vpc:Vpc"
  require  = length(referrers("aws:ec2/flowLog:FlowLog", "vpcId")) > 0
  message  = "Nobody can tell who connected to what in this network."
  remedy   = "Add an aws.ec2.FlowLog with vpcId and trafficType = \"ALL\". Network does in production; elsewhere set its argument flowLogs."
  severity = "medium"
  controls = ["CKV2_AWS_11"]

  pass "logged" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/flowLog:FlowLog" "flow" {
      vpcId          = self.id
      trafficType    = "ALL"
      logDestination = "arn:aws:logs:eu-central-1:123456789012:log-group:flow"
    }
  }
  fail "not logged" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "another is" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/vpc:Vpc" "other" { cidrBlock = "10.1.0.0/16" }
    resource "aws:ec2/flowLog:FlowLog" "flow" {
      vpcId       = resource.other.id
      trafficType = "ALL"
    }
  }
}

# Whatever is made without a security group gets the default one. Its first rules let all of its members in, and
# go only if the program takes the group over: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
guardrail "EC2.2" {
  title    = "The default security group of a network lets nothing through"
  resource = "aws:ec2/vpc:Vpc"
  require = length(referrers("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId")) > 0 && alltrue([
    for g in referrers("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId") : length(flatten([for r in [g.ingress, g.egress] : r if r != null])) == 0
  ])
  message  = "What is made in this network without a security group is open to all else that is."
  remedy   = "Add an aws.ec2.DefaultSecurityGroup with the vpcId, and neither ingress nor egress. The component Network does."
  severity = "high"
  controls = ["CKV2_AWS_12"]

  pass "closed" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup" "default" { vpcId = self.id }
  }
  fail "left alone" { self = { cidrBlock = "10.0.0.0/16" } }
  fail "open" {
    self = { cidrBlock = "10.0.0.0/16" }
    resource "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup" "default" {
      vpcId   = self.id
      ingress = [{ protocol = "-1", self = true, fromPort = 0, toPort = 0 }]
    }
  }
}

guardrail "EC2.15" {
  title    = "Subnets give nobody a public address unasked"
  resource = "aws:ec2/subnet:Subnet"
  property = "mapPublicIpOnLaunch"
  require  = self.mapPublicIpOnLaunch != true
  message  = "All that is started in this subnet gets a public address."
  remedy   = "Set mapPublicIpOnLaunch to false; load balancers and NAT gateways need no such addresses. The component Network does."
  severity = "medium"
  controls = ["CKV_AWS_130"]

  pass "off" { self = { cidrBlock = "10.0.0.0/20", mapPublicIpOnLaunch = false } }
  pass "default" { self = { cidrBlock = "10.0.0.0/20" } }
  fail "on" { self = { cidrBlock = "10.0.0.0/20", mapPublicIpOnLaunch = true } }
  unknown "unknown" { self = { cidrBlock = "10.0.0.0/20", mapPublicIpOnLaunch = unknown } }
  break { mapPublicIpOnLaunch = true }
}

# An address costs money as long as it is kept, and who gets it after you gets its visitors.
guardrail "EC2.12" {
  title    = "Public addresses belong to something"
  resource = "aws:ec2/eip:Eip"
  property = "domain"
  require = self.instance != null || self.networkInterface != null || anytrue([
    length(referrers("aws:ec2/natGateway:NatGateway", "allocationId")) > 0,
    length(referrers("aws:ec2/natGateway:NatGateway", "secondaryAllocationIds")) > 0,
    length(referrers("aws:ec2/eipAssociation:EipAssociation", "allocationId")) > 0,
    length(referrers("aws:lb/loadBalancer:LoadBalancer", "subnetMappings.allocationId")) > 0,
  ])
  message  = "This public address belongs to nothing in the program, and is paid for."
  remedy   = "Give it to a NAT gateway (allocationId), a network load balancer (subnetMappings), a server (instance) or an EipAssociation, or take it out."
  severity = "low"
  controls = ["CKV2_AWS_19"]

  pass "gateway" {
    self = { domain = "vpc" }
    resource "aws:ec2/natGateway:NatGateway" "nat" {
      allocationId = self.id
      subnetId     = "subnet-1"
    }
  }
  pass "balancer" {
    self = { domain = "vpc" }
    resource "aws:lb/loadBalancer:LoadBalancer" "fixed" {
      loadBalancerType = "network"
      subnetMappings   = [{ subnetId = "subnet-1", allocationId = self.id }]
    }
  }
  pass "server" { self = { domain = "vpc", instance = "i-0123456789abcdef0" } }
  fail "alone" { self = { domain = "vpc" } }
  fail "others" {
    self = { domain = "vpc" }
    resource "aws:ec2/natGateway:NatGateway" "nat" {
      allocationId = "eipalloc-0123456789abcdef0"
      subnetId     = "subnet-1"
    }
  }
}

guardrail "CKV2_AWS_35" {
  title    = "Private networks reach the internet through NAT gateways, not through a server"
  resource = ["aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"]
  property = "networkInterfaceId"
  require = alltrue([
    for r in flatten([self, self.routes]) : r.networkInterfaceId == null && r.instanceId == null
    if r != null && (r.destinationCidrBlock == "0.0.0.0/0" || r.cidrBlock == "0.0.0.0/0")
  ])
  message  = "All traffic to the internet goes through one server, which has to be patched and can fail."
  remedy   = "Lead the route to a NAT gateway: natGatewayId. The component Network does; its argument nat says to how many."
  severity = "low"

  pass "gateway" { self = { routeTableId = "rtb-1", destinationCidrBlock = "0.0.0.0/0", natGatewayId = "nat-1" } }
  pass "appliance for a part" { self = { routeTableId = "rtb-1", destinationCidrBlock = "192.0.2.0/24", networkInterfaceId = "eni-1" } }
  fail "server" { self = { routeTableId = "rtb-1", destinationCidrBlock = "0.0.0.0/0", networkInterfaceId = "eni-1" } }
  fail "inline" {
    type = "aws:ec2/routeTable:RouteTable"
    self = { vpcId = "vpc-1", routes = [{ cidrBlock = "0.0.0.0/0", networkInterfaceId = "eni-1" }] }
  }
  break {
    destinationCidrBlock = "0.0.0.0/0"
    networkInterfaceId   = "eni-1"
  }
}

guardrail "CKV2_AWS_44" {
  title    = "Routes to a peered network lead to its ranges only"
  resource = ["aws:ec2/route:Route", "aws:ec2/routeTable:RouteTable"]
  property = "vpcPeeringConnectionId"
  require = alltrue([
    for r in flatten([self, self.routes]) :
    alltrue([for c in [r.destinationCidrBlock, r.destinationIpv6CidrBlock, r.cidrBlock, r.ipv6CidrBlock] : c == null || !contains(["0.0.0.0/0", "::/0"], c)])
    if r != null && r.vpcPeeringConnectionId != null
  ])
  message  = "All traffic that is for no known range goes to the peered network."
  remedy   = "Set destinationCidrBlock to the range of the peered network, or to that of the subnets which are needed."
  severity = "medium"

  pass "range" { self = { routeTableId = "rtb-1", destinationCidrBlock = "10.1.0.0/16", vpcPeeringConnectionId = "pcx-1" } }
  pass "gateway" { self = { routeTableId = "rtb-1", destinationCidrBlock = "0.0.0.0/0", natGatewayId = "nat-1" } }
  fail "everything" { self = { routeTableId = "rtb-1", destinationCidrBlock = "0.0.0.0/0", vpcPeeringConnectionId = "pcx-1" } }
  fail "inline" {
    type = "aws:ec2/routeTable:RouteTable"
    self = { vpcId = "vpc-1", routes = [{ ipv6CidrBlock = "::/0", vpcPeeringConnectionId = "pcx-1" }] }
  }
  break {
    destinationCidrBlock   = "0.0.0.0/0"
    vpcPeeringConnectionId = "pcx-1"
  }
}
