# What every pattern stands on: the key, the alarms, the network, the name, and the answers
# to failure. It is no pattern itself: others extend it.
blueprint "foundation" {
  abstract = true
  title    = "Foundation"
  summary  = "Encryption, alarms, network, DNS, and what happens when a zone or a region fails."
  guide    = "14. Tying It All Together"
}

locals {
  production = environment.preset == "production"
  public     = { for s in services : s.name => s if s.path != "" }

  # Requests per second in the busiest moments: the busy hour times its peaks.
  peak = requirements.requests_per_second * requirements.peak_factor

  # Whether anything runs inside a network.
  networked = true

  # The stores of each kind.
  relational = { for s in stores : s.name => s if s.model == "relational" }

  # How long it takes to run again after the loss of a region, by the way of recovery.
  recovery_seconds = {
    "backup-restore" = assumption.restore_seconds
    "pilot-light"    = assumption.pilot_light_seconds
  }
  # How much written last can be lost, in seconds.
  lost_seconds = {
    "backup-restore" = assumption.backup_seconds
    "pilot-light"    = assumption.replica_lag_seconds
  }

  # Percent of a month that AWS promises for what runs programs in several zones.
  promised = min(sla("fargate", "multi-az"), sla("alb", "multi-az"))

  home    = requirements.regions[0]
  standby = length(requirements.regions) > 1 ? requirements.regions[1] : requirements.regions[0]
  copied  = decision.recovery != "backup-restore"

  # What speaks for restoring from backups.
  restoring = !local.production ? "What runs in a sandbox can be deployed anew, and its data restored from backups" : (
    length(stores) == 0 ? "No service keeps data: deploying anew takes less than the ${duration(requirements.rto)} that rto allows" :
    "Restoring from backups takes ${duration(assumption.restore_seconds)} and loses at most ${duration(assumption.backup_seconds)}; rto = ${duration(requirements.rto)} and rpo = ${duration(requirements.rpo)} allow it, and nothing has to run twice"
  )

  # What recovers faster than the way that was chosen.
  faster = length(requirements.regions) < 2 ? "; a second region in regions is faster, and dearer" : (decision.recovery == "pilot-light" ? "; the pattern \"monolith\" has a warm standby, which is faster, and dearer" : (decision.recovery == "backup-restore" ? "; or leave the decision \"recovery\" to the rule, which is faster" : ""))
}

assumption "restore_seconds" {
  value   = 3600
  unit    = "s"
  because = "Restoring a database from its backup, and starting what uses it, is rehearsed to take an hour"
  source  = "https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html: hours"
}

assumption "pilot_light_seconds" {
  value   = 1800
  unit    = "s"
  because = "Promoting the copies in the second region and deploying the program there is rehearsed to take half an hour"
  source  = "https://docs.aws.amazon.com/whitepapers/latest/disaster-recovery-workloads-on-aws/disaster-recovery-options-in-the-cloud.html: tens of minutes"
}

assumption "backup_seconds" {
  value   = 300
  unit    = "s"
  because = "AWS uploads the transaction logs of a database every five minutes"
  source  = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html"
}

assumption "replica_lag_seconds" {
  value   = 60
  unit    = "s"
  because = "A replica in another region usually lags by seconds; a minute is what the alarms allow"
}

constraint "recovery_time" {
  holds   = !local.production || requirements.rto >= lookup(local.recovery_seconds, decision.recovery, 0)
  because = "The system must run again ${duration(requirements.rto)} after a disaster, and recovery by ${decision.recovery} takes ${duration(local.recovery_seconds[decision.recovery])}."
  remedy  = "The cheapest way out is rto = \"${duration(local.recovery_seconds[decision.recovery])}\"${local.faster}."
  about   = [requirements.rto, decision.recovery, requirements.regions]
}

constraint "recovery_point" {
  holds   = !local.production || length(stores) == 0 || requirements.rpo >= lookup(local.lost_seconds, decision.recovery, 0)
  because = "At most ${duration(requirements.rpo)} of data may be lost, and recovery by ${decision.recovery} can lose ${duration(local.lost_seconds[decision.recovery])}."
  remedy  = length(requirements.regions) > 1 ? "The cheapest way out is rpo = \"${duration(local.lost_seconds[decision.recovery])}\"${decision.recovery == "backup-restore" ? "; or leave the decision \"recovery\" to the rule" : ""}." : "The cheapest way out is rpo = \"${duration(local.lost_seconds[decision.recovery])}\"; with a second region in regions it is ${duration(local.lost_seconds["pilot-light"])}."
  about   = [requirements.rpo, decision.recovery, requirements.regions]
}

constraint "distance" {
  holds   = length(requirements.regions) < 2 || requirements.rpo > 0 || requirements.latency_p99 * 1000 >= round_trip(local.home, local.standby)
  because = "Losing nothing (rpo = \"0s\") with a second region means that each write waits for ${local.standby}, and light needs ${ceil(round_trip(local.home, local.standby))} ms from ${local.home} and back: more than latency_p99 allows."
  remedy  = "The cheapest way out is rpo = \"${duration(assumption.replica_lag_seconds)}\": copies then follow a little later, and no write waits for them."
  about   = [requirements.latency_p99, requirements.regions, requirements.rpo]
}

constraint "regions" {
  holds   = length(requirements.regions) < 3
  because = "The system lists ${length(requirements.regions)} regions; this blueprint has an answer for a primary and one standby."
  remedy  = "Name at most two, the primary first."
  about   = [requirements.regions]
}

constraint "second_region" {
  holds   = decision.recovery == "backup-restore" || length(requirements.regions) > 1
  because = "The team chose recovery by ${decision.recovery}, which takes a second region, and the system has one."
  remedy  = "The cheapest way out is to leave the decision \"recovery\" to the rule; otherwise add a region to regions."
  about   = [decision.recovery, requirements.regions]
}

constraint "active_active_consistency" {
  holds   = decision.recovery != "active-active" || requirements.consistency == "eventual"
  because = "Readers must see what was just written (consistency = \"strong\"), and two regions that both take writes show each other's only after a while."
  remedy  = "The cheapest way out is to leave the decision \"recovery\" to the rule; otherwise consistency = \"eventual\"."
  about   = [requirements.consistency, decision.recovery]
}

constraint "active_active" {
  holds   = decision.recovery != "active-active"
  because = "The team chose active-active, and this pattern answers requests in one region: of what it builds, only tables and buckets can be written in two (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html)."
  remedy  = "The cheapest way out is to leave the decision \"recovery\" to the rule, which takes what rto and rpo ask for; otherwise write a blueprint of your own."
  about   = [decision.recovery, requirements.regions]
}

constraint "region" {
  holds   = !local.production || requirements.availability <= local.promised
  because = "${requirements.availability} % of a month leaves ${duration(downtime(requirements.availability))}, and AWS promises no more than ${local.promised} % for what this pattern runs in one region."
  remedy  = "Ask for at most ${local.promised}; more takes programs and data that are active in two regions, in a blueprint of your own."
  about   = [requirements.availability]
}

constraint "one_zone" {
  holds   = !local.production || decision.zones != "one" || requirements.availability <= sla("ec2", "single-az")
  because = "${requirements.availability} % of a month is more than AWS promises for one availability zone: ${sla("ec2", "single-az")} %."
  remedy  = "The cheapest way out is two zones: leave the decision \"zones\" to the rule, or ask for at most ${sla("ec2", "single-az")}."
  about   = [requirements.availability, decision.zones]
}

constraint "zones_of_parts" {
  holds   = decision.zones != "one" || (length(local.public) == 0 && length(stores) == 0)
  because = "AWS puts load balancers and databases into subnets of at least two availability zones, and the team chose one."
  remedy  = "Leave the decision \"zones\" to the rule; two zones cost no more than one when the NAT gateway is single."
  about   = [decision.zones]
}

decision "zones" {
  question = "How many availability zones does the system span?"
  guide    = "10. Resilience: Designing for Inevitable Failure"
  when     = local.networked
  option "three" {
    when    = requirements.availability >= 99.9 && local.production
    because = "${requirements.availability} % allows ${duration(downtime(requirements.availability))} of downtime in 30 days; with three zones, losing one leaves two thirds of the capacity"
    gains   = ["availability", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "one" {
    when    = false
    because = "One zone is cheapest to run in, and everything stops when it fails; only the team can choose that"
    gains   = ["cost_efficiency"]
    costs   = ["availability", "resilience"]
  }
  option "two" {
    because = "Two zones survive the loss of one"
    gains   = ["cost_efficiency"]
    costs   = ["availability"]
  }
}

decision "egress" {
  question = "How does what runs in private subnets reach the internet?"
  guide    = "4. Getting Traffic In: Networking Fundamentals"
  when     = local.networked
  option "per-zone" {
    when    = requirements.availability >= 99.9 && local.production && decision.zones != "one"
    because = "A NAT gateway in each zone keeps the others connected when one zone fails, as ${requirements.availability} % asks for"
    gains   = ["availability", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "single" {
    because = "One NAT gateway costs a fraction of one in each zone; when its zone fails, nothing can call out until it is back"
    gains   = ["cost_efficiency"]
    costs   = ["availability"]
  }
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

decision "encryption" {
  question = "Whose keys encrypt the data, and how many are there?"
  guide    = "12. Encryption and Data Security"
  option "key-per-store" {
    when    = local.production && (contains(requirements.compliance, "hipaa") || contains(requirements.compliance, "pci"))
    because = "${upper(join(" and ", [for c in requirements.compliance : c if contains(["hipaa", "pci"], c)]))}: a customer-managed key for each store lets access to one be audited and revoked without touching the others"
    gains   = ["security"]
    costs   = ["cost_efficiency", "maintainability"]
  }
  option "one-key" {
    because = "One customer-managed key for the system has one policy to review, is rotated every year, and costs ${price("kms", "key-month")} USD a month; keys that AWS owns could neither be audited nor revoked"
    gains   = ["security", "maintainability"]
    costs   = ["cost_efficiency"]
  }
}

decision "logs" {
  question = "How long are logs kept?"
  guide    = "13. Observability and Incident Response"
  option "six-years" {
    when    = local.production && contains(requirements.compliance, "hipaa")
    because = "HIPAA keeps the records of its safeguards for six years (45 CFR 164.316(b)(2)(i))"
    gains   = ["security"]
    costs   = ["cost_efficiency"]
  }
  option "one-year" {
    when    = local.production && (contains(requirements.compliance, "pci") || contains(requirements.compliance, "soc2"))
    because = "PCI DSS 10.5.1 keeps audit logs for twelve months, and auditors of SOC 2 look at a year"
    gains   = ["security"]
    costs   = ["cost_efficiency"]
  }
  option "three-months" {
    when    = local.production
    because = "Ninety days are enough to look into an incident; personal data in logs is kept no longer than its purpose takes (GDPR Article 5(1)(e))"
    gains   = ["maintainability", "cost_efficiency"]
    costs   = []
  }
  option "one-week" {
    because = "Nobody looks for what happened in a sandbox weeks ago"
    gains   = ["cost_efficiency"]
    costs   = ["maintainability"]
  }
}

locals {
  log_days = { "six-years" = 2192, "one-year" = 365, "three-months" = 90, "one-week" = 7 }[decision.logs]
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

# What faces the internet in public subnets, what runs in private ones, data where nothing leads out.
component "network" "vpc" {
  when                     = local.networked
  availability_zones       = { three = 3, two = 2, one = 1 }[decision.zones]
  nat                      = decision.egress
  flow_logs_retention_days = local.log_days
  kms_key_arn              = component.key.arn
}

# The second region has a key and alarms of its own, so that it depends on nothing in the first.
component "key" "standby_key" {
  when                = local.copied
  in_region           = local.standby
  description         = "The copies that ${system.name} keeps in ${local.standby}"
  services            = ["cloudwatch", "logs", "sns"]
  deletion_protection = local.production
}

# Alarms of the second region.
component "alarm_topic" "standby_alarms" {
  when        = local.copied
  in_region   = local.standby
  kms_key_arn = component.standby_key.arn
}

# The network that the copies of databases are in, and the program when it comes.
component "network" "standby_vpc" {
  when                     = local.copied && local.networked
  in_region                = local.standby
  cidr                     = "10.1.0.0/16"
  availability_zones       = 2
  nat                      = "single"
  flow_logs_retention_days = local.log_days
  kms_key_arn              = component.standby_key.arn
}

# The zone of the domain under which users reach the system.
component "dns" "zone" {
  when                = length(local.public) > 0
  domain_name         = environment.domain
  deletion_protection = local.production
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
