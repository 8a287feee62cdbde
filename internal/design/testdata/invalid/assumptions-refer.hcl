blueprint "test" {
  title   = "Test"
  summary = "A test."
}
assumption "seconds" {
  value   = local.outpt         # ERROR: Unknown reference
  because = "As ${each.key} is" # ERROR: Invalid reference
}
assumption "from_output" {
  value   = component.net.id # ERROR: Invalid reference
  because = "x"
}
locals {
  a = assumption.second           # ERROR: Unknown reference
  b = assumptions.seconds         # ERROR: Unknown reference
  c = assumption.seconds + taks(1) # ERROR: Unknown function
}
component "net" "net" {
  share = assumption.secnds # ERROR: Unknown reference
}
