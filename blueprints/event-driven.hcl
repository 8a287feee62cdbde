blueprint "event-driven" {
  title   = "Event-driven services"
  summary = "Producers and consumers that know the event, not each other: services publish to topics, and every consumer reads from a queue of its own."
  guide   = "3. Architecture Patterns"
  fits = {
    score   = length(events) > 0 ? 0.9 : 0.3
    because = length(events) > 0 ? "${length(events)} kinds of events connect ${length(services)} services" : "no service publishes or consumes an event"
  }
}

locals {
  production = environment.preset == "production"
  public     = { for s in services : s.name => s if s.path != "" }
  consumers  = { for s in services : s.name => s if length(s.consumes) > 0 }
  calling    = anytrue([for s in services : length(s.calls) > 0])

  # Longer paths first, so that /orders/reports wins over /orders.
  routes = [
    for entry in reverse(sort([for s in services : format("%05d %s", strlen(s.path), s.name) if s.path != ""])) :
    split(" ", entry)[1]
  ]

  # Twelve months of growth, shared by the stores; 20 GiB is the least RDS takes as gp3.
  peak           = requirements.requests_per_second * requirements.peak_factor
  stored_in_year = requirements.stored + 12 * requirements.growth_per_month
  storage        = max(20, ceil(local.stored_in_year / max(1, length(stores))))
}

constraint "domain" {
  for_each = local.public
  holds    = system.domain != ""
  because  = "Service \"${each.key}\" is reachable from the internet below ${each.value.path}, which takes TLS, and TLS takes a name, but the system has no domain."
  remedy   = "Add domain = \"…\" to the system block, or remove the path."
  about    = [each.value.path]
}

constraint "model" {
  for_each = stores
  holds    = each.value.model == "relational"
  because  = "Store \"${each.key}\" has the model \"${each.value.model}\", and this blueprint provides relational stores only."
  remedy   = "Use model = \"relational\", or a blueprint that provides it."
  about    = [each.value.model]
}

constraint "zones" {
  holds   = requirements.availability < 99.99 || length(stores) == 0
  because = "${requirements.availability} % of a month is more than AWS promises for a database in one region: 99.95 % with a standby (https://aws.amazon.com/rds/sla/)."
  remedy  = "Ask for at most 99.95, or for no store."
  about   = [requirements.availability]
}

decision "delivery" {
  question = "Do consumers get events in the order they were published?"
  guide    = "8. Async Messaging"
  option "ordered" {
    when    = anytrue([for e in events : e.ordered])
    because = "${length([for e in events : e if e.ordered])} of ${length(events)} events must arrive in order, which takes FIFO topics and queues from end to end"
    gains   = ["consistency"]
    costs   = ["scalability", "cost_efficiency"]
  }
  option "unordered" {
    because = "No event says it is ordered, and standard topics and queues have no limit on throughput; consumers must be idempotent, since a message may arrive twice"
    gains   = ["scalability", "cost_efficiency"]
    costs   = ["consistency"]
  }
}

decision "zones" {
  question = "How many availability zones does the system span?"
  guide    = "10. Resilience: Designing for Inevitable Failure"
  option "three" {
    when    = requirements.availability >= 99.9 && local.production
    because = "${requirements.availability} % allows ${round((100 - requirements.availability) / 100 * 30 * 24 * 60)} minutes of downtime in 30 days; with three zones, losing one leaves two thirds of the capacity"
    gains   = ["availability", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "two" {
    because = "Two zones survive the loss of one"
    gains   = ["cost_efficiency"]
    costs   = ["availability"]
  }
}

decision "egress" {
  question = "How do services in private subnets reach the internet?"
  guide    = "4. Getting Traffic In: Networking Fundamentals"
  option "per-zone" {
    when    = requirements.availability >= 99.9 && local.production
    because = "A NAT gateway in each zone keeps the others connected when one zone fails, as ${requirements.availability} % asks for"
    gains   = ["availability", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "single" {
    because = "One NAT gateway costs a third of three; when its zone fails, services cannot call out until it is back"
    gains   = ["cost_efficiency"]
    costs   = ["availability"]
  }
}

decision "standby" {
  question = "Does each database have a standby in another zone?"
  guide    = "10. Resilience: Designing for Inevitable Failure"
  option "multi-az" {
    when    = requirements.availability > 99.5 && local.production
    because = "AWS promises 99.5 % for a single database and 99.95 % with a standby (https://aws.amazon.com/rds/sla/); ${requirements.availability} % are required"
    gains   = ["availability", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "none" {
    because = "A restore from backup is good enough here, at half the price"
    gains   = ["cost_efficiency"]
    costs   = ["availability"]
  }
}

decision "replicas" {
  question = "Does each database have a read replica?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  option "one" {
    when    = local.production && requirements.read_ratio >= 0.8 && local.peak >= 1000
    because = "${round(requirements.read_ratio * 100)} % of ${local.peak} requests per second at peak are reads, which a replica takes off the primary; replicas lag, so what was just written is read from the primary"
    gains   = ["performance", "scalability"]
    costs   = ["cost_efficiency", "consistency"]
  }
  option "none" {
    because = "Reads do not justify a second instance"
    gains   = ["cost_efficiency", "consistency"]
    costs   = ["scalability"]
  }
}

# One key encrypts all that the system keeps and sends, so that one policy says who can read it.
component "key" "key" {
  description         = "Everything ${system.name} keeps and sends"
  services            = ["cloudwatch", "logs", "sns"]
  deletion_protection = local.production
}

# Every alarm fires here; people and tools subscribe to it.
component "alarm_topic" "alarms" {
  kms_key_arn = component.key.arn
}

# Load balancers in public subnets, services in private ones, databases where nothing leads out.
component "network" "vpc" {
  availability_zones = decision.zones == "three" ? 3 : 2
  nat                = decision.egress
  kms_key_arn        = component.key.arn
}

# The zone of the domain under which users reach the services.
component "dns" "zone" {
  when                = length(local.public) > 0
  domain_name         = environment.domain
  deletion_protection = local.production
}

# TLS for the domain; the records in the zone prove that it is ours.
component "certificate" "certificate" {
  when            = length(local.public) > 0
  domain_name     = environment.domain
  zone_id         = component.zone.zone_id
  alarm_topic_arn = component.alarms.arn
}

# The front door: TLS ends here, and each path leads to its service.
component "load_balancer" "front" {
  when                = length(local.public) > 0
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.public_subnet_ids
  certificate_arn     = component.certificate.arn
  domain_name         = environment.domain
  zone_id             = component.zone.zone_id
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# Longer paths come first.
component "route" "route" {
  for_each                 = local.public
  vpc_id                   = component.vpc.vpc_id
  listener_arn             = component.front.listener_arn
  load_balancer_arn_suffix = component.front.arn_suffix
  path                     = each.value.path
  priority                 = 10 * (1 + index(local.routes, each.key))
  port                     = each.value.port
  health_path              = each.value.health
  latency_milliseconds     = ceil(requirements.latency_p99 * 1000)
  alarm_topic_arn          = component.alarms.arn
}

# A database for each store, which only the services that use the store can reach.
component "relational" "database" {
  for_each            = stores
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.isolated_subnet_ids
  kms_key_arn         = component.key.arn
  database_name       = "${replace(each.key, "-", "_")}_db" # never a word that SQL reserves
  storage_gib         = local.storage
  max_storage_gib     = 2 * local.storage
  multi_az            = decision.standby == "multi-az"
  read_replicas       = decision.replicas == "one" ? 1 : 0
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# A topic for each event: whoever publishes it does not know who listens.
component "topic" "event" {
  for_each        = events
  kms_key_arn     = component.key.arn
  fifo            = decision.delivery == "ordered" ? true : null
  alarm_topic_arn = component.alarms.arn
}

# A queue for each consumer, so that a slow one delays nobody else and a failed message waits for a second look.
component "queue" "inbox" {
  for_each        = local.consumers
  kms_key_arn     = component.key.arn
  fifo            = decision.delivery == "ordered" ? true : null
  topic_names     = each.value.consumes
  topic_arns      = [for e in each.value.consumes : component.event[e].arn]
  alarm_topic_arn = component.alarms.arn
}

# All services share one cluster.
component "service_cluster" "cluster" {
  kms_key_arn = component.key.arn
}

# Each service in containers that scale on load, and on the backlog of its queue, with permissions for what it uses and nothing else.
component "service" "service" {
  for_each     = services
  cluster_arn  = component.cluster.arn
  cluster_name = component.cluster.name
  vpc_id       = component.vpc.vpc_id
  subnet_ids   = component.vpc.private_subnet_ids
  kms_key_arn  = component.key.arn
  image        = each.value.image
  port         = each.value.port
  cpu          = each.value.cpu > 0 ? each.value.cpu : null
  memory_mib   = each.value.memory > 0 ? each.value.memory * 1024 : null

  security_group_ids = concat(
    [for s in each.value.stores : component.database[s].client_security_group_id],
    [for s in each.value.calls : component.service[s].client_security_group_id],
  )
  ingress_security_group_ids = each.value.path != "" ? [component.front.security_group_id] : []
  target_group_arn           = each.value.path != "" ? component.route[each.key].target_group_arn : null

  namespace_arn  = local.calling ? component.cluster.namespace_arn : null
  discovery_name = local.calling ? each.key : null
  queue_name     = length(each.value.consumes) > 0 ? component.inbox[each.key].name : null

  policies = concat(
    [for s in each.value.stores : component.database[s].writer_policy],
    [for e in each.value.publishes : component.event[e].producer_policy],
    length(each.value.consumes) > 0 ? [component.inbox[each.key].consumer_policy] : [],
  )
  environment = merge(
    { PORT = each.value.port },
    { for s in each.value.stores : "DATABASE_${upper(replace(s, "-", "_"))}_HOST" => component.database[s].endpoint },
    { for s in each.value.stores : "DATABASE_${upper(replace(s, "-", "_"))}_READER_HOST" => component.database[s].reader_endpoint },
    { for s in each.value.stores : "DATABASE_${upper(replace(s, "-", "_"))}_PORT" => component.database[s].port },
    { for s in each.value.stores : "DATABASE_${upper(replace(s, "-", "_"))}_NAME" => component.database[s].database_name },
    { for s in each.value.stores : "DATABASE_${upper(replace(s, "-", "_"))}_SECRET_ARN" => component.database[s].secret_arn },
    { for e in each.value.publishes : "EVENT_${upper(replace(e, "-", "_"))}_TOPIC_ARN" => component.event[e].arn },
    { for s in each.value.calls : "SERVICE_${upper(replace(s, "-", "_"))}_URL" => component.service[s].url },
    length(each.value.consumes) > 0 ? { INBOX_URL = component.inbox[each.key].url } : {},
  )
  alarm_topic_arn = component.alarms.arn
}

output "url" {
  when        = length(local.public) > 0
  description = "Where users reach the system"
  value       = component.front.url
}

output "name_servers" {
  when        = length(local.public) > 0
  description = "The name servers that the parent domain delegates to"
  value       = component.zone.name_servers
}

output "alarm_topic" {
  description = "The topic to subscribe to for alarms"
  value       = component.alarms.arn
}
