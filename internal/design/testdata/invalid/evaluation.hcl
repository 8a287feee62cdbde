blueprint "test" {
  title   = "Test"
  summary = "A test."
}
component "net" "net" {
  zones = 1.5             # ERROR: Wrong type
  open  = "perhaps"       # ERROR: Wrong type
  names = "one"           # ERROR: Wrong type
  share = "a"             # ERROR: Wrong type
}
component "net" "gone" { when = false }
component "net" "odd" { when = "maybe" } # ERROR: Wrong type
component "net" "many" { for_each = 7 } # ERROR: Wrong type
component "app" "app" {
  net_id   = upper(component.net.id)              # ERROR: Invalid function argument
  subnets  = [component.net.subnets]              # ERROR: Wrong type
  policies = component.net.subnets                # ERROR: Wrong type
  mode     = component.net.id                     # ERROR: Wrong type
  env      = { A = component.gone.id }            # ERROR: Unsupported attribute
}
component "app" "null" {
  net_id = null # ERROR: Missing argument
}
