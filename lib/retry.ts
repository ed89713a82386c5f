import { type Clock, sleep } from './clock.ts';
import { Deadline } from './deadline.ts';
import { VendError } from './vend-error.ts';

const ATTEMPTS = 3;
const FIRST_BACKOFF = 200;
/**
 * Milliseconds of one attempt: a token request that hangs must leave room in the deadline for another; OCMS was seen to
 * take 4.5 s when cold.
 */
export const ATTEMPT_TIMEOUT = 5_000;

/**
 * Tries `attempt` up to three times: full jitter from 200 ms, doubling
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), a server's `Retry-After` honoured where it
 * fits into what is left of the deadline. Only passing failures are tried again.
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
    if (!isPassing(failure) || failure.final || hopeless) throw failure;
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

/** Whether the authorization server may well answer the same request rightly in a moment. */
export function isPassing(error: VendError): boolean {
  return ['upstream_unavailable', 'upstream_rate_limited', 'upstream_timeout'].includes(error.code);
}

export function upstreamTimeout(): VendError {
  return new VendError('upstream_timeout');
}
