import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { serveRequest } from '../../../lib/vending/serve-request.ts';
import { settle } from '../../support/fake-clock.ts';
import {
  DOCUMENT,
  FakeWorld,
  never,
  TOKEN_CANARY,
  tokenRequest,
} from '../../support/fake-ports.ts';

describe('vend token', () => {
  it('mints once and returns the same token to the next caller, each vend naming its mint', async () => {
    const world = new FakeWorld();
    const first = await world.vend({}, 'ci-checkout');
    const second = await world.vend({}, 'ci-inventory');
    expect(first.json).toMatchObject({
      access_token: `${TOKEN_CANARY}-1`,
      source: 'minted',
      credential: 'checkout/orders-api',
    });
    expect(second.json).toMatchObject({
      access_token: `${TOKEN_CANARY}-1`,
      source: 'cached',
      mint_id: first.json['mint_id'],
    });
    expect(second.json['vend_id']).not.toBe(first.json['vend_id']);
    expect(world.audit.kinds).toEqual(['mint-intent', 'mint', 'vend', 'vend']);
    expect(world.audit.events[3]).toMatchObject({
      mintId: first.json['mint_id'],
      source: 'cached',
      remainingLifetime: 3600,
    });
  });

  it('responds in the shape of RFC 6749 and forbids caching', async () => {
    const { status, headers, json } = await new FakeWorld().vend();
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-request-id': 'request-1',
      'server-timing': expect.stringMatching(/^policy;dur=0\.0, secret;dur=.*total;dur=/),
    });
    expect(Object.keys(json)).toEqual([
      'access_token',
      'token_type',
      'expires_in',
      'scope',
      'expires_at',
      'issued_at',
      'credential',
      'mint_id',
      'vend_id',
      'source',
    ]);
  });

  it('sends the requested values, or the defaults of the document', async () => {
    const world = new FakeWorld();
    await world.vend();
    expect(world.server.lastGrant).toEqual({
      scope: ['orders:read'],
      audience: ['https://orders.example.com'],
      resource: ['https://api.example.com/orders'],
    });
    await world.vend({
      scope: 'orders:write orders:read',
      audience: 'https://stock.example.com',
      resource: 'https://api.example.com/orders',
    });
    expect(world.server.lastGrant).toMatchObject({
      scope: ['orders:read', 'orders:write'],
      audience: ['https://stock.example.com'],
    });
  });

  it.each([
    ['scope', { scope: 'admin' }, 'scope_refused', 'invalid_scope'],
    ['audience', { audience: 'https://evil.example.net' }, 'target_refused', 'invalid_target'],
    ['resource', { resource: 'https://evil.example.net' }, 'target_refused', 'invalid_target'],
  ])(
    'rejects a %s beyond the ceiling before anything is minted',
    async (_what, form, code, error) => {
      const world = new FakeWorld();
      const { status, json } = await world.vend(form as unknown as Record<string, string>);
      expect([status, json['code'], json['error']]).toEqual([400, code, error]);
      expect(world.server.tokenRequests).toBe(0);
      expect(world.audit.kinds).toEqual(['refusal']);
    },
  );

  it('rejects every scope if the document names none', async () => {
    const world = new FakeWorld();
    world.store.put('checkout/orders-api', {
      ...DOCUMENT,
      scope: undefined,
      default_scope: undefined,
    });
    expect((await world.vend({ scope: 'any' })).json['code']).toBe('scope_refused');
  });

  it('mints once for a hundred callers at once, with one secret read', async () => {
    const world = new FakeWorld();
    const responses = await Promise.all(
      Array.from({ length: 100 }, () => serveRequest(world.vending, tokenRequest())),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(responses.filter(({ body }) => JSON.parse(body).source === 'minted')).toHaveLength(1);
    expect([
      world.server.tokenRequests,
      world.store.reads,
      world.server.metadataReads.length,
    ]).toEqual([1, 1, 1]);
    expect(world.audit.kinds.filter((kind) => kind === 'vend')).toHaveLength(100);
  });

  it('lets policy decide before secret and cache, and on every hit', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.policy.allowed.clear();
    world.policy.advice = ['Ask team checkout.', 'Or use another role.'];
    const { status, json, headers } = await world.vend();
    expect(status).toBe(403);
    expect(json).toMatchObject({
      code: 'policy_denied',
      error: 'access_denied',
      advice: 'Ask team checkout. Or use another role.',
    });
    expect(headers['server-timing']).toBeUndefined();
    expect(world.store.reads).toBe(1);
    expect(world.audit.events.at(-1)).toMatchObject({
      kind: 'denial',
      code: 'policy_denied',
      access: { decision: { allowed: false } },
    });
  });

  it('passes the request to policy', async () => {
    const world = new FakeWorld();
    await world.vend({ scope: 'orders:write', min_ttl: '120' });
    expect(world.policy.requests[0]).toMatchObject({
      action: 'vendToken',
      credential: { team: 'checkout', name: 'orders-api' },
      caller: { principalArn: 'arn:aws:iam::111122223333:role/ci-checkout' },
      context: { scope: ['orders:write'], minTtl: 120, sourceIp: '192.0.2.7' },
    });
  });

  it('responds alike for an unknown, a disabled and a forbidden credential, unless the caller may describe it', async () => {
    const world = new FakeWorld();
    const see = async (credential: string) => {
      const { status, json, headers } = await world.vend({ client_id: credential });
      return { status, json, headers };
    };
    world.store.put('checkout/frozen-api', { ...DOCUMENT, status: 'disabled' });
    world.policy.allowed = new Set([
      'vendToken checkout/frozen-api',
      'vendToken checkout/missing-api',
    ]);
    const forbidden = await see('checkout/orders-api');
    expect(await see('checkout/missing-api')).toEqual(forbidden);
    expect(await see('checkout/frozen-api')).toEqual(forbidden);
    expect(forbidden.json['code']).toBe('policy_denied');
    expect(world.audit.events.map((event) => ('code' in event ? event.code : ''))).toEqual([
      'policy_denied',
      'credential_unknown',
      'credential_disabled',
    ]);

    world.policy.allowed = new Set(['*']);
    expect((await see('checkout/missing-api')).json['code']).toBe('credential_unknown');
    expect((await see('checkout/frozen-api')).json['code']).toBe('credential_disabled');
  });

  it('does no work for a forbidden credential that it would not do for an unknown one', async () => {
    const world = new FakeWorld();
    world.policy.allowed.clear();
    const known = await world.vend({ client_id: 'checkout/orders-api' });
    const unknown = await world.vend({ client_id: 'checkout/nothing' });
    expect(unknown.body).toBe(known.body);
    expect(unknown.headers).toEqual(known.headers);
    expect([world.store.reads, world.server.metadataReads.length]).toEqual([0, 0]);
  });

  it('returns no token that the log did not store, and recovers with it', async () => {
    const world = new FakeWorld();
    world.audit.failing.add('vend');
    const refused = await world.vend();
    expect([refused.status, refused.json['code']]).toEqual([503, 'audit_unavailable']);
    expect(refused.body).not.toContain(TOKEN_CANARY);
    world.audit.failing.clear();
    expect((await world.vend()).json).toMatchObject({ source: 'cached' });
    expect(world.server.tokenRequests).toBe(1);
  });

  it('mints nothing without an intent record', async () => {
    const world = new FakeWorld();
    world.audit.failing.add('mint-intent');
    expect((await world.vend()).json['code']).toBe('audit_unavailable');
    expect(world.server.tokenRequests).toBe(0);
  });

  it('still rejects a request if that cannot be recorded, and reports both', async () => {
    const world = new FakeWorld();
    world.policy.allowed.clear();
    world.audit.failing.add('denial');
    expect((await world.vend()).json['code']).toBe('policy_denied');
    expect(world.reported.map(({ code }) => code)).toEqual(['policy_denied', 'audit_unavailable']);
  });

  it('lets a waiter leave at its own deadline', async () => {
    const world = new FakeWorld();
    world.store.gate = new Promise(() => undefined);
    const { json } = await world.vend();
    expect(json['code']).toBe('secrets_unavailable');
    expect(world.clock.pendingTimers).toBe(0);
  });
});

describe('lifetime contract', () => {
  it('mints again for a caller that needs the token for longer', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.clock.skip(1_800_000);
    expect((await world.vend({ min_ttl: '1400' })).json['source']).toBe('cached');
    expect((await world.vend({ min_ttl: '1801' })).json).toMatchObject({
      source: 'minted',
      expires_in: 3600,
    });
  });

  it('also mints again in the minute after a mint, if a new token lives long enough', async () => {
    const world = new FakeWorld();
    await world.vend({ min_ttl: '3580' });
    world.clock.skip(30_000);
    const second = await world.vend({ min_ttl: '3580' });
    expect(second.json).toMatchObject({ source: 'minted', expires_in: 3600 });
    expect((await world.vend({ min_ttl: '3600' })).json['code']).toBeUndefined();
    world.clock.skip(1);
    expect((await world.vend({ min_ttl: '3600' })).json['code']).toBe('min_ttl_unsatisfiable');
    expect(world.server.tokenRequests).toBe(2);
  });

  it('reports the lifetime of the server if no token can live so long, and does not repeat the request', async () => {
    const world = new FakeWorld();
    const first = await world.vend({ min_ttl: '7200' });
    expect(first.json).toMatchObject({
      code: 'min_ttl_unsatisfiable',
      error_description: expect.stringMatching(/lives 3600 s/),
    });
    expect((await world.vend({ min_ttl: '7200' })).status).toBe(400);
    expect(world.server.tokenRequests).toBe(1);
    world.clock.skip(60_000);
    await world.vend({ min_ttl: '7200' });
    expect(world.server.tokenRequests).toBe(2);
  });

  it('mints again if a token of a short lifetime has used up most of it', async () => {
    const world = new FakeWorld();
    world.server.token = async () => ({
      access_token: `short-${world.server.tokenRequests}`,
      expires_in: 5,
    });
    expect((await world.vend({ min_ttl: '2' })).status).toBe(200);
    world.clock.skip(4_000);
    expect((await world.vend({ min_ttl: '2' })).status).toBe(200);
    expect(world.server.tokenRequests).toBe(2);
  });

  it('lets one caller renew in the refresh window while the others get the valid token', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.clock.skip(3_340_000);
    let release: (() => void) | undefined;
    world.server.token = () =>
      new Promise((resolve) => {
        release = () => resolve({ access_token: 'renewed', expires_in: 3600 });
      });
    const renewer = serveRequest(world.vending, tokenRequest());
    await settle();
    const other = await serveRequest(world.vending, tokenRequest());
    expect(JSON.parse(other.body)).toMatchObject({
      source: 'cached',
      access_token: `${TOKEN_CANARY}-1`,
    });
    release?.();
    expect(JSON.parse((await renewer).body)).toMatchObject({
      source: 'minted',
      access_token: 'renewed',
    });
  });

  it('makes no request to a failing server for 30 s in the refresh window, and reports the error', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.clock.skip(3_400_000);
    world.server.token = () => new Promise<never>(() => undefined);
    expect((await world.vend()).json['source']).toBe('cached');
    expect((await world.vend()).json['source']).toBe('cached');
    expect(world.server.tokenRequests).toBe(2);
    world.clock.skip(31_000);
    world.server.token = { access_token: 'x' };
    expect((await world.vend()).json['source']).toBe('cached');
    expect(world.reported.map(({ code }) => code)).toEqual([
      'upstream_timeout',
      'token_unacceptable',
    ]);
  });

  it.each(['upstream_invalid', 'secrets_unavailable', 'scope_refused', 'internal'] as const)(
    'goes on with the token at hand where a renewal ends with %s',
    async (code) => {
      const world = new FakeWorld();
      await world.vend();
      world.clock.skip(3_400_000);
      world.server.token = new VendError(code);
      expect((await world.vend()).json['source']).toBe('cached');
    },
  );

  it('does not return the cached token if the server refuses the client', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.clock.skip(3_400_000);
    world.server.token = new VendError('credential_refused');
    expect((await world.vend()).json['code']).toBe('credential_refused');
  });

  it('starts its own mint if the one that it joined timed out', async () => {
    const world = new FakeWorld();
    let hanging = true;
    world.server.token = (call) =>
      hanging ? never() : { access_token: `t-${call}`, expires_in: 3600 };
    const first = serveRequest(world.vending, tokenRequest());
    await world.clock.advance(7_500);
    const second = serveRequest(world.vending, tokenRequest());
    await settle();
    hanging = false;
    const [early, late] = await world.clock.runUntilDone(Promise.all([first, second]));
    expect(JSON.parse(early.body)).toMatchObject({ code: 'upstream_timeout' });
    expect(JSON.parse(late.body)).toMatchObject({ source: 'minted' });
  });

  it('does not mint for each request if the lifetimes of the server have become shorter', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.clock.skip(700_000);
    world.server.token = (call) => ({
      access_token: `t-${call}`,
      expires_in: 600,
    });
    for (let n = 0; n < 30; n += 1) {
      expect((await world.vend({ min_ttl: '3000' })).json['code']).toBe('min_ttl_unsatisfiable');
      world.clock.skip(1_000);
    }
    expect(world.server.tokenRequests).toBe(2);
  });
});
