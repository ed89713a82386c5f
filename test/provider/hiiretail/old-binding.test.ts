import { afterEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import {
  createdByOld,
  type OldBinding,
  refreshedByOld,
} from '../../support/hiiretail-old-state.ts';
import { HiiRetailInProcess } from '../../support/hiiretail-provider.ts';

const TYPE = 'hiiretail_iam_role_binding';
const UUID = 'e8b25a21-545c-4f0b-9a53-0d6f1c2b7e11';

let world: HiiRetailInProcess;

afterEach(() => world.close());

type Stored = Omit<OldBinding, 'tenant'> & { readonly entry?: object };

/** A tenant in which these bindings exist, and the custom roles among them. */
async function openWith(tenant: string, ...all: readonly Stored[]): Promise<void> {
  world = await HiiRetailInProcess.open(tenant);
  for (const { group, role, isCustom, bindings = ['*'], entry } of all) {
    world.tenant.groups.put(group, { id: group, name: group, busyUntil: 0, busy: 'Creating' });
    const stored = { roleId: role, isCustom, bindings };
    world.tenant.bindingsOf(group).put(`${isCustom} ${role}`, { ...stored, ...entry });
    if (isCustom) world.tenant.roles.put(role, { id: role, permissions: [] });
  }
}

const configOf = ({ group, role, isCustom, bindings = ['*'] }: Stored): ValueRecord => ({
  group_id: group,
  role_id: role,
  is_custom: isCustom,
  bindings,
});

const idOf = ({ group, role, isCustom }: Stored) => `${group}/${isCustom ? 'custom/' : ''}${role}`;

const predefined: Stored = { group: UUID, role: 'pos.shift-lead', isCustom: false };
const custom: Stored = { group: UUID, role: 'custom.night-shift', isCustom: true };

/** Whatever is in it, the plan that follows changes nothing. */
async function expectUnchanged(attributes: object, binding: Stored): Promise<void> {
  const { state, said } = await world.refreshOld(TYPE, 0, attributes);
  expect(said).toEqual([]);
  expect(state).toMatchObject({ ...configOf(binding), id: idOf(binding) });
  const planned = await world.plan(TYPE, state, configOf(binding));
  expect(planned).toMatchObject({ said: [], replaces: false, state });
}

describe('a binding of extenda/hiiretail, after a refresh by it', () => {
  it.each([
    ['a predefined role of a group with a UUID', 'FAKETENANT', predefined],
    ['a custom role of a group with a UUID', 'FAKETENANT', custom],
    ['ids without dashes', 'FAKETENANT', { group: 'g', role: 'iam.viewer', isCustom: false }],
    ['a group with dashes', 'FAKETENANT', { group: 'a-b-', role: 'iam.viewer', isCustom: false }],
    ['a role that is a UUID', 'FAKETENANT', { group: 'g', role: UUID, isCustom: true }],
    ['a tenant with dashes', 'FAKE-TENANT-1', custom],
    ['a tenant with dashes alone', 'FAKE-1', { group: 'g', role: 'iam.viewer', isCustom: false }],
  ] as const)('is what it was, with %s, and the plan is empty', async (_, tenant, binding) => {
    const bindings = ['bu:001', 'bu:002'];
    await openWith(tenant, { ...binding, bindings });
    const created = createdByOld({ tenant, ...binding, bindings });
    await expectUnchanged(created, { ...binding, bindings });
    await expectUnchanged(refreshedByOld(created), { ...binding, bindings });
    expect(world.writes).toEqual([]);
  });

  it('is one without bindings, as it was sent', async () => {
    await openWith('FAKETENANT', custom);
    const created = createdByOld({ tenant: 'FAKETENANT', ...custom });
    expect(created.bindings).toBeNull();
    await expectUnchanged(refreshedByOld(created), custom);
  });

  it('is found among other bindings of the group, and of groups whose ids begin alike', async () => {
    const others: Stored[] = [
      { ...predefined, role: 'pos.shift' },
      { ...predefined, role: 'iam.viewer' },
      { ...custom, role: 'custom.night' },
      { ...predefined, group: 'e8b25a21' },
    ];
    await openWith('FAKETENANT', predefined, custom, ...others);
    for (const binding of [predefined, custom]) {
      const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
      await expectUnchanged(refreshedByOld(created), binding);
    }
  });

  it('is of the kind that the API shows, where the refresh guessed another', async () => {
    for (const isCustom of [true, false]) {
      const binding = { group: 'g', role: 'pos.cashier', isCustom };
      await openWith('FAKETENANT', binding);
      const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
      await expectUnchanged({ ...created, is_custom: !isCustom }, binding);
      await world.close();
    }
  });

  it('is of the kind that the role has, where the API does not show it', async () => {
    const unsaid = { entry: { isCustom: undefined } };
    for (const binding of [predefined, custom, { ...custom, role: 'Any-role' }]) {
      await openWith('FAKETENANT', { ...binding, ...unsaid });
      const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
      await expectUnchanged(refreshedByOld(created), binding);
      await world.close();
    }
  });

  it('is what the configuration said, where an update by it failed and left no id', async () => {
    await openWith('FAKETENANT', custom);
    const created = createdByOld({ tenant: 'FAKETENANT', ...custom });
    await expectUnchanged({ ...created, id: null, tenant_id: null }, custom);
  });

  it('was imported by an id that ends as somebody typed it', async () => {
    await openWith('FAKETENANT', predefined);
    const created = createdByOld({ tenant: 'FAKETENANT', ...predefined });
    for (const end of ['', '-1', '-imported']) {
      const id = `FAKETENANT-${UUID}-pos.shift-lead${end}`;
      await expectUnchanged(refreshedByOld({ ...created, id }), predefined);
    }
  });
});

/** The lines of a message that are commands. */
const commandsIn = (said: readonly string[]) =>
  said.flatMap((text) => text.split('\n').filter((line) => line.startsWith('  terraform ')));

const REMOVAL = "  terraform state rm 'ADDRESS'";

describe('a state of extenda/hiiretail that cannot be completed', () => {
  it('stays as it is where several bindings fit, and the error has the commands for each', async () => {
    const [one, other]: [Stored, Stored] = [
      { group: 'a', role: 'b-c', isCustom: true },
      { group: 'a-b', role: 'c', isCustom: true },
    ];
    await openWith('FAKETENANT', one, other);
    const created = createdByOld({ tenant: 'FAKETENANT', ...one });
    const refreshed = refreshedByOld(created);
    const { state, said } = await world.refreshOld(TYPE, 0, refreshed);
    expect(state).toMatchObject({ id: created.id, group_id: 'a', role_id: 'b' });
    expect(said).toEqual([expect.stringContaining('old_binding_unclear')]);
    expect(commandsIn(said)).toEqual([
      REMOVAL,
      "  terraform import 'ADDRESS' 'a/custom/b-c'",
      "  terraform import 'ADDRESS' 'a-b/custom/c'",
    ]);
    for (const binding of [one, other]) {
      expect((await world.import(TYPE, idOf(binding))).state).toMatchObject(configOf(binding));
    }
  });

  it('is one whose role is bound in both kinds', async () => {
    const both = [true, false].map((isCustom) => ({ group: 'g', role: 'pos.cashier', isCustom }));
    await openWith('FAKETENANT', ...both);
    const created = createdByOld({ tenant: 'FAKETENANT', ...(both[0] as Stored) });
    const { said } = await world.refreshOld(TYPE, 0, created);
    expect(commandsIn(said)).toEqual([
      REMOVAL,
      "  terraform import 'ADDRESS' 'g/pos.cashier'",
      "  terraform import 'ADDRESS' 'g/custom/pos.cashier'",
    ]);
  });

  it('is one of which nobody can tell the kind: the API does not show it, and there is such a custom role', async () => {
    const binding = { ...predefined, entry: { isCustom: undefined } };
    await openWith('FAKETENANT', binding);
    world.tenant.roles.put(predefined.role, { id: predefined.role, permissions: [] });
    const created = createdByOld({ tenant: 'FAKETENANT', ...predefined });
    const { said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
    expect(commandsIn(said)).toHaveLength(3);
  });

  it('is one that no binding fits, with the command that has it created again', async () => {
    await openWith('FAKETENANT', custom);
    const gone = createdByOld({ tenant: 'FAKETENANT', ...custom, role: 'custom.day-shift' });
    const { state, said } = await world.refreshOld(TYPE, 0, refreshedByOld(gone));
    expect(state).toMatchObject({ id: gone.id });
    expect(said).toEqual([expect.stringMatching(/No binding of the API fits the old id/)]);
    expect(commandsIn(said)).toEqual([REMOVAL]);
  });

  it('is one of another tenant than that of the provider', async () => {
    await openWith('FAKETENANT', custom);
    const created = createdByOld({ tenant: 'OTHERTENANT', ...custom });
    const { said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
    expect(said).toEqual([expect.stringMatching(/not of tenant FAKETENANT.*Correct tenant_id/)]);
  });

  it('stays as it is where the API cannot be asked', async () => {
    await openWith('FAKETENANT', custom);
    world.api.faults.push({ method: 'GET', answer: { status: 503 }, times: 1 });
    const created = createdByOld({ tenant: 'FAKETENANT', ...custom });
    const { state, said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
    expect(state).toMatchObject({ id: created.id });
    expect(said).toEqual([expect.stringContaining('api_failing')]);
  });

  it('is gone where it has lost nothing and the binding was deleted, as any other', async () => {
    const binding = { group: 'g', role: 'iam.viewer', isCustom: false };
    await openWith('FAKETENANT', { ...binding, role: 'iam.admin' });
    const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
    expect(await world.refreshOld(TYPE, 0, created)).toEqual({ state: null, said: [] });
  });
});

describe('a state of extenda/hiiretail that is not refreshed before the plan', () => {
  const created = createdByOld({ tenant: 'FAKETENANT', ...custom });

  it('is never planned to be replaced: the error has the commands with the ids of the configuration', async () => {
    await openWith('FAKETENANT', custom);
    const { state } = await world.upgrade(TYPE, 0, refreshedByOld(created));
    const { said } = await world.plan(TYPE, state, configOf(custom));
    expect(said).toEqual([expect.stringMatching(/without -refresh=false/)]);
    expect(commandsIn(said)).toEqual([
      REMOVAL,
      `  terraform import 'ADDRESS' '${UUID}/custom/custom.night-shift'`,
    ]);
  });

  it('is planned and updated where it has lost nothing', async () => {
    await openWith('FAKETENANT', custom);
    const { state } = await world.upgrade(TYPE, 0, created);
    const config = { ...configOf(custom), bindings: ['bu:001'] };
    const { state: updated, said } = await world.apply(TYPE, state, config);
    expect([updated, said]).toMatchObject([{ bindings: ['bu:001'] }, []]);
    const read = await world.read(TYPE, updated as ValueRecord);
    expect(read).toMatchObject({ state: { ...config, id: idOf(custom) }, said: [] });
  });

  it('is destroyed as the binding that it is, or not at all', async () => {
    await openWith('FAKETENANT', custom, { ...custom, group: 'e8b25a21', role: '545c' });
    const { state } = await world.upgrade(TYPE, 0, refreshedByOld(created));
    expect(await world.destroy(TYPE, state as ValueRecord)).toEqual({ state: null, said: [] });
    expect(world.writes).toEqual([`DELETE /groups/${UUID}/roles/custom.night-shift`]);
    const { said } = await world.destroy(TYPE, state as ValueRecord);
    expect(said).toEqual([expect.stringContaining('old_binding_unclear')]);
    expect(world.writes).toHaveLength(1);
  });
});
