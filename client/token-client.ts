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
  revocationResponseSchema,
  type VendedToken,
  vendedTokenSchema,
} from '../lib/http/wire.ts';
import { systemClock } from '../lib/time/system-clock.ts';
import { DEFAULT_MIN_TTL } from '../lib/time/time-budget.ts';
import { type AccessEvaluation, toEvaluationRequest } from './access-evaluation.ts';
import { HeldTokens } from './held-tokens.ts';
import { SignedCalls } from './signed-calls.ts';
import type { TokenClientOptions } from './token-client-options.ts';

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
  readonly #calls: SignedCalls;
  readonly #held: HeldTokens;

  /**
   * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`
   */
  constructor(options: TokenClientOptions) {
    this.#calls = new SignedCalls(options);
    const clock = { now: options.now ?? systemClock.now, random: systemClock.random };
    this.#held = new HeldTokens(
      async (form, minTtl, signal) => await this.#requestToken(form, minTtl, signal),
      clock,
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
   * Whether policy allows it, which policies decide, and what to do; issues nothing (OpenID AuthZEN).
   *
   * @throws {@link TokenVendingError} `policy_denied` where another principal may not be asked about
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

  /** What the endpoint says of itself (RFC 8414). */
  async describeEndpoint(signal?: AbortSignal): Promise<EndpointMetadata> {
    const path = '/.well-known/oauth-authorization-server';
    return await this.#calls.send(
      { method: 'GET', path, headers: {}, body: '' },
      endpointMetadataSchema,
      signal,
    );
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
      introspectionResponseSchema,
      signal,
    );
  }

  /** Makes a token useless (RFC 7009), here, at the endpoint and at the authorization server where it can. */
  async revoke(credential: string, token: string, signal?: AbortSignal): Promise<void> {
    this.#held.forget(token);
    await this.#post(
      '/oauth2/revoke',
      new URLSearchParams({ client_id: credential, token }),
      revocationResponseSchema,
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
    return await this.#post('/oauth2/token', form, vendedTokenSchema, signal);
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
