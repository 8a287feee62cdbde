# Acme's golden path for event-driven systems: what differs from scaffold's own.
blueprint "acme" {
  extends = "event-driven"
  title   = "Acme event-driven services"
}

locals {
  # Acme's audit keeps logs for a year where data of people is processed.
  log_days = contains(requirements.compliance, "gdpr") ? 365 : 90
}

# The operations centre is told of every alarm.
component "alarm_topic" "alarms" {
  emails = ["operations@acme.example"]
}

# Acme's programs are built for ARM, which costs a fifth less.
component "service" "service" {
  architecture       = "arm64"
  log_retention_days = local.production ? local.log_days : 7
}

# Acme's databases are MySQL.
component "relational" "database" {
  engine             = "mysql"
  log_retention_days = local.production ? local.log_days : 7
}

decision "egress" {
  question = "How do services in private subnets reach the internet?"
  option "per-zone" {
    when    = local.production
    because = "Acme connects every production zone by itself, whatever the availability"
    gains   = ["availability", "resilience"]
    costs   = ["cost_efficiency"]
  }
  option "single" {
    because = "One NAT gateway is enough to develop with"
    gains   = ["cost_efficiency"]
    costs   = ["availability"]
  }
}
