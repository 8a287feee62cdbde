system "shop" {
}

servcie "orders" { # ERROR: Unknown block
}

database "orders" { # ERROR: Unknown block
  size = 3
}

service "orders" {
  image { # ERROR: Unknown block
  }
  store "x" { # ERROR: Unknown block
  }
  sidecar { # ERROR: Unknown block
  }
}

environment "dev" {
  requirement { # ERROR: Unknown block
  }
}
