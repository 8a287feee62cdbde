blueprint "test" {
  title   = "Test"
  summary = "A test."
}
component "net" "away" { in_region = "eu-west-1" }
component "net" "typo" { in_region = "eu-wset-1" }   # ERROR: Unknown region
component "net" "china" { in_region = "cn-north-1" } # ERROR: Unsupported region
component "net" "odd" { in_region = ["eu-west-1"] }  # ERROR: Wrong type
component "net" "none" { in_region = null }
component "net" "second" { in_region = requirements.regions[1] } # ERROR: Invalid index
component "net" "never" {
  when      = false
  in_region = requirements.regions[1]
}
