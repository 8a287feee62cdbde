# Names in Route 53.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/route53-controls.html

guardrail "Route53.2" {
  title    = "Public zones log what they are asked"
  resource = "aws:route53/zone:Zone"
  when     = length(flatten([for v in [self.vpcs] : v if v != null])) == 0
  require  = length(referrers("aws:route53/queryLog:QueryLog", "zoneId")) > 0
  message  = "Nobody can tell which names of this zone are asked for: neither who looks for forgotten ones, nor which ones can go."
  remedy   = "Add an aws.route53.QueryLog with the zoneId and a log group of us-east-1 that route53.amazonaws.com may write to."
  severity = "medium"
  controls = ["CKV2_AWS_39"]

  pass "logged" {
    self = { name = "shop.example.com" }
    resource "aws:route53/queryLog:QueryLog" "log" {
      zoneId                = self.id
      cloudwatchLogGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/shop.example.com"
    }
  }
  pass "private" { self = { name = "internal.example.com", vpcs = [{ vpcId = "vpc-1" }] } }
  fail "default" { self = { name = "shop.example.com" } }
  fail "another is" {
    self = { name = "shop.example.com" }
    resource "aws:route53/queryLog:QueryLog" "log" {
      zoneId                = "Z0123456789ABCDEFGHIJ"
      cloudwatchLogGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/route53/example.com"
    }
  }
}

# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring-dnssec.html
guardrail "CKV2_AWS_38" {
  title    = "Public zones sign their answers (DNSSEC)"
  resource = "aws:route53/zone:Zone"
  when     = length(flatten([for v in [self.vpcs] : v if v != null])) == 0
  require = anytrue([
    for s in referrers("aws:route53/hostedZoneDnsSec:HostedZoneDnsSec", "hostedZoneId") : s.signingStatus == null || s.signingStatus == "SIGNING"
  ]) && length(referrers("aws:route53/keySigningKey:KeySigningKey", "hostedZoneId")) > 0
  message  = "A forged answer can lead the visitors of this zone to another address, and nobody notices."
  remedy   = "Add an aws.route53.KeySigningKey and an aws.route53.HostedZoneDnsSec with the zone's ID, and enter its DS record at the parent: the argument dnssec of DNS."
  severity = "low"

  pass "signed" {
    self = { name = "shop.example.com" }
    resource "aws:route53/keySigningKey:KeySigningKey" "key" {
      hostedZoneId            = self.id
      name                    = "shop"
      keyManagementServiceArn = "arn:aws:kms:us-east-1:123456789012:key/1"
    }
    resource "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec" "signing" { hostedZoneId = self.id }
  }
  pass "private" { self = { name = "internal.example.com", vpcs = [{ vpcId = "vpc-1" }] } }
  fail "default" { self = { name = "shop.example.com" } }
  fail "key alone" {
    self = { name = "shop.example.com" }
    resource "aws:route53/keySigningKey:KeySigningKey" "key" {
      hostedZoneId            = self.id
      name                    = "shop"
      keyManagementServiceArn = "arn:aws:kms:us-east-1:123456789012:key/1"
    }
  }
  fail "stopped" {
    self = { name = "shop.example.com" }
    resource "aws:route53/keySigningKey:KeySigningKey" "key" {
      hostedZoneId            = self.id
      name                    = "shop"
      keyManagementServiceArn = "arn:aws:kms:us-east-1:123456789012:key/1"
    }
    resource "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec" "signing" {
      hostedZoneId  = self.id
      signingStatus = "NOT_SIGNING"
    }
  }
}

# Who gets an address after you gets the visitors of the names that still lead there. An address of a private range (RFC 1918) is nobody else's.
guardrail "CKV2_AWS_23" {
  title    = "Names lead to addresses that the program has"
  resource = "aws:route53/record:Record"
  property = "records"
  require = self.type != "A" || self.aliases != null || self.records == null || (length(self.records) > 0 && alltrue([
    for address in self.records : matches(address, "^(10|127|192\\.168|172\\.(1[6-9]|2[0-9]|3[01]))\\.") || length(refers(address, "aws:ec2/eip:Eip")) > 0 || length(refers(address, "aws:ec2/instance:Instance")) > 0
  ]))
  message  = "This name leads to an address that nothing in the program has; whoever gets the address gets the visitors."
  remedy   = "Let aliases lead to the load balancer, distribution or API, as the component Record does, or take the address from an aws.ec2.Eip of the program."
  severity = "medium"

  pass "alias" { self = { name = "www.example.com", type = "A", aliases = [{ name = "edge.eu-central-1.elb.amazonaws.com", zoneId = "Z1", evaluateTargetHealth = true }] } }
  pass "own address" {
    self = { name = "www.example.com", type = "A", ttl = 300, records = [resource.address.publicIp] }
    resource "aws:ec2/eip:Eip" "address" {
      domain   = "vpc"
      instance = "i-0123456789abcdef0"
    }
  }
  pass "private address" { self = { name = "db.internal.example.com", type = "A", ttl = 60, records = ["10.0.3.7"] } }
  pass "other type" { self = { name = "www.example.com", type = "CNAME", ttl = 300, records = ["example.com"] } }
  fail "address of somebody" { self = { name = "www.example.com", type = "A", ttl = 300, records = ["203.0.113.7"] } }
  break {
    type    = "A"
    aliases = null
    records = ["203.0.113.7"]
  }
}

guardrail "GUIDE.tls-health-check" {
  title    = "Health checks of Route 53 use HTTPS"
  resource = "aws:route53/healthCheck:HealthCheck"
  property = "type"
  require  = !startswith(self.type, "HTTP") || startswith(self.type, "HTTPS")
  message  = "This check sees whether something answers over plain HTTP, not whether visitors are served, and anybody can answer in its place."
  remedy   = "Set type to HTTPS and port to 443. The components Record and Failover do."
  severity = "low"

  pass "https" { self = { type = "HTTPS", fqdn = "shop.example.com", port = 443, resourcePath = "/" } }
  pass "of others" { self = { type = "CALCULATED", childHealthchecks = ["1", "2"], childHealthThreshold = 1 } }
  fail "http" { self = { type = "HTTP", fqdn = "shop.example.com", port = 80, resourcePath = "/" } }
  fail "http with text" { self = { type = "HTTP_STR_MATCH", fqdn = "shop.example.com", port = 80, searchString = "ok" } }
  break { type = "HTTP" }
}
