import type { RetryPolicy } from '../../lib/time/retry.ts';
import {
  API_FIRST_BACKOFF,
  API_LONGEST_BACKOFF,
  API_LONGEST_RETRY_AFTER,
} from '../../lib/time/time-budget.ts';

/**
 * Retries of the provider: after 1 s, doubling to at most 30 s, with a jitter of a quarter. A
 * `Retry-After` of more than 60 s ends the retries, because a shorter wait would only load the
 * server.
 *
 * @param maxRetries attempts after the first; `max_retries`
 */
export function retryPolicy(maxRetries: number): RetryPolicy {
  return {
    attempts: maxRetries + 1,
    firstBackoff: API_FIRST_BACKOFF,
    longestBackoff: API_LONGEST_BACKOFF,
    jitter: 0.25,
    longestRetryAfter: API_LONGEST_RETRY_AFTER,
  };
}
