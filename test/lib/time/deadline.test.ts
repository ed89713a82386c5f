import { describe, expect, it } from '@jest/globals';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('deadline', () => {
  it('counts the time left, never below 0', async () => {
    const clock = new FakeClock();
    using deadline = new Deadline(clock, 100, upstreamTimeout);
    clock.skip(60);
    expect(deadline.remaining).toBe(40);
    clock.skip(60);
    expect(deadline.remaining).toBe(0);
  });
});
