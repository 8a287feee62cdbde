system "shop" {
}

requirements {
  stored  = foo. # ERROR: Invalid attribute name
  regions = ["us-east-1", +]
}
