import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { generic } from '../../../lib/credential/profile.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { DOCUMENT, FakeWorld, SECRET_CANARY } from '../../support/fake-ports.ts';

const https = { allowLoopbackHttp: false };
const parse = (document: object | string, policy = https) =>
  parseCredentialDocument(
    typeof document === 'string' ? document : JSON.stringify(document),
    policy,
  );

describe('credential document', () => {
  it('has defaults for absent keys', () => {
    expect(
      parse({ issuer: 'https://auth.example.com', client_id: 'a', client_secret: 'b' }),
    ).toEqual({
      issuer: 'https://auth.example.com',
      clientId: 'a',
      authentication: { method: 'client_secret_basic', clientSecret: 'b' },
      allowsCertificateBoundTokens: false,
      clientAssertionAudience: 'issuer',
      grantType: 'client_credentials',
      tokenParameters: {},
      scope: undefined,
      defaultScope: [],
      implicitScope: [],
      audience: [],
      resource: [],
      tokenEndpoint: undefined,
      revocationEndpoint: undefined,
      introspectionEndpoint: undefined,
      jwksUri: undefined,
      accessTokenFormat: 'auto',
      accessTokenIssuer: undefined,
      accessTokenLifetime: undefined,
      profile: generic,
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
      client_assertion_audience: 'token_endpoint',
      grant_type: 'account_credentials',
      token_parameters: { account_id: 'a', tag: ['b', 'c'] },
      implicit_scope: 'profile email',
      token_endpoint: 'https://other.example.com/token',
      revocation_endpoint: 'https://other.example.com/revoke',
      introspection_endpoint: 'https://other.example.com/introspect',
      jwks_uri: 'https://other.example.com/jwks',
      access_token_format: 'opaque',
      access_token_issuer: 'https://sts.example.com/tenant/',
      access_token_lifetime: 3600,
      token_sharing: 'per_session',
      status: 'disabled',
      epoch: 3,
    });
    expect(document).toMatchObject({
      authentication: { method: 'client_secret_post' },
      scope: ['orders:read', 'orders:write'],
      clientAssertionAudience: 'token_endpoint',
      grantType: 'account_credentials',
      tokenParameters: { account_id: 'a', tag: ['b', 'c'] },
      implicitScope: ['email', 'profile'],
      accessTokenFormat: 'opaque',
      accessTokenIssuer: 'https://sts.example.com/tenant/',
      accessTokenLifetime: 3600,
      audience: ['https://one.example.com'],
      tokenEndpoint: 'https://other.example.com/token',
      revocationEndpoint: 'https://other.example.com/revoke',
      introspectionEndpoint: 'https://other.example.com/introspect',
      jwksUri: 'https://other.example.com/jwks',
      tokenSharing: 'per_session',
      status: 'disabled',
      epoch: 3,
    });
  });

  it('is read over a byte order mark', () => {
    expect(parse(`\uFEFF${JSON.stringify(DOCUMENT)}`)).toEqual(parse(DOCUMENT));
  });

  it('accepts http only to loopback, and only in the local system', () => {
    const local = { ...DOCUMENT, issuer: 'http://127.0.0.1:9471' };
    expect(parse(local, { allowLoopbackHttp: true }).issuer).toBe('http://127.0.0.1:9471');
    expect(() =>
      parse({ ...DOCUMENT, issuer: 'http://auth.example.com' }, { allowLoopbackHttp: true }),
    ).toThrow(/issuer/);
  });

  const bad: [what: string, document: object | string, text: RegExp][] = [
    ['junk', `{"client_secret":"${SECRET_CANARY}"`, /it must be a JSON object/],
    ['a list', '[]', /it must be a JSON object/],
    [
      'UTF-16 text',
      Buffer.from(JSON.stringify(DOCUMENT), 'utf16le').toString('latin1'),
      /it is UTF-16 text: it must be UTF-8/,
    ],
    [
      'a newline at the end of the secret',
      { ...DOCUMENT, client_secret: `${SECRET_CANARY}\n` },
      /client_secret must not end with a control character such as a newline/,
    ],
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
    [
      'a secret in the place of a number',
      { ...DOCUMENT, epoch: SECRET_CANARY },
      /epoch must be a whole number/,
    ],
    [
      'a default scope beyond the ceiling',
      { ...DOCUMENT, default_scope: 'admin' },
      /default_scope must be within scope/,
    ],
  ];

  it.each(bad)('rejects %s and repeats no value', async (_what, document, text) => {
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

  it('names every error at once', () => {
    expect(() => parse({ issuer: 'x', epoch: -1, client_id: 'a' })).toThrow(/issuer .*epoch /);
    expect(() => parse('{}')).toThrow(VendError);
  });
});
