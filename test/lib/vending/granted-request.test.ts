import { describe, expect, it } from '@jest/globals';
import type { Credential } from '../../../lib/credential/source.ts';
import { grantedRequest } from '../../../lib/vending/granted-request.ts';

const [ORDERS, STOCK, API] = ['https://orders', 'https://stock', 'https://api'];
const requested = {
  credential: { team: 'checkout', name: 'orders-api' },
  scope: [],
  audience: [],
  resource: [],
  minTtl: 5,
};
const grant = { scope: ['a', 'b'], audience: [ORDERS], resource: [API] };
const credential = { document: { scope: ['a', 'b', 'c'] } } as unknown as Credential;

describe('what the server granted', () => {
  it.each<[what: string, audience: string[], granted: object]>([
    ['that states none: as requested', [], { audience: [ORDERS], resource: [API] }],
    ['as requested', [API, ORDERS], { audience: [ORDERS], resource: [API] }],
    ['with another one', [STOCK, ORDERS, API], { audience: [ORDERS, STOCK], resource: [API] }],
    ['without the resource', [ORDERS], { audience: [ORDERS], resource: [] }],
  ])('is the scope of the token, and its audience %s', (_what, audience, granted) => {
    expect(grantedRequest({ scope: ['a'], audience }, { requested, grant, credential })).toEqual({
      ...requested,
      scope: ['a'],
      ...granted,
    });
  });

  it('is a value twice if it was requested as audience and as resource', () => {
    const both = { ...grant, resource: [ORDERS] };
    expect(
      grantedRequest({ scope: [], audience: [ORDERS] }, { requested, grant: both, credential }),
    ).toMatchObject({ audience: [ORDERS], resource: [ORDERS] });
  });

  it('may be every scope of the document, if nobody states the scope of the token', () => {
    const unknown = { scope: [], isScopeUnknown: true, audience: [] };
    const allowed = { requested, grant: { ...grant, scope: [] }, credential };
    expect(grantedRequest(unknown, allowed).scope).toEqual(['a', 'b', 'c']);
    const unlisted = { document: { scope: undefined } } as unknown as Credential;
    expect(grantedRequest(unknown, { ...allowed, credential: unlisted }).scope).toEqual([
      'urn:token-vending:unknown-scope',
    ]);
  });
});
