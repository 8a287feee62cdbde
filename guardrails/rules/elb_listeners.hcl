# Listeners of load balancers: what travels encrypted, and how.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html

guardrail "ELB.1" {
  title    = "What comes over HTTP is redirected to HTTPS"
  resource = "aws:lb/listener:Listener"
  property = "defaultActions"
  when     = self.protocol == "HTTP"
  require = alltrue([for a in self.defaultActions : a.type == "redirect" && a.redirect.protocol == "HTTPS"]) && alltrue([
    for rule in referrers("aws:lb/listenerRule:ListenerRule", "listenerArn") : alltrue([for a in rule.actions : a.type == "redirect" && a.redirect.protocol == "HTTPS"])
  ])
  message  = "This listener answers, or passes on, what was sent in plain: passwords and sessions with it."
  remedy   = "Let the default action, and the actions of all rules, be a redirect with protocol = \"HTTPS\" and port = \"443\", as LoadBalancer does; forward from the HTTPS listener alone."
  severity = "medium"
  controls = ["CKV2_AWS_20", "CKV_AWS_2", "CKV_AWS_378"]

  pass "redirect" { self = { port = 80, protocol = "HTTP", defaultActions = [{ type = "redirect", redirect = { protocol = "HTTPS", port = "443", statusCode = "HTTP_301" } }] } }
  pass "https" { self = { port = 443, protocol = "HTTPS", defaultActions = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1" }] } }
  fail "forward" { self = { port = 80, protocol = "HTTP", defaultActions = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1" }] } }
  fail "to http" { self = { port = 80, protocol = "HTTP", defaultActions = [{ type = "redirect", redirect = { protocol = "HTTP", port = "8080", statusCode = "HTTP_301" } }] } }
  fail "by a rule" {
    self = { port = 80, protocol = "HTTP", defaultActions = [{ type = "redirect", redirect = { protocol = "HTTPS", port = "443", statusCode = "HTTP_301" } }] }
    resource "aws:lb/listenerRule:ListenerRule" "orders" {
      listenerArn = self.arn
      actions     = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1" }]
    }
  }
  unknown "unknown" { self = { port = 80, protocol = "HTTP", defaultActions = unknown } }
  break {
    protocol       = "HTTP"
    sslPolicy      = null
    defaultActions = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1" }]
    also           = ["CKV_AWS_260", "ELB.17"]
  }
}

# The policies are those of the control's documentation with TLS 1.2 and 1.3 only, and without ciphers that have no forward
# secrecy: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
guardrail "ELB.17" {
  title    = "Listeners speak TLS 1.2 and 1.3 only, with strong ciphers"
  resource = "aws:lb/listener:Listener"
  property = "sslPolicy"
  when     = self.protocol == "HTTPS" || self.protocol == "TLS"
  require  = self.sslPolicy != null && try(matches(self.sslPolicy, "^ELBSecurityPolicy-TLS13-1-[23](-Res)?(-FIPS)?(-PQ)?-20[0-9]{2}-[0-9]{2}$"), false)
  message  = "The policy ${coalesce(self.sslPolicy, "ELBSecurityPolicy-2016-08, which is the default,")} allows old versions of TLS or weak ciphers."
  remedy   = "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06 or ELBSecurityPolicy-TLS13-1-2-2021-06, which LoadBalancer and NetworkLoadBalancer set by default."
  severity = "medium"
  controls = ["CKV_AWS_103", "CKV2_AWS_74"]

  pass "recommended" { self = { port = 443, protocol = "HTTPS", sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06" } }
  pass "restricted" { self = { port = 443, protocol = "TLS", sslPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" } }
  pass "plain tcp" { self = { port = 443, protocol = "TCP" } }
  fail "default" { self = { port = 443, protocol = "HTTPS" } }
  fail "old" { self = { port = 443, protocol = "HTTPS", sslPolicy = "ELBSecurityPolicy-2016-08" } }
  fail "tls 1.0" { self = { port = 443, protocol = "TLS", sslPolicy = "ELBSecurityPolicy-TLS13-1-0-2021-06" } }
  fail "weak ciphers" { self = { port = 443, protocol = "HTTPS", sslPolicy = "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06" } }
  unknown "unknown" { self = { port = 443, protocol = "HTTPS", sslPolicy = unknown } }
  break { sslPolicy = "ELBSecurityPolicy-2016-08" }
}

# A network load balancer that passes TCP on to an application load balancer ends no TLS itself: the other does.
guardrail "ELB.18" {
  title    = "Listeners end TLS"
  resource = "aws:lb/listener:Listener"
  property = "protocol"
  when     = contains(["TCP", "UDP", "TCP_UDP"], self.protocol)
  require = self.protocol == "TCP" && length(self.defaultActions) > 0 && alltrue([
    for a in self.defaultActions : anytrue([for g in refers(a.targetGroupArn, "aws:lb/targetGroup:TargetGroup") : g.targetType == "alb"])
  ])
  message  = "This listener passes on what it gets without TLS."
  remedy   = "Set protocol to TLS with a certificateArn: protocol = \"tls\" and certificateArn of NetworkLoadBalancer; or pass TCP on to an application load balancer: albListenerArn."
  severity = "medium"

  pass "to an application load balancer" {
    self = { port = 443, protocol = "TCP", defaultActions = [{ type = "forward", targetGroupArn = resource.front.arn }] }
    resource "aws:lb/targetGroup:TargetGroup" "front" {
      targetType = "alb"
      protocol   = "TCP"
      port       = 443
    }
  }
  pass "tls" { self = { port = 443, protocol = "TLS", sslPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06" } }
  fail "to servers" {
    self = { port = 5432, protocol = "TCP", defaultActions = [{ type = "forward", targetGroupArn = resource.servers.arn }] }
    resource "aws:lb/targetGroup:TargetGroup" "servers" {
      targetType = "ip"
      protocol   = "TCP"
      port       = 5432
    }
  }
  fail "udp" { self = { port = 53, protocol = "UDP", defaultActions = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/dns/1" }] } }
  break {
    protocol       = "TCP_UDP"
    certificateArn = null
    sslPolicy      = null
    defaultActions = [{ type = "forward", targetGroupArn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/orders/1" }]
    also           = ["CKV_AWS_260"]
  }
}
