import { describe, expect, it } from '@jest/globals';
import { leaveOnAbort } from '../../../lib/time/leave-on-abort.ts';

const left = new Error('left');

describe('a wait that a signal ends', () => {
  it('returns what the work returns, and throws what it throws', async () => {
    const { signal } = new AbortController();
    expect(await leaveOnAbort(Promise.resolve('done'), signal)).toBe('done');
    const failed = new Error('failed');
    await expect(leaveOnAbort(Promise.reject(failed), signal)).rejects.toBe(failed);
  });

  it('ends with the reason of the signal, and the work goes on', async () => {
    const leaving = new AbortController();
    const work = Promise.withResolvers<string>();
    const waiting = leaveOnAbort(work.promise, leaving.signal);
    leaving.abort(left);
    await expect(waiting).rejects.toBe(left);
    work.resolve('done');
    expect(await work.promise).toBe('done');
  });

  it('does not start if the signal has aborted', async () => {
    const waiting = leaveOnAbort(Promise.resolve('done'), AbortSignal.abort(left));
    await expect(waiting).rejects.toBe(left);
  });
});
