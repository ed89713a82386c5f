import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from '../../lib/circuit-breaker.ts';
import { sleep } from '../../lib/clock.ts';
import { Deadline } from '../../lib/deadline.ts';
import { retry, upstreamTimeout } from '../../lib/retry.ts';
import { leaveOnAbort, SingleFlight } from '../../lib/single-flight.ts';
import { VendError } from '../../lib/vend-error.ts';
import { FakeClock, settle } from '../support/fake-clock.ts';
import { DOCUMENT, FakeWorld, never } from '../support/fake-ports.ts';

describe('sleep', () => {
  it('ends with its time, or earlier with the signal', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    await clock.runUntilDone(sleep(clock, 1_000, controller.signal));
    const early = sleep(clock, 1_000, controller.signal);
    controller.abort(new Error('left'));
    await expect(early).rejects.toThrow('left');
    await expect(sleep(clock, 1, controller.signal)).rejects.toThrow('left');
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('single flight', () => {
  it('lets a waiter leave while the work goes on for the others', async () => {
    const flights = new SingleFlight<string>();
    const leaver = new AbortController();
    const { promise, resolve } = Promise.withResolvers<string>();
    const stays = flights.run('k', new AbortController().signal, () => promise);
    const leaves = flights.run('k', leaver.signal, never);
    leaver.abort(new Error('left'));
    await expect(leaves).rejects.toThrow('left');
    expect(flights.has('k')).toBe(true);
    resolve('done');
    expect(await stays).toBe('done');
    expect(flights.has('k')).toBe(false);
    await expect(flights.run('k', leaver.signal, never)).rejects.toThrow('left');
  });

  it('forgets work that failed', async () => {
    const flights = new SingleFlight<string>();
    const { signal } = new AbortController();
    await expect(flights.run('k', signal, () => Promise.reject(new Error('once')))).rejects.toThrow(
      'once',
    );
    expect(await flights.run('k', signal, async () => 'again')).toBe('again');
    expect(await leaveOnAbort(Promise.resolve(1), signal)).toBe(1);
  });
});

describe('retry', () => {
  const run = (clock: FakeClock, milliseconds: number, attempt: () => Promise<string>) =>
    clock.runUntilDone(retry(clock, new Deadline(clock, milliseconds, upstreamTimeout), attempt));

  it('does not wait past the deadline', async () => {
    const clock = new FakeClock();
    clock.chance = 1;
    let attempts = 0;
    const fail = async () => {
      attempts += 1;
      clock.skip(900);
      throw new VendError('upstream_unavailable');
    };
    await expect(run(clock, 1_000, fail)).rejects.toMatchObject({ code: 'upstream_unavailable' });
    expect(attempts).toBe(1);
  });

  it('takes what is no failure of ours as a bug, once', async () => {
    let attempts = 0;
    const fail = async () => {
      attempts += 1;
      throw new TypeError('bug');
    };
    await expect(run(new FakeClock(), 1_000, fail)).rejects.toMatchObject({ code: 'internal' });
    expect(attempts).toBe(1);
  });

  it('counts the time left, never below nothing', async () => {
    const clock = new FakeClock();
    using deadline = new Deadline(clock, 100, upstreamTimeout);
    clock.skip(60);
    expect(deadline.remaining).toBe(40);
    clock.skip(60);
    expect(deadline.remaining).toBe(0);
  });
});

describe('circuit breaker', () => {
  const down = () => Promise.reject(new VendError('upstream_unavailable'));

  it('lets one probe through when its time is over, and opens again where that fails', async () => {
    const clock = new FakeClock();
    const breaker = new CircuitBreaker(clock);
    for (let n = 0; n < 5; n += 1)
      await expect(breaker.run('e', down)).rejects.toThrow('cannot be reached');
    await expect(breaker.run('e', async () => 'x')).rejects.toMatchObject({ retryAfter: 30 });
    expect(await breaker.run('other', async () => 'x')).toBe('x');
    clock.skip(30_000);
    const { promise, reject } = Promise.withResolvers<string>();
    const probe = breaker.run('e', () => promise);
    await settle();
    await expect(breaker.run('e', async () => 'x')).rejects.toMatchObject({ retryAfter: 1 });
    reject(new VendError('upstream_timeout'));
    await expect(probe).rejects.toMatchObject({ code: 'upstream_timeout' });
    await expect(breaker.run('e', async () => 'x')).rejects.toMatchObject({ retryAfter: 30 });
  });

  it('takes any answer as a sign of life', async () => {
    const breaker = new CircuitBreaker(new FakeClock());
    for (let n = 0; n < 4; n += 1) await expect(breaker.run('e', down)).rejects.toThrow();
    await expect(
      breaker.run('e', () => Promise.reject(new VendError('credential_refused'))),
    ).rejects.toThrow();
    for (let n = 0; n < 4; n += 1) await expect(breaker.run('e', down)).rejects.toThrow();
    expect(await breaker.run('e', async () => 'x')).toBe('x');
  });
});

describe('credential source', () => {
  it('reads past its cache not more than every 30 s', async () => {
    const world = new FakeWorld();
    const { credentials } = world.vending;
    const id = { team: 'checkout', name: 'orders-api' };
    const { signal } = new AbortController();
    await credentials.get(id, signal);
    world.store.put('checkout/orders-api', DOCUMENT, 'v2');
    expect((await credentials.reread(id, signal)).versionId).toBe('v2');
    world.store.put('checkout/orders-api', DOCUMENT, 'v3');
    expect((await credentials.reread(id, signal)).versionId).toBe('v2');
    world.clock.skip(30_000);
    expect((await credentials.reread(id, signal)).versionId).toBe('v3');
    expect(world.store.reads).toBe(3);
  });
});
