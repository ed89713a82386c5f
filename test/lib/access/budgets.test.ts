import { describe, expect, it } from '@jest/globals';
import { Budgets, DEFAULT_BUDGETS } from '../../../lib/access/budgets.ts';
import { serveRequest } from '../../../lib/vending/serve-request.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import {
  DOCUMENT,
  FakeWorld,
  formRequest,
  request,
  tokenRequest,
} from '../../support/fake-ports.ts';

const ROLE = 'arn:aws:iam::111122223333:role/ci';

describe('budget of a principal', () => {
  const scene = () => {
    const clock = new FakeClock();
    const budgets = new Budgets(clock, { mints: 3, unknownNames: 1 });
    return { clock, budgets };
  };

  it('is one minute long, and comes back evenly', () => {
    const { clock, budgets } = scene();
    for (let n = 0; n < 3; n += 1) budgets.spend('mints', ROLE);
    const spend = () => budgets.spend('mints', ROLE);
    expect(spend).toThrow(expect.objectContaining({ code: 'budget_exhausted', retryAfter: 20 }));
    clock.skip(19_000);
    expect(spend).toThrow(expect.objectContaining({ retryAfter: 1 }));
    clock.skip(1_000);
    expect(spend).not.toThrow();
    expect(spend).toThrow(expect.objectContaining({ retryAfter: 20 }));
    clock.skip(3_600_000);
    for (let n = 0; n < 3; n += 1) expect(spend).not.toThrow();
    expect(spend).toThrow('too many new tokens');
  });

  it('is not that of another principal, nor of another kind', () => {
    const { budgets } = scene();
    for (let n = 0; n < 3; n += 1) budgets.spend('mints', ROLE);
    expect(() => budgets.requireLeft('mints', `${ROLE}2`)).not.toThrow();
    expect(() => budgets.spend('unknownNames', ROLE)).not.toThrow();
    expect(() => budgets.requireLeft('unknownNames', ROLE)).toThrow('too many credentials');
  });
});

describe('someone who wants a new token at each request', () => {
  /** Each request names another scope, so each needs a mint of its own. */
  const flood = async (world: FakeWorld, count: number, caller?: string) => {
    const all: Awaited<ReturnType<FakeWorld['vend']>>[] = [];
    for (let turn = 0; turn < count; turn += 1)
      all.push(await world.vend({ scope: `orders:${turn}` }, caller));
    return all;
  };
  const open = () => {
    const world = new FakeWorld({ budgets: DEFAULT_BUDGETS });
    const scope = Array.from({ length: 101 }, (_, n) => `orders:${n}`).join(' ');
    world.store.put('checkout/orders-api', { ...DOCUMENT, scope, default_scope: 'orders:0' });
    return world;
  };

  it('gets 60 in a minute, then 429 with the time to wait, and a record', async () => {
    const world = open();
    const responses = await flood(world, 70);
    const refused = responses.filter(({ status }) => status === 429);
    expect([world.server.tokenRequests, refused.length]).toEqual([60, 10]);
    expect(refused[0]).toMatchObject({
      headers: { 'retry-after': '1' },
      json: { code: 'budget_exhausted', error: 'temporarily_unavailable' },
    });
    expect(world.audit.events.at(-1)).toMatchObject({ kind: 'refusal', code: 'budget_exhausted' });
    expect(world.measured.filter(({ metric }) => metric === 'budgetRefusals')).toHaveLength(10);
  });

  it('does not get more by other sessions of the role, and takes nothing from other principals', async () => {
    const world = open();
    await flood(world, 60);
    const { identity, ...rest } = tokenRequest({ scope: 'orders:99' });
    const arn = 'arn:aws:sts::111122223333:assumed-role/ci-checkout/another-session';
    const other = { ...rest, identity: identity && { ...identity, arn } };
    expect((await world.serve(other)).status).toBe(429);
    expect((await flood(world, 1, 'ci-payments'))[0]?.status).toBe(200);
  });

  it('still gets cached tokens, and renewals only if there is budget', async () => {
    const world = open();
    await flood(world, 60);
    expect((await flood(world, 1))[0]?.json['source']).toBe('cached');
    world.clock.skip(3_500_000);
    await flood(world, 60);
    expect((await flood(world, 60)).map(({ status }) => status)).toEqual(Array(60).fill(200));
  });

  it('does not take the budget of those who wait for the same token', async () => {
    const world = open();
    await flood(world, 60, 'ci-greedy');
    const form = { scope: 'orders:100' };
    const both = ['ci-greedy', 'ci-modest'].map((caller) =>
      serveRequest(world.vending, tokenRequest(form, caller)),
    );
    const [greedy, modest] = await world.clock.runUntilDone(Promise.all(both));
    expect([greedy?.status, modest?.status]).toEqual([429, 200]);
  });
});

describe('someone who guesses names of credentials', () => {
  const guess = (world: FakeWorld, from: number, count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, n) =>
        world.vend({ client_id: `checkout/guess-${from + n}` }),
      ),
    );

  it('causes 30 reads in a minute, and sees no difference between disabled and unknown', async () => {
    const world = new FakeWorld({ budgets: DEFAULT_BUDGETS });
    world.store.put('checkout/frozen-api', { ...DOCUMENT, status: 'disabled' });
    world.policy.allowed = new Set(
      [...Array.from({ length: 99 }, (_, n) => `guess-${n}`), 'frozen-api', 'orders-api'].map(
        (name) => `vendToken checkout/${name}`,
      ),
    );
    await world.vend();
    const frozen = () => world.vend({ client_id: 'checkout/frozen-api' });
    expect((await frozen()).json['code']).toBe('policy_denied');
    const statuses: number[] = [];
    for (let n = 0; n < 40; n += 1)
      statuses.push(...(await guess(world, n, 1)).map((r) => r.status));
    expect(statuses).toEqual([...Array(29).fill(403), ...Array(11).fill(429)]);
    expect(world.store.reads).toBe(31);
    expect((await frozen()).json['code']).toBe('budget_exhausted');
    expect((await world.vend()).status).toBe(200);
    world.clock.skip(2_000);
    expect((await frozen()).json['code']).toBe('policy_denied');
  });

  it('is stopped on every route', async () => {
    const world = new FakeWorld({ budgets: DEFAULT_BUDGETS });
    for (let n = 0; n < 30; n += 1) await guess(world, n, 1);
    const about = { client_id: 'checkout/guess-98', token: 'opaque' };
    for (const path of ['/oauth2/revoke', '/oauth2/introspect'])
      expect((await world.serve(formRequest(path, about))).status).toBe(429);
    expect((await world.serve(request())).status).toBe(200);
  });
});
