import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { TokenClaims } from '../../../lib/grant/token-claims.ts';
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
      client_id: DOCUMENT.client_id,
    };
    world.verifier.result =
      claims === undefined
        ? { valid: false, reason: 'bad_signature' }
        : { valid: true, claims: { ...good, ...claims } };
    return {
      world,
      ...(await world.serve(about('/oauth2/introspect', { token_type_hint: 'access_token' }))),
    };
  };

  it('returns the claims of a valid token', async () => {
    const { json, world } = await introspect({ scope: 'orders:read' });
    expect(json).toMatchObject({
      active: true,
      scope: 'orders:read',
      token_type: 'Bearer',
      aud: AUDIENCE,
      jti: 'j',
      client_id: DOCUMENT.client_id,
    });
    expect(world.audit.events).toMatchObject([
      { kind: 'introspection', active: true, tokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect((await introspect({ scope: ['a', 'b'], nbf: undefined })).json['scope']).toBe('a b');
  });

  it.each([
    ['a bad signature', undefined],
    ['another issuer', { iss: 'https://evil.example.net' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'https://evil.example.net' }],
    ['no audience', { aud: undefined }],
    ['another client', { client_id: 'other-client' }],
    ['no end', { exp: undefined }],
    ['its end in the past', { exp: 1 }],
    ['its begin in the future', { nbf: 9_999_999_999 }],
  ])('returns only inactive for a token with %s', async (_what, claims) => {
    const { status, json } = await introspect(claims);
    expect([status, json]).toEqual([200, { active: false }]);
  });

  it('leaves a scope out that cannot be read', async () => {
    expect((await introspect({ scope: 5 })).json).toMatchObject({ active: true, scope: '' });
  });

  it('is active for a token that is vended here, although the token does not say when it ends', async () => {
    const world = new FakeWorld();
    const claims = { iss: ISSUER, aud: [AUDIENCE, ...DOCUMENT.resource], exp: undefined };
    world.verifier.result = { valid: true, claims };
    world.server.token = { access_token: jwt, expires_in: 60 };
    expect((await world.vend()).status).toBe(200);
    expect((await introspect({ exp: undefined }, world)).json['active']).toBe(true);
  });

  it('asks the server about a JWT if there are no keys', async () => {
    const world = new FakeWorld();
    world.server.metadata = { ...METADATA, jwks_uri: undefined };
    expect((await world.serve(about('/oauth2/introspect'))).json).toMatchObject({
      code: 'introspection_unsupported',
    });
  });

  it('accepts any audience if the document names none', async () => {
    const world = new FakeWorld();
    const client_id = DOCUMENT.client_id;
    world.store.put('checkout/orders-api', { issuer: ISSUER, client_id, client_secret: 'b' });
    expect((await introspect({ aud: undefined }, world)).json['active']).toBe(true);
  });

  it.each([
    ['no token', { token: '' }, /^token is missing/],
    ['no credential', { client_id: '' }, /^client_id is missing/],
    ['a secret', { client_secret: 'x' }, /SigV4/],
  ])('rejects %s', async (_what, form, text) => {
    const { status, json } = await new FakeWorld().serve(
      about('/oauth2/introspect', form as unknown as Record<string, string>),
    );
    expect(status).toBe(400);
    expect(json['error_description']).toMatch(text);
  });

  it('returns inactive for a token that was revoked or rejected here', async () => {
    const world = new FakeWorld();
    const active = async () => (await introspect({}, world)).json['active'];
    expect(await active()).toBe(true);
    await world.serve(about('/oauth2/revoke'));
    expect(await active()).toBe(false);
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'introspection', active: false });
  });

  it('returns active for a token that is still vended, though the clock of the server is ahead', async () => {
    const world = new FakeWorld();
    const now = world.clock.now() / 1000;
    const claims = { iss: ISSUER, aud: [AUDIENCE, ...DOCUMENT.resource], exp: now + 600 };
    world.verifier.result = { valid: true, claims: { ...claims, nbf: now + 300 } };
    world.server.token = { access_token: jwt, expires_in: 600 };
    const introspected = async () => (await world.serve(about('/oauth2/introspect'))).json;
    expect(await introspected()).toEqual({ active: false });
    expect((await world.vend()).status).toBe(200);
    expect(await introspected()).toMatchObject({ active: true });
  });

  it('returns active for a vended token whose server names the client in its own way', async () => {
    const world = new FakeWorld();
    const exp = world.clock.now() / 1000 + 600;
    const claims = { iss: ISSUER, aud: [AUDIENCE, ...DOCUMENT.resource], exp, client_id: '4711' };
    world.verifier.result = { valid: true, claims: { ...claims, unreadable: ['azp'] } };
    world.server.token = { access_token: jwt, expires_in: 600 };
    const introspected = async () => (await world.serve(about('/oauth2/introspect'))).json;
    expect(await introspected()).toEqual({ active: false });
    expect((await world.vend()).status).toBe(200);
    expect(await introspected()).toMatchObject({ active: true });
  });

  it('needs its own permission', async () => {
    const world = new FakeWorld();
    world.policy.allowed = new Set(['vendToken checkout/orders-api']);
    expect((await world.serve(about('/oauth2/introspect'))).json['code']).toBe('policy_denied');
  });
});

describe('introspection of an opaque token', () => {
  const INTROSPECTION = { ...METADATA, introspection_endpoint: `${ISSUER}/oauth2/introspect` };

  function worldOf(introspection: object | VendError, document: object = DOCUMENT): FakeWorld {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', document);
    world.server.metadata = INTROSPECTION;
    world.server.introspection = introspection as Record<string, unknown>;
    return world;
  }
  const introspect = async (world: FakeWorld, token = 'opaque') =>
    (await world.serve(about('/oauth2/introspect', { token }))).json;

  it('is the word of the server', async () => {
    const claims = { client_id: DOCUMENT.client_id, scope: 'orders:read' };
    const world = worldOf({ active: true, ...claims });
    expect(await introspect(world)).toMatchObject({ active: true, ...claims });
    expect(world.audit.events).toMatchObject([{ kind: 'introspection', active: true }]);
    expect(await introspect(worldOf({ active: false }))).toEqual({ active: false });
  });

  it.each([
    ['of another client', { client_id: 'other-client' }],
    ['of another issuer', { iss: 'https://evil.example.net' }],
    ['that has expired', { exp: 1 }],
  ])('returns inactive for a token %s, whatever the server says', async (_what, claims) => {
    expect(await introspect(worldOf({ active: true, ...claims }))).toEqual({ active: false });
  });

  it('is an error if the server offers none, never inactive', async () => {
    expect(await introspect(new FakeWorld())).toMatchObject({
      code: 'introspection_unsupported',
      error: 'unsupported_token_type',
    });
  });

  it('makes no request about a token that was revoked or rejected here', async () => {
    const world = worldOf({ active: true });
    await world.serve(about('/oauth2/revoke', { token: 'opaque' }));
    expect(await introspect(world)).toEqual({ active: false });
    expect(world.server.introspections).toBe(0);
  });

  it('presents a secret that the server refuses once in 30 s', async () => {
    const world = worldOf(new VendError('credential_refused'));
    for (let n = 0; n < 3; n += 1)
      expect(await introspect(world)).toMatchObject({ code: 'credential_refused' });
    expect(world.server.introspections).toBe(1);
    expect(world.reported[0]).toMatchObject({ stage: 'introspection' });
  });

  it('is that of every token if the document says so', async () => {
    const world = worldOf({ active: true }, { ...DOCUMENT, access_token_format: 'opaque' });
    expect(await introspect(world, jwt)).toMatchObject({ active: true });
  });
});
