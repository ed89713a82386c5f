resource "hiiretail_iam_group" "auditors" {
  name        = "Auditors"
  description = "May view everything in their stores"
}
