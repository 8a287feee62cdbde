system { # ERROR: Missing name
}

service { # ERROR: Missing name
}

requirements "x" { # ERROR: Unexpected name
}

service "a" "b" { # ERROR: Unexpected name
}

environment "dev" {
  requirements "y" { # ERROR: Unexpected name
  }
}
