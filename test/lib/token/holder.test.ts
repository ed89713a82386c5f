import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { type HolderOptions, TokenHolder } from '../../../lib/token/holder.ts';
import type { LivingToken } from '../../../lib/token/living-token.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

const never = new AbortController().signal;

/** A holder of numbered tokens that live an hour, from a source whose errors the test sets. */
class World {
  readonly clock = new FakeClock();
  fetches = 0;
  readonly rejected: (string | undefined)[] = [];
  lifetime = 3_600_000;
  failsWith: Error | undefined;
  /** Holds every fetch until it is released. */
  gate: Promise<void> | undefined;
  response: (() => LivingToken) | undefined;
  readonly signals: AbortSignal[] = [];
  readonly minTtls: number[] = [];
  readonly holder: TokenHolder<LivingToken>;

  constructor(options: Partial<HolderOptions<LivingToken>> = {}) {
    this.holder = new TokenHolder({
      fetchToken: this.#fetchToken,
      clock: this.clock,
      renewal: 'background',
      holdsErrors: true,
      describeRejection: (why) => new Error(`rejected: ${why}`),
      ...options,
    });
  }

  get = async (minTtl?: number) => (await this.holder.get(never, { minTtl })).accessToken;

  #fetchToken = async (rejected: string | undefined, minTtl: number, signal: AbortSignal) => {
    this.fetches += 1;
    this.rejected.push(rejected);
    this.minTtls.push(minTtl);
    this.signals.push(signal);
    const number = this.fetches;
    await this.gate;
    if (this.failsWith !== undefined) throw this.failsWith;
    const { lifetime } = this;
    const expiresAt = this.clock.now() + lifetime;
    return this.response?.() ?? { accessToken: `t${number}`, expiresAt, lifetime };
  };

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return () => {
      this.gate = undefined;
      resolve();
    };
  }
}

describe('a holder that renews in the background', () => {
  it('knows its token by the SHA-256', async () => {
    const { holder, get } = new World();
    const sha256 = hash('sha256', 't1', 'hex');
    expect(holder.holdsSha256(sha256)).toBe(false);
    await get();
    expect(holder.holdsSha256(sha256)).toBe(true);
    expect(holder.holdsSha256(hash('sha256', 't2', 'hex'))).toBe(false);
  });

  it('fetches nothing before the first request, and then keeps the token while it lives', async () => {
    const world = new World();
    expect(world.fetches).toBe(0);
    expect(await world.get()).toBe('t1');
    world.clock.skip(3_300_000);
    expect(await world.get()).toBe('t1');
    expect(world.fetches).toBe(1);
  });

  it('fetches once for 100 parallel callers', async () => {
    const world = new World();
    const tokens = await Promise.all(Array.from({ length: 100 }, () => world.get()));
    expect(new Set(tokens)).toEqual(new Set(['t1']));
    expect(world.fetches).toBe(1);
  });

  it('renews in the background in the last 5 minutes of a long lifetime', async () => {
    const world = new World();
    await world.get();
    // Jitter of 0.9, and the last second counts as expired.
    world.clock.skip(3_600_000 - 271_000);
    expect(await world.get()).toBe('t1');
    await settle();
    expect(world.fetches).toBe(1);
    world.clock.skip(1);
    expect(await world.get()).toBe('t1');
    await settle();
    expect(await world.get()).toBe('t2');
    expect(world.fetches).toBe(2);
  });

  it('renews in the last tenth of a short lifetime, so that a token of 10 seconds is usable', async () => {
    const world = new World();
    world.lifetime = 10_000;
    await world.get();
    world.clock.skip(8_100);
    await world.get();
    await settle();
    expect(world.fetches).toBe(1);
    world.clock.skip(1);
    await world.get();
    await settle();
    expect(await world.get()).toBe('t2');
  });

  it('renews by the whole lifetime of a shared token, of which little may be left', async () => {
    const world = new World();
    world.response = () => ({ accessToken: 'shared', expiresAt: 5_000, lifetime: 100_000 });
    world.clock.skip(2_000 - world.clock.now());
    expect(await world.get()).toBe('shared');
    world.response = undefined;
    expect(await world.get()).toBe('shared');
    await settle();
    expect(await world.get()).toBe('t2');
  });

  it('retries halfway to the end if a renewal returned the held token', async () => {
    const world = new World();
    const { expiresAt } = await world.holder.get(never);
    world.response = () => ({ accessToken: 't1', expiresAt, lifetime: 3_600_000 });
    world.clock.skip(3_600_000 - 40_000);
    for (let request = 0; request < 3; request += 1) {
      await world.get();
      await settle();
    }
    expect(world.fetches).toBe(2);
    world.clock.skip(20_000);
    world.response = undefined;
    await world.get();
    await settle();
    expect(await world.get()).toBe('t3');
  });

  it('returns the held token if renewing it early fails, and never one that has expired', async () => {
    const world = new World();
    await world.get();
    world.failsWith = new VendError('upstream_unavailable');
    world.clock.skip(3_600_000 - 30_000);
    expect(await world.get()).toBe('t1');
    await settle();
    expect(await world.get()).toBe('t1');
    world.clock.skip(29_001);
    await expect(world.get()).rejects.toMatchObject({ code: 'upstream_unavailable' });
    world.failsWith = undefined;
    expect(await world.get()).toMatch(/^t/);
  });

  it('fetches again once if many callers report the same token as rejected', async () => {
    const world = new World();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => world.holder.get(never)));
    for (const token of tokens) world.holder.invalidate(token);
    await Promise.all(Array.from({ length: 20 }, () => world.get()));
    expect(world.fetches).toBe(2);
    expect(world.rejected).toEqual([undefined, 't1']);
  });

  it('keeps a new token if a late response rejects the previous one', async () => {
    const world = new World();
    const first = await world.holder.get(never);
    world.holder.invalidate(first);
    expect(await world.get()).toBe('t2');
    world.holder.invalidate(first);
    expect(await world.get()).toBe('t2');
    expect(world.fetches).toBe(2);
  });

  it('recognises a token that a renewal returned again, so that its rejection counts whenever it was taken', async () => {
    const world = new World();
    const first = await world.holder.get(never);
    world.response = () => ({ ...first });
    world.clock.skip(3_600_000 - 59_000);
    await world.get();
    await settle();
    expect(world.fetches).toBe(2);
    world.response = undefined;
    world.holder.invalidate(first);
    expect(await world.get()).toBe('t3');
    expect(world.rejected).toEqual([undefined, undefined, first.accessToken]);
  });

  it('fetches once more if a renewal returns the token that the API rejected meanwhile', async () => {
    const world = new World();
    const first = await world.holder.get(never);
    world.clock.skip(3_600_000 - 59_000);
    const release = world.hold();
    await world.get();
    world.holder.invalidate(first);
    world.response = () => {
      world.response = undefined;
      return first;
    };
    const next = world.get();
    release();
    expect(await next).toBe('t3');
    expect(world.rejected).toEqual([undefined, undefined, 't1']);
  });

  it('does not return a token that the API has rejected', async () => {
    const world = new World();
    const first = await world.holder.get(never);
    world.response = () => ({ ...first });
    world.holder.invalidate(first);
    await expect(world.get()).rejects.toThrow(/^rejected: /);
    expect(world.fetches).toBe(2);
  });

  it('holds for 30 seconds that a client was refused, for all callers', async () => {
    const world = new World();
    world.failsWith = new VendError('credential_refused');
    for (let caller = 0; caller < 5; caller += 1) {
      await expect(world.get()).rejects.toMatchObject({ code: 'credential_refused' });
    }
    expect(world.fetches).toBe(1);
    world.clock.skip(30_000);
    world.failsWith = undefined;
    expect(await world.get()).toBe('t2');
  });

  it('makes no request with a refused client for 30 seconds, also in the refresh window', async () => {
    const world = new World();
    await world.get();
    world.clock.skip(3_600_000 - 50_000);
    world.failsWith = new VendError('credential_refused');
    for (let second = 0; second < 29; second += 1) {
      expect(await world.get()).toBe('t1');
      await settle();
      world.clock.skip(1_000);
    }
    expect(world.fetches).toBe(2);
    world.clock.skip(1_000);
    await world.get();
    await settle();
    expect(world.fetches).toBe(3);
  });

  it('holds for 30 seconds that two tokens in a row were rejected, whichever caller reports the second', async () => {
    const world = new World();
    world.holder.invalidate(await world.holder.get(never));
    const second = await world.holder.get(never);
    world.holder.invalidate(second);
    world.holder.invalidate(second);
    for (let caller = 0; caller < 5; caller += 1) {
      await expect(world.get()).rejects.toThrow(/^rejected: /);
    }
    expect(world.fetches).toBe(2);
    world.clock.skip(30_000);
    expect(await world.get()).toBe('t3');
    expect(world.rejected).toEqual([undefined, 't1', 't2']);
  });

  it('continues if tokens that the API has accepted are revoked one after another', async () => {
    const world = new World();
    for (const expected of ['t1', 't2', 't3']) {
      const token = await world.holder.get(never);
      expect(token.accessToken).toBe(expected);
      world.holder.accept(token);
      world.holder.invalidate(token);
    }
  });

  it('drops the rejections after a renewal that was under way has returned another token', async () => {
    const world = new World();
    world.holder.invalidate(await world.holder.get(never));
    const second = await world.holder.get(never);
    world.clock.skip(3_600_000 - 50_000);
    const release = world.hold();
    await world.get();
    world.holder.invalidate(second);
    await expect(world.get()).rejects.toThrow(/^rejected: /);
    release();
    await settle();
    const third = await world.holder.get(never);
    expect(third.accessToken).toBe('t3');
    world.holder.accept(third);
    world.holder.invalidate(third);
    expect(await world.get()).toBe('t4');
  });

  it('does not hold a retryable error', async () => {
    const world = new World();
    world.failsWith = new VendError('upstream_timeout');
    await expect(world.get()).rejects.toMatchObject({ code: 'upstream_timeout' });
    world.failsWith = undefined;
    expect(await world.get()).toBe('t2');
  });

  it('returns the held token while an error of its renewal is held', async () => {
    const world = new World({ renewal: 'awaited' });
    await world.get();
    world.clock.skip(3_500_000);
    world.failsWith = new VendError('token_unacceptable');
    expect([await world.get(), await world.get()]).toEqual(['t1', 't1']);
    expect(world.fetches).toBe(2);
  });

  it('lets a waiter leave with its own signal while the others wait', async () => {
    const world = new World();
    const release = world.hold();
    const leaving = new AbortController();
    const impatient = world.holder.get(leaving.signal);
    const patient = world.get();
    leaving.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    release();
    expect(await patient).toBe('t1');
    expect(world.fetches).toBe(1);
    await expect(world.holder.get(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
  });

  it('has a default error for a rejection', async () => {
    const fetchToken = async () => ({ accessToken: 't', expiresAt: 1e15, lifetime: 3_600_000 });
    const clock = new FakeClock();
    const holder = new TokenHolder({ fetchToken, clock, renewal: 'awaited', holdsErrors: false });
    holder.invalidate(await holder.get(never));
    await expect(holder.get(never)).rejects.toThrow(
      'The new token is the same as the rejected one.',
    );
  });
});

describe('a holder whose callers wait for the renewal', () => {
  const open = () => new World({ renewal: 'awaited', holdsErrors: false });

  it('returns the new token in the refresh window, which is counted back from min_ttl', async () => {
    const world = open();
    await world.get(600);
    world.clock.skip(3_000_000 - 270_000);
    expect(await world.get(600)).toBe('t1');
    world.clock.skip(1);
    expect(await world.get(60)).toBe('t1');
    expect(await world.get(600)).toBe('t2');
    expect(world.minTtls).toEqual([600, 600]);
  });

  it.each(['upstream_unavailable', 'upstream_invalid', 'token_unacceptable'] as const)(
    'returns the held token if a renewal fails with %s, as long as it lives min_ttl',
    async (code) => {
      const world = open();
      await world.get(60);
      world.failsWith = new VendError(code);
      world.clock.skip(3_600_000 - 60_000);
      expect(await world.get(60)).toBe('t1');
      await expect(world.get(61)).rejects.toMatchObject({ code });
      world.clock.skip(1);
      await expect(world.get(60)).rejects.toMatchObject({ code });
      expect(world.fetches).toBe(4);
    },
  );

  it('throws the error that refuses the caller, and fetches again for the next one', async () => {
    const world = open();
    await world.get();
    world.failsWith = new VendError('policy_denied');
    world.clock.skip(3_500_000);
    await expect(world.get()).rejects.toMatchObject({ code: 'policy_denied' });
    world.failsWith = undefined;
    expect(await world.get()).toBe('t3');
  });

  it('fetches again halfway to the end if a renewal returned the held token', async () => {
    const world = open();
    const { expiresAt } = await world.holder.get(never);
    world.response = () => ({ accessToken: 't1', expiresAt, lifetime: 3_600_000 });
    world.clock.skip(3_600_000 - 101_000);
    expect([await world.get(), await world.get(), world.fetches]).toEqual(['t1', 't1', 2]);
    world.clock.skip(50_000);
    world.response = undefined;
    expect(await world.get()).toBe('t3');
  });

  it('fetches past the held token if told to, and then returns no other', async () => {
    const world = open();
    await world.get();
    expect((await world.holder.get(never, { fresh: true })).accessToken).toBe('t2');
    expect([world.holder.holds('t1'), world.holder.holds('t2')]).toEqual([false, true]);
    world.failsWith = new VendError('upstream_unavailable');
    const fresh = world.holder.get(never, { fresh: true });
    await expect(fresh).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });

  it('ends a fetch that every caller has left, and fetches again for the next one', async () => {
    const world = new World({ renewal: 'awaited' });
    const release = world.hold();
    const leaving = new AbortController();
    const left = world.holder.get(leaving.signal);
    leaving.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    expect(world.signals.map(({ aborted }) => aborted)).toEqual([true]);
    // The error of an aborted fetch is not held.
    world.failsWith = world.signals[0]?.reason;
    release();
    await settle();
    world.failsWith = undefined;
    expect(await world.get()).toBe('t2');
  });
});

describe('a holder, at any time and with any source', () => {
  const step = fc.record({
    after: fc.oneof(fc.nat(2_000), fc.nat(400_000), fc.nat(4_000_000)),
    minTtl: fc.oneof(fc.nat(10), fc.nat(600), fc.nat(3_000)),
    failsWith: fc.constantFrom<undefined | 'upstream_unavailable' | 'credential_refused'>(
      undefined,
      undefined,
      'upstream_unavailable',
      'credential_refused',
    ),
    rejects: fc.boolean(),
  });

  it.each(['background', 'awaited'] as const)(
    'returns a token that lives min_ttl and was not rejected, or throws (%s)',
    async (renewal) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const world = new World({ renewal });
          const rejected = new Set<string>();
          for (const { after, minTtl, failsWith, rejects } of steps) {
            world.clock.skip(after);
            world.failsWith = failsWith && new VendError(failsWith);
            const token = await world.holder.get(never, { minTtl }).catch(() => undefined);
            if (token === undefined) continue;
            expect(token.expiresAt - world.clock.now()).toBeGreaterThanOrEqual(minTtl * 1000);
            expect(rejected.has(token.accessToken)).toBe(false);
            if (rejects) {
              world.holder.invalidate(token);
              rejected.add(token.accessToken);
            }
            await settle();
          }
        }),
        { numRuns: 50 },
      );
    },
  );
});
