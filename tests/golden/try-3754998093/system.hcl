system "s" {
  pattern = "serverless"
  domain = "example.com"
}
requirements {
  peak_factor = 8.74
  concurrent_users = 3
  compliance = ["hipaa", "pci"]
}
service "orders" {
  cpu = 2048
  memory = "8 GiB"
  stores = ["orders"]
}
service "billing" {
  path = "/billing"
  stores = ["billing"]
  calls = ["users"]
}
service "notifications" {
  path = "/v2"
  stores = ["select"]
}
service "catalogue" {
  path = "/catalogue"
  stores = ["user"]
}
service "search" {
  consumes = ["paid"]
}
service "users" {
}
service "a" {
}
service "reports2" {
  path = "/reports2"
  consumes = ["paid"]
}
service "shipping-and-returns-eu" {
  path = "/v8"
}
service "very-long-name-of-a-thin" {
  path = "/very-long-name-of-a-thin"
}
service "inbox" {
}
store "orders" { model = "key-value" }
store "billing" { model = "wide-column" }
store "select" { model = "relational" }
store "user" { model = "relational" }
event "order-placed" { ordered = false }
event "paid" { ordered = false }
