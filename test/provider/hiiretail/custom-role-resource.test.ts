import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ValueRecord } from '../../../provider/framework/values/value.ts';
import { HiiRetailInProcess } from '../../support/hiiretail-provider.ts';

const TYPE = 'hiiretail_iam_custom_role';
const permission = (id: string) => ({ id, attributes: null });
const role = {
  id: 'custom.periods',
  name: 'Approver of Periods',
  permissions: [permission('rec.period.approve')],
  title: 'Approver',
  description: 'Approves periods',
  stage: 'GA',
};

let world: HiiRetailInProcess;

beforeEach(async () => {
  world = await HiiRetailInProcess.open();
});
afterEach(() => world.close());

describe('a custom role with title, description and stage, which the API has not', () => {
  it('is taken with a warning for each', async () => {
    const said = await world.validate(TYPE, role);
    expect(said.map((text) => text.split(':')[1]?.trim())).toEqual([
      'title is deprecated',
      'description is deprecated',
      'stage is deprecated',
    ]);
    expect(said.every((text) => /^warning: .*only in the state/.test(text))).toBe(true);
  });

  it('is created, changed and read as it was planned, and each plan after an apply is empty', async () => {
    const changed = {
      ...role,
      permissions: [...role.permissions, permission('pos.sale.create')],
      stage: 'BETA',
      title: null,
    };
    let state: ValueRecord | null = null;
    for (const config of [role, changed]) {
      const outcome = await world.apply(TYPE, state, config);
      expect(outcome.said).toEqual([]);
      state = outcome.state as ValueRecord;
      // Terraform fails an apply whose result differs from the plan or is unknown in part.
      expect(state).toEqual({ ...config, created_at: null, updated_at: null });
      expect(await world.read(TYPE, state)).toEqual({ state, said: [] });
      expect(await world.plan(TYPE, state, config)).toMatchObject({ state, said: [] });
    }
    expect(world.writes).toEqual(['POST /roles', 'PUT /roles/custom.periods']);
  });
});
