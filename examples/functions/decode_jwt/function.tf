ephemeral "tokenvending_access_token" "orders" {
  credential = "checkout/orders-api"

  lifecycle {
    postcondition {
      condition     = provider::tokenvending::decode_jwt(self.access_token).claims.aud == "https://orders.example.com"
      error_message = "The token is for another audience."
    }
  }
}
