system "shop" {
}

waive "RDS.7" { # ERROR: Missing argument
  until = "2027-01-31"
}

waive "RDS.6" { # ERROR: Missing argument
  reason = "It is so"
}

waive "RDS.8" {
  reason = "Legacy client"
  until  = "2027-02-30" # ERROR: Invalid date
}

waive "RDS.9" {
  reason = "Legacy client"
  until  = "1.1.2027" # ERROR: Invalid date
}
