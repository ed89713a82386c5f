import type { CredentialDocument } from '../credential/document.ts';
import type { UrlPolicy } from '../http/endpoint-url.ts';
import { CircuitBreaker } from '../time/circuit-breaker.ts';
import type { Clock } from '../time/clock.ts';
import type { Deadline } from '../time/deadline.ts';
import type { StageTimes } from '../time/stage-times.ts';
import { METADATA_TIMEOUT } from '../time/time-budget.ts';
import type { AuthorizationServer, GrantRequest } from './authorization-server.ts';
import { awaitPublishedKey } from './await-published-key.ts';
import { type CheckedToken, checkToken } from './check.ts';
import { Discovery, type DiscoveryPorts } from './discover.ts';
import { looksLikeJwt } from './jwt.ts';
import { requestToken } from './request.ts';
import { type Retrying, retryingBy } from './retrying.ts';
import type { ServerMetadata } from './server-metadata.ts';
import type { TokenClaims, TokenVerifier } from './token-verifier.ts';

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

/** The parameters of one exchange. */
export interface Exchange {
  /** Ends everything of the exchange. */
  readonly deadline: Deadline;
  /** Measures the stages `metadata`, `token` and `verify`. */
  readonly times?: Pick<StageTimes, 'time'>;
}

export interface TokenExchange extends Exchange {
  /** The token is not requested before this resolves. Discovery runs meanwhile. */
  readonly announced?: Promise<unknown>;
  /** Of a caller with a usable token: it does not wait for a probe of a failing server. */
  readonly patience?: Pick<Deadline, 'remaining'> | undefined;
  /** Replaces discovery. */
  readonly metadata?: ServerMetadata | undefined;
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
   * @throws VendError `credential_refused`, `scope_refused`, `target_refused`, `token_unacceptable`, `upstream_*`; what
   *   `announced` rejects with
   */
  async obtain(
    document: CredentialDocument,
    request: GrantRequest,
    { announced, metadata: known, patience, ...exchange }: TokenExchange,
  ): Promise<Grant> {
    const { deadline, times = untimed } = exchange;
    const { clock, verifier } = this.#ports;
    const metadata = await bothDone(announced, known ?? this.discover(document, exchange));
    // During the request, not after it: this saves the first token one round trip.
    if (metadata.jwksUri !== undefined) verifier?.prepare(new URL(metadata.jwksUri));
    const { response, requestedAt } = await times.time('token', () =>
      requestToken(this.#ports, metadata, document, request, deadline, patience ?? deadline),
    );
    const expected = { grant: request, document, metadata, requestedAt };
    const token = await times.time('verify', () =>
      checkToken(
        response,
        expected,
        verifier && awaitPublishedKey(verifier, clock),
        deadline.signal,
      ),
    );
    return { token, metadata };
  }

  /**
   * The metadata of the server.
   *
   * @throws VendError `upstream_*`
   */
  async discover(
    document: CredentialDocument,
    { deadline, times = untimed }: Exchange,
  ): Promise<ServerMetadata> {
    return await times.time('metadata', () => this.#discovery.discover(document, deadline.signal));
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
  ): Promise<'revoked' | 'unsupported'> {
    const { deadline, times = untimed } = exchange;
    const { server, retrying } = this.#ports;
    const metadata = await this.discover(document, exchange);
    if (metadata.revocationEndpoint === undefined) return 'unsupported';
    return await times.time('token', () =>
      retrying(deadline, (signal) => server.revokeToken({ metadata, document, signal }, token)),
    );
  }

  /**
   * The claims of a JWT of this server, by its keys.
   *
   * @returns `undefined` if the token is not a JWT that this server signed
   * @throws VendError `upstream_*`
   */
  async verifiedClaims(
    document: CredentialDocument,
    token: string,
    exchange: Exchange,
  ): Promise<TokenClaims | undefined> {
    const { deadline, times = untimed } = exchange;
    const { verifier } = this.#ports;
    if (verifier === undefined || !looksLikeJwt(token)) return undefined;
    const { jwksUri } = await this.discover(document, exchange);
    if (jwksUri === undefined) return undefined;
    const result = await times.time('verify', () =>
      verifier.verify(token, new URL(jwksUri), deadline.signal),
    );
    return result.valid ? result.claims : undefined;
  }
}

const untimed: Pick<StageTimes, 'time'> = { time: async (_stage, work) => await work() };

// Both are awaited: Lambda freezes work that nobody awaits.
async function bothDone<T>(announced: unknown, discovered: T | Promise<T>): Promise<T> {
  const [announcement, discovery] = await Promise.allSettled([announced, discovered]);
  if (announcement.status === 'rejected') throw announcement.reason;
  if (discovery.status === 'rejected') throw discovery.reason;
  return discovery.value;
}
