import { describe, expect, it } from '@jest/globals';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { once, retryingBy, unguarded } from '../../../lib/grant/retrying.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const down = new VendError('upstream_unavailable');

async function attemptsOf(retrying: typeof once, clock: FakeClock): Promise<number> {
  let attempts = 0;
  using deadline = new Deadline(clock, 8_000, upstreamTimeout);
  const request = async () => {
    attempts += 1;
    throw down;
  };
  await expect(clock.runUntilDone(retrying(deadline, request))).rejects.toBe(down);
  return attempts;
}

describe('requests to an authorization server', () => {
  it('are made up to three times, or once if the caller retries the whole grant', async () => {
    const clock = new FakeClock();
    expect(await attemptsOf(retryingBy(clock), clock)).toBe(3);
    expect(await attemptsOf(once, clock)).toBe(1);
  });

  it('may be made without a circuit breaker', async () => {
    const time = { remaining: 0, signal: new AbortController().signal };
    expect(await unguarded.run('endpoint', time, async () => 'response')).toBe('response');
  });
});
