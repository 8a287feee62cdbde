# The orders, payments and notifications of a web shop.
system "shop" {
  pattern     = "event-driven"
  owner       = "team-commerce"
  description = "Orders, payments and notifications of the web shop"
  domain      = "shop.example.com"
}

requirements {
  requests_per_second = 200   # over a busy hour
  peak_factor         = 5     # sales, the evening news
  concurrent_users    = 5000
  read_ratio          = 0.85
  stored              = "120 GiB"
  growth_per_month    = "10 GiB"
  latency_p99         = "300ms"
  availability        = 99.95
  consistency         = "strong"
  rpo                 = "5m"
  rto                 = "1h"
  regions             = ["eu-central-1"]
  compliance          = ["gdpr"]
  engineers           = 12
}

# Takes orders and tells everybody about them.
service "orders" {
  path      = "/orders"
  publishes = ["order-placed", "order-cancelled"]
  consumes  = ["payment-settled"]
  stores    = ["orders"]
  calls     = ["billing"]
}

# Asks for the money, and says when it has come.
service "billing" {
  path      = "/billing"
  publishes = ["payment-settled"]
  consumes  = ["order-placed", "order-cancelled"]
  stores    = ["billing"]
}

# Writes to customers.
service "notifications" {
  consumes = ["order-placed", "order-cancelled", "payment-settled"]
}

store "orders" { model = "relational" }
store "billing" { model = "relational" }

event "order-placed" {}
event "order-cancelled" {}
event "payment-settled" {}

environment "dev" {
  preset = "sandbox"
}

environment "prod" {
  preset = "production"
  requirements {
    requests_per_second = 800
  }
}
