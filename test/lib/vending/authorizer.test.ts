import { describe, expect, it } from '@jest/globals';
import type { AccessRequest } from '../../../lib/access/policy.ts';
import { DOCUMENT, type FakePolicy, FakeWorld } from '../../support/fake-ports.ts';

/** A world whose policy allows only the listed scopes. */
function worldWithScopes(...listed: string[]): FakeWorld {
  const world = new FakeWorld();
  const decide = world.policy.decide.bind(world.policy);
  world.policy.decide = (request: AccessRequest) => {
    const decision = decide(request);
    const allowed = request.context.scope.every((scope) => listed.includes(scope));
    return {
      ...decision,
      allowed: decision.allowed && allowed,
      advice: allowed ? [] : ['Ask for less.'],
    };
  };
  return world;
}

const requestedScopes = ({ requests }: FakePolicy) =>
  requests.map(({ context }) => context.scope.join(' '));

describe('policy and the parts that the caller did not name', () => {
  it('decides once if the caller named everything', async () => {
    const world = new FakeWorld();
    await world.vend({
      scope: 'orders:read',
      audience: DOCUMENT.audience[0] as string,
      resource: DOCUMENT.resource[0] as string,
    });
    expect(requestedScopes(world.policy)).toEqual(['orders:read']);
  });

  it('decides again about the defaults of the credential, before anything is minted', async () => {
    const world = worldWithScopes('orders:write');
    const { status, json } = await world.vend();
    expect([status, json['code'], json['advice']]).toEqual([403, 'policy_denied', 'Ask for less.']);
    expect(requestedScopes(world.policy)).toEqual(['', 'orders:read']);
    expect(world.server.tokenRequests).toBe(0);
    expect(world.audit.events).toMatchObject([
      { kind: 'denial', access: { scope: [], decision: { allowed: false } } },
    ]);
  });

  it('permits the defaults that it allows', async () => {
    const world = worldWithScopes('orders:read');
    expect((await world.vend()).status).toBe(200);
    expect(requestedScopes(world.policy)).toEqual(['', 'orders:read']);
  });

  it('decides about the scope that the server granted if none was named, before a token is returned', async () => {
    const { default_scope: _, ...document } = DOCUMENT;
    const world = worldWithScopes('orders:read');
    world.store.put('checkout/orders-api', document);
    world.server.token = {
      access_token: 'opaque',
      expires_in: 60,
      scope: ['orders:read', 'orders:write'],
    };
    const { status, json } = await world.vend({ min_ttl: '0' });
    expect([status, json['code']]).toEqual([403, 'policy_denied']);
    expect(world.audit.kinds).toEqual(['mint-intent', 'mint', 'denial']);
    world.server.token = {
      access_token: 'opaque2',
      expires_in: 60,
      scope: ['orders:read'],
    };
    const other = worldWithScopes('orders:read', 'orders:write');
    other.store.put('checkout/orders-api', document);
    other.server.token = {
      access_token: 'opaque',
      expires_in: 60,
      scope: ['orders:read', 'orders:write'],
    };
    expect((await other.vend({ min_ttl: '0' })).json['scope']).toBe('orders:read orders:write');
  });

  it('denies a token for an audience that the server chose and policy does not allow', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const world = new FakeWorld();
    const { audience: _, resource: __, ...document } = DOCUMENT;
    world.store.put('checkout/orders-api', document);
    const decide = world.policy.decide.bind(world.policy);
    world.policy.decide = (request) => ({
      ...decide(request),
      allowed: !request.context.audience.includes('https://payments.example.com'),
    });
    const exp = world.clock.now() / 1000 + 3_600;
    const claims = { iss: DOCUMENT.issuer, exp, aud: 'https://payments.example.com' };
    world.verifier.result = { valid: true, claims };
    const token = `${part({ alg: 'RS256' })}.${part({})}.x`;
    world.server.token = { access_token: token, expires_in: 3_600 };
    // The second finds the token in the cache.
    for (const requested of [{}, { scope: 'orders:read' }]) {
      const { status, body, json } = await world.vend(requested);
      expect([status, json['code']]).toEqual([403, 'policy_denied']);
      expect(body).not.toContain(token);
    }
    expect(world.audit.kinds.filter((kind) => kind === 'vend')).toEqual([]);
  });

  it('decides about what the server granted if that is not what was decided', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const world = new FakeWorld();
    const { audience: _, resource: __, ...document } = DOCUMENT;
    world.store.put('checkout/orders-api', document);
    const exp = world.clock.now() / 1000 + 3_600;
    const claims = { iss: DOCUMENT.issuer, exp, aud: ['https://b', 'https://a'] };
    world.verifier.result = { valid: true, claims };
    world.server.token = (call) => ({
      access_token: `${part({ alg: 'RS256' })}.${part({})}.${call}`,
      expires_in: 3_600,
      scope: ['orders:read'],
    });
    expect((await world.vend({ scope: 'orders:read orders:write' })).status).toBe(200);
    expect(world.policy.requests.map(({ context }) => context)).toMatchObject([
      { scope: ['orders:read', 'orders:write'], audience: [] },
      { scope: ['orders:read'], audience: ['https://a', 'https://b'], resource: [] },
    ]);
  });
});

describe('a denied caller', () => {
  const seen = async (client_id: string) => {
    const world = new FakeWorld();
    world.store.put('payments/frozen-api', { ...DOCUMENT, status: 'disabled' });
    world.policy.allowed.clear();
    const { status, headers, body } = await world.vend({ client_id });
    return {
      response: { status, headers, body },
      work: [
        world.store.reads,
        world.server.metadataReads.length,
        world.server.tokenRequests,
        world.policy.requests.length,
      ],
    };
  };

  it('cannot distinguish a credential that exists from one that does not, by response or by work done', async () => {
    const forbidden = await seen('checkout/orders-api');
    expect(forbidden.response.status).toBe(403);
    expect(await seen('checkout/no-such-api')).toEqual(forbidden);
    expect(await seen('nobody/nothing')).toEqual(forbidden);
    expect(await seen('payments/frozen-api')).toEqual(forbidden);
    expect(forbidden.work).toEqual([0, 0, 0, 1]);
  });
});

describe('a permission that was removed', () => {
  it('is gone at the next request, although the token is in the cache', async () => {
    const world = new FakeWorld();
    expect((await world.vend()).json['source']).toBe('minted');
    expect((await world.vend()).json['source']).toBe('cached');
    world.policy.allowed.clear();
    const { status, json } = await world.vend();
    expect([status, json['code']]).toEqual([403, 'policy_denied']);
    world.policy.allowed.add('*');
    expect((await world.vend()).json['source']).toBe('cached');
  });
});
