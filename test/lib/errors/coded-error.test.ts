import { expect, it } from '@jest/globals';
import { TokenVendingError } from '../../../client/token-vending-error.ts';
import { CodedError } from '../../../lib/errors/coded-error.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { HiiRetailError } from '../../../provider/hiiretail/hiiretail-error.ts';

it('is the base of every public error, whichever part it comes from', () => {
  const retryAfter = 7;
  for (const error of [
    new VendError('upstream_rate_limited', { retryAfter }),
    new TokenVendingError('endpoint_unreachable', { retryAfter }),
    new HiiRetailError('api_rate_limited', { retryAfter }),
  ]) {
    expect(error).toBeInstanceOf(CodedError);
    expect(error).toMatchObject({
      retryable: true,
      retryAfter,
      advice: expect.stringMatching(/\.$/),
    });
  }
  expect(new TokenVendingError('policy_denied').retryable).toBe(false);
});
