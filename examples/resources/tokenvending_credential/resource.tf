variable "orders_client_secret" {
  type      = string
  ephemeral = true
  sensitive = true
}

resource "tokenvending_credential" "orders" {
  credential    = "checkout/orders-api"
  issuer        = "https://auth.example.com"
  client_id     = "checkout-orders"
  client_secret = var.orders_client_secret
  # Change it to send the secret again.
  secret_version = "2026-11"
  scope          = ["orders:read", "orders:write"]
  default_scope  = ["orders:read"]
  audience       = ["https://orders.example.com"]
}
