data "hiiretail_iam_resource" "store" {
  id = "bu:001"
}

output "store" {
  value = data.hiiretail_iam_resource.store.name
}
