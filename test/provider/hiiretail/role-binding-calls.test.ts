import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UNKNOWN, type ValueRecord } from '../../../provider/framework/values/value.ts';
import { HiiRetailInProcess } from '../../support/hiiretail-provider.ts';

const TYPE = 'hiiretail_iam_role_binding';
const key = { group_id: 'cashiers', role_id: 'iam.viewer' };
const one = { ...key, bindings: ['bu:001'] };
const custom = { ...one, role_id: 'custom.approver', is_custom: true };

let world: HiiRetailInProcess;

beforeEach(async () => {
  world = await HiiRetailInProcess.open();
});
afterEach(() => world.close());

const stored = () => world.tenant.bindingsOf('cashiers').all();

async function create(config: ValueRecord): Promise<ValueRecord> {
  const { state, said } = await world.apply(TYPE, null, config);
  expect(said).toEqual([]);
  return state as ValueRecord;
}

describe('a role binding', () => {
  it('can be imported by group/role and group/custom/role, and the plan is then empty', async () => {
    for (const [config, id] of [
      [one, 'cashiers/iam.viewer'],
      [custom, 'cashiers/custom/custom.approver'],
    ] as const) {
      const created = await create(config);
      expect(created['id']).toBe(id);
      const { state, said } = await world.import(TYPE, id);
      expect([said, state]).toEqual([[], created]);
      expect((await world.plan(TYPE, state, config)).state).toEqual(state);
    }
  });

  it.each([
    'cashiers',
    'cashiers/',
    '/iam.viewer',
    'cashiers/iam/viewer',
    'T1-cashiers-iam.viewer-5',
  ])('cannot be imported by %j, and the error says how it can', async (id) => {
    const { state, said } = await world.import(TYPE, id);
    expect(state).toBeNull();
    expect(said).toEqual([
      expect.stringMatching(
        /^error: Not the id of a role binding: .*group_id\/role_id.*group_id\/custom\/role_id/,
      ),
    ]);
    expect(world.api.requests).toEqual([]);
  });

  it.each([
    [403, 'api_forbidden'],
    [500, 'api_failing'],
  ])('stays unchanged in the state if a read fails with %d', async (status, code) => {
    const before = await create(custom);
    world.api.faults.push({ method: 'GET', response: { status }, times: 1 });
    const { state, said } = await world.read(TYPE, before);
    expect(state).toEqual(before);
    expect(said).toEqual([expect.stringContaining(code)]);
  });

  it('stays bound if unassigning is forbidden, and nothing else is written', async () => {
    const before = await create(one);
    world.api.faults.push({ method: 'DELETE', response: { status: 403 }, times: 9 });
    const { state, said } = await world.destroy(TYPE, before);
    expect(state).toEqual(before);
    expect(said).toEqual([expect.stringContaining('api_forbidden')]);
    expect(world.writes).toEqual([
      'POST /groups/cashiers/roles',
      'DELETE /groups/cashiers/roles/iam.viewer',
    ]);
    expect(stored()).toMatchObject([{ bindings: ['bu:001'] }]);
  });
});

describe('access to every resource', () => {
  it('is not given if resources are unknown at plan and none at apply', async () => {
    const unknown = { ...key, bindings: UNKNOWN };
    expect(await world.validate(TYPE, unknown)).toEqual([]);
    const { plannedState, said } = await world.plan(TYPE, null, unknown);
    expect(said).toEqual([]);
    for (const bindings of [[], null]) {
      const config = { ...key, bindings };
      const outcome = await world.applyPlan(TYPE, null, { config, plannedState });
      expect(outcome.said).toEqual([
        expect.stringMatching(/^error: The binding names no resources/),
      ]);
      expect(outcome.state).toBeNull();
    }
    expect(world.writes).toEqual([]);
  });

  it('is not given to a binding with resources, which keeps them', async () => {
    const before = await create(one);
    const { plannedState } = await world.plan(TYPE, before, { ...key, bindings: UNKNOWN });
    const config = { ...key, bindings: [] };
    const { state, said } = await world.applyPlan(TYPE, before, { config, plannedState });
    expect(said).toEqual([expect.stringMatching(/^error: The binding names no resources/)]);
    expect(state).toEqual(before);
    expect(world.writes).toEqual(['POST /groups/cashiers/roles']);
    expect(stored()).toMatchObject([{ bindings: ['bu:001'] }]);
  });

  it('is given and withdrawn in place if the configuration says so', async () => {
    const all = { ...key, all_resources: true };
    let state = await create(one);
    for (const [config, bindings] of [
      [all, []],
      [one, ['bu:001']],
    ] as const) {
      expect(await world.plan(TYPE, state, config)).toMatchObject({ replaces: false, said: [] });
      const outcome = await world.apply(TYPE, state, config);
      expect(outcome.said).toEqual([]);
      state = outcome.state as ValueRecord;
      expect(state).toMatchObject({ bindings: null, all_resources: null, ...config });
      expect(stored()).toMatchObject([{ bindings }]);
      expect((await world.read(TYPE, state)).state).toEqual(state);
      expect((await world.plan(TYPE, state, config)).state).toEqual(state);
    }
    expect(world.writes.slice(1)).toEqual(Array(2).fill('PUT /groups/cashiers/roles/iam.viewer'));
  });
});

describe("attributes of the incumbent's role bindings that the API does not have", () => {
  it('is accepted with a warning if it is harmless, and the plan is empty', async () => {
    const config = { ...one, description: 'Looks on' };
    expect(await world.validate(TYPE, config)).toEqual([
      expect.stringMatching(/^warning: description is deprecated: .*only in the state/),
    ]);
    const state = await create(config);
    expect((await world.plan(TYPE, state, config)).state).toEqual(state);
  });

  it('is rejected if the role would apply without it', async () => {
    expect(await world.validate(TYPE, { ...one, condition: 'time < noon' })).toEqual([
      expect.stringMatching(/^warning: condition is deprecated/),
      expect.stringMatching(/^error: condition is not valid: .*apply without it/),
    ]);
  });
});
