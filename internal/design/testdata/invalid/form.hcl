blueprint "test" { # ERROR: Missing argument
  title  = 7       # ERROR: Wrong type
  sumary = "x"     # ERROR: Unknown argument
}
blueprint "again" { # ERROR: Duplicate blueprint block
  title   = "x"
  summary = "y"
}
decide "x" {} # ERROR: Unknown block
component "net" {} # ERROR: Wrong number of labels
component "net" "Net" {} # ERROR: Invalid name
component "net" "net" {
  nested {} # ERROR: Unknown block
}
component "net" "net" {} # ERROR: Duplicate name
locals {
  a = 1
}
locals {
  a = 2 # ERROR: Duplicate name
}
decision "one" { # ERROR: Too few options
  question = "?"
  option "a" { because = "b" }
}
decision "two" {
  question = "?"
  option "a" { # ERROR: Missing argument
    because = "b"
    gains   = ["speed"] # ERROR: Unknown axis
  }
  option "b" { # ERROR: Missing default option
    when    = true
    because = "c"
    costs   = [1] # ERROR: Wrong type
  }
  option "b" { because = "d" } # ERROR: Duplicate name
  choice "c" {} # ERROR: Unknown block
}
constraint "c" { # ERROR: Missing argument
  holds   = true
  because = "x"
  about   = [1] # ERROR: Invalid place
}
output "o" { value = "x" } # ERROR: Missing argument
loose = 1 # ERROR: Unknown argument
