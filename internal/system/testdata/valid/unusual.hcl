/* Everything that is odd and allowed. */
system shop {
  description = <<-EOT
    Two lines, and "quotes", $${not} %%{an} interpolation.
  EOT
}

requirements {
  peak_factor        = (2)
  monthly_budget_usd = 0
  stored             = "1.5TiB"
  growth_per_month   = "20 GB"
  rto                = "1d 12h"
  rpo                = "0s"
  compliance         = []
  regions = [
    "ap-southeast-7", # the first
    "mx-central-1",
  ]
}

service "a" {
  image  = "localhost:5000/a_b/c.d:v1_2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  path   = "/"
  cpu    = 0
  memory = "3GiB"
  stores = ["s"]
}

service "b" {
  image = "nginx"
  path  = "/b/c.d/~e_f/"
  calls = ["a"]
}

store "s" {}

environment "x" {}

environment "y" {
  preset = "production"
  requirements {
    rto = "1h30m"
  }
}

decide {
  read_path = "cache"
}

decide {
  bus = "topic"
}

waive "CKV_AWS_16" {
  reason = "Test data\nonly"
  until  = "2028-02-29"
}

assume {
  request_seconds = 0.25
  codec           = "zstd"
}

assume {
  headroom = -1
}
