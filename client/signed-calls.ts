import type { GenericSchema } from 'valibot';
import { type HttpsTransport, openHttpsTransport } from '../lib/http/https-transport.ts';
import { ENDPOINT_RESPONSE_LIMIT } from '../lib/http/size-limits.ts';
import type { Clock } from '../lib/time/clock.ts';
import { leaveOnAbort } from '../lib/time/leave-on-abort.ts';
import { type RetryPolicy, retry } from '../lib/time/retry.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import {
  CLIENT_ATTEMPT_TIMEOUT,
  CLIENT_BUDGET,
  CLIENT_FIRST_BACKOFF,
} from '../lib/time/time-budget.ts';
import { VERSION } from '../lib/version.ts';
import { findAwsCredentials } from './aws-credentials.ts';
import { type Endpoint, readEndpoint } from './endpoint.ts';
import { openEndpointTransport } from './endpoint-transport.ts';
import { openProxies } from './proxy-agent.ts';
import { readResponse } from './read-response.ts';
import { type AwsCredentials, signRequest, type UnsignedRequest } from './sigv4-signer.ts';
import type { TokenClientOptions } from './token-client-options.ts';
import { TokenVendingError } from './token-vending-error.ts';

const HEADERS = { accept: 'application/json', 'user-agent': `token-vending-client/${VERSION}` };
const NEVER = new AbortController().signal;

/**
 * Calls of the endpoint. Each attempt has its own signature. Retryable errors are retried within
 * the budget.
 */
export class SignedCalls {
  readonly #endpoint: Endpoint;
  readonly #transport: HttpsTransport;
  readonly #credentials: () => Promise<AwsCredentials>;
  readonly #clock: Clock;
  readonly #budget: number;
  readonly #policy: RetryPolicy;

  /**
   * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`, `proxy_invalid`
   */
  constructor(options: TokenClientOptions) {
    const { maxRetries = 3, timeout = CLIENT_ATTEMPT_TIMEOUT, budget = CLIENT_BUDGET } = options;
    this.#endpoint = readEndpoint(options.endpoint, options.region, options.signingService);
    this.#transport = openEndpointTransport(options.transport ?? openTransport(options));
    this.#credentials = options.credentials ?? findAwsCredentials(options.profile);
    this.#clock = { ...systemClock, now: options.now ?? systemClock.now };
    this.#budget = budget;
    this.#policy = {
      attempts: maxRetries + 1,
      firstBackoff: CLIENT_FIRST_BACKOFF,
      jitter: 'full',
      attemptTimeout: {
        milliseconds: timeout,
        reason: () => new TokenVendingError('endpoint_timeout'),
      },
    };
  }

  /**
   * @param schema of the response
   * @param signal ends attempts and waits
   * @throws {@link TokenVendingError} any code; the `reason` of `signal`
   */
  async send<T>(
    request: UnsignedRequest,
    schema: GenericSchema<unknown, T>,
    signal: AbortSignal = NEVER,
  ): Promise<T> {
    const clock = this.#clock;
    const end = clock.now() + this.#budget;
    // Not a Deadline: the budget ends waits, but an attempt that has started keeps its full time.
    const limit = {
      get remaining() {
        return end - clock.now();
      },
      signal,
    };
    let isUncertain = false;
    const attempt = async (within: AbortSignal) => {
      // Not part of the time of an attempt: a user may have to confirm. The caller may leave.
      const credentials = await leaveOnAbort(this.#credentials(), signal);
      try {
        return await this.#attempt(request, schema, credentials, within);
      } catch (error) {
        if (isUncertain && isConflict(error)) throw afterLostResponse(error);
        isUncertain = true;
        throw error;
      }
    };
    return await retry(clock, limit, attempt, this.#policy);
  }

  async #attempt<T>(
    request: UnsignedRequest,
    schema: GenericSchema<unknown, T>,
    credentials: AwsCredentials,
    signal: AbortSignal,
  ): Promise<T> {
    const { method, path, body } = request;
    const unsigned = { ...request, headers: { ...HEADERS, ...request.headers } };
    // Read after the credentials, which may take a while.
    const at = new Date(this.#clock.now());
    const headers = await signRequest(unsigned, this.#endpoint, credentials, at);
    const url = new URL(this.#endpoint.url + path);
    const response = await this.#transport(url, { method, headers, body, signal });
    return readResponse(response, schema, this.#clock.now());
  }
}

function isConflict(error: unknown): error is TokenVendingError {
  return error instanceof TokenVendingError && error.code === 'version_conflict';
}

// The failed attempt may have been carried out, so the conflict may be with this caller's own change.
function afterLostResponse({ status, requestId }: TokenVendingError): TokenVendingError {
  return new TokenVendingError('version_conflict', {
    says: 'An earlier attempt of this change failed without a clear result, and the version has changed since. The change may be your own.',
    advice: 'Read the credential. If it does not have the change, repeat the change.',
    status,
    requestId,
  });
}

function openTransport({ environment }: TokenClientOptions): HttpsTransport {
  const proxies = openProxies(environment);
  return openHttpsTransport({ proxies, responseLimit: ENDPOINT_RESPONSE_LIMIT });
}
