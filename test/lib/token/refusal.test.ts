import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { isRefusal } from '../../../lib/token/refusal.ts';

describe('an error', () => {
  it.each(['credential_refused', 'credential_disabled', 'policy_denied'] as const)(
    '%s refuses the client or the caller',
    (code) => {
      expect(isRefusal(new VendError(code))).toBe(true);
    },
  );

  it.each(['token_unacceptable', 'scope_refused', 'upstream_invalid', 'internal'] as const)(
    '%s says nothing about the present token',
    (code) => {
      expect(isRefusal(new VendError(code))).toBe(false);
    },
  );

  it('of others says nothing about it', () => {
    expect(isRefusal(new Error('down'))).toBe(false);
  });
});
