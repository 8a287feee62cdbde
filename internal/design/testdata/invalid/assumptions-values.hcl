blueprint "test" {
  title   = "Test"
  summary = "A test."
}
assumption "list" {
  value   = [1] # ERROR: Wrong type
  because = "x"
}
assumption "truth" {
  value   = true # ERROR: Wrong type
  because = "x"
}
assumption "nothing" {
  value   = null # ERROR: Wrong type
  because = "x"
}
assumption "round" { # ERROR: Reference cycle
  value   = local.round
  because = "x"
}
assumption "why" {
  value   = 1
  because = ["x"] # ERROR: Wrong type
}
locals {
  round = assumption.round + 1
}
