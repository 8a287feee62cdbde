blueprint "test" {
  title   = "Test"
  summary = "A test."
}
locals {
  a = tasks(-1, 0.1, 10, 0.7)                       # ERROR: Invalid function argument
  b = tasks(1, 0.1, 10, 1.7)                        # ERROR: Invalid function argument
  c = in_flight(1e400, 1)                           # ERROR: Invalid function argument
  d = database_class("postgrs", 1, 1, 1)            # ERROR: Invalid function argument
  e = database_class("postgres", 1000, 1, 1)        # ERROR: Invalid function argument
  f = class_price("db.m7g.large", "postgres", "x")  # ERROR: Error in function call
  g = sla("rds", "multi-zone")                      # ERROR: Invalid function argument
  h = round_trip("eu-west-1", "nowhere")            # ERROR: Invalid function argument
  i = shards(1)                                     # ERROR: Not enough function arguments
  j = cache_node("large")                           # ERROR: Invalid function argument
  k = price("alb", null)                            # ERROR: Invalid function argument
}
