# Terraform before 1.10 only: the token stands in the state.
data "tokenvending_access_token" "orders" {
  credential     = "checkout/orders-api"
  allow_in_state = true
}
