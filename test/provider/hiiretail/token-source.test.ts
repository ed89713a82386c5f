import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { type FreshToken, TokenSource } from '../../../provider/hiiretail/token-source.ts';
import { FakeClock, settle } from '../../support/fake-clock.ts';

const never = new AbortController().signal;

/** A source of numbered tokens that live an hour, or fails as told. */
class World {
  readonly clock = new FakeClock();
  fetches = 0;
  readonly rejected: (string | undefined)[] = [];
  lifetime = 3_600_000;
  failure: Error | undefined;
  /** Holds every fetch until it is let go. */
  gate: Promise<void> | undefined;
  answer: (() => FreshToken) | undefined;
  readonly source = new TokenSource(async (rejected) => {
    this.fetches += 1;
    this.rejected.push(rejected);
    const number = this.fetches;
    await this.gate;
    if (this.failure !== undefined) throw this.failure;
    const { lifetime } = this;
    const fresh = {
      accessToken: `t${number}`,
      expiresAt: this.clock.now() + lifetime,
      lifetime,
    };
    return this.answer?.() ?? fresh;
  }, this.clock);

  get = async () => (await this.source.get(never)).accessToken;

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gate = promise;
    return () => {
      this.gate = undefined;
      resolve();
    };
  }
}

describe('the token source of the provider', () => {
  it('fetches nothing before the first request, and then keeps the token while it lives', async () => {
    const world = new World();
    expect(world.fetches).toBe(0);
    expect(await world.get()).toBe('t1');
    world.clock.skip(3_500_000);
    expect(await world.get()).toBe('t1');
    expect(world.fetches).toBe(1);
  });

  it('fetches once for 100 parallel callers', async () => {
    const world = new World();
    const tokens = await Promise.all(Array.from({ length: 100 }, () => world.get()));
    expect(new Set(tokens)).toEqual(new Set(['t1']));
    expect(world.fetches).toBe(1);
  });

  it('renews behind the scenes in the last minute of a long life', async () => {
    const world = new World();
    await world.get();
    world.clock.skip(3_600_000 - 59_000);
    expect(await world.get()).toBe('t1');
    await settle();
    expect(await world.get()).toBe('t2');
    expect(world.fetches).toBe(2);
  });

  it('renews in the last tenth of a short life, so that a token of 10 seconds serves', async () => {
    const world = new World();
    world.lifetime = 10_000;
    await world.get();
    world.clock.skip(8_900);
    await world.get();
    await settle();
    expect(world.fetches).toBe(1);
    world.clock.skip(200);
    await world.get();
    await settle();
    expect(await world.get()).toBe('t2');
  });

  it('renews by the whole life of a shared token, of which little may be left', async () => {
    const world = new World();
    world.answer = () => ({ accessToken: 'shared', expiresAt: 5_000, lifetime: 100_000 });
    world.clock.skip(2_000 - world.clock.now());
    expect(await world.get()).toBe('shared');
    world.answer = undefined;
    expect(await world.get()).toBe('shared');
    await settle();
    expect(await world.get()).toBe('t2');
  });

  it('tries again halfway to the end where a renewal brought the token in hand', async () => {
    const world = new World();
    const { expiresAt } = await world.source.get(never);
    world.answer = () => ({ accessToken: 't1', expiresAt, lifetime: 3_600_000 });
    world.clock.skip(3_600_000 - 40_000);
    for (let request = 0; request < 3; request += 1) {
      await world.get();
      await settle();
    }
    expect(world.fetches).toBe(2);
    world.clock.skip(20_000);
    world.answer = undefined;
    await world.get();
    await settle();
    expect(await world.get()).toBe('t3');
  });

  it('serves on with the token in hand where renewing it early fails, and never with one that has expired', async () => {
    const world = new World();
    await world.get();
    world.failure = new VendError('upstream_unavailable');
    world.clock.skip(3_600_000 - 30_000);
    expect(await world.get()).toBe('t1');
    await settle();
    expect(await world.get()).toBe('t1');
    world.clock.skip(30_000);
    await expect(world.get()).rejects.toMatchObject({ code: 'upstream_unavailable' });
    world.failure = undefined;
    expect(await world.get()).toMatch(/^t/);
  });

  it('fetches anew once where many callers report the same token as rejected', async () => {
    const world = new World();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => world.source.get(never)));
    for (const token of tokens) world.source.invalidate(token);
    await Promise.all(Array.from({ length: 20 }, world.get));
    expect(world.fetches).toBe(2);
    expect(world.rejected).toEqual([undefined, 't1']);
  });

  it('leaves a new token alone when a late answer rejects its predecessor', async () => {
    const world = new World();
    const first = await world.source.get(never);
    world.source.invalidate(first);
    expect(await world.get()).toBe('t2');
    world.source.invalidate(first);
    expect(await world.get()).toBe('t2');
    expect(world.fetches).toBe(2);
  });

  it('knows a token again that a renewal brought a second time, so that its rejection counts whenever it was taken', async () => {
    const world = new World();
    const first = await world.source.get(never);
    world.answer = () => ({ ...first });
    world.clock.skip(3_600_000 - 59_000);
    await world.get();
    await settle();
    expect(world.fetches).toBe(2);
    world.answer = undefined;
    world.source.invalidate(first);
    expect(await world.get()).toBe('t3');
    expect(world.rejected).toEqual([undefined, undefined, first.accessToken]);
  });

  it('refuses to go on with a token that the API has rejected already', async () => {
    const world = new World();
    const first = await world.source.get(never);
    world.answer = () => ({ ...first });
    world.source.invalidate(first);
    await expect(world.get()).rejects.toMatchObject({ code: 'token_rejected' });
    expect(world.fetches).toBe(2);
  });

  it('remembers for 30 seconds that a client was refused, for all who ask', async () => {
    const world = new World();
    world.failure = new VendError('credential_refused');
    for (let caller = 0; caller < 5; caller += 1) {
      await expect(world.get()).rejects.toMatchObject({ code: 'credential_refused' });
    }
    expect(world.fetches).toBe(1);
    world.clock.skip(30_000);
    world.failure = undefined;
    expect(await world.get()).toBe('t2');
  });

  it('leaves a refused client alone for 30 seconds in the last minute of its token too', async () => {
    const world = new World();
    await world.get();
    world.clock.skip(3_600_000 - 50_000);
    world.failure = new VendError('credential_refused');
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

  it('holds for 30 seconds that two tokens in a row were rejected, whoever reports the second', async () => {
    const world = new World();
    world.source.invalidate(await world.source.get(never));
    const second = await world.source.get(never);
    world.source.invalidate(second);
    world.source.invalidate(second);
    for (let caller = 0; caller < 5; caller += 1) {
      await expect(world.get()).rejects.toMatchObject({ code: 'token_rejected' });
    }
    expect(world.fetches).toBe(2);
    world.clock.skip(30_000);
    expect(await world.get()).toBe('t3');
    expect(world.rejected).toEqual([undefined, 't1', 't2']);
  });

  it('goes on where tokens that the API has taken are revoked one after the other', async () => {
    const world = new World();
    for (const expected of ['t1', 't2', 't3']) {
      const token = await world.source.get(never);
      expect(token.accessToken).toBe(expected);
      world.source.accept(token);
      world.source.invalidate(token);
    }
  });

  it('forgets a refusal once a renewal that was under way has brought a token', async () => {
    const world = new World();
    world.source.invalidate(await world.source.get(never));
    const second = await world.source.get(never);
    world.clock.skip(3_600_000 - 50_000);
    const release = world.hold();
    await world.get();
    world.source.invalidate(second);
    await expect(world.get()).rejects.toMatchObject({ code: 'token_rejected' });
    release();
    await settle();
    const third = await world.source.get(never);
    expect(third.accessToken).toBe('t3');
    world.source.accept(third);
    world.source.invalidate(third);
    expect(await world.get()).toBe('t4');
  });

  it('forgets a failure that passes at once', async () => {
    const world = new World();
    world.failure = new VendError('upstream_timeout');
    await expect(world.get()).rejects.toMatchObject({ code: 'upstream_timeout' });
    world.failure = undefined;
    expect(await world.get()).toBe('t2');
  });

  it('lets a waiter leave with its own signal while the others wait on', async () => {
    const world = new World();
    const release = world.hold();
    const leaving = new AbortController();
    const impatient = world.source.get(leaving.signal);
    const patient = world.get();
    leaving.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    release();
    expect(await patient).toBe('t1');
    expect(world.fetches).toBe(1);
    await expect(world.source.get(AbortSignal.abort(new Error('late')))).rejects.toThrow('late');
  });
});
