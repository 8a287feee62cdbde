system "shop" {
  owner = "a"
}

requirements {
  rpo = "5m"
}
