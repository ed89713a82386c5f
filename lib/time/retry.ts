import { VendError } from '../errors/vend-error.ts';
import type { Clock } from './clock.ts';
import { Deadline } from './deadline.ts';
import { sleep } from './sleep.ts';
import { ATTEMPT_TIMEOUT, FIRST_BACKOFF } from './time-budget.ts';

const ATTEMPTS = 3;

/**
 * Tries `attempt` up to three times: full jitter from 200 ms, doubling
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), a server's `Retry-After` honoured where it
 * fits into what is left of the deadline. Only retryable errors are tried again.
 *
 * @throws VendError of the last attempt; `upstream_timeout` when the deadline ends it
 */
export async function retry<T>(
  clock: Clock,
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
  count = 1,
): Promise<T> {
  try {
    return await tryOnce(clock, deadline, attempt);
  } catch (error) {
    const failure = VendError.from(error);
    const wait = failure.retryAfter ?? (clock.random() * FIRST_BACKOFF * 2 ** (count - 1)) / 1000;
    const hopeless = count === ATTEMPTS || wait * 1000 >= deadline.remaining;
    if (!failure.retryable || failure.final || hopeless) throw failure;
    await sleep(clock, wait * 1000, deadline.signal);
  }
  return await retry(clock, deadline, attempt, count + 1);
}

async function tryOnce<T>(
  clock: Clock,
  deadline: Deadline,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using one = new Deadline(clock, ATTEMPT_TIMEOUT, upstreamTimeout);
  return await attempt(AbortSignal.any([one.signal, deadline.signal]));
}

export function upstreamTimeout(): VendError {
  return new VendError('upstream_timeout');
}
