blueprint "test" {
  title   = "Test"
  summary = "A test."
}
locals {
  a = local.b          # ERROR: Unknown reference
  c = requirement.rpo  # ERROR: Unknown reference
  d = requirements.rpq # ERROR: Unknown reference
  e = component.net.di # ERROR: Unknown output
  f = each.key         # ERROR: Invalid reference
  g = uper("x")        # ERROR: Unknown function
  h = system.nmae      # ERROR: Unknown reference
}
decision "bus" {
  question = "?"
  option "stream" {
    when    = decision.buss == "x" # ERROR: Unknown reference
    because = "x"
  }
  option "topic" { because = "y" }
}
component "net" "net" {
  zones = decision.bus == "steam" ? 1 : 2 # ERROR: Unknown option
  opn   = true                            # ERROR: Unknown argument
}
component "nets" "other" {} # ERROR: Unknown component
component "app" "app" { # ERROR: Missing argument
  for_each = services
  mode     = component.net.idd                  # ERROR: Unknown output
  subnets  = component.nett.subnets             # ERROR: Unknown reference
  env      = { A = component.app[each.key].uri } # ERROR: Unknown output
  policies = [each.name]                        # ERROR: Unknown reference
}
