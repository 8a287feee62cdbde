system "warehouse" {
  pattern     = "acme"
  owner       = "team-logistics"
  description = "What is in stock, and where"
}

requirements {
  compliance   = ["gdpr"]
  availability = 99.5
}

service "stock" {
  publishes = ["stock-changed"]
  stores    = ["stock"]
}

service "shelves" {
  consumes = ["stock-changed"]
}

store "stock" {}
