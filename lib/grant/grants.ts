import type { CredentialDocument } from '../credential/document.ts';
import { withAdvice } from '../credential/profile-advice.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { CircuitBreaker } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import { untimed } from '../time/stage-times.ts';
import { METADATA_TIMEOUT } from '../time/time-budget.ts';
import type {
  AuthorizationServer,
  GrantRequest,
  Revocation,
  ServerCall,
} from './authorization-server.ts';
import { awaitPublishedKey } from './await-published-key.ts';
import { bothDone } from './both-done.ts';
import { type CheckedToken, checkToken } from './check.ts';
import { Discovery, type DiscoveryPorts } from './discover.ts';
import type { Exchange, TokenExchange } from './exchange.ts';
import { guardedRequest } from './guarded-request.ts';
import { type IntrospectedToken, introspectedToken } from './introspection.ts';
import { looksLikeJwt } from './jwt.ts';
import { namingRequest } from './naming-request.ts';
import { observedVerifier } from './observed-verifier.ts';
import { requestToken } from './request.ts';
import { type Retrying, retryingBy } from './retrying.ts';
import type { ServerMetadata, WantedEndpoint } from './server-metadata.ts';
import type { TokenClaims } from './token-claims.ts';
import { tokenParameters } from './token-parameters.ts';
import type { TokenVerifier } from './token-verifier.ts';

export interface GrantPorts {
  readonly clock: Clock;
  readonly server: AuthorizationServer;
  /** Absent if tokens are for the requester itself: see {@link checkToken}. */
  readonly verifier?: TokenVerifier | undefined;
  readonly urls: UrlPolicy;
  /** Default: up to three attempts at each request. */
  readonly retrying?: Retrying;
  /** Default: one circuit for each token endpoint, one for the metadata of each issuer. */
  readonly breaker?: Pick<CircuitBreaker, 'run'>;
  /** Milliseconds for reading metadata, with all attempts; default {@link METADATA_TIMEOUT}. */
  readonly metadataTimeout?: number;
}

/** A checked token and its server. */
export interface Grant {
  readonly token: CheckedToken;
  readonly metadata: ServerMetadata;
}

/**
 * Obtains tokens: discover, authenticate, request, check. It does not use policy, audit or the
 * token cache. It keeps server metadata, keys and the state of the circuits.
 */
export class Grants {
  readonly #ports: GrantPorts & DiscoveryPorts;
  readonly #discovery: Discovery;

  constructor(ports: GrantPorts) {
    const retrying = retryingBy(ports.clock);
    const breaker = new CircuitBreaker(ports.clock);
    this.#ports = { retrying, breaker, metadataTimeout: METADATA_TIMEOUT, ...ports };
    this.#discovery = new Discovery(this.#ports);
  }

  /**
   * One token by the client-credentials grant (RFC 6749 section 4.4).
   *
   * @throws VendError `credential_invalid`, `credential_refused`, `scope_refused`, `target_refused`, `token_unacceptable`, `upstream_*`; what
   *   `announced` rejects with
   */
  async obtain(
    document: CredentialDocument,
    request: GrantRequest,
    exchange: TokenExchange,
  ): Promise<Grant> {
    try {
      return await this.#obtain(document, request, exchange);
    } catch (error) {
      throw withAdvice(error, document);
    }
  }

  async #obtain(
    document: CredentialDocument,
    request: GrantRequest,
    { announced, metadata: known, patience, ...exchange }: TokenExchange,
  ): Promise<Grant> {
    const { deadline, times = untimed, observe } = exchange;
    const { clock, verifier } = this.#ports;
    const wanted = isRead(document) && verifier !== undefined ? (['jwksUri'] as const) : [];
    const metadata = await bothDone(announced, known ?? this.discover(document, exchange, wanted));
    observe?.({ stage: 'metadata', metadata });
    // During the request, not after it: this saves the first token one round trip.
    if (metadata.jwksUri !== undefined && isRead(document))
      verifier?.prepare(new URL(metadata.jwksUri));
    observe?.({ stage: 'request', parameters: tokenParameters(document, request) });
    const ports = { ...this.#ports, observe };
    const { response, requestedAt } = await times.time('token', () =>
      requestToken(ports, metadata, document, request, deadline, patience ?? deadline),
    );
    observe?.({ stage: 'token', response });
    const expected = { grant: request, document, metadata, requestedAt, now: clock.now() };
    const patient = verifier && observedVerifier(awaitPublishedKey(verifier, clock), observe);
    const token = await times.time('verify', () =>
      checkToken(response, expected, patient, deadline.signal),
    );
    return { token, metadata };
  }

  /**
   * The metadata of the server.
   *
   * @param wanted members for which both documents of the server are read
   * @throws VendError `upstream_*`
   */
  async discover(
    document: CredentialDocument,
    { deadline, times = untimed }: Exchange,
    wanted: readonly WantedEndpoint[] = [],
  ): Promise<ServerMetadata> {
    return await namingRequest('metadata', document.issuer, () =>
      times.time('metadata', () => this.#discovery.discover(document, deadline.signal, wanted)),
    );
  }

  /**
   * Revokes a token (RFC 7009).
   *
   * @returns `unsupported` if the server has no revocation endpoint, or does not revoke tokens of this type
   * @throws VendError `credential_refused`, `upstream_*`
   */
  async revoke(
    document: CredentialDocument,
    token: string,
    exchange: Exchange,
  ): Promise<Revocation> {
    const revoke = (call: ServerCall) => this.#ports.server.revokeToken(call, token);
    return (await this.#present('revocation', document, exchange, revoke)) ?? 'unsupported';
  }

  /**
   * Asks the server about a token that cannot be read here (RFC 7662).
   *
   * @returns `unsupported` if the server has no introspection endpoint
   * @throws VendError `credential_refused`, `upstream_*`
   */
  async introspect(
    document: CredentialDocument,
    token: string,
    exchange: Exchange,
  ): Promise<IntrospectedToken | 'unsupported'> {
    const introspect = (call: ServerCall) => this.#ports.server.introspectToken(call, token);
    const json = await this.#present('introspection', document, exchange, introspect);
    return json === undefined ? 'unsupported' : introspectedToken(json);
  }

  /** @returns `undefined` if the server has no such endpoint */
  async #present<T>(
    name: 'revocation' | 'introspection',
    document: CredentialDocument,
    exchange: Exchange,
    send: (call: ServerCall) => Promise<T>,
  ): Promise<T | undefined> {
    const { deadline, times = untimed } = exchange;
    const metadata = await this.discover(document, exchange, [`${name}Endpoint`]);
    const endpoint = metadata[`${name}Endpoint`];
    if (endpoint === undefined) return undefined;
    const guarded = { name, endpoint, document, deadline };
    return await times.time('token', () =>
      guardedRequest(this.#ports, guarded, (signal) => send({ metadata, document, signal })),
    );
  }

  /**
   * The claims of a JWT of this server, by its keys.
   *
   * @returns `undefined` if the server did not sign the token; `opaque` if the token cannot be read
   *   here: it is no JWT, the document says so, or the server publishes no keys
   * @throws VendError `upstream_*`
   */
  async verifiedClaims(
    document: CredentialDocument,
    token: string,
    exchange: Exchange,
  ): Promise<TokenClaims | undefined | 'opaque'> {
    const { deadline, times = untimed } = exchange;
    const { verifier, clock } = this.#ports;
    if (verifier === undefined || !isRead(document) || !looksLikeJwt(token)) return 'opaque';
    const { jwksUri } = await this.discover(document, exchange, ['jwksUri']);
    if (jwksUri === undefined) return 'opaque';
    const result = await times.time('verify', () =>
      awaitPublishedKey(verifier, clock).verify(token, new URL(jwksUri), deadline.signal),
    );
    if (result.valid) return result.claims;
    return result.reason === 'unsupported_algorithm' ? 'opaque' : undefined;
  }
}

const isRead = ({ accessTokenFormat }: CredentialDocument) => accessTokenFormat !== 'opaque';
