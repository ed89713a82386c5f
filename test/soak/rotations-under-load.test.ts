import process from 'node:process';
import { describe, expect, it } from '@jest/globals';
import type { AdminDialect } from '../support/rotation/admin-dialect.ts';
import { ShowingDialect } from '../support/rotation/admin-dialects.ts';
import { SMOOTH } from '../support/rotation/every-recipe.ts';
import {
  describeLoad,
  type LoadReport,
  rotateUnderLoad,
} from '../support/rotation/rotations-under-load.ts';

const OPTIONS = { rotations: 100, kills: 30, seed: 20_261_128 };

async function report(recipe: string, dialect: AdminDialect): Promise<LoadReport> {
  const done = await rotateUnderLoad(dialect, OPTIONS);
  process.stdout.write(`${describeLoad(recipe, done)}\n`);
  return done;
}

describe('a hundred rotations under load, thirty of them killed', () => {
  it.each(SMOOTH)(
    'cost nobody a token and lose no secret: %s',
    async (recipe, make) => {
      expect(await report(recipe, make())).toMatchObject({
        killed: 30,
        failed: [],
        lost: 0,
        untold: 0,
      });
    },
    600_000,
  );

  it('lose no secret by RFC 7592 if the server shows it, and vends fail between two writes', async () => {
    const done = await report('rfc7592', new ShowingDialect());
    expect(done).toMatchObject({ killed: 30, lost: 0, untold: 0 });
    expect(new Set(done.failed)).toEqual(new Set(['credential_refused']));
  }, 600_000);
});
