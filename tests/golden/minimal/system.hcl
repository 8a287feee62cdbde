system "minimal" {
  pattern = "event-driven"
}
