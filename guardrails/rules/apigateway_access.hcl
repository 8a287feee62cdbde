# APIs of API Gateway, REST and HTTP: who may call them, and what is known of calls.
# What Security Hub looks at: https://docs.aws.amazon.com/securityhub/latest/userguide/apigateway-controls.html

# The routes of an HTTP API are "GET /orders" and "$default"; of a WebSocket API only $connect can ask who calls.
guardrail "APIGateway.8" {
  title    = "Routes say who may call them"
  resource = "aws:apigatewayv2/route:Route"
  property = "authorizationType"
  when     = self.routeKey == "$connect" || matches(self.routeKey, "^[A-Z]+ /") || (self.routeKey == "$default" && alltrue([for api in refers(self.apiId, "aws:apigatewayv2/api:Api") : api.protocolType != "WEBSOCKET"]))
  require  = contains(["AWS_IAM", "CUSTOM", "JWT"], self.authorizationType)
  message  = "Everybody on the internet may call ${self.routeKey}."
  remedy   = "Set authorizationType to JWT with an authorizerId, or to AWS_IAM: the argument authorization of Gateway, whose publicRoutes are those without. Waive the rule for a route that is for everybody."
  severity = "medium"
  controls = ["CKV_AWS_309"]

  pass "iam" { self = { apiId = "a1b2c3", routeKey = "GET /orders", authorizationType = "AWS_IAM" } }
  pass "token" { self = { apiId = "a1b2c3", routeKey = "GET /orders", authorizationType = "JWT", authorizerId = "x1y2z3" } }
  pass "message of a connection" {
    self = { apiId = resource.api.id, routeKey = "$default" }
    resource "aws:apigatewayv2/api:Api" "api" { protocolType = "WEBSOCKET" }
  }
  fail "default" { self = { apiId = "a1b2c3", routeKey = "GET /orders" } }
  fail "none" { self = { apiId = "a1b2c3", routeKey = "$default", authorizationType = "NONE" } }
  fail "connection" { self = { apiId = "a1b2c3", routeKey = "$connect", authorizationType = "NONE" } }
  unknown "unknown" { self = { apiId = "a1b2c3", routeKey = "GET /orders", authorizationType = unknown } }
  break { authorizationType = "NONE" }
}

guardrail "APIGateway.9" {
  title    = "Stages of APIs log their requests"
  resource = ["aws:apigatewayv2/stage:Stage", "aws:apigateway/stage:Stage"]
  property = "accessLogSettings.destinationArn"
  require  = self.accessLogSettings.destinationArn != null
  message  = "Nobody can tell who called this API, and what it answered."
  remedy   = "Set accessLogSettings with a destinationArn and a format. The component Gateway does."
  severity = "medium"
  controls = ["CKV_AWS_76"]

  pass "logged" { self = { apiId = "a1b2c3", accessLogSettings = { destinationArn = "arn:aws:logs:eu-central-1:123456789012:log-group:api", format = "$context.requestId" } } }
  pass "rest" {
    type = "aws:apigateway/stage:Stage"
    self = { restApi = "a1b2c3", accessLogSettings = { destinationArn = "arn:aws:logs:eu-central-1:123456789012:log-group:api", format = "$context.requestId" } }
  }
  fail "default" { self = { apiId = "a1b2c3" } }
  fail "rest" {
    type = "aws:apigateway/stage:Stage"
    self = { restApi = "a1b2c3", stageName = "live" }
  }
  unknown "unknown" { self = { apiId = "a1b2c3", accessLogSettings = unknown } }
  break { accessLogSettings = null }
}

# Browsers ask with OPTIONS before a call, and never say who they are: https://fetch.spec.whatwg.org/#cors-protocol-and-credentials
guardrail "CKV_AWS_59" {
  title    = "Methods say who may call them"
  resource = "aws:apigateway/method:Method"
  property = "authorization"
  when     = self.httpMethod != "OPTIONS"
  require  = (self.authorization != null && self.authorization != "NONE") || self.apiKeyRequired == true
  message  = "Everybody on the internet may call this method."
  remedy   = "Set authorization to AWS_IAM, COGNITO_USER_POOLS or CUSTOM, or apiKeyRequired: the arguments authorization and consumers of Gateway, whose publicRoutes are those without. Waive the rule for a method that is for everybody."
  severity = "medium"
  controls = ["CKV2_AWS_70"]

  pass "iam" { self = { restApi = "a1b2c3", httpMethod = "GET", authorization = "AWS_IAM" } }
  pass "key" { self = { restApi = "a1b2c3", httpMethod = "GET", authorization = "NONE", apiKeyRequired = true } }
  pass "question of a browser" { self = { restApi = "a1b2c3", httpMethod = "OPTIONS", authorization = "NONE" } }
  fail "none" { self = { restApi = "a1b2c3", httpMethod = "GET", authorization = "NONE" } }
  fail "none for all" { self = { restApi = "a1b2c3", httpMethod = "ANY", authorization = "NONE", apiKeyRequired = false } }
  unknown "unknown" { self = { restApi = "a1b2c3", httpMethod = "GET", authorization = unknown } }
  break {
    authorization  = "NONE"
    apiKeyRequired = false
  }
}

# A method that declares nothing hands everything to its backend, which judges it. What is in the path is always there.
guardrail "CKV2_AWS_53" {
  title    = "What a method declares of its requests is checked"
  resource = "aws:apigateway/method:Method"
  property = "requestValidatorId"
  require  = self.requestValidatorId != null || (length(self.requestModels) == 0 && !anytrue([for name, required in self.requestParameters : tobool(required) && !startswith(name, "method.request.path.")]))
  message  = "This method declares what its requests hold, and nobody checks that they do."
  remedy   = "Set requestValidatorId to an aws.apigateway.RequestValidator, or take requestModels and requestParameters out."
  severity = "low"

  pass "checked" { self = { httpMethod = "POST", authorization = "AWS_IAM", requestModels = { "application/json" = "Order" }, requestValidatorId = "a1b2c3" } }
  pass "nothing declared" { self = { httpMethod = "POST", authorization = "AWS_IAM" } }
  pass "path" { self = { httpMethod = "GET", authorization = "AWS_IAM", requestParameters = { "method.request.path.id" = true } } }
  fail "model" { self = { httpMethod = "POST", authorization = "AWS_IAM", requestModels = { "application/json" = "Order" } } }
  fail "parameter" { self = { httpMethod = "GET", authorization = "AWS_IAM", requestParameters = { "method.request.querystring.page" = true } } }
  break {
    requestModels      = { "application/json" = "Order" }
    requestValidatorId = null
  }
}
