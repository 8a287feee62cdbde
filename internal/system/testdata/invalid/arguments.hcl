owner = "a" # ERROR: Argument outside a block
requirements = {} # ERROR: Argument outside a block
systm = "x" # ERROR: Argument outside a block

system "shop" {
  onwer = "team" # ERROR: Unknown argument
  name  = "shop" # ERROR: Unknown argument
}

requirements {
  regoins = ["eu-west-1"] # ERROR: Unknown requirement
  budget  = 100           # ERROR: Unknown requirement
}

service "orders" {
  replicas = 3 # ERROR: Unknown argument
}

environment "dev" {
  requirements = {} # ERROR: Unknown argument
  requirements {
    rpoo = "5m" # ERROR: Unknown requirement
  }
}
