import type { CircuitBreaker } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import { retry } from '../time/retry.ts';

/** Makes a request to an authorization server, with or without retries, within a deadline. */
export type Retrying = <T>(
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** Up to three attempts: see {@link retry}. */
export function retryingBy(clock: Clock): Retrying {
  return (deadline, attempt) => retry(clock, deadline, attempt);
}

/** One attempt, for callers that retry the whole grant. */
export const once: Retrying = (deadline, attempt) => attempt(deadline.signal);

/** No circuit breaker, for callers whose own attempts are few. */
export const unguarded: Pick<CircuitBreaker, 'run'> = {
  run: async (_endpoint, _time, request) => await request(),
};
