blueprint "serverless" {
  extends = "stores"
  title   = "Serverless functions"
  summary = "Functions behind an API, events on a bus, processes of several steps as sagas: nothing runs while nobody asks."
  guide   = "3. Architecture Patterns"
  fits = {
    score   = local.function_usd > local.container_usd ? (requirements.peak_factor >= 10 ? 0.4 : 0.15) : (requirements.requests_per_second <= 20 ? 0.85 : 0.6)
    because = "${local.bill}${local.function_usd > local.container_usd ? ": steady load is cheaper on machines" : ", and nothing runs while nobody asks"}"
  }
}

assumption "request_seconds" {
  value   = requirements.latency_p99 / 4
  unit    = "s"
  least   = 0.0001
  most    = 900
  because = "The mean of response times is commonly a quarter of the 99th percentile"
}

assumption "busy_hours" {
  value   = 240
  unit    = "hours a month"
  most    = 744
  because = "Eight hours a day are busy, and the others nearly idle"
}

assumption "token_issuer" {
  value   = ""
  unit    = "URL"
  because = "No issuer of JSON web tokens is named, so callers sign their requests with IAM (AWS Signature Version 4)"
}

assumption "token_audience" {
  value   = "app"
  unit    = "client ID"
  because = "Whom the issuer's tokens are for; read only with a token_issuer"
}

locals {
  # Percent of a month that AWS promises for functions and their API.
  promised = min(sla("lambda", "regional"), sla("api-gateway", "regional"))

  consumers = { for s in services : s.name => s if length(s.consumes) > 0 }
  ordered   = [for e in events : e.name if e.ordered]

  # What needs the network: functions that use stores inside it.
  networked = length(local.relational) > 0 || length(local.caches) > 0
  is_inside = { for s in services : s.name => anytrue([for store in s.stores : contains(["relational", "cache"], stores[store].model)]) }
  inside    = { for s in services : s.name => s if local.is_inside[s.name] }

  # A service that calls several others is a process of several steps, each of which can be undone.
  processes = { for s in services : s.name => s if length(s.calls) > 1 }
  undone    = { for name, times in { for c in flatten([for p in local.processes : p.calls]) : c => 1... } : name => services[name] }

  # Functions run at once, from Little's law with half as much again for bursts.
  entrances       = max(1, length(local.public))
  busy_concurrent = concurrency(requirements.requests_per_second / local.entrances, assumption.request_seconds, 0)
  peak_concurrent = concurrency(local.peak / local.entrances, assumption.request_seconds, 0.5)
  clients         = local.peak_concurrent * max(1, length(local.inside))

  # What requests cost a month, by functions of 1 GB and by tasks of half a processor and 1 GB that are up all the time.
  requests_per_month = requirements.requests_per_second * 3600 * assumption.busy_hours
  function_usd       = local.requests_per_month / 1000000 * price("lambda", "million-requests") + local.requests_per_month * assumption.request_seconds * price("lambda", "arm-gb-second")
  bill               = "${round(local.requests_per_month / 10000) / 100} million requests a month cost about ${ceil(local.function_usd)} USD by functions and ${ceil(local.container_usd)} USD by containers that are up all the time"
  container_tasks    = tasks(local.peak, assumption.request_seconds, 32, 0.6)
  container_usd      = max(2, local.container_tasks) * 730 * (0.5 * price("fargate", "vcpu-hour") + price("fargate", "gb-hour"))
}

constraint "compute" {
  holds   = decision.compute == "functions" || decision.compute == "functions-anyway"
  because = "The team chose ${decision.compute}, and this pattern runs functions."
  remedy  = "Use pattern = \"microservices\" or \"event-driven\"."
  about   = [decision.compute]
}

constraint "door" {
  holds   = (decision.entrance == "none") == (length(local.public) == 0)
  because = decision.entrance == "none" ? "The team chose no entrance, and ${join(", ", keys(local.public))} ${length(local.public) == 1 ? "has a path" : "have paths"} for users to reach." : "The team chose an API, and no service has a path that it could lead to."
  remedy  = "The cheapest way out is to leave the decision \"entrance\" to the rule."
  about   = [decision.entrance]
}

constraint "shield" {
  holds   = decision.firewall == "none" || decision.entrance == "rest-gateway"
  because = "The team chose a firewall, and ${decision.entrance == "none" ? "there is no API" : "AWS WAF protects REST APIs and no HTTP APIs (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html)"}."
  remedy  = "The cheapest way out is to leave the decision \"firewall\" to the rule; otherwise decide { entrance = \"rest-gateway\" }."
  about   = [decision.firewall, decision.entrance]
}

constraint "order" {
  holds   = decision.bus == "topic" || length(local.ordered) == 0
  because = "The team chose a bus, and ${join(", ", local.ordered)} must arrive in order, which EventBridge does not keep."
  remedy  = "The cheapest way out is to leave the decision \"bus\" to the rule; otherwise take away ordered = true."
  about   = [decision.bus]
}

constraint "address" {
  holds   = decision.address == "generated" || (environment.domain != "" && decision.entrance != "none")
  because = "The team chose a domain for the API, and ${decision.entrance == "none" ? "there is no API" : "the system has none"}."
  remedy  = "The cheapest way out is to leave the decision \"address\" to the rule."
  about   = [decision.address]
}

constraint "domain" {
  for_each = local.public
  holds    = environment.domain != "" || decision.address == "generated"
  because  = "Service \"${each.key}\" is to be reached by a name of its own, and the system has no domain."
  remedy   = "Add domain = \"…\" to the system block."
  about    = [each.value.path]
}

constraint "concurrency" {
  holds   = !local.production || local.peak_concurrent * local.entrances <= 10 * quota("lambda", "concurrency")
  because = "${local.peak} requests per second at peak keep ${local.peak_concurrent * local.entrances} functions running at once; an account begins with ${quota("lambda", "concurrency")}, and ten times that is what AWS commonly grants."
  remedy  = "This load is for containers: pattern = \"microservices\" or \"event-driven\"; otherwise lower peak_factor by a queue before the work."
  about   = [requirements.requests_per_second, requirements.peak_factor]
}

decision "compute" {
  question = "What do services run on?"
  guide    = "5. Compute: Choosing How Your Code Runs"
  option "containers" {
    when    = false
    because = "Tasks that are up all the time would cost about ${ceil(local.container_usd)} USD a month; the patterns \"microservices\" and \"event-driven\" have them"
    gains   = ["performance"]
    costs   = ["maintainability"]
  }
  option "kubernetes" {
    when    = false
    because = "A cluster has to be upgraded three times a year and watched by people who know it, which takes the time of two or three (there ${requirements.engineers == 1 ? "is" : "are"} ${requirements.engineers}), to run ${counted(length(services), "service")}"
    gains   = ["scalability"]
    costs   = ["maintainability", "cost_efficiency"]
  }
  option "functions" {
    when    = local.function_usd <= local.container_usd
    because = "${local.bill}, and there is nothing to patch or to scale"
    gains   = ["scalability", "maintainability", "cost_efficiency"]
    costs   = ["performance"]
  }
  option "functions-anyway" {
    because = "The pattern asks for functions, and the numbers are against it: ${local.bill}. Steady load is what the patterns \"microservices\" and \"event-driven\" are for"
    gains   = ["scalability", "maintainability"]
    costs   = ["performance", "cost_efficiency"]
  }
}

decision "entrance" {
  question = "What takes requests from the internet?"
  guide    = "4. Getting Traffic In: Networking Fundamentals"
  option "none" {
    when    = length(local.public) == 0
    because = "No service has a path: nothing is reachable from the internet"
    gains   = ["security", "cost_efficiency"]
    costs   = []
  }
  option "rest-gateway" {
    when    = local.production && length(requirements.compliance) > 0
    because = "Data under ${join(", ", requirements.compliance)}: a REST API can have a web application firewall and traces every request, at ${price("api-gateway", "rest-million-requests")} USD a million requests rather than ${price("api-gateway", "http-million-requests")}"
    gains   = ["security"]
    costs   = ["cost_efficiency", "performance"]
  }
  option "http-gateway" {
    because = "An HTTP API invokes functions, checks tokens and throttles callers for ${price("api-gateway", "http-million-requests")} USD a million requests; a load balancer costs as much while nobody asks"
    gains   = ["cost_efficiency", "performance"]
    costs   = ["security"]
  }
}

decision "address" {
  question = "By which name is the API reached?"
  guide    = "4. Getting Traffic In: Networking Fundamentals"
  when     = decision.entrance != "none"
  option "domain" {
    when    = environment.domain != "" && decision.entrance != "none"
    because = "The system has the domain ${environment.domain}"
    gains   = ["maintainability"]
    costs   = []
  }
  option "generated" {
    because = decision.entrance == "none" ? "There is no API" : "The system has no domain: AWS generates a name, which changes with the API"
    gains   = ["cost_efficiency"]
    costs   = ["maintainability"]
  }
}

decision "firewall" {
  question = "Does a web application firewall stand before the entrance?"
  guide    = "11. Zero Trust Security Architecture"
  when     = decision.entrance != "none"
  option "managed" {
    when    = decision.entrance == "rest-gateway"
    because = "Data under ${join(", ", requirements.compliance)}: AWS WAF limits what one address may ask and refuses the usual attacks"
    gains   = ["security", "availability"]
    costs   = ["cost_efficiency"]
  }
  option "none" {
    because = "Callers are known by their signatures or tokens, and the gateway throttles them"
    gains   = ["cost_efficiency"]
    costs   = ["security"]
  }
}

decision "start" {
  question = "Do functions wait warm for requests?"
  guide    = "5. Compute: Choosing How Your Code Runs"
  when     = decision.entrance != "none"
  option "provisioned" {
    when    = local.production && length(local.public) > 0 && requirements.latency_p99 < 0.5 && requirements.requests_per_second >= 1
    because = "A cold start takes longer than the ${round(requirements.latency_p99 * 1000)} ms that 99 of 100 requests may take: ${counted(max(1, local.busy_concurrent), "environment")} of each public function ${local.busy_concurrent <= 1 ? "is" : "are"} kept warm"
    gains   = ["performance"]
    costs   = ["cost_efficiency"]
  }
  option "on-demand" {
    because = "${round(requirements.latency_p99 * 1000)} ms at the 99th percentile leave room for a cold start, or so few ask that it does not matter"
    gains   = ["cost_efficiency"]
    costs   = ["performance"]
  }
}

decision "bus" {
  question = "What carries events from producers to consumers?"
  guide    = "8. Async Messaging"
  when     = length(events) > 0
  option "topic" {
    when    = length(local.ordered) > 0
    because = "${join(", ", local.ordered)} must arrive in order, which FIFO topics and queues keep and EventBridge does not"
    gains   = ["consistency"]
    costs   = ["scalability"]
  }
  option "bus" {
    because = "Rules on one bus say who gets which of ${counted(length(events), "kind")} of events, its archive replays them, and it costs nothing while nothing happens"
    gains   = ["maintainability", "cost_efficiency"]
    costs   = ["performance"]
  }
}

component "key" "key" {
  services = concat(["cloudwatch", "logs", "sns"], length(events) > 0 && decision.bus == "bus" ? ["events"] : [], length(local.processes) > 0 ? ["delivery.logs"] : [])
}

component "dns" "zone" {
  when = decision.address == "domain"
}

# TLS for the domain; the records in the zone prove that it is ours.
component "certificate" "certificate" {
  when            = decision.address == "domain"
  domain_name     = environment.domain
  zone_id         = component.zone.zone_id
  alarm_topic_arn = component.alarms.arn
}

# A topic for each event, in order from end to end.
component "topic" "event" {
  for_each        = decision.bus == "topic" ? events : {}
  kms_key_arn     = component.key.arn
  fifo            = true
  alarm_topic_arn = component.alarms.arn
}

# A queue for each consumer: its function takes batches from it, no more at a time than what lies behind can take.
component "queue" "inbox" {
  for_each                   = local.consumers
  kms_key_arn                = component.key.arn
  fifo                       = decision.bus == "topic" ? true : null
  topic_names                = decision.bus == "topic" ? each.value.consumes : []
  topic_arns                 = decision.bus == "topic" ? [for e in each.value.consumes : component.event[e].arn] : []
  visibility_timeout_seconds = 180 # six times the function's timeout
  alarm_topic_arn            = component.alarms.arn
}

# One bus: a rule for each consumer leads what it consumes into its queue, and the archive can replay it.
component "bus" "bus" {
  when                = decision.bus == "bus" && length(events) > 0
  kms_key_arn         = component.key.arn
  rule_names          = keys(local.consumers)
  rule_patterns       = [for s in local.consumers : jsonencode({ "detail-type" = s.consumes })]
  target_types        = [for s in local.consumers : "queue"]
  target_arns         = [for s in local.consumers : component.inbox[s.name].arn]
  target_kms_key_arns = length(local.consumers) > 0 ? [component.key.arn] : []
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# Each service as a function, with permissions for what it uses and nothing else.
component "function" "function" {
  for_each           = services
  kms_key_arn        = component.key.arn
  image_uri          = length(split(".dkr.ecr.", each.value.image)) > 1 ? each.value.image : null
  memory_mib         = each.value.memory > 0 ? max(128, min(10240, each.value.memory * 1024)) : null
  timeout_seconds    = 30
  log_retention_days = local.log_days

  provisioned_concurrency = decision.start == "provisioned" && each.value.path != "" ? max(1, local.busy_concurrent) : null

  vpc_id             = local.is_inside[each.key] ? component.vpc.vpc_id : null
  subnet_ids         = local.is_inside[each.key] ? component.vpc.private_subnet_ids : null
  security_group_ids = flatten([for s in each.value.stores : local.store_groups[s]])

  queue_arn                        = length(each.value.consumes) > 0 ? component.inbox[each.key].arn : null
  queue_visibility_timeout_seconds = length(each.value.consumes) > 0 ? 180 : null
  queue_maximum_concurrency        = length(each.value.consumes) > 0 ? max(2, min(1000, local.peak_concurrent)) : null
  source_kms_key_arn               = length(each.value.consumes) > 0 ? component.key.arn : null

  policies = concat(
    flatten([for s in each.value.stores : local.store_policies[s]]),
    decision.bus == "topic" ? [for e in each.value.publishes : component.event[e].producer_policy] : [],
    decision.bus == "bus" && length(each.value.publishes) > 0 ? [component.bus.producer_policy] : [],
    length(each.value.calls) == 1 ? [for s in each.value.calls : component.function[s].invoker_policy] : [],
    length(each.value.calls) > 1 ? [component.saga[each.key].start_policy] : [],
  )
  environment = merge(
    merge([for s in each.value.stores : local.store_environment[s]]...),
    decision.bus == "topic" ? { for e in each.value.publishes : "EVENT_${upper(replace(e, "-", "_"))}_TOPIC_ARN" => component.event[e].arn } : {},
    decision.bus == "bus" && length(each.value.publishes) > 0 ? { EVENT_BUS_NAME = component.bus.name } : {},
    length(each.value.calls) == 1 ? { for s in each.value.calls : "SERVICE_${upper(replace(s, "-", "_"))}_FUNCTION_ARN" => component.function[s].alias_arn } : {},
    length(each.value.calls) > 1 ? { SAGA_ARN = component.saga[each.key].arn } : {},
  )
  alarm_topic_arn = component.alarms.arn
}

# What undoes the step that a service does in a process.
component "function" "undo" {
  for_each           = local.undone
  kms_key_arn        = component.key.arn
  timeout_seconds    = 30
  log_retention_days = local.log_days
  vpc_id             = local.is_inside[each.key] ? component.vpc.vpc_id : null
  subnet_ids         = local.is_inside[each.key] ? component.vpc.private_subnet_ids : null
  security_group_ids = flatten([for s in each.value.stores : local.store_groups[s]])
  policies           = flatten([for s in each.value.stores : local.store_policies[s]])
  environment        = merge([for s in each.value.stores : local.store_environment[s]]...)
  alarm_topic_arn    = component.alarms.arn
}

# A process of several steps: when one fails, those before it are undone in reverse order.
component "saga" "saga" {
  for_each           = local.processes
  kms_key_arn        = component.key.arn
  step_names         = each.value.calls
  action_arns        = [for s in each.value.calls : component.function[s].alias_arn]
  compensation_arns  = [for s in each.value.calls : component.undo[s].alias_arn]
  log_retention_days = local.log_days
  alarm_topic_arn    = component.alarms.arn
}

# The API: it knows who calls, and lets through no more than was asked for.
component "gateway" "api" {
  when                 = decision.entrance != "none"
  kind                 = decision.entrance == "rest-gateway" ? "rest" : "http"
  kms_key_arn          = component.key.arn
  routes               = flatten([for s in local.public : s.path == "/" ? ["ANY /{path+}"] : ["ANY ${s.path}", "ANY ${s.path}/{path+}"]])
  function_arns        = flatten([for s in local.public : s.path == "/" ? [component.function[s.name].alias_arn] : [component.function[s.name].alias_arn, component.function[s.name].alias_arn]])
  authorization        = assumption.token_issuer != "" && decision.entrance == "http-gateway" ? "jwt" : "iam"
  jwt_issuer           = assumption.token_issuer != "" && decision.entrance == "http-gateway" ? assumption.token_issuer : null
  jwt_audiences        = assumption.token_issuer != "" && decision.entrance == "http-gateway" ? [assumption.token_audience] : []
  rate_limit           = max(1, ceil(local.peak))
  latency_milliseconds = ceil(requirements.latency_p99 * 1000)
  domain_name          = decision.address == "domain" ? environment.domain : null
  certificate_arn      = decision.address == "domain" ? component.certificate.arn : null
  zone_id              = decision.address == "domain" ? component.zone.zone_id : null
  log_retention_days   = local.log_days
  alarm_topic_arn      = component.alarms.arn
}

# Refuses known attacks, and addresses that ask too much, before they reach the API.
component "firewall" "shield" {
  when               = decision.firewall == "managed"
  scope              = "regional"
  resource_names     = ["api"]
  resource_arns      = [component.api.stage_arn]
  kms_key_arn        = component.key.arn
  log_retention_days = local.log_days
  alarm_topic_arn    = component.alarms.arn
}

output "url" {
  when        = decision.entrance != "none"
  description = "Where users reach the system"
  value       = component.api.url
}

output "name_servers" {
  when        = decision.address == "domain"
  description = "The name servers that the parent domain delegates to"
  value       = component.zone.name_servers
}
