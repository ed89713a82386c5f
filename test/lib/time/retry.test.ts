import { describe, expect, it } from '@jest/globals';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { retry, upstreamTimeout } from '../../../lib/time/retry.ts';
import { FakeClock } from '../../support/fake-clock.ts';

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
});
