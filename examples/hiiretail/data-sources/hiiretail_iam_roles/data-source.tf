data "hiiretail_iam_roles" "predefined" {
  type = "predefined"
}

output "roles" {
  value = data.hiiretail_iam_roles.predefined.roles[*].id
}
