system "shop" {
  owner = "team"
}

service "a" {
  port   = # ERROR: Invalid expression
  stores = ["nowhere"]
  health = 3 # ERROR: Unsuitable value
}
