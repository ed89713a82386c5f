import { describe, expect, it } from '@jest/globals';
import { upstreamTimeout } from '../../../lib/errors/upstream-timeout.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { Deadline } from '../../../lib/time/deadline.ts';
import { isRetryable, type RetryPolicy, retry } from '../../../lib/time/retry.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const over = new Error('over');
const unavailable = (retryAfter?: number) => new VendError('upstream_unavailable', { retryAfter });

interface Run {
  readonly policy?: RetryPolicy;
  /** Milliseconds of all attempts and waits. */
  readonly limit?: number;
  /** Result of `random`. */
  readonly chance?: number;
}

/**
 * Runs attempts that fail with these errors in turn, and then always with the last one. Returns the
 * start of each attempt.
 */
async function run(
  errors: (Error | undefined)[],
  { policy, limit = 60_000, chance = 0.5 }: Run = {},
) {
  const clock = new FakeClock();
  clock.chance = chance;
  const start = clock.now();
  const begun: number[] = [];
  const attempt = async () => {
    begun.push(clock.now() - start);
    const error = errors[Math.min(begun.length, errors.length) - 1];
    if (error !== undefined) throw error;
    return 'done';
  };
  using deadline = new Deadline(clock, limit, () => over);
  const outcome = await clock
    .runUntilDone(retry(clock, deadline, attempt, policy))
    .catch((error: unknown) => error);
  deadline[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
  return { begun, outcome };
}

describe('retry, by the policy of the vending function', () => {
  it('tries three times, with full jitter from 200 ms', async () => {
    const error = unavailable();
    expect(await run([error])).toEqual({ begun: [0, 100, 300], outcome: error });
    expect(await run([error], { chance: 1 })).toEqual({ begun: [0, 200, 600], outcome: error });
    expect(await run([error], { chance: 0 })).toEqual({ begun: [0, 0, 0], outcome: error });
  });

  it('returns what the first attempt that succeeds returns', async () => {
    expect(await run([unavailable(), undefined])).toEqual({ begun: [0, 100], outcome: 'done' });
  });

  it('waits as long as Retry-After says, if that fits the time limit', async () => {
    expect(await run([unavailable(7), undefined])).toMatchObject({ begun: [0, 7_000] });
    for (const seconds of [60, 61]) {
      const error = unavailable(seconds);
      expect(await run([error, undefined])).toEqual({ begun: [0], outcome: error });
    }
  });

  it('does not start a wait that the time limit would end', async () => {
    const error = unavailable();
    expect(await run([error], { limit: 100 })).toEqual({ begun: [0], outcome: error });
    expect(await run([error, undefined], { limit: 101 })).toMatchObject({ outcome: 'done' });
  });

  it.each([
    ['an error that is not retryable', new VendError('credential_refused')],
    [
      'an error that is final for this request',
      new VendError('upstream_unavailable', { final: true }),
    ],
    ['an error of no table', new TypeError('bug')],
  ])('does not repeat %s', async (_, error) => {
    expect(isRetryable(error)).toBe(false);
    expect(await run([error])).toEqual({ begun: [0], outcome: error });
  });

  it('ends each attempt after the time of the policy', async () => {
    const clock = new FakeClock();
    using deadline = new Deadline(clock, 60_000, () => over);
    const start = clock.now();
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const policy = {
      attempts: 3,
      firstBackoff: 200,
      jitter: 'full',
      attemptTimeout: { milliseconds: 5_000, reason: upstreamTimeout },
    } as const;
    const failed = clock.runUntilDone(retry(clock, deadline, hang, policy));
    await expect(failed).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(clock.now() - start).toBe(5_000 + 100 + 5_000 + 200 + 5_000);
  });
});

describe('retry, by another policy', () => {
  const policy: RetryPolicy = {
    attempts: 5,
    firstBackoff: 1_000,
    longestBackoff: 3_000,
    jitter: 0.25,
    longestRetryAfter: 10_000,
  };

  it.each([
    [0, [0, 750, 2_250, 4_500, 6_750]],
    [0.5, [0, 1_000, 3_000, 6_000, 9_000]],
    [1, [0, 1_250, 3_750, 7_500, 11_250]],
  ])(
    'doubles up to the longest backoff; with jitter to either side (%d)',
    async (chance, begun) => {
      expect((await run([unavailable()], { policy, chance })).begun).toEqual(begun);
    },
  );

  it('stops if Retry-After is longer than the longest wait', async () => {
    expect((await run([unavailable(10), undefined], { policy })).begun).toEqual([0, 10_000]);
    expect((await run([unavailable(11), undefined], { policy })).begun).toEqual([0]);
  });

  it('retries the errors that the policy names, with the backoff if the error has no Retry-After', async () => {
    const retryable = (error: unknown) => error instanceof RangeError;
    const named = await run([new RangeError(), undefined], { policy: { ...policy, retryable } });
    expect(named).toEqual({ begun: [0, 1_000], outcome: 'done' });
    const other = await run([unavailable(), undefined], { policy: { ...policy, retryable } });
    expect(other.begun).toEqual([0]);
  });

  it('tries once if it has one attempt', async () => {
    expect((await run([unavailable()], { policy: { ...policy, attempts: 1 } })).begun).toEqual([0]);
  });

  it('has no limit for the backoff and none for Retry-After unless the policy names one', async () => {
    const open: RetryPolicy = { attempts: 4, firstBackoff: 10_000, jitter: 0 };
    const error = unavailable();
    expect((await run([error], { policy: open, limit: 999_999 })).begun).toEqual([
      0, 10_000, 30_000, 70_000,
    ]);
    expect((await run([unavailable(900)], { policy: open, limit: 999_999 })).begun).toEqual([
      0, 900_000,
    ]);
  });

  it('gives an attempt the whole time limit, and ends it with the reason of that signal', async () => {
    const clock = new FakeClock();
    using deadline = new Deadline(clock, 60_000, () => over);
    const hang = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        expect(signal).toBe(deadline.signal);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    await expect(clock.runUntilDone(retry(clock, deadline, hang, policy))).rejects.toBe(over);
  });
});

describe('a caller that leaves', () => {
  const limit = (signal: AbortSignal) => ({ remaining: 60_000, signal });

  it('ends a wait, with the reason of its signal', async () => {
    const clock = new FakeClock();
    const leaving = new AbortController();
    const failed = retry(clock, limit(leaving.signal), () => Promise.reject(unavailable()));
    failed.catch(() => undefined);
    await clock.advance(50);
    leaving.abort(over);
    await expect(failed).rejects.toBe(over);
    expect(clock.pendingTimers).toBe(0);
  });

  it('gets the error of an attempt that was under way, and no further attempt', async () => {
    const leaving = new AbortController();
    const error = unavailable();
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      leaving.abort(over);
      throw error;
    };
    await expect(retry(new FakeClock(), limit(leaving.signal), attempt)).rejects.toBe(error);
    expect(attempts).toBe(1);
  });
});
