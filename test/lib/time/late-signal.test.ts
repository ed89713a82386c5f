import { describe, expect, it } from '@jest/globals';
import { LateSignal } from '../../../lib/time/late-signal.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const over = new Error('over');

describe('a late signal', () => {
  it('aborts some time after the early one, with its own reason', async () => {
    const clock = new FakeClock();
    const early = new AbortController();
    using late = new LateSignal(clock, early.signal, 10_000, () => over);
    await clock.advance(60_000);
    early.abort();
    await clock.advance(9_999);
    expect(late.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(late.signal.reason).toBe(over);
  });

  it('aborts some time from now, if the early one has already aborted', async () => {
    const clock = new FakeClock();
    using late = new LateSignal(clock, AbortSignal.abort(), 10_000, () => over);
    await clock.advance(9_999);
    expect(late.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(late.signal.reason).toBe(over);
  });

  it('never aborts after its disposal, and leaves no timer', async () => {
    const clock = new FakeClock();
    for (const abortsFirst of [true, false]) {
      const early = new AbortController();
      const late = new LateSignal(clock, early.signal, 10_000, () => over);
      if (abortsFirst) early.abort();
      late[Symbol.dispose]();
      early.abort();
      expect(clock.pendingTimers).toBe(0);
      await clock.advance(10_000);
      expect(late.signal.aborted).toBe(false);
    }
  });
});
