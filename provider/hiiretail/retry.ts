import type { Clock } from '../../lib/time/clock.ts';
import type { Deadline } from '../../lib/time/deadline.ts';
import { sleep } from '../../lib/time/sleep.ts';
import {
  API_FIRST_BACKOFF,
  API_LONGEST_BACKOFF,
  API_LONGEST_RETRY_AFTER,
} from '../../lib/time/time-budget.ts';

export interface RetryPolicy {
  readonly clock: Clock;
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** Whether trying again is safe and may help, and what the server said about when (seconds). */
  readonly judge: (error: unknown) => { readonly retryAfter?: number | undefined } | undefined;
  /** Of whoever waits for the outcome: leaving ends a wait as well. */
  readonly signal?: AbortSignal;
}

/**
 * Tries `attempt` until it succeeds, fails for good, or has used up its retries: 1 s, doubling, at most 30 s, jitter of a quarter to
 * either side. A server's `Retry-After` takes the place of the wait where it is at most 60 s and fits the deadline; else the failure is
 * final, since waiting less would only annoy the server. Nothing is waited for after the last attempt.
 *
 * @throws what the last attempt threw, or the reason of the deadline's or caller's signal
 */
export async function retryPassing<T>(
  policy: RetryPolicy,
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
  failed = 0,
): Promise<T> {
  const either = AbortSignal.any([deadline.signal, ...(policy.signal ? [policy.signal] : [])]);
  try {
    return await attempt(either);
  } catch (error) {
    const wait = failed < policy.maxRetries ? findWait(policy, error, failed) : undefined;
    if (either.aborted || wait === undefined || wait >= deadline.remaining) throw error;
    await sleep(policy.clock, wait, either);
  }
  return await retryPassing(policy, deadline, attempt, failed + 1);
}

function findWait(
  { clock, judge }: RetryPolicy,
  error: unknown,
  failed: number,
): number | undefined {
  const judgement = judge(error);
  if (judgement === undefined) return undefined;
  const { retryAfter } = judgement;
  if (retryAfter !== undefined) {
    return retryAfter * 1000 <= API_LONGEST_RETRY_AFTER ? retryAfter * 1000 : undefined;
  }
  const backoff = Math.min(API_FIRST_BACKOFF * 2 ** failed, API_LONGEST_BACKOFF);
  return backoff * (0.75 + 0.5 * clock.random());
}
