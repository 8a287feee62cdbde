blueprint "microservices" {
  extends = "containers"
  title   = "Microservices"
  summary = "A program and a store for each service, which find one another by name and can be built, deployed and scaled apart."
  guide   = "3. Architecture Patterns"
  fits = {
    score   = length(services) < 3 ? 0.25 : (requirements.engineers >= 2 * length(services) ? 0.85 : 0.5)
    because = "${counted(requirements.engineers, "engineer")} for ${counted(length(services), "service")}: ${length(services) < 3 ? "too few services to build and run apart" : (requirements.engineers >= 2 * length(services) ? "each can have its team" : "fewer than two for each, who would run more than they build")}"
  }
}

locals {
  # Those that are called, or that consume events, when nobody waits for the answer.
  called  = { for name, times in { for c in flatten([for s in services : s.calls]) : c => 1... } : name => services[name] }
  waits   = merge({ for s in services : s.name => length(s.consumes) > 0 }, { for s in local.called : s.name => length(s.consumes) > 0 || decision.calls == "queued" })
  waiting = { for s in services : s.name => s if local.waits[s.name] }
  ordered = [for e in events : e.name if e.ordered]

  waiting_calls = local.calling && decision.calls == "direct"
}

constraint "order" {
  holds   = decision.delivery == "ordered" || length(local.ordered) == 0
  because = "The team chose queues without order, and ${join(", ", local.ordered)} must arrive in order."
  remedy  = "The cheapest way out is to leave the decision \"delivery\" to the rule; otherwise take away ordered = true."
  about   = [decision.delivery]
}

constraint "owner" {
  for_each = stores
  holds    = length(each.value.users) <= 1
  because  = "Store \"${each.key}\" is used by ${join(" and ", each.value.users)}. With microservices a store has one owner: two that share one can be neither changed nor deployed apart."
  remedy   = "The cheapest way out is to let one own it and the others call that one; otherwise the pattern \"monolith\" or \"event-driven\"."
  about    = [each.value.name]
}

decision "calls" {
  question = "How does one service call another?"
  guide    = "8. Async Messaging"
  when     = length(local.called) > 0
  option "queued" {
    when    = requirements.consistency == "eventual" && length(local.called) > 0
    because = "Callers may see the outcome later (consistency = \"eventual\"): a call is a message in the queue of the service called, which takes it when it can, so that a slow or failing service delays nobody"
    gains   = ["resilience", "scalability"]
    costs   = ["consistency", "performance"]
  }
  option "direct" {
    because = "Callers need the answer (consistency = \"${requirements.consistency}\"): they find ${join(", ", keys(local.called))} by name through Service Connect, which retries and balances"
    gains   = ["consistency", "performance"]
    costs   = ["resilience"]
  }
}

decision "transport" {
  question = "Is traffic between services encrypted?"
  guide    = "12. Encryption and Data Security"
  when     = length(local.called) > 0
  option "tls" {
    when    = local.production && decision.calls == "direct" && length(local.called) > 0
    because = "Service Connect encrypts what services say to one another, with certificates of a private authority that live for days and renew themselves (${price("acm-pca", "short-lived-ca")} USD a month)"
    gains   = ["security"]
    costs   = ["cost_efficiency"]
  }
  option "none" {
    because = decision.calls == "queued" ? "No service connects to another; queues take TLS only" : "A sandbox is not worth a certificate authority"
    gains   = ["cost_efficiency"]
    costs   = ["security"]
  }
}

decision "delivery" {
  question = "Do queues keep the order?"
  guide    = "8. Async Messaging"
  when     = length(local.waiting) > 0
  option "ordered" {
    when    = length(local.ordered) > 0
    because = "${join(", ", local.ordered)} must arrive in order, which takes FIFO queues"
    gains   = ["consistency"]
    costs   = ["scalability"]
  }
  option "unordered" {
    because = "No event says it is ordered, and what need not be in order has no limit on throughput; a message may arrive twice"
    gains   = ["scalability"]
    costs   = ["consistency"]
  }
}

# A queue for each service that works off messages: events it consumes, and calls that may wait.
component "queue" "inbox" {
  for_each        = local.waiting
  kms_key_arn     = component.key.arn
  fifo            = decision.delivery == "ordered" ? true : null
  alarm_topic_arn = component.alarms.arn
}

# Signs the certificates by which services know one another.
component "certificate_authority" "authority" {
  when                = decision.transport == "tls"
  deletion_protection = local.production
}

# With TLS the load balancer encrypts what it hands on, too: services take nothing in plain.
component "route" "route" {
  target_tls = decision.transport == "tls" ? true : null
}

component "service" "service" {
  security_group_ids = concat(
    flatten([for s in each.value.stores : local.store_groups[s]]),
    decision.calls == "direct" ? [for s in each.value.calls : component.service[s].client_security_group_id] : [],
  )
  namespace_arn             = local.calling && decision.calls == "direct" ? component.cluster.namespace_arn : null
  discovery_name            = local.calling && decision.calls == "direct" ? each.key : null
  certificate_authority_arn = decision.transport == "tls" ? component.authority.arn : null
  environment = merge(
    { PORT = each.value.port },
    merge([for s in each.value.stores : local.store_environment[s]]...),
    decision.calls == "direct" ? { for s in each.value.calls : "SERVICE_${upper(replace(s, "-", "_"))}_URL" => component.service[s].url } : {},
    local.program_environment[each.key],
  )
}

locals {
  # Each publisher sends to the queue of every consumer; each caller, if calls may wait, to the queue of the one it calls.
  recipients = { for s in services : s.name => distinct(concat(
    flatten([for e in s.publishes : events[e].consumers]),
    decision.calls == "queued" ? s.calls : [],
  )) }
  program_policies = { for s in services : s.name => concat(
    [for r in local.recipients[s.name] : component.inbox[r].producer_policy],
    local.waits[s.name] ? [component.inbox[s.name].consumer_policy] : [],
  ) }
  program_environment = { for s in services : s.name => merge(
    { for e in s.publishes : "EVENT_${upper(replace(e, "-", "_"))}_QUEUE_URLS" => join(",", [for r in events[e].consumers : component.inbox[r].url]) if length(events[e].consumers) > 0 },
    decision.calls == "queued" ? { for c in s.calls : "SERVICE_${upper(replace(c, "-", "_"))}_QUEUE_URL" => component.inbox[c].url } : {},
    local.waits[s.name] ? { INBOX_URL = component.inbox[s.name].url } : {},
  ) }
  program_queues = { for s in services : s.name => local.waits[s.name] ? component.inbox[s.name].name : null }
}
