import { describe, expect, it } from '@jest/globals';
import { remedyFor } from '../../../cli/doctor/remedies.ts';
import { TokenVendingError } from '../../../client/token-vending-error.ts';

const credential = {
  credential: 'checkout/orders-api',
  issuer: 'https://auth.example.com',
  profile: 'generic',
  status: 'enabled',
  scopes: ['orders:read'],
  default_scope: [],
  audiences: ['https://orders.example.com'],
  resources: [],
};

describe('the remedy of a token request', () => {
  it.each([
    ['policy_denied', /does not exist, or it is disabled/],
    ['secrets_unavailable', /look up the request_id/],
    ['scope_refused', /a listed scope: orders:read\.$/],
    ['target_refused', /one of https:\/\/orders.example.com\.$/],
    ['token_unacceptable', /compare the named member/],
    ['upstream_unavailable', /status of https:\/\/auth.example.com, and ask/],
    ['internal', /give the request_id/],
  ] as const)('of %s is better than its general advice', (code, remedy) => {
    expect(remedyFor(new TokenVendingError(code), credential)).toMatch(remedy);
  });

  it('is the advice of the endpoint, if that is about the error', () => {
    const advice = 'Set "implicit_scope": "email" in the credential document.';
    const error = new TokenVendingError('token_unacceptable', { advice });
    expect(remedyFor(error, credential)).toBe(advice);
  });

  it('compares issuers only where the issuer is the matter', () => {
    const about = (says: string) => new TokenVendingError('upstream_invalid', { says });
    expect(remedyFor(about('issuer must be the issuer.'), credential)).toMatch(/must be equal/);
    expect(remedyFor(about('invalid_request'), credential)).not.toMatch(/issuer/);
  });

  it('does without the credential, if the caller may not see it', () => {
    const about = (code: 'scope_refused' | 'target_refused' | 'upstream_timeout') =>
      remedyFor(new TokenVendingError(code), undefined);
    expect(about('scope_refused')).toMatch(/GET \/credentials lists/);
    expect(about('target_refused')).toMatch(/GET \/credentials lists/);
    expect(about('upstream_timeout')).toMatch(/status of the authorization server/);
  });
});
