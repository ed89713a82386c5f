import { describe, expect, it } from '@jest/globals';
import type { AccessDecision } from '../../lib/access/policy.ts';
import { DOCUMENT, FakeWorld, TOKEN_CANARY } from '../support/fake-ports.ts';

const { default_scope: _, scope: __, ...UNBOUND } = DOCUMENT;
const opaque = { access_token: TOKEN_CANARY, expires_in: 3600 };
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A policy that permits the caller only `orders:read`, or every scope. */
function open(document: object, permitted: 'orders:read' | 'all') {
  const world = new FakeWorld();
  world.store.put('checkout/orders-api', document);
  world.server.token = opaque;
  const { decide } = world.policy;
  world.policy.decide = (request): AccessDecision => {
    const decision = decide.call(world.policy, request);
    const { scope } = request.context;
    const allowed = permitted === 'all' || scope.every((one) => one === permitted);
    return { ...decision, allowed };
  };
  return world;
}

describe('someone who names no scope, to get one that a direct request is denied', () => {
  const WITHOUT_DEFAULT = { ...UNBOUND, scope: DOCUMENT.scope };

  it.each([
    ['lists scopes', WITHOUT_DEFAULT],
    ['lists none', UNBOUND],
  ])('gets no opaque token of unknown scope, if the document %s', async (_what, document) => {
    const world = open(document, 'orders:read');
    expect((await world.vend({ scope: 'orders:write' })).json['code']).toBe('policy_denied');
    const { json, body } = await world.vend();
    expect(json).toMatchObject({
      code: 'policy_denied',
      advice: expect.stringContaining('set default_scope in the credential document'),
    });
    expect(body).not.toContain(TOKEN_CANARY);
    expect(world.audit.kinds).not.toContain('vend');
    expect(world.audit.events.at(-1)).toMatchObject({
      kind: 'denial',
      access: { decision: { allowed: false } },
    });
    // Nor does the cache return it.
    expect((await world.vend()).json['code']).toBe('policy_denied');
  });

  it('gets one if the document has a default scope that is permitted', async () => {
    expect((await open(DOCUMENT, 'orders:read').vend()).json['scope']).toBe('orders:read');
  });

  it('gets one if the server states its scope, in the response or in the JWT', async () => {
    const world = open(WITHOUT_DEFAULT, 'orders:read');
    world.server.token = { ...opaque, scope: 'orders:read' };
    expect((await world.vend()).json['scope']).toBe('orders:read');
    const other = open(UNBOUND, 'orders:read');
    other.server.token = { ...opaque, access_token: `${part({ alg: 'RS256' })}.${part({})}.x` };
    other.verifier.result = {
      valid: true,
      claims: {
        iss: DOCUMENT.issuer,
        aud: [...DOCUMENT.audience, ...DOCUMENT.resource],
        exp: other.clock.now() / 1000 + 3600,
      },
    };
    expect((await other.vend()).json).toMatchObject({ scope: '', source: 'minted' });
  });

  it('gets one if policy does not bound scopes', async () => {
    expect((await open(UNBOUND, 'all').vend()).status).toBe(200);
    expect((await open(WITHOUT_DEFAULT, 'all').vend()).status).toBe(200);
  });
});
