# The guide's "TLS everywhere" between services of ECS: what Service Connect asks of an authority, and of the load balancer before a service.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-tls.html

# Certificates of Service Connect cannot be revoked, and end within a week. Others need a way to be:
# https://docs.aws.amazon.com/privateca/latest/userguide/short-lived-certificates.html
guardrail "GUIDE.tls-private-authority" {
  title    = "What private authorities sign ends within a week, or can be revoked"
  resource = "aws:acmpca/certificateAuthority:CertificateAuthority"
  property = "usageMode"
  require = anytrue([
    self.usageMode == "SHORT_LIVED_CERTIFICATE",
    self.revocationConfiguration.crlConfiguration.enabled == true,
    self.revocationConfiguration.ocspConfiguration.enabled == true,
  ])
  message  = "A stolen certificate of this authority is good until it expires: the authority signs for any time, and has no way to revoke."
  remedy   = "Set usageMode to SHORT_LIVED_CERTIFICATE, as the component CertificateAuthority does, or enable a list or a responder in revocationConfiguration."
  severity = "medium"

  pass "short-lived" { self = { usageMode = "SHORT_LIVED_CERTIFICATE" } }
  pass "list" { self = { revocationConfiguration = { crlConfiguration = { enabled = true, s3BucketName = "crl" } } } }
  pass "responder" { self = { usageMode = "GENERAL_PURPOSE", revocationConfiguration = { ocspConfiguration = { enabled = true } } } }
  fail "default" { self = {} }
  fail "general purpose" { self = { usageMode = "GENERAL_PURPOSE", revocationConfiguration = { crlConfiguration = { enabled = false } } } }
  unknown "unknown" { self = { usageMode = unknown } }
  break { usageMode = "GENERAL_PURPOSE" }
}

guardrail "GUIDE.tls-service-authority" {
  title    = "Authorities of Service Connect are marked as managed by ECS"
  resource = "aws:acmpca/certificateAuthority:CertificateAuthority"
  property = "tags"
  when     = length(referrers("aws:ecs/service:Service", "serviceConnectConfiguration.services.tls.issuerCertAuthority.awsPcaAuthorityArn")) > 0
  require  = self.tags.AmazonECSManaged == "true"
  message  = "ECS does not use this authority for the services that it shall sign for: it lacks the tag AmazonECSManaged = true."
  remedy   = "Set the tag AmazonECSManaged = \"true\" on the authority. The component CertificateAuthority does."
  severity = "high"

  pass "marked" {
    self = { usageMode = "SHORT_LIVED_CERTIFICATE", tags = { AmazonECSManaged = "true" } }
    resource "aws:ecs/service:Service" "orders" {
      serviceConnectConfiguration = { enabled = true, services = [{ portName = "http", tls = { issuerCertAuthority = { awsPcaAuthorityArn = self.arn } } }] }
    }
  }
  pass "for others" { self = { usageMode = "SHORT_LIVED_CERTIFICATE" } }
  fail "unmarked" {
    self = { usageMode = "SHORT_LIVED_CERTIFICATE" }
    resource "aws:ecs/service:Service" "orders" {
      serviceConnectConfiguration = { enabled = true, services = [{ portName = "http", tls = { issuerCertAuthority = { awsPcaAuthorityArn = self.arn } } }] }
    }
  }
  unknown "tags" {
    self = { usageMode = "SHORT_LIVED_CERTIFICATE", tags = unknown }
    resource "aws:ecs/service:Service" "orders" {
      serviceConnectConfiguration = { enabled = true, services = [{ portName = "http", tls = { issuerCertAuthority = { awsPcaAuthorityArn = self.arn } } }] }
    }
  }
  break { tags = { AmazonECSManaged = "false" } }
}

guardrail "GUIDE.tls-service-entrance" {
  title    = "Load balancers speak TLS to services that take nothing else"
  resource = "aws:ecs/service:Service"
  property = "loadBalancers"
  when     = self.loadBalancers != null && anytrue([for s in self.serviceConnectConfiguration.services : s.tls != null])
  require = alltrue(flatten([
    for b in self.loadBalancers : [for g in refers(b.targetGroupArn, "aws:lb/targetGroup:TargetGroup") : g.protocol == "HTTPS"]
  ]))
  message  = "The load balancer speaks plain HTTP to a service that takes TLS only: it finds no task healthy."
  remedy   = "Set the protocol of the target group to HTTPS: targetTls of Route."
  severity = "high"

  pass "https" {
    self = {
      loadBalancers               = [{ targetGroupArn = resource.targets.arn, containerName = "app", containerPort = 8080 }]
      serviceConnectConfiguration = { enabled = true, services = [{ portName = "http", tls = { issuerCertAuthority = { awsPcaAuthorityArn = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1" } } }] }
    }
    resource "aws:lb/targetGroup:TargetGroup" "targets" {
      protocol = "HTTPS"
      port     = 8080
    }
  }
  fail "http" {
    self = {
      loadBalancers               = [{ targetGroupArn = resource.targets.arn, containerName = "app", containerPort = 8080 }]
      serviceConnectConfiguration = { enabled = true, services = [{ portName = "http", tls = { issuerCertAuthority = { awsPcaAuthorityArn = "arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/1" } } }] }
    }
    resource "aws:lb/targetGroup:TargetGroup" "targets" {
      protocol = "HTTP"
      port     = 8080
    }
  }
}
