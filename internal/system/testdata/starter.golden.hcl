system "shop" {
  pattern     = "event-driven"
  description = "What the system is for"
  # owner  = "team-name"
  # domain = "shop.example.com" # the DNS name users reach it by
}

# How well the system must do it. These values are usual for a small system, each with its reason:
# replace what you know better. The design follows from them.
requirements {
  requests_per_second = 10            # mean over a busy hour. Ten requests a second are a busy hour of a small system.
  peak_factor         = 3             # peak over the mean of a busy hour. Interactive traffic commonly peaks at three times its mean.
  concurrent_users    = 100           # users active at the same time. A hundred users who act every ten seconds make ten requests a second.
  read_ratio          = 0.8           # reads among all requests, 0 to 1. Most systems read four times for each write.
  stored              = "10 GiB"      # data kept on the first day. A new system starts with little data.
  growth_per_month    = "1 GiB"       # data added each month. A tenth of the starting size leaves years before storage matters.
  latency_p99         = "500ms"       # 99 of 100 requests are answered within it. People notice waits of more than half a second.
  availability        = 99.9          # percent of a month it works. 44 minutes without service a month need no standby staff.
  consistency         = "strong"      # "strong", or "eventual" if reads may be stale. Code that never meets stale reads is easier to get right.
  rpo                 = "5m"          # how far back a disaster may throw the data. Managed databases restore to the last five minutes at no extra cost.
  rto                 = "4h"          # time until it works again after a disaster. Half a working day is enough to restore a backup by hand.
  regions             = ["us-east-1"] # AWS regions, the primary first. It has every service at the lowest price; your users may be nearer to another.
  compliance          = []            # any of gdpr, hipaa, pci, soc2. No framework binds a system unless somebody says so.
  engineers           = 5             # people who build and run it. Five people are the fewest who can share being on call.
  monthly_budget_usd  = 0             # US dollars a month, 0 for no limit. Without a budget nothing is refused for its cost.
}

# What the team runs, and where it keeps data. Without a service there is one, named after the system.
#
# service "orders" {
#   image     = "ghcr.io/acme/orders:1.4"
#   port      = 8080
#   path      = "/orders" # reachable from the internet below this path
#   publishes = ["order-placed"]
#   stores    = ["orders"]
# }
#
# store "orders" {
#   model = "relational" # or key-value, document, wide-column, graph, object, cache
# }

# Numbers that the design assumes where no requirement says them are listed by scaffold explain: replace what you measured.
#
# assume {
#   request_seconds = 0.25
# }

environment "dev" {
  preset = "sandbox" # small, cheap, easily thrown away
}

environment "prod" {
  preset = "production" # protected against loss, failure and mistakes
}
