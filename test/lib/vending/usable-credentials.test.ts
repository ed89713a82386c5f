import { describe, expect, it } from '@jest/globals';
import type { Credential } from '../../../lib/credential/source.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { UsableCredentials } from '../../../lib/vending/usable-credentials.ts';
import { contextOf } from '../../support/request-context.ts';

const ID = { team: 'checkout', name: 'orders-api' };
const credential = (status: 'enabled' | 'disabled') =>
  ({ id: ID, document: { status }, versionId: 'v1', writtenAt: 0 }) as Credential;

function open(found: Credential | VendError, mayDescribe: boolean): UsableCredentials {
  const get = async () => {
    if (found instanceof VendError) throw found;
    return found;
  };
  const budgets = { spend: () => undefined, requireLeft: () => undefined };
  const source = { get, peek: () => undefined };
  return new UsableCredentials(source, { mayDescribe: () => mayDescribe }, budgets);
}

describe('usable credentials', () => {
  it('are those that exist and are enabled', async () => {
    const enabled = credential('enabled');
    expect(await open(enabled, false).find(contextOf(), ID)).toBe(enabled);
  });

  it.each([
    ['unknown', new VendError('credential_unknown'), 'credential_unknown'],
    ['disabled', credential('disabled'), 'credential_disabled'],
  ])('reveal an %s credential only to callers that may describe it', async (_what, found, code) => {
    await expect(open(found, true).find(contextOf(), ID)).rejects.toMatchObject({ code });
    await expect(open(found, false).find(contextOf(), ID)).rejects.toMatchObject({
      code: 'policy_denied',
      conceals: { code },
    });
  });

  it('conceal no other error', async () => {
    const unavailable = new VendError('secrets_unavailable');
    await expect(open(unavailable, false).find(contextOf(), ID)).rejects.toBe(unavailable);
  });

  it('admit no version that a rotation has disabled', () => {
    const usable = open(credential('enabled'), false);
    expect(() => usable.admit(contextOf(), credential('enabled'))).not.toThrow();
    expect(() => usable.admit(contextOf(), credential('disabled'))).toThrow(
      expect.objectContaining({ code: 'policy_denied' }),
    );
  });
});
