blueprint "test" {
  title   = "Test"
  summary = "A test."
}
component "net" "net" {}
component "app" "app" {
  net_id   = component.net.id == "x" ? "a" : "b"                       # ERROR: Output known only after deployment
  mode     = component.net.id + 1                                      # ERROR: Output known only after deployment
  env      = { for i in [component.net.id] : i => "x" }                # ERROR: Output known only after deployment
  policies = [for i in [component.net.id] : i if i != "a"]             # ERROR: Output known only after deployment
}
