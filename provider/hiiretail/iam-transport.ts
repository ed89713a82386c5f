import type { HttpsResponse, HttpsTransport } from '../../lib/http/https-transport.ts';
import { TransportError, type TransportErrorKind } from '../../lib/http/transport-error.ts';
import type { Clock } from '../../lib/time/clock.ts';
import { Deadline } from '../../lib/time/deadline.ts';
import { LateSignal } from '../../lib/time/late-signal.ts';
import { isRetryable, retry } from '../../lib/time/retry.ts';
import { API_CALL_BUDGET, WRITE_GRACE } from '../../lib/time/time-budget.ts';
import type { HeldToken } from '../../lib/token/living-token.ts';
import { HiiRetailError, type HiiRetailErrorCode } from './hiiretail-error.ts';
import { canStandInPath, type IamCall, type IamResponse, urlOf } from './iam-call.ts';
import { readResponse } from './iam-response.ts';
import { retryPolicy } from './retry-policy.ts';
import type { TokenSource } from './token-source.ts';
import {
  interrupted,
  isRefusal,
  isWrite,
  leavesOpen,
  mayHaveArrived,
} from './unconfirmed-write.ts';

export interface IamTransportOptions {
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly transport: HttpsTransport;
  readonly clock: Clock;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  readonly maxRetries: number;
  readonly userAgent: string;
  /** Runs once before the first request, because it takes 30 to 70 ms. */
  readonly beforeFirst: () => void;
}

/** One call with all its attempts. */
interface Sending {
  readonly call: IamCall;
  readonly correlationId: string;
  /** Aborts when Terraform is asked to stop. */
  readonly stop: AbortSignal;
  /** Aborts when the call has taken too long. */
  readonly budget: AbortSignal;
  /** Whether an attempt failed but the API may have carried out the write. */
  mayBeDone: boolean;
}

/**
 * Sends calls to the IAM API with a valid token, and retries them if that is safe. Tokens go to no
 * other host.
 */
export class IamTransport {
  readonly #options: IamTransportOptions;
  #ready = false;

  constructor(options: IamTransportOptions) {
    this.#options = options;
  }

  /**
   * Sends a call.
   *
   * After `signal` aborts, nothing more is sent, and reads and waits end at once. A write that was
   * already sent gets up to 10 s to complete, because the API carries it out in any case.
   *
   * @throws HiiRetailError, with code `interrupted` if the API may have carried out the write after
   *   such an abort; VendError and TokenVendingError from the token source; the `reason` of
   *   `signal`
   */
  async send(call: IamCall, signal: AbortSignal): Promise<IamResponse> {
    if (!call.path.every(canStandInPath)) throw new HiiRetailError('api_not_found');
    if (!this.#ready) this.#options.beforeFirst();
    this.#ready = true;
    const { clock, maxRetries } = this.#options;
    const correlationId = clock.uuid();
    using deadline = new Deadline(clock, API_CALL_BUDGET, () => timedOut(correlationId));
    const stop = signal;
    const sending = { call, correlationId, stop, budget: deadline.signal, mayBeDone: false };
    const limit = {
      get remaining() {
        return deadline.remaining;
      },
      signal: AbortSignal.any([deadline.signal, stop]),
    };
    const policy = {
      ...retryPolicy(maxRetries),
      retryable: (error: unknown) => mayBeRepeated(error, call),
    };
    try {
      return await retry(clock, limit, (either) => this.#attempt(sending, either), policy);
    } catch (error) {
      throw stop.aborted && sending.mayBeDone && !isRefusal(error)
        ? interrupted(correlationId, error)
        : error;
    }
  }

  async #attempt(sending: Sending, signal: AbortSignal): Promise<IamResponse> {
    const { tokens } = this.#options;
    const { call, correlationId } = sending;
    const token = await tokens.get(signal);
    const response = await this.#sendOnce(sending, token);
    if (response.status !== 401) return readResponse(response, call, correlationId);
    // After a 401 nothing was carried out, so any call may be repeated, also a creation.
    tokens.invalidate(token);
    const next = await tokens.get(signal);
    const second = await this.#sendOnce(sending, next);
    if (second.status === 401) tokens.invalidate(next);
    return readResponse(second, call, correlationId);
  }

  async #sendOnce(sending: Sending, token: HeldToken): Promise<HttpsResponse> {
    const { call, correlationId, stop, budget } = sending;
    const { baseUrl, transport, tokens, userAgent, clock, timeout } = this.#options;
    stop.throwIfAborted();
    using late = new LateSignal(clock, stop, WRITE_GRACE, () => interrupted(correlationId));
    const leave = isWrite(call) ? late.signal : stop;
    // Only the time of the API counts. Fetching a token has its own budget.
    using one = new Deadline(clock, timeout, () => timedOut(correlationId));
    const signal = AbortSignal.any([leave, budget, one.signal]);
    const body = call.body === undefined ? '' : JSON.stringify(call.body);
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${token.accessToken}`,
      'user-agent': userAgent,
      'correlation-id': correlationId,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    try {
      const request = { method: call.method, headers, body, signal };
      const response = await transport(urlOf(baseUrl, call), request);
      if (response.status < 300) tokens.accept(token);
      sending.mayBeDone ||= isWrite(call) && leavesOpen(response);
      return response;
    } catch (error) {
      const translated = translate(error, correlationId);
      sending.mayBeDone ||= isWrite(call) && mayHaveArrived(translated);
      throw translated;
    }
  }
}

/**
 * POST is repeated only after 429, which means that nothing was carried out. After other errors a
 * second POST might create a second object.
 */
function mayBeRepeated(error: unknown, { method }: IamCall): boolean {
  if (!(error instanceof HiiRetailError && isRetryable(error))) return false;
  return method !== 'POST' || error.code === 'api_rate_limited';
}

function timedOut(correlationId: string): HiiRetailError {
  return new HiiRetailError('api_timeout', { correlationId });
}

const CODES: Readonly<Record<TransportErrorKind, HiiRetailErrorCode>> = {
  connection_failed: 'api_unreachable',
  proxy_refused: 'api_unreachable',
  tls_unacceptable: 'api_tls_failed',
  response_unreadable: 'api_answer_invalid',
  response_too_large: 'api_answer_invalid',
};

function translate(error: unknown, correlationId: string): unknown {
  return error instanceof TransportError
    ? new HiiRetailError(CODES[error.kind], { correlationId, cause: error })
    : error;
}
