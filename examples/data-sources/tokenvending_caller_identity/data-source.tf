data "tokenvending_caller_identity" "me" {}

output "principal_for_policies" {
  value = data.tokenvending_caller_identity.me.principal
}
