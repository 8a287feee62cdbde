blueprint "monolith" {
  extends = "containers"
  title   = "Modular monolith"
  summary = "One program with a module for each service, behind a CDN and a load balancer: the simplest thing to build, deploy and understand."
  guide   = "3. Architecture Patterns"
  fits = {
    score   = requirements.engineers > 20 ? 0.2 : (requirements.engineers > 10 ? 0.45 : (length(services) > 3 ? 0.6 : (length(events) > 0 ? 0.7 : 0.9)))
    because = "${counted(requirements.engineers, "engineer")} and ${counted(length(services), "service")} ${requirements.engineers > 20 ? "in one program would wait for one another's deployments" : (requirements.engineers > 10 ? "can share one program, but begin to wait for one another's deployments" : "need no boundaries that a network enforces")}"
  }
}

assumption "static_path" {
  value   = "/assets/*"
  unit    = "path"
  because = "Where web frameworks put the files that never change under one name"
}

locals {
  images = distinct([for s in services : s.image])
  first  = values({ for s in services : s.name => s })[0]

  # One program that has all services as modules, all paths, and all stores.
  programs = { (system.name) = {
    name      = system.name
    image     = local.first.image
    port      = local.first.port
    path      = anytrue([for s in services : s.path != ""]) ? "/" : ""
    health    = local.first.health
    cpu       = max([for s in services : s.cpu]...)
    memory    = max([for s in services : s.memory]...)
    publishes = []
    consumes  = []
    calls     = []
    stores    = [for s in stores : s.name if length(s.users) > 0]
  } }

  clients = local.most[system.name]

  # Users ask the CDN; the CDN asks the origin; and with a standby that name leads to whichever region can answer.
  entrance = decision.cdn == "cdn" ? "origin.${environment.domain}" : environment.domain
  origin   = decision.recovery == "warm-standby" ? "home.${environment.domain}" : local.entrance
  warm     = decision.recovery == "warm-standby" && decision.entrance == "load-balancer"

  recovery_seconds = {
    "backup-restore" = assumption.restore_seconds
    "pilot-light"    = assumption.pilot_light_seconds
    "warm-standby"   = assumption.failover_seconds
  }
  lost_seconds = {
    "backup-restore" = assumption.backup_seconds
    "pilot-light"    = assumption.replica_lag_seconds
    "warm-standby"   = assumption.replica_lag_seconds
  }
}

assumption "failover_seconds" {
  value   = 300
  unit    = "s"
  because = "Health checks notice within a minute and a half, DNS answers are kept for a minute, and the replica is promoted within minutes"
  source  = "https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html: minutes"
}

constraint "edge" {
  holds   = decision.cdn == "none" || decision.entrance != "none"
  because = "The team chose a CDN, and no service has a path that it could ask."
  remedy  = "The cheapest way out is to leave the decision \"cdn\" to the rule."
  about   = [decision.cdn, decision.entrance]
}

constraint "port" {
  holds   = length(distinct([for s in services : s.port])) == 1
  because = "A monolith is one program that listens on one port, and the services name ${join(", ", distinct([for s in services : s.port]))}."
  remedy  = "Give all services the one port, or choose the pattern \"microservices\"."
  about   = [system.pattern]
}

constraint "image" {
  holds   = length(local.images) == 1
  because = "A monolith is one program, and the services name ${counted(length(local.images), "image")}: ${join(", ", local.images)}."
  remedy  = "Give all services the one image, or choose the pattern \"microservices\"."
  about   = [system.pattern]
}

decision "recovery" {
  question = "How does the system come back after the loss of a region?"
  guide    = "10. Resilience: Designing for Inevitable Failure"
  option "active-active" {
    when    = false
    because = "Both regions would answer all the time, at twice the price, and writes in one would be seen in the other only after a while; a blueprint of your own can build that"
    gains   = ["availability", "resilience"]
    costs   = ["consistency", "cost_efficiency", "maintainability"]
  }
  option "warm-standby" {
    when    = local.production && length(requirements.regions) > 1 && requirements.rto < assumption.pilot_light_seconds
    because = "${local.standby} keeps a copy of the data, at most ${duration(assumption.replica_lag_seconds)} behind, and runs a small copy of the program; DNS leads there by itself within ${duration(assumption.failover_seconds)}, as rto = ${duration(requirements.rto)} asks for"
    gains   = ["resilience", "availability"]
    costs   = ["cost_efficiency", "maintainability", "consistency"]
  }
  option "pilot-light" {
    when    = local.production && length(requirements.regions) > 1
    because = "${local.standby} keeps a running copy of the data, at most ${duration(assumption.replica_lag_seconds)} behind; within ${duration(assumption.pilot_light_seconds)} the copies are promoted and the program is deployed there, which rto = ${duration(requirements.rto)} and rpo = ${duration(requirements.rpo)} allow"
    gains   = ["resilience", "availability"]
    costs   = ["cost_efficiency", "maintainability"]
  }
  option "backup-restore" {
    because = local.restoring
    gains   = ["cost_efficiency", "maintainability"]
    costs   = ["resilience"]
  }
}

decision "cdn" {
  question = "Does a content delivery network stand before the load balancer?"
  guide    = "4. Getting Traffic In: Networking Fundamentals"
  when     = decision.entrance != "none"
  option "cdn" {
    when    = local.production && decision.entrance == "load-balancer" && (requirements.concurrent_users >= 1000 || length(requirements.regions) > 1)
    because = "${counted(requirements.concurrent_users, "user")} load pages and files: an edge near them ends TLS and answers what never changes, absorbs floods, and shows a page that says so while the program cannot answer"
    gains   = ["performance", "availability", "security"]
    costs   = ["maintainability"]
  }
  option "none" {
    because = !local.production ? "A sandbox is near its few users" : "${counted(requirements.concurrent_users, "user")} ${requirements.concurrent_users == 1 ? "is" : "are"} served by the load balancer alone, which is one thing less to invalidate"
    gains   = ["maintainability", "cost_efficiency"]
    costs   = ["performance"]
  }
}

decision "sessions" {
  question = "Where are the sessions of users kept, so that any task can answer any request?"
  guide    = "3. Architecture Patterns"
  option "cache" {
    when    = local.production && requirements.concurrent_users >= 10000
    because = "${counted(requirements.concurrent_users, "session")} are read with every request: Valkey answers within a millisecond"
    gains   = ["performance", "scalability"]
    costs   = ["cost_efficiency"]
  }
  option "table" {
    because = "${counted(requirements.concurrent_users, "session")} in a DynamoDB table that forgets them by itself cost next to nothing, and survive everything"
    gains   = ["cost_efficiency", "resilience"]
    costs   = ["performance"]
  }
}

decision "background" {
  question = "Where does work wait that nobody has to wait for?"
  guide    = "8. Async Messaging"
  option "queue" {
    when    = length(events) > 0
    because = "${counted(length(events), "kind")} of events ${length(events) == 1 ? "is" : "are"} handled by other modules: a queue keeps what is to be done when a task stops, and the program works it off between requests"
    gains   = ["resilience", "performance"]
    costs   = ["maintainability"]
  }
  option "none" {
    because = "No service publishes an event; all work is done within its request"
    gains   = ["maintainability", "consistency"]
    costs   = ["resilience"]
  }
}

# Sessions of users.
component "table" "sessions" {
  when                 = decision.sessions == "table"
  hash_key             = "id:S"
  kms_key_arn          = component.key.arn
  ttl_attribute        = "expires"
  replica_regions      = local.copied ? [local.standby] : []
  replica_kms_key_arns = local.copied ? [component.standby_key.arn] : []
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# Sessions of users.
component "cache" "session_cache" {
  when                = decision.sessions == "cache"
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.isolated_subnet_ids
  kms_key_arn         = component.key.arn
  eviction_policy     = "volatile-lru"
  log_retention_days  = local.log_days
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# What the modules leave for one another to do.
component "queue" "jobs" {
  when            = decision.background == "queue"
  kms_key_arn     = component.key.arn
  fifo            = anytrue([for e in events : e.ordered]) ? true : null
  alarm_topic_arn = component.alarms.arn
}

# TLS for the name the CDN asks, and for the domain itself where there is no CDN.
component "certificate" "certificate" {
  alternative_names = [for name in distinct([local.entrance, local.origin]) : name if name != environment.domain]
}

component "load_balancer" "front" {
  domain_name = local.origin
}

# Whoever asks a load balancer by its own name goes round the edge, so a firewall stands here too. CloudFront asks for
# all users with few addresses: the limit for each address is the edge's.
component "firewall" "shield" {
  requests_per_ip = decision.cdn == "cdn" ? 2000000000 : null
}

# What belongs to CloudFront is in us-east-1: its key, its alarms, its certificate, its firewall.
component "key" "edge_key" {
  when                = decision.cdn == "cdn"
  in_region           = "us-east-1"
  description         = "Alarms and logs of the edge of ${system.name}"
  services            = ["cloudwatch", "logs", "sns"]
  deletion_protection = local.production
}

component "alarm_topic" "edge_alarms" {
  when        = decision.cdn == "cdn"
  in_region   = "us-east-1"
  kms_key_arn = component.edge_key.arn
}

component "certificate" "edge_certificate" {
  when            = decision.cdn == "cdn"
  in_region       = "us-east-1"
  domain_name     = environment.domain
  zone_id         = component.zone.zone_id
  alarm_topic_arn = component.edge_alarms.arn
}

# Refuses known attacks, and addresses that ask too much, at the edge.
component "firewall" "edge_shield" {
  when               = decision.firewall == "managed" && decision.cdn == "cdn"
  in_region          = "us-east-1"
  scope              = "cloudfront"
  kms_key_arn        = component.edge_key.arn
  log_retention_days = local.log_days
  alarm_topic_arn    = component.edge_alarms.arn
}

# Files that never change, and the page that users see while the program cannot answer.
component "bucket" "pages" {
  when                = decision.cdn == "cdn"
  policy_owner        = "cdn"
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# The edge: TLS, files, and everything else from the load balancer.
component "cdn" "cdn" {
  when                 = decision.cdn == "cdn"
  domain_names         = [environment.domain]
  certificate_arn      = component.edge_certificate.arn
  zone_id              = component.zone.zone_id
  origin_domain_name   = local.entrance
  bucket_arn           = component.pages.arn
  bucket_domain_name   = component.pages.regional_domain_name
  bucket_policy        = component.pages.policy
  static_paths         = [assumption.static_path, "/errors/*"]
  error_page           = "/errors/500.html"
  web_acl_arn          = decision.firewall == "managed" ? component.edge_shield.arn : null
  latency_milliseconds = ceil(requirements.latency_p99 * 1000)
  deletion_protection  = local.production
  alarm_topic_arn      = component.edge_alarms.arn
}

locals {
  program_policies = { (system.name) = concat(
    decision.sessions == "table" ? [component.sessions.writer_policy] : [component.session_cache.connect_policy],
    decision.background == "queue" ? [component.jobs.producer_policy, component.jobs.consumer_policy] : [],
  ) }
  program_environment = { (system.name) = merge(
    decision.sessions == "table" ? { SESSIONS_TABLE_NAME = component.sessions.name } : {
      SESSIONS_CACHE_HOST = component.session_cache.endpoint
      SESSIONS_CACHE_PORT = component.session_cache.port
      SESSIONS_CACHE_USER = component.session_cache.user_name
      SESSIONS_CACHE_NAME = component.session_cache.cache_name
    },
    decision.background == "queue" ? { JOBS_URL = component.jobs.url } : {},
  ) }
  program_queues = { (system.name) = decision.background == "queue" ? component.jobs.name : null }
}

# TLS in the second region for the names that lead there.
component "certificate" "standby_certificate" {
  when              = local.warm
  in_region         = local.standby
  domain_name       = environment.domain
  alternative_names = distinct([local.entrance == environment.domain ? "standby.${environment.domain}" : local.entrance, "standby.${environment.domain}"])
  zone_id           = component.zone.zone_id
  alarm_topic_arn   = component.standby_alarms.arn
}

# The front door of the second region.
component "load_balancer" "standby_front" {
  when                       = local.warm
  in_region                  = local.standby
  vpc_id                     = component.standby_vpc.vpc_id
  subnet_ids                 = component.standby_vpc.public_subnet_ids
  certificate_arn            = component.standby_certificate.arn
  domain_name                = "standby.${environment.domain}"
  zone_id                    = component.zone.zone_id
  access_logs_retention_days = local.log_days
  deletion_protection        = local.production
  alarm_topic_arn            = component.standby_alarms.arn
}

# The same before the second region.
component "firewall" "standby_shield" {
  when               = decision.firewall == "managed" && local.warm
  in_region          = local.standby
  scope              = "regional"
  resource_names     = ["standby-front"]
  resource_arns      = [component.standby_front.arn]
  requests_per_ip    = decision.cdn == "cdn" ? 2000000000 : null
  kms_key_arn        = component.standby_key.arn
  log_retention_days = local.log_days
  alarm_topic_arn    = component.standby_alarms.arn
}

component "route" "standby_route" {
  for_each                 = local.warm ? local.public : {}
  in_region                = local.standby
  vpc_id                   = component.standby_vpc.vpc_id
  listener_arn             = component.standby_front.listener_arn
  load_balancer_arn_suffix = component.standby_front.arn_suffix
  path                     = each.value.path
  priority                 = 10
  port                     = each.value.port
  health_path              = each.value.health
  latency_milliseconds     = ceil(requirements.latency_p99 * 1000)
  alarm_topic_arn          = component.standby_alarms.arn
}

component "service_cluster" "standby_cluster" {
  when        = decision.recovery == "warm-standby"
  in_region   = local.standby
  kms_key_arn = component.standby_key.arn
}

# A small copy of the program, which grows when users come: it reads the copies of the databases until they are promoted.
component "service" "standby" {
  for_each                   = decision.recovery == "warm-standby" ? local.programs : {}
  in_region                  = local.standby
  cluster_arn                = component.standby_cluster.arn
  cluster_name               = component.standby_cluster.name
  vpc_id                     = component.standby_vpc.vpc_id
  subnet_ids                 = component.standby_vpc.private_subnet_ids
  kms_key_arn                = component.standby_key.arn
  image                      = each.value.image
  port                       = each.value.port
  cpu                        = each.value.cpu > 0 ? each.value.cpu : null
  memory_mib                 = each.value.memory > 0 ? each.value.memory * 1024 : null
  min_tasks                  = 2
  max_tasks                  = local.most[each.key]
  security_group_ids         = [for s in local.relational : component.copy[s.name].client_security_group_id if length(s.users) > 0]
  ingress_security_group_ids = local.warm ? [component.standby_front.security_group_id] : []
  target_group_arn           = local.warm ? component.standby_route[each.key].target_group_arn : null
  log_retention_days         = local.log_days
  policies = concat(
    [for s in local.relational : component.copy[s.name].reader_policy if length(s.users) > 0],
    [for s in local.documents : component.table[s.name].writer_policy if length(s.users) > 0],
    [for s in local.objects : component.bucket_copy[s.name].writer_policy if length(s.users) > 0],
    decision.sessions == "table" ? [component.sessions.writer_policy] : [],
  )
  environment = merge(
    { PORT = each.value.port, STANDBY = "true" },
    { for s in local.relational : "DATABASE_${upper(replace(s.name, "-", "_"))}_HOST" => component.copy[s.name].endpoint if length(s.users) > 0 },
    { for s in local.relational : "DATABASE_${upper(replace(s.name, "-", "_"))}_PORT" => component.copy[s.name].port if length(s.users) > 0 },
    { for s in local.documents : "TABLE_${upper(replace(s.name, "-", "_"))}_NAME" => component.table[s.name].name if length(s.users) > 0 },
    { for s in local.objects : "BUCKET_${upper(replace(s.name, "-", "_"))}_NAME" => component.bucket_copy[s.name].name if length(s.users) > 0 },
    decision.sessions == "table" ? { SESSIONS_TABLE_NAME = component.sessions.name } : {},
  )
  alarm_topic_arn = component.standby_alarms.arn
}

# Leads to the second region while the first does not answer.
component "failover" "failover" {
  when                     = local.warm
  domain_name              = local.entrance
  zone_id                  = component.zone.zone_id
  primary_domain_name      = component.front.dns_name
  primary_zone_id          = component.front.zone_id
  primary_health_domain_name = local.origin
  secondary_domain_name    = component.standby_front.dns_name
  secondary_zone_id        = component.standby_front.zone_id
  secondary_health_domain_name = "standby.${environment.domain}"
  health_paths             = [for p in local.programs : p.health]
  us_east1_alarm_topic_arn = decision.cdn == "cdn" ? component.edge_alarms.arn : null
}

component "service" "service" {
  security_group_ids = concat(
    flatten([for s in each.value.stores : local.store_groups[s]]),
    decision.sessions == "cache" ? [component.session_cache.client_security_group_id] : [],
  )
}

output "url" {
  when        = decision.entrance == "load-balancer"
  description = "Where users reach the system"
  value       = decision.cdn == "cdn" ? component.cdn.url : component.front.url
}
