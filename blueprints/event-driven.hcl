blueprint "event-driven" {
  extends = "containers"
  title   = "Event-driven services"
  summary = "Producers and consumers that know the event, not each other: services publish, and every consumer reads at its own pace."
  guide   = "3. Architecture Patterns"
  fits = {
    score   = length(events) == 0 ? 0.2 : min(0.95, 0.6 + 0.1 * length(events))
    because = length(events) > 0 ? "${counted(length(events), "kind")} of events ${length(events) == 1 ? "connects" : "connect"} ${counted(length(services), "service")}" : "no service publishes or consumes an event"
  }
}

assumption "event_kib" {
  value   = 2
  unit    = "KiB"
  most    = 1024
  because = "An event names what happened and the few fields that consumers need"
}

locals {
  consumers = { for s in services : s.name => s if length(s.consumes) > 0 }
  publishes = anytrue([for s in services : length(s.publishes) > 0])
  ordered   = [for e in events : e.name if e.ordered]

  # Each write may publish an event.
  events_per_second = local.peak * (1 - requirements.read_ratio)
  shards            = shards(local.events_per_second * assumption.event_kib / 1024, local.events_per_second)

  # Consumers that keep no relational store cannot note in one transaction what they have handled.
  forgets   = { for s in services : s.name => length(s.consumes) > 0 && !anytrue([for store in s.stores : stores[store].model == "relational"]) }
  forgetful = { for s in local.consumers : s.name => s if local.forgets[s.name] }
}

decision "bus" {
  question = "What carries events from producers to consumers?"
  guide    = "8. Async Messaging"
  when     = length(events) > 0
  option "stream" {
    when    = length(local.ordered) > 0 && local.events_per_second > 3000
    because = "${length(local.ordered)} of ${counted(length(events), "kind")} of events must arrive in order, ${round(local.events_per_second)} a second at peak: more than the 3000 of a FIFO queue (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html); ${counted(local.shards, "shard")} carry them, and keep them to be read again"
    gains   = ["scalability", "consistency"]
    costs   = ["maintainability", "cost_efficiency"]
  }
  option "bus" {
    when    = length(local.ordered) == 0 && length(events) >= 8
    because = "${counted(length(events), "kind")} of events: rules on one bus say who gets what, and its archive replays what happened"
    gains   = ["maintainability", "resilience"]
    costs   = ["performance", "cost_efficiency"]
  }
  option "topic" {
    because = "A topic for each of ${counted(length(events), "kind")} of events that fans out to a queue for each consumer is the simplest thing that decouples"
    gains   = ["maintainability", "cost_efficiency"]
    costs   = ["consistency"]
  }
}

decision "delivery" {
  question = "Do consumers get events in the order they were published?"
  guide    = "8. Async Messaging"
  when     = length(events) > 0
  option "ordered" {
    when    = length(local.ordered) > 0
    because = "${length(local.ordered)} of ${counted(length(events), "kind")} of events must arrive in order, ${decision.bus == "stream" ? "which a shard keeps for each key" : "which takes FIFO topics and queues from end to end"}"
    gains   = ["consistency"]
    costs   = ["scalability", "cost_efficiency"]
  }
  option "unordered" {
    because = "No event says it is ordered, and what need not be in order has no limit on throughput; consumers must be idempotent, since an event may arrive twice"
    gains   = ["scalability", "cost_efficiency"]
    costs   = ["consistency"]
  }
}

decision "idempotency" {
  question = "How does a consumer know an event that it has handled already?"
  guide    = "8. Async Messaging"
  when     = length(local.consumers) > 0
  option "table" {
    when    = length(local.forgetful) > 0
    because = "${join(", ", keys(local.forgetful))} ${length(local.forgetful) == 1 ? "keeps" : "keep"} no relational store to note in one transaction what was handled: a table notes the ids of events, and forgets them after a while"
    gains   = ["consistency", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "transaction" {
    because = "Every consumer has a relational store, and writes the id of an event there in the transaction that handles it"
    gains   = ["consistency", "cost_efficiency"]
    costs   = ["maintainability"]
  }
}

constraint "order" {
  holds   = decision.delivery == "ordered" || length(local.ordered) == 0
  because = "The team chose delivery without order, and ${join(", ", local.ordered)} must arrive in order."
  remedy  = "The cheapest way out is to leave the decision \"delivery\" to the rule; otherwise take away ordered = true."
  about   = [decision.delivery]
}

constraint "once" {
  holds   = decision.idempotency == "table" || length(local.forgetful) == 0
  because = "The team chose to note handled events in transactions, and ${join(", ", keys(local.forgetful))} ${length(local.forgetful) == 1 ? "keeps" : "keep"} no relational store to do it in."
  remedy  = "The cheapest way out is to leave the decision \"idempotency\" to the rule."
  about   = [decision.idempotency]
}

constraint "ordered_bus" {
  holds   = decision.bus != "bus" || decision.delivery == "unordered"
  because = "${join(", ", local.ordered)} must arrive in order, and EventBridge does not keep the order of events."
  remedy  = "Leave the decision \"bus\" to the rule, or take away ordered = true."
  about   = [decision.bus]
}

component "key" "key" {
  services = concat(["cloudwatch", "logs", "sns"], decision.bus == "bus" ? ["events"] : [])
}

# A topic for each event: whoever publishes it does not know who listens.
component "topic" "event" {
  for_each        = decision.bus == "topic" ? events : {}
  kms_key_arn     = component.key.arn
  fifo            = decision.delivery == "ordered" ? true : null
  alarm_topic_arn = component.alarms.arn
}

# A stream for each event keeps the order of each key, and lets consumers read again.
component "stream" "stream" {
  for_each            = decision.bus == "stream" ? events : {}
  kms_key_arn         = component.key.arn
  shard_count         = requirements.peak_factor <= 2 ? local.shards : null
  consumer_names      = length(each.value.consumers) > 2 ? each.value.consumers : []
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# A queue for each consumer, so that a slow one delays nobody else and a failed message waits for a second look.
component "queue" "inbox" {
  for_each        = decision.bus == "stream" ? {} : local.consumers
  kms_key_arn     = component.key.arn
  fifo            = decision.delivery == "ordered" && decision.bus == "topic" ? true : null
  topic_names     = decision.bus == "topic" ? each.value.consumes : []
  topic_arns      = decision.bus == "topic" ? [for e in each.value.consumes : component.event[e].arn] : []
  alarm_topic_arn = component.alarms.arn
}

# One bus: a rule for each consumer leads what it consumes into its queue, and the archive can replay it.
component "bus" "bus" {
  when                = decision.bus == "bus"
  kms_key_arn         = component.key.arn
  rule_names          = keys(local.consumers)
  rule_patterns       = [for s in local.consumers : jsonencode({ "detail-type" = s.consumes })]
  target_types        = [for s in local.consumers : "queue"]
  target_arns         = [for s in local.consumers : component.inbox[s.name].arn]
  target_kms_key_arns = [component.key.arn]
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# Records of a stream that a consumer cannot handle wait here, so that they stop nobody.
component "queue" "rejected" {
  for_each        = decision.bus == "stream" ? local.consumers : {}
  kms_key_arn     = component.key.arn
  alarm_topic_arn = component.alarms.arn
}

# How far each consumer has read its streams: the lease table of the Kinesis Client Library.
component "table" "progress" {
  for_each            = decision.bus == "stream" ? local.consumers : {}
  hash_key            = "leaseKey:S"
  kms_key_arn         = component.key.arn
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# The ids of events that a consumer has handled, until they cannot come again.
component "table" "handled" {
  for_each            = decision.idempotency == "table" ? local.forgetful : {}
  hash_key            = "id:S"
  kms_key_arn         = component.key.arn
  ttl_attribute       = "expires"
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

locals {
  # What producers and consumers of the carrier that was chosen are given.
  publisher_policies = { for s in services : s.name => concat(
    decision.bus == "topic" ? [for e in s.publishes : component.event[e].producer_policy] : [],
    decision.bus == "stream" ? [for e in s.publishes : component.stream[e].producer_policy] : [],
    decision.bus == "bus" && length(s.publishes) > 0 ? [component.bus.producer_policy] : [],
  ) }
  consumer_policies = { for s in services : s.name => length(s.consumes) == 0 ? [] : concat(
    decision.bus == "stream" ? [component.rejected[s.name].producer_policy, component.progress[s.name].writer_policy] : [component.inbox[s.name].consumer_policy],
    decision.bus == "stream" ? [for e in s.consumes : component.stream[e].consumer_policy] : [],
    local.forgets[s.name] && decision.idempotency == "table" ? [component.handled[s.name].writer_policy] : [],
  ) }
  publisher_environment = { for s in services : s.name => merge(
    decision.bus == "topic" ? { for e in s.publishes : "EVENT_${upper(replace(e, "-", "_"))}_TOPIC_ARN" => component.event[e].arn } : {},
    decision.bus == "stream" ? { for e in distinct(concat(s.publishes, s.consumes)) : "EVENT_${upper(replace(e, "-", "_"))}_STREAM_ARN" => component.stream[e].arn } : {},
    decision.bus == "bus" && length(s.publishes) > 0 ? { EVENT_BUS_NAME = component.bus.name } : {},
  ) }
  consumer_environment = { for s in services : s.name => length(s.consumes) == 0 ? {} : merge(
    decision.bus == "stream" ? { REJECTED_URL = component.rejected[s.name].url, PROGRESS_TABLE_NAME = component.progress[s.name].name } : { INBOX_URL = component.inbox[s.name].url },
    local.forgets[s.name] && decision.idempotency == "table" ? { HANDLED_TABLE_NAME = component.handled[s.name].name } : {},
  ) }

  program_policies    = { for s in services : s.name => concat(local.publisher_policies[s.name], local.consumer_policies[s.name]) }
  program_environment = { for s in services : s.name => merge(local.publisher_environment[s.name], local.consumer_environment[s.name]) }
  program_queues      = { for s in services : s.name => decision.bus != "stream" && length(s.consumes) > 0 ? component.inbox[s.name].name : null }
}
