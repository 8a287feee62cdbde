system "shop" {
  pattern     = "event-driven"
  owner       = "team-commerce"
  description = "Orders, payments and notifications of the web shop"
  domain      = "shop.example.com"
}

requirements {
  requests_per_second = 800
  peak_factor         = 5
  concurrent_users    = 20000
  read_ratio          = 0.9
  stored              = "200 GiB"
  growth_per_month    = "20 GiB"
  latency_p99         = "200ms"
  availability        = 99.95
  consistency         = "strong"
  rpo                 = "5m"
  rto                 = "1h"
  regions             = ["eu-central-1", "eu-west-1"]
  compliance          = ["gdpr"]
  engineers           = 12
  monthly_budget_usd  = 3000
}

service "orders" {
  image     = "ghcr.io/acme/orders:1.4"
  port      = 8080
  path      = "/orders"
  health    = "/orders/health"
  cpu       = 512
  memory    = "2 GiB"
  publishes = ["order-placed"]
  consumes  = ["payment-settled"]
  stores    = ["orders"]
  calls     = ["billing"]
}

service "billing" {
  publishes = ["payment-settled"]
  consumes  = ["order-placed"]
}

store "orders" { model = "relational" }
event "order-placed" { ordered = false }

environment "dev" { preset = "sandbox" }
environment "prod" {
  preset = "production"
  requirements { requests_per_second = 2000 }
}

decide { bus = "stream" }
waive "RDS.7" {
  reason = "Legacy client without IAM support"
  until  = "2027-01-01"
}
