# Tickets for concerts: thousands look at the seats for each one who buys.
system "tickets" {
  pattern     = "cqrs"
  owner       = "team-box-office"
  description = "Seats, prices and sales of concert tickets"
  domain      = "tickets.example.com"
}

requirements {
  requests_per_second = 400
  peak_factor         = 10    # the minute a tour goes on sale
  concurrent_users    = 40000
  read_ratio          = 0.97
  stored              = "80 GiB"
  growth_per_month    = "4 GiB"
  latency_p99         = "250ms"
  availability        = 99.95
  consistency         = "eventual"
  rpo                 = "5m"
  rto                 = "1h"
  regions             = ["eu-west-1"]
  compliance          = ["gdpr", "pci"]
  engineers           = 14
}

# Sells seats, and answers what is still to be had.
service "sales" {
  path      = "/sales"
  publishes = ["ticket-sold"]
  stores    = ["sales"]
}

# Concerts, venues and prices, as the promoters enter them.
service "programme" {
  path   = "/programme"
  stores = ["programme"]
}

# Sends the tickets.
service "delivery" {
  consumes = ["ticket-sold"]
}

store "sales" { model = "relational" }
store "programme" { model = "document" }

environment "dev" {
  preset = "sandbox"
}
environment "prod" {
  preset = "production"
}
