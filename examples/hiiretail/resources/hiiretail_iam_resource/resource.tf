resource "hiiretail_iam_resource" "till" {
  id   = "till:001-7"
  name = "Till 7 in store 001"

  props = jsonencode({
    store = "001"
    kind  = "self-checkout"
  })
}
