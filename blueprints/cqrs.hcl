blueprint "cqrs" {
  extends = "containers"
  title   = "Commands and queries apart"
  summary = "What changes data and what reads it are programs and stores of their own: writes are recorded, a projector follows them, and reads come from a view that is made for them."
  guide   = "3. Architecture Patterns"
  fits = {
    score   = requirements.consistency == "strong" ? 0.15 : (requirements.read_ratio >= 0.9 && local.reads >= 500 ? 0.9 : 0.35)
    because = requirements.consistency == "strong" ? "readers must see what was just written (consistency = \"strong\"), and a view follows a little later" : "${counted(round(local.reads), "read")} and ${counted(round(local.writes), "write")} per second at peak ${requirements.read_ratio >= 0.9 && local.reads >= 500 ? "scale apart, and readers may see what is a little old" : "are too few, or too much alike, to keep two stores for"}"
  }
}

assumption "staleness_seconds" {
  value   = 5
  unit    = "s"
  least   = 1
  most    = 604800
  because = "A projector reads changes within a second and writes them at once; an alarm tells when it falls behind"
}

assumption "view_share" {
  value   = 0.3
  most    = 1
  unit    = "of 1"
  because = "A view holds the fields that are shown, about a third of what is recorded"
}

locals {
  reads  = local.peak * requirements.read_ratio
  writes = local.peak * (1 - requirements.read_ratio)

  # A service that keeps data is two programs: one takes commands, one answers queries below /queries.
  keeping = { for s in services : s.name => s if length(s.stores) > 0 }
  queries = { for s in local.keeping : "${s.name}-queries" => {
    name = "${s.name}-queries", image = s.image, port = s.port, path = s.path == "" ? "" : (s.path == "/" ? "/queries" : "${s.path}/queries"), health = s.health,
    cpu = s.cpu, memory = s.memory, publishes = [], consumes = [], calls = [], stores = []
  } }
  programs = merge({ for s in services : s.name => { for k, v in s : k => v } }, local.queries)
  recorded = { for s in stores : s.name => s if length(s.users) > 0 && contains(["relational", "key-value", "document", "wide-column"], s.model) }
  changing = { for s in stores : s.name => length(s.users) > 0 && s.model == "relational" }
  seen     = { for s in stores : s.name => length(s.users) > 0 && contains(["relational", "key-value", "document", "wide-column"], s.model) }

  # Commands are sized by writes, queries by reads.
  commands_peak = tasks(local.writes / local.command_doors, assumption.request_seconds, assumption.requests_per_task, assumption.utilization)
  commands_busy = tasks(requirements.requests_per_second * (1 - requirements.read_ratio) / local.command_doors, assumption.request_seconds, assumption.requests_per_task, assumption.utilization)
  queries_peak  = tasks(local.reads / local.query_doors, assumption.request_seconds, assumption.requests_per_task, assumption.utilization)
  queries_busy  = tasks(requirements.requests_per_second * requirements.read_ratio / local.query_doors, assumption.request_seconds, assumption.requests_per_task, assumption.utilization)
  command_doors = max(1, length([for s in services : s if s.path != ""]))
  query_doors   = max(1, length([for q in local.queries : q if q.path != ""]))
  fewest = merge(
    { for s in services : s.name => local.production ? max(2, local.commands_busy) : 1 },
    { for q in local.queries : q.name => local.production ? max(2, local.queries_busy) : 1 },
  )
  most = merge(
    { for s in services : s.name => local.production ? max(4, 2 * max(2, local.commands_busy), local.commands_peak) : 2 },
    { for q in local.queries : q.name => local.production ? max(4, 2 * max(2, local.queries_busy), local.queries_peak) : 2 },
  )

  # Databases take commands only: reads come from the views.
  read_share = 0
  view_gib   = local.storage * assumption.view_share * assumption.working_set
  view_most  = node_memory("cache.r7g.16xlarge")
  view_node  = cache_node(min(local.view_most, max(0.5, local.view_gib)))
  shards     = shards(local.writes * assumption.request_kib / 1024, local.writes)
}

constraint "strong" {
  holds   = requirements.consistency == "eventual"
  because = "Readers must see what was just written, and with commands and queries apart a view follows up to ${duration(assumption.staleness_seconds)} later."
  remedy  = "The cheapest way out is consistency = \"eventual\"; otherwise the pattern \"monolith\" or \"microservices\"."
  about   = [requirements.consistency, system.pattern]
}

constraint "memory" {
  holds   = decision.view == "table" || local.view_gib <= local.view_most
  because = "The team chose views in memory, and ${size(local.view_gib)} of them are more than the ${size(local.view_most)} of the largest node."
  remedy  = "The cheapest way out is to leave the decision \"view\" to the rule."
  about   = [decision.view, requirements.stored, requirements.growth_per_month]
}

constraint "relayed" {
  holds   = decision.changes == "outbox" || length([for s in local.recorded : s if s.model == "relational"]) == 0
  because = "The team chose the streams of tables, and ${join(", ", [for s in local.recorded : s.name if s.model == "relational"])} ${length([for s in local.recorded : s if s.model == "relational"]) == 1 ? "is" : "are"} relational, which have none."
  remedy  = "The cheapest way out is to leave the decision \"changes\" to the rule; otherwise model = \"key-value\"."
  about   = [decision.changes]
}

constraint "kept" {
  holds   = length(local.recorded) > 0
  because = "No service keeps data in a relational or key-value store, so there is nothing to tell apart."
  remedy  = "Give a service a store, or choose another pattern."
  about   = [system.pattern]
}

decision "changes" {
  question = "How does the projector learn of changes?"
  guide    = "3. Architecture Patterns"
  option "table-stream" {
    when    = length([for s in local.recorded : s if s.model == "relational"]) == 0
    because = "Every store that is written is a table, whose stream has each change once and in the order of its key, and costs nothing until it is read"
    gains   = ["consistency", "maintainability", "cost_efficiency"]
    costs   = []
  }
  option "outbox" {
    because = "Relational stores write each change into an outbox table in the same transaction; the program relays it to a Kinesis stream, ${counted(local.shards, "shard")} for ${counted(ceil(local.writes), "write")} per second at peak, which keeps the order of each key"
    gains   = ["consistency", "resilience"]
    costs   = ["maintainability"]
  }
}

decision "view" {
  question = "What are queries answered from?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  option "cache" {
    when    = local.production && requirements.latency_p99 <= 0.05 && local.view_gib <= 100
    because = "${round(requirements.latency_p99 * 1000)} ms at the 99th percentile leave no room for a disk: ${ceil(local.view_gib)} GiB of views fit into the memory of ${local.view_node}"
    gains   = ["performance"]
    costs   = ["cost_efficiency", "resilience"]
  }
  option "table" {
    because = "Queries find what they show by its key: a table answers within ten milliseconds at any size, and scales with ${counted(round(local.reads), "read")} per second at peak by itself"
    gains   = ["scalability", "resilience", "cost_efficiency"]
    costs   = ["performance"]
  }
}

decision "staleness" {
  question = "How old may an answer be?"
  guide    = "7. Data Consistency: CAP and Beyond"
  option "read-your-writes" {
    when    = false
    because = "A query could carry the version of the write it follows and wait until the view has it: the programs have to do that, and nothing here asks for it"
    gains   = ["consistency"]
    costs   = ["performance", "maintainability"]
  }
  option "bounded" {
    because = "Views follow within ${duration(assumption.staleness_seconds)}; an alarm fires when the projector falls behind. Whoever has to read what they just wrote asks the program that takes commands"
    gains   = ["scalability", "performance"]
    costs   = ["consistency"]
  }
}

decision "cache" {
  question = "Is there a cache before the databases, and where?"
  guide    = "9. Load Balancing and Caching: Designing for Speed"
  when     = length(local.relational) > 0
  option "elasticache" {
    when    = false
    because = "The databases take ${counted(ceil(local.writes), "write")} per second at peak and hardly a read; a cache would have nothing to answer"
    gains   = ["performance"]
    costs   = ["consistency", "cost_efficiency"]
  }
  option "none" {
    because = "Queries are answered from views, so that the databases take ${counted(ceil(local.writes), "write")} per second at peak and hardly a read"
    gains   = ["consistency", "maintainability"]
    costs   = []
  }
}

# What was written, in order, for the projectors.
component "stream" "changes" {
  for_each            = decision.changes == "outbox" ? { for s in local.recorded : s.name => s if s.model == "relational" } : {}
  kms_key_arn         = component.key.arn
  shard_count         = requirements.peak_factor <= 2 ? local.shards : null
  max_age_seconds     = max(60, assumption.staleness_seconds)
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# What queries read, by its key.
component "table" "view" {
  for_each            = decision.view == "table" ? local.recorded : {}
  hash_key            = "pk:S"
  range_key           = "sk:S"
  kms_key_arn         = component.key.arn
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# What queries read, from memory.
component "cache" "view_cache" {
  for_each            = decision.view == "cache" ? local.recorded : {}
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.isolated_subnet_ids
  kms_key_arn         = component.key.arn
  node_type           = local.view_node
  log_retention_days  = local.log_days
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# Follows the changes of a store and keeps its view: a batch that fails is halved, and what cannot be handled waits aside.
component "function" "projector" {
  for_each           = local.recorded
  kms_key_arn        = component.key.arn
  stream_arn         = each.value.model == "relational" ? component.changes[each.key].arn : component.table[each.key].stream_arn
  source_kms_key_arn = each.value.model == "relational" ? component.key.arn : local.store_keys[each.key]
  vpc_id             = component.vpc.vpc_id
  subnet_ids         = component.vpc.private_subnet_ids
  security_group_ids = decision.view == "cache" ? [component.view_cache[each.key].client_security_group_id] : []
  policies           = decision.view == "cache" ? [component.view_cache[each.key].connect_policy] : [component.view[each.key].writer_policy]
  environment        = decision.view == "cache" ? { VIEW_CACHE_HOST = component.view_cache[each.key].endpoint, VIEW_CACHE_PORT = component.view_cache[each.key].port, VIEW_CACHE_USER = component.view_cache[each.key].user_name, VIEW_CACHE_NAME = component.view_cache[each.key].cache_name } : { VIEW_TABLE_NAME = component.view[each.key].name }
  log_retention_days = local.log_days
  alarm_topic_arn    = component.alarms.arn
}

# A queue for each service that consumes events of others.
component "queue" "inbox" {
  for_each        = { for s in services : s.name => s if length(s.consumes) > 0 }
  kms_key_arn     = component.key.arn
  fifo            = anytrue([for e in events : e.ordered]) ? true : null
  topic_names     = each.value.consumes
  topic_arns      = [for e in each.value.consumes : component.event[e].arn]
  alarm_topic_arn = component.alarms.arn
}

# A topic for each event that services tell one another.
component "topic" "event" {
  for_each        = events
  kms_key_arn     = component.key.arn
  fifo            = anytrue([for e in events : e.ordered]) ? true : null
  alarm_topic_arn = component.alarms.arn
}

component "service" "service" {
  security_group_ids = concat(
    flatten([for s in each.value.stores : local.store_groups[s]]),
    [for s in each.value.calls : component.service[s].client_security_group_id],
    local.view_groups[each.key],
  )
}

locals {
  # The stores whose views a program answers queries from: none for those that take commands.
  shown = merge(
    { for s in services : s.name => [] },
    { for s in local.keeping : "${s.name}-queries" => [for store in s.stores : store if local.seen[store]] },
  )
  view_groups = { for p in local.programs : p.name => decision.view == "cache" ? [for s in local.shown[p.name] : component.view_cache[s].client_security_group_id] : [] }
  program_policies = { for p in local.programs : p.name => concat(
    decision.view == "cache" ? [for s in local.shown[p.name] : component.view_cache[s].connect_policy] : [for s in local.shown[p.name] : component.view[s].reader_policy],
    [for s in p.stores : component.changes[s].producer_policy if local.changing[s]],
    [for e in p.publishes : component.event[e].producer_policy],
    length(p.consumes) > 0 ? [component.inbox[p.name].consumer_policy] : [],
  ) }
  program_environment = { for p in local.programs : p.name => merge(
    decision.view == "cache" ? { for s in local.shown[p.name] : "VIEW_${upper(replace(s, "-", "_"))}_CACHE_HOST" => component.view_cache[s].endpoint } : { for s in local.shown[p.name] : "VIEW_${upper(replace(s, "-", "_"))}_TABLE_NAME" => component.view[s].name },
    decision.view == "cache" ? { for s in local.shown[p.name] : "VIEW_${upper(replace(s, "-", "_"))}_CACHE_PORT" => component.view_cache[s].port } : {},
    decision.view == "cache" ? { for s in local.shown[p.name] : "VIEW_${upper(replace(s, "-", "_"))}_CACHE_USER" => component.view_cache[s].user_name } : {},
    decision.view == "cache" ? { for s in local.shown[p.name] : "VIEW_${upper(replace(s, "-", "_"))}_CACHE_NAME" => component.view_cache[s].cache_name } : {},
    { for s in p.stores : "CHANGES_${upper(replace(s, "-", "_"))}_STREAM_ARN" => component.changes[s].arn if local.changing[s] },
    { for e in p.publishes : "EVENT_${upper(replace(e, "-", "_"))}_TOPIC_ARN" => component.event[e].arn },
    length(p.consumes) > 0 ? { INBOX_URL = component.inbox[p.name].url } : {},
  ) }
  program_queues = { for p in local.programs : p.name => length(p.consumes) > 0 ? component.inbox[p.name].name : null }
}
