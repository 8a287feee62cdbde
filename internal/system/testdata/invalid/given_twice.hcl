system "shop" {
}

requirements {
  rpo = "5m"
  rpo = "6m" # ERROR: Attribute redefined
}
