system "shop" {
}

service "a" {
  image  = "https://ghcr.io/acme/a:1" # ERROR: Invalid image reference
  port   = 0                          # ERROR: Value out of range
  path   = "a"                        # ERROR: Invalid path
  health = "/a b"                     # ERROR: Invalid path
  calls  = ["a", "bb"]                # ERROR: Service calls itself # ERROR: Unknown service
  stores = ["order"]                  # ERROR: Unknown store
}

service "b" {
  image  = "ghcr.io/Acme/b" # ERROR: Invalid image reference
  port   = 80.5             # ERROR: Value out of range
  path   = "/a/*"           # ERROR: Invalid path
  cpu    = 300              # ERROR: Unknown value
  memory = "128 MiB"        # ERROR: Value out of range
}

service "c" {
  port   = 65536   # ERROR: Value out of range
  path   = "/a//b" # ERROR: Invalid path
  cpu    = 256
  memory = "4 GiB" # ERROR: Memory does not suit cpu
}

service "d" {
  stores = ["orders"]
  memory = "512" # ERROR: Invalid size
}

store "orders" {
  model = "relatoinal" # ERROR: Unknown value
}
