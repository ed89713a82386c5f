import { expect, it } from '@jest/globals';
import type { MintedToken } from '../../../lib/token/minted-token.ts';
import { minTtlUnsatisfiable } from '../../../lib/vending/min-ttl-unsatisfiable.ts';

it('states the lifetime that the server grants, in whole seconds', () => {
  const token = { issuedAt: 1_000, expiresAt: 301_900 } as MintedToken;
  expect(minTtlUnsatisfiable(token)).toMatchObject({
    code: 'min_ttl_unsatisfiable',
    message: expect.stringContaining('lives 300 s'),
    advice: expect.stringContaining('less than 300'),
  });
});
