data "hiiretail_iam_permissions" "reconciliation" {
  filter = "rec."
}

output "permissions" {
  value = data.hiiretail_iam_permissions.reconciliation.permissions[*].id
}
