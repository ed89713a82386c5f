import { describe, expect, it } from '@jest/globals';
import { sleep } from '../../../lib/time/sleep.ts';
import { FakeClock } from '../../support/fake-clock.ts';

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
