import { VendError } from '../errors/vend-error.ts';
import type { Clock } from '../time/clock.ts';
import { Deadline } from '../time/deadline.ts';
import { type RetryPolicy, retry } from '../time/retry.ts';
import { FIRST_BACKOFF, SIGNING_ATTEMPT_TIMEOUT, SIGNING_TIMEOUT } from '../time/time-budget.ts';
import { type SigningService, signingTimeout } from './aws-error.ts';

/** One request to a service that signs. */
export interface SigningRequest<T> {
  readonly service: SigningService;
  /** Ends all attempts. */
  readonly signal: AbortSignal;
  /** The client of the SDK must not retry by itself. */
  readonly send: (signal: AbortSignal) => Promise<T>;
  readonly translate: (error: unknown) => VendError;
}

/**
 * Tries a request to AWS up to twice, within its own time limit, so that time is left for the
 * authorization server.
 *
 * @throws VendError what `translate` returns, `secrets_unavailable` if AWS does not respond in time;
 *   the `reason` of the signal. A VendError is final: the whole token request is not repeated
 */
export async function attemptSigning<T>(
  clock: Clock,
  { service, signal, send, translate }: SigningRequest<T>,
): Promise<T> {
  const reason = () => signingTimeout(service);
  const attemptTimeout = { milliseconds: SIGNING_ATTEMPT_TIMEOUT, reason };
  const policy: RetryPolicy = {
    attempts: 2,
    firstBackoff: FIRST_BACKOFF,
    jitter: 'full',
    attemptTimeout,
  };
  using deadline = new Deadline(clock, SIGNING_TIMEOUT, reason, signal);
  const attempt = async (one: AbortSignal) => {
    try {
      return await send(one);
    } catch (error) {
      throw one.aborted ? error : translate(error);
    }
  };
  try {
    return await retry(clock, deadline, attempt, policy);
  } catch (error) {
    throw error instanceof VendError ? error.asFinal() : error;
  }
}
