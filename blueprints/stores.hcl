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
  most    = 10000
  because = "Most requests read or write one thing and check one other"
}

assumption "query_seconds" {
  value   = 0.0005
  unit    = "s of CPU"
  most    = 60
  because = "An indexed query of a few rows takes half a millisecond of a processor; measure yours with Performance Insights"
}

assumption "connections_per_client" {
  value   = 10
  unit    = "connections"
  least   = 1
  most    = 10000
  because = "The usual size of a connection pool"
}

assumption "working_set" {
  value   = 0.1
  most    = 1
  unit    = "of 1"
  because = "A tenth of the data is read often enough to be kept in memory"
}

assumption "request_kib" {
  value   = 4
  unit    = "KiB"
  most    = 1024 * 1024
  because = "A JSON document of a few dozen fields"
}

assumption "cache_hits" {
  value   = 0.8
  most    = 1
  unit    = "of 1"
  because = "What a cache of the working set commonly answers of the reads"
}

locals {
  documents = { for s in stores : s.name => s if contains(["key-value", "document", "wide-column"], s.model) }
  objects   = { for s in stores : s.name => s if s.model == "object" }
  caches    = { for s in stores : s.name => s if s.model == "cache" }

  # What each store holds in a year, in GiB: the stores share the data evenly.
  storage = max(20, ceil(storage(requirements.stored, requirements.growth_per_month, 12) / max(1, length(stores))))

  # Whether a service that calls another waits for the answer, and so needs it to be there.
  waiting_calls = true

  # Security groups that whoever uses a store needs to reach it, and how many each program needs.
  store_grouped = { for s in stores : s.name => (
    s.model == "relational" ? 1 + (decision.cache == "elasticache" ? 1 : 0) + (decision.pooling == "proxy" && decision.replicas == "sized" ? 1 : 0) : (s.model == "cache" ? 1 : 0)
  ) }
  groups = { for s in services : s.name => sum([for store in s.stores : local.store_grouped[store]]) }

  # Programs that hold connections to one database at most; patterns know better.
  clients = 2 * length(services)

  # What a relational database can hold: Aurora 128 TiB; RDS 64 TiB, and half of it leaves room to double
  # (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html).
  room = decision.database == "aurora" ? quota("aurora", "volume-tib") * 1024 : 32768

  # Processors that queries keep busy at peak, for each database: reads that the cache does not answer, and writes.
  database_requests = local.peak / max(1, length(local.relational))
  read_share        = requirements.read_ratio * (decision.cache == "elasticache" ? 1 - assumption.cache_hits : 1)
  read_vcpus        = in_flight(local.database_requests * local.read_share * assumption.queries_per_request, assumption.query_seconds) / 0.6
  write_vcpus       = in_flight(local.database_requests * (1 - requirements.read_ratio) * assumption.queries_per_request, assumption.query_seconds) / 0.6

  # One replica for every eight processors of reads, at most five.
  replicas = decision.replicas == "none" ? 0 : min(5, max(1, ceil(local.read_vcpus / 8)))

  # The primary carries the writes, and the reads that no replica takes.
  primary_vcpus = local.write_vcpus + (decision.replicas == "none" ? local.read_vcpus : local.read_vcpus / (local.replicas + 1))

  # The largest class there is, and what the load asks of it: data that does not fit its memory is read from disk.
  largest        = "db.r7g.16xlarge"
  most_vcpus     = min(class_vcpus(local.largest), local.primary_vcpus)
  primary_memory = min(class_memory(local.largest), local.storage * assumption.working_set)
  connections    = local.clients * assumption.connections_per_client
  engine         = decision.database == "aurora" ? (decision.engine == "mysql" ? "aurora-mysql" : "aurora-postgresql") : decision.engine
  unpooled_class = database_class(local.engine, local.most_vcpus, local.primary_memory, 0)

  # What a class takes of connections for sure: AWS counts by the memory that is left, three quarters at the least.
  takes      = floor(0.75 * class_connections(local.engine, local.unpooled_class))
  takes_most = floor(0.75 * class_connections(local.engine, local.largest))
  class      = decision.pooling == "proxy" || local.connections <= local.takes ? local.unpooled_class : database_class(local.engine, local.most_vcpus, local.primary_memory, min(local.connections, local.takes_most))
  cache_node = cache_node(min(node_memory("cache.r7g.16xlarge"), local.storage * assumption.working_set))
}

constraint "model" {
  for_each = stores
  holds    = each.value.model != "graph"
  because  = "Store \"${each.key}\" has the model \"graph\", and there is no component for a graph database."
  remedy   = "Use model = \"relational\" with recursive queries, or a blueprint of your own."
  about    = [each.value.model]
}

constraint "circle" {
  for_each = services
  holds    = !local.waiting_calls || !contains(each.value.reaches, each.key)
  because  = "Service \"${each.key}\" calls ${join(" and ", each.value.calls)}, and by that in the end itself: none of them can be started before the others, and one that fails takes all down."
  remedy   = "The cheapest way out is to turn one call of the circle into an event: publishes there, consumes here."
  about    = [each.value.calls]
}

constraint "groups" {
  for_each = local.groups
  holds    = each.value <= 4
  because  = "Program \"${each.key}\" needs ${each.value} security groups to reach databases, caches and other services; a network interface takes five, one of which is its own (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html)."
  remedy   = "The cheapest way out is to keep what belongs together in one store; otherwise split the service, or use model = \"key-value\", which takes none."
  about    = [each.value.stores]
}

constraint "load" {
  holds   = !local.production || length(local.relational) == 0 || local.primary_vcpus <= class_vcpus(local.largest)
  because = "Queries keep ${counted(ceil(local.primary_vcpus), "processor")} of ${length(local.relational) == 1 ? "the database" : "each database"} busy at peak, and the largest, ${local.largest}, has ${class_vcpus(local.largest)}."
  remedy  = requirements.consistency == "strong" ? "The cheapest way out is consistency = \"eventual\", so that replicas and a cache answer reads; otherwise split the data over more stores, or use model = \"key-value\"." : "The cheapest way out is to split the data over more stores; otherwise use model = \"key-value\"."
  about   = [requirements.requests_per_second, requirements.peak_factor, requirements.consistency, assumption.query_seconds, assumption.queries_per_request]
}

constraint "data" {
  holds   = !local.production || length(local.relational) == 0 || local.storage <= local.room
  because = "Each store holds ${size(local.storage)} in a year, and a database ${decision.database == "aurora" ? "of Aurora grows to ${size(local.room)}" : "of RDS that has room to double holds ${size(local.room)}"}."
  remedy  = decision.database == "aurora" ? "The cheapest way out is to keep files in a store of model = \"object\"; otherwise split the data over more stores." : "The cheapest way out is to keep files in a store of model = \"object\"; otherwise split the data over more stores, or use Aurora in one region."
  about   = [requirements.stored, requirements.growth_per_month]
}

constraint "connections" {
  holds   = !local.production || length(local.relational) == 0 || decision.pooling == "proxy" || local.connections <= local.takes_most
  because = "The team chose connections without a proxy, and ${local.connections} of them are more than the ${local.takes_most} that the largest class takes for sure."
  remedy  = "The cheapest way out is to leave the decision \"pooling\" to the rule."
  about   = [decision.pooling, assumption.connections_per_client]
}

constraint "stale" {
  holds   = requirements.consistency == "eventual" || length(local.relational) == 0 || (decision.replicas == "none" && decision.cache == "none")
  because = "Readers must see what was just written (consistency = \"strong\"), and the team chose ${decision.replicas == "none" ? "a cache, which answers with what was" : "read replicas, which lag"}."
  remedy  = "The cheapest way out is to leave the decision \"${decision.replicas == "none" ? "cache" : "replicas"}\" to the rule; otherwise consistency = \"eventual\"."
  about   = [requirements.consistency, decision.replicas, decision.cache]
}

constraint "table_units" {
  holds   = decision.table_billing == "on-demand" || length(local.documents) == 0 || local.peak_units <= local.most_units
  because = "The team chose provisioned throughput, and ${ceil(local.peak_units)} units per second of a table at peak are more than the ${local.most_units} that can be provisioned."
  remedy  = "The cheapest way out is to leave the decision \"table_billing\" to the rule."
  about   = [decision.table_billing, requirements.requests_per_second, requirements.peak_factor]
}

constraint "standby" {
  holds   = !local.production || decision.standby != "none" || length(local.relational) == 0 || requirements.availability <= sla(decision.database, "single-az")
  because = "${requirements.availability} % of a month is more than AWS promises for a database without a standby: ${sla(decision.database, "single-az")} %."
  remedy  = "The cheapest way out is the standby: leave the decision \"standby\" to the rule, or ask for at most ${sla(decision.database, "single-az")}."
  about   = [requirements.availability, decision.standby]
}

constraint "aurora_copies" {
  holds   = decision.database == "rds" || decision.recovery == "backup-restore"
  because = "The team chose Aurora, and this blueprint copies databases to ${local.standby} by replicas of RDS."
  remedy  = "Leave the decision \"database\" to the rule, or name one region."
  about   = [decision.database, requirements.regions]
}

constraint "availability" {
  holds   = !local.production || length(local.relational) == 0 || requirements.availability <= sla(decision.database, "multi-az")
  because = "${requirements.availability} % of a month is more than AWS promises for a relational database: ${sla(decision.database, "multi-az")} % for ${decision.database == "aurora" ? "Aurora" : "RDS"} in several zones."
  remedy  = decision.database == "aurora" ? "Ask for at most ${sla("aurora", "multi-az")}, or keep the data in a key-value store." : "The cheapest way out is availability = ${sla("rds", "multi-az")}; otherwise one region, where Aurora promises ${sla("aurora", "multi-az")} %, or a key-value store."
  about   = [requirements.availability, requirements.regions, decision.database]
}

decision "database" {
  question = "Which service runs relational stores?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  when     = length(local.relational) > 0
  option "aurora" {
    when    = local.production && length(requirements.regions) < 2 && (requirements.availability > sla("rds", "multi-az") || local.read_vcpus > 40 || local.storage > 16384)
    because = "${requirements.availability} % availability, ${counted(ceil(local.read_vcpus), "processor")} of reads and ${size(local.storage)}: Aurora promises ${sla("aurora", "multi-az")} % (RDS ${sla("rds", "multi-az")} %), has up to 15 readers that lag by milliseconds, and grows its storage by itself"
    gains   = ["availability", "scalability", "performance"]
    costs   = ["cost_efficiency"]
  }
  option "rds" {
    because = "The queries at peak keep ${counted(ceil(10 * (local.read_vcpus + local.write_vcpus)) / 10, "processor")} of each database busy; they and ${size(local.storage)} fit an instance of RDS, which promises ${sla("rds", "multi-az")} % with a standby and costs less than Aurora"
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
    because = local.production ? "AWS promises ${sla("rds", "single-az")} % for a single database, and no more is required: a restore from backup is good enough, at half the price" : "A sandbox can wait for a restore from backup, at half the price"
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
    because = "${round(requirements.read_ratio * 100)} % of ${local.peak} requests per second at peak are reads; they keep ${counted(ceil(local.read_vcpus), "processor")} of each database busy, which replicas take off the primary. Replicas lag, so what was just written is read from the primary"
    gains   = ["performance", "scalability"]
    costs   = ["cost_efficiency", "consistency"]
  }
  option "none" {
    because = !local.production ? "A sandbox has few readers" : local.read_share == 0 ? "Hardly a read reaches the databases" : requirements.consistency == "strong" ? "Readers must see what was just written (consistency = \"strong\"), and replicas lag; the primary carries the reads, which keep ${counted(ceil(10 * local.read_vcpus) / 10, "processor")} busy" : "Reads are ${round(requirements.read_ratio * 100)} % of the requests and keep ${counted(ceil(10 * local.read_vcpus) / 10, "processor")} of each database busy: one instance carries them"
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
    because = requirements.consistency == "strong" ? "Readers must see what was just written (consistency = \"strong\"), and a cache answers with what was" : !local.production ? "A sandbox has few readers" : requirements.read_ratio < 0.8 ? "Writes are ${round(100 * (1 - requirements.read_ratio))} % of the requests: what a cache holds would soon be old" : "${round(local.peak * requirements.read_ratio)} reads per second at peak are within reach of the databases, and what is not cached is never stale"
    gains   = ["consistency", "maintainability"]
    costs   = ["performance"]
  }
}

decision "pooling" {
  question = "Do programs share connections to the databases through a proxy?"
  guide    = "6. Data Storage: The Most Consequential Decision"
  when     = length(local.relational) > 0
  option "proxy" {
    when    = local.production && local.connections > local.takes
    because = "${counted(local.clients, "client")} with ${counted(assumption.connections_per_client, "connection")} each ${local.clients == 1 ? "wants" : "want"} ${local.connections}; the ${local.unpooled_class} that the load needs takes ${local.takes} for sure"
    gains   = ["scalability", "resilience"]
    costs   = ["cost_efficiency", "performance"]
  }
  option "direct" {
    because = !local.production ? "A sandbox has few clients" : "${counted(local.clients, "client")} with ${counted(assumption.connections_per_client, "connection")} each ${local.clients == 1 ? "wants" : "want"} ${local.connections}, ${local.connections <= local.takes ? "which the database takes (${local.unpooled_class} ${local.takes} for sure)" : "more than the ${local.unpooled_class} that the load needs takes (${local.takes} for sure), so that the class is larger"}"
    gains   = ["cost_efficiency", "performance"]
    costs   = ["scalability"]
  }
}

decision "table_billing" {
  question = "How is the throughput of tables paid?"
  guide    = "15. Cost: Architecture's Forgotten Pillar"
  when     = length(local.documents) > 0
  option "provisioned" {
    when    = local.production && requirements.peak_factor <= 2 && requirements.requests_per_second >= 100 && local.peak_units <= local.most_units
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

locals {
  # Units of throughput that each table has at the least, and at the most to double. A unit reads an item of 4 KiB or writes
  # one of 1 KiB a second (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html).
  read_units  = max(1, ceil(assumption.request_kib / 4)) * requirements.read_ratio / max(1, length(local.documents))
  write_units = max(1, ceil(assumption.request_kib)) * (1 - requirements.read_ratio) / max(1, length(local.documents))
  most_units  = quota("dynamodb", "table-writes-per-second")
  peak_units  = local.peak * max(local.read_units, local.write_units)
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
  kms_key_arn         = local.store_keys[each.value.name]
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
  min_read_units      = decision.table_billing == "provisioned" ? max(1, min(local.most_units, ceil(requirements.requests_per_second * local.read_units))) : null
  max_read_units      = decision.table_billing == "provisioned" ? max(2, min(local.most_units, ceil(2 * local.peak * local.read_units))) : null
  min_write_units     = decision.table_billing == "provisioned" ? max(1, min(local.most_units, ceil(requirements.requests_per_second * local.write_units))) : null
  max_write_units     = decision.table_billing == "provisioned" ? max(2, min(local.most_units, ceil(2 * local.peak * local.write_units))) : null
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
    { for s in local.relational : s.name => concat(
      decision.pooling == "proxy" ? [component.pool[s.name].connect_policy] : [],
      decision.pooling != "proxy" || decision.replicas == "sized" ? [local.databases[s.name].writer_policy] : [],
      decision.cache == "elasticache" ? [component.cache["${s.name}-cache"].connect_policy] : [],
    ) },
    { for s in local.documents : s.name => [component.table[s.name].writer_policy] },
    { for s in local.objects : s.name => [component.bucket[s.name].writer_policy] },
    { for s in local.caches : s.name => [component.cache[s.name].connect_policy] },
  )
  store_groups = merge(
    { for s in local.relational : s.name => concat(
      decision.pooling == "proxy" ? [component.pool[s.name].client_security_group_id] : [],
      decision.pooling != "proxy" || decision.replicas == "sized" ? [local.databases[s.name].client_security_group_id] : [],
      decision.cache == "elasticache" ? [component.cache["${s.name}-cache"].client_security_group_id] : [],
    ) },
    { for s in local.documents : s.name => [] },
    { for s in local.objects : s.name => [] },
    { for s in local.caches : s.name => [component.cache[s.name].client_security_group_id] },
  )
  store_environment = merge(
    { for s in local.relational : s.name => merge(
      {
        "DATABASE_${upper(replace(s.name, "-", "_"))}_HOST"        = decision.pooling == "proxy" ? component.pool[s.name].endpoint : local.databases[s.name].endpoint
        "DATABASE_${upper(replace(s.name, "-", "_"))}_PORT"        = local.databases[s.name].port
        "DATABASE_${upper(replace(s.name, "-", "_"))}_NAME"        = local.databases[s.name].database_name
        "DATABASE_${upper(replace(s.name, "-", "_"))}_SECRET_ARN"  = local.databases[s.name].secret_arn
      },
      decision.replicas == "sized" ? { "DATABASE_${upper(replace(s.name, "-", "_"))}_READER_HOST" = local.databases[s.name].reader_endpoint } : {},
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
