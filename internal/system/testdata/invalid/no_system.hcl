service "a" { # ERROR: Missing system block
}
