data "hiiretail_iam_groups" "cashiers" {
  filter = "cashiers"
}

output "cashier_groups" {
  value = { for group in data.hiiretail_iam_groups.cashiers.groups : group.name => group.id }
}
