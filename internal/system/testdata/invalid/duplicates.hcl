system "shop" {
}

system "other" { # ERROR: Duplicate block
  colour = "red" # ERROR: Unknown argument
}

requirements {
  rpo = "5m"
}

requirements { # ERROR: Duplicate block
  rpoo = "5m" # ERROR: Unknown requirement
}

service "a" {
  stores = ["s", "s"] # ERROR: Duplicate value
  path   = "/a"
}

service "a" { # ERROR: Duplicate name
  port = 0 # ERROR: Value out of range
}

service "b" {
  path = "/a/" # ERROR: Duplicate path
}

store "s" {
}

store "s" { # ERROR: Duplicate name
}

event "e" { # WARNING: Unused event
}

event "e" { # ERROR: Duplicate name
}

environment "dev" {
  requirements {
  }
  requirements { # ERROR: Duplicate block
  }
}

environment "dev" { # ERROR: Duplicate name
}

decide {
  bus = "stream"
}

decide {
  bus = "topic" # ERROR: Duplicate decision
}

waive "RDS.7" {
  reason = "Legacy client"
  until  = "2027-01-31"
}

waive "RDS.7" { # ERROR: Duplicate name
  reason = "Legacy client"
  until  = "2027-01-31"
}

assume {
  request_seconds = 0.1
}

assume {
  request_seconds = 0.2 # ERROR: Duplicate assumption
}
