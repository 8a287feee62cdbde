system "shop" {
  owner       = var.owner         # ERROR: Plain value required
  description = "For ${var.who}"  # ERROR: Plain value required
}

requirements {
  consistency         = strong        # ERROR: Plain value required
  requests_per_second = 8 * 100       # ERROR: Plain value required
  peak_factor         = max(1, 2)     # ERROR: Plain value required
  read_ratio          = !true         # ERROR: Plain value required
  stored              = "${"20 GiB"}" # ERROR: Plain value required
  regions             = var.regions   # ERROR: Plain value required
  compliance          = ["gdpr", pci] # ERROR: Plain value required
  rpo                 = true ? "5m" : "6m" # ERROR: Plain value required
}

service "orders" {
  stores = [for s in stores : s.name] # ERROR: Plain value required
}

decide {
  bus = stream # ERROR: Plain value required
}
