resource "hiiretail_iam_custom_role" "approver" {
  id   = "custom.reconciliation-approver"
  name = "Reconciliation Approver"

  permissions = [
    { id = "rec.period.approve" },
    { id = "rec.period.get", attributes = { level = "store" } },
  ]
}
