system "shop" {
}

waive "RDS.7" { # ERROR: Missing argument
}

waive "RDS.8" {
  reason = "Legacy client"
  until  = "2027-02-30" # ERROR: Invalid date
}

waive "RDS.9" {
  reason = "Legacy client"
  until  = "1.1.2027" # ERROR: Invalid date
}
