# Lockers for parcels in small towns: little happens, then a van arrives.
system "parcels" {
  pattern     = "serverless"
  owner       = "team-lockers"
  description = "Booking, paying and opening of parcel lockers"
  domain      = "parcels.example.com"
}

requirements {
  requests_per_second = 5
  peak_factor         = 20
  concurrent_users    = 300
  read_ratio          = 0.6
  stored              = "10 GiB"
  growth_per_month    = "1 GiB"
  latency_p99         = "1s"
  availability        = 99.9
  consistency         = "eventual"
  rpo                 = "5m"
  rto                 = "4h"
  regions             = ["eu-north-1"]
  compliance          = ["gdpr"]
  engineers           = 4
}

# Takes a booking through its steps: reserve a locker, take the money, tell the courier.
service "bookings" {
  path      = "/bookings"
  publishes = ["parcel-booked"]
  stores    = ["bookings"]
  calls     = ["lockers", "payments", "couriers"]
}

service "lockers" {
  path     = "/lockers"
  consumes = ["parcel-delivered"]
  stores   = ["lockers"]
}

service "payments" {
  stores = ["payments"]
}

service "couriers" {
  path      = "/couriers"
  publishes = ["parcel-delivered"]
  consumes  = ["parcel-booked"]
}

store "bookings" { model = "key-value" }
store "lockers" { model = "key-value" }
store "payments" { model = "key-value" }

environment "dev" {
  preset = "sandbox"
}
environment "prod" {
  preset = "production"
}
