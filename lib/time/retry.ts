import { CodedError } from '../errors/coded-error.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Clock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { sleep } from './sleep.ts';
import { FIRST_BACKOFF } from './time-budget.ts';

/** The number of attempts, and the waits between them. */
export interface RetryPolicy {
  /** Including the first. */
  readonly attempts: number;
  /** The wait after the first attempt (ms), doubled after each further one. */
  readonly firstBackoff: number;
  /** The longest of these waits (ms), before jitter; default: no limit. */
  readonly longestBackoff?: number;
  /** `full`: a random part of the wait. A number: the wait, longer or shorter by at most this share of it. */
  readonly jitter: 'full' | number;
  /** The time of one attempt, and the error that ends it; default: only the time limit ends an attempt. */
  readonly attemptTimeout?: { readonly milliseconds: number; readonly reason: () => Error };
  /**
   * After a longer `Retry-After` (ms) there is no further attempt; default: every one that fits the
   * time limit is waited for.
   */
  readonly longestRetryAfter?: number;
  /** Default: {@link isRetryable}. */
  readonly retryable?: (error: unknown) => boolean;
}

/** The time limit of all attempts and waits, such as a {@link Deadline}. */
export interface TimeLimit {
  /** Milliseconds. */
  readonly remaining: number;
  /** Ends attempts and waits. */
  readonly signal: AbortSignal;
}

/**
 * The policy of the vending function for requests to an authorization server. A slow server has the
 * whole time limit, because a second attempt would be as slow, and would cost a second token.
 */
const UPSTREAM_RETRIES: RetryPolicy = {
  attempts: 3,
  firstBackoff: FIRST_BACKOFF,
  jitter: 'full',
};

/**
 * Tries `attempt` until it succeeds, fails with an error that is not retryable, or has used up its
 * attempts. The backoff has jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/); an error's
 * `retryAfter` replaces it. A wait that does not end within the time limit is not started.
 *
 * @param attempt takes a signal that ends it
 * @param policy default: 3 attempts, full jitter from 200 ms
 * @throws what the last attempt threw; the `reason` of the signal if that aborts during a wait
 */
export async function retry<T>(
  clock: Clock,
  limit: TimeLimit,
  attempt: (signal: AbortSignal) => Promise<T>,
  policy: RetryPolicy = UPSTREAM_RETRIES,
): Promise<T> {
  const tryFrom = async (count: number): Promise<T> => {
    try {
      return await tryOnce(clock, limit, attempt, policy);
    } catch (error) {
      const wait = count < policy.attempts ? findWait(clock, policy, error, count) : undefined;
      if (wait === undefined || limit.signal.aborted || wait >= limit.remaining) throw error;
      await sleep(clock, wait, limit.signal);
    }
    return await tryFrom(count + 1);
  };
  return await tryFrom(1);
}

/** Whether the same request may succeed later, and within this request too. */
export function isRetryable(error: unknown): boolean {
  return (
    error instanceof CodedError && error.retryable && !(error instanceof VendError && error.final)
  );
}

async function tryOnce<T>(
  clock: Clock,
  { signal }: TimeLimit,
  attempt: (signal: AbortSignal) => Promise<T>,
  { attemptTimeout }: RetryPolicy,
): Promise<T> {
  if (attemptTimeout === undefined) return await attempt(signal);
  using one = new Deadline(clock, attemptTimeout.milliseconds, attemptTimeout.reason, signal);
  return await attempt(one.signal);
}

/** Milliseconds before the next attempt; `undefined` if there is no further attempt. */
function findWait(
  clock: Clock,
  policy: RetryPolicy,
  error: unknown,
  failed: number,
): number | undefined {
  const { retryable = isRetryable, longestRetryAfter = Infinity } = policy;
  if (!retryable(error)) return undefined;
  const retryAfter = error instanceof CodedError ? error.retryAfter : undefined;
  if (retryAfter === undefined) return findBackoff(clock, policy, failed);
  return retryAfter * 1000 <= longestRetryAfter ? retryAfter * 1000 : undefined;
}

function findBackoff(clock: Clock, policy: RetryPolicy, failed: number): number {
  const { firstBackoff, longestBackoff = Infinity, jitter } = policy;
  const backoff = Math.min(firstBackoff * 2 ** (failed - 1), longestBackoff);
  const share = jitter === 'full' ? clock.random() : 1 + jitter * (2 * clock.random() - 1);
  return backoff * share;
}
