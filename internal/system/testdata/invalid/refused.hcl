system "shop" {
  owner = (1
} # ERROR: Mismatched bracket
