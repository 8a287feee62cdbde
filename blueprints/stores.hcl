# Where data lives: each store of the system by its model, sized by its load, with what its
# users need to reach it. It is no pattern itself: others extend it.
blueprint "stores" {
  extends  = "foundation"
  abstract = true
  title    = "Stores"
  summary  = "Databases, tables, caches and buckets, sized by the load and the data."
  guide    = "6. Data Storage: The Most Consequential Decision"
}

assumption "queries_per_request" {
  value   = 2
  unit    = "queries"
  because = "Most requests read or write one thing and check one other"
}

assumption "query_seconds" {
  value   = 0.0005
  unit    = "s of CPU"
  because = "An indexed query of a few rows takes half a millisecond of a processor; measure yours with Performance Insights"
}

assumption "connections_per_client" {
  value   = 10
  unit    = "connections"
  because = "The usual size of a connection pool"
}

assumption "working_set" {
  value   = 0.1
  unit    = "of 1"
  because = "A tenth of the data is read often enough to be kept in memory"
}

assumption "request_kib" {
  value   = 4
  unit    = "KiB"
  because = "A JSON document of a few dozen fields"
}

assumption "cache_hits" {
  value   = 0.8
  unit    = "of 1"
  because = "What a cache of the working set commonly answers of the reads"
}

locals {
  documents = { for s in stores : s.name => s if contains(["key-value", "document", "wide-column"], s.model) }
  objects   = { for s in stores : s.name => s if s.model == "object" }
  caches    = { for s in stores : s.name => s if s.model == "cache" }

  # What each store holds in a year, in GiB: the stores share the data evenly.
  storage = max(20, ceil(storage(requirements.stored, requirements.growth_per_month, 12) / max(1, length(stores))))

  # Programs that hold connections to one database at most; patterns know better.
  clients = 2 * length(services)

  # Processors that queries keep busy at peak, for each database: reads that the cache does not answer, and writes.
  database_requests = local.peak / max(1, length(local.relational))
  read_share        = requirements.read_ratio * (decision.cache == "elasticache" ? 1 - assumption.cache_hits : 1)
  read_vcpus        = in_flight(local.database_requests * local.read_share * assumption.queries_per_request, assumption.query_seconds) / 0.6
  write_vcpus       = in_flight(local.database_requests * (1 - requirements.read_ratio) * assumption.queries_per_request, assumption.query_seconds) / 0.6

  # One replica for every eight processors of reads, at most five.
  replicas = decision.replicas == "none" ? 0 : min(5, max(1, ceil(local.read_vcpus / 8)))

  # The primary carries the writes, and the reads that no replica takes.
  primary_vcpus  = local.write_vcpus + (decision.replicas == "none" ? local.read_vcpus : local.read_vcpus / (local.replicas + 1))
  primary_memory = local.storage * assumption.working_set
  connections    = local.clients * assumption.connections_per_client
  engine         = decision.database == "aurora" ? (decision.engine == "mysql" ? "aurora-mysql" : "aurora-postgresql") : decision.engine
  unpooled_class = database_class(local.engine, local.primary_vcpus, local.primary_memory, 0)
  class          = decision.pooling == "proxy" ? local.unpooled_class : database_class(local.engine, local.primary_vcpus, local.primary_memory, local.connections)
  cache_node     = cache_node(local.primary_memory)
}

constraint "model" {
  for_each = stores
  holds    = each.value.model != "graph"
  because  = "Store \"${each.key}\" has the model \"graph\", and there is no component for a graph database."
  remedy   = "Use model = \"relational\" with recursive queries, or a blueprint of your own."
  about    = [each.value.model]
}

constraint "standby" {
  holds   = !local.production || decision.standby != "none" || length(local.relational) == 0 || decision.database == "aurora" || requirements.availability <= sla("rds", "single-az")
  because = "${requirements.availability} % of a month is more than AWS promises for a database without a standby: ${sla("rds", "single-az")} %."
  remedy  = "The cheapest way out is the standby: leave the decision \"standby\" to the rule, or ask for at most ${sla("rds", "single-az")}."
  about   = [requirements.availability, decision.standby]
}

constraint "aurora_copies" {
  holds   = decision.database == "rds" || decision.recovery == "backup-restore"
  because = "The team chose Aurora, and this blueprint copies databases to ${local.standby} by replicas of RDS."
  remedy  = "Leave the decision \"database\" to the rule, or name one region."
  about   = [decision.database, requirements.regions]
}

constraint "availability" {
  holds   = !local.production || length(local.relational) == 0 || length(requirements.regions) > 1 || requirements.availability <= sla("aurora", "multi-az")
  because = "${requirements.availability} % of a month is more than AWS promises for a relational database in one region: ${sla("aurora", "multi-az")} % for Aurora in several zones."
  remedy  = "Ask for at most ${sla("aurora", "multi-az")}, or keep the data in a key-value store."
  about   = [requirements.availability]
}

decision "database" {
  question = "Which service runs relational stores?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  when     = length(local.relational) > 0
  option "aurora" {
    when    = local.production && length(requirements.regions) < 2 && (requirements.availability > sla("rds", "multi-az") || local.read_vcpus > 40 || local.storage > 16384)
    because = "${requirements.availability} % availability, ${ceil(local.read_vcpus)} processors of reads and ${local.storage} GiB: Aurora promises ${sla("aurora", "multi-az")} % (RDS ${sla("rds", "multi-az")} %), has up to 15 readers that lag by milliseconds, and grows its storage by itself"
    gains   = ["availability", "scalability", "performance"]
    costs   = ["cost_efficiency"]
  }
  option "rds" {
    because = "The queries at peak keep ${ceil(10 * (local.read_vcpus + local.write_vcpus)) / 10} processors busy; they and ${local.storage} GiB fit an instance of RDS, which promises ${sla("rds", "multi-az")} % with a standby and costs less than Aurora"
    gains   = ["cost_efficiency", "maintainability"]
    costs   = ["scalability"]
  }
}

decision "engine" {
  question = "Which engine do relational stores run?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  when     = length(local.relational) > 0
  option "mysql" {
    when    = false
    because = "The team knows MySQL; no requirement speaks for it"
    gains   = ["maintainability"]
    costs   = ["consistency"]
  }
  option "postgres" {
    because = "PostgreSQL has the stricter types, transactional changes of the schema and the richer indexes; nothing here asks for another"
    gains   = ["consistency", "maintainability"]
    costs   = []
  }
}

decision "standby" {
  question = "Does each database have a standby in another zone?"
  guide    = "10. Resilience: Designing for Inevitable Failure"
  when     = length(local.relational) > 0
  option "multi-az" {
    when    = requirements.availability > sla("rds", "single-az") && local.production
    because = "AWS promises ${sla("rds", "single-az")} % for a single database and ${sla("rds", "multi-az")} % with a standby (https://aws.amazon.com/rds/sla/); ${requirements.availability} % are required"
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
  question = "Do databases have read replicas?"
  guide    = "9. Load Balancing and Caching: Designing for Speed"
  when     = length(local.relational) > 0
  option "sized" {
    when    = local.production && requirements.consistency == "eventual" && requirements.read_ratio >= 0.8 && local.read_vcpus > 2
    because = "${round(requirements.read_ratio * 100)} % of ${local.peak} requests per second at peak are reads; they keep ${ceil(local.read_vcpus)} processors of each database busy, which replicas take off the primary. Replicas lag, so what was just written is read from the primary"
    gains   = ["performance", "scalability"]
    costs   = ["cost_efficiency", "consistency"]
  }
  option "none" {
    because = requirements.consistency == "strong" ? "Readers must see what was just written (consistency = \"strong\"), and replicas lag; the primary carries the reads, which keep ${ceil(10 * local.read_vcpus) / 10} processors busy" : "Reads are ${round(requirements.read_ratio * 100)} % of the requests and keep ${ceil(10 * local.read_vcpus) / 10} processors of each database busy: one instance carries them"
    gains   = ["cost_efficiency", "consistency"]
    costs   = ["scalability"]
  }
}

decision "cache" {
  question = "Is there a cache before the databases, and where?"
  guide    = "9. Load Balancing and Caching: Designing for Speed"
  when     = length(local.relational) > 0
  option "elasticache" {
    when    = local.production && requirements.consistency == "eventual" && requirements.read_ratio >= 0.8 && local.peak * requirements.read_ratio >= 2000
    because = "${round(local.peak * requirements.read_ratio)} reads per second at peak, and readers may see what is a little old: Valkey answers about ${round(assumption.cache_hits * 100)} % of them from memory, for less than the replicas they would need"
    gains   = ["performance", "scalability"]
    costs   = ["consistency", "maintainability"]
  }
  option "none" {
    because = requirements.consistency == "strong" ? "Readers must see what was just written (consistency = \"strong\"), and a cache answers with what was" : "${round(local.peak * requirements.read_ratio)} reads per second at peak are within reach of the databases, and what is not cached is never stale"
    gains   = ["consistency", "maintainability"]
    costs   = ["performance"]
  }
}

decision "pooling" {
  question = "Do programs share connections to the databases through a proxy?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  when     = length(local.relational) > 0
  option "proxy" {
    when    = local.production && local.connections > 0.8 * class_connections(local.engine, local.unpooled_class)
    because = "${local.clients} clients with ${assumption.connections_per_client} connections each want ${local.connections}; the ${local.unpooled_class} that the load needs takes ${class_connections(local.engine, local.unpooled_class)}"
    gains   = ["scalability", "resilience"]
    costs   = ["cost_efficiency", "performance"]
  }
  option "direct" {
    because = !local.production ? "A sandbox has few clients" : "${local.clients} clients with ${assumption.connections_per_client} connections each want ${local.connections}, which the database takes (${class_connections(local.engine, local.unpooled_class)} on ${local.unpooled_class})"
    gains   = ["cost_efficiency", "performance"]
    costs   = ["scalability"]
  }
}

decision "table_billing" {
  question = "How is the throughput of tables paid?"
  guide    = "15. Cost: Architecture's Forgotten Pillar"
  when     = length(local.documents) > 0
  option "provisioned" {
    when    = local.production && requirements.peak_factor <= 2 && requirements.requests_per_second >= 100
    because = "The load is steady: a peak is ${requirements.peak_factor} times the busy hour's ${requirements.requests_per_second} requests per second, which autoscaling follows, at a fraction of the price of single requests"
    gains   = ["cost_efficiency"]
    costs   = ["scalability"]
  }
  option "on-demand" {
    because = "Peaks of ${requirements.peak_factor} times ${requirements.requests_per_second} requests per second are paid when they come and need no forecast"
    gains   = ["scalability", "maintainability"]
    costs   = ["cost_efficiency"]
  }
}

# A key for each store, so that access to one can be revoked without the others.
component "key" "store_key" {
  for_each            = decision.encryption == "key-per-store" ? stores : {}
  description         = "What ${system.name} keeps in ${each.key}"
  services            = ["logs"]
  deletion_protection = local.production
}

locals {
  store_keys = { for s in stores : s.name => decision.encryption == "key-per-store" ? component.store_key[s.name].arn : component.key.arn }
}

# A database for each relational store, which only those who use the store can reach.
component "relational" "database" {
  for_each            = decision.database == "rds" ? local.relational : {}
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.isolated_subnet_ids
  kms_key_arn         = local.store_keys[each.key]
  engine              = decision.engine == "mysql" ? "mysql" : null
  instance_class      = local.production ? local.class : null
  database_name       = "${replace(each.key, "-", "_")}_db" # never a word that SQL reserves
  storage_gib         = local.storage
  max_storage_gib     = 2 * local.storage
  multi_az            = decision.standby == "multi-az"
  read_replicas       = local.copied ? max(1, local.replicas) : local.replicas # RDS copies to another region only what has replicas here
  log_retention_days  = local.log_days
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# A copy of each database in the second region, to be promoted when the first is lost.
component "replica" "copy" {
  for_each            = local.copied && decision.database == "rds" ? local.relational : {}
  in_region           = local.standby
  vpc_id              = component.standby_vpc.vpc_id
  subnet_ids          = component.standby_vpc.isolated_subnet_ids
  source_arn          = component.database[each.key].instance_arn
  kms_key_arn         = component.standby_key.arn
  engine              = decision.engine == "mysql" ? "mysql" : null
  instance_class      = local.production ? local.class : null
  storage_gib         = local.storage
  max_storage_gib     = 2 * local.storage
  log_retention_days  = local.log_days
  deletion_protection = local.production
  alarm_topic_arn     = component.standby_alarms.arn
}

# A cluster for each relational store, which only those who use the store can reach.
component "aurora" "cluster_database" {
  for_each            = decision.database == "aurora" ? local.relational : {}
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.isolated_subnet_ids
  kms_key_arn         = local.store_keys[each.key]
  engine              = local.engine
  instance_class      = local.production ? local.class : null
  database_name       = "${replace(each.key, "-", "_")}_db" # never a word that SQL reserves
  readers             = max(decision.standby == "multi-az" ? 1 : 0, local.replicas)
  max_readers         = 2 * max(1, local.replicas)
  log_retention_days  = local.log_days
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# Programs borrow connections from the proxy, which holds fewer to the database.
component "proxy" "pool" {
  for_each                          = decision.pooling == "proxy" ? local.relational : {}
  vpc_id                            = component.vpc.vpc_id
  subnet_ids                        = component.vpc.isolated_subnet_ids
  engine                            = local.engine
  kms_key_arn                       = local.store_keys[each.key]
  database_client_security_group_id = local.databases[each.key].client_security_group_id
  secret_arns                       = [local.databases[each.key].secret_arn]
  target_instance_identifier        = decision.database == "rds" ? component.database[each.key].instance_identifier : null
  target_cluster_identifier         = decision.database == "aurora" ? component.cluster_database[each.key].cluster_identifier : null
  log_retention_days                = local.log_days
  alarm_topic_arn                   = component.alarms.arn
}

# What was read lately, so that the databases need not be asked again.
component "cache" "cache" {
  for_each            = decision.cache == "elasticache" ? merge(local.caches, { for s in local.relational : "${s.name}-cache" => s }) : local.caches
  vpc_id              = component.vpc.vpc_id
  subnet_ids          = component.vpc.isolated_subnet_ids
  kms_key_arn         = component.key.arn
  node_type           = local.production ? local.cache_node : null
  log_retention_days  = local.log_days
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# A table for each store of items that are found by their keys.
component "table" "table" {
  for_each            = local.documents
  hash_key            = "pk:S"
  range_key           = "sk:S"
  billing             = decision.table_billing
  min_read_units      = decision.table_billing == "provisioned" ? max(1, ceil(requirements.requests_per_second * requirements.read_ratio / length(local.documents))) : null
  max_read_units      = decision.table_billing == "provisioned" ? max(2, ceil(2 * local.peak * requirements.read_ratio / length(local.documents))) : null
  min_write_units     = decision.table_billing == "provisioned" ? max(1, ceil(requirements.requests_per_second * (1 - requirements.read_ratio) * assumption.request_kib / length(local.documents))) : null
  max_write_units     = decision.table_billing == "provisioned" ? max(2, ceil(2 * local.peak * (1 - requirements.read_ratio) * assumption.request_kib / length(local.documents))) : null
  kms_key_arn         = local.store_keys[each.key]
  ttl_attribute       = "expires"
  replica_regions      = local.copied ? [local.standby] : []
  replica_kms_key_arns = local.copied ? [component.standby_key.arn] : []
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

# A copy of each bucket in the second region.
component "bucket" "bucket_copy" {
  for_each            = local.copied ? local.objects : {}
  in_region           = local.standby
  kms_key_arn         = component.standby_key.arn
  deletion_protection = local.production
  alarm_topic_arn     = component.standby_alarms.arn
}

# A bucket for each store of files.
component "bucket" "bucket" {
  for_each            = local.objects
  kms_key_arn         = local.store_keys[each.key]
  replica_bucket_arn  = local.copied ? component.bucket_copy[each.key].arn : null
  replica_kms_key_arn = local.copied ? component.standby_key.arn : null
  deletion_protection = local.production
  alarm_topic_arn     = component.alarms.arn
}

locals {
  # A relational store is one of two kinds of component with the same outputs.
  databases = { for s in local.relational : s.name => decision.database == "aurora" ? component.cluster_database[s.name] : component.database[s.name] }

  # What the users of each store are given: permissions, a way through the network, and where it is.
  store_policies = merge(
    { for s in local.relational : s.name => decision.pooling == "proxy" ? [component.pool[s.name].connect_policy] : [local.databases[s.name].writer_policy] },
    { for s in local.documents : s.name => [component.table[s.name].writer_policy] },
    { for s in local.objects : s.name => [component.bucket[s.name].writer_policy] },
    { for s in local.caches : s.name => [component.cache[s.name].connect_policy] },
  )
  store_groups = merge(
    { for s in local.relational : s.name => [decision.pooling == "proxy" ? component.pool[s.name].client_security_group_id : local.databases[s.name].client_security_group_id] },
    { for s in local.documents : s.name => [] },
    { for s in local.objects : s.name => [] },
    { for s in local.caches : s.name => [component.cache[s.name].client_security_group_id] },
  )
  store_environment = merge(
    { for s in local.relational : s.name => merge(
      {
        "DATABASE_${upper(replace(s.name, "-", "_"))}_HOST"        = decision.pooling == "proxy" ? component.pool[s.name].endpoint : local.databases[s.name].endpoint
        "DATABASE_${upper(replace(s.name, "-", "_"))}_READER_HOST" = local.databases[s.name].reader_endpoint
        "DATABASE_${upper(replace(s.name, "-", "_"))}_PORT"        = local.databases[s.name].port
        "DATABASE_${upper(replace(s.name, "-", "_"))}_NAME"        = local.databases[s.name].database_name
        "DATABASE_${upper(replace(s.name, "-", "_"))}_SECRET_ARN"  = local.databases[s.name].secret_arn
      },
      decision.cache == "elasticache" ? {
        "CACHE_${upper(replace(s.name, "-", "_"))}_HOST" = component.cache["${s.name}-cache"].endpoint
        "CACHE_${upper(replace(s.name, "-", "_"))}_PORT" = component.cache["${s.name}-cache"].port
        "CACHE_${upper(replace(s.name, "-", "_"))}_USER" = component.cache["${s.name}-cache"].user_name
        "CACHE_${upper(replace(s.name, "-", "_"))}_NAME" = component.cache["${s.name}-cache"].cache_name
      } : {},
    ) },
    { for s in local.documents : s.name => { "TABLE_${upper(replace(s.name, "-", "_"))}_NAME" = component.table[s.name].name } },
    { for s in local.objects : s.name => { "BUCKET_${upper(replace(s.name, "-", "_"))}_NAME" = component.bucket[s.name].name } },
    { for s in local.caches : s.name => {
      "CACHE_${upper(replace(s.name, "-", "_"))}_HOST" = component.cache[s.name].endpoint
      "CACHE_${upper(replace(s.name, "-", "_"))}_PORT" = component.cache[s.name].port
      "CACHE_${upper(replace(s.name, "-", "_"))}_USER" = component.cache[s.name].user_name
      "CACHE_${upper(replace(s.name, "-", "_"))}_NAME" = component.cache[s.name].cache_name
    } },
  )
}
