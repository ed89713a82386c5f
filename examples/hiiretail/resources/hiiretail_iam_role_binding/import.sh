# A predefined role: GROUP_ID/ROLE_ID
terraform import hiiretail_iam_role_binding.cashiers GROUP_ID/pos.cashier
# A custom role: GROUP_ID/custom/ROLE_ID
terraform import hiiretail_iam_role_binding.approvers GROUP_ID/custom/custom.reconciliation-approver
