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

interface Stop {
  readonly method: string;
  readonly path?: RegExp;
  /** After the stop: the response, or the end of the connection. */
  readonly response?: 'late' | 'drop';
}

/** Stops the provider while the API holds the response to a request that it has carried out. */
async function stopDuring(stop: Stop, work: () => Promise<Outcome>): Promise<Outcome> {
  const { promise: until, resolve: respond } = Promise.withResolvers<void>();
  const { method, path = /^/ } = stop;
  world.api.faults.push({ response: 'late', ...stop, until, times: 1 });
  const seen = () =>
    world.api.requests.filter((one) => one.method === method && path.test(one.path)).length;
  const before = seen();
  const outcome = work();
  await eventually(() => (seen() > before ? true : undefined));
  await world.stop();
  respond();
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
      const { state, said } = await stopDuring({ method: creation }, () =>
        world.apply(type, null, config),
      );
      expect(said).toEqual([expect.stringMatching(/^warning: .* was not read after the write/)]);
      expect(state).toMatchObject(config);
      await world.configure();
      const read = await world.read(type, state as ValueRecord);
      expect(read).toMatchObject({ state: config, said: [] });
    });

    it('is in the state as it was changed', async () => {
      const before = await create();
      const { state, said } = await stopDuring({ method: 'PUT' }, () =>
        world.apply(type, before, { ...config, ...change }),
      );
      expect(said).toEqual([expect.stringMatching(/^warning: .* was not read after the write/)]);
      expect(state).toMatchObject(change);
    });

    it('is gone from the API and the state if it was deleted', async () => {
      const before = await create();
      const destroyed = await stopDuring({ method: 'DELETE' }, () => world.destroy(type, before));
      expect(destroyed).toEqual({ state: null, said: [] });
      await world.configure();
      expect(await world.read(type, before)).toEqual({ state: null, said: [] });
    });

    it('may have been created if the connection then ends: the error says so, and how to find out', async () => {
      const stop = { method: creation, response: 'drop' } as const;
      const { state, said } = await stopDuring(stop, () => world.apply(type, null, config));
      expect(state).toBeNull();
      expect(said).toEqual([
        expect.stringMatching(/interrupted.*may have carried out the change.*terraform import/s),
      ]);
    });

    it.each(['PUT', 'DELETE'])(
      'stays in the state if the connection then ends during %s',
      async (method) => {
        const before = await create();
        const { state, said } = await stopDuring({ method, response: 'drop' }, () =>
          method === 'PUT'
            ? world.apply(type, before, { ...config, ...change })
            : world.destroy(type, before),
        );
        expect(state).toEqual(before);
        expect(said).toEqual([
          expect.stringMatching(/interrupted.*may have carried out the change/s),
        ]);
      },
    );
  },
);

describe('a binding, when Terraform is asked to stop while it is deleted', () => {
  const type = 'hiiretail_iam_role_binding';
  const config = { group_id: 'cashiers', role_id: 'iam.viewer', bindings: ['bu:001'] };

  it('is gone if the API has deleted it and has yet to show so', async () => {
    const { state } = await world.apply(type, null, config);
    const reading = { method: 'GET', path: /cashiers\/roles$/ };
    const destroyed = await stopDuring(reading, () => world.destroy(type, state as ValueRecord));
    expect(destroyed).toEqual({ state: null, said: [] });
  });

  it('stays in the state if the API responds that nothing of its kind is bound', async () => {
    const { state } = await world.apply(type, null, config);
    const wrong = { ...state, is_custom: true, id: 'cashiers/custom/iam.viewer' };
    const destroyed = await stopDuring({ method: 'DELETE' }, () => world.destroy(type, wrong));
    expect(destroyed).toEqual({ state: wrong, said: [expect.stringMatching(/^error: /)] });
  });
});
