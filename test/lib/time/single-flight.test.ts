import { describe, expect, it } from '@jest/globals';
import { leaveOnAbort } from '../../../lib/time/leave-on-abort.ts';
import { SingleFlight } from '../../../lib/time/single-flight.ts';
import { never } from '../../support/fake-ports.ts';

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

  it('ends the work when the last waiter has left, and starts again for the next', async () => {
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

  it('starts again for a caller after the end, even while other waiters still get the outcome', async () => {
    const flights = new SingleFlight<string>();
    const { signal } = new AbortController();
    const fail = () => Promise.reject(new Error('once'));
    const again = async () => 'again';
    const first = flights.run('k', signal, fail).catch(() => flights.run('k', signal, again));
    const second = flights.run('k', signal, fail).catch(() => flights.run('k', signal, again));
    expect(await Promise.all([first, second])).toEqual(['again', 'again']);
  });

  it('does not keep work that failed', async () => {
    const flights = new SingleFlight<string>();
    const { signal } = new AbortController();
    await expect(flights.run('k', signal, () => Promise.reject(new Error('once')))).rejects.toThrow(
      'once',
    );
    expect(await flights.run('k', signal, async () => 'again')).toBe('again');
    expect(await leaveOnAbort(Promise.resolve(1), signal)).toBe(1);
  });
});
