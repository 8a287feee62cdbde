system "shop" {
}

requirements {
  requests_per_second = 0          # ERROR: Value out of range
  peak_factor         = 0.5        # ERROR: Value out of range
  concurrent_users    = 1.5        # ERROR: Value out of range
  read_ratio          = 90         # ERROR: Value out of range
  stored              = "200"      # ERROR: Invalid size
  growth_per_month    = "20 Gigs"  # ERROR: Invalid size
  latency_p99         = "0ms"      # ERROR: Value out of range
  availability        = 100        # ERROR: Value out of range
  consistency         = "eventaul" # ERROR: Unknown value
  rpo                 = "5 minutes" # ERROR: Invalid duration
  rto                 = "90d"      # ERROR: Value out of range
  regions             = ["eu-central-1", "eu-west-l"] # ERROR: Unknown region
  compliance          = ["gdpr", "sox", "hippa"] # ERROR: Unknown value # ERROR: Unknown value
  engineers           = 0          # ERROR: Value out of range
  monthly_budget_usd  = -1         # ERROR: Value out of range
}

environment "prod" {
  requirements {
    availability = 89 # ERROR: Value out of range
    rto          = "1m1h" # ERROR: Invalid duration
    regions      = ["cn-north-1", "us-gov-west-1"] # ERROR: Unsupported region # ERROR: Unsupported region
  }
}
