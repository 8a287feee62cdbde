# The guide's "TLS everywhere", where no public control says it: behind and before APIs. Listeners are for ELB.1 and ELB.18, distributions for CloudFront.3
# and CloudFront.9, queues, topics and buckets for the rules of theirs.

guardrail "GUIDE.tls-everywhere" {
  title    = "APIs reach their backends by HTTPS"
  resource = ["aws:apigatewayv2/integration:Integration", "aws:apigateway/integration:Integration"]
  property = "integrationUri"
  when     = startswith(coalesce(self.integrationType, self.type), "HTTP")
  # A private integration of version 2 names a listener, and TLS by the name that its certificate has to have.
  require  = startswith(coalesce(self.integrationUri, self.uri), "https://") || (self.connectionType == "VPC_LINK" && self.tlsConfig.serverNameToVerify != null)
  message  = "Requests travel in plain between this API and its backend."
  remedy   = "Let the URI begin with https://, or set tlsConfig.serverNameToVerify for a listener behind a VPC link: serviceDomainName of Gateway."
  severity = "medium"

  pass "https" { self = { apiId = "a1b2c3", integrationType = "HTTP_PROXY", integrationUri = "https://orders.example.com/" } }
  pass "listener" { self = { apiId = "a1b2c3", integrationType = "HTTP_PROXY", connectionType = "VPC_LINK", connectionId = "l1", integrationUri = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/edge/1/2", tlsConfig = { serverNameToVerify = "internal.example.com" } } }
  pass "function" { self = { apiId = "a1b2c3", integrationType = "AWS_PROXY", integrationUri = "arn:aws:lambda:eu-central-1:123456789012:function:orders" } }
  pass "rest" {
    type = "aws:apigateway/integration:Integration"
    self = { restApi = "a1b2c3", type = "HTTP_PROXY", uri = "https://orders.example.com/" }
  }
  fail "http" { self = { apiId = "a1b2c3", integrationType = "HTTP_PROXY", integrationUri = "http://orders.example.com/" } }
  fail "listener in plain" { self = { apiId = "a1b2c3", integrationType = "HTTP_PROXY", connectionType = "VPC_LINK", connectionId = "l1", integrationUri = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/edge/1/2" } }
  fail "rest" {
    type = "aws:apigateway/integration:Integration"
    self = { restApi = "a1b2c3", type = "HTTP_PROXY", uri = "http://orders.example.com/" }
  }
  unknown "unknown" { self = { apiId = "a1b2c3", integrationType = "HTTP_PROXY", integrationUri = unknown } }
  break {
    tlsConfig      = null
    integrationUri = "http://orders.example.com/"
    uri            = "http://orders.example.com/"
  }
}

# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html
guardrail "GUIDE.tls-api-domain" {
  title    = "Domains of APIs take TLS 1.2 and later"
  resource = ["aws:apigatewayv2/domainName:DomainName", "aws:apigateway/domainName:DomainName"]
  property = "domainNameConfiguration.securityPolicy"
  require  = contains(["TLS_1_2", "TLS_1_3"], coalesce(self.domainNameConfiguration.securityPolicy, self.securityPolicy, "TLS_1_0")) || startswith(coalesce(self.securityPolicy, ""), "SecurityPolicy_TLS1")
  message  = "Callers may use TLS 1.0 with this domain."
  remedy   = "Set domainNameConfiguration.securityPolicy to TLS_1_2. The component Gateway does."
  severity = "medium"

  pass "1.2" { self = { domainName = "api.example.com", domainNameConfiguration = { certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1", endpointType = "REGIONAL", securityPolicy = "TLS_1_2" } } }
  pass "rest" {
    type = "aws:apigateway/domainName:DomainName"
    self = { domainName = "api.example.com", securityPolicy = "TLS_1_2" }
  }
  fail "not said" { self = { domainName = "api.example.com", domainNameConfiguration = { certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1", endpointType = "REGIONAL" } } }
  fail "1.0" {
    type = "aws:apigateway/domainName:DomainName"
    self = { domainName = "api.example.com", securityPolicy = "TLS_1_0" }
  }
  break { domainNameConfiguration = { certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1", endpointType = "REGIONAL" } }
}
