data "tokenvending_credential" "orders" {
  credential = "checkout/orders-api"
}

output "scopes_that_we_may_ask_for" {
  value = data.tokenvending_credential.orders.scopes
}
