import { describe, expect, it } from '@jest/globals';
import { readClaims } from '../../../lib/grant/token-claims.ts';

describe('the claims of a token', () => {
  it('are read in every form that means the same', () => {
    expect(
      readClaims({
        iss: 'https://auth.example.com',
        aud: 'a',
        exp: '1800000000',
        nbf: null,
        iat: 1_700_000_000.5,
        jti: 17,
        client_id: ['orders'],
        scp: ['b', 'a'],
      }),
    ).toEqual({
      iss: 'https://auth.example.com',
      sub: undefined,
      aud: 'a',
      exp: 1_800_000_000,
      nbf: undefined,
      iat: 1_700_000_000.5,
      jti: '17',
      client_id: 'orders',
      scope: ['b', 'a'],
      unreadable: [],
    });
  });

  it.each([
    [{ azp: 'a' }, 'a'],
    [{ cid: 'b' }, 'b'],
    [{ appid: 'c' }, 'c'],
    [{ client_id: ['a', 'b'], azp: 'd' }, 'd'],
    [{}, undefined],
  ])('of %j name the client %s', (payload, client) => {
    expect(readClaims(payload).client_id).toBe(client);
  });

  it('that cannot be read are named, and refuse nothing by themselves', () => {
    const claims = readClaims({
      iss: {},
      aud: ['a', 5.5, {}],
      exp: 'soon',
      jti: '\uD800',
      sub: 'a\u0007b',
      nbf: [],
      iat: Number.NaN,
    });
    expect(claims).toMatchObject({ iss: undefined, aud: undefined, exp: undefined });
    expect(claims.unreadable).toEqual(['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']);
    expect(readClaims({ jti: 'x'.repeat(2_049) }).jti).toBeUndefined();
  });
});
