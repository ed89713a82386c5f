const OLD = 'provider["registry.terraform.io/extenda/hiiretail"]';

const resource = (type: string, name: string, attributes: object) => ({
  mode: 'managed',
  type,
  name,
  provider: OLD,
  instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
});

/** A state as `extenda/hiiretail` 0.1 leaves it. */
export const oldState = JSON.stringify({
  version: 4,
  terraform_version: '1.11.4',
  serial: 7,
  lineage: '00000000-0000-4000-8000-000000000001',
  outputs: {},
  resources: [
    resource('hiiretail_iam_group', 'cashiers', {
      id: 'cashiers',
      name: 'Cashiers',
      description: 'Work at the tills',
      members: [],
    }),
    resource('hiiretail_iam_custom_role', 'approver', {
      id: 'custom.approver',
      name: 'Reconciliation Approver',
      permissions: [{ id: 'rec.period.approve', attributes: null }],
      title: null,
      description: null,
      stage: null,
      created_at: '2025-10-01T00:00:00Z',
      updated_at: '2025-10-01T00:00:00Z',
    }),
    resource('hiiretail_iam_role_binding', 'viewer', {
      id: 'FAKETENANT-cashiers-iam.viewer-408',
      tenant_id: 'FAKETENANT',
      group_id: 'cashiers',
      role_id: 'iam.viewer',
      is_custom: false,
      bindings: ['bu:001'],
      description: null,
      condition: null,
    }),
    resource('hiiretail_iam_role_binding', 'everything', {
      id: 'FAKETENANT-cashiers-custom.approver-493',
      tenant_id: 'FAKETENANT',
      group_id: 'cashiers',
      role_id: 'custom.approver',
      is_custom: true,
      bindings: null,
      description: null,
      condition: null,
    }),
    resource('hiiretail_iam_resource', 'store', {
      id: 'bu:001',
      name: 'Store 001',
      props: '{ "city" : "Uppsala" }',
      tenant_id: 'FAKETENANT',
    }),
  ],
});

/** The configuration that goes with it, after the changes of the migration guide. */
export const configuration = `
resource "hiiretail_iam_group" "cashiers" {
  name        = "Cashiers"
  description = "Work at the tills"
}

resource "hiiretail_iam_custom_role" "approver" {
  id          = "custom.approver"
  name        = "Reconciliation Approver"
  permissions = [{ id = "rec.period.approve" }]
}

resource "hiiretail_iam_role_binding" "viewer" {
  group_id  = hiiretail_iam_group.cashiers.id
  role_id   = "iam.viewer"
  is_custom = false
  bindings  = ["bu:001"]
}

resource "hiiretail_iam_role_binding" "everything" {
  group_id  = hiiretail_iam_group.cashiers.id
  role_id   = hiiretail_iam_custom_role.approver.id
  is_custom = true
  bindings  = ["*"]
}

resource "hiiretail_iam_resource" "store" {
  id    = "bu:001"
  name  = "Store 001"
  props = jsonencode({ city = "Uppsala" })
}
`;

/** The same before those changes, and before its source was changed. */
export const oldConfiguration = configuration.replace('  bindings  = ["*"]\n', '');
export const oldSource = `
terraform {
  required_providers {
    hiiretail = {
      source = "extenda/hiiretail"
    }
  }
}
`;
