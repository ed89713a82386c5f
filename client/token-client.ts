import type { GenericSchema } from 'valibot';
import {
  type CallerIdentity,
  type CredentialDescription,
  callerIdentitySchema,
  credentialListSchema,
  type EndpointMetadata,
  type EvaluationResponse,
  endpointMetadataSchema,
  evaluationResponseSchema,
  type IntrospectionResponse,
  introspectionResponseSchema,
  type RevocationResponse,
  revocationResponseSchema,
  type VendedToken,
  vendedTokenSchema,
} from '../lib/http/wire.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { type AccessEvaluation, toEvaluationRequest } from './access-evaluation.ts';
import { HeldTokens, type TokenTerms } from './held-tokens.ts';
import { isOfOlderEndpoint, REJECTED_PARAMETER, toSha256 } from './rejected-token.ts';
import { SignedCalls } from './signed-calls.ts';
import type { TokenClientOptions } from './token-client-options.ts';

export interface TokenOptions {
  /** `team/name`. */
  readonly credential: string;
  readonly scope?: readonly string[] | undefined;
  readonly audience?: readonly string[] | undefined;
  readonly resource?: readonly string[] | undefined;
  /** Seconds that the token must still live; default: any token that has not expired. */
  readonly minTtl?: number | undefined;
  /**
   * A token that an API rejected (401), or its SHA-256 (64 hex digits). It is not returned again,
   * neither by this client nor by the endpoint.
   */
  readonly rejected?: string | undefined;
  /** Requests a token even if this client holds one that lives long enough. */
  readonly fresh?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * A client of a token-vending endpoint. It signs requests with an AWS identity, holds tokens while
 * they live long enough, and retries retryable errors.
 *
 * @example
 * ```ts
 * const client = new TokenClient({ endpoint: 'https://abc.lambda-url.eu-north-1.on.aws' });
 * const { access_token } = await client.getToken({ credential: 'checkout/orders-api' });
 * ```
 */
export class TokenClient {
  readonly #calls: SignedCalls;
  readonly #held: HeldTokens;

  /**
   * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`, `proxy_invalid`
   */
  constructor(options: TokenClientOptions) {
    this.#calls = new SignedCalls(options);
    const clock = { now: options.now ?? systemClock.now, random: systemClock.random };
    this.#held = new HeldTokens(
      async (form, terms, signal) => await this.#requestToken(form, terms, signal),
      clock,
    );
  }

  /**
   * Returns a token that lives at least `minTtl`: the held token, or a new one if it is due for
   * renewal. It is due in the last tenth of its lifetime, at most 5 minutes, counted back from the
   * moment at which it no longer lives `minTtl`. If the renewal fails with a retryable error, the
   * held token is returned. If an API rejected the held token, name it in `rejected`.
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
    const { minTtl = 0, rejected, fresh, signal } = options;
    const rejectedSha256 = rejected === undefined ? undefined : toSha256(rejected);
    return await this.#held.get(form.toString(), { minTtl, rejectedSha256, fresh, signal });
  }

  /** The identity of the caller, as the endpoint sees it. */
  async callerIdentity(signal?: AbortSignal): Promise<CallerIdentity> {
    return await this.#calls.send(
      { method: 'GET', path: '/caller-identity', headers: {}, body: '' },
      callerIdentitySchema,
      signal,
    );
  }

  /** The credentials that you may describe. */
  async listCredentials(signal?: AbortSignal): Promise<readonly CredentialDescription[]> {
    const request = { method: 'GET', path: '/credentials', headers: {}, body: '' } as const;
    return (await this.#calls.send(request, credentialListSchema, signal)).credentials;
  }

  /**
   * Whether policy permits it, which policies decide, and what to do (OpenID AuthZEN). Issues no
   * token.
   *
   * @throws {@link TokenVendingError} `policy_denied` if the caller may not evaluate another
   *   principal
   */
  async evaluateAccess(evaluation: AccessEvaluation): Promise<EvaluationResponse> {
    const request = {
      method: 'POST',
      path: '/access/v1/evaluation',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(toEvaluationRequest(evaluation)),
    } as const;
    return await this.#calls.send(request, evaluationResponseSchema, evaluation.signal);
  }

  /** The metadata of the endpoint (RFC 8414). */
  async describeEndpoint(signal?: AbortSignal): Promise<EndpointMetadata> {
    const path = '/.well-known/oauth-authorization-server';
    return await this.#calls.send(
      { method: 'GET', path, headers: {}, body: '' },
      endpointMetadataSchema,
      signal,
    );
  }

  /** Whether a token of this credential is valid, and its claims (RFC 7662). */
  async introspect(
    credential: string,
    token: string,
    signal?: AbortSignal,
  ): Promise<IntrospectionResponse> {
    return await this.#post(
      '/oauth2/introspect',
      new URLSearchParams({ client_id: credential, token }),
      introspectionResponseSchema,
      signal,
    );
  }

  /**
   * Revokes a token (RFC 7009): in this client, at the endpoint, and at the authorization server if
   * it supports that.
   *
   * @returns what happened at the endpoint and at the server; `undefined` from an older endpoint
   */
  async revoke(
    credential: string,
    token: string,
    signal?: AbortSignal,
  ): Promise<RevocationResponse | undefined> {
    this.#held.forget(token);
    return await this.#post(
      '/oauth2/revoke',
      new URLSearchParams({ client_id: credential, token }),
      revocationResponseSchema,
      signal,
    );
  }

  async #requestToken(
    parameters: string,
    { minTtl, rejectedSha256 }: TokenTerms,
    signal: AbortSignal,
  ): Promise<VendedToken> {
    const form = new URLSearchParams(parameters);
    if (minTtl > 0) form.set('min_ttl', String(minTtl));
    const request = () => this.#post('/oauth2/token', form, vendedTokenSchema, signal);
    if (rejectedSha256 === undefined) return await request();
    form.set(REJECTED_PARAMETER, rejectedSha256);
    try {
      return await request();
    } catch (error) {
      if (!isOfOlderEndpoint(error)) throw error;
      form.delete(REJECTED_PARAMETER);
      return await request();
    }
  }

  async #post<T>(
    path: string,
    form: URLSearchParams,
    schema: GenericSchema<unknown, T>,
    signal?: AbortSignal,
  ): Promise<T> {
    return await this.#calls.send(
      { method: 'POST', path, headers: { 'content-type': FORM }, body: form.toString() },
      schema,
      signal,
    );
  }
}
