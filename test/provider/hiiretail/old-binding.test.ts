import { afterEach, describe, expect, it } from '@jest/globals';
import { Unknown, type ValueRecord } from '../../../provider/framework/values/value.ts';
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

/** The plan changes nothing, whatever the state contains. */
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
  ] as const)('is the same binding, with %s, and the plan is empty', async (_, tenant, binding) => {
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

  it('is found among other bindings of the group, and other groups', async () => {
    const others: Stored[] = [
      { ...predefined, role: 'pos.shift' },
      { ...predefined, role: 'iam.viewer' },
      { ...custom, role: 'custom.night' },
      { ...predefined, group: 'e8b25a22' },
    ];
    await openWith('FAKETENANT', predefined, custom, ...others);
    for (const binding of [predefined, custom]) {
      const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
      await expectUnchanged(refreshedByOld(created), binding);
    }
  });

  it('is of the kind that the API shows, if the refresh guessed another', async () => {
    for (const isCustom of [true, false]) {
      const binding = { group: 'g', role: 'pos.cashier', isCustom };
      await openWith('FAKETENANT', binding);
      const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
      await expectUnchanged({ ...created, is_custom: !isCustom }, binding);
      await world.close();
    }
  });

  it('is of the kind that the role has, if the API does not show it', async () => {
    const unsaid = { entry: { isCustom: undefined } };
    const plain = { group: 'g', role: 'custom.approver', isCustom: true };
    for (const binding of [predefined, custom, { ...custom, role: 'Any-role' }, plain]) {
      await openWith('FAKETENANT', { ...binding, ...unsaid });
      const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
      await expectUnchanged(created, binding);
      await expectUnchanged(refreshedByOld(created), binding);
      await world.close();
    }
  });

  it('is of the kind in the state, if the role exists in both kinds and the API does not show it', async () => {
    for (const isCustom of [true, false]) {
      const binding = { group: 'g', role: 'pos.cashier', isCustom };
      await openWith('FAKETENANT', { ...binding, entry: { isCustom: undefined } });
      world.tenant.roles.put('pos.cashier', { id: 'pos.cashier', permissions: [] });
      await expectUnchanged(createdByOld({ tenant: 'FAKETENANT', ...binding }), binding);
      await world.close();
    }
  });

  it('is what the configuration said, if an update by it failed and left no id', async () => {
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

/** The commands in a message. */
const commandsIn = (said: readonly string[]) =>
  said.flatMap((text) => text.split('\n').filter((line) => line.startsWith('  terraform ')));

const REMOVAL = "  terraform state rm 'ADDRESS'";

describe('a state of extenda/hiiretail that cannot be completed', () => {
  it('stays as it is if several bindings fit, and the error has the commands for each', async () => {
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

  it('stays as it is if one binding fits and the id could be that of another, which was deleted', async () => {
    const deleted: Stored = { group: 'a-b', role: 'c', isCustom: true };
    const other: Stored = { group: 'a', role: 'b-c', isCustom: true };
    await openWith('FAKETENANT', deleted, other);
    world.tenant.bindingsOf('a-b').put('true c', undefined);
    const created = createdByOld({ tenant: 'FAKETENANT', ...deleted });
    const { state, said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
    expect(state).toMatchObject({ id: created.id, group_id: 'a', role_id: 'b' });
    expect(said).toEqual([expect.stringContaining('old_binding_unclear')]);
    expect(commandsIn(said)).toEqual([REMOVAL, "  terraform import 'ADDRESS' 'a/custom/b-c'"]);
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

  it('has lost whether its role is custom, if the API does not show it and the role exists in both kinds', async () => {
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
    expect(said).toEqual([expect.stringMatching(/No binding in the API has the old id/)]);
    expect(commandsIn(said)).toEqual([REMOVAL]);
  });

  it.each([
    ['a binding that does not exist here', 'OTHERTENANT', 'iam.admin'],
    ['a binding that exists here too', 'OTHERTENANT', 'iam.viewer'],
    ['a tenant whose id begins with that of the provider', 'FAKETENANT-1', 'iam.viewer'],
  ])('is one of another tenant: %s', async (_, tenant, role) => {
    const binding = { group: 'g', role: 'iam.viewer', isCustom: false };
    const [same, longer] = [binding, { ...binding, group: '1-g' }];
    await openWith('FAKETENANT', same, longer);
    const created = createdByOld({ tenant, ...binding, role });
    const before = world.api.requests.length;
    const { state, said } = await world.refreshOld(TYPE, 0, created);
    expect(state).toMatchObject({ id: created.id, tenant_id: tenant, group_id: 'g' });
    expect(said).toEqual([
      expect.stringMatching(/not belong to tenant FAKETENANT.*Correct tenant_id/),
    ]);
    const config = { ...configOf({ ...binding, role }), bindings: ['bu:001'] };
    for (const outcome of [
      await world.apply(TYPE, state, config),
      await world.destroy(TYPE, state as ValueRecord),
    ]) {
      expect(outcome).toEqual({
        state,
        said: [expect.stringMatching(/old_binding_unclear.*not belong to tenant FAKETENANT/s)],
      });
    }
    expect(world.api.requests).toHaveLength(before);
  });

  it('is one of another tenant after a refresh too', async () => {
    await openWith('FAKETENANT', custom);
    const created = createdByOld({ tenant: 'OTHERTENANT', ...custom });
    const { state, said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
    expect(state).toMatchObject({ id: created.id });
    expect(said).toEqual([
      expect.stringMatching(/not belong to tenant FAKETENANT.*Correct tenant_id/),
    ]);
  });

  it.each([400, 422])('stays as it is if the API responds with %d', async (status) => {
    await openWith('FAKETENANT', custom);
    const created = createdByOld({ tenant: 'FAKETENANT', ...custom });
    for (const attributes of [created, refreshedByOld(created)]) {
      world.api.faults.push({ method: 'GET', path: /roles$/, response: { status }, times: 1 });
      const { state, said } = await world.refreshOld(TYPE, 0, attributes);
      expect(state).toMatchObject({ id: created.id });
      expect(said).toEqual([expect.stringContaining('api_refused_input')]);
    }
  });

  it('stays as it is if the API fails, and the next read completes it', async () => {
    await openWith('FAKETENANT', custom);
    world.api.faults.push({ method: 'GET', response: { status: 503 }, times: 1 });
    const created = createdByOld({ tenant: 'FAKETENANT', ...custom });
    const { state, said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
    expect(state).toMatchObject({ id: created.id });
    expect(said).toEqual([expect.stringContaining('api_failing')]);
    await expectUnchanged(refreshedByOld(created), custom);
  });

  it('is gone if it has lost nothing and the binding was deleted, as any other', async () => {
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

  it.each(['group_id', 'role_id', 'is_custom'])(
    'is never planned to be replaced, and no id is shown that is not known: %s',
    async (name) => {
      await openWith('FAKETENANT', custom);
      const { state } = await world.upgrade(TYPE, 0, refreshedByOld(created));
      const config = { ...configOf(custom), [name]: new Unknown() };
      const { said } = await world.plan(TYPE, state, config);
      expect(said).toEqual([expect.stringContaining('old_binding_unclear')]);
      expect(commandsIn(said)).toEqual([REMOVAL]);
    },
  );

  it('is replaced if it has lost nothing and the configuration has another role', async () => {
    const viewer = { group: 'g', role: 'iam.viewer', isCustom: false };
    await openWith('FAKETENANT', viewer);
    const attributes = createdByOld({ tenant: 'FAKETENANT', ...viewer });
    const { state } = await world.upgrade(TYPE, 0, attributes);
    const planned = await world.plan(TYPE, state, configOf({ ...viewer, role: 'iam.admin' }));
    expect(planned).toMatchObject({ said: [], replaces: true });
    expect(await world.destroy(TYPE, state as ValueRecord)).toEqual({ state: null, said: [] });
    expect(world.writes).toEqual(['DELETE /groups/g/roles/iam.viewer']);
  });

  it('is planned and updated if it has lost nothing', async () => {
    await openWith('FAKETENANT', custom);
    const { state } = await world.upgrade(TYPE, 0, created);
    const config = { ...configOf(custom), bindings: ['bu:001'] };
    const { state: updated, said } = await world.apply(TYPE, state, config);
    expect([updated, said]).toMatchObject([{ bindings: ['bu:001'] }, []]);
    const read = await world.read(TYPE, updated as ValueRecord);
    expect(read).toMatchObject({ state: { ...config, id: idOf(custom) }, said: [] });
  });

  it('is destroyed if it has lost nothing, by the kind that exists', async () => {
    await openWith('FAKETENANT', custom);
    const { state } = await world.upgrade(TYPE, 0, { ...created, is_custom: false });
    expect(await world.destroy(TYPE, state as ValueRecord)).toEqual({ state: null, said: [] });
    expect(world.writes).toEqual([`DELETE /groups/${UUID}/roles/custom.night-shift`]);
    expect(world.tenant.bindingsOf(UUID).all()).toEqual([]);
  });

  it('is not updated before a read has completed it', async () => {
    const named: Stored = { group: 'a', role: 'b', isCustom: true };
    await openWith('FAKETENANT', named, { ...named, role: 'b-c' });
    const old = createdByOld({ tenant: 'FAKETENANT', ...named, role: 'b-c' });
    const { state } = await world.upgrade(TYPE, 0, refreshedByOld(old, ['b']));
    const config = { ...configOf(named), bindings: ['bu:001'] };
    const updated = await world.apply(TYPE, state, config);
    expect(updated).toEqual({
      state,
      said: [expect.stringMatching(/old_binding_unclear.*without -refresh=false/s)],
    });
    expect(world.writes).toEqual([]);
  });

  it('is not destroyed before a read has completed it', async () => {
    const other: Stored = { ...custom, group: 'e8b25a21', role: UUID.slice(9).concat('-c') };
    await openWith('FAKETENANT', custom, other);
    const attributes = refreshedByOld(createdByOld({ tenant: 'FAKETENANT', ...custom }));
    const { state } = await world.upgrade(TYPE, 0, attributes);
    const destroyed = await world.destroy(TYPE, state as ValueRecord);
    expect(destroyed).toEqual({
      state,
      said: [expect.stringMatching(/old_binding_unclear.*without -refresh=false/s)],
    });
    expect(world.writes).toEqual([]);
  });
});

describe('200 bindings of extenda/hiiretail', () => {
  const gets = () => world.api.requests.filter(({ method }) => method === 'GET').length;
  const ids = (count: number) =>
    Array.from({ length: count }, (_, at) => `${String(at).padStart(8, '0')}${UUID.slice(8)}`);

  it.each([
    [200, 1],
    [20, 10],
  ])('in %d groups are read with one list of the groups and one of each', async (groups, each) => {
    const all: Stored[] = ids(groups).flatMap((group) =>
      Array.from({ length: each }, (_, at) => ({ group, role: `custom.r-${at}`, isCustom: true })),
    );
    await openWith('FAKETENANT', ...all);
    await Promise.all(
      all.map(async (binding) => {
        const created = createdByOld({ tenant: 'FAKETENANT', ...binding });
        const { state, said } = await world.refreshOld(TYPE, 0, refreshedByOld(created));
        expect([state, said]).toMatchObject([{ id: idOf(binding) }, []]);
      }),
    );
    expect(gets()).toBe(1 + groups);
  });

  it('need one more read of each role if the API does not show its kind', async () => {
    const all = ids(200).map((group, at) => ({
      group,
      role: at % 2 === 0 ? 'pos.cashier' : 'pos.shift-lead',
      isCustom: false,
      entry: { isCustom: undefined },
    }));
    await openWith('FAKETENANT', ...all);
    await Promise.all(
      all.map((binding) =>
        expectUnchanged(
          refreshedByOld(createdByOld({ tenant: 'FAKETENANT', ...binding })),
          binding,
        ),
      ),
    );
    expect(gets()).toBe(1 + 200 + 2);
  });
});
