import type { GenericSchema } from 'valibot';
import {
  type HttpsResponse,
  type HttpsTransport,
  openHttpsTransport,
} from '../lib/http/https-transport.ts';
import type {
  CallerIdentity,
  CredentialDescription,
  EndpointMetadata,
  EvaluationResponse,
  IntrospectionResponse,
  VendedToken,
} from '../lib/http/wire.ts';
import {
  CLIENT_ATTEMPT_TIMEOUT,
  CLIENT_BUDGET,
  CLIENT_FIRST_BACKOFF,
  DEFAULT_MIN_TTL,
} from '../lib/time/time-budget.ts';
import { type AccessQuestion, toEvaluationRequest } from './access-question.ts';
import {
  callerIdentityAnswer,
  credentialsAnswer,
  emptyAnswer,
  endpointAnswer,
  evaluationAnswer,
  introspectionAnswer,
  readAnswer,
  tokenAnswer,
} from './answers.ts';
import { findAwsCredentials } from './aws-credentials.ts';
import { type Endpoint, readEndpoint } from './endpoint.ts';
import { openEndpointTransport } from './endpoint-transport.ts';
import { HeldTokens } from './held-tokens.ts';
import { type AwsCredentials, signRequest, type UnsignedRequest } from './sigv4-signer.ts';
import { TokenVendingError } from './token-vending-error.ts';

export interface TokenClientOptions {
  /** URL of the function or API; `TOKEN_VENDING_ENDPOINT` of the caller's environment is the caller's business. */
  readonly endpoint: string | undefined;
  /** Needed where the endpoint's host does not say it. */
  readonly region?: string | undefined;
  /** Profile of the AWS configuration; default: the AWS default credential chain. */
  readonly profile?: string | undefined;
  /** In place of the chain. */
  readonly credentials?: (() => Promise<AwsCredentials>) | undefined;
  /** Milliseconds for one attempt; default 15,000. */
  readonly timeout?: number | undefined;
  /** Further attempts after the first; default 3. */
  readonly maxRetries?: number | undefined;
  /** Milliseconds for all attempts and the waits between them; default 60,000. */
  readonly budget?: number | undefined;
  /** In place of `node:https`: for a proxy, or for tests. */
  readonly transport?: HttpsTransport | undefined;
  readonly now?: (() => number) | undefined;
}

export interface TokenOptions {
  /** `team/name`. */
  readonly credential: string;
  readonly scope?: readonly string[] | undefined;
  readonly audience?: readonly string[] | undefined;
  readonly resource?: readonly string[] | undefined;
  /** Seconds that the token must still live; default 60. */
  readonly minTtl?: number | undefined;
  /** Asks the endpoint even where this client holds a token that would do. */
  readonly fresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * Talks to a token-vending endpoint: signs with the AWS identity at hand, keeps tokens while they live long enough, tries
 * again where waiting helps.
 *
 * @example
 * ```ts
 * const client = new TokenClient({ endpoint: 'https://abc.lambda-url.eu-north-1.on.aws' });
 * const { access_token } = await client.getToken({ credential: 'checkout/orders-api' });
 * ```
 */
export class TokenClient {
  readonly #options: TokenClientOptions;
  readonly #endpoint: Endpoint;
  readonly #transport: HttpsTransport;
  readonly #credentials: () => Promise<AwsCredentials>;
  readonly #now: () => number;
  readonly #held: HeldTokens;

  /**
   * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`
   */
  constructor(options: TokenClientOptions) {
    this.#options = options;
    this.#endpoint = readEndpoint(options.endpoint, options.region);
    this.#transport = openEndpointTransport(options.transport ?? openHttpsTransport());
    this.#credentials = options.credentials ?? findAwsCredentials(options.profile);
    this.#now = options.now ?? Date.now;
    this.#held = new HeldTokens(
      async (form, minTtl, signal) => await this.#requestToken(form, minTtl, signal),
      { now: this.#now, random: Math.random },
    );
  }

  /**
   * A token that lives at least `minTtl`: the one at hand, or a new one from the endpoint once it is due for renewal. That is
   * in the last tenth of its life, at most 5 minutes, before it no longer lives `minTtl`. If the renewal fails for now, the
   * token at hand still serves.
   *
   * @throws {@link TokenVendingError} any code
   */
  async getToken(options: TokenOptions): Promise<VendedToken> {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: options.credential,
    });
    if (options.scope?.length) form.set('scope', [...options.scope].sort().join(' '));
    for (const audience of [...(options.audience ?? [])].sort()) form.append('audience', audience);
    for (const resource of [...(options.resource ?? [])].sort()) form.append('resource', resource);
    const { minTtl = DEFAULT_MIN_TTL / 1_000, fresh, signal } = options;
    return await this.#held.get(form.toString(), { minTtl, fresh, signal });
  }

  /** Who the endpoint thinks you are. */
  async callerIdentity(signal?: AbortSignal): Promise<CallerIdentity> {
    return await this.#call(
      { method: 'GET', path: '/caller-identity', headers: {}, body: '' },
      callerIdentityAnswer,
      signal,
    );
  }

  /** The credentials that you may describe. */
  async listCredentials(signal?: AbortSignal): Promise<readonly CredentialDescription[]> {
    const request = { method: 'GET', path: '/credentials', headers: {}, body: '' } as const;
    return (await this.#call(request, credentialsAnswer, signal)).credentials;
  }

  /**
   * Whether policy allows it, which policies decide, and what to do; issues nothing (OpenID AuthZEN).
   *
   * @throws {@link TokenVendingError} `policy_denied` where another principal may not be asked about
   */
  async evaluateAccess(question: AccessQuestion): Promise<EvaluationResponse> {
    const request = {
      method: 'POST',
      path: '/access/v1/evaluation',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(toEvaluationRequest(question)),
    } as const;
    return await this.#call(request, evaluationAnswer, question.signal);
  }

  /** What the endpoint says of itself (RFC 8414). */
  async describeEndpoint(signal?: AbortSignal): Promise<EndpointMetadata> {
    const path = '/.well-known/oauth-authorization-server';
    return await this.#call({ method: 'GET', path, headers: {}, body: '' }, endpointAnswer, signal);
  }

  /** Whether a token of this credential is valid, and what it says (RFC 7662). */
  async introspect(
    credential: string,
    token: string,
    signal?: AbortSignal,
  ): Promise<IntrospectionResponse> {
    return await this.#post(
      '/oauth2/introspect',
      new URLSearchParams({ client_id: credential, token }),
      introspectionAnswer,
      signal,
    );
  }

  /** Makes a token useless (RFC 7009), here, at the endpoint and at the authorization server where it can. */
  async revoke(credential: string, token: string, signal?: AbortSignal): Promise<void> {
    this.#held.forget(token);
    await this.#post(
      '/oauth2/revoke',
      new URLSearchParams({ client_id: credential, token }),
      emptyAnswer,
      signal,
    );
  }

  async #requestToken(
    parameters: string,
    minTtl: number,
    signal: AbortSignal,
  ): Promise<VendedToken> {
    const form = new URLSearchParams(parameters);
    form.set('min_ttl', String(minTtl));
    return await this.#post('/oauth2/token', form, tokenAnswer, signal);
  }

  async #post<T>(
    path: string,
    form: URLSearchParams,
    schema: GenericSchema<unknown, T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return await this.#call(
      { method: 'POST', path, headers: { 'content-type': FORM }, body: form.toString() },
      schema,
      signal,
    );
  }

  async #call<T>(
    request: UnsignedRequest,
    schema: GenericSchema<unknown, T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const { maxRetries = 3, budget = CLIENT_BUDGET } = this.#options;
    const end = this.#now() + budget;
    for (let failed = 0; ; failed += 1) {
      try {
        return await this.#attempt(request, schema, signal);
      } catch (error) {
        const wait = waitBefore(error, failed);
        if (wait === undefined || failed >= maxRetries || this.#now() + wait > end) throw error;
        await pause(wait, signal);
      }
    }
  }

  async #attempt<T>(
    request: UnsignedRequest,
    schema: GenericSchema<unknown, T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(this.#options.timeout ?? CLIENT_ATTEMPT_TIMEOUT);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const headers = {
      accept: 'application/json',
      'user-agent': 'token-vending-client/0.1.0',
      ...request.headers,
    };
    const credentials = await this.#credentials();
    const signed = await signRequest(
      { ...request, headers },
      this.#endpoint,
      credentials,
      new Date(this.#now()),
    );
    const answer = await this.#send(request, signed, either, timeout);
    return readAnswer(answer, schema, this.#now());
  }

  async #send(
    { method, path, body }: UnsignedRequest,
    headers: Record<string, string>,
    signal: AbortSignal,
    timeout: AbortSignal,
  ): Promise<HttpsResponse> {
    try {
      return await this.#transport(new URL(this.#endpoint.url + path), {
        method,
        headers,
        body,
        signal,
      });
    } catch (error) {
      throw timeout.aborted && error === timeout.reason
        ? new TokenVendingError('endpoint_timeout')
        : error;
    }
  }
}

/** Milliseconds to wait before trying again, or `undefined` where that would not help. */
function waitBefore(error: unknown, failed: number): number | undefined {
  if (!isRetryable(error)) return undefined;
  return error.retryAfter === undefined
    ? Math.random() * CLIENT_FIRST_BACKOFF * 2 ** failed
    : error.retryAfter * 1000;
}

function isRetryable(error: unknown): error is TokenVendingError {
  return error instanceof TokenVendingError && error.retryable;
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', leave, { once: true });
  });
}
