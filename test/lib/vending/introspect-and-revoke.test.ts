import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { TokenClaims } from '../../../lib/grant/token-verifier.ts';
import {
  DOCUMENT,
  FakeWorld,
  formRequest,
  ISSUER,
  METADATA,
  TOKEN_CANARY,
} from '../../support/fake-ports.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = `${part({ alg: 'RS256' })}.${part({})}.${TOKEN_CANARY}`;
const AUDIENCE = 'https://orders.example.com';

function about(path: string, form: Record<string, string> = {}) {
  return formRequest(path, { client_id: 'checkout/orders-api', token: jwt, ...form });
}

describe('introspection', () => {
  const introspect = async (claims: TokenClaims | undefined, world = new FakeWorld()) => {
    const now = world.clock.now() / 1000;
    const good = {
      iss: ISSUER,
      aud: AUDIENCE,
      exp: now + 60,
      nbf: now,
      sub: 's',
      jti: 'j',
      iat: now,
      client_id: 'c',
    };
    world.verifier.result =
      claims === undefined
        ? { valid: false, failure: 'bad_signature' }
        : { valid: true, claims: { ...good, ...claims } };
    return {
      world,
      ...(await world.serve(about('/oauth2/introspect', { token_type_hint: 'access_token' }))),
    };
  };

  it('says what a valid token says', async () => {
    const { json, world } = await introspect({ scope: 'orders:read' });
    expect(json).toMatchObject({
      active: true,
      scope: 'orders:read',
      token_type: 'Bearer',
      aud: AUDIENCE,
      jti: 'j',
      client_id: 'c',
    });
    expect(world.audit.events).toMatchObject([
      { kind: 'introspection', active: true, tokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect((await introspect({ scp: ['a', 'b'], nbf: undefined })).json['scope']).toBe('a b');
  });

  it.each([
    ['a bad signature', undefined],
    ['another issuer', { iss: 'https://evil.example.net' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://evil.example.net' }],
    ['no end', { exp: undefined }],
    ['its end in the past', { exp: 1 }],
    ['its begin in the future', { nbf: 9_999_999_999 }],
  ])('calls a token with %s inactive, and no more', async (_what, claims) => {
    const { status, json } = await introspect(claims);
    expect([status, json]).toEqual([200, { active: false }]);
  });

  it('calls an opaque token inactive, and any where there are no keys', async () => {
    const world = new FakeWorld();
    expect((await world.serve(about('/oauth2/introspect', { token: 'opaque' }))).json).toEqual({
      active: false,
    });
    world.server.metadata = { ...METADATA, jwks_uri: undefined };
    expect((await world.serve(about('/oauth2/introspect'))).json).toEqual({ active: false });
  });

  it('takes any audience where the document names none', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', { issuer: ISSUER, client_id: 'a', client_secret: 'b' });
    expect((await introspect({ aud: undefined }, world)).json['active']).toBe(true);
  });

  it.each([
    ['no token', { token: '' }, /^token is missing/],
    ['no credential', { client_id: '' }, /^client_id is missing/],
    ['a secret', { client_secret: 'x' }, /SigV4/],
  ])('refuses %s', async (_what, form, text) => {
    const { status, json } = await new FakeWorld().serve(
      about('/oauth2/introspect', form as unknown as Record<string, string>),
    );
    expect(status).toBe(400);
    expect(json['error_description']).toMatch(text);
  });

  it('is a right of its own', async () => {
    const world = new FakeWorld();
    world.policy.allowed = new Set(['vendToken checkout/orders-api']);
    expect((await world.serve(about('/oauth2/introspect'))).json['code']).toBe('policy_denied');
  });
});

describe('revocation', () => {
  it('drops the token here and revokes it at the server', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const response = await world.serve(
      about('/oauth2/revoke', { token: String(json['access_token']) }),
    );
    expect([response.status, response.body]).toEqual([200, '']);
    expect(world.server.revocations).toBe(1);
    expect(world.audit.events.at(-1)).toMatchObject({
      kind: 'revocation',
      evicted: 1,
      upstream: 'revoked',
    });
    expect((await world.vend()).json['source']).toBe('minted');
  });

  it('is a success for a token that nobody knows', async () => {
    const world = new FakeWorld();
    expect((await world.serve(about('/oauth2/revoke'))).status).toBe(200);
    expect(world.audit.events).toMatchObject([{ kind: 'revocation', evicted: 0 }]);
  });

  it('stays here where the server has no revocation, or none for such tokens', async () => {
    const world = new FakeWorld();
    world.server.revocation = 'unsupported';
    await world.serve(about('/oauth2/revoke'));
    const without = new FakeWorld();
    without.server.metadata = { ...METADATA, revocation_endpoint: undefined };
    await without.serve(about('/oauth2/revoke'));
    expect([world.audit.events[0], without.audit.events[0]]).toMatchObject([
      { upstream: 'unsupported' },
      { upstream: 'unsupported' },
    ]);
    expect(without.server.revocations).toBe(0);
  });

  it('says so where the server failed, with the cache clean and the deed recorded', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    world.server.revocation = new VendError('upstream_unavailable');
    const response = await world.serve(
      about('/oauth2/revoke', { token: String(json['access_token']) }),
    );
    expect(response.json['code']).toBe('upstream_unavailable');
    expect(world.server.revocations).toBe(3);
    expect(world.audit.kinds.slice(-2)).toEqual(['revocation', 'upstream-failure']);
    expect((await world.vend()).json['source']).toBe('minted');
  });

  it('presents a secret that the server refuses once in 30 s, and locks no vend by it', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const revoke = async () =>
      (await world.serve(about('/oauth2/revoke', { token: String(json['access_token']) }))).json;
    world.server.revocation = new VendError('credential_refused');
    for (let n = 0; n < 20; n += 1) expect((await revoke())['code']).toBe('credential_refused');
    expect(world.server.revocations).toBe(1);
    expect((await world.vend()).json['source']).toBe('minted');
    world.server.token = new VendError('credential_refused');
    world.clock.skip(30_000);
    expect((await world.vend({ min_ttl: '3590' })).json['code']).toBe('credential_refused');
    await revoke();
    expect(world.server.revocations).toBe(1);
  });

  it('goes on with the version before where the server does not know the new one yet', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    world.store.put(
      'checkout/orders-api',
      { ...DOCUMENT, client_secret: 'new' },
      'v2',
      world.clock.now(),
    );
    world.clock.skip(60_000);
    world.server.revocation = () => {
      const authentication = world.server.lastCall?.document.authentication;
      const secret =
        authentication && 'clientSecret' in authentication && authentication.clientSecret;
      return secret === DOCUMENT.client_secret ? 'revoked' : new VendError('credential_refused');
    };
    const form = { token: String(json['access_token']) };
    expect((await world.serve(about('/oauth2/revoke', form))).status).toBe(200);
    expect(world.server.revocations).toBe(2);
  });

  it('survives a rotation that the function has not seen yet, and only that', async () => {
    const world = new FakeWorld();
    const { json } = await world.vend();
    const revoke = () =>
      world.serve(about('/oauth2/revoke', { token: String(json['access_token']) }));
    const refused = new VendError('credential_refused');
    world.server.revocation = refused;
    expect((await revoke()).json['code']).toBe('credential_refused');
    world.clock.skip(30_000);
    world.store.put('checkout/orders-api', DOCUMENT, 'v2');
    world.server.revocation = (call) => (call === 2 ? refused : 'revoked');
    expect((await revoke()).status).toBe(200);
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'revocation', upstream: 'revoked' });
    world.store.put('checkout/orders-api', DOCUMENT, 'v3');
    world.clock.skip(30_000);
    world.server.revocation = refused;
    expect((await revoke()).json['code']).toBe('credential_refused');
  });
});
