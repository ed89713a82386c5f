output "team" {
  value = provider::tokenvending::parse_credential("checkout/orders-api").team
}
