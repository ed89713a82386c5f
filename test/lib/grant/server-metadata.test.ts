import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { toServerProfile } from '../../../lib/credential/profile.ts';
import { Profiles } from '../../../lib/credential/profiles.ts';
import {
  checkMetadata,
  fallbackMetadata,
  wellKnownUrls,
} from '../../../lib/grant/server-metadata.ts';
import { DOCUMENT, FakeWorld, ISSUER, METADATA } from '../../support/fake-ports.ts';

const https = { allowLoopbackHttp: false };
const tolerant = toServerProfile('tolerant', { issuer_comparison: 'trailing_slash_ignored' });
const profiles = new Profiles([tolerant]);
const document = (overrides = {}) =>
  parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...overrides }), { ...https, profiles });
const check = (metadata: object, overrides = {}) =>
  checkMetadata({ ...METADATA, ...metadata }, document(overrides), https);

describe('server metadata', () => {
  it('has two URLs, OpenID Connect Discovery first', () => {
    expect(wellKnownUrls('https://auth.example.com/tenant/').map(String)).toEqual([
      'https://auth.example.com/tenant/.well-known/openid-configuration',
      'https://auth.example.com/.well-known/oauth-authorization-server/tenant',
    ]);
    expect(wellKnownUrls('https://auth.example.com').map(String)).toEqual([
      'https://auth.example.com/.well-known/openid-configuration',
      'https://auth.example.com/.well-known/oauth-authorization-server',
    ]);
  });

  it('is accepted if it is valid, whatever else it contains', () => {
    const odd = { grant_types_supported: ['implicit', 5, 'a b'], jwks_uri: METADATA.jwks_uri };
    expect(check({ ...odd, access_token_issuer: 'http://sts.example/trust' })).toMatchObject({
      accessTokenIssuer: 'http://sts.example/trust',
      grantTypesSupported: ['implicit'],
      authMethodsSupported: undefined,
      issuer: ISSUER,
      tokenEndpoint: METADATA.token_endpoint,
      jwksUri: METADATA.jwks_uri,
      revocationEndpoint: METADATA.revocation_endpoint,
    });
  });

  it('may name endpoints on hosts below the issuer, and on another host that the document names', () => {
    expect(check({ token_endpoint: 'https://api.auth.example.com/t' }).tokenEndpoint).toBe(
      'https://api.auth.example.com/t',
    );
    const named = 'https://tokens.example.net/t';
    expect(check({ token_endpoint: named }, { token_endpoint: named }).tokenEndpoint).toBe(named);
  });

  it('drops a revocation endpoint elsewhere and uses the keys that the document names', () => {
    const { revocationEndpoint, jwksUri } = check(
      { revocation_endpoint: 'https://evil.example.net/', jwks_uri: undefined },
      { jwks_uri: `${ISSUER}/own-keys` },
    );
    expect(revocationEndpoint).toBeUndefined();
    expect(jwksUri).toBe(`${ISSUER}/own-keys`);
    const others = { access_token_issuer: 'https://sts.example.com' };
    const keys = { jwks_uri: `${ISSUER}/own-keys` };
    expect(check({}, keys).jwksUri).toBe(METADATA.jwks_uri);
    expect(check({}, others).jwksUri).toBe(METADATA.jwks_uri);
    expect(check({}, { ...others, ...keys }).jwksUri).toBe(`${ISSUER}/own-keys`);
    expect(check({ revocation_endpoint: undefined }).revocationEndpoint).toBeUndefined();
    expect(check({ jwks_uri: 'http://auth.example.com/jwks' }).jwksUri).toBeUndefined();
  });

  it.each([
    ['https://auth.example.com/keys', {}],
    ['https://keys.auth.example.com/keys', {}],
    ['https://tokens.example.net/keys', { token_endpoint: 'https://tokens.example.net/t' }],
    ['https://keys.example.org/keys', { jwks_uri: 'https://keys.example.org/keys' }],
  ])('takes keys from %s, which the issuer or the document vouches for', (jwks_uri, own) => {
    const { token_endpoint = METADATA.token_endpoint } = own as { token_endpoint?: string };
    expect(check({ jwks_uri, token_endpoint }, own).jwksUri).toBe(jwks_uri);
  });

  it.each(['https://evil.example.net/keys', 'https://auth.example.com.evil.example.net/keys'])(
    'takes no keys from %s, and names it for the error',
    (jwks_uri) => {
      expect(check({ jwks_uri })).toMatchObject({ jwksUri: undefined, foreignJwksUri: jwks_uri });
      const named = { jwks_uri: `${ISSUER}/own-keys` };
      expect(check({ jwks_uri }, named)).toMatchObject({
        jwksUri: named.jwks_uri,
        foreignJwksUri: undefined,
      });
    },
  );

  it.each(['169.254.169.254', '10.0.0.1', '[fd00:ec2::254]', '2130706433', 'localhost'])(
    'sends nothing to the private host %s, unless the document names it or the system is local',
    (host) => {
      const at = { token_endpoint: `https://${host}/t` };
      const other = { token_endpoint: `https://other.example.com/t` };
      expect(() => check(at, other)).toThrow(/not on a private address/);
      expect(check(at, at).tokenEndpoint).toBe(new URL(at.token_endpoint).href);
      expect(check({ jwks_uri: `https://${host}/k` })).toMatchObject({
        jwksUri: undefined,
        foreignJwksUri: undefined,
      });
      const local = () =>
        checkMetadata({ ...METADATA, ...at }, document(at), { allowLoopbackHttp: true });
      expect(local().tokenEndpoint).toBe(new URL(at.token_endpoint).href);
    },
  );

  it('uses the endpoints of the document that no metadata names', () => {
    const own = { revocation_endpoint: `${ISSUER}/r`, introspection_endpoint: `${ISSUER}/i` };
    expect(check({ revocation_endpoint: undefined }, own)).toMatchObject({
      revocationEndpoint: `${ISSUER}/r`,
      introspectionEndpoint: `${ISSUER}/i`,
    });
  });

  it('may differ by one slash at the end of the issuer if the profile ignores it, and not otherwise', () => {
    const ignoring = { profile: 'tolerant' };
    expect(check({ issuer: `${ISSUER}/` }, ignoring).issuer).toBe(`${ISSUER}/`);
    expect(() => check({ issuer: `${ISSUER}//` }, ignoring)).toThrow(/issuer/);
    expect(() => check({ issuer: `${ISSUER}/` })).toThrow(/only the slash at the end differs/);
  });

  const invalid: [what: string, metadata: unknown, text: RegExp][] = [
    [
      'a wrong issuer',
      { ...METADATA, issuer: 'https://evil.example.net' },
      /issuer must be https:\/\/auth.example.com, .*, and it is https:\/\/evil.example.net/,
    ],
    ['no issuer', { ...METADATA, issuer: 5 }, /issuer must be a URL/],
    ['no token endpoint', { issuer: ISSUER }, /token_endpoint is missing/],
    ['a list', [], /must be a JSON object/],
    [
      'an http token endpoint',
      { ...METADATA, token_endpoint: 'http://auth.example.com/t' },
      /token_endpoint must be an https URL/,
    ],
    [
      'a token endpoint with user info',
      { ...METADATA, token_endpoint: 'https://a@auth.example.com/t' },
      /token_endpoint must be an https URL/,
    ],
    [
      'a token endpoint with a fragment',
      { ...METADATA, token_endpoint: 'https://auth.example.com/t#' },
      /token_endpoint must be an https URL/,
    ],
    [
      'a cross-site token endpoint',
      { ...METADATA, token_endpoint: 'https://evil-auth.example.com/t' },
      /on the host of the issuer, .* and it is https:\/\/evil-auth.example.com\/t/,
    ],
  ];

  it.each(invalid)('is rejected with %s, and nothing is minted', async (_what, metadata, text) => {
    const world = new FakeWorld();
    world.server.metadata = metadata;
    const { status, json } = await world.vend();
    expect(status).toBe(502);
    expect(json).toMatchObject({
      code: 'upstream_invalid',
      error_description: expect.stringMatching(text),
    });
    expect(world.server.tokenRequests).toBe(0);
  });

  it('falls back to the endpoints of the document', () => {
    expect(fallbackMetadata(document())).toBeUndefined();
    expect(fallbackMetadata(document({ token_endpoint: 'https://x.example/t' }))).toMatchObject({
      tokenEndpoint: 'https://x.example/t',
    });
  });
});
