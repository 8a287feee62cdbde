# Load balancers of ELB v2.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html

guardrail "ELB.4" {
  title    = "Application load balancers drop invalid headers"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  property = "dropInvalidHeaderFields"
  when     = self.loadBalancerType == null || self.loadBalancerType == "application"
  require  = self.dropInvalidHeaderFields == true
  message  = "Headers that break the rules of HTTP reach the targets, which may read one request as two."
  remedy   = "Set dropInvalidHeaderFields to true. The component LoadBalancer does."
  severity = "medium"
  controls = ["CKV_AWS_131"]

  pass "dropped" { self = { loadBalancerType = "application", dropInvalidHeaderFields = true } }
  pass "network" { self = { loadBalancerType = "network" } }
  fail "default" { self = {} }
  fail "off" { self = { loadBalancerType = "application", dropInvalidHeaderFields = false } }
  break { dropInvalidHeaderFields = false }
}

# Of a network load balancer only TLS listeners log: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
guardrail "ELB.5" {
  title    = "Load balancers log their requests"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  property = "accessLogs.enabled"
  when     = self.loadBalancerType != "gateway" && (self.loadBalancerType != "network" || anytrue([for l in referrers("aws:lb/listener:Listener", "loadBalancerArn") : l.protocol == "TLS"]))
  require  = self.accessLogs.enabled == true
  message  = "Nobody can tell who asked this load balancer for what."
  remedy   = "Set accessLogs with a bucket and enabled = true: the argument accessLogs of LoadBalancer and NetworkLoadBalancer."
  severity = "medium"
  controls = ["CKV_AWS_91"]

  pass "logged" { self = { accessLogs = { bucket = "logs", enabled = true } } }
  pass "gateway" { self = { loadBalancerType = "gateway" } }
  pass "network without tls" {
    self = { loadBalancerType = "network" }
    resource "aws:lb/listener:Listener" "fixed" {
      loadBalancerArn = self.arn
      port            = 443
      protocol        = "TCP"
    }
  }
  fail "default" { self = {} }
  fail "network with tls" {
    self = { loadBalancerType = "network" }
    resource "aws:lb/listener:Listener" "partners" {
      loadBalancerArn = self.arn
      port            = 443
      protocol        = "TLS"
    }
  }
  fail "off" { self = { accessLogs = { bucket = "logs" } } }
  unknown "unknown" { self = { accessLogs = { bucket = "logs", enabled = unknown } } }
  break { accessLogs = { bucket = "logs", enabled = false } }
}

guardrail "ELB.6" {
  title    = "Load balancers cannot be deleted by one mistake"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  property = "enableDeletionProtection"
  require  = self.enableDeletionProtection == true
  message  = "One mistake deletes this load balancer, and with it the address of all that is behind."
  remedy   = "Set enableDeletionProtection to true: deletionProtection of LoadBalancer and NetworkLoadBalancer, which is true in production."
  severity = "medium"
  controls = ["CKV_AWS_150"]

  pass "protected" { self = { enableDeletionProtection = true } }
  fail "default" { self = {} }
  fail "off" { self = { enableDeletionProtection = false } }
  break { enableDeletionProtection = false }
}

# Without desyncMitigationMode it is "defensive".
guardrail "ELB.12" {
  title    = "Application load balancers keep ambiguous requests away"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  property = "desyncMitigationMode"
  when     = self.loadBalancerType == null || self.loadBalancerType == "application"
  require  = self.desyncMitigationMode != "monitor"
  message  = "Requests that two servers read in two ways reach the targets: one visitor can slip in the request of another."
  remedy   = "Set desyncMitigationMode to defensive or strictest."
  severity = "medium"
  controls = ["CKV_AWS_328"]

  pass "defensive" { self = { desyncMitigationMode = "defensive" } }
  pass "default" { self = {} }
  fail "monitor" { self = { desyncMitigationMode = "monitor" } }
  unknown "unknown" { self = { desyncMitigationMode = unknown } }
  break { desyncMitigationMode = "monitor" }
}

guardrail "ELB.13" {
  title    = "Load balancers stand in several availability zones"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  property = "subnets"
  when     = self.subnets != null || self.subnetMappings != null
  require  = length(distinct([for id in flatten([self.subnets, [for m in self.subnetMappings : m.subnetId]]) : id if id != null])) >= 2
  message  = "This load balancer stands in one subnet: it is down for as long as the zone of that is."
  remedy   = "Name subnets of at least two zones in subnets, such as the publicSubnetIds of a Network."
  severity = "medium"

  pass "two" { self = { subnets = ["subnet-1", "subnet-2"] } }
  pass "fixed addresses" { self = { loadBalancerType = "network", subnetMappings = [{ subnetId = "subnet-1", allocationId = "eipalloc-1" }, { subnetId = "subnet-2", allocationId = "eipalloc-2" }] } }
  fail "one" { self = { subnets = ["subnet-1"] } }
  fail "one fixed address" { self = { loadBalancerType = "network", subnetMappings = [{ subnetId = "subnet-1", allocationId = "eipalloc-1" }] } }
  unknown "unknown" { self = { subnets = unknown } }
  break {
    subnets        = ["subnet-1"]
    subnetMappings = null
  }
}

# Checkov leaves out load balancers within the network, and so does this rule: WAF guards against the internet.
guardrail "ELB.16" {
  title    = "A firewall stands before public application load balancers"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  when     = self.internal != true && (self.loadBalancerType == null || self.loadBalancerType == "application")
  require  = length(concat(referrers("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn"), referrers("aws:wafregional/webAclAssociation:WebAclAssociation", "resourceArn"))) > 0
  message  = "Requests from the internet reach this load balancer without passing a firewall."
  remedy   = "Add an aws.wafv2.WebAclAssociation with the resourceArn of the load balancer: webAclArn of LoadBalancer, or resourceArns of a Firewall."
  severity = "medium"
  controls = ["CKV2_AWS_28"]

  pass "guarded" {
    self = { internal = false, loadBalancerType = "application" }
    resource "aws:wafv2/webAclAssociation:WebAclAssociation" "guard" {
      resourceArn = self.arn
      webAclArn   = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/1"
    }
  }
  pass "internal" { self = { internal = true } }
  pass "network" { self = { loadBalancerType = "network" } }
  fail "default" { self = {} }
  fail "another is" {
    self = { internal = false }
    resource "aws:wafv2/webAclAssociation:WebAclAssociation" "guard" {
      resourceArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/other/1"
      webAclArn   = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/1"
    }
  }
}

# Application load balancers always do. Network ones pay for traffic between zones, and lose what is in a zone without targets.
guardrail "CKV_AWS_152" {
  title    = "Network and gateway load balancers use the targets of all zones"
  resource = "aws:lb/loadBalancer:LoadBalancer"
  property = "enableCrossZoneLoadBalancing"
  when     = self.loadBalancerType == "network" || self.loadBalancerType == "gateway"
  require  = self.enableCrossZoneLoadBalancing == true
  message  = "Each zone of this load balancer knows its own targets only: connections to a zone without a healthy one fail."
  remedy   = "Set enableCrossZoneLoadBalancing to true: crossZone of NetworkLoadBalancer."
  severity = "low"

  pass "across" { self = { loadBalancerType = "network", enableCrossZoneLoadBalancing = true } }
  pass "application" { self = { loadBalancerType = "application" } }
  fail "default" { self = { loadBalancerType = "network" } }
  fail "off" { self = { loadBalancerType = "network", enableCrossZoneLoadBalancing = false } }
  break { enableCrossZoneLoadBalancing = false }
}

guardrail "CKV_AWS_261" {
  title    = "Targets of HTTP say on which path they are healthy"
  resource = "aws:lb/targetGroup:TargetGroup"
  property = "healthCheck.path"
  when     = self.protocol == "HTTP" || self.protocol == "HTTPS"
  require  = self.healthCheck.path != null
  message  = "The health of these targets is asked for on a path that nobody has chosen."
  remedy   = "Set healthCheck.path to one that answers quickly if the program is well: healthPath of Route."
  severity = "low"

  pass "path" { self = { protocol = "HTTP", port = 8080, healthCheck = { path = "/health" } } }
  pass "tcp" { self = { protocol = "TCP", port = 443 } }
  fail "default" { self = { protocol = "HTTP", port = 8080 } }
  fail "no path" { self = { protocol = "HTTPS", port = 8443, healthCheck = { interval = 10 } } }
  break { healthCheck = { interval = 10 } }
}
