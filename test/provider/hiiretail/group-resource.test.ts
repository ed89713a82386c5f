import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HiiRetailInProcess } from '../../support/hiiretail-provider.ts';

const TYPE = 'hiiretail_iam_group';
let world: HiiRetailInProcess;

beforeEach(async () => {
  world = await HiiRetailInProcess.open();
});
afterEach(() => world.close());

describe('the members of a group, which the API has not', () => {
  it('may be none, as the incumbent wrote them, with a warning and an empty plan afterwards', async () => {
    const config = { name: 'Auditors', members: [] };
    expect(await world.validate(TYPE, config)).toEqual([
      expect.stringMatching(/^warning: members is deprecated: .*Remove the attribute/),
    ]);
    const { state, said } = await world.apply(TYPE, null, config);
    expect(said).toEqual([]);
    expect(await world.plan(TYPE, state, config)).toMatchObject({ state, said: [] });
  });

  it('may not be any, since nobody would become one', async () => {
    const said = await world.validate(TYPE, { name: 'Auditors', members: ['user:a@example.com'] });
    expect(said).toContainEqual(expect.stringMatching(/^error: .*stores no members/));
  });
});
