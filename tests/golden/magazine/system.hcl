# A magazine that lives on advertising: one team, one program, many readers, and a second region
# for the night of an election.
system "magazine" {
  pattern     = "monolith"
  owner       = "team-web"
  description = "Articles, comments and subscriptions of a weekly magazine"
  domain      = "magazine.example.com"
}

requirements {
  requests_per_second = 120
  peak_factor         = 8     # what goes round
  concurrent_users    = 15000
  read_ratio          = 0.95
  stored              = "60 GiB"
  growth_per_month    = "2 GiB"
  latency_p99         = "400ms"
  availability        = 99.95
  consistency         = "eventual"
  rpo                 = "5m"
  rto                 = "15m"
  regions             = ["eu-central-1", "eu-west-1"]
  compliance          = ["gdpr"]
  engineers           = 6
}

service "magazine" {
  path      = "/"
  health    = "/health"
  publishes = ["article-published"]
  consumes  = ["article-published"]
  stores    = ["articles", "pictures"]
}

store "articles" { model = "relational" }
store "pictures" { model = "object" }

environment "dev" {
  preset = "sandbox"
}
environment "prod" {
  preset = "production"
}
