import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { HiiRetailInProcess, type Outcome } from '../../support/hiiretail-provider.ts';
import { eventually } from '../framework/support/eventually.ts';

type Type = Parameters<HiiRetailInProcess['apply']>[0];

let world: HiiRetailInProcess;

beforeEach(async () => {
  world = await HiiRetailInProcess.open();
});
afterEach(() => world.close());

/** Has Terraform stop the provider when the API has the write, which it answers after that. */
async function stopDuring(method: string, work: () => Promise<Outcome>): Promise<Outcome> {
  const { promise: until, resolve: answer } = Promise.withResolvers<void>();
  world.api.faults.push({ method, answer: 'late', until, times: 1 });
  const before = world.writes.length;
  const outcome = work();
  await eventually(() => (world.writes.length > before ? true : undefined));
  await world.stop();
  answer();
  return await outcome;
}

interface Case {
  readonly type: Type;
  readonly config: ValueRecord;
  readonly change: ValueRecord;
  readonly creation: string;
}

const cases: readonly Case[] = [
  {
    type: 'hiiretail_iam_group',
    config: { name: 'Auditors' },
    change: { description: 'changed' },
    creation: 'POST',
  },
  {
    type: 'hiiretail_iam_custom_role',
    config: { id: 'custom.auditor', permissions: [{ id: 'iam.group.get', attributes: null }] },
    change: { name: 'Auditor' },
    creation: 'POST',
  },
  {
    type: 'hiiretail_iam_role_binding',
    config: { group_id: 'cashiers', role_id: 'iam.viewer', bindings: ['bu:001'] },
    change: { bindings: ['bu:002'] },
    creation: 'POST',
  },
  {
    type: 'hiiretail_iam_resource',
    config: { id: 'st:1', name: 'Store' },
    change: { name: 'Other' },
    creation: 'PUT',
  },
];

describe.each(cases.map((each) => [each.type, each] as const))(
  '%s, when Terraform is asked to stop while the API works on a write',
  (_, { type, config, change, creation }) => {
    const create = async () => {
      const { state, said } = await world.apply(type, null, config);
      expect(said).toEqual([]);
      return state as ValueRecord;
    };

    it('is in the state if it was created, and can be read', async () => {
      const { state, said } = await stopDuring(creation, () => world.apply(type, null, config));
      expect(said).toEqual([expect.stringMatching(/^warning: .* was not read back/)]);
      expect(state).toMatchObject(config);
      await world.configure();
      const read = await world.read(type, state as ValueRecord);
      expect(read).toMatchObject({ state: config, said: [] });
    });

    it('is in the state as it was changed', async () => {
      const before = await create();
      const { state, said } = await stopDuring('PUT', () =>
        world.apply(type, before, { ...config, ...change }),
      );
      expect(said).toEqual([expect.stringMatching(/^warning: .* was not read back/)]);
      expect(state).toMatchObject(change);
    });

    it('is gone from the API if it was deleted, and from the state at the latest with the next read', async () => {
      const before = await create();
      const { state } = await stopDuring('DELETE', () => world.destroy(type, before));
      await world.configure();
      const read = await world.read(type, state ?? before);
      expect(read).toEqual({ state: null, said: [] });
    });
  },
);
