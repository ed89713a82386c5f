import { expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { MintError } from '../../../lib/vending/mint-error.ts';

it('is the error of the mint, and names the mint', () => {
  const error = new VendError('upstream_rate_limited', {
    says: 'Slow down.',
    advice: 'Wait.',
    retryAfter: 7,
    final: true,
    detail: 'status 429',
    stage: 'token',
    members: { failed_stage: 'request' },
    conceals: new VendError('credential_disabled'),
    cause: 'the original',
  });
  const { code, message, advice, retryAfter, final, detail, stage, conceals, cause } = error;
  const { members } = error;
  expect(new MintError(error, 'mint-1')).toMatchObject({
    ...{ code, message, advice, retryAfter, final, detail, stage, conceals, cause, members },
    mintId: 'mint-1',
  });
});
