import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { checkClaims, isIssuerOf, requireReadable } from '../../../lib/grant/check-claims.ts';
import type { TokenClaims } from '../../../lib/grant/token-claims.ts';
import { DOCUMENT, ISSUER } from '../../support/fake-ports.ts';

const metadata = {
  ...{ issuer: ISSUER, tokenEndpoint: `${ISSUER}/token`, jwksUri: undefined },
  revocationEndpoint: undefined,
};

function check(claims: TokenClaims, more: object = {}, change: object = {}, audience = ['a']) {
  const document = parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...more }), {
    allowLoopbackHttp: false,
  });
  const grant = { scope: [], audience, resource: [] };
  const expected = { document, metadata: { ...metadata, ...change }, grant };
  checkClaims(claims, { ...expected, requestedAt: 0, now: 0 });
  return isIssuerOf(String(claims.iss), expected);
}

const named = { iss: ISSUER, aud: 'a' };

describe('the claims of a signed token', () => {
  it('are those of the issuer, for the requested audience', () => {
    expect(check(named)).toBe(true);
    expect(check({ iss: ISSUER }, {}, {}, [])).toBe(true);
    expect(check({ iss: ISSUER, unreadable: ['aud'] }, {}, {}, [])).toBe(true);
  });

  it('may name the issuer that metadata or document state for access tokens', () => {
    const iss = 'https://sts.example.com/tenant/';
    expect(check({ ...named, iss }, {}, { accessTokenIssuer: iss })).toBe(true);
    expect(check({ ...named, iss }, { access_token_issuer: iss })).toBe(true);
    expect(() => check(named, { access_token_issuer: iss })).toThrow(/iss must be https:\/\/sts/);
  });

  it.each<[string, TokenClaims, RegExp, RegExp]>([
    ['no iss', { aud: 'a' }, /the token has none/, /access_token_format/],
    [
      'another iss',
      { ...named, iss: 'https://b.example' },
      /it is https:\/\/b.example\./,
      /access_token_issuer/,
    ],
    [
      'an iss with a slash',
      { ...named, iss: `${ISSUER}/` },
      /only the slash/,
      /access_token_issuer/,
    ],
    ['an iss that cannot be read', { aud: 'a', unreadable: ['iss'] }, /iss must be text/, /opaque/],
    ['no aud', { iss: ISSUER }, /aud must contain a, and it is absent/, /audience/],
    ['another aud', { iss: ISSUER, aud: ['b', 'c'] }, /it is b c/, /audience/],
    ['many', { iss: ISSUER, aud: ['b', 'c', 'd', 'e', 'f', 'g'] }, /f and 1 more/, /audience/],
    ['an aud that cannot be read', { iss: ISSUER, unreadable: ['aud'] }, /aud must be text/, /./],
  ])(
    'are refused with %s, and the error says what would mend it',
    (_what, claims, text, advice) => {
      expect(() => check(claims)).toThrow(
        expect.objectContaining({
          code: 'token_unacceptable',
          message: expect.stringMatching(text),
          advice: expect.stringMatching(advice),
        }),
      );
    },
  );

  it('may be unreadable if they are not used', () => {
    expect(() => requireReadable({ unreadable: ['nbf'] }, 'exp', 'a number')).not.toThrow();
  });
});
