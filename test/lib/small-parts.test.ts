import { describe, expect, it } from '@jest/globals';
import { sleep } from '../../lib/clock.ts';
import { Deadline } from '../../lib/deadline.ts';
import { retry, upstreamTimeout } from '../../lib/retry.ts';
import { leaveOnAbort, SingleFlight } from '../../lib/single-flight.ts';
import { VendError } from '../../lib/vend-error.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { never } from '../support/fake-ports.ts';

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

  it('ends the work when the last waiter has left, and begins anew for the next', async () => {
    const flights = new SingleFlight<string>();
    const leavers = [new AbortController(), new AbortController()];
    let ended: unknown;
    const work = async (flight: AbortSignal) => {
      flight.addEventListener('abort', () => {
        ended = flight.reason;
      });
      return await never();
    };
    const waiters = leavers.map(({ signal }) => flights.run('k', signal, work));
    leavers[0]?.abort(new Error('left first'));
    await expect(waiters[0]).rejects.toThrow('left first');
    expect([ended, flights.has('k')]).toEqual([undefined, true]);
    leavers[1]?.abort(new Error('left last'));
    await expect(waiters[1]).rejects.toThrow('left last');
    expect(ended).toMatchObject({ message: 'left last' });
    const { signal } = new AbortController();
    expect(await flights.run('k', signal, async () => 'anew')).toBe('anew');
  });

  it('lets whoever comes after the end begin anew, also while others still hear of it', async () => {
    const flights = new SingleFlight<string>();
    const { signal } = new AbortController();
    const fail = () => Promise.reject(new Error('once'));
    const again = async () => 'again';
    const first = flights.run('k', signal, fail).catch(() => flights.run('k', signal, again));
    const second = flights.run('k', signal, fail).catch(() => flights.run('k', signal, again));
    expect(await Promise.all([first, second])).toEqual(['again', 'again']);
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
