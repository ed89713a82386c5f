import { describe, expect, it } from '@jest/globals';
import type { AuditedAccess } from '../../../lib/audit/event.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { AccessDenied } from '../../../lib/vending/authorizer.ts';
import { MintError } from '../../../lib/vending/mint-error.ts';
import { endingWith, failed } from '../../../lib/vending/outcome.ts';

const access = { action: 'vendToken', decision: { allowed: true, advice: [] } } as unknown;
const first = access as AuditedAccess;
const later = { ...first, action: 'describeCredential' } as AuditedAccess;

describe('ending of a request', () => {
  it('is the response of a served request', async () => {
    expect(await endingWith(first, async () => 'token')).toEqual({
      kind: 'served',
      response: 'token',
    });
  });

  it('contains the error and the decision so far', async () => {
    const error = new VendError('upstream_timeout');
    expect(await endingWith(first, () => Promise.reject(error))).toMatchObject({
      kind: 'failed',
      error,
      access: first,
      mintId: undefined,
    });
  });

  it('contains the later decision if that denied', async () => {
    const denied = new AccessDenied(later);
    const ending = await endingWith(first, () => Promise.reject(denied));
    expect(ending).toMatchObject({ access: { action: 'describeCredential' } });
  });

  it('names the mint that failed', () => {
    const error = new MintError(new VendError('upstream_unavailable'), 'mint-1');
    expect(failed(error, first)).toMatchObject({ mintId: 'mint-1', error: { retryable: true } });
  });

  it('treats any other error as a bug', () => {
    expect(failed(new TypeError('x')).error.code).toBe('internal');
  });
});
