# min_ttl is at least the longest duration of the run.
ephemeral "tokenvending_access_token" "orders" {
  credential = "checkout/orders-api"
  scope      = ["orders:write"]
  min_ttl    = "30m"
}

# Any provider that accepts a token can use it, and so can write-only arguments.
provider "orders" {
  token = ephemeral.tokenvending_access_token.orders.access_token
}
