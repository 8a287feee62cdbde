# Appointments, records and bills of a group of clinics: each service has a team, a store and
# an auditor.
system "clinic" {
  pattern     = "microservices"
  owner       = "team-care"
  description = "Appointments, patient records and billing of a group of clinics"
  domain      = "clinic.example.com"
}

requirements {
  requests_per_second = 60
  peak_factor         = 4     # Monday mornings
  concurrent_users    = 2500
  read_ratio          = 0.7
  stored              = "300 GiB"
  growth_per_month    = "15 GiB"
  latency_p99         = "500ms"
  availability        = 99.9
  consistency         = "strong"
  rpo                 = "5m"
  rto                 = "2h"
  regions             = ["us-east-2"]
  compliance          = ["hipaa"]
  engineers           = 18
}

# Patients and staff make and move appointments.
service "appointments" {
  path      = "/appointments"
  publishes = ["appointment-kept"]
  stores    = ["appointments"]
  calls     = ["records"]
}

# Who was treated for what; nobody reaches it but the other services.
service "records" {
  stores = ["records", "images"]
}

# Bills the insurance for appointments that were kept.
service "billing" {
  path     = "/billing"
  consumes = ["appointment-kept"]
  stores   = ["billing"]
  calls    = ["records"]
}

store "appointments" { model = "relational" }
store "records" { model = "relational" }
store "images" { model = "object" }
store "billing" { model = "relational" }

environment "dev" {
  preset = "sandbox"
}
environment "prod" {
  preset = "production"
}
