const OLD = 'provider["registry.terraform.io/extenda/hiiretail"]';

export interface OldBinding {
  readonly tenant: string;
  readonly group: string;
  readonly role: string;
  readonly isCustom: boolean;
  readonly bindings?: readonly string[];
}

/** The attributes of a binding that `extenda/hiiretail` 0.1 writes at its creation. */
export function createdByOld({ tenant, group, role, isCustom, bindings }: OldBinding) {
  const check = (Buffer.byteLength(tenant + group + role) * 17).toString(16).padStart(8, '0');
  return {
    id: `${tenant}-${group}-${role}-${check}`,
    tenant_id: tenant,
    group_id: group,
    role_id: role,
    is_custom: isCustom,
    bindings: bindings ?? null,
    description: null,
    condition: null,
  };
}

/**
 * The attributes after a refresh by `extenda/hiiretail`: parts of the id between dashes replace
 * tenant, group and role, and the role is custom if one of that name can be read.
 */
export function refreshedByOld(
  created: ReturnType<typeof createdByOld>,
  customRoles: readonly string[] = [],
): ReturnType<typeof createdByOld> {
  const [tenant_id = '', group_id = '', role_id = ''] = created.id.split('-');
  return { ...created, tenant_id, group_id, role_id, is_custom: customRoles.includes(role_id) };
}

const resource = (type: string, name: string, attributes: object) => ({
  mode: 'managed',
  type,
  name,
  provider: OLD,
  instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
});

const cashiers = { tenant: 'FAKETENANT', group: 'cashiers' };
const viewer = { ...cashiers, role: 'iam.viewer', isCustom: false, bindings: ['bu:001'] };
const everything = { ...cashiers, role: 'custom.approver', isCustom: true };

const stateOf = (resources: readonly object[]) =>
  JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial: 7,
    lineage: '00000000-0000-4000-8000-000000000001',
    outputs: {},
    resources,
  });

/** A state that contains only bindings, by name. */
export function oldStateOf(bindings: Readonly<Record<string, object>>): string {
  return stateOf(
    Object.entries(bindings).map(([name, attributes]) =>
      resource('hiiretail_iam_role_binding', name, attributes),
    ),
  );
}

/** A state of `extenda/hiiretail` 0.1. */
export const oldState = stateOf([
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
  resource('hiiretail_iam_role_binding', 'viewer', createdByOld(viewer)),
  resource('hiiretail_iam_role_binding', 'everything', createdByOld(everything)),
  resource('hiiretail_iam_resource', 'store', {
    id: 'bu:001',
    name: 'Store 001',
    props: '{ "city" : "Uppsala" }',
    tenant_id: 'FAKETENANT',
  }),
]);

/** The configuration of that state, after the changes of the migration guide. */
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

/** The configuration before those changes, with the old source. */
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
