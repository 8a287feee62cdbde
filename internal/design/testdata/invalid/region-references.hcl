blueprint "test" {
  title   = "Test"
  summary = "A test."
}
component "net" "net" {}
component "net" "away" { in_region = component.net.id } # ERROR: Invalid reference
component "net" "each" { in_region = each.key }         # ERROR: Invalid reference
component "net" "named" { in_regoin = "eu-west-1" }     # ERROR: Unknown argument
