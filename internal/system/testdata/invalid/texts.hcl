system "shop" {
  owner       = ""          # ERROR: Empty value
  description = "a\u0007b"  # ERROR: Invalid text
}

requirements {
  regions = [] # ERROR: Empty value
}

service "a" {
  image = "  " # ERROR: Empty value
}

waive "S3.1" {
  reason = "" # ERROR: Empty value
  until  = "" # ERROR: Empty value
}
