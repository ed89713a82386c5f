# Only for Terraform before 1.10: the state contains the token.
data "tokenvending_access_token" "orders" {
  credential     = "checkout/orders-api"
  allow_in_state = true
}
