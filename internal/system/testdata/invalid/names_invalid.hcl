system "My Shop" { # ERROR: Invalid name
  pattern = "Event Driven" # ERROR: Invalid name
}

service "orders-" { # ERROR: Invalid name
  publishes = ["order_placed"] # ERROR: Invalid name
  consumes  = ["order_placed"] # ERROR: Invalid name
  stores    = ["the--orders"]
}

service "1st" { # ERROR: Invalid name
}

service "a-name-of-25-characters-x" { # ERROR: Invalid name
}

store "the--orders" { # ERROR: Invalid name
}

event "Ünpaid" { # ERROR: Invalid name # WARNING: Unused event
}

environment "" { # ERROR: Invalid name
}

decide {
  Bus     = "stream" # ERROR: Invalid name
  storage = "Not An Option" # ERROR: Invalid name
}

waive "RDS 7" { # ERROR: Invalid name
  reason = "It is so"
  until  = "2027-01-31"
}

assume {
  Request_seconds                                  = 1 # ERROR: Invalid name
  far_too_long_a_name_for_any_assumption_there_is = 1 # ERROR: Invalid name
  _x = 1 # ERROR: Invalid name
}

assume "x" { # ERROR: Unexpected name
  inner { # ERROR: Unknown block
  }
}
