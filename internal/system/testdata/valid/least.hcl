system "shop" {
}
