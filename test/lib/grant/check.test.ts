import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import type { TokenClaims } from '../../../lib/grant/token-claims.ts';
import type { TokenResponse } from '../../../lib/grant/token-response.ts';
import { DOCUMENT, FakeWorld, ISSUER, METADATA, TOKEN_CANARY } from '../../support/fake-ports.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = `${part({ alg: 'RS256' })}.${part({})}.${TOKEN_CANARY}`;
const opaque = { access_token: TOKEN_CANARY, expires_in: 3600 };
const AUDIENCE = 'https://orders.example.com';
const RESOURCE = 'https://api.example.com/orders';

async function vendWith(
  response: Partial<TokenResponse>,
  claims?: TokenClaims,
  document: object = DOCUMENT,
) {
  const world = new FakeWorld();
  const exp = world.clock.now() / 1000 + 3600;
  world.store.put('checkout/orders-api', document);
  world.server.token = { ...opaque, ...response } as TokenResponse;
  world.verifier.result =
    claims === undefined
      ? { valid: false, reason: 'bad_signature' }
      : { valid: true, claims: { iss: ISSUER, aud: [AUDIENCE, RESOURCE], exp, ...claims } };
  return { world, ...(await world.vend()) };
}

describe('a minted token', () => {
  it('is accepted if everything matches', async () => {
    const { json, world } = await vendWith(
      { access_token: jwt },
      { jti: 'j-1', scope: 'orders:read' },
    );
    expect(json).toMatchObject({
      expires_in: 3600,
      scope: 'orders:read',
      source: 'minted',
    });
    expect(world.audit.events[1]).toMatchObject({
      token: { jti: 'j-1', audience: [AUDIENCE, RESOURCE] },
    });
  });

  it('may be opaque, and without a scope', async () => {
    const { json, world } = await vendWith({});
    expect(json).toMatchObject({ scope: 'orders:read', token_type: 'Bearer' });
    expect(world.audit.events[1]).toMatchObject({
      token: { audience: [], jti: undefined },
    });
  });

  it('lives as long as the shorter of expires_in and exp', async () => {
    const now = new FakeWorld().clock.now() / 1000;
    expect((await vendWith({ access_token: jwt }, { exp: now + 600 })).json['expires_in']).toBe(
      600,
    );
    expect(
      (await vendWith({ access_token: jwt, expires_in: undefined }, {})).json['expires_in'],
    ).toBe(3600);
    expect((await vendWith({ access_token: jwt }, { exp: undefined })).json['expires_in']).toBe(
      3600,
    );
  });

  it('has the scope that its claim names', async () => {
    expect((await vendWith({ access_token: jwt }, { scope: ['orders:read'] })).json['scope']).toBe(
      'orders:read',
    );
  });

  it('may have a default scope of the server within the ceiling, or any if there is no ceiling', async () => {
    const { default_scope: _, ...noDefault } = DOCUMENT;
    expect((await vendWith({ scope: 'orders:write' }, undefined, noDefault)).json['scope']).toBe(
      'orders:write',
    );
    const { scope: __, ...noCeiling } = noDefault;
    expect((await vendWith({ scope: 'anything' }, undefined, noCeiling)).json['scope']).toBe(
      'anything',
    );
    expect((await vendWith({}, undefined, noCeiling)).json['scope']).toBe('');
  });

  const invalid: [
    what: string,
    response: Partial<TokenResponse>,
    claims: TokenClaims | undefined,
    text: RegExp,
  ][] = [
    ['no lifetime', { expires_in: undefined }, undefined, /expires_in is missing/],
    ['a wider scope', { scope: 'orders:read admin' }, undefined, /scope must not be wider/],
    ['a scope that is a number', { scope: 5 }, undefined, /scope must be scopes/],
    ['a bad signature', { access_token: jwt }, undefined, /signature must be valid/],
    [
      'another issuer',
      { access_token: jwt },
      { iss: 'https://evil.example.net' },
      /the claim iss must be https:\/\/auth.example.com, and it is https:\/\/evil.example.net/,
    ],
    ['no issuer', { access_token: jwt }, { iss: undefined }, /iss must be .* the token has none/],
    [
      'another audience',
      { access_token: jwt },
      { aud: 'https://evil.example.net' },
      /aud must contain https:\/\/orders\S+ \S+, and it is https:\/\/evil.example.net/,
    ],
    ['no audience', { access_token: jwt }, { aud: undefined }, /aud must contain .* it is absent/],
    ['an exp in the past', { access_token: jwt }, { exp: 1 }, /exp must be in the future/],
    [
      'an exp that cannot be read',
      { access_token: jwt },
      { exp: undefined, unreadable: ['exp'] },
      /the claim exp must be a number/,
    ],
  ];

  it.each(invalid)('is rejected with %s', async (_what, response, claims, text) => {
    const { status, json, body, world } = await vendWith(response, claims);
    expect(status).toBe(502);
    expect(json).toMatchObject({
      code: 'token_unacceptable',
      error_description: expect.stringMatching(text),
    });
    expect(body).not.toContain(TOKEN_CANARY);
    expect(world.audit.kinds).toEqual(['mint-intent', 'upstream-failure']);
  });

  it('is read as the document says', async () => {
    const unread = { ...DOCUMENT, access_token_format: 'opaque' };
    expect((await vendWith({ access_token: jwt }, undefined, unread)).status).toBe(200);
    const read = { ...DOCUMENT, access_token_format: 'jwt' };
    expect((await vendWith({}, undefined, read)).json).toMatchObject({
      code: 'token_unacceptable',
      error_description: expect.stringMatching(/access_token must be a JWT/),
      advice: expect.stringMatching(/access_token_format/),
    });
  });

  it('is rejected if it is a JWT in disguise, unless the document says that it is opaque', async () => {
    for (const access_token of [`Bearer:${jwt}`, `${jwt}.`, `"${jwt}"`]) {
      const { json, body } = await vendWith({ access_token }, {});
      expect(json).toMatchObject({
        code: 'token_unacceptable',
        error_description: expect.stringMatching(/contains the header of a JWT/),
        advice: expect.stringMatching(/"access_token_format": "opaque"/),
      });
      expect(body).not.toContain(TOKEN_CANARY);
      const unread = { ...DOCUMENT, access_token_format: 'opaque' };
      expect((await vendWith({ access_token }, {}, unread)).status).toBe(200);
    }
  });

  it('is rejected if it is a JWT without keys', async () => {
    const world = new FakeWorld();
    world.server.metadata = { ...METADATA, jwks_uri: undefined };
    world.server.token = { ...opaque, access_token: jwt };
    expect((await world.vend()).json['error_description']).toMatch(
      /neither the metadata nor the credential document names a jwks_uri/,
    );
  });

  it('is rejected if the keys cannot be read', async () => {
    const world = new FakeWorld();
    world.server.token = { ...opaque, access_token: jwt };
    world.verifier.error = new VendError('upstream_unavailable');
    expect((await world.vend()).json['code']).toBe('upstream_unavailable');
  });
});
