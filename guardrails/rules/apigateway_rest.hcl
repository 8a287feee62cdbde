# REST APIs of API Gateway.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html

# What an API answers with 500 says more in its execution logs than in the access logs: which authorizer, mapping or integration failed.
guardrail "APIGateway.1" {
  title    = "REST and WebSocket APIs log errors of execution"
  resource = ["aws:apigateway/methodSettings:MethodSettings", "aws:apigatewayv2/stage:Stage"]
  property = "settings.loggingLevel"
  # Of the stages of version 2, those of WebSocket APIs alone have such logs.
  when     = resource.type == "aws:apigateway/methodSettings:MethodSettings" || anytrue([for api in refers(self.apiId, "aws:apigatewayv2/api:Api") : api.protocolType == "WEBSOCKET"])
  require  = contains(["ERROR", "INFO"], self.settings.loggingLevel) || contains(["ERROR", "INFO"], self.defaultRouteSettings.loggingLevel)
  message  = "Nobody can tell why API Gateway itself refuses or fails a request."
  remedy   = "Set settings.loggingLevel of aws.apigateway.MethodSettings (for a WebSocket API defaultRouteSettings.loggingLevel of its stage) to ERROR, and leave dataTraceEnabled off."
  severity = "medium"
  controls = ["CKV2_AWS_4"]

  pass "errors" { self = { restApi = "a1b2c3", stageName = "live", methodPath = "*/*", settings = { loggingLevel = "ERROR", metricsEnabled = true } } }
  pass "http api" {
    type = "aws:apigatewayv2/stage:Stage"
    self = { apiId = resource.api.id }
    resource "aws:apigatewayv2/api:Api" "api" { protocolType = "HTTP" }
  }
  fail "off" { self = { restApi = "a1b2c3", stageName = "live", methodPath = "*/*", settings = { loggingLevel = "OFF" } } }
  fail "default" { self = { restApi = "a1b2c3", stageName = "live", methodPath = "*/*", settings = { metricsEnabled = true } } }
  fail "websocket" {
    type = "aws:apigatewayv2/stage:Stage"
    self = { apiId = resource.api.id, defaultRouteSettings = { detailedMetricsEnabled = true } }
    resource "aws:apigatewayv2/api:Api" "api" { protocolType = "WEBSOCKET" }
  }
  break { settings = { loggingLevel = "OFF", metricsEnabled = true } }
}

# A backend that is a function knows by its permission that API Gateway asks. One that is reached over HTTP knows by the certificate.
guardrail "APIGateway.2" {
  title    = "REST APIs prove to HTTP backends who they are"
  resource = "aws:apigateway/stage:Stage"
  property = "clientCertificateId"
  when = anytrue(flatten([
    for api in refers(self.restApi, "aws:apigateway/restApi:RestApi") : [
      for i in referrers("aws:apigateway/integration:Integration", "restApi", api) : startswith(i.type, "HTTP")
    ]
  ]))
  require  = self.clientCertificateId != null
  message  = "The backends of this API cannot tell its requests from those of anybody who reaches them."
  remedy   = "Set clientCertificateId to an aws.apigateway.ClientCertificate, and let the backend ask for it."
  severity = "medium"
  controls = ["CKV2_AWS_51"]

  pass "certificate" {
    self = { restApi = resource.api.id, stageName = "live", clientCertificateId = "a1b2c3" }
    resource "aws:apigateway/restApi:RestApi" "api" { description = "API" }
    resource "aws:apigateway/integration:Integration" "orders" {
      restApi = resource.api.id
      type    = "HTTP_PROXY"
      uri     = "https://orders.example.com/"
    }
  }
  pass "function" {
    self = { restApi = resource.api.id, stageName = "live" }
    resource "aws:apigateway/restApi:RestApi" "api" { description = "API" }
    resource "aws:apigateway/integration:Integration" "orders" {
      restApi = resource.api.id
      type    = "AWS_PROXY"
    }
  }
  fail "none" {
    self = { restApi = resource.api.id, stageName = "live" }
    resource "aws:apigateway/restApi:RestApi" "api" { description = "API" }
    resource "aws:apigateway/integration:Integration" "orders" {
      restApi = resource.api.id
      type    = "HTTP_PROXY"
      uri     = "https://orders.example.com/"
    }
  }
}

guardrail "APIGateway.3" {
  title    = "REST APIs are traced"
  resource = "aws:apigateway/stage:Stage"
  property = "xrayTracingEnabled"
  require  = self.xrayTracingEnabled == true
  message  = "X-Ray sees nothing of this API: where a request loses its time stays unknown."
  remedy   = "Set xrayTracingEnabled to true: tracing of Gateway, which is the default."
  severity = "low"
  controls = ["CKV_AWS_73"]

  pass "traced" { self = { restApi = "a1b2c3", stageName = "live", xrayTracingEnabled = true } }
  fail "default" { self = { restApi = "a1b2c3", stageName = "live" } }
  fail "off" { self = { restApi = "a1b2c3", stageName = "live", xrayTracingEnabled = false } }
  break { xrayTracingEnabled = false }
}

guardrail "APIGateway.4" {
  title    = "A firewall stands before public REST APIs"
  resource = "aws:apigateway/stage:Stage"
  when     = alltrue([for api in refers(self.restApi, "aws:apigateway/restApi:RestApi") : !contains(flatten([api.endpointConfiguration.types]), "PRIVATE")])
  require  = length(concat(referrers("aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn"), referrers("aws:wafregional/webAclAssociation:WebAclAssociation", "resourceArn"))) > 0
  message  = "Requests from the internet reach this API without passing a firewall."
  remedy   = "Add an aws.wafv2.WebAclAssociation with the resourceArn of the stage: resourceArns of Firewall, with the stageArn of Gateway."
  severity = "medium"
  controls = ["CKV2_AWS_29"]

  pass "guarded" {
    self = { restApi = "a1b2c3", stageName = "live" }
    resource "aws:wafv2/webAclAssociation:WebAclAssociation" "guard" {
      resourceArn = self.arn
      webAclArn   = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/shop/1"
    }
  }
  pass "private" {
    self = { restApi = resource.api.id, stageName = "live" }
    resource "aws:apigateway/restApi:RestApi" "api" { endpointConfiguration = { types = "PRIVATE" } }
  }
  fail "default" {
    self = { restApi = resource.api.id, stageName = "live" }
    resource "aws:apigateway/restApi:RestApi" "api" { endpointConfiguration = { types = "REGIONAL" } }
  }
}

guardrail "APIGateway.5" {
  title    = "The cache of REST APIs is encrypted"
  resource = "aws:apigateway/methodSettings:MethodSettings"
  property = "settings.cacheDataEncrypted"
  require  = self.settings.cachingEnabled != true || (self.settings.cacheDataEncrypted == true)
  message  = "Answers of this API lie in its cache in plain."
  remedy   = "Set settings.cacheDataEncrypted to true, or settings.cachingEnabled to false. The component Gateway caches nothing."
  severity = "medium"
  controls = ["CKV_AWS_308"]

  pass "encrypted" { self = { methodPath = "*/*", settings = { cachingEnabled = true, cacheDataEncrypted = true } } }
  pass "no cache" { self = { methodPath = "*/*", settings = { metricsEnabled = true } } }
  fail "plain" { self = { methodPath = "*/*", settings = { cachingEnabled = true } } }
  break {
    settings = { cachingEnabled = true, cacheDataEncrypted = false, loggingLevel = "ERROR", metricsEnabled = true }
    also     = ["CKV_AWS_120"]
  }
}

# Whether answers may be cached is for each API to know: one that answers each caller with what is theirs must not. So the two controls
# about caching ask that it is whole where it is wanted: without a cache cluster caching does nothing, and a cluster is paid for by the hour.
# https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
guardrail "CKV_AWS_120" {
  title    = "Stages whose methods are cached have a cache"
  resource = "aws:apigateway/methodSettings:MethodSettings"
  property = "settings.cachingEnabled"
  require = self.settings.cachingEnabled != true || (length(refers(self.restApi, "aws:apigateway/restApi:RestApi")) == 0 || anytrue(flatten([
    for api in refers(self.restApi, "aws:apigateway/restApi:RestApi") : [
      for stage in referrers("aws:apigateway/stage:Stage", "restApi", api) : stage.cacheClusterEnabled == true && stage.stageName == self.stageName
    ]
  ])))
  message  = "These methods are to be cached, but their stage has no cache: every request goes to the backend."
  remedy   = "Set cacheClusterEnabled and cacheClusterSize of the aws.apigateway.Stage, or settings.cachingEnabled to false."
  severity = "low"

  pass "cache" {
    self = { restApi = resource.api.id, stageName = "live", methodPath = "*/*", settings = { cachingEnabled = true, cacheDataEncrypted = true } }
    resource "aws:apigateway/restApi:RestApi" "api" { description = "API" }
    resource "aws:apigateway/stage:Stage" "live" {
      restApi             = resource.api.id
      stageName           = "live"
      cacheClusterEnabled = true
      cacheClusterSize    = "0.5"
    }
  }
  pass "not wanted" { self = { methodPath = "*/*", settings = { metricsEnabled = true } } }
  fail "none" {
    self = { restApi = resource.api.id, stageName = "live", methodPath = "*/*", settings = { cachingEnabled = true, cacheDataEncrypted = true } }
    resource "aws:apigateway/restApi:RestApi" "api" { description = "API" }
    resource "aws:apigateway/stage:Stage" "live" {
      restApi   = resource.api.id
      stageName = "live"
    }
  }
  break { settings = { cachingEnabled = true, cacheDataEncrypted = true, loggingLevel = "ERROR", metricsEnabled = true } }
}

guardrail "CKV_AWS_225" {
  title    = "Stages with a cache use it"
  resource = "aws:apigateway/stage:Stage"
  property = "cacheClusterEnabled"
  require = self.cacheClusterEnabled != true || (anytrue(flatten([
    for api in refers(self.restApi, "aws:apigateway/restApi:RestApi") : [
      for s in referrers("aws:apigateway/methodSettings:MethodSettings", "restApi", api) : s.settings.cachingEnabled == true && s.stageName == self.stageName
    ]
  ])))
  message  = "This stage pays for a cache, and none of its methods is cached."
  remedy   = "Add an aws.apigateway.MethodSettings with settings.cachingEnabled and settings.cacheDataEncrypted, or set cacheClusterEnabled to false."
  severity = "low"

  pass "used" {
    self = { restApi = resource.api.id, stageName = "live", cacheClusterEnabled = true }
    resource "aws:apigateway/restApi:RestApi" "api" { description = "API" }
    resource "aws:apigateway/methodSettings:MethodSettings" "all" {
      restApi    = resource.api.id
      stageName  = "live"
      methodPath = "*/*"
      settings   = { cachingEnabled = true, cacheDataEncrypted = true }
    }
  }
  pass "no cache" { self = { restApi = "a1b2c3", stageName = "live" } }
  fail "unused" { self = { restApi = "a1b2c3", stageName = "live", cacheClusterEnabled = true } }
  break { cacheClusterEnabled = true }
}

guardrail "CKV_AWS_276" {
  title    = "What requests and answers hold stays out of the logs"
  resource = ["aws:apigateway/methodSettings:MethodSettings", "aws:apigatewayv2/stage:Stage"]
  property = "settings.dataTraceEnabled"
  require  = self.settings.dataTraceEnabled != true && self.defaultRouteSettings.dataTraceEnabled != true
  message  = "The bodies of all requests and answers are written to the logs, passwords and personal data with them."
  remedy   = "Set dataTraceEnabled to false in settings. The component Gateway does."
  severity = "medium"

  pass "off" { self = { methodPath = "*/*", settings = { loggingLevel = "ERROR", dataTraceEnabled = false } } }
  pass "default" { self = { methodPath = "*/*", settings = { loggingLevel = "ERROR" } } }
  fail "on" { self = { methodPath = "*/*", settings = { loggingLevel = "INFO", dataTraceEnabled = true } } }
  break { settings = { loggingLevel = "ERROR", metricsEnabled = true, dataTraceEnabled = true } }
}
