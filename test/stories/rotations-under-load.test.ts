import { describe, expect, it } from '@jest/globals';
import { SMOOTH } from '../support/rotation/every-recipe.ts';
import { rotateUnderLoad } from '../support/rotation/rotations-under-load.ts';

// A sample; `npm run soak` has 100 rotations of each.
describe('ten rotations under load, three of them killed', () => {
  it.each(SMOOTH)('cost nobody a token and lose no secret: %s', async (_recipe, make) => {
    const options = { rotations: 10, kills: 3, seed: 1 };
    expect(await rotateUnderLoad(make(), options)).toEqual({
      rotations: 10,
      killed: 3,
      vends: expect.any(Number),
      failed: [],
      lost: 0,
      untold: 0,
    });
  });
});
