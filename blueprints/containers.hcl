# Services in containers behind a load balancer, sized by Little's law. It is no pattern itself:
# others extend it, and say by their locals what services are given beside their stores.
blueprint "containers" {
  extends  = "stores"
  abstract = true
  title    = "Containers"
  summary  = "Services on Fargate behind an application load balancer."
  guide    = "5. Compute: Choosing How Your Code Runs"
}

assumption "request_seconds" {
  value   = requirements.latency_p99 / 4
  unit    = "s"
  least   = 0.0001
  most    = 900
  because = "The mean of response times is commonly a quarter of the 99th percentile"
}

assumption "requests_per_task" {
  value   = 32
  unit    = "requests at once"
  least   = 1
  most    = 100000
  because = "What a task of half a processor handles at a time while it waits for databases most of it; measure yours with a load test"
}

assumption "utilization" {
  value   = 0.6
  unit    = "of 1"
  least   = 0.01
  most    = 1
  because = "The rest is headroom until new tasks have started, and for the tasks of a zone that fails"
}

locals {
  # The programs that run: one for each service, unless a pattern cuts them otherwise.
  programs = { for s in services : s.name => s }
  public   = { for p in local.programs : p.name => p if p.path != "" }

  # Requests per second that a program gets: those from outside are spread over the programs that have a path.
  entrances    = max(1, length(local.public))
  service_busy = requirements.requests_per_second / local.entrances
  service_peak = local.peak / local.entrances

  # Tasks of each program, from Little's law: what is in flight, divided by what a task handles.
  busy_tasks = tasks(local.service_busy, assumption.request_seconds, assumption.requests_per_task, assumption.utilization)
  peak_tasks = tasks(local.service_peak, assumption.request_seconds, assumption.requests_per_task, assumption.utilization)
  min_tasks  = local.production ? max(2, local.busy_tasks) : 1
  max_tasks  = local.production ? max(4, local.peak_tasks, 2 * local.min_tasks) : 2
  fewest     = { for p in local.programs : p.name => local.min_tasks }
  most       = { for p in local.programs : p.name => local.max_tasks }

  # A database has to take the connections of all tasks of the programs that use it.
  clients = max(1, max(0, [for s in local.relational : sum([for user in s.users : local.most[user]])]...))

  # What a pattern gives programs beside their stores: permissions, settings, and the queue they work off.
  program_policies    = { for p in local.programs : p.name => [] }
  program_environment = { for p in local.programs : p.name => {} }
  program_queues      = { for p in local.programs : p.name => null }
  calling             = anytrue([for p in local.programs : length(p.calls) > 0])

  # Whether callers wait for the answer, and so need the service called to be there.
  waiting_calls = local.calling

  # Security groups that a program takes to reach stores and other services.
  groups = { for p in local.programs : p.name => (
    sum([for s in p.stores : local.store_grouped[s]]) + (local.waiting_calls ? length(p.calls) : 0)
  ) }

  # The most tasks of one program: a load balancer has 1000 targets, and Service Connect as many.
  most_tasks = min(quota("alb", "targets"), quota("ecs", "tasks-per-discovered-service"))

  # Longer paths first, so that /orders/reports wins over /orders.
  routes = [
    for entry in reverse(sort([for p in local.public : format("%05d %s", strlen(p.path), p.name)])) :
    split(" ", entry)[1]
  ]
}

constraint "domain" {
  for_each = { for s in services : s.name => s if s.path != "" }
  holds    = environment.domain != ""
  because  = "Service \"${each.key}\" is reachable from the internet below ${each.value.path}, which takes TLS, and TLS takes a name, but the system has no domain."
  remedy   = "Add domain = \"…\" to the system block, or remove the path."
  about    = [each.value.path]
}

constraint "tasks" {
  for_each = local.programs
  holds    = local.most[each.key] <= local.most_tasks
  because  = "Program \"${each.key}\" needs ${counted(local.most[each.key], "task")} at peak, and ${local.most_tasks} of one are what a load balancer and Service Connect lead to."
  remedy   = "The cheapest way out is a larger task: say how many requests yours handles by assume { requests_per_task = … }; otherwise split the service."
  about    = [requirements.requests_per_second, requirements.peak_factor, requirements.latency_p99, assumption.requests_per_task, assumption.request_seconds, assumption.utilization]
}

constraint "door" {
  holds   = (decision.entrance == "none") == (length(local.public) == 0)
  because = decision.entrance == "none" ? "The team chose no entrance, and ${join(", ", keys(local.public))} ${length(local.public) == 1 ? "has a path" : "have paths"} for users to reach." : "The team chose a load balancer, and no service has a path that it could lead to."
  remedy  = "The cheapest way out is to leave the decision \"entrance\" to the rule."
  about   = [decision.entrance]
}

constraint "shield" {
  holds   = decision.firewall == "none" || decision.entrance != "none"
  because = "The team chose a firewall, and there is no entrance that it could stand before."
  remedy  = "The cheapest way out is to leave the decision \"firewall\" to the rule."
  about   = [decision.firewall, decision.entrance]
}

constraint "compute" {
  holds   = decision.compute == "containers"
  because = "The team chose ${decision.compute}, and this pattern runs containers."
  remedy  = decision.compute == "functions" ? "Use pattern = \"serverless\"." : "Leave the decision \"compute\" to the rule, or write a blueprint of your own with a component for it."
  about   = [decision.compute]
}

decision "compute" {
  question = "What do services run on?"
  guide    = "5. Compute: Choosing How Your Code Runs"
  option "functions" {
    when    = false
    because = "Functions are paid by the request, and this pattern keeps tasks that are up all the time; the pattern \"serverless\" is built for them"
    gains   = ["scalability", "cost_efficiency"]
    costs   = ["performance"]
  }
  option "kubernetes" {
    when    = false
    because = "A cluster has to be upgraded three times a year and watched by people who know it, which takes the time of two or three people (there ${requirements.engineers == 1 ? "is" : "are"} ${requirements.engineers}), to run ${counted(length(services), "service")} that ${length(services) == 1 ? "needs" : "need"} nothing it alone can do"
    gains   = ["scalability"]
    costs   = ["maintainability", "cost_efficiency"]
  }
  option "virtual-machines" {
    when    = false
    because = "Machines have to be patched, imaged and scaled by ${counted(requirements.engineers, "engineer")} with services to build; nothing here needs a kernel or a disk of its own"
    gains   = ["performance"]
    costs   = ["maintainability", "security"]
  }
  option "containers" {
    because = "Containers on Fargate: ${counted(requirements.engineers, "engineer")} ${requirements.engineers == 1 ? "has" : "have"} no machine to patch and no cluster to upgrade, and ${counted(requirements.requests_per_second, "request")} per second (${local.peak} at peak) take ${min(values(local.fewest)...)} to ${max(values(local.most)...)} tasks of a program"
    gains   = ["maintainability", "scalability", "security"]
    costs   = ["performance"]
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
  option "load-balancer" {
    because = "An application load balancer leads ${counted(length(local.public), "path")} to long-running tasks for a price that hardly grows with ${local.peak} requests per second at peak; an API gateway is paid by the request (${price("api-gateway", "http-million-requests")} USD a million), and pays off where each caller has a quota or requests are few"
    gains   = ["performance", "cost_efficiency"]
    costs   = ["security"]
  }
}

decision "firewall" {
  question = "Does a web application firewall stand before the entrance?"
  guide    = "11. Zero Trust Security Architecture"
  when     = decision.entrance != "none"
  option "managed" {
    when    = local.production && decision.entrance == "load-balancer" && (length(requirements.compliance) > 0 || requirements.concurrent_users >= 10000)
    because = "${counted(requirements.concurrent_users, "user")}${length(requirements.compliance) > 0 ? " and data under ${join(", ", requirements.compliance)}" : ""}: AWS WAF limits what one address may ask and refuses the usual attacks, by rules that AWS keeps up to date"
    gains   = ["security", "availability"]
    costs   = ["cost_efficiency"]
  }
  option "none" {
    because = local.production ? "${counted(requirements.concurrent_users, "user")} and no compliance to prove: the services check their input themselves, and AWS Shield Standard is there anyway" : "A sandbox is not attacked for what it holds"
    gains   = ["cost_efficiency"]
    costs   = ["security"]
  }
}

# TLS for the domain; the records in the zone prove that it is ours.
component "certificate" "certificate" {
  when            = decision.entrance == "load-balancer"
  domain_name     = environment.domain
  zone_id         = component.zone.zone_id
  alarm_topic_arn = component.alarms.arn
}

# The front door: TLS ends here, and each path leads to its service.
component "load_balancer" "front" {
  when                       = decision.entrance == "load-balancer"
  vpc_id                     = component.vpc.vpc_id
  subnet_ids                 = component.vpc.public_subnet_ids
  certificate_arn            = component.certificate.arn
  domain_name                = environment.domain
  zone_id                    = component.zone.zone_id
  access_logs_retention_days = local.log_days
  deletion_protection        = local.production
  alarm_topic_arn            = component.alarms.arn
}

# Refuses known attacks, and addresses that ask too much, before they reach a service.
component "firewall" "shield" {
  when               = decision.firewall == "managed"
  scope              = "regional"
  resource_names     = ["front"]
  resource_arns      = [component.front.arn]
  kms_key_arn        = component.key.arn
  log_retention_days = local.log_days
  alarm_topic_arn    = component.alarms.arn
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

# All services share one cluster.
component "service_cluster" "cluster" {
  kms_key_arn = component.key.arn
}

# Each service in containers that scale on load, with permissions for what it uses and nothing else.
component "service" "service" {
  for_each     = local.programs
  cluster_arn  = component.cluster.arn
  cluster_name = component.cluster.name
  vpc_id       = component.vpc.vpc_id
  subnet_ids   = component.vpc.private_subnet_ids
  kms_key_arn  = component.key.arn
  image        = each.value.image
  port         = each.value.port
  cpu          = each.value.cpu > 0 ? each.value.cpu : null
  memory_mib   = each.value.memory > 0 ? each.value.memory * 1024 : null
  min_tasks    = local.fewest[each.key]
  max_tasks    = local.most[each.key]

  security_group_ids = concat(
    flatten([for s in each.value.stores : local.store_groups[s]]),
    [for s in each.value.calls : component.service[s].client_security_group_id],
  )
  ingress_security_group_ids = each.value.path != "" ? [component.front.security_group_id] : []
  target_group_arn           = each.value.path != "" ? component.route[each.key].target_group_arn : null

  namespace_arn      = local.calling ? component.cluster.namespace_arn : null
  discovery_name     = local.calling ? each.key : null
  queue_name         = local.program_queues[each.key]
  log_retention_days = local.log_days

  policies = concat(
    flatten([for s in each.value.stores : local.store_policies[s]]),
    local.program_policies[each.key],
  )
  environment = merge(
    { PORT = each.value.port },
    merge([for s in each.value.stores : local.store_environment[s]]...),
    { for s in each.value.calls : "SERVICE_${upper(replace(s, "-", "_"))}_URL" => component.service[s].url },
    local.program_environment[each.key],
  )
  alarm_topic_arn = component.alarms.arn
}

output "url" {
  when        = decision.entrance == "load-balancer"
  description = "Where users reach the system"
  value       = component.front.url
}
