import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Release } from '../../tools/provider/release-layout.ts';
import { hiiretailEnvironment, type Mode, openHiiRetail, tenantOf } from './hiiretail.ts';
import { describeTerraform, type Terraform } from './terraform.ts';
import { releaseProvider } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform;

interface Wishes {
  readonly group: string;
  readonly role: string;
  readonly store: string;
  readonly binding: string;
}

const configuration = ({ group, role, store, binding }: Wishes) => `
resource "hiiretail_iam_group" "auditors" {
  ${group}
}

resource "hiiretail_iam_custom_role" "approver" {
  id = "custom.periods"
  ${role}
}

resource "hiiretail_iam_resource" "store" {
  name = "st:900"
  ${store}
}

resource "hiiretail_iam_role_binding" "approve" {
  group_id  = hiiretail_iam_group.auditors.id
  role_id   = hiiretail_iam_custom_role.approver.id
  is_custom = true
  ${binding}
}

data "hiiretail_iam_groups" "all" {}
data "hiiretail_iam_groups" "cashiers" { filter = "cash" }
data "hiiretail_iam_roles" "all" {}
data "hiiretail_iam_roles" "own" {
  type   = "custom"
  filter = "recon"
}
data "hiiretail_iam_permissions" "pos" { filter = "pos." }
data "hiiretail_iam_resource" "uppsala" { id = "bu:001" }

output "cashiers" { value = data.hiiretail_iam_groups.cashiers.groups }
output "own_roles" { value = data.hiiretail_iam_roles.own.roles[*].id }
output "predefined" { value = [for role in data.hiiretail_iam_roles.all.roles : role.id if role.type == "predefined"] }
output "permissions" { value = data.hiiretail_iam_permissions.pos.permissions[*].id }
output "city" { value = jsondecode(data.hiiretail_iam_resource.uppsala.properties).city }
`;

const before: Wishes = {
  group: 'name = "Auditors (internal)"\n  description = "Look, and touch nothing"',
  role: 'permissions = [{ id = "rec.period.approve", attributes = { level = "two" } }]',
  store: 'props = jsonencode({ city = "Gothenburg", open = true })',
  binding: 'bindings = ["bu:001", "st:900"]',
};
const after: Wishes = {
  group: 'name = "Auditors"',
  role: 'name = "Approver of Periods"\n  permissions = [{ id = "rec.period.approve" }, { id = "pos.sale.create" }]',
  store: 'props = "{\\"open\\": true, \\"city\\": \\"Malmö\\"}"',
  binding: 'bindings = ["st:900"]',
};

const addresses = {
  'hiiretail_iam_group.auditors': ({ id }: Attributes) => String(id),
  'hiiretail_iam_custom_role.approver': () => 'custom.periods',
  'hiiretail_iam_resource.store': () => 'st:900',
  'hiiretail_iam_role_binding.approve': ({ group_id }: Attributes) =>
    `${group_id}/custom/custom.periods`,
};
type Attributes = Record<string, unknown>;

async function expectNoChanges(): Promise<void> {
  const { stdout, code } = await terraform.run(['plan', '-detailed-exitcode']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('No changes')]);
}

async function apply(): Promise<string> {
  const { stdout } = await terraform.succeed(['apply', '-auto-approve']);
  await expectNoChanges();
  return stdout;
}

function disturb(groupId: string): void {
  const { groups, roles, resources, bindingsOf } = tenantOf(system);
  groups.put(groupId, { id: groupId, name: 'Renamed', busyUntil: 0, busy: 'Updating' });
  roles.put('custom.periods', { id: 'custom.periods', permissions: [] });
  resources.put('st:900', { id: 'st:900', name: 'st:900', props: null });
  const bound = { roleId: 'custom.periods', isCustom: true };
  bindingsOf
    .call(tenantOf(system), groupId)
    .put('true custom.periods', { ...bound, bindings: ['bu:001', 'bu:002'] });
}

async function liveThroughAll(mode: Mode): Promise<void> {
  const tenant = tenantOf(system);
  terraform = await openHiiRetail(
    release,
    hiiretailEnvironment(system, mode),
    configuration(before),
  );
  expect(await apply()).toContain('4 added, 0 changed, 0 destroyed');
  const groupId = String(
    (await terraform.attributesOf('hiiretail_iam_group.auditors'))?.['id'] ?? '',
  );
  expect(tenant.resources.find('st:900')?.props).toEqual({ city: 'Gothenburg', open: true });
  expect(tenant.bindingsOf(groupId).all()).toMatchObject([{ bindings: ['bu:001', 'st:900'] }]);

  await terraform.write({ 'main.tf': configuration(after) });
  expect(await apply()).toContain('0 added, 4 changed, 0 destroyed');
  expect(tenant.groups.find(groupId)).toMatchObject({ name: 'Auditors', description: '' });
  expect(tenant.roles.find('custom.periods')?.permissions).toHaveLength(2);
  expect(tenant.bindingsOf(groupId).all()).toMatchObject([{ bindings: ['st:900'] }]);

  disturb(groupId);
  const drifted = await terraform.run(['plan', '-detailed-exitcode']);
  expect([drifted.code, drifted.stdout]).toEqual([2, expect.stringContaining('4 to change')]);
  expect(await apply()).toContain('0 added, 4 changed, 0 destroyed');

  for (const [address, idOf] of Object.entries(addresses)) {
    const id = idOf((await terraform.attributesOf(address)) ?? {});
    await terraform.succeed(['state', 'rm', address]);
    await terraform.succeed(['import', address, id]);
  }
  await expectNoChanges();

  const outputs = JSON.parse((await terraform.succeed(['output', '-json'])).stdout);
  expect(outputs).toMatchObject({
    cashiers: { value: [{ id: 'cashiers', name: 'Cashiers', status: 'Created' }] },
    own_roles: { value: ['custom.approver'] },
    predefined: { value: ['pos.cashier', 'iam.admin', 'iam.viewer'] },
    permissions: { value: ['pos.sale.create'] },
    city: { value: 'Uppsala' },
  });

  const { stdout } = await terraform.succeed(['destroy', '-auto-approve']);
  expect(stdout).toContain('4 destroyed');
  expect(tenant.groups.find(groupId)).toBeUndefined();
  expect(tenant.roles.find('custom.periods')).toBeUndefined();
  expect(tenant.resources.find('st:900')).toBeUndefined();
}

/** The mode of the tokens, or a run whose objects are deleted elsewhere. */
export type LifeCycle = Mode | 'deleted elsewhere';

/** Suites of the life cycle of all resources with the real terraform. */
export function describeLifeCycles(cycles: readonly LifeCycle[]): void {
  const modes = cycles.filter((cycle) => cycle !== 'deleted elsewhere');

  describeTerraform('everything that the provider manages', () => {
    beforeAll(async () => {
      release = await releaseProvider('hiiretail');
      system = await startTestSystem();
    });
    afterEach(() => terraform.close());
    afterAll(() => system.stop());

    it.each(modes)(
      'lives from creation to deletion with %s tokens, and each plan after an apply is empty',
      liveThroughAll,
      180_000,
    );

    if (cycles.includes('deleted elsewhere')) {
      it('is created again after somebody deleted it elsewhere', createAgain, 180_000);
    }
  });
}

async function createAgain(): Promise<void> {
  terraform = await openHiiRetail(
    release,
    hiiretailEnvironment(system, 'direct'),
    configuration(before),
  );
  await apply();
  const { groups, roles, resources } = tenantOf(system);
  const { id } = (await terraform.attributesOf('hiiretail_iam_group.auditors')) ?? {};
  for (const [store, key] of [
    [groups, String(id)],
    [roles, 'custom.periods'],
    [resources, 'st:900'],
  ] as const) {
    store.put(key, undefined);
  }
  expect(await apply()).toContain('4 added, 0 changed');
  await terraform.succeed(['destroy', '-auto-approve']);
}
