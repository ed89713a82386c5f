# At least as long as the run may take.
ephemeral "tokenvending_access_token" "orders" {
  credential = "checkout/orders-api"
  scope      = ["orders:write"]
  min_ttl    = "30m"
}

# To any provider that takes a token, and to write-only arguments.
provider "orders" {
  token = ephemeral.tokenvending_access_token.orders.access_token
}
