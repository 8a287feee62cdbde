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
locals {
  ids = { net = component.net.id }
  all = [for k, id in local.ids : id]
}
component "app" "wired" {
  when   = length(local.all) > 0                                       # ERROR: Invalid reference
  net_id = local.ids.net == "x" ? "a" : "b"                            # ERROR: Output known only after deployment
}
decision "d" {
  question = "Can a decision look at outputs?"
  option "yes" {
    when    = length(local.ids) > 0                                  # ERROR: Invalid reference
    because = "It cannot"
  }
  option "no" { because = "It cannot" }
}
