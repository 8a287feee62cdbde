system "shop" {
  domain = "example.com"
}

environment "eu" {
  preset = "production"
}

environment "us" { # ERROR: Duplicate domain
  preset = "production"
}

environment "dev" {
  preset = "sandbox"
}

environment "test" {
  preset = "sandbox"
  domain = "dev.example.com" # ERROR: Duplicate domain
}
