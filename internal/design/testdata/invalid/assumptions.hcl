blueprint "test" {
  title   = "Test"
  summary = "A test."
}
assumption "plain" {
  value   = 0.1
  unit    = "s"
  because = "It is so"
}
assumption "plain" { # ERROR: Duplicate name
  value   = 1
  because = "x"
}
assumption "Upper" { # ERROR: Invalid name
  value   = 1
  because = "x"
}
assumption "empty" {} # ERROR: Missing argument + Missing argument
assumption "more" {
  value   = 1
  because = "x"
  unit    = 3     # ERROR: Wrong type
  reason  = "x"   # ERROR: Unknown argument
  nested {}       # ERROR: Unknown block
}
assumption {} # ERROR: Wrong number of labels
