resource "hiiretail_iam_group" "auditors" {
  name        = "Auditors"
  description = "May look at everything in their stores"
}
