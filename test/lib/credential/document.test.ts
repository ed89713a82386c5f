import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { DOCUMENT, FakeWorld, SECRET_CANARY } from '../../support/fake-ports.ts';

const https = { allowLoopbackHttp: false };
const parse = (document: object | string, policy = https) =>
  parseCredentialDocument(
    typeof document === 'string' ? document : JSON.stringify(document),
    policy,
  );

const { client_secret: _, ...withoutSecret } = DOCUMENT;
const byKey = { ...withoutSecret, token_endpoint_auth_method: 'private_key_jwt' };
const ecKey = { kty: 'EC', crv: 'P-256', x: 'canary-x', y: 'canary-y', d: 'canary-d' };
const rsaKey = {
  kty: 'RSA',
  n: 'n',
  e: 'AQAB',
  d: 'd',
  p: 'p',
  q: 'q',
  dp: 'dp',
  dq: 'dq',
  qi: 'qi',
};
const okpKey = { kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'd' };
const ocmsId = (tenant: string) =>
  Buffer.from(`owner: example\nsfw: demo@1.0@${tenant}\ntid: ${tenant}\n`).toString('base64url');
const hiiretail = {
  issuer: 'https://auth.retailsvc.com',
  client_id: ocmsId('abc123'),
  client_secret: 'x',
  profile: 'hiiretail',
};

describe('credential document', () => {
  it('fills in what the document leaves out', () => {
    expect(
      parse({ issuer: 'https://auth.example.com', client_id: 'a', client_secret: 'b' }),
    ).toEqual({
      issuer: 'https://auth.example.com',
      clientId: 'a',
      authentication: { method: 'client_secret_basic', clientSecret: 'b' },
      scope: undefined,
      defaultScope: [],
      audience: [],
      resource: [],
      tokenEndpoint: undefined,
      jwksUri: undefined,
      profile: 'generic',
      tokenSharing: 'shared',
      status: 'enabled',
      epoch: 0,
    });
  });

  it('reads every key', () => {
    const document = parse({
      ...DOCUMENT,
      token_endpoint_auth_method: 'client_secret_post',
      audience: 'https://one.example.com',
      token_endpoint: 'https://other.example.com/token',
      jwks_uri: 'https://other.example.com/jwks',
      token_sharing: 'per_session',
      status: 'disabled',
      epoch: 3,
    });
    expect(document).toMatchObject({
      authentication: { method: 'client_secret_post' },
      scope: ['orders:read', 'orders:write'],
      audience: ['https://one.example.com'],
      tokenEndpoint: 'https://other.example.com/token',
      jwksUri: 'https://other.example.com/jwks',
      tokenSharing: 'per_session',
      status: 'disabled',
      epoch: 3,
    });
  });

  it.each([
    ['RS256', rsaKey],
    ['PS256', { ...rsaKey, alg: 'PS256' }],
    ['ES256', { ...ecKey, kid: 'k1', use: 'sig', key_ops: ['sign'] }],
    ['EdDSA', okpKey],
  ])('takes a private key for %s', (alg, privateKeyJwk) => {
    expect(parse({ ...byKey, private_key_jwk: privateKeyJwk }).authentication).toMatchObject({
      method: 'private_key_jwt',
      privateKeyJwk: { alg },
    });
  });

  it('lets http through to loopback only where configuration says local', () => {
    const local = { ...DOCUMENT, issuer: 'http://127.0.0.1:9471' };
    expect(parse(local, { allowLoopbackHttp: true }).issuer).toBe('http://127.0.0.1:9471');
    expect(() =>
      parse({ ...DOCUMENT, issuer: 'http://auth.example.com' }, { allowLoopbackHttp: true }),
    ).toThrow(/issuer/);
  });

  const bad: [what: string, document: object | string, text: RegExp][] = [
    ['junk', `{"client_secret":"${SECRET_CANARY}"`, /it must be a JSON object/],
    ['a list', '[]', /issuer is missing/],
    ['text', '"secret"', /it must be a JSON object/],
    [
      'an unknown key',
      { ...DOCUMENT, clientsecret: SECRET_CANARY },
      /clientsecret is not a known key/,
    ],
    [
      'a secret as a key',
      { ...DOCUMENT, [`${SECRET_CANARY}0`]: 1 },
      /a key that is no name is not a known key/,
    ],
    ['no issuer', { ...DOCUMENT, issuer: undefined }, /issuer is missing/],
    ['no client_id', { ...DOCUMENT, client_id: undefined }, /client_id is missing/],
    ['an empty client_id', { ...DOCUMENT, client_id: '' }, /client_id must be a string of 1/],
    [
      'an http issuer',
      { ...DOCUMENT, issuer: 'http://auth.example.com' },
      /issuer must be an https URL/,
    ],
    [
      'an issuer with user info',
      { ...DOCUMENT, issuer: 'https://a:b@auth.example.com' },
      /issuer must be an https URL/,
    ],
    [
      'an issuer with a fragment',
      { ...DOCUMENT, issuer: 'https://auth.example.com/#' },
      /issuer must be an https URL/,
    ],
    [
      'an issuer with a query',
      { ...DOCUMENT, issuer: 'https://auth.example.com/?a' },
      /issuer must have no query/,
    ],
    ['an issuer that is no URL', { ...DOCUMENT, issuer: 'auth' }, /issuer must be an https URL/],
    [
      'an issuer with a line break',
      { ...DOCUMENT, issuer: 'https://auth.example.com/\n' },
      /issuer must be an https URL/,
    ],
    ['no secret', withoutSecret, /client_secret is missing for client_secret_basic/],
    ['no key', byKey, /private_key_jwk is missing/],
    [
      'a secret beside a key',
      { ...DOCUMENT, ...byKey, private_key_jwk: ecKey },
      /client_secret must be absent/,
    ],
    [
      'a key beside a secret',
      { ...DOCUMENT, private_key_jwk: ecKey },
      /private_key_jwk must be absent/,
    ],
    [
      'a public key',
      { ...byKey, private_key_jwk: { ...ecKey, d: undefined } },
      /private_key_jwk is not valid|private_key_jwk/,
    ],
    [
      'a key of another curve',
      { ...byKey, private_key_jwk: { ...ecKey, crv: 'P-384' } },
      /private_key_jwk must be a private JWK/,
    ],
    [
      'a symmetric key',
      { ...byKey, private_key_jwk: { kty: 'oct', k: SECRET_CANARY } },
      /private_key_jwk must be a private JWK/,
    ],
    [
      'a key with an unknown member',
      { ...byKey, private_key_jwk: { ...ecKey, extra: 1 } },
      /private_key_jwk.extra is not a known key/,
    ],
    [
      'an unknown method',
      { ...DOCUMENT, token_endpoint_auth_method: 'none' },
      /token_endpoint_auth_method must be client_secret_basic, client_secret_post or private_key_jwt/,
    ],
    ['a scope that is a list', { ...DOCUMENT, scope: ['a'] }, /scope must be scopes/],
    [
      'a default scope beyond the ceiling',
      { ...DOCUMENT, default_scope: 'admin' },
      /default_scope must be within scope/,
    ],
    [
      'a default scope without a ceiling',
      { ...DOCUMENT, scope: undefined },
      /default_scope must be within scope/,
    ],
    ['an audience with a space', { ...DOCUMENT, audience: 'a b' }, /audience must be/],
    ['a repeated audience', { ...DOCUMENT, audience: ['a', 'a'] }, /audience must be/],
    ['an audience that is a number', { ...DOCUMENT, audience: 5 }, /audience must be/],
    ['an epoch that is no number', { ...DOCUMENT, epoch: '1' }, /epoch must be a whole number/],
    ['a negative epoch', { ...DOCUMENT, epoch: -1 }, /epoch must be a whole number/],
    [
      'an http token endpoint',
      { ...DOCUMENT, token_endpoint: 'http://x.example' },
      /token_endpoint must be an https URL/,
    ],
    [
      'a wrong environment of Hii Retail',
      { ...hiiretail, client_id: ocmsId('abc123test') },
      /issuer must be https:\/\/auth.retailsvc-test.com for the tenant/,
    ],
    [
      'another issuer with the profile of Hii Retail',
      { ...hiiretail, issuer: 'https://auth.hiiretail.com' },
      /with profile hiiretail/,
    ],
  ];

  it.each(bad)('refuses %s and repeats no value', async (_what, document, text) => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', document);
    const { status, json, body } = await world.vend();
    expect(status).toBe(500);
    expect(json).toMatchObject({
      code: 'credential_invalid',
      error_description: expect.stringMatching(text),
    });
    expect(body).not.toMatch(/canary/);
    expect(world.server.tokenRequests).toBe(0);
    expect(world.audit.kinds).toEqual(['refusal']);
  });

  it('names every mistake at once', () => {
    expect(() => parse({ issuer: 'x', epoch: -1, client_id: 'a' })).toThrow(/issuer .*epoch /);
    expect(() => parse('{}')).toThrow(VendError);
  });

  it('knows the audience of Hii Retail, and lets the environment pass where the client id says nothing', () => {
    expect(parse(hiiretail)).toMatchObject({
      audience: ['https://hiiretail.com'],
      scope: undefined,
    });
    expect(parse({ ...hiiretail, client_id: 'opaque', audience: 'x' }).audience).toEqual(['x']);
    expect(
      parse({
        ...hiiretail,
        issuer: 'https://auth.retailsvc-test.com',
        client_id: ocmsId('"1"test'),
      }).profile,
    ).toBe('hiiretail');
    expect(
      parse({ ...hiiretail, issuer: 'http://localhost:1' }, { allowLoopbackHttp: true }).profile,
    ).toBe('hiiretail');
  });
});
