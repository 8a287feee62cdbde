blueprint "test" {
  title   = "Test"
  summary = "A test."
}
locals {
  a = local.b # ERROR: Reference cycle
  b = local.a
}
