system "shop" {
}

waive "RDS.7" { reason = "Legacy client" until = "2027-01-01" } # ERROR: Invalid single-argument block definition
