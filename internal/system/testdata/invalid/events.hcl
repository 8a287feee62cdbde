system "shop" {
}

service "orders" {
  publishes = ["order-placed", "order-lost"] # WARNING: Event without consumer
  consumes  = ["payment-settled"]            # WARNING: Event without publisher
}

service "mail" {
  consumes = ["order-placed"]
}

event "order-placed" {
  ordered = true
}

event "payment-failed" { # WARNING: Unused event
}

store "orders" { # WARNING: Unused store
}
