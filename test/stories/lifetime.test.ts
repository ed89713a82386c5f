import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VendError } from '../../lib/errors/vend-error.ts';
import type { TokenResponse } from '../../lib/grant/token-response.ts';
import { serveRequest } from '../../lib/vending/serve-request.ts';
import { FakeWorld, never, TOKEN_CANARY, tokenRequest } from '../support/fake-ports.ts';

/** The behaviour of the server for one token request. */
type Behaviour = 'responds' | 'responds late' | 'hangs' | '503' | '429' | 'refuses';

interface Step {
  /** Milliseconds since the previous step. */
  readonly after: number;
  readonly minTtls: readonly number[];
  readonly behaviour: Behaviour;
  /** Seconds that the server grants. */
  readonly lifetime: number;
  /** Milliseconds for storing each record. */
  readonly storing: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  after: fc.oneof(fc.nat(2_000), fc.nat(120_000), fc.nat(4_000_000)),
  minTtls: fc.array(fc.oneof(fc.nat(10), fc.nat(400), fc.nat(4_000)), {
    minLength: 1,
    maxLength: 4,
  }),
  behaviour: fc.constantFrom<Behaviour>(
    'responds',
    'responds late',
    'hangs',
    '503',
    '429',
    'refuses',
  ),
  lifetime: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 3_600 })),
  storing: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(1_900)),
});

function behave(world: FakeWorld, { behaviour, lifetime, storing }: Step): void {
  const token = (call: number): TokenResponse => ({
    access_token: `${TOKEN_CANARY}-${call}`,
    expires_in: lifetime,
  });
  const behaviours = {
    responds: token,
    'responds late': async (call: number) => {
      await new Promise<void>((resolve) => world.clock.startTimer(2_500, resolve));
      return token(call);
    },
    hangs: never,
    '503': () => new VendError('upstream_unavailable'),
    '429': () => new VendError('upstream_rate_limited'),
    refuses: () => new VendError('credential_refused'),
  };
  world.server.token = behaviours[behaviour];
  world.audit.delay = () => new Promise((resolve) => world.clock.startTimer(storing, resolve));
}

describe('every response', () => {
  it('contains a token that lives as long as requested, at any time and with any server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const world = new FakeWorld();
        for (const one of steps) {
          await world.clock.advance(one.after);
          behave(world, one);
          const vends = one.minTtls.map(async (minTtl) => {
            const request = tokenRequest({ min_ttl: String(minTtl) });
            const { status, body } = await serveRequest(world.vending, request);
            const respondedAt = world.clock.now();
            if (status !== 200) return;
            const { expires_in, mint_id } = JSON.parse(body);
            const left = (endOf(world, mint_id) - respondedAt) / 1000;
            expect(left).toBeGreaterThanOrEqual(minTtl);
            expect(left).toBeGreaterThan(0);
            expect(expires_in).toBe(Math.floor(left));
          });
          await world.clock.runUntilDone(Promise.all(vends));
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a record that is stored slowly', () => {
  const slowWorld = (lifetime: number) => {
    const world = new FakeWorld();
    world.server.token = (call) => ({
      access_token: `${TOKEN_CANARY}-${call}`,
      expires_in: lifetime,
    });
    world.audit.delay = () => new Promise((resolve) => world.clock.startTimer(1_500, resolve));
    return world;
  };

  it('leads to a new token if the cached one no longer lives long enough', async () => {
    const world = slowWorld(3_600);
    const { json } = await world.vend();
    world.clock.skip(((json['expires_at'] as number) - 101) * 1000 - world.clock.now());
    const token = world.server.token;
    // The renewal fails, so the cached token is recorded. Then it lives a second too short.
    world.server.token = (call) => {
      world.server.token = token;
      return new VendError('upstream_rate_limited', { retryAfter: 60 + call });
    };
    const second = await world.vend({ min_ttl: '100' });
    expect(second.json).toMatchObject({ source: 'minted', access_token: `${TOKEN_CANARY}-3` });
    expect(world.audit.events.filter(({ kind }) => kind === 'vend')).toMatchObject([
      { source: 'minted' },
      { source: 'cached' },
      { source: 'minted' },
    ]);
  });

  it('leads to an error if no token lives long enough after it', async () => {
    const { json } = await slowWorld(120).vend({ min_ttl: '118' });
    expect(json).toMatchObject({
      code: 'min_ttl_unsatisfiable',
      error_description: expect.stringContaining('lives 120 s'),
    });
  });
});

describe('a token that was issued to a second attempt', () => {
  it('counts its lifetime from that attempt', async () => {
    const world = new FakeWorld();
    const failLate = () =>
      new Promise<never>((_, reject) => {
        const fail = () => reject(new VendError('upstream_unavailable'));
        world.clock.startTimer(5_000, fail);
      });
    world.server.token = (call) =>
      call === 1 ? failLate() : { access_token: TOKEN_CANARY, expires_in: 6 };
    expect((await world.vend({ min_ttl: '5' })).json).toMatchObject({ expires_in: 6 });
  });
});

describe('a renewal that brings a shorter token', () => {
  it('keeps the cached token, which still lives long enough', async () => {
    const world = new FakeWorld();
    await world.vend();
    world.clock.skip(3_000_000);
    world.server.token = { access_token: 'short', expires_in: 60 };
    const { json } = await world.vend({ min_ttl: '500' });
    expect(json).toMatchObject({ source: 'cached', access_token: `${TOKEN_CANARY}-1` });
    await world.vend({ min_ttl: '500' });
    expect(world.server.tokenRequests).toBe(2);
  });
});

function endOf(world: FakeWorld, mintId: string): number {
  const mint = world.audit.events.find(
    (event) => event.kind === 'mint' && event.mint.mintId === mintId,
  );
  if (mint?.kind !== 'mint') throw new Error('every vend names a mint');
  return mint.token.expiresAt;
}
