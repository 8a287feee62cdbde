system { # ERROR: Missing name
  onwer = "a" # ERROR: Unknown argument
}

service { # ERROR: Missing name
  port = 0 # ERROR: Value out of range
}

waive { # ERROR: Missing name
  reason = "because"
  until  = "2027-01-31"
}
