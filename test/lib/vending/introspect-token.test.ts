import { describe, expect, it } from '@jest/globals';
import type { TokenClaims } from '../../../lib/grant/token-claims.ts';
import {
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
      client_id: 'c',
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
    ['no end', { exp: undefined }],
    ['its end in the past', { exp: 1 }],
    ['its begin in the future', { nbf: 9_999_999_999 }],
  ])('returns only inactive for a token with %s', async (_what, claims) => {
    const { status, json } = await introspect(claims);
    expect([status, json]).toEqual([200, { active: false }]);
  });

  it('returns inactive for an opaque token, and for any token if there are no keys', async () => {
    const world = new FakeWorld();
    expect((await world.serve(about('/oauth2/introspect', { token: 'opaque' }))).json).toEqual({
      active: false,
    });
    world.server.metadata = { ...METADATA, jwks_uri: undefined };
    expect((await world.serve(about('/oauth2/introspect'))).json).toEqual({ active: false });
  });

  it('accepts any audience if the document names none', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', { issuer: ISSUER, client_id: 'a', client_secret: 'b' });
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

  it('needs its own permission', async () => {
    const world = new FakeWorld();
    world.policy.allowed = new Set(['vendToken checkout/orders-api']);
    expect((await world.serve(about('/oauth2/introspect'))).json['code']).toBe('policy_denied');
  });
});
