system "shop" {
  domain = "https://shop.example.com" # ERROR: Invalid domain name
}

environment "a" {
  preset = "prod"        # ERROR: Unknown value
  domain = "example"     # ERROR: Invalid domain name
}

environment "b" {
  preset = "sandbox"
  domain = "*.example.com" # ERROR: Invalid domain name
}
