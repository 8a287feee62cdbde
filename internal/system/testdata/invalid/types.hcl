system "shop" {
  owner       = 3      # ERROR: Unsuitable value
  description = null   # ERROR: Unsuitable value
  pattern     = ["a"]  # ERROR: Unsuitable value
}

requirements {
  requests_per_second = "800"        # ERROR: Unsuitable value
  stored              = 200          # ERROR: Unsuitable value
  latency_p99         = 200          # ERROR: Unsuitable value
  regions             = "us-east-1"  # ERROR: Unsuitable value
  compliance          = [1]          # ERROR: Unsuitable value
  availability        = true         # ERROR: Unsuitable value
  engineers           = { a = 1 }    # ERROR: Unsuitable value
}

event "placed" { # WARNING: Unused event
  ordered = "yes" # ERROR: Unsuitable value
}

decide {
  bus = 3 # ERROR: Unsuitable value
}

assume {
  request_seconds = true        # ERROR: Unsuitable value
  sizes           = [1]         # ERROR: Unsuitable value
  peak            = local.peak  # ERROR: Plain value required
  unit            = null        # ERROR: Unsuitable value
  text            = ""          # ERROR: Empty value
}
