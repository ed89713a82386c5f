# A predefined role, for two stores.
resource "hiiretail_iam_role_binding" "cashiers" {
  group_id = "GROUP_ID"
  role_id  = "pos.cashier"
  bindings = ["bu:001", "bu:002"]
}

# A custom role, for every present and future store. This must be explicit.
resource "hiiretail_iam_role_binding" "approvers" {
  group_id      = "GROUP_ID"
  role_id       = "custom.reconciliation-approver"
  is_custom     = true
  all_resources = true
}
