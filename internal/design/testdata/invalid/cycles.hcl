blueprint "test" {
  title   = "Test"
  summary = "A test."
}
component "app" "a" {
  net_id = component.b.url
}
component "app" "b" {
  net_id = component.a.url # ERROR: Reference cycle
}
